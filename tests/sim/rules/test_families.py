"""Families: rates and ages."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from sim.rules.families import family_cost, finds_partner, has_first_child, has_school_child, usual_family_cost
from tests.sim.rules.draws import SHARE

AGE = st.integers(15, 90)
SMALL = 1e-6  # rounding


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


@given(SHARE, SHARE, SHARE, SHARE)
def test_partner_and_child_weigh_on_moves_and_support_lightens_them(
    of_partner: float, of_child: float, borne: float, mean: float
) -> None:
    costs = [
        family_cost(partner, child, of_partner, of_child, borne, mean)
        for partner, child in ((False, False), (True, False), (True, True))
    ]
    assert all(less <= more + SMALL for less, more in pairwise(costs))
    assert costs[0] == -mean
    assert family_cost(True, True, of_partner, of_child, 1.0, mean) >= costs[2] - SMALL
    assert family_cost(True, True, of_partner, of_child, 0.0, mean) == costs[0]


@given(st.integers(1990, 2060), st.integers(1990, 2060))
def test_a_child_is_at_school_for_twelve_years(born: int, year: int) -> None:
    assert has_school_child(born, year) == (6 <= year - born <= 17)
    assert not has_school_child(0, year)


@given(SHARE, SHARE, SHARE)
def test_support_makes_the_usual_move_cheaper_up_to_the_whole_mean(borne: float, more: float, mean: float) -> None:
    helped, less_helped = (usual_family_cost(share, mean) for share in sorted((borne, more)))
    assert -mean - SMALL <= helped <= less_helped + SMALL <= SMALL * 2
    assert usual_family_cost(1.0, mean) == 0
