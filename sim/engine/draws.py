"""Keyed random draws: every draw is a pure function of (seed, person, year, draw, alternative).

There is no stream state, so a draw depends neither on the order of evaluation nor on who else is in the array, and the
same person has the same draws under every policy. The hash is the output function of SplitMix64 (Steele, Lea & Flood
2014, "Fast splittable pseudorandom number generators", OOPSLA; multipliers and shifts of Stafford's variant 13).
"""

from __future__ import annotations

from enum import Enum
from functools import cache, cached_property, lru_cache
from hashlib import sha256
from math import floor, isfinite
from typing import TYPE_CHECKING, Final, overload

import numpy as np

from sim.engine import hashing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.engine.layout import Record

KEY: Final = int(hashing.GAMMA)
"""SplitMix64's golden gamma: start of every key and step between its parts."""

_MASK: Final = 0xFFFF_FFFF_FFFF_FFFF


class Draw(Enum):
    """What a draw is for. The words are its key: two draws differ as soon as their words do.

    Rewording one changes every result that depends on it, and so does giving its words to something else.
    """

    # once in a life
    QUALITY = "quality of the person's work"
    PRODUCTIVITY = "productivity"
    SEX = "woman or man"
    FIELD = "field"
    HOME_TASTE = "taste for life in the own country"
    DOCTORAL_TASTE = "taste for a doctorate"
    LANGUAGE = "command of the other language at entry"
    AGE_AT_ENTRY = "age at the beginning of a doctorate"
    UNIVERSITY = "tier of the university of the doctorate"
    STUDIES_AT_WORK = "doctoral student who keeps a job"
    EARLY_STUDY_ABROAD = "study abroad before the doctorate"
    FIRST_TIE = "region of the first foreign ties"
    ON_LEAVE = "on leave from a post in the country of origin"
    PARTNER_AT_ENTRY = "partner at entry"
    HIGHLY_SKILLED = "reaches the points of a highly skilled professional"
    CANDIDATE_YEARS = "years since the doctorate of a candidate from abroad"

    # the founders
    FOUNDER_CATEGORY = "founder: field, tier or region"
    FOUNDER_AGE = "founder: age"
    FOUNDER_HISTORY = "founder: years in and since what came before"
    FOUNDER_OVERSEAS = "founder: a time abroad in the past"
    FOUNDER_DEGREE = "founder: tier that gave the doctorate"
    FOUNDER_NATIVE = "founder: of home origin"
    FOUNDER_ORIGIN = "founder: region of origin"
    FOUNDER_FORMED_HERE = "founder: doctorate of home"
    FOUNDER_CONTRACT = "founder: on a contract abroad"
    FOUNDER_AWAY = "founder: on a visit or a fellowship"
    FOUNDER_DEGREE_ABROAD = "founder: has the doctorate from abroad"
    FOUNDER_STUDY = "founder: years of study so far"
    FOUNDER_CONTRACT_END = "founder: last year of the contract"
    FOUNDER_PARTNER = "founder: partner"
    FOUNDER_CHILD = "founder: child"

    # entry
    ENTRY_JOB = "entry: taste for a job"
    ENTRY_HOME = "entry: taste for a doctorate at home"
    ENTRY_OWN_COUNTRY = "entry: taste for a doctorate in the country of origin"
    ENTRY_THIRD_REGION = "entry: taste for a doctorate in a third region"
    DEGREE_ABROAD_SEARCH = "entry: looks for a doctorate abroad"
    DEGREE_ABROAD_HOST = "entry: noise of a host of doctoral students"
    STUDENT_ADMITTED = "entry: a foreign student may cross the border"
    CANDIDATE_ADMITTED = "entry: a candidate from abroad may cross the border"

    # a year passes
    PARTNER = "finds a partner"
    CHILD = "has a first child"
    GRADUATION = "finishes the doctorate"
    DROPOUT = "gives up the doctorate"
    EXIT = "leaves research for reasons outside the model"
    RENEWAL = "contract at home renewed"
    TENURE = "tenure granted, settled once in a life"
    CONTRACT_YEARS = "years of a postdoc contract"
    LASTING_POST_ABROAD = "host offers a lasting post"
    POST_EXPOSED = "exposed to cuts of lasting posts abroad"
    POST_CUT = "lasting post abroad cut this year"
    RENEWAL_ABROAD = "host renews"
    TIES_CUT = "a move cuts the ties at home"
    PAPERS = "number of papers"
    PERMIT = "granted permanent residence"

    # the market
    SEEK_HOME = "looks for a post at home"
    SEEK_ABROAD = "thinks of leaving"
    INVITED = "an employer at home asks a person abroad to apply"
    SEEK_ONWARD = "a foreigner looks to a third region"
    STAY_PERMIT = "may stay a year to find a job"
    TASTE_STAY = "taste for staying as before"
    TASTE_LEAVE = "taste for leaving research"
    TASTE_INDUSTRY = "taste for a job outside academia"
    TASTE_INDUSTRY_ABROAD = "taste for a job outside academia abroad"
    TASTE_OWN_COUNTRY = "taste for a job in the country of origin"
    TASTE_AWARD = "taste for the award of a programme"
    TASTE_POST = "taste for a post at home of a tier and rank"
    TASTE_REGION = "taste for a region"
    OFFER_INDUSTRY = "offer of a job outside academia"
    OFFER_INDUSTRY_ABROAD = "offer of a job outside academia abroad"
    OFFER_OWN_COUNTRY = "offer of a job in the country of origin"
    OFFER_THIRD_REGION = "offer of a job in a third region"
    LEAVE_GRANTED = "employer or supervisor lets a person go on a visit"
    VISIT_LONG = "visit of a year or more"
    VISIT_MONTHS = "months of a visit"
    HOST_REACHED = "application reaches a host"
    HOST_RANKING = "noise in a host's ranking"
    AWARD_RANKING = "noise in a programme's ranking"
    RETURN_POST = "award comes with a post on return"
    RETURN_POST_TRACK = "guaranteed return post is on the tenure track"
    HIRING_RANKING = "noise in an employer's ranking"
    OWN_OPENING = "an opening at the own institution"

    # the gate
    GATE_PASSES = "gate: passes between home and a region"
    GATE_CONSIDERS = "gate: still considers a region"
    GATE_WAITS = "gate: waits into another year"

    # unbiased rounding of numbers of people, places and posts
    ROUND_FOUNDERS = "number of founders"
    ROUND_MASTERS = "number of master graduates"
    ROUND_WORKING = "number of working adults"
    ROUND_STUDENTS = "number of foreign candidates for a doctorate"
    ROUND_CANDIDATES = "number of foreign candidates for posts"
    ROUND_POSTS = "number of posts"
    ROUND_PLACES = "number of places of a programme"
    ROUND_OPENINGS = "number of openings of hosts"

    # statistics
    RECORD_SIGNS = "record: signs a paper this year"
    RECORD_SIGNED_BEFORE = "record: has signed a paper before"
    RECORD_RESEARCH = "record: a job in the own country is in published research"
    RECORD_ADDRESS = "record: signs for the host"

    @cached_property
    def word(self) -> int:
        """The 64-bit word that stands for this draw in keys."""
        return word_of(self.value)


