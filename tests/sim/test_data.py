"""Every number has a unit, a source and a grade, and damaged files are refused in one sentence."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from sim import DataError, Parameters, World
from sim.data import ENSEMBLE, GRADES, SHIPPED, Tidy

FILES = sorted(path for path in SHIPPED.glob("*.csv") if path.name != ENSEMBLE)  # results carry no source a number


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_row_has_unit_source_and_grade(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    for line, row in enumerate(rows, start=2):
        assert row["grade"] in GRADES, (path.name, line)
        assert len(row["source"].strip()) >= 7, (path.name, line)
        assert row["unit"].strip(), (path.name, line)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_held_and_assumed_values_are_graded_as_such(path: Path) -> None:
    if path.stem in ("parameters", "programmes"):
        pytest.skip("no years")
    for series, numbers in Tidy.read(path).numbers.items():
        for key, number in numbers.items():
            if key[0] and int(key[0]) > 2025:
                assert number.grade in ("A", "S"), (series, key)


def test_drivers_cover_every_year(world: World) -> None:
    years = range(world.first_year, world.last_year + 1)
    for table in (world.drivers, world.places):
        for series, numbers in table.numbers.items():
            assert {int(key[0]) for key in numbers} == set(years), series


def test_defaults_lie_in_their_ranges_and_replace_checks_them() -> None:
    parameters = Parameters.load()
    for parameter in parameters.catalogue.values():
        assert parameter.low <= parameter.default <= parameter.high
    assert parameters.replace(beta=2.0).beta == 2.0
    assert parameters.beta == parameters.catalogue["beta"].default
    with pytest.raises(ValueError, match="did you mean 'beta'"):
        parameters.replace(betta=2.0)
    with pytest.raises(ValueError, match=r"outside its range 0\.6 to 4\.0"):
        parameters.replace(beta=40.0)
    with pytest.raises(AttributeError, match="did you mean 'pessimism'"):
        _ = parameters.pesimism


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "data"))


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda text: text.replace(",V\n", ",\n", 1), "grade ''"),
        (lambda text: text.replace("series,", "serie,", 1), "must have the columns"),
        (lambda text: text[: len(text) // 2].rsplit("\n", 1)[0] + "\nexchange_rate,20", "damaged"),
        (lambda text: text.replace("103.391", "a hundred", 1), "is not a number"),
        (lambda text: text + text.splitlines()[5] + "\n", "given twice"),
        (lambda text: text.replace("JPY per USD", " ", 1), "no unit"),
    ],
)
def test_damaged_files_are_named_with_their_line(copy: Path, damage: object, sentence: str) -> None:
    path = copy / "drivers.csv"
    text = path.read_text(encoding="utf-8")
    broken = damage(text)  # type: ignore[operator]
    assert broken != text
    path.write_text(broken, encoding="utf-8")
    with pytest.raises(DataError, match=sentence):
        World.load(copy)


def test_a_missing_file_and_a_missing_number_are_named(copy: Path) -> None:
    world = World.load(copy)
    with pytest.raises(DataError, match="did you mean 'exchange_rate'"):
        world.driver("exchange_rat", 2010)
    with pytest.raises(DataError, match="no value of 'exchange_rate'"):
        world.driver("exchange_rate", 1950)
    (copy / "posts.csv").unlink()
    with pytest.raises(DataError, match=r"posts\.csv is missing"):
        World.load(copy)


def test_the_fingerprint_follows_the_bytes(copy: Path) -> None:
    before = World.load(copy).fingerprint
    assert before == World.load().fingerprint
    path = copy / "stocks.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("75365", "75366"), encoding="utf-8")
    assert World.load(copy).fingerprint != before
