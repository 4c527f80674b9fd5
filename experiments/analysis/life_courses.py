"""Life courses: where the same people are, year by year, in two lives of one world, as a tidy table and a picture."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.colors import ListedColormap
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from experiments.report.figures import panels, titled
from sim.vocabulary import HOME, Stage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from sim import BrainCirculation

STATES = {
    "doctorate": "#b3d4e8",
    "postdoc": "#56b4e9",
    "fixed-term post": "#f0e442",
    "lasting post": "#0072b2",
    "industry": "#cc79a7",
    "between posts": "#404040",
    "abroad": "#d55e00",
    "left or retired": "#e2e2e2",
    "not a researcher yet": "#ffffff",
}
"""Every state of a life course with its colour; told apart by colour-blind readers, and mostly in grey."""

_NAMES = list(STATES)
_ABSENT, _ABROAD, _OUT = (_NAMES.index(name) for name in ("not a researcher yet", "abroad", "left or retired"))
_OF_STAGE = {
    Stage.DOCTORAL: "doctorate",
    Stage.POSTDOC: "postdoc",
    Stage.FIXED_TERM: "fixed-term post",
    Stage.TENURE_TRACK: "lasting post",
    Stage.PERMANENT: "lasting post",
    Stage.INDUSTRY: "industry",
    Stage.UNPLACED: "between posts",
    Stage.LEFT: "left or retired",
}
_CODES = np.array([_NAMES.index(_OF_STAGE[stage]) for stage in Stage])
_DARK = {"lasting post", "between posts", "abroad"}
_LABEL_YEARS = 0.3  # years a letter of a label takes


def sequences(lives: Mapping[str, BrainCirculation], until: int) -> pd.DataFrame:
    """Run forks of one state to the end of a year and read every person's state each year.

    Columns life, identity, year, state; everyone who is in any of the lives has a row for every life and year. Raises
    ValueError for models that do not stand in the same year.
    """
    if len({model.year for model in lives.values()}) != 1:
        raise ValueError("life courses need models that stand in the same year.")
    first = next(iter(lives.values())).year
    years = range(first, until + 1)
    seen = {life: [_states(model.run_through(year)) for year in years] for life, model in lives.items()}
    everyone = np.unique(np.concatenate([state.index for states in seen.values() for state in states]))
    tables = []
    for life, states in seen.items():
        grid = np.stack([state.reindex(everyone, fill_value=-1).to_numpy() for state in states], axis=1)
        been = np.maximum.accumulate(grid >= 0, axis=1)
        grid = np.where(grid >= 0, grid, np.where(been, _OUT, _ABSENT))
        table = pd.DataFrame({"identity": np.repeat(everyone, len(years)), "year": np.tile(years, len(everyone))})
        table.insert(0, "life", life)
        tables.append(table.assign(state=_named(grid.ravel())))
    return pd.concat(tables, ignore_index=True)


def changed(courses: pd.DataFrame) -> pd.DataFrame:
    """Those whose two lives differ, by identity: the first state, the first year that differs, how many years do.

    In the order of a picture: by where they started, then by when their lives part, then by what came next.
    """
    one, other = _grids(courses)
    differs = one.to_numpy() != other.to_numpy()
    moved = differs.any(axis=1)
    years = one.columns.to_numpy()
    table = pd.DataFrame(
        {
            "start": one.iloc[:, 0][moved],
            "parted": years[differs[moved].argmax(axis=1)],
            "years": differs[moved].sum(axis=1),
        },
        index=one.index[moved],
    )
    by = [*other.to_numpy()[moved].T[::-1], table["parted"], table["start"]]
    table["start"] = _named(table["start"].to_numpy())
    return table.iloc[np.lexsort(by)]


def draw(courses: pd.DataFrame, *, people: int = 60) -> Figure:
    """The two lives of those who changed course, side by side: a row a person, a column a year.

    Of more than `people`, every n-th in order is shown; a black mark stands where a person's two lives part.
    """
    parted = changed(courses)
    if parted.empty:
        raise ValueError("nobody's life differs: there is nothing to draw.")
    chosen = parted.iloc[np.unique(np.linspace(0, len(parted) - 1, min(people, len(parted))).astype(int))]
    height = 1.6 + max(2.0, 0.115 * len(chosen))
    figure, axes = panels(2, columns=2, height=height, width=9.4, sharey=True)
    grids = [grid.loc[chosen.index] for grid in _grids(courses)]
    for axis, life, grid in zip(axes, courses["life"].unique(), grids, strict=True):
        _panel(axis, grid, chosen["parted"])
        axis.set_title(life)
    axes[0].set_ylabel("people, one a row, the same in both")
    shown = np.unique(np.concatenate(grids))
    key = [Patch(facecolor=STATES[_NAMES[code]], edgecolor="0.5", linewidth=0.5, label=_NAMES[code]) for code in shown]
    figure.legend(handles=key, loc="outside right upper", frameon=False, fontsize=8)
    everyone = courses["identity"].nunique()
    return titled(figure, f"{len(chosen)} of {len(parted):,} people who changed course, among {everyone:,}")


def _states(model: BrainCirculation) -> pd.Series[int]:
    """States by identity; candidates from elsewhere who were not hired have no life here."""
    people = model.people
    states = np.where(people.region != HOME, _ABROAD, _CODES[people.stage])
    states[people.stage == Stage.LEFT] = _OUT
    return pd.Series(states[~people.candidate].astype(int), index=people.identity[~people.candidate])


def _named(codes: NDArray[np.integer[Any]]) -> pd.Categorical[str]:
    return pd.Categorical.from_codes(codes.tolist(), pd.Index(_NAMES))


def _grids(courses: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The two lives as state codes, a row an identity, a column a year."""
    lives = courses["life"].unique()
    if len(lives) != 2:
        raise ValueError(f"two lives are compared, not {len(lives)}.")
    coded = courses.assign(state=courses["state"].cat.codes.astype(int))
    one, other = (
        coded[coded["life"] == life].pivot_table(index="identity", columns="year", values="state") for life in lives
    )
    return one.astype(int), other.astype(int)


