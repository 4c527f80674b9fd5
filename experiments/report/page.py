"""A report: one HTML file in every language, with its figures, fonts and tables inside; it asks no network.

A kind of report is a `View`, which says everything in one language, and a template in `page/` that puts it in order.
"""

from __future__ import annotations

import io
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from experiments.report import fonts
from experiments.report.figures import house_style
from experiments.report.language import languages_from
from experiments.report.screen import run

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Future

    from matplotlib.figure import Figure

    from experiments.report.language import Words
    from experiments.request.settings import Settings

    type Drawing = Callable[[str], Mapping[str, Callable[[], Figure]]]
    """The figures of a report in a language, by name; each is drawn when it is called."""

PAGE = Path(__file__).parent / "page"
_SIZE = re.compile(r'(<svg[^>]*?) width="[^"]*" height="[^"]*"')
_LATER = "THE-FONT"  # in the page, until it is known which letters it has
DPI = 140


class Bindable(Protocol):
    """What the page asks of a report in one language, beside what its template asks for."""

    @property
    def words(self) -> Words:
        """Of the language."""

    @property
    def code(self) -> str:
        """The language."""

    @property
    def title(self) -> str:
        """What was asked, in a line."""

    @property
    def question(self) -> str:
        """What was asked, in full."""

    @property
    def made(self) -> str:
        """What the numbers were made with: scale, seed, parameter sets."""

    @property
    def template(self) -> str:
        """The file in `page/` with the main part of the page."""


@dataclass(frozen=True)
class View(ABC):
    """A report in one language: everything that its template asks for, as text.

    manifest: of the run. drawing: its figures. elsewhere: those of languages that another process draws (see `drawn`).
    """

    words: Words
    manifest: Mapping[str, Any]
    drawing: Drawing
    elsewhere: Mapping[str, Future[dict[str, str]]] = field(default_factory=dict, kw_only=True)

    @property
    @abstractmethod
    def template(self) -> str:
        """The file in `page/` with the main part of the page."""

    @property
    def code(self) -> str:
        """The language."""
        return self.words.code

    @property
    @abstractmethod
    def title(self) -> str:
        """What was asked, in a line."""

    @property
    @abstractmethod
    def question(self) -> str:
        """What was asked, in full."""

    @property
    @abstractmethod
    def settings(self) -> Settings:
        """Of the run."""

    @property
    def made(self) -> str:
        """What the numbers were made with: scale, seed, parameter sets."""
        return run(self.settings, self.words)

    @cached_property
    def common(self) -> Mapping[str, object]:
        """What every text of the page may name."""
        settings, words = self.settings, self.words
        one = settings.draws == 1
        return {
            "country": words.country,
            "currency": words.currency,
            "fork": settings.fork,
            "until": settings.until,
            "sets": words.say("screen.one_set") if one else words.say("screen.sets", number=settings.draws),
            "scale": f"{1 / settings.scale:,.3g}",
            "seconds": sum(number > 1 for number in settings.seeds),
        }

    def say(self, key: str, **values: object) -> str:
        """A text of the page."""
        return self.words.say(f"page.{key}", **{**self.common, **values})

    @cached_property
    def figures(self) -> Mapping[str, Markup]:
        """Every figure as SVG, by name."""
        there = self.elsewhere.get(self.code)
        found = drawn(self.drawing, self.code) if there is None else there.result()
        return {name: Markup(figure) for name, figure in found.items()}  # noqa: S704 - our own figures

    def figures_of(self, kind: str) -> list[Markup]:
        """The figures of a kind, a policy or an outcome each."""
        return [figure for name, figure in self.figures.items() if name.startswith(f"{kind}-")]


def html(view: Callable[[str], View], first: str) -> str:
    """The page of a report; it opens in the language `first` and holds all of them. view: of a language."""
    views = [view(code) for code in languages_from(first)]
    for one in sorted(views, key=lambda one: one.code in one.elsewhere):
        _ = one.figures  # first those that this process draws, while another draws the others
    return bound(views)


def bound(views: Sequence[Bindable]) -> str:
    """Languages as one page, which opens in the first of them."""
    page = _environment().get_template("shell.html").render(views=views, first=views[0].code)
    return page.replace(_LATER, fonts.subset(fonts.wide(page)))


def drawn(drawing: Drawing, code: str, pictures: Path | None = None) -> dict[str, str]:
    """Every figure of a language as SVG, by name. pictures: a folder that gets them as PNG too."""
    found = {}
    with house_style():
        for name, draw in drawing(code).items():
            figure = draw()
            found[name] = svg(figure, f"{code}-{name}")
            if pictures is not None:
                figure.savefig(pictures / f"{name}.png", dpi=DPI)
    return found


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(PAGE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals["font"] = _LATER
    return environment


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
    return text.replace("<svg", f'<svg role="img" aria-label="{escape(_title(figure))}"', 1)


def _title(figure: Figure) -> str:
    """What a figure is called: its first text, or else the title of its first panel."""
    titles = [text.get_text() for text in figure.texts] + [axis.get_title("left") for axis in figure.axes]
    return next(filter(None, titles), "").replace("\n", " ")
