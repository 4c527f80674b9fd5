"""Shapes of careers, read from simulated lives: how often, how old, how long after (C14, C28, C30, C32).

Every function takes a panel and gives one number, NaN where nobody is there to be counted. A move is a change of the
region of the employer: who keeps the post at home has not moved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.validation.panel import RESEARCH
from sim.vocabulary import HOME, Sex, Stage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from experiments.validation.panel import CareerPanel

FOLLOWED = 10  # years after the doctorate in which moves are counted
YOUNG, OLD = 35, 45  # below, and from
EARLY = 5  # years abroad
JUNIOR = 7  # years since the doctorate
BACK_WITHIN = 5  # years
CLASS = 5  # width of a class of years since the doctorate
_LASTING = (Stage.TENURE_TRACK, Stage.PERMANENT)


def once_or_twice(lives: CareerPanel) -> float:
    """Of doctorates who move in their first ten years, the share who move once or twice.

    Home origin only: most foreigners who leave do so once, home, and are not followed further.
    """
    panel = lives.panel
    now, then = lives.steps()
    degree, year = panel["degree"].to_numpy(), panel["year"].to_numpy()
    begun = panel.groupby("identity")["year"].transform("min").to_numpy()
    native = panel["origin"].to_numpy()[then] == HOME
    seen = native & (degree[then] > begun[then]) & (degree[then] <= lives.last - FOLLOWED)
    seen &= (year[then] >= degree[then]) & (year[then] <= degree[then] + FOLLOWED)
    moved = then[seen & _moved(panel, now, then)]
    moves = panel["identity"].iloc[moved].value_counts()
    return float((moves <= 2).mean()) if len(moves) else np.nan


def departure_old_over_young(lives: CareerPanel) -> float:
    """Yearly chance of leaving home, employed home-origin doctorates: of 45 and over, over that below 35."""
    panel, at_risk, left = _leavers(lives)
    age = panel["age"].to_numpy()[at_risk]
    return _ratio(left[age >= OLD], left[age < YOUNG])


def departure_peak(lives: CareerPanel) -> float:
    """First year of the five years since the doctorate in which the chance of leaving home is highest."""
    panel, at_risk, left = _leavers(lives)
    since = (panel["year"] - panel["degree"]).to_numpy()[at_risk]
    rates = pd.Series(left).groupby(since // CLASS * CLASS).mean()
    return float(rates.index.to_numpy()[rates.argmax()]) if rates.any() else np.nan


def return_late_over_early(lives: CareerPanel) -> float:
    """Yearly chance of return, home-origin doctorates without a post at home: after five years abroad over before."""
    panel, at_risk, back = _returners(lives)
    away = panel["away"].to_numpy()[at_risk]
    return _ratio(back[away >= EARLY], back[away < EARLY])


def return_old_over_young(lives: CareerPanel) -> float:
    """The same chance at 45 and over, over that below 35."""
    panel, at_risk, back = _returners(lives)
    age = panel["age"].to_numpy()[at_risk]
    return _ratio(back[age >= OLD], back[age < YOUNG])


def return_from_lasting_post(lives: CareerPanel) -> float:
    """Share of home-origin people with a lasting post abroad who ever return.

    Cumulative incidence by years since the post began, over the years watched, with leaving research as the competing
    event (Aalen & Johansen); those still there at the end are censored. Posts that began before the run are left out.
    """
    panel = lives.panel[lives.panel["origin"] == HOME]
    settled = (panel["seat"] != HOME) & (panel["stage"] == Stage.PERMANENT)
    began = panel[settled].groupby("identity")["year"].min()
    first_seen = panel.groupby("identity")["year"].min().reindex(began.index)
    began = began[began > first_seen]
    if began.empty:
        return np.nan
    after = panel[panel["identity"].isin(began.index)].assign(began=lambda t: t["identity"].map(began))
    after = after[after["year"] > after["began"]]
    back = after[after["seat"] == HOME].groupby("identity")["year"].min().reindex(began.index)
    last = after.groupby("identity")["year"].max().reindex(began.index).fillna(began)
    returned = back.notna().to_numpy()
    gone = ~returned & (last < lives.last).to_numpy()
    years = np.where(returned, back, np.where(gone, last + 1, last)) - began.to_numpy()
    return _incidence(years, returned, gone)


def back_within_men(lives: CareerPanel) -> float:
    """Share of men who are back within five years of leaving home as juniors (home origin, no post kept)."""
    return _back_within(lives, Sex.MAN)


def back_within_women(lives: CareerPanel) -> float:
    """The same for women."""
    return _back_within(lives, Sex.WOMAN)


def back_men_minus_women(lives: CareerPanel) -> float:
    """The difference of the two."""
    return back_within_men(lives) - back_within_women(lives)


def research_back_minus_abroad(lives: CareerPanel) -> float:
    """Of juniors in a research post five years after leaving, the share in one five years later: back less abroad.

    Compared from a common landmark, so that having lived long enough to return is no advantage.
    """
    left = _left(lives)
    left = left[left["year"] <= lives.last - 2 * BACK_WITHIN]
    rows = lives.panel.set_index(["identity", "year"])[["seat", "stage"]]
    mark, later = (
        rows.reindex(pd.MultiIndex.from_arrays([left["identity"], left["year"] + years]))
        for years in (BACK_WITHIN, 2 * BACK_WITHIN)
    )
    there = mark["stage"].isin(RESEARCH).to_numpy()
    still, back = later["stage"].isin(RESEARCH).to_numpy()[there], (mark["seat"] == HOME).to_numpy()[there]
    return float(still[back].mean() - still[~back].mean()) if back.any() and not back.all() else np.nan


def push_of_scarcity(lives: CareerPanel) -> float:
    """Yearly chance that a home-origin postdoc leaves home: field with the fewest lasting posts over the one with most.

    Fewest and most: lasting posts at home that a postdoc's next year brings.
    """
    panel = lives.panel
    now, then = lives.steps()
    column = {name: panel[name].to_numpy() for name in ("origin", "stage", "seat", "field")}
    risk = (column["origin"][now] == HOME) & (column["stage"][now] == Stage.POSTDOC) & (column["seat"][now] == HOME)
    now, then = now[risk], then[risk]
    placed = np.isin(column["stage"][then], _LASTING) & (column["seat"][then] == HOME)
    fields = pd.DataFrame({"placed": placed, "left": column["seat"][then] != HOME}).groupby(column["field"][now]).mean()
    if len(fields) < 2:
        return np.nan
    left = fields["left"].to_numpy(float)
    most = left[fields["placed"].argmax()]
    return float(left[fields["placed"].argmin()] / most) if most else np.nan


def _moved(panel: pd.DataFrame, now: NDArray[np.intp], then: NDArray[np.intp]) -> NDArray[np.bool_]:
    seat = panel["seat"].to_numpy()
    moved: NDArray[np.bool_] = seat[now] != seat[then]
    return moved


def _leavers(lives: CareerPanel) -> tuple[pd.DataFrame, NDArray[np.intp], NDArray[np.bool_]]:
    """Employed home-origin doctorates at home: rows, and whether the next year finds the employer abroad."""
    panel = lives.panel
    now, then = lives.steps()
    known = (panel["origin"] == HOME) & (panel["seat"] == HOME) & (panel["degree"] > 0) & panel["stage"].isin(RESEARCH)
    kept = known.to_numpy()[now]
    return panel, now[kept], panel["seat"].to_numpy()[then[kept]] != HOME


def _returners(lives: CareerPanel) -> tuple[pd.DataFrame, NDArray[np.intp], NDArray[np.bool_]]:
    """Home-origin doctorates employed abroad: rows, and whether the next year finds them employed at home."""
    panel = lives.panel
    now, then = lives.steps()
    known = (panel["origin"] == HOME) & (panel["seat"] != HOME) & (panel["degree"] > 0)
    kept = known.to_numpy()[now]
    return panel, now[kept], panel["seat"].to_numpy()[then[kept]] == HOME


def _left(lives: CareerPanel) -> pd.DataFrame:
    """First departures of home-origin juniors: identity, year, sex."""
    panel = lives.panel
    now, then = lives.steps()
    column = {name: panel[name].to_numpy() for name in ("origin", "seat", "degree", "year", "identity", "sex")}
    goes = (column["origin"][now] == HOME) & (column["seat"][now] == HOME) & (column["seat"][then] != HOME)
    goes &= (column["degree"][then] > 0) & (column["year"][then] - column["degree"][then] <= JUNIOR)
    rows = then[goes]
    first: pd.DataFrame = panel.iloc[rows][["identity", "year", "sex"]].drop_duplicates("identity")
    return first


def _back_within(lives: CareerPanel, sex: Sex) -> float:
    goes = _left(lives)
    left = goes[(goes["year"] <= lives.last - BACK_WITHIN) & (goes["sex"] == sex)].set_index("identity")["year"]
    if left.empty:
        return np.nan
    panel = lives.panel[lives.panel["identity"].isin(left.index) & (lives.panel["seat"] == HOME)]
    after = panel["year"] - panel["identity"].map(left)
    return float(panel.loc[(after > 0) & (after <= BACK_WITHIN), "identity"].nunique()) / len(left)


def _ratio(over: NDArray[np.bool_], under: NDArray[np.bool_]) -> float:
    return float(over.mean() / under.mean()) if len(over) and under.any() else np.nan


def _incidence(years: NDArray[np.float64], returned: NDArray[np.bool_], gone: NDArray[np.bool_]) -> float:
    still, total = 1.0, 0.0
    for year in range(1, int(years.max(initial=0)) + 1):
        at_risk, now = (years >= year).sum(), years == year
        if not at_risk:
            break
        total += still * (returned & now).sum() / at_risk
        still *= 1 - ((returned | gone) & now).sum() / at_risk
    return float(total)
