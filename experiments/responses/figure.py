"""The picture of the card: every response with its band over the published range."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

import seaborn as sns
from matplotlib.figure import Figure

from experiments.report.figures import save_all, titled

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

_NOTE = (
    "Grey bars: published ranges. Dots and lines: median and 5 to 95 % band over parameter sets. Green: the median is "
    "inside; orange: the band meets the range; red: outside, or mute (under a tenth of the near end of the range)."
)
_COLOURS = dict(
    zip(("inside", "overlaps", "outside"), (sns.color_palette("colorblind")[n] for n in (2, 1, 3)), strict=True)
)
_LETTERS = 62  # of a line of a label
_TICKS = 6
_BAR = 1.3  # of a row: names take two lines


def draw(card: pd.DataFrame, caption: str, folder: Path) -> None:
    """Draw the card as `responses.png`."""
    save_all({"responses": lambda: forest(card)}, _NOTE, caption, folder)


def forest(card: pd.DataFrame) -> Figure:
    """One panel a unit, one line a row of the card."""
    units = list(dict.fromkeys(card["unit"]))
    heights = [0.7 + _BAR * len(card[card["unit"] == unit]) for unit in units]
    figure = Figure(figsize=(9.5, 1.4 + 0.27 * sum(heights) + 0.5 * len(units)), layout="constrained")
    axes = figure.subplots(len(units), height_ratios=heights, squeeze=False).ravel()
    for axis, unit in zip(axes, units, strict=True):
        rows = card[card["unit"] == unit].reset_index(drop=True)
        axis.axvline(0, color="0.6", linewidth=0.8)
        for y, row in enumerate(rows.to_dict("records")):
            axis.barh(y, row["published_high"] - row["published_low"], left=row["published_low"], color="0.85")
            colour = _COLOURS.get(row["verdict"], _COLOURS["outside"])
            axis.hlines(y, row["low"], row["high"], colors=[colour], linewidth=2)
            axis.scatter(row["response"], y, color=[colour], s=22, zorder=3)
        labels = [
            fill(f"{row['row']} {row['title']}: {row['outcome']}, {row['population']}, {row['horizon']} yr", _LETTERS)
            for row in rows.assign(
                outcome=rows["outcome"].str.replace("_", " "), population=rows["population"].str.replace("_", " ")
            ).to_dict("records")
        ]
        axis.set_yticks(range(len(rows)), labels, fontsize=8)
        axis.locator_params(axis="x", nbins=_TICKS)
        axis.set_ylim(len(rows) - 0.4, -0.6)
        axis.set_title(unit)
        sns.despine(ax=axis)
    return titled(figure, "Response card: simulated against published")
