"""Every row of an answer, for a terminal of 80 columns and more: nothing is cut and nothing wraps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.analysis.names import COST
from experiments.errors import unknown
from experiments.report import targets
from experiments.report.caution import beware
from experiments.report.letters import pad, width, wrapped
from experiments.report.numbers import Scale, percent, records
from experiments.report.screen import asked, cell, run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from experiments.report.answer import WhatIfAnswer
    from experiments.report.language import Words
    from experiments.report.numbers import Row

_YEARS, _LEVEL, _EFFECT = 12, 22, 26


def full(answer: WhatIfAnswer, words: Words) -> str:
    """Every arm with every row of the settings' table and every window."""
    lines = [*(line for text in (asked(answer, words), run(answer.settings, words)) for line in wrapped(text)), ""]
    for number, finding in enumerate(answer.findings, 1):
        arm = finding.arm
        lines += wrapped(words.say("full.head", number=number, policy=words.policy(arm)))
        lines += wrapped(words.say("full.evidence", evidence=arm.evidence))
        lines += wrapped(beware(finding.cautions, words))
        for row in targets.of_arm(answer, arm.name):
            lines += wrapped(targets.sentence(row, answer, words))
        rows = answer.effects[answer.effects["policy"] == arm.name]
        lines += [*block(rows, answer.settings.outcomes.table, words), ""]
    sets = words.say("screen.sets", number=answer.settings.draws)
    return "\n".join([*lines, *wrapped(words.say("full.legend", sets=sets))])


def block(effects: pd.DataFrame, themes: Mapping[str, Sequence[str]], words: Words) -> Iterator[str]:
    """The rows of one arm or point, by theme: an outcome, and below it a line a window."""
    by = dict(iter(effects.groupby(["outcome", "group"], sort=False)))
    for theme, rows in {**themes, "Money": [COST]}.items():
        known = [key for key in map(split, rows) if key in by]
        if known:
            yield from ("", f"[{words.table('theme').get(theme, theme)}]")
        for outcome, group in known:
            table = by[outcome, group]
            unit = Scale.of(outcome, table["unit"].iloc[0], words).of_difference
            yield from wrapped(words.say("full.outcome", outcome=words.outcome(outcome, group), unit=unit))
            for row in records(table.sort_values("first")):
                yield line(row, outcome, words)


def line(row: Row, outcome: str, words: Words) -> str:
    """One effect in a window: years, level, effect and its range, agreement, chance."""
    scale = Scale.of(outcome, row["unit"], words)
    level = words.say("full.row", level=scale.number(float(row["reference"])))
    parts = [cell(row, outcome, words)]
    if row["agreement"] == row["agreement"] and row["certainty"] != "no effect":
        parts.append(words.say("full.agree", share=percent(float(row["agreement"]))))
    if row["chance"] == row["chance"] and row["chance"] > 0:
        places = scale.digits(float(row["effect"]), float(row["low"]), float(row["high"]))
        parts.append(words.say("full.chance", chance=scale.number(float(row["chance"]), decimals=places)))
    years = words.years(int(row["first"]), int(row["last"]))
    head = f"  {pad(years, max(_YEARS, width(years)))}{pad(level, max(_LEVEL, width(level) + 1))}"
    return f"{head}{pad(parts[0], max(_EFFECT, width(parts[0]) + 1))}{'  '.join(parts[1:])}".rstrip()


def check_rows(themes: Mapping[str, Sequence[str]]) -> None:
    """Raise an InputError for a row whose outcome does not exist."""
    from sim.measures.outcomes import CATALOGUE

    for outcome, _ in (split(row) for rows in themes.values() for row in rows):
        if outcome not in CATALOGUE:
            raise unknown("outcome", outcome, list(CATALOGUE))


def split(row: str) -> tuple[str, str]:
    """Outcome and group of a row of the settings' table."""
    outcome, _, group = row.partition("/")
    return outcome, group or "all"
