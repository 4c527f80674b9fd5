"""The report of a factorial: its figures, and the page in every language."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.analysis.names import COST
from experiments.portfolio.contrasts import ALONE, BEYOND, KINDS, MAIN, PAIR, SEPARATOR, TOGETHER
from experiments.portfolio.factorial_answer import heading, summary
from experiments.report import column
from experiments.report.answer_figures import forest, numbers_of, panel_heading
from experiments.report.language import languages_from
from experiments.report.numbers import Scale, Shown, percent, records
from experiments.report.screen import MARKS, cell, run
from experiments.report.sections import Section, Sheet, Table, how_sure, method, sources
from experiments.report.sections import write as write_page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from matplotlib.figure import Figure

    from experiments.portfolio.factorial_answer import FactorialAnswer
    from experiments.report.language import Words
    from experiments.report.numbers import Row

_OUTCOMES = 3  # that have a figure, beside the cost
_PAIRS = 12  # rows of pairs in one figure


def write(answer: FactorialAnswer, manifest: Mapping[str, Any], first: str, folder: Path) -> None:
    """Write `report.html`, its figures and `summary.md`."""
    write_page([sheet(answer, answer.words(code)) for code in languages_from(first)], manifest, folder)
    text = summary(answer, str(manifest["command"]), answer.words(first))
    (folder / "summary.md").write_text(text, encoding="utf-8")


def sheet(answer: FactorialAnswer, words: Words) -> Sheet:
    """The page in one language."""
    sections = [
        Section(
            words.say("page.answer"),
            note=words.say("factorial.note", years=words.years(*answer.years), against=words.against(answer.question)),
            points=list(answer.sentences(words)),
            figures={f"effect-{outcome}": partial(effects, answer, outcome, words) for outcome in _drawn(answer)},
        )
    ]
    if answer.numbers and (BEYOND, SEPARATOR.join(answer.design.policies), "", answer.numbers[0]) in answer.rows:
        sections.append(
            Section(
                words.say("factorial.sum"), note=words.say("factorial.sum_note"),
                figures={"together": partial(together, answer, words)},
            )
        )  # fmt: skip
    confounded = [
        heading(answer, PAIR, first, second, others, words) for first, second, others in answer.pairs if others
    ]
    sections += [
        Section(words.say("factorial.numbers"), tables=[_first(answer, words)]),
        how_sure(answer.settings, words, *confounded),
        method(answer.settings, words),
        sources(answer.question.arms, answer.world, words),
        Section(words.say("page.tables"), note=words.say("page.tables_note"), tables=list(_all(answer, words))),
    ]
    number = len(answer.design.policies)
    policies = words.listed([words.policy(arm) for arm in answer.question.arms])
    return Sheet(
        words,
        words.say("factorial.title", number=number, country=words.country),
        words.say("factorial.question", policies=policies, runs=len(answer.design.runs)),
        run(answer.settings, words),
        sections,
    )


def _drawn(answer: FactorialAnswer) -> Sequence[str]:
    """The outcomes that have a figure."""
    return [*answer.numbers[:_OUTCOMES], COST]


def effects(answer: FactorialAnswer, outcome: str, words: Words) -> Figure:
    """Each policy beside the others and each two beyond their sum, in one outcome: dot, range, both in writing."""
    keys = [(MAIN, name, "") for name in answer.design.policies]
    keys += [(PAIR, first, second) for first, second, _ in answer.pairs][:_PAIRS]
    others = {(PAIR, first, second): aliases for first, second, aliases in answer.pairs}
    names = [_short(answer, *key, others.get(key, ""), words) for key in keys]
    rows = [answer.rows.get((*key, outcome)) for key in keys]
    places, height = column.places_of(names)
    named = panel_heading(outcome, rows, words, answer.question)
    figure, (axis,) = column.stacked([named], height, "", left=0.12, right=numbers_of(rows, outcome, words))
    forest(axis, outcome, rows, places, words)
    column.name_bars(axis, names, places, height)
    return figure


def together(answer: FactorialAnswer, words: Words) -> Figure:
    """What each policy brings alone, their sum, and what all bring together."""
    outcome, everything = answer.numbers[0], SEPARATOR.join(answer.design.policies)
    alone = [answer.rows[ALONE, name, "", outcome] for name in answer.design.policies]
    whole, beyond = (answer.rows[kind, everything, "", outcome] for kind in (TOGETHER, BEYOND))
    scale = Scale.of(outcome, str(whole["unit"]), words)
    values = [float(row["effect"]) for row in alone]
    bars = [*values, sum(values), float(whole["effect"])]
    names = [answer.title(name, words) for name in answer.design.policies]
    names += [words.say("factorial.sum_of_each"), words.say("factorial.of_together")]
    shown = Shown.of(beyond, outcome, words)
    key = "figure_sum" if beyond["certainty"] in ("higher", "lower") else "figure_sum_unsure"
    title = words.say(
        f"factorial.{key}", outcome=words.outcome(outcome), number=shown.number, unit=shown.unit,
        range=shown.range or words.say("no_range"), certainty=words.say(f"certainty.{beyond['certainty']}"),
    )  # fmt: skip
    places, height = column.places_of(names)
    heading_ = words.say("figure.difference", unit=scale.of_difference)
    figure, (axis,) = column.stacked([heading_], height, title, left=0.12, right=0.7)
    starts = [*np.cumsum([0.0, *values[:-1]]).tolist(), 0.0, 0.0]
    colours = [column.BAND] * len(values) + [column.NEUTRAL, column.UP]
    left, length = np.array(starts) * scale.factor, np.array(bars) * scale.factor
    axis.barh(places, length, left=left, color=colours, height=0.16)
    digits = scale.digits(max(bars, key=abs))
    for at, start, value in zip(places.tolist(), left.tolist(), length.tolist(), strict=True):
        axis.text(max(start, start + value), at, f" {value:+,.{digits}f}", va="center", fontsize=column.SMALL)
    axis.vlines(np.zeros_like(places), places - 0.1, places + 0.1, color="0.3", linewidth=0.8)
    column.name_bars(axis, names, places, height)
    axis.tick_params(axis="x", labelsize=column.SMALL - 0.5)
    column.plain(axis)
    return figure


def _short(answer: FactorialAnswer, kind: str, policy: str, other: str, aliases: str, words: Words) -> str:
    if kind == MAIN:
        return answer.title(policy, words)
    text = words.say("factorial.pair", one=answer.title(policy, words), second=answer.title(other, words))
    return f"{text} {words.say('factorial.or_other')}" if aliases else text


def _first(answer: FactorialAnswer, words: Words) -> Table:
    """What is said first: a row an effect, the outcomes that matter as columns."""
    columns = [*answer.numbers, COST]
    keys = dict.fromkeys(
        (str(row["kind"]), str(row["policy"]), str(row["second"]), str(row["aliases"])) for row in records(answer.whole)
    )
    shown = [key for key in keys if key[0] != PAIR or key[1:] in answer.pairs]
    units = {name: Scale.of(name, _unit(answer, name), words).of_difference for name in columns}
    heads = [words.say("full.outcome", outcome=words.outcome(name), unit=unit) for name, unit in units.items()]
    rows = []
    for kind, policy, other, aliases in shown:
        cells = [answer.rows.get((kind, policy, other, outcome)) for outcome in columns]
        rows.append(
            [(heading(answer, kind, policy, other, aliases, words), "")]
            + [
                ("", 0.0) if row is None else (cell(row, outcome, words), float(row["effect"]))
                for row, outcome in zip(cells, columns, strict=True)
            ]
        )
    return Table([words.say("factorial.effect_of"), *heads], rows)


def _all(answer: FactorialAnswer, words: Words) -> Sequence[Table]:
    """Every effect on everybody, in every window; groups are in the file."""
    head = [
        words.say(f"page.{key}")
        for key in ("outcome", "unit", "window", "level", "effect", "range", "agree", "certainty")
    ]
    tables = []
    whole = answer.table[answer.table["group"] == "all"]
    for kind in KINDS:
        for (policy, other, aliases), part in whole[whole["kind"] == kind].groupby(
            ["policy", "second", "aliases"], sort=False
        ):
            if kind == PAIR and (policy, other, aliases) not in answer.pairs:
                continue
            title = heading(answer, kind, str(policy), str(other), str(aliases), words)
            tables.append(Table(head, [_line(row, words) for row in records(part)], title))
    return tables


def _line(row: Row, words: Words) -> list[tuple[str, object]]:
    outcome = str(row["outcome"])
    scale, shown = Scale.of(outcome, row["unit"], words), Shown.of(row, outcome, words)
    return [
        (words.outcome(outcome), ""),
        (scale.of_difference, ""),
        (words.years(int(row["first"]), int(row["last"])), int(row["first"])),
        (scale.number(float(row["reference"])), float(row["reference"])),
        (f"{MARKS[row['certainty']]} {shown.number}", float(row["effect"])),
        (shown.range, float(row["high"] - row["low"])),
        (f"{percent(float(row['agreement']))} %", float(row["agreement"])),
        (words.say(f"certainty.{row['certainty']}"), ""),
    ]


def _unit(answer: FactorialAnswer, outcome: str) -> str:
    return str(answer.whole.loc[answer.whole["outcome"] == outcome, "unit"].iloc[0])
