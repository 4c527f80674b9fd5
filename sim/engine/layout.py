"""Columns of several types in one block of memory, and loops that take all of them as one record.

Passing an array to a compiled function costs a third of a microsecond and a record of forty-four arrays twenty. So a
loop over people is given the block, and opens in it the columns that it reads. Opening is written in the compiler's own
terms and the loop is inlined where it opens: both are compiled in half the time of slices, views and a call.
"""

from __future__ import annotations

import ast
import inspect
from collections import namedtuple
from functools import cache, cached_property, wraps
from linecache import getlines
from textwrap import dedent
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self, get_args, get_type_hints

import numba
import numpy as np
from numba.core import types
from numba.extending import intrinsic
from numba.np.arrayobj import make_array, populate_array

from sim.engine.compiler import Real, compiled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from numpy.typing import NDArray

LINE = 64
"""Bytes of a cache line; a capacity is a multiple of it, so that every column starts on one."""


class Record(Protocol):
    """Numbers by name, such as parameters, in float32.

    An argument of a loop that is annotated with it is given as a structured array of one element.
    """

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        """A number by name."""

    def __getitem__(self, index: int) -> Self:
        """The element, as a loop without a layout takes it."""


def record(**numbers: Real) -> Record:
    """Numbers by name in float32, as loops take them: a structured array of shape (1,), read only."""
    made = np.array([tuple(map(float, numbers.values()))], _type_of(tuple(numbers)))
    made.setflags(write=False)
    return made  # type: ignore[return-value]  # loops see its one element


@cache
def _type_of(names: tuple[str, ...]) -> np.dtype[np.void]:
    return np.dtype([(name, np.float32) for name in names])


class Block(Protocol):
    """What a loop over a layout is given: the memory and the number of rows in use."""

    memory: NDArray[np.uint8]

    def __len__(self) -> int:
        """The number of rows."""


class Table:
    """A block of fixed length whose columns are read as attributes; a subclass names its layout and annotates them."""

    layout: ClassVar[Layout]

    def __init__(self, rows: int) -> None:
        self.memory, self._rows = self.layout.memory(rows), rows

    def __len__(self) -> int:
        return self._rows

    def __getattr__(self, name: str) -> NDArray[Any]:
        if name not in self.layout.dtypes:
            raise AttributeError(f"{type(self).__name__} has no column {name!r}.")
        column = self.layout.column(self.memory, name)[: self._rows]
        vars(self)[name] = column
        return column


