"""Gate, clock and reputation: bounds, and what each number raises and lowers."""

from __future__ import annotations

from math import exp

import pytest
from hypothesis import given

from sim.rules.clock import administration_taken_over, hosting_taken, time_gained
from sim.rules.gate import (
    chill_of_others,
    chill_of_target,
    hours_of_screening,
    is_let,
    partner_stays,
    passes_screening,
    reached_by_rules,
    waits,
)
from sim.rules.offers import language_that_counts
from sim.rules.reputation import reputation_after_a_year, reputation_deserved
from tests.sim.rules.draws import SHARE, amount

HOURS, MONTHS, LOG_INCOME = amount(0, 500), amount(0, 36), amount(-1, 1)


@given(SHARE, SHARE, SHARE, SHARE)
def test_fewer_pass_the_stricter_and_the_wider_the_rules_are(
    a: float, b: float, sensitive: float, exempt: float
) -> None:
    low, high = sorted((a, b))
    reached = reached_by_rules(sensitive, 1.0, exempt)
    assert 0 <= reached <= sensitive
    assert reached_by_rules(sensitive, 2.0, exempt) >= reached
    assert 0 <= passes_screening(high, reached) <= passes_screening(low, reached) <= 1
    assert passes_screening(low, 0.0) == passes_screening(0.0, sensitive) == 1


@given(SHARE, SHARE, SHARE, SHARE, SHARE)
def test_others_are_chilled_less_than_the_target_and_advice_helps_both(
    chilling: float, strictness: float, reached: float, spill: float, guidance: float
) -> None:
    target = chill_of_target(chilling, 0.0, strictness, reached, spill)
    others = chill_of_others(chilling, 0.0, strictness * reached, spill)
    assert 0 <= others <= target + 1e-9 <= chilling + 1e-6
    assert chill_of_target(chilling, guidance, strictness, reached, spill) <= target + 1e-9
    assert chill_of_others(chilling, guidance, strictness * reached, spill) <= others + 1e-9
    assert hours_of_screening(40.0, guidance, strictness, reached) <= hours_of_screening(40.0, 0.0, strictness, reached)


def test_advice_takes_its_share_of_the_doubt_at_any_strictness() -> None:
    assert chill_of_target(0.5, 0.25, 0.5, 0.5, 0.5) == pytest.approx(0.5 * 0.75 * 0.5 * 0.75)
    assert chill_of_others(0.5, 0.25, 0.5, 0.5) == pytest.approx(0.5 * 0.75 * 0.5 * 0.5)
    assert hours_of_screening(40.0, 0.25, 0.5, 0.25) == pytest.approx(40 * 0.75 * 0.5 * 0.25)


@given(SHARE, SHARE, SHARE)
def test_partners_stay_where_they_find_what_they_require(required: float, low: float, high: float) -> None:
    low, high = sorted((low, high))
    assert 0 <= partner_stays(required, low) <= partner_stays(required, high) <= 1
    assert partner_stays(low, high) == 1


@given(MONTHS, MONTHS)
def test_the_longer_it_takes_the_more_give_up(few: float, many: float) -> None:
    few, many = sorted((few, many))
    assert 0 < waits(many, 24.0) <= waits(few, 24.0) <= 1
    assert float(waits(many, 12.0)) == pytest.approx(exp(-many / 12), rel=1e-4)
    assert is_let(0.5, 1.0)
    assert not is_let(0.5, 0.0)


@given(amount(0, 0.5), amount(0, 0.5), HOURS)
def test_of_the_last_hours_staff_takes_over_ever_less(few: float, many: float, hours: float) -> None:
    few, many = sorted((few, many))
    one, two = (float(administration_taken_over(staff, 0.5, 2500.0, 0.2)) for staff in (few, many))
    assert 0 <= one <= two < 500 * (1 + 1e-6)
    assert two <= one + (many - few) * 0.5 * 2500 + 1e-3
    assert two == pytest.approx(500 * (1 - exp(-many * 0.5 * 2500 / 500)), rel=1e-3, abs=1e-3)
    assert time_gained(hours, hours, 2500.0) == 0
    assert time_gained(hours, 0.0, 2500.0) == -time_gained(0.0, hours, 2500.0) >= 0


@given(HOURS, amount(0, 3), amount(0, 3), SHARE)
def test_hosting_takes_hours_beyond_the_usual_less_those_of_staff(
    each: float, hosted: float, usual: float, supported: float
) -> None:
    assert hosting_taken(each, usual, usual, supported) == 0
    assert (hosting_taken(each, hosted, usual, 0.0) >= 0) == (hosted >= usual or each == 0)
    assert abs(hosting_taken(each, hosted, usual, supported)) <= abs(hosting_taken(each, hosted, usual, 0.0))


@given(LOG_INCOME, LOG_INCOME, SHARE)
def test_reputation_moves_to_what_it_deserves_and_not_beyond(now: float, deserved: float, pace: float) -> None:
    after = reputation_after_a_year(now, deserved, pace)
    assert min(now, deserved) - 1e-9 <= after <= max(now, deserved) + 1e-9


@given(SHARE, SHARE, SHARE)
def test_closing_costs_reputation_and_treatment_and_outreach_earn_it(closed: float, more: float, shown: float) -> None:
    low, high = sorted((closed, more))
    assert reputation_deserved(0.0, high, 0.3, 0.1, shown) <= reputation_deserved(0.0, low, 0.3, 0.1, shown)
    assert reputation_deserved(0.1, low, 0.3, 0.1, shown) > reputation_deserved(0.0, low, 0.3, 0.1, shown)
    assert reputation_deserved(0.0, 0.0, 0.3, 0.1, 0.0) == 0


@given(SHARE, SHARE)
def test_a_bridge_closes_the_language_gap(language: float, bridged: float) -> None:
    counts = float(language_that_counts(language, bridged))
    assert language - 1e-6 <= counts <= 1 + 1e-6
    assert float(language_that_counts(language, 1.0)) == pytest.approx(1.0)
