"""Pictures of a finished ensemble, as functions of its tidy tables; made to be read on paper."""

from __future__ import annotations

from itertools import cycle, islice
from textwrap import fill
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from experiments.report.tables import HEADLINES, Scale, holds, some_told_apart, title_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.typing import RcKeyType

PATHS = ("departures", "returns", "overseas_experience_share", "doctoral_entrants")
_INK = "0.15"
_STYLE: dict[RcKeyType, Any] = {
    "font.size": 9,
    "font.family": ["sans-serif"],
    "font.sans-serif": ["Arial", "DejaVu Sans", "Liberation Sans", "Bitstream Vera Sans", "sans-serif"],
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.axisbelow": True,
    "lines.solid_capstyle": "round",
    "patch.edgecolor": "white",
    "patch.force_edgecolor": True,
    "axes.edgecolor": _INK,
    "axes.labelcolor": _INK,
    "text.color": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
}
"""Thin dark axes with ticks on white: seaborn's style "ticks", written out because importing seaborn takes a second."""

_COLOURS = (
    *("#0173b2", "#de8f05", "#029e73", "#d55e00", "#cc78bc", "#ca9161", "#fbafe4", "#949494", "#ece133", "#56b4e9"),
)
"""Told apart by colour-blind readers: seaborn's palette "colorblind"."""
_LETTERS_AN_INCH = 18  # of the small print
_NOTE = "Policy minus {reference}, the same people in both; whiskers and bands: 95 % intervals that hold {held}.{thick}"
_THICK = " Thick or dark: chance alone."


def draw_all(
    effects: pd.DataFrame,
    titles: Mapping[str, str],
    regions: Sequence[str],
    caption: str,
    folder: Path,
    *,
    reference: str = "baseline",
) -> None:
    """Draw every figure as PNG.

    `effects` holds every year, `titles` names the arms in order, `caption` the run, `reference` what the arms are
    compared with.
    """
    horizon = 10 if 10 in set(effects["horizon"]) else int(effects["horizon"].max())
    short = {policy: title.partition(":")[0] for policy, title in titles.items()}
    figures: dict[str, Callable[[], Figure]] = {
        "effects": lambda: forest(effects, short, horizon),
        "paths": lambda: paths(effects, short),
        "regions": lambda: by_region(effects, short, regions, horizon, reference),
    }
    save_all(figures, note(effects, reference), caption, folder)


def note(effects: pd.DataFrame, reference: str = "baseline") -> str:
    """What the figures of effects show, to be written below them."""
    return _NOTE.format(reference=reference, held=holds(effects), thick=_THICK * some_told_apart(effects))


def save_all(figures: Mapping[str, Callable[[], Figure]], note: str, caption: str, folder: Path) -> None:
    """Draw figures in the house style, with what they show and what they were made from below, as PNG by name."""
    mpl.use("Agg")
    with mpl.rc_context(_STYLE):
        for name, draw in figures.items():
            figure = draw()
            letters = int(figure.get_figwidth() * _LETTERS_AN_INCH)
            below = "\n".join(fill(text, letters) for text in (note, f"{caption}."))
            figure.supxlabel(below, x=0.01, ha="left", fontsize=7, color="0.3")
            figure.savefig(folder / f"{name}.png", dpi=150)


def forest(effects: pd.DataFrame, titles: Mapping[str, str], horizon: int) -> Figure:
    """Effects of every arm on the headline outcomes, one panel an outcome, at one horizon (years)."""
    at = effects[(effects["horizon"] == horizon) & (effects["group"] == "all")]
    shown = [outcome for outcome in HEADLINES if outcome in set(at["outcome"])]
    figure, axes = panels(len(shown), columns=4, height=0.55 + 0.3 * len(titles), sharey=True)
    for axis, outcome in zip(axes, shown, strict=True):
        rows = at[at["outcome"] == outcome].set_index("policy").reindex(list(titles))
        scale = Scale.of(outcome, rows["unit"].dropna().iloc[0])
        middle, low, high = (rows[column].to_numpy() * scale.factor for column in ("effect", "low", "high"))
        y = np.arange(len(rows))
        axis.axvline(0, color="0.6", linewidth=0.8)
        chance = np.where(rows["members"] > 1, rows["chance"], np.nan) * scale.factor
        axis.hlines(y, low, high, colors=_colours(titles), linewidth=2)
        axis.hlines(y, middle - chance, middle + chance, colors=_colours(titles), linewidth=5)
        axis.scatter(middle, y, color=_colours(titles), s=22, zorder=3)
        axis.set_yticks(y, [fill(title, 28) for title in titles.values()])
        axis.set_ylim(len(rows) - 0.5, -0.5)
        name_axis(axis, outcome, axis.set_xlabel, scale)
    return titled(figure, f"Effects after {horizon} years")


