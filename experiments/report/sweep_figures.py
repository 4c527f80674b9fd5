"""Pictures of a sweep: how the effects respond to what was swept, as curves or as a surface."""

from __future__ import annotations

from functools import partial
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.colors import LinearSegmentedColormap
from seaborn.utils import relative_luminance

from experiments.report import column, figures
from experiments.report.answer_figures import forest, numbers_of
from experiments.report.letters import wrapped
from experiments.report.numbers import Scale, records
from experiments.report.screen import MARKS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from experiments.report.language import Words
    from experiments.report.numbers import Row
    from experiments.report.sweep_answer import SweepAnswer

_MAX_LINES = 8  # more cannot be told apart
_LETTERS_OF_A_SIDE, _LETTERS_BELOW = 30, 56
_LINE_NAMES = 0.6  # inches more for the names of lines
_DARK = 0.408  # relative luminance of a colour on which black can be read


def in_language(answer: SweepAnswer, code: str) -> Mapping[str, Callable[[], Figure]]:
    """The figures that suit what was swept, an outcome each, by the name of its file; drawn when it is called."""
    at, swept, words = answer.whole, answer.swept, answer.words(code)
    labels = {name: answer.label(name, words) for name in swept}
    numeric = [name for name in swept if pd.api.types.is_numeric_dtype(at[name])]
    if not numeric:
        return {f"effects-{outcome}": partial(points, answer, outcome, words) for outcome in answer.shown}
    pictures: dict[str, Callable[[], Figure]] = {}
    x, others = numeric[0], [name for name in swept if name != numeric[0]]
    if not others or at.groupby(others).ngroups <= _MAX_LINES:
        for outcome in answer.shown:
            pictures[f"response-{outcome}"] = partial(
                response, at, x, others, labels, [outcome], words, named=partial(answer.part_named, words)
            )
    if len(numeric) > 1:
        x, y, rest = numeric[0], numeric[1], [name for name in swept if name not in numeric[:2]]
        for number, (_, part) in enumerate(at.groupby(rest, sort=False) if rest else [("", at)], 1):
            for outcome in answer.shown:
                name = f"surface-{number}-{outcome}" if rest else f"surface-{outcome}"
                pictures[name] = partial(surface, part, x, y, rest, labels, [outcome], words)
    return pictures


def points(answer: SweepAnswer, outcome: str, words: Words) -> Figure:
    """Effects of every point on one outcome: dot and range, with the numbers beside them."""
    rows = [answer.rows.get((point["point"], outcome)) for point in answer.done]
    names = [answer.named(point, words) for point in answer.done]
    places, height = column.places_of(names)
    unit = Scale.of(outcome, answer.unit(outcome), words).of_difference
    heading = words.say("figure.of_outcome", outcome=words.outcome(outcome), unit=unit)
    figure, (axis,) = column.stacked([heading], height, "", left=0.12, right=numbers_of(rows, outcome, words))
    forest(axis, outcome, rows, places, words)
    column.name_bars(axis, names, places, height)
    return figure


def response(
    at: pd.DataFrame,
    x: str,
    others: Sequence[str],
    labels: Mapping[str, str],
    shown: Sequence[str],
    words: Words,
    named: Callable[[Row, Sequence[str]], str] | None = None,
) -> Figure:
    """Effect against one swept number, one panel an outcome, one line for every combination of the others.

    named: what a line is called, of a row and the names of the others; their last words and values if None.
    """
    shown = [outcome for outcome in shown if outcome in set(at["outcome"])]
    alone = len(shown) == 1
    across = column.WIDTH + _LINE_NAMES * bool(others) if alone else 0.0
    figure, axes = figures.panels(len(shown), columns=2, height=2.2, width=across)
    lines = line_names(at, others, named)
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
        if len(order) == 1 and alone:
            for place, value in zip(one[x], middle, strict=True):
                said = _signed(value, value, scale)
                axis.annotate(
                    said, (place, value), (0, 5), fontsize=7, ha="center", textcoords="offset points",
                    color=colours[order[0]],
                )  # fmt: skip
        axis.set_xlabel("\n".join(wrapped(labels.get(x, x), _LETTERS_BELOW)))
        figures.name_axis(axis, words.outcome(outcome) if alone else words.short(outcome), axis.set_ylabel, scale)
    return figure if alone else figures.titled(figure, words.say("figure.sweep"))


