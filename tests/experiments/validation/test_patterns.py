"""Structural patterns, counted on lives made by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.validation import careers, corridors, patterns
from experiments.validation.panel import CareerPanel
from experiments.validation.runs import PATTERN, Runs
from sim import Country, DataError
from sim.vocabulary import Stage

FIRST = 2006


def life(identity: int, path: str, **given: object) -> pd.DataFrame:
    """One person from FIRST on, a letter a year: H at home, A to E abroad, lower case abroad with the home post kept.

    A dot is a year out of sight. `given` sets columns, one value or one a year seen.
    """
    seen = [(year, letter) for year, letter in enumerate(path, FIRST) if letter != "."]
    place = np.array([0 if letter == "H" else "ABCDE".index(letter.upper()) + 1 for _, letter in seen])
    seat = np.where([letter.islower() for _, letter in seen], 0, place)
    away, years = [], 0
    for code in place:
        years = years + 1 if code else 0
        away.append(max(years - 1, 0))
    table = pd.DataFrame({"identity": identity, "year": [year for year, _ in seen], "place": place, "seat": seat})
    known = {"origin": 0, "field": 0, "sex": 1, "age": 32, "stage": int(Stage.POSTDOC), "degree": FIRST, "away": away}
    return table.assign(**{**known, **given})


def lives(*people: pd.DataFrame, visits: tuple = (), gone: tuple = ()) -> CareerPanel:
    return CareerPanel.ordered(
        pd.concat(people, ignore_index=True).sample(frac=1, random_state=1),  # whatever the order
        pd.DataFrame(list(visits), columns=["identity", "year", "months"]).astype(int),
        pd.DataFrame(list(gone), columns=["identity", "year", "origin"]).astype(int),
    )


WATCHER = life(999, "H" * 16, stage=int(Stage.PERMANENT), degree=1990, age=60)  # makes the window sixteen years long


def test_most_move_once_or_twice() -> None:
    people = [
        life(1, "HHAAHHHHHHHHHHHH", degree=2007),  # two moves
        life(2, "HHAAAAAAAAAAAAAA", degree=2007),  # one
        life(3, "HHAHAHHHHHHHHHHH", degree=2007),  # four
        life(4, "HHHaHaHHHHHHHHHH", degree=2007),  # none: the post was kept
        life(5, "HHAHAHAHHHHHHHHH", degree=2015),  # cannot be followed for ten years
        life(6, "HHAHAHAHHHHHHHHH", degree=2007, origin=2),
    ]
    assert careers.once_or_twice(lives(WATCHER, *people)) == pytest.approx(2 / 3)
    assert np.isnan(careers.once_or_twice(lives(WATCHER)))


def test_departures_by_age_and_by_years_since_the_doctorate() -> None:
    young = [life(n, "HA" if n < 4 else "HH", age=30, degree=2004) for n in range(10)]
    old = [life(n, "HA" if n < 21 else "HH", age=50, degree=1990) for n in range(20, 30)]
    not_counted = [life(40, "HA", age=50, origin=1), life(41, "HA", age=50, stage=int(Stage.INDUSTRY))]
    found = lives(*young, *old, *not_counted)
    assert careers.departure_old_over_young(found) == pytest.approx(0.1 / 0.4)
    assert careers.departure_peak(found) == 0
    late = [life(n, "HA", age=40, degree=1993) for n in range(50, 60)]
    assert careers.departure_peak(lives(*young, *old, *late)) == 10


def test_return_early_and_late_young_and_old() -> None:
    early = [life(n, "AH" if n < 5 else "AA", away=2, age=30) for n in range(10)]
    late = [life(n, "AH" if n < 21 else "AA", away=8, age=50) for n in range(20, 30)]
    found = lives(*early, *late, life(40, "aH", away=8, age=50))
    assert careers.return_late_over_early(found) == pytest.approx(0.1 / 0.5)
    assert careers.return_old_over_young(found) == pytest.approx(0.1 / 0.5)
    assert np.isnan(careers.return_late_over_early(lives(*late)))


def test_return_from_a_lasting_post_counts_time_and_those_who_leave_research() -> None:
    def settled(identity: int, path: str) -> pd.DataFrame:
        stage = [int(Stage.POSTDOC)] + [int(Stage.PERMANENT)] * (sum(letter != "." for letter in path) - 1)
        return life(identity, path, stage=stage)

    back = [settled(1, "AAAHHHHHHHHHHHHH")]  # two years after the post began
    left = [settled(2, "AA..............")]  # one year after
    stays = [settled(n, "AAAAAAAAAAAAAAAA") for n in (3, 4)]
    before = [life(5, "AH" + "H" * 14, stage=int(Stage.PERMANENT))]  # began before the run
    found = careers.return_from_lasting_post(lives(WATCHER, *back, *left, *stays, *before))
    assert found == pytest.approx(0.75 * (1 / 3))  # one in four leaves first, then one of three returns
    assert np.isnan(careers.return_from_lasting_post(lives(WATCHER, *before)))


def test_who_is_back_within_five_years() -> None:
    men = [life(1, "HAAH" + "H" * 12), life(2, "HA" + "A" * 14), life(3, "HAAAAAAH" + "H" * 8)]
    women = [life(4, "HAH" + "H" * 13, sex=0), life(5, "HA..............", sex=0)]
    too_late = [life(6, "H" * 13 + "AHH"), life(7, "HAH" + "H" * 13, degree=1990), life(8, "HaH" + "H" * 13)]
    found = lives(*men, *women, *too_late)
    assert careers.back_within_men(found) == pytest.approx(1 / 3)
    assert careers.back_within_women(found) == pytest.approx(1 / 2)
    assert careers.back_men_minus_women(found) == pytest.approx(1 / 3 - 1 / 2)


def test_research_later_is_compared_from_a_common_landmark() -> None:
    def leaves(identity: int, path: str, end: Stage) -> pd.DataFrame:
        years = len(path)
        return life(identity, path, stage=[int(Stage.POSTDOC)] * 8 + [int(end)] * (years - 8))

    back = [leaves(1, "HAAH" + "H" * 12, Stage.PERMANENT), leaves(2, "HAAH" + "H" * 12, Stage.INDUSTRY)]
    abroad = [leaves(n, "HA" + "A" * 14, Stage.PERMANENT) for n in (3, 4)]
    early_leaver = [life(5, "HAA" + "." * 13)]
    assert careers.research_back_minus_abroad(lives(*back, *abroad, *early_leaver)) == pytest.approx(0.5 - 1)


def test_scarce_lasting_posts_push() -> None:
    permanent = [int(Stage.POSTDOC), int(Stage.PERMANENT)]
    scarce = [life(n, "HA" if n < 3 else "HH", field=1) for n in range(10)]
    plenty = [life(n, "HA", field=2) for n in (20,)] + [life(n, "HH", field=2, stage=permanent) for n in range(21, 30)]
    assert careers.push_of_scarcity(lives(*scarce, *plenty)) == pytest.approx(0.3 / 0.1)
    assert np.isnan(careers.push_of_scarcity(lives(*scarce)))


def test_paths_are_remembered() -> None:
    again = [life(1, "HAHAH"), life(2, "HAHBH"), life(3, "HbHbH")]
    once = [life(n, "HCHHH") for n in range(4, 8)]
    found = corridors.repeated_destination(lives(*again, *once))
    out = np.array([3, 3, 4]) / 10  # departures to A, B, C
    expected = (out[0] + out[0] + out[1]) / 3
    assert found == pytest.approx((2 / 3) / expected)
    assert np.isnan(corridors.repeated_destination(lives(*once)))


def test_foreigners_go_back_where_they_came_from() -> None:
    people = [life(1, "HA", origin=1), life(2, "HB", origin=1), life(3, "HB", origin=2), life(4, "HH", origin=2)]
    found = corridors.back_to_origin(lives(*people, gone=((5, 2007, 1),)))
    expected = (2 * 0.5 + 2 * 0.5) / 4  # half of all went to A, half to B
    assert found == pytest.approx(0.75 / expected)


def test_travellers_keep_their_post_throughout() -> None:
    people = [
        life(1, "HHHaHHHHHHHH"),  # keeps it
        life(2, "HHHAHHHHHHHH"),  # gives it up, and returns
        life(3, "HHHHHHHHHHHH"),  # on visits only
        life(4, "HHHHHHHHHHHH"),  # on a short visit
        life(5, "HHHHHHHHHHAA"),  # after the window
        life(6, "HHHH........", origin=3),
        life(7, "AAAHHHHHHHHH"),  # abroad before the post at home, not after
    ]
    visits = ((3, 2009, 8), (4, 2009, 3), (5, 2017, 9))
    assert corridors.travellers(lives(*people, visits=visits, gone=((6, 2010, 3),))) == pytest.approx(2 / 4)


def test_symmetry_is_the_correlation_of_logs() -> None:
    tally = {"A": (10, 11), "B": (100, 80), "C": (1000, 1200)}
    rows = [
        (year, statistic, region, value)
        for year in (2009, *range(2010, 2016))
        for region, both in tally.items()
        for statistic, value in zip(("scholar_outflow", "scholar_inflow"), both, strict=True)
    ]
    seen = pd.DataFrame(rows, columns=["year", "statistic", "group", "value"]).astype({"value": float})
    seen.loc[seen["year"] == 2009, "value"] = 1.0  # outside the window
    expected = np.corrcoef(np.log([10, 100, 1000]), np.log([11, 80, 1200]))[0, 1]
    assert corridors.symmetry(seen, ("A", "B", "C")) == pytest.approx(expected)
    seen.loc[seen["group"] == "C", "value"] = 0.0
    assert np.isnan(corridors.symmetry(seen, ("A", "B", "C")))


# ------------------------------------------------------------------------------------------------- what was expected


def test_every_measure_has_a_row_and_every_row_a_measure() -> None:
    expected = {one.measure for one in patterns.read_expected()}
    assert expected == {*patterns.OF_LIVES, "symmetry", "outmigration_rate"}
    wanted = {"C3", "C6", "C14", "C27", "C28", "C29", "C30", "C32"}
    assert {one.pattern for one in patterns.read_expected()} == wanted


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (",structural,0.5,1,", ",sturctural,0.5,1,", "line 2: use 'sturctural' is not one of"),
        (",structural,0.5,1,yes,", ",structural,0.5,1,perhaps,", "line 2: independent 'perhaps' is not one of"),
        (",structural,0.5,1,", ",structural,1,0.5,", "line 2: give low, high or both"),
        (",structural,0.5,1,", ",structural,,,", "line 2: give low, high or both"),
        (",structural,0.5,1,", ",structural,half,1,", "line 2: 'half' is not a number"),
        ("departure_old_over_young,", "once_or_twice,", "line 3: once_or_twice is given twice"),
        ("symmetry,", "symetry,", "there is no measure 'symetry'; did you mean 'symmetry'?"),
    ],
)
def test_a_damaged_file_is_named_with_its_line(old: str, new: str, sentence: str, tmp_path: Path) -> None:
    text = Country.load().targets("structural").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "structural.csv"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataError, match=sentence):
        patterns.read_expected(path)


def test_a_pattern_holds_where_the_median_lies_in_its_range() -> None:
    values = {"travellers": (0.60, 0.73, 0.74), "symmetry": (0.5, 0.6, 0.95)}
    rows = [
        (member, seed, PATTERN, measure, 2021, value)
        for measure, of_members in values.items()
        for member, value in enumerate(of_members)
        for seed in range(2)
    ]
    columns = ["member", "seed", "statistic", "group", "year", "value"]
    weights = pd.Series([1 / 3] * 3, pd.RangeIndex(3, name="member"))
    table = patterns.table(
        Runs(pd.DataFrame(rows, columns=columns), weights, {}), 0.1, patterns.read_expected()
    ).set_index("measure")
    assert table.loc["travellers", "holds"]
    assert table.loc["travellers", "runs_holding"] == pytest.approx(2 / 3)
    assert not table.loc["symmetry", "holds"]
    assert not table.loc["once_or_twice", "holds"]  # never measured, so it does not hold
    assert table.loc["once_or_twice", "runs"] == 0
