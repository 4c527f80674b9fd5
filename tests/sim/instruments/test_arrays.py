"""Levers with a value for each of some keys: labels pick cells, sizes follow years, and errors are one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from sim import Policy, PolicyError, instruments
from sim.instruments.change import Change, size_in
from sim.instruments.course import in_force_under
from sim.instruments.lever import FIELD, REGION, ArrayLever, Instrument, Key
from sim.world.addresses import Address
from tests.sim.conftest import changing

if TYPE_CHECKING:
    from sim import BrainCirculation, Parameters, World
    from sim.instruments.levers import Levers

WAY = Key("direction", ("out", "in", "joint"))
SHARE = ArrayLever("door.share", "x", "x", "share", 0, 1, 1.0, "nothing", keys=(FIELD, REGION, WAY))
STEP = ArrayLever(
    *("door.seats", "x", "x", "seats", -100, 100, 0.0, "nothing"),
    keys=(FIELD,),
    shares=lambda world: world.posts.along("field", world.fields, "field_share"),
)


@pytest.fixture(autouse=True)
def _door(monkeypatch: pytest.MonkeyPatch) -> None:
    door = Instrument("door", (SHARE, STEP))
    monkeypatch.setattr(instruments, "INSTRUMENTS", (*instruments.INSTRUMENTS, door))


def levers(world: World, parameters: Parameters, *policies: Policy, year: int = 2030) -> Levers:
    return in_force_under(world, parameters, policies, year)


def test_labels_pick_cells_in_any_order_and_the_rest_stays(world: World, parameters: Parameters) -> None:
    region, field = world.abroad[2], world.fields[1]
    one = changing({"lever": f"door.share[{region}, {field.replace(' ', '_')}]", "times": 0.25})
    values = levers(world, parameters, one).array(SHARE)
    expected = np.ones((len(world.fields), len(world.regions), 3))
    expected[1, 3, :] = 0.25
    assert values.tolist() == expected.tolist()
    assert not values.flags.writeable


def test_a_key_left_out_is_whole_but_home_is_no_region_abroad(world: World, parameters: Parameters) -> None:
    values = levers(world, parameters, changing({"lever": "door.share[in]", "set": 0.5})).array(SHARE)
    assert (values[:, 1:, 1] == 0.5).all()
    assert (values[:, 0] == 1).all()
    assert (values[:, :, [0, 2]] == 1).all()


def test_an_added_total_is_shared_out(world: World, parameters: Parameters) -> None:
    values = levers(world, parameters, changing({"lever": "door.seats", "add": 50})).array(STEP)
    assert values.sum() == pytest.approx(50)
    shares = world.posts.along("field", world.fields, "field_share")
    assert values == pytest.approx(50 * shares / shares.sum())


def test_a_path_is_straight_between_its_years_held_after_and_nothing_before(
    world: World, parameters: Parameters
) -> None:
    ramp = changing({"lever": "door.share", "times": {2030: 0.5, 2028: 0.9}})
    found = [float(levers(world, parameters, ramp, year=year).array(SHARE)[0, 1, 0]) for year in range(2027, 2032)]
    assert found == pytest.approx([1, 0.9, 0.7, 0.5, 0.5])
    assert size_in(((2026, 3.0),), 2026) == 3


@pytest.mark.parametrize(
    ("lever", "sentence"),
    [
        ("door.share[Atlantis]", "has no field or region or direction 'Atlantis'; it has field"),
        ("door.share[inn]", "did you mean 'in'"),
        ("door.share[in, in]", "in is named twice"),
        ("door.share[in", "is no address: write NAME or NAME"),
        ("door.share[]", "is no address"),
        ("door.share[way=in]", "has no key 'way'; its keys are field, region, direction"),
        ("hiring.overseas_weight[in]", "is one number and takes no label"),
        ("door.shore[in]", r"no lever 'door\.shore'; nearest: door\.share"),
    ],
)
def test_a_wrong_label_is_explained(history: BrainCirculation, lever: str, sentence: str) -> None:
    with pytest.raises(PolicyError, match=sentence):
        history.fork([changing({"lever": lever, "times": 0.5})])


def test_home_is_refused_and_a_value_out_of_range_names_its_cell(world: World, parameters: Parameters) -> None:
    with pytest.raises(PolicyError, match="has no field or region"):
        levers(world, parameters, changing({"lever": f"door.share[{world.home}]", "times": 0.5}))
    cell = rf"door\.share\[{world.fields[0]}, {world.abroad[0]}, in\] would be 2 in 2030, outside 0 to 1"
    with pytest.raises(ValueError, match=cell):
        levers(world, parameters, changing({"lever": "door.share[in]", "set": 2}))


def test_a_label_of_two_keys_asks_which() -> None:
    keys = {"field": ("other", "health"), "region": ("other",)}
    with pytest.raises(ValueError, match="is a label of field and of region; say field=other"):
        Address.parse("x[other]").pick(keys)
    assert Address.parse("x[region=other]").pick(keys) == {"field": ("other", "health"), "region": ("other",)}


@pytest.mark.parametrize(
    ("size", "sentence"),
    [
        ({}, "at least one year"),
        ({20260: 1.0}, "20260 is no year"),
        ({"2026": 1.0}, "'2026' is no year"),
        ({2026: True}, "True in 2026 is no number"),
        ({2026: float("inf")}, "not finite"),
        ("1", "'1' is no number"),
    ],
)
def test_a_wrong_size_is_explained(size: object, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Change.model_validate({"lever": "x", "add": size, "source": "s", "grade": "A"})


def test_a_path_moves_a_lever_of_one_number_year_by_year(history: BrainCirculation) -> None:
    ramp = changing({"lever": "hiring.overseas_weight", "add": {2027: 0.5, 2029: 1.0}})
    life, found = history.fork([ramp]), []
    for year in range(2026, 2031):
        life.run_through(year)
        found.append(life.state.levers["hiring.overseas_weight"])
    assert found == [0, 0.5, 0.75, 1, 1]


def test_a_path_that_leaves_the_range_later_is_refused_before_anything_runs(history: BrainCirculation) -> None:
    with pytest.raises(ValueError, match=r"hiring\.overseas_weight would be 3 in 2029, outside -0\.5 to 2"):
        history.fork([changing({"lever": "hiring.overseas_weight", "add": {2027: 0.5, 2029: 3.0}})])
