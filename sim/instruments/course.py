"""What policies and scenarios make of a year: its levers, its parameters and its world."""

from __future__ import annotations

from itertools import combinations, product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.instruments import counted, posts
from sim.instruments.lever import ArrayLever
from sim.instruments.levers import Levers, Move, catalogue, plain, shared, unknown
from sim.instruments.policy import PolicyError, brought_by
from sim.world.programmes import Land, check_record, check_stipends
from sim.world.reading import FormError
from sim.world.tables import DataError
from sim.world.timeline import Shift, Timeline, find
from sim.world.units import shown

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from sim.instruments.change import Change
    from sim.instruments.lever import Lever
    from sim.instruments.policy import Measure
    from sim.world.addresses import Address
    from sim.world.parameters import Parameter, Parameters
    from sim.world.programmes import ProgrammeRecord
    from sim.world.world import World

PARAMETERS = "parameters"
"""How the address of a behavioural parameter begins."""
OVERRIDES = "overrides"
"""The setting of a run that gives parameters other values."""


def levers_in(world: World, parameters: Parameters, policies: Sequence[Measure], year: int) -> dict[str, float]:
    """Every lever's value in a year under the policies whose dates hold it, composed in order.

    Raises PolicyError for an unknown lever, ValueError for a value out of its range.
    """
    in_force = [policy for policy in policies if policy.active(year)]
    return in_force_under(world, parameters, in_force, year, brought_by(policies)).values(year)


def in_force_under(
    world: World,
    parameters: Parameters,
    in_force: Iterable[Measure],
    year: int,
    brought: Sequence[ProgrammeRecord] = (),
) -> Levers:
    """The levers in a year in which these policies are in force, composed in order, whatever their dates.

    brought: the programmes that policies bring, beside those of the world. Raises PolicyError for an unknown lever or
    label, ValueError for a value out of its range.
    """
    in_force = tuple(in_force)
    if not in_force and not brought:
        return plain(world, parameters)
    changes: dict[str, list[Move]] = {}
    moved: dict[str, Lever] = {}
    own: dict[str, list[Move]] = {}
    known: Mapping[str, Lever] = {}
    for policy in in_force:
        for place, change in enumerate(policy.changes):
            known, given = known or catalogue(world, brought), policy.given("changes", place)
            try:
                if change.address is not None and not _is_of_posts(change.target):
                    by, parameter = change.by(year), _parameter(change.target, parameters, policy.kind)
                    if parameter and by is not None:
                        own.setdefault(parameter.name, []).append(Move(change.operation, by, None, given))
                    continue
                lever, picked = _lever(change, known, world, brought)
            except ValueError as error:
                raise PolicyError(f"{given}: {str(error).removesuffix('.')}.") from None
            if (by := change.by(year)) is not None:
                changes.setdefault(lever.name, []).append(Move(change.operation, by, picked, given))
                moved[lever.name] = lever
    return Levers(world, parameters, (*world.programmes, *brought), changes, moved, own, year)


def _lever(
    change: Change, known: Mapping[str, Lever], world: World, brought: Sequence[ProgrammeRecord]
) -> tuple[Lever, dict[str, tuple[str, ...]] | None]:
    """The lever that a change moves and the labels that it picks. Raises ValueError in one sentence."""
    address = change.target
    if change.address is not None:
        lever: Lever | None = posts.lever_of(change.operation)
    elif (lever := known.get(address.head)) is None:
        if address.head.partition(".")[0] in (PARAMETERS, *_tables()):
            raise ValueError(f"{address} is no lever; write address: {address}")
        raise ValueError(unknown(address.head, world, brought))
    assert lever is not None  # noqa: S101 - both ways above give one
    keys = lever.keys if isinstance(lever, ArrayLever) else ()
    picked = address.pick({key.name: key.chosen_from(world) for key in keys})
    return lever, picked if keys else None


def _tables() -> tuple[str, ...]:
    from sim.world.tables import TABLES

    return TABLES


def _is_of_posts(address: Address) -> bool:
    return address.head == posts.ADDRESS


