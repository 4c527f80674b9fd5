"""The report: one HTML file in every language, with its figures, fonts and tables inside; it asks no network."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from functools import cached_property
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from experiments.analysis.names import COST, GAINING, LOSING, RETURNS
from experiments.report import answer_figures, fonts
from experiments.report.figures import house_style
from experiments.report.language import languages
from experiments.report.numbers import Scale, Shown, percent, records, sentence
from experiments.report.screen import MARKS, cell, costs, gains_and_losses
from experiments.report.summary import budgeted
from experiments.report.track_record import REFERENCE, nearest, repeated

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from concurrent.futures import Future

    import pandas as pd
    from matplotlib.figure import Figure

    from experiments.analysis.attribution import Attribution
    from experiments.report.answer import WhatIfAnswer
    from experiments.report.finding import Finding
    from experiments.report.language import Words
    from experiments.report.track_record import Leaning

PAGE = Path(__file__).parent / "page"
_SIZE = re.compile(r'(<svg[^>]*?) width="[^"]*" height="[^"]*"')
LATER = "THE-FONT"  # in the page, until it is known which letters it has
DPI = 140
_SPLIT = ("status", "experience", "sex", "origin", "field", "employer")


@dataclass(frozen=True)
class Report:
    """What the page shows. by_year: effects year by year; why: what makes the range of returns wide, by arm.

    elsewhere: the figures of languages that another process draws, as `drawn` gives them.
    """

    answer: WhatIfAnswer
    by_year: pd.DataFrame
    manifest: Mapping[str, Any]
    why: Mapping[str, Attribution]
    elsewhere: Mapping[str, Future[dict[str, str]]] = field(default_factory=dict)

    def html(self, first: str) -> str:
        """The page; it opens in the language `first` and holds all of them."""
        codes = [first, *(code for code in languages() if code != first)]
        views = [View(self, self.answer.words(code)) for code in codes]
        for view in sorted(views, key=lambda view: view.code in self.elsewhere):
            _ = view.figures  # those that this process draws, while another draws the others
        environment = Environment(
            loader=FileSystemLoader(PAGE), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
            lstrip_blocks=True,
        )  # fmt: skip
        environment.globals["font"] = LATER
        page = environment.get_template("report.html").render(views=views, first=first)
        return page.replace(LATER, fonts.subset(fonts.wide(page)))


@dataclass(frozen=True)
class View:
    """The report in one language: everything that the template asks for, as text."""

    report: Report
    words: Words

    @property
    def code(self) -> str:
        """The language."""
        return self.words.code

    def say(self, key: str, **values: object) -> str:
        """A text of the page, with what every text may name."""
        return self.words.say(f"page.{key}", **{**self._common, **values})

    @cached_property
    def _common(self) -> Mapping[str, object]:
        settings, words = self.answer.settings, self.words
        one = settings.draws == 1
        return {
            "country": words.country,
            "currency": words.currency,
            "against": words.against(self.answer.question),
            "years": words.years(*self.answer.findings[0].window),
            "fork": settings.fork,
            "until": settings.until,
            "sets": words.say("screen.one_set") if one else words.say("screen.sets", number=settings.draws),
            "scale": f"{1 / settings.scale:,.3g}",
            "seconds": sum(number > 1 for number in settings.seeds),
        }

    @property
    def budget(self) -> str:
        """How policies were scaled to a budget; empty where there is none."""
        return budgeted(self.answer.settings, self.words, self.words.years(*self.answer.findings[0].window))

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

    def cost(self, finding: Finding) -> str:
        """What it costs a year."""
        row = finding.cost
        if row is None or row["certainty"] in ("no effect", "too small to matter"):
            return costs(finding, self.words)
        return f"{cell(row, COST, self.words)} {Scale.of(COST, row['unit'], self.words).of_difference}"

    def per_billion(self, finding: Finding) -> str:
        """Returns for each billion."""
        return "" if finding.per_billion is None else f"{finding.per_billion:+,.2g}"

    def people(self, finding: Finding) -> str:
        """Who gains and loses, in persons."""
        return gains_and_losses(finding, self.words)

    def cautions(self, finding: Finding) -> list[str]:
        """What to beware of."""
        return [caution.said(self.words) for caution in finding.cautions]

    @cached_property
    def figures(self) -> Mapping[str, Markup]:
        """Every figure as SVG, by name."""
        there = self.report.elsewhere.get(self.code)
        found = drawn(self.answer, self.report.by_year, self.code) if there is None else there.result()
        return {name: Markup(figure) for name, figure in found.items()}  # noqa: S704 - our own figures

    def figures_of(self, kind: str) -> list[Markup]:
        """The figures of a kind, a policy each."""
        return [figure for name, figure in self.figures.items() if name.startswith(f"{kind}-")]

    def groups(self, finding: Finding) -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
        """Persons who stand better and worse, by kind of group: its title, and group, better, worse."""
        arm = finding.arm.name
        by = {key[1:]: float(row["effect"]) for key, row in self.answer.rows.items() if key[0] == arm}
        for kind in _SPLIT:
            names = [name for outcome, name in by if outcome == GAINING and _kind(name) == kind]
            rows = [
                (self.words.group(name), f"{by[GAINING, name]:,.0f}", f"{by.get((LOSING, name), 0.0):,.0f}")
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
        return self.say(
            key, policy=self.policy(finding), parameters=", ".join(found.parameters), share=share, sets=found.sets
        )

    def chance(self) -> str:
        """How much of the spread is chance."""
        rows = self.answer.effects
        rows = rows[(rows["outcome"] == RETURNS) & (rows["group"] == "all") & (rows["window"] == self.answer.window)]
        known = rows["chance_share"].dropna()
        if known.empty or self.answer.settings.draws == 1:
            return ""
        return self.words.say("summary.chance", share=f"{100 * known.median():.0f}")

    def leaning(self, finding: Finding) -> list[tuple[str, ...]]:
        """Rows of the response card, and repeated studies, that test what the policy moves, or its like."""
        return [self._leaning(one) for one in self._tests[finding.arm.name] if one.nearness != "context"]

    def context(self) -> list[tuple[str, ...]]:
        """The other tests: what none of the policies moves."""
        near = {(one.row, one.outcome) for tests in self._tests.values() for one in tests if one.nearness != "context"}
        (*_, tests) = self._tests.values()
        return [self._leaning(one) for one in tests if (one.row, one.outcome) not in near]

    @cached_property
    def _tests(self) -> Mapping[str, Sequence[Leaning]]:
        """Every test of the model by arm, the nearest first."""
        arms, world = self.answer.question.arms, self.answer.world
        return {arm.name: nearest(self.answer.leaning[arm.name], repeated(arm, world)) for arm in arms}

    def _leaning(self, one: Leaning) -> tuple[str, ...]:
        """Row, test, published, ours, verdict, nearness, source, grade."""
        return (
            one.row,
            f"{one.title}: {one.outcome.replace('_', ' ')} ({one.unit})",
            self.say(f"sign_{one.sign}") if isnan(one.published[0]) else self._between(*one.published),
            f"{one.ours[0]:+.2f} ({self._between(*one.ours[1:])})",
            self.say(f"verdict_{one.verdict}"),
            self.say(f"near_{one.nearness}"),
            one.source,
            one.grade,
        )

    def _between(self, low: float, high: float) -> str:
        return self.words.say("range", low=f"{low:+.2f}", high=f"{high:+.2f}")

    def fit(self) -> str:
        """How the model fits and what its bands hold, of the country's kept validation."""
        import pandas as pd

        fit, held = (REFERENCE / "validate" / name for name in ("fit.csv", "coverage.csv"))
        if not (self.answer.world.country.is_default and fit.is_file() and held.is_file()):
            return self.say("record_no_fit")
        moments, coverage = pd.read_csv(fit), pd.read_csv(held).set_index("part")
        fitted = moments[moments["use"] == "fit"]
        covered = f"{100 * float(coverage['observation']['validate']):.0f}"
        return self.say("record_fit", inside=int(fitted["inside"].sum()), all=len(fitted), covered=covered)

    def cannot(self, finding: Finding) -> list[str]:
        """What the model cannot say about a policy."""
        keys = [caution.key for caution in finding.cautions]
        own = [self.say("cannot_size")] if "grade_a" in keys else []
        priced = finding.cost is not None and finding.cost["certainty"] in ("higher", "lower", "probably higher")
        name = "sceptic_ja" if self.code == "ja" else "sceptic"
        doubts = [text for policy in finding.arm.policies if (text := getattr(policy, name, None))]
        return [*doubts, *own, *([] if priced else [self.say("cannot_price")])]

    def changes(self, finding: Finding) -> Iterator[tuple[str, str, str, str]]:
        """What each policy of an arm changes: where, how, the source, the grade."""
        for policy in finding.arm.policies:
            yield policy.title_ja if self.code == "ja" else policy.title, "", policy.source, policy.grade
            for change in policy.changes:
                size = change.size
                by = f"{size:g}" if isinstance(size, float) else ", ".join(f"{year}: {x:g}" for year, x in size)
                yield change.name, f"{change.operation} {by}", change.source, change.grade

    def rows(self, finding: Finding) -> Iterator[tuple[tuple[str, object], ...]]:
        """Every effect on a policy: what is shown in each column, and what it is sorted by."""
        table = self.answer.effects[self.answer.effects["policy"] == finding.arm.name]
        for row in records(table):
            outcome, group = str(row["outcome"]), str(row["group"])
            scale, shown = Scale.of(outcome, row["unit"], self.words), Shown.of(row, outcome, self.words)
            yield (
                (self.words.outcome(outcome, group), ""),
                (scale.of_difference, ""),
                (self.words.years(int(row["first"]), int(row["last"])), row["first"]),
                (scale.number(row["reference"]), row["reference"]),
                (f"{MARKS[row['certainty']]} {shown.number}", row["effect"]),
                (shown.range, row["high"] - row["low"]),
                (f"{percent(row['agreement'])} %", row["agreement"]),
                (self.words.say(f"certainty.{row['certainty']}"), ""),
                (scale.number(row["size"], decimals=scale.digits(row["size"])), row["size"]),
            )


