"""Draws: words of 64 mixed bits, and the numbers made of them, for one person (`one_`) and for a column of people."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.engine.arithmetic import F32, HALF, I32, U64, cos_turn, log
from sim.engine.compiler import Bytes, Floats, Shorts, Words, compiled, full_width

if TYPE_CHECKING:
    from numpy.typing import NDArray

MULTIPLY_1: Final = 0xBF58476D1CE4E5B9
MULTIPLY_2: Final = 0x94D049BB133111EB
_MULTIPLY_1, _MULTIPLY_2 = U64(MULTIPLY_1), U64(MULTIPLY_2)
GAMMA: Final = U64(0x9E3779B97F4A7C15)
"""SplitMix64's golden gamma, 2**64 / golden ratio made odd: start of every key and step between its parts."""
_S12 = U64(12)
_S27, _S30, _S31, _S32, _S41 = U64(27), U64(30), U64(31), U64(32), U64(41)
_UNIT: Final = F32(2.0**-23)
HIGHEST_RATE: Final = 600.0  # above it exp(-rate) nears the smallest double and inversion fails


@compiled
def _stirred(word: np.uint64) -> np.uint64:
    """SplitMix64's mix without its last step, which leaves the upper 31 bits as they are."""
    word ^= word >> _S30
    word *= _MULTIPLY_1
    word ^= word >> _S27
    return word * _MULTIPLY_2


@compiled
def mixed(word: np.uint64) -> np.uint64:
    """SplitMix64's finaliser."""
    word = _stirred(word)
    return word ^ (word >> _S31)


@compiled
def high_bits(word: np.uint64) -> np.float32:
    """The upper 23 bits of a word as a number strictly between 0 and 1."""
    return (F32(I32(word >> _S41)) + HALF) * _UNIT


@compiled
def one_uniform(draw_key: np.uint64, key: np.uint64) -> np.float32:
    return high_bits(_stirred(draw_key ^ key))


@compiled
def one_gumbel(draw_key: np.uint64, key: np.uint64) -> np.float32:
    """A standard Gumbel, -log(-log(u))."""
    return -log(-log(one_uniform(draw_key, key)))


@compiled
def surely_none(rate: np.float64, u: np.float64) -> np.bool:
    """Whether u lies below the first terms of exp(-rate) = P(X = 0), which are no more than the whole series."""
    return u <= 1 - rate * (1 - rate * (0.5 - rate * (1 / 6)))


@compiled
def one_poisson(rate: np.float64, u: np.float64) -> int:
    """The smallest k with P(X <= k) >= u. Raises ValueError for a negative, missing or huge rate."""
    if not 0 <= rate <= HIGHEST_RATE:
        raise ValueError("every Poisson rate must lie between 0 and 600.")
    if surely_none(rate, u):
        return 0
    probability = math.exp(-rate)
    left = u - probability  # what remains of u once the probabilities of 0 to k are taken off
    k = 0
    while left > 0:
        k += 1
        probability *= rate / k
        left -= probability
    return k


@compiled
def mix(words: Words) -> Words:
    """SplitMix64's finaliser of each word."""
    out = np.empty_like(words)
    for i in range(len(words)):
        out[i] = mixed(words[i])
    return out


@compiled
def uniform(draw_key: Words, key: np.uint64) -> Floats:
    """A uniform for each person under one key."""
    out = np.empty(len(draw_key), np.float32)
    for i in range(len(draw_key)):
        out[i] = one_uniform(draw_key[i], key)
    return out


@compiled
def category(draw_key: Words, key: np.uint64, bounds: NDArray[np.float64]) -> Bytes:
    """How many of the bounds each person's uniform exceeds."""
    u, out = uniform(draw_key, key), np.zeros(len(draw_key), np.uint8)
    for bound in bounds:
        for i in range(len(draw_key)):
            out[i] += np.float64(u[i]) > bound
    return out


@compiled
def gumbel(draw_key: Words, keys: Words) -> Floats:
    """Standard Gumbels, -log(-log(u)), for each person under each key, shape (keys, n)."""
    full_width()
    out = np.empty((len(keys), len(draw_key)), np.float32)
    for k in range(len(keys)):
        for i in range(len(draw_key)):
            out[k, i] = one_uniform(draw_key[i], keys[k])
        for _ in range(2):
            for i in range(len(draw_key)):  # loops of their own: vector instructions, and few enough for the registers
                out[k, i] = -log(out[k, i])
    return out


@compiled
def put_normals(word: Words, out: Floats) -> None:
    """Put standard normals in out (Box & Muller 1958), from the halves of one mixed word each."""
    full_width()
    angle = np.empty(len(word), np.float32)
    for i in range(len(word)):
        mixture = mixed(word[i])
        out[i], angle[i] = high_bits(mixture), high_bits(mixture << _S32)
    for i in range(len(word)):  # loops of their own, as above
        out[i] = log(out[i])
    for i in range(len(word)):
        out[i] = np.sqrt(F32(-2) * out[i]) * cos_turn(angle[i])


@compiled
def normal(draw_key: Words, keys: Words) -> Floats:
    """Standard normals for each person under each key, shape (keys, n)."""
    out = np.empty((len(keys), len(draw_key)), np.float32)
    for k in range(len(keys)):
        put_normals(draw_key ^ keys[k], out[k])
    return out


@compiled
def gumbels(draw_key: Words, key: np.uint64) -> Floats:
    """A standard Gumbel for each person under one key."""
    shocks: Floats = gumbel(draw_key, np.array([key]))[0]
    return shocks


@compiled
def normals(draw_key: Words, key: np.uint64) -> Floats:
    """A standard normal for each person under one key."""
    out = np.empty(len(draw_key), np.float32)
    put_normals(draw_key ^ key, out)
    return out


@compiled
def draw_keys(first: int, number: int, seed: np.uint64) -> Words:
    """`draws.draw_key` of people with identities in a row. seed: the key of the seed."""
    out = np.empty(number, np.uint64)
    for i in range(number):
        out[i] = mixed(mixed(U64(first + i) * GAMMA) ^ seed)
    return out


@compiled
def rounded_each(values: NDArray[np.float64], state: np.uint64) -> NDArray[np.int64]:
    """Each value rounded up with a probability equal to its fraction. state: hash of all parts of the key but the last,
    which counts the values from 1.
    """
    out = np.empty(len(values), np.int64)
    for i in range(len(values)):
        key = mixed((state ^ U64(i + 1)) + GAMMA)
        u = (np.float64(np.int64(key >> _S12)) + 0.5) * 2.0**-52
        whole = np.floor(values[i])
        out[i] = np.int64(whole) + (u < values[i] - whole)
    return out


@compiled
def rounded_by(draws: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Each value rounded up where its draw lies below the fraction. Raises ValueError for a missing or infinite one."""
    out = np.empty(len(values), np.int64)
    for i in range(len(values)):
        if not np.isfinite(values[i]):
            raise ValueError("cannot round an array with missing or infinite values.")
        whole = np.floor(values[i])
        out[i] = np.int64(whole) + (draws[i] < values[i] - whole)
    return out


@compiled
def poisson(rate: Floats, u: Floats) -> Shorts:
    """Poisson counts by inversion of one uniform each."""
    out = np.empty(len(rate), np.int16)
    for i in range(len(rate)):
        out[i] = one_poisson(np.float64(rate[i]), np.float64(u[i]))
    return out
