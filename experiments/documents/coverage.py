"""`docs/coverage.md`: every system that the documents name, with the file and test that express it, or the reason."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from experiments.documents.marked import table
from experiments.request.policies import load
from experiments.request.rows import KINDS, Row, read_rows

TESTS = Path(__file__).parents[2] / "tests"
_WORD = re.compile(r"\w+")
_MOST = 6  # levers that are named; more stand in the file


def parts() -> dict[str, str]:
    """The made parts of the document."""
    rows, tested = read_rows(), _tested()
    return {
        "counts": counts(rows),
        "rows": "\n".join(
            f"### {kind.capitalize()}: {what}\n\n{of_kind(rows, kind, tested)}" for kind, what in KINDS.items()
        ),
    }


def counts(rows: list[Row]) -> str:
    """How many rows work, are context or are open, by kind."""
    states = ("works", "context", "open")
    found = Counter((row.kind, row.state) for row in rows)
    lines = [(kind, *(found[kind, state] for state in states)) for kind in KINDS]
    lines.append(("all", *(sum(found[kind, state] for kind in KINDS) for state in states)))
    return table(["kind", *states], lines)


def of_kind(rows: list[Row], kind: str, tested: dict[str, list[str]]) -> str:
    """The rows of one kind."""
    head = ["row", "system", "state", "expressed by", "moves", "test", "evidence", "remark"]
    if kind == "context":
        return table(
            ["row", "system", "reason"], [(row.id, _title(row), row.reason) for row in rows if row.kind == kind]
        )
    lines = []
    for row in rows:
        if row.kind != kind:
            continue
        files = [load(name) for name in row.files]
        by = [f"`{one.kind}={one.name}`" for one in files] + [f"{what} `{name}`" for what, name in row.held_by]
        moves = dict.fromkeys(f"`{change.target.head}`" for one in files for change in one.changes)
        brings = dict.fromkeys(f"programme `{record.name}`" for one in files for record in one.programmes)
        targets = [*brings, *moves]
        more = [f"and {len(targets) - _MOST} more"] if len(targets) > _MOST else []
        tests = sorted({test for name in row.files for test in tested.get(name, [])})
        grades = sorted(
            {change.grade for one in files for change in one.changes}
            | {record.grade for one in files for record in one.programmes}
        )
        moved, evidence = ", ".join([*targets[:_MOST], *more]), ", ".join(grades)
        lines.append((row.id, _title(row), row.state, ", ".join(by), moved, ", ".join(tests), evidence, row.reason))
    return table(head, lines)


def _title(row: Row) -> str:
    return f"{row.title} ({row.title_ja}); {row.place}"


def _tested() -> dict[str, list[str]]:
    """By name of a file of the library: the tests and tables of expectations that speak of it, or run every file."""
    names, found = {name for row in read_rows() for name in row.files}, dict[str, list[str]]()
    for path in sorted([*TESTS.rglob("test_*.py"), *(TESTS / "library").glob("*.csv")]):
        words = set(_WORD.findall(path.read_text(encoding="utf-8")))
        for name in names & words:
            found.setdefault(name, []).append(f"`{path.relative_to(TESTS.parent).as_posix()}`")
    return found
