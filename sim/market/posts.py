"""Posts that are held in each cell, and the vacancies in them; `sim.population.cells` numbers the cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.engine.arrays import counted
from sim.population.cells import TIER_COUNT
from sim.population.columns import Attributes, over_people
from sim.vocabulary import HOME, RANKS, Field, Stage, Tier

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.population.columns import Columns

_TIERS, _FIELDS, _STAGES, _RANKS = len(Tier), len(Field), len(Stage), len(RANKS)
_FIRST_RANK: Final = int(RANKS[0])  # ranks are stages in a row


def filled(people: Columns) -> NDArray[np.int64]:
    """Posts held in each cell, shape (CELLS,): by people in a rank, at home or with the post kept, whom the employer
    and not a programme pays.
    """
    return _held(people).ravel()


@over_people
def _held(people: Attributes) -> NDArray[np.int64]:
    """Posts held by tier, field and rank."""
    kind = np.empty(len(people.stage), np.uint16)
    for i in range(len(kind)):  # a loop of its own, so that it is compiled to vector instructions
        away = (people.region[i] != HOME) & (not people.post_kept[i])
        other = away | people.funded[i] | people.candidate[i]
        kind[i] = ((np.uint8(other) * _TIERS + people.tier[i]) * _FIELDS + people.field[i]) * _STAGES + people.stage[i]
    found = counted(kind, 2 * _TIERS * _FIELDS * _STAGES)
    held = np.empty((TIER_COUNT, _FIELDS, _RANKS), np.int64)
    for tier in range(TIER_COUNT):
        for field in range(_FIELDS):
            for rank in range(_RANKS):
                held[tier, field, rank] = found[(tier * _FIELDS + field) * _STAGES + _FIRST_RANK + rank]
    return held


def vacancies(posts: NDArray[np.int64], held: NDArray[np.int64]) -> NDArray[np.int64]:
    """Posts to fill this year. A cell whose posts were cut below its holders fills none until enough have left."""
    free: NDArray[np.int64] = np.maximum(posts - held, 0)
    return free
