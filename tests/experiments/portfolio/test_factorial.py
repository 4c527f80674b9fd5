"""A factorial finds the effects that were put in, and claims a surplus only where the sets agree."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from experiments import compare
from experiments.cli.main import study_of
from experiments.errors import InputError
from experiments.portfolio.contrasts import measured
from experiments.portfolio.design import Design
from experiments.portfolio.factorial import TABLE, Factorial
from experiments.portfolio.factorial_answer import FactorialAnswer, full, screen, summary
from experiments.portfolio.factorial_page import sheet
from experiments.report.screen import COLUMNS, LINES, width
from experiments.report.sections import html
from experiments.request.comparison import Question, arm
from experiments.request.composition import line
from experiments.run.study import carry_out
from tests.experiments.report.test_page import MADE, left_in_english, text, view
from tests.experiments.request.test_settings import settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

THREE = ("overseas_weight", "doctoral_stipends", "fellowships_doubled")
SEVEN = (*THREE, "fellowship_stipend_up", "degree_scholarships", "tenure_track_posts", "research_managers")
SMALL = ["scale=0.003", "replicates=2", "until=2028", "windows=[1,3]", "executor=serial"]


def fabricated(
    policies: tuple[str, ...], worth: Callable[[set[str], int], float], resolution: int = 5
) -> FactorialAnswer:
    """The answer about runs whose effect on returns is a function of what holds, and of the parameter set."""
    asked = settings(f"policy=[{','.join(policies)}]")
    arms = tuple(arm([name]) for name in policies)
    design = Design.of(policies, resolution)
    rows = [
        (run, member, member, outcome, "all", unit, "6-10", 2031, 2035, 0.0, level, size * value)
        for run in range(1, len(design.runs))
        for member in range(40)
        for value in [worth(set(design.named(run)), member)]
        for outcome, unit, level, size in (("returns", "persons/yr", 1000.0, 1.0), ("cost", "JPY/yr", 6e10, 1e7))
    ]
    names = "point replicate member outcome group unit window first last value reference difference"
    table = measured(pd.DataFrame(rows, columns=names.split(" ")), design)
    return FactorialAnswer(asked, design, Question(arms), table)


def known(held: set[str], member: int) -> float:
    """Worth 100, 40 and 10 alone; the first two get in each other's way by 30 to 34, by parameter set."""
    alone = {"overseas_weight": 100.0, "doctoral_stipends": 40.0, "fellowships_doubled": 10.0}
    both = {"overseas_weight", "doctoral_stipends"} <= held
    return sum(alone.get(name, 0.0) for name in held) - both * (30 + member % 5)


def row(answer: FactorialAnswer, kind: str, policy: str, other: str = "") -> pd.Series[float]:
    return answer.rows[kind, policy, other, "returns"]


def test_known_effects_are_found() -> None:
    answer = fabricated(THREE, known)
    assert row(answer, "main", "overseas_weight")["effect"] == pytest.approx(100 - 32 / 2)
    assert row(answer, "main", "fellowships_doubled")["effect"] == pytest.approx(10)
    assert row(answer, "alone", "overseas_weight")["effect"] == pytest.approx(100)
    pair = row(answer, "pair", "overseas_weight", "doctoral_stipends")
    assert (pair["effect"], pair["certainty"]) == (pytest.approx(-32), "lower")
    assert -34 <= pair["low"] < pair["high"] <= -30
    assert row(answer, "pair", "overseas_weight", "fellowships_doubled")["effect"] == pytest.approx(0)
    everything = " + ".join(THREE)
    assert row(answer, "together", everything)["effect"] == pytest.approx(150 - 32)
    assert row(answer, "beyond", everything)["effect"] == pytest.approx(-32)


def test_a_surplus_is_claimed_only_where_the_sets_agree() -> None:
    words = fabricated(THREE, known).words("en")
    said = " ".join(fabricated(THREE, known).sentences(words))
    assert "Overseas experience weighted in hiring and Doctoral stipends" in said
    assert "give less than the sum of the two: Returns -32 persons a year beyond it (-34 to -30)" in said
    assert "less than the sum of each alone" in said
    doubtful = fabricated(THREE, lambda held, member: len(held) * 10.0 + (-1) ** member * 50 * (len(held) > 1))
    said = " ".join(doubtful.sentences(words))
    assert "than the sum" not in said
    assert "No two of them surely give more or less than their sum in Returns" in said
    assert ": open." in said


def test_a_fraction_recovers_effects_and_says_what_it_cannot_tell_apart() -> None:
    fine, coarse = (fabricated(SEVEN, known, resolution) for resolution in (5, 4))
    for answer, runs in ((fine, 64), (coarse, 16)):
        assert len(answer.design.runs) == runs
        assert row(answer, "main", "overseas_weight")["effect"] == pytest.approx(100 - 32 / 2)
        assert row(answer, "pair", "overseas_weight", "doctoral_stipends")["effect"] == pytest.approx(-32)
    assert not row(fine, "pair", "overseas_weight", "doctoral_stipends")["aliases"]
    aliases = str(row(coarse, "pair", "overseas_weight", "doctoral_stipends")["aliases"]).split("; ")
    for alias in aliases:  # whichever of them it is, the numbers are these
        first, other = alias.split(" + ")
        assert row(coarse, "pair", first, other)["effect"] == pytest.approx(-32)
    assert len(coarse.pairs) == len(coarse.design.pairs) // (1 + len(aliases))
    words = coarse.words("en")
    said = " ".join(coarse.sentences(words))
    assert "or pairs that this fraction cannot tell from them" in said
    assert "16 of 128 combinations were run (resolution 4)" in said
    assert "resolution 7" in " ".join(fine.sentences(words))
    assert f"{words.say('factorial.pair', one=1, second=2)} / " in screen(coarse, words)


