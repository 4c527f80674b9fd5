"""Q5: studying abroad early and working abroad later, with the expansion of exchange places as the instrument."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.replication.design import QuasiExperiment, Treatment, constant
from experiments.replication.estimators.instruments import TwoStages
from sim.vocabulary import HOME, Stage
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    from experiments.replication.panel import FollowUp
    from sim import World

PLACES = {"few places": 0.05, "some places": 0.1, "many places": 0.25}
"""Share of a cohort that studies abroad before the doctorate, by arm: the expansion of an exchange programme."""
_ENTRY, _DEGREE, _LATER = (2006, 2008), 2013, 5


def with_places(world: World, share: float) -> World:
    """The world with exchange places for this share of every cohort."""
    return constant(world, "candidates", "early_share", share)


def graduates(lives: FollowUp) -> pd.DataFrame:
    """People of home origin who begin a doctorate at home in 2006 to 2008 and have it by 2013."""
    cohorts = []
    for year in range(_ENTRY[0], _ENTRY[1] + 1):
        seen = lives.people(year)
        new = (seen["start_year"] == year) & (seen["stage"] == Stage.DOCTORAL) & ~seen["degree_year"].astype(bool)
        here = (seen["origin"] == HOME) & (seen["region"] == HOME)
        cohorts.append(seen[new & here][["person", "field", "sex", "early"]].assign(cohort=year))
    sample = pd.concat(cohorts, ignore_index=True)
    person = sample["person"].to_numpy()
    degree = np.nan_to_num(lives.value("degree_year", person, _DEGREE)).astype(int)
    sample["later"] = degree + _LATER
    sample = sample[degree > 0]
    person, degree = person[degree > 0], degree[degree > 0]
    spells = [lives.abroad(person, degree + after) for after in range(_LATER + 1)]
    sample["works_abroad"] = np.max(spells, axis=0)
    sample["places"] = lives.world.candidates.value("early_share")
    return sample.assign(early=sample["early"].astype(float))


EXCHANGE = QuasiExperiment(
    name="Q5",
    title="Exchange programme for students",
    until=_DEGREE + _LATER,
    arms={name: Treatment(world=partial(with_places, share=share)) for name, share in PLACES.items()},
    sample=graduates,
    estimands={"works_abroad": TwoStages("works_abroad", "early", ("places",), ("field", "sex", "cohort"))},
    levers=("candidates.early_share",),
    kinds=(ProgrammeKind.EARLY_EXCHANGE,),
)
