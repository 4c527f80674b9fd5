"""A frozen world: every dated number is held from a year on, and nothing before it changes."""

import pytest

from sim import BrainCirculation, World


def test_every_dated_number_is_held_from_the_year_on() -> None:
    world = World.load()
    frozen = world.frozen(2015)
    moved = 0
    for series, rows in frozen.drivers.numbers.items():
        for key, number in rows.items():
            held = ("2015", *key[1:]) if int(key[0]) > 2015 else key
            assert number == world.drivers.numbers[series][held]
            moved += number.value != world.drivers.numbers[series][key].value
    assert moved > 100  # a series that is not held would show
    for mine, other in zip(frozen.programmes, world.programmes, strict=True):
        assert [mine.places_in(year) for year in (2015, 2030)] == [other.places_in(2015)] * 2
        assert mine.places_in(2010) == other.places_in(2010)
        assert mine.income_in(2045) == other.income_in(2015)


def test_a_year_without_drivers_is_refused() -> None:
    with pytest.raises(ValueError, match="frozen in 2006 to 2045"):
        World.load().frozen(2050)


def test_a_fork_goes_on_in_another_world_and_its_origin_in_this(history: BrainCirculation, world: World) -> None:
    still = world.frozen(history.year)
    held, plain = history.fork(world=still), history.fork()
    assert held.world is still
    assert plain.world is world
    assert held.people.equals(plain.people)
    assert not held.run_through(2027).people.equals(plain.run_through(2027).people)


def test_a_fork_cannot_change_its_past(history: BrainCirculation, world: World) -> None:
    with pytest.raises(ValueError, match="cannot go on in this world: its drivers differ before 2026"):
        history.fork(world=world.frozen(2015))
