"""Policies are data: dated, composed in order, bounded, and explained where they are wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sim import Policy, PolicyError
from sim.instruments.levers import baseline
from sim.instruments.policy import levers_in
from tests.sim.conftest import POLICIES, changing, policy

if TYPE_CHECKING:
    from pathlib import Path

    from sim import BrainCirculation, Parameters, World

SHIPPED = sorted(path.stem for path in POLICIES.glob("*.yaml"))
WEIGHT, PLACES = "hiring.overseas_weight", "programmes.overseas_fellowship.places"


def test_the_asked_policies_are_shipped() -> None:
    asked = {
        "overseas_weight",
        "doctoral_stipends",
        "fellowships_doubled",
        "return_guarantee",
        "transfer_support",
        "package",
    }
    assert asked <= set(SHIPPED)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_policy_is_named_after_its_file_and_moves_something(
    name: str, world: World, parameters: Parameters
) -> None:
    shipped = policy(name)
    assert shipped.name == name
    assert shipped.changes or shipped.includes
    if shipped.changes:
        before, after = baseline(world, parameters, 2030), levers_in(world, parameters, [shipped], 2030)
        assert {change.lever for change in shipped.changes} == {name for name in before if before[name] != after[name]}


def test_changes_compose_in_order(world: World, parameters: Parameters) -> None:
    add = changing({"lever": PLACES, "add": 100})
    double = changing({"lever": PLACES, "times": 2})
    base = baseline(world, parameters, 2030)[PLACES]
    assert levers_in(world, parameters, [add, double], 2030)[PLACES] == (base + 100) * 2
    assert levers_in(world, parameters, [double, add], 2030)[PLACES] == base * 2 + 100


def test_dates_bound_a_policy(world: World, parameters: Parameters) -> None:
    dated = changing({"lever": WEIGHT, "add": 0.5}, start=2027, end=2029)
    values = [levers_in(world, parameters, [dated], year)[WEIGHT] for year in range(2026, 2031)]
    assert values == [0.0, 0.5, 0.5, 0.5, 0.0]


def record(**changes: object) -> dict[str, object]:
    good = {"name": "p", "title": "t", "title_ja": "t", "source": "s", "grade": "S", "start": 2026}
    return good | changes


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (record(start=2030, end=2026), "comes before the first"),
        (record(grade="B"), "grade"),
        (record(colour="red"), "colour"),
        (
            record(changes=[{"lever": WEIGHT, "add": 1, "times": 2, "source": "s", "grade": "A"}]),
            "exactly one of set, add",
        ),
        (record(changes=[{"lever": WEIGHT, "source": "s", "grade": "A"}]), "exactly one of set, add"),
        (record(changes=[{"lever": WEIGHT, "add": 1, "grade": "A"}]), "source"),
        (record(name="Not A Name"), "name"),
    ],
)
def test_a_wrong_policy_is_explained(wrong: dict[str, object], sentence: str) -> None:
    with pytest.raises(PolicyError, match=sentence):
        Policy.from_dict(wrong)


def test_unknown_levers_and_values_out_of_range_are_refused(history: BrainCirculation) -> None:
    with pytest.raises(PolicyError, match=r"nearest: hiring\.overseas_weight"):
        history.fork([changing({"lever": "hiring.overseas_wait", "add": 1})])
    with pytest.raises(ValueError, match=r"outside -0\.5 to 2"):
        history.fork([changing({"lever": WEIGHT, "add": 9})])


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="cannot be read"):
        Policy.from_file(tmp_path / "none.yaml")
    broken = tmp_path / "broken.yaml"
    broken.write_text("name: [", encoding="utf-8")
    with pytest.raises(PolicyError, match="not valid YAML"):
        Policy.from_file(broken)
    broken.write_text("- a list", encoding="utf-8")
    with pytest.raises(PolicyError, match="must hold a mapping"):
        Policy.from_file(broken)