@pytest.mark.parametrize("code", ["en", "ja"])
@pytest.mark.parametrize("policies", [THREE[:2], THREE, SEVEN], ids=len)
def test_the_screen_fits(policies: tuple[str, ...], code: str) -> None:
    answer = fabricated(policies, known)
    said = screen(answer, answer.words(code)).splitlines()
    assert len(said) <= LINES
    assert max(map(width, said)) <= COLUMNS
    assert all(width(one) <= COLUMNS for one in full(answer, answer.words(code)).splitlines())
    assert summary(answer, "brain-circulation", answer.words(code))


def test_the_page_holds_every_sentence_in_both_languages() -> None:
    answer = fabricated(THREE, known)
    page = html([sheet(answer, answer.words(code)) for code in ("en", "ja")], MADE)
    assert len(page.encode()) < 3_000_000
    assert page.count("<svg role") == 2 * (len(answer.numbers[:3]) + 1 + 1)  # an outcome each, the cost, the sum
    for code in ("en", "ja"):
        shown = text(view(page, code))
        assert all(sentence in shown for sentence in answer.sentences(answer.words(code)))
    assert left_in_english(page) - {"brain", "circulation"} == set()


@pytest.mark.slow
def test_real_runs_add_up_and_are_read_back(tmp_path: Path) -> None:
    study = study_of(line([*asked("policy=[doctoral_stipends,fellowships_doubled]"), f"output={tmp_path}"]))
    assert isinstance(study, Factorial)
    study.check()
    stored = carry_out(study, "brain-circulation")
    assert not stored.reused
    table = stored.result.table(TABLE, dtype={"second": str, "aliases": str}).fillna({"second": "", "aliases": ""})
    both = table[(table["outcome"] == "departures") & (table["group"] == "all")].set_index("kind")["effect"]
    of = {kind: np.atleast_1d(both[kind]) for kind in ("alone", "main", "together", "pair")}
    assert of["together"][0] == pytest.approx(of["alone"].sum() + of["pair"][0])
    assert of["main"][0] == pytest.approx(of["alone"][0] + of["pair"][0] / 2)
    settled = {"scale": 0.003, "replicates": 2, "until": 2028, "windows": [1, 3], "executor": "serial"}
    alone = compare("fellowships_doubled", progress=False, **settled).effects  # the same life as in a what-if
    mine = table[(table["kind"] == "alone") & (table["policy"] == "fellowships_doubled")]
    columns = ["outcome", "group", "window", "effect", "reference", "certainty"]
    assert_frame_equal(
        mine[columns].sort_values(columns[:3], ignore_index=True),
        alone[columns].sort_values(columns[:3], ignore_index=True),
    )
    manifest = json.loads((stored.result.folder / "manifest.json").read_text("utf-8"))
    assert manifest["design"] == {"runs": 4, "resolution": None, "words": []}
    assert (stored.result.folder / "report.html").is_file()
    again = carry_out(
        study_of(line([*asked("policy=[doctoral_stipends,fellowships_doubled]"), f"output={tmp_path}"])), ""
    )
    assert again.reused
    assert again.result.manifest["fingerprint"] == stored.result.manifest["fingerprint"]


def asked(*arguments: str) -> list[str]:
    return ["experiment=factorial", *SMALL, *arguments]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["policy=package"], "A factorial takes 2 to 10 policies, not 1"),
        (["policy=[package,overseas_weight]"], "both hold overseas_weight, which holds once"),
        (["policy=[contract_limit_five,nothing_such]"], "There is no policy named 'nothing_such'"),
        (["policy=[hosting_staff,english_workplaces]", "against=package"], "compares with the life without any"),
        (["++levers.hiring.overseas_weight=1"], "levers go into a policy file"),
        (["policy=[foreign_graduate_careers,j_find]"], "set visa.job_search to different values"),
        (["factorial.resolution=3"], "factorial.resolution: input should be 4 or 5"),
        (["world=weak_yen", "policy=[weak_yen,package]"], "weak_yen holds on both sides already"),
    ],
)  # fmt: skip
def test_a_wrong_request_is_one_sentence(arguments: list[str], words: str) -> None:
    with pytest.raises(InputError, match=words):
        study_of(line(asked(*arguments))).check()


def test_explaining_names_the_runs_and_what_is_confounded() -> None:
    said = study_of(line(asked(f"policy=[{','.join(SEVEN)}]", "factorial.resolution=4"))).explanation()
    assert said.startswith("16 runs of 7 policies:")
    assert "overseas_weight + doctoral_stipends cannot be told apart from" in said
    assert "Arm fellowships_doubled" in said
