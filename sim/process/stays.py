"""Stays abroad end: people come home, with what that brings, and are counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine.arithmetic import U64
from sim.engine.arrays import HOME, where
from sim.instruments.family import SUPPORT
from sim.population.columns import Attributes, over_people
from sim.process import benefits
from sim.rules.families import has_school_child
from sim.vocabulary import Event, Mode, Stage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.engine.compiler import Rows
    from sim.population.columns import Columns
    from sim.year import Year


def end(people: Columns, year: Year) -> None:
    """Those who kept a post go back to it when the stay is over."""
    back = _stays_over(people, year.number)
    come_home(people, back, year)
    if benefits.terms(year) is not None:
        benefits.grant(people, back, benefits.of_returnees(people, back), year)
    year.chronicle.note(year.number, Event.RETURNED, people, back, HOME, "stage")


@over_people
def _stays_over(people: Attributes, year: int) -> Rows:
    over, now = np.empty(len(people.stage), np.bool_), np.int16(year)
    for i in range(len(people.stage)):
        away = people.post_kept[i] & (people.region[i] != HOME) & (people.stage[i] != Stage.LEFT)
        over[i] = away & (people.away_until[i] < now)
    return where(over)


def come_home(people: Columns, rows: NDArray[np.intp], year: Year) -> None:
    """Bring people back home from a stay of a year or more, whatever they do there."""
    year.tally.came_back += _come_home(people, rows, year.number, year.tally.returns)
    count_families(people, rows, year)


@over_people
def _come_home(people: Attributes, rows: Rows, year: int, returns: NDArray[np.int64]) -> NDArray[np.int64]:
    """Adds to returns, (modes, regions); returns the people of home origin who came back, in all and from a fellowship,
    (2,).
    """
    came = np.zeros(2, np.int64)
    for row in rows:
        i = U64(row)
        fellow = people.mode[i] == Mode.FELLOWSHIP
        if people.origin[i] == HOME:
            returns[people.mode[i], people.region[i]] += 1
            came[0] += 1
            came[1] += fellow
        people.return_programme[i] = people.programme[i] if fellow else -1
        people.returned_year[i] = year
        people.region[i] = HOME
        people.away_since[i] = 0
        people.away_until[i] = 0
        people.post_kept[i] = False
        people.guaranteed[i] = False
        keeps = (people.mode[i] == Mode.VISIT) & people.funded[i] & (people.stage[i] >= Stage.FIXED_TERM)
        people.programme[i] = people.programme[i] if keeps else np.int16(-1)
        people.mode[i] = Mode.NONE
    return came


def count_families(people: Columns, rows: NDArray[np.intp], year: Year) -> None:
    """Count who of those in rows, who move in or out for a year or more, has a family that support helps."""
    if len(rows) and year.lever(SUPPORT) > 0:
        year.tally.count("supported_family_move", _families(people, rows, year.number))


@over_people
def _families(people: Attributes, rows: Rows, year: int) -> int:
    """How many of those in rows have a partner or a child at school."""
    found = 0
    for row in rows:
        i = U64(row)
        found += people.partner[i] | has_school_child(people.child_born[i], year)
    return found
