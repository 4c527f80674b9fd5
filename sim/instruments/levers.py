"""The levers of a world, as the registry declares them, and the algebra set / add / times that moves them."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from sim import instruments
from sim.instruments import programmes as of_programmes
from sim.instruments.lever import ArrayLever
from sim.world.derived import derived
from sim.world.reading import said_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from sim.instruments.lever import Instrument, Lever, ProgrammeLever
    from sim.world.addresses import Picked
    from sim.world.parameters import Parameters
    from sim.world.programmes import ProgrammeRecord
    from sim.world.reading import Given
    from sim.world.world import World

Operation = Literal["set", "add", "times"]


def shared() -> tuple[Lever, ...]:
    """The levers of one number that belong to no programme, in the order of the registry."""
    return _shared(instruments.INSTRUMENTS)


def arrays() -> tuple[ArrayLever, ...]:
    """The levers that have a value for each of some keys, in the order of the registry."""
    return _arrays(instruments.INSTRUMENTS)


@lru_cache(maxsize=8)
def _shared(registry: tuple[Instrument, ...]) -> tuple[Lever, ...]:
    return tuple(lever for one in registry for lever in one.levers if not isinstance(lever, ArrayLever))


@lru_cache(maxsize=8)
def _arrays(registry: tuple[Instrument, ...]) -> tuple[ArrayLever, ...]:
    return tuple(lever for one in registry for lever in one.levers if isinstance(lever, ArrayLever))


def catalogue(world: World, brought: Iterable[ProgrammeRecord] = ()) -> dict[str, Lever]:
    """Every lever by name: the shared ones, and those of the world's programmes and of the ones that policies bring."""
    brought = tuple(brought) if of_programmes.PROGRAMMES in instruments.INSTRUMENTS else ()
    return {**_own(world, instruments.INSTRUMENTS), **_by_name(brought, (), world)}


def _own(world: World, registry: tuple[Instrument, ...]) -> Mapping[str, Lever]:
    """The levers of a world, worked out once for each of the latest few."""
    for there, of, known in _worlds:
        if there is world and of is registry:
            return known
    records = world.programmes if of_programmes.PROGRAMMES in registry else ()
    known = _by_name(records, (*shared(), *arrays()), world)
    _worlds.insert(0, (world, registry, known))
    del _worlds[_LATEST:]
    return known


_LATEST = 4
_worlds: list[tuple[World, tuple[Instrument, ...], Mapping[str, Lever]]] = []


def _by_name(records: Iterable[ProgrammeRecord], others: Iterable[Lever], world: World) -> dict[str, Lever]:
    """Levers, and those of programmes, by name; their units in the currency of a world."""
    levers = (*others, *(lever for record in records for lever in of_programmes.levers_of(record)))
    currency = world.country.about.currency
    return {lever.name: replace(lever, unit=lever.unit.format(currency=currency)) for lever in levers}


def unknown(name: str, world: World, brought: Iterable[ProgrammeRecord] = ()) -> str:
    """The sentence for a lever that does not exist, with what its programme has or the nearest ones that exist."""
    if why := programme_without(name, world, brought):
        return why
    near = get_close_matches(name, list(catalogue(world, brought)), n=3, cutoff=0.4)
    return f"there is no lever {name!r}" + (f"; nearest: {', '.join(near)}." if near else ".")


def programme_without(name: str, world: World, brought: Iterable[ProgrammeRecord] = ()) -> str:
    """The sentence for a lever that a programme does not have, with those it has; empty if no programme is meant."""
    records = {record.name: record for record in (*world.programmes, *brought)}
    first, _, rest = name.partition(".")
    record = records.get(rest.partition(".")[0])
    if first != "programmes" or record is None:
        return ""
    has, kind = ", ".join(lever.name for lever in of_programmes.LEVERS[record.kind]), record.kind.value
    return f"there is no lever {name!r}: {record.name} is a {kind}, and the levers that move one are {has}."


def baseline(
    world: World, parameters: Parameters, year: int, brought: Iterable[ProgrammeRecord] = ()
) -> dict[str, float]:
    """The value of every lever in a year with no policy."""
    return Levers(world, parameters, (*world.programmes, *brought)).values(year)


class OutOfRangeError(ValueError):
    """A lever or a parameter leaves its range. name: what it is called."""

    def __init__(self, said: str, name: str) -> None:
        super().__init__(said)
        self.name = name


