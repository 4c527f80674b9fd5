"""A report made of sections: the page of experiments that are no what-if, in every language, as one file."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from experiments.report import page
from experiments.report.page_tables import change_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from matplotlib.figure import Figure

    from experiments.report.language import Words
    from experiments.report.page_tables import Changed
    from experiments.request.comparison import Arm
    from experiments.request.settings import Settings
    from sim import World

type Cell = tuple[str, object]
"""What a cell shows, and what it is sorted by ("": by what it shows)."""


@dataclass(frozen=True)
class Table:
    """A table that sorts by a click. title: what it is folded under; empty where it stands open."""

    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    title: str = ""


@dataclass(frozen=True)
class Section:
    """A part of a page: a heading, and below it whatever there is, in this order."""

    title: str
    note: str = ""
    points: Sequence[str] = ()
    figures: Mapping[str, Callable[[], Figure]] = field(default_factory=dict)
    tables: Sequence[Table] = ()
    changes: Mapping[str, Sequence[Changed]] = field(default_factory=dict)
    paragraphs: Sequence[str] = ()


@dataclass(frozen=True)
class Sheet:
    """The page in one language."""

    words: Words
    title: str
    question: str
    made: str
    sections: Sequence[Section]

    @property
    def code(self) -> str:
        """The language."""
        return self.words.code


@dataclass(frozen=True)
class _View:
    sheet: Sheet
    drawn: Mapping[str, Markup]
    manifest: Mapping[str, Any]
    template: str = "sections.html"

    @property
    def words(self) -> Words:
        return self.sheet.words

    @property
    def code(self) -> str:
        return self.sheet.code

    @property
    def title(self) -> str:
        return self.sheet.title

    @property
    def question(self) -> str:
        return self.sheet.question

    @property
    def made(self) -> str:
        return self.sheet.made

    def say(self, key: str) -> str:
        """A text of the page."""
        return self.words.say(f"page.{key}")


def write(sheets: Sequence[Sheet], manifest: Mapping[str, Any], folder: Path) -> None:
    """Write `report.html`, which opens in the language of the first sheet, and the figures of that as PNG."""
    (folder / "report.html").write_text(html(sheets, manifest, folder / "figures"), encoding="utf-8")


def html(sheets: Sequence[Sheet], manifest: Mapping[str, Any], pictures: Path | None = None) -> str:
    """The page; pictures: a folder for the figures of the first sheet."""
    views = []
    for number, sheet in enumerate(sheets):
        figures = {name: draw for section in sheet.sections for name, draw in section.figures.items()}
        drawn = page.drawn(partial(_all_of, figures), sheet.code, None if number else pictures)
        views.append(_View(sheet, {name: Markup(one) for name, one in drawn.items()}, manifest))  # noqa: S704 - our own
    return page.bound(views)


def _all_of(figures: Mapping[str, Callable[[], Figure]], _code: str) -> Mapping[str, Callable[[], Figure]]:
    return figures


def how_sure(settings: Settings, words: Words, *more: str) -> Section:
    """How the ranges and the words are to be read."""
    sets = words.say("screen.sets", number=settings.draws)
    rows = [
        (f"{marks} {words.listed([words.say(f'certainty.{one}') for one in named])}", words.say(f"page.means_{key}"))
        for marks, named, key in (
            ("▲ ▼", ("higher", "lower"), "sure"),
            ("△ ▽", ("probably higher", "probably lower"), "probable"),
            ("?", ("open",), "open"),
            ("≈", ("too small to matter",), "small"),
        )
    ]
    table = Table([words.say("page.word"), words.say("page.means")], [[(text, "") for text in row] for row in rows])
    return Section(
        words.say("page.sure"), points=more, paragraphs=[words.say("summary.explain", sets=sets)], tables=[table]
    )


def sources(arms: Sequence[Arm], world: World, words: Words) -> Section:
    """What each policy changes, with source and grade."""
    changes = {
        words.policy(arm): [row for policy in arm.policies for row in change_rows(policy, words, world)] for arm in arms
    }
    return Section(words.say("page.sources"), note=words.say("page.grades"), changes=changes)


def method(settings: Settings, words: Words) -> Section:
    """How the model works, in a page, and what it cannot say."""
    sets = words.say("screen.sets", number=settings.draws)
    given = {
        "country": words.country, "scale": f"{1 / settings.scale:,.3g}", "until": settings.until,
        "fork": settings.fork, "sets": sets, "seconds": sum(number > 1 for number in settings.seeds),
    }  # fmt: skip
    keys = ("method_1", "method_2", "method_3", "method_4", "cannot_forecast", "cannot_form", "cannot_feedback")
    return Section(words.say("page.method"), paragraphs=[words.say(f"page.{key}", **given) for key in keys])
