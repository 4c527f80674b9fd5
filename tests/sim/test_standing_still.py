"""A world whose drivers stand still: what does not come of the age pyramid stands nearly still, too."""

from __future__ import annotations

import pandas as pd
import pytest

from sim import BrainCirculation, World
from tests import chance

SCALE, FIRST_SEED, RUNS = 0.4, 1, 12
BEFORE, AFTER = (2013, 2015), (2033, 2035)
DRIFT = 0.1
STILL = "departures", "returns", "doctoral_entrants"
"""Core levels that hold in twenty years.

Foreigners who leave are a quarter more by then, those who come an eighth, and the foreign share of faculty is six
instead of three per cent (docs/calibration.md says so); teachers over sixty are a matter of the pyramid of 2007.
"""
CREEPING = 1.01**20 - 1


@pytest.fixture(scope="module")
def levels(world: World) -> pd.DataFrame:
    """Means over seeds, by outcome and year."""
    still, tables = world.frozen(2015), []
    for seed in range(chance.seed(FIRST_SEED), chance.seed(FIRST_SEED) + RUNS):
        past = BrainCirculation(world, seed=seed, scale=SCALE).run_through(BEFORE[1])
        tables += [past.table(), past.fork(world=still).run_through(AFTER[1]).table()]
    table = pd.concat(tables)
    found: pd.DataFrame = table[table["group"] == "all"].groupby(["outcome", "year"])["value"].mean().unstack("outcome")
    return found


@pytest.mark.chance
@pytest.mark.parametrize("outcome", STILL)
def test_what_people_do_stands_still_with_frozen_drivers(levels: pd.DataFrame, outcome: str) -> None:
    before, after = (levels.loc[first:last, outcome].mean() for first, last in (BEFORE, AFTER))
    chance.within("drift", after / before - 1, -DRIFT, DRIFT, broken=CREEPING, by="a per cent more every year")
