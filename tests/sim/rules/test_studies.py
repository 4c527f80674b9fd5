"""Doctoral studies: their least length, completion, dropout."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules.studies import finishes_doctorate, gives_up_doctorate, share_with_stipend
from tests.sim.rules.draws import SHARE, amount

YEARS = st.integers(0, 15)


def test_of_a_cohort_of_ten_thousand() -> None:
    """Draws at regular steps: 42 in a hundred finish in the third year, none before, 3 or 4 in a hundred give up."""
    draws = [(k + 0.5) / 10_000 for k in range(10_000)]
    assert sum(finishes_doctorate(3, 3, False, draw, 0.42) for draw in draws) == 4_200
    assert sum(finishes_doctorate(2, 3, False, draw, 0.42) for draw in draws) == 0
    assert sum(finishes_doctorate(3, 5, False, draw, 0.42) for draw in draws) == 0
    assert sum(gives_up_doctorate(False, draw, 0.035) for draw in draws) == 350
    assert not any(gives_up_doctorate(True, draw, 0.035) for draw in draws)


@given(YEARS, YEARS, SHARE, SHARE, SHARE)
def test_more_years_or_chance_never_keep_a_student_from_finishing(
    studied: int, least: int, draw: float, chance: float, more: float
) -> None:
    low, high = sorted((chance, more))
    assert finishes_doctorate(studied, least, False, draw, low) <= finishes_doctorate(studied, least, False, draw, high)
    earlier = finishes_doctorate(studied, least, False, draw, chance)
    assert earlier <= finishes_doctorate(studied + 1, least, False, draw, chance)
    assert earlier >= finishes_doctorate(studied, least + 1, False, draw, chance)
    assert finishes_doctorate(least, least, False, draw, chance) == (draw < chance)


@given(YEARS, YEARS, SHARE, SHARE)
def test_nobody_finishes_away_from_a_place_that_is_kept(studied: int, least: int, draw: float, chance: float) -> None:
    assert not finishes_doctorate(studied, least, True, draw, chance)


@given(SHARE, SHARE, SHARE)
def test_more_dropout_never_keeps_a_student(draw: float, dropout: float, more: float) -> None:
    low, high = sorted((dropout, more))
    assert gives_up_doctorate(False, draw, low) <= gives_up_doctorate(False, draw, high)
    assert not gives_up_doctorate(False, dropout, dropout)


@given(amount(0.0625, 0.9375), amount(-1, 1), amount(0, 2), amount(0, 2))
def test_a_stipend_moves_the_odds_with_its_level(share: float, effect: float, premium: float, more: float) -> None:
    small, large = sorted((premium, more))
    shares = [float(share_with_stipend(share, effect, level)) for level in (small, large)]
    assert all(0 < one < 1 for one in shares)
    assert (shares[1] - shares[0]) * effect >= -1e-5
    assert float(share_with_stipend(share, effect, 0.0)) == pytest.approx(share, abs=1e-5)
    assert float(share_with_stipend(share, 0.0, large)) == pytest.approx(share, abs=1e-5)
