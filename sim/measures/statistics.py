"""What statistics are made from, and the register of them all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.measures.catalogue import Register
from sim.measures.census import Census, Counts, stacked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from sim.measures.questionnaires import Answers
    from sim.world.parameters import Parameters
    from sim.world.world import World


@dataclass(frozen=True)
class Survey:
    """What statistics are made from: the answers and the census of the finished years, arrays with the years first."""

    answers: Answers
    census: Census
    parameters: Parameters
    scale: float

    @classmethod
    def of(cls, answers: Sequence[Answers], census: Census, parameters: Parameters, scale: float) -> Survey:
        """The years laid one after the other."""
        return cls(stacked(answers), census, parameters, scale)

    @property
    def world(self) -> World:
        """The world around the people."""
        return self.census.world

    @property
    def counts(self) -> Counts:
        """The census's counts."""
        return self.census.counts

    def driver(self, series: str) -> NDArray[np.float64]:
        """A driver of the home country in each year, (years,)."""
        return np.array([self.world.driver(series, int(year)) for year in self.counts.year])

    def simulated(self, real: NDArray[Any] | float) -> NDArray[np.float64]:
        """Real persons as so many simulated ones: data that are added to what is counted."""
        return np.asarray(real, np.float64) * self.scale


STATISTICS = Register[Survey]()
"""Every statistic, in the order of the table."""
statistic = STATISTICS.declare


def share(part: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    """Part over whole, (years,); NaN of nobody."""
    return np.where(whole > 0, part / np.maximum(whole, 1), np.nan)
