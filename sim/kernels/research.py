"""Papers: who works beside whom, who writes how many, and how many of them count."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine.arithmetic import ONE, U64, ZERO, exp, log, normal_below
from sim.engine.arrays import HOME
from sim.engine.compiler import Booleans, Bytes, Floats, Rows, Shorts, Words, compiled, full_width
from sim.engine.hashing import one_poisson, surely_none, uniform

if TYPE_CHECKING:
    from numpy.typing import NDArray


@compiled
def colleagues(
    stage: Bytes, region: Bytes, tier: Bytes, field: Bytes, ties_abroad: Floats, stages: int, tiers: int, fields: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """`research.publish`: people at home by stage, tier and field, and their mean foreign ties by tier and field, 0 in
    the tier of no employer.

    float32 ties add up without rounding in float64, so the order of the rows leaves no trace.
    """
    n, kinds = len(region), stages * tiers * fields
    kind = np.empty(n, np.uint16)
    for i in range(n):  # a loop of its own, so that it is compiled to vector instructions
        here = (stage[i] * tiers + tier[i]) * fields + field[i]
        kind[i] = here if region[i] == HOME else kinds
    numbers, sums = np.zeros((4, kinds + 1), np.int64), np.zeros((4, kinds + 1))  # that take turns, as in `counted`
    for i in range(n):
        numbers[i & 3, kind[i]] += 1
        sums[i & 3, kind[i]] += ties_abroad[i]
    number = numbers.sum(axis=0)[:kinds].reshape((stages, tiers, fields)).astype(np.float64)
    total = sums.sum(axis=0)[:kinds].reshape((stages, tiers, fields)).sum(axis=0)
    mean = total / np.maximum(number.sum(axis=0), 1)
    mean[tiers - 1] = 0
    return number, mean


@compiled
def _effort_of_each(effort: Floats, region: Bytes, tier: Bytes, stage: Bytes, field: Bytes, funded: Booleans) -> Floats:
    """Everybody's entry of the table (home, away or home in a post that a programme pays, tiers, stages, fields)."""
    n, of_kind = len(region), effort.ravel()
    kind, rate = np.empty(n, np.uint16), np.empty(n, np.float32)
    _, tiers, stages, fields = effort.shape
    for i in range(n):  # a loop of its own, so that it is compiled to vector instructions
        place = np.uint16(1) if region[i] != HOME else np.uint16(2) if funded[i] else np.uint16(0)
        kind[i] = ((place * tiers + tier[i]) * stages + stage[i]) * fields + field[i]
    for i in range(n):
        rate[i] = of_kind[kind[i]]
    return rate


@compiled
def _written(rate: Floats, draw: Floats) -> tuple[Rows, Floats]:
    """Poisson papers: the rows of those who may have written any, and everybody's number."""
    n, found = len(rate), 0
    authors, written, idle = np.empty(n, np.intp), np.zeros(n, np.float32), np.empty(n, np.bool_)
    for i in range(n):  # a loop of its own, so that it is compiled to vector instructions
        idle[i] = (rate[i] >= ZERO) & surely_none(np.float64(rate[i]), np.float64(draw[i]))
    for i in range(n):  # most write nothing, as `one_poisson` would say at once
        authors[found] = i
        found += not idle[i]
    for i in authors[:found]:
        written[i] = one_poisson(np.float64(rate[i]), np.float64(draw[i]))
    return authors[:found], written


@compiled
def publish(
    stage: Bytes,
    region: Bytes,
    tier: Bytes,
    field: Bytes,
    funded: Booleans,
    candidate: Booleans,
    away_since: Shorts,
    returned_year: Shorts,
    drive: Floats,
    talent: Floats,
    ties_abroad: Floats,
    tie_region: Bytes,
    years_abroad: Floats,
    draw_key: Words,
    output: Floats,
    papers: Floats,
    top10: Floats,
    year: int,
    key: np.uint64,
    effort: Floats,
    move_dip: np.float32,
    memory: np.float32,
    home: Floats,
    abroad: Floats,
    kept: Floats,
    threshold: np.float32,
    sd_luck: np.float32,
    coauthor_base: np.float32,
    coauthor_ties: np.float32,
    grain: np.float32,
) -> NDArray[np.int64]:
    """`research.publish`: papers of everyone, their output, top-tenth papers; totals of people at home.

    effort: (home, away or home in a post that a programme pays, tiers, stages, fields) papers a year. move_dip: factor
    in the year of a move. memory: weight of the year in the output. Environment, in log impact: home (tiers, fields),
    plus kept (tiers, regions of the own ties) for who has been abroad for a year; abroad (regions,). Returns papers,
    top-tenth and international ones, in units of 1 / grain: whole numbers, which do not depend on the order of adding.
    """
    full_width()
    n, rate = len(stage), _effort_of_each(effort, region, tier, stage, field, funded)
    for i in range(n):  # a loop of its own, so that it is compiled to vector instructions
        dip = move_dip if (away_since[i] == year) | (returned_year[i] == year) else ONE
        rate[i] = ZERO if candidate[i] else rate[i] * drive[i] * dip
    authors, written = _written(rate, uniform(draw_key, key))
    for i in range(n):
        output[i] += memory * (written[i] - output[i])
    found = len(authors)
    top_share, shared = np.empty(found, np.float32), np.empty(found, np.float32)
    for k in range(found):  # all is looked up before any of it is chosen: without a branch
        row = U64(authors[k])
        here, there, gain = home[tier[row], field[row]], abroad[region[row]], kept[tier[row], tie_region[row]]
        here += gain if years_abroad[row] >= ONE else ZERO
        environment = here if region[row] == HOME else there
        top_share[k] = (talent[row] + environment - threshold) / sd_luck
        shared[k] = ties_abroad[row]
    for k in range(found):  # loops of their own, as above
        top_share[k] = normal_below(top_share[k])
    for k in range(found):
        odds = exp(coauthor_base + coauthor_ties * log(ONE + shared[k]))
        shared[k] = odds / (ONE + odds)
    totals = np.zeros(3, np.int64)
    for k in range(found):
        row = U64(authors[k])
        top = written[row] * top_share[k]
        papers[row] += written[row]
        top10[row] += top
        if region[row] == HOME:
            totals[0] += np.int64(written[row] * grain)
            totals[1] += np.int64(top * grain)
            totals[2] += np.int64(written[row] * shared[k] * grain)
    return totals
