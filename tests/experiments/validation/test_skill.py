"""Skill: simpler models know flows that they describe exactly; forecasts by change; errors with a known answer."""

import itertools

import numpy as np
import pandas as pd
import pytest

from experiments.calibration.targets import read_observed
from experiments.validation import baselines, forecasts, skill
from experiments.validation.baselines import (
    AVERAGE,
    BASELINES,
    DAMPING,
    arima,
    damped_trend,
    gravity,
    log_trend,
    markov,
    mean_of_years,
    persistence,
)
from experiments.validation.runs import Runs
from sim import World

YEARS = range(1998, 2016)
REGIONS = {"A": (5e4, 900.0), "B": (4e5, 9000.0), "C": (1.2e5, 2500.0), "D": (8e4, 4000.0)}


def tally(of: "object" = None) -> pd.DataFrame:
    """Made-up stocks and distances with a flow for each row."""
    rows = [
        (way, region, year, 3e5 * 1.01 ** (year - 2008), stock * 1.04 ** (year - 2008), distance)
        for way, (region, (stock, distance)), year in itertools.product(("in", "out"), REGIONS.items(), YEARS)
    ]
    columns = ["way", "region", "year", "home_stock", "region_stock", "distance"]
    table = pd.DataFrame(rows, columns=columns)
    table["flow"] = of(table) if callable(of) else 100.0
    return table


