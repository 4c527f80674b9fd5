"""Posts to applicants: deferred acceptance (Gale & Shapley 1962)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.engine.arithmetic import U64, ZERO
from sim.engine.arrays import where
from sim.engine.compiler import Booleans, Bytes, Floats, Rows, Words, compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

_S11 = U64(11)
_PIECE: Final = 5  # of a list of options: as many as the compiler keeps in the processor's registers
_ROUNDS: Final = 3  # of raising floors before anybody is seated; more cost more than they save


@compiled
def untied(score: np.float32, draw_key: np.uint64) -> float:
    """The score with ties broken by the draw key, by less than float32 resolves."""
    return np.float64(score) + np.float64(draw_key >> _S11) * 2.0**-83


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
    demand = np.zeros((cells, levels), np.int32)
    for k in range(len(score)):
        demand[cell[k], np.uint8((score[k] - low) * step)] += 1
    for c in range(cells):
        level, left = levels, vacancies[c]
        while left > 0 and level > 0:
            level -= 1
            left -= demand[c, level]
        if left <= 0 < vacancies[c]:
            floor[c] = max(floor[c], low + (level - 1) / step)


@compiled
def _floors(
    wanted: Bytes,
    score: Floats,
    option_cell: NDArray[np.int64],
    own_cell: NDArray[np.int64],
    vacancies: NDArray[np.int64],
    least: float,
) -> tuple[NDArray[np.float64], Rows, Bytes]:
    """A score in each cell that is never enough, at least `least`; who is above that of any wish, and the first such
    wish of each.

    Whoever is not above the floor of a wish asks for the next one, which raises floors again; after a few rounds hardly
    anybody is above a floor who will not get the post.
    """
    floor = np.where(vacancies > 0, least, np.inf)
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
    least: float = -np.inf,
) -> NDArray[np.int64]:
    """Applicant-proposing deferred acceptance (Gale & Shapley 1962) with many equal posts in a cell.

    Whoever has no seat asks for the next best one, as long as there is one to ask. An applicant who beats the weakest
    holder of a cell takes that seat, and the one unseated asks on. The outcome does not depend on who asks first.

    wanted: (asked, n) options, best first, from len(option_cell) on none. score: of them, ties broken by the draw key.
    The cell of an option is option_cell + own_cell. Nobody is seated who does not score above least. Returns the cell
    of each applicant, -1 without a post: the stable matching that is best for applicants, in whatever order of rows.
    """
    limit, n = wanted.shape
    ends, taken = np.cumsum(vacancies), np.zeros_like(vacancies)
    holders, scores = np.empty(vacancies.sum(), np.intp), np.empty(vacancies.sum())
    floor, who, wish = _floors(wanted, score, option_cell, own_cell, vacancies, least)
    # where all seats are taken, the floor is then the weakest holder's score
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
                distinct = untied(score[choice, one], draw_key[one])
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


@compiled
def best_of_each(score: Floats, draw_key: Words, group: Bytes, able: Booleans, places: NDArray[np.int64]) -> Booleans:
    """Who wins a place in their group: of the able ones the best by score, ties broken by the draw key; (n,).

    group: (n,) numbers below len(places), which are the places of each group.
    """
    won = np.zeros(len(score), np.bool_)
    for one in range(len(places)):
        queue = where(able & (group == one))
        if len(queue) <= places[one]:
            won[queue] = True
        elif places[one] > 0:
            distinct = np.empty(len(queue))
            for j in range(len(queue)):
                distinct[j] = untied(score[queue[j]], draw_key[queue[j]])
            cut = np.partition(distinct, len(queue) - places[one])[len(queue) - places[one]]
            for j in range(len(queue)):
                won[queue[j]] = distinct[j] >= cut
    return won


@compiled
def best_first(worth: Floats, limit: int) -> Bytes:
    """Everybody's options that are worth more than nothing, best first and of equals the first.

    worth: (options, n), used up. Returns shape (limit, n); after the last comes the number of options. One option after
    the other is put into a short list, best first, and those behind it move on; longer lists are made piece by piece.
    """
    (options, n), last = worth.shape, np.uint8(len(worth) - 1)
    best = np.full((limit + _PIECE, n), np.uint8(options))
    for start in range(0, limit, _PIECE):
        piece, most = best[start : start + _PIECE], np.zeros((_PIECE, n), np.float32)
        for option in range(options):
            number = np.uint8(option)  # as narrow as the array: a wider one would keep vector instructions out
            for i in range(n):
                value, name, found = worth[option, i], number, False
                for place in range(_PIECE):  # without a branch
                    held, holder = most[place, i], piece[place, i]
                    found |= value > held
                    most[place, i], piece[place, i] = value if found else held, name if found else holder
                    value, name = held if found else value, holder if found else name
        for place in range(_PIECE if start + _PIECE < limit else 0):
            for i in range(n):  # where nothing is left, the last option is worth nothing anyway
                worth[min(piece[place, i], last), i] = ZERO
    return best[:limit]
