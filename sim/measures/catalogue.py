"""What an outcome or a statistic declares of itself, and the tidy table that all of them make.

Functions of outcomes see simulated persons and simulated money; the scale is divided out here and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.measures.sizes import NOT_SAID, Size, size_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

ALL = "all"
"""The group of everybody."""

MONEY = "currency/yr"
"""Unit of money; in a table the country's own currency stands in place of the word."""

SHARE = "share"
"""Unit of a part of a whole."""

Group = tuple[str, Any]
"""A group and its values, (years,): NaN where there is none in a year."""


class Kind(Enum):
    """What a number is, and so how it meets the scale, a life without it, and a reader."""

    COUNT = "count"
    """Persons, papers and the like: over the scale it is real; nothing counted is 0."""
    MONEY = "money"
    """Of the home currency, a year: over the scale it is real; nothing spent is 0."""
    SHARE = "share"
    """A part of a whole, in 0-1: the same at every scale; a share of nobody has no value."""
    MEAN = "mean"
    """Any other mean or ratio over people: the same at every scale; of nobody it has no value."""

    @property
    def adds_up(self) -> bool:
        """Whether values of different groups may be added, and a value that is missing is 0."""
        return self in (Kind.COUNT, Kind.MONEY)


@dataclass(frozen=True)
class Measure:
    """A named number that is reported: an outcome, a statistic of a survey, or what compares two lives.

    title, title_ja: what a reader calls it, in English and Japanese. theme: under which outcomes are listed. size: the
    smallest difference that matters; of statistics, which are compared with data, there is none.
    """

    name: str
    title: str
    title_ja: str
    theme: str
    unit: str
    kind: Kind
    size: Size = NOT_SAID

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and the most that it can be by what it is: a share lies in 0 to 1, nothing counted is below 0."""
        if self.kind is Kind.SHARE or self.unit == SHARE:
            return 0.0, 1.0
        return (0.0, inf) if self.kind.adds_up else (-inf, inf)


class Register[S]:
    """Measures with the functions that yield their groups from a source, in the order in which they are declared.

    sizes: the smallest difference that matters, by the name of the measure; None where none is asked for.
    """

    def __init__(self, sizes: Mapping[str, Size] | None = None) -> None:
        self.sizes = sizes
        self.measures: dict[str, Measure] = {}
        self.functions: dict[str, Callable[[S], Iterator[Group]]] = {}

    def declare[F: Callable[..., Iterator[Group]]](
        self,
        title: str,
        title_ja: str,
        *,
        theme: str,
        unit: str,
        kind: Kind,
        name: str = "",
    ) -> Callable[[F], F]:
        """Declare what a function yields; the name is that of the function, if none is given.

        Raises ValueError for a name that is taken, and for one without a size where sizes are asked for.
        """

        def add(function: F) -> F:
            called = name or function.__name__
            if called in self.measures:
                raise ValueError(f"two measures are called {called}.")
            size = NOT_SAID if self.sizes is None else size_of(called, unit, self.sizes)
            self.measures[called] = Measure(called, title, title_ja, theme, unit, kind, size)
            self.functions[called] = function
            return function

        return add

    def extend(self, more: Register[S]) -> None:
        """Add those of another register at the end. Raises ValueError for a name that is taken."""
        if twice := self.measures.keys() & more.measures.keys():
            raise ValueError(f"two measures are called {min(twice)}.")
        self.measures |= more.measures
        self.functions |= more.functions

    def rows(self, source: S) -> Iterator[tuple[Measure, str, Any]]:
        """Every measure, group and its values."""
        for name, function in self.functions.items():
            yield from ((self.measures[name], group, values) for group, values in function(source))


def tidy(
    name: str,
    years: Sequence[int],
    rows: Iterable[tuple[Measure, str, NDArray[np.floating[Any] | np.integer[Any]]]],
    scale: float,
    currency: str = "",
) -> pd.DataFrame:
    """One row a year, measure and group: year, `name`, group, value, unit; counts and money at full size.

    rows: measure, group and values (years,), simulated. A value of NaN has no row. currency: code of that of the money.
    """
    import pandas as pd

    found = list(rows)
    values = np.empty((len(found), len(years)))
    for row, (_, _, value) in zip(values, found, strict=True):
        row[:] = value
    values[[measure.kind.adds_up for measure, _, _ in found]] /= scale
    columns = {
        "year": np.array(years, np.int64)[:, None],
        name: np.array([measure.name for measure, _, _ in found], object),
        "group": np.array([group for _, group, _ in found], object),
        "value": values.T,
        "unit": np.array([measure.unit.replace("currency", currency) for measure, _, _ in found], object),
    }
    there = ~np.isnan(values.T)
    return pd.DataFrame({key: np.broadcast_to(column, there.shape)[there] for key, column in columns.items()})
