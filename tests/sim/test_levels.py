"""Levels at the default parameters, seen as the surveys see them: of the order of every observed series."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim import BrainCirculation, Parameters, World
from sim.world.country import Country
from tests import chance

FIRST, LAST = 2010, 2021  # the first years show how the model was founded
FACTOR = 2.0
SCALE, FIRST_SEED, RUNS = 0.4, 1, 3
FARTHER = {("new_doctorates_abroad", "all"): 4.0}
"""Of these the level is farther off at the defaults, by at most so much: two in a hundred new doctorates are abroad,
where a follow-up survey saw about five, 1.5 either way; the ensemble lies between (docs/odd.md).
"""


@pytest.fixture(scope="module")
def ratios(world: World, parameters: Parameters) -> pd.Series:
    """Simulated over observed, by statistic and group: means over the observed years."""
    observed = pd.read_csv(Country.load().targets("series")).query("@FIRST <= year <= @LAST")
    seen = pd.concat(
        BrainCirculation(world, parameters, seed=seed, scale=SCALE, observed=True).run_through(LAST).observations()
        for seed in range(chance.seed(FIRST_SEED), chance.seed(FIRST_SEED) + RUNS)
    )
    key = ["statistic", "group", "year"]
    both = observed.set_index(key)["value"].to_frame("observed")
    both["simulated"] = seen.groupby(key)["value"].mean()
    means = both.dropna().groupby(["statistic", "group"]).mean()
    assert len(means) == observed.groupby(["statistic", "group"]).ngroups  # every series has its counterpart
    ratio: pd.Series = means["simulated"] / means["observed"]
    return ratio


@pytest.mark.chance
def test_every_level_is_within_a_factor_of_two(ratios: pd.Series) -> None:
    near = ratios.drop(list(FARTHER))
    ends = {f"smallest of {len(near)} ratios": near.min(), f"largest of {len(near)} ratios": near.max()}
    for (what, end), broken in zip(ends.items(), (0.4, 2.5), strict=True):
        chance.within(what, end, 1 / FACTOR, FACTOR, broken=broken, by="a level farther off than any is")
    for (statistic, group), factor in FARTHER.items():
        what = f"ratio of {statistic}"
        chance.within(what, ratios[statistic, group], 1 / factor, 1 / FACTOR, broken=1, by="a level that is right")


def test_levels_are_right_in_the_middle(ratios: pd.Series) -> None:
    assert abs(np.log(ratios.median())) < np.log(1.1)
    assert np.exp(np.log(ratios).abs().median()) < 1.25
