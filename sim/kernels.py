"""The inner loops of the model, compiled by Numba: one person after the other, no temporary columns.

Every kernel computes a rule that the room calling it owns and describes; here it is written as a loop. Numbers, tables
and keys of draws come in as arguments, so this file knows the code of no stage and no parameter. That matters: compiled
code is kept on disk until this file changes, and would not notice a change elsewhere.

Logarithm, exponential and cosine are polynomials in float32, right to about one unit in the last place. They are
compiled to vector instructions, and give the same bits on every machine, however the people are sliced.
"""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING, Final

import numba
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Booleans = NDArray[np.bool_]
    Bytes = NDArray[np.uint8]
    Shorts = NDArray[np.int16]
    Floats = NDArray[np.float32]
    Words = NDArray[np.uint64]
    Rows = NDArray[np.intp]

F32, I32, U64 = np.float32, np.int32, np.uint64
_HOME: Final = 0  # code of the focal country, by definition of the columns
_ZERO, _HALF, _ONE, _TWO = F32(0), F32(0.5), F32(1), F32(2)
MULTIPLY_1: Final = 0xBF58476D1CE4E5B9
MULTIPLY_2: Final = 0x94D049BB133111EB
_MULTIPLY_1, _MULTIPLY_2 = U64(MULTIPLY_1), U64(MULTIPLY_2)
_S11, _S27, _S30, _S31, _S32, _S41 = U64(11), U64(27), U64(30), U64(31), U64(32), U64(41)
HIGHEST_RATE: Final = 600.0  # above it exp(-rate) nears the smallest double and inversion fails
_UNIT: Final = F32(2.0**-23)
_LOG2_E, _LN2_HIGH, _LN2_LOW = F32(1.44269504088896341), F32(0.693359375), F32(-2.12194440e-4)


def compiled[**P, R](rule: Callable[P, R]) -> Callable[P, R]:
    """Compile at the first call and keep the code on disk. Division by zero gives inf, as in NumPy."""
    kernel: Callable[P, R] = numba.njit(cache=True, nogil=True, error_model="numpy")(rule)
    return kernel


# ---------------------------------------------------------------------- one number


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
    return (F32(I32(word >> _S41)) + _HALF) * _UNIT


@compiled
def _uniform(luck: np.uint64, key: np.uint64) -> np.float32:
    return high_bits(_stirred(luck ^ key))


@compiled
def _log(x: np.float32) -> np.float32:
    """Natural logarithm of a positive number: x = m 2^e with m in [0.71, 1.41), then Cephes' polynomial in m - 1."""
    bits = F32(x).view(np.int32) - I32(0x3F3504F3)
    e = F32(bits >> I32(23))
    y = I32((bits & I32(0x007FFFFF)) + I32(0x3F3504F3)).view(np.float32) - _ONE
    z = y * y
    p = F32(7.0376836292e-2)
    p = p * y + F32(-1.1514610310e-1)
    p = p * y + F32(1.1676998740e-1)
    p = p * y + F32(-1.2420140846e-1)
    p = p * y + F32(1.4249322787e-1)
    p = p * y + F32(-1.6668057665e-1)
    p = p * y + F32(2.0000714765e-1)
    p = p * y + F32(-2.4999993993e-1)
    p = p * y + F32(3.3333331174e-1)
    return ((p * y * z + e * _LN2_LOW) - _HALF * z + y) + e * _LN2_HIGH


@compiled
def _exp(x: np.float32) -> np.float32:
    """Exponential of a number between -87 and 88 (what lies outside is taken as the bound): Cephes' polynomial."""
    x = min(max(F32(x), F32(-87)), F32(88))
    n = np.floor(x * _LOG2_E + _HALF)
    r = x - n * _LN2_HIGH - n * _LN2_LOW
    p = F32(1.9875691500e-4)
    p = p * r + F32(1.3981999507e-3)
    p = p * r + F32(8.3334519073e-3)
    p = p * r + F32(4.1665795894e-2)
    p = p * r + F32(1.6666665459e-1)
    p = p * r + F32(5.0000001201e-1)
    power: np.float32 = (p * (r * r) + r + _ONE) * I32((I32(n) + I32(127)) << I32(23)).view(np.float32)
    return power


@compiled
def _cos_turn(u: np.float32) -> np.float32:
    """Cosine of u turns, u in (0, 1): the sine of an angle between -pi/2 and pi/2, by its Taylor polynomial."""
    x = (abs(u - _HALF) - F32(0.25)) * F32(2 * np.pi)
    z = x * x
    p = F32(-2.5052108385e-8)
    p = p * z + F32(2.7557319224e-6)
    p = p * z + F32(-1.9841269841e-4)
    p = p * z + F32(8.3333333333e-3)
    p = p * z + F32(-1.6666666667e-1)
    return p * z * x + x


