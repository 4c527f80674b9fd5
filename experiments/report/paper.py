"""Where answers are printed: standard output, and what is said where it takes nothing."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.errors import PrintError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

_WIDTH = 148  # of the pages of experiments that have no screen of their own


@contextmanager
def printing() -> Iterator[None]:
    """What is printed within has left when this ends; a PrintError says that it could not."""
    try:
        try:
            yield
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except OSError as error:
        if error.errno is None or error.filename:
            raise  # of Hydra, or of a file that was read to say something
        _give_up()
        raise PrintError(error.strerror or str(error)) from error


def console() -> Console:
    """Standard output, as wide as a table reads well."""
    from rich.console import Console

    class Paper(Console):
        def print(self, *objects: Any, **how: Any) -> None:  # noqa: ANN401 - as in Rich
            with printing():
                super().print(*objects, **how)

    out = Paper(highlight=False)
    out.width = min(out.width, _WIDTH) if out.is_terminal else _WIDTH
    return out


def _give_up() -> None:
    """Let what waits to be printed go nowhere: Python would try once more as it ends, and say so in its own words."""
    with suppress(OSError, ValueError, AttributeError):
        output = sys.stdout.fileno()
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), output)
