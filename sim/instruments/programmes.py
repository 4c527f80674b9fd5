"""Programmes: the levers that each kind has, and what its awards cost."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.instruments.lever import Instrument, Lever, ProgrammeLever
from sim.vocabulary import Stage
from sim.world.programme_numbers import most_places
from sim.world.programmes import MONEY, ProgrammeKind, stipends
from sim.year import kept_by_levers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from sim.instruments.lever import Account
    from sim.instruments.levers import Levers
    from sim.world.programmes import ProgrammeRecord
    from sim.year import Year

_MILLION = 1_000_000
_AWARD = "the unit cost of an award, moved with its income"

PLACES = ProgrammeLever(
    "places",
    "places a year (supported persons for a stipend)",
    "年間採用数（支給型では支給人数）",
    "places/yr",
    0.0,
    2e5,
    _AWARD,
)
INCOME = ProgrammeLever(
    "income", "income of an award", "支給額（年額）", "million {currency}/yr", *MONEY, "itself, for every award"
)
YEARS = ProgrammeLever("years", "length of an award", "支給期間", "years", 1.0, 8.0, _AWARD)
YEARS_OF_POST = ProgrammeLever(
    "years", "years for which a post is paid", "ポストの支援期間", "years", 1.0, 10.0, _AWARD
)
YEARS_OF_TEAM = ProgrammeLever("years", "years for which a team runs", "共同研究の期間", "years", 1.0, 15.0, _AWARD)
YEARS_OF_EXCHANGE = ProgrammeLever("years", "years of an exchange", "交流の期間", "years", 1.0, 5.0, _AWARD)
TIES = ProgrammeLever(
    "ties",
    "ties abroad given a year",
    "海外との研究上のつながり（年あたり）",
    "ties/yr",
    0.0,
    10.0,
    "nothing by itself",
)
VISITS = ProgrammeLever(
    "visits",
    "months a year on stays with the partner",
    "相手先での滞在月数（年あたり）",
    "months/yr",
    0.0,
    11.0,
    "nothing by itself",
)
RESEARCH_MONEY = ProgrammeLever(
    "research_money",
    "research money of a team",
    "研究費（年額）",
    "million {currency}/yr",
    0.0,
    MONEY[1],
    "itself, for every team",
)
YEARS_OF_SHARED_POST = ProgrammeLever(
    "years", "years of a second appointment", "クロスアポイントメントの期間", "years", 1.0, 10.0, _AWARD
)
SHARE = ProgrammeLever(
    "share",
    "share of the working time for the second employer",
    "相手先でのエフォート率",
    "share",
    0.05,
    0.95,
    "papers, as the time is missing from research at home",
)
EXTRA_PAY = ProgrammeLever(
    "extra_pay",
    "what both employers pay together over the pay of the post",
    "クロスアポイントメント手当等の上乗せ（年額）",
    "million {currency}/yr",
    0.0,
    MONEY[1],
    "itself, for every second appointment",
)
OFFER = ProgrammeLever(
    "offer",
    "chance a year that the firm offers a job in the place of the post",
    "相手企業から移籍を提示される確率（年）",
    "probability/yr",
    0.0,
    1.0,
    "nothing by itself",
)
MONTHS = ProgrammeLever("years", "length of a stay", "滞在期間", "years", 0.1, 0.99, _AWARD)
GUARANTEE = ProgrammeLever(
    "guarantee",
    "chance that the award comes with a post on return",
    "帰国後のポストが保証される確率",
    "probability",
    0.0,
    1.0,
    "the price that a policy states for a year of a return post",
)

LEVERS: Final[dict[ProgrammeKind, tuple[ProgrammeLever, ...]]] = {
    ProgrammeKind.FELLOWSHIP_ABROAD: (PLACES, INCOME, YEARS, GUARANTEE),
    ProgrammeKind.STAY_ABROAD: (PLACES, INCOME, MONTHS),
    ProgrammeKind.DEGREE_ABROAD: (PLACES, INCOME),
    ProgrammeKind.DEGREE_HERE: (PLACES, INCOME, YEARS),
    ProgrammeKind.FELLOWSHIP_HERE: (PLACES, INCOME, YEARS),
    ProgrammeKind.POST_HERE: (PLACES, INCOME, YEARS_OF_POST),
    ProgrammeKind.STIPEND: (PLACES, INCOME, YEARS),
    ProgrammeKind.JOINT: (PLACES, YEARS_OF_TEAM, TIES, VISITS, RESEARCH_MONEY),
    ProgrammeKind.EXCHANGE: (PLACES, YEARS_OF_EXCHANGE, TIES, VISITS),
    ProgrammeKind.SHARED_POST: (PLACES, YEARS_OF_SHARED_POST, SHARE, EXTRA_PAY, OFFER),
    ProgrammeKind.EARLY_EXCHANGE: (PLACES,),
}
"""The levers of a programme, by its kind."""


def levers_of(record: ProgrammeRecord) -> Iterator[Lever]:
    """The levers of one programme; without a policy they have what its record says."""
    for lever in LEVERS[record.kind]:
        yield Lever(
            lever.of(record.name),
            f"{record.title}: {lever.title}",
            f"{record.title_ja}：{lever.title_ja}",
            lever.unit,
            lever.low,
            min(lever.high, most_places(record)) if lever is PLACES else lever.high,
            value(record, lever, next(iter(record.places))),
            lever.costs,
        )


def is_dated(record: ProgrammeRecord, lever: ProgrammeLever) -> bool:
    """Whether a programme's record may say something else of a lever in another year."""
    if lever is INCOME:
        return bool(record.income_later)
    bounded = record.start is not None or record.end is not None
    return lever is PLACES and (bounded or len(record.places) > 1)


