"""The state of a model and its schedule: a fork shares nothing that can change, and a year is its phases in order."""

from __future__ import annotations

import copy
from dataclasses import fields, is_dataclass, make_dataclass
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
import pytest

from sim import BrainCirculation
from sim.market.history import KeptYear
from sim.market.stakes import Stakes
from sim.schedule import SCHEDULE, Phase
from sim.state import State
from tests.sim.conftest import changing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim import World
    from sim.schedule import Interim
    from sim.year import Year


@pytest.fixture(scope="module")
def model(world: World) -> BrainCirculation:
    """A small model that keeps everything that can be kept; fork it, never run it."""
    return BrainCirculation(world, seed=2, scale=0.01, chronicle=True, observed=True).run_through(world.first_year + 6)


def arrays_in(value: Any, path: str = "state") -> Iterator[tuple[str, np.ndarray]]:  # noqa: ANN401
    """Every array that an object holds, itself or in what it holds, with the way to it."""
    if isinstance(value, np.ndarray):
        yield path, value
    for name, part in _parts(value):
        yield from arrays_in(part, f"{path}{name}")


def _parts(value: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401
    if isinstance(value, KeptYear):  # what it refers to beside its own arrays belongs to the world
        yield from ((".seekers", value.seekers.memory), (".identity", value.identity), (".offers", [*value.offers]))
    elif isinstance(value, dict):
        yield from ((f"[{key!r}]", part) for key, part in value.items())
    elif isinstance(value, list | tuple):
        yield from ((f"[{number}]", part) for number, part in enumerate(value))
    elif is_dataclass(value):
        yield from ((f".{part.name}", getattr(value, part.name)) for part in fields(value))
    elif hasattr(value, "__dict__") and not isinstance(value, np.ndarray):
        yield from ((f".{name}", part) for name, part in vars(value).items())


def shared(one: State, other: State) -> list[str]:
    """The arrays of one state that overlap in memory with one of the other and can be written to."""
    others = [array for _, array in arrays_in(other)]
    return [
        path
        for path, array in arrays_in(one)
        if array.flags.writeable and any(np.shares_memory(array, its) for its in others)
    ]


def test_a_fork_shares_nothing_that_can_change(model: BrainCirculation) -> None:
    twin = model.fork()
    assert len(list(arrays_in(model.state))) > 10
    assert shared(model.state, twin.state) == []
    for part in fields(State):
        mine, theirs = getattr(model.state, part.name), getattr(twin.state, part.name)
        found = dict(arrays_in(theirs))
        for path, array in arrays_in(mine):
            kept = "._" not in path or "._pieces" in path  # other private arrays are room to spare or made again
            if kept and "memory" not in path:
                np.testing.assert_array_equal(array, found[path], err_msg=f"{part.name}: {path}")
        if mine is theirs and not isinstance(mine, Stakes):  # whose arrays cannot be written to, as arrays_in says
            assert isinstance(mine, int | float | None), f"{part.name} is one object in both"
    assert model.people.equals(twin.people)


def test_what_a_fork_lives_leaves_its_origin_as_it_was(model: BrainCirculation) -> None:
    before = [(path, array.copy()) for path, array in arrays_in(model.state)]
    beside = copy.deepcopy({name: vars(model.state)[name] for name in ("year", "levers", "returnees")})
    model.fork().run_through(model.year + 3)
    for (path, then), (_, now) in zip(before, arrays_in(model.state), strict=True):
        np.testing.assert_array_equal(then, now, err_msg=path)
    assert model.state.year == beside["year"]
    assert model.state.levers == beside["levers"]
    assert list(model.state.returnees) == list(beside["returnees"])


@pytest.mark.parametrize("value", [np.arange(3), {2020: np.arange(3)}], ids=["array", "mapping of arrays"])
def test_a_new_field_of_the_state_is_copied(model: BrainCirculation, value: object) -> None:
    wider = make_dataclass("Wider", [("extra", object, None)], bases=(State,))
    state = wider(**vars(model.state), extra=value)
    twin = state.copy()
    assert type(twin) is wider
    assert shared(state, twin) == []
    np.testing.assert_equal(twin.extra, value)


def test_a_field_that_cannot_be_copied_is_refused(model: BrainCirculation) -> None:
    wider = make_dataclass("Wider", [("extra", object, None)], bases=(State,))
    with pytest.raises(TypeError, match="extra of the state holds a object, which has no copy"):
        wider(**vars(model.state), extra=object()).copy()


def test_a_policy_does_not_hold_twice(model: BrainCirculation) -> None:
    twice = changing({"lever": "hiring.overseas_weight", "add": 0.3}, start=model.year + 1)
    with pytest.raises(ValueError, match="policy made_up is given twice, and would hold twice; give it once"):
        model.fork([twice, twice])


def test_people_are_compared_in_forks_of_one_history_alone(model: BrainCirculation) -> None:
    """Either may have parted before; one of another history has other people under the same numbers."""
    plain, year = model.fork(), model.world.first_year + 1
    assert (model.fork().fork().winners_and_losers(plain)["value"] == 0).all()
    some = changing({"lever": "hiring.overseas_weight", "add": 0.3}, start=year)
    moved = model.parameters.replace(pessimism=0.5)
    for policies, parameters in (([some], model.parameters), ([], moved)):
        other = BrainCirculation(model.world, parameters, policies, seed=model.seed, scale=model.scale)
        with pytest.raises(ValueError, match="need two forks of one history"):
            other.run_through(model.year).fork().winners_and_losers(plain)


def test_a_year_is_a_whole_number(model: BrainCirculation) -> None:
    with pytest.raises(ValueError, match=r"the year must be a whole number, not .*\.5"):
        model.fork().run_through(model.year + 0.5)  # type: ignore[arg-type]


def test_the_model_is_mesas_and_reads_its_state(model: BrainCirculation) -> None:
    assert isinstance(model, mesa.Model)
    assert (model.year, model.people, model.beliefs, model.chronicle) == (
        *(model.state.year, model.state.people, model.state.beliefs, model.state.chronicle),
    )


def test_every_phase_has_a_name_of_its_own_and_one_sentence() -> None:
    names = [phase.name for phase in SCHEDULE]
    assert len(set(names)) == len(names)
    for phase in SCHEDULE:
        assert phase.does.endswith("."), phase.name
        assert phase.does.count(".") == 1, phase.name


def test_a_year_runs_through_the_schedule_of_its_model(model: BrainCirculation) -> None:
    seen: list[tuple[int, int]] = []

    def count(_: BrainCirculation, year: Year, interim: Interim) -> None:
        seen.append((year.number, int(interim.vacancies.sum())))

    class Counted(BrainCirculation):
        """A year with a phase of its own at the end."""

        schedule = (*SCHEDULE, Phase("count", "Vacancies are noted.", count))

    counted = Counted(model.world, scale=0.01)
    year = counted.world.first_year
    fork = counted.run_through(year + 1).fork().run_through(year + 2)
    assert isinstance(fork, Counted)
    assert [number for number, _ in seen] == [year, year + 1, year + 2]
    assert all(vacancies > 0 for _, vacancies in seen)


def test_timing_a_year_names_every_phase_and_changes_nothing(model: BrainCirculation) -> None:
    timed, plain = model.fork(), model.fork().run_through(model.year + 2)
    spent = timed.time_phases(model.year + 2)
    assert list(spent) == [phase.name for phase in SCHEDULE]
    assert all(microseconds > 0 for microseconds in spent.values())
    assert timed.people.equals(plain.people)
    with pytest.raises(ValueError, match="the year must lie after"):
        timed.time_phases(model.year)