@compiled
def _normal_below(x: np.float32) -> np.float32:
    """Standard normal distribution function to 1e-7 (Abramowitz & Stegun 1964, formula 26.2.17)."""
    t = _ONE / (_ONE + F32(0.2316419) * abs(x))
    p = F32(1.330274429)
    p = p * t + F32(-1.821255978)
    p = p * t + F32(1.781477937)
    p = p * t + F32(-0.356563782)
    p = p * t + F32(0.319381530)
    tail = F32(0.3989422804) * _exp(-_HALF * x * x) * p * t
    return _ONE - tail if x > _ZERO else tail


@compiled
def _surely_none(rate: np.float64, u: np.float64) -> np.bool:
    """Whether u lies below the first terms of exp(-rate) = P(X = 0), which are no more than the whole series."""
    return u <= 1 - rate * (1 - rate * (0.5 - rate * (1 / 6)))


@compiled
def _poisson(rate: np.float64, u: np.float64) -> int:
    """The smallest k with P(X <= k) >= u. Raises ValueError for a negative, missing or huge rate."""
    if not 0 <= rate <= HIGHEST_RATE:
        raise ValueError("every Poisson rate must lie between 0 and 600.")
    if _surely_none(rate, u):
        return 0
    probability = exp(-rate)
    left = u - probability  # what remains of u once the probabilities of 0 to k are taken off
    k = 0
    while left > 0:
        k += 1
        probability *= rate / k
        left -= probability
    return k


# ---------------------------------------------------------------------- draws


@compiled
def mix(words: Words) -> Words:
    """SplitMix64's finaliser of each word."""
    out = np.empty_like(words)
    for i in range(len(words)):
        out[i] = mixed(words[i])
    return out


@compiled
def uniform(luck: Words, key: np.uint64) -> Floats:
    """A uniform for each person under one key."""
    out = np.empty(len(luck), np.float32)
    for i in range(len(luck)):
        out[i] = _uniform(luck[i], key)
    return out


@compiled
def gumbel(luck: Words, keys: Words) -> Floats:
    """Standard Gumbels, -log(-log(u)), for each person under each key, shape (keys, n)."""
    out = np.empty((len(keys), len(luck)), np.float32)
    for k in range(len(keys)):
        for i in range(len(luck)):
            out[k, i] = _uniform(luck[i], keys[k])
        for _ in range(2):
            for i in range(len(luck)):  # loops of their own: vector instructions, and few enough for the registers
                out[k, i] = -_log(out[k, i])
    return out


@compiled
def _normal(word: Words, out: Floats) -> None:
    """Put standard normals in out (Box & Muller 1958), from the halves of one mixed word each."""
    angle = np.empty(len(word), np.float32)
    for i in range(len(word)):
        mixture = mixed(word[i])
        out[i], angle[i] = high_bits(mixture), high_bits(mixture << _S32)
    for i in range(len(word)):  # loops of their own, as above
        out[i] = _log(out[i])
    for i in range(len(word)):
        out[i] = np.sqrt(F32(-2) * out[i]) * _cos_turn(angle[i])


@compiled
def normal(luck: Words, keys: Words) -> Floats:
    """Standard normals for each person under each key, shape (keys, n)."""
    out = np.empty((len(keys), len(luck)), np.float32)
    for k in range(len(keys)):
        _normal(luck ^ keys[k], out[k])
    return out


@compiled
def poisson(rate: Floats, u: Floats) -> Shorts:
    """Poisson counts by inversion of one uniform each."""
    out = np.empty(len(rate), np.int16)
    for i in range(len(rate)):
        out[i] = _poisson(np.float64(rate[i]), np.float64(u[i]))
    return out


# ---------------------------------------------------------------------- columns


@compiled
def where(mask: Booleans) -> Rows:
    """Rows where the mask holds, as `np.flatnonzero`, but as fast where nobody can tell which will be next."""
    rows, found = np.empty(len(mask), np.intp), 0
    for i in range(len(mask)):  # without a branch
        rows[found] = i
        found += mask[i]
    return rows[:found].copy()


@compiled
def move_rows[T: np.unsignedinteger](column: NDArray[T], free: Rows, movers: Rows) -> None:
    """`Columns.drop`: the values of the movers go to the free places."""
    for k in range(len(free)):
        column[free[k]] = column[movers[k]]


