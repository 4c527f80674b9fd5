"""Entry: what moves people toward a doctorate, and away from it."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules import entry as rules

SHARE = st.floats(0, 1, width=32)
NORMAL = st.floats(-4, 4, width=32)
LOG = st.floats(-3, 6, width=32)
SMALL = 1e-4


@given(st.floats(0, 1e5), st.floats(0, 1e5), st.floats(1, 1e5), SHARE, SHARE)
def test_more_stipends_never_lower_the_coverage(
    places: float, more: float, students: float, crowd_out: float, before: float
) -> None:
    coverage = rules.coverage_expected(places, students, crowd_out, before)
    assert coverage <= rules.coverage_expected(places + more, students, crowd_out, before) + 1e-9
    assert coverage >= rules.coverage_expected(places, students, 1.0, before) - 1e-9
    assert coverage <= min(1.0, places / students) + 1e-9


@given(SHARE, SHARE, LOG, st.floats(0, 2))
def test_expected_income_lies_between_the_two_and_rises_with_coverage(
    coverage: float, other: float, without: float, gain: float
) -> None:
    low, high = sorted((coverage, other))
    first, second = (rules.income_expected(share, without + gain, without) for share in (low, high))
    assert without - 1e-9 <= first <= second + 1e-9 <= without + gain + 2e-9


@given(LOG, LOG, SHARE, st.floats(0, 3, width=32))
def test_a_better_job_is_worth_more(early: float, later: float, discount: float, more: float) -> None:
    pay = rules.two_periods(early, later, discount)
    assert pay <= rules.two_periods(early + more, later, discount)
    assert pay <= rules.two_periods(early, later + more, discount)
    value = rules.job_of_master(pay, 1 + discount, 0.1, 0.5)
    assert value <= rules.job_of_master(pay + more, 1 + discount, 0.1, 0.5)
    assert value <= rules.job_of_master(pay, 1 + discount, 0.1 + more, 0.5)


@given(LOG, NORMAL, LOG, st.floats(0, 3, width=32))
def test_every_part_of_a_doctorate_adds(income: float, taste: float, ahead: float, more: float) -> None:
    value = rules.doctorate_at_home(income, 0.2, taste, 1.0, ahead)
    for place in range(5):
        parts = [income, 0.2, taste, 1.0, ahead]
        parts[place] += more
        assert rules.doctorate_at_home(*parts) >= value - SMALL
    assert rules.taste_for_doctorate(0.5, 0.5, taste) <= rules.taste_for_doctorate(0.5, 0.5, taste + more)


@given(SHARE, SHARE, LOG, st.floats(0, 3, width=32), SHARE)
def test_a_better_chance_of_a_post_adds_to_the_years_after(
    chance: float, more: float, without: float, gain: float, discount: float
) -> None:
    low, high = sorted((chance, more))
    first, second = (rules.years_after_doctorate(discount, share, without + gain, without) for share in (low, high))
    assert first <= second + SMALL
    lasting = [
        rules.gain_of_working_adult(discount, share, without + gain, without, -0.5, 0.1) for share in (low, high)
    ]
    assert lasting[0] <= lasting[1] + SMALL


@given(SHARE, SHARE, SHARE)
def test_open_borders_let_more_come(inside: float, openness: float, more: float) -> None:
    low, high = sorted((openness, more))
    first, second = (rules.share_admitted(inside, share) for share in (low, high))
    assert inside - 1e-9 <= first <= second + 1e-9 <= 1 + 2e-9
    for draw in (0.2, 0.8):
        assert rules.may_go(draw, first) <= rules.may_go(draw, second)


@given(NORMAL, NORMAL, st.floats(0, 3, width=32), NORMAL)
def test_hosts_take_the_better_ones(talent: float, draw: float, more: float, threshold: float) -> None:
    seen = rules.quality_seen_by_host(talent, 0.5, 0.3, draw)
    better = rules.quality_seen_by_host(talent + more, 0.5, 0.3, draw)
    assert seen <= better
    assert rules.host_takes_student(seen, threshold) <= rules.host_takes_student(better, threshold)
    assert rules.host_takes_student(seen, threshold + more) <= rules.host_takes_student(seen, threshold)
    assert rules.quality_seen_by_host(talent, 0.5, 0.0, draw) == pytest.approx(talent / 0.5)


@given(LOG, LOG, NORMAL, st.floats(0, 3, width=32))
def test_a_degree_abroad_is_worth_its_parts(life: float, pay: float, shock: float, more: float) -> None:
    value = rules.degree_abroad(life, pay, shock)
    assert value == pytest.approx(life + pay + shock, abs=SMALL)
    assert rules.degree_abroad(life, pay + more, shock) >= value - SMALL


@given(st.floats(0.2, 5), st.floats(0.01, 2))
def test_candidates_grow_with_the_scholars_of_their_region(growth: float, elasticity: float) -> None:
    grown = rules.growth_of_candidates(growth, elasticity, 1.0)
    assert (grown >= 1) == (growth >= 1)
    assert rules.growth_of_candidates(growth, 0.0, 1.0) == 1
    assert rules.growth_of_candidates(growth, 1.0, 1.0) == growth
    assert rules.growth_of_candidates(growth, elasticity, growth**elasticity) == pytest.approx(1), "as all others do"


@given(LOG, st.floats(0, 3, width=32), LOG, SHARE, SHARE, SHARE)
def test_the_right_to_remain_is_worth_what_staying_is_above_going_home(
    without: float, gain: float, home: float, chance: float, right: float, other: float
) -> None:
    low, high = sorted((right, other))
    less, more = (
        rules.years_after_coming(False, chance, without + gain, without, home, share) for share in (low, high)
    )
    better_here = without + chance * gain > home
    assert (less <= more + SMALL) if better_here else (more <= less + SMALL)
    assert rules.years_after_coming(True, chance, without + gain, without, home, right) == home


@given(LOG, LOG, LOG, SHARE, st.booleans())
def test_who_is_on_leave_goes_home(with_post: float, without: float, home: float, chance: float, leave: bool) -> None:
    ahead = rules.years_after_coming(leave, chance, max(with_post, without), min(with_post, without), home, 1.0)
    if leave:
        assert ahead == home
    else:
        assert min(with_post, without) - SMALL <= ahead <= max(with_post, without) + SMALL


@given(LOG, SHARE, SHARE, SHARE, LOG)
def test_a_foreigner_who_knows_the_language_values_a_doctorate_here_more(
    entry: float, language: float, more: float, discount: float, ahead: float
) -> None:
    low, high = sorted((language, more))
    first, second = (rules.doctorate_of_foreigner(entry, 0.4, known, discount, ahead) for known in (low, high))
    assert first <= second + SMALL
    assert rules.doctorate_of_foreigner(entry, 0.0, low, discount, ahead) == pytest.approx(
        rules.doctorate_of_foreigner(entry, 0.4, 1.0, discount, ahead), abs=SMALL
    )


@given(LOG, LOG, SHARE, LOG, st.floats(0, 3, width=32))
def test_better_jobs_elsewhere_make_a_doctorate_there_worth_more(
    study: float, amenity: float, discount: float, job: float, more: float
) -> None:
    year = rules.year_in_own_country(job, amenity, 0.5, 0.2)
    better = rules.year_in_own_country(job + more, amenity, 0.5, 0.2)
    assert year <= better
    assert rules.doctorate_in_own_country(study, amenity, discount, year) <= rules.doctorate_in_own_country(
        study, amenity, discount, better
    )
    there = rules.doctorate_in_third_region(study, -0.3, 0.5, discount, job)
    assert there <= rules.doctorate_in_third_region(study, -0.3, 0.5, discount, job + more)
    assert there >= rules.doctorate_in_third_region(study, -0.3, 0.5 + more, discount, job)


@given(SHARE, SHARE, LOG, st.floats(0, 3, width=32))
def test_a_likelier_lasting_post_is_worth_more(tenure: float, more: float, contract: float, gain: float) -> None:
    low, high = sorted((tenure, more))
    first, second = (rules.years_after_degree_there(share, contract + gain, contract) for share in (low, high))
    assert contract - SMALL <= first <= second + SMALL <= contract + gain + 2 * SMALL


@given(SHARE, SHARE)
def test_most_candidates_are_young(draw: float, other: float) -> None:
    low, high = sorted((draw, other))
    first, second = (rules.years_since_doctorate(14.0, u) for u in (low, high))
    assert 0 <= first <= second <= 14
    assert first == math.floor(first)
    counts = [
        sum(rules.years_since_doctorate(14.0, (k + 0.5) / 1000) == years for k in range(1000)) for years in range(5)
    ]
    assert all(one > next_one for one, next_one in pairwise(counts))
