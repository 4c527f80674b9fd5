"""Calls for stays of some months: what they pay moves who applies, and their length what they cost and give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.sim.conftest import changing

if TYPE_CHECKING:
    from sim import BrainCirculation


def year_under(history: BrainCirculation, **change: object) -> BrainCirculation:
    return history.fork([changing(change)] if change else []).run_through(2026)


def cost(model: BrainCirculation) -> float:
    rows = model.table().query("outcome == 'cost' and group == 'doctoral_challenge' and year == 2026")
    return float(rows["value"].iloc[0])


def test_a_call_that_pays_more_has_more_applicants(history: BrainCirculation) -> None:
    number = history.world.programme("doctoral_challenge")
    lever = "programmes.doctoral_challenge.income"
    poor, usual, rich = (
        year_under(history, lever=lever, times=times).tally.applications[number] for times in (0.02, 1.0, 50.0)
    )
    assert poor < usual < rich
    assert usual == year_under(history).tally.applications[number]


def test_a_longer_stay_costs_more_by_its_length(history: BrainCirculation) -> None:
    lever = "programmes.doctoral_challenge.years"
    short, long = (cost(year_under(history, lever=lever, set=years)) for years in (0.5, 0.75))
    assert long == pytest.approx(1.5 * short)
