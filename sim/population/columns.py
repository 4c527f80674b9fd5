"""The population as columns: one NumPy array per attribute, one row per person. The order of rows means nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Any, Self, get_args, get_type_hints

import numpy as np
from numpy.typing import NDArray  # noqa: TC002  the schema is read from annotations

from sim.engine import arrays, lookup
from sim.engine.layout import Layout
from sim.vocabulary import Coded, Mode, Permit, Sex, Stage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike, DTypeLike

REGION = "region"
"""Unit of a column whose codes are regions of the world (0 is home)."""

FIELD, TIER = "field", "tier"
"""Units of columns whose codes are fields and tiers of the country."""

CODE = "code"
"""Unit of a column whose codes are one of the enums of `sim.vocabulary`."""

_BLOCK = 65_536  # people taken at a time


@dataclass(frozen=True)
class Column:
    """One attribute of a person. A column without a default must be given when people enter."""

    unit: str
    meaning: str
    default: float | None = None
    codes: type[Coded] | None = None
    name: str = ""
    dtype: DTypeLike = np.void


class Attributes:
    """What the columns hold, one array of shape (n,) each, declared once: type, unit, meaning, default, codes."""

    identity: Annotated[NDArray[np.int64], Column("number", "who the person is, the same under every policy")]
    draw_key: Annotated[NDArray[np.uint64], Column("hash", "the person's key to every draw")]
    origin: Annotated[NDArray[np.uint8], Column(REGION, "where the person comes from")]
    region: Annotated[NDArray[np.uint8], Column(REGION, "where the person is now")]
    field: Annotated[NDArray[np.uint8], Column(FIELD, "field of research")]
    tier: Annotated[NDArray[np.uint8], Column(TIER, "kind of home employer")]
    sex: Annotated[NDArray[np.uint8], Column(CODE, "sex", codes=Sex)]
    birth_year: Annotated[NDArray[np.int16], Column("year", "year of birth")]
    stage: Annotated[NDArray[np.uint8], Column(CODE, "stage of the career", codes=Stage)]
    degree_year: Annotated[NDArray[np.int16], Column("year", "year of the doctorate, 0 = none yet", 0)]
    degree_tier: Annotated[NDArray[np.uint8], Column(TIER, "kind of university that gave the doctorate")]
    degree_region: Annotated[NDArray[np.uint8], Column(REGION, "where the doctorate is from", 0)]
    start_year: Annotated[NDArray[np.int16], Column("year", "start of the present position, 0 = none", 0)]
    contract_end: Annotated[NDArray[np.int16], Column("year", "last year of the contract, 0 = open-ended", 0)]
    home_taste: Annotated[
        NDArray[np.float32], Column("log income", "taste for life in the own country, above the mean", 0)
    ]
    talent: Annotated[NDArray[np.float32], Column("log", "log of the quality of the person's work", 0)]
    drive: Annotated[NDArray[np.float32], Column("ratio", "productivity over the median person's", 1)]
    output: Annotated[NDArray[np.float32], Column("papers/year", "moving average of papers", 0)]
    ties_home: Annotated[NDArray[np.float32], Column("ties", "active ties at home", 0)]
    ties_abroad: Annotated[NDArray[np.float32], Column("ties", "active ties abroad", 0)]
    tie_region: Annotated[NDArray[np.uint8], Column(REGION, "where most ties abroad are", 0)]
    mode: Annotated[NDArray[np.uint8], Column(CODE, "how the person is abroad", Mode.NONE, Mode)]
    away_since: Annotated[NDArray[np.int16], Column("year", "first year of the present time abroad, 0 = not away", 0)]
    away_until: Annotated[
        NDArray[np.int16], Column("year", "last year away of one who keeps a home post, 0 = none kept", 0)
    ]
    years_abroad: Annotated[NDArray[np.float32], Column("years", "years spent abroad in all", 0)]
    post_kept: Annotated[NDArray[np.bool_], Column("yes/no", "a home post is kept while away", False)]
    programme: Annotated[NDArray[np.int16], Column("number", "programme that pays now, -1 = none", -1)]
    guaranteed: Annotated[NDArray[np.bool_], Column("yes/no", "a post on return is guaranteed", False)]
    funded: Annotated[
        NDArray[np.bool_], Column("yes/no", "a programme pays the home post, outside the employers' posts", False)
    ]
    candidate: Annotated[
        NDArray[np.bool_],
        Column("yes/no", "weighs a post at home this year from elsewhere and vanishes without one", False),
    ]
    partner: Annotated[NDArray[np.bool_], Column("yes/no", "lives with a partner", False)]
    child_born: Annotated[NDArray[np.int16], Column("year", "year the child was born, 0 = none", 0)]
    language: Annotated[NDArray[np.float32], Column("0-1", "command of the language needed to move", 0)]
    belief_home: Annotated[
        NDArray[np.float32], Column("probability", "perceived chance of a post at home for one who stays", 0)
    ]
    belief_away: Annotated[
        NDArray[np.float32], Column("probability", "perceived chance of a post at home for one who leaves", 0)
    ]
    benefit: Annotated[
        NDArray[np.float32], Column("log income", "yearly worth of the tax break, grant or research money held", 0)
    ]
    benefit_money: Annotated[
        NDArray[np.float32], Column("million/yr", "what that costs, research money apart, in the home currency", 0)
    ]
    research_money: Annotated[
        NDArray[np.float32], Column("million/yr", "research money that comes with it, in the home currency", 0)
    ]
    benefit_until: Annotated[NDArray[np.int16], Column("year", "last year of that benefit, 0 = never had one", 0)]
    stipend: Annotated[
        NDArray[np.uint8], Column("number", "which of the doctoral stipends the person draws, from 1; 0 = none", 0)
    ]
    working: Annotated[NDArray[np.bool_], Column("yes/no", "studies while employed", False)]
    on_leave: Annotated[
        NDArray[np.bool_], Column("yes/no", "studies here on leave from a post in the country of origin", False)
    ]
    early: Annotated[NDArray[np.bool_], Column("yes/no", "studied abroad before the doctorate", False)]
    permit: Annotated[NDArray[np.uint8], Column(CODE, "what lets a foreigner live at home", Permit.NONE, Permit)]
    permit_since: Annotated[NDArray[np.int16], Column("year", "first year of that permit, 0 = none", 0)]
    here_since: Annotated[
        NDArray[np.int16], Column("year", "first year of a foreigner's present time at home, 0 = not there", 0)
    ]
    returned_year: Annotated[NDArray[np.int16], Column("year", "year of the latest return, 0 = never", 0)]
    return_programme: Annotated[NDArray[np.int16], Column("number", "programme of the latest return, -1 = none", -1)]
    moves: Annotated[NDArray[np.uint8], Column("moves", "international moves so far", 0)]
    papers: Annotated[NDArray[np.float32], Column("papers", "papers so far", 0)]
    top10: Annotated[NDArray[np.float32], Column("papers", "papers so far among the most cited tenth", 0)]


def _schema() -> Iterator[Column]:
    for name, hint in get_type_hints(Attributes, include_extras=True).items():
        array, column = get_args(hint)
        yield replace(column, name=name, dtype=get_args(array)[0])


SCHEMA: tuple[Column, ...] = tuple(_schema())
"""Every column in order."""

COLUMN: dict[str, Column] = {column.name: column for column in SCHEMA}
"""The schema by name."""

LAYOUT = Layout({column.name: np.dtype(column.dtype) for column in SCHEMA})
"""How the columns lie in memory."""

over_people = LAYOUT.loop
"""Compile a loop over people: its first argument is annotated `Attributes` and called with `Columns`."""


_DEFAULTS = np.zeros((len(SCHEMA), 8), np.uint8)
for _row, _column in zip(_DEFAULTS, SCHEMA, strict=True):
    _row[: np.dtype(_column.dtype).itemsize] = np.array([_column.default or 0], _column.dtype).view(np.uint8)


class Columns(Attributes):
    """The columns of `SCHEMA` for n people, with spare room to grow.

    `columns.stage` is the live view of length n: write into it, or assign (`columns.stage = ...` writes the values).
    A view is good until the next `append`, `keep` or `drop`; take it again afterwards.
    """

    def __init__(self, capacity: int = 0) -> None:
        self.memory, self._store = LAYOUT.room(capacity)
        self._length = 0
        self._version = 0
        self._index: tuple[int, int, NDArray[np.int32]] | None = None

    def __len__(self) -> int:
        return self._length

    @property
    def capacity(self) -> int:
        """How many people there is room for."""
        return len(self.memory) // LAYOUT.width

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

    def append(self, **columns: ArrayLike) -> None:
        """Add people at the end: arrays of one length, or scalars for all of them; what has a default may be left out.

        Raises KeyError for an unknown name and ValueError for a missing column, unequal lengths or unfitting values.
        """
        for name in columns:
            if name not in COLUMN:
                raise KeyError(unknown(name))
        given = {name: fitting(name, values) for name, values in columns.items()}
        missing = [column.name for column in SCHEMA if column.default is None and column.name not in given]
        if missing:
            raise ValueError(f"people who enter need a value for {', '.join(missing)}.")
        lengths = {name: len(values) for name, values in given.items() if values.ndim}
        if len(set(lengths.values())) != 1:
            raise ValueError(f"the arrays must have one common length, not {lengths or 'scalars only'}.")
        self.enter(next(iter(lengths.values())), **given)

    def enter(self, number: int, **given: ArrayLike) -> int:
        """Add people at the end and give the row of the first: `append` for a caller who is trusted.

        given: arrays of that length and the column's type, or scalars. Every other column holds its default, or 0 where
        it has none: then the caller writes it.
        """
        start, end = self._length, self._length + number
        if end > self.capacity:
            self._grow(max(end, 2 * self.capacity))  # room that nobody has entered yet costs no memory
        arrays.fill_rows(self.memory, _DEFAULTS, LAYOUT.widths, start, number)
        for name, values in given.items():
            self._store[name][start:end] = values
        self._length = end
        return start

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
        arrays.drop_rows(self.memory, LAYOUT.widths, self._length, rows)
        self._length -= len(rows)
        self._version += 1

    def rows(self, identities: NDArray[np.int64]) -> NDArray[np.intp]:
        """The row of each identity, -1 where there is no such person. Raises ValueError for an identity held twice."""
        if self._index is None or self._index[:2] != (self._version, self._length):
            table, once = lookup.table_of(self.identity)
            if not once:
                raise ValueError("two people in the columns have the same identity.")
            self._index = (self._version, self._length, table)
        return lookup.rows_of(identities, self._index[2], self.identity)

    def few_rows(self, identities: NDArray[np.int64]) -> NDArray[np.intp]:
        """As `rows`, faster for few people; whether two people have the same identity is not checked."""
        return lookup.few_rows(identities, self.identity)

    def copy(self) -> Self:
        """An independent copy of the same people in the same state."""
        twin = type(self)(self.capacity)
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
        memory, larger = LAYOUT.room(capacity)
        for name, store in larger.items():
            store[: self._length] = self[name]
        self.memory, self._store = memory, larger


def blocks(length: int) -> Iterator[slice]:
    """Slices of that many people, at least one: kernels of several loops are faster on people whom the cache holds."""
    for start in range(0, max(length, 1), _BLOCK):
        yield slice(start, min(start + _BLOCK, length))


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
    array, dtype = np.asarray(values), LAYOUT.dtypes[name]
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
