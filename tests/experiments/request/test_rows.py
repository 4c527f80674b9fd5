"""The list of systems: complete, and true to the files of the library, the outcomes and the levers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from experiments.errors import InputError
from experiments.request.composition import SETTINGS
from experiments.request.policies import KINDS as FILES
from experiments.request.policies import LIBRARY, load, names
from experiments.request.rows import ROWS, read_rows
from sim import Country
from sim.measures.outcomes import CATALOGUE
from sim.measures.surveys import STATISTICS

if TYPE_CHECKING:
    from pathlib import Path


def test_every_system_is_listed_once_and_in_order() -> None:
    assert [row.id for row in read_rows()] == [f"A{number}" for number in range(1, 175)]
    assert all(row.title and row.title_ja and row.place for row in read_rows())


@pytest.mark.parametrize("name", names())
def test_a_file_of_the_library_names_systems_that_are_listed(name: str) -> None:
    known = {row.id: row for row in read_rows()}
    for row in load(name).rows:
        assert row in known, f"{name}: there is no row {row}"
        assert known[row].kind != "context", f"{name}: {row} is context"


@pytest.mark.parametrize("name", [name for name in names() if load(name).schema_version > 1])
def test_a_file_of_the_library_says_what_a_sceptic_would_say(name: str) -> None:
    one = load(name)
    assert one.sceptic, name
    assert one.sceptic_ja, name
    assert (LIBRARY[FILES.index(one.kind)] / f"{name}.yaml").is_file(), f"{name} lies in the folder of the other kind"


def test_what_holds_a_row_without_a_file_exists() -> None:
    studies = {path.stem for path in (SETTINGS / "experiment").glob("*.yaml")}
    known = {"outcome": set(CATALOGUE), "statistic": set(STATISTICS.measures), "experiment": studies}
    for row in read_rows():
        for what, name in row.held_by:
            assert name in known[what], f"{row.id}: {what} {name}"
    series = Country.load().targets("series").read_text(encoding="utf-8")
    for row in read_rows():
        if row.kind == "pattern":
            assert any(f"\n{name}," in series for what, name in row.held_by if what == "statistic"), row.id


def test_context_gives_a_reason_and_a_wrong_list_is_explained(tmp_path: Path) -> None:
    assert all(row.reason for row in read_rows() if row.kind == "context")
    text = ROWS.read_text(encoding="utf-8")
    wrong = tmp_path / "rows.csv"
    for old, new, words in (
        (",system,", ",sistem,", "line 2: kind 'sistem' is not one of system"),
        ("title_ja,place", "place,title_ja", "must have the columns"),
    ):
        wrong.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(InputError, match=words):
            read_rows(wrong)
