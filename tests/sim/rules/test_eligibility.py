"""Who may apply: every condition counts, and none makes up for another."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules.eligibility import (
    at_the_start,
    called_back,
    has_stage,
    is_eligible,
    is_on_tenure_track,
    pays_already,
    permit_lapses,
    recent_degree,
)
from tests.sim.rules.draws import SHARE

YEARS = st.integers(1990, 2050)


def test_all_conditions_of_a_record_hold_or_nobody_may_apply() -> None:
    for conditions in product([False, True], repeat=6):
        assert bool(is_eligible(*conditions)) == all(conditions)


@given(YEARS, YEARS)
def test_a_stage_listed_for_new_doctors_is_open_in_the_year_of_the_degree_alone(degree: int, year: int) -> None:
    assert has_stage(False, True, degree, year) == (degree == year)
    assert has_stage(True, False, degree, year)
    assert not has_stage(False, False, degree, degree)
    assert not has_stage(False, True, 0, 0)  # no doctorate is not one of the year 0


@given(YEARS, YEARS, st.integers(0, 20))
def test_a_degree_is_recent_for_as_many_years_as_the_programme_says(degree: int, year: int, within: int) -> None:
    assert recent_degree(False, degree, year, within) == (year - degree <= within)
    assert recent_degree(True, degree, year, within)
    assert not recent_degree(False, 0, 3, 5)


def test_a_programme_starts_on_its_own_side_of_the_border_with_those_whom_none_pays() -> None:
    for away, inward in product([False, True], repeat=2):
        assert bool(at_the_start(away, inward, False)) == (away == inward)
        assert not at_the_start(away, inward, True)


@pytest.mark.parametrize(
    ("paid_by", "over", "pays"), [(0, False, True), (0, True, False), (7, False, True), (-1, False, False)]
)
def test_the_first_programme_pays_as_any_other_until_its_contract_is_over(paid_by: int, over: bool, pays: bool) -> None:
    assert bool(pays_already(paid_by, over)) == pays


@given(SHARE, SHARE)
def test_residents_and_people_in_a_post_never_lose_the_right_to_stay(draw: float, stays: float) -> None:
    assert permit_lapses(False, True, draw, stays) == (draw >= stays)
    assert not permit_lapses(True, True, draw, stays)
    assert not permit_lapses(False, False, draw, stays)
    assert is_on_tenure_track(draw, stays) == (draw < stays)


def test_leave_ends_with_the_degree_for_who_has_leave() -> None:
    for between, on_leave, degree in product([False, True], [False, True], [2019, 2020]):
        assert bool(called_back(between, on_leave, degree, 2020)) == (between and on_leave and degree == 2020)
