"""Two lives are the same where the same holds in them, by whatever names it was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from experiments.errors import InputError
from experiments.request.comparison import NOTHING, Question, arm, question, refuse_the_same, what_holds, worlds
from experiments.request.composition import CONFIGS
from experiments.request.design import Point, refuse_twins
from tests.experiments.request.test_settings import asked, settings

if TYPE_CHECKING:
    from pathlib import Path

FILE = CONFIGS / "policy" / "overseas_weight.yaml"


def written(folder: Path, name: str, **change: object) -> str:
    said = {"lever": "hiring.overseas_weight", "source": "s", "grade": "A", **change}
    head = {"name": name, "title": name, "title_ja": name, "source": "s", "grade": "A", "start": 2026}
    (path := folder / f"{name}.yaml").write_text(yaml.safe_dump({**head, "changes": [said]}), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    "line",
    [
        "policy=[package,overseas_weight] against=package",
        "policy=package against=[package,overseas_weight]",
        "policy=package against=[overseas_weight,doctoral_stipends,fellowships_doubled]",
        f"policy=overseas_weight against={FILE}",
    ],
)
def test_what_holds_on_both_sides_is_nothing_to_compare(line: str) -> None:
    with pytest.raises(InputError, match=r"^policy and against .* there is nothing to compare\.$"):
        refuse_the_same(question(settings(*line.split())))
    refused = Point.of(0, {}, asked(*line.split())).asked
    assert isinstance(refused, str)
    assert "nothing to compare" in refused


def test_more_on_one_side_is_something_to_compare() -> None:
    refuse_the_same(question(settings("policy=[package,return_guarantee]", "against=package")))
    refuse_the_same(question(settings("policy=package", "against=package", "levers.hiring.overseas_weight=0.7")))


def test_two_arms_that_hold_the_same_are_refused() -> None:
    both = Question((arm(["package"]), arm(["package", "overseas_weight"])))
    with pytest.raises(InputError, match=r"^The arms package and package\+overseas_weight hold the same: keep one\.$"):
        refuse_the_same(both)


def test_a_policy_that_does_nothing_is_not_taken_for_the_baseline(tmp_path: Path) -> None:
    """That it does nothing is said where it is explained."""
    head = {"name": "idle", "title": "t", "title_ja": "t", "source": "s", "grade": "A", "start": 2026}
    (path := tmp_path / "idle.yaml").write_text(yaml.safe_dump(head), encoding="utf-8")
    refuse_the_same(Question((arm([str(path)]),), NOTHING))


def test_order_counts_where_two_policies_move_one_lever(tmp_path: Path) -> None:
    add, times = written(tmp_path, "more", add=0.1), written(tmp_path, "twice", times=2.0)
    one, other = arm([add, times]), arm([times, add])
    assert what_holds(one.policies) != what_holds(other.policies)
    refuse_the_same(Question((one,), other))
    apart = arm(["return_guarantee", add]), arm([add, "return_guarantee"])
    assert what_holds(apart[0].policies) == what_holds(apart[1].policies)


def test_a_policy_or_world_is_named_once_in_a_list() -> None:
    for wanted in (["overseas_weight", str(FILE)], ["overseas_weight", "overseas_weight"]):
        with pytest.raises(InputError, match="overseas_weight is named twice in one list; keep one"):
            arm(wanted)
    with pytest.raises(InputError, match="weak_yen is named twice in one list; keep one"):
        worlds(["weak_yen", str(CONFIGS / "world" / "weak_yen.yaml")])
    assert arm(["package", "overseas_weight"]).name == "package+overseas_weight"


def test_two_worlds_of_one_name_are_told_apart_or_refused(tmp_path: Path) -> None:
    text = (CONFIGS / "world" / "weak_yen.yaml").read_text("utf-8")
    (path := tmp_path / "weak_yen.yaml").write_text(text.replace("title: ", "title: Another "), encoding="utf-8")
    for wanted in ("[weak_yen,{}]", "[{},weak_yen]"):
        with pytest.raises(
            InputError, match=r"^Two different files hold a world named weak_yen: give one of them anoth"
        ):
            question(settings("policy=package", f"world={wanted.format(path)}"))


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("policy=overseas_weight", f"policy={FILE}", True),
        ("policy=package", "policy=[package,overseas_weight]", True),
        ("policy=package world=baseline", "policy=package world=null", True),
        ("policy=package budget=5", "policy=package budget=5.0", True),
        ("levers.hiring.overseas_weight=0.5", "levers.hiring.overseas_weight=0.5 levers_from=2026", True),
        ("policy=package country=null", "policy=package country=japan", True),
        ("levers.hiring.overseas_weight=0.5", "levers.hiring.overseas_weight=0.50", True),
        ("levers.hiring.overseas_weight=0.5", "levers.hiring.overseas_weight=0.50000001", False),
        ("levers.hiring.overseas_weight=0.5", "levers.hiring.overseas_weight=0.5 levers_from=2027", False),
        ("policy=package", "policy=package against=overseas_weight", False),
        ("policy=package", "policy=package world=weak_yen", False),
        ("policy=package seed=1", "policy=package seed=2", False),
        ("policy=package", "policy=package parameters.overrides.beta=1.1", False),
        ("policy=package", "policy=baseline", False),
    ],
)
def test_two_points_that_ask_for_the_same_are_refused(first: str, second: str, same: bool) -> None:
    points = [Point.of(number, {"asked": line}, asked(*line.split())) for number, line in enumerate((first, second))]
    assert not any(isinstance(point.asked, str) for point in points)
    if not same:
        refuse_twins(points)
        return
    with pytest.raises(InputError) as refused:
        refuse_twins(points)
    assert str(refused.value) == f"asked={first} and asked={second} ask for the same: keep one."


def test_points_that_read_alike_and_cannot_be_run_are_left_to_their_reasons() -> None:
    twins = [Point.of(number, {"budget": 5.0}, asked("policy=package", "budget=5")) for number in range(2)]
    with pytest.raises(InputError, match=r"^budget=5 is asked for twice: keep one\.$"):
        refuse_twins(twins)
    refuse_twins([Point.of(number, {}, asked("policy=nowhere")) for number in range(2)])
