"""Targets of documents on screen, in sentences and in the report: with levels, or with why there are none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from experiments.analysis.targets import COLUMNS
from experiments.report import full, letters, screen, targets
from experiments.report.summary import summary
from tests.experiments.report.test_answer import MANY, answer

if TYPE_CHECKING:
    from experiments.report.answer import WhatIfAnswer

NAN = float("nan")
HELD = {
    "policy": "package", "named_by": "package", "outcome": "doctoral_entrants", "group": "all", "unit": "persons/yr",
    "first": 2030, "last": 2030, "wanted": 20000.0, "limit": "at least", "observed_in": 2021.0, "observed": 14629.0,
    "begins": 15000.0, "reference": 15100.0, "reference_low": 15000.0, "reference_high": 15200.0, "value": 18000.0,
    "low": 16000.0, "high": 20500.0, "without": 0.0, "reached": 0.125, "sets": 40, "source": "a plan", "grade": "V",
}  # fmt: skip
BEYOND = HELD | {"last": 2060, "first": 2060, "sets": 0, "observed": NAN, "observed_in": NAN} | dict.fromkeys(
    ("reference", "reference_low", "reference_high", "value", "low", "high", "without", "reached"), NAN
)  # fmt: skip
NOBODY = BEYOND | {"group": "nobody", "begins": NAN}


def with_targets(*rows: dict[str, object]) -> WhatIfAnswer:
    return replace(answer("package", **MANY), aims=pd.DataFrame(rows, columns=list(COLUMNS)))


ON_SCREEN = {
    "en": "Target by 2030: Doctoral entrants, at least 20,000 persons a year; "
    "here 18,000 persons a year (16,000 to 20,500), reached: 12 % of sets",
    "ja": "目標（2030年まで）：博士後期課程入学者 20,000人/年以上、"
    "モデルでは18,000人/年（16,000～20,500）、達成：組の12％",
}


@pytest.mark.parametrize(("code", "said"), ON_SCREEN.items())
def test_the_screen_has_a_line_of_a_target(code: str, said: str) -> None:
    one = with_targets(HELD)
    text = screen.screen(one, one.words(code))
    assert said.replace(" ", "") in text.replace("\n", "").replace(" ", "")
    assert len(text.splitlines()) <= screen.LINES
    assert max(map(letters.width, text.splitlines())) <= screen.COLUMNS


@pytest.mark.parametrize("code", ["en", "ja"])
def test_targets_leave_a_line_for_what_to_beware_of(code: str) -> None:
    many = with_targets(*(HELD | {"last": 2030 + number} for number in range(6)))
    words = many.words(code)
    lines = screen.screen(many, words).splitlines()
    assert len(lines) <= screen.LINES
    assert any(words.say("screen.beware", cautions="").strip() in line for line in lines)


@pytest.mark.parametrize("code", ["en", "ja"])
@pytest.mark.parametrize(("row", "state"), [(HELD, "held"), (BEYOND, "beyond"), (NOBODY, "nobody")])
def test_each_target_is_told_in_full(code: str, row: dict[str, object], state: str) -> None:
    one = with_targets(row)
    words = one.words(code)
    said = targets.sentence(row, one, words)
    assert said in summary(one, "", words)
    assert said.replace(" ", "") in full.full(one, words).replace("\n", "").replace(" ", "")
    ((title, (cells,)),) = targets.rows(one, words)
    assert title == words.policy(one.question.arms[0])
    assert len(cells) == len(targets.HEAD)
    assert all(cells)
    if state == "held":
        assert "18,000" in said
        assert "15,100" in said
        assert "12" in cells[targets.HEAD.index("reached")]
    else:
        assert cells[targets.HEAD.index("with")] == "-"
        assert words.say(f"targets.{state}_cell") in cells


def test_one_set_reaches_a_target_or_does_not() -> None:
    one = with_targets(HELD | {"sets": 1, "reached": 1.0, "low": NAN, "high": NAN})
    assert "here 18,000 persons a year, reached: yes" in targets.brief(one.targets[0], one.words("en"))
