"""Reading the model's numbers: tidy files in which every value carries its unit, source and evidence grade."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from importlib.resources.abc import Traversable

    from numpy.typing import NDArray

GRADES = {
    "V": "read in a source",
    "D": "derived from data",
    "S": "stated in a policy document",
    "M": "recalled from literature",
    "A": "assumption",
}
"""The evidence grades, strongest first."""

TABLES = ("regions", "drivers", "posts", "positions", "stocks", "candidates")
"""The tidy tables of a country, each in a file of its name."""

KEYS = ("year", "region", "tier", "field", "stage")
_YEARS = tuple(str(year) for year in range(1900, 2201))
_KNOWN_YEARS = frozenset(_YEARS)
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?", re.ASCII)
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SPAN = re.compile(r"[1-9][0-9]?", re.ASCII)
_SHOWN = 40  # letters of a cell that a sentence repeats
_TIDY = ("series", *KEYS, "value", "unit", "source", "grade")


class DataError(ValueError):
    """A data file is missing, damaged or lacks a value; the message says which and how to mend it."""


@dataclass(frozen=True)
class Number:
    """One value with where it comes from."""

    value: float
    unit: str
    source: str
    grade: str
    line: int = 0
    """In its file."""


@dataclass(frozen=True)
class Tidy:
    """One tidy file: numbers by series and key. Reading a number that is not there raises DataError."""

    path: Traversable
    numbers: Mapping[str, Mapping[tuple[str, ...], Number]] = field(repr=False)
    _along: dict[object, NDArray[np.float64]] = field(init=False, repr=False, compare=False, default_factory=dict)
    _value: dict[object, float] = field(init=False, repr=False, compare=False, default_factory=dict)

    @classmethod
    def read(cls, path: Traversable) -> Tidy:
        """Read and check a file. Raises DataError for a missing column, value, unit, source or grade."""
        numbers: dict[str, dict[tuple[str, ...], Number]] = {}
        for line, row in rows(path, _TIDY):
            key = tuple(row[name] for name in KEYS)
            if key[0] and key[0] not in _KNOWN_YEARS:
                raise DataError(f"{path.name} line {line}: {key[0]!r} is no year of {_YEARS[0]} to {_YEARS[-1]}.")
            if key in numbers.setdefault(row["series"], {}):
                raise DataError(f"{path.name} line {line}: {row['series']} {key} is given twice; keep one.")
            numbers[row["series"]][key] = Number(
                number(path, line, row["value"]), row["unit"], row["source"], row["grade"], line
            )
        return cls(path, numbers)

    def value(self, series: str, **key: str | int) -> float:
        """The number of a series at a key; what the key leaves out must be blank in the file."""
        asked = (series, *key.items())
        if asked not in self._value:
            wanted = tuple([str(key[name]) if name in key else "" for name in KEYS])
            try:
                self._value[asked] = self.numbers[series][wanted].value
            except KeyError:
                raise self._missing(series, {k: v for k, v in zip(KEYS, wanted, strict=True) if v}) from None
        return self._value[asked]

    def along(
        self, name: str, labels: tuple[str, ...] | tuple[int, ...], series: str, **key: str | int
    ) -> NDArray[np.float64]:
        """The series along one key, in the order of the labels. Shape (len(labels),), to read only."""
        asked = (name, labels, series, *key.items())
        if asked not in self._along:
            found = np.array([self.value(series, **key, **{name: label}) for label in labels])
            found.setflags(write=False)
            self._along[asked] = found
        return self._along[asked]

    def until(self, year: int) -> dict[tuple[str, ...], float]:
        """Every dated number up to a year, by series and key."""
        return {
            (series, *at): one.value
            for series, numbers in self.numbers.items()
            for at, one in numbers.items()
            if at[0] and int(at[0]) <= year
        }

    def held_from(self, year: int) -> Tidy:
        """The same table with every series held from a year on."""
        return Tidy(
            self.path,
            {
                series: {
                    key: rows[str(year), *key[1:]] if key[0] and int(key[0]) > year else known
                    for key, known in rows.items()
                }
                for series, rows in self.numbers.items()
            },
        )

    def years(self) -> list[int]:
        """Every year that the file speaks of, in order."""
        return sorted({int(key[0]) for series in self.numbers.values() for key in series if key[0]})

    def _missing(self, series: str, key: Mapping[str, str]) -> DataError:
        if series not in self.numbers:
            near = get_close_matches(series, self.numbers, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else "."
            return DataError(f"{self.path.name} has no series {series!r}{hint}")
        return DataError(f"{self.path.name} has no value of {series!r} for {dict(key) or 'the blank key'}; add a row.")


def rows(path: Traversable, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """The checked rows of a CSV with their line numbers. Every row needs its unit, source and grade, where the file has
    a column for them.
    """
    lines = reader(path)
    if lines.fieldnames is None or tuple(lines.fieldnames) != columns:
        raise DataError(f"{path.name} must have the columns {', '.join(columns)}, not {lines.fieldnames}.")
    row = None
    for row in lines:
        if None in row or None in row.values():
            raise DataError(f"{path.name} line {lines.line_num}: not {len(columns)} values; the file looks damaged.")
        for name in ("unit", "source"):
            if name in columns and not row[name].strip():
                raise DataError(f"{path.name} line {lines.line_num}: no {name}; every number needs one.")
        if "grade" in columns and row["grade"] not in GRADES:
            raise DataError(
                f"{path.name} line {lines.line_num}: grade {row['grade']!r} is not one of {', '.join(GRADES)}."
            )
        yield lines.line_num, row
    if row is None:
        raise DataError(f"{path.name} has no row under its head; add what is missing.")


def calendar_year(path: Traversable, line: int, text: str) -> int:
    """The year in a cell. Raises DataError where there is none."""
    if text not in _KNOWN_YEARS:
        raise DataError(f"{path.name} line {line}: {text!r} is not a year; write one such as 2015.")
    return int(text)


def whole_years(path: Traversable, line: int, name: str, text: str) -> int:
    """How many years a cell of a column says. Raises DataError where it is no whole number from 1 to 99."""
    if not _SPAN.fullmatch(text):
        raise DataError(f"{path.name} line {line}: the {name} must be whole years from 1 on, not {text!r}.")
    return int(text)


def one_of(path: Traversable, line: int, name: str, text: str, known: Iterable[str]) -> str:
    """The word in a cell of a column. Raises DataError, with the nearest, where it is none of those that are known."""
    words = list(known)
    if text not in words:
        near = get_close_matches(text, words, n=1, cutoff=0)
        hint = f"; did you mean {near[0]!r}?" if near else "."
        raise DataError(f"{path.name} line {line}: there is no {name} {text!r}{hint}")
    return text


def reader(path: Traversable) -> csv.DictReader[str]:
    """The rows of a CSV by column, unchecked. Raises DataError where the file is missing or no text in UTF-8."""
    try:
        text = path.read_text(encoding="utf-8-sig")  # spreadsheets put a mark before the first column
    except FileNotFoundError:
        raise DataError(f"the data file {path} is missing; check the path that was given.") from None
    except UnicodeDecodeError:
        raise DataError(f"the data file {path} is not in UTF-8; save it as CSV in UTF-8.") from None
    except OSError as error:
        raise DataError(f"the data file {path} cannot be read ({error.strerror}).") from None
    if _NO_TEXT.search(text):
        raise DataError(f"the data file {path} is no text; save it as CSV in UTF-8.")
    return _Lines(path, text)


class _Lines(csv.DictReader[str]):
    """The rows of a CSV; what is wrong with its quotes is said with the line."""

    def __init__(self, path: Traversable, text: str) -> None:
        self.path = path
        super().__init__(io.StringIO(text, newline=""), strict=True)
        try:
            _ = self.fieldnames
        except csv.Error as error:
            raise self._damaged(error) from None

    def __next__(self) -> dict[str | Any, str | Any]:
        try:
            return super().__next__()
        except csv.Error as error:
            raise self._damaged(error) from None

    def _damaged(self, error: csv.Error) -> DataError:
        return DataError(f"{self.path.name} line {self.line_num}: {error}; the quotes look damaged.")


def number(path: Traversable, line: int, text: str) -> float:
    """The number in a cell. Raises DataError where there is none."""
    if not _NUMBER.fullmatch(text):
        shown = text if len(text) < _SHOWN else f"{text[:_SHOWN]}..."
        raise DataError(f"{path.name} line {line}: {shown!r} is not a number; write one such as 0.5 or 1e-3.")
    value = float(text)
    if not np.isfinite(value):
        raise DataError(f"{path.name} line {line}: {text!r} is not finite.")
    return value
