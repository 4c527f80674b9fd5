"""Exits: by age, and by chance."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sim.rules.retirement import leaves_research, retires
from tests.sim.rules.draws import SHARE

AGE = st.integers(15, 110)


@given(AGE, AGE)
def test_people_stay_up_to_the_last_age_and_retire_the_year_after(age: int, oldest: int) -> None:
    assert not retires(oldest, oldest)
    assert retires(oldest + 1, oldest)
    assert retires(age, oldest) <= retires(age + 1, oldest)
    assert retires(age, oldest) >= retires(age, oldest + 1)


@given(SHARE, SHARE, SHARE)
def test_more_attrition_never_keeps_anybody(draw: float, attrition: float, more: float) -> None:
    low, high = sorted((attrition, more))
    assert leaves_research(draw, low) <= leaves_research(draw, high)
    assert not leaves_research(attrition, attrition)
    assert leaves_research(0.0, 0.006)
