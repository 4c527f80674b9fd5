"""Figures: what stands below lies on nothing, and numbers in cells are never a negative nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from experiments.report import column
from experiments.report.figures import panels, save_all
from experiments.report.numbers import Scale
from experiments.report.sweep_figures import _text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from matplotlib.figure import Figure


def stacked() -> Figure:
    figure, (axis,) = column.stacked([""], 1.0, "", left=0.3, right=0.1)
    axis.set_xticks([0.0, 1.0], ["none", "all"])
    return figure


@pytest.mark.parametrize("draw", [stacked, lambda: panels(1, columns=1, height=2.0)[0]], ids=["by hand", "solved"])
def test_what_stands_below_a_figure_lies_on_nothing_of_it(draw: Callable[[], Figure], tmp_path: Path) -> None:
    kept: list[Figure] = []

    def keep() -> Figure:
        kept.append(draw())
        return kept[0]

    save_all({"one": keep}, "A note. " * 20, "made of nothing", tmp_path)
    canvas = FigureCanvasAgg(kept[0])
    canvas.draw()
    drawn = canvas.get_renderer()
    (axis,) = kept[0].axes
    (note,) = kept[0].texts
    assert note.get_window_extent(drawn).y1 <= axis.get_tightbbox(drawn).y0


def test_a_cell_says_nothing_without_a_minus() -> None:
    scale = Scale.of("cost", "JPY/yr")
    assert _text(-0.01, "≈", scale, 47.0).startswith("+0\n")
    assert _text(-2.4, "▼", scale, 47.0).startswith("-2\n")