def value(record: ProgrammeRecord, lever: ProgrammeLever, year: int) -> float:
    """What a programme's record says of a lever in a year."""
    if lever is INCOME:
        return record.income_in(year)
    return record.places_in(year) if lever is PLACES else float(getattr(record, lever.name))


@kept_by_levers
def stipend_premium(year: Year) -> float:
    """Ln of the largest doctoral stipend of a year over the income of a student without one; 0 where there is none."""
    levels = [year.levers.of(x, INCOME, year.number) for x in year.programmes if x.kind is ProgrammeKind.STIPEND]
    without = year.world.positions.value("income", stage=Stage.DOCTORAL.label)
    return log(max(levels) / without) if levels else 0.0


def running(record: ProgrammeRecord) -> str:
    """The name under which the year counts teams of a programme that run, or students on an exchange."""
    return f"running.{record.name}"


def unit_cost(record: ProgrammeRecord, year: Year) -> float:
    """What an award costs a year, millions: as the record says, moved with what a policy pays more or less.

    Of a stay of some months, what the stay costs. An award that is paid less than the record's costs nothing at least.
    """
    levers, cost = LEVERS[record.kind], record.unit_cost
    if MONTHS in levers:
        length = year.levers.of(record, MONTHS, year.number)
        cost *= length / record.years
        return max(cost + (year.levers.of(record, INCOME, year.number) - record.income) * length, 0.0)
    if INCOME in levers:
        cost = cost + year.levers.of(record, INCOME, year.number) - record.income
    if RESEARCH_MONEY in levers:
        cost += year.levers.of(record, RESEARCH_MONEY, year.number) - record.research_money
    if EXTRA_PAY in levers:
        cost += year.levers.of(record, EXTRA_PAY, year.number) - record.extra_pay
    return max(cost, 0.0)


def places_over_own(records: Sequence[ProgrammeRecord], levers: Levers, year: int) -> float:
    """Places of programmes in a year, as levers make them, over those of their records; 1 where they have none."""
    own = sum(record.places_in(year) for record in records)
    return sum(levers.of(record, PLACES, year) for record in records) / own if own else 1.0


def supplement(record: ProgrammeRecord, year: Year) -> float:
    """What exchange supplements make of an award spent abroad: part of the currency's fall since it was set."""
    if not record.kind.spent_abroad:
        return 1.0
    fall = year.driver("exchange_rate") / year.world.driver("exchange_rate", record.income_set(year.number))
    return float(fall**year.parameters.exchange_supplement)


@kept_by_levers
def _unit_costs(year: Year) -> list[float]:
    """As `unit_cost`, of each programme, at the exchange rate of the year."""
    return [unit_cost(one, year) * supplement(one, year) for one in year.programmes]


def drawn_on(account: Account) -> NDArray[np.float64]:
    """How many draw on each programme this year, (programmes,), simulated: holders of an award, supported students,
    stays, teams, second appointments; of an exchange below the doctorate its places.
    """
    from sim.market.awards import holders  # the compiler is not needed to read levers

    year, events = account.year, account.year.tally.events
    code_of = {programme.number: code for code, programme in stipends(account.programmes)}
    awards, drawn = holders(account.people, len(account.programmes), len(code_of))
    number: list[float] = []
    for programme in account.programmes:
        record = programme.record
        if record.kind.held_as_stipend:
            number.append(int(drawn[code_of[programme.number]]))
        elif record.kind is ProgrammeKind.STAY_ABROAD:
            number.append(events.get(f"stays.{record.name}", 0))
        elif record.kind.runs_at_home:
            number.append(events.get(running(record), 0))
        elif record.kind is ProgrammeKind.EARLY_EXCHANGE:
            number.append(programme.places(year))
        else:
            number.append(int(awards[programme.number]))
    return np.array(number, np.float64)


def _cost(account: Account) -> Iterator[tuple[str, float]]:
    """An award costs its record's unit cost, moved with the income where a policy changes that; a stipend its level."""
    units = _unit_costs(account.year)
    for programme, number, unit in zip(account.programmes, drawn_on(account).tolist(), units, strict=True):
        yield programme.record.name, number * unit * _MILLION


PROGRAMMES = Instrument("programmes", cost=_cost)
