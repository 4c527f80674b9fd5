"""Ties, language and time abroad: they grow where a person is and fade where not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim import kernels
from sim.engine import arrays
from sim.engine.draws import Draw, uniform
from sim.vocabulary import Mode

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.population.columns import Columns
    from sim.year import Year

F32 = np.float32


def drift(people: Columns, year: Year) -> None:
    """The year that has passed, where it was spent: ties formed and lost, the language learned, time abroad.

    ties' = ties (1 - tie_decay) + gain: `tie_gain` abroad and `tie_base` at home for foreign ties, `tie_home_gain` at
    home for home ties (Netz 2020, Jonkers & Cruz-Castro 2013).
    """
    p = year.parameters
    fade = F32(1 - p.tie_decay)
    foreign_gain, home_gain = np.array([[p.tie_base, p.tie_gain], [p.tie_home_gain, 0]], F32)  # at home, away
    kernels.drift(
        people.region,
        people.origin,
        people.ties_abroad,
        people.ties_home,
        people.language,
        people.years_abroad,
        fade,
        foreign_gain,
        home_gain,
        F32(p.language_gain),
    )


def visit(
    people: Columns, rows: NDArray[np.intp], region: NDArray[np.uint8], years: NDArray[np.float32], year: Year
) -> None:
    """Ties and time abroad of a stay shorter than a year."""
    p = year.parameters
    gain = F32(p.tie_gain * p.tie_visit) * np.sqrt(years)  # short stays give more than their share (A41)
    _toward(people, rows, region, gain)
    people.ties_abroad[rows] += gain
    people.years_abroad[rows] += years


def move(people: Columns, rows: NDArray[np.intp], region: NDArray[np.uint8], year: Year) -> None:
    """A move to another country cuts the ties of some at once (Petersen 2018) and points new ones to the place."""
    cut = uniform(people.draw_key[rows], year.number, Draw.TIES_CUT) < F32(year.parameters.tie_cut)
    people.ties_home[rows[arrays.where(cut)]] = 0
    _toward(people, rows, region, np.full(len(rows), year.parameters.tie_gain, F32))


def _toward(people: Columns, rows: NDArray[np.intp], region: NDArray[np.uint8], gain: NDArray[np.float32]) -> None:
    """Let the main region of foreign ties be the new one where the old ties are fewer than what it brings in three
    years.
    """
    kernels.turn(rows, region, gain, people.ties_abroad, people.mode, people.tie_region, int(Mode.NONE))
