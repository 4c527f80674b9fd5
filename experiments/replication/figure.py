"""The picture: every estimate with its interval over the range of the study."""

from __future__ import annotations

from typing import TYPE_CHECKING

import seaborn as sns

from experiments.report.figures import panels, save_all, titled

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from matplotlib.figure import Figure

_NOTE = (
    "Dots and lines: estimates on simulated people and their 95 % intervals. Bars: range of the study, open where it "
    "states a sign only (+ or -). Units differ between rows of a panel."
)
_TICKS = 6
_RIGHT, _OTHER = sns.color_palette("colorblind")[2], sns.color_palette("colorblind")[3]


def draw(table: pd.DataFrame, caption: str, folder: Path) -> None:
    """Draw the table as `quasi.png`."""
    save_all({"quasi": lambda: forest(table)}, _NOTE, caption, folder)


def forest(table: pd.DataFrame) -> Figure:
    """One panel an experiment, one line an estimand; green where the sign is right."""
    names = list(dict.fromkeys(table["experiment"]))
    most = table.groupby("experiment").size().max()
    figure, axes = panels(len(names), columns=2, height=0.9 + 0.32 * most, width=10.5)
    for axis, name in zip(axes, names, strict=True):
        rows = table[table["experiment"] == name].reset_index(drop=True)
        axis.axvline(0, color="0.6", linewidth=0.8)
        for y, row in enumerate(rows.to_dict("records")):
            if row["expected_low"] == row["expected_low"]:
                axis.barh(y, row["expected_high"] - row["expected_low"], left=row["expected_low"], color="0.85")
            colour = _RIGHT if row["sign"] == "right" else _OTHER
            axis.hlines(y, row["low"], row["high"], colors=[colour], linewidth=2)
            axis.scatter(row["estimate"], y, color=[colour], s=22, zorder=3)
        signs = zip(rows["estimand"].str.replace("_", " "), rows["expected_sign"], strict=True)
        axis.set_yticks(range(len(rows)), [f"{words} ({sign})" for words, sign in signs])
        axis.set_ylim(most - 0.4, -0.6)
        axis.set_title(f"{name} {rows['title'].iloc[0]}")
        axis.locator_params(axis="x", nbins=_TICKS)
        axis.set_xlabel(", ".join(dict.fromkeys(rows["unit"])))
        sns.despine(ax=axis)
    return titled(figure, "Quasi-experiments: simulated against published")
