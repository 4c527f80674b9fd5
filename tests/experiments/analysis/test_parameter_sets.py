"""Parameter sets in runs: drawn by weight, shared by all lives of a replicate, the same on any number of workers."""

from pathlib import Path

from pandas.testing import assert_frame_equal

from experiments import compare
from experiments.request.build import Build, members, weights
from experiments.request.comparison import describe
from experiments.request.design import Point
from experiments.run.executors import Processes, Serial
from experiments.run.replicates import Plan
from tests.experiments.fake import FORK, UNTIL, Shift, fake, run
from tests.experiments.request import test_settings

SMALL = {"scale": 0.003, "replicates": 4, "until": 2027, "windows": [1, 2], "progress": False}


def test_replicates_of_a_draw_share_their_member_and_more_replicates_keep_the_seeds() -> None:
    plan = Plan(fake, {"push": (Shift(by_member=1),)}, FORK, UNTIL, ((1, 1),), members=(4, 4, 9, 9))
    outcomes = run(plan, seed=1, replicates=4, executor=Serial())
    assert outcomes.groupby("replicate")["member"].unique().map(list).tolist() == [[4], [4], [9], [9]]
    more = Plan(fake, {"push": (Shift(by_member=1),)}, FORK, UNTIL, ((1, 1),), members=(4, 4, 4, 9, 9, 9))
    again = run(more, seed=1, replicates=6, executor=Serial())
    old, new = (table[(table["policy"] == "baseline") & (table["replicate"] < 4)] for table in (outcomes, again))
    assert_frame_equal(old.drop(columns="member"), new.drop(columns="member"), check_exact=True)


def ensemble_file(folder: Path) -> Path:
    (folder / "mine.csv").write_text("member,weight,beta\n5,0.5,1.0\n7,0.25,2.0\n8,0.25,3.0\n")
    return folder / "mine.csv"


def test_a_run_draws_its_members_by_weight_and_is_named_by_them(tmp_path: Path) -> None:
    mine = ensemble_file(tmp_path)
    asked = test_settings.settings("replicates=12", "sets=4", f"parameters.ensemble={mine}", "policy=package")
    drawn = members(asked)
    assert [drawn[start : start + 3] for start in range(0, 12, 3)] == [(m,) * 3 for m in drawn[::3]]
    assert sorted(drawn[::3]) == [5, 5, 7, 8]
    assert Build.of(asked).inputs(7)[1].beta == 2.0
    over = test_settings.settings(f"parameters.ensemble={mine}", "parameters.overrides.beta=1.7")
    assert {Build.of(over).inputs(member)[1].beta for member in (5, 7, 8)} == {1.7}
    assert members(test_settings.settings("replicates=4", "parameters=point")) == (-1,) * 4
    more = test_settings.settings("replicates=5", "sets=4", f"parameters.ensemble={mine}", "policy=package")
    assert more.seeds == (2, 1, 1, 1)
    assert weights(more) == {5: 2, 7: 1, 8: 1}
    named = describe(asked, Point.of(0, {}, asked.model_dump(mode="json")).asked.question)
    assert named["ensemble"]["name"] == str(mine)
    assert named["ensemble"]["members"] == list(drawn)
    assert len(named["ensemble"]["sha256"]) == 64


def test_a_replicate_over_the_ensemble_is_the_point_run_with_its_values(tmp_path: Path) -> None:
    mine = ensemble_file(tmp_path)
    over = compare("package", executor="serial", parameters={"ensemble": str(mine)}, **SMALL)
    assert over.effects["sets"].max() == 3
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


def test_a_run_of_one_parameter_set_says_that_all_is_chance() -> None:
    answer = compare("package", parameters="point", executor="serial", **SMALL)
    assert (answer.effects["sets"] == 1).all()
    seen_twice = answer.effects[answer.effects["replicates"] > 1]  # few simulated people: some cells are there once
    assert len(seen_twice) > len(answer.effects) / 2
    assert (seen_twice["chance_share"] == 1).all()
    assert set(answer.outcomes["member"]) == {-1}
    assert "one parameter set" in repr(answer)
    assert "(one parameter set)" in answer.summary
