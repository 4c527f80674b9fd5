"""Benefits: more money, share or years never make them worth less, and nobody receives one twice."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules import benefits as rules
from tests.sim.rules.draws import SHARE, amount

MONEY = amount(0, 50)
YEARS = amount(0, 20)
SMALL = 1e-5


@given(SHARE, MONEY, MONEY, SHARE, amount(1, 10))
def test_each_part_of_a_benefit_adds_to_it(
    share: float, money: float, research: float, worth: float, net: float
) -> None:
    whole = float(rules.benefit_a_year(share, money, research, worth, net))
    assert whole == pytest.approx(math.log(1 + share + (money + worth * research) / net), abs=1e-5)
    for less in ((0.0, money, research), (share, 0.0, research), (share, money, 0.0)):
        assert rules.benefit_a_year(*less, worth, net) <= whole + SMALL
    assert rules.benefit_a_year(share, money, research, worth, net + 5) <= whole + SMALL
    assert abs(rules.benefit_a_year(0.0, 0.0, 0.0, worth, net)) < SMALL


@given(SHARE, YEARS, YEARS, SHARE)
def test_more_years_are_never_worth_less_and_count_up_to_the_horizon(
    yearly: float, years: float, more: float, discount: float
) -> None:
    low, high = sorted((years, more))
    values = [float(rules.benefit_over_years(yearly, n, discount, 5.0)) for n in (low, high)]
    assert values[0] <= values[1] + SMALL
    assert values[1] <= yearly * (1 + discount) + SMALL
    assert rules.benefit_over_years(yearly, 1.0, discount, 5.0) == pytest.approx(yearly)
    assert rules.benefit_over_years(yearly, 6.0, discount, 5.0) == pytest.approx(yearly * (1 + discount), abs=1e-5)


@given(st.booleans(), st.booleans(), st.booleans())
def test_everybody_is_in_one_group(native: bool, away: bool, junior: bool) -> None:
    group = rules.benefit_group(native, away, junior)
    assert (group == rules.RETURNEES) == (native and away)
    assert (group == rules.RECRUITS) == (away and not native)
    assert (group == rules.STAYERS) == (junior and not away and not native)


@given(st.integers(0, 2060), st.integers(1990, 2060), SHARE)
def test_a_benefit_runs_to_its_last_year_and_comes_once(until: int, year: int, offered: float) -> None:
    assert rules.holds_benefit(until, year) == (year <= until)
    assert rules.benefit_of_return(offered, until) == (0 if until else offered)


def test_a_benefit_that_is_over_is_worth_nothing() -> None:
    assert rules.benefit_over_years(0.5, -3.0, 0.5, 4.0) == 0
    assert rules.benefit_of_return(0.25, 1) == 0
