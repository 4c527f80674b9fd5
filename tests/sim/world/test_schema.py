"""What a table must hold: a wrong or missing number is refused in one sentence with its file, its line and the fix."""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sim import Country, DataError, World
from sim.world.schema import SCHEMA
from sim.world.tables import TABLES

ROOT = Path(str(Country.load().root))


def test_every_series_of_every_table_is_declared_once() -> None:
    assert tuple(sorted(SCHEMA)) == tuple(sorted(TABLES))
    for table, declared in SCHEMA.items():
        names = [series.name for series in declared]
        assert len(set(names)) == len(names)
        with (ROOT / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            assert {row["series"] for row in csv.DictReader(file)} == set(names)
        assert all(series.low < series.high for series in declared)


@pytest.mark.parametrize(
    ("table", "old", "new", "sentence"),
    [
        (
            "candidates",
            "early_share,,,,,,0.1,",
            "early_share,,,,,,-0.28,",
            "early_share = -0.28 lies outside",
        ),
        (
            "posts",
            "public institute,,,62,",
            "public institute,,,1e12,",
            "lies outside 40 to 90 years",
        ),
        ("drivers", "exchange_rate,2010,", "exchange_rate,20x6,", r"line \d+: '20x6' is no year of 1900 to 2200"),
        ("drivers", "exchange_rate,2010,", "exchange_rate,2210,", r"'2210' is no year of 1900 to 2200"),
        ("drivers", "exchange_rate,2045,", "exchange_rate,2046,", "has no scholar_stock of year '2046'"),
        (
            "drivers",
            "exchange_rate,2008,,,,,103.391,",
            "exchange_rate,2008,,,,,1.03391,",
            "117.762 to 1.03391 in one year",
        ),
        ("drivers", "income_ratio,2010,US,,,,1.0,", "income_ratio,2010,US,,,,0.01,", "income_ratio of US goes from"),
        (
            "positions",
            "income,,,,,postdoc,4.344,",
            "income,,,,,postdoc,4344000,",
            r"postdoc \(4\.344e\+06\) is over 100 times that of doctoral \(1\.3, line 10\); give both in million JPY",
        ),
        ("regions", "distance,,US,,,,9700,", "distance,,US,,,,-9e9,", r"line 3: distance = -9e\+09 lies outside"),
        ("regions", "openness,,IND", "openness,,INDIA", "needs no row of region 'INDIA'; did you"),
        (
            "stocks",
            "filled_share,",
            "filed_share,",
            "nothing reads .* 'filed_share'; did you mean",
        ),
        ("stocks", ",5.0,years,", ",5.0,months,", "is in 'months'; give it in 'years'"),
        ("positions", "million JPY/yr", "million USD/yr", "is in 'million USD/yr'; give it in 'million JPY/yr'"),
        (
            "stocks",
            "age_low,,,,,permanent,32,",
            "age_low,,,,,permanent,70,",
            r"permanent \(70\) lies above age_high \(66\)",
        ),
        ("stocks", "parent_age_low,,,,,,32,", "parent_age_low,,,,,,38,", r"parent_age_low \(38\) lies above"),
        (
            "candidates",
            "age_at_entry_most,,,,,,60,",
            "age_at_entry_most,,,,,,20,",
            r"lies above age_at_entry_most \(20\)",
        ),
        ("stocks", "age_share_40s,,,,,permanent,0.266,", "age_share_40s,,,,,permanent,0,", "add up to 0.734, not to 1"),
        ("posts", "field_share,,,,science,,0.092,", "field_share,,,,science,,0.5,", "add up to 1.408, not to 1"),
        (
            "posts",
            "posts,2007,,public institute,,permanent",
            "posts,2007,,public institute,,industry",
            "needs no row of",
        ),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, table: str, old: str, new: str, sentence: str) -> None:
    mine = Path(shutil.copytree(ROOT, tmp_path / "mine"))
    path = mine / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataError, match=sentence) as refused:
        World.load(mine)
    assert f"{table}.csv" in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("table", TABLES)
def test_no_row_may_be_missing(tmp_path: Path, table: str) -> None:
    """Neither any single row (tried for a few of each table) nor all of them."""
    mine = Path(shutil.copytree(ROOT, tmp_path / "mine"))
    path = mine / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = list(csv.reader(file))
    for gone in (0, len(rows) // 3, len(rows) // 2, len(rows) - 1, None):
        kept = [row for number, row in enumerate(rows) if gone is not None and number != gone]
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([head, *kept])
        with pytest.raises(DataError, match=rf"^{table}\.csv"):
            World.load(mine)


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    mine = Path(shutil.copytree(ROOT, tmp_path / "mine"))
    path = mine / "stocks.csv"
    path.write_bytes(path.read_text(encoding="utf-8").replace("persons", "人", 1).encode("cp932"))
    with pytest.raises(DataError, match=r"stocks\.csv is not in UTF-8; save it as CSV in UTF-8"):
        World.load(mine)


def test_a_spreadsheets_mark_before_the_first_column_is_no_damage(tmp_path: Path) -> None:
    mine = Path(shutil.copytree(ROOT, tmp_path / "mine"))
    path = mine / "stocks.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert World.load(mine).stocks.numbers == World.load().stocks.numbers


def test_data_are_read_without_the_model() -> None:
    """Neither Mesa nor pandas nor the compiler is imported to look at a world."""
    read = "import sys; from sim import World; World.load(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", read], capture_output=True, text=True, check=True)
    assert not {"mesa", "pandas", "numba"} & set(done.stdout.split())
