"""Doctoral support: what an entrant can expect, and who gets a stipend."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

import numpy as np

from sim.engine import arrays
from sim.instruments.programmes import INCOME, YEARS
from sim.market import selection as awards
from sim.population.columns import Attributes, over_people
from sim.rules.entry import coverage_expected, income_expected
from sim.vocabulary import HOME, Stage
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.market.institutions import Programme
    from sim.population.columns import Columns
    from sim.year import Year

_DOCTORAL = np.uint8(Stage.DOCTORAL)  # as narrow as the column


@dataclass(frozen=True)
class Support:
    """Doctoral support: chance of a stipend for an entrant, its level in million a year, ln income with and without."""

    coverage: float
    stipend: float
    with_stipend: float
    without: float

    @property
    def expected(self) -> float:
        """Expected ln income of a doctoral student who does not know yet."""
        return float(income_expected(self.coverage, self.with_stipend, self.without))


def support(programmes: list[Programme], people: Columns, founded_coverage: float, year: Year) -> Support:
    """What an entrant can expect: places over students who have no job, after crowd-out of institutional support.

    New external support replaces the share `crowd_out` of support by institutions (Ehrenberg 1993).
    """
    price = year.driver("price_level")
    income = year.world.positions.value("income", stage=Stage.DOCTORAL.label)
    students = max(1, eligible_students(people))
    places = sum(x.places(year) for x in programmes if x.record.kind is ProgrammeKind.STIPEND)
    level = max(x.lever(year, INCOME) for x in programmes if x.record.kind is ProgrammeKind.STIPEND)
    covered = float(coverage_expected(places, students, year.parameters.crowd_out, founded_coverage))
    return Support(covered, level, log(level * 1e6 / price / 1e3), log(income * 1e6 / price / 1e3))


def known(offered: Support, coverage: float, stipend: float) -> Support:
    """What entrants believe of the support that is offered: a coverage and a level, at the prices of the year."""
    return Support(coverage, stipend, offered.with_stipend + log(stipend / offered.stipend), offered.without)


@over_people
def eligible_students(people: Attributes) -> int:
    """Doctoral students at home who do not keep a job."""
    found = 0
    for i in range(len(people.stage)):
        found += (people.stage[i] == _DOCTORAL) & (people.region[i] == HOME) & (not people.working[i])
    return found


def give_stipends(people: Columns, programmes: list[Programme], year: Year) -> None:
    """Stipends of the years of support run out; free places go to the best students in their first three years."""
    for programme in programmes:
        if programme.record.kind is not ProgrammeKind.STIPEND:
            continue
        held, queue = _run_out(people, year.number - int(programme.lever(year, YEARS)))
        won = arrays.where(awards.select(programme, people, queue, year, places=max(programme.places(year) - held, 0)))
        people.stipend[queue[won]] = True
        year.tally.applications[programme.number] += len(queue)
        year.tally.awards[programme.number] += len(won)


@over_people
def _run_out(people: Attributes, since: int) -> tuple[int, NDArray[np.intp]]:
    """Let stipends end for all but doctoral students at home without a job who began after the year `since`; how many
    of these keep one, and the rows of those who have none.
    """
    earliest, held, asks = np.int16(since), 0, np.empty(len(people.stage), np.bool_)
    for i in range(len(people.stage)):  # without a branch, so that it is compiled to vector instructions
        studies = (people.stage[i] == _DOCTORAL) & (people.region[i] == HOME) & (not people.working[i])
        within = studies & (people.start_year[i] > earliest)
        asks[i] = within & (not people.stipend[i])
        people.stipend[i] = within & people.stipend[i]
        held += people.stipend[i]
    return held, arrays.where(asks)
