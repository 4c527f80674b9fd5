"""Counts of people by kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine.arithmetic import ONE
from sim.engine.arrays import HOME, counted, where
from sim.engine.compiler import Booleans, Bytes, Floats, Rows, Shorts, compiled, full_width

if TYPE_CHECKING:
    from numpy.typing import NDArray


@compiled
def head_count(stage: Bytes, region: Bytes, origin: Bytes, stages: int, regions: int) -> NDArray[np.int64]:
    """`outcomes.Census`: people by stage, region and whether they are foreign, shape (stages, regions, 2)."""
    kind = np.empty(len(stage), np.uint16)
    for i in range(len(stage)):  # a loop of its own, so that it is compiled to vector instructions
        kind[i] = (stage[i] * regions + region[i]) * 2 + np.uint8(origin[i] != HOME)
    return counted(kind, stages * regions * 2).reshape((stages, regions, 2))


@compiled
def in_stage(stage: Bytes, region: Bytes, of_stage: int) -> Booleans:
    """Who is in a stage at home, (n,)."""
    inside, its = np.empty(len(stage), np.bool_), np.uint8(of_stage)
    for i in range(len(stage)):
        inside[i] = (stage[i] == its) & (region[i] == HOME)
    return inside


@compiled
def diaspora(stage: Bytes, region: Bytes, origin: Bytes, left: int) -> Rows:
    """`model._diaspora`: rows of those from home who are abroad and have not left research."""
    there, gone = np.empty(len(stage), np.bool_), np.uint8(left)
    for i in range(len(stage)):
        there[i] = (region[i] != HOME) & (origin[i] == HOME) & (stage[i] != gone)
    return where(there)


@compiled
def foreign_graduates(
    stage: Bytes, region: Bytes, origin: Bytes, degree_region: Bytes, degree_year: Shorts, since: int, left: int
) -> Rows:
    """`outcomes.foreign_retention`: rows of foreigners who took a doctorate here since a year and are still here."""
    here, first, gone = np.empty(len(stage), np.bool_), np.int16(since), np.uint8(left)
    for i in range(len(stage)):
        formed = (origin[i] != HOME) & (degree_region[i] == HOME) & (degree_year[i] >= first)
        here[i] = formed & (region[i] == HOME) & (stage[i] != gone)
    return where(here)


@compiled
def returned(
    stage: Bytes, region: Bytes, origin: Bytes, kept: Booleans, returned_year: Shorts, since: int, low: int, high: int
) -> Rows:
    """`outcomes.Census`: rows of those from home who came back since a year and hold a post of stages low to high."""
    here, first, lowest, highest = np.empty(len(stage), np.bool_), np.int16(since), np.uint8(low), np.uint8(high)
    for i in range(len(stage)):
        member = (stage[i] >= lowest) & (stage[i] <= highest) & ((region[i] == HOME) | kept[i])
        here[i] = member & (origin[i] == HOME) & (returned_year[i] >= first)
    return where(here)


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
    full_width()
    kind = np.empty(len(stage), np.uint16)
    for i in range(len(stage)):  # a loop of its own, so that it is compiled to vector instructions
        number = stage[i] * 2 + np.uint8((region[i] == HOME) | kept[i])
        number = number * 2 + np.uint8(tier[i] == best_tier)
        number = number * 2 + np.uint8(birth_year[i] > year - young)
        number = number * 2 + np.uint8(origin[i] == HOME)
        kind[i] = number * 2 + np.uint8(years_abroad[i] >= ONE)
    return counted(kind, stages * 2**5).reshape((stages, 2, 2, 2, 2, 2))


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
