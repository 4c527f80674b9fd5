"""Second appointments: who has a post at home and a share of the time with a firm or a host abroad, and what follows.

Who holds one is among the teams of the state (`sim.process.teams`); of a firm the region is home. Nothing here does
anything in a year without one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.engine.arithmetic import F32
from sim.instruments.programmes import EXTRA_PAY, OFFER, SHARE
from sim.process.benefits import net_incomes
from sim.process.productivity import times_for_research
from sim.rules.appointments import time_of_both, worth_of_both
from sim.rules.benefits import benefit_a_year
from sim.vocabulary import HOME, Stage
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from sim.engine.compiler import Real
    from sim.market.institutions import Programme
    from sim.market.search import Seekers
    from sim.population.columns import Columns
    from sim.process.teams import Teams
    from sim.year import Year


class _Held(NamedTuple):
    """The seekers who hold a second appointment of a programme, (n,): their places, and its last year."""

    programme: Programme
    seeker: NDArray[np.intp]
    last: NDArray[np.int16]


def worth_a_year(programme: Programme, year: Year) -> list[list[Real]]:
    """What a second appointment is worth a year beside each post at home, (tiers + 1, stages), log income; 0 where
    there is no post.
    """
    p, share, there = year.parameters, programme.lever(year, SHARE), programme.record.research_time
    both = zip(_pay(programme, year).tolist(), times_for_research(year).tolist(), strict=True)
    return [
        [
            worth_of_both(pay, p.research_time, time_of_both(share, here, there), here) if here else 0.0
            for pay, here in zip(pays, times, strict=True)
        ]
        for pays, times in both
    ]


def _pay(programme: Programme, year: Year) -> NDArray[np.float32]:
    """What the pay on top is worth a year beside each post at home, (tiers + 1, stages), log income."""
    money, p = programme.lever(year, EXTRA_PAY) * year.parameters.net_share, year.parameters
    net = net_incomes(year).tolist()
    return np.array([[benefit_a_year(0.0, money, 0.0, p.research_money_worth, one) for one in row] for row in net], F32)


def count_pay(people: Columns, teams: Teams, programmes: list[Programme], seekers: Seekers, year: Year) -> None:
    """Those who consider a change count the pay on top like a benefit of a position at home, to its last year."""
    for held in _held(people, teams, programmes, seekers, year):
        pay = _pay(held.programme, year)[seekers.tier[held.seeker], seekers.stage[held.seeker]]
        until = seekers.benefit_until[held.seeker]
        runs = until >= year.number
        seekers.benefit[held.seeker] = np.where(runs, seekers.benefit[held.seeker], 0) + pay
        seekers.benefit_until[held.seeker] = np.where(runs | (pay == 0), until, held.last)


def asked_by_firms(
    people: Columns, teams: Teams, programmes: list[Programme], seekers: Seekers, year: Year
) -> Iterator[tuple[NDArray[np.intp], float]]:
    """Places of the seekers at home who share their time with a firm, and the chance that it offers them a job, by
    programme.
    """
    for held in _held(people, teams, programmes, seekers, year):
        who = held.seeker[seekers.for_home[held.seeker]]
        chance = held.programme.lever(year, OFFER)
        if chance and len(who):
            yield who, chance


def held_by_region(people: Columns, teams: Teams, year: Year) -> NDArray[np.int64]:
    """People with a second appointment at the end of a year, (regions,) of the second employer, simulated."""
    of_kind, regions = [one.kind is ProgrammeKind.SHARED_POST for one in year.programmes], len(year.world.regions)
    if not len(teams) or not any(of_kind):
        return np.zeros(regions, np.int64)
    shared = np.array(of_kind)[teams.programme] & (people.rows(teams.identity) >= 0)
    return np.bincount(teams.region[shared], minlength=regions)


def _held(people: Columns, teams: Teams, programmes: list[Programme], seekers: Seekers, year: Year) -> Iterator[_Held]:
    """By programme of this kind, the seekers who hold one of its appointments and are in their post at home."""
    for programme in programmes if len(teams) else ():
        if programme.record.kind is not ProgrammeKind.SHARED_POST:
            continue
        mine = (teams.programme == programme.number) & (teams.last >= year.number)
        row, last = people.rows(teams.identity[mine]), teams.last[mine]
        place = np.minimum(np.searchsorted(seekers.row, row), len(seekers) - 1)  # seekers stand in the order of rows
        stage, region = seekers.stage[place], seekers.region[place]
        works = (stage > Stage.DOCTORAL) & (stage <= Stage.PERMANENT) & (region == HOME)
        seeks = np.flatnonzero((row >= 0) & (seekers.row[place] == row) & works)
        seeks = seeks[np.argsort(place[seeks])]
        if len(seeks):
            yield _Held(programme, place[seeks], last[seeks])
