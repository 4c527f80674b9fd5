"""Founding: what the first population has behind it keeps its bounds and its order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules import founding as rules

UNIFORM = st.floats(2**-16, 1 - 2**-16, width=32)  # nearer to 1 the sum with the lowest year would round up
YEARS = st.integers(0, 40)
SHARE = st.floats(0, 1)


@given(YEARS, YEARS, UNIFORM, UNIFORM)
def test_whole_years_stay_in_bounds_and_rise_with_the_draw(low: int, more: int, draw: float, other: float) -> None:
    first, second = (float(rules.whole_years(low, low + more, u)) for u in sorted((draw, other)))
    assert low <= first <= second <= low + more
    assert first == round(first)


def test_every_whole_year_is_as_frequent() -> None:
    drawn = [float(rules.whole_years(2, 5, (k + 0.5) / 400)) for k in range(400)]
    assert [drawn.count(years) for years in (2, 3, 4, 5)] == [100] * 4


@given(st.integers(1, 30), st.integers(20, 70), st.integers(20, 40))
def test_nobody_left_younger_than_the_youngest(spell: int, age: int, youngest: int) -> None:
    away = float(rules.years_away(spell, age, youngest))
    assert 1 <= away <= spell
    assert age - away >= youngest or away == 1
    assert away <= float(rules.years_away(spell + 1, age, youngest))


@given(st.integers(20, 70), st.floats(25, 35, width=32))
def test_a_doctorate_is_at_least_a_year_old(age: int, at_degree: float) -> None:
    since = float(rules.years_since_degree(age, at_degree))
    assert since == max(age - at_degree, 1)
    assert since <= float(rules.years_since_degree(age + 1, at_degree))


@given(UNIFORM, UNIFORM)
def test_experience_and_contracts_rise_with_the_draw(draw: float, other: float) -> None:
    low, high = sorted((draw, other))
    assert 1 <= rules.years_of_experience(1.0, 3.0, low) <= rules.years_of_experience(1.0, 3.0, high) <= 3
    assert 0 <= rules.contract_year(5.0, low) <= rules.contract_year(5.0, high) <= 5
    assert rules.contract_year(0.0, high) == 0


@given(st.integers(15, 80), SHARE, SHARE)
def test_fewer_live_alone_the_older_they_are_and_the_faster_they_find_a_partner(
    age: int, rate: float, more: float
) -> None:
    low, high = sorted((rate, more))
    alone = rules.lives_alone(age, low, 25.0)
    assert rules.lives_alone(age, high, 25.0) <= alone <= 1
    assert rules.lives_alone(age + 1, low, 25.0) <= alone
    assert age > 25 or alone == 1


@given(st.floats(0, 5), st.floats(0, 2), st.floats(0, 20), st.floats(0, 5))
def test_years_abroad_bring_ties(base: float, gain: float, years: float, there: float) -> None:
    ties = rules.ties_of_founder(base, gain, years, there)
    assert ties >= base
    assert rules.ties_of_founder(base, gain, years + 1, there) == pytest.approx(ties + gain)
    assert rules.ties_of_founder(base, gain, years, 0.0) == pytest.approx(ties - there)


@given(SHARE, SHARE, SHARE)
def test_the_faster_students_finish_the_fewer_still_study(completion: float, more: float, dropout: float) -> None:
    low, high = sorted((completion, more))
    assert rules.still_studies(high, dropout, True) <= rules.still_studies(low, dropout, True)
    assert rules.still_studies(low, dropout, True) <= rules.still_studies(low, dropout, False) == 1 - dropout
