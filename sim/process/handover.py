"""Permanent posts that a programme paid for some years go to the books of the employer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.vocabulary import Stage
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    from sim.population.columns import Columns
    from sim.year import Year


def hand_over(people: Columns, year: Year) -> None:
    """Who holds a permanent post whose years of support are over holds one of the employer's from now on.

    The employer, who has no more posts than before, hires the fewer until others have left.
    """
    if not any(one.kind is ProgrammeKind.POST_HERE and one.rank == Stage.PERMANENT.label for one in year.programmes):
        return
    rows = np.flatnonzero(people.funded & (people.stage == Stage.PERMANENT) & (people.contract_end > 0))
    over = rows[people.contract_end[rows] < year.number]
    people.funded[over], people.programme[over], people.contract_end[over] = False, -1, 0
