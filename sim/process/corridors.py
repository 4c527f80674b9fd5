"""Corridors: how many came from each region in the last years, which makes the way there more familiar than others.

The memory of flows begins with the mean of the first years and moves towards each year's flow; what counts is how far
it has grown since beside all of them. The elasticity was estimated with effects of the year at both ends, which take up
what all corridors have in common: that more come from everywhere makes no way more familiar than another. The rules are
`sim.rules.ties`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from sim.rules.ties import corridor_growth, flow_remembered
from sim.vocabulary import HOME, Stage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.year import Year

FIRST_YEARS: Final = 3
"""Years whose mean the memory begins with."""


@dataclass
class Corridors:
    """Yearly flows into home by region, (regions,), real persons: of the first years, and as they are remembered.

    years: finished so far.
    """

    first: NDArray[np.float64]
    recent: NDArray[np.float64]
    years: int = 0

    @classmethod
    def unknown(cls, regions: int) -> Self:
        """Before the first year."""
        return cls(np.zeros(regions), np.zeros(regions))

    def growth(self) -> NDArray[np.float64]:
        """Flows remembered over those of the first years, beside the same of all together, (regions,); 1 for home."""
        growth = np.asarray(corridor_growth(self.recent, self.first))  # type: ignore[arg-type]  # of each region
        growth /= corridor_growth(self.recent.sum(), self.first.sum())
        growth[HOME] = 1.0
        return growth

    def take_in(self, year: Year) -> None:
        """Add a finished year: people of home origin back from a stay of a year or more, and foreigners who came past
        the doctorate, by where they come from.
        """
        came = year.tally.returns.sum(axis=0) + year.tally.arrivals.sum(axis=0) - year.tally.arrivals[Stage.DOCTORAL]
        flow = came / year.scale
        self.years += 1
        if self.years <= FIRST_YEARS:
            self.first = self.first + (flow - self.first) / self.years
            self.recent = self.first.copy()
        else:
            pace = year.parameters.corridor_pace
            self.recent = np.asarray(flow_remembered(self.recent, flow, pace))  # type: ignore[arg-type]  # of each

    def copy(self) -> Self:
        """An independent copy."""
        return type(self)(self.first.copy(), self.recent.copy(), self.years)
