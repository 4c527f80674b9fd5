"""Counts of people by kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine.arrays import HOME, counted
from sim.engine.compiler import Booleans, Bytes, compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray


@compiled
def head_count_of_paid(
    stage: Bytes,
    tier: Bytes,
    field: Bytes,
    region: Bytes,
    kept: Booleans,
    funded: Booleans,
    candidate: Booleans,
    shape: tuple[int, int, int],
) -> NDArray[np.int64]:
    """`posts.filled`: people by tier, field and stage (shape), at home or with the post kept, paid by no programme."""
    tiers, fields, stages = shape
    kind = np.empty(len(stage), np.uint16)
    for i in range(len(stage)):  # a loop of its own, so that it is compiled to vector instructions
        other = ((region[i] != HOME) & (not kept[i])) | funded[i] | candidate[i]
        kind[i] = ((np.uint8(other) * tiers + tier[i]) * fields + field[i]) * stages + stage[i]
    return counted(kind, 2 * tiers * fields * stages)[: tiers * fields * stages].reshape(shape)
