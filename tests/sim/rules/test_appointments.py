"""Second appointments: time for research, papers, and what they are worth."""

from __future__ import annotations

import pytest
from hypothesis import given

from sim.rules.appointments import output_over_usual, time_of_both, worth_of_both
from tests.sim.rules.draws import SHARE, amount

TIME = amount(0.0625, 0.9375)


@given(SHARE, TIME, SHARE)
def test_time_for_research_lies_between_those_of_the_two_employers(share: float, here: float, there: float) -> None:
    both = float(time_of_both(share, here, there))
    assert min(here, there) - 1e-6 <= both <= max(here, there) + 1e-6
    assert time_of_both(0.0, here, there) == here
    assert time_of_both(1.0, here, there) == there


@given(TIME, TIME, amount(0.125, 1))
def test_papers_fall_and_rise_with_the_time_for_research(one: float, two: float, elasticity: float) -> None:
    low, high = sorted((one, two))
    assert float(output_over_usual(low, high, elasticity)) <= 1 <= float(output_over_usual(high, low, elasticity))
    assert float(output_over_usual(low, high, 1.0)) == pytest.approx(low / high)


@given(amount(0, 1), amount(0, 1), amount(0, 0.5), TIME, TIME)
def test_pay_and_time_for_research_make_it_worth_more(
    less: float, more: float, weight: float, one: float, two: float
) -> None:
    less, more = sorted((less, more))
    low, high = sorted((one, two))
    assert worth_of_both(less, weight, low, 0.5) <= worth_of_both(more, weight, high, 0.5)
    assert float(worth_of_both(more, weight, 0.5, 0.5)) == pytest.approx(more)