def _parameter(address: Address, parameters: Parameters, kind: str) -> Parameter | None:
    """The parameter that an address names; None for another address. Raises ValueError for one that is closed."""
    table, _, name = address.head.partition(".")
    if table != PARAMETERS:
        return None
    overridden = name.removeprefix(f"{OVERRIDES}.")
    if name.partition(".")[0] == OVERRIDES:
        example = overridden if overridden in parameters.catalogue else "NAME"
        raise ValueError(
            f"{address} is no address: parameters are the analyst's uncertainty, nobody's decision; ask for "
            f"parameters.overrides.{example}=VALUE beside policy=, which moves it for history and both sides; "
            f"what a {kind} may move is parameters.NAME (brain-circulation list addresses parameters)"
        )
    address.pick({})
    if (known := parameters.catalogue.get(name)) is None:
        raise ValueError(parameters.unknown(name))
    for lever in shared():
        if lever.default == name:
            raise ValueError(f"{address} is moved by a lever; write lever: {lever.name}")
    if kind not in known.open_to and known.open_to:
        raise ValueError(f"{address} is closed to a {kind}: nobody decides it; a world file may assume that it drifts")
    if not known.open_to:
        raise ValueError(
            f"{address} is closed: {known.meaning} is the analyst's uncertainty, nobody's decision; "
            f"parameters.overrides.{name} moves it for history and both sides; ask for it beside policy= as "
            f"parameters.overrides.{name}=VALUE"
        )
    return known


def shifts_of(world: World, policies: Iterable[Measure], first: int | None, last: int) -> tuple[Shift, ...]:
    """The changes of numbers of the world by policies, in order, with the years of first to last in which each holds.

    Raises PolicyError for an address that leads nowhere or to a closed number.
    """
    found = []
    for policy in policies:
        for place, change in enumerate(policy.changes):
            if change.address is None or _is_of_posts(change.target) or change.target.head.startswith(f"{PARAMETERS}."):
                continue
            try:
                find(world, change.target)
            except ValueError as error:
                lever = change.target.head in catalogue(world)
                said = f"{change.target} is a lever; write lever: {change.target}" if lever else error
                raise PolicyError(f"{policy.given('changes', place)}: {said}.") from None
            years = range(max(policy.start, first or policy.start), min(policy.end or last, last) + 1)
            sizes = {year: change.by(year) for year in years}
            by = {year: size for year, size in sizes.items() if size is not None}
            found.append(Shift(change.target, change.operation, by, policy.given("changes", place)))
    return tuple(found)


_TAKEN = "a programme cannot be called {name}, as tables and public cost call something else so; rename it."


def refuse_misfits(world: World, policies: Sequence[Measure]) -> None:
    """Raise PolicyError where policies bring programmes or state prices that do not fit a world, whatever the year.

    Raises DataError for a programme of the world itself whose name means something else in tables.
    """
    brought = brought_by(policies)
    taken = counted.taken()
    for record in world.programmes:
        if record.name in taken:
            raise DataError(f"programmes/{record.name}.yaml: {_TAKEN.format(name=record.name)}")
    for policy in policies:
        _refuse_programmes(policy, world, taken)
        _refuse_prices(policy, world, brought)
        _refuse_set_twice(policy, world, brought)
    check_stipends((*world.programmes, *brought))


def _refuse_programmes(policy: Measure, world: World, taken: Container[str]) -> None:
    """As `refuse_misfits`, of the programmes of one policy. taken: what no programme may be called."""
    own = {record.name for record in world.programmes}
    land = Land.of(world.domains, world.country.about.currency, world.drivers, world.positions)
    for place, record in enumerate(policy.programmes):
        given = policy.given("programmes", place, "name")
        if record.name in own:
            raise PolicyError(f"{given}: the country has a programme {record.name} already; rename this one.")
        if record.name in taken:
            raise PolicyError(f"{given}: {_TAKEN.format(name=record.name)}")
        try:
            check_record(record, land)
        except FormError as error:
            raise PolicyError(f"{policy.given('programmes', place, *error.where)}: {error}") from None


def _refuse_prices(policy: Measure, world: World, brought: Sequence[ProgrammeRecord]) -> None:
    """As `refuse_misfits`, of the prices that one policy states."""
    programmes, currency = (*world.programmes, *brought), world.country.about.currency
    for place, cost in enumerate(policy.costs):
        if why := counted.unknown(cost.item, world, programmes):
            raise PolicyError(f"{policy.given('costs', place, 'item')}: costs: {why}")
        if cost.currency != currency:
            given, unit = policy.given("costs", place, "unit"), shown(counted.unit_of(cost.item), currency)
            raise PolicyError(f"{given}: the price of {cost.item} is in {cost.currency}; give it in {unit}.")


