"""Simulated levels beside observed ones: the fit table of the validation that is kept."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

from experiments.documents.marked import table

FIT = Path(__file__).parents[2] / "results" / "reference" / "validate" / "fit.csv"
_DIGITS = 3  # of a number below a thousand
_REDUCED = {"mean": "", "last": "", "ratio": ", last over first", "change": ", last less first", "growth": ", growth"}


def compared() -> str:
    """How many moments of each use are inside, and one row a moment: simulated with its band, observed, distance."""
    with FIT.open(encoding="utf-8", newline="") as file:
        moments = list(csv.DictReader(file))
    inside = Counter((row["use"], row["inside"]) for row in moments)
    counts = ", ".join(
        f"{inside[use, 'True']} of {inside[use, 'True'] + inside[use, 'False']} {what}"
        for use, what in (("fit", "fitted"), ("validate", "kept back"), ("check", "given"))
    )
    head = ["statistic", "years", "simulated", "90 % band", "observed", "distance", "use", "core", "grade"]
    return f"Inside the tolerance: {counts}.\n\n{table(head, map(_line, moments))}"


def _line(row: dict[str, str]) -> tuple[str, ...]:
    group = "" if row["group"] == "all" else f", {row['group']}"
    simulated, low, high, observed, tolerance = (
        _short(row[name]) for name in ("simulated", "low", "high", "observed", "tolerance")
    )
    distance = f"{float(row['distance']):+.1f}" if row["distance"] else ""
    return (
        f"`{row['statistic']}`{group}{_REDUCED[row['reduction']]}",
        row["years"],
        simulated,
        f"{low} to {high}" if low else "",
        f"{observed} ± {tolerance}",
        f"**{distance}**" if distance and row["inside"] == "False" else distance,
        row["use"],
        "yes" if row["core"] == "True" else "",
        row["grade"],
    )


def _short(cell: str) -> str:
    if not cell:
        return ""
    number = float(cell)
    return f"{number:,.0f}" if abs(number) >= 10**_DIGITS else f"{number:.{_DIGITS}g}"
