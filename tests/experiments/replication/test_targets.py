"""The file of expected ranges: whole, sourced, and the rule that compares an estimate with it."""

import csv
from pathlib import Path

import pytest

from experiments.replication.catalogue import EXPERIMENTS
from experiments.replication.estimators.estimates import Estimate
from experiments.replication.targets import COLUMNS, Expected, expected
from sim.world.country import Country
from sim.world.tables import GRADES, DataError

TARGETS = Country.load().targets("quasi")


def test_every_row_says_what_it_is_and_where_it_comes_from() -> None:
    with TARGETS.open("r", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    for line, row in enumerate(rows, start=2):
        assert tuple(row) == COLUMNS
        assert row["grade"] in GRADES, line
        for name in ("unit", "source", "definition", "estimator"):
            assert len(row[name].strip()) >= 4, (line, name)


def test_every_estimand_has_a_row_and_every_row_an_estimand() -> None:
    ours = {(one.name, estimand) for one in EXPERIMENTS.values() for estimand in one.estimands}
    assert ours == set(expected())


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (",+,0.34,0.74,", ",up,0.34,0.74,", "line 2: the expected sign must be one of"),
        (",+,0.34,0.74,", ",+,0.74,0.34,", "line 2: low and high"),
        (",+,0.34,0.74,", ",+,0.34,,", "line 2: low and high"),
        (",+,0.34,0.74,", ",0,0.34,0.74,", "line 2: an effect of zero needs the range"),
        (",+,0.34,0.74,", ",+,much,0.74,", "line 2: 'much' is not a number"),
        ("Q1,abroad_year_5", "Q1,abroad_year_1", "line 3: Q1 abroad_year_1 is given twice"),
    ],
)
def test_a_damaged_file_is_named_with_its_line(old: str, new: str, sentence: str, tmp_path: Path) -> None:
    text = TARGETS.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "quasi.csv"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataError, match=sentence):
        expected(path)


def a_study(sign: str, low: float | None, high: float | None) -> Expected:
    return Expected("Q0", "x", "made up", sign, low, high, "share", "made up", "made up", "A")


@pytest.mark.parametrize(
    ("study", "found", "sign", "size"),
    [
        (a_study("+", 0.1, 0.2), Estimate(0.15, 0.12, 0.18, 9), "right", "inside"),
        (a_study("+", 0.1, 0.2), Estimate(0.05, 0.01, 0.09, 9), "right", "outside"),
        (a_study("+", None, None), Estimate(0.05, -0.01, 0.11, 9), "unclear", "not stated"),
        (a_study("+", None, None), Estimate(-0.05, -0.09, -0.01, 9), "wrong", "not stated"),
        (a_study("-", -2, 0), Estimate(-1, -1.5, -0.5, 9), "right", "inside"),
        (a_study("-", -2, 0), Estimate(1, 0.5, 1.5, 9), "wrong", "outside"),
        (a_study("0", -0.1, 0.1), Estimate(0.05, 0.01, 0.09, 9), "right", "inside"),
        (a_study("0", -0.1, 0.1), Estimate(0.05, -0.3, 0.4, 9), "unclear", "inside"),
        (a_study("0", -0.1, 0.1), Estimate(0.15, 0.06, 0.24, 9), "unclear", "outside"),
        (a_study("0", -0.1, 0.1), Estimate(0.25, 0.16, 0.34, 9), "wrong", "outside"),
        (a_study("0", -0.1, 0.1), Estimate.unknown("nobody"), "none", "none"),
    ],
)
def test_an_estimate_is_held_against_the_study(study: Expected, found: Estimate, sign: str, size: str) -> None:
    assert study.sign_of(found) == sign
    assert study.size_of(found) == size
