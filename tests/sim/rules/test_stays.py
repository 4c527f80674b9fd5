"""Stays abroad: their lengths, the post that is kept, and the post on return."""

from __future__ import annotations

from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules.stays import (
    is_promised_post,
    keeps_post,
    last_year,
    months_of_visit,
    stage_of_return_post,
    visit_lasts_a_year,
    worth_of_stay_income,
    years_of_award,
    years_with_host,
)
from sim.vocabulary import Stage
from tests.sim.rules.draws import SHARE, amount

YEAR = st.integers(1990, 2060)


@given(YEAR, st.integers(1, 10))
def test_what_lasts_a_year_more_ends_a_year_later(first: int, years: int) -> None:
    assert last_year(first, 1) == first
    assert last_year(first, years + 1) == last_year(first, years) + 1
    assert last_year(first + 1, years) == last_year(first, years) + 1


@given(SHARE, SHARE, SHARE)
def test_long_visits_and_promised_posts_are_the_share(draw: float, share: float, more: float) -> None:
    low, high = sorted((share, more))
    for happens in (visit_lasts_a_year, is_promised_post):
        assert happens(draw, low) <= happens(draw, high)
        assert not happens(share, share)
        assert happens(0.0, 0.1)
        assert not happens(draw, 0.0)


@given(SHARE, SHARE)
def test_visits_lengthen_with_the_draw_from_two_to_eleven_months(one: float, two: float) -> None:
    early, late = sorted((one, two))
    assert 2 <= months_of_visit(early) <= months_of_visit(late) <= 11
    assert months_of_visit(1.0) == 11


@given(amount(0, 8), amount(0, 8))
def test_awards_last_whole_years_the_longer_the_more_is_paid(years: float, other: float) -> None:
    low, high = sorted((years, other))
    assert 1 <= years_of_award(low) <= years_of_award(high)
    assert years_of_award(low) == 1 or abs(years_of_award(low) - low) <= 0.5


@given(st.integers(1, 6))
def test_hosts_give_two_years_or_more(drawn: int) -> None:
    assert 2 <= years_with_host(drawn) <= years_with_host(drawn + 1)
    assert years_with_host(drawn) >= drawn
    assert years_with_host(2) == 2
    assert years_with_host(3) == 3


@given(st.sampled_from(Stage), YEAR, YEAR)
def test_a_longer_contract_never_loses_the_post_and_a_longer_award_never_keeps_it(
    stage: Stage, ends: int, last: int
) -> None:
    assert keeps_post(stage, ends, last) <= keeps_post(stage, ends + 1, last)
    assert keeps_post(stage, ends, last) >= keeps_post(stage, ends, last + 1)


def test_whose_post_outlasts_the_award_by_stage() -> None:
    """A contract may end in the last year of the award, or later: only then a fixed-term post is still there."""
    lasting = {Stage.DOCTORAL, Stage.TENURE_TRACK, Stage.PERMANENT}
    assert {stage for stage in Stage if keeps_post(stage, 2022, 2022)} == lasting
    assert {stage for stage in Stage if keeps_post(stage, 2023, 2022)} == lasting | {Stage.FIXED_TERM}


@given(SHARE, SHARE, SHARE)
def test_a_higher_share_never_takes_the_tenure_track_from_anybody(draw: float, share: float, more: float) -> None:
    low, high = sorted((share, more))
    assert stage_of_return_post(draw, low) <= stage_of_return_post(draw, high)
    assert stage_of_return_post(draw, 0.0) == Stage.FIXED_TERM
    assert stage_of_return_post(0.5, 0.75) == Stage.TENURE_TRACK


@pytest.mark.parametrize(("lever", "years"), [(0.1, 1), (1.4, 1), (1.6, 2), (3.0, 3)])
def test_awards_by_hand(lever: float, years: int) -> None:
    assert years_of_award(lever) == years


@given(SHARE, amount(1, 50), amount(1, 50))
def test_income_of_a_call_counts_for_its_part_of_the_year(share: float, income: float, usual: float) -> None:
    worth = float(worth_of_stay_income(share, income, usual))
    assert worth == pytest.approx(share * log(income / usual), abs=1e-4)
