"""The way out: which regions people at home still consider under the gate, and whom it lets go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine.arithmetic import U64
from sim.engine.arrays import where
from sim.engine.draws import Draw, key
from sim.engine.hashing import one_uniform
from sim.instruments.gate import OUT
from sim.market.gate import gate_of, may_move
from sim.market.search import SeekerColumns, over_seekers
from sim.population.waiting import Asks
from sim.rules.gate import is_let
from sim.vocabulary import HOME

if TYPE_CHECKING:
    from sim.engine.compiler import Booleans, Bytes, Floats, Rows, Words
    from sim.market.search import Seekers
    from sim.year import Year


def rule_out(seekers: Seekers, who: Rows, taste: Floats, year: Year) -> None:
    """People at home have no taste any more for a region that they do not consider under the gate.

    who: places among the seekers, (n,). taste: for each region abroad, (regions - 1, n), changed in place.
    """
    if (gate := gate_of(year)) is None:
        return
    draw_key = seekers.draw_key
    due = [year.waiting.due(asks, year.number) for asks in (Asks.HOSTS, Asks.CALLS) if len(year.waiting)]
    has_permit = [(one["region"] - 1, draw_key[who] == one["draw_key"]) for rows in due for one in rows]
    liked = [taste[place].copy() for place in has_permit]
    _rule_out(seekers, who, taste, gate.considers[OUT], key(year.number, Draw.GATE_CONSIDERS))
    for place, before in zip(has_permit, liked, strict=True):  # who has a permit for a region considers it
        taste[place] = before


@over_seekers
def _rule_out(seekers: SeekerColumns, who: Rows, taste: Floats, considers: Floats, key: np.uint64) -> None:
    """As `rule_out`. considers: (fields, regions) share that still considers a region."""
    for j in range(len(who)):
        k = U64(who[j])
        draw, at_home = one_uniform(seekers.draw_key[k], key), seekers.region[k] == HOME
        for region in range(HOME + 1, considers.shape[1]):
            if at_home & (not is_let(draw, considers[seekers.field[k], region])):
                taste[region - 1, j] = -np.inf


def let_out(asks: Asks, seekers: Seekers, who: Rows, place: Bytes, year: Year) -> Rows | slice:
    """Which of who, (n,), the gate lets go to the region of place this year; all where there is no gate."""
    if (gate := gate_of(year)) is None or not len(who):
        return slice(None)
    draw_key, field, here = _who_asks(seekers, who)
    passes = here & gate.let(OUT, draw_key, field, place, year.number)
    return where(may_move(asks, draw_key, field, place, passes, year) | ~here)


@over_seekers
def _who_asks(seekers: SeekerColumns, who: Rows) -> tuple[Words, Bytes, Booleans]:
    """Draw keys and fields of who, and whether they are at home, (n,)."""
    n = len(who)
    draw_key, field, here = np.empty(n, np.uint64), np.empty(n, np.uint8), np.empty(n, np.bool_)
    for j in range(n):
        k = U64(who[j])
        draw_key[j], field[j], here[j] = seekers.draw_key[k], seekers.field[k], seekers.region[k] == HOME
    return draw_key, field, here