class Move(NamedTuple):
    """One change of a lever in a year. picked: of an array lever, the labels of each key. given: where it stands."""

    operation: Operation
    by: float
    picked: Picked | None = None
    given: Given | None = None

    def __str__(self) -> str:
        """As a sentence says it: `policy mine adds 0.3`."""
        who = self.given.by if self.given else "a change"
        return f"{who} {SAID[self.operation].format(by=self.by)}"


SAID: dict[Operation, str] = {"set": "sets it to {by:g}", "add": "adds {by:g}", "times": "takes it times {by:g}"}
"""What each operation does, in words."""


def plain(world: World, parameters: Parameters) -> Levers:
    """The levers of a world where no policy is in force: the same object for all models of a parameter set."""
    known, registry = _plain(world, parameters), instruments.INSTRUMENTS
    if registry not in known:
        known[registry] = Levers(world, parameters, world.programmes)
    return known[registry]


@derived
def _plain(_world: World, _parameters: Parameters) -> dict[tuple[Instrument, ...], Levers]:
    """By the registry of instruments; filled as levers are asked for."""
    return {}


class Levers:
    """The levers while the same policies are in force; a policy that starts or ends makes new ones. To read only.

    shared: the levers that belong to no programme, which are the same in every year. parameters: of behaviour, those
    moved that levers move; baseline: without that, and the same object where none is moved. programmes: all of them.
    """

    def __init__(
        self,
        world: World,
        parameters: Parameters,
        programmes: tuple[ProgrammeRecord, ...],
        changes: Mapping[str, Sequence[Move]] | None = None,
        moved: Mapping[str, Lever] | None = None,
        own: Mapping[str, Sequence[Move]] | None = None,
        year: int | None = None,
    ) -> None:
        """changes: by lever, in order. moved: the levers that they move. own: changes of parameters by their address.
        year: for which they are made, if a sentence is to name it.

        Raises ValueError for one out of its range.
        """
        self.baseline, self.programmes, self._changes = parameters, programmes, changes or {}
        self._world, self._year, moved = world, year, moved or {}
        self.shared: Mapping[str, float] = {
            lever.name: self._after(lever.name, lever.value(parameters)) for lever in shared()
        }
        self._arrays: dict[str, NDArray[np.float64]] = {}
        self._of_programmes = {
            name: lever
            for name, lever in moved.items()
            if name not in self.shared and not isinstance(lever, ArrayLever)
        }
        for name, lever in moved.items():
            if isinstance(lever, ArrayLever):
                self.array(lever)
            elif name in self.shared:
                _check(lever, self.shared[name], lever.value(parameters), self._changes[name], year)
        named = {lever.default: self.shared[lever.name] for lever in shared() if isinstance(lever.default, str)}
        for name, moves in (own or {}).items():
            named[name] = _parameter(parameters, name, moves, year)
        self.parameters = parameters.moved(named)
        self.kept: dict[tuple[object, ...], Any] = {}
        """What was worked out from these levers once; see `sim.year.kept_by_levers`."""
        self._known: dict[tuple[str, str, int], float] = {}

    @cached_property
    def plain(self) -> Levers:
        """The levers without a policy."""
        return Levers(self._world, self.baseline, self.programmes)

    def value(self, lever: Lever) -> float:
        """The value of a lever that belongs to no programme; its default where no instrument has it."""
        found = self.shared.get(lever.name)
        return lever.value(self.baseline) if found is None else found

    def moves(self, lever: Lever) -> bool:
        """Whether a policy in force moves a lever that belongs to no programme."""
        return lever.name in self._changes

    def array(self, lever: ArrayLever) -> NDArray[np.float64]:
        """The values of an array lever, indexed by codes in the order of its keys; to read only.

        Raises ValueError, with the cell, for a value out of the lever's range.
        """
        if lever.name not in self._arrays:
            moves = self._changes.get(lever.name, ())
            self._arrays[lever.name] = _array(lever, lever.value(self.baseline), moves, self._world, self._year)
        return self._arrays[lever.name]

    def of(self, record: ProgrammeRecord, lever: ProgrammeLever, year: int) -> float:
        """The value of a lever of one of the programmes in a year, worked out when it is first asked for."""
        asked = record.name, lever.name, year if of_programmes.is_dated(record, lever) else 0
        if (found := self._known.get(asked)) is None:
            found = of_programmes.value(record, lever, year)
            if self._of_programmes:
                found = self._after(lever.of(record.name), found)
            self._known[asked] = found
        return found

    def check(self, year: int) -> None:
        """Raise ValueError where a lever of a programme leaves its range in a year."""
        for name, (record, lever) in self._moved_of_programmes.items():
            begins = of_programmes.value(record, lever, year)
            _check(self._of_programmes[name], self.of(record, lever, year), begins, self._changes[name], year)

    @cached_property
    def _moved_of_programmes(self) -> dict[str, tuple[ProgrammeRecord, ProgrammeLever]]:
        """The levers of programmes that are moved, by name, in the order of the changes."""
        known = {
            lever.of(record.name): (record, lever)
            for record in (self.programmes if self._of_programmes else ())
            for lever in of_programmes.LEVERS[record.kind]
        }
        return {name: known[name] for name in self._of_programmes}

    def values(self, year: int) -> dict[str, float]:
        """Every lever's value in a year, by name. Raises ValueError for one out of its range."""
        values = dict(self.shared)
        for record in self.programmes:
            values |= {
                lever.of(record.name): self.of(record, lever, year) for lever in of_programmes.LEVERS[record.kind]
            }
        self.check(year)
        return values

    def _after(self, name: str, value: float) -> float:
        for move in self._changes.get(name, ()):
            value = moved(value, move.operation, move.by)
        return value


