"""Doctoral support: what an entrant can expect, and who gets a stipend."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

import numpy as np

from sim import kernels
from sim.engine import arrays
from sim.instruments.programmes import INCOME, YEARS
from sim.market import selection as awards
from sim.vocabulary import Stage
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.market.institutions import Programme
    from sim.population.columns import Columns
    from sim.year import Year


@dataclass(frozen=True)
class Support:
    """Doctoral support this year: chance of a stipend for an entrant, and ln income with and without it."""

    coverage: float
    with_stipend: float
    without: float

    @property
    def expected(self) -> float:
        """Expected ln income of a doctoral student who does not know yet."""
        return self.coverage * self.with_stipend + (1 - self.coverage) * self.without


def support(programmes: list[Programme], people: Columns, founded_coverage: float, year: Year) -> Support:
    """What an entrant can expect: places over students who have no job, after crowd-out of institutional support.

    New external support replaces the share `crowd_out` of support by institutions (Ehrenberg 1993).
    """
    price = year.driver("price_level")
    income = year.world.positions.value("income", stage=Stage.DOCTORAL.label)
    students = max(1, eligible_students(people))
    places = sum(x.places(year) for x in programmes if x.record.kind is ProgrammeKind.STIPEND)
    level = max(x.lever(year, INCOME) for x in programmes if x.record.kind is ProgrammeKind.STIPEND)
    covered = min(1.0, places / students)
    covered -= year.parameters.crowd_out * max(0.0, covered - founded_coverage)
    return Support(covered, log(level * 1e6 / price / 1e3), log(income * 1e6 / price / 1e3))


def eligible_students(people: Columns) -> int:
    """Doctoral students at home who do not keep a job."""
    return int(np.count_nonzero(_eligible(people)))


def _eligible(people: Columns) -> NDArray[np.bool_]:
    mask: NDArray[np.bool_] = kernels.in_stage(people.stage, people.region, int(Stage.DOCTORAL)) & ~people.working
    return mask


def give_stipends(people: Columns, programmes: list[Programme], year: Year) -> None:
    """Stipends of the years of support run out; free places go to the best students in their first three years."""
    studying = arrays.where(_eligible(people))
    for programme in programmes:
        if programme.record.kind is not ProgrammeKind.STIPEND:
            continue
        since = year.number - int(programme.lever(year, YEARS))
        keepers, queue = kernels.stipends(studying, people.start_year, people.stipend, since)
        people.stipend = np.zeros(len(people), np.bool_)
        people.stipend[keepers] = True
        free = programme.places(year) - len(keepers)
        won = arrays.where(awards.select(programme, people, queue, year, places=max(free, 0)))
        people.stipend[queue[won]] = True
        year.tally.applications[programme.number] += len(queue)
        year.tally.awards[programme.number] += len(won)
