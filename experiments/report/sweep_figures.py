"""Pictures of a sweep: how the effects respond to what was swept, as curves or as a surface."""

from __future__ import annotations

from functools import partial
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import seaborn as sns
from seaborn.utils import relative_luminance

from experiments.analysis.names import COST
from experiments.report import figures
from experiments.report.numbers import Scale
from experiments.report.screen import MARKS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from experiments.report.language import Words
    from experiments.report.sweep_answer import SweepAnswer

_MAX_LINES = 8  # more cannot be told apart
_LETTERS_OF_A_SIDE = 30
_DARK = 0.408  # relative luminance of a colour on which black can be read


def draw_all(answer: SweepAnswer, labels: Mapping[str, str], words: Words, caption: str, folder: Path) -> None:
    """Draw the figures that suit what was swept. `labels` gives swept numbers their axis titles."""
    at, swept = answer.whole, answer.swept
    numeric = [name for name in swept if pd.api.types.is_numeric_dtype(at[name])]
    pictures: dict[str, Callable[[], Figure]] = {}
    shown = [*answer.numbers, COST]
    if not numeric:
        pictures["effects"] = partial(bars, answer, shown, words)
    else:
        x, others = numeric[0], [name for name in swept if name != numeric[0]]
        if at.groupby(others).ngroups <= _MAX_LINES if others else True:
            pictures["response"] = partial(response, at, x, others, labels, shown, words)
    if len(numeric) > 1:
        x, y, rest = numeric[0], numeric[1], [name for name in swept if name not in numeric[:2]]
        parts = at.groupby(rest, sort=False) if rest else [("", at)]
        for number, (_, part) in enumerate(parts):
            name = f"surface-{number + 1}" if rest else "surface"
            pictures[name] = partial(surface, part, x, y, rest, labels, shown, words)
    note = words.say("figure.sweep_note", years=answer.years(words), against=answer.against())
    figures.save_all(pictures, note, caption, folder)


def bars(answer: SweepAnswer, shown: Sequence[str], words: Words) -> Figure:
    """Effects of every point, one panel an outcome: dot and range."""
    at = answer.whole
    points = [row for _, row in answer.points.iterrows() if row["status"] != "failed"]
    figure, axes = figures.panels(len(shown), columns=4, height=0.55 + 0.3 * len(points), sharey=True)
    for axis, outcome in zip(axes, shown, strict=True):
        rows = at[at["outcome"] == outcome].set_index("point").reindex([point["point"] for point in points])
        scale = Scale.of(outcome, rows["unit"].dropna().iloc[0], words)
        y = np.arange(len(rows))
        middle, low, high = (rows[column].to_numpy() * scale.factor for column in ("effect", "low", "high"))
        axis.axvline(0, color="0.6", linewidth=0.8)
        axis.hlines(y, low, high, colors="#0173b2", linewidth=2)
        axis.scatter(middle, y, color="#0173b2", s=22, zorder=3)
        axis.set_yticks(y, [fill(answer.named(point), 28) for point in points])
        axis.set_ylim(len(rows) - 0.5, -0.5)
        figures.name_axis(axis, words.short(outcome), axis.set_xlabel, scale)
    return figures.titled(figure, words.say("figure.sweep"))


def response(
    at: pd.DataFrame,
    x: str,
    others: Sequence[str],
    labels: Mapping[str, str],
    shown: Sequence[str],
    words: Words,
) -> Figure:
    """Effect against one swept number, one panel an outcome, one line for every combination of the others."""
    shown = [outcome for outcome in shown if outcome in set(at["outcome"])]
    figure, axes = figures.panels(len(shown), columns=2, height=2.2)
    lines = line_names(at, others)
    order = list(dict.fromkeys(lines))
    colours = dict(zip(order, sns.color_palette("colorblind", len(order)), strict=True))
    for axis, outcome in zip(axes, shown, strict=True):
        rows = at[at["outcome"] == outcome].sort_values(x)
        scale = Scale.of(outcome, rows["unit"].iloc[0], words)
        axis.axhline(0, color="0.6", linewidth=0.8)
        ends = {}
        for line in order:
            one = rows[lines.loc[rows.index] == line]
            low, middle, high = (one[column].to_numpy() * scale.factor for column in ("low", "effect", "high"))
            axis.fill_between(one[x], low, high, color=colours[line], alpha=0.15, linewidth=0)
            axis.plot(one[x], middle, color=colours[line], marker="o", markersize=3, linewidth=1.2)
            ends[line, colours[line]] = middle[-1]
        if len(order) > 1:
            figures.label_ends(axis, ends, float(rows[x].max() + 0.02 * np.ptp(rows[x])))
        axis.set_xlabel(labels.get(x, x))
        figures.name_axis(axis, words.short(outcome), axis.set_ylabel, scale)
    return figures.titled(figure, words.say("figure.sweep"))


