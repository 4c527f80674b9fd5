"""Targets of documents in words: what is wanted, the level with the policy and without it, how often it is reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.report.numbers import Scale, percent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from experiments.report.answer import WhatIfAnswer
    from experiments.report.language import Words
    from experiments.report.numbers import Row

HEAD = ("outcome", "wanted", "window", "observed", "begins", "without", "with", "reached", "source", "grade")
"""Columns of `rows`: keys of the texts of targets."""


def of_arm(answer: WhatIfAnswer, arm: str) -> list[Row]:
    """The targets of an arm."""
    return [row for row in answer.targets if row["policy"] == arm]


def brief(row: Row, words: Words) -> str:
    """One target in a line of the screen."""
    return words.say(f"targets.{_state(row)}_briefly", **_given(row, words))


def sentence(row: Row, answer: WhatIfAnswer, words: Words) -> str:
    """One target in full: levels of both lives, and how many of the sets reach it in each."""
    given = _given(row, words)
    level = words.level(answer.question, given["reference"])
    return words.say(f"targets.{_state(row)}", **given, level=level, fork=answer.settings.fork)


def rows(answer: WhatIfAnswer, words: Words) -> Iterator[tuple[str, Sequence[Sequence[str]]]]:
    """Every arm that has targets, by title, with a line of cells for each of them."""
    for arm in answer.question.arms:
        if mine := of_arm(answer, arm.name):
            yield words.policy(arm), [_cells(row, words) for row in mine]


def _cells(row: Row, words: Words) -> list[str]:
    given, state = _given(row, words, bare=True), _state(row)
    unit = Scale.of(str(row["outcome"]), str(row["unit"]), words).label
    named = words.say("with_range", number=given["outcome"], range=unit)  # the unit once, beside what is counted
    reached = words.say("targets.both", **given) if state == "held" else words.say(f"targets.{state}_cell")
    years = words.years(int(row["first"]), int(row["last"]))
    levels = [given[name] for name in ("observed", "begins", "reference", "value")]
    return [named, given["limit"], years, *levels, reached, str(row["source"]), str(row["grade"])]


def _state(row: Row) -> str:
    """Whether a target is held against the run, lies beyond its last year, or is of a group that the model has not."""
    if row["sets"]:
        return "held"
    return "beyond" if row["begins"] == row["begins"] else "nobody"


def _given(row: Row, words: Words, *, bare: bool = False) -> dict[str, str]:
    """What the texts may name. bare: numbers without their units."""
    outcome, group = str(row["outcome"]), str(row["group"])
    scale = Scale.of(outcome, str(row["unit"]), words)

    def level(name: str, low: str = "", high: str = "") -> str:
        value = float(row[name])
        if value != value:
            return "-"
        said = scale.number(value) if bare else words.say("sum", number=scale.number(value), unit=scale.label)
        if not low or row[low] != row[low]:
            return said
        ends = words.say("range", low=scale.number(float(row[low])), high=scale.number(float(row[high])))
        return words.say("with_range", number=said, range=ends)

    def share(name: str) -> str:
        if row["sets"] == 1:
            return words.say("targets.is_reached" if row[name] else "targets.is_missed")
        return words.say("targets.share" if bare else "targets.sets", share=percent(float(row[name])))

    first, last, seen = int(row["first"]), int(row["last"]), row["observed_in"]
    observed = {"number": level("observed"), "year": "-" if seen != seen else int(seen)}
    return {
        "outcome": words.outcome(outcome, group),
        "limit": words.say(f"targets.{row['limit']}", number=level("wanted")),
        "when": words.say("targets.by" if first == last else "targets.over", first=first, last=last),
        "observed": words.say("targets.seen", **observed) if seen == seen else "-",
        "begins": level("begins"),
        "reference": level("reference", "reference_low", "reference_high"),
        "value": level("value", "low", "high"),
        "without": share("without"),
        "reached": share("reached"),
    }
