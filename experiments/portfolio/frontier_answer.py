"""A frontier on one screen, in full, and in plain sentences."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from experiments.analysis.names import BILLION, COST
from experiments.portfolio.efficient import undominated
from experiments.report.caution import beware, of_the_card, of_the_sets, of_the_sizes
from experiments.report.language import Words, to_digits
from experiments.report.letters import cut, pad, width, wrapped
from experiments.report.numbers import Scale, Shown, percent, records
from experiments.report.screen import COLUMNS, LINES, cell, footer, run
from experiments.report.summary import page
from experiments.request.build import Build

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from experiments.portfolio.frontier import FrontierSettings
    from experiments.report.numbers import Row
    from experiments.request.comparison import Question
    from experiments.request.settings import Settings
    from sim import World

_HALF = 0.5  # of the sets, in which a point is efficient before it is named
_SURE = ("higher", "lower")


@dataclass(frozen=True)
class FrontierAnswer:
    """The result of a frontier as its pages need it. table: a row a point; budget: of the mixes, billions; None where
    there are none.
    """

    settings: Settings
    asked: FrontierSettings
    question: Question
    table: pd.DataFrame
    budget: float | None

    @property
    def outcome(self) -> str:
        """The outcome that is looked at."""
        return self.asked.outcome.partition("/")[0]

    @property
    def group(self) -> str:
        """Its group."""
        return self.asked.outcome.partition("/")[2] or "all"

    @property
    def sign(self) -> float:
        """1 where more of it is wanted, -1 where less."""
        return 1.0 if self.asked.wanted == "more" else -1.0

    @cached_property
    def points(self) -> Sequence[Mapping[str, Any]]:
        """The rows of the table, the cheapest first."""
        return [dict(row) for row in records(self.table.sort_values("cost_effect", kind="stable"))]

    @property
    def efficient(self) -> Sequence[Mapping[str, Any]]:
        """The efficient points, the cheapest first."""
        return [point for point in self.points if point["efficient"]]

    @property
    def years(self) -> tuple[int, int]:
        """The first and the last year of the window."""
        first, last = self.settings.read_first
        return self.settings.fork + first, self.settings.fork + last

    def words(self, code: str) -> Words:
        """The words of a language for this answer."""
        return Words.of(code, self.world, self.question.brought)

    @cached_property
    def world(self) -> World:
        """The country's data."""
        return Build.of(self.settings).inputs()[0]

    def title(self, policy: str, words: Words) -> str:
        """What a reader calls a policy, shortened to the part before a colon."""
        (arm,) = [arm for arm in self.question.arms if arm.name == policy]
        return words.briefly(arm)

    def named(self, point: Mapping[str, Any], words: Words, *, short: bool = False) -> str:
        """A point as a reader names it: by doses, or by shares of the budget; short: policies by their numbers."""
        names = [arm.name for arm in self.question.arms]
        called = {name: str(number) if short else self.title(name, words) for number, name in enumerate(names, 1)}
        if point["kind"] == "dose":
            (name,) = [name for name in names if point[f"dose.{name}"] > 0]
            return words.say("frontier.dose", dose=f"{point[f'dose.{name}']:.3g}", policy=called[name])
        if point["kind"] == "budget":
            (name,) = [name for name in names if point[f"dose.{name}"] > 0]
            return words.say("frontier.all_in", policy=called[name])
        shares = [
            words.say("frontier.share", share=f"{100 * point[f'share.{name}']:.0f}", policy=called[name])
            for name in names
            if point[f"share.{name}"] > 0
        ]
        return words.say("plus").join(shares)

    def shown(self, point: Mapping[str, Any], of: str) -> Row:
        """The cost, or the gain, of a point as a row of effects."""
        keys = ("effect", "low", "high", "agreement", "certainty", "unit", "sets", "reference")
        return {key: point[f"{of}_{key}"] for key in keys}

    def per_billion(self, point: Mapping[str, Any]) -> float | None:
        """What a point brings for each billion; None where it may cost nothing."""
        if point["cost_certainty"] not in ("higher", "too few sets") or point["cost_low"] <= 0:
            return None
        return float(point["gain_effect"]) / (float(point["cost_effect"]) / BILLION)

    @cached_property
    def at_budget(self) -> Sequence[Mapping[str, Any]]:
        """The points that spend the budget, those that bring most first."""
        return sorted(
            (point for point in self.points if point["kind"] != "dose"),
            key=lambda point: -self.sign * float(point["gain_effect"]),
        )

    def sentences(self, words: Words) -> Iterator[str]:
        """The answer in sentences: which points are efficient, what the budget is best spent on, what nothing is."""
        if self.budget is not None and self.at_budget:
            yield self.best(words)
        named = [self.named(point, words) for point in self.efficient if point["efficient_share"] >= _HALF]
        said = words.listed(named) if named else words.say("frontier.none")
        yield words.say("frontier.efficient", points=said)
        never = [
            self.title(arm.name, words)
            for arm in self.question.arms
            if not any(point["efficient_share"] >= _HALF and point[f"dose.{arm.name}"] > 0 for point in self.efficient)
        ]
        if never:
            yield words.say("frontier.never", policies=words.listed(never))
        if text := self.beware(words):
            yield text + words.say("stop")

    def beware(self, words: Words) -> str:
        """What to beware of at every point, in a line; empty where there is nothing."""
        arms, country = self.question.arms, self.world.country
        return beware([*of_the_sizes(arms), *of_the_card(arms, country), *of_the_sets(self.settings.draws)], words)

    @property
    def directed(self) -> bool:
        """Whether what most is brought by brings more, or less, in nearly all sets or probably."""
        return self.at_budget[0]["gain_certainty"] in (*_SURE, "probably higher", "probably lower")

    def best(self, words: Words) -> str:
        """What the budget is best spent on, on average, and in which share of the sets nothing beats it."""
        first, *others = self.at_budget
        shown = Shown.of(self.shown(first, "gain"), self.outcome, words)
        money = words.money(float(self.budget or 0) * BILLION)
        said = words.say(
            "frontier.best" if self.directed else "frontier.best_open", budget=money, point=self.named(first, words),
            outcome=words.outcome(self.outcome, self.group), number=shown.number, unit=shown.unit,
            range=shown.range or words.say("no_range"), certainty=words.say(f"certainty.{first['gain_certainty']}"),
            share=percent(float(first["efficient_share"])),
        )  # fmt: skip
        if not others:
            return said
        last = Shown.of(self.shown(others[-1], "gain"), self.outcome, words)
        worst = words.say("frontier.worst", point=self.named(others[-1], words), number=last.number, unit=last.unit)
        return words.say("sentences").join([said, worst])


