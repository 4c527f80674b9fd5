"""A world whose numbers are moved: by address, from year to year."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from difflib import get_close_matches
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.world.reading import said_of
from sim.world.schema import SCHEMA, Series
from sim.world.tables import KEYS, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sim.world.addresses import Address
    from sim.world.reading import Given
    from sim.world.tables import Number, Tidy
    from sim.world.world import World

type Row = tuple[str, ...]
"""The labels of a number, in the order of `KEYS`; empty where it has none."""


class Shift(NamedTuple):
    """One change of numbers of the world. by: by year, for the years in which it holds. given: where it stands."""

    address: Address
    operation: str
    by: Mapping[int, float]
    given: Given | None = None

    def until(self, year: int) -> Shift:
        """The same, in the years up to one."""
        return self._replace(by={when: size for when, size in self.by.items() if when <= year})


class Place(NamedTuple):
    """Where an address leads: the numbers of a series that it picks."""

    table: str
    series: Series
    rows: tuple[Row, ...]

    @property
    def dated(self) -> bool:
        """Whether the numbers have years of their own."""
        return bool(self.rows[0][0])


def keys_of(tidy: Tidy, series: str) -> dict[str, tuple[str, ...]]:
    """The keys of a series besides the year, each with its labels in the order of the file."""
    rows = tidy.numbers[series]
    found = {key: tuple(dict.fromkeys(row[n] for row in rows if row[n])) for n, key in enumerate(KEYS) if n}
    return {key: labels for key, labels in found.items() if labels}


def find(world: World, address: Address) -> Place:
    """The numbers of the world that an address picks.

    Raises ValueError in one sentence, with the nearest name, where there is none, and for a number that is closed.
    """
    table, _, name = address.head.partition(".")
    if table not in TABLES:
        near = get_close_matches(table, TABLES, n=1)
        raise ValueError(f"there is no number {address}: " + (f"did you mean {near[0]}.{name}" if near else _tables()))
    declared = {series.name: series for series in SCHEMA[table]}
    if name not in declared:
        near = get_close_matches(name, declared, n=3, cutoff=0.4)
        raise ValueError(
            f"there is no number {address.head}; "
            + (
                f"nearest: {', '.join(f'{table}.{one}' for one in near)}"
                if near
                else f"{table} has {', '.join(declared)}"
            )
        )
    series, tidy = declared[name], world.table(table)
    if series.closed:
        raise ValueError(f"{address.head} is closed: {series.closed}")
    keys = keys_of(tidy, name)
    picked = address.pick(keys)
    narrowed = {KEYS.index(key): set(labels) for key, labels in picked.items() if labels != keys[key]}
    rows = tuple(row for row in tidy.numbers[name] if all(row[n] in labels for n, labels in narrowed.items()))
    if not rows:
        raise ValueError(f"{address}: {address.head} has no number for these labels together; leave one out")
    return Place(table, series, rows)


def _tables() -> str:
    return f"it must begin with one of {', '.join(TABLES)}"


class Timeline:
    """What a world is in each year under shifts; the world itself, the same object, where none holds.

    Dated numbers are moved in the years in which a shift holds, for readers of every year. Numbers without a year are
    moved in the world of the years in which it holds. Raises ValueError in one sentence for an address that leads
    nowhere, a number that is closed, and one that would leave its range in some year.
    """

    def __init__(self, world: World, shifts: Sequence[Shift] = ()) -> None:
        placed = [(shift, find(world, shift.address)) for shift in shifts]
        self._constants = [(shift, place) for shift, place in placed if not place.dated]
        self.dated = _moved(world, [(shift, place, None) for shift, place in placed if place.dated])
        self._known: dict[tuple[float | None, ...], World] = {}
        for year in sorted(set(chain.from_iterable(shift.by for shift, _ in self._constants))):
            self.in_year(year)

    def in_year(self, year: int) -> World:
        """The world of a year; the same object in years in which its numbers are the same."""
        sizes = tuple(shift.by.get(year) for shift, _ in self._constants)
        if all(size is None for size in sizes):
            return self.dated
        if sizes not in self._known:
            now = [(shift, place, year) for shift, place in self._constants if year in shift.by]
            self._known[sizes] = _moved(self.dated, now)
        return self._known[sizes]


def _moved(world: World, shifts: Sequence[tuple[Shift, Place, int | None]]) -> World:
    """The world with shifts applied in order. The year is that of constants, None for numbers that have their own."""
    changed: dict[str, Tidy] = {}
    said: list[str] = []
    for shift, place, year in shifts:
        tidy = changed.get(place.table) or world.table(place.table)
        numbers = dict(tidy.numbers[place.series.name])
        try:
            moved = dict(_after(numbers, shift, place, year))
            if place.series.whole:
                moved = _whole(numbers, moved, shift.address)
        except ValueError as error:
            raise ValueError(said_of(shift.given, str(error))) from None
        numbers |= moved
        changed[place.table] = replace(tidy, numbers={**tidy.numbers, place.series.name: numbers})
        said.append(f"{shift.address}:{shift.operation}:{sorted(shift.by.items()) if year is None else shift.by[year]}")
    if not changed:
        return world
    mark = hashlib.sha256(":".join([world.fingerprint, *said]).encode()).hexdigest()
    tables: dict[str, Any] = {world.attribute(table): tidy for table, tidy in changed.items()}
    return replace(world, fingerprint=mark, **tables)


def _after(numbers: Mapping[Row, Number], shift: Shift, place: Place, year: int | None) -> Iterator[tuple[Row, Number]]:
    for row in place.rows:
        when = int(row[0]) if year is None else year
        if (by := shift.by.get(when)) is None:
            continue
        was, series = numbers[row].value, place.series
        value = {"set": by, "add": was + by, "times": was * by}[shift.operation]
        if not series.low <= value <= series.high:
            raise ValueError(
                f"{_cell(shift, row)} would be {value:g} in {when}, outside {series.low:g} to {series.high:g} "
                f"{numbers[row].unit}: it is {was:g} before this change ({shift.operation} {by:g}); weaken the change"
            )
        yield row, replace(numbers[row], value=value)


def _whole(numbers: Mapping[Row, Number], moved: dict[Row, Number], address: Address) -> dict[Row, Number]:
    """The others of shares that make a whole give way in proportion, or take up what is left."""
    left = 1 - sum(one.value for one in moved.values())
    others = {row: one for row, one in numbers.items() if row not in moved}
    were = sum(one.value for one in others.values())
    if not others or left < 0 or (were == 0 and left > 0):
        raise ValueError(f"{address}: its shares make up a whole, and these would not; move fewer of them, or less")
    return moved | {row: replace(one, value=one.value * left / were if were else 0.0) for row, one in others.items()}


def _cell(shift: Shift, row: Row) -> str:
    labels = ", ".join(label.replace(" ", "_") for label in row[1:] if label)
    return shift.address.head + (f"[{labels}]" if labels else "")
