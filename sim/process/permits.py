"""Permits of foreigners at home: each year by what they do, and permanent residence after some years."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine.arithmetic import F32, U64
from sim.engine.arrays import where
from sim.engine.draws import Draw, key
from sim.engine.hashing import one_uniform
from sim.population.columns import Attributes, over_people
from sim.rules.permits import gets_permanent, is_highly_skilled, permit_of, years_to_permanent
from sim.vocabulary import HOME, Permit, Stage

if TYPE_CHECKING:
    from sim.engine.layout import Record
    from sim.population.columns import Columns
    from sim.year import Year

_DOCTORAL, _INDUSTRY, _PERMANENT = int(Stage.DOCTORAL), int(Stage.INDUSTRY), np.uint8(Permit.PERMANENT)


def renew(people: Columns, year: Year) -> None:
    """Give every foreigner at home the permit of the year, and let some become permanent residents."""
    _renew(people, year.number, key(0, Draw.HIGHLY_SKILLED), key(year.number, Draw.PERMIT), year.parameters.record)


@over_people
def _renew(people: Attributes, year: int, skill: np.uint64, grant: np.uint64, p: Record) -> None:
    n, now = len(people.origin), np.int16(year)
    foreign = np.empty(n, np.bool_)
    for i in range(n):  # a loop of its own, so that it is compiled to vector instructions
        foreign[i] = (people.origin[i] != HOME) & (people.region[i] == HOME)
    for row in where(foreign):
        who = U64(row)
        people.here_since[who] = people.here_since[who] if people.here_since[who] > 0 else now
        word, stage = people.draw_key[who], people.stage[who]
        skilled = is_highly_skilled(people.degree_year[who] > 0, one_uniform(word, skill), p.highly_skilled)
        needed = years_to_permanent(
            skilled, year, p.permanent_skilled_since, p.permanent_years, p.permanent_years_skilled
        )
        works, years = (stage > _DOCTORAL) & (stage <= _INDUSTRY), F32(now - people.here_since[who])
        permanent = people.permit[who] == _PERMANENT
        permanent |= gets_permanent(works, years, needed, one_uniform(word, grant), p.permanent_rate)
        permit = np.uint8(permit_of(stage, permanent))
        people.permit_since[who] = people.permit_since[who] if permit == people.permit[who] else now
        people.permit[who] = permit
