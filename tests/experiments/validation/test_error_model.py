"""The band of an observation on numbers whose answer is known, and the errors that the tolerances stand for."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.calibration.targets import Moment, read_moments, read_series
from experiments.validation import coverage, error_model, fit_table
from experiments.validation.bands import quantiles
from experiments.validation.error_model import Error, band, read_errors
from experiments.validation.runs import Runs
from sim import Country, DataError
from tests import chance

MOMENTS = read_moments()
ERRORS = read_errors(MOMENTS)


def equal(members: int) -> np.ndarray:
    return np.full(members, 1 / members)


@pytest.mark.parametrize("relative", [True, False])
def test_two_normal_parts_add_their_variances(relative: bool) -> None:
    values = 100 + 3 * np.random.default_rng(1).standard_normal((20_000, 2))
    error = Error(0.04 if relative else 4.0, relative=relative)
    low, high = band(values, equal(20_000), error)
    assert low == pytest.approx(100 - 1.645 * 5, rel=0.005)
    assert high == pytest.approx(100 + 1.645 * 5, rel=0.005)
    assert error.at(100) == pytest.approx(4)


def test_without_error_it_is_the_band_of_the_model() -> None:
    rng = np.random.default_rng(2)
    values, weights = rng.gamma(2, 5, (40, 3)), rng.dirichlet(np.ones(40))
    values[3, 1] = np.nan
    for relative in (True, False):
        assert band(values, weights, Error(0.0, relative=relative)) == quantiles(values, weights, (0.05, 0.95))
    near = band(values, weights, Error(1e-7, relative=False))
    np.testing.assert_allclose(near, quantiles(values, weights, (0.05, 0.95)), atol=1e-5)


def test_heavy_members_pull_it_and_runs_without_a_value_do_not() -> None:
    values = np.array([[10.0, np.nan], [50.0, 50.0], [np.nan, np.nan]])
    low, high = band(values, np.array([0.97, 0.03, 0.0]), Error(1.0, relative=False))
    assert low == pytest.approx(10 - 1.63, abs=0.05)
    assert high < 13
    assert np.isnan(band(values * np.nan, equal(3), Error(1.0, relative=False))).all()


def test_nobody_is_nobody_and_a_share_stays_one() -> None:
    none = np.zeros((10, 2))
    assert band(none, equal(10), Error(0.1, relative=True)) == [0, 0]
    mostly = none.copy()
    mostly[0] = 8.0
    low, high = band(mostly, equal(10), Error(0.1, relative=True))
    assert low == 0 < 7 < high < 10
    full = np.full((10, 2), 0.98)
    low, high = band(full, equal(10), Error(0.04, relative=False, most=1.0))
    assert (low, high) == (pytest.approx(0.98 - 1.645 * 0.04, abs=1e-4), 1.0)
    assert band(none, equal(10), Error(0.04, relative=False))[0] == 0


@pytest.mark.chance
def test_bands_of_observations_hold_nine_in_ten_of_what_is_drawn_from_them() -> None:
    """As in a validation: runs at a small scale, a world with everybody, an office that errs as the tolerance says."""
    rng, series, scale = np.random.default_rng(chance.seed(3)), read_series(), 0.1
    members, seeds, noise = 100, 2, 0.05
    level = series["value"].to_numpy()
    spread = np.array([ERRORS[key].spread for key in zip(series["statistic"], series["group"], strict=True)])
    relative = np.array([ERRORS[key].relative for key in zip(series["statistic"], series["group"], strict=True)])
    key = series[["statistic", "group", "year"]]
    tables = []
    for member in range(members):
        of_member = level * (1 + 0.04 * rng.standard_normal(len(level)))
        for seed in range(seeds):
            value = of_member + level * noise * rng.standard_normal(len(level)) / scale**0.5
            tables.append(key.assign(value=value, member=member, seed=seed))
    weights = pd.Series(1 / members, index=pd.RangeIndex(members, name="member"))
    runs = Runs(pd.concat(tables, ignore_index=True), weights, {})
    shares = []
    for _ in range(8):
        world = level * (1 + np.hypot(0.04, noise) * rng.standard_normal(len(level)))
        error = spread * rng.standard_normal(len(level))
        seen = np.where(relative, world * np.exp(error), world + error)
        seen = np.where(series["unit"].str.startswith("share"), np.clip(seen, 0.001, 1), seen)
        table = fit_table.series_table(runs, series.assign(value=seen), scale, ERRORS)
        shares.append(coverage.kinds(table)["all"])
    many = 8 * shares[0].count
    within = 6.5 * np.sqrt(0.9 * 0.1 / many)
    held, of_model = (np.mean([getattr(one, name) for one in shares]) for name in ("observation", "model"))
    chance.within("share in the band", held, 0.9 - within, 0.9 + within, broken=0.83, by="bands of 83 %")
    by = "an office that never errs"  # the model's own band knows nothing of it
    chance.within("share in the band of the model", of_model, -np.inf, 0.9 - within, broken=0.9, by=by)
    assert all(one.observation_width > one.model_width for one in shares)


def test_tolerances_of_levels_become_errors() -> None:
    assert ERRORS["scholar_outflow", "US"].spread == pytest.approx(np.log(1.15) / 2)
    assert ERRORS["scholar_outflow", "US"].relative
    assert ERRORS["fellows_in_post", "1 year"] == Error(0.04, relative=False, most=1.0)
    rate = next(one for one in MOMENTS if one.moment == "outmigration_rate")
    assert ERRORS["scholar_outflow", "all"] == Error.share(0.001 / rate.target)
    wide = replace(rate, moment="wider", tolerance=0.5)
    for moments in ([*MOMENTS, wide], [wide, *MOMENTS]):  # the narrower of two counts
        assert read_errors(moments)["scholar_outmigration_rate", "all"].spread == 0.0005
    change = next(one for one in MOMENTS if one.reduction == "ratio")
    assert (change.statistic, change.group) not in read_errors([change, *_borrowed_from()])


def _borrowed_from() -> list[Moment]:
    names = {"outmigration_rate", "inmigration_rate", "permanent_2013_over_2007", "fixed_term_2013_over_2007", "papers"}
    names |= {"under_40_share"}
    return [one for one in MOMENTS if one.moment in names]


def test_everything_observed_has_an_error() -> None:
    error_model.check(ERRORS, read_series())
    without = {key: error for key, error in ERRORS.items() if key != ("top10_papers", "all")}
    with pytest.raises(DataError, match="top10_papers of all is observed and has no moment"):
        error_model.check(without, read_series())


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (",outmigration_rate,", ",nowhere,", "line 2: there is no moment 'nowhere'"),
        ("scholar_outflow,all,", "scholar_outfow,all,", "line 2: there is no statistic .* mean 'scholar_outflow'?"),
        ("scholar_outflow,all,", "scholar_outflow,US,", "line 2: scholar_outflow of US has a moment of its own"),
    ],
)
def test_a_damaged_file_is_named_with_its_line(old: str, new: str, sentence: str, tmp_path: Path) -> None:
    text = Country.load().targets("errors").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "errors.csv"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataError, match=sentence):
        read_errors(MOMENTS, path)


def test_coverage_is_told_with_its_width_and_of_every_statistic() -> None:
    rng, series = np.random.default_rng(5), read_series()
    key = series[["statistic", "group", "year"]]
    rows = [
        key.assign(value=series["value"] * (1 + 0.01 * rng.standard_normal(len(series))), member=member, seed=seed)
        for member in range(30)
        for seed in range(2)
    ]
    runs = Runs(pd.concat(rows, ignore_index=True), pd.Series(1 / 30, pd.RangeIndex(30, name="member")), {})
    table = fit_table.series_table(runs, series, 1.0, ERRORS)
    found = coverage.table(table).set_index("part")
    assert set(series["statistic"]) - {"top10_papers"} < set(found.index)
    assert found.loc["all", "count"] == found.loc[["fit", "validate"], "count"].sum()
    assert found.loc["all", "model"] == found.loc["all", "observation"] == 1
    assert found.loc["all", "model_width"] == pytest.approx(0.033, abs=0.004)
    one = table[(table["statistic"] == "scholar_outflow") & (table["group"] == "US")]
    width = 2 * 1.645 * np.hypot(0.01, np.log(1.15) / 2)
    assert ((one["observation_high"] - one["observation_low"]) / one["observed"]).mean() == pytest.approx(
        width, rel=0.1
    )
