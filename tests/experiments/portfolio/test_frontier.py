"""A frontier: efficient points of known costs and gains, mixes of one budget, and real runs."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from experiments.cli.main import study_of
from experiments.errors import InputError
from experiments.portfolio.efficient import dose_for, share_of_sets, undominated
from experiments.portfolio.frontier import TABLE, Frontier, Mix
from experiments.portfolio.frontier_answer import FrontierAnswer, frontier_line, full, screen, summary
from experiments.portfolio.frontier_page import finding, frontier, sheet
from experiments.report.screen import COLUMNS, LINES, width
from experiments.report.sections import html
from experiments.request.composition import line
from experiments.run.study import carry_out
from tests.experiments.report.test_answer import effect
from tests.experiments.report.test_page import MADE, left_in_english, text, view

if TYPE_CHECKING:
    from pathlib import Path

TWO = "policy=[doctoral_stipends,fellowships_doubled]"
SMALL = ["experiment=frontier", "scale=0.003", "replicates=2", "until=2028", "windows=[[2,3]]", "executor=serial"]
HALVES = {"doctoral_stipends": 0.5, "fellowships_doubled": 0.5}
POINTS = [
    Mix("dose", {"doctoral_stipends": 0.5}, {}),
    Mix("dose", {"doctoral_stipends": 1.0}, {}),
    Mix("dose", {"fellowships_doubled": 1.0}, {}),
    Mix("dose", {"fellowships_doubled": 2.0}, {}),
    Mix("budget", {"doctoral_stipends": 0.8}, {"doctoral_stipends": 1.0}),
    Mix("budget", {"fellowships_doubled": 3.0}, {"fellowships_doubled": 1.0}),
    Mix("mix", {"doctoral_stipends": 0.4, "fellowships_doubled": 1.5}, HALVES),
]  # fmt: skip
COSTS = [2.0, 4.0, 1.0, 2.0, 3.0, 3.0, 3.0]
GAINS = [30.0, 50.0, 60.0, 90.0, 40.0, 100.0, 140.0]


def fabricated(spread: float = 1000.0) -> FrontierAnswer:
    """Seven points with these costs (billions) and gains, the same in forty sets but for a little, or for more of the
    gains with a smaller spread.
    """
    study = study_of(line(["experiment=frontier", TWO, "budget=3"]))
    assert isinstance(study, Frontier)
    values = {"cost": [1e9 * cost for cost in COSTS], "returns": GAINS}
    rows, means = [], []
    for outcome, levels in values.items():
        for point, level in enumerate(levels):
            by = spread if outcome == "returns" else 1000.0
            sets = [level * (1 + (member - 19.5) / by) for member in range(40)]
            rows.append(effect(sets, outcome, point=point))
            means += [(point, member, outcome, "all", "6-10", x) for member, x in enumerate(sets)]
    columns = ["point", "member", "outcome", "group", "window", "difference"]
    every = dict.fromkeys(range(200), 1.0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("experiments.portfolio.frontier.weights", lambda _: every)
        table = study.table(POINTS, pd.DataFrame(rows), pd.DataFrame(means, columns=columns))
    return study.answer(table, 3.0)


@how(deadline=None)
@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(-5, 5)), min_size=1, max_size=12))
def test_an_efficient_point_is_one_that_no_other_beats(points: list[tuple[float, float]]) -> None:
    found = undominated(*(np.array(values) for values in zip(*points, strict=True)))
    known = [*points, (0.0, 0.0)]
    for (cost, gain), efficient in zip(points, found.tolist(), strict=True):
        beaten = any(c <= cost and g >= gain and (c, g) != (cost, gain) for c, g in known)
        assert efficient == (not beaten)


def test_the_share_is_that_of_the_sets_by_weight() -> None:
    cost = pd.DataFrame([[1.0, 1.0], [1.0, 1.0]], index=[4, 7])
    gain = pd.DataFrame([[3.0, 2.0], [1.0, 2.0]], index=[4, 7])
    assert share_of_sets(cost, gain, {4: 3.0, 7: 1.0}).tolist() == [0.75, 0.25]


def test_doses_are_read_from_the_costs_that_were_run() -> None:
    assert dose_for(1.0, [0.5, 2.0], [2.0, 5.0]) == pytest.approx(0.25)
    assert dose_for(5.0, [0.5, 2.0], [2.0, 5.0]) == pytest.approx(2.0)
    assert dose_for(5.1, [0.5, 2.0], [2.0, 5.0]) is None  # nothing is extrapolated
    assert dose_for(1.0, [1.0], [0.0]) is None


def test_efficient_points_of_known_costs_and_gains() -> None:
    answer = fabricated()
    assert answer.table["efficient"].tolist() == [False, False, True, True, False, False, True]
    assert answer.table["efficient_share"].tolist() == [0, 0, 1, 1, 0, 0, 1]
    edge = [(0.0, 0.0), (1e9, 60.0), (2e9, 90.0), (3e9, 140.0)]
    assert frontier_line(answer) == [pytest.approx(point) for point in edge]
    words = answer.words("en")
    said = " ".join(answer.sentences(words))
    assert "Of 3 bn JPY/yr, most is brought by 50 % Doctoral stipends" in said
    assert "Returns +140 persons a year" in said
    assert "in 100 % of the parameter sets no point beats it" in said
    assert "Least by all in Doctoral stipends for ten thousand more students: +40 persons a year" in said
    assert "Never efficient" not in said  # a part of the best mix


@pytest.mark.parametrize("code", ["en", "ja"])
def test_a_figure_asserts_no_direction_that_is_not_sure(code: str) -> None:
    for answer, directed in (fabricated(), True), (fabricated(spread=10.0), False):
        words = answer.words(code)
        said = words.say("certainty.open")
        assert (said not in finding(answer, words)) == (said not in answer.best(words)) == directed


def test_costs_far_apart_are_drawn_in_powers_of_ten() -> None:
    answer = fabricated()
    dear = answer.table["dose.fellowships_doubled"] > 0
    apart = answer.table.assign(cost_effect=answer.table["cost_effect"].where(~dear, 50 * answer.table["cost_effect"]))
    axes = [frontier(replace(answer, table=one), answer.words("en")).axes[0] for one in (answer.table, apart)]
    scales = [axis.get_xscale() for axis in axes]
    assert scales == ["linear", "symlog"]
    names = [axis.get_xlabel() for axis in axes]
    assert names[1] == answer.words("en").say("frontier.powers", axis=names[0])


@pytest.mark.parametrize("code", ["en", "ja"])
def test_screen_table_and_page_fit_in_both_languages(code: str) -> None:
    answer = fabricated()
    words = answer.words(code)
    said = screen(answer, words).splitlines()
    assert len(said) <= LINES
    assert max(map(width, said)) <= COLUMNS
    assert sum("●" in one for one in said) == 3
    assert all(width(one) <= COLUMNS for one in full(answer, words).splitlines())
    assert summary(answer, "brain-circulation", words).startswith("# ")
    page = html([sheet(answer, answer.words(each)) for each in (code, "ja" if code == "en" else "en")], MADE)
    shown = text(view(page, code))
    assert all(sentence in shown for sentence in answer.sentences(words))
    assert left_in_english(page) - {"brain", "circulation"} == set()


def test_a_budget_goes_only_where_it_can_be_spent() -> None:
    study = study_of(
        line(["experiment=frontier", "policy=[overseas_weight,doctoral_stipends,fellowships_doubled]", "budget=6"])
    )
    assert isinstance(study, Frontier)
    own = [mix for one in study.question.arms for mix in study._doses(one)]
    assert [mix.doses for mix in own][:2] == [{"overseas_weight": 1.0}, {"doctoral_stipends": 0.25}]
    cost = pd.DataFrame(
        [(place, "cost", "all", "6-10", 1e9 * each) for place, each in enumerate([0.0, 5, 10, 20, 40, 0.5, 1, 2, 4])],
        columns=["point", "outcome", "group", "window", "effect"],
    )
    lived = type("Lived", (), {"effects": cost})()
    budget, mixes = study._mixes(own, lived)  # type: ignore[arg-type]
    assert budget == 6
    assert [mix.shares for mix in mixes] == [
        {"doctoral_stipends": 1.0},  # the other cannot spend six billion
        {"doctoral_stipends": 0.5, "fellowships_doubled": 0.5},
        {"doctoral_stipends": 0.75, "fellowships_doubled": 0.25},
    ]
    assert mixes[1].doses == {"doctoral_stipends": pytest.approx(0.15), "fellowships_doubled": pytest.approx(1.5)}
    free = study_of(line(["experiment=frontier", "policy=[doctoral_stipends,fellowships_doubled]"]))
    assert isinstance(free, Frontier)
    own = [mix for one in free.question.arms for mix in free._doses(one)]
    lived = type("Lived", (), {"effects": cost[1:].assign(point=range(8))})()
    assert free._mixes(own, lived)[0] == pytest.approx(4)  # type: ignore[arg-type]


@pytest.mark.slow
def test_real_runs_hold_doses_and_mixes_and_are_read_back(tmp_path: Path) -> None:
    larger = [one.replace("scale=0.003", "scale=0.01") for one in SMALL]  # a cost of a few persons is mostly chance
    asked = [*larger, TWO, "budget=4", "frontier.doses=[1,2]", "frontier.shares=[0.5]", f"output={tmp_path}"]
    study = study_of(line(asked))
    study.check()
    stored = carry_out(study, "brain-circulation")
    table = stored.result.table(TABLE)
    assert table["kind"].tolist() == ["dose"] * 4 + ["budget", "budget", "mix"]
    costs = table["cost_effect"].to_numpy() / 1e9
    assert (np.diff(costs[:2]) > 0).all()
    assert costs[4:] == pytest.approx(4, rel=0.25)  # read off straight lines between the doses
    assert table["efficient"].any()
    manifest = json.loads((stored.result.folder / "manifest.json").read_text("utf-8"))
    assert manifest["budget"] == 4
    assert {"doses.parquet", "mixes.parquet", "report.html", "summary.md"} <= set(manifest["files"]) | {"report.html"}
    assert (stored.result.folder / "figures" / "frontier.png").is_file()
    assert carry_out(study_of(line(asked)), "").reused


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["frontier.outcome=return"], "There is no outcome named 'return': did you mean returns"),
        (["frontier.wanted=best"], "frontier.wanted: input should be 'more' or 'less'"),
        (["frontier.doses=[]"], "frontier.doses: tuple should have at least 1 item"),
        (["frontier.shares=[1.5]"], "frontier.shares.0: input should be less than 1"),
        (["policy=[package,overseas_weight]"], "both hold overseas_weight"),
        (["policy=null"], "A frontier takes 1 to 8 policies, not 0"),
        (["against=package"], "A frontier compares with the life without any"),
        (["policy=[foreign_graduate_careers,j_find]"], "set visa.job_search to different values"),
    ],
)
def test_a_wrong_request_is_one_sentence(arguments: list[str], words: str) -> None:
    with pytest.raises(InputError, match=words):
        study_of(line(["experiment=frontier", *arguments])).check()


def test_explaining_says_what_scales_and_what_is_mixed() -> None:
    said = study_of(line(["experiment=frontier", "budget=5"])).explanation()
    assert "overseas_weight: nothing scales: as it is" in said
    assert "fellowships_doubled: scales programmes.overseas_fellowship.places" in said
    assert "shares 0.25, 0.5, 0.75 of budget=5" in said
