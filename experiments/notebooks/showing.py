"""What the notebooks show: figures in the house style and effects as a small table."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pandas as pd

from experiments.report.figures import save_all
from experiments.report.summary import signed
from experiments.report.tables import Scale, row_of, title_of, told_apart

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


def effect_table(effects: pd.DataFrame, rows: Sequence[str], horizons: Sequence[int]) -> pd.DataFrame:
    """Effects after some years, a row an outcome (or outcome/group) with its unit: effect ± half the 95 % interval.

    Behind a colon the parts of chance and of parameters, where they can be told apart. In brackets: the interval
    includes zero; "?": one replicate has no interval. Years that the run does not reach are left out.
    """
    by_row = effects.set_index(["outcome", "group", "horizon"])
    reached = [horizon for horizon in horizons if horizon in set(effects["horizon"])]
    lines = {}
    for name in rows:
        outcome, _, group = name.partition("/")
        known = {h: row_of(by_row, *key) for h in reached if (key := (outcome, group or "all", h)) in by_row.index}
        scale = Scale.of(outcome, next(iter(known.values()))["unit"])
        cells = {f"after {h} y": _effect(known[h], scale) if h in known else "" for h in reached}
        unit = "percentage points" if scale.label == "%" else scale.label
        lines[title_of(outcome, group or "all")] = {"unit": unit, **cells}
    return pd.DataFrame(lines).T


def _effect(row: pd.Series[Any], scale: Scale) -> str:
    if row["low"] == row["high"] == 0:
        return "0"
    half = (row["high"] - row["low"]) / 2
    text = f"{signed(row['effect'], scale)} ± {'?' if pd.isna(half) else signed(half, scale).removeprefix('+')}"
    if told_apart(row):
        chance, parameters = (signed(row[part], scale).removeprefix("+") for part in ("chance", "parameters"))
        text = f"{text}: ±{chance}/±{parameters}"
    return text if row["clear"] else f"({text})"