class Layout:
    """Which columns lie in a block, in order, each as long as the capacity."""

    def __init__(self, dtypes: Mapping[str, np.dtype[Any]]) -> None:
        self.dtypes = dict(dtypes)
        self.widths = np.array([dtype.itemsize for dtype in self.dtypes.values()])
        self.width = int(self.widths.sum())
        self._before, before = {}, 0
        for name, dtype in self.dtypes.items():
            self._before[name] = before
            before += dtype.itemsize
        self._opened: dict[tuple[str, ...], Callable[[NDArray[np.uint8], int], Any]] = {}

    @classmethod
    def of(cls, schema: type) -> Self:
        """The layout of the arrays that a class annotates, in order."""
        hints = get_type_hints(schema)
        return cls({name: np.dtype(get_args(hints[name])[0]) for name in schema.__annotations__})

    def memory(self, rows: int) -> NDArray[np.uint8]:
        """A block for at least so many rows, on a cache line."""
        capacity = -(-rows // LINE) * LINE
        memory = np.empty(capacity * self.width + LINE, np.uint8)
        start = -memory.__array_interface__["data"][0] % LINE  # NumPy's quickest word for where an array lies
        return memory[start : start + capacity * self.width]

    def column(self, memory: NDArray[np.uint8], name: str) -> NDArray[Any]:
        """A column of a block by name, as long as its capacity."""
        capacity, dtype = len(memory) // self.width, self.dtypes[name]
        start = capacity * self._before[name]
        return memory[start : start + capacity * dtype.itemsize].view(dtype)

    def room(self, rows: int) -> tuple[NDArray[np.uint8], dict[str, NDArray[Any]]]:
        """A block for at least so many rows, and its columns by name, as long as the capacity.

        One large piece, since NumPy asks the system for large pages from 4 MB on, and rows are looked up all over it.
        """
        memory = self.memory(rows)
        return memory, self.columns(memory)

    def columns(self, memory: NDArray[np.uint8]) -> dict[str, NDArray[Any]]:
        """The columns of a block by name, as long as its capacity."""
        return {name: self.column(memory, name) for name in self.dtypes}

    def opened(self, names: Iterable[str]) -> Callable[[NDArray[np.uint8], int], Any]:
        """What a compiled function calls with a block and a number of rows to have these columns as one record.

        The columns borrow the memory of the block and do not keep it.
        """
        used = tuple(name for name in self.dtypes if name in set(names))
        if used not in self._opened:
            self._opened[used] = self._opening(used)
        return self._opened[used]

    def _opening(self, used: tuple[str, ...]) -> Callable[[NDArray[np.uint8], int], Any]:
        taken = [(self._before[name], self.dtypes[name].itemsize) for name in used]
        kinds = [types.Array(numba.from_dtype(self.dtypes[name]), 1, "C") for name in used]
        columns = types.NamedTuple(kinds, namedtuple("Columns", used))  # type: ignore[no-untyped-call]

        def opening(_context: Any, memory: types.Array, rows: types.Integer) -> Any:  # noqa: ANN401  Numba's own objects, without types
            def build(context: Any, builder: Any, _signature: Any, given: Any) -> Any:  # noqa: ANN401
                block = make_array(memory)(context, builder, given[0])  # type: ignore[no-untyped-call]
                capacity, made = builder.udiv(block.nitems, block.nitems.type(self.width)), []
                for (before, size), kind in zip(taken, kinds, strict=True):
                    column = make_array(kind)(context, builder)  # type: ignore[no-untyped-call]
                    start = builder.gep(block.data, [builder.mul(capacity, capacity.type(before))])
                    data, each = builder.bitcast(start, column.data.type), context.get_constant(types.intp, size)
                    shape, strides = [given[1]], [each]
                    populate_array(column, data, shape, strides, each, None)  # type: ignore[no-untyped-call]
                    made.append(column._getvalue())  # noqa: SLF001
                return context.make_tuple(builder, columns, made)

            return columns(memory, rows), build

        return intrinsic(opening)  # type: ignore[return-value]

    def loop[**P, R](self, function: Callable[P, R]) -> Callable[P, R]:
        """Compile a loop whose first argument is the record of columns: it is called with what holds the block.

        The loop may read and write the columns (`people.stage[i]`) and their length (`len(people.stage)`); it hands
        single numbers on to rules, not the record, and gives back no column. An argument annotated `Record` is given
        as an array of one element. Raises AttributeError where it reads a column that the layout does not have.
        """
        return _called(_Loop(self, function, {}))

    def beside[**P, R](self, **others: Layout) -> Callable[[Callable[P, R]], Callable[P, R]]:
        """As `loop`, of a loop that takes further blocks: the arguments of these names, each of its own layout."""
        return lambda function: _called(_Loop(self, function, others))


class _Loop:
    """A loop over a layout, compiled at the first call."""

    def __init__(self, layout: Layout, function: Callable[..., Any], others: Mapping[str, Layout]) -> None:
        self.layout, self.function, self.others = layout, function, others

    @cached_property
    def compiled(self) -> Callable[..., Any]:
        """The compiled loop, called with the memory and the number of rows in place of the record."""
        first, *others = inspect.signature(self.function).parameters.values()
        scope: dict[str, Any] = {
            "__name__": self.function.__module__,
            "inner": numba.njit(error_model="numpy", inline="always")(self.function),
            "opened": self.layout.opened(self._read(first.name, self.layout)),
        }
        taken, given = ["memory_", "length_"], ["opened(memory_, length_)"]
        for parameter in others:
            name = parameter.name
            if name in self.others:
                scope[f"opened_{name}"] = self.others[name].opened(self._read(name, self.others[name]))
                taken += [name, f"_rows_of_{name}"]
                given.append(f"opened_{name}({name}, _rows_of_{name})")
            else:
                taken.append(name)
                given.append(f"{name}[0]" if parameter.annotation in ("Record", Record) else name)
        source = f"def {self.function.__name__}({', '.join(taken)}):\n    return inner({', '.join(given)})"
        exec(source, scope)  # noqa: S102  text made of names of this function
        return compiled(scope[self.function.__name__], self.function)

    def _read(self, record: str, layout: Layout) -> set[str]:
        """The columns that the function reads of a block."""
        code = self.function.__code__
        lines = getlines(code.co_filename)[code.co_firstlineno - 1 :]
        source = "".join(inspect.getblock(lines))  # `getsource` would look through every module that is loaded
        tree = ast.parse(dedent(source))
        read = {
            node.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == record
        }
        if unknown := sorted(read - set(layout.dtypes)):
            raise AttributeError(f"{self.function.__name__} reads {', '.join(unknown)}, which no column is called.")
        return read


def _called(loop: _Loop) -> Callable[..., Any]:
    """What a loop is called by: it hands on the memory and the length of blocks, and other arguments as they are.

    Written out for the arguments of the loop, since a year calls a hundred loops, most of which end in microseconds.
    """
    names = list(inspect.signature(loop.function).parameters)
    blocks = {names[0], *loop.others}
    given = [f"{name}.memory, len({name})" if name in blocks else name for name in names]
    name = loop.function.__name__
    scope: dict[str, Any] = {"loop": loop, "__name__": loop.function.__module__}
    exec(f"def {name}({', '.join(names)}):\n    return loop.compiled({', '.join(given)})", scope)  # noqa: S102  as above
    return wraps(loop.function)(scope[name])
