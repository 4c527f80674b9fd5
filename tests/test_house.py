"""What is written in several places of the house says the same."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

import sim
from tests import compare_fingerprints
from tests.conftest import SLOW, SLOW_ALONE, TESTS

HOUSE = Path(__file__).parents[1]


def test_there_is_one_version() -> None:
    cited = yaml.safe_load((HOUSE / "CITATION.cff").read_text(encoding="utf-8"))
    assert cited["version"] == sim.__version__
    changes = (HOUSE / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## (Unreleased|{re.escape(sim.__version__)})", changes, re.MULTILINE)


def test_slow_tests_are_there() -> None:
    assert [name for name in SLOW if not (TESTS / name).exists()] == []
    for file, begins in SLOW_ALONE.items():
        text = (TESTS / file).read_text(encoding="utf-8")
        assert [begin for begin in begins if f"\ndef {begin}" not in text] == [], file


@pytest.mark.parametrize(
    ("change", "sentences"),
    [
        ({}, []),
        ({"years": {"2006": "a", "2007": "x"}}, ["1:50, history: years from 2007 on"]),
        (
            {"years": {"2006": "x", "2007": "x"}, "columns": {"age": "x"}},
            ["1:50, history: years from 2006 on; columns age"],
        ),
        ({"outcomes": {"papers": "x"}}, ["1:50, history: papers"]),
        ({"outcomes": {"papers": "d", "new": "x"}}, []),
        ({"columns": {}}, ["1:50, history: columns that have another name or are gone: age"]),
    ],
)
def test_two_sets_of_fingerprints_are_compared(change: dict[str, Any], sentences: list[str]) -> None:
    part = {
        "years": {"2006": "a", "2007": "b"},
        "columns": {"age": "c"},
        "outcomes": {"papers": "d"},
        "observations": "e",
    }
    base = {"arithmetic": "here", "1:50": {"history": part}}
    head = {"arithmetic": "there", "1:50": {"history": {**part, **change}}}
    assert compare_fingerprints.differences(base, head) == sentences


def test_a_run_that_only_one_commit_has_is_named() -> None:
    assert compare_fingerprints.differences({"arithmetic": ""}, {"arithmetic": "", "1:5": {}}) == ["1:5: only in HEAD"]