def _parameter(parameters: Parameters, name: str, moves: Sequence[Move], year: int | None) -> float:
    """A parameter after changes by its address. Raises ValueError where it leaves its bounds."""
    begins: float = getattr(parameters, name)
    value = begins
    for move in moves:
        value = moved(value, move.operation, move.by)
    known = parameters.catalogue[name]
    low, high = known.bounds
    if not low <= value <= high:
        address = f"parameters.{name}"
        raise _outside(address, address, value, (low, high, known.unit), begins, moves, year)
    return value


def moved(value: float, operation: Operation, by: float) -> float:
    """The value after one change."""
    return {"set": by, "add": value + by, "times": value * by}[operation]


def _array(
    lever: ArrayLever, default: float, moves: Sequence[Move], world: World, year: int | None
) -> NDArray[np.float64]:
    """The values of an array lever after its changes."""
    labels = [key.all_of(world) for key in lever.keys]
    values = np.full([len(known) for known in labels], default)
    here: list[tuple[Move, NDArray[np.bool_]]] = []  # each move, and the cells that it picks
    for move in moves:
        operation, by, picked, given = move
        chosen = [labels[k] if picked is None else picked[key.name] for k, key in enumerate(lever.keys)]
        cells = np.ix_(*([known.index(label) for label in some] for known, some in zip(labels, chosen, strict=True)))
        size: float | NDArray[np.float64] = by
        if operation == "add" and lever.shares is not None:
            shares = lever.shares(world)[cells]
            if not shares.sum():
                said = f"lever {lever.name} has nothing to add to in these cells; pick others."
                raise ValueError(said_of(given, said))
            if by < -shares.sum():
                there = f"where there were {shares.sum():,.0f} in {world.posts_year}"
                said = f"lever {lever.name} would take away {-by:g} {lever.unit} {there}; take away fewer."
                raise OutOfRangeError(said_of(given, said), lever.name)
            size = by * shares / shares.sum()
        at = np.zeros(values.shape, bool)
        at[cells] = True
        here.append((move, at))
        values[cells] = {"set": size, "add": values[cells] + size, "times": values[cells] * size}[operation]
    for at in np.argwhere((values < lever.low) | (values > lever.high))[:1]:
        cell = ", ".join(known[code] for known, code in zip(labels, at, strict=True))
        of_cell = [move for move, picks in here if picks[tuple(at)]]
        _check(replace(lever, name=f"{lever.name}[{cell}]"), float(values[tuple(at)]), default, of_cell, year)
    values.setflags(write=False)
    return values


def _check(lever: Lever, value: float, begins: float, moves: Sequence[Move], year: int | None) -> None:
    if not lever.low <= value <= lever.high:
        raise _outside(
            f"lever {lever.name}", lever.name, value, (lever.low, lever.high, lever.unit), begins, moves, year
        )


def _outside(
    called: str,
    name: str,
    value: float,
    limits: tuple[float, float, str],
    begins: float,
    moves: Sequence[Move],
    year: int | None,
) -> OutOfRangeError:
    """The error for a value out of its limits: where the last change stands, what each does, and in which year."""
    low, high, unit = limits
    when = f" in {year}" if year else ""
    way = ", ".join([f"it is {begins:g} without a policy", *map(str, moves)])
    mending = "weaken the change" if len(moves) == 1 else "weaken one of them"
    said = f"{called} would be {value:g}{when}, outside {low:g} to {high:g} {unit}: {way}; {mending}."
    return OutOfRangeError(said_of(moves[-1].given, said), name)
