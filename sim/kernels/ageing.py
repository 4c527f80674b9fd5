"""Families, studies and exits as a year passes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine.arithmetic import U64
from sim.engine.arrays import HOME, where
from sim.engine.compiler import AHEAD, Booleans, Bytes, Rows, Shorts, Words, compiled, fetch, full_width
from sim.engine.hashing import one_uniform

if TYPE_CHECKING:
    from numpy.typing import NDArray


@compiled
def studies(
    rows: Rows,
    region: Bytes,
    start_year: Shorts,
    kept: Booleans,
    working: Booleans,
    draw_key: Words,
    year: int,
    keys: Words,
    least: int,
    least_abroad: int,
    completion: NDArray[np.float32],
    dropout: np.float32,
) -> tuple[Rows, Rows]:
    """`ageing._finish_doctorates`: of the students in rows, the rows of those who finish, and of others who give up.

    keys: of both. least: years of study before the end; who keeps a post and is away does not finish. completion:
    of those without a job and of those who work beside it.
    """
    n = len(rows)
    word, late, chance = np.empty(n, np.uint64), np.empty(n, np.bool_), np.empty(n, np.float32)
    for k in range(n):
        later = rows[min(k + AHEAD, n - 1)]
        fetch(draw_key, later)
        fetch(start_year, later)
        i = U64(rows[k])
        word[k] = draw_key[i]
        late[k] = (year - start_year[i] >= (least if region[i] == HOME else least_abroad)) & (not kept[i])
        chance[k] = completion[1] if working[i] else completion[0]
    done, gives_up = np.empty(n, np.bool_), np.empty(n, np.bool_)
    for k in range(n):  # a loop of its own, so that it is compiled to vector instructions
        done[k] = late[k] & (one_uniform(word[k], keys[0]) < chance[k])
        gives_up[k] = (one_uniform(word[k], keys[1]) < dropout) & (not done[k])
    return rows[where(done)], rows[where(gives_up)]


@compiled
def exits(
    region: Bytes,
    tier: Bytes,
    birth_year: Shorts,
    draw_key: Words,
    year: int,
    key: np.uint64,
    oldest: NDArray[np.float64],
    oldest_abroad: int,
    attrition: np.float32,
) -> tuple[Rows, Rows]:
    """`ageing._retire`: rows of those older than they may be (at home oldest, (tiers,)), and of others who leave."""
    full_width()
    old, leaves = np.empty(len(draw_key), np.bool_), np.empty(len(draw_key), np.bool_)
    first_abroad = np.int16(year - oldest_abroad)  # the year of birth of the oldest who may stay
    for i in range(len(draw_key)):
        old[i] = (region[i] != HOME) & (birth_year[i] < first_abroad)
    for kind in range(len(oldest)):  # without a look into a table, so that it is compiled to vector instructions
        number, first = np.uint8(kind), np.int16(np.ceil(year - oldest[kind]))
        for i in range(len(draw_key)):
            old[i] |= (region[i] == HOME) & (tier[i] == number) & (birth_year[i] < first)
    for i in range(len(draw_key)):  # a loop of its own, so that it is compiled to vector instructions
        leaves[i] = (one_uniform(draw_key[i], key) < attrition) & (not old[i])
    return where(old), where(leaves)


@compiled
def contracts_over(
    region: Bytes, stage: Bytes, contract_end: Shorts, year: int, first_stage: int, last_stage: int
) -> Rows:
    """`ageing._end_contracts_at_home`: rows of those at home in these stages whose contract has run out."""
    over, now, first, last = np.empty(len(stage), np.bool_), np.int16(year), np.uint8(first_stage), np.uint8(last_stage)
    for i in range(len(stage)):
        ended = (contract_end[i] > 0) & (contract_end[i] < now)
        over[i] = ended & (region[i] == HOME) & (stage[i] >= first) & (stage[i] <= last)
    return where(over)


@compiled
def contracts_abroad(
    region: Bytes, stage: Bytes, mode: Bytes, contract_end: Shorts, kept: Booleans, of_stage: int, no_mode: int
) -> Rows:
    """`ageing._end_contracts_abroad`: rows of those abroad in this stage on a contract, who keep no post."""
    bound, its, none = np.empty(len(stage), np.bool_), np.uint8(of_stage), np.uint8(no_mode)
    for i in range(len(stage)):
        away = (region[i] != HOME) & (mode[i] != none) & (not kept[i])
        bound[i] = away & (stage[i] == its) & (contract_end[i] > 0)
    return where(bound)
