"""The published ranges: whole, sourced, of shocks that exist; and the verdict on a simulated response."""

import csv
from importlib.resources.abc import Traversable
from pathlib import Path

import pytest

from experiments.responses.evidence import COLUMNS, Published, read_published
from experiments.responses.measures import measured, names, window
from experiments.responses.shocks import COLUMNS as OF_SHOCKS
from experiments.responses.shocks import read_shocks
from sim import BrainCirculation, Country, DataError, World

WORLD = World.load()
RESPONSES, SHOCKS = (Country.load().targets(name) for name in ("responses", "shocks"))
NAN = float("nan")


def test_every_row_is_whole_and_at_least_fifteen_ranges_were_read() -> None:
    rows = read_published(RESPONSES, WORLD).values()
    for one in rows:
        assert one.low < one.high, one.row
        assert one.url.startswith("http"), one.row
        assert len(one.source) > 20, one.row
        assert one.shock in read_shocks(SHOCKS), one.row
    assert sum(one.grade == "V" for one in rows) >= 15


def test_an_elasticity_is_asked_of_a_shock_with_a_size() -> None:
    shocks = read_shocks(SHOCKS)
    for one in read_published(RESPONSES, WORLD).values():
        if one.unit == "elasticity":
            assert shocks[one.shock].unit == "factor", one.row
        if one.unit in ("% a point", "points a step"):
            assert shocks[one.shock].unit == "points", one.row


def a_range(low: float, high: float) -> Published:
    return Published("X1", "x", "all", "returns", 5, low, high, "elasticity", "made up", "http://", "A", "made up")


@pytest.mark.parametrize(
    ("published", "response", "verdict"),
    [
        (a_range(0.5, 2), (1.0, -3.0, 3.0), "inside"),
        (a_range(0.5, 2), (0.5, 0.4, 0.6), "inside"),
        (a_range(0.5, 2), (0.2, 0.1, 0.5), "overlaps"),
        (a_range(0.5, 2), (0.2, 0.1, 0.4), "outside"),
        (a_range(0.5, 2), (2.5, 2.1, 2.9), "outside"),
        (a_range(0.5, 2), (0.05, -1.0, 1.0), "overlaps"),
        (a_range(0.5, 2), (0.049, -1.0, 1.0), "mute"),
        (a_range(0.5, 2), (-1.0, -2.0, 1.0), "mute"),
        (a_range(-2, -0.5), (-1.0, -2.0, 1.0), "inside"),
        (a_range(-2, -0.5), (-0.04, -2.0, 1.0), "mute"),
        (a_range(-2, -0.5), (1.0, -2.0, 2.0), "mute"),
        (a_range(-0.1, 0.4), (0.0, -0.1, 0.1), "inside"),
        (a_range(0.5, 2), (NAN, NAN, NAN), "none"),
    ],
)
def test_verdicts(published: Published, response: tuple[float, float, float], verdict: str) -> None:
    assert published.verdict(*response) == verdict


def test_flows_are_read_over_the_second_half_of_the_years() -> None:
    assert [list(window(horizon)) for horizon in (1, 2, 3, 5, 10)] == [[1], [2], [2, 3], [3, 4, 5], [6, 7, 8, 9, 10]]


def test_every_outcome_and_group_that_is_named_is_counted_and_no_other() -> None:
    model = BrainCirculation(WORLD, seed=1, scale=0.002).run_through(WORLD.first_year)
    named = names(model.world)
    assert set(measured(model)) == {(outcome, group) for outcome, groups in named.items() for group in groups}


@pytest.mark.parametrize(
    ("column", "value", "sentence"),
    [
        ("low", "9", "line 2: low must be below high"),
        ("unit", "ratio", "line 2: the unit must be one of"),
        ("horizon", "0", "line 2: the horizon must be whole years"),
        ("url", "", "line 2: a row needs the address"),
        ("grade", "Z", "line 2: grade 'Z' is not one of"),
        ("outcome", "return_rat", "line 2: there is no outcome 'return_rat'; did you mean 'return_rate'?"),
        ("population", "Us", "line 2: there is no population of return_rate 'Us'; did you mean 'US'?"),
    ],
)
def test_a_damaged_file_of_ranges_is_refused(column: str, value: str, sentence: str, tmp_path: Path) -> None:
    path = _with_one_cell(RESPONSES, COLUMNS, column, value, tmp_path / "responses.csv", "I1")
    with pytest.raises(DataError, match=sentence):
        read_published(path, WORLD)


@pytest.mark.parametrize(
    ("column", "value", "sentence"),
    [
        ("table", "position", r"line \d+: table must be levers or one of"),
        ("operation", "adds", r"line \d+: the operation must be times, add, set, not 'adds'"),
        ("unit", "ratio", r"line \d+: the unit of the size must be"),
        ("unit", "factor", r"line \d+: a factor must be above 0 and not 1"),
        ("size", "1.2", r"line \d+: all rows of us_crisis must have one title, size and unit"),
    ],
)
def test_a_damaged_file_of_shocks_is_refused(column: str, value: str, sentence: str, tmp_path: Path) -> None:
    path = _with_one_cell(SHOCKS, OF_SHOCKS, column, value, tmp_path / "shocks.csv", "us_crisis")
    with pytest.raises(DataError, match=sentence):
        read_shocks(path)


def _with_one_cell(
    source: Traversable, columns: tuple[str, ...], column: str, value: str, path: Path, name: str
) -> Path:
    """The file with another value in a column of the first row of this name."""
    with source.open("r", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    next(row for row in rows if row[columns[0]] == name)[column] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    return path
