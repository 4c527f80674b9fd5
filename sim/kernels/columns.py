"""Columns: the rows where something holds, and rows that change places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.kernels.compiler import Booleans, Rows, compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

_WORD: Final = 8  # bytes
HOME: Final = 0  # code of the focal country, by definition of the columns


@compiled
def where(mask: Booleans) -> Rows:
    """Rows where the mask holds, as `np.flatnonzero`, but as fast where nobody can tell which will be next.

    Without a branch in the loops. First comes where any of eight rows holds, eight bytes read as one word: most masks
    hold in few rows. Where they hold in many, all rows are looked at.
    """
    n, found = len(mask), 0
    words = mask[: n // _WORD * _WORD].view(np.uint64)
    starts, filled = np.empty(len(words) + 1, np.intp), 0
    for word in range(len(words)):
        starts[filled] = word * _WORD
        filled += words[word] != 0
    if 2 * filled > len(words):
        rows = np.empty(n, np.intp)
        for i in range(n):
            rows[found] = i
            found += mask[i]
        return rows[:found]
    rows = np.empty((filled + 1) * _WORD, np.intp)
    for start in starts[:filled]:
        for i in range(start, start + _WORD):
            rows[found] = i
            found += mask[i]
    for i in range(len(words) * _WORD, n):  # the rest
        rows[found] = i
        found += mask[i]
    return rows[:found]


@compiled
def counted(kind: NDArray[np.uint16], kinds: int) -> NDArray[np.int64]:
    """How many are of each kind. Four counters take turns: one that was just written is slow to read again."""
    found = np.zeros((4, kinds), np.int64)
    for i in range(len(kind)):
        found[i & 3, kind[i]] += 1
    return found.sum(axis=0)


@compiled
def either[T: np.generic](mask: Booleans, yes: NDArray[T], no: NDArray[T]) -> NDArray[T]:
    """One or the other of each pair, as `np.where`, but as fast where nobody can tell which will be next."""
    out = np.empty_like(yes)
    for k in range(len(mask)):
        out[k] = yes[k] if mask[k] else no[k]
    return out


@compiled
def one_of[T: np.generic](mask: Booleans, yes: T, no: T) -> NDArray[T]:
    """One or the other number, as `np.where`."""
    both = np.array([no, yes])
    out = np.empty(len(mask), both.dtype)
    for k in range(len(mask)):
        out[k] = both[np.uint8(mask[k])]
    return out


@compiled
def move_rows[T: np.unsignedinteger](column: NDArray[T], free: Rows, movers: Rows) -> None:
    """`Columns.drop`: the values of the movers go to the free places."""
    for k in range(len(free)):
        column[free[k]] = column[movers[k]]
