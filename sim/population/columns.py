"""The population as columns: one NumPy array per attribute, one row per person. The order of rows means nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from sim.engine import arrays
from sim.vocabulary import Coded, Field, Mode, Sex, Stage, Tier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike, DTypeLike, NDArray

REGION = "region"
"""Unit of a column whose codes are regions of the world (0 is home)."""

CODE = "code"
"""Unit of a column whose codes are one of the enums of `sim.vocabulary`."""

_BLOCK = 65_536  # people taken at a time
_LINE = 64  # bytes of a cache line


@dataclass(frozen=True)
class Column:
    """One attribute of a person. A column without a default must be given when people enter."""

    name: str
    dtype: DTypeLike
    unit: str
    meaning: str
    default: float | None = None
    codes: type[Coded] | None = None


SCHEMA: tuple[Column, ...] = (
    Column("identity", np.int64, "number", "who the person is, the same under every policy"),
    Column("draw_key", np.uint64, "hash", "the person's key to every draw"),
    Column("origin", np.uint8, REGION, "where the person comes from"),
    Column("region", np.uint8, REGION, "where the person is now"),
    Column("field", np.uint8, CODE, "field of research", codes=Field),
    Column("tier", np.uint8, CODE, "kind of home employer", Tier.NONE, Tier),
    Column("sex", np.uint8, CODE, "sex", codes=Sex),
    Column("birth_year", np.int16, "year", "year of birth"),
    Column("stage", np.uint8, CODE, "stage of the career", codes=Stage),
    Column("degree_year", np.int16, "year", "year of the doctorate, 0 = none yet", 0),
    Column("degree_tier", np.uint8, CODE, "kind of university that gave the doctorate", Tier.NONE, Tier),
    Column("degree_region", np.uint8, REGION, "where the doctorate is from", 0),
    Column("start_year", np.int16, "year", "start of the present position, 0 = none", 0),
    Column("contract_end", np.int16, "year", "last year of the contract, 0 = open-ended", 0),
    Column("home_taste", np.float32, "log income", "taste for life in the own country, above the mean", 0),
    Column("talent", np.float32, "log", "log of the quality of the person's work", 0),
    Column("drive", np.float32, "ratio", "productivity over the median person's", 1),
    Column("output", np.float32, "papers/year", "moving average of papers", 0),
    Column("ties_home", np.float32, "ties", "active ties at home", 0),
    Column("ties_abroad", np.float32, "ties", "active ties abroad", 0),
    Column("tie_region", np.uint8, REGION, "where most ties abroad are", 0),
    Column("mode", np.uint8, CODE, "how the person is abroad", Mode.NONE, Mode),
    Column("away_since", np.int16, "year", "first year of the present time abroad, 0 = not away", 0),
    Column("away_until", np.int16, "year", "last year away of one who keeps a home post, 0 = none kept", 0),
    Column("years_abroad", np.float32, "years", "years spent abroad in all", 0),
    Column("post_kept", np.bool_, "yes/no", "a home post is kept while away", False),
    Column("programme", np.int16, "number", "programme that pays now, -1 = none", -1),
    Column("guaranteed", np.bool_, "yes/no", "a post on return is guaranteed", False),
    Column("funded", np.bool_, "yes/no", "a programme pays the home post, outside the employers' posts", False),
    Column(
        "candidate",
        np.bool_,
        "yes/no",
        "weighs a post at home this year from elsewhere and vanishes without one",
        False,
    ),
    Column("partner", np.bool_, "yes/no", "lives with a partner", False),
    Column("child_born", np.int16, "year", "year the child was born, 0 = none", 0),
    Column("language", np.float32, "0-1", "command of the language needed to move", 0),
    Column("belief_home", np.float32, "probability", "perceived chance of a post at home for one who stays", 0),
    Column("belief_away", np.float32, "probability", "perceived chance of a post at home for one who leaves", 0),
    Column("stipend", np.bool_, "yes/no", "draws a doctoral stipend", False),
    Column("working", np.bool_, "yes/no", "studies while employed", False),
    Column("on_leave", np.bool_, "yes/no", "studies here on leave from a post in the country of origin", False),
    Column("early", np.bool_, "yes/no", "studied abroad before the doctorate", False),
    Column("returned_year", np.int16, "year", "year of the latest return, 0 = never", 0),
    Column("return_programme", np.int16, "number", "programme of the latest return, -1 = none", -1),
    Column("moves", np.uint8, "moves", "international moves so far", 0),
    Column("papers", np.float32, "papers", "papers so far", 0),
    Column("top10", np.float32, "papers", "papers so far among the most cited tenth", 0),
)


class Columns:
    """The columns of `SCHEMA` for n people, with spare room to grow.

    `columns.stage` is the live view of length n: write into it, or assign (`columns.stage = ...` writes the values).
    A view is good until the next `append`, `keep` or `drop`; take it again afterwards.
    """

    identity: NDArray[np.int64]
    draw_key: NDArray[np.uint64]
    origin: NDArray[np.uint8]
    region: NDArray[np.uint8]
    field: NDArray[np.uint8]
    tier: NDArray[np.uint8]
    sex: NDArray[np.uint8]
    birth_year: NDArray[np.int16]
    stage: NDArray[np.uint8]
    degree_year: NDArray[np.int16]
    degree_tier: NDArray[np.uint8]
    degree_region: NDArray[np.uint8]
    start_year: NDArray[np.int16]
    contract_end: NDArray[np.int16]
    home_taste: NDArray[np.float32]
    talent: NDArray[np.float32]
    drive: NDArray[np.float32]
    output: NDArray[np.float32]
    ties_home: NDArray[np.float32]
    ties_abroad: NDArray[np.float32]
    tie_region: NDArray[np.uint8]
    mode: NDArray[np.uint8]
    away_since: NDArray[np.int16]
    away_until: NDArray[np.int16]
    years_abroad: NDArray[np.float32]
    post_kept: NDArray[np.bool_]
    programme: NDArray[np.int16]
    guaranteed: NDArray[np.bool_]
    funded: NDArray[np.bool_]
    candidate: NDArray[np.bool_]
    partner: NDArray[np.bool_]
    child_born: NDArray[np.int16]
    language: NDArray[np.float32]
    belief_home: NDArray[np.float32]
    belief_away: NDArray[np.float32]
    stipend: NDArray[np.bool_]
    working: NDArray[np.bool_]
    on_leave: NDArray[np.bool_]
    early: NDArray[np.bool_]
    returned_year: NDArray[np.int16]
    return_programme: NDArray[np.int16]
    moves: NDArray[np.uint8]
    papers: NDArray[np.float32]
    top10: NDArray[np.float32]

    def __init__(self, capacity: int = 0) -> None:
        self._store = _room(capacity)
        self._length = 0
        self._capacity = capacity
        self._version = 0
        self._index: tuple[int, int, NDArray[np.intp], NDArray[np.int64]] | None = None

    def __len__(self) -> int:
        return self._length

    @property
    def version(self) -> int:
        """Grows whenever rows move, that is whenever `keep` or `drop` drops somebody."""
        return self._version

    def __getitem__(self, name: str) -> NDArray[Any]:
        """The live view of a column by name. Raises KeyError with the nearest valid name."""
        try:
            return self._store[name][: self._length]
        except KeyError:
            raise KeyError(unknown(name)) from None

    def __setitem__(self, name: str, values: ArrayLike) -> None:
        self[name][:] = fitting(name, values)

    def blocks(self) -> Iterator[slice]:
        """Everyone, some at a time: see `blocks`."""
        return blocks(self._length)

    def append(self, **arrays: ArrayLike) -> None:
        """Add people at the end: arrays of one length, or scalars for all of them; what has a default may be left out.

        Raises KeyError for an unknown name and ValueError for a missing column, unequal lengths or unfitting values.
        """
        for name in arrays:
            if name not in COLUMN:
                raise KeyError(unknown(name))
        given = {name: fitting(name, values) for name, values in arrays.items()}
        missing = [column.name for column in SCHEMA if column.default is None and column.name not in given]
        if missing:
            raise ValueError(f"people who enter need a value for {', '.join(missing)}.")
        lengths = {name: len(values) for name, values in given.items() if values.ndim}
        if len(set(lengths.values())) != 1:
            raise ValueError(f"the arrays must have one common length, not {lengths or 'scalars only'}.")
        start, end = self._length, self._length + next(iter(lengths.values()))
        if end > self._capacity:
            self._grow(max(end, 2 * self._capacity))  # room that nobody has entered yet costs no memory
        for name, store in self._store.items():
            store[start:end] = given[name] if name in given else COLUMN[name].default
        self._length = end

    def keep(self, mask: NDArray[np.bool_]) -> None:
        """Drop everyone outside the mask; those who stay keep their order."""
        if mask.dtype != np.bool_ or mask.shape != (self._length,):
            raise ValueError(f"keep needs a boolean mask of length {self._length}, not {mask.dtype} {mask.shape}.")
        rows = np.flatnonzero(mask)
        if len(rows) == self._length:
            return
        for name, store in self._store.items():
            store[: len(rows)] = self[name][rows]
        self._length = len(rows)
        self._version += 1

    def drop(self, rows: NDArray[np.intp]) -> None:
        """Drop the people in these rows (rising, none twice); the last people move into the places that fall free.

        Much cheaper than `keep` when few go, but who moves loses the place in the order.
        """
        if not len(rows):
            return
        left = self._length - len(rows)
        free = rows[rows < left]
        moves = np.ones(len(rows), np.bool_)
        moves[rows[len(free) :] - left] = False
        movers = np.flatnonzero(moves) + left
        for store in self._store.values():
            arrays.move_rows(store.view(f"u{store.itemsize}"), free, movers)  # one kernel for all types of a width
        self._length = left
        self._version += 1

    def rows(self, identities: NDArray[np.int64]) -> NDArray[np.intp]:
        """The row of each identity, -1 where there is no such person. Raises ValueError for an identity held twice."""
        if self._index is None or self._index[:2] != (self._version, self._length):
            order = np.argsort(self.identity, kind="stable")
            ranked = self.identity[order]
            if (ranked[1:] == ranked[:-1]).any():
                raise ValueError("two people in the columns have the same identity.")
            self._index = (self._version, self._length, order, ranked)
        order, ranked = self._index[2:]
        if not self._length:
            return np.full(len(identities), -1, dtype=np.intp)
        place = np.searchsorted(ranked, identities).clip(max=self._length - 1)
        return np.where(ranked[place] == identities, order[place], -1)

    def copy(self) -> Self:
        """An independent copy of the same people in the same state."""
        twin = type(self)(self._capacity)
        for name, store in twin._store.items():  # noqa: SLF001
            store[: self._length] = self[name]
        twin._length = self._length  # noqa: SLF001
        twin._version = self._version  # noqa: SLF001
        return twin

    def equals(self, other: Columns) -> bool:
        """Whether both hold the same bits in every column, missing values and signs of zero included."""
        return len(self) == len(other) and all(self[name].tobytes() == other[name].tobytes() for name in self._store)

    def fingerprint(self) -> str:
        """SHA-256 (hex) of every column's name, type and bits."""
        digest = hashlib.sha256()
        for column in SCHEMA:
            digest.update(f"{column.name}:{np.dtype(column.dtype).str}:{self._length};".encode())
            digest.update(self[column.name].data)
        return digest.hexdigest()

    def _grow(self, capacity: int) -> None:
        larger = _room(capacity)
        for name, store in larger.items():
            store[: self._length] = self[name]
        self._store, self._capacity = larger, capacity


