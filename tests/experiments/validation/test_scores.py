"""Interval scores and tests of a difference, against numbers worked out by hand and published formulas."""

import numpy as np
import pytest
from scipy import stats

from experiments.validation.scores import bootstrapped_ratio, diebold_mariano, interval_score
from tests import chance


def test_an_interval_pays_for_its_width_and_for_what_it_misses() -> None:
    low, high = np.array([10.0, 10.0, 10.0]), np.array([30.0, 30.0, 30.0])
    found = interval_score(low, high, np.array([20.0, 7.0, 31.0]))
    assert found == pytest.approx([20, 20 + 20 * 3, 20 + 20 * 1])
    assert interval_score(low, high, np.array([0.0, 10.0, 30.0]), missed=0.5) == pytest.approx([60, 20, 20])


def test_the_test_of_independent_series_is_the_t_test_of_their_mean() -> None:
    losses = np.array([0.3, -0.2, 0.5, 0.1, 0.4, 0.2, -0.1, 0.6])
    found, known = diebold_mariano(losses), stats.ttest_1samp(losses, 0)
    assert found.mean == pytest.approx(0.225)
    assert (found.statistic, found.p) == pytest.approx((known.statistic, known.pvalue))


def test_longer_horizons_take_the_correlation_of_overlapping_errors_into_account() -> None:
    losses = np.array([1.0, 2.0, 3.0, 4.0])  # autocovariances by hand: 5 / 4 and 1.25 / 4
    found = diebold_mariano(losses, horizon=2)
    variance = (5 / 4 + 2 * 1.25 / 4) / 4
    correction = np.sqrt((4 + 1 - 4 + 2 * 1 / 4) / 4)
    assert found.statistic == pytest.approx(correction * 2.5 / np.sqrt(variance))
    assert found.p == pytest.approx(2 * stats.t.sf(found.statistic, 3))


def test_what_never_differs_is_not_tested_and_a_horizon_needs_more_dates() -> None:
    assert np.isnan(diebold_mariano(np.full(5, 0.2)).p)
    assert np.isnan(diebold_mariano(np.zeros(5)).statistic)
    with pytest.raises(ValueError, match="horizon of 5"):
        diebold_mariano(np.arange(5.0), horizon=5)


@pytest.mark.chance
def test_a_test_of_nothing_is_rarely_clear_and_one_of_something_often() -> None:
    rng = np.random.default_rng(chance.seed(5))
    noise = rng.standard_normal((1600, 16))
    found, clear = (np.mean([diebold_mariano(row + off).p < 0.05 for row in noise]) for off in (0, 1))
    chance.within("share clear of nothing", found, 0.01, 0.1, broken=0.14, by="errors a quarter too small")
    chance.within("share clear of one standard deviation", clear, 0.92, np.inf, broken=0.88, by="errors too large")


def test_a_bootstrap_over_series_holds_the_ratio_and_a_constant_one_exactly() -> None:
    theirs = np.array([1.0, 4.0, 9.0, 16.0])
    assert bootstrapped_ratio(0.25 * theirs, theirs, root=True) == pytest.approx((0.5, 0.5))
    assert bootstrapped_ratio(0.25 * theirs, theirs, root=False) == pytest.approx((0.25, 0.25))
    low, high = bootstrapped_ratio(np.array([1.0, 1, 7]), np.ones(3), root=False)
    assert (low, high) == pytest.approx((1, 5))  # three draws hold the odd one never with 0.30, at most twice with 0.96
    assert np.isnan(bootstrapped_ratio(theirs, 0 * theirs, root=True)[0])
