"""The report of a sweep: what responds to what was swept, point by point and as curves, with its track record."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from experiments.analysis.names import COST
from experiments.report import page, sweep_figures
from experiments.report.language import ENGLISH
from experiments.report.numbers import Scale, records
from experiments.report.page_tables import Changed, change_rows, effect_rows
from experiments.report.record_table import Record
from experiments.report.screen import cell
from experiments.report.sweep_answer import responses, unspent, value_of
from experiments.request.build import Build
from experiments.request.policies import LEVERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from concurrent.futures import Future

    from experiments.report.numbers import Row
    from experiments.report.sweep_answer import SweepAnswer
    from experiments.request.comparison import Arm
    from experiments.request.settings import Settings

_TABLES = 60  # points of which the page has a table each: they take some 30 kB


@dataclass(frozen=True)
class Report:
    """What the page shows. elsewhere: the figures of languages that another process draws."""

    answer: SweepAnswer
    manifest: Mapping[str, Any]
    elsewhere: Mapping[str, Future[dict[str, str]]] = field(default_factory=dict)

    @property
    def drawing(self) -> page.Drawing:
        """Its figures."""
        return partial(sweep_figures.in_language, self.answer)

    def html(self, first: str) -> str:
        """The page; it opens in the language `first` and holds all of them."""
        record = Record([self._titled(arm) for arm in self.answer.arms], Build.of(self.answer.settings).inputs()[0])
        return page.html(
            lambda code: SweepView(
                self.answer.words(code), self.manifest, self.drawing, self.answer, record, elsewhere=self.elsewhere
            ),
            first,
        )

    def _titled(self, arm: Arm) -> Arm:
        """An arm under the names of its levers, where it has swept ones, without their values."""
        if not any(policy.name == LEVERS for policy in arm.policies):
            return arm
        title, title_ja = (self.answer.asked(self.answer.words(code)) for code in (ENGLISH, "ja"))
        return replace(arm, title=title, title_ja=title_ja)


@dataclass(frozen=True)
class SweepView(page.View):
    """The report of a sweep in one language."""

    answer: SweepAnswer
    record: Record

    @property
    def settings(self) -> Settings:
        """Of the run."""
        return self.answer.settings

    @property
    def title(self) -> str:
        """What was asked, in a line."""
        return self.say("sweep_title")

    @property
    def question(self) -> str:
        """What was asked, in full."""
        return self.say("sweep_question")

    @property
    def template(self) -> str:
        """The main part of the page."""
        return "sweep.html"

    @cached_property
    def common(self) -> Mapping[str, object]:
        """What every text of the page may name."""
        answer, words = self.answer, self.words
        return {
            **super().common,
            "against": answer.against(words),
            "thing": words.say("thing.point"),
            "years": answer.years(words),
            "swept": answer.asked(words),
            "number": len(answer.points),
        }

    def sentences(self) -> Iterator[str]:
        """How each outcome that matters responds."""
        stop = self.words.say("stop")
        said = (*responses(self.answer, self.words), *unspent(self.answer, self.words))
        return (text + stop for text in said)

    def columns(self) -> Iterator[tuple[str, str]]:
        """Title and unit of the outcomes that matter, and of the cost."""
        for outcome in self.answer.shown:
            unit = Scale.of(outcome, self.answer.unit(outcome), self.words).of_difference
            yield self.words.outcome(outcome), unit

    def head(self) -> str:
        """What stands above the points."""
        return self.answer.asked_briefly(self.words) or self.say("point")

    def points(self) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
        """Every point that is done: its name, its place, and effects with what they are sorted by."""
        for at, point in enumerate(self.answer.done):
            rows = [self.answer.rows.get((point["point"], outcome)) for outcome in self.answer.shown]
            shown = zip(rows, self.answer.shown, strict=True)
            cells = [self._cell(row, outcome) for row, outcome in shown]
            yield self.answer.brief(point, self.words), str(at), cells

    def _cell(self, row: Row | None, outcome: str) -> tuple[str, str]:
        return ("", "") if row is None else (cell(row, outcome, self.words), f"{row['effect']:.6g}")

    def failed(self) -> list[str]:
        """Points that failed, with their reasons."""
        points = records(self.answer.points)
        return [f"{self.answer.named(one, self.words)}: {one['reason']}" for one in points if one["status"] == "failed"]

    @property
    def in_tables(self) -> bool:
        """Whether the page has a table of every point: of many it would be larger than a reader can open."""
        return len(self.answer.done) <= _TABLES

    def tables(self) -> Iterator[tuple[str, Iterator[tuple[tuple[str, str], ...]]]]:
        """Every point that is done with the outcomes of the settings' table, of everybody, in every window."""
        if not self.in_tables:
            return
        listed = {*self.answer.listed, COST}
        effects = self.answer.effects
        effects = effects[(effects["group"] == "all") & effects["outcome"].isin(listed)]
        for point in self.answer.done:
            mine = effects[effects["point"] == point["point"]]
            yield self.answer.named(point, self.words), effect_rows(mine, self.words)

    def changes(self, arm: Arm) -> Sequence[Changed]:
        """What an arm changes; of what was swept all values."""
        kept = [policy for policy in arm.policies if policy.name != LEVERS]
        values = {
            name: ", ".join(dict.fromkeys(value_of(point[name]) for point in self.answer.done))
            for name in self.answer.swept
            if name not in ("policy", "against", "world")
        }
        by_hand = [
            Changed(self.answer.label(name, self.words), name, said, "set for this run", "A")
            for name, said in values.items()
        ]
        return [*(row for one in kept for row in change_rows(one, self.words, self.record.world)), *by_hand]
