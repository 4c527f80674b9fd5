"""A world whose numbers are moved by address: in the years asked for, within their ranges, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sim.world.addresses import Address
from sim.world.schema import SCHEMA
from sim.world.timeline import Shift, Timeline, find, keys_of

if TYPE_CHECKING:
    from sim import World


def shift(address: str, by: float, *years: int, operation: str = "times") -> Shift:
    return Shift(Address.parse(address), operation, dict.fromkeys(years, by))


def test_without_a_shift_it_is_the_world_itself(world: World) -> None:
    course = Timeline(world)
    assert all(course.in_year(year) is world for year in (world.first_year, 2026, world.last_year))
    idle = Timeline(world, [shift("drivers.exchange_rate", 2)])
    assert idle.in_year(2030).drivers.numbers == world.drivers.numbers


def test_dated_numbers_move_in_their_years_for_all_who_read_them(world: World) -> None:
    region = world.abroad[0]
    course = Timeline(world, [shift(f"drivers.income_ratio[{region}]", 0.5, 2027, 2028)])
    for read_in in (2026, 2027, 2030):
        moved = course.in_year(read_in)
        for year in range(2025, 2031):
            for other in world.abroad:
                was = world.drivers.value("income_ratio", year=year, region=other)
                now = moved.drivers.value("income_ratio", year=year, region=other)
                assert now == (was / 2 if other == region and year in (2027, 2028) else was)


def test_constants_move_in_the_world_of_their_years(world: World) -> None:
    region = world.abroad[0]
    course = Timeline(world, [shift(f"regions.host_tenure[{region}]", 0.5, 2027, 2028)])
    was, now = world.by_region("host_tenure"), course.in_year(2027).by_region("host_tenure")
    assert now[1] == pytest.approx(was[1] / 2)
    assert now[2:].tolist() == was[2:].tolist()
    assert course.in_year(2027) is course.in_year(2028)
    assert course.in_year(2026) is world
    assert course.in_year(2029) is world
    assert course.in_year(2027).fingerprint != world.fingerprint


def test_shifts_compose_in_order(world: World) -> None:
    add, double = (
        shift("drivers.master_candidates", 100, 2030, operation="add"),
        shift("drivers.master_candidates", 2, 2030),
    )
    base = world.driver("master_candidates", 2030)
    assert Timeline(world, [add, double]).dated.driver("master_candidates", 2030) == (base + 100) * 2
    assert Timeline(world, [double, add]).dated.driver("master_candidates", 2030) == base * 2 + 100


def test_labels_pick_blocks_of_a_series(world: World) -> None:
    tier = world.tiers[0].replace(" ", "_")
    assert find(world, Address.parse(f"positions.income[permanent, {tier}]")).rows == (
        ("", "", world.tiers[0], "", "permanent"),
    )
    assert len(find(world, Address.parse("positions.income[permanent]")).rows) == len(world.tiers)
    with pytest.raises(ValueError, match="has no number for these labels together"):
        find(world, Address.parse(f"positions.income[postdoc, {tier}]"))


def test_shares_of_a_whole_make_room(world: World) -> None:
    field = world.fields[0]
    series = "master_field_share"
    course = Timeline(world, [shift(f"candidates.{series}[{field.replace(' ', '_')}]", 1.2, 2030)])
    was, now = (one.candidates.along("field", world.fields, series) for one in (world, course.in_year(2030)))
    assert now[0] == pytest.approx(1.2 * was[0])
    assert now.sum() == pytest.approx(1)
    assert now[1:] / was[1:] == pytest.approx([(1 - now[0]) / (1 - was[0])] * (len(was) - 1))
    with pytest.raises(ValueError, match="make up a whole"):
        Timeline(world, [shift(f"candidates.{series}", 1.2, 2030)])


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("driver.exchange_rate", r"did you mean drivers\.exchange_rate"),
        ("drivers.exchange_rates", r"nearest: drivers\.exchange_rate"),
        ("drivers.exchange_rate[US]", "is one number and takes no label"),
        ("drivers.income_ratio[USA]", "did you mean 'US'"),
        ("stocks.abroad_home", "is closed: it describes the people of the year"),
        ("posts.posts", r"is closed: .* move posts\[stage, tier, field\]"),
        ("weather.rain", "it must begin with one of"),
    ],
)
def test_an_address_that_leads_nowhere_is_explained(world: World, address: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        find(world, Address.parse(address))


def test_a_number_out_of_its_range_names_cell_and_year(world: World) -> None:
    region = world.abroad[0]
    with pytest.raises(
        ValueError, match=rf"drivers\.income_ratio\[{region}\] would be \d+.* in 2031, outside 0\.001 to 20"
    ):
        Timeline(world, [shift("drivers.income_ratio", 100, 2031, 2032)])
    with pytest.raises(ValueError, match=rf"regions\.openness\[{region}\] would be 2 in 2030, outside 0 to 1 share"):
        Timeline(world, [shift(f"regions.openness[{region}]", 2, 2030, operation="set")])


def test_every_number_of_the_tables_is_open_or_says_why_not(world: World) -> None:
    for table, declared in SCHEMA.items():
        for series in declared:
            if series.closed:
                continue
            address = Address.parse(f"{table}.{series.name}")
            assert set(find(world, address).rows) == set(world.table(table).numbers[series.name])
            for key, labels in keys_of(world.table(table), series.name).items():
                for label in labels:
                    assert find(world, Address(address.head, (f"{key}={label}",))).rows
