"""A changed world: one series of one table, closed to typos; and a fork that goes on in it."""

import pytest

from sim import BrainCirculation, DataError, World


def test_numbers_are_multiplied_from_a_year_on_and_others_stay(world: World) -> None:
    weaker = world.changed("drivers", "exchange_rate", times=1.25, since=2026)
    assert weaker.driver("exchange_rate", 2026) == 1.25 * world.driver("exchange_rate", 2026)
    assert weaker.driver("exchange_rate", 2025) == world.driver("exchange_rate", 2025)
    assert weaker.driver("price_level", 2026) == world.driver("price_level", 2026)
    assert weaker.fingerprint != world.fingerprint


def test_a_key_picks_and_the_rest_stays(world: World) -> None:
    closed = world.changed("regions", "openness", times=0.5, region="US")
    half = world.by_region("openness").copy()
    half[world.regions.index("US")] /= 2
    assert closed.by_region("openness").tolist() == half.tolist()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("driver", "exchange_rate"), "no table 'driver'; did you mean 'drivers'"),
        (("drivers", "exchange_rates"), "no series 'exchange_rates'; did you mean 'exchange_rate'"),
    ],
)
def test_what_is_not_there_is_named(world: World, arguments: tuple[str, str], sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        world.changed(*arguments, times=1.1)


def test_a_wrong_key_year_or_size_is_refused(world: World) -> None:
    with pytest.raises(DataError, match="has no region 'USA'; did you mean 'US'"):
        world.changed("drivers", "income_ratio", times=1.1, region="USA")
    with pytest.raises(DataError, match="has no number from 2099 on"):
        world.changed("drivers", "exchange_rate", times=1.1, since=2099)
    with pytest.raises(DataError, match="openness = 2 lies outside 0 to 1"):
        world.changed("regions", "openness", times=2, region="US")
    with pytest.raises(DataError, match="has no key 'mode'"):
        world.changed("drivers", "exchange_rate", times=1.1, mode="visit")


def test_a_fork_goes_on_in_another_world_and_its_origin_in_this(history: BrainCirculation, world: World) -> None:
    poorer = world.changed("positions", "income", times=0.5, stage="permanent")
    shocked, plain = history.fork(world=poorer), history.fork()
    assert shocked.world is poorer
    assert plain.world is world
    assert shocked.people.equals(plain.people)
    shocked.run_through(2027), plain.run_through(2027)
    assert not shocked.people.equals(plain.people)
    same = history.fork(world=world.changed("positions", "income", times=1, stage="permanent")).run_through(2027)
    assert same.people.equals(plain.people)


def test_a_fork_cannot_change_its_past(history: BrainCirculation, world: World) -> None:
    early = world.changed("drivers", "exchange_rate", times=1.25, since=2025)
    with pytest.raises(ValueError, match="cannot go on in this world: its drivers differ before 2026"):
        history.fork(world=early)
