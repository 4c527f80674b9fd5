"""Families: rates and ages."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sim.rules.families import finds_partner, has_first_child

SHARE = st.floats(0, 1, width=32)


@given(st.integers(15, 90), SHARE, SHARE, SHARE)
def test_a_higher_rate_never_prevents_a_partner_or_a_child(age: int, draw: float, rate: float, more: float) -> None:
    low, high = sorted((rate, more))
    for happens in (finds_partner, has_first_child):
        assert happens(age, draw, low) <= happens(age, draw, high)


@given(SHARE, SHARE)
def test_ages(draw: float, rate: float) -> None:
    assert finds_partner(39, draw, rate) == (draw < rate)
    assert not finds_partner(40, draw, rate)
    assert has_first_child(28, draw, rate) == has_first_child(40, draw, rate) == (draw < rate)
    assert not has_first_child(27, draw, rate)
    assert not has_first_child(41, draw, rate)
