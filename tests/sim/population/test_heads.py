"""Heads are those that a plain count finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.population.heads import FOREIGN, NATIVE, heads
from sim.vocabulary import HOME, Stage

if TYPE_CHECKING:
    from sim import BrainCirculation


def test_everybody_is_counted_once_where_they_are(history: BrainCirculation) -> None:
    people, regions = history.people, len(history.world.regions)
    found = heads(people, regions)
    assert found.shape == (2, regions, len(Stage))
    assert found.sum() == len(people)
    for kind in (FOREIGN, NATIVE):
        for region in range(regions):
            there = ((people.origin == HOME) == (kind == NATIVE)) & (people.region == region)
            assert found[kind, region].tolist() == np.bincount(people.stage[there], minlength=len(Stage)).tolist()
