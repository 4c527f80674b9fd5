"""Permits and settlement: years and work bring permanent residence, and years a home."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules import permits as rules
from sim.vocabulary import Permit, Stage
from tests.sim.rules.draws import SHARE, amount

YEARS = st.integers(0, 40)


@given(YEARS, YEARS, YEARS, SHARE, SHARE, SHARE)
def test_years_and_rate_never_stand_in_the_way_of_permanent_residence(
    years: int, more: int, needed: int, draw: float, rate: float, other: float
) -> None:
    few, many = sorted((years, more))
    low, high = sorted((rate, other))
    granted = rules.gets_permanent(True, few, needed, draw, low)
    assert granted <= rules.gets_permanent(True, many, needed, draw, low)
    assert granted <= rules.gets_permanent(True, few, needed, draw, high)
    assert granted >= rules.gets_permanent(True, few, needed + 1, draw, low)
    assert not rules.gets_permanent(False, many, needed, draw, high)


@given(st.integers(2000, 2060), SHARE, SHARE)
def test_the_fast_track_is_for_skilled_doctorates_from_its_year_on(year: int, draw: float, share: float) -> None:
    skilled = rules.is_highly_skilled(True, draw, share)
    assert skilled == (draw < share)
    assert not rules.is_highly_skilled(False, draw, 1.0)
    assert rules.years_to_permanent(True, year, 2017, 10.0, 3.0) == (3.0 if year >= 2017 else 10.0)
    assert rules.years_to_permanent(False, year, 2017, 10.0, 3.0) == 10.0


def test_the_permit_follows_what_people_do() -> None:
    kinds = {stage: Permit(rules.permit_of(int(stage), False)) for stage in Stage}
    assert kinds[Stage.DOCTORAL] is Permit.STUDENT
    assert kinds[Stage.UNPLACED] is Permit.JOB_SEARCH
    assert {kinds[stage] for stage in (Stage.POSTDOC, Stage.PERMANENT, Stage.INDUSTRY)} == {Permit.RESEARCHER}
    assert {rules.permit_of(int(stage), True) for stage in Stage} == {Permit.PERMANENT}


@given(SHARE, amount(0, 40), amount(0, 40), amount(1, 15))
def test_people_settle_with_the_years_up_to_a_bound(most: float, years: float, more: float, pace: float) -> None:
    few, many = sorted((years, more))
    values = [float(rules.settlement(most, n, pace)) for n in (few, many)]
    assert values[0] <= values[1] + 1e-6
    assert values[1] <= most + 1e-6
    assert float(rules.settlement(most, 0.0, pace)) == pytest.approx(0.0, abs=1e-6)


@given(SHARE, SHARE, SHARE)
def test_leave_to_look_for_a_job_adds_to_the_chance_to_remain(at_once: float, search: float, more: float) -> None:
    few, many = (rules.chance_to_remain(at_once, share) for share in sorted((search, more)))
    assert at_once - 1e-6 <= few <= many + 1e-6 <= 1 + 2e-6


@given(SHARE, amount(0, 20), amount(0, 20), amount(0, 20), amount(0.5, 0.9375))
def test_permanent_residence_adds_less_the_later_it_comes(
    value: float, left: float, more: float, before: float, discount: float
) -> None:
    soon, late = (float(rules.added_by_residence(value, n, before, discount)) for n in sorted((left, more)))
    assert -value - 1e-6 <= late <= soon + 1e-6 <= value + 2e-6
    assert float(rules.added_by_residence(value, before, before, discount)) == 0
    waited_longer = float(rules.added_by_residence(value, -more, -before, discount))
    assert waited_longer == float(rules.added_by_residence(value, 0.0, 0.0, discount)) == 0
    assert late - 1e-6 <= float(rules.residence_expected(0.25, soon, late)) <= soon + 1e-6
