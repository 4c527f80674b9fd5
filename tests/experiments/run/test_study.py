"""One template for every experiment: two equal commands at once, and one that is killed, all end with the whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pandas as pd
import pytest

if TYPE_CHECKING:
    from pathlib import Path

COMMAND = [sys.executable, "-W", "error", "-m", "experiments"]
WHAT_IF = ["policy=overseas_weight", "scale=0.005", "until=2027", "replicates=6", "executor=serial"]
SWEEP = ["-m", "levers.hiring.overseas_weight=0,1", *WHAT_IF[1:]]


def begun(line: list[str], folder: Path, temporary: Path | None = None) -> subprocess.Popen[str]:
    """The command, in a session of its own; whoever asks for it ends it. temporary: its folder for passing files."""
    return subprocess.Popen(
        [*COMMAND, *line],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env={**os.environ, **({"TMPDIR": str(temporary)} if temporary else {})},
        start_new_session=True,
    )


def wait_for_pieces(folder: Path, number: int) -> None:
    deadline = time.monotonic() + 120
    while len(list(folder.glob("results/.*pieces/*.parquet"))) < number and time.monotonic() < deadline:
        time.sleep(0.02)


@pytest.mark.parametrize("line", [WHAT_IF, SWEEP], ids=["what-if", "sweep"])
def test_two_equal_commands_at_once_both_end_with_the_whole_result(line: list[str], tmp_path: Path) -> None:
    first = begun(line, tmp_path)
    wait_for_pieces(tmp_path, 1)
    second = begun(line, tmp_path)
    said = [running.communicate(timeout=240) for running in (first, second)]
    assert [first.returncode, second.returncode] == [0, 0], said
    (folder,) = (tmp_path / "results").iterdir()
    assert pd.read_parquet(folder / "outcomes.parquet")["replicate"].nunique() == 6
    assert "Written to" in said[0][0]
    assert said[1][0] == said[0][0].replace("Written to", "Read back from")
    assert "The same command is running already: waiting for its result." in said[1][1]


def test_a_command_that_waits_goes_on_where_a_killed_one_stopped(tmp_path: Path) -> None:
    first = begun(WHAT_IF, tmp_path)
    wait_for_pieces(tmp_path, 2)
    second = begun(WHAT_IF, tmp_path)
    assert second.stderr is not None
    waits = second.stderr.readline()
    os.kill(first.pid, signal.SIGKILL)
    first.communicate(timeout=60)
    out, err = second.communicate(timeout=240)
    assert "waiting for its result" in waits
    assert second.returncode == 0, err
    assert "Written to" in out
    assert "0/6" not in err  # the bar began where the first one was killed
    (folder,) = (tmp_path / "results").iterdir()
    assert pd.read_parquet(folder / "outcomes.parquet")["replicate"].nunique() == 6


def test_pieces_removed_in_mid_run_are_made_again(tmp_path: Path) -> None:
    running = begun(WHAT_IF, tmp_path)
    wait_for_pieces(tmp_path, 2)
    for piece in sorted(tmp_path.glob("results/.*pieces/*.parquet"))[:2]:
        piece.unlink()
    out, err = running.communicate(timeout=240)
    assert running.returncode == 0, err
    assert "Finished pieces vanished" in err
    assert "what would change" in out
    (folder,) = (tmp_path / "results").iterdir()
    assert pd.read_parquet(folder / "outcomes.parquet")["replicate"].nunique() == 6


def test_a_closed_terminal_does_not_end_what_runs_under_nohup(tmp_path: Path) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does; the command inherits it
    running = begun(WHAT_IF, tmp_path)
    signal.signal(signal.SIGHUP, before)
    wait_for_pieces(tmp_path, 1)
    os.killpg(running.pid, signal.SIGHUP)
    out, err = running.communicate(timeout=240)
    assert running.returncode == 0, err
    assert "Written to" in out
