"""The command as it is typed: one sentence and an exit code for what cannot be done, never a traceback."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-W", "error", "-m", "experiments.cli"]
SMALL = ["scale=0.005", "until=2027", "policy=overseas_weight"]


def command(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=False, cwd=cwd, timeout=300)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["policy=oversea_weight"], "did you mean overseas_weight"),
        (["policy=[baseline,zzz]"], "There is no policy named 'zzz': known: "),
        (["scale=0"], "scale: input should be greater than 0"),
        (["scal=0.1"], "Could not override 'scal'"),
        (["world=atlantis"], "atlantis"),
        (["policy=[overseas_weight"], "The command line cannot be used: no viable alternative"),
        (["until=2020"], "until (2020) must be after"),
        (["fork=1990", "policy=baseline"], "fork and until: Japan has data for "),
        (["fork=2030", "policy=overseas_weight"], "starts in 2026, which is history"),
        (["outcomes.table={Mobility: [departure]}"], "no outcome named 'departure': did you mean departures"),
        (["world.data=nowhere", "policy=baseline"], "nowhere"),
        (["+parameters.overrides.betta=1", "policy=baseline"], "betta"),
        (["output=taken", "policy=baseline"], "Results cannot be written to 'taken'"),
    ],
)
def test_a_wrong_request_is_one_sentence_and_exit_code_2(arguments: list[str], words: str, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    done = command(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir() if path.name not in {"taken", "results"}] == []


def test_help_names_the_settings(tmp_path: Path) -> None:
    done = command("--help", cwd=tmp_path)
    assert done.returncode == 0
    assert "replicates: 20" in done.stdout


def test_a_what_if_prints_its_table_writes_its_files_and_is_read_back(tmp_path: Path) -> None:
    first = command(*SMALL, "replicates=2", "workers=2", cwd=tmp_path)
    assert first.returncode == 0, first.stderr
    assert "Written to" in first.stdout
    assert "Overseas experience weighted in hiring" in first.stdout
    assert "scale 1:200, 2 paired replicates, seed 1" in first.stdout
    (folder,) = (tmp_path / "results").iterdir()
    assert folder.name.startswith("whatif-")
    assert {path.name for path in folder.iterdir()} == {"outcomes.parquet", "effects.csv", "manifest.json", "figures"}
    assert json.loads((folder / "manifest.json").read_text())["config"]["scale"] == 0.005

    again = command(*SMALL, "replicates=2", "workers=1", cwd=tmp_path)
    assert again.stdout == first.stdout.replace("Written to", "Read back from")


def test_interrupting_leaves_nothing_behind(tmp_path: Path) -> None:
    line = [*COMMAND, *SMALL, "replicates=1000"]
    with subprocess.Popen(line, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=tmp_path) as running:
        assert running.stderr is not None
        running.stderr.read(1)  # the progress bar has begun
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=60)
    assert running.returncode == 130
    assert said.endswith("Stopped; nothing half-finished was kept.\n")
    assert "Traceback" not in said
    assert list((tmp_path / "results").iterdir()) == []
