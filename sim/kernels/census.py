"""Counts of people by kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels.arithmetic import ONE
from sim.kernels.columns import HOME
from sim.kernels.compiler import Booleans, Bytes, Floats, Shorts, compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray


@compiled
def _counted(kind: NDArray[np.uint16], kinds: int) -> NDArray[np.int64]:
    """How many are of each kind. Four counters take turns: one that was just written is slow to read again."""
    found = np.zeros((4, kinds), np.int64)
    for i in range(len(kind)):
        found[i & 3, kind[i]] += 1
    return found.sum(axis=0)


@compiled
def head_count(stage: Bytes, region: Bytes, origin: Bytes, stages: int, regions: int) -> NDArray[np.int64]:
    """`outcomes.Census`: people by stage, region and whether they are foreign, shape (stages, regions, 2)."""
    kind = np.empty(len(stage), np.uint16)
    for i in range(len(stage)):  # a loop of its own, so that it is compiled to vector instructions
        kind[i] = (stage[i] * regions + region[i]) * 2 + np.uint8(origin[i] != HOME)
    return _counted(kind, stages * regions * 2).reshape((stages, regions, 2))


@compiled
def head_count_by_past(
    stage: Bytes,
    tier: Bytes,
    region: Bytes,
    origin: Bytes,
    kept: Booleans,
    birth_year: Shorts,
    years_abroad: Floats,
    year: int,
    stages: int,
    best_tier: int,
    young: int,
) -> NDArray[np.int64]:
    """`outcomes.Census`: people by stage and by what is yes or no, shape (stages, 2, 2, 2, 2, 2).

    At home or with the post kept; in the best tier; younger than `young`; from home; a year or more abroad.
    """
    kind = np.empty(len(stage), np.uint16)
    for i in range(len(stage)):  # a loop of its own, so that it is compiled to vector instructions
        number = stage[i] * 2 + np.uint8((region[i] == HOME) | kept[i])
        number = number * 2 + np.uint8(tier[i] == best_tier)
        number = number * 2 + np.uint8(birth_year[i] > year - young)
        number = number * 2 + np.uint8(origin[i] == HOME)
        kind[i] = number * 2 + np.uint8(years_abroad[i] >= ONE)
    return _counted(kind, stages * 2**5).reshape((stages, 2, 2, 2, 2, 2))


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
    return _counted(kind, 2 * tiers * fields * stages)[: tiers * fields * stages].reshape(shape)
