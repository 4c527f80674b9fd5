"""The report of a what-if: the answer, when, who, where, money, how sure, the track record, limits, tables, sources."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from experiments.analysis.names import COST, GAINING, LOSING, RETURNS
from experiments.report import answer_figures, page, targets
from experiments.report.finding import STATUSES
from experiments.report.language import to_digits
from experiments.report.numbers import Scale, sentence
from experiments.report.page_tables import change_rows, effect_rows
from experiments.report.record_table import Record
from experiments.report.screen import cell, costs, gains_and_losses, rounded
from experiments.report.summary import budgeted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from concurrent.futures import Future

    import pandas as pd

    from experiments.analysis.attribution import Attribution
    from experiments.report.answer import WhatIfAnswer
    from experiments.report.finding import Finding
    from experiments.report.page_tables import Changed
    from experiments.request.settings import Settings

_SPLIT = ("status", "experience", "sex", "origin", "field", "employer")


@dataclass(frozen=True)
class Report:
    """What the page shows. by_year: effects year by year; why: what makes the range of returns wide, by arm.

    elsewhere: the figures of languages that another process draws, as `page.drawn` gives them.
    """

    answer: WhatIfAnswer
    by_year: pd.DataFrame
    manifest: Mapping[str, Any]
    why: Mapping[str, Attribution]
    elsewhere: Mapping[str, Future[dict[str, str]]] = field(default_factory=dict)

    @property
    def drawing(self) -> page.Drawing:
        """Its figures."""
        return partial(answer_figures.in_language, self.answer, self.by_year)

    def html(self, first: str) -> str:
        """The page; it opens in the language `first` and holds all of them."""
        record = Record(self.answer.question.arms, self.answer.world)
        return page.html(
            lambda code: WhatIfView(
                self.answer.words(code), self.manifest, self.drawing, self, record, elsewhere=self.elsewhere
            ),
            first,
        )


@dataclass(frozen=True)
class WhatIfView(page.View):
    """The report of a what-if in one language."""

    report: Report
    record: Record

    @property
    def settings(self) -> Settings:
        """Of the run."""
        return self.answer.settings

    @cached_property
    def common(self) -> Mapping[str, object]:
        """What every text of the page may name."""
        words = self.words
        return {
            **super().common,
            "against": words.against(self.answer.question),
            "thing": words.thing(self.answer.question),
            "things": words.thing(self.answer.question, many=True),
            "years": words.years(*self.answer.findings[0].window),
        }

    @property
    def answer(self) -> WhatIfAnswer:
        """The answer behind the page."""
        return self.report.answer

    @property
    def title(self) -> str:
        """What was asked, in a line."""
        arms = self.answer.question.arms
        if len(arms) == 1:
            return self.say("one_title", policy=self.words.policy(arms[0]))
        return self.say("title", policies=self.say("many", number=len(arms)))

    @property
    def question(self) -> str:
        """What was asked, in full: the life that arms are compared with, and the world of both."""
        asked = self.answer.question
        worlds = self.words.world(asked)
        world = self.say("question_world", world=worlds) if worlds else ""
        if not asked.against.policies:
            return self.say("question", world=world)
        return self.say("question_against", reference=self.words.reference(asked), world=world)

    @property
    def template(self) -> str:
        """The main part of the page."""
        return "whatif.html"

    @property
    def budget(self) -> str:
        """How policies were scaled to a budget; empty where there is none."""
        return budgeted(self.settings, self.words, self.words.years(*self.answer.findings[0].window))

    def most(self) -> str:
        """The finding of the figure of effects."""
        return answer_figures.most(self.answer, self.words)

    def policy(self, finding: Finding) -> str:
        """What the policy is called."""
        return self.words.policy(finding.arm)

    def headline(self, finding: Finding) -> str:
        """The answer about a policy in a sentence: what it does to returns, and how sure that is."""
        if RETURNS not in finding.numbers:
            return self.say("nothing", policy=self.policy(finding))
        return sentence(finding.numbers[RETURNS], RETURNS, self.words)

    def numbers(self, finding: Finding) -> Iterator[tuple[str, str, str]]:
        """Title, effect with its range, and unit of the numbers that matter."""
        for outcome, row in finding.numbers.items():
            scale = Scale.of(outcome, row["unit"], self.words)
            yield self.words.outcome(outcome), cell(row, outcome, self.words), scale.of_difference

    def cost(self, finding: Finding) -> tuple[str, str]:
        """What it costs a year, and the unit; empty where it costs nothing."""
        row = finding.cost
        if row is None or row["certainty"] in ("no effect", "too small to matter"):
            return costs(finding, self.words), ""
        return cell(row, COST, self.words), Scale.of(COST, row["unit"], self.words).of_difference

    def per_billion(self, finding: Finding) -> str:
        """Returns for each billion."""
        return "" if finding.per_billion is None else to_digits(finding.per_billion, 2, signed=True)

    def people(self, finding: Finding) -> str:
        """Who gains and loses, in persons."""
        return gains_and_losses(finding, self.words)

    def cautions(self, finding: Finding) -> list[str]:
        """What to beware of."""
        return [caution.said(self.words) for caution in finding.cautions]

    def groups(self, finding: Finding) -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
        """Persons who stand better and worse, by kind of group: its title, and group, better, worse."""
        arm = finding.arm.name
        by = {key[1:]: float(row["effect"]) for key, row in self.answer.rows.items() if key[0] == arm}
        for kind in _SPLIT:
            names = [name for outcome, name in by if outcome == GAINING and _kind(name) == kind]
            names.sort(key=lambda name: STATUSES.index(name) if name in STATUSES else len(STATUSES))
            rows = [
                (self.words.group(name), _persons(by[GAINING, name]), _persons(by.get((LOSING, name), 0.0)))
                for name in names
            ]
            if rows:
                yield self.say(f"kind_{kind}"), rows

    def why(self, finding: Finding) -> str:
        """Which parameters make the range of returns wide, or that they cannot be told apart."""
        found = self.report.why.get(finding.arm.name)
        if found is None:
            return ""
        share = "?" if found.share != found.share else f"{100 * max(found.share, 0):.0f}"
        key = "drivers_found" if found.parameters else "drivers_none"
        named = self.words.listed([self.words.say("quoted", title=self.words.parameter(x)) for x in found.parameters])
        return self.say(key, policy=self.policy(finding), parameters=named, share=share, sets=found.sets)

    def chance(self) -> str:
        """How much of the spread is chance."""
        rows = self.answer.effects
        rows = rows[(rows["outcome"] == RETURNS) & (rows["group"] == "all") & (rows["window"] == self.answer.window)]
        known = rows["chance_share"].dropna()
        if known.empty or self.answer.settings.draws == 1:
            return ""
        return self.words.say("summary.chance", share=f"{100 * known.median():.0f}")

    def targets(self) -> list[tuple[str, Sequence[Sequence[str]]]]:
        """The targets of the documents, by policy."""
        return list(targets.rows(self.answer, self.words))

    def of_targets(self, key: str) -> str:
        """A text of them."""
        return self.words.say(f"targets.{key}", thing=self.words.thing(self.answer.question), fork=self.settings.fork)

    @property
    def target_columns(self) -> Sequence[str]:
        """Keys of the texts of their columns."""
        return targets.HEAD

    def cannot(self, finding: Finding) -> list[str]:
        """What the model cannot say about a policy."""
        keys = [caution.key for caution in finding.cautions]
        own = [self.say("cannot_size")] if "grade_a" in keys else []
        priced = finding.cost is not None and finding.cost["certainty"] in ("higher", "lower", "probably higher")
        name = "sceptic_ja" if self.code == "ja" else "sceptic"
        doubts = [text for policy in finding.arm.policies if (text := getattr(policy, name, None))]
        return [*doubts, *own, *([] if priced else [self.say("cannot_price")])]

    def changes(self, finding: Finding) -> Iterator[Changed]:
        """What each policy of an arm changes, brings and prices, with source and grade."""
        return (row for policy in finding.arm.policies for row in change_rows(policy, self.words, self.answer.world))

    def rows(self, finding: Finding) -> Iterator[tuple[tuple[str, str], ...]]:
        """Every effect on a policy, as `effect_rows` gives it."""
        table = self.answer.effects[self.answer.effects["policy"] == finding.arm.name]
        return effect_rows(table, self.words)


def _persons(number: float) -> str:
    return f"{rounded(number):,.0f}"


def _kind(group: str) -> str:
    """What kind of group a name is of; "" for everybody."""
    from sim.measures.distribution import FIELD, TIER

    if group.startswith((FIELD, TIER)):
        return "field" if group.startswith(FIELD) else "employer"
    kinds = dict.fromkeys(STATUSES, "status") | {"women": "sex", "men": "sex", "home": "origin", "foreign": "origin"}
    return kinds.get(group, "experience" if "experience" in group else "")
