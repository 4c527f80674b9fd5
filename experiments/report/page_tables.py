"""What several reports show in the same way: effects as rows of a table, and what is changed, with its sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from experiments.report.brought import number
from experiments.report.language import ENGLISH
from experiments.report.numbers import Scale, Shown, percent, records
from experiments.report.screen import MARKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from experiments.report.language import Words
    from sim import World
    from sim.instruments.change import Path
    from sim.instruments.policy import Measure

EFFECTS = ("outcome", "unit", "window", "level", "effect", "range", "agree", "certainty", "matters")
"""Columns of `effect_rows`: keys of the texts of the page."""
_DIGITS = 6  # of a number that rows are sorted by


def effect_rows(effects: pd.DataFrame, words: Words) -> Iterator[tuple[tuple[str, str], ...]]:
    """Every effect: what is shown in each column, and what it is sorted by ("": by what is shown)."""
    for row in records(effects):
        outcome, group = str(row["outcome"]), str(row["group"])
        scale, shown = Scale.of(outcome, row["unit"], words), Shown.of(row, outcome, words)
        none = row["certainty"] == "no effect"
        yield (
            (words.outcome(outcome, group), ""),
            (scale.of_difference, ""),
            (words.years(int(row["first"]), int(row["last"])), str(row["first"])),
            (scale.number(row["reference"]), _by(row["reference"])),
            (f"{MARKS[row['certainty']]} {'0' if none else shown.number}", _by(row["effect"])),
            ("" if none else shown.range, _by(row["high"] - row["low"])),
            ("" if none else f"{percent(row['agreement'])} %", _by(row["agreement"])),
            (words.say(f"certainty.{row['certainty']}"), ""),
            (scale.number(row["size"], decimals=scale.digits(row["size"])), _by(row["size"])),
        )


class Changed(NamedTuple):
    """A row of what a policy does. what: in words; address: what it is set by, empty where it is none."""

    what: str
    address: str
    how: str
    source: str
    grade: str


def change_rows(policy: Measure, words: Words, world: World) -> Iterator[Changed]:
    """A policy or world, what it changes, the programmes that it brings, and its prices."""
    from sim.instruments.course import lever_of
    from sim.instruments.policy import brought_by

    yield Changed(words.title_of(policy), "", "", policy.source, policy.grade)
    for change in policy.changes:
        lever = lever_of(change, world, brought_by([policy]))
        size = change.size
        by = number(size) if isinstance(size, float) else words.listed(list(_path(size, words)))
        if lever is not None and change.operation != "times" and words.code == ENGLISH:
            by += f" {lever.unit}"
        how = words.say(f"page.change_{change.operation}", size=by)
        if part := change.part:
            how += f" {words.say('page.part', part=words.title_of(part), share=percent(part.share))}"
        what = "" if lever is None else words.title_of(lever)
        yield Changed(what, change.name, how, change.source, change.grade)
    for record in policy.programmes:
        yield Changed(words.title_of(record), record.name, words.say("page.programme"), record.source, record.grade)
    for cost in policy.costs:
        item = words.say("page.unit_cost", item=words.group(cost.item))
        price = words.say("sum", number=number(cost.value), unit=words.currency)
        yield Changed(item, "", price, cost.source, cost.grade)


def _path(size: Path, words: Words) -> Iterator[str]:
    """What a change is in some years."""
    return (words.say("with_range", number=number(x), range=year) for year, x in size)


def _by(value: float) -> str:
    return f"{value:.{_DIGITS}g}"
