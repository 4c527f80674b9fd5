"""Paired replicates and the effects read from them, on a model whose answer is known."""

import gc
import weakref
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from scipy import stats

from experiments.analysis.effects import effects, pairs, variance_ratios
from experiments.request.build import POINT
from experiments.run.checkpoint import Checkpoint
from experiments.run.executors import Processes, Serial
from experiments.run.replicates import History, Plan, Replicate, history, lives, replicate_seed, simulated
from tests import chance
from tests.experiments.fake import FORK, START, UNTIL, FakeModel, Shift, fake, run

ARMS = {"push": (Shift(size=40, cost=2e9),), "no_change": (), "noisy": (Shift(size=5, noise=30),)}
WINDOWS = ((1, 1), (3, 3), (1, 10))
PLAN = Plan(fake, ARMS, FORK, UNTIL, WINDOWS)


@pytest.fixture(scope="module")
def outcomes() -> pd.DataFrame:
    return run(PLAN, seed=1, replicates=12)


@pytest.fixture(scope="module")
def table(outcomes: pd.DataFrame) -> pd.DataFrame:
    return effects(outcomes, FORK, WINDOWS).set_index(["policy", "outcome", "group", "window"])


def test_history_is_shared_and_counts_as_baseline(outcomes: pd.DataFrame) -> None:
    before = outcomes[outcomes["year"] <= FORK]
    assert set(before["policy"]) == {"baseline"}
    assert before["year"].min() == START
    assert set(outcomes["replicate"]) == set(range(12))


def test_workers_do_not_change_a_number(outcomes: pd.DataFrame) -> None:
    with Processes(2) as pool:
        again = run(PLAN, seed=1, replicates=12, executor=pool)
    assert_frame_equal(outcomes, again, check_exact=True)


def test_pieces_do_not_change_a_number_and_are_not_run_again(outcomes: pd.DataFrame, tmp_path: Path) -> None:
    for build in (fake, _breaks):
        plan = Plan(build, ARMS, FORK, UNTIL, WINDOWS)
        again = run(plan, seed=1, replicates=12, executor=Serial(), checkpoint=Checkpoint(tmp_path))
        assert_frame_equal(outcomes, again, check_exact=True)


def test_more_replicates_keep_the_first_ones(outcomes: pd.DataFrame) -> None:
    few = run(PLAN, seed=1, replicates=3)
    assert_frame_equal(few, outcomes[outcomes["replicate"] < 3], check_exact=True)


def test_seeds_of_replicates_differ_between_replicates_and_seeds() -> None:
    seeds = {replicate_seed(seed, number) for seed in range(5) for number in range(100)}
    assert len(seeds) == 500


def test_a_life_that_is_over_takes_no_memory() -> None:
    gone: list[int] = []

    def tangled(seed: int, member: int) -> FakeModel:
        model = fake(seed, member)
        model.itself = model
        weakref.finalize(model, gone.append, seed)
        return model

    plan = Plan(tangled, {"push": (Shift(40),)}, FORK, UNTIL, ((1, 5),))
    gc.disable()
    try:
        simulated(Replicate("r0", plan, 1, 0))
        assert len(gone) == 1
    finally:
        gc.enable()


def test_an_error_in_a_worker_reaches_the_caller() -> None:
    broken = Plan(_breaks, {}, FORK, UNTIL, ((1, 1),))
    with Processes(2) as pool, pytest.raises(ZeroDivisionError):
        run(broken, seed=1, replicates=4, executor=pool)


def test_any_two_lives_can_be_compared() -> None:
    arms = {"push": (Shift(size=40),)}
    plan = Plan(fake, arms, FORK, UNTIL, ((1, 1),), against=("shove", (Shift(size=100),)))
    table = effects(run(plan, seed=1, replicates=3), FORK, [(1, 1)], "shove")
    row = table.set_index(["policy", "outcome", "group"]).loc[("push", "departures", "all")]
    assert row["effect"] == pytest.approx(-60)
    assert row["against"] == "shove"
    assert set(table["policy"]) == {"push"}


