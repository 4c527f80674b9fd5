"""Doctoral support: what an entrant can expect, and who gets a stipend."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log
from typing import TYPE_CHECKING

import numpy as np

from sim.engine import arrays
from sim.instruments.programmes import INCOME, YEARS
from sim.market import selection as awards
from sim.population.columns import Attributes, over_people
from sim.rules.entry import coverage_expected, income_expected
from sim.vocabulary import HOME, Stage
from sim.world.programmes import open_stipends, stipends

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

    New external support replaces the share `crowd_out` of support by institutions (Ehrenberg 1993). Where there are
    several stipends, ln income with one is the mean over the places; without any place, that of the first.
    """
    price = year.driver("price_level")
    income = year.world.positions.value("income", stage=Stage.DOCTORAL.label)
    students = max(1, eligible_students(people))
    offered = [(x.places(year), log(x.lever(year, INCOME) * 1e6 / price / 1e3)) for _, x in open_stipends(programmes)]
    places = sum(number for number, _ in offered)
    without = log(income * 1e6 / price / 1e3)
    level = sum(number / places * each for number, each in offered) if places else without
    covered = float(coverage_expected(places, students, year.parameters.crowd_out, founded_coverage))
    return Support(covered, exp(level) * 1e3 * price / 1e6, level, without)


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
    """Stipends end with their years of support; free places go to the best students within them who have none.

    A student draws one stipend: who is refused one asks for the next, in the order of the programmes.
    """
    since = {code: year.number - int(programme.lever(year, YEARS)) for code, programme in stipends(programmes)}
    held = {code: _run_out(people, code, earliest) for code, earliest in since.items()}
    for code, programme in open_stipends(programmes):
        queue, places = _asking(people, since[code]), max(programme.places(year) - held[code], 0)
        if not awards.names_all(programme.record, year.world.domains):
            who = people.origin[queue], people.field[queue], people.tier[queue]
            queue = queue[awards.reached(programme.record, year.world.domains, *who)]
        won = awards.select(programme, people, queue, year, places=places)
        people.stipend[queue[won]] = code
        year.tally.applications[programme.number] += len(queue)
        year.tally.awards[programme.number] += len(won)


@over_people
def _run_out(people: Attributes, code: int, since: int) -> int:
    """Let a stipend end for all but doctoral students at home without a job who began after the year `since`; how many
    keep it.
    """
    which, none, earliest, held = np.uint8(code), np.uint8(0), np.int16(since), 0
    for i in range(len(people.stage)):  # without a branch, so that it is compiled to vector instructions
        studies = (people.stage[i] == _DOCTORAL) & (people.region[i] == HOME) & (not people.working[i])
        within, draws = studies & (people.start_year[i] > earliest), people.stipend[i] == which
        people.stipend[i] = none if draws & (not within) else people.stipend[i]
        held += draws & within
    return held


@over_people
def _asking(people: Attributes, since: int) -> NDArray[np.intp]:
    """Rows of doctoral students at home without a job or stipend who began after the year `since`."""
    none, earliest, asks = np.uint8(0), np.int16(since), np.empty(len(people.stage), np.bool_)
    for i in range(len(people.stage)):
        studies = (people.stage[i] == _DOCTORAL) & (people.region[i] == HOME) & (not people.working[i])
        asks[i] = studies & (people.start_year[i] > earliest) & (people.stipend[i] == none)
    return arrays.where(asks)
