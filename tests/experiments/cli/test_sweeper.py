"""A sweep at the command: a point that is asked for twice is refused, however it is spelt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from experiments.request.composition import CONFIGS
from experiments.run.sweep import Sweep
from tests.experiments.cli.test_command_lines import begin, run

if TYPE_CHECKING:
    from pathlib import Path

FILE = CONFIGS / "policy" / "overseas_weight.yaml"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("policy=package budget=5,5.0", "budget takes the value 5.0 twice, once as 5; keep one."),
        ("policy=package budget=5,6,5", "budget takes the value 5 twice; keep one."),
        (
            "policy=[overseas_weight],overseas_weight",
            "policy takes the value overseas_weight twice, once as [overseas_weight]; keep one.",
        ),
        (f"policy=overseas_weight,{FILE}", f"policy=overseas_weight and policy={FILE} ask for the same: keep one."),
        ("policy=package world=[weak_yen],weak_yen", "world takes the value weak_yen twice, once as [weak_yen]; keep"),
        ("policy=package world=baseline,null", "world=baseline and world=null ask for the same: keep one."),
        (
            "levers.hiring.overseas_weight=0.5 levers_from=2026,null",
            "levers_from=2026 and levers_from=null ask for the same: keep one.",
        ),
    ],
)
def test_a_point_is_asked_for_once(
    line: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["-m", *line.split(), "parameters=point"], tmp_path, monkeypatch) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    "line",
    [
        "policy=package,[package,return_guarantee],baseline",
        "policy=package world=baseline,weak_yen",
        "policy=package,overseas_weight against=package",
        "levers.hiring.overseas_weight=0.5,0.75 levers_from=2027,2028",
    ],
)
def test_points_that_differ_are_computed(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Sweep, "compute", begin)
    assert run(["-m", *line.split(), "parameters=point", "until=2035"], tmp_path, monkeypatch) == "computing"
