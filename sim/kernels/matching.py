"""Posts to applicants: deferred acceptance (Gale & Shapley 1962)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels.arithmetic import U64, ZERO
from sim.kernels.compiler import Bytes, Floats, Rows, Words, compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

_S11 = U64(11)


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
            worth[min(best[choice, i], last), i] = ZERO
    return best


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
def _cutoffs(
    wanted: Bytes,
    score: Floats,
    option_cell: NDArray[np.int64],
    own_cell: NDArray[np.int64],
    vacancies: NDArray[np.int64],
) -> NDArray[np.float64]:
    """A score in each cell that is never enough: those who ask there first and score higher fill the posts.

    wanted, score: (n,) of everybody's first choice. Scores are counted by level, and a cutoff lies a level lower than
    it could, which is far more than rounding.
    """
    levels, cells = 256, len(vacancies)
    low, high = np.inf, -np.inf
    for k in range(len(score)):
        low, high = min(low, score[k]), max(high, score[k])
    step = (levels - 1) / max(high - low, 1.0)
    asking = np.zeros((cells, levels), np.int64)
    for k in range(len(score)):
        if wanted[k] < len(option_cell):
            asking[option_cell[wanted[k]] + own_cell[k], np.uint8((score[k] - low) * step)] += 1
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
    ends, taken = np.cumsum(vacancies), np.zeros_like(vacancies)
    holders, scores = np.empty(vacancies.sum(), np.intp), np.empty(vacancies.sum())
    floor = _cutoffs(wanted[0], score[0], option_cell, own_cell, vacancies)  # and then the weakest holder's score
    matched, asked = np.full(n, -1), np.zeros(n, np.int8)
    for first in range(n):
        who = first
        while who >= 0:
            unseated = -1
            for choice in range(asked[who], limit):
                option = wanted[choice, who]
                if option >= len(option_cell):
                    break
                cell = option_cell[option] + own_cell[who]
                distinct = np.float64(score[choice, who]) + np.float64(luck[who] >> _S11) * 2.0**-83
                if distinct > floor[cell]:
                    start, end = ends[cell] - vacancies[cell], ends[cell]
                    if taken[cell] < vacancies[cell]:
                        _seat(taken[cell], who, distinct, holders[start:end], scores[start:end])
                        taken[cell] += 1
                    else:
                        unseated = _unseat(who, distinct, holders[start:end], scores[start:end])
                    if taken[cell] == vacancies[cell]:
                        floor[cell] = max(floor[cell], scores[start])
                    matched[who], asked[who] = cell, choice + 1
                    break
            who = unseated
            if who >= 0:
                matched[who] = -1
    return matched
