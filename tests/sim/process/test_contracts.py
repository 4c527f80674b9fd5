"""Tenure: who takes a free permanent post is paid by the employer from then on; the others wait in what they hold."""

from __future__ import annotations

import numpy as np

from sim import BrainCirculation, Parameters, World
from sim.process.contracts import _take_tenure
from sim.vocabulary import Stage

YEAR = 2026


def test_a_post_that_a_programme_paid_is_the_employers_after_tenure(world: World, parameters: Parameters) -> None:
    people = BrainCirculation(world, parameters, seed=1, scale=0.004).people
    rows = np.arange(2)
    for name, value in {"stage": Stage.TENURE_TRACK, "tier": 0, "field": 0, "funded": True, "programme": 0}.items():
        people[name][rows] = value
    free = np.zeros((len(world.tiers), len(world.fields)), np.int64)
    free[0, 0] = 1
    assert _take_tenure(people, rows, free, YEAR).tolist() == [0]
    assert people.stage[rows].tolist() == [Stage.PERMANENT, Stage.TENURE_TRACK]
    assert people.funded[rows].tolist() == [False, True]
    assert people.programme[rows].tolist() == [-1, 0], "nothing is booked for the programme from this year on"
    assert people.contract_end[rows].tolist() == [0, YEAR]
    assert free[0, 0] == 1, "the count of the caller is not touched"
