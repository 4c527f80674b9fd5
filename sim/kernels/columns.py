"""Columns: the rows where something holds, and rows that change places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.kernels.compiler import Booleans, Rows, compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

HOME: Final = 0  # code of the focal country, by definition of the columns


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
