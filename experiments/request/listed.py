"""What a file may name that is listed beside the model: systems of the documents, and outcomes."""

from __future__ import annotations

import csv
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING

from experiments.errors import InputError, unknown
from experiments.request.composition import CONFIGS

if TYPE_CHECKING:
    from sim.instruments.policy import Measure, Target

ROWS = CONFIGS / "rows.csv"
"""The list of systems that the policy documents name."""


@cache
def row_names() -> tuple[str, ...]:
    """The names of the systems, in the order of the list."""
    with ROWS.open(encoding="utf-8", newline="") as file:
        return tuple(line["id"] for line in csv.DictReader(file))


def check_listed(measure: Measure) -> None:
    """Raise an InputError, with file and line, for what a file names and no list has."""
    check_rows(measure)
    check_targets(measure)


def check_rows(measure: Measure) -> None:
    """Raise an InputError, with file and line, for a row that is not in the list of systems."""
    for place, row in enumerate(measure.rows):
        if row not in row_names():
            near = get_close_matches(row, row_names(), n=3, cutoff=0)
            raise InputError(
                f"{measure.given('rows', place)}: rows: there is no row {row}; nearest: {', '.join(near)}; "
                f"the list goes from {row_names()[0]} to {row_names()[-1]} (brain-circulation list rows)."
            )


def check_targets(measure: Measure) -> None:
    """Raise an InputError, with file and line, for a target whose outcome does not exist, whose group is empty, or
    whose value the outcome cannot have. Which groups there are, a run alone can tell.
    """
    if not measure.targets:
        return
    from sim.measures.outcomes import CATALOGUE

    for place, target in enumerate(measure.targets):
        outcome, parted, group = target.outcome.partition("/")
        if (known := CATALOGUE.get(outcome)) is None:
            said = unknown(f"outcome (a target of {measure.name})", outcome, CATALOGUE)
            raise InputError(f"{measure.given('targets', place, 'outcome')}: {said}")
        if parted and not group.strip():
            raise InputError(
                f"{measure.given('targets', place, 'outcome')}: targets: {target.outcome} names no group; write "
                f"{outcome} for everybody, or a group after the slash."
            )
        low, high = known.bounds
        for key, value in ("value", target.value), ("observed", target.observed):
            if value is not None and not low <= value <= high:
                limits = f"{low:g} to {high:g}" if high < float("inf") else f"{low:g} or more"
                raise InputError(
                    f"{measure.given('targets', place, key)}: targets: {outcome} of {value:g} cannot be: "
                    f"it may be {limits} ({known.unit}); correct {'the value' if key == 'value' else key}."
                )
        if asks(target) in [asks(one) for one in measure.targets[:place]]:
            raise InputError(
                f"{measure.given('targets', place)}: targets: the target of {target.outcome} by {target.by} is given "
                "twice, in other words; keep one."
            )


def asks(target: Target) -> tuple[str, int, int, str]:
    """What a target is of, however it is written: outcome (everybody is meant where no group is named), the first and
    the last year, and the limit.
    """
    return target.outcome.removesuffix("/all"), target.since or target.by, target.by, target.limit