def _kind(group: str) -> str:
    """What kind of group a name is of; "" for everybody."""
    from experiments.report.finding import STATUSES
    from sim.measures.distribution import FIELD, TIER

    if group.startswith((FIELD, TIER)):
        return "field" if group.startswith(FIELD) else "employer"
    kinds = dict.fromkeys(STATUSES, "status") | {"women": "sex", "men": "sex", "home": "origin", "foreign": "origin"}
    return kinds.get(group, "experience" if "experience" in group else "")


def drawn(answer: WhatIfAnswer, by_year: pd.DataFrame, code: str, pictures: Path | None = None) -> dict[str, str]:
    """Every figure of an answer in a language as SVG, by name. pictures: a folder that gets them as PNG too."""
    found = {}
    with house_style():
        for name, draw in answer_figures.all_of(answer, by_year, answer.words(code)).items():
            figure = draw()
            found[name] = svg(figure, f"{code}-{name}")
            if pictures is not None:
                figure.savefig(pictures / f"{name}.png", dpi=DPI)
    return found


def svg(figure: Figure, name: str) -> str:
    """A figure as SVG for a page: its text is text, its names are its own, and it is as wide as the page lets it."""
    import matplotlib as mpl

    file = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": name, "svg.id": name}):
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    text = file.getvalue()
    text = text[text.index("<svg") :]
    text = _SIZE.sub(r"\1", text, count=1)
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', text)
    text = re.sub(r'(xlink:href="#|url\(#)', rf"\g<1>{name}-", text)
    title = figure.texts[0].get_text().replace("\n", " ")
    return text.replace("<svg", f'<svg role="img" aria-label="{escape(title)}"', 1)
