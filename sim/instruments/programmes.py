"""Programmes: the levers that each kind has, and what its awards cost."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.instruments.lever import Instrument, Lever, ProgrammeLever
from sim.vocabulary import Stage
from sim.world.programmes import MONEY, ProgrammeKind, stipends

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.instruments.lever import Account
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
    ProgrammeKind.FELLOWSHIP_HERE: (PLACES, INCOME, YEARS),
    ProgrammeKind.POST_HERE: (PLACES, INCOME, YEARS_OF_POST),
    ProgrammeKind.STIPEND: (PLACES, INCOME, YEARS),
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
            lever.high,
            value(record, lever, next(iter(record.places))),
            lever.costs,
        )


def value(record: ProgrammeRecord, lever: ProgrammeLever, year: int) -> float:
    """What a programme's record says of a lever in a year."""
    if lever is INCOME:
        return record.income_in(year)
    return record.places_in(year) if lever is PLACES else float(getattr(record, lever.name))


def stipend_premium(year: Year) -> float:
    """Ln of the largest doctoral stipend of a year over the income of a student without one; 0 where there is none."""
    levels = [year.levers.of(x, INCOME, year.number) for x in year.programmes if x.kind is ProgrammeKind.STIPEND]
    without = year.world.positions.value("income", stage=Stage.DOCTORAL.label)
    return log(max(levels) / without) if levels else 0.0


def _cost(account: Account) -> Iterator[tuple[str, float]]:
    """An award costs its record's unit cost, moved with the income where a policy changes that; a stipend its level."""
    people, year = account.people, account.year
    paid = np.flatnonzero(people.programme >= 0)
    holders = paid[people.stage[paid] != Stage.LEFT]
    awards = np.bincount(people.programme[holders], minlength=len(account.programmes))
    code_of = {programme.number: code for code, programme in stipends(account.programmes)}
    for programme in account.programmes:
        record = programme.record
        unit = (record.unit_cost + programme.lever(year, INCOME) - record.income) * programme.supplement(year)
        if record.kind is ProgrammeKind.STIPEND:
            number = int(np.count_nonzero(people.stipend == code_of[programme.number]))
        elif record.kind is ProgrammeKind.STAY_ABROAD:
            number = year.tally.events.get(f"stays.{record.name}", 0)
        else:
            number = int(awards[programme.number])
        yield record.name, number * unit * _MILLION


PROGRAMMES = Instrument("programmes", cost=_cost)
