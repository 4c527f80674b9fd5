"""Cells of posts: numbers for a kind of employer, a field and a rank together, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.vocabulary import RANKS, Field, Stage, Tier

if TYPE_CHECKING:
    from numpy.typing import NDArray

TIER_COUNT = len(Tier) - 1
OPTIONS = TIER_COUNT * len(RANKS)
"""Posts that a person can ask for in the own field: option = tier * len(RANKS) + rank."""
CELLS = TIER_COUNT * len(Field) * len(RANKS)
"""Cells of posts at home."""


def cell(
    tier: NDArray[np.uint8] | int, field: NDArray[np.uint8] | int, stage: NDArray[np.uint8] | int
) -> NDArray[np.int64]:
    """Number of the cell of a tier, field and stage (one of RANKS)."""
    return (np.asarray(tier, np.int64) * len(Field) + field) * len(RANKS) + stage - Stage.POSTDOC


def parts(cells: NDArray[np.int64]) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]:
    """Tier, field and stage of cells."""
    return _TIER[cells], _FIELD[cells], _STAGE[cells]


_PARTS = np.stack(np.unravel_index(np.arange(CELLS), (TIER_COUNT, len(Field), len(RANKS)))).astype(np.uint8)
_TIER, _FIELD, _STAGE = _PARTS + np.array([[0], [0], [Stage.POSTDOC]], np.uint8)


RANK_OF = np.zeros(len(Stage), np.uint8)
"""Rank of each stage counted from 1, and 0 where there is no academic post."""
RANK_OF[list(RANKS)] = np.arange(len(RANKS)) + 1
