"""Who counts as what: limits, and that more never takes a membership away."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sim.rules.membership import has_home_post, has_overseas_experience, is_faculty, is_young
from sim.vocabulary import HOME, Stage

FACULTY = {Stage.FIXED_TERM, Stage.TENURE_TRACK, Stage.PERMANENT}


def test_every_stage_is_faculty_or_not_and_nobody_without_a_home_post() -> None:
    assert {stage for stage in Stage if is_faculty(stage, True)} == FACULTY
    assert not any(is_faculty(stage, False) for stage in Stage)


@given(st.integers(0, 8))
def test_keeping_a_post_never_takes_the_home_post_away(region: int) -> None:
    assert has_home_post(region, False) <= has_home_post(region, True)
    assert has_home_post(region, False) == (region == HOME)


@given(st.integers(1930, 2010), st.integers(2006, 2040))
def test_who_is_young_was_young_before_and_the_year_of_forty_is_not(birth: int, year: int) -> None:
    assert is_young(birth, year) <= is_young(birth, year - 1)
    assert is_young(birth, birth + 39)
    assert not is_young(birth, birth + 40)


@given(st.floats(0, 30, width=32), st.floats(0, 10, width=32))
def test_more_years_abroad_never_take_experience_away(years: float, more: float) -> None:
    assert has_overseas_experience(years) <= has_overseas_experience(years + more)
    assert not has_overseas_experience(0.99)