# ---------------------------------------------------------------------- a year passes


@compiled
def drift(
    region: Bytes,
    origin: Bytes,
    ties_abroad: Floats,
    ties_home: Floats,
    language: Floats,
    years_abroad: Floats,
    fade: np.float32,
    foreign_gain: Floats,
    home_gain: Floats,
    language_gain: np.float32,
) -> None:
    """`ties.drift`: ties fade and grow by the gains (at home, away); the language is learned out of one's country."""
    for i in range(len(region)):
        away, native = region[i] != _HOME, origin[i] == _HOME
        ties_abroad[i] = ties_abroad[i] * fade + (foreign_gain[1] if away else foreign_gain[0])
        ties_home[i] = ties_home[i] * fade + (home_gain[1] if away else home_gain[0])
        if away == native:
            language[i] += language_gain * (_ONE - language[i])
        if away and native:
            years_abroad[i] += _ONE


@compiled
def families(
    birth_year: Shorts,
    partner: Booleans,
    child_born: Shorts,
    luck: Words,
    year: int,
    keys: Words,
    partner_rate: np.float32,
    child_rate: np.float32,
) -> None:
    """`ageing._families`: singles below 40 find partners, couples from 28 to 40 have a first child. keys: of both."""
    for i in range(len(luck)):  # without a branch, so that it is compiled to vector instructions
        age, couple, childless = year - birth_year[i], partner[i], child_born[i] == 0
        draw = _uniform(luck[i], keys[1] if couple else keys[0])
        pairs_up = childless & (not couple) & (age < 40) & (draw < partner_rate)
        has_child = childless & couple & (age >= 28) & (age <= 40) & (draw < child_rate)
        partner[i] = couple | pairs_up
        child_born[i] = year if has_child else child_born[i]


@compiled
def exits(
    region: Bytes,
    tier: Bytes,
    birth_year: Shorts,
    luck: Words,
    year: int,
    key: np.uint64,
    oldest: NDArray[np.float64],
    oldest_abroad: int,
    attrition: np.float32,
) -> tuple[Rows, Rows]:
    """`ageing._retire`: rows of those older than they may be (at home oldest, (tiers,)), and of others who leave."""
    draw, n = uniform(luck, key), len(luck)
    retiring, leaving = np.empty(n, np.intp), np.empty(n, np.intp)
    retired = left = 0
    for i in range(n):  # without a branch: few go, and nobody can tell who
        retiring[retired] = leaving[left] = i
        is_old = year - birth_year[i] > (oldest[tier[i]] if region[i] == _HOME else oldest_abroad)
        retired += is_old
        left += (draw[i] < attrition) & (not is_old)
    return retiring[:retired].copy(), leaving[:left].copy()


@compiled
def learn(
    belief_home: Floats,
    belief_away: Floats,
    stage: Bytes,
    field: Bytes,
    ties_abroad: Floats,
    pace: Floats,
    shown_home: Floats,
    shown_away: Floats,
    blind: np.float32,
) -> None:
    """`Beliefs.learn`: beliefs move toward what is shown at a pace by stage, slower abroad for who has few ties.

    pace: (stages,). shown_home: (fields, stages). shown_away: (fields,). blind: what a person without ties misses.
    """
    sight = np.empty(len(stage), np.float32)
    for i in range(len(stage)):  # a loop of its own, so that it is compiled to vector instructions
        sight[i] = _ONE - blind * _exp(-ties_abroad[i])
    for i in range(len(stage)):
        belief_home[i] += pace[stage[i]] * (shown_home[field[i], stage[i]] - belief_home[i])
        belief_away[i] += pace[stage[i]] * sight[i] * (shown_away[field[i]] - belief_away[i])


# ---------------------------------------------------------------------- considering


