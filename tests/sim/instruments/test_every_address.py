"""Every number that is open to an address moves somebody's life, or says why it moves none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sim import Parameters, World
from sim.instruments.levers import shared
from sim.world.schema import SCHEMA
from sim.world.timeline import keys_of
from tests.sim.conftest import changing, policy
from tests.sim.instruments.test_addresses import scenario

if TYPE_CHECKING:
    from sim import BrainCirculation, Policy, Scenario

    type Change = Policy | Scenario

WORLD, PARAMETERS = World.load(), Parameters.load()
LAST, LATER = 2029, 2033
ONLY_BESIDE: dict[str, Change] = {
    "candidates.doctoral_candidates_here": scenario({"address": "drivers.border_openness", "set": 0.1}),
    "parameters.post_cut_years": scenario({"address": "regions.openness", "times": 0.6}),
    "parameters.post_on_cost": policy("tenure_track_posts"),
    "parameters.net_share": changing({"lever": "benefits.returnees.money", "set": 20}),
    "parameters.return_post_years": policy("return_guarantee"),
}
"""Numbers that act only beside another change: borders that are closed, fewer jobs abroad, posts that a policy pays,
a benefit, a return post that a programme guarantees."""
SIZES = (("times", 0.7), ("times", 1.25), ("add", 0.2), ("add", -0.2), ("add", 1.0), ("add", -1.0))


def addresses() -> list[str]:
    """Every series that is open and read, one label of shares that make up a whole, and every open parameter."""
    found = []
    for table, declared in SCHEMA.items():
        for series in declared:
            if not series.closed and not series.unread and f"{table}.{series.name}" not in ONLY_BESIDE:
                labels = next(iter(keys_of(WORLD.table(table), series.name).values())) if series.whole else ()
                found.append(f"{table}.{series.name}" + (f"[{labels[0]}]" if labels else ""))
    levers = {lever.default for lever in shared()}
    of_parameters = [name for name, known in PARAMETERS.catalogue.items() if known.open_to and name not in levers]
    return [*found, *(f"parameters.{name}" for name in of_parameters if f"parameters.{name}" not in ONLY_BESIDE)]


@pytest.fixture(scope="module")
def plain(history: BrainCirculation) -> BrainCirculation:
    return history.fork().run_through(LAST)


@pytest.mark.parametrize("address", addresses())
def test_an_open_number_moves_somebody(address: str, history: BrainCirculation, plain: BrainCirculation) -> None:
    tried = []
    for operation, size in SIZES:
        try:
            life = history.fork([scenario({"address": address, operation: size})])
        except ValueError as error:  # out of its range
            tried.append(str(error))
            continue
        life.run_through(LAST)
        if not life.people.equals(plain.people) or not life.table().equals(plain.table()):
            return
        tried.append(f"{operation} {size} changes nothing")
    pytest.fail("; ".join(tried))


def test_what_is_said_to_be_read_by_no_life_is_read_by_none(history: BrainCirculation, plain: BrainCirculation) -> None:
    unread = [f"{table}.{one.name}" for table, declared in SCHEMA.items() for one in declared if one.unread]
    of_home = [f"{table}.{one.name}[{WORLD.home}]" for table, all_ in SCHEMA.items() for one in all_ if one.home_unread]
    for address in (*unread, *of_home):
        moved = history.fork([scenario({"address": address, "times": 0.9})]).run_through(LAST)
        assert moved.people.equals(plain.people), address
        assert moved.table().equals(plain.table()), address


@pytest.mark.parametrize(("address", "beside"), ONLY_BESIDE.items())
def test_a_number_that_acts_beside_a_change_moves_somebody_there(
    address: str, beside: Change, history: BrainCirculation
) -> None:
    life = history.fork([beside]).run_through(LATER)
    moved = history.fork([beside, scenario({"address": address, "times": 0.75})]).run_through(LATER)
    assert not moved.people.equals(life.people) or not moved.table().equals(life.table())
