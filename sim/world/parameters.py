"""The behavioural parameters: one number each, with range, source and grade, from a country's `parameters.csv`."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache, cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Self

from sim.world.country import PARAMETERS, Country
from sim.world.tables import DataError, number, rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from sim.engine.layout import Record
    from sim.world.world import World

_COLUMNS = ("id", "meaning", "default", "low", "high", "unit", "source", "grade", "use")

LEVER, OPEN, DRIFTS = "lever", "open", "world"
"""Words of the column `use`: parameters that policies and scenarios may move by their address, and those that scenarios
alone may, as nobody decides them.
"""

USES = (LEVER, "calibrate", "swept", "RDM", "fix")
"""What the first word of `use` says: moved by a lever, free in the fit, part of it within bounds, drawn, or held."""

_MOVED = 8  # changed copies that are kept: what follows from each takes some hundred kilobytes


@dataclass(frozen=True)
class Parameter:
    """One parameter: what it means, its default and the range it may be swept over."""

    name: str
    meaning: str
    default: float
    low: float
    high: float
    unit: str
    source: str
    grade: str
    use: str
    open_to: frozenset[str] = frozenset()
    """Kinds of files that may move it by its address."""
    line: int = field(default=0, compare=False)
    """Where it stands in the file."""

    @property
    def bounds(self) -> tuple[float, float]:
        """Least and most that a policy or a scenario may make of it: beyond the range by its width, or twice and half
        where it has none; a number that is never negative stays so, and a share within 0 and 1.
        """
        if self.low == self.high:
            return min(self.low / 2, self.low * 2), max(self.low / 2, self.low * 2)
        width = self.high - self.low
        low, high = self.low - width, self.high + width
        share = self.low >= 0 and self.high <= 1
        return (max(low, 0.0) if self.low >= 0 else low), (min(high, 1.0) if share else high)


class Parameters:
    """The parameters of a run, read as attributes: `parameters.beta`. Immutable; `replace` gives a changed copy."""

    _of_shipped: ClassVar[dict[str, Self]] = {}

    def __init__(self, catalogue: Mapping[str, Parameter], values: Mapping[str, float] | None = None) -> None:
        self.catalogue: Mapping[str, Parameter] = MappingProxyType(dict(catalogue))
        self._values = {name: parameter.default for name, parameter in catalogue.items()} | dict(values or {})
        vars(self).update(self._values)
        self._moved: dict[tuple[tuple[str, float], ...], Self] = {}
        self.derived: dict[Callable[..., Any], list[tuple[World, Any]]] = {}
        """What was worked out from them and a world; see `sim.world.derived`."""

    @classmethod
    def load(cls, country: str | Path | Country | None = None) -> Self:
        """Read the catalogue of a country (see `Country.load`) and take every default.

        The same object for a country that comes with the model, so that what follows from it is worked out once. Raises
        DataError where the file is damaged, or where it does not name the parameters that the default country does:
        these are what the rules read.
        """
        country = Country.load(country)
        if country.shipped and (found := cls._of_shipped.get(country.name)) is not None:
            return found
        catalogue = _catalogue(country)
        if not country.is_default:
            known = _catalogue(Country.load())
            for name in (*known, *catalogue):
                if name not in catalogue:
                    raise DataError(f"{PARAMETERS} of {country.root} has no {name} ({known[name].meaning}); add a row.")
                if name not in known:
                    near = get_close_matches(name, known, n=1)
                    hint = f"did you mean {near[0]!r}?" if near else "remove the row."
                    raise DataError(f"{PARAMETERS} of {country.root}: no rule reads {name!r}; {hint}")
                if catalogue[name].unit != known[name].unit:
                    where = f"{PARAMETERS} line {catalogue[name].line} of {country.root}"
                    raise DataError(f"{where}: {name} is in {catalogue[name].unit!r}; give it in {known[name].unit!r}.")
        loaded = cls(catalogue)
        if country.shipped:
            cls._of_shipped[country.name] = loaded
        return loaded

    def __reduce__(self) -> tuple[type[Self], tuple[dict[str, Parameter], dict[str, float]]]:
        return type(self), (dict(self.catalogue), self._values)  # what was worked out from them stays behind

    def __getattr__(self, name: str) -> float:
        raise AttributeError(self.unknown(name))  # Python asks here only for what is not there

    @cached_property
    def record(self) -> Record:
        """Every value in float32 by name, as loops are given it: a structured array of shape (1,), read only."""
        from sim.engine.layout import record  # the compiler is not needed to read parameters

        return record(**dict(sorted(self._values.items())))

    def moved(self, values: Mapping[str, float]) -> Self:
        """These parameters with other values of some, whose ranges are somebody else's; itself where none differs.

        The same object for the latest values, so that what is worked out from it once is kept.
        """
        changed = {name: value for name, value in values.items() if value != self._values[name]}
        if not changed:
            return self
        key = tuple(sorted(changed.items()))
        if key not in self._moved:
            while len(self._moved) >= _MOVED:  # a sweep moves them to hundreds of values, one after the other
                del self._moved[next(iter(self._moved))]
            self._moved[key] = type(self)(self.catalogue, self._values | changed)
        return self._moved[key]

    def replace(self, **changes: float) -> Self:
        """A copy with other values. Raises ValueError for an unknown name or a value outside its range."""
        for name, value in changes.items():
            if name not in self.catalogue:
                raise ValueError(self.unknown(name))
            known = self.catalogue[name]
            if not known.low <= value <= known.high:
                raise ValueError(
                    f"parameter {name} = {value} lies outside its range {known.low} to {known.high} {known.unit}."
                )
        return type(self)(self.catalogue, self._values | changes)

    def as_dict(self) -> dict[str, float]:
        """Name to value, in the order of the file."""
        return dict(self._values)

    def unknown(self, name: str) -> str:
        """The sentence for a parameter that does not exist, with the nearest one."""
        near = get_close_matches(name, self.__dict__.get("catalogue", {}), n=1)
        return f"there is no parameter {name!r}" + (f"; did you mean {near[0]!r}?" if near else ".")


@cache
def _shipped(name: str) -> Mapping[str, Parameter]:
    return _read(Country.load(name))


def _catalogue(country: Country) -> Mapping[str, Parameter]:
    return _shipped(country.name) if country.shipped else _read(country)


def _read(country: Country) -> Mapping[str, Parameter]:
    path = country.file(PARAMETERS)
    catalogue: dict[str, Parameter] = {}
    for line, row in rows(path, _COLUMNS):
        default, low, high = (number(path, line, row[name]) for name in ("default", "low", "high"))
        if not low <= default <= high:
            raise DataError(f"{path.name} line {line}: {row['id']} = {default} lies outside {low} to {high}.")
        if row["id"] in catalogue:
            raise DataError(f"{path.name} line {line}: {row['id']} is given twice; keep one.")
        if not row["meaning"].strip():
            raise DataError(f"{path.name} line {line}: {row['id']} has no meaning; say what it is.")
        words = row["use"].split(", ")
        if words[0] not in USES or not {*words[1:]} <= {OPEN, DRIFTS} or len(words) > 2:
            raise DataError(
                f"{path.name} line {line}: the use {row['use']!r} must be one of {', '.join(USES)}, with {OPEN} or "
                f"{DRIFTS} after a comma where it may be moved."
            )
        catalogue[row["id"]] = Parameter(
            *(row["id"], row["meaning"], default, low, high, row["unit"], row["source"], row["grade"]),
            use=words[0],
            open_to=_open_to(words),
            line=line,
        )
    return catalogue


def _open_to(words: list[str]) -> frozenset[str]:
    if words[0] == LEVER or OPEN in words:
        return frozenset({"policy", "world"})
    return frozenset({"world"} if DRIFTS in words else ())
