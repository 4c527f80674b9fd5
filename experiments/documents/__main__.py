"""`make odd`: write the made parts of the model description anew; with --check, say whether they are current."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from experiments.documents import data, marked, model, rules
from sim import World

ODD = Path(__file__).parents[2] / "docs" / "odd.md"


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
    }


def main(arguments: list[str] | None = None) -> int:
    """Write, or check; 1 where a check finds parts that are not current."""
    parser = argparse.ArgumentParser(prog="python -m experiments.documents", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    asked = parser.parse_args(arguments)
    before = ODD.read_text(encoding="utf-8")
    after = marked.filled(before, parts())
    if after == before:
        return 0
    if asked.check:
        print("docs/odd.md is not current: make odd", file=sys.stderr)  # noqa: T201
        return 1
    ODD.write_text(after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
