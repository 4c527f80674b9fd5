"""The keyed draws of `sim.draws` for one person at a time, written anew in plain integers and floats."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from math import cos, exp, floor, log, pi, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.engine.draws import Draw

_GOLDEN = 0x9E3779B97F4A7C15
_WORD = 2**64 - 1


def mix(word: int) -> int:
    """SplitMix64's finaliser of a 64-bit word."""
    word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9 & _WORD
    word = (word ^ (word >> 27)) * 0x94D049BB133111EB & _WORD
    return word ^ (word >> 31)


@cache
def key(*parts: int) -> int:
    """One 64-bit word for a sequence of integers, in which their order matters."""
    state = 0
    for part in parts:
        state = mix((state ^ (part & _WORD)) + _GOLDEN & _WORD)
    return state


def word(draw: Draw | str) -> int:
    """The 64-bit word of a draw, or of a name that keys one."""
    name = draw if isinstance(draw, str) else draw.value
    return int.from_bytes(sha256(name.encode()).digest()[:8])


def draw_key(seed: int, identity: int) -> int:
    """A person's key to every draw."""
    return mix(mix(identity * _GOLDEN & _WORD) ^ key(seed))


def uniform(draw_key: int, year: int, draw: Draw, alternative: int = 0) -> float:
    """Between 0 and 1, from the upper 23 bits of a fresh word."""
    return _fraction(mix(draw_key ^ key(year, word(draw), alternative)) >> 41)


def gumbel(draw_key: int, year: int, draw: Draw, alternative: int = 0) -> float:
    """The taste shock of a logit choice."""
    return -log(-log(uniform(draw_key, year, draw, alternative)))


def normal(draw_key: int, year: int, draw: Draw, alternative: int = 0) -> float:
    """Standard normal (Box & Muller 1958): the radius from the upper half of a word, the angle from the lower."""
    bits = mix(draw_key ^ key(year, word(draw), alternative))
    radius, angle = _fraction(bits >> 41), _fraction((bits & 0xFFFF_FFFF) >> 9)
    return sqrt(-2 * log(radius)) * cos(2 * pi * angle)


def poisson(rate: float, u: float) -> int:
    """The smallest count whose cumulative probability reaches u."""
    count, probability = 0, exp(-rate)
    left = u - probability
    while left > 0:
        count += 1
        probability *= rate / count
        left -= probability
    return count


def pick(draw_key: int, shares: list[float], draw: Draw) -> int:
    """A category drawn with the given shares, once in a life."""
    u, bound = uniform(draw_key, 0, draw), 0.0
    for category, share in enumerate(shares[:-1]):
        bound += share / sum(shares)
        if u <= bound:
            return category
    return len(shares) - 1


def rounded(
    value: float, seed: int, draw: Draw, alternative: int = 0, year: int = 0, *, position: int | None = None
) -> int:
    """Round up with a probability equal to the fraction; `position` gives members of one table a draw each."""
    bits = key(seed, year, word(draw), alternative)
    if position is not None:
        bits = mix(mix(position ^ bits))
    whole = floor(value)
    return whole + (((bits >> 12) + 0.5) * 2.0**-52 < value - whole)


def _fraction(bits: int) -> float:
    return (bits + 0.5) * 2.0**-23
