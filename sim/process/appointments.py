"""Second appointments: who has a post at home and a share of the time with a firm or a host abroad, and what follows.

Who holds one is among the teams of the state (`sim.process.teams`); of a firm the region is home. Nothing here does
anything in a year without one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.engine.arithmetic import F32, U64, ZERO
from sim.instruments.programmes import EXTRA_PAY, OFFER, SHARE
from sim.market.search import SeekerColumns, over_seekers
from sim.process.benefits import net_incomes, worth_of_money
from sim.process.productivity import times_for_research
from sim.rules.appointments import time_of_both, worth_of_both
from sim.vocabulary import HOME, RANKS, Stage
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from sim.engine.compiler import Floats, Real, Rows, Shorts
    from sim.market.institutions import Programme
    from sim.market.search import Seekers
    from sim.population.columns import Columns
    from sim.process.teams import Teams
    from sim.year import Year


_RANKS = [int(rank) for rank in RANKS]
_DOCTORAL, _PERMANENT = int(Stage.DOCTORAL), int(Stage.PERMANENT)


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
    """What the pay on top is worth a year beside each post at home, (tiers + 1, stages), log income; 0 where there is
    no post.
    """
    money, net = programme.lever(year, EXTRA_PAY) * year.parameters.net_share, net_incomes(year)
    pay, of_posts = np.zeros(net.shape, F32), net[:, _RANKS]
    each = worth_of_money(tuple(of_posts.ravel().tolist()), money, 0.0, year.parameters.research_money_worth)
    pay[:, _RANKS] = np.array(each, F32).reshape(of_posts.shape)
    return pay


def count_pay(people: Columns, teams: Teams, programmes: list[Programme], seekers: Seekers, year: Year) -> None:
    """Those who consider a change count the pay on top like a benefit of a position at home, to its last year."""
    for held in _held(people, teams, programmes, seekers, year):
        _count(seekers, held.seeker, held.last, _pay(held.programme, year), year.number)


@over_seekers
def _count(seekers: SeekerColumns, who: Rows, last: Shorts, pay: Floats, year: int) -> None:
    """As `count_pay`. last: year of each. pay: see `_pay`."""
    for j in range(len(who)):
        k = U64(who[j])
        more, runs = pay[seekers.tier[k], seekers.stage[k]], seekers.benefit_until[k] >= year
        seekers.benefit[k] = (seekers.benefit[k] if runs else ZERO) + more
        if (not runs) & (more != ZERO):
            seekers.benefit_until[k] = last[j]


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
    shared = np.array(of_kind)[teams.programme] & (teams.rows(people) >= 0)
    return np.bincount(teams.region[shared], minlength=regions)


def _held(people: Columns, teams: Teams, programmes: list[Programme], seekers: Seekers, year: Year) -> Iterator[_Held]:
    """By programme of this kind, the seekers who hold one of its appointments and are in their post at home."""
    for programme in programmes if len(teams) else ():
        if programme.record.kind is not ProgrammeKind.SHARED_POST:
            continue
        mine = (teams.programme == programme.number) & (teams.last >= year.number)
        seeker, last = _in_their_posts(seekers, teams.rows(people)[mine], teams.last[mine])
        if len(seeker):
            yield _Held(programme, seeker, last)


@over_seekers
def _in_their_posts(seekers: SeekerColumns, rows: Rows, last: Shorts) -> tuple[Rows, Shorts]:
    """Those of rows who are seekers in a post at home: their places among the seekers, rising, and last year.

    rows: -1 for who is not there any more.
    """
    order, found = np.argsort(rows), 0
    who, until = np.empty(len(rows), np.intp), np.empty(len(rows), np.int16)
    for k in order:
        place = np.searchsorted(seekers.row, rows[k])  # seekers stand in the order of rows
        if rows[k] >= 0 and place < len(seekers.row) and seekers.row[place] == rows[k]:
            stage = seekers.stage[place]
            if (stage > _DOCTORAL) & (stage <= _PERMANENT) & (seekers.region[place] == HOME):
                who[found], until[found] = place, last[k]
                found += 1
    return who[:found], until[:found]