def _room(capacity: int) -> dict[str, NDArray[Any]]:
    """Columns for so many people, side by side in one piece of memory.

    One large piece, since NumPy asks the system for large pages from 4 MB on, and people are looked up all over it.
    """
    widths = {name: capacity * dtype.itemsize for name, dtype in _DTYPE.items()}
    lines = {name: -(-width // _LINE) * _LINE for name, width in widths.items()}  # every column starts on a cache line
    memory = np.empty(sum(lines.values()) + _LINE, np.uint8)
    start = -memory.ctypes.data % _LINE
    room = {}
    for name, dtype in _DTYPE.items():
        room[name] = memory[start : start + widths[name]].view(dtype)
        start += lines[name]
    return room


def blocks(length: int) -> Iterator[slice]:
    """Slices of that many people, at least one: kernels of several loops are faster on people whom the cache holds."""
    for start in range(0, max(length, 1), _BLOCK):
        yield slice(start, min(start + _BLOCK, length))


COLUMN: dict[str, Column] = {column.name: column for column in SCHEMA}
"""The schema by name."""

_DTYPE: dict[str, np.dtype[Any]] = {column.name: np.dtype(column.dtype) for column in SCHEMA}


def _view(name: str) -> property:
    def read(self: Columns) -> NDArray[Any]:
        return self._store[name][: self._length]  # as by name, without a look for a wrong one

    def write(self: Columns, values: ArrayLike) -> None:
        self[name] = values

    return property(read, write, doc=COLUMN[name].meaning)


for _column in SCHEMA:
    setattr(Columns, _column.name, _view(_column.name))


def unknown(name: str) -> str:
    """The sentence for a column that does not exist, with the nearest one that does."""
    near = get_close_matches(name, COLUMN, n=1)
    return f"there is no column {name!r}" + (f"; did you mean {near[0]!r}?" if near else ".")


def fitting(name: str, values: ArrayLike) -> NDArray[Any]:
    """The values in the column's type. Raises ValueError where that would truncate or wrap, or they are not one row."""
    array, dtype = np.asarray(values), _DTYPE[name]
    if array.ndim > 1:
        raise ValueError(f"column {name!r} takes one value per person, not an array of shape {array.shape}.")
    if array.dtype == dtype:
        return array
    allowed = {"b": "b", "f": "fiub"}.get(dtype.kind, "iub")
    if array.dtype.kind not in allowed:
        raise ValueError(f"column {name!r} holds {dtype}; {array.dtype} values would be changed.")
    if dtype.kind in "iu" and array.size:
        bounds = np.iinfo(dtype)
        low, high = int(array.min()), int(array.max())
        if low < bounds.min or high > bounds.max:
            raise ValueError(f"column {name!r} holds {bounds.min} to {bounds.max}, not {low} to {high}.")
    return array.astype(dtype)
