"""What the tables of the model description say of the code: columns, draws, the year, levers, policies, outcomes."""

from __future__ import annotations

import ast
import inspect
import re
from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np

from experiments.documents.marked import number, table
from experiments.request import policies as library
from sim import Parameters, World, vocabulary
from sim.engine.draws import Draw
from sim.instruments import levers
from sim.instruments.lever import ArrayLever
from sim.measures import outcomes, surveys
from sim.population.columns import SCHEMA
from sim.schedule import SCHEDULE
from sim.state import State
from sim.vocabulary import Coded
from sim.world.programmes import ProgrammeKind, reads

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.instruments.change import Change, Path
    from sim.measures.sizes import Size

SHOWN_YEARS = (2015, 2025)
"""Years, beside the first, whose places of a programme are shown."""


def columns() -> str:
    """Every column of a person: type, unit, default, meaning."""
    lines = [
        (
            f"`{column.name}`",
            np.dtype(column.dtype).name,
            f"{column.unit} `{column.codes.__name__}`" if column.codes else column.unit,
            "" if column.default is None else _default(column.default, column.codes),
            column.meaning,
        )
        for column in SCHEMA
    ]
    head = ["column", "type", "unit", "default", "meaning"]
    return (
        table(head, lines) + f"\n{len(lines)} columns. A column without a default must be given when a person enters.\n"
    )


def codes() -> str:
    """What the codes of columns stand for."""
    kinds = [kind for _, kind in inspect.getmembers(vocabulary, inspect.isclass) if issubclass(kind, Coded)]
    lines = [
        (f"`{kind.__name__}`", ", ".join(f"{code.label} {int(code)}" for code in kind)) for kind in kinds if len(kind)
    ]
    names = World.load().names
    for unit, called in (("region", names.regions), ("field", names.fields), ("tier", names.tiers)):
        lines.append((unit, ", ".join(f"{name} {code}" for code, name in enumerate(called))))
    return table(["code", "values"], lines)


def draws() -> str:
    """Every draw: its name in the code and the words that key it."""
    return table(["draw", "what it decides"], [(f"`{draw.name}`", draw.value) for draw in Draw])


def state() -> str:
    """The fields of what a year starts from, with the text below each."""
    (declared,) = ast.parse(inspect.getsource(State)).body
    assert isinstance(declared, ast.ClassDef)  # noqa: S101 - it is the source of a class
    lines: list[list[str]] = []
    for node in declared.body:
        if isinstance(node, ast.AnnAssign):
            lines.append([f"`{ast.unparse(node.target)}`", f"`{ast.unparse(node.annotation)}`", ""])
        elif lines and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            lines[-1][2] = str(node.value.value)
    return table(["field", "type", "meaning"], lines)


def schedule() -> str:
    """The phases of a year in their order."""
    return table(
        ["", "phase", "what happens"],
        [(order, f"`{phase.name}`", phase.does) for order, phase in enumerate(SCHEDULE, 1)],
    )


def lever_table(world: World) -> str:
    """Every lever with unit, range and value without a policy."""
    year = SHOWN_YEARS[-1]
    base = levers.baseline(world, Parameters.load(), year)
    lines = []
    for name, lever in levers.catalogue(world).items():
        keys = ", ".join(key.name for key in lever.keys) if isinstance(lever, ArrayLever) else ""
        value = base.get(name, lever.value(Parameters.load()))
        bounds = f"{number(lever.low)} to {number(lever.high)}"
        lines.append((f"`{name}{f'[{keys}]' if keys else ''}`", lever.title, lever.unit, bounds, number(value)))
    return table(["lever", "what it moves", "unit", "range", f"without a policy, {year}"], lines)


def programme_kinds() -> str:
    """What kinds of programmes there are, and which fields each reads."""
    common = [name for name in reads(next(iter(ProgrammeKind))) if all(name in reads(kind) for kind in ProgrammeKind)]
    lines = [("of all kinds", ", ".join(f"`{name}`" for name in common))]
    lines += [
        (f"`{kind.value}`", ", ".join(f"`{name}`" for name in reads(kind) if name not in common))
        for kind in ProgrammeKind
    ]
    return table(["kind", "fields"], lines)


