"""What the model description says of the rules: every rule with words, equation and example, and their constants."""

from __future__ import annotations

import ast
import inspect
import itertools
import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING

from experiments.documents.marked import number, table
from sim import rules

if TYPE_CHECKING:
    from types import FunctionType, ModuleType

PROMPT = ">>> "


def subjects() -> list[ModuleType]:
    """The modules of rules, a subject each."""
    return [import_module(f"{rules.__name__}.{module.name}") for module in pkgutil.iter_modules(rules.__path__)]


def of(subject: ModuleType) -> list[FunctionType]:
    """The rules of a subject, in the order of the file."""
    found = [rule for _, rule in inspect.getmembers(subject, inspect.isfunction) if rule.__module__ == subject.__name__]
    return sorted(found, key=lambda rule: rule.__code__.co_firstlineno)


def catalogue() -> str:
    """Every rule by subject: what it says, its equation, an example worked by hand."""
    parts = []
    for subject in subjects():
        lines = [(f"`{rule.__name__}`", *_read(rule)) for rule in of(subject)]
        title = (inspect.getdoc(subject) or "").partition("\n\n")[0]
        parts.append(f"**`{subject.__name__}`**. {' '.join(title.split())}\n")
        parts.append(table(["rule", "what it says", "equation", "example"], lines))
    return "\n".join(parts)


def names() -> dict[str, str]:
    """A line for each subject that names its module and its rules, to stand below the heading where they are told."""
    return {
        f"rules-{subject.__name__.rpartition('.')[2]}": f"Rules of `{subject.__name__}`: "
        + ", ".join(f"`{rule.__name__}`" for rule in of(subject))
        + "."
        for subject in subjects()
    }


def constants() -> str:
    """Every number that stands in a file of rules under a name of its own, with the text below it."""
    lines = []
    for subject in subjects():
        body = ast.parse(inspect.getsource(subject)).body
        for node, below in itertools.pairwise(body):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and isinstance(below, ast.Expr):
                name = node.targets[0].id
                value = number(round(float(getattr(subject, name)), 7))
                lines.append((f"`{subject.__name__}.{name}`", value, ast.unparse(below).strip("'\"")))
    return table(["constant", "value", "meaning"], lines)


def _read(rule: FunctionType) -> tuple[str, str, str]:
    """What a rule's docstring says: its words, the equation set apart in it, and its first example with the answer."""
    text, _, examples = (inspect.getdoc(rule) or "").partition(PROMPT)
    equations = [line.strip() for line in text.splitlines() if line.startswith("    ")]
    words = " ".join(line for line in text.splitlines() if not line.startswith("    "))
    call, *answer = examples.partition(PROMPT)[0].strip().splitlines()
    equation = "; ".join(f"`{' '.join(line.split())}`" for line in equations)
    return words, equation, f"`{call}` gives `{' '.join(answer)}`"
