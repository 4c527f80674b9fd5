"""Posts to applicants: deferred acceptance (Gale & Shapley 1962)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.engine.arithmetic import U64
from sim.engine.arrays import where
from sim.engine.compiler import Bytes, Floats, Rows, Words, compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

_S11 = U64(11)
_ROUNDS: Final = 3  # of raising floors before anybody is seated; more cost more than they save


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
def _above(
    wanted: Bytes, score: Floats, option_cell: NDArray[np.int64], line: NDArray[np.uint32], floor: NDArray[np.float64]
) -> tuple[Rows, Bytes]:
    """Those who score above the floor of some cell they ask for, and the first such wish of each.

    line: own cell of each, times the number of options and one.
    """
    (limit, n), options, cells = wanted.shape, len(option_cell), len(floor)
    bar = np.full((cells, options + 1), np.float32(np.inf))  # by own cell and option; nobody is above where none is
    for own in range(cells):
        for option in range(options):
            if option_cell[option] + own < cells:
                bar[own, option] = floor[option_cell[option] + own]
    bars, least, first = bar.ravel(), np.empty(n, np.float32), np.full(n, np.uint8(limit))
    for later in range(limit):
        wish = np.uint8(limit - 1 - later)  # as narrow as the array, else the second loop is compiled with a branch
        for k in range(n):
            least[k] = bars[np.uint32(line[k] + wanted[wish, k])]
        for k in range(n):
            first[k] = wish if score[wish, k] > least[k] else first[k]
    who = where(first < limit)
    return who, first[who]


@compiled
def _raise(floor: NDArray[np.float64], cell: NDArray[np.int64], score: Floats, vacancies: NDArray[np.int64]) -> None:
    """Raise the floor of each cell to a score that is never enough: those who ask there and score higher fill it.

    cell, score: of everybody's wish, (n,). Scores are counted by level, and a floor lies a level lower than it could,
    which is far more than rounding.
    """
    levels, cells = 256, len(vacancies)
    low, high = np.inf, -np.inf
    for k in range(len(score)):
        low, high = min(low, score[k]), max(high, score[k])
    step = (levels - 1) / max(high - low, 1.0)
    asking = np.zeros((cells, levels), np.int32)
    for k in range(len(score)):
        asking[cell[k], np.uint8((score[k] - low) * step)] += 1
    for c in range(cells):
        level, left = levels, vacancies[c]
        while left > 0 and level > 0:
            level -= 1
            left -= asking[c, level]
        if left <= 0 < vacancies[c]:
            floor[c] = max(floor[c], low + (level - 1) / step)


@compiled
def _floors(
    wanted: Bytes,
    score: Floats,
    option_cell: NDArray[np.int64],
    own_cell: NDArray[np.int64],
    vacancies: NDArray[np.int64],
) -> tuple[NDArray[np.float64], Rows, Bytes]:
    """A score in each cell that is never enough; who is above that of any wish, and the first such wish of each.

    Whoever is not above the floor of a wish asks for the next one, which raises floors again; after a few rounds hardly
    anybody is above a floor who will not get the post.
    """
    floor = np.where(vacancies > 0, -np.inf, np.inf)
    line = (own_cell * (len(option_cell) + 1)).astype(np.uint32)
    who = where(wanted[0] < len(option_cell))
    wish = np.zeros(len(who), np.uint8)
    for _ in range(_ROUNDS):
        cell, asked = np.empty(len(who), np.int64), np.empty(len(who), np.float32)
        for j in range(len(who)):
            k, first = U64(who[j]), wish[j]
            cell[j], asked[j] = option_cell[wanted[first, k]] + own_cell[k], score[first, k]
        _raise(floor, cell, asked, vacancies)
        who, wish = _above(wanted, score, option_cell, line, floor)
    return floor, who, wish


@compiled
def deferred_acceptance(
    wanted: Bytes,
    score: Floats,
    draw_key: Words,
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
    ends, taken = np.cumsum(vacancies), np.zeros_like(vacancies)
    holders, scores = np.empty(vacancies.sum(), np.intp), np.empty(vacancies.sum())
    floor, who, wish = _floors(wanted, score, option_cell, own_cell, vacancies)  # and then the weakest holder's score
    matched, asked = np.full(n, -1), np.zeros(n, np.uint8)
    asked[who] = wish
    for first in who:
        one = first
        while one >= 0:
            unseated = -1
            for choice in range(asked[one], limit):
                option = wanted[choice, one]
                if option >= len(option_cell):
                    break
                cell = option_cell[option] + own_cell[one]
                distinct = np.float64(score[choice, one]) + np.float64(draw_key[one] >> _S11) * 2.0**-83
                if distinct > floor[cell]:
                    start, end = ends[cell] - vacancies[cell], ends[cell]
                    if taken[cell] < vacancies[cell]:
                        _seat(taken[cell], one, distinct, holders[start:end], scores[start:end])
                        taken[cell] += 1
                    else:
                        unseated = _unseat(one, distinct, holders[start:end], scores[start:end])
                    if taken[cell] == vacancies[cell]:
                        floor[cell] = max(floor[cell], scores[start])
                    matched[one], asked[one] = cell, choice + 1
                    break
            one = unseated
            if one >= 0:
                matched[one] = -1
    return matched
