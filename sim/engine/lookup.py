"""Finding rows by a number that each of them has: an open-addressing hash table over a column of whole numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.engine.arithmetic import U64
from sim.engine.compiler import Rows, compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

_GOLDEN: Final = U64(0x9E3779B97F4A7C15)  # 2^64 over the golden ratio: spreads neighbours (Knuth 1998, vol. 3, 6.4)
_WORD: Final = 64  # bits
_FREE: Final = np.int32(-1)
_SPARSE: Final = 8  # times as many places as numbers: nearly all others find a free one at once


@compiled
def table_of(numbers: NDArray[np.int64]) -> tuple[NDArray[np.int32], bool]:
    """A table to find rows in, at most half full, and whether every number stands there once."""
    bits = 1
    while (1 << bits) < 2 * len(numbers):
        bits += 1
    slots, shift, last = np.full(1 << bits, _FREE, np.int32), U64(_WORD - bits), U64((1 << bits) - 1)
    for row in range(len(numbers)):
        place = U64(numbers[row]) * _GOLDEN >> shift
        while slots[place] != _FREE:
            if numbers[slots[place]] == numbers[row]:
                return slots, False
            place = place + U64(1) & last
        slots[place] = row
    return slots, True


@compiled
def rows_of(wanted: NDArray[np.int64], slots: NDArray[np.int32], numbers: NDArray[np.int64]) -> Rows:
    """The row of each number that is wanted, -1 where there is none. slots: the table of the numbers."""
    shift, last = U64(_WORD), U64(len(slots) - 1)
    while (1 << (U64(_WORD) - shift)) < len(slots):
        shift -= U64(1)
    found = np.full(len(wanted), -1, np.intp)
    for k in range(len(wanted)):
        place = U64(wanted[k]) * _GOLDEN >> shift
        while slots[place] != _FREE:
            if numbers[slots[place]] == wanted[k]:
                found[k] = slots[place]
                break
            place = place + U64(1) & last
    return found


@compiled
def few_rows(wanted: NDArray[np.int64], numbers: NDArray[np.int64]) -> Rows:
    """As `rows_of`, without a table of all numbers: each is looked up among the few that are wanted.

    Of a number that stands in several rows the last.
    """
    first, bits = np.empty(len(wanted), np.intp), 1
    while (1 << bits) < _SPARSE * len(wanted):
        bits += 1
    slots, shift, last = np.full(1 << bits, _FREE, np.int32), U64(_WORD - bits), U64((1 << bits) - 1)
    for k in range(len(wanted)):
        place = U64(wanted[k]) * _GOLDEN >> shift
        while slots[place] != _FREE and wanted[slots[place]] != wanted[k]:
            place = place + U64(1) & last
        if slots[place] == _FREE:
            slots[place] = k
        first[k] = slots[place]
    found = np.full(len(wanted), -1, np.intp)
    for row in range(len(numbers)):
        place = U64(numbers[row]) * _GOLDEN >> shift
        while slots[place] != _FREE:
            if wanted[slots[place]] == numbers[row]:
                found[slots[place]] = row
                break
            place = place + U64(1) & last
    return found[first]