def screen(answer: FrontierAnswer, words: Words) -> str:
    """At most 24 lines: the efficient points, the cheapest first, then what the budget brings elsewhere."""
    lines = [line for text in head(answer, words) for line in wrapped(text, COLUMNS)]
    lines += [f"{number} {words.policy(arm)}" for number, arm in enumerate(answer.question.arms, 1)]
    end = footer(answer.settings, words)
    said = [answer.best(words)] if answer.budget is not None and answer.at_budget else []
    said = [line for text in said for line in wrapped(text, COLUMNS)][:3]
    said += wrapped(answer.beware(words), COLUMNS)
    efficient = list(answer.efficient)
    others = [point for point in answer.at_budget if not point["efficient"]]
    others += [point for point in answer.points if point["kind"] == "dose" and not point["efficient"]]
    rows = [(f"● {answer.named(point, words, short=True)}", point) for point in efficient]
    rows += [(f"  {answer.named(point, words, short=True)}", point) for point in others]
    heads, body = _grid(answer, rows, words)
    room = LINES - len(lines) - len(end) - len(said) - len(heads)
    shown = body if len(body) <= room else body[: room - 1]
    lines += [*heads, *shown]
    if len(shown) < len(body):
        lines.append(words.say("screen.further", number=len(body) - len(shown)))
    return "\n".join(cut(line, COLUMNS) for line in [*lines, *said, *end])


