"""Joint projects: worth, proposals, panels, and ties that last."""

from __future__ import annotations

from math import inf, log

import pytest
from hypothesis import given

from sim.rules.teams import (
    candidates_of_exchange,
    chance_needed,
    draw_needed,
    gain_of_project,
    score_of_team,
    share_abroad_early,
    share_kept_longer,
    ties_kept_longer,
)
from tests.sim.rules.draws import SHARE, amount

TIES, MONEY, TASTE = amount(0, 20), amount(0, 5), amount(-2, 5)


@given(MONEY, TASTE)
def test_money_and_taste_add_up_around_a_mean_of_nothing(money: float, taste: float) -> None:
    assert float(gain_of_project(2.0, money, taste)) == pytest.approx(2 * money + taste - 0.5772157, abs=1e-5)


@given(amount(0.0625, 5), amount(0.0625, 5))
def test_the_more_a_project_is_worth_the_smaller_the_chance_that_a_proposal_needs(low: float, high: float) -> None:
    low, high = sorted((low, high))
    assert chance_needed(0.5, high) <= chance_needed(0.5, low) == 0.5 / low
    assert chance_needed(0.5, 0) == inf


@given(amount(0.0625, 1), amount(0.0625, 1), amount(0.0625, 1), MONEY, amount(0.0009765625, 0.9990234375))
def test_a_place_is_worth_the_effort_to_nobody_whose_draw_lies_below_what_is_needed(
    effort: float, low: float, high: float, money: float, draw: float
) -> None:
    low, high = sorted((low, high))
    least = draw_needed(effort, low, money)
    assert draw_needed(effort, high, money) <= least
    assert draw_needed(effort, low, money + 0.5) <= least
    gain = float(gain_of_project(1.0, money, -log(-log(draw))))
    assert draw >= least or chance_needed(effort, gain) > low
    assert draw < least or chance_needed(effort, gain + 0.002) < low


@given(TIES, TIES, amount(0.125, 3))
def test_ties_with_the_partner_raise_the_rank_ever_less(few: float, many: float, weight: float) -> None:
    few, many = sorted((few, many))
    assert float(score_of_team(0.25, weight, many)) == pytest.approx(0.25 + weight * log(1 + many), abs=1e-4)
    assert score_of_team(0.25, weight, many) >= score_of_team(0.25, weight, few)


@given(TIES, amount(0, 2), amount(0.25, 0.9375), amount(0.25, 30))
def test_kept_ties_fall_to_half_in_their_half_life_and_never_faster_than_usual(
    before: float, gain: float, kept: float, half_life: float
) -> None:
    usual = before * kept + gain
    longer = float(ties_kept_longer(usual, gain, kept, share_kept_longer(kept, half_life)))
    assert longer == pytest.approx(before * max(2 ** (-1 / half_life), kept) + gain, rel=1e-4, abs=1e-4)
    assert longer >= usual - 1e-4


@given(SHARE, amount(0, 500))
def test_who_is_sent_early_adds_to_those_who_went_by_themselves(share: float, sent: float) -> None:
    assert share_abroad_early(share, sent, 1000.0) == pytest.approx(min(1.0, share + sent / 1000))


@given(amount(0, 500), SHARE)
def test_each_partner_region_sends_back_its_part(received: float, share: float) -> None:
    assert candidates_of_exchange(received, share, 4) == pytest.approx(received * share / 4)
