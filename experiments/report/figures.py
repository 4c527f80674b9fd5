"""How every picture of the house is drawn: style, fonts, panels, what stands below; made to be read on paper."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from itertools import cycle, islice
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from experiments.report.letters import wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from matplotlib.axes import Axes
    from matplotlib.typing import RcKeyType

    from experiments.report.numbers import Scale

_INK = "0.15"
_STYLE: dict[RcKeyType, Any] = {
    "font.size": 9,
    "font.family": ["DejaVu Sans", "IPAexGothic"],
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.axisbelow": True,
    "lines.solid_capstyle": "round",
    "patch.edgecolor": "white",
    "patch.force_edgecolor": True,
    "axes.edgecolor": _INK,
    "axes.labelcolor": _INK,
    "text.color": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
}
"""Thin dark axes with ticks on white: seaborn's style "ticks", written out because importing seaborn takes a second."""

_COLOURS = (
    *("#0173b2", "#de8f05", "#029e73", "#d55e00", "#cc78bc", "#ca9161", "#fbafe4", "#949494", "#ece133", "#56b4e9"),
)
"""Told apart by colour-blind readers: seaborn's palette "colorblind"."""
JAPANESE = Path(str(files("matplotlib_fontja") / "fonts" / "ipaexg.ttf"))
"""IPAexGothic, for figures and reports in Japanese (IPA Font License)."""
_LETTERS_AN_INCH = 18  # of the small print


def save_all(figures: Mapping[str, Callable[[], Figure]], note: str, caption: str, folder: Path) -> None:
    """Draw figures in the house style, with what they show and what they were made from below, as PNG by name."""
    with house_style():
        for name, draw in figures.items():
            figure = draw()
            letters = int(figure.get_figwidth() * _LETTERS_AN_INCH)
            below = "\n".join(line for text in (note, f"{caption}.") for line in wrapped(text, letters) if text)
            if figure.get_layout_engine() is None:  # placed by hand: it leaves no room, so the paper grows
                figure.text(0.01, 0, below, ha="left", va="top", fontsize=7, color="0.3")
                figure.savefig(folder / f"{name}.png", dpi=150, bbox_inches="tight")
            else:
                figure.supxlabel(below, x=0.01, ha="left", fontsize=7, color="0.3")
                figure.savefig(folder / f"{name}.png", dpi=150)


@contextmanager
def house_style() -> Iterator[None]:
    """Draw inside in the house style, in any of the languages of an answer."""
    mpl.use("Agg")
    _japanese()
    with mpl.rc_context(_STYLE):
        yield


@cache
def _japanese() -> None:
    """Let Matplotlib find the Japanese font that a package ships, and not say of every bold word that it has none."""
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    from matplotlib import font_manager

    font_manager.fontManager.addfont(str(JAPANESE))


def panels(
    count: int, *, columns: int, height: float, width: float = 0.0, sharey: bool = False
) -> tuple[Figure, list[Axes]]:
    """A figure with this many panels, and they in order. Sizes in inches."""
    columns = min(columns, count)
    rows = -(-count // columns)
    figure = Figure(figsize=(width or 2.6 * columns + 2.4, height * rows + 0.9), layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False, sharey=sharey).flatten().tolist()
    for spare in axes[count:]:
        spare.remove()
    return figure, axes[:count]


def colours(count: int) -> list[tuple[float, float, float]]:
    """So many colours that colour-blind readers tell apart."""
    return [to_rgb(colour) for colour in islice(cycle(_COLOURS), count)]


def name_axis(axis: Axes, title: str, set_label: Callable[[str], object], scale: Scale) -> None:
    """Title and unit of a panel that shows effects on one outcome."""
    axis.set_title(title)
    set_label(scale.of_difference)
    axis.spines[["top", "right"]].set_visible(False)


def label_ends(axis: Axes, ends: Mapping[tuple[str, tuple[float, float, float]], float], x: float) -> None:
    """Write each line's name at its end, pushed apart where lines meet and kept inside the panel."""
    low, high = axis.get_ylim()
    gap, places = 0.11 * (high - low), list[float]()
    order = sorted(ends.items(), key=lambda end: end[1])
    for _, value in order:
        places.append(max(value, places[-1] + gap) if places else value)
    ceiling = max(high - gap / 2, low + gap * (len(order) - 0.5))  # below the panel's title
    for number in reversed(range(len(places))):
        places[number] = min(places[number], ceiling)
        ceiling = places[number] - gap
    for ((title, colour), _), place in zip(order, places, strict=True):
        axis.text(x, place, fill(title, 26), color=colour, va="center", fontsize=7, clip_on=False)


def titled(figure: Figure, title: str) -> Figure:
    """The figure with a title, top left."""
    figure.suptitle(title, x=0.01, ha="left", fontweight="bold")
    return figure
