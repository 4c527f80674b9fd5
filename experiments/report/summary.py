"""The answer in plain sentences, which claim a direction only where nearly all of the ensemble agrees on it."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from experiments.analysis.names import BILLION
from experiments.report import targets
from experiments.report.numbers import sentence
from experiments.report.run_words import caption
from experiments.report.screen import gains_and_losses, per_billion

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from experiments.report.answer import WhatIfAnswer
    from experiments.report.finding import Finding
    from experiments.report.language import Words
    from experiments.request.settings import Settings


def summary(answer: WhatIfAnswer, command: str, words: Words) -> str:
    """A page in Markdown: what was asked, what the model answers, how sure it is, how to run it again."""
    against = words.against(answer.question)
    first, last = answer.findings[0].window
    lines = [
        f"# {words.say('summary.title', name=answer.settings.name, against=against)}",
        "",
        f"{caption(answer.settings)}{words.say('stop')}",
        f"{words.say('summary.years', years=words.years(first, last))}{words.say('stop')}",
        *filter(None, [budgeted(answer.settings, words, words.years(first, last))]),
        "",
    ]
    for finding in answer.findings:
        lines += [f"## {words.policy(finding.arm)}", ""]
        lines += [f"- {text}" for text in sentences(finding, words)]
        lines += [f"- {targets.sentence(row, answer, words)}" for row in targets.of_arm(answer, finding.arm.name)]
        lines.append("")
    return "\n".join([*lines, *how_sure(answer, words), "", *again(command, words)])


def budgeted(settings: Settings, words: Words, years: str) -> str:
    """How policies were scaled to a budget; empty where there is none."""
    if settings.budget is None:
        return ""
    return words.say("budget.said", budget=words.money(settings.budget * BILLION), years=years)


def sentences(finding: Finding, words: Words) -> Iterator[str]:
    """What is said of one policy: its numbers, its cost, who gains and loses, what to beware of."""
    for outcome, row in finding.numbers.items():
        yield sentence(row, outcome, words)
    if finding.cost is not None:
        yield sentence(finding.cost, "cost", words)
    stop = words.say("stop")
    yield from (text + stop for text in (per_billion(finding, words), gains_and_losses(finding, words)) if text)
    if finding.cautions:
        said = words.say("semicolon").join(caution.said(words) for caution in finding.cautions)
        yield words.say("screen.beware", cautions=said) + stop


def how_sure(answer: WhatIfAnswer, words: Words) -> Iterator[str]:
    """How the ranges and the words are to be read, and how much of them is chance."""
    yield from explained(answer.settings, words)
    returns = answer.effects[
        (answer.effects["outcome"] == "returns")
        & (answer.effects["group"] == "all")
        & (answer.effects["window"] == answer.window)
    ]
    known = [share for share in returns["chance_share"] if share == share]
    if known and answer.settings.draws > 1:
        yield words.say("summary.chance", share=f"{100 * median(known):.0f}")


def explained(settings: Settings, words: Words) -> list[str]:
    """How the ranges and the words are to be read."""
    sets = words.say("screen.sets", number=settings.draws)
    return [f"## {words.say('summary.how_sure')}", "", words.say("summary.explain", sets=sets)]


def page(
    title: str, settings: Settings, years: tuple[int, int], points: Sequence[str], command: str, words: Words
) -> str:
    """A page in Markdown of an answer in sentences: what was asked, the points, how sure, how to run it again."""
    lines = [
        f"# {title}",
        "",
        f"{caption(settings)}{words.say('stop')}",
        f"{words.say('summary.years', years=words.years(*years))}{words.say('stop')}",
        "",
        *(f"- {text}" for text in points),
        "",
        *explained(settings, words),
        "",
    ]
    return "\n".join([*lines, *again(command, words)])


def again(command: str, words: Words) -> list[str]:
    """How the same is asked again."""
    return [f"## {words.say('summary.again')}", "", "```sh", command, "```", ""]
