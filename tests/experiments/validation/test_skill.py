"""Skill: simpler models know flows that they describe exactly; forecasts by change; errors with a known answer."""

import itertools

import numpy as np
import pandas as pd
import pytest

from experiments.calibration.targets import read_series
from experiments.validation import skill
from experiments.validation.baselines import BASELINES, gravity, markov, persistence
from experiments.validation.runs import Runs
from sim import World

YEARS = range(2008, 2016)
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
    return table[table["year"] <= 2011], table[table["year"] > 2011].reset_index(drop=True)


def test_persistence_knows_what_does_not_change() -> None:
    known, asked = split(tally(lambda t: 10.0 + t["distance"] / 7 + (t["way"] == "out")))
    assert persistence(known, asked) == pytest.approx(asked["flow"].to_numpy())
    known = known.assign(flow=known["flow"] * (1 + 2011 - known["year"]))
    assert persistence(known, asked) == pytest.approx(asked["flow"].to_numpy())  # the last year alone


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


def runs_of(table: pd.DataFrame, factors: dict[int, float], weights: list[float] | None = None) -> Runs:
    """Runs whose simulated flow is a column `simulated` times a factor of the member, two seeds each."""
    rows = [
        pd.DataFrame(
            {
                "member": member,
                "seed": seed,
                "statistic": table["way"].map(skill.WAYS),
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
    found = skill.changed(table, simulated, (2010, 2011), asked)
    assert found.shape == (3, len(asked))
    assert found[:2] == pytest.approx(100 * 14 / 10.5)  # the level of the model is of no account
    assert found[2] == pytest.approx(100)  # nobody to change
    assert np.isnan(skill.changed(table, np.nan * simulated, (2010, 2011), asked)).all()  # a run that is missing


def test_a_model_wrong_in_level_and_right_in_change_wins_by_change_alone() -> None:
    table = tally(lambda t: 50.0 * 1.08 ** (t["year"] - 2008) + t["distance"] / 100)
    table["simulated"] = 3 * table["flow"]
    runs = runs_of(table, {4: 1.0, 9: 1.1})
    found = skill.compare(table, {skill.IN_SAMPLE.name: runs, skill.OUT_OF_SAMPLE.name: runs}, 0.1)
    rows = found.skill[(found.skill["sample"] == skill.OUT_OF_SAMPLE.name) & (found.skill["way"] == "both")]
    assert (rows.loc[rows["forecast"] == "level", "ratio"] > 1).all()
    against = rows[(rows["forecast"] == "change") & (rows["baseline"] == "persistence")]
    assert (against["ratio"] < 0.5).all()
    assert set(found.skill["baseline"]) == set(BASELINES)
    assert set(found.forecasts["source"]) == {"observed", "model, level", "model, change", *BASELINES}


def test_errors_are_those_of_a_hand_calculation() -> None:
    predicted, flow = np.array([[8.0, 110.0], [10.0, 100.0]]), np.array([10.0, 100.0])
    equal, by_flow = np.array([0.5, 0.5]), flow / flow.sum()
    rmse, logs = skill.ERRORS
    assert skill.error(rmse, predicted, flow, equal) == pytest.approx([np.sqrt((4 + 100) / 2), 0])
    assert skill.error(rmse, predicted, flow, by_flow)[0] == pytest.approx(np.sqrt((10 * 4 + 100 * 100) / 110))
    assert skill.error(logs, predicted, flow, equal)[0] == pytest.approx((np.log(10 / 8) + np.log(1.1)) / 2)
    assert skill.error(logs, np.array([0.0, 100.0]), flow, equal) == pytest.approx(np.log(10) / 2)  # nobody is one


def test_ratios_and_their_interval_come_from_the_members() -> None:
    table = tally(lambda t: np.where(t["year"] < 2010, 100.0, 120.0))
    table["simulated"] = 120.0
    runs = runs_of(table, {0: 1.0, 1: 1.05, 2: 1.1}, [0.2, 0.6, 0.2])
    found = skill.compare(table, {skill.IN_SAMPLE.name: runs, skill.OUT_OF_SAMPLE.name: None}, 0.1).skill
    rows = found[(found["sample"] == skill.IN_SAMPLE.name) & (found["error"] == skill.ERRORS[0])]
    row = rows[(rows["baseline"] == "persistence") & (rows["weights"] == "equal") & (rows["way"] == "both")].iloc[0]
    assert row["baseline_error"] == pytest.approx(20)  # persistence stands at the year before
    assert row["model_error"] == pytest.approx(6)
    assert (row["ratio"], row["low"], row["high"]) == pytest.approx((0.3, 0.0, 0.6))


def test_without_an_early_ensemble_the_table_says_so_and_baselines_stay() -> None:
    table = tally()
    table["simulated"] = 100.0
    runs = runs_of(table, {0: 1.0})
    found = skill.compare(table.assign(flow=table["flow"] + table["year"] - 2008), {
        skill.IN_SAMPLE.name: runs, skill.OUT_OF_SAMPLE.name: None,
    }, 0.1)  # fmt: skip
    rows = found.skill[found.skill["sample"] == skill.OUT_OF_SAMPLE.name]
    assert rows["model_error"].isna().all()
    assert (rows["note"] == skill.SKIPPED).all()
    assert (rows["baseline_error"] > 0).all()


def test_observed_flows_have_the_stocks_of_their_year() -> None:
    world = World.load()
    table = skill.observed_flows(read_series(), world)
    assert len(table) == 2 * 8 * 8
    row = table[(table["way"] == "out") & (table["region"] == "US") & (table["year"] == 2012)].iloc[0]
    assert row["home_stock"] == world.drivers.value("scholar_stock", year=2012, region="JPN")
    assert row["region_stock"] == world.drivers.value("scholar_stock", year=2012, region="US")
    assert not table.isna().any().any()
