"""Keyed random draws: every draw is a pure function of (seed, person, year, decision, alternative).

There is no stream state, so a draw depends neither on the order of evaluation nor on who else is in the array, and the
same person meets the same luck under every policy. The hash is the output function of SplitMix64 (Steele, Lea & Flood
2014, "Fast splittable pseudorandom number generators", OOPSLA; multipliers and shifts of Stafford's variant 13).
"""

from __future__ import annotations

from enum import IntEnum
from functools import cache
from math import floor, isfinite
from typing import TYPE_CHECKING, Final, overload

import numpy as np

from sim.engine import hashing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

KEY: Final = 0x9E3779B97F4A7C15
"""SplitMix64's golden gamma, 2**64 / golden ratio made odd: start of every key and step between its parts."""

_MASK: Final = 0xFFFF_FFFF_FFFF_FFFF


class Decision(IntEnum):
    """What a draw is for. A number, once used, is never given to another decision."""

    FOUNDING_AGE = 0  # the first population: year of birth
    FOUNDING_STAGE = 1  # the first population: stage, tier and post
    FOUNDING_PLACE = 2  # the first population: home or which region
    FOUNDING_HISTORY = 3  # the first population: time away, papers, ties
    TALENT = 4  # quality of a person's work
    DRIVE = 5  # productivity
    SEX = 6  # woman or man
    BACKGROUND = 7  # language, partner and ties at entry
    ENTER = 8  # begin a doctorate, and where
    CONSIDER = 9  # whether a move is thought about this year
    APPLY = 10  # where to apply
    HIRE = 11  # noise in an employer's ranking
    AWARD = 12  # noise in a programme's ranking
    HOST = 13  # whether a host abroad makes an offer
    CHOOSE = 14  # taste among the offers at hand
    RENEW = 15  # whether a contract is renewed
    GRADUATE = 16  # finish the doctorate this year
    FAMILY = 17  # partner and children
    TIES = 18  # ties formed and lost
    PAPERS = 19  # number of papers
    IMPACT = 20  # papers among the most cited
    LEAVE = 21  # leave research
    MEASURE = 22  # how a statistic sees the person
    ROUND = 23  # unbiased rounding of places and posts
    VISIT = 24  # whether the employer lets a person go on a visit, and for how long
    OFFER = 25  # job offers outside research, and in the country of origin
    REGION = 26  # taste for each region
    EXIT = 27  # leave research for reasons outside the model


