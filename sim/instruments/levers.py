"""The levers of a world, as the registry declares them, and the algebra set / add / times that moves them."""

from __future__ import annotations

from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from sim import instruments
from sim.instruments import programmes as of_programmes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sim.instruments.lever import Instrument, Lever
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
    levers = {lever.name: lever for lever in shared()}
    for record in (*world.programmes, *brought) if of_programmes.PROGRAMMES in instruments.INSTRUMENTS else ():
        levers |= {lever.name: lever for lever in of_programmes.levers_of(record)}
    return levers


def unknown(name: str, world: World, brought: Iterable[ProgrammeRecord] = ()) -> str:
    """The sentence for a lever that does not exist, with what its programme has or the nearest ones that exist."""
    records = {record.name: record for record in (*world.programmes, *brought)}
    first, _, rest = name.partition(".")
    record = records.get(rest.partition(".")[0])
    if first == "programmes" and record is not None:
        has = ", ".join(lever.name for lever in of_programmes.LEVERS[record.kind])
        kind = record.kind.value
        return f"there is no lever {name!r}: {record.name} is a {kind}, and the levers that move one are {has}."
    near = get_close_matches(name, list(catalogue(world, brought)), n=3, cutoff=0.4)
    return f"there is no lever {name!r}" + (f"; nearest: {', '.join(near)}." if near else ".")


def baseline(
    world: World, parameters: Parameters, year: int, brought: Iterable[ProgrammeRecord] = ()
) -> dict[str, float]:
    """The value of every lever in a year with no policy."""
    values = {lever.name: lever.value(parameters) for lever in shared()}
    for record in (*world.programmes, *brought):
        for lever in of_programmes.LEVERS[record.kind]:
            values[lever.of(record.name)] = of_programmes.value(record, lever, year)
    return values


def moved(value: float, operation: Operation, by: float) -> float:
    """The value after one change."""
    return {"set": by, "add": value + by, "times": value * by}[operation]


def checked(levers: Mapping[str, Lever], values: Mapping[str, float], changed: Iterable[str], year: int) -> None:
    """Raise ValueError where a changed lever has left its range, with the range."""
    for name in changed:
        lever, value = levers[name], values[name]
        if not lever.low <= value <= lever.high:
            raise ValueError(
                f"lever {name} would be {value:g} in {year}, outside {lever.low:g} to {lever.high:g} {lever.unit}; "
                "weaken the change."
            )


def behaviour(parameters: Parameters, values: Mapping[str, float]) -> Parameters:
    """The parameters of a year: those that levers move have the levers' values. The same object where none differs."""
    return parameters.moved(
        {
            lever.default: values[lever.name]
            for lever in shared()
            if isinstance(lever.default, str) and lever.name in values
        }
    )
