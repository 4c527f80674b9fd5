"""Ties and language: growth, decay, visits and moves."""

from __future__ import annotations

import pytest
from hypothesis import given

from sim.rules.ties import cuts_ties, language_after_a_year, ties_after_a_year, ties_of_visit, turns_to_region
from tests.sim.rules.draws import SHARE, amount

TIES, GAIN, YEARS = amount(0, 20), amount(0, 2), amount(0.0625, 1)


def test_ties_by_hand() -> None:
    """Of 2 ties 1.76 are left at a decay of 0.12, and 0.6 are added; without a gain they only fade."""
    assert ties_after_a_year(2.0, 0.88, 0.6) == pytest.approx(2.36)
    assert ties_after_a_year(2.0, 0.88, 0.0) == pytest.approx(1.76)


@given(TIES, TIES, SHARE, SHARE, GAIN, GAIN)
def test_ties_rise_with_what_there_was_what_is_kept_and_what_is_gained(
    ties: float, others: float, kept: float, kept_more: float, gain: float, gain_more: float
) -> None:
    few, many = sorted((ties, others))
    assert ties_after_a_year(few, kept, gain) <= ties_after_a_year(many, kept, gain)
    low, high = sorted((kept, kept_more))
    assert ties_after_a_year(ties, low, gain) <= ties_after_a_year(ties, high, gain)
    little, much = sorted((gain, gain_more))
    assert ties_after_a_year(ties, kept, little) <= ties_after_a_year(ties, kept, much)


def test_ties_settle_where_gain_and_decay_are_equal() -> None:
    ties = 0.0
    for _ in range(200):
        ties = float(ties_after_a_year(ties, 0.88, 0.06))
    assert ties == pytest.approx(0.5)


def test_language_by_hand() -> None:
    """Half of what is missing at 0.2 is 0.4."""
    assert language_after_a_year(0.2, 0.5) == pytest.approx(0.6)


@given(SHARE, SHARE, SHARE)
def test_language_grows_towards_full_command(language: float, gain: float, more: float) -> None:
    low, high = sorted((gain, more))
    after = language_after_a_year(language, gain)
    assert language <= after <= 1
    assert language_after_a_year(language, low) <= language_after_a_year(language, high)
    assert language_after_a_year(1.0, gain) == 1


@given(YEARS, YEARS, GAIN)
def test_short_visits_give_more_than_their_share_of_ties(years: float, other: float, yearly: float) -> None:
    short, long = sorted((years, other))
    assert ties_of_visit(yearly, short) <= ties_of_visit(yearly, long)
    assert ties_of_visit(yearly, short) >= yearly * short
    assert ties_of_visit(yearly, 1.0) == yearly
    assert ties_of_visit(yearly, 0.25) == yearly / 2


@given(TIES, GAIN, GAIN)
def test_old_ties_hold_the_region_against_few_new_ones(ties: float, gain: float, more: float) -> None:
    low, high = sorted((gain, more))
    assert turns_to_region(ties, low, 3, False) <= turns_to_region(ties, high, 3, False)
    assert turns_to_region(ties + 1, gain, 3, False) <= turns_to_region(ties, gain, 3, False)
    assert turns_to_region(ties, gain, 3, True)
    assert not turns_to_region(3 * gain, gain, 3, False)
    assert turns_to_region(0.0, 0.5, 3, False)


@given(SHARE, SHARE, SHARE)
def test_ties_at_home_are_cut_for_the_share(draw: float, share: float, more: float) -> None:
    low, high = sorted((share, more))
    assert cuts_ties(draw, low) <= cuts_ties(draw, high)
    assert not cuts_ties(share, share)
    assert cuts_ties(0.1, 0.11)
