"""Posts in cells of employer kind x field x rank, and the vacancies in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.vocabulary import HOME, Field, Stage, Tier

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.columns import Columns

RANKS = (Stage.POSTDOC, Stage.FIXED_TERM, Stage.TENURE_TRACK, Stage.PERMANENT)
"""The ranks of academic posts at home; rank r is stage r + 1."""

TIER_COUNT = len(Tier) - 1
CELLS = TIER_COUNT * len(Field) * len(RANKS)


def cell(
    tier: NDArray[np.uint8] | int, field: NDArray[np.uint8] | int, stage: NDArray[np.uint8] | int
) -> NDArray[np.int64]:
    """Number of the cell of a tier, field and stage (one of RANKS)."""
    return (np.asarray(tier, np.int64) * len(Field) + field) * len(RANKS) + stage - Stage.POSTDOC


def parts(cells: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Tier, field and stage of cells."""
    rest, rank = np.divmod(cells, len(RANKS))
    tier, field = np.divmod(rest, len(Field))
    return tier, field, rank + Stage.POSTDOC


def holders(people: Columns) -> NDArray[np.bool_]:
    """Who holds a post at home that an employer pays: in a rank, at home or with the post kept, not paid by a
    programme.
    """
    stage = people.stage
    held: NDArray[np.bool_] = (stage >= Stage.POSTDOC) & (stage <= Stage.PERMANENT)
    held &= (people.region == HOME) | people.post_kept
    held &= ~(people.funded | people.candidate)
    return held


def filled(people: Columns) -> NDArray[np.int64]:
    """Posts held in each cell, shape (CELLS,)."""
    rows = np.flatnonzero(holders(people))
    tier, field, stage = (column.take(rows, mode="clip") for column in (people.tier, people.field, people.stage))
    return np.bincount(cell(tier, field, stage), minlength=CELLS)


def vacancies(posts: NDArray[np.int64], held: NDArray[np.int64]) -> NDArray[np.int64]:
    """Posts to fill this year. A cell whose posts were cut below its holders fills none until enough have left."""
    free: NDArray[np.int64] = np.maximum(posts - held, 0)
    return free