@cache
def word_of(name: str) -> int:
    """The 64-bit word of a name: the first eight bytes of its SHA-256. Of a programme it keys its draws."""
    return int.from_bytes(sha256(name.encode()).digest()[:8])


def mix(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """SplitMix64's finaliser: a bijection of 64-bit words whose output looks random. Returns a new array."""
    return hashing.mix(np.ascontiguousarray(x))


def draw_key(seed: int, identity: NDArray[np.int64]) -> NDArray[np.uint64]:
    """A person's hash of (seed, identity): computed once and kept as a column."""
    return mix(mix(identity.astype(np.uint64) * np.uint64(KEY)) ^ seed_key(seed))


@cache
def seed_key(seed: int) -> np.uint64:
    """The hash of a seed, from which everybody's draw key is made."""
    return np.uint64(_scalar_key(seed))


@cache
def key(year: int, draw: Draw, alternative: int = 0) -> np.uint64:
    """The key of a draw: mixed with a person's draw key it gives the word of the draw.

    year: 0 for what is drawn once in a life. alternative: a region, an option of tier and rank, or the word of a
    programme's name; 0 for a draw that has none.
    """
    return np.uint64(_scalar_key(alternative, state=_of_draw(year, draw)))


@cache
def keys(year: int, draw: Draw, alternatives: range | tuple[int, ...]) -> NDArray[np.uint64]:
    """The keys of several alternatives of a draw, shape (len(alternatives),), to read only."""
    state = np.array(alternatives, np.uint64) ^ np.uint64(_of_draw(year, draw))
    found = hashing.mix(state + np.uint64(KEY))  # as `_scalar_key`, for all at once
    found.setflags(write=False)
    return found


@cache
def keys_of_year(year: int) -> Record:
    """The key of every draw in a year, by its name (`keys.SEEK_HOME`), as loops are given it; of alternative 0.

    year: 0 for what is drawn once in a life.
    """
    state = np.array([draw.word for draw in Draw], np.uint64) ^ np.uint64(_scalar_key(year))
    for _ in range(2):  # the draw, then alternative 0; as `_scalar_key`, for all at once
        state = hashing.mix(state + np.uint64(KEY))
    record = np.array([tuple(state.tolist())], [(draw.name, np.uint64) for draw in Draw])
    record.setflags(write=False)
    return record  # type: ignore[return-value]  # loops see its one element


@cache
def _of_draw(year: int, draw: Draw) -> int:
    """What the keys of all alternatives of a draw begin with."""
    return _scalar_key(year, draw.word)


def uniform(draw_key: NDArray[np.uint64], year: int, draw: Draw, alternative: int = 0) -> NDArray[np.float32]:
    """Uniform on the open interval (0, 1): the exact midpoints (k + 0.5) / 2**23, so 0 and 1 cannot occur.

    Not 24 bits: k + 0.5 would no longer fit a float32, and the largest value would round to 1.
    """
    return hashing.uniform(np.ascontiguousarray(draw_key), key(year, draw, alternative))


def category(
    draw_key: NDArray[np.uint64], bounds: NDArray[np.float64], year: int, draw: Draw, alternative: int = 0
) -> NDArray[np.uint8]:
    """One of len(bounds) + 1 categories, divided by rising bounds of the uniform."""
    return hashing.category(np.ascontiguousarray(draw_key), key(year, draw, alternative), bounds)


def gumbel(draw_key: NDArray[np.uint64], year: int, draw: Draw, alternative: int = 0) -> NDArray[np.float32]:
    """Standard Gumbel, -log(-log(u)), between -2.8 and 16.6: the taste shock of a logit choice."""
    shocks: NDArray[np.float32] = hashing.gumbel(np.ascontiguousarray(draw_key), keys(year, draw, (alternative,)))[0]
    return shocks


def gumbel_table(draw_key: NDArray[np.uint64], year: int, draw: Draw, alternatives: int) -> NDArray[np.float32]:
    """Gumbel draws of shape (n, alternatives); column j equals `gumbel(draw_key, year, draw, j)` to the bit.

    The memory is option-major: every column is contiguous, and the transpose is a C-ordered (alternatives, n) array.
    """
    return hashing.gumbel(np.ascontiguousarray(draw_key), keys(year, draw, range(alternatives))).T


def normal(draw_key: NDArray[np.uint64], year: int, draw: Draw, alternative: int = 0) -> NDArray[np.float32]:
    """Standard normal by Box & Muller (1958) from the two halves of one hash: exact but for float32, |z| below 5.8."""
    draws: NDArray[np.float32] = hashing.normal(np.ascontiguousarray(draw_key), keys(year, draw, (alternative,)))[0]
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


def scalar_uniform(seed: int, draw: Draw, alternative: int = 0, year: int = 0) -> float:
    """Uniform on (0, 1) that belongs to no person, e.g. to the places of a programme in a year."""
    of_draw = _scalar_key(seed, year, draw.word)  # kept for all alternatives
    return ((_scalar_key(alternative, state=of_draw) >> 12) + 0.5) * 2.0**-52


@overload
def rounded(value: float, seed: int, draw: Draw, alternative: int = 0, year: int = 0) -> int: ...


@overload
def rounded(
    value: NDArray[np.float64], seed: int, draw: Draw, alternative: int = 0, year: int = 0
) -> NDArray[np.int64]: ...


def rounded(
    value: float | NDArray[np.float64], seed: int, draw: Draw, alternative: int = 0, year: int = 0
) -> int | NDArray[np.int64]:
    """Round up with a probability equal to the fraction: right on average, and whole numbers stay as they are.

    Monotone: under the same key a larger value never gives a smaller integer. In an array every element has its own
    draw, keyed by its position. year: 0 where the rounding is to be the same every year. Raises ValueError for a
    missing or infinite value.
    """
    if not isinstance(value, np.ndarray):
        if not isfinite(value):
            raise ValueError(f"cannot round {value}.")
        whole = floor(value)
        return whole + (scalar_uniform(seed, draw, alternative, year) < value - whole)
    u = _of_positions(value.size, _scalar_key(seed, year, draw.word, alternative))
    return hashing.rounded_by(u, np.ascontiguousarray(value).reshape(-1)).reshape(value.shape)


@lru_cache(maxsize=256)
def _of_positions(size: int, key: int) -> NDArray[np.float64]:
    """A uniform for each position in an array, shape (size,), to read only."""
    position = np.arange(size, dtype=np.uint64)
    position ^= np.uint64(key)
    u = (mix(mix(position)) >> np.uint64(12)).astype(np.float64)
    u += 0.5
    u *= 2.0**-52
    u.setflags(write=False)
    return u


def rounded_each(values: NDArray[np.float64], seed: int, draw: Draw, year: int) -> NDArray[np.int64]:
    """`rounded` of each value, (n,), with its place, counted from 1, as the alternative."""
    return hashing.rounded_each(values, np.uint64(_scalar_key(year, draw.word, state=int(seed_key(seed)))))


@lru_cache(maxsize=1 << 14)
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
