"""Rules of common sense: windows by hand, what is dropped and counted, and the bars told before anything is dropped."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.calibration import fit, plausible
from experiments.calibration.fit import Wave
from experiments.calibration.plausible import AWARDS_BAR, Judged, Rule, judged, read_rules
from experiments.run.checkpoint import Checkpoint
from experiments.run.executors import Serial
from sim import Country, DataError, World

RATE = Rule("success_rate", "overseas_fellowship", 2016, 2022, 3, 0.1, 0.4, "made up")
STOCK = Rule("stay_rate", "all", 2016, 2022, 1, -np.inf, 100.0, "made up")


def seen(point: int, rates: list[float], stock: float, awards: tuple[float, float]) -> pd.DataFrame:
    """Two lives of a set: yearly success rates from 2016, a constant, and awards without and with twice the places."""
    rows = [(point, "baseline", "success_rate", "overseas_fellowship", 2016 + k, one) for k, one in enumerate(rates)]
    rows += [(point, "baseline", "stay_rate", "all", 2016, stock)]
    for life, number in zip(("baseline", "doubled"), awards, strict=True):
        rows += [(point, life, "awards", "overseas_fellowship", year, number) for year in range(2020, 2046)]
    return pd.DataFrame(rows, columns=["point", "life", "outcome", "group", "year", "value"])


def test_extremes_are_those_of_every_window_and_closed_borders_are_left_out() -> None:
    values = pd.Series([0.1, 0.2, 0.3, 0.9, 0.9, 0.4, 0.5], range(2016, 2023))
    assert RATE.extremes(values, ()) == pytest.approx((0.2, 2.2 / 3))
    assert RATE.extremes(values, (2019, 2020)) == pytest.approx((0.2, 0.4))
    assert RATE.extremes(values.iloc[:2], ()) == pytest.approx((0.15, 0.15))  # shorter than a window
    assert np.isnan(RATE.extremes(values.iloc[:0], ())).all()
    assert RATE.holds(0.1, 0.4)
    assert not RATE.holds(0.1, 0.41)
    assert not RATE.holds(np.nan, np.nan)


def test_sets_are_dropped_by_rule_and_bars_are_told_before() -> None:
    quiet, wild = [0.2] * 7, [0.2, 0.2, 0.2, 0.8, 0.8, 0.8, 0.8]
    table = pd.concat([
        seen(3, quiet, 50.0, (100.0, 190.0)),
        seen(5, wild, 50.0, (100.0, 150.0)),
        seen(8, wild, 500.0, (100.0, 200.0)),
    ])  # fmt: skip
    found = judged(table, (RATE, STOCK), ())
    assert found.plausible == [3]
    assert found.dropped().to_dict("list") == {
        "rule": [RATE.name, STOCK.name],
        "dropped": [2, 1],
        "alone": [1, 0],
    }
    bars = found.bars([3, 5]).set_index(["bar", "of"])
    assert bars.loc[(RATE.name, plausible.KEPT), "share"] == 0.5
    assert bars.loc[(RATE.name, plausible.ALL), "share"] == pytest.approx(1 / 3)
    assert bars.loc[(AWARDS_BAR, plausible.KEPT), "share"] == 0.5
    assert bars.loc[(AWARDS_BAR, plausible.ALL), "sets"] == 3
    assert bars.loc[(RATE.name, plausible.ALL), "wanted"] == 0.95
    assert np.isnan(bars.loc[(STOCK.name, plausible.ALL), "wanted"])  # it drops sets, and no bar was set for it
    open_borders = judged(table, (RATE, STOCK), (2019, 2020, 2021, 2022))
    assert open_borders.plausible == [3, 5]


def test_seeds_of_a_set_are_averaged_before_a_rule_is_read() -> None:
    table = pd.concat([seen(1, [0.1] * 7, 50.0, (90.0, 170.0)), seen(1, [0.5] * 7, 50.0, (110.0, 210.0))])
    found = judged(table, (RATE,), ()).table.set_index("bar")
    assert found.loc[RATE.name, "lowest"] == pytest.approx(0.3)
    assert found.loc[AWARDS_BAR, "lowest"] == pytest.approx(1.9)


def test_a_wave_of_some_sets_keeps_their_runs() -> None:
    table = pd.DataFrame({"m": [1.0, 2.0, 3.0]}, [4, 2, 9])
    runs = pd.DataFrame({"m": range(6)}, pd.MultiIndex.from_product([[4, 2, 9], [0, 1]], names=["point", "seed"]))
    left = fit.only(Wave(1, table, table, table, runs=runs), [9, 4])
    assert left.sets.index.tolist() == [4, 9]
    assert left.runs["m"].tolist() == [0, 1, 4, 5]
    assert left.seeds == 2


def test_the_shipped_rules_are_about_outcomes_that_there_are_and_later_years() -> None:
    rules = read_rules(Country.load().targets("plausible"))
    assert rules
    assert all(rule.first_year > 2015 and len(rule.reason) > 20 for rule in rules)
    (rate,) = [rule for rule in rules if (rule.outcome, rule.group) == ("success_rate", plausible.PROGRAMME)]
    assert (rate.window, rate.low, rate.high, rate.last_year) == (5, 0.12, 0.40, 2045)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("success_rate", "succes_rate", "line 2: there is no outcome 'succes_rate'"),
        (",2016,", ",soon,", "is not a year"),
        (",5,0.12,", ",50,0.12,", "put them in order"),
        (",0.12,0.40,", ",0.5,0.40,", "put them in order"),
        (",0.12,", ",much,", "'much' is not a number"),
        ("overseas_fellowship", " ", "a group and a reason"),
        ("window", "years", "must have the columns"),
    ],
)
def test_damaged_rules_are_refused_with_their_line(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    text = Country.load().targets("plausible").read_text(encoding="utf-8")
    (path := tmp_path / "plausible.csv").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataError, match=sentence):
        read_rules(path)


def test_an_outcome_has_the_groups_that_the_model_reports() -> None:
    with pytest.raises(DataError, match="success_rate has no group 'fellowship'; take one of overseas_fellowship"):
        judged(seen(1, [0.2], 1.0, (1.0, 2.0)), [Rule("success_rate", "fellowship", 2016, 2017, 1, 0, 1, "x")], ())


def test_sets_run_to_the_last_year_with_and_without_twice_the_places(tmp_path: Path) -> None:
    world, sets = World.load(), pd.DataFrame({"beta": [2.0]}, [7])
    wide = Rule("success_rate", "overseas_fellowship", 2016, world.last_year, 5, 0.0, 1.0, "everything")
    done = plausible.look(
        sets, [wide], 1, 3, 0.01, None, world, Checkpoint(tmp_path / "p"), Serial(), progress=False
    )  # fmt: skip
    assert isinstance(done, Judged)
    assert done.plausible == [7]
    ratio = done.table.set_index("bar").loc[AWARDS_BAR, "lowest"]
    assert 1.0 < ratio < 2.5
    assert plausible.closed_years(world) == [2020, 2021, 2022]
