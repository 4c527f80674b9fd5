"""A mutant in place of what it breaks, in a process that is thrown away: no module is loaded anew, nothing is kept.

Functions get the broken code, wherever they are held. Loops that are compiled from it, or call what is, are compiled
anew when they are next called; all others keep the code that they have.
"""

from __future__ import annotations

import ast
import gc
import sys
from importlib import import_module
from pkgutil import walk_packages
from types import CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

from numba.core.caching import NullCache
from numba.core.dispatcher import Dispatcher

import sim
from sim.engine import compiler
from sim.engine.layout import _Loop
from tests.mutation.breaking import broken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.mutation.breaking import Mutant


def load_everything() -> None:
    """Import every module of the model, and load the code of every loop that is kept on disk."""
    for module in walk_packages(sim.__path__, "sim."):
        import_module(module.name)
    for loop in _all(_Loop):
        loop.compiled  # noqa: B018  is made when it is asked for
    for kernel in _all(Dispatcher):
        if isinstance(kernel._cache, compiler._Kept):
            for signature, *_ in list(kernel._cache._cache_file._load_index()):
                kernel.compile(signature)


def place(mutant: Mutant, *, compiled: bool = True) -> None:
    """Put a mutant in place. compiled: also in the loops that use it."""
    compiler._Kept.save_overload = lambda *_: None  # type: ignore[method-assign]  # nothing broken is kept
    module, tree = sys.modules[mutant.module], broken(mutant)
    changed = _new_code(module, tree, mutant) if mutant.function else _new_names(module, tree, mutant.line)
    if compiled:
        _forget(changed)


def _all[T](kind: type[T]) -> list[T]:
    return [thing for thing in gc.get_objects() if isinstance(thing, kind)]


def _new_code(module: ModuleType, tree: ast.Module, mutant: Mutant) -> set[FunctionType]:
    """Give every function made from the broken text its new code, and say which those are."""
    codes = {
        (code.co_qualname, code.co_firstlineno): code
        for code in _inside(compile(tree, str(module.__file__), "exec"))
        if code.co_qualname == mutant.function
    }
    changed = set()
    for function in _all(FunctionType):
        code = function.__code__
        if code.co_filename == module.__file__ and (new := codes.get((code.co_qualname, code.co_firstlineno))):
            function.__code__ = new
            changed.add(function)
    if not changed:
        raise LookupError(f"{mutant.module} has no {mutant.function} in memory")
    return changed


def _inside(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _inside(constant)


def _new_names(module: ModuleType, tree: ast.Module, line: int) -> set[FunctionType]:
    """Work out a broken number, and what the module makes of it, anew; return the functions that read any of them."""
    old = dict(vars(module))
    changed: set[str] = set()
    for statement in tree.body:
        if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or statement.value is None:
            continue
        read = {node.id for node in ast.walk(statement.value) if isinstance(node, ast.Name)}
        if statement.lineno <= line <= (statement.end_lineno or statement.lineno) or read & changed:
            exec(compile(ast.Module([statement], []), str(module.__file__), "exec"), vars(module))  # noqa: S102
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            changed |= {node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)}
    readers = {module.__name__}
    for name, other in list(sys.modules.items()):
        if name.startswith("sim.") and other is not module:
            for one in changed:
                if vars(other).get(one, changed) is old[one] and f"from {module.__name__} import" in _text(other):
                    setattr(other, one, vars(module)[one])
                    readers.add(name)
    return {
        function
        for function in _all(FunctionType)
        if function.__module__ in readers and changed & set(_names(function))
    }


def _text(module: ModuleType) -> str:
    with open(str(module.__file__), encoding="utf-8") as file:  # noqa: PTH123
        return file.read()


def _names(function: FunctionType) -> Iterator[str]:
    for code in _inside(function.__code__):
        yield from code.co_names


def _forget(changed: set[FunctionType]) -> None:
    """Throw away, in memory, the compiled code of whatever calls a changed function, directly or through others."""
    callers: dict[FunctionType, set[FunctionType]] = {}
    for function in _all(FunctionType):
        if str(function.__module__).startswith("sim."):
            for called in _called(function):
                callers.setdefault(called, set()).add(function)
    stale, waiting = set(changed), list(changed)
    while waiting:
        for function in callers.get(waiting.pop(), ()):
            if function not in stale:
                stale.add(function)
                waiting.append(function)
    for kernel in _all(Dispatcher):
        if kernel.py_func in stale:
            kernel._cache = NullCache()
            kernel._make_finalizer()()
            kernel._reset_overloads()
            kernel._can_compile = True


def _called(function: FunctionType) -> Iterator[FunctionType]:
    """What a function may call: what its names stand for, in its module, in modules it names, or around it."""
    names = set(_names(function))
    held: list[Any] = [cell.cell_contents for cell in function.__closure__ or () if _is_filled(cell)]
    for name in names:
        thing = function.__globals__.get(name)
        held.append(thing)
        if isinstance(thing, ModuleType) and thing.__name__.startswith("sim."):
            held += [vars(thing)[inner] for inner in names & set(vars(thing))]
    for thing in held:
        while hasattr(thing, "__wrapped__") or isinstance(thing, Dispatcher):
            thing = thing.py_func if isinstance(thing, Dispatcher) else thing.__wrapped__
        if isinstance(thing, FunctionType):
            yield thing


def _is_filled(cell: Any) -> bool:  # noqa: ANN401  Python has no name for its type
    try:
        cell.cell_contents  # noqa: B018
    except ValueError:
        return False
    return True