@compiled
def consider(
    stage: Bytes,
    region: Bytes,
    origin: Bytes,
    sex: Bytes,
    kept: Booleans,
    candidate: Booleans,
    early: Booleans,
    mode: Bytes,
    contract_end: Shorts,
    degree_year: Shorts,
    child_born: Shorts,
    ties_home: Floats,
    ties_abroad: Floats,
    luck: Words,
    year: int,
    keys: Words,
    seek_home: Floats,
    seek_return: Floats,
    home_links: np.float32,
    return_women: np.float32,
    leave_base: Floats,
    leave_stage: Floats,
    leave_foreign: Floats,
    early_exposure: np.float32,
    child_moving: np.float32,
    most: np.float32,
    openness: np.float32,
    fellowship: int,
    woman: int,
) -> tuple[Rows, Booleans, Booleans, Booleans]:
    """`search.consider`: the rows of those who consider a change; who looks at home, who abroad, who is stranded.

    keys: of looking at home and of thinking of leaving. seek_home: (stages,) at home. seek_return: (native or foreign,
    stages) abroad, below 0 for who has left research. leave_base: by year of the doctorate. leave_stage: (stages,)
    factors. leave_foreign: (stages,) of foreigners at home, below 0 where they leave as natives do. early_exposure,
    child_moving: factors. fellowship: the mode of fellows, whose awards end for good. woman: code.
    """
    n, found = len(stage), 0
    draw_home, draw_abroad = uniform(luck, keys[0]), uniform(luck, keys[1])
    seek, leave, base = np.empty(n, np.float32), np.empty(n, np.float32), np.empty(n, np.float32)
    for i in range(n):  # everyone as if a native at home
        seek[i], leave[i], base[i] = seek_home[stage[i]], leave_stage[stage[i]], leave_base[degree_year[i]]
    for i in range(n):  # a loop of its own, so that it is compiled to vector instructions
        child_age = year - child_born[i]
        child = child_moving if (child_age >= 14) & (child_age <= 17) else _ONE
        factor = _ONE + _HALF * _log(_ONE + ties_abroad[i])
        leave[i] = base[i] * min(factor * leave[i] * (early_exposure if early[i] else _ONE) * child, most) * openness
    rows = np.empty(n, np.intp)
    for i in range(n):  # the natives at home who consider a change, and all others; without a branch
        rows[found] = i
        out = (region[i] | origin[i]) != _HOME
        found += 1 if (draw_home[i] < seek[i]) | (draw_abroad[i] < leave[i]) | out else 0
    for_home, for_abroad = np.empty(found, np.bool_), np.empty(found, np.bool_)
    stranded, seekers = np.empty(found, np.bool_), 0
    for i in rows[:found]:
        wish, hazard, lost = seek[i], leave[i], False
        if region[i] != _HOME:
            wish, hazard = seek_return[np.uint8(origin[i] != _HOME), stage[i]], _ZERO
            if wish >= _ZERO:
                lost = 0 < contract_end[i] < year and not kept[i]
                last = mode[i] == fellowship and contract_end[i] == year and not kept[i]
                if lost or last or candidate[i]:
                    wish = _ONE
                elif kept[i]:
                    wish = _ZERO
                else:
                    rarer = return_women if sex[i] == woman else _ONE
                    wish *= _exp(home_links * (_log(_ONE + ties_home[i]) - _ONE)) * rarer
        elif origin[i] != _HOME and leave_foreign[stage[i]] >= _ZERO:
            hazard = leave_foreign[stage[i]]
        home, abroad = draw_home[i] < wish, draw_abroad[i] < hazard
        rows[seekers], for_home[seekers], for_abroad[seekers], stranded[seekers] = i, home, abroad, lost
        seekers += 1 if home | abroad | lost else 0
    return rows[:seekers].copy(), for_home[:seekers], for_abroad[:seekers], stranded[:seekers]


# ---------------------------------------------------------------------- research


