"""Q8: what a move to a leading region does to citations: raw, matched, and by the luck of a fellowship."""

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.quasi.comparisons import Difference, Matched, Ratio
from experiments.quasi.design import QuasiExperiment
from experiments.quasi.discontinuity import FuzzyDiscontinuity
from experiments.quasi.grants import FELLOWSHIP
from sim.vocabulary import HOME, Stage
from sim.world import TIERS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from experiments.quasi.lives import Lives

RICH = ("US", "UK_EU")
_CALLS, _MOVES = (2008, 2013), (2009, 2011, 2013)
_WINDOW, _FUNDED = 3, 5  # years of papers after a move, after a call
_ONE_STAYER_IN = 5  # stayers are many: one in five is enough


def movers_and_applicants(lives: "Lives") -> pd.DataFrame:
    """Two samples one under the other: `design` is movers (against stayers) or call (applicants to the fellowship)."""
    return pd.concat([_movers(lives).assign(design="movers"), _applicants(lives).assign(design="call")])


def _movers(lives: "Lives") -> pd.DataFrame:
    """Doctorates of at most fifteen years in research at home: some go abroad in the year, others stay.

    `moved_rich` leaves out those who go elsewhere than the US, UK or EU. `prestige` is the mean peer quality (SD) of
    the places and kinds of employer of the years after.
    """
    rich = [lives.world.regions.index(name) for name in RICH]
    cohorts = []
    for year in _MOVES:
        seen = lives.people(year - 1)
        academic = seen["stage"].between(Stage.POSTDOC, Stage.PERMANENT) & seen["degree_year"].between(year - 15, year)
        seen = seen[academic & (seen["origin"] == HOME) & (seen["region"] == HOME)]
        person = seen["person"].to_numpy()
        moves = lives.abroad(person, year) == 1
        stays = np.max([lives.abroad(person, year + after) for after in range(_WINDOW)], axis=0) == 0
        elsewhere = moves & ~np.isin(lives.value("region", person, year), rich)
        cohort = seen[["person", "field", "stage"]].assign(
            cohort=year,
            moved=moves.astype(float),
            moved_rich=np.where(elsewhere, np.nan, moves),
            age=(year - seen["degree_year"]) // 3,
            earlier=seen["papers"],
            earlier_impact=lives.impact(person, lives.years[0] + 1, year - 1),
            impact=lives.impact(person, year, year + _WINDOW - 1),
            prestige=np.mean([_prestige(lives, person, year + after) for after in range(_WINDOW)], axis=0),
        )
        cohorts.append(cohort[moves | (stays & (person % _ONE_STAYER_IN == 0))])
    return pd.concat(cohorts, ignore_index=True)


def _prestige(lives: "Lives", person: "NDArray[np.int64]", year: int) -> "NDArray[np.float64]":
    """Peer quality of the region abroad, of the kind of employer at home (0 for those without one)."""
    of_tier = np.array([*lives.world.positions.along("tier", TIERS, "peers_tier"), 0.0])
    region, tier = (np.nan_to_num(lives.value(name, person, year)).astype(int) for name in ("region", "tier"))
    index: NDArray[np.float64] = np.where(region == HOME, of_tier[tier], lives.world.by_region("peers")[region])
    return index


def _applicants(lives: "Lives") -> pd.DataFrame:
    """Applicants who want to go to the US, UK or EU, with the part of the next five years they spend there."""
    rich = [lives.world.regions.index(name) for name in RICH]
    sample = lives.applicants(FELLOWSHIP, *_CALLS)
    sample = sample[sample["region"].isin(rich)]
    person, call = sample["person"].to_numpy(), sample["year"].to_numpy()
    years = [np.isin(lives.value("region", person, call + after), rich) for after in range(_FUNDED)]
    impact = lives.impact(person, call, call + _FUNDED - 1)
    return pd.DataFrame(sample[["person", "distance"]].assign(there=np.mean(years, axis=0), impact=impact))


alike = partial(
    Matched, exact=("field", "stage", "age", "cohort"), binned={"earlier": 4, "earlier_impact": 20}
)  # fmt: skip
"""People of one field, year, stage and academic age with about the same papers and citations so far."""

MOVERS = QuasiExperiment(
    name="Q8",
    title="Citations of transatlantic movers",
    until=_CALLS[1] + _FUNDED,
    sample=movers_and_applicants,
    estimands={
        "raw_premium": Difference("impact", "moved_rich", ("cohort",), as_share=True),
        "matched_gain": alike("impact", "moved_rich", as_share=True),
        "gain_beyond_prestige": Ratio(alike("impact", "moved", others=("prestige",)), alike("impact", "moved")),
        "location_effect": FuzzyDiscontinuity("impact", "there", as_share=True),
    },
)
