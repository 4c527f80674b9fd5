"""Families: rates and ages."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sim.rules.families import finds_partner, has_first_child
from tests.sim.rules.draws import SHARE

AGE = st.integers(15, 90)


@given(AGE, SHARE, SHARE, SHARE)
def test_a_higher_rate_never_prevents_a_partner_or_a_child(age: int, draw: float, rate: float, more: float) -> None:
    low, high = sorted((rate, more))
    assert finds_partner(age, 40, draw, low) <= finds_partner(age, 40, draw, high)
    assert has_first_child(age, 28, 40, draw, low) <= has_first_child(age, 28, 40, draw, high)


@given(AGE, AGE, SHARE, SHARE)
def test_partners_are_found_below_the_limit_at_the_rate(age: int, limit: int, draw: float, rate: float) -> None:
    assert finds_partner(age, limit, draw, rate) == (draw < rate and age < limit)


@given(AGE, AGE, AGE, SHARE, SHARE)
def test_children_come_between_the_ages_at_the_rate(age: int, one: int, other: int, draw: float, rate: float) -> None:
    first, last = sorted((one, other))
    assert has_first_child(age, first, last, draw, rate) == (draw < rate and first <= age <= last)
