"""The compiler of the loops, and the types of what they take.

Numba keeps compiled code on disk, and tells by the one file a loop stands in whether it is out of date. The code of a
loop holds that of every rule it calls and every constant it reads. So here it is out of date as soon as its file
changes, or any file of the same package that this one imports, directly or through others.
"""

from __future__ import annotations

import hashlib
import re
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numba
import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba.core import types
from numba.core.caching import FunctionCache
from numba.extending import intrinsic, register_jitable
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable

Booleans = NDArray[np.bool_]
Bytes = NDArray[np.uint8]
Shorts = NDArray[np.int16]
Floats = NDArray[np.float32]
Words = NDArray[np.uint64]
Rows = NDArray[np.intp]

Real = float | np.floating[Any]
Whole = int | np.integer[Any]
Truth = bool | np.bool_
"""What a rule takes and gives: plain numbers, or one element of an array."""

_IMPORTS: Final = re.compile(r"^(?:from ([\w.]+) import (\([^)]*\)|[^\n]+)|import ([\w.]+))", re.MULTILINE)


@cache
def _source(module: str) -> bytes:
    """SHA-256 of a module's file and of those in its package that it imports, directly or through others.

    Imports that only a type checker sees are indented, and left out.
    """
    package, known, waiting = module.partition(".")[0], dict[str, bytes](), [module]
    while waiting:
        name = waiting.pop()
        file = getattr(sys.modules.get(name), "__file__", None)
        if name in known or file is None:
            continue
        known[name] = Path(file).read_bytes()
        for origin, names, whole in _IMPORTS.findall(known[name].decode()):
            found = (whole, origin, *(f"{origin}.{part}" for part in re.findall(r"\w+", names)))
            waiting += [other for other in found if other.partition(".")[0] == package]
    return hashlib.sha256(b"".join(known[name] for name in sorted(known))).digest()


class _Kept(FunctionCache):
    """Code of one loop on disk, to be found under the source that it depends on."""

    def _index_key(self, *of_rule: object) -> tuple[object, ...]:
        return (*super()._index_key(*of_rule), _source(self._py_func.__module__))  # type: ignore[no-untyped-call]

    def load_overload(self, *asked: object) -> object:
        """The code of one signature, or None where it is not kept, after saying so."""
        found = super().load_overload(*asked)  # type: ignore[no-untyped-call]
        if found is None:
            for say in compiling:
                say()
        return found


compiling: Final[list[Callable[[], None]]] = []
"""Called before a loop is compiled: whoever runs the model may want to say what takes so long."""


_OPTIONS: Final[dict[str, Any]] = {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True}
"""Of a loop. Nobody calls one from C, and an entry for that takes time to compile."""


def rule[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """A rule of the model: a function of the numbers of one person that compiled loops can call.

    Called from Python it stays what is written, so examples, tests and readable agents use the same text as the loops.
    Constants in a rule are float32 (`F32(0.5)`): a plain 0.5 would widen what a loop computes.
    """
    return register_jitable(error_model="numpy", no_cfunc_wrapper=True)(function)


def compiled[**P, R](loop: Callable[P, R], kept: Callable[..., object] | None = None) -> Callable[P, R]:
    """Compile at the first call and keep the code on disk. Division by zero gives inf, as in NumPy.

    kept: the function under whose file and name the code is kept, where that is another one.
    """
    kernel = numba.njit(**_OPTIONS)(loop)
    kernel._cache = _Kept(kept or loop)  # type: ignore[no-untyped-call]  # noqa: SLF001  as cache=True
    return kernel  # type: ignore[no-any-return]


def _of_full_width(_context: Any) -> Any:  # noqa: ANN401  Numba's own objects, which have no types
    def attribute(context: Any, builder: Any, *_: object) -> Any:  # noqa: ANN401
        set.add(builder.function.attributes, '"prefer-vector-width"="512"')  # llvmlite's own `add` knows few names
        return context.get_dummy_value()

    return types.void(), attribute


full_width: Callable[[], None] = intrinsic(_of_full_width)  # type: ignore[assignment]
"""Called in a rule: its loops are compiled to vector instructions of the processor's whole width, not of half of it.

For loops of nothing but arithmetic, which take a third less time; those that look things up take more. Results are the
same, as each number is worked out as before. Numba has no option for that but one for everything that is compiled.
"""


_NUMBER, _PLACE = ir.IntType(32), ir.IntType(8).as_pointer()
_PREFETCH: Final = ir.FunctionType(ir.VoidType(), [_PLACE, _NUMBER, _NUMBER, _NUMBER])
_TO_READ, _NEAR, _DATA = _NUMBER(0), _NUMBER(2), _NUMBER(1)  # as LLVM says it: into the cache of the core


def _into_the_cache(_context: Any, column: Any, row: Any) -> Any:  # noqa: ANN401
    def ask(context: Any, builder: Any, signature: Any, given: Any) -> Any:  # noqa: ANN401
        start = context.make_array(signature.args[0])(context, builder, given[0]).data
        place = builder.bitcast(builder.gep(start, given[1:]), _PLACE)
        rule = builder.module.declare_intrinsic("llvm.prefetch", [_PLACE], _PREFETCH)
        builder.call(rule, [place, _TO_READ, _NEAR, _DATA])
        return context.get_dummy_value()

    return types.void(column, row), ask


fetch: Callable[[NDArray[Any], int], None] = intrinsic(_into_the_cache)  # type: ignore[assignment]
"""Called in a rule: what a contiguous column holds in a row will be asked for soon, so memory is to send it meanwhile.

For rows far apart, `AHEAD` of them before the one that is worked on: a processor reads ahead only what lies in line.
"""

AHEAD: Final = 64  # rows
