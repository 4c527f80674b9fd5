"""What a budget buys: doses of costs whose course is known, and real runs that cost what was asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from experiments import compare, sweep
from experiments.cli.main import study_of
from experiments.errors import InputError
from experiments.report.caution import of_the_budget
from experiments.report.language import Words
from experiments.request.comparison import question
from experiments.request.composition import line
from experiments.request.design import Asked
from experiments.request.dose import LARGEST
from experiments.run import budget
from experiments.run.budget import ROUNDS, Spent
from experiments.run.checkpoint import Checkpoint
from experiments.run.study import carry_out
from tests.experiments.request.test_settings import settings

if TYPE_CHECKING:
    from collections.abc import Callable

SMALL = ["scale=0.005", "replicates=2", "until=2030", "windows=[[2,5]]", "executor=serial"]


def searched(
    cost: Callable[[float], float], wanted: float, monkeypatch: pytest.MonkeyPatch, policy: str = "fellowships_doubled"
) -> tuple[Spent, int]:
    """The dose found where costs are a function of the dose, and how many rounds it took."""
    rounds = []

    def costs(todo: list[tuple[object, float]], *_: object, **__: object) -> list[float]:
        rounds.append(len(todo))
        return [cost(dose) for _, dose in todo]

    monkeypatch.setattr(budget, "_costs", costs)
    asked = settings(f"policy={policy}", f"budget={wanted}", "parameters=point")
    (spent,) = budget.found([Asked(asked, question(asked))], Checkpoint(Path("nowhere")))
    return spent, len(rounds)


def test_a_straight_cost_takes_two_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    spent, rounds = searched(lambda dose: 3.0 * dose, 5.0, monkeypatch)
    assert spent.dose == pytest.approx(5 / 3)
    assert (spent.cost, spent.why, rounds) == (pytest.approx(5.0), "", 2)
    assert spent == Spent.of(json.loads(json.dumps(spent.record())))


@pytest.mark.parametrize("wanted", [0.5, 4.0, 12.0])
def test_a_bent_cost_is_met_to_a_hundredth(wanted: float, monkeypatch: pytest.MonkeyPatch) -> None:
    spent, rounds = searched(lambda dose: 3.0 * dose**0.7 + 0.1, wanted, monkeypatch)
    assert spent.cost == pytest.approx(wanted, rel=0.01)
    assert spent.why == ""
    assert rounds < ROUNDS


def test_what_cannot_be_spent_is_said_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    full, _ = searched(lambda dose: min(dose, 3.1), 5.0, monkeypatch)
    assert (full.cost, full.why) == (pytest.approx(3.1, rel=0.03), "places")
    ended, _ = searched(lambda dose: 2.0 * dose, 5.0, monkeypatch, "return_guarantee")
    assert (ended.dose, ended.why) == (pytest.approx(1, rel=2e-3), "bound")
    assert ended.at == "programmes.overseas_fellowship.guarantee"
    endless, _ = searched(lambda dose: 0.001 * dose, 5.0, monkeypatch)
    assert (endless.dose, endless.why) == (LARGEST, "largest")


def test_a_budget_between_two_steps_of_the_cost_is_told_and_never_taken_at_full_size(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    small, _ = searched(lambda dose: 2.9 * round(dose * 8) / 8, 0.02, monkeypatch)
    assert small.why == "coarse"
    assert 1 / 16 <= small.dose < 3 / 16
    assert small.cost == pytest.approx(2.9 / 8)
    near, _ = searched(lambda dose: 3.0 * round(dose * 8) / 8, 0.3, monkeypatch)
    assert (near.cost, near.why) == (pytest.approx(3 / 8), "coarse")
    asked = settings("policy=fellowships_doubled", "budget=0.02")
    (caution,) = of_the_budget([small], asked, None)
    assert "costs near 0.02 bn /yr at this scale" in caution.said(Words("en"))
    assert "縮尺" in caution.said(Words("ja"))


def test_a_policy_without_a_cost_to_scale_keeps_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    assert searched(lambda _: 2.0, 5.0, monkeypatch)[0].why == "fixed"
    assert searched(lambda dose: 1.0 - dose, 5.0, monkeypatch)[0].why == "saves"
    floor, _ = searched(lambda dose: 7.0 + dose, 5.0, monkeypatch)
    assert (floor.dose, floor.why) == (1.0, "floor")
    spent, rounds = searched(lambda _: 0.0, 5.0, monkeypatch, "overseas_weight")
    assert (spent.dose, spent.why, rounds) == (1.0, "fixed", 0)


@pytest.mark.slow
def test_a_what_if_costs_the_budget_and_is_read_back(tmp_path: Path) -> None:
    asked = [*SMALL, "policy=doctoral_stipends", "budget=5", f"output={tmp_path}"]
    study = study_of(line(asked))
    study.check()
    stored = carry_out(study, "brain-circulation")
    effects = stored.result.effects
    cost = effects[(effects["outcome"] == "cost") & (effects["group"] == "all")]["effect"].iloc[0]
    assert cost == pytest.approx(5e9, rel=0.05)
    (record,) = stored.result.manifest["budget"]
    assert record["dose"] == pytest.approx(0.2, rel=0.2)  # its own size costs some 24 billion
    assert "5 bn JPY/yr" in (stored.result.folder / "summary.md").read_text("utf-8")
    assert "億円" in (stored.result.folder / "report.html").read_text("utf-8")
    again = carry_out(study_of(line(asked)), "")
    assert again.reused
    other = study_of(line([*asked[:-2], "budget=6", asked[-1]]))
    assert other.mark != study.mark


@pytest.mark.slow
def test_python_and_sweeps_take_a_budget() -> None:
    small = {"scale": 0.005, "replicates": 2, "until": 2030, "windows": [[2, 5]], "progress": False}
    answer = compare("overseas_weight", budget=5, executor="serial", **small)
    assert "taken at its own size, not at 5 bn JPY/yr" in repr(answer)
    found = sweep({"hiring.overseas_weight": [0.0, 1.0]}, "doctoral_stipends", budget=5, executor="serial", **small)
    doses = dict(zip(found.points["point"], found.points["dose"], strict=True))
    assert doses[0] == pytest.approx(0.2, rel=0.2)
    costs = found.effects[(found.effects["outcome"] == "cost") & (found.effects["group"] == "all")]["effect"]
    assert costs.to_numpy() == pytest.approx(5e9, rel=0.05)
    assert " Doctoral stipends" in repr(found) or "overseas weight" in repr(found)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["budget=0"], "budget: input should be greater than 0"),
        (["budget=-3"], "budget: input should be greater than 0"),
        (["budget=much"], "budget: a number is needed, not 'much'"),
        (["experiment=factorial", "budget=5"], "A factorial takes policies at their own sizes"),
    ],
)
def test_a_wrong_budget_is_one_sentence(arguments: list[str], words: str) -> None:
    with pytest.raises(InputError, match=words):
        study_of(line(arguments))