def programmes(world: World) -> str:
    """Every programme as its record states it, with the places of some years."""
    lines = []
    for record in world.programmes:
        known = {part.name: getattr(record, part.name) for part in fields(record)}
        places = (
            f"{number(record.places_in(year))} {record.place_grades[max(x for x in record.place_grades if x <= year)]}"
            for year in (world.first_year, *SHOWN_YEARS)
        )
        lines.append(
            (
                f"`{record.name}`",
                record.title,
                record.kind.value,
                ", ".join(record.stages) or "-",
                record.origin if "origin" in reads(record.kind) else "-",
                record.degree_within or "any" if "degree_within" in reads(record.kind) else "-",
                number(record.years) if "years" in reads(record.kind) else "-",
                number(record.income),
                number(record.unit_cost),
                "yes" if record.post_kept else "no" if "post_kept" in reads(record.kind) else "-",
                number(record.guarantee) if "guarantee" in reads(record.kind) else "-",
                number(known["selection_merit"]),
                ", ".join(places),
                record.grade,
            )
        )
    years = ", ".join(str(year) for year in (world.first_year, *SHOWN_YEARS))
    head = [
        "programme",
        "title",
        "kind",
        "stages",
        "origin",
        "years since the doctorate",
        "years",
        "income",
        "cost",
    ]
    return table([*head, "post kept", "guarantee", "merit weight", f"places {years}", "grade"], lines)


def policies() -> str:
    """Every policy of the library: what it changes, by how much, and what it puts a price on."""
    lines = []
    for name in library.names(kind="policy"):
        policy = library.load(name)
        changes = [
            f"`{change.name}` {_moved(change.operation, change.size)} ({change.grade}{_part(change)})"
            for change in policy.changes
        ]
        costs = [
            f"`{cost.item}` {number(cost.value)} {cost.unit} ({cost.grade}{', fixed' if cost.fixed else ''})"
            for cost in policy.costs
        ]
        includes = [f"`{other}`" for other in policy.includes]
        years = f"{policy.start} to {policy.end}" if policy.end else f"from {policy.start}"
        lines.append(
            (f"`{name}`", policy.title, "; ".join([*includes, *changes]), "; ".join(costs), years, policy.grade)
        )
    head = ["policy", "title", "includes and changes (grade of the size)", "prices", "years", "grade of the measure"]
    return table(head, lines)


def outcome_table() -> str:
    """Every outcome: unit, theme, title in both languages, what it counts; those that compare two lives at the end."""
    lines = [
        (f"`{name}`", one.unit, one.theme, one.title, one.title_ja, _what(name), _matters(one.size))
        for name, one in outcomes.CATALOGUE.items()
    ]
    head = ["outcome", "unit", "theme", "title", "Japanese", "what it counts, and its groups", "matters from (grade)"]
    return table(head, lines)


def statistics() -> str:
    """Every statistic, with how the survey that reports it collects it."""
    lines = [
        (f"`{name}`", one.unit, one.theme, one.title, one.title_ja, _collected(surveys.STATISTICS.functions[name]))
        for name, one in surveys.STATISTICS.measures.items()
    ]
    return table(["statistic", "unit", "survey", "title", "Japanese", "how it is collected here"], lines)


def _collected(function: Callable[..., object]) -> str:
    """The docstring of a statistic, with that of the function in the place of each "see" that names one."""
    text, beside = inspect.getdoc(function) or "", inspect.getmodule(function)
    return re.sub(r"see `(_\w+)`\.", lambda match: str(inspect.getdoc(getattr(beside, match[1]))), text)


def _default(value: float, codes: type[Coded] | None) -> str:
    if codes:
        return f"`{codes(int(value)).label}`"
    return str(value) if isinstance(value, bool) else number(value)


def _moved(operation: str, by: float | Path) -> str:
    path = ((None, by),) if isinstance(by, float) else by
    said = ", ".join(number(size) + (f" in {year}" if year else "") for year, size in path)
    return {"set": "= ", "add": "+ ", "times": "x "}[operation] + said


def _part(change: Change) -> str:
    """The part of what is picked that a change is meant for, and its share."""
    return f"; {number(change.part.share)} of it, {change.part.title}" if change.part else ""


def _matters(size: Size) -> str:
    """Which difference matters to a reader, and why."""
    return f"{number(size.value)} {size.unit} ({size.grade}): {size.why}"


def _what(outcome: str) -> str:
    """What an outcome of a single life counts, in the first words of its function; of two lives, that it needs both."""
    if outcome not in outcomes.OUTCOMES.functions:
        return "Of two lives of the same people only."
    return (inspect.getdoc(outcomes.OUTCOMES.functions[outcome]) or "").partition("\n\n")[0]
