"""Corridors, read from simulated lives and observations: who goes where again (C3, C6, C27, C29).

Every function gives one number, NaN where nobody is there to be counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from experiments.validation.panel import RESEARCH
from sim.vocabulary import HOME

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from experiments.validation.panel import CareerPanel

FIRST, LAST = 2008, 2015  # years in which authors were sorted into travellers and migrants
HALF_A_YEAR = 6  # months of a visit from which the host is an affiliation too
MEANS = (2010, 2015)  # years whose mean flows are compared both ways


def repeated_destination(lives: CareerPanel) -> float:
    """How much more often than chance people of home origin who go abroad again go where they were before.

    Over everybody who comes home from A and next leaves for B, stays of a year or more: the share with A = B, over the
    share had each chosen B as all those of home origin who leave do.
    """
    panel = lives.panel[lives.panel["origin"] == HOME]
    identity, before, after = _changes(panel)
    out = before == HOME
    again = np.flatnonzero((identity[1:] == identity[:-1]) & (after[:-1] == HOME) & out[1:])
    return _over_chance(before[again], after[again + 1], after[out])


def back_to_origin(lives: CareerPanel) -> float:
    """How much more often than chance foreigners who leave go to the region they came from.

    The share who do, over the share had each chosen as all foreigners who leave do.
    """
    panel = lives.panel[lives.panel["origin"] != HOME]
    identity, before, after = _changes(panel)
    out = before == HOME
    origins = panel.drop_duplicates("identity").set_index("identity")["origin"]
    came_from = np.concatenate([origins.loc[identity[out]].to_numpy(), lives.gone["origin"].to_numpy()]).astype(int)
    went_to = np.concatenate([after[out], lives.gone["origin"].to_numpy()]).astype(int)
    return _over_chance(came_from, went_to, went_to)


def travellers(lives: CareerPanel) -> float:
    """Of people with a research post at home who are abroad in 2008-2015, the share who keep it throughout.

    Abroad: at the turn of a year, or on a visit of half a year or more. Migrants, the others, gave up the post.
    """
    panel = lives.panel
    posted = (panel["seat"] == HOME) & (panel["degree"] > 0) & panel["stage"].isin(RESEARCH)
    began = panel[posted & (panel["year"] >= FIRST - 1) & (panel["year"] < LAST)].groupby("identity")["year"].min()
    seen = _after(panel, began)
    visits = _after(lives.visits[lives.visits["months"] >= HALF_A_YEAR], began)
    migrants = set(seen.loc[seen["seat"] != HOME, "identity"]) | set(_after(lives.gone, began)["identity"])
    mobile = set(seen.loc[seen["place"] != HOME, "identity"]) | set(visits["identity"]) | migrants
    return 1 - len(migrants) / len(mobile) if mobile else np.nan


def symmetry(observations: pd.DataFrame, regions: Sequence[str]) -> float:
    """Correlation over regions of log outflow and log inflow of published scholars, means of 2010-2015.

    observations: year, statistic, group, value.
    """
    rows = observations[observations["group"].isin(regions) & observations["year"].between(*MEANS)]
    tally = rows.groupby(["statistic", "group"])["value"].mean().unstack("statistic")
    both = tally[["scholar_outflow", "scholar_inflow"]].reindex(list(regions)).to_numpy()
    if len(both) < 2 or not (both > 0).all():
        return np.nan
    return float(np.corrcoef(np.log(both.T))[0, 1])


def outmigration_rate(observations: pd.DataFrame) -> float:
    """Mean yearly out-migration rate of published scholars, 2010-2015."""
    rows = observations[(observations["statistic"] == "scholar_outmigration_rate") & (observations["group"] == "all")]
    return float(rows.loc[rows["year"].between(*MEANS), "value"].mean())


def _changes(panel: pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Every change of place in order of person and time: identity, from, to."""
    identity, place = panel["identity"].to_numpy(), panel["place"].to_numpy().astype(int)
    at = np.flatnonzero((identity[1:] == identity[:-1]) & (place[1:] != place[:-1]))
    return identity[at], place[at], place[at + 1]


def _over_chance(was: NDArray[np.int64], goes: NDArray[np.int64], everyone: NDArray[np.int64]) -> float:
    """Share of equal pairs, over the share if `goes` were drawn from `everyone`."""
    if not len(was):
        return np.nan
    drawn = np.bincount(everyone, minlength=int(was.max()) + 1) / len(everyone)
    expected = drawn[was].mean()
    return float((was == goes).mean() / expected) if expected else np.nan


def _after(table: pd.DataFrame, began: pd.Series[int]) -> pd.DataFrame:
    """Rows of these people after they began, up to the last year of the window."""
    rows = table[table["identity"].isin(began.index) & (table["year"] <= LAST)]
    return rows[rows["year"] > rows["identity"].map(began)]