def split(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    return table[table["year"].between(2002, 2011)], table[table["year"] > 2011].reset_index(drop=True)


def test_persistence_knows_what_does_not_change() -> None:
    known, asked = split(tally(lambda t: 10.0 + t["distance"] / 7 + (t["way"] == "out")))
    assert persistence(known, asked) == pytest.approx(asked["flow"].to_numpy())
    last = known["year"].max()
    known = known.assign(flow=known["flow"] * (1 + last - known["year"]))
    assert persistence(known, asked) == pytest.approx(asked["flow"].to_numpy())  # the last year alone


def test_a_mean_of_years_is_their_mean() -> None:
    known, asked = split(tally(lambda t: t["year"] - 2000.0 + t["distance"]))
    found = BASELINES["mean of three years"].forecast(known, 2011, asked)
    assert found == pytest.approx(10 + asked["distance"].to_numpy())
    assert mean_of_years(known, asked) == pytest.approx(6.5 + asked["distance"].to_numpy())


def test_a_log_trend_knows_exponential_growth_and_a_damped_one_lets_it_fade() -> None:
    known, asked = split(tally(lambda t: t["distance"] / 9 * np.exp(0.05 * (t["year"] - 2011))))
    assert log_trend(known, asked) == pytest.approx(asked["flow"].to_numpy())
    ahead = asked["year"] - 2011
    by_hand = {1: DAMPING, 2: DAMPING + DAMPING**2}
    found = damped_trend(known, asked)
    for years, slopes in by_hand.items():
        rows = (ahead == years).to_numpy()
        level = asked.loc[rows, "distance"] / 9
        assert found[rows] == pytest.approx((level * np.exp(0.05 * slopes)).to_numpy())
    one = known[known["year"] == 2011]
    assert log_trend(one, asked) == pytest.approx(persistence(one, asked))  # a year alone has no slope


def test_arima_stays_where_nothing_changes_and_goes_back_where_changes_are_taken_back() -> None:
    known, asked = split(tally())
    assert arima(known, asked) == pytest.approx(asked["flow"].to_numpy())

    def up_and_down(t: pd.DataFrame) -> pd.Series:
        return 100 * np.exp(0.2 * (t["year"] % 2))  # each change takes the one before back

    known, asked = split(tally(up_and_down))
    known, asked = (part[(part["region"] == "A") & (part["way"] == "in")] for part in (known, asked))
    off = np.log(arima(known, asked) / asked["flow"].to_numpy())
    still = np.log(persistence(known, asked) / asked["flow"].to_numpy())
    assert np.abs(still).max() == pytest.approx(0.2)
    # A moving average of -1 goes back to the middle, 0.1 off; an autoregression of -1, which some processors' last bits
    # lead the search to, goes back altogether.
    assert np.abs(off).max() < 0.11
    few = known[known["year"] > 2008]
    assert arima(few, asked) == pytest.approx(persistence(few, asked))  # too few years for an order


def test_transition_rates_know_flows_in_step_with_the_stock_of_the_origin() -> None:
    def rate(t: pd.DataFrame) -> pd.Series:
        origin = np.where(t["way"] == "out", t["home_stock"], t["region_stock"])
        return origin * (0.001 + t["distance"] / 1e7 + 0.002 * (t["way"] == "in"))

    known, asked = split(tally(rate))
    assert markov(known, asked) == pytest.approx(asked["flow"].to_numpy())
    assert np.abs(persistence(known, asked) / asked["flow"] - 1).max() > 0.01


def test_gravity_knows_flows_that_follow_its_equation() -> None:
    def law(t: pd.DataFrame) -> pd.Series:
        out = t["way"] == "out"
        origin, destination = (
            np.where(out, t["home_stock"], t["region_stock"]),
            np.where(out, t["region_stock"], t["home_stock"]),
        )
        return 2e-5 * origin**0.7 * destination**0.5 * t["distance"] ** -0.3 * 1.2**out * 1.02 ** (t["year"] - 2010)

    known, asked = split(tally(law))
    assert gravity(known, asked) == pytest.approx(asked["flow"].to_numpy(), rel=1e-6)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the search for an order, which takes seconds for all origins: ARIMA is a random walk."""
    monkeypatch.setattr(baselines, "ORDERS", ())


NOTHING = {sample.name: None for sample in forecasts.SAMPLES}


def runs_of(table: pd.DataFrame, factors: dict[int, float], weights: list[float] | None = None) -> Runs:
    """Runs whose simulated flow is a column `simulated` times a factor of the member, two seeds each."""
    rows = [
        pd.DataFrame(
            {
                "member": member,
                "seed": seed,
                "statistic": table["way"].map(forecasts.WAYS),
                "group": table["region"],
                "year": table["year"],
                "value": table["simulated"] * factor,
            }
        )
        for member, factor in factors.items()
        for seed in range(2)
    ]
    shares = weights or [1 / len(factors)] * len(factors)
    return Runs(pd.concat(rows, ignore_index=True), pd.Series(shares, pd.Index(list(factors), name="member")), {})


def test_the_forecast_by_change_puts_the_simulated_change_on_the_observed_level() -> None:
    table = tally(lambda t: np.where(t["year"] == 2010, 90.0, 110.0))
    simulated = np.stack([table["year"] - 2000.0, 3 * (table["year"] - 2000.0), 0.0 * table["year"]])
    asked = table[table["year"] == 2014].reset_index(drop=True)
    found = forecasts.changed(table, simulated, (2010, 2011), asked)
    assert found.shape == (3, len(asked))
    assert found[:2] == pytest.approx(100 * 14 / 10.5)  # the level of the model is of no account
    assert found[2] == pytest.approx(100)  # nobody to change
    assert np.isnan(forecasts.changed(table, np.nan * simulated, (2010, 2011), asked)).all()  # a run that is missing


@pytest.mark.usefixtures("quick")
def test_a_model_wrong_in_level_and_right_in_change_wins_by_change_alone() -> None:
    table = tally(lambda t: 50.0 * 1.08 ** (t["year"] - 2008) * (1 + t["distance"] / 9000))
    table["simulated"] = 3 * table["flow"]
    runs = runs_of(table, {4: 1.0, 9: 1.1})
    found = skill.compare(table, {sample.name: runs for sample in forecasts.SAMPLES}, 0.1)
    rows = found.skill[(found.skill["sample"] != forecasts.IN_SAMPLE.name) & (found.skill["way"] == "both")]
    rows = rows[rows["error"].isin(skill.ERRORS)]
    assert rows["sample"].nunique() == 2
    plain = rows[~rows["baseline"].isin(["log trend", "gravity", "average of all"])]
    assert (plain.loc[plain["forecast"] == "level", "ratio"] > 1).all()
    against = rows[(rows["forecast"] == "change") & (rows["baseline"] == "persistence")]
    assert (against["ratio"] < 0.5).all()
    assert set(found.skill["baseline"]) == {*BASELINES, AVERAGE}
    assert set(found.forecasts["source"]) == {"observed", "model, level", "model, change", *BASELINES, AVERAGE}

    tests = found.tests[found.tests["sample"] == skill.BOTH].set_index(["forecast", "error", "baseline"])
    level, change = (tests.loc[(name, skill.ERRORS[0], "persistence")] for name in ("level", "change"))
    assert (level["series"], level["difference"] > 0, change["difference"] < 0) == (8, True, True)
    assert level["p"] < 0.05
    assert change["p"] < 0.05
    for one in (level, change):
        assert one["low"] <= one["ratio"] <= one["high"]
    wide = found.forecasts[found.forecasts["sample"] == forecasts.OUT_OF_SAMPLE[2011].name]
    wide = wide.pivot_table(index=["way", "region", "year"], columns="source", values="flow")
    assert wide[AVERAGE].to_numpy() == pytest.approx(wide[list(BASELINES)].mean(axis=1).to_numpy())


@pytest.mark.usefixtures("quick")
def test_the_interval_of_a_simpler_model_holds_its_earlier_errors() -> None:
    growth = 0.1
    table = tally(lambda t: np.exp(growth * (t["year"] - 2000)))
    asked = table[table["year"].isin(forecasts.OUT_OF_SAMPLE[2009].asked)].reset_index(drop=True)
    found = forecasts.Rivals(table).of(forecasts.OUT_OF_SAMPLE[2009], asked)["persistence"]
    assert found.low == pytest.approx(asked["flow"].to_numpy())  # it was always behind by the growth of the horizon
    assert found.high == pytest.approx(asked["flow"].to_numpy())
    late = table[table["year"] >= 2008]
    blind = forecasts.Rivals(late).of(forecasts.OUT_OF_SAMPLE[2009], asked)["persistence"]
    assert np.isnan(blind.low).all()  # no earlier origin has an outcome


@pytest.mark.usefixtures("quick")
def test_no_forecast_knows_a_year_after_its_origin() -> None:
    table = tally(lambda t: 50 + 10 * np.sin(t["year"]) + t["distance"] / 100)
    sample = forecasts.OUT_OF_SAMPLE[2009]
    asked = table[table["year"].isin(sample.asked)].reset_index(drop=True)
    other = table.assign(flow=table["flow"].where(table["year"] <= 2009, 7e5))
    before, after = (forecasts.Rivals(one).of(sample, asked) for one in (table, other))
    for name, one in before.items():
        for part in ("flow", "low", "high"):
            assert getattr(one, part) == pytest.approx(getattr(after[name], part)), (name, part)


def test_errors_are_those_of_a_hand_calculation() -> None:
    predicted, flow = np.array([[8.0, 110.0], [10.0, 100.0]]), np.array([10.0, 100.0])
    equal, by_flow = np.array([0.5, 0.5]), flow / flow.sum()
    rmse, logs = skill.ERRORS
    assert skill.error(rmse, predicted, flow, equal) == pytest.approx([np.sqrt((4 + 100) / 2), 0])
    assert skill.error(rmse, predicted, flow, by_flow)[0] == pytest.approx(np.sqrt((10 * 4 + 100 * 100) / 110))
    assert skill.error(logs, predicted, flow, equal)[0] == pytest.approx((np.log(10 / 8) + np.log(1.1)) / 2)
    assert skill.error(logs, np.array([0.0, 100.0]), flow, equal) == pytest.approx(np.log(10) / 2)  # nobody is one


@pytest.mark.usefixtures("quick")
def test_ratios_and_their_interval_come_from_the_members() -> None:
    table = tally(lambda t: np.where(t["year"] < 2010, 100.0, 120.0))
    table["simulated"] = 120.0
    runs = runs_of(table, {0: 1.0, 1: 1.05, 2: 1.1}, [0.2, 0.6, 0.2])
    found = skill.compare(table, {**NOTHING, forecasts.IN_SAMPLE.name: runs}, 0.1).skill
    rows = found[(found["sample"] == forecasts.IN_SAMPLE.name) & (found["error"] == skill.ERRORS[0])]
    row = rows[(rows["baseline"] == "persistence") & (rows["weights"] == "equal") & (rows["way"] == "both")].iloc[0]
    assert row["baseline_error"] == pytest.approx(20)  # persistence stands at the year before
    assert row["model_error"] == pytest.approx(6)
    assert (row["ratio"], row["low"], row["high"]) == pytest.approx((0.3, 0.0, 0.6))


@pytest.mark.usefixtures("quick")
def test_without_an_early_ensemble_the_table_says_so_and_baselines_stay() -> None:
    table = tally()
    table["simulated"] = 100.0
    runs = runs_of(table, {0: 1.0})
    found = skill.compare(table.assign(flow=table["flow"] + table["year"] - 2008), {
        **NOTHING, forecasts.IN_SAMPLE.name: runs,
    }, 0.1)  # fmt: skip
    for sample in forecasts.OUT_OF_SAMPLE.values():
        rows = found.skill[found.skill["sample"] == sample.name]
        assert rows["model_error"].isna().all()
        assert (rows["note"] == sample.skipped).all()
        assert (rows["baseline_error"] >= 0).all()
    assert found.tests.empty


def test_observed_flows_have_the_stocks_of_their_year() -> None:
    world = World.load()
    table = forecasts.observed_flows(read_observed(world.country), world)
    assert len(table) == 2 * 8 * 18
    assert not table.duplicated(forecasts.KEYS).any()
    step = table.sort_values("year").groupby(["way", "region"])["region_stock"].pct_change().dropna()
    assert step.abs().max() < 0.35  # stocks before the world and in it are of one source
    row = table[(table["way"] == "out") & (table["region"] == "US") & (table["year"] == 2012)].iloc[0]
    assert row["home_stock"] == world.drivers.value("scholar_stock", year=2012, region="JPN")
    assert row["region_stock"] == world.drivers.value("scholar_stock", year=2012, region="US")
    assert not table.isna().any().any()
