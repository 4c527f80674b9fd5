"""Offers: how likely they are, and which are held while others are still to come."""

from __future__ import annotations

import numpy as np

from sim.engine.arithmetic import ONE, U64
from sim.engine.compiler import Booleans, Bytes, Floats, Rows, Shorts, Words, compiled
from sim.engine.hashing import uniform


@compiled
def offer(
    who: Rows,
    kind: int,
    target: int,
    value: Floats,
    region: Bytes | None,
    held_kind: Bytes,
    held_target: Shorts,
    held_value: Floats,
    held_region: Bytes,
) -> None:
    """`scene.Choices.offer`: those in who, each at most once, hold the new offer where it is worth more than theirs."""
    number, aim = np.uint8(kind), np.int16(target)  # as narrow as the arrays
    for k in range(len(who)):  # without a branch
        i = U64(who[k])
        better = value[k] > held_value[i]
        held_kind[i] = number if better else held_kind[i]
        held_target[i] = aim if better else held_target[i]
        held_value[i] = value[k] if better else held_value[i]
        if region is not None:
            held_region[i] = region[k] if better else held_region[i]


@compiled
def reach(
    who: Rows,
    region: Bytes,
    ties_abroad: Floats,
    tie_region: Bytes,
    draw_key: Words,
    other_ties: np.float32,
    unaided: Floats,
    key: np.uint64,
) -> tuple[Floats, Floats, Floats]:
    """`hosts.reached`: ties that count in the region, (n,), those elsewhere times other_ties; its entry in unaided; and
    the draw of each.
    """
    n = len(who)
    ties, missed, word = np.empty(n, np.float32), np.empty(n, np.float32), np.empty(n, np.uint64)
    for k in range(n):
        i = U64(who[k])
        ties[k] = ties_abroad[i] * (ONE if tie_region[i] == region[k] else other_ties)
        missed[k], word[k] = unaided[region[k]], draw_key[i]
    return ties, missed, uniform(word, key)


@compiled
def industry_offer(
    who: Rows,
    native: Booleans,
    between: Booleans,
    field: Bytes,
    degree_year: Shorts,
    language: Floats,
    year: int,
    by_field: Floats,
    later: np.float32,
    factor: np.float32,
) -> Floats:
    """`offers.jobs_outside`: chance of a job, (n,): by field, less (later) but in the year of the doctorate for who is
    between posts, times a factor, and for foreigners times their command of the language. Columns by who.
    """
    chance = np.empty(len(who), np.float32)
    for k in range(len(who)):
        i = U64(who[k])
        fresh = between[i] & (degree_year[i] == year)
        spoken = ONE if native[i] else language[i]
        chance[k] = by_field[field[i]] * (ONE if fresh else later) * factor * spoken
    return chance