def _refuse_set_twice(policy: Measure, world: World, brought: Sequence[ProgrammeRecord]) -> None:
    """As `refuse_misfits`, of what one policy sets, and a later change of it sets again as a whole, however written."""
    sets = [(place, change) for place, change in enumerate(policy.changes) if change.operation == "set"]
    for (_, first), (place, again) in combinations(sets, 2):
        if first.target.head != again.target.head:
            continue
        try:
            covered = cells(first, world, brought) <= cells(again, world, brought)
        except ValueError:  # one that leads nowhere is refused, and explained, where it is followed
            continue
        if covered:
            said = f"{again.target} sets again all that {first.target} sets; keep one"
            raise PolicyError(f"{policy.given('changes', place)}: {said}.")


def timeline(world: World, shifts: Sequence[Shift]) -> Timeline:
    """The world of each year under shifts; the same object for the latest ones, so that what follows from its worlds is
    worked out once for all lives in it. Raises PolicyError for a number that would leave its range.
    """
    said = tuple((shift.address, shift.operation, tuple(sorted(shift.by.items()))) for shift in shifts)
    for at, kept in enumerate(_timelines):
        if kept.world is world and kept.said == said:
            _timelines.insert(0, _timelines.pop(at))
            return kept.timeline
    try:
        made = Timeline(world, shifts)
    except ValueError as error:
        raise PolicyError(f"{error}.") from None
    _timelines.insert(0, _Kept(world, said, made))
    del _timelines[_LATEST:]
    return made


class _Kept(NamedTuple):
    """A timeline, and of what it was made."""

    world: World
    said: tuple[object, ...]
    timeline: Timeline


_LATEST = 16
_timelines: list[_Kept] = []


def reading(
    world: World, parameters: Parameters, policies: Sequence[Measure], change: Change, year: int
) -> NDArray[np.float64]:
    """What the numbers that a change moves are in a year under policies: one for each cell or row that it picks.

    The change need not be among the policies. Raises PolicyError and ValueError as `levers_in` does.
    """
    address, brought = change.target, brought_by(policies)
    of_world = change.address is not None and not _is_of_posts(address)
    if of_world and not address.head.startswith(f"{PARAMETERS}."):
        there = timeline(world, shifts_of(world, policies, None, world.last_year)).in_year(year)
        place = find(world, address)
        numbers = there.table(place.table).numbers[place.series.name]
        rows = [row for row in place.rows if not place.dated or row[0] == str(year)]
        return np.array([numbers[row].value for row in rows])
    in_force = [policy for policy in policies if policy.active(year)]
    levers = in_force_under(world, parameters, in_force, year, brought)
    if of_world:
        return np.array([getattr(levers.parameters, address.head.partition(".")[2])])
    lever, picked = _lever(change, catalogue(world, brought), world, brought)
    if isinstance(lever, ArrayLever) and picked is not None:
        labels = [key.all_of(world) for key in lever.keys]
        chosen = [picked[key.name] for key in lever.keys]
        cells = np.ix_(*([known.index(x) for x in some] for known, some in zip(labels, chosen, strict=True)))
        return levers.array(lever)[cells].ravel()
    return np.array([levers.values(year)[lever.name]])


def cells(change: Change, world: World, brought: Sequence[ProgrammeRecord] = ()) -> frozenset[tuple[str, ...]]:
    """What a change moves, however its address is written: the head, then the labels of each cell or row that it picks.

    brought: programmes beside those of the world. Raises ValueError for an address that leads nowhere.
    """
    address = change.target
    if change.address is not None and not _is_of_posts(address):
        rows = () if address.head.startswith(f"{PARAMETERS}.") else find(world, address).rows
        return frozenset((address.head, *row) for row in rows or [()])
    lever, picked = _lever(change, catalogue(world, brought), world, brought)
    return frozenset((lever.name, *labels) for labels in product(*(picked or {}).values()))


def lever_of(change: Change, world: World, brought: Sequence[ProgrammeRecord] = ()) -> Lever | None:
    """The lever that a change moves; None for a number of the world and for a parameter."""
    if change.address is not None and not _is_of_posts(change.target):
        return None
    return _lever(change, catalogue(world, brought), world, brought)[0]
