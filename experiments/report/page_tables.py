"""What several reports show in the same way: effects as rows of a table, and what is changed, with its sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.report.numbers import Scale, Shown, percent, records
from experiments.report.screen import MARKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from experiments.report.language import Words
    from sim.instruments.policy import Measure

EFFECTS = ("outcome", "unit", "window", "level", "effect", "range", "agree", "certainty", "matters")
"""Columns of `effect_rows`: keys of the texts of the page."""
_DIGITS = 6  # of a number that rows are sorted by


def effect_rows(effects: pd.DataFrame, words: Words) -> Iterator[tuple[tuple[str, str], ...]]:
    """Every effect: what is shown in each column, and what it is sorted by ("": by what is shown)."""
    for row in records(effects):
        outcome, group = str(row["outcome"]), str(row["group"])
        scale, shown = Scale.of(outcome, row["unit"], words), Shown.of(row, outcome, words)
        yield (
            (words.outcome(outcome, group), ""),
            (scale.of_difference, ""),
            (words.years(int(row["first"]), int(row["last"])), str(row["first"])),
            (scale.number(row["reference"]), _by(row["reference"])),
            (f"{MARKS[row['certainty']]} {shown.number}", _by(row["effect"])),
            (shown.range, _by(row["high"] - row["low"])),
            (f"{percent(row['agreement'])} %", _by(row["agreement"])),
            (words.say(f"certainty.{row['certainty']}"), ""),
            (scale.number(row["size"], decimals=scale.digits(row["size"])), _by(row["size"])),
        )


def change_rows(policy: Measure, words: Words) -> Iterator[tuple[str, str, str, str]]:
    """A policy or world and what it changes: where, how, the source, the grade."""
    yield words.title_of(policy), "", policy.source, policy.grade
    for change in policy.changes:
        size = change.size
        by = f"{size:g}" if isinstance(size, float) else ", ".join(f"{year}: {x:g}" for year, x in size)
        if part := change.part:
            by += f" {words.say('page.part', part=words.title_of(part), share=percent(part.share))}"
        yield change.name, f"{change.operation} {by}", change.source, change.grade


def _by(value: float) -> str:
    return f"{value:.{_DIGITS}g}"
