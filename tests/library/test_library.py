"""Each file of the library does what its row says, beside the same people without it.

What is expected stands in tables `expected_*.csv`, written from theory, from the document or from the file's own
numbers: the file, worlds it is asked in on both sides, outcome and group, the years over which the difference is
averaged, the least and the most that it may be (money in billions), and why. Lives are paired, so a first-order effect
shows at 1:25 and over few seeds. Nothing is drawn anew from run to run: bounds that hold hold again, and bounds lie
some standard errors off unless a number is fixed by the file (places, prices).
"""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from experiments.request.policies import names, with_included
from sim import BrainCirculation

if TYPE_CHECKING:
    import pandas as pd

SEEDS = (1, 2, 3, 4)
SCALE = 0.04
FORK, UNTIL = 2022, 2032
BILLION = 1e9
TABLES = sorted(Path(__file__).parent.glob("expected_*.csv"))


class Expected(NamedTuple):
    """What one file should do to one number."""

    worlds: tuple[str, ...]
    outcome: str
    group: str
    years: tuple[int, int]
    low: float
    high: float
    why: str


def expected() -> dict[str, list[Expected]]:
    """By file, in the order of the tables. An empty bound is none."""
    found: dict[str, list[Expected]] = {}
    for table in TABLES:
        for row in csv.DictReader(table.read_text(encoding="utf-8").splitlines(), strict=True):
            low, high = float(row["low"] or "-inf"), float(row["high"] or "inf")
            assert low < high, f"{table.name}: {row['file']}: low is not below high"
            years = (int(row["first"]), int(row["last"]))
            one = Expected(tuple(row["worlds"].split()), row["outcome"], row["group"], years, low, high, row["why"])
            found.setdefault(row["file"], []).append(one)
    return found


EXPECTED = expected()


@lru_cache(maxsize=len(SEEDS))
def history(seed: int) -> BrainCirculation:
    return BrainCirculation(seed=seed, scale=SCALE).run_through(FORK)


@lru_cache(maxsize=4 * len(SEEDS))
def life(seed: int, files: tuple[str, ...]) -> pd.Series:
    """Outcomes of the years after the fork with some files in force, by outcome, group and year."""
    asked = {measure.name: measure for name in files for measure in with_included(name)}
    table = history(seed).fork(list(asked.values())).run_through(UNTIL).table()
    return table[table["year"] > FORK].set_index(["outcome", "group", "year"])["value"].sort_index()


def difference(one: Expected, file: str) -> float:
    """What the file changes, mean over seeds and years; a group that no year has counts nothing."""

    def mean(files: tuple[str, ...], seed: int) -> float:
        table = life(seed, files)
        first, last = one.years
        cells = [(one.outcome, one.group, year) for year in range(first, last + 1)]
        total = float(table[table.index.isin(cells)].sum()) / (last - first + 1)
        return total / BILLION if one.outcome == "cost" else total

    groups = life(SEEDS[0], (*one.worlds, file)).loc[one.outcome].index.get_level_values("group")
    assert one.group in groups, f"{one.outcome} has no group {one.group}; it has {', '.join(sorted(set(groups)))}"
    pairs = [mean((*one.worlds, file), seed) - mean(one.worlds, seed) for seed in SEEDS]
    return sum(pairs) / len(pairs)


@pytest.mark.parametrize("file", EXPECTED)
def test_a_file_does_what_its_row_says(file: str) -> None:
    for one in EXPECTED[file]:
        found = difference(one, file)
        assert one.low <= found <= one.high, f"{one.outcome}/{one.group} moves by {found:.4g}: {one.why}"


@pytest.mark.parametrize("file", names())
def test_something_is_expected_of_every_file(file: str) -> None:
    assert EXPECTED.get(file), f"say in a table what {file} should do"


def test_the_tables_name_files_that_are_there() -> None:
    known = set(names())
    for file, rows in EXPECTED.items():
        assert {file, *(world for row in rows for world in row.worlds)} <= known
