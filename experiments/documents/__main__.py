"""`make odd`: write the made parts of the documents anew; with --check, say whether they are current."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from experiments.documents import coverage, data, forms, levels, marked, model, rules
from experiments.request.rows import read_rows
from sim import World

DOCS = Path(__file__).parents[2] / "docs"
ODD, COVERAGE, FILES = DOCS / "odd.md", DOCS / "coverage.md", DOCS / "files.md"


def parts() -> dict[str, str]:
    """What the code and the data say, by the name of the part of the description."""
    world = World.load()
    return {
        "fingerprint": data.fingerprint(world),
        "columns": model.columns(),
        "codes": model.codes(),
        "state": model.state(),
        "schedule": model.schedule(),
        "draws": model.draws(),
        "grades": data.grades(world),
        "series": data.series(world),
        "values": data.values(world),
        "kinds": model.programme_kinds(),
        "awards": data.awards(world),
        "programmes": model.programmes(world),
        "policies": model.policies(),
        "levers": model.lever_table(world),
        **rules.names(),
        "rules": rules.catalogue(),
        "constants": rules.constants(),
        "outcomes": model.outcome_table(),
        "statistics": model.statistics(),
        "parameters": data.parameters(),
        "levels": levels.compared(),
        "context": coverage.of_kind(read_rows(), "context", {}),
    }


def main(arguments: list[str] | None = None) -> int:
    """Write, or check; 1 where a check finds parts that are not current."""
    parser = argparse.ArgumentParser(prog="python -m experiments.documents", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    asked = parser.parse_args(arguments)
    stale = 0
    for path, made in ((ODD, parts), (COVERAGE, coverage.parts), (FILES, forms.parts)):
        before = path.read_text(encoding="utf-8")
        after = marked.filled(before, made())
        if after == before:
            continue
        if asked.check:
            print(f"docs/{path.name} is not current: make odd", file=sys.stderr)  # noqa: T201
            stale = 1
        else:
            path.write_text(after, encoding="utf-8")
    return stale


if __name__ == "__main__":
    raise SystemExit(main())
