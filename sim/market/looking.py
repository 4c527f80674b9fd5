"""Looking is a choice: who considers a change this year, by what it may bring and what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine.arithmetic import F32
from sim.engine.arrays import where
from sim.instruments.contacts import WINDOW
from sim.instruments.gate import IN
from sim.market.gate import gate_of
from sim.market.prospects import look_ahead
from sim.market.search import gather, who_considers
from sim.market.stakes import look_home, odds, stakes
from sim.rules.search import looks
from sim.vocabulary import HOME

if TYPE_CHECKING:
    from sim.market.institutions import Programme
    from sim.market.search import Seekers
    from sim.market.values import PositionValues
    from sim.state import State
    from sim.year import Year


def consider(state: State, programmes: list[Programme], values: PositionValues, year: Year) -> Seekers:
    """Those who consider a change this year, with what they expect and have at hand; who looks where is drawn."""
    now, usual = stakes(values, state.beliefs, state.odds, programmes, year), state.usual
    who = who_considers(state.people, year, odds(now, usual, year.parameters))
    seekers = gather(state.people, *who, year, usual.openness)
    look_ahead(seekers, values, year)
    if year.levers.moves(WINDOW):
        _hear_of_posts(seekers, year)
    look_home(seekers, values, usual, year)
    if (gate := gate_of(year)) is not None:
        foreign = where((seekers.origin != HOME) & (seekers.region != HOME) & ~seekers.candidate)  # once formed here
        asked = seekers.draw_key[foreign], seekers.field[foreign], seekers.origin[foreign]
        seekers.for_home[foreign] &= gate.both(IN, *asked, year.number)
    return seekers


def _hear_of_posts(seekers: Seekers, year: Year) -> None:
    """A window tells people of home origin abroad of posts at home: their odds of looking are multiplied, by region."""
    native = (seekers.origin == HOME) & (seekers.region != HOME)
    odds_there = year.array(WINDOW).astype(F32)[seekers.region[native]]
    seekers.look_rate[native] = looks(seekers.look_rate[native], odds_there)
