"""A figure as wide as a phone shows it: panels below each other, each under its heading, bars under their names.

Placed by hand, in inches: a layout that is solved for takes seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from experiments.report.letters import width, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

WIDTH = 3.75
"""Inches: a phone shows it at about the size it was drawn for."""
UP, DOWN, NEUTRAL, BAND = "#0173b2", "#c04f00", "0.35", "#9ecae1"
"""More, less, and neither: told apart by colour-blind readers and in grey; the sign is written too."""
SMALL, NORMAL = 7.5, 8.5
"""Sizes of letters, in points."""
_LETTERS, _TITLE_LETTERS, _HEADING_LETTERS = 58, 44, 54  # of a name above a bar, of the title, of a panel's title
_LINE, _TITLE_LINE, _HEADING_LINE, _AXIS, _LETTER = 0.14, 0.17, 0.15, 0.26, 0.061  # inches
_BAR = 0.3  # inches: a bar with the room around it


def places_of(names: Sequence[str]) -> tuple[Floats, float]:
    """Where bars lie below their names, and how high they all are; inches from the top."""
    at, places = 0.0, []
    for name in map(broken, names):
        at += _LINE * (name.count("\n") + 1) + _BAR
        places.append(at - _BAR / 2)
    return np.array(places), at + 0.04


def name_bars(axis: Axes, names: Sequence[str], places: Floats, height: float) -> None:
    """A name above each bar, from the left edge; the axis is in inches from the top."""
    for name, at in zip(map(broken, names), places.tolist(), strict=True):
        axis.text(
            0, at - _BAR / 2 + 0.02, name, transform=axis.get_yaxis_transform(), ha="left", va="bottom",
            fontsize=SMALL, clip_on=False,
        )  # fmt: skip
    axis.set_ylim(max(height, _BAR), 0)
    axis.set_yticks([])
    axis.spines["left"].set_visible(False)


def beside(names: Sequence[str]) -> float:
    """Room for names at the left of a panel, in inches."""
    return min(0.16 + max(map(width, names), default=0) * _LETTER, 0.55 * WIDTH)


def stacked(
    headings: Sequence[str], height: float, title: str, *, left: float, right: float, below: float = _AXIS
) -> tuple[Figure, list[Axes]]:
    """Panels of one height below each other, each under its heading, all under a title; sizes in inches.

    Placed by hand: a layout that is solved for takes seconds.
    """
    said, heads = lines(title, _TITLE_LETTERS), [lines(heading, _HEADING_LETTERS) for heading in headings]
    above = _TITLE_LINE * (said.count("\n") + 1) + 0.1 if title else 0.04
    rooms = [_HEADING_LINE * (head.count("\n") + 1) + 0.1 if head else 0.04 for head in heads]
    tall = above + sum(rooms) + (height + below) * len(heads) + 0.05
    figure = Figure(figsize=(WIDTH, tall))
    if title:
        weight = "bold" if said.isascii() else "normal"  # the Japanese font has one weight
        figure.text(0.01, 1 - 0.05 / tall, said, ha="left", va="top", fontweight=weight, fontsize=9.5)
    axes, top = [], above
    for head, room in zip(heads, rooms, strict=True):
        if head:
            figure.text(0.01, 1 - (top + 0.02) / tall, head, ha="left", va="top", fontsize=NORMAL)
        top += room
        box = left / WIDTH, 1 - (top + height) / tall, (WIDTH - left - right) / WIDTH, height / tall
        axes.append(figure.add_axes(box))
        top += height + below
    return figure, axes


def lines(text: str, letters: int) -> str:
    """A text in lines of so many columns."""
    return "\n".join(wrapped(text, letters))


def broken(name: str) -> str:
    """A name in lines that fit above a bar."""
    return lines(name, _LETTERS)


def plain(axis: Axes) -> None:
    """A panel without a frame at the top and at the right."""
    axis.spines[["top", "right"]].set_visible(False)
