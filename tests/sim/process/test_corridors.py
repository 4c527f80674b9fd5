"""Flows as they are remembered: in real persons at every scale, means of the first years, then followed at a pace."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sim.process.corridors import FIRST_YEARS, Corridors
from sim.vocabulary import HOME, Mode, Stage


def finished(returns: int, arrivals: int, students: int, scale: float = 1.0, pace: float = 0.25) -> Any:  # noqa: ANN401
    """A year in which so many came from region 1, simulated."""
    tally = SimpleNamespace(returns=np.zeros((len(Mode), 3), int), arrivals=np.zeros((len(Stage), 3), int))
    tally.returns[Mode.FELLOWSHIP, 1] = returns
    tally.arrivals[Stage.POSTDOC, 1], tally.arrivals[Stage.DOCTORAL, 1] = arrivals, students
    return SimpleNamespace(tally=tally, scale=scale, parameters=SimpleNamespace(corridor_pace=pace))


def test_first_years_are_averaged_and_later_ones_followed() -> None:
    corridors = Corridors.unknown(3)
    for year in range(FIRST_YEARS):
        corridors.take_in(finished(100 + 10 * year, 60, 999))
    usual = 160 + 5 * (FIRST_YEARS - 1)  # students apart
    assert corridors.first.tolist() == pytest.approx([0, usual, 0])
    assert corridors.recent.tolist() == corridors.first.tolist()
    assert corridors.growth().tolist() == [1, 1, 1]
    kept = corridors.copy()
    corridors.take_in(finished(usual + 400, 0, 0))
    assert corridors.first[1] == pytest.approx(usual)
    assert usual < corridors.recent[1] < usual + 400
    assert corridors.growth()[HOME] == 1
    assert kept.recent[1] == pytest.approx(usual), "a copy is apart"


def test_a_way_grows_familiar_beside_the_others() -> None:
    """What all ways have in common makes none of them more familiar: the estimate has effects of the year."""
    first = np.array([0.0, 300.0, 100.0])
    one_more = Corridors(first, first * [1, 2, 1], FIRST_YEARS + 1).growth()
    assert one_more[1] > 1 > one_more[2], "one way alone grew"
    assert one_more[1] / one_more[2] == pytest.approx(620 / 320), "by as much as its own flow did"
    all_more = Corridors(1000 * first, 2000 * first, FIRST_YEARS + 1).growth()
    assert all_more.tolist() == pytest.approx([1, 1, 1], rel=1e-3)


def test_a_flow_is_of_real_persons_at_every_scale() -> None:
    whole, tenth = Corridors.unknown(3), Corridors.unknown(3)
    whole.take_in(finished(300, 50, 10))
    tenth.take_in(finished(30, 5, 1, scale=0.1))
    assert tenth.first.tolist() == pytest.approx(whole.first.tolist())
