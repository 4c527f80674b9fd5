"""Mutants: what stands in a module, and what might stand there instead."""

from __future__ import annotations

import ast
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_OTHER: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Add: (ast.Sub,), ast.Sub: (ast.Add,), ast.Mult: (ast.Div,), ast.Div: (ast.Mult,), ast.Pow: (ast.Mult,),
    ast.BitAnd: (ast.BitOr,), ast.BitOr: (ast.BitAnd,), ast.And: (ast.Or,), ast.Or: (ast.And,),
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,),
}  # fmt: skip
_SAME_NUMBER = (*("F32", "float", "int", "U64"), *("float32", "float64", "int64", "intp", "uint8", "uint64", "int16"))
"""The same number in another type."""

_OF_SHAPE = (*("len", "range", "enumerate", "zip", "list", "tuple", "set", "dict", "iter", "next", "zeros", "empty"),)
"""Functions of one argument that is no number: the argument alone would be of another kind, and nothing would run."""

_FOR_THE_COMPILER = ("full_width", "fetch")
"""Calls that tell the compiler how to work something out, or the memory what is asked for soon: no result has them."""

_WIDE = 200  # letters of a statement by which it is known


class Mutant(NamedTuple):
    """One break: of which function (none: a number of the module), on which line, in which statement (its first line),
    what stood there and what stands there now; and by which places `broken` finds it again.
    """

    module: str
    function: str
    line: int
    statement: str
    before: str
    after: str
    place: int
    other: int

    @property
    def number(self) -> str:
        """By which it is told from all others of the module, as long as the file stays as it is."""
        return f"{self.place}.{self.other}"


class _Place(NamedTuple):
    """Where something stands: the node that holds it, under which name, and at which place of a list."""

    parent: ast.AST
    field: str
    at: int | None
    node: ast.expr | ast.stmt
    function: str
    statement: ast.stmt


def mutants(module: str, function: str | None = None) -> Iterator[Mutant]:
    """Every mutant of a module, or of one of its functions: of bodies, and of numbers that the module names."""
    for number, place in enumerate(_places(_tree(module))):
        if function is None or place.function == function:
            for other, node in enumerate(_broken(place.node)):
                held = _first_line(place.statement)
                before, after = _first_line(place.node), _first_line(node)
                yield Mutant(module, place.function, place.node.lineno, held, before, after, number, other)


def broken(mutant: Mutant) -> ast.Module:
    """The module with the mutant in it."""
    tree = _tree(mutant.module)
    place = _places(tree)[mutant.place]
    other = list(_broken(place.node))[mutant.other]
    if place.at is None:
        setattr(place.parent, place.field, other)
    else:
        getattr(place.parent, place.field)[place.at] = other
    return ast.fix_missing_locations(tree)


def _tree(module: str) -> ast.Module:
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(module)
    return ast.parse(Path(spec.origin).read_text(encoding="utf-8"))


def _first_line(node: ast.AST) -> str:
    return ast.unparse(ast.fix_missing_locations(node)).partition("\n")[0][:_WIDE]


def _places(tree: ast.Module) -> list[_Place]:  # noqa: C901  one walk
    """Every expression and statement of the functions, and every expression of what the module names, in one order."""
    found: list[_Place] = []

    def look(parent: ast.AST, function: str, statement: ast.stmt) -> None:
        for field, value in ast.iter_fields(parent):
            if field in ("annotation", "targets", "target", "func", "decorator_list", "returns", "args") and not (
                field == "args" and isinstance(parent, ast.Call)
            ):
                continue
            for at, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
                if isinstance(node, ast.stmt):
                    found.append(_Place(parent, field, at, node, function, node))
                    look(node, function, node)
                elif isinstance(node, ast.AST):
                    if isinstance(node, ast.expr):
                        found.append(_Place(parent, field, at, node, function, statement))
                    look(node, function, statement)

    def functions(body: list[ast.stmt], outer: str) -> None:
        for statement in body:
            if isinstance(statement, ast.FunctionDef):
                if ast.get_docstring(statement) is not None:
                    statement.body[0] = ast.copy_location(ast.Pass(), statement.body[0])
                look(statement, outer + statement.name, statement)
            elif isinstance(statement, ast.ClassDef):
                functions(statement.body, f"{outer}{statement.name}.")
            elif isinstance(statement, (ast.Assign, ast.AnnAssign)) and not outer:
                look(statement, "", statement)

    functions(tree.body, "")
    return found


def _broken(node: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    if isinstance(node, ast.stmt):
        yield from _other_statements(node)
    elif isinstance(node, ast.expr):
        yield from _other_expressions(node)


def _other_statements(node: ast.stmt) -> Iterator[ast.stmt]:
    """What might stand in place of a statement: another operator, the other way, or nothing."""
    match node:
        case ast.Expr(ast.Call(ast.Name(name))) if name in _FOR_THE_COMPILER:
            return
        case ast.AugAssign(target, operator, value):
            yield from (ast.AugAssign(target, other(), value) for other in _OTHER.get(type(operator), ()))  # type: ignore[arg-type]
            yield ast.Pass()
        case ast.Assign([ast.Subscript() | ast.Attribute()], _) | ast.Expr(ast.Call()):
            yield ast.Pass()
        case ast.If(test, body, orelse) if not isinstance(test, (ast.Compare, ast.BoolOp)):
            yield ast.If(ast.UnaryOp(ast.Not(), test), body, orelse)
        case ast.Continue():
            yield ast.Break()
        case ast.Break():
            yield ast.Continue()


def _other_expressions(node: ast.expr) -> Iterator[ast.expr]:  # noqa: C901  a table
    """What might stand in place of an expression."""
    match node:
        case ast.BinOp(left, operator, right):
            yield from (ast.BinOp(left, other(), right) for other in _OTHER.get(type(operator), ()))  # type: ignore[arg-type]
            yield from (left, right)
        case ast.Compare(left, [operator], [right]):
            yield from (ast.Compare(left, [other()], [right]) for other in _OTHER.get(type(operator), ()))  # type: ignore[list-item]
        case ast.BoolOp(operator, values):
            yield from (ast.BoolOp(other(), values) for other in _OTHER[type(operator)])  # type: ignore[arg-type]
        case ast.UnaryOp(_, operand):
            yield operand
        case ast.IfExp(condition, yes, no):
            yield from (yes, no, ast.IfExp(condition, no, yes))
        case ast.Call(ast.Name(name), arguments) if name in ("min", "max"):
            yield from arguments
            yield ast.Call(ast.Name("max" if name == "min" else "min"), arguments, [])
        case ast.Call(ast.Name(name) | ast.Attribute(_, name), _) if name in (*_SAME_NUMBER, *_OF_SHAPE):
            return
        case ast.Call(_, [ast.Constant(str())], _):
            return
        case ast.Call(_, [argument], []):  # exp(x), log(x), sqrt(x) ... become x
            yield argument
        case ast.Constant(float() | int() as number) if not isinstance(number, bool):
            yield from (ast.Constant(other) for other in (number + 1, number - 1))
        case ast.Constant(bool() as truth):
            yield ast.Constant(not truth)
        case ast.Name("ONE" | "HALF" | "ZERO" as name):
            yield ast.BinOp(ast.Name(name), ast.Add(), ast.Constant(1))