def head(answer: FrontierAnswer, words: Words) -> list[str]:
    """What the numbers are and what they were made with."""
    asked = words.say(
        "frontier.asked", country=words.country, outcome=words.outcome(answer.outcome, answer.group),
        number=len(answer.points), years=words.years(*answer.years), against=words.against(answer.question),
    )  # fmt: skip
    return [asked, run(answer.settings, words)]


def full(answer: FrontierAnswer, words: Words) -> str:
    """Every point: what it is, what it costs, what it brings."""
    lines = [*(line for text in (*head(answer, words), answer.beware(words)) for line in wrapped(text)), ""]
    unit = Scale.of(COST, answer.points[0]["cost_unit"], words).of_difference
    gain = Scale.of(answer.outcome, answer.points[0]["gain_unit"], words).of_difference
    for point in answer.points:
        lines += wrapped(f"{'● ' if point['efficient'] else ''}{answer.named(point, words)}")
        cost, brings = (
            cell(answer.shown(point, of), name, words) for of, name in (("cost", COST), ("gain", answer.outcome))
        )
        lines.append(f"  {words.outcome(COST)}  {cost}  {unit}")
        lines += wrapped(f"  {words.outcome(answer.outcome, answer.group)}  {brings}  {gain}")
        lines.append(f"  {words.say('frontier.sets', share=percent(float(point['efficient_share'])))}")
    return "\n".join([*lines, "", *wrapped(words.say("frontier.legend"))])


def summary(answer: FrontierAnswer, command: str, words: Words) -> str:
    """A page in Markdown: the sentences, how sure, how to run it again."""
    named = words.outcome(answer.outcome, answer.group)
    title = words.say("frontier.title", outcome=named, country=words.country)
    points = [*answer.sentences(words), words.say("frontier.legend")]
    return page(title, answer.settings, answer.years, points, command, words)


def _grid(
    answer: FrontierAnswer, rows: Sequence[tuple[str, Mapping[str, Any]]], words: Words
) -> tuple[list[str], list[str]]:
    """Heads, and a line a point: cost, gain, gain per billion, share of the sets in which it is efficient."""
    cost_unit = Scale.of(COST, answer.points[0]["cost_unit"], words).of_difference
    gain_unit = Scale.of(answer.outcome, answer.points[0]["gain_unit"], words).of_difference
    each_billion, efficient = words.say("unit.per_money", currency=words.currency), words.say("frontier.efficient_in")
    heads = [
        [words.outcome(COST), words.short(answer.outcome), each_billion, efficient],
        [cost_unit, gain_unit, "", words.say("frontier.of_sets")],
    ]
    cells = [
        [
            cell(answer.shown(point, "cost"), COST, words),
            cell(answer.shown(point, "gain"), answer.outcome, words),
            "" if (each := answer.per_billion(point)) is None else to_digits(each, 2, signed=True),
            f"{percent(float(point['efficient_share']))} %",
        ]
        for _, point in rows
    ]
    wide = [max(width(texts[at]) for texts in (*heads, *cells)) for at in range(4)]
    name = COLUMNS - sum(wide) - 2 * len(wide)

    def line(text: str, texts: Sequence[str]) -> str:
        parts = [pad(text, name), *(pad(one, columns) for one, columns in zip(texts, wide, strict=True))]
        return "  ".join(parts).rstrip()

    return [line("", head) for head in heads], [line(text, texts) for (text, _), texts in zip(rows, cells, strict=True)]


def frontier_line(answer: FrontierAnswer) -> list[tuple[float, float]]:
    """Cost and gain of doing nothing and of every efficient point, the cheapest first, in the table's units."""
    import numpy as np

    cost, gain = (np.array([point[f"{of}_effect"] for point in answer.points], float) for of in ("cost", "gain"))
    kept = undominated(cost, answer.sign * gain)
    return [(0.0, 0.0), *zip(cost[kept].tolist(), gain[kept].tolist(), strict=True)]