def surface(
    at: pd.DataFrame,
    x: str,
    y: str,
    rest: Sequence[str],
    labels: Mapping[str, str],
    shown: Sequence[str],
    words: Words,
) -> Figure:
    """Effect over two swept numbers, one panel an outcome; white is nothing, more and less are coloured as bars are."""
    shown = [outcome for outcome in shown if outcome in set(at["outcome"])]
    wide = at[x].nunique()
    alone = len(shown) == 1
    across = max(column.WIDTH, 0.55 * wide + 1) if alone else 4 * max(2.9, 0.55 * wide) + 1
    figure, axes = figures.panels(len(shown), columns=4, height=2.8, width=across)
    for axis, outcome in zip(axes, shown, strict=True):
        rows = at[at["outcome"] == outcome]
        scale = Scale.of(outcome, rows["unit"].iloc[0], words)
        grid = rows.pivot_table(index=y, columns=x, values="effect").sort_index(ascending=False) * scale.factor
        certain = rows.assign(mark=rows["certainty"].map(MARKS)).pivot_table(
            index=y, columns=x, values="mark", aggfunc="first"
        )
        marks = certain.reindex(index=grid.index, columns=grid.columns)
        _heat(axis, grid, marks, scale)
        axis.set_xlabel("\n".join(wrapped(labels.get(x, x), _LETTERS_OF_A_SIDE)), fontsize=8)
        axis.set_ylabel(_broken(labels.get(y, y)), fontsize=8)
        axis.set_title(f"{words.outcome(outcome) if alone else words.short(outcome)}\n{scale.of_difference}")
    where = f", {line_names(at, rest).iloc[0]}" if rest else ""
    if alone and not rest:
        return figure
    return figures.titled(figure, f"{words.say('figure.sweep')}{where}")


def _broken(label: str) -> str:
    """A label in lines that fit beside a panel; the name of a lever is broken after a dot, never within a word."""
    return fill(label.replace(".", ". "), _LETTERS_OF_A_SIDE).replace(". ", ".")


def line_names(
    at: pd.DataFrame, settings: Sequence[str], named: Callable[[Row, Sequence[str]], str] | None = None
) -> pd.Series[str]:
    """Each row's values of some swept settings, as a reader names them."""
    if named is not None:
        return pd.Series([named(row, settings) for row in records(at)], index=at.index, dtype="str")
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
    to_more = LinearSegmentedColormap.from_list("effects", [column.DOWN, "white", column.UP])
    cells = axis.pcolormesh(
        np.arange(columns + 1), np.arange(rows + 1), np.ma.masked_invalid(values), cmap=to_more,
        vmin=-reach, vmax=reach, edgecolors="white", linewidth=0.5,
    )  # fmt: skip
    colours = np.asarray(cells.cmap(cells.norm(values)))
    for (row, place), value in np.ndenumerate(values):
        words = _text(float(value), str(mark[row, place]), scale, reach)
        ink = "0.15" if relative_luminance(colours[row, place]) > _DARK else "white"
        axis.text(place + 0.5, row + 0.5, words, ha="center", va="center", fontsize=6.5, color=ink)
    axis.set(xlim=(0, columns), ylim=(rows, 0))
    axis.spines[:].set_visible(False)
    axis.set_xticks(np.arange(columns) + 0.5, [f"{x:,g}" for x in grid.columns], rotation=0)
    axis.set_yticks(np.arange(rows) + 0.5, [f"{y:,g}" for y in grid.index], rotation=0)


def _text(value: float, mark: str, scale: Scale, reach: float) -> str:
    if np.isnan(value):
        return ""
    return f"{_signed(value, reach, scale)}\n{mark}"


def _signed(value: float, reach: float, scale: Scale) -> str:
    """A number of a figure with the digits that the largest, `reach`, can bear; nothing is never negative."""
    return scale.number(value / scale.factor, signed=True, decimals=scale.digits(reach / scale.factor))
