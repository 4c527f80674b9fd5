"""Columns: the rows where something holds, and rows that change places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.engine.arithmetic import U64, exp, log
from sim.engine.compiler import AHEAD, Booleans, Bytes, Floats, Rows, compiled, fetch

if TYPE_CHECKING:
    from numpy.typing import NDArray

_WORD: Final = 8  # bytes, and bits of a byte
_EACH, _LAST = U64(0x0101010101010101), U64(255)  # a one in each byte, and all bits of the last
_BYTE, _ALL_BUT_ONE = U64(8), U64(56)  # bits
HOME: Final = 0  # code of the focal country, by definition of the columns


@compiled
def _put(rows: Rows, found: np.uint64, word: np.uint64, start: int) -> np.uint64:
    """Note which of eight rows hold, those being the bytes of the word from the lowest; returns how many are found now.

    Without a branch: every row is written where it would stand, and those that do not hold are written over by the next
    one. One product adds up the bytes before each.
    """
    up_to = word * _EACH
    before = up_to << _BYTE
    for i in range(_WORD):
        rows[found + (before >> U64(_WORD * i) & _LAST)] = start + i
    return found + (up_to >> _ALL_BUT_ONE)


@compiled
def where(mask: Booleans) -> Rows:
    """Rows where the mask holds, as `np.flatnonzero`, but as fast where nobody can tell which will be next.

    First comes where any of eight rows holds, eight bytes read as one word: most masks hold in few rows.
    """
    words = mask[: len(mask) // _WORD * _WORD].view(np.uint64)
    some, filled = np.empty(len(words) + 1, np.uint32), 0  # narrow: less to write
    for word in range(len(words)):
        some[U64(filled)] = word
        filled += words[word] != 0
    rows, found = np.empty((filled + 1) * _WORD, np.intp), U64(0)
    for word in some[:filled]:
        found = _put(rows, found, words[word], word * _WORD)
    for i in range(len(words) * _WORD, len(mask)):  # the rest
        rows[found] = i
        found += U64(mask[i])
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
def look_up[T: np.generic](column: NDArray[T], rows: Rows) -> NDArray[T]:
    """`column[rows]`, faster where many rows lie far apart in a long column: memory is asked ahead for them."""
    found, last = np.empty(len(rows), column.dtype), len(rows) - 1
    for k in range(len(rows)):
        fetch(column, rows[min(k + AHEAD, last)])
        found[k] = column[U64(rows[k])]
    return found


@compiled
def _fill[T: np.unsignedinteger](column: NDArray[T], free: Rows, movers: Rows) -> None:
    """The values of the movers go to the free places."""
    last = len(free) - 1
    for k in range(len(free)):
        fetch(column, free[min(k + AHEAD, last)])
        column[U64(free[k])] = column[U64(movers[k])]


@compiled
def drop_rows(memory: Bytes, widths: NDArray[np.int64], length: int, rows: Rows) -> None:
    """`Columns.drop`: the last of `length` rows of each column in a block go to the places that fall free.

    widths: bytes of one element of each column, in the order in which they lie in the block. rows: rising, none twice.
    """
    left = length - len(rows)
    gaps = 0  # places below the new end; the other rows that go lie at the end and are simply cut off
    while gaps < len(rows) and rows[gaps] < left:
        gaps += 1
    free, movers, found, gone = rows[:gaps], np.empty(gaps, np.intp), 0, gaps
    for row in range(left, length):
        if gone < len(rows) and rows[gone] == row:
            gone += 1
        else:
            movers[found] = row
            found += 1
    capacity, start = len(memory) // widths.sum(), 0
    for width in widths:
        column = memory[start : start + capacity * width]
        start += capacity * width
        if width == 1:
            _fill(column, free, movers)
        elif width == 2:
            _fill(column.view(np.uint16), free, movers)
        elif width == 4:
            _fill(column.view(np.uint32), free, movers)
        else:
            _fill(column.view(np.uint64), free, movers)


@compiled
def _repeat[T: np.unsignedinteger](value: NDArray[T], column: NDArray[T]) -> None:
    """One value in a whole column."""
    for row in range(len(column)):
        column[row] = value[0]


@compiled
def fill_rows(memory: Bytes, values: NDArray[np.uint8], widths: NDArray[np.int64], start: int, number: int) -> None:
    """`Columns.enter`: in each column of a block, one value for `number` rows from the row `start` on.

    widths: bytes of one element of each column, in the order in which they lie in the block. values: (columns, 8), one
    element of each in its first bytes.
    """
    capacity, before = len(memory) // widths.sum(), 0
    for column, width in enumerate(widths):
        rows, value = memory[capacity * before + start * width :][: number * width], values[column]
        before += width
        if width == 1:
            _repeat(value, rows)
        elif width == 2:
            _repeat(value.view(np.uint16), rows.view(np.uint16))
        elif width == 4:
            _repeat(value.view(np.uint32), rows.view(np.uint32))
        else:
            _repeat(value.view(np.uint64), rows.view(np.uint64))


@compiled
def logarithm(x: Floats) -> Floats:
    """Natural logarithm of each positive number, to the same bits on every machine."""
    out = np.empty(len(x), np.float32)
    for k in range(len(x)):
        out[k] = log(x[k])
    return out


@compiled
def exponential(x: Floats) -> Floats:
    """Exponential of each number, to the same bits on every machine."""
    out = np.empty(len(x), np.float32)
    for k in range(len(x)):
        out[k] = exp(x[k])
    return out
