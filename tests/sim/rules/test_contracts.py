"""Contracts: lengths, renewal, tenure, and what hosts abroad offer."""

from __future__ import annotations

from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules.contracts import (
    chance_of_lasting_post_abroad,
    chance_of_renewal_abroad,
    contract_is_over,
    contract_years,
    gets_lasting_post_abroad,
    is_granted_tenure,
    is_renewed,
    loses_lasting_post_abroad,
    renewal_in_region,
    spread_of_contracts,
)
from tests.sim.rules.draws import SHARE, amount

YEAR = st.integers(1990, 2060)
YEARS = st.integers(0, 30)
QUALITY = amount(-4, 4)


@given(YEAR, YEAR)
def test_a_contract_is_over_the_year_after_its_last(last: int, year: int) -> None:
    assert not contract_is_over(last, last)
    assert contract_is_over(last, last + 1)
    assert contract_is_over(last, year) <= contract_is_over(last, year + 1)
    assert not contract_is_over(0, year)


@pytest.mark.parametrize("mean", [1.5, 2.0, 2.5, 3.5])
def test_contracts_last_whole_years_with_the_mean(mean: float) -> None:
    """A spread that is a whole number of years gives every length equally often, so the mean is exact."""
    spread = spread_of_contracts(mean)
    lengths = [contract_years(spread, (k + 0.5) / 1200) for k in range(1200)]
    assert fmean(lengths) == pytest.approx(mean)
    assert min(lengths) == 1
    assert max(lengths) == 2 * mean - 1


def test_contracts_of_the_default_mean_last_one_to_four_years() -> None:
    spread = spread_of_contracts(2.4)
    assert {contract_years(spread, (k + 0.5) / 100) for k in range(100)} == {1, 2, 3, 4}


@given(amount(1, 4), amount(1, 4), SHARE, SHARE)
def test_contracts_lengthen_with_the_mean_and_the_draw(mean: float, other: float, one: float, two: float) -> None:
    low, high = sorted((mean, other))
    early, late = sorted((one, two))
    assert contract_years(spread_of_contracts(low), one) <= contract_years(spread_of_contracts(high), one)
    assert contract_years(spread_of_contracts(mean), early) <= contract_years(spread_of_contracts(mean), late)


@given(YEARS, YEARS, SHARE, SHARE, SHARE)
def test_renewal_by_time_and_chance(held: int, limit: int, draw: float, chance: float, more: float) -> None:
    low, high = sorted((chance, more))
    assert is_renewed(held, limit, False, draw, low) <= is_renewed(held, limit, False, draw, high)
    assert is_renewed(held, limit, False, draw, chance) >= is_renewed(held + 1, limit, False, draw, chance)
    assert not is_renewed(limit, limit, False, draw, chance)
    assert is_renewed(limit - 1, limit, False, draw, chance) == (draw < chance)
    assert not is_renewed(held, limit, True, draw, chance)


@given(SHARE, SHARE, SHARE)
def test_tenure_is_granted_to_the_share(draw: float, share: float, more: float) -> None:
    low, high = sorted((share, more))
    assert is_granted_tenure(draw, low) <= is_granted_tenure(draw, high)
    assert not is_granted_tenure(share, share)
    assert is_granted_tenure(0.0, 0.85)


def test_quality_moves_the_chances_abroad_by_hand() -> None:
    """exp(0.3 x 2) = 1.822 and exp(0.3 x -2) = 0.549: a lasting post; between 0.5 and 1.5: renewal."""
    assert chance_of_lasting_post_abroad(0.1, 0.0, 0.3, 2.0) == pytest.approx(0.1)
    assert chance_of_lasting_post_abroad(0.1, 2.0, 0.3, 2.0) == pytest.approx(0.18221, rel=1e-4)
    assert chance_of_lasting_post_abroad(0.1, 5.0, 0.3, 2.0) == pytest.approx(0.18221, rel=1e-4)
    assert chance_of_lasting_post_abroad(0.1, -5.0, 0.3, 2.0) == pytest.approx(0.05488, rel=1e-4)
    assert chance_of_renewal_abroad(0.4, 0.0, 0.3, 0.5, 1.5) == pytest.approx(0.4)
    assert chance_of_renewal_abroad(0.4, -1.0, 0.3, 0.5, 1.5) == pytest.approx(0.29633, rel=1e-4)
    assert chance_of_renewal_abroad(0.4, 5.0, 0.3, 0.5, 1.5) == pytest.approx(0.6)
    assert chance_of_renewal_abroad(0.4, -5.0, 0.3, 0.5, 1.5) == pytest.approx(0.2)


@given(SHARE, QUALITY, QUALITY, amount(0, 1), amount(0.5, 3))
def test_better_people_never_have_worse_chances_abroad(
    rate: float, quality: float, other: float, weight: float, limit: float
) -> None:
    low, high = sorted((quality, other))
    assert chance_of_lasting_post_abroad(rate, low, weight, limit) <= chance_of_lasting_post_abroad(
        rate, high, weight, limit
    )
    assert chance_of_renewal_abroad(rate, low, weight, 0.5, 1.5) <= chance_of_renewal_abroad(
        rate, high, weight, 0.5, 1.5
    )


@given(SHARE, SHARE, QUALITY, amount(0, 1))
def test_chances_abroad_rise_with_those_of_the_region_and_the_host(
    rate: float, more: float, quality: float, weight: float
) -> None:
    low, high = sorted((rate, more))
    assert chance_of_lasting_post_abroad(low, quality, weight, 2.0) <= chance_of_lasting_post_abroad(
        high, quality, weight, 2.0
    )
    assert chance_of_renewal_abroad(low, quality, weight, 0.5, 1.5) <= chance_of_renewal_abroad(
        high, quality, weight, 0.5, 1.5
    )


@given(YEARS, YEARS, SHARE, SHARE, SHARE)
def test_a_lasting_post_comes_after_the_wait_at_the_chance(
    away: int, wait: int, draw: float, chance: float, more: float
) -> None:
    low, high = sorted((chance, more))
    assert gets_lasting_post_abroad(away, wait, draw, low) <= gets_lasting_post_abroad(away, wait, draw, high)
    assert gets_lasting_post_abroad(away, wait, draw, chance) <= gets_lasting_post_abroad(away + 1, wait, draw, chance)
    assert gets_lasting_post_abroad(wait, wait, draw, chance) == (draw < chance)
    assert not gets_lasting_post_abroad(wait - 1, wait, draw, chance)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0.1, 1))
def test_hosts_renew_more_often_where_more_jobs_are_open(
    chance: float, open_to: float, more: float, usual: float
) -> None:
    low, high = sorted((open_to, more))
    fewer, most = (float(renewal_in_region(chance, one, usual)) for one in (low, high))
    assert 0 <= fewer <= most <= 1
    assert renewal_in_region(chance, usual, usual) == pytest.approx(chance)


@given(SHARE, amount(0.0625, 1), amount(0.0625, 1), SHARE, amount(1, 10))
def test_lasting_posts_abroad_are_cut_only_where_jobs_are_fewer_than_they_were(
    exposed: float, openness: float, other: float, draw: float, years: float
) -> None:
    fewer, more = sorted((openness, other))
    lost = loses_lasting_post_abroad(exposed, fewer, 1.0, draw, years)
    assert lost >= loses_lasting_post_abroad(exposed, more, 1.0, draw, years)
    assert not loses_lasting_post_abroad(exposed, more, fewer, draw, years)
    assert lost <= loses_lasting_post_abroad(exposed, fewer, 1.0, draw, 1.0)