def paths(effects: pd.DataFrame, titles: Mapping[str, str]) -> Figure:
    """Effects over the years with their bands, one panel an outcome, each line labelled where it ends."""
    headline = effects[effects["group"] == "all"]
    shown = [outcome for outcome in PATHS if outcome in set(headline["outcome"])]
    figure, axes = panels(len(shown), columns=2, height=2.6)
    for axis, outcome in zip(axes, shown, strict=True):
        rows = headline[headline["outcome"] == outcome].sort_values("year")
        scale = Scale.of(outcome, rows["unit"].iloc[0])
        axis.axhline(0, color="0.6", linewidth=0.8)
        ends = {}
        for (policy, title), colour in zip(titles.items(), _colours(titles), strict=True):
            line = rows[rows["policy"] == policy]
            low, middle, high = (line[column].to_numpy() * scale.factor for column in ("low", "effect", "high"))
            chance = np.where(line["members"] > 1, line["chance"], np.nan) * scale.factor
            axis.fill_between(line["year"], low, high, color=colour, alpha=0.2, linewidth=0)
            axis.fill_between(line["year"], middle - chance, middle + chance, color=colour, alpha=0.2, linewidth=0)
            axis.plot(line["year"], middle, color=colour, linewidth=1.5)
            ends[title, colour] = middle[-1]
        label_ends(axis, ends, float(rows["year"].max()) + 0.4)
        name_axis(axis, outcome, axis.set_ylabel, scale)
    return titled(figure, "Effects over the years")


def by_region(
    effects: pd.DataFrame,
    titles: Mapping[str, str],
    regions: Sequence[str],
    horizon: int,
    reference: str = "baseline",
) -> Figure:
    """Departures a year by destination: the reference as a bar, every arm as a dot with its interval."""
    at = effects[(effects["horizon"] == horizon) & (effects["outcome"] == "departures")]
    at = at[at["group"].isin(regions)]
    order = at.groupby("group")["reference"].mean().sort_values(ascending=False).index
    figure, (axis,) = panels(1, columns=1, height=0.9 + 0.55 * len(order), width=7.5)
    level = at.groupby("group")["reference"].mean().reindex(order)
    axis.barh(order, level, color="0.88", label=f"{reference[0].upper()}{reference[1:]}")
    offsets = np.linspace(-0.27, 0.27, len(titles)) if len(titles) > 1 else [0.0]
    for (policy, title), colour, offset in zip(titles.items(), _colours(titles), offsets, strict=True):
        rows = at[at["policy"] == policy].set_index("group").reindex(order)
        y = np.arange(len(order)) + offset
        axis.hlines(y, rows["reference"] + rows["low"], rows["reference"] + rows["high"], colors=colour, linewidth=1.5)
        axis.scatter(rows["reference"] + rows["effect"], y, color=colour, s=14, zorder=3, label=title)
    axis.invert_yaxis()
    axis.set_xlabel("departures, persons/yr")
    axis.legend(frameon=False, loc="lower right")
    axis.spines[["top", "right"]].set_visible(False)
    year = int(at["year"].iloc[0])
    return titled(figure, f"Where people go, {year}")


def panels(
    count: int, *, columns: int, height: float, width: float = 0.0, sharey: bool = False
) -> tuple[Figure, list[Axes]]:
    """A figure with this many panels, and they in order. Sizes in inches."""
    columns = min(columns, count)
    rows = -(-count // columns)
    figure = Figure(figsize=(width or 2.6 * columns + 2.4, height * rows + 0.9), layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False, sharey=sharey).flatten().tolist()
    for spare in axes[count:]:
        spare.remove()
    return figure, axes[:count]


def _colours(titles: Mapping[str, str]) -> list[tuple[float, float, float]]:
    return [to_rgb(colour) for colour in islice(cycle(_COLOURS), len(titles))]


def name_axis(axis: Axes, outcome: str, set_label: Callable[[str], object], scale: Scale) -> None:
    """Title and unit of a panel that shows one outcome."""
    axis.set_title(title_of(outcome))
    set_label("percentage points" if scale.label == "%" else scale.label)
    axis.spines[["top", "right"]].set_visible(False)


def label_ends(axis: Axes, ends: Mapping[tuple[str, tuple[float, float, float]], float], x: float) -> None:
    """Write each line's name at its end, pushed apart where lines meet and kept inside the panel."""
    low, high = axis.get_ylim()
    gap, places = 0.11 * (high - low), list[float]()
    order = sorted(ends.items(), key=lambda end: end[1])
    for _, value in order:
        places.append(max(value, places[-1] + gap) if places else value)
    ceiling = max(high - gap / 2, low + gap * (len(order) - 0.5))  # below the panel's title
    for number in reversed(range(len(places))):
        places[number] = min(places[number], ceiling)
        ceiling = places[number] - gap
    for ((title, colour), _), place in zip(order, places, strict=True):
        axis.text(x, place, fill(title, 26), color=colour, va="center", fontsize=7, clip_on=False)


def titled(figure: Figure, title: str) -> Figure:
    """The figure with a title, top left."""
    figure.suptitle(title, x=0.01, ha="left", fontweight="bold")
    return figure
