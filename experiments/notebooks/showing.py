"""What the notebooks show: figures in the house style and effects as a small table."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pandas as pd

from experiments.report.figures import save_all
from experiments.report.full import split
from experiments.report.language import Words
from experiments.report.numbers import Scale
from experiments.report.screen import cell

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from IPython.display import Image
    from matplotlib.figure import Figure

PAGE = 920  # pixels that a page is wide
COLOURS = 128  # of a picture: copies are kept, so they are small


def picture(draw: Callable[..., Figure], *arguments: Any, note: str, made_from: str, **more: Any) -> Image:  # noqa: ANN401
    """The figure that `draw` makes of the arguments, with what it shows and what it was made from written below."""
    from IPython.display import Image
    from PIL import Image as Pixels

    with TemporaryDirectory() as passing:
        path = Path(passing) / "figure.png"
        save_all({"figure": lambda: draw(*arguments, **more)}, note, made_from, path.parent)
        with Pixels.open(path) as drawn:
            few = drawn.convert("RGB").quantize(COLOURS, dither=Pixels.Dither.NONE)
        few.save(path, optimize=True)
        return Image(path.read_bytes(), width=PAGE)


def effect_table(effects: pd.DataFrame, rows: Sequence[str]) -> pd.DataFrame:
    """Effects in every window, a row an outcome (or outcome/group) with its unit: mark, effect and its range."""
    words, lines = Words(), {}
    for name in rows:
        outcome, group = split(name)
        table = effects[(effects["outcome"] == outcome) & (effects["group"] == group)].sort_values("first")
        unit = Scale.of(outcome, table["unit"].iloc[0], words).of_difference
        cells = {words.years(row["first"], row["last"]): cell(row, outcome, words) for _, row in table.iterrows()}
        lines[words.outcome(outcome, group)] = {"unit": unit, **cells}
    return pd.DataFrame(lines).T