def _panel(axis: Axes, grid: pd.DataFrame, parted: pd.Series[int]) -> None:
    years = grid.columns.to_numpy(int)
    values, first = grid.to_numpy(), int(years[0])
    edges = np.append(years, years[-1] + 1) - 0.5
    rows = np.arange(len(grid) + 1)
    axis.pcolormesh(edges, rows, values, cmap=ListedColormap(list(STATES.values())), vmin=-0.5, vmax=len(STATES) - 0.5)
    axis.hlines(rows, edges[0], edges[-1], color="white", linewidth=0.4)
    axis.vlines(parted.to_numpy() - 0.5, rows[:-1], rows[1:], color="black", linewidth=1.1)
    for name, (row, begin, end) in _longest(values, parted.to_numpy() - first).items():
        if end - begin > _LABEL_YEARS * len(name) and name not in {"not a researcher yet", "left or retired"}:
            middle, colour = first + (begin + end - 1) / 2, "white" if name in _DARK else "black"
            axis.text(middle, row + 0.53, name, ha="center", va="center", fontsize=6, color=colour)
    axis.set(ylim=(len(grid), 0), yticks=[])
    axis.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    sns.despine(ax=axis, left=True)


def _longest(values: NDArray[np.integer[Any]], parted: NDArray[np.integer[Any]]) -> dict[str, tuple[int, int, int]]:
    """The longest stretch of every state that no mark cuts: row, first and past-the-last column."""
    best: dict[str, tuple[int, int, int]] = {}
    for row, states in enumerate(values):
        cuts = sorted({0, *(np.flatnonzero(np.diff(states)) + 1).tolist(), int(parted[row]), len(states)})
        for begin, end in pairwise(cuts):
            name = _NAMES[states[begin]]
            if name not in best or end - begin > best[name][2] - best[name][1]:
                best[name] = (row, begin, end)
    return best