@compiled
def colleagues(
    stage: Bytes, region: Bytes, tier: Bytes, field: Bytes, ties_abroad: Floats, stages: int, tiers: int, fields: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """`research.publish`: people at home by stage, tier and field, and their mean foreign ties by tier and field, 0 in
    the tier of no employer.

    float32 ties add up without rounding in float64, so the order of the rows leaves no trace.
    """
    total, number = np.zeros((tiers, fields)), np.zeros((stages, tiers, fields))
    for i in range(len(region)):
        if region[i] == _HOME:
            total[tier[i], field[i]] += ties_abroad[i]
            number[stage[i], tier[i], field[i]] += 1
    mean = total / np.maximum(number.sum(axis=0), 1)
    mean[tiers - 1] = 0
    return number, mean


@compiled
def _effort_of_each(effort: Floats, region: Bytes, tier: Bytes, stage: Bytes, field: Bytes) -> Floats:
    """Everybody's entry of the table (home or away, tiers, stages, fields)."""
    n, of_kind = len(region), effort.ravel()
    kind, rate = np.empty(n, np.uint16), np.empty(n, np.float32)
    _, tiers, stages, fields = effort.shape
    for i in range(n):  # a loop of its own, so that it is compiled to vector instructions
        away = np.uint16(region[i] != _HOME)
        kind[i] = ((away * tiers + tier[i]) * stages + stage[i]) * fields + field[i]
    for i in range(n):
        rate[i] = of_kind[kind[i]]
    return rate


@compiled
def _written(rate: Floats, draw: Floats) -> tuple[Rows, Floats]:
    """Poisson papers: the rows of those who may have written any, and everybody's number."""
    n, found = len(rate), 0
    authors, written, idle = np.empty(n, np.intp), np.zeros(n, np.float32), np.empty(n, np.bool_)
    for i in range(n):  # a loop of its own, so that it is compiled to vector instructions
        idle[i] = (rate[i] >= _ZERO) & _surely_none(np.float64(rate[i]), np.float64(draw[i]))
    for i in range(n):  # most write nothing, as `_poisson` would say at once
        authors[found] = i
        found += not idle[i]
    for i in authors[:found]:
        written[i] = _poisson(np.float64(rate[i]), np.float64(draw[i]))
    return authors[:found], written


@compiled
def publish(
    stage: Bytes,
    region: Bytes,
    tier: Bytes,
    field: Bytes,
    candidate: Booleans,
    away_since: Shorts,
    returned_year: Shorts,
    drive: Floats,
    talent: Floats,
    ties_abroad: Floats,
    tie_region: Bytes,
    years_abroad: Floats,
    luck: Words,
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

    effort: (home or away, tiers, stages, fields) papers a year. move_dip: factor in the year of a move. memory: weight
    of the year in the output. Environment, in log impact: home (tiers, fields), plus kept (tiers, regions of the own
    ties) for who has been abroad for a year; abroad (regions,). Returns papers, top-tenth and international ones, in
    units of 1 / grain: whole numbers, which do not depend on the order of adding.
    """
    n, rate = len(stage), _effort_of_each(effort, region, tier, stage, field)
    for i in range(n):  # a loop of its own, so that it is compiled to vector instructions
        dip = move_dip if (away_since[i] == year) | (returned_year[i] == year) else _ONE
        rate[i] = _ZERO if candidate[i] else rate[i] * drive[i] * dip
    authors, written = _written(rate, uniform(luck, key))
    for i in range(n):
        output[i] += memory * (written[i] - output[i])
    found = len(authors)
    top_share, shared = np.empty(found, np.float32), np.empty(found, np.float32)
    for k in range(found):
        i = authors[k]
        environment = abroad[region[i]]
        if region[i] == _HOME:
            environment = home[tier[i], field[i]] + (kept[tier[i], tie_region[i]] if years_abroad[i] >= _ONE else _ZERO)
        top_share[k] = (talent[i] + environment - threshold) / sd_luck
        shared[k] = ties_abroad[i]
    for k in range(found):  # loops of their own, as above
        top_share[k] = _normal_below(top_share[k])
    for k in range(found):
        odds = _exp(coauthor_base + coauthor_ties * _log(_ONE + shared[k]))
        shared[k] = odds / (_ONE + odds)
    totals = np.zeros(3, np.int64)
    for k in range(found):
        i = authors[k]
        top = written[i] * top_share[k]
        papers[i] += written[i]
        top10[i] += top
        if region[i] == _HOME:
            totals[0] += np.int64(written[i] * grain)
            totals[1] += np.int64(top * grain)
            totals[2] += np.int64(written[i] * shared[k] * grain)
    return totals


# ---------------------------------------------------------------------- the census


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
        kind[i] = (stage[i] * regions + region[i]) * 2 + np.uint8(origin[i] != _HOME)
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
        number = stage[i] * 2 + np.uint8((region[i] == _HOME) | kept[i])
        number = number * 2 + np.uint8(tier[i] == best_tier)
        number = number * 2 + np.uint8(birth_year[i] > year - young)
        number = number * 2 + np.uint8(origin[i] == _HOME)
        kind[i] = number * 2 + np.uint8(years_abroad[i] >= _ONE)
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
        other = ((region[i] != _HOME) & (not kept[i])) | funded[i] | candidate[i]
        kind[i] = ((np.uint8(other) * tiers + tier[i]) * fields + field[i]) * stages + stage[i]
    return _counted(kind, 2 * tiers * fields * stages)[: tiers * fields * stages].reshape(shape)


# ---------------------------------------------------------------------- weighing a move


@compiled
def life_abroad(
    rows: Rows,
    origin: Bytes,
    language: Floats,
    secure: Floats,
    post: Floats,
    without: Floats,
    chance: Floats,
    contract: Floats,
    lasting: Floats,
    tenure: Floats,
    isolation: Floats,
    language_cost: Floats,
    own: Floats,
    discount: np.float32,
) -> Floats:
    """`utility.abroad`: V of a host contract in every region, shape (regions, n), -inf at home.

    Columns by rows; outlook and own, living in one's own country, (n,); contract to language_cost (regions,).
    """
    regions, n = len(contract), len(rows)
    value = np.empty((regions, n), np.float32)
    native_to, unspoken, back = np.empty(n, np.uint8), np.empty(n, np.float32), np.empty(n, np.float32)
    for k in range(n):
        native_to[k], unspoken[k] = origin[rows[k]], _ONE - language[rows[k]]
        back[k] = without[k] + chance[k] * (post[k] - without[k])
    value[_HOME] = -np.inf
    for r in range(_HOME + 1, regions):
        for k in range(n):
            place = own[k] if native_to[k] == r else isolation[r] + language_cost[r] * unspoken[k]
            settled = lasting[r] + secure[k] + place
            ahead = tenure[r] * settled + (_ONE - tenure[r]) * back[k]
            value[r, k] = contract[r] + place + discount * ahead
    return value


@compiled
def best_option(values: Floats) -> tuple[Bytes, Floats]:
    """`utility.best_option`: a running maximum, the first of equals. NumPy's argmax is slow along so short an axis."""
    options, n = values.shape
    best, most = np.zeros(n, np.uint8), values[0].copy()
    for option in range(1, options):
        for i in range(n):
            best[i] = option if values[option, i] > most[i] else best[i]
            most[i] = max(most[i], values[option, i])
    return best, most


@compiled
def add_in_region(value: Floats, rows: Rows, region: Bytes, extra: Floats) -> None:
    """Add something to what one region is worth to each, that of the column `region`. value: (regions, n)."""
    for k in range(len(rows)):
        value[region[rows[k]], k] += extra[k]


# ---------------------------------------------------------------------- the market for posts


@compiled
def gain_of_posts(
    gain: Floats,
    rows: Rows,
    stage: Bytes,
    tier: Bytes,
    region: Bytes,
    origin: Bytes,
    candidate: Booleans,
    degree_year: Shorts,
    secure: Floats,
    here: Floats,
    post: Floats,
    without: Floats,
    chance_home: Floats,
    at_hand: Floats,
    taken: Booleans,
    year: int,
    rank_of: Bytes,
    value: Floats,
    security: Floats,
    least_chance: Floats,
    within: Shorts,
    closed: Booleans,
    moving: Floats,
    moving_back: np.float32,
    moving_in: Floats,
    beta: np.float32,
    discount: np.float32,
) -> None:
    """`choice._gain_of_posts`: add beta V of every tier and rank, less what is at hand, to the taste in gain.

    gain: (options, n), tier-major. Columns by rows; outlook, at_hand and taken (an award or a host's offer), (n,).
    rank_of: (stages,) 1 for the lowest rank, 0 without a post. By rank: value (tiers, ranks) of the position, security,
    the least chance of a lasting post, the years since the doctorate within which it is open, and whether it is closed
    to who leaves on an offer. Cost of moving: moving (stages,) at home, moving_back from abroad, moving_in of
    candidates (regions,). A step down and the present post are no options.
    """
    (tiers, ranks), n = value.shape, len(rows)
    cost, life = np.empty(n, np.float32), np.empty(n, np.float32)
    rank_now, since, leaves = np.empty(n, np.uint8), np.empty(n, np.int16), np.empty(n, np.bool_)
    for k in range(n):
        i = rows[k]
        away = region[i] != _HOME
        rank_now[k] = 0 if away else rank_of[stage[i]]
        since[k] = year - degree_year[i]
        leaves[k] = taken[k] and not away
        cost[k] = moving_in[origin[i]] if candidate[i] else moving_back if away else moving[stage[i]]
    for rank in range(ranks):
        for k in range(n):  # loops of their own, so that they are compiled to vector instructions
            ahead = discount * (without[k] + max(chance_home[k], least_chance[rank]) * (post[k] - without[k]))
            worth = beta * (secure[k] * security[rank] + here[k] + ahead - cost[k]) - at_hand[k]
            barred = (rank + 1 < rank_now[k]) | (since[k] > within[rank]) | (leaves[k] & closed[rank])
            life[k] = -np.float32(np.inf) if barred else worth
        for kind in range(tiers):
            position = beta * value[kind, rank]
            for k in range(n):
                gain[kind * ranks + rank, k] += life[k] + position
    for k in range(n):
        kind = tier[rows[k]]
        if rank_now[k] > 0 and kind < tiers:
            gain[kind * ranks + rank_now[k] - 1, k] = -np.inf


@compiled
def hiring_score(
    merit: Floats,
    rows: Rows,
    region: Bytes,
    origin: Bytes,
    kept: Booleans,
    candidate: Booleans,
    moved: Booleans,
    degree_year: Shorts,
    away_since: Shorts,
    years_abroad: Floats,
    language: Floats,
    famous: Booleans,
    links: Floats,
    year: int,
    prestige: Floats,
    full_stay: np.float32,
    overseas_weight: np.float32,
    away_penalty: np.float32,
    language_weight: np.float32,
    seniority: Floats,
    overlooked: Floats,
) -> tuple[Floats, Floats]:
    """`markets.HiringScore`: score that the ranks share, (n,), and of every rank, without bonus and noise, (n, ranks).

    Columns by rows; merit, moved (abroad in some mode), famous doctorate, and links, the worth of ties at home, (n,).
    By years since the doctorate: prestige of a famous one, and seniority (ranks, years). full_stay: years abroad that
    count in full. overlooked: (ranks,) part of the language gap that does not count.
    """
    n, ranks = len(rows), len(overlooked)
    common, by_rank = np.empty(n, np.float32), np.empty((n, ranks), np.float32)
    for k in range(n):
        i = rows[k]
        since = year - degree_year[i] if degree_year[i] > 0 else 0
        unattached = (region[i] != _HOME) & (not kept[i]) & (not candidate[i]) & moved[k]
        gap = (language_weight if origin[i] != _HOME else _ZERO) * (_ONE - language[i])
        score = merit[k] + (prestige[since] if famous[k] else _ZERO)
        score += overseas_weight * (min(years_abroad[i], full_stay) / full_stay)
        score += away_penalty * F32(year - away_since[i] if unattached else 0)
        common[k] = score + links[k] - gap
        for rank in range(ranks):
            by_rank[k, rank] = common[k] + (seniority[rank, since] + overlooked[rank] * gap)
    return common, by_rank


@compiled
def hiring_scores(
    wanted: Bytes,
    by_rank: Floats,
    favoured_in: Bytes,
    luck: Words,
    keys: Words,
    tier_of: Bytes,
    rank_of: Bytes,
    bonus: np.float32,
    noise: np.float32,
) -> Floats:
    """`markets.HiringScore`: score of every applicant in each option that is asked for, shape of wanted, (asked, n).

    wanted: numbers of options, those beyond the last taken as that. by_rank: (n, ranks) score without bonus and noise.
    favoured_in: tier that gives the bonus. By option: keys of the noise, tier and rank.
    """
    (asked, n), last = wanted.shape, np.uint8(len(keys) - 1)
    out, word = np.empty((asked, n), np.float32), np.empty(n, np.uint64)
    for k in range(asked):
        for i in range(n):
            word[i] = luck[i] ^ keys[min(wanted[k, i], last)]
        _normal(word, out[k])
        for i in range(n):
            option = min(wanted[k, i], last)
            extra = bonus if favoured_in[i] == tier_of[option] else _ZERO
            out[k, i] = by_rank[i, rank_of[option]] + extra + noise * out[k, i]
    return out


@compiled
def best_first(worth: Floats, limit: int) -> Bytes:
    """Everybody's options that are worth more than nothing, best first and of equals the first.

    worth: (options, n), used up. Returns shape (limit, n); after the last comes the number of options.
    """
    (options, n), last = worth.shape, np.uint8(len(worth) - 1)
    best = np.full((limit, n), np.uint8(options))
    for choice in range(limit):
        most = np.zeros(n, np.float32)
        for option in range(options):
            for i in range(n):
                best[choice, i] = option if worth[option, i] > most[i] else best[choice, i]
                most[i] = max(most[i], worth[option, i])
        for i in range(n):  # without a branch: where nothing is left, the last option is worth nothing anyway
            worth[min(best[choice, i], last), i] = _ZERO
    return best


@compiled
def _applications(
    wanted: Bytes, score: Floats, luck: Words, option_cell: NDArray[np.int64], own_cell: NDArray[np.int64]
) -> tuple[NDArray[np.int16], NDArray[np.float64]]:
    """The cells that everybody asks, -1 for none, and the scores there, no two the same; what one person needs lies
    side by side: shape (n, asked).
    """
    asked, n = wanted.shape
    cells, distinct = np.empty((n, asked), np.int16), np.empty((n, asked))
    for choice in range(asked):
        for who in range(n):
            option = wanted[choice, who]
            cells[who, choice] = option_cell[option] + own_cell[who] if option < len(option_cell) else -1
            distinct[who, choice] = np.float64(score[choice, who]) + np.float64(luck[who] >> _S11) * 2.0**-83
    return cells, distinct


@compiled
def _seat(seat: int, who: int, score: float, holders: Rows, scores: NDArray[np.float64]) -> None:
    """Give somebody the first free seat; the seats are a heap, and the holder with the lowest score sits first."""
    while seat > 0 and score < scores[(seat - 1) // 2]:
        above = (seat - 1) // 2
        holders[seat], scores[seat] = holders[above], scores[above]
        seat = above
    holders[seat], scores[seat] = who, score


@compiled
def _unseat(who: int, score: float, holders: Rows, scores: NDArray[np.float64]) -> int:
    """Seat somebody in place of the holder with the lowest score, who is returned; the seats stay a heap."""
    unseated, seat, child, seats = holders[0], 0, 1, len(holders)
    while child < seats:
        if child + 1 < seats and scores[child + 1] < scores[child]:
            child += 1
        if score <= scores[child]:
            break
        holders[seat], scores[seat] = holders[child], scores[child]
        seat, child = child, 2 * child + 1
    holders[seat], scores[seat] = who, score
    return unseated  # type: ignore[no-any-return]


@compiled
def _cutoffs(cell: NDArray[np.int16], score: NDArray[np.float64], vacancies: NDArray[np.int64]) -> NDArray[np.float64]:
    """A score in each cell that is never enough: those who ask there first and score higher fill the posts.

    cell, score: (n,) of everybody's first choice, cell -1 without one. Scores are counted by level, and a cutoff lies a
    level lower than it could, which is far more than rounding.
    """
    levels, cells = 256, len(vacancies)
    low, high = np.inf, -np.inf
    for k in range(len(score)):
        low, high = min(low, score[k]), max(high, score[k])
    step = (levels - 1) / max(high - low, 1.0)
    asking = np.zeros((cells + 1, levels), np.int64)  # the last row takes those who ask nobody
    for k in range(len(score)):
        asking[cell[k], np.uint8((score[k] - low) * step)] += 1
    cutoff = np.where(vacancies > 0, -np.inf, np.inf)
    for c in range(cells):
        level, left = levels, vacancies[c]
        while left > 0 and level > 0:
            level -= 1
            left -= asking[c, level]
        if left <= 0 < vacancies[c]:
            cutoff[c] = low + (level - 1) / step
    return cutoff


@compiled
def deferred_acceptance(
    wanted: Bytes,
    score: Floats,
    luck: Words,
    option_cell: NDArray[np.int64],
    own_cell: NDArray[np.int64],
    vacancies: NDArray[np.int64],
) -> NDArray[np.int64]:
    """`markets.deferred_acceptance`: whoever has no seat asks for the next best one, as long as there is one to ask.

    An applicant who beats the weakest holder of a cell takes that seat, and the one unseated asks on. The outcome does
    not depend on who asks first. wanted: (asked, n) options, best first, from len(option_cell) on none. score: of them,
    ties broken by luck. The cell of an option is option_cell + own_cell. Returns the cell of each applicant, -1 without
    a post.
    """
    limit, n = wanted.shape
    cells, distinct = _applications(wanted, score, luck, option_cell, own_cell)
    ends, taken = np.cumsum(vacancies), np.zeros_like(vacancies)
    holders, scores = np.empty(vacancies.sum(), np.intp), np.empty(vacancies.sum())
    floor = _cutoffs(cells[:, 0], distinct[:, 0], vacancies)  # and then the score of the weakest holder, where higher
    matched, asked = np.full(n, -1), np.zeros(n, np.int8)
    for first in range(n):
        who = first
        while who >= 0:
            unseated = -1
            for choice in range(asked[who], limit):
                cell = cells[who, choice]
                if cell < 0:
                    break
                if distinct[who, choice] > floor[cell]:
                    start, end = ends[cell] - vacancies[cell], ends[cell]
                    if taken[cell] < vacancies[cell]:
                        _seat(taken[cell], who, distinct[who, choice], holders[start:end], scores[start:end])
                        taken[cell] += 1
                    else:
                        unseated = _unseat(who, distinct[who, choice], holders[start:end], scores[start:end])
                    if taken[cell] == vacancies[cell]:
                        floor[cell] = max(floor[cell], scores[start])
                    matched[who], asked[who] = cell, choice + 1
                    break
            who = unseated
            if who >= 0:
                matched[who] = -1
    return matched
