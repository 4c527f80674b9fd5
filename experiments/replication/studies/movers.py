"""Q8: what a leading region does to citations: raw and matched for those who move there, and by visas that end."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.replication.design import QuasiExperiment, Treatment, constant
from experiments.replication.estimators.comparisons import Difference, Matched, Ratio
from experiments.replication.estimators.instruments import TwoStages
from sim.vocabulary import HOME, Stage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from experiments.replication.panel import FollowUp
    from sim import World

_MOVES, _WINDOW = (2009, 2011, 2013), 3  # years of papers after a move
_LATER = (2009, 2013)  # when those trained abroad are looked at again
_ONE_STAYER_IN = 5  # stayers are many: one in five is enough


def visas_that_end(world: World) -> World:
    """The world in which no host may keep anybody for good."""
    for region in world.abroad:
        world = constant(world, "region_table", "host_tenure", 0.0, region=region)
    return world


def movers_and_trained(lives: FollowUp) -> pd.DataFrame:
    """Two samples one under the other: `design` is movers (against stayers), in the world as it was, or visa (those
    who were in training in a leading region at the start).
    """
    trained = _trained(lives).assign(design="visa")
    may_stay = bool(lives.world.by_region("host_tenure").any())
    trained["may_stay"] = float(may_stay)
    return pd.concat([_movers(lives).assign(design="movers"), trained]) if may_stay else trained


def _movers(lives: FollowUp) -> pd.DataFrame:
    """Doctorates of at most fifteen years in research at home: some go abroad in the year, others stay.

    `moved_rich` leaves out those who go elsewhere than to a leading region. `prestige` is the mean peer quality (SD) of
    the places and kinds of employer of the years after.
    """
    rich = _rich(lives.world)
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
    everyone: pd.DataFrame = pd.concat(cohorts, ignore_index=True)
    return everyone


def _prestige(lives: FollowUp, person: NDArray[np.int64], year: int) -> NDArray[np.float64]:
    """Peer quality of the region abroad, of the kind of employer at home (0 for those without one)."""
    of_tier = np.array([*lives.world.positions.along("tier", lives.world.tiers, "peers_tier"), 0.0])
    region, tier = (np.nan_to_num(lives.value(name, person, year)).astype(int) for name in ("region", "tier"))
    index: NDArray[np.float64] = np.where(region == HOME, of_tier[tier], lives.world.by_region("peers")[region])
    return index


def _rich(world: World) -> list[int]:
    """Codes of the leading regions, as the country says which they are."""
    return [code for code, region in enumerate(world.country.about.regions) if region.leading]


def _trained(lives: FollowUp) -> pd.DataFrame:
    """People of home origin who studied or were postdocs in a leading region when the years begin, with the part of
    later years they spend there.
    """
    rich = _rich(lives.world)
    seen = lives.people(lives.years[0])
    training = seen["stage"].isin([Stage.DOCTORAL, Stage.POSTDOC]) & seen["region"].isin(rich)
    seen = seen[training & (seen["origin"] == HOME)]
    person, years = seen["person"].to_numpy(), range(_LATER[0], _LATER[1] + 1)
    there = [lives.abroad(person, year) * np.isin(lives.value("region", person, year), rich) for year in years]
    impact = lives.impact(person, *_LATER)
    return seen[["person", "field", "stage"]].assign(there=np.mean(there, axis=0), impact=impact)


alike = partial(
    Matched, exact=("field", "stage", "age", "cohort"), binned={"earlier": 4, "earlier_impact": 20}
)  # fmt: skip
"""People of one field, year, stage and academic age with about the same papers and citations so far."""

MOVERS = QuasiExperiment(
    name="Q8",
    title="Citations of transatlantic movers",
    until=_MOVES[-1] + _WINDOW,
    arms={"as it was": Treatment(), "visas that end": Treatment(world=visas_that_end)},
    sample=movers_and_trained,
    estimands={
        "raw_premium": Difference("impact", "moved_rich", ("cohort",), as_share=True),
        "matched_gain": alike("impact", "moved_rich", as_share=True),
        "gain_beyond_prestige": Ratio(alike("impact", "moved", others=("prestige",)), alike("impact", "moved")),
        "location_effect": TwoStages("impact", "there", ("may_stay",), ("field", "stage"), as_share=True),
    },
    levers=("regions.host_tenure",),
)
