"""Utility: each term moves the value the way it says, and values are those worked out by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules import utility

VALUE = st.floats(-10, 10, width=32)
SHARE = st.floats(0, 1, width=32)
BETA = st.floats(0.5, 10, width=32)
SMALL = 1e-5


@given(VALUE, VALUE, BETA, VALUE)
def test_worth_rises_with_value_and_taste(value: float, more: float, beta: float, taste: float) -> None:
    low, high = sorted((value, more))
    assert utility.worth(beta, low, taste) <= utility.worth(beta, high, taste)
    assert utility.worth(beta, value, low) <= utility.worth(beta, value, high)


@given(VALUE, SHARE, SHARE, SHARE, VALUE)
def test_a_year_rises_with_security(position: float, sigma: float, share: float, more: float, amenity: float) -> None:
    low, high = sorted((share, more))
    values = [utility.year_in_position(position, sigma, security, amenity) for security in (low, high)]
    assert values[0] <= values[1]
    assert utility.year_in_position(position, 0.0, share, amenity) == position + amenity


@given(SHARE, SHARE, VALUE, SHARE, SHARE)
def test_a_better_chance_helps_where_a_post_is_better(
    chance: float, more: float, without: float, gain: float, discount: float
) -> None:
    low, high = sorted((chance, more))
    expected = [utility.expected_at_home(p, without + gain, without) for p in (low, high)]
    assert expected[0] <= expected[1] + SMALL
    at_home = [utility.position_at_home(1.0, discount, p, without + gain, without) for p in (low, high)]
    assert at_home[0] <= at_home[1] + SMALL
    assert utility.position_at_home(1.0, 0.0, chance, without + gain, without) == 1.0


@given(VALUE, VALUE, BETA)
def test_a_choice_is_worth_at_least_its_better_option(one: float, other: float, beta: float) -> None:
    both = float(utility.better_of(one, other, beta))
    assert both >= max(one, other) - SMALL
    assert both == pytest.approx(float(utility.better_of(other, one, beta)), abs=SMALL)
    assert both <= max(one, other) + math.log(2) / beta + SMALL
    assert both == pytest.approx(max(one, other) + math.log1p(math.exp(-beta * abs(one - other))) / beta, abs=1e-4)


@given(VALUE, VALUE, VALUE, SHARE, BETA)
def test_a_way_back_never_hurts(yearly: float, back: float, more: float, discount: float, beta: float) -> None:
    low, high = sorted((back, more))
    values = [float(utility.outside_research(yearly, o, discount, beta)) for o in (-math.inf, low, high)]
    assert values[0] <= values[1] + SMALL <= values[2] + 2 * SMALL
    assert values[0] == pytest.approx((1 + discount) * yearly, abs=1e-4)


@given(SHARE, SHARE, st.floats(0, 2, width=32))
def test_perceived_chances_are_chances(belief: float, more: float, pessimism: float) -> None:
    low, high = sorted((belief, more))
    assert utility.perceived_chance(low, pessimism) <= utility.perceived_chance(high, pessimism) <= 1


@given(SHARE, SHARE, SHARE, VALUE)
def test_speaking_the_language_helps(language: float, more: float, cost: float, other: float) -> None:
    low, high = sorted((language, more))
    at_home = [utility.home_amenity_of_foreigner(other, cost, spoken) for spoken in (low, high)]
    abroad = [utility.amenity_abroad(other, -cost, spoken) for spoken in (low, high)]
    assert at_home[0] <= at_home[1] + SMALL
    assert abroad[0] <= abroad[1] + SMALL


@given(VALUE, VALUE, SHARE, SHARE, SHARE, VALUE, SHARE)
def test_a_lasting_host_post_draws_where_it_is_better_than_home(
    contract: float, amenity: float, discount: float, chance: float, more: float, home: float, gain: float
) -> None:
    low, high = sorted((chance, more))
    values = [
        float(utility.host_contract(contract, amenity, discount, stays, home + gain, home)) for stays in (low, high)
    ]
    assert values[0] <= values[1] + 1e-4
    assert utility.settled_year(contract, gain, amenity) >= contract + amenity - SMALL


@given(VALUE, VALUE, SHARE, SHARE, SHARE)
def test_a_job_in_the_own_country(job: float, amenity: float, security: float, sigma: float, discount: float) -> None:
    value = utility.job_in_own_country(job, 1 + discount, amenity, security, sigma)
    assert value == pytest.approx(job + (1 + discount) * (amenity + security * sigma))
    assert value <= utility.job_in_own_country(job, 1 + discount, amenity + 1, security, sigma)


@given(VALUE, BETA, VALUE, VALUE, VALUE)
def test_an_award_counts_by_what_it_pays_beyond_the_host(
    stay: float, beta: float, life: float, pay: float, taste: float
) -> None:
    assert utility.worth_of_region(stay, beta, life, pay, pay, taste) == pytest.approx(
        utility.worth_of_region(stay, beta, life, 0.0, 0.0, taste), abs=1e-9
    )
    assert utility.worth_of_region(stay, beta, life, pay, pay + 1, taste) > utility.worth_of_region(
        stay, beta, life, pay, pay, taste
    )
    assert utility.award_at_home(life, 0.0, pay, pay) == pytest.approx(life)


@given(st.floats(0, 50, width=32), st.floats(0, 50, width=32), SHARE)
def test_ties_draw(ties: float, more: float, value: float) -> None:
    low, high = sorted((ties, more))
    assert 0 <= utility.ties_value(low, value) <= utility.ties_value(high, value) + SMALL
    assert float(utility.ties_value(ties, value)) == pytest.approx(value * math.log1p(ties), abs=1e-4)


@given(VALUE, SHARE, VALUE, SHARE)
def test_a_paid_way_makes_months_abroad_better(gain: float, share: float, move: float, fare: float) -> None:
    paid, own = (utility.months_abroad(gain, 0.0, 0.0, 0.0, share, move, 1.0, f) for f in (0.0, fare))
    assert own <= paid == pytest.approx(gain + share * (move + 1.0))


@given(SHARE, SHARE, SHARE)
def test_a_guarantee_raises_the_chance(chance: float, credence: float, guarantee: float) -> None:
    after = utility.chance_after_award(chance, credence, guarantee)
    assert chance - SMALL <= after <= 1 + SMALL
    assert not utility.keeps_lasting_post(True, False)
    assert utility.keeps_lasting_post(True, True)


def test_only_a_lasting_post_is_kept_and_only_where_that_is_allowed() -> None:
    assert not utility.keeps_lasting_post(False, True)
    assert not utility.keeps_lasting_post(False, False)


def test_values_by_hand() -> None:
    """Numbers of which no two can be taken for each other."""
    assert utility.year_in_position(4.0, 0.5, 0.25, 1.0) == 5.125
    assert utility.home_amenity_of_foreigner(0.25, 0.5, 0.75) == 0.125
    assert utility.amenity_abroad(-0.5, -0.25, 0.5) == -0.625
    assert utility.chance_after_award(0.25, 0.5, 0.5) == 0.4375
    assert utility.months_abroad(1.0, 0.5, -0.25, 2.0, 0.25, -3.0, 1.0, 0.125) == 2.625
    assert utility.perceived_chance(0.75, 4.0) == 1.0


@given(SHARE, st.floats(0.125, 8, width=32), st.floats(0.125, 8, width=32))
def test_what_crosses_the_border_is_worth_more_the_cheaper_the_home_currency(
    share: float, rate: float, usual: float
) -> None:
    """Nothing at the usual rate, the whole change of the rate where all of it crosses, and never more."""
    worth, change = float(utility.at_another_rate(share, rate, usual)), math.log(rate / usual)
    assert utility.at_another_rate(share, usual, usual) == pytest.approx(0, abs=1e-6)
    assert utility.at_another_rate(1.0, rate, usual) == pytest.approx(change, abs=1e-4)
    assert min(0.0, change) - 1e-4 <= worth <= max(0.0, change) + 1e-4


def test_half_of_a_sum_at_twice_the_rate_is_half_more_to_live_on() -> None:
    assert float(utility.at_another_rate(0.5, 2.0, 1.0)) == pytest.approx(math.log(1.5), rel=1e-5)
    assert float(utility.at_another_rate(0.5, 3.0, 1.5)) == pytest.approx(math.log(1.5), rel=1e-5)
