"""A replicate is made from the files that were asked for: a change meanwhile is noticed, one before is read."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from experiments.errors import RunError
from experiments.request.build import Build

LAGOON = Path(__file__).parents[2] / "fixtures" / "lagoon"
PARAMETERS = "parameters.csv"


@pytest.fixture
def country(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LAGOON, tmp_path / "mine"))


def changed(country: Path) -> None:
    """Another title of a column that nobody's choice depends on, so that only the mark of the data tells."""
    path = country / "country.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\n# as it is now\n", encoding="utf-8")


def test_a_folder_that_changed_is_read_again(country: Path) -> None:
    build = Build(str(country), (), 0.02)
    before, same = build.inputs()[0], build.inputs()[0]
    changed(country)
    after = build.inputs()[0]
    assert before is same, "read once"
    assert after is not before
    assert after.fingerprint != before.fingerprint


def test_a_replicate_is_not_made_from_other_files_than_were_asked_for(country: Path) -> None:
    asked = Build(str(country), (), 0.02).of_now()
    assert asked(1).year
    changed(country)
    with pytest.raises(RunError, match=r"The files of .*mine were changed while this was computed: give the command"):
        asked(1)
    assert asked.of_now()(1).year, "asked again, it is made from what is there"
