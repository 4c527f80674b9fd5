"""The behavioural parameters: one number each, with range, source and grade, from a country's `parameters.csv`."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Self

from sim.world.country import PARAMETERS, Country
from sim.world.tables import DataError, number, rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sim.engine.layout import Record

_COLUMNS = ("id", "meaning", "default", "low", "high", "unit", "source", "grade", "use")

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


class Parameters:
    """The parameters of a run, read as attributes: `parameters.beta`. Immutable; `replace` gives a changed copy."""

    _of_shipped: ClassVar[dict[str, Self]] = {}

    def __init__(self, catalogue: Mapping[str, Parameter], values: Mapping[str, float] | None = None) -> None:
        self.catalogue: Mapping[str, Parameter] = MappingProxyType(dict(catalogue))
        self._values = {name: parameter.default for name, parameter in catalogue.items()} | dict(values or {})
        vars(self).update(self._values)
        self._moved: dict[tuple[tuple[str, float], ...], Self] = {}

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
        loaded = cls(catalogue)
        if country.shipped:
            cls._of_shipped[country.name] = loaded
        return loaded

    def __reduce__(self) -> tuple[type[Self], tuple[dict[str, Parameter], dict[str, float]]]:
        return type(self), (dict(self.catalogue), self._values)  # what was worked out from them stays behind

    def __getattr__(self, name: str) -> float:
        raise AttributeError(self._unknown(name))  # Python asks here only for what is not there

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
                raise ValueError(self._unknown(name))
            known = self.catalogue[name]
            if not known.low <= value <= known.high:
                raise ValueError(
                    f"parameter {name} = {value} lies outside its range {known.low} to {known.high} {known.unit}."
                )
        return type(self)(self.catalogue, self._values | changes)

    def as_dict(self) -> dict[str, float]:
        """Name to value, in the order of the file."""
        return dict(self._values)

    def _unknown(self, name: str) -> str:
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
        catalogue[row["id"]] = Parameter(
            row["id"], row["meaning"], default, low, high, row["unit"], row["source"], row["grade"], row["use"]
        )
    return catalogue
