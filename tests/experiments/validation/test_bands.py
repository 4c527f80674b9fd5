"""Bands and coverage on numbers whose answer is known."""

import numpy as np
import pandas as pd
import pytest

from experiments.calibration.targets import Moment, read_moments, read_series
from experiments.validation import fit_table
from experiments.validation.bands import at_full_scale, bands, quantiles
from experiments.validation.error_model import read_errors
from experiments.validation.figures import sheets
from experiments.validation.runs import Runs
from sim import World
from tests import chance

PARAMETERS, CHANCE = 2.0, 6.0  # standard deviations, chance at the scale of the runs
SCALE = 0.1
ERRORS = read_errors(read_moments())


def drawn(members: int, seeds: int, rng: np.random.Generator, k: int = 1) -> np.ndarray:
    """Values of known parts: 100 + member + chance."""
    of_member = PARAMETERS * rng.standard_normal((members, 1, k))
    return 100 + of_member + CHANCE * rng.standard_normal((members, seeds, k))


@pytest.mark.chance
@pytest.mark.parametrize("seeds", [2, 5])
def test_a_band_holds_parameters_and_chance_as_at_full_scale(seeds: int) -> None:
    values = drawn(80_000, seeds, np.random.default_rng(chance.seed(1)))
    found = bands(values, np.full(80_000, 1 / 80_000), SCALE).iloc[0]
    parts = {"parameters": (PARAMETERS, 0.13), "chance": (CHANCE, 0.016)}
    for name, (known, most) in parts.items():
        what = f"spread of {name}, over the true one"
        chance.within(what, found[name] / known, 1 - most, 1 + most, broken=1 + 2 * most, by="a spread so far off")
    half = 1.645 * np.hypot(PARAMETERS, CHANCE * SCALE**0.5)
    for name, known in (("median", 100.0), ("low", 100 - half), ("high", 100 + half)):
        chance.within(name, found[name] - known, -0.36, 0.36, broken=0.6, by="an eighth of half the band off")
    assert found["runs"] == 80_000 * seeds


def test_at_scale_one_nothing_is_taken_away() -> None:
    values = drawn(4_000, 3, np.random.default_rng(chance.seed(2)))
    full, *_ = at_full_scale(values[:, :, 0], np.full(4_000, 1 / 4_000), 1.0)
    assert full.std() == pytest.approx(values.std(), rel=0.02)


@pytest.mark.chance
def test_few_members_are_told_from_chance_without_bias() -> None:
    rng = np.random.default_rng(chance.seed(3))
    weights = np.array([0.4, 0.2, 0.2, 0.1, 0.1])
    parts = [at_full_scale(drawn(5, 4, rng)[:, :, 0], weights, SCALE)[1:] for _ in range(4_000)]
    parameters, noise = (np.mean(np.square(part)) for part in zip(*parts, strict=True))
    noise /= CHANCE**2
    chance.within("variance of chance, over the true one", noise, 0.94, 1.06, broken=1.1, by="a tenth too much")
    most = CHANCE**2 / 4  # what nobody had corrected
    by = "no correction for chance"  # cut at zero, so a little above on average
    above = parameters - PARAMETERS**2
    chance.within("variance of parameters, above the true one", above, 0.5, most * 0.8, broken=most, by=by)


def test_heavy_members_pull_the_band() -> None:
    values = np.repeat([[10.0], [20.0], [30.0]], 2, axis=1)[:, :, None] + [[[0.0], [1e-9]]]
    light, heavy = (bands(values, np.array(w), SCALE).iloc[0] for w in ([1 / 3] * 3, [0.02, 0.03, 0.95]))
    assert light["median"] == pytest.approx(20, abs=1)
    assert heavy["median"] == pytest.approx(30, abs=1)


def test_one_seed_leaves_values_as_they_are() -> None:
    values = np.arange(5.0)[:, None, None]
    found = bands(values, np.full(5, 0.2), SCALE).iloc[0]
    assert np.isnan(found["chance"])
    assert (found["low"], found["median"], found["high"]) == (0, 2, 4)


def test_runs_without_a_value_are_left_out() -> None:
    values = drawn(500, 3, np.random.default_rng(4), k=3)
    values[::5, 1:, 0] = np.nan
    values[:100, :, 1] = np.nan
    values[:, :, 2] = np.nan
    found = bands(values, np.full(500, 1 / 500), SCALE)
    assert found["runs"].tolist() == [1500 - 200, 1200, 0]
    assert found.loc[:1, "median"].between(99, 101).all()
    assert found.loc[2, ["low", "median", "high"]].isna().all()


def test_a_share_stays_a_share() -> None:
    values = np.array([[0.0, 0.1], [0.05, 0.0], [1.0, 0.9]])[:, :, None]
    found = bands(values, np.full(3, 1 / 3), 1.0).iloc[0]
    assert 0 <= found["low"] <= found["high"] <= 1