def surface(
    at: pd.DataFrame,
    x: str,
    y: str,
    rest: Sequence[str],
    labels: Mapping[str, str],
    shown: Sequence[str],
    words: Words,
) -> Figure:
    """Effect over two swept numbers, one panel an outcome; blue lowers, red raises, white is nothing."""
    shown = [outcome for outcome in shown if outcome in set(at["outcome"])]
    wide = at[x].nunique()
    figure, axes = figures.panels(len(shown), columns=4, height=2.8, width=4 * max(2.9, 0.55 * wide) + 1)
    for axis, outcome in zip(axes, shown, strict=True):
        rows = at[at["outcome"] == outcome]
        scale = Scale.of(outcome, rows["unit"].iloc[0], words)
        grid = rows.pivot_table(index=y, columns=x, values="effect").sort_index(ascending=False) * scale.factor
        certain = rows.assign(mark=rows["certainty"].map(MARKS)).pivot_table(
            index=y, columns=x, values="mark", aggfunc="first"
        )
        marks = certain.reindex(index=grid.index, columns=grid.columns)
        _heat(axis, grid, marks, scale)
        axis.set_xlabel(labels.get(x, x))
        axis.set_ylabel(_broken(labels.get(y, y)), fontsize=8)
        axis.set_title(f"{words.short(outcome)}\n{scale.of_difference}")
    where = f", {line_names(at, rest).iloc[0]}" if rest else ""
    return figures.titled(figure, f"{words.say('figure.sweep')}{where}")


def _broken(label: str) -> str:
    """A label in lines that fit beside a panel; the name of a lever is broken after a dot, never within a word."""
    return fill(label.replace(".", ". "), _LETTERS_OF_A_SIDE).replace(". ", ".")


def line_names(at: pd.DataFrame, settings: Sequence[str]) -> pd.Series[str]:
    """Each row's values of some swept settings, as a reader names them."""
    parts = [
        at[name].map(lambda value, name=name: value if isinstance(value, str) else f"{short(name)} {value:g}")
        for name in settings
    ]
    together = ["\n".join(map(str, values)) for values in zip(*parts, strict=True)] if parts else ""
    return pd.Series(together, index=at.index, dtype="str")


def short(setting: str) -> str:
    """The last word of a dotted name."""
    return setting.rpartition(".")[2].replace("_", " ")


def _heat(axis: Axes, grid: pd.DataFrame, marks: pd.DataFrame, scale: Scale) -> None:
    """Coloured cells with their numbers; drawn by hand, since seaborn's heat map draws the figure once a panel."""
    values = grid.to_numpy(float)
    reach = float(np.nanmax(np.abs(values))) or 1.0
    rows, columns = values.shape
    mark = marks.to_numpy(object)
    vlag = sns.color_palette("vlag", as_cmap=True)
    cells = axis.pcolormesh(
        np.arange(columns + 1), np.arange(rows + 1), np.ma.masked_invalid(values), cmap=vlag,
        vmin=-reach, vmax=reach, edgecolors="white", linewidth=0.5,
    )  # fmt: skip
    colours = np.asarray(cells.cmap(cells.norm(values)))
    for (row, column), value in np.ndenumerate(values):
        words = _text(float(value), str(mark[row, column]), scale, reach)
        ink = "0.15" if relative_luminance(colours[row, column]) > _DARK else "white"
        axis.text(column + 0.5, row + 0.5, words, ha="center", va="center", fontsize=6.5, color=ink)
    axis.set(xlim=(0, columns), ylim=(rows, 0))
    axis.spines[:].set_visible(False)
    axis.set_xticks(np.arange(columns) + 0.5, [f"{x:g}" for x in grid.columns], rotation=0)
    axis.set_yticks(np.arange(rows) + 0.5, [f"{y:g}" for y in grid.index], rotation=0)


def _text(value: float, mark: str, scale: Scale, reach: float) -> str:
    if np.isnan(value):
        return ""
    return f"{value:+,.{scale.digits(reach / scale.factor)}f}\n{mark}"
