"""Ties, language and time abroad: they grow where a person is and fade where not. The rules are `sim.rules.ties`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine.arithmetic import ONE, U64
from sim.engine.arrays import where
from sim.engine.compiler import full_width
from sim.engine.draws import Draw, key
from sim.engine.hashing import one_uniform
from sim.engine.layout import record
from sim.instruments.contacts import TIES
from sim.instruments.language import TRAINING
from sim.population.columns import Attributes, over_people
from sim.rules.ties import cuts_ties, language_after_a_year, ties_after_a_year, ties_of_visit, turns_to_region
from sim.vocabulary import HOME, Mode
from sim.world.derived import derived

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.engine.compiler import Bytes, Floats, Rows
    from sim.engine.layout import Record
    from sim.population.columns import Columns
    from sim.world.parameters import Parameters
    from sim.world.world import World
    from sim.year import Year


def drift(people: Columns, year: Year) -> None:
    """The year that has passed, where it was spent: ties formed and lost, the language learned, time abroad."""
    kept = _prevented_loss(people, year) if year.levers.moves(TIES) else None
    _drift(people, _rates(year.world, year.parameters), year.parameters.record)
    if kept is not None:
        people.ties_abroad[:] += kept[0]
        people.ties_home[:] += kept[1]
    if year.levers.moves(TRAINING):
        _train(people, year.array(TRAINING).astype(np.float32))


def _prevented_loss(people: Columns, year: Year) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Ties that contacts keep from being lost in the year, (n,): those of people at home to the region of their ties,
    and those at home of people who are away.
    """
    prevented = year.array(TIES).astype(np.float32) * np.float32(year.parameters.tie_decay)  # home's own is 0
    away = people.region != HOME
    abroad = np.where(away, np.float32(0), people.ties_abroad * prevented[people.tie_region])
    return abroad, people.ties_home * prevented[people.region]


@over_people
def _train(people: Attributes, gain: Floats) -> None:
    """Foreigners at home learn more of the language through courses. gain: by stage."""
    full_width()
    learns = np.empty(len(people.stage), np.bool_)
    for i in range(len(learns)):
        learns[i] = (people.origin[i] != HOME) & (people.region[i] == HOME)
    for row in where(learns):
        who = U64(row)
        people.language[who] = language_after_a_year(people.language[who], gain[people.stage[who]])


def visit(
    people: Columns, rows: NDArray[np.intp], region: NDArray[np.uint8], years: NDArray[np.float32], year: Year
) -> None:
    """Ties and time abroad of stays shorter than a year; region, years: of each in rows, (n,)."""
    _visit(people, rows, region, years, _rates(year.world, year.parameters), year.parameters.record)


def move(people: Columns, rows: NDArray[np.intp], region: NDArray[np.uint8], year: Year) -> None:
    """A move to another country cuts the ties of some at once and points new ones to the place; region: (n,)."""
    _move(people, rows, region, key(year.number, Draw.TIES_CUT), year.parameters.record)


def give(
    people: Columns, rows: NDArray[np.intp], region: NDArray[np.uint8], gain: float, language: float, year: Year
) -> None:
    """Ties with a region, (n,), and a share of the language still missing that a programme gives those in rows."""
    _give(people, rows, region, np.float32(gain), np.float32(language), year.parameters.record)


@over_people
def _give(people: Attributes, rows: Rows, region: Bytes, gain: np.float32, language: np.float32, p: Record) -> None:
    for k in range(len(rows)):
        i = U64(rows[k])
        if turns_to_region(people.ties_abroad[i], gain, p.tie_turn_years, False):
            people.tie_region[i] = region[k]
        people.ties_abroad[i] += gain
        people.language[i] = language_after_a_year(people.language[i], language)


@derived
def _rates(_: World, p: Parameters) -> Record:
    return record(kept=1 - p.tie_decay, visit=p.tie_gain * p.tie_visit)


@over_people
def _drift(people: Attributes, rates: Record, p: Record) -> None:
    for i in range(len(people.region)):
        away, native = people.region[i] != HOME, people.origin[i] == HOME
        gain, home_gain = p.tie_gain if away else p.tie_base, np.float32(0) if away else p.tie_home_gain
        people.ties_abroad[i] = ties_after_a_year(people.ties_abroad[i], rates.kept, gain)
        people.ties_home[i] = ties_after_a_year(people.ties_home[i], rates.kept, home_gain)
        if away == native:
            people.language[i] = language_after_a_year(people.language[i], p.language_gain)
        if away & native:
            people.years_abroad[i] += ONE


@over_people
def _visit(people: Attributes, rows: Rows, region: Bytes, years: Floats, rates: Record, p: Record) -> None:
    for k in range(len(rows)):
        i = U64(rows[k])
        gain = ties_of_visit(rates.visit, years[k])
        if turns_to_region(people.ties_abroad[i], gain, p.tie_turn_years, people.mode[i] != Mode.NONE):
            people.tie_region[i] = region[k]
        people.ties_abroad[i] += gain
        people.years_abroad[i] += years[k]


@over_people
def _move(people: Attributes, rows: Rows, region: Bytes, key: np.uint64, p: Record) -> None:
    for k in range(len(rows)):
        i = U64(rows[k])
        if cuts_ties(one_uniform(people.draw_key[i], key), p.tie_cut):
            people.ties_home[i] = 0
        if turns_to_region(people.ties_abroad[i], p.tie_gain, p.tie_turn_years, people.mode[i] != Mode.NONE):
            people.tie_region[i] = region[k]
