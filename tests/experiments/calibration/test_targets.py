"""Targets are read whole or refused in one sentence, and a run is compared with them moment by moment."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.calibration.targets import (
    FIT_UNTIL,
    REDUCTIONS,
    Moment,
    distance,
    inside,
    read_history,
    read_moments,
    read_observed,
    read_series,
    reduced,
)
from sim import Country, DataError

VALUES = st.integers(-(10**6), 10**6).map(float)


def moment(reduction: str = "mean", first: int = 2010, last: int = 2012, **changes: object) -> Moment:
    values = {
        "moment": reduction,
        "statistic": "doctoral_entrants",
        "group": "all",
        "first_year": first,
        "last_year": last,
        "observed_until": last,
        "reduction": reduction,
        "target": 4.0,
        "tolerance": 0.5,
        "kind": "absolute",
        "core": True,
        "use": "fit",
        "pattern": "C22",
        "definition": "made up",
        "unit": "persons/yr",
        "source": "a test",
        "grade": "A",
    }
    return Moment(**{**values, **changes})


def observations(values: dict[int, float], statistic: str = "doctoral_entrants", group: str = "all") -> pd.DataFrame:
    rows = [(year, statistic, group, value, "persons/yr") for year, value in values.items()]
    return pd.DataFrame(rows, columns=["year", "statistic", "group", "value", "unit"])


# ------------------------------------------------------------------------------------------------------------ files


def test_the_shipped_files_hold_a_usable_split() -> None:
    moments, series = read_moments(), read_series()
    assert [m.last_year for m in moments if m.use == "fit" and m.last_year > FIT_UNTIL] == []
    assert len([m for m in moments if m.use == "fit"]) >= 30
    assert len([m for m in moments if m.use == "validate"]) >= 10
    assert {m.pattern for m in moments} == {
        "series",
        *(f"C{n}" for n in (1, 2, *range(8, 14), *range(15, 21), *range(22, 25), 26)),
    }
    assert set(series["use"]) == {"fit", "validate"}
    assert series.groupby("use")["year"].agg(["min", "max"]).to_numpy().tolist() == [[2008, 2015], [2016, 2021]]


def test_moments_agree_with_the_series_they_are_made_of() -> None:
    moments = read_moments()
    known = distance(reduced(read_observed(Country.load()), moments), moments).dropna()
    assert len(known) >= 40
    assert known.abs().max() < 0.01


def test_regions_flow_both_ways_and_add_up() -> None:
    series = read_series()
    for way in ("scholar_outflow", "scholar_inflow"):
        table = series[series["statistic"] == way].pivot_table(index="year", columns="group", values="value")
        assert table.shape == (8, 9)
        assert table.drop(columns="all").sum(axis=1).tolist() == table["all"].tolist()


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (",mean,", ",median,", "line 2: reduction 'median' is not one of mean, change, ratio, last, growth"),
        (",relative,", ",percent,", "kind 'percent' is not one of absolute, relative"),
        (
            ",1013.17,",
            ",-1013.17,",
            "line 2: scholar_outflow = -1013.17 published scholars/yr cannot be; it may be 0 or more",
        ),
        (
            ",published scholars/yr,",
            ",persons,",
            "scholar_outflow cannot be in 'persons'; give it in published scholars/yr",
        ),
        (",yes,fit,", ",yes,train,", "use 'train' is not one of fit, validate, check"),
        (",yes,fit,", ",maybe,fit,", "core 'maybe' is not one of yes, no"),
        (",0.15,relative,", ",0,relative,", "leaves no room"),
        (",0.15,relative,", ",-0.15,relative,", "leaves no room"),
        (",0.15,relative,", ",wide,relative,", "'wide' is not a number"),
        (",2010,2015,", ",2015,2010,", "put the years in order"),
        (",2010,2015,2015,mean,", ",2011,2015,2015,growth,", "the windows of 'outflow_US' overlap"),
        (",2010,2015,", ",2010,2016,", "fit to 2015"),
        (",2010,2015,2015,", ",2010,2015,2016,", "fitted to 2016; fit to 2015"),  # what the source saw
        (",2010,2015,", ",2010,soon,", "'soon' is not a year"),
        ("outflow_UK_EU,", "outflow_US,", "given twice"),
        (",series,", ",,", "no pattern"),
        ("published scholars/yr", " ", "no unit"),
        (",D\n", ",\n", "grade ''"),
        ("moment,", "name,", "must have the columns"),
        (",scholar_outflow,", ",scholar_outlow,", "line 2: there is no statistic .*; did you mean 'scholar_outflow'?"),
    ],
)
def test_damaged_moments_are_refused_with_their_line(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    refused("moments", read_moments, tmp_path, old, new, sentence)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (",2008,", ",2007,", "the series begin in 2008"),
        (",2008,", ",2009,", "given twice"),
        (",3168,", ",-1,", "line 2: scholar_outflow = -1 published scholars/yr cannot be"),
        (",published scholars/yr,", ",scholars,", "cannot be in 'scholars'; give it in published scholars/yr"),
        (",D,fit", ",D,validate", "marked validate"),
        (",D,fit", ",D,check", "use 'check' is not one of fit, validate"),
        (",D,fit", ",Z,fit", "grade 'Z'"),
        (",3168,", ",,", "'' is not a number"),
        (",all,", ",,", "no group"),
        ("scholar_outflow", "scholar_outflows", "line 2: there is no statistic .*; did you mean 'scholar_outflow'?"),
    ],
)
def test_damaged_series_are_refused_with_their_line(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    refused("series", read_series, tmp_path, old, new, sentence)


def refused(name: str, read: Callable[[Path], object], folder: Path, old: str, new: str, sentence: str) -> None:
    text = Country.load().targets(name).read_text(encoding="utf-8")
    path = folder / f"{name}.csv"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != text
    with pytest.raises(DataError, match=sentence) as caught:
        read(path)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"moments\.csv is missing"):
        read_moments(tmp_path / "moments.csv")


# -------------------------------------------------------------------------------------------------------- reduction


SHORT = [name for name in REDUCTIONS if name != "growth"]  # three years are enough for these


@given(st.lists(VALUES, min_size=3, max_size=3), st.permutations(range(3)))
def test_each_reduction_in_any_order_of_rows(values: list[float], order: list[int]) -> None:
    table = observations(dict(zip((2010, 2011, 2012), values, strict=True))).iloc[order]
    first, _, last = values
    found = reduced(table, [moment(name) for name in SHORT])
    assert found["mean"] == pytest.approx(sum(values) / 3, abs=1e-6)
    assert found["change"] == last - first
    assert found["last"] == last
    assert np.isnan(found["ratio"]) if first == 0 else found["ratio"] == last / first


def test_other_years_statistics_and_groups_do_not_matter() -> None:
    one = observations({2010: 1.0, 2011: 2.0, 2012: 6.0})
    more = [
        one,
        observations({2009: 9.0, 2013: 9.0}),
        observations({2010: 9.0}, group="x"),
        observations({2010: 9.0}, "y"),
    ]
    moments = [moment(name) for name in SHORT]
    pd.testing.assert_series_equal(reduced(one, moments), reduced(pd.concat(more), moments))


def test_a_missing_year_leaves_a_moment_open_if_it_needs_the_year() -> None:
    moments = [moment(name) for name in SHORT]
    for table in (observations({2010: 2.0, 2012: 6.0}), observations({2010: 2.0, 2011: np.nan, 2012: 6.0})):
        found = reduced(table, moments)
        assert np.isnan(found["mean"])
        assert found[["change", "ratio", "last"]].tolist() == [4.0, 3.0, 6.0]
    assert reduced(observations({2012: 6.0}), moments).isna().tolist() == [True, True, True, False]
    assert reduced(observations({}), moments).isna().all()


def test_a_growth_is_the_slope_between_two_windows() -> None:
    one = moment("growth", 2006, 2015, moment="slope")
    values = {2006: 90.0, 2007: 100, 2008: 110, 2013: 140, 2014: 150, 2015: 160}
    assert one.years == tuple(values)
    found = reduced(observations({**values, 2010: 9e9}), [one])["slope"]
    assert found == pytest.approx(1.5)
    exponential = {year: 50 * np.exp(0.03 * (year - 2006)) for year in one.years}
    slope = np.log(reduced(observations(exponential), [one])["slope"]) / (one.last_year - one.first_year - 2)
    assert slope == pytest.approx(0.03)
    for lost in ({2007: np.nan}, {2006: 0.0, 2007: 0.0, 2008: 0.0}):
        assert np.isnan(reduced(observations({**values, **lost}), [one])["slope"])


# ------------------------------------------------------------------------------------------------- an earlier last year

SEEN = observations({year: float(year - 2000) for year in range(2006, 2016)})
INDEXED = SEEN.set_index(["statistic", "group", "year"])["value"]


def test_a_growth_is_cut_to_the_years_that_were_known() -> None:
    one = moment("growth", 2006, 2015, target=2.0)
    assert one.until(2015, INDEXED) == one
    cut = one.until(2011, INDEXED)
    assert cut is not None
    assert (cut.years, cut.observed_until) == ((2006, 2007, 2008, 2009, 2010, 2011), 2011)
    assert cut.target == pytest.approx(10 / 7)
    assert one.until(2010, INDEXED) is None  # the windows would overlap
    assert one.until(2011, INDEXED.drop(("doctoral_entrants", "all", 2010))) is None


def test_what_is_no_mean_and_ends_later_is_not_known_and_a_mean_is_cut() -> None:
    for name in ("ratio", "change", "last"):
        assert moment(name, 2010, 2015).until(2011, INDEXED) is None
        assert moment(name, 2010, 2011).until(2011, INDEXED) == moment(name, 2010, 2011)
    assert moment("mean", 2008, 2010, observed_until=2014).until(2011, INDEXED) is None  # somebody had yet to ask
    cut = moment("mean", 2010, 2015).until(2012, INDEXED)
    assert cut is not None
    assert (cut.first_year, cut.last_year, cut.target) == (2010, 2012, 11.0)
    assert moment("mean", 2012, 2015).until(2011, INDEXED) is None


def test_the_history_ends_where_the_series_begin(tmp_path: Path) -> None:
    known = read_history()
    assert known["year"].max() == 2007
    assert known.groupby("statistic")["group"].nunique().to_dict() == {
        "scholar_inflow": 8,
        "scholar_outflow": 8,
        "scholar_stock": 9,
    }
    both = read_observed(Country.load())
    assert len(both) == len(known) + len(read_series())
    assert not both.duplicated(["statistic", "group", "year"]).any()
    for old, new, sentence in (
        (",1998,", ",2008,", "belongs to series.csv"),
        (",1998,", ",1999,", "given twice"),
        (",1998,", ",then,", "not a year"),
        (",1105,", ",many,", "'many' is not a number"),
        ("scholar_outflow", "outflow", "line 2: there is no statistic 'outflow'; did you mean 'scholar_outflow'?"),
    ):
        refused("history", read_history, tmp_path, old, new, sentence)


def test_two_runs_in_one_table_are_refused() -> None:
    table = observations({2010: 1.0})
    with pytest.raises(ValueError, match="all in 2010 twice: give those of one run"):
        reduced(pd.concat([table, table]), [moment()])


# --------------------------------------------------------------------------------------------------------- distance


@given(
    target=st.floats(-1e4, 1e4).filter(lambda x: abs(x) > 1e-3),
    tolerance=st.floats(1e-3, 1e3),
    kind=st.sampled_from(["absolute", "relative"]),
    steps=st.floats(-3, 3),
)
def test_distance_counts_half_widths(target: float, tolerance: float, kind: str, steps: float) -> None:
    one = moment(target=target, tolerance=tolerance, kind=kind)
    half_width = tolerance * (abs(target) if kind == "relative" else 1)
    simulated = pd.Series({"mean": target + steps * half_width})
    lost = 1e-12 * (abs(target) + half_width) / half_width  # digits lost where the tolerance is far below the target
    assert distance(simulated, [one])["mean"] == pytest.approx(steps, abs=1e-9 + lost)
    if abs(abs(steps) - 1) > 1e-6 + lost:
        assert inside(simulated, [one])["mean"] == (abs(steps) < 1)


def test_edges_are_inside_and_what_is_missing_is_not() -> None:
    moments = [
        moment(moment=name, target=target, tolerance=0.1) for name, target in (("a", 0.3), ("b", 0.3), ("c", 1.0))
    ]
    found = pd.Series({"b": 0.2, "a": 0.4})
    assert inside(found, moments).to_dict() == {"a": True, "b": True, "c": False}
    assert distance(found, moments).index.tolist() == ["a", "b", "c"]
    assert np.isnan(distance(found, moments)["c"])
