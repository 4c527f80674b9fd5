"""What a programme is: its kind, and its record as the model reads it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, Self

import numpy as np

from sim.vocabulary import LEADING, RANKS, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


class ProgrammeKind(StrEnum):
    """What a programme does for a person."""

    FELLOWSHIP_ABROAD = "fellowship_abroad"  # research abroad for a year or more
    STAY_ABROAD = "stay_abroad"  # some months abroad with the post or the study kept
    DEGREE_ABROAD = "degree_abroad"  # a doctorate abroad, of master graduates
    FELLOWSHIP_HERE = "fellowship_here"  # brings researchers in
    POST_HERE = "post_here"  # a post at home, paid for some years, for people abroad
    STIPEND = "stipend"  # supports doctoral students at home

    @property
    def leads_abroad(self) -> bool:
        """Whether researchers go abroad on it, other than for a degree."""
        return self in (ProgrammeKind.FELLOWSHIP_ABROAD, ProgrammeKind.STAY_ABROAD)

    @property
    def leads_here(self) -> bool:
        """Whether researchers come from abroad on it."""
        return self in (ProgrammeKind.FELLOWSHIP_HERE, ProgrammeKind.POST_HERE)

    @property
    def spent_abroad(self) -> bool:
        """Whether the income is spent abroad, so that the exchange rate counts."""
        return self.leads_abroad or self is ProgrammeKind.DEGREE_ABROAD


@dataclass(frozen=True)
class ProgrammeRecord:
    """A programme as its rules state it; a field that its kind does not read has its default.

    stages, origin, origin_regions, fields, tiers: who is eligible, by name; empty for all. degree_within: years since
    the doctorate at most, 0 for any. regions: where it leads, by name; empty for everywhere. years: length of an
    award. income, unit_cost: millions of the home currency a year. income_year: the year in which an income that is
    spent abroad was set, from which exchange rates count; income_later: what later calls set, by year. post_kept:
    whether a lasting post at home is kept. guarantee: chance that the award comes with a post on return. rank, tier:
    of the post of people from abroad, empty for a postdoc and for the leading tier. research_money: part of the cost
    that pays for research, millions a year. selection_merit: weight of merit in the ranking.
    places: awards a year (supported persons for a stipend) by year, linear between the years given and constant before
    and after. start, end: first and last year of a call, None without bound.
    """

    name: str
    kind: ProgrammeKind
    title: str
    title_ja: str
    unit_cost: float
    places: Mapping[int, float] = field(hash=False)
    source: str
    grade: str
    income: float = 0.0
    selection_merit: float = 0.0
    place_grades: Mapping[int, str] = field(default_factory=dict, hash=False)
    stages: tuple[str, ...] = ()
    origin: str = "any"
    origin_regions: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    degree_within: int = 0
    years: float = 1.0
    income_year: int = 0
    income_later: Mapping[int, float] = field(default_factory=dict, hash=False)
    regions: tuple[str, ...] = ()
    post_kept: bool = False
    guarantee: float = 0.0
    rank: str = ""
    tier: str = ""
    research_money: float = 0.0
    start: int | None = None
    end: int | None = None

    def places_in(self, year: int) -> float:
        """Places of the call of a year, real awards; 0 before the first and after the last call."""
        if (self.start is not None and year < self.start) or (self.end is not None and year > self.end):
            return 0.0
        if (known := self.places.get(year)) is not None:
            return known
        before = max((known for known in self.places if known < year), default=None)
        after = min((known for known in self.places if known > year), default=None)
        if before is None or after is None:
            return self.places[min(self.places) if before is None else max(self.places)]
        step = (self.places[after] - self.places[before]) / (after - before)
        return self.places[before] + step * (year - before)

    def held_from(self, year: int) -> Self:
        """The same programme with places and income as in a year from that year on."""
        places = {known: value for known, value in self.places.items() if known < year} | {year: self.places_in(year)}
        later = {known: value for known, value in self.income_later.items() if known <= year}
        return replace(self, places=places, income_later=later)

    def income_set(self, year: int) -> int:
        """The year in which the income of an award of this year was set."""
        return max((known for known in self.income_later if known <= year), default=self.income_year)

    def income_in(self, year: int) -> float:
        """Income of an award, millions of the home currency a year, as the latest call that changed it set it."""
        return self.income_later.get(self.income_set(year), self.income)

    def leads_to(self, regions: tuple[str, ...]) -> np.ndarray:
        """Which of these regions it leads to, (regions,)."""
        return np.array([not self.regions or name in self.regions for name in regions])

    def position(self, tiers: tuple[str, ...]) -> tuple[int, Stage]:
        """Tier, as a place in tiers, and rank of the position at home of people from abroad."""
        rank = next((rank for rank in RANKS if rank.label == self.rank), Stage.POSTDOC)
        return tiers.index(self.tier) if self.tier else LEADING, rank


class _Offered(Protocol):
    record: ProgrammeRecord


def stipends[P: _Offered](programmes: Iterable[P]) -> Iterator[tuple[int, P]]:
    """The doctoral stipends among programmes, each with the code by which people hold it: 1, 2, ... in their order."""
    return enumerate((one for one in programmes if one.record.kind is ProgrammeKind.STIPEND), start=1)
