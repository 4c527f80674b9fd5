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
    hold in few rows.
    """
    rows, found = np.empty(len(mask), np.intp), 0
    whole = len(mask) // _WORD * _WORD
    words = mask[:whole].view(np.uint64)
    starts, filled = np.empty(len(words) + 1, np.intp), 0
    for word in range(len(words)):
        starts[filled] = word * _WORD
        filled += words[word] != 0
    starts[filled] = whole  # and the rest
    for start in starts[: filled + 1]:
        part = mask[start : start + _WORD]
        for i in range(len(part)):
            rows[found] = start + i
            found += part[i]
    return rows[:found].copy()


@compiled
def move_rows[T: np.unsignedinteger](column: NDArray[T], free: Rows, movers: Rows) -> None:
    """`Columns.drop`: the values of the movers go to the free places."""
    for k in range(len(free)):
        column[free[k]] = column[movers[k]]
