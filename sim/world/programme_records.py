"""What a programme is: its kind, and its record as the model reads it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, Self

import numpy as np

from sim.vocabulary import LEADING, RANKS, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sim.vocabulary import Grade


class ProgrammeKind(StrEnum):
    """What a programme does for a person."""

    FELLOWSHIP_ABROAD = "fellowship_abroad"  # research abroad for a year or more
    STAY_ABROAD = "stay_abroad"  # some months abroad with the post or the study kept
    DEGREE_ABROAD = "degree_abroad"  # a doctorate abroad, of master graduates
    DEGREE_HERE = "degree_here"  # a doctorate at home, of foreign candidates
    FELLOWSHIP_HERE = "fellowship_here"  # brings researchers in
    POST_HERE = "post_here"  # a post at home, paid for some years, for people abroad
    STIPEND = "stipend"  # supports doctoral students at home
    JOINT = "joint"  # a team at home works with partners in a region for some years
    EXCHANGE = "exchange"  # doctoral students at home gain ties and experience without leaving; partner students come
    SHARED_POST = "shared_post"  # people with a post at home work a share of their time for a firm or for a host abroad
    EARLY_EXCHANGE = "early_exchange"  # the same of students below the doctorate, who weigh one some years later

    @property
    def leads_abroad(self) -> bool:
        """Whether researchers go abroad on it, other than for a degree."""
        return self in (ProgrammeKind.FELLOWSHIP_ABROAD, ProgrammeKind.STAY_ABROAD)

    @property
    def leads_here(self) -> bool:
        """Whether researchers come from abroad on it."""
        return self in (ProgrammeKind.FELLOWSHIP_HERE, ProgrammeKind.POST_HERE)

    @property
    def runs_at_home(self) -> bool:
        """Whether people at home are on it for some years beside their post or study."""
        return self in (ProgrammeKind.JOINT, ProgrammeKind.EXCHANGE, ProgrammeKind.SHARED_POST)

    @property
    def held_as_stipend(self) -> bool:
        """Whether students at home hold it beside each other, by the code in the column `stipend`."""
        return self in (ProgrammeKind.STIPEND, ProgrammeKind.DEGREE_HERE)

    @property
    def spent_abroad(self) -> bool:
        """Whether the income is spent abroad, so that the exchange rate counts."""
        return self.leads_abroad or self is ProgrammeKind.DEGREE_ABROAD


@dataclass(frozen=True)
class ProgrammeRecord:
    """A programme as its rules state it; a field that its kind does not read has its default.

    Who is eligible: stages, origin, origin_regions, fields, tiers, by name, empty for all; degree_within: years since
    the doctorate at most, 0 for any. regions: where it leads, by name; empty for everywhere.

    What an award is: years: its length. income, unit_cost: millions of the home currency a year. income_year: the year
    in which an income that is spent abroad was set, from which exchange rates count; income_later: what later calls
    set, by year. post_kept: whether a lasting post at home is kept. guarantee: chance that it comes with a post on
    return. rank, tier: of the post of people from abroad, empty for a postdoc and for the leading tier. members: of a
    team beside its leader.

    What it gives: research_money: part of the cost that pays for research, millions a year. ties: ties abroad a year
    beside those of the place. visits: months a year on short stays. language: share of the missing language learned a
    year. host_hours: hours a year of leaders at home. tie_half_life: years in which ties fall to half while it runs, 0
    for as usual. received: partner students who come a year; come_back: share of them who weigh a doctorate or a post
    here lag years later. cohort: students a year of whom those sent are a part.

    What a second appointment is: partner: "firm" at home or "host" abroad. share: of the working time, spent there.
    research_time: share of the time there for research that is published. extra_pay: what both pay together over what
    the post paid, millions a year. offer: chance a year that the firm offers a job in the place of the post.

    selection_merit, selection_ties: weights of merit and of ties with the partner in the ranking. places: awards or
    teams a year (supported persons for a stipend) by year, linear between the years given and constant before and
    after. start, end: first and last year of a call, None without bound. currency: code of that of its money.
    """

    name: str
    kind: ProgrammeKind
    title: str
    title_ja: str
    unit_cost: float
    places: Mapping[int, float]
    source: str
    grade: str
    income: float = 0.0
    selection_merit: float = 0.0
    place_grades: Mapping[int, Grade] = field(default_factory=dict)
    stages: tuple[str, ...] = ()
    origin: str = "any"
    origin_regions: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    degree_within: int = 0
    years: float = 1.0
    income_year: int = 0
    income_later: Mapping[int, float] = field(default_factory=dict)
    regions: tuple[str, ...] = ()
    post_kept: bool = False
    guarantee: float = 0.0
    rank: str = ""
    tier: str = ""
    research_money: float = 0.0
    ties: float = 0.0
    visits: float = 0.0
    language: float = 0.0
    host_hours: float = 0.0
    tie_half_life: float = 0.0
    members: int = 0
    selection_ties: float = 1.0
    received: float = 0.0
    come_back: float = 0.0
    lag: int = 0
    cohort: float = 0.0
    partner: str = ""
    share: float = 0.0
    research_time: float = 0.0
    extra_pay: float = 0.0
    offer: float = 0.0
    start: int | None = None
    end: int | None = None
    currency: str = ""

    def __hash__(self) -> int:
        """Of the name alone: what is worked out from a record is looked up by it every year."""
        return hash(self.name)

    def places_in(self, year: int) -> float:
        """Places of the call of a year, real awards; 0 before the first and after the last call."""
        if (self.start is not None and year < self.start) or (self.end is not None and year > self.end):
            return 0.0
        if (known := self.places.get(year)) is not None:
            return known
        before = max([known for known in self.places if known < year], default=None)
        after = min([known for known in self.places if known > year], default=None)
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
        return self.income_later.get(self.income_set(year), self.income) if self.income_later else self.income

    @property
    def gives(self) -> bool:
        """Whether those on it receive anything in a year besides its income."""
        return self.kind.runs_at_home or any((self.ties, self.visits, self.language, self.host_hours))

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
    """What doctoral students at home hold among programmes, each with the code by which they do: 1, 2, ... in order."""
    return enumerate((one for one in programmes if one.record.kind.held_as_stipend), start=1)


def open_stipends[P: _Offered](programmes: Iterable[P]) -> Iterator[tuple[int, P]]:
    """The stipends for which students at home may ask, with their codes."""
    return ((code, one) for code, one in stipends(programmes) if one.record.kind is ProgrammeKind.STIPEND)
