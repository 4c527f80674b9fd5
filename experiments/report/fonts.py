"""A font of the letters that a page uses, and of no others, so that the page stays small and asks no network."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

from experiments.report.figures import JAPANESE

if TYPE_CHECKING:
    from collections.abc import Iterable


def subset(letters: Iterable[str]) -> str:
    """The Japanese font cut down to these letters, as the base64 text of a WOFF file; letters it lacks are left out."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    options = Options()
    options.layout_features = []
    options.hinting = False
    options.name_IDs = [0, 1, 2, 13, 14]  # who made it and under which licence
    with TTFont(JAPANESE) as font:
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=sorted({ord(letter) for letter in letters}))
        subsetter.subset(font)
        font.flavor = "woff"
        file = io.BytesIO()
        font.save(file)
    return base64.b64encode(file.getvalue()).decode()


def wide(text: str) -> set[str]:
    """The letters of a text that a Latin font does not have."""
    return {letter for letter in set(text) if ord(letter) > 0x2000}
