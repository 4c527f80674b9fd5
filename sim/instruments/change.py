"""A change: one lever or one number of the world, moved in one way, by a number or by a path of years."""

from __future__ import annotations

import math
from bisect import bisect_right
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, model_validator

from sim.instruments import counted
from sim.vocabulary import Grade
from sim.world.addresses import Address
from sim.world.programme_parts import YEARS, Text
from sim.world.reading import refused
from sim.world.units import currency_in, fits, shown

if TYPE_CHECKING:
    from sim.instruments.levers import Operation

Real = Annotated[float, Field(strict=True, allow_inf_nan=False)]
_AS_A_PATH = "{2026: 0.1, 2030: 0.5}"

type Path = tuple[tuple[int, float], ...]
"""Numbers by year, in order."""


class Record(BaseModel):
    """A part of a file: fixed once read, and every field known."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def _size(given: object) -> float | Path:
    """A number, or a path as a file writes it: `{2026: 0.1, 2030: 0.5}`."""
    if isinstance(given, tuple | list) and all(isinstance(point, tuple | list) for point in given):
        given = dict(given)  # a path that has been read before
    if not isinstance(given, dict):
        return _number(given)
    if not given:
        raise ValueError(f"a path of years needs at least one year: {_AS_A_PATH}")
    for year in given:
        if type(year) is not int or not YEARS[0] <= year <= YEARS[1]:
            raise ValueError(f"{year!r} is no year of {YEARS[0]} to {YEARS[1]}; write a path as {_AS_A_PATH}")
    return tuple(sorted((year, _number(value, f" in {year}")) for year, value in given.items()))


def _number(given: object, when: str = "") -> float:
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise ValueError(f"{given!r}{when} is no number; write one, or a path of years: {_AS_A_PATH}")  # noqa: TRY004
    try:
        size = float(given)
    except OverflowError:  # a whole number of hundreds of digits
        size = math.inf
    if not math.isfinite(size):
        raise ValueError(f"{size:g}{when} is not finite")
    return size


Size = Annotated[Any, PlainValidator(_size)]
"""A number, or numbers by year: linear between the years, held after the last; no change before the first."""


def size_in(size: float | Path, year: int) -> float | None:
    """What a size is in a year; None before the first year of a path.

    >>> size_in(((2026, 0.0), (2030, 1.0)), 2028)
    0.5
    """
    if isinstance(size, float):
        return size
    after = bisect_right(size, (year, float("inf")))
    if after == 0:
        return None
    first, low = size[after - 1]
    if after == len(size) or first == year:
        return low
    last, high = size[after]
    return low + (high - low) * (year - first) / (last - first)


def in_words(size: float | Path) -> str:
    """A size as a sentence says it: `0.5`, or `0.1 in 2026, 0.5 in 2030`."""
    return f"{size:g}" if isinstance(size, float) else ", ".join(f"{by:g} in {year}" for year, by in size)


class Part(Record):
    """The part of what a change picks that it is meant for, where the data do not tell it apart: the United Kingdom of
    a region of Europe. share: of the whole, by which the change acts.
    """

    title: Text
    title_ja: Text
    share: Real = Field(gt=0, le=1)
    source: Text
    grade: Grade


class Change(Record):
    """One lever, or one number of the world, moved in one way: exactly one of set, add and times.

    lever: the name of a declared lever, of an array lever with the labels that are picked. address: that of an open
    number of the world. part: of what is picked, for which the size is. looked_for: what was looked for where the size
    is an assumption.
    """

    lever: Text | None = None
    address: Text | None = None
    set_to: Size = Field(None, alias="set", validate_default=False)
    add: Size = Field(None, validate_default=False)
    times: Size = Field(None, validate_default=False)
    part: Part | None = None
    source: Text
    grade: Grade
    looked_for: Text | None = None

    @model_validator(mode="after")
    def _one_target_and_one_operation(self) -> Self:
        if (self.lever is None) == (self.address is None):
            raise ValueError("a change names exactly one lever or one address")
        if sum(value is not None for value in (self.set_to, self.add, self.times)) != 1:
            raise ValueError(f"the change of {self.name} needs exactly one of set, add and times")
        Address.parse(self.name)
        if self.part is not None and self.set_to is not None:
            raise ValueError(
                f"{self.name} is set to one value, which {self.part.title} alone cannot be; add, or use times"
            )
        return self

    @property
    def name(self) -> str:
        """The lever or address as the file writes it."""
        return self.lever or self.address or ""

    @property
    def target(self) -> Address:
        """What is moved, read."""
        return Address.parse(self.name)

    @property
    def operation(self) -> Operation:
        """Which operation."""
        return "set" if self.set_to is not None else "add" if self.add is not None else "times"

    @property
    def size(self) -> float | Path:
        """By how much."""
        size: float | Path = {"set": self.set_to, "add": self.add, "times": self.times}[self.operation]
        return size

    def by(self, year: int) -> float | None:
        """By how much what is picked moves in a year; None before the first year of its path.

        Of a part with the share s of the whole, an addition of x is one of s x, a factor x one of 1 + s (x - 1).
        """
        by = size_in(self.size, year)
        if by is None or self.part is None:
            return by
        return self.part.share * by if self.operation == "add" else 1 + self.part.share * (by - 1)


class Cost(Record):
    """The price of one unit of something the policy causes, in the home currency.

    fixed: of a sum a year, that it stays what it is however large the policy is: else it follows the places of what the
    policy brings, and the size to which a budget takes it.
    """

    item: Text
    value: Real = Field(ge=0, le=1e12)
    unit: Text
    source: Text
    grade: Grade
    fixed: Annotated[bool, Field(strict=True)] = False

    @model_validator(mode="after")
    def _item_is_counted(self) -> Self:
        if why := counted.why_not(self.item):
            raise refused(why, "item")
        if self.fixed and not self.yearly:
            raise refused(f"fixed is said of item: {counted.YEAR}; what {self.item} costs follows its number", "fixed")
        if not fits(declared := counted.unit_of(self.item), self.unit, remark=False):
            raise refused(f"the price of {self.item} cannot be in {self.unit!r}; give it in {shown(declared)}", "unit")
        return self

    @property
    def currency(self) -> str:
        """The code of that of the price."""
        return currency_in(counted.unit_of(self.item), self.unit)

    @property
    def yearly(self) -> bool:
        """Whether it is a sum a year."""
        return self.item == counted.YEAR

    @property
    def follows(self) -> bool:
        """Whether it is one that follows the size of the policy."""
        return self.yearly and not self.fixed
