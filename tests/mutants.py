"""Which broken rules no test of meaning notices: `make mutants`, or `python -m tests.mutants [module ...]`.

Every rule is broken in one place after the other - another sign, bound, number, a term or a limit left out - and the
tests of its module, its worked examples first, are run on the broken text in a process of its own. Rules are plain
Python functions there; nothing is compiled. Exact and golden results take no part.

mutmut leaves functions with a decorator alone, and every rule has one; cosmic-ray writes each mutant into the working
tree and starts the interpreter for it: an hour for what takes minutes here.
"""

from __future__ import annotations

import ast
import copy
import doctest
import os
import re
import signal
import sys
from collections import defaultdict
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

import hypothesis
import numpy as np
import pytest

from sim import rules

if TYPE_CHECKING:
    from collections.abc import Iterator

TESTS = Path(__file__).parent / "sim" / "rules"
LEAST = 0.95
"""Share of the mutants that tests have to notice."""

_SECONDS = 120  # after which a mutant that does not end counts as noticed
_OTHER: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Add: (ast.Sub,), ast.Sub: (ast.Add,), ast.Mult: (ast.Div,), ast.Div: (ast.Mult,), ast.Pow: (ast.Mult,),
    ast.BitAnd: (ast.BitOr,), ast.BitOr: (ast.BitAnd,), ast.And: (ast.Or,), ast.Or: (ast.And,),
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,),
}  # fmt: skip


class Mutant(NamedTuple):
    """One broken rule: where, what stood there and what stands there now, and the module's tree with it."""

    module: str
    line: int
    before: str
    after: str
    tree: ast.Module


def mutants(module: str) -> Iterator[Mutant]:
    """Every mutant of a module of rules: of the bodies of its functions, and of its numbers."""
    tree = _tree(module)
    for parent, field, place, node in _places(tree):
        for other in _broken(node):
            held = getattr(parent, field)
            if place is None:
                setattr(parent, field, other)
            else:
                held[place] = other
            yield Mutant(module, node.lineno, ast.unparse(node), ast.unparse(other), copy.deepcopy(tree))
            if place is None:
                setattr(parent, field, held)
            else:
                held[place] = node


def _tree(module: str) -> ast.Module:
    return ast.parse(Path(str(import_module(module).__file__)).read_text(encoding="utf-8"))


def _places(tree: ast.Module) -> list[tuple[ast.AST, str, int | None, ast.expr]]:
    """Where expressions stand: the node that holds each, under which name, and at which place of a list."""
    found = []
    waiting: list[ast.AST] = []
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef):
            waiting += statement.body[1:]  # but for the docstring
        elif isinstance(statement, (ast.Assign, ast.AnnAssign)):
            waiting.append(statement)
    while waiting:
        parent = waiting.pop()
        for field, value in ast.iter_fields(parent):
            if field in ("annotation", "targets", "target", "func"):
                continue
            for place, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
                if isinstance(node, ast.expr):
                    found.append((parent, field, place, node))
                if isinstance(node, ast.AST):
                    waiting.append(node)
    return found


def _broken(node: ast.expr) -> Iterator[ast.expr]:  # noqa: C901  a table
    """What might stand there instead."""
    match node:
        case ast.BinOp(left, operator, right):
            yield from (ast.BinOp(left, other(), right) for other in _OTHER.get(type(operator), ()))  # type: ignore[arg-type]
            yield from (left, right)
        case ast.Compare(left, [operator], [right]):
            yield from (ast.Compare(left, [other()], [right]) for other in _OTHER[type(operator)])  # type: ignore[list-item]
        case ast.BoolOp(operator, values):
            yield from (ast.BoolOp(other(), values) for other in _OTHER[type(operator)])  # type: ignore[arg-type]
        case ast.UnaryOp(_, operand):
            yield operand
        case ast.IfExp(condition, yes, no):
            yield from (yes, no, ast.IfExp(condition, no, yes))
        case ast.Call(ast.Name(name), arguments) if name in ("min", "max"):
            yield from arguments
            yield ast.Call(ast.Name("max" if name == "min" else "min"), arguments, [])
        case ast.Call(ast.Name("F32" | "float" | "int"), _):  # the same number in another type
            return
        case ast.Call(_, [argument]):  # exp(x), log(x), sqrt(x) ... become x
            yield argument
        case ast.Constant(float() | int() as number) if not isinstance(number, bool):
            yield from (ast.Constant(other) for other in (number + 1, number - 1))
        case ast.Constant(bool() as truth):
            yield ast.Constant(not truth)
        case ast.Name("ONE" | "HALF" | "ZERO" as name):
            yield ast.BinOp(ast.Name(name), ast.Add(), ast.Constant(1))