def test_an_arm_that_breaks_is_left_out_with_its_reason_and_harms_no_other() -> None:
    arms = {"push": (Shift(size=40),), "bad": (Shift(size=1, breaks_in=FORK + 3),)}
    plan, broken = Plan(fake, arms, FORK, UNTIL, ((1, 1), (5, 5))), dict[str, str]()
    past = fake(7)
    past.run_through(FORK)
    both = lives(plan, History(past), broken)
    alone = lives(Plan(fake, {"push": arms["push"]}, FORK, UNTIL, ((1, 1), (5, 5))), History(past))
    assert broken == {"bad": "ArithmeticError: broke in 2028"}
    assert_frame_equal(both, alone, check_exact=True)
    with pytest.raises(ArithmeticError):
        lives(plan, History(past))


def test_a_pure_shift_is_recovered_exactly(table: pd.DataFrame) -> None:
    row = table.loc[("push", "departures", "all", "3")]
    assert row["effect"] == pytest.approx(40)
    assert row["low"] == pytest.approx(40)
    assert row["certainty"] == "higher"
    assert (row["first"], row["last"]) == (FORK + 3, FORK + 3)


def test_no_change_is_exactly_nothing(table: pd.DataFrame) -> None:
    nothing = table.loc["no_change"]
    assert (nothing["effect"] == 0).all()
    assert (nothing["certainty"] == "no effect").all()


def test_interval_is_students_t_over_paired_differences(outcomes: pd.DataFrame, table: pd.DataFrame) -> None:
    both = pairs(outcomes, FORK)
    chosen = (both["policy"] == "noisy") & (both["outcome"] == "departures") & (both["group"] == "all")
    difference = both[chosen & (both["year"] == FORK + 1)]["difference"]
    low, high = stats.t.interval(0.95, 11, difference.mean(), stats.sem(difference))
    row = table.loc[("noisy", "departures", "all", "1")]
    assert (row["low"], row["high"]) == pytest.approx((low, high))


def test_what_only_one_life_reports_counts_as_zero_unless_it_is_a_share(table: pd.DataFrame) -> None:
    assert table.loc[("push", "cost", "new programme", "1-10"), "effect"] == pytest.approx(2e9)
    assert table.loc[("push", "cost", "new programme", "1-10"), "reference"] == 0
    assert ("push", "losers", "all", "1") not in table.index
    assert table.loc[("push", "winners", "all", "1-10"), "effect"] == 1


@pytest.mark.chance
def test_variance_ratio_has_its_known_limits() -> None:
    rng = np.random.default_rng(chance.seed(1))
    common, apart = rng.normal(size=4000), rng.normal(size=4000)
    lives = {"baseline": common, "independent": apart, "paired": common + 0.1 * apart, "shifted": common + 1}
    tables = [pd.DataFrame({"policy": name, "replicate": np.arange(4000), "value": x}) for name, x in lives.items()]
    cell = {"member": POINT, "year": FORK + 1, "outcome": "returns", "group": "all", "unit": "persons/yr"}
    both = pairs(pd.concat(tables).assign(**cell), FORK)
    ratio = {
        name: variance_ratios(both[both["policy"] == name], FORK, [(1, 1)]).get("returns", np.inf)
        for name in ("independent", "paired", "shifted")
    }
    by = "the variance of one life for that of both"
    chance.within("ratio of independent lives", ratio["independent"], 0.8, 1.2, broken=0.5, by=by)
    chance.within("ratio of paired lives", ratio["paired"], 160, 240, broken=100, by=by)
    assert ratio["shifted"] > 1e9


def test_a_single_replicate_has_no_interval() -> None:
    alone = effects(run(PLAN, seed=1, replicates=1), FORK, WINDOWS)
    assert alone["low"].isna().all()
    assert set(alone["certainty"]) == {"too few sets", "no effect"}


def _breaks(seed: int, _: int) -> float:
    return seed / 0


def test_a_life_that_starts_earlier_parts_from_the_history_earlier() -> None:
    arms = {"early": (Shift(size=40, start=FORK - 1),), "later": (Shift(size=1, start=FORK + 3),)}
    plan = Plan(fake, arms, FORK, UNTIL, ((1, 1),))
    assert plan.early == (FORK - 2,)
    past = history(plan, 7, POINT)
    assert {year: model.year for year, model in past.earlier.items()} == {FORK - 2: FORK - 2}
    assert [past.life(plan, policies).year for policies in (*arms.values(), ())] == [FORK] * 3
    table = effects(run(plan, seed=1, replicates=3), FORK, [(1, 1)]).set_index(["policy", "outcome", "group"])
    assert table.loc[("early", "departures", "all"), "effect"] == pytest.approx(40)
    assert table["first"].min() == FORK + 1
