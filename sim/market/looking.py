"""Looking is a choice: who considers a change this year, by what it may bring and what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine.arithmetic import F32, ONE, U64
from sim.engine.arrays import where
from sim.engine.draws import keys_of_year
from sim.engine.hashing import one_uniform
from sim.instruments.contacts import WINDOW
from sim.instruments.gate import IN
from sim.market.gate import gate_of, may_move
from sim.market.prospects import look_ahead
from sim.market.search import SeekerColumns, gather, over_seekers, who_considers
from sim.market.stakes import look_home, odds, stakes
from sim.population.cells import Cells
from sim.population.waiting import Asks
from sim.process import appointments
from sim.rules.hiring import chance_of_invitation
from sim.rules.search import looks
from sim.vocabulary import HOME, RANKS, Stage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.engine.compiler import Floats
    from sim.engine.layout import Record
    from sim.market.institutions import Programme
    from sim.market.search import Looking, Seekers
    from sim.market.values import PositionValues
    from sim.population.columns import Columns
    from sim.state import State
    from sim.year import Year

_FACULTY = [RANKS.index(stage) for stage in (Stage.FIXED_TERM, Stage.TENURE_TRACK, Stage.PERMANENT)]


def consider(state: State, programmes: list[Programme], values: PositionValues, year: Year) -> Seekers:
    """Those who consider a change this year, with what they expect and have at hand; who looks where is drawn."""
    now, usual = stakes(values, state.beliefs, state.odds, programmes, year), state.usual
    who = who_considers(state.people, year, odds(now, usual, year.parameters))
    if len(year.waiting):
        who = _with_permits(state.people, who, year)
    seekers = gather(state.people, who, year, usual.openness)
    appointments.count_pay(state.people, state.teams, programmes, seekers, year)
    look_ahead(seekers, values, year)
    if year.levers.moves(WINDOW):
        _hear_of_posts(seekers, year)
    look_home(seekers, values, usual, year)
    if year.parameters.invitations > 0:
        _invite(seekers, year)
    gate = gate_of(year)
    if gate is not None or len(year.waiting):
        foreign = where((seekers.origin != HOME) & (seekers.region != HOME) & ~seekers.candidate)  # once formed here
        asked = seekers.draw_key[foreign], seekers.field[foreign], seekers.origin[foreign]
        let = (
            seekers.for_home[foreign]
            if gate is None
            else seekers.for_home[foreign] & gate.both(IN, *asked, year.number)
        )
        seekers.for_home[foreign] = may_move(Asks.RETURN, *asked, let, year)
    return seekers


def _with_permits(people: Columns, who: Looking, year: Year) -> Looking:
    """With people at home whose permit to leave is due: they ask again for what they asked for."""
    at_work = (people.stage < Stage.INDUSTRY) | (people.stage == Stage.UNPLACED)
    rows, works = who.rows, at_work & (people.region == HOME)
    for asks, asking in (Asks.HOSTS, who.for_abroad), (Asks.CALLS, who.for_calls):
        due = year.waiting.due(asks, year.number)
        again = works & np.isin(people.draw_key, due["draw_key"])
        asking |= again
        rows = np.union1d(rows, np.flatnonzero(again))
    return who._replace(rows=rows)


def _invite(seekers: Seekers, year: Year) -> None:
    """Employers with faculty posts to fill ask people abroad to apply, who then weigh the post as those who look do."""
    posts = year.tally.vacancies.reshape(Cells.of(year.world).shape)[..., _FACULTY].sum(axis=(0, 2))
    _ask_to_apply(seekers, posts, keys_of_year(year.number), year.parameters.record)


@over_seekers
def _ask_to_apply(seekers: SeekerColumns, posts: NDArray[np.int64], keys: Record, p: Record) -> None:
    """posts: to fill, by field. Everybody abroad of the field who could take one is as likely to be asked."""
    people, chance = np.zeros(len(posts), F32), np.zeros(len(posts), F32)
    abroad = where(seekers.region != HOME)
    for one in abroad:
        people[seekers.field[U64(one)]] += ONE
    for field in range(len(posts)):
        chance[field] = chance_of_invitation(p.invitations, F32(posts[field]), max(people[field], ONE))
    for one in abroad:
        k = U64(one)
        invited = one_uniform(seekers.draw_key[k], keys.INVITED) < chance[seekers.field[k]]
        seekers.for_home[k] = seekers.for_home[k] | invited


def _hear_of_posts(seekers: Seekers, year: Year) -> None:
    """A window tells people of home origin abroad of posts at home: their odds of looking are multiplied, by region."""
    _hear(seekers, year.array(WINDOW).astype(F32))


@over_seekers
def _hear(seekers: SeekerColumns, odds: Floats) -> None:
    """As `_hear_of_posts`. odds: by region, over the usual ones."""
    for k in range(len(seekers.region)):
        if (seekers.origin[k] == HOME) & (seekers.region[k] != HOME):
            seekers.look_rate[k] = looks(seekers.look_rate[k], odds[seekers.region[k]])
