"""Looking is a choice: who considers a change this year, by what it may bring and what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.market.prospects import look_ahead
from sim.market.search import gather, who_considers
from sim.market.stakes import look_home, odds, stakes

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
    look_home(seekers, values, usual, year)
    return seekers
