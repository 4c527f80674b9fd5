"""Chance and parameters are told apart where their variances are known."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from scipy import stats

from experiments import compare
from experiments.analysis.effects import effects, variance_ratios
from experiments.analysis.variance import decomposed, intervals
from experiments.request.build import Build, members
from experiments.request.comparison import describe
from experiments.request.design import Point
from experiments.run.executors import Processes, Serial
from experiments.run.replicates import Plan
from tests.experiments.fake import FORK, UNTIL, Shift, fake, run
from tests.experiments.request import test_settings

SMALL = {"scale": 0.003, "replicates": 4, "until": 2027, "horizons": [1, 2], "progress": False}


def synthetic(
    sets: int, seeds: int, parameters: float, chance: float, *, cells: int = 3000, seed: int = 1
) -> tuple[pd.DataFrame, "np.ndarray"]:
    """Differences with these two standard deviations about 3, and the effect at one more set in every cell."""
    rng = np.random.default_rng(seed)
    true = 3 + parameters * rng.normal(size=(cells, sets + 1))
    values = true[:, :sets, None] + chance * rng.normal(size=(cells, sets, seeds))
    index = pd.MultiIndex.from_product([range(cells), range(sets), range(seeds)], names=["cell", "member", "seed"])
    return pd.DataFrame({"difference": values.ravel()}, index).reset_index(), true[:, -1]


@pytest.mark.parametrize("parameters", [0.0, 0.5, 1.0, 3.0])
@pytest.mark.parametrize(("sets", "seeds"), [(10, 2), (20, 2), (6, 4)])
def test_known_variances_are_recovered(sets: int, seeds: int, parameters: float) -> None:
    table, _ = synthetic(sets, seeds, parameters, 1.0)
    parts = decomposed(table, ["cell"])
    assert parts["within"].mean() == pytest.approx(1, abs=0.03)
    unfloored = (parts["between"] - parts["within"]) / seeds
    assert unfloored.mean() == pytest.approx(parameters**2, abs=0.02 + 0.05 * parameters**2)
    assert parts["parameters"].to_numpy() == pytest.approx(unfloored.clip(lower=0).to_numpy())


@pytest.mark.parametrize("parameters", [0.0, 0.3, 0.5, 0.7, 1.0, 2.0])
@pytest.mark.parametrize(("sets", "seeds"), [(10, 2), (20, 2)])
def test_the_interval_holds_the_effect_of_a_drawn_set(sets: int, seeds: int, parameters: float) -> None:
    table, drawn = synthetic(sets, seeds, parameters, 1.0)
    found = intervals(decomposed(table, ["cell"]))
    held = ((found["low"] <= drawn) & (drawn <= found["high"])).mean()
    assert held >= 0.92  # what the docstring promises, within the error of 3,000 cells


def test_without_parameter_variance_the_parameter_part_is_small_and_never_negative() -> None:
    table, _ = synthetic(60, 2, 0.0, 1.0, cells=500)
    parts = decomposed(table, ["cell"])
    assert (parts["parameters"] >= 0).all()
    assert parts["parameters"].mean() < 0.1
    assert (intervals(parts)["parameters"] >= 0).all()


@settings(deadline=None)
@given(data=st.data(), sets=st.integers(1, 6), most=st.integers(1, 4))
def test_any_layout_gives_parts_that_fit_together(data: st.DataObject, sets: int, most: int) -> None:
    sizes = data.draw(st.lists(st.integers(1, most), min_size=sets, max_size=sets))
    member = np.repeat(np.arange(sets), sizes)
    value = data.draw(st.lists(st.integers(-1000, 1000).map(float), min_size=len(member), max_size=len(member)))
    table = pd.DataFrame({"cell": 0, "member": member, "difference": value})
    parts, found = decomposed(table, ["cell"]).iloc[0], intervals(decomposed(table, ["cell"])).iloc[0]
    assert (parts["members"], parts["replicates"]) == (sets, len(member))
    assert parts["effect"] == pytest.approx(np.mean(value), abs=1e-6)
    assert np.isnan(found["low"]) == (len(member) == 1)
    assert np.isnan(found["chance"]) == (len(member) == sets)
    assert np.isnan(found["parameters"]) == (len(member) == sets > 1)
    if not np.isnan(found["low"]):
        assert found["low"] <= parts["effect"] <= found["high"]
    if sets > 1 and len(member) > sets:
        half = (found["high"] - found["low"]) / 2
        assert found["parameters"] <= half * (1 + 1e-9)
        groups = [table.loc[table["member"] == number, "difference"] for number in range(sets)]
        if parts["within"] > 1e-3:
            assert parts["between"] / parts["within"] == pytest.approx(stats.f_oneway(*groups).statistic, rel=1e-6)


def test_one_parameter_set_has_students_interval() -> None:
    table, _ = synthetic(1, 9, 0.0, 2.0, cells=1)
    found = intervals(decomposed(table, ["cell"])).iloc[0]
    low, high = stats.t.interval(0.95, 8, table["difference"].mean(), stats.sem(table["difference"]))
    assert (found["low"], found["high"]) == pytest.approx((low, high))
    assert found["chance"] == pytest.approx((high - low) / 2)
    assert found["parameters"] == 0


def test_one_seed_a_set_holds_both_and_tells_nothing_apart() -> None:
    table, drawn = synthetic(20, 1, 1.0, 1.0)
    found = intervals(decomposed(table, ["cell"]))
    assert found[["chance", "parameters"]].isna().all(axis=None)
    assert ((found["low"] <= drawn) & (drawn <= found["high"])).mean() > 0.95


def test_effects_show_what_members_and_noise_did() -> None:
    arms = {"same": (Shift(40),), "differs": (Shift(40, by_member=10),), "noisy": (Shift(40, noise=10),)}
    plan = Plan(fake, arms, FORK, UNTIL, (1, 10), members=tuple(np.repeat(range(10), 2).tolist()))
    outcomes = run(plan, seed=1, replicates=20, executor=Serial())
    found = effects(outcomes, FORK).set_index(["policy", "outcome", "group", "horizon"])
    same, differs, noisy = (found.loc[(policy, "departures", "all", 1)] for policy in arms)
    assert (same["chance"], same["parameters"]) == pytest.approx((0, 0), abs=1e-9)
    assert differs["chance"] == pytest.approx(0, abs=1e-9)
    assert differs["parameters"] == pytest.approx(stats.t.ppf(0.975, 9) * 10 * np.std(range(10), ddof=1) * 1.1**0.5)
    assert differs["effect"] == pytest.approx(40 + 45)
    assert noisy["chance"] > 2
    assert (found["members"] == 10).all()
    ratio = variance_ratios(found.reset_index())
    assert ratio["departures"] > 2  # members that differ are no chance that pairing would have to cancel


def test_the_variance_ratio_is_that_of_chance_at_a_given_set() -> None:
    rng = np.random.default_rng(2)
    member = np.repeat(np.arange(500), 4)
    level, draw_key, other = 50 * rng.normal(size=500)[member], rng.normal(size=2000), rng.normal(size=2000)
    lives = {"baseline": level + draw_key, "policy": 1.5 * level + draw_key + 0.1 * other}
    common = {"replicate": range(2000), "member": member, "year": FORK + 1, "outcome": "returns", "group": "all"}
    tables = [pd.DataFrame({"policy": name, "value": x, **common}) for name, x in lives.items()]
    found = effects(pd.concat(tables).assign(unit="persons/yr"), FORK)
    assert found["variance_ratio"].iloc[0] == pytest.approx(200, rel=0.15)


def test_replicates_of_a_draw_share_their_member_and_more_replicates_keep_the_seeds() -> None:
    plan = Plan(fake, {"push": (Shift(by_member=1),)}, FORK, UNTIL, (1,), members=(4, 4, 9, 9))
    outcomes = run(plan, seed=1, replicates=4, executor=Serial())
    assert outcomes.groupby("replicate")["member"].unique().map(list).tolist() == [[4], [4], [9], [9]]
    more = Plan(fake, {"push": (Shift(by_member=1),)}, FORK, UNTIL, (1,), members=(4, 4, 4, 9, 9, 9))
    again = run(more, seed=1, replicates=6, executor=Serial())
    old, new = (table[(table["policy"] == "baseline") & (table["replicate"] < 4)] for table in (outcomes, again))
    assert_frame_equal(old.drop(columns="member"), new.drop(columns="member"), check_exact=True)


def ensemble_file(folder: Path) -> Path:
    (folder / "mine.csv").write_text("member,weight,beta\n5,0.5,1.0\n7,0.25,2.0\n8,0.25,3.0\n")
    return folder / "mine.csv"


def test_a_run_draws_its_members_by_weight_and_is_named_by_them(tmp_path: Path) -> None:
    mine = ensemble_file(tmp_path)
    asked = test_settings.settings("replicates=12", "seeds=3", f"parameters.ensemble={mine}", "policy=package")
    drawn = members(asked)
    assert [drawn[start : start + 3] for start in range(0, 12, 3)] == [(m,) * 3 for m in drawn[::3]]
    assert sorted(drawn[::3]) == [5, 5, 7, 8]
    assert Build.of(asked).inputs(7)[1].beta == 2.0
    over = test_settings.settings(f"parameters.ensemble={mine}", "parameters.overrides.beta=1.7")
    assert {Build.of(over).inputs(member)[1].beta for member in (5, 7, 8)} == {1.7}
    assert members(test_settings.settings("replicates=4", "parameters=point")) == (-1,) * 4
    named = describe(asked, Point.of(0, {}, asked.model_dump(mode="json")).asked.question)
    assert named["ensemble"]["name"] == str(mine)
    assert named["ensemble"]["members"] == list(drawn)
    assert len(named["ensemble"]["sha256"]) == 64


def test_a_replicate_over_the_ensemble_is_the_point_run_with_its_values(tmp_path: Path) -> None:
    mine = ensemble_file(tmp_path)
    over = compare("package", executor="serial", parameters={"ensemble": str(mine)}, **SMALL)
    assert over.effects["members"].max() == 2
    for member, beta in ((5, 1.0), (7, 2.0), (8, 3.0)):
        point = compare(
            "package", executor="serial", parameters={"ensemble": None, "overrides": {"beta": beta}}, **SMALL
        )
        mine_of = over.outcomes[over.outcomes["member"] == member]
        same = point.outcomes[point.outcomes["replicate"].isin(mine_of["replicate"])]
        columns = mine_of.columns.drop("member")
        assert_frame_equal(
            mine_of[columns].reset_index(drop=True), same[columns].reset_index(drop=True), check_exact=True
        )


def test_workers_do_not_change_which_member_a_replicate_has(tmp_path: Path) -> None:
    asked = {**SMALL, "parameters": {"ensemble": str(ensemble_file(tmp_path))}}
    alone = compare("package", executor=Serial(), **asked)
    with Processes(2) as pool:
        together = compare("package", executor=pool, **asked)
    assert_frame_equal(alone.outcomes, together.outcomes, check_exact=True)
    assert_frame_equal(alone.effects, together.effects, check_exact=True)


def test_a_point_run_has_no_parameter_part_and_says_so() -> None:
    answer = compare("package", parameters="point", executor="serial", **SMALL)
    assert (answer.effects["parameters"] == 0).all()
    assert set(answer.outcomes["member"]) == {-1}
    assert "Intervals hold chance only, not uncertain parameters" in answer.summary
    assert "(one parameter set)" in answer.summary
