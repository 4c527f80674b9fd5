"""Posts that are held in each cell, and the vacancies in them; `sim.population.cells` numbers the cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.engine.arrays import counted
from sim.population.cells import Cells
from sim.population.columns import Attributes, over_people
from sim.vocabulary import HOME, RANKS, Stage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.population.columns import Columns
    from sim.world.world import World

_STAGES, _RANKS = len(Stage), len(RANKS)
_FIRST_RANK: Final = int(RANKS[0])  # ranks are stages in a row


def filled(people: Columns, world: World) -> NDArray[np.int64]:
    """Posts held in each cell, shape (cells,): by people in a rank, at home or with the post kept, whom the employer
    and not a programme pays.
    """
    return _held(people, *Cells.of(world)).ravel()


@over_people
def _held(people: Attributes, tiers: int, fields: int) -> NDArray[np.int64]:
    """Posts held by tier, field and rank."""
    some, places = np.int16(fields), np.int16(tiers + 1)  # narrow, so that the first loop keeps to narrow numbers
    kind = np.empty(len(people.stage), np.uint16)
    for i in range(len(kind)):  # a loop of its own, so that it is compiled to vector instructions
        away = (people.region[i] != HOME) & (not people.post_kept[i])
        other = away | people.funded[i] | people.candidate[i]
        kind[i] = ((np.uint8(other) * places + people.tier[i]) * some + people.field[i]) * _STAGES + people.stage[i]
    found = counted(kind, 2 * (tiers + 1) * fields * _STAGES)
    held = np.empty((tiers, fields, _RANKS), np.int64)
    for tier in range(tiers):
        for field in range(fields):
            for rank in range(_RANKS):
                held[tier, field, rank] = found[(tier * fields + field) * _STAGES + _FIRST_RANK + rank]
    return held


def vacancies(posts: NDArray[np.int64], held: NDArray[np.int64]) -> NDArray[np.int64]:
    """Posts to fill this year. A cell whose posts were cut below its holders fills none until enough have left."""
    free: NDArray[np.int64] = np.maximum(posts - held, 0)
    return free
