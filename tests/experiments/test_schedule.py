"""The command that prints the schedule of a year."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sim.schedule import SCHEDULE

ROOT = Path(__file__).parents[2]


def command(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "experiments", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        timeout=300,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )


def test_every_phase_stands_in_order_with_what_it_does_and_its_time(tmp_path: Path) -> None:
    done = command("schedule", "scale=0.005", "schedule.years=2", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    lines = [line.split("  ") for line in done.stdout.splitlines() if line.startswith("  ")]
    told = {cells[1].strip(): (cells, line) for cells in lines if len(cells) > 1 for line in ["  ".join(cells)]}
    names = [name for name in told if name in {phase.name for phase in SCHEDULE}]
    assert names == [phase.name for phase in SCHEDULE]
    for phase in SCHEDULE:
        assert re.search(rf"{re.escape(phase.does)}\s+[\d,]+", told[phase.name][1]), phase.name
    assert "1:200" in done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("argument", "words"),
    [("schedule.years=400", "schedule.years: the world has data for at most"), ("scale=0", "scale: input should be")],
)
def test_a_wrong_request_is_one_sentence(argument: str, words: str, tmp_path: Path) -> None:
    done = command("schedule", argument, cwd=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