def noticed(made: list[Mutant]) -> list[bool]:
    """Whether a test fails on each mutant, or it does not end; as many at a time as there are cores."""
    running, found = dict[int, int](), [False] * len(made)

    def ended() -> None:
        child, status = os.wait()
        found[running.pop(child)] = status != 0

    for number, mutant in enumerate(made):
        if len(running) >= (os.cpu_count() or 1):
            ended()
        child = os.fork()
        if child == 0:
            code = 1
            try:
                code = _tested(mutant)
            finally:
                os._exit(code)
        running[child] = number
    while running:
        ended()
    return found


def _tested(mutant: Mutant) -> int:
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(_SECONDS)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    broken = ModuleType(mutant.module)
    sys.modules[mutant.module] = broken
    setattr(rules, mutant.module.rpartition(".")[2], broken)
    exec(compile(ast.fix_missing_locations(mutant.tree), mutant.module, "exec"), vars(broken))  # noqa: S102
    return int(doctest.testmod(broken).failed > 0) or _tests(mutant.module)


def _tests(module: str) -> int:
    """Run the tests of a module beside its examples: 0 where all pass."""
    phases = [hypothesis.Phase.explicit, hypothesis.Phase.generate]  # a failure need not be made small
    hypothesis.settings.register_profile("mutants", database=None, derandomize=True, phases=phases, deadline=None)
    hypothesis.settings.load_profile("mutants")
    short = module.rpartition(".")[2]
    says = re.compile(rf"from sim\.rules(\.{short} import|.* import .*\b{short}\b)")
    own = [str(path) for path in sorted(TESTS.glob("test_*.py")) if says.search(path.read_text(encoding="utf-8"))]
    quiet = ["-q", "--tb=no", "-p", "no:cacheprovider", "-p", "no:xdist"]
    imported = ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    return int(pytest.main(["-x", *quiet, *imported, *own])) if own else 0


def main(names: list[str]) -> int:
    """Break the named modules of rules, or all; say what no test notices, and return 1 where that is too much."""
    every = [f"sim.rules.{module.name}" for module in iter_modules(rules.__path__)]
    modules = [f"sim.rules.{name}" for name in names] or every
    for module in every:
        import_module(module)
    import_module("tests.sim.conftest")  # what tests import is loaded once, before the processes part
    import_module("scipy.stats")
    arithmetic = import_module("sim.engine.arithmetic")
    for function in (arithmetic.exp, arithmetic.log, arithmetic.normal_below):
        for number in (0.5, np.float32(0.5), np.float64(0.5), 1):
            function(number)  # compiled once

    whole = [Mutant(module, 0, "", "", _tree(module)) for module in modules]
    if any(noticed(whole)):
        print("some tests fail on rules that are not broken: mend them first", file=sys.stderr)  # noqa: T201
        return 1
    made = [mutant for module in modules for mutant in mutants(module)]
    seen = noticed(made)
    by_module: defaultdict[str, list[bool]] = defaultdict(list)
    for mutant, was_seen in zip(made, seen, strict=True):
        by_module[mutant.module].append(was_seen)
        if not was_seen:
            print(f"{mutant.module}:{mutant.line}: no test notices {mutant.before}  ->  {mutant.after}")  # noqa: T201
    for module, of_module in by_module.items():
        print(f"{module:28} {sum(of_module):4} of {len(of_module):4} noticed")  # noqa: T201
    share = sum(seen) / len(seen)
    print(f"{share:.1%} of {len(seen)} mutants noticed, at least {LEAST:.0%} wanted")  # noqa: T201
    return int(share < LEAST)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
