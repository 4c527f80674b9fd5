"""Traits: how draws and numbers of the data make a person."""

from __future__ import annotations

from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules import traits as rules

SHARE = st.floats(0, 1, width=32)
NORMAL = st.floats(-4, 4, width=32)
SPREAD = st.floats(0, 2, width=32)


@given(SHARE, SHARE, SHARE)
def test_a_larger_share_never_takes_a_trait_away(draw: float, share: float, more: float) -> None:
    low, high = sorted((share, more))
    for has in (rules.is_woman, rules.studied_abroad_early, rules.has_partner_at_entry, rules.is_on_leave):
        assert has(draw, low) <= has(draw, high)
        assert not has(draw, 0.0)


@given(SPREAD, NORMAL, NORMAL)
def test_a_higher_draw_never_means_less_quality_or_taste(spread: float, draw: float, other: float) -> None:
    low, high = sorted((draw, other))
    assert rules.quality(spread, low) <= rules.quality(spread, high)
    assert rules.home_taste(spread, low) <= rules.home_taste(spread, high)
    assert rules.home_amenity(1.0, rules.home_taste(spread, low)) <= rules.home_amenity(
        1.0, rules.home_taste(spread, high)
    )


@given(st.floats(0.1, 1), NORMAL, st.floats(0.001, 4), NORMAL)
def test_productivity_rises_with_both_draws(spread: float, low: float, more: float, second: float) -> None:
    link, rest, high = 0.6, 0.8, low + more  # farther apart than the exponential rounds
    assert rules.productivity(spread, link, rest, low, second) <= rules.productivity(spread, link, rest, high, second)
    assert rules.productivity(spread, link, rest, second, low) <= rules.productivity(spread, link, rest, second, high)


@given(NORMAL, NORMAL)
def test_without_a_link_productivity_does_not_know_quality(first: float, second: float) -> None:
    assert log(rules.productivity(0.5, 0.0, 1.0, first, second)) == pytest.approx(0.5 * second, abs=1e-4)


@given(st.floats(0.01, 1), st.floats(0.1, 2), st.floats(0.1, 2))
def test_correlation_is_that_of_the_covariance(share: float, spread: float, other: float) -> None:
    assert rules.correlation(share * spread * other, spread, other) == pytest.approx(share)


@given(SHARE, SHARE, SHARE)
def test_language_is_spread_from_none_to_the_highest(highest: float, draw: float, more: float) -> None:
    low, high = sorted((draw, more))
    assert 0 <= rules.language_at_entry(highest, low) <= rules.language_at_entry(highest, high) <= highest


@given(st.floats(0.1, 2), st.floats(0.01, 0.5), st.floats(-5, 20), st.floats(0, 20))
def test_ties_of_a_stay_fade(ties: float, decay: float, since: float, later: float) -> None:
    now = rules.ties_left(ties, decay, since)
    assert rules.ties_left(ties, decay, since + later) <= now <= ties
    assert rules.ties_left(ties, decay, -later) == ties
    if since >= 0:
        assert rules.ties_left(ties, decay, since + 1) == pytest.approx(now * (1 - decay))


@given(NORMAL, NORMAL, st.sampled_from([(26.5, 2.5), (38.0, 6.0)]))
def test_age_is_whole_within_bounds_and_rises_with_the_draw(
    draw: float, other: float, group: tuple[float, float]
) -> None:
    low, high = sorted((draw, other))
    first, second = (rules.age_drawn(*group, z, 23.0, 60.0) for z in (low, high))
    assert 23 <= first <= second <= 60
    assert first == round(float(first))
    assert rules.age_drawn(*group, 0.0, 23.0, 60.0) == pytest.approx(group[0], abs=0.5)


def test_productivity_takes_of_quality_what_links_them() -> None:
    assert float(rules.productivity(0.5, 0.6, 0.8, 2.0, 1.0)) == pytest.approx(exp(0.5 * (0.6 * 2 + 0.8)), rel=1e-5)


@given(NORMAL)
def test_ages_are_whole_and_between_their_bounds(draw: float) -> None:
    age = float(rules.age_drawn(30.0, 10.0, draw, 23.0, 60.0))
    assert age == min(max(round(30 + 10 * draw), 23), 60)
