"""`experiment=quasi` as it is typed: it runs, keeps its result, reads it back, and refuses in one sentence."""

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from experiments.replication.table import SCHEMA

COMMAND = [sys.executable, "-W", "error", "-m", "experiments", "experiment=quasi", "executor=serial"]
SMALL = ["scale=0.05", "replicates=1", "quasi.experiments=[Q1,Q5]"]


def command(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=False, cwd=cwd, timeout=300)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    where = tmp_path_factory.mktemp("quasi")
    first = command(*SMALL, cwd=where)
    assert first.returncode == 0, first.stderr
    return where, first.stdout


def test_the_result_is_a_folder_with_table_figure_page_and_manifest(done: tuple[Path, str]) -> None:
    where, said = done
    (folder,) = (where / "results").iterdir()
    assert folder.name.startswith("quasi-")
    assert {path.name for path in folder.iterdir()} == {"quasi.csv", "figures", "summary.md", "manifest.json"}
    assert (folder / "figures" / "quasi.png").stat().st_size > 10_000
    table = SCHEMA.validate(pd.read_csv(folder / "quasi.csv", dtype={"expected_sign": str}))
    assert set(table["experiment"]) == {"Q1", "Q5"}
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["command"] == "brain-circulation experiment=quasi executor=serial " + " ".join(
        f"'{argument}'" if "[" in argument else argument for argument in SMALL
    )
    assert {"seed", "scale", "replicates", "data", "targets", "code", "wall_seconds"} <= set(manifest)
    assert "abroad year 1" in said
    assert "of 2 experiments" in said
    assert manifest["command"] in (folder / "summary.md").read_text()


def test_the_same_request_is_read_back(done: tuple[Path, str]) -> None:
    where, said = done
    again = command(*SMALL, cwd=where)
    assert again.returncode == 0, again.stderr
    assert "Read back from" in again.stdout
    table = [line for line in said.splitlines() if "Written" not in line]
    assert [line for line in again.stdout.splitlines() if "Read back" not in line] == table


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["quasi.experiments=[Q1,Q6]"], "There is no quasi-experiment named 'Q6': did you mean"),
        (["quasi.experiments=3"], "quasi.experiments: input should be a valid tuple"),
        (["scale=2"], "scale: input should be less than or equal to 1"),
        (["+quasi.bandwidth=1"], "There is no setting named 'quasi.bandwidth': did you mean quasi.experiments?"),
    ],
)
def test_a_wrong_request_is_one_sentence(arguments: list[str], words: str, tmp_path: Path) -> None:
    refused = command(*arguments, cwd=tmp_path)
    assert refused.returncode == 2, refused.stderr
    assert words in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_explaining_runs_nothing(tmp_path: Path) -> None:
    told = command("explain=true", cwd=tmp_path)
    assert told.returncode == 0, told.stderr
    assert "Q9 Visits, stays abroad and promotion" in told.stdout
    assert list(tmp_path.iterdir()) == []