def mix(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """SplitMix64's finaliser: a bijection of 64-bit words whose output looks random. Returns a new array."""
    return hashing.mix(np.ascontiguousarray(x))


def draw_key(seed: int, identity: NDArray[np.int64]) -> NDArray[np.uint64]:
    """A person's hash of (seed, identity): computed once and kept as a column."""
    return mix(mix(identity.astype(np.uint64) * np.uint64(KEY)) ^ np.uint64(_scalar_key(seed)))


@cache
def key(year: int, decision: Decision, alternative: int = 0) -> np.uint64:
    """The key of a draw: mixed with a person's luck it gives the word of the draw."""
    return np.uint64(_scalar_key(alternative, state=_of_decision(year, decision)))


def keys(year: int, decision: Decision, alternatives: Sequence[int]) -> NDArray[np.uint64]:
    """The keys of several alternatives of a decision."""
    if len(alternatives) == 1:
        return np.array([key(year, decision, alternatives[0])])
    state = np.array(alternatives, np.uint64) ^ np.uint64(_of_decision(year, decision))
    return hashing.mix(state + np.uint64(KEY))  # as `_scalar_key`, for all at once


@cache
def _of_decision(year: int, decision: Decision) -> int:
    """What the keys of all alternatives of a decision begin with."""
    return _scalar_key(year, decision)


def uniform(draw_key: NDArray[np.uint64], year: int, decision: Decision, alternative: int = 0) -> NDArray[np.float32]:
    """Uniform on the open interval (0, 1): the exact midpoints (k + 0.5) / 2**23, so 0 and 1 cannot occur.

    Not 24 bits: k + 0.5 would no longer fit a float32, and the largest value would round to 1.
    """
    return hashing.uniform(np.ascontiguousarray(draw_key), key(year, decision, alternative))


def category(
    draw_key: NDArray[np.uint64], bounds: NDArray[np.float64], year: int, decision: Decision, alternative: int = 0
) -> NDArray[np.uint8]:
    """One of len(bounds) + 1 categories, divided by rising bounds of the uniform."""
    return hashing.category(np.ascontiguousarray(draw_key), key(year, decision, alternative), bounds)


def gumbel(draw_key: NDArray[np.uint64], year: int, decision: Decision, alternative: int = 0) -> NDArray[np.float32]:
    """Standard Gumbel, -log(-log(u)), between -2.8 and 16.6: the taste shock of a logit choice."""
    shocks: NDArray[np.float32] = hashing.gumbel(np.ascontiguousarray(draw_key), keys(year, decision, (alternative,)))[
        0
    ]
    return shocks


def gumbel_table(draw_key: NDArray[np.uint64], year: int, decision: Decision, alternatives: int) -> NDArray[np.float32]:
    """Gumbel draws of shape (n, alternatives); column j equals `gumbel(luck, year, decision, j)` to the bit.

    The memory is option-major: every column is contiguous, and the transpose is a C-ordered (alternatives, n) array.
    """
    return hashing.gumbel(np.ascontiguousarray(draw_key), keys(year, decision, range(alternatives))).T


def normal(draw_key: NDArray[np.uint64], year: int, decision: Decision, alternative: int = 0) -> NDArray[np.float32]:
    """Standard normal by Box & Muller (1958) from the two halves of one hash: exact but for float32, |z| below 5.8."""
    draws: NDArray[np.float32] = hashing.normal(np.ascontiguousarray(draw_key), keys(year, decision, (alternative,)))[0]
    return draws


def poisson(rate: NDArray[np.float32], u: NDArray[np.float32]) -> NDArray[np.int16]:
    """Poisson counts by inversion of one uniform each: the smallest k with P(X <= k) >= u, summed in float64.

    A larger rate never gives a smaller count for the same u. Raises ValueError for a negative, missing or huge rate.
    """
    if rate.shape != u.shape:
        raise ValueError(f"rate has shape {rate.shape} but u has {u.shape}.")
    if not (u < 1).all():
        raise ValueError("every u must lie below 1.")
    return hashing.poisson(np.ascontiguousarray(rate).reshape(-1), np.ascontiguousarray(u).reshape(-1)).reshape(u.shape)


def scalar_uniform(seed: int, *key: int) -> float:
    """Uniform on (0, 1) that belongs to no person, e.g. `scalar_uniform(seed, year, Decision.ROUND, cell)`."""
    return ((_scalar_key(seed, *key) >> 12) + 0.5) * 2.0**-52


@overload
def rounded(value: float, seed: int, *key: int) -> int: ...


@overload
def rounded(value: NDArray[np.float64], seed: int, *key: int) -> NDArray[np.int64]: ...


def rounded(value: float | NDArray[np.float64], seed: int, *key: int) -> int | NDArray[np.int64]:
    """Round up with a probability equal to the fraction: right on average, and whole numbers stay as they are.

    Monotone: under the same key a larger value never gives a smaller integer. In an array every element has its own
    draw, keyed by its position. Raises ValueError for a missing or infinite value.
    """
    if not isinstance(value, np.ndarray):
        if not isfinite(value):
            raise ValueError(f"cannot round {value}.")
        whole = floor(value)
        return whole + (scalar_uniform(seed, *key) < value - whole)
    if not np.isfinite(value).all():
        raise ValueError("cannot round an array with missing or infinite values.")
    position = np.arange(value.size, dtype=np.uint64)
    position ^= np.uint64(_scalar_key(seed, *key))
    u = (mix(mix(position)) >> np.uint64(12)).astype(np.float64)
    u += 0.5
    u *= 2.0**-52
    base = np.floor(value)
    return (base + (u.reshape(value.shape) < value - base)).astype(np.int64)


def _scalar_key(*parts: int, state: int = 0) -> int:
    """Hash of a sequence of integers of any size and sign, in plain Python; their order matters.

    `state` is the hash of the integers that come before.
    """
    for part in parts:
        state = ((state ^ (part & _MASK)) + KEY) & _MASK
        state = ((state ^ (state >> 30)) * hashing.MULTIPLY_1) & _MASK
        state = ((state ^ (state >> 27)) * hashing.MULTIPLY_2) & _MASK
        state ^= state >> 31
    return state
