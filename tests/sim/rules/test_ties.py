"""Ties and language: growth, decay, visits and moves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules.ties import (
    cuts_ties,
    growth_everywhere,
    growth_of_mass,
    language_after_a_year,
    ties_after_a_year,
    ties_of_visit,
    turns_to_region,
)
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


@given(st.lists(st.tuples(st.floats(1, 1e3), st.floats(0.2, 20)), min_size=2, max_size=8), amount(0.25, 1.25))
def test_regions_that_grow_share_out_who_goes_and_send_nobody(
    regions: list[tuple[float, float]], elasticity: float
) -> None:
    """Weighted by who went before, what growth adds leaves the odds of going abroad at all as they were."""
    flows, growth = np.array(regions).T
    added = np.array([growth_of_mass(one, elasticity) for one in growth])
    added -= np.log(growth_everywhere(flows, growth, elasticity))
    assert np.average(np.exp(added), weights=flows) == pytest.approx(1)
    assert added.argmax() == growth.argmax()
    assert added.max() - added.min() == pytest.approx(elasticity * np.log(growth.max() / growth.min()), abs=1e-9)


def test_regions_count_alike_where_nobody_went() -> None:
    assert growth_everywhere(np.zeros(2), np.array([1.0, 4.0]), 0.5) == pytest.approx(1.5)
