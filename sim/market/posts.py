"""Posts that are held in each cell, and the vacancies in them; `sim.population.cells` numbers the cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim import kernels
from sim.population.cells import TIER_COUNT
from sim.vocabulary import RANKS, Field, Stage, Tier

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.population.columns import Columns


def filled(people: Columns) -> NDArray[np.int64]:
    """Posts held in each cell, shape (CELLS,): by people in a rank, at home or with the post kept, whom the employer
    and not a programme pays.
    """
    paid = kernels.head_count_of_paid(
        people.stage,
        people.tier,
        people.field,
        people.region,
        people.post_kept,
        people.funded,
        people.candidate,
        (len(Tier), len(Field), len(Stage)),
    )
    return paid[:TIER_COUNT, :, list(RANKS)].ravel()


def vacancies(posts: NDArray[np.int64], held: NDArray[np.int64]) -> NDArray[np.int64]:
    """Posts to fill this year. A cell whose posts were cut below its holders fills none until enough have left."""
    free: NDArray[np.int64] = np.maximum(posts - held, 0)
    return free