def test_weighted_quantiles_are_those_of_the_repeated_values() -> None:
    values, weights = np.array([[3.0], [1.0], [2.0]]), np.array([0.2, 0.5, 0.3])
    shares = (0.05, 0.4, 0.5, 0.6, 0.9)
    repeated = np.repeat([3.0, 1.0, 2.0], [20, 50, 30])
    assert quantiles(values, weights, shares) == np.quantile(repeated, shares, method="inverted_cdf").tolist()


# ------------------------------------------------------------------------------------------------- tables of the fit


def made_up(series: pd.DataFrame, shift: float, rng: np.random.Generator) -> Runs:
    """Runs around the observed values, `shift` standard deviations off; one in which the truth is a draw like any."""
    rows = []
    for member in range(60):
        noise = rng.standard_normal(len(series))
        for seed in range(2):
            value = series["value"] * (1 + 0.1 * (noise + shift))
            rows.append(series[["statistic", "group", "year"]].assign(value=value, member=member, seed=seed))
    weights = pd.Series(1 / 60, index=pd.RangeIndex(60, name="member"))
    return Runs(pd.concat(rows, ignore_index=True), weights, {})


@pytest.mark.chance
def test_coverage_is_that_of_a_known_ensemble() -> None:
    rng, series = np.random.default_rng(chance.seed(5)), read_series()
    truth = series.assign(value=series["value"] * (1 + 0.1 * rng.standard_normal(len(series))))
    table = fit_table.series_table(made_up(series, 0, rng), truth, 1.0, ERRORS)
    fit = fit_table.moments_table(made_up(series, 0, rng), read_moments(), 1.0)
    found = fit_table.verdict(fit, table)
    share, wide, count, *widths = found.coverage["all"]
    assert wide >= share
    assert widths[1] > widths[0] > 0
    assert count == len(series) - len(fit_table.DRAWN_ONLY)
    chance.within("observations in the band", share, 0.74, np.inf, broken=0.66, by="bands of one standard deviation")
    fitted, kept_back = (found.coverage[use].model for use in ("fit", "validate"))
    bars = fit_table.COVERAGE_BAR[0] <= fitted <= fit_table.COVERAGE_BAR[1], kept_back >= fit_table.KEPT_BACK_BAR
    assert found.coverage_met == all(bars)
    assert found.missing == []
    assert sum(found.coverage[use].count for use in ("fit", "validate")) == count
    assert found.coverage["flows by region"].count == 128


def test_an_ensemble_beside_the_truth_is_said_to_miss_it() -> None:
    rng, series = np.random.default_rng(6), read_series()
    off = made_up(series, 8, rng)
    table = fit_table.series_table(off, series, 1.0, ERRORS)
    fit = fit_table.moments_table(off, read_moments(), 1.0)
    found = fit_table.verdict(fit, table)
    assert found.coverage["all"].model == 0
    assert found.coverage["all"].observation < 0.2
    assert not found.coverage_met
    assert not found.observation_within
    assert not found.inside_met
    assert "outflow_US" in found.core_out["fit"]
    assert not fit.set_index("moment").loc["outflow_US", ["inside", "covered"]].any()


def test_moments_without_a_simulated_value_are_outside_and_say_so() -> None:
    series = read_series()
    series = series[series["statistic"] != "postdoc_mean_age"]
    runs = made_up(series, 0, np.random.default_rng(7))
    fit = fit_table.moments_table(runs, read_moments(), 0.1).set_index("moment")
    assert np.isnan(fit.loc["postdoc_mean_age", "simulated"])
    assert not fit.loc["postdoc_mean_age", "inside"]
    assert fit.loc["outflow_US", "inside"]
    found = fit_table.verdict(fit.reset_index(), fit_table.series_table(runs, read_series(), 0.1, ERRORS))
    assert found.missing == ["postdoc_mean_age of all in 2015", "postdoc_mean_age of all in 2018"]


def test_core_misses_come_first_and_the_farthest_of_them() -> None:
    runs = made_up(read_series(), 3, np.random.default_rng(8))
    fit = fit_table.moments_table(runs, read_moments(), 1.0)
    rows = fit_table.ordered(fit[fit["use"] == "fit"])
    missed = (rows["core"] & ~rows["inside"]).to_numpy()
    assert 0 < missed.sum() < len(rows)
    assert missed[: missed.sum()].all()
    far = rows.loc[missed, "distance"].abs().fillna(np.inf).tolist()
    assert far == sorted(far, reverse=True)


def test_every_observed_series_is_drawn() -> None:
    observed = set(read_series()[["statistic", "group"]].itertuples(index=False, name=None))
    drawn = sheets(World.load(), observed).values()
    drawn_ones = {(panel.statistic, panel.group) for _, panels in drawn for panel in panels}
    assert observed <= drawn_ones
    fitted: list[Moment] = [one for one in read_moments() if one.use != "check"]
    assert {(one.statistic, one.group) for one in fitted} <= drawn_ones
