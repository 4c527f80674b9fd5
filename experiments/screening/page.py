"""What a screening says, in a page and a picture: the strongest parameters of each policy and outcome."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np
import seaborn as sns

from experiments.report.figures import panels, save_all, titled
from experiments.report.language import Words
from experiments.report.summary import again

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd
    from matplotlib.figure import Figure

CELL = ["policy", "outcome", "group"]
SHOWN = 8
_TITLE = 40  # letters of a line of a panel's title
_TICKS = 4
_HOW = (
    "For each policy and outcome: the mean effect over all points and its standard deviation, then the parameters that "
    "change the effect most when moved over their whole range (mu*, in the same unit)."
)
_RANGES = (
    "- Parameters vary over the whole range of the parameter file, one at a time from random places; most of the sets "
    "do not fit history. It shows what could matter, not what is uncertain after the fit."
)
_LIMITS = (
    _RANGES,
    "- All points of a way have the same draws. What is left of chance is in mu* too: a small one may be nothing else.",
    "- sigma (in screening.csv) near mu* or above says that the effect depends on where other parameters stand.",
)
_NOTE = (
    "Bars: mean size of what moving a parameter over its whole range does to the effect of the policy (mu*), lines its "
    "95 % interval. Ranges are those of the parameter file; no set was asked to fit history."
)


def draw(table: pd.DataFrame, effects: pd.DataFrame, caption: str, folder: Path) -> None:
    """Draw the strongest parameters of every cell as `screening.png`."""
    save_all({"screening": lambda: bars(table, effects)}, _NOTE, caption, folder)


def bars(table: pd.DataFrame, effects: pd.DataFrame) -> Figure:
    """One panel a policy and outcome, the strongest parameters from the top."""
    cells = list(table.groupby(CELL, sort=False))
    figure, axes = panels(len(cells), columns=3, height=2.1, width=10.6)
    for axis, (cell, part) in zip(axes, cells, strict=True):
        key = tuple(map(str, cell))
        rows, y = part.head(SHOWN), np.arange(min(SHOWN, len(part)))
        axis.barh(y, rows["mu_star"], color="0.75")
        axis.hlines(y, rows["mu_star"] - rows["mu_star_conf"], rows["mu_star"] + rows["mu_star_conf"], colors="0.3")
        axis.axvline(abs(float(effects["effect_mean"][key])), color="C3", linewidth=0.9, linestyle=(0, (3, 2)))
        axis.set_yticks(y, [str(name).replace("_", " ") for name in rows["parameter"]], fontsize=6.5)
        axis.set_ylim(len(y) - 0.4, -0.6)
        axis.set_title(fill(f"{key[0]}: {key[1]}, {key[2]}".replace("_", " "), _TITLE), fontsize=7.5)
        axis.locator_params(axis="x", nbins=_TICKS)
        axis.set_xlabel(str(rows["unit"].iloc[0]))
        sns.despine(ax=axis)
    return titled(figure, "What moves the effects of policies (dashed: size of the mean effect)")


def summary(table: pd.DataFrame, effects: pd.DataFrame, caption: str, command: str, failed: Mapping[str, str]) -> str:
    """The page, as Markdown."""
    lines = ["# What moves the effects of policies", "", f"{caption}.", ""]
    if failed:
        name, why = next(iter(failed.items()))
        lines += [f"{len(failed)} ways failed and are left out; the first: {name}, {why}.", ""]
    lines += [
        _HOW,
        "",
        "| policy | outcome | group | unit | effect | sd | strongest parameters (mu*) |",
        "|---|---|---|---|---|---|---|",
    ]
    for cell, part in table.groupby(CELL, sort=False):
        key, unit = tuple(map(str, cell)), part["unit"].iloc[0]
        mean, spread = (float(effects[f"effect_{name}"][key]) for name in ("mean", "std"))
        strongest = ", ".join(f"{row['parameter']} ({row['mu_star']:.3g})" for _, row in part.head(SHOWN).iterrows())
        lines.append(f"| {' | '.join(key)} | {unit} | {mean:.3g} | {spread:.3g} | {strongest} |")
    share = (table["mu_star"] > table.groupby(CELL)["mu_star"].transform("max") / 20).groupby(table["parameter"]).any()
    inert = sorted(share.index[~share])
    lines += [
        "",
        f"{len(inert)} of {len(share)} stay below a twentieth of the strongest: {', '.join(inert) or 'none'}.",
        "",
        "## How far this goes",
        "",
        *_LIMITS,
        "",
        *again(command, Words()),
    ]
    return "\n".join(lines)
