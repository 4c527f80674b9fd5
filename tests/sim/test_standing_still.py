"""A world whose drivers stand still: what does not come of the age pyramid stands nearly still, too."""

from __future__ import annotations

import pandas as pd
import pytest

from sim import BrainCirculation, World

SEEDS = (1, 2, 3)
BEFORE, AFTER = (2013, 2015), (2033, 2035)
DRIFT = 0.1
STILL = ("departures", "returns", "foreign_departures", "doctoral_entrants")
"""Core levels that hold. The stock abroad falls by a seventh and the foreign share of faculty grows by half in twenty
years (docs/calibration.md says so); teachers over sixty are a matter of the pyramid of 2007.
"""


@pytest.fixture(scope="module")
def levels(world: World) -> pd.DataFrame:
    """Means over seeds, by outcome and year."""
    still, tables = world.frozen(2015), []
    for seed in SEEDS:
        past = BrainCirculation(world, seed=seed, scale=0.1).run_through(BEFORE[1])
        tables += [past.table(), past.fork(world=still).run_through(AFTER[1]).table()]
    table = pd.concat(tables)
    found: pd.DataFrame = table[table["group"] == "all"].groupby(["outcome", "year"])["value"].mean().unstack("outcome")
    return found


@pytest.mark.parametrize("outcome", STILL)
def test_what_people_do_stands_still_with_frozen_drivers(levels: pd.DataFrame, outcome: str) -> None:
    before, after = (levels.loc[first:last, outcome].mean() for first, last in (BEFORE, AFTER))
    assert abs(after / before - 1) < DRIFT
