"""Beliefs: what peers show, how it is learned, and what an announcement moves."""

from __future__ import annotations

from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules.beliefs import (
    announced_log_odds,
    chance_within,
    is_seen_abroad,
    moved_by_odds,
    moved_towards,
    observed_rate,
    sight_of_peers_abroad,
)
from tests.sim.rules.draws import SHARE, amount

PERSONS, INSIDE, TIES = amount(0, 1000), amount(0.015625, 0.984375), amount(0, 20)


@given(st.integers(0, 30), st.integers(0, 5), st.booleans())
def test_those_abroad_or_just_back_without_a_post_are_seen_abroad(since: int, recent: int, between: bool) -> None:
    assert is_seen_abroad(True, since, recent, between)
    assert is_seen_abroad(False, since, recent, between) == (between and since <= recent)


def test_rates_by_hand() -> None:
    """12 of 60, with 30 persons of a parent rate of 0.5: (12 + 15) / 90 = 0.3."""
    assert observed_rate(12.0, 60.0, 0.5, 30.0) == pytest.approx(0.3)


@given(SHARE, SHARE, PERSONS, SHARE, SHARE, amount(1, 100), amount(1, 100))
def test_rates_rise_with_success_and_the_parent_and_lie_between(
    share: float, larger: float, searches: float, parent: float, other: float, weight: float, heavier: float
) -> None:
    few, many = sorted((share, larger))
    low, high = sorted((parent, other))
    light, heavy = sorted((weight, heavier))
    rate = observed_rate(share * searches, searches, parent, weight)
    assert observed_rate(few * searches, searches, parent, weight) <= observed_rate(
        many * searches, searches, parent, weight
    )
    assert observed_rate(share * searches, searches, low, weight) <= observed_rate(
        share * searches, searches, high, weight
    )
    assert min(share, parent) - 1e-9 <= rate <= max(share, parent) + 1e-9
    near = abs(observed_rate(share * searches, searches, parent, heavy) - parent)
    assert near <= abs(observed_rate(share * searches, searches, parent, light) - parent) + 1e-9


def test_learning_by_hand() -> None:
    """A third of the way from 0.2 to 0.5 is 0.3, and from 0.5 to 0.2 it is 0.4."""
    assert moved_towards(0.2, 0.5, 1 / 3) == pytest.approx(0.3)
    assert moved_towards(0.5, 0.2, 1 / 3) == pytest.approx(0.4)


@given(SHARE, SHARE, SHARE, SHARE)
def test_beliefs_move_towards_what_is_seen(value: float, seen: float, pace: float, faster: float) -> None:
    slow, fast = sorted((pace, faster))
    assert min(value, seen) - 1e-9 <= moved_towards(value, seen, pace) <= max(value, seen) + 1e-9
    assert abs(moved_towards(value, seen, fast) - seen) <= abs(moved_towards(value, seen, slow) - seen) + 1e-9
    assert moved_towards(value, seen, 0.0) == value


@given(SHARE, SHARE, amount(0, 10), amount(0, 10))
def test_chances_grow_with_the_rate_and_the_years(rate: float, other: float, years: float, more: float) -> None:
    low, high = sorted((rate, other))
    short, long = sorted((years, more))
    assert 0 <= chance_within(low, years) <= chance_within(high, years) <= 1
    assert chance_within(rate, short) <= chance_within(rate, long) + 1e-12
    assert chance_within(rate, 1) == pytest.approx(rate)


def test_chances_by_hand() -> None:
    """At a fifth a year 0.8 x 0.8 x 0.8 = 0.512 wait longer than three years."""
    assert chance_within(0.2, 3) == pytest.approx(0.488)


@given(INSIDE, amount(-3, 3))
def test_an_announcement_adds_to_the_log_odds(chance: float, shift: float) -> None:
    moved = float(moved_by_odds(chance, exp(shift)))
    assert log(moved / (1 - moved)) == pytest.approx(log(chance / (1 - chance)) + shift, abs=1e-4)


def test_an_announcement_by_hand() -> None:
    """A quarter believed, of a weight of 0.6, for 2 of 3 years, at a slope of 1.5: 0.15."""
    assert announced_log_odds(0.6, 0.25, 2.0, 3.0, 1.5) == pytest.approx(0.15)
    assert announced_log_odds(0.6, 0.25, 4.0, 3.0, 1.5) == pytest.approx(0.225)
    assert announced_log_odds(-0.6, 0.25, 2.0, 3.0, 1.5) == pytest.approx(-0.15)


@given(amount(0, 2), amount(0, 2), SHARE, SHARE, amount(0, 6), amount(0, 6), amount(0, 5))
def test_announcements_count_more_with_the_weight_credence_and_stay(
    change: float, larger: float, credence: float, more: float, stay: float, longer: float, slope: float
) -> None:
    low, high = sorted((change, larger))
    little, much = sorted((credence, more))
    short, long = sorted((stay, longer))
    assert announced_log_odds(low, credence, stay, 3.0, slope) <= announced_log_odds(high, credence, stay, 3.0, slope)
    assert announced_log_odds(change, little, stay, 3.0, slope) <= announced_log_odds(change, much, stay, 3.0, slope)
    assert announced_log_odds(change, credence, short, 3.0, slope) <= announced_log_odds(
        change, credence, long, 3.0, slope
    )
    assert announced_log_odds(change, credence, 9.0, 3.0, slope) == announced_log_odds(
        change, credence, 3.0, 3.0, slope
    )


@given(TIES, TIES, SHARE, SHARE)
def test_ties_show_peers_abroad(ties: float, others: float, unseen: float, more: float) -> None:
    few, many = sorted((ties, others))
    low, high = sorted((unseen, more))
    assert 0 <= sight_of_peers_abroad(few, unseen) <= sight_of_peers_abroad(many, unseen) <= 1
    assert sight_of_peers_abroad(ties, low) >= sight_of_peers_abroad(ties, high)
    assert sight_of_peers_abroad(0.0, unseen) == pytest.approx(1 - unseen)


def test_sight_by_hand() -> None:
    """With a tie a person misses 0.65 / e = 0.2391 of the peers abroad."""
    assert sight_of_peers_abroad(1.0, 0.65) == pytest.approx(0.7608784)
