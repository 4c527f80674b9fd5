"""The levers of a world, as the registry declares them, and the algebra set / add / times that moves them."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Literal

from sim import instruments
from sim.instruments import programmes as of_programmes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sim.instruments.lever import Instrument, Lever, ProgrammeLever
    from sim.world.parameters import Parameters
    from sim.world.programmes import ProgrammeRecord
    from sim.world.world import World

Operation = Literal["set", "add", "times"]


def shared() -> tuple[Lever, ...]:
    """The levers that belong to no programme, in the order of the registry."""
    return _shared(instruments.INSTRUMENTS)


@lru_cache(maxsize=8)
def _shared(registry: tuple[Instrument, ...]) -> tuple[Lever, ...]:
    return tuple(lever for instrument in registry for lever in instrument.levers)


def catalogue(world: World, brought: Iterable[ProgrammeRecord] = ()) -> dict[str, Lever]:
    """Every lever by name: the shared ones, and those of the world's programmes and of the ones that policies bring."""
    levers = [*shared()]
    for record in (*world.programmes, *brought) if of_programmes.PROGRAMMES in instruments.INSTRUMENTS else ():
        levers += of_programmes.levers_of(record)
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
    return Levers(parameters, (*world.programmes, *brought)).values(year)


class Levers:
    """The levers while the same policies are in force; a policy that starts or ends makes new ones. To read only.

    shared: the levers that belong to no programme, which are the same in every year. parameters: of behaviour, those
    moved that levers move; baseline: without that, and the same object where none is moved. programmes: all of them.
    """

    def __init__(
        self,
        parameters: Parameters,
        programmes: tuple[ProgrammeRecord, ...],
        changes: Mapping[str, Sequence[tuple[Operation, float]]] | None = None,
        moved: Mapping[str, Lever] | None = None,
    ) -> None:
        """changes: by lever, in order. moved: the levers that they move. Raises ValueError for one out of its range."""
        self.baseline, self.programmes, self._changes = parameters, programmes, changes or {}
        self.shared: Mapping[str, float] = {
            lever.name: self._after(lever.name, lever.value(parameters)) for lever in shared()
        }
        self._of_programmes = {name: lever for name, lever in (moved or {}).items() if name not in self.shared}
        for name, lever in (moved or {}).items():
            if name in self.shared:
                _check(lever, self.shared[name])
        named = {lever.default: self.shared[lever.name] for lever in shared() if isinstance(lever.default, str)}
        self.parameters = parameters.moved(named)

    @cached_property
    def plain(self) -> Levers:
        """The levers without a policy."""
        return Levers(self.baseline, self.programmes)

    def value(self, lever: Lever) -> float:
        """The value of a lever that belongs to no programme; its default where no instrument has it."""
        found = self.shared.get(lever.name)
        return lever.value(self.baseline) if found is None else found

    def of(self, record: ProgrammeRecord, lever: ProgrammeLever, year: int) -> float:
        """The value of a lever of a programme in a year."""
        plain = of_programmes.value(record, lever, year)
        return self._after(lever.of(record.name), plain) if self._of_programmes else plain

    def check(self, year: int) -> None:
        """Raise ValueError where a lever of a programme leaves its range in a year."""
        if self._of_programmes:
            self.values(year)

    def values(self, year: int) -> dict[str, float]:
        """Every lever's value in a year, by name. Raises ValueError for one out of its range."""
        values = dict(self.shared)
        for record in self.programmes:
            values |= {
                lever.of(record.name): self.of(record, lever, year) for lever in of_programmes.LEVERS[record.kind]
            }
        for name, lever in self._of_programmes.items():
            _check(lever, values[name], year)
        return values

    def _after(self, name: str, value: float) -> float:
        for operation, by in self._changes.get(name, ()):
            value = moved(value, operation, by)
        return value


def moved(value: float, operation: Operation, by: float) -> float:
    """The value after one change."""
    return {"set": by, "add": value + by, "times": value * by}[operation]


def _check(lever: Lever, value: float, year: int | None = None) -> None:
    if not lever.low <= value <= lever.high:
        when = f" in {year}" if year else ""
        raise ValueError(
            f"lever {lever.name} would be {value:g}{when}, outside {lever.low:g} to {lever.high:g} {lever.unit}; "
            "weaken the change."
        )
