"""The command as it is typed: one sentence and an exit code for what cannot be done, never a traceback."""

import errno
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from experiments.cli import main
from experiments.request import policies
from experiments.request.composition import SETTINGS
from sim.world.country import Country
from tests.experiments.cli.test_command_lines import arguments

HALTING = Path(__file__).parents[1] / "halting.py"
COMMAND = [sys.executable, "-W", "error", "-m", "experiments"]
FULL = Path("/dev/full")
NO_LANGUAGE = os.environ | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
SMALL = ["scale=0.005", "until=2027", "policy=overseas_weight"]


def command(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=False, cwd=cwd, timeout=300)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["policy=oversea_weight"], "did you mean overseas_weight"),
        (["policy=[baseline,zzz]"], "There is no policy named 'zzz': known: "),
        (["scale=0"], "scale: input should be greater than 0"),
        (["scal=0.1"], "There is no setting named 'scal': did you mean scale"),
        (["experiment=calibrate", "calibrate.set=9"], "no setting named 'calibrate.set': did you mean calibrate.sets"),
        (["country=japn"], "There is no country named 'japn': did you mean japan?"),
        ([f"policy={'z' * 300}"], "There is no policy named 'zzz"),
        (["-m", "policy=" + ",".join(f"nowhere_{n}" for n in range(30))], "There is no policy named 'nowhere_0'"),
        (["world=japan"], "world= does not choose the country: write country=japan"),
        (["world.data=damaged"], "world has no settings of its own: give it as world=VALUE"),
        (["world=weak_jen"], "There is no world named 'weak_jen': did you mean weak_yen"),
        (["world=package"], "package is a policy, which holds on one side alone: ask for it as policy=package"),
        (["world=weak_yen", "policy=weak_yen"], "weak_yen holds on both sides already (world=): leave it out"),
        (["policy=./nowhere.yaml"], "the file nowhere.yaml cannot be read: No such file or directory"),
        (["library=./nowhere"], "there is no folder"),
        (["experiment=calibate"], "There is no experiment named 'calibate': did you mean calibrate"),
        (["hydra/launcher=cluster"], "There is no hydra/launcher named 'cluster': known: basic, "),
        (["executor=proceses"], "There is no executor named 'proceses': did you mean processes?"),
        (["policy=[overseas_weight"], "policy=[overseas_weight: a list ends with ]."),
        (["until=2020"], "until (2020) must be after"),
        (["fork=1990", "policy=package"], "fork and until: Japan has data for "),
        (["fork=2010", "until=2020", "policy=overseas_weight"], "starts in 2026, after the last year of this run"),
        (["outcomes.table={Mobility: [departure]}"], "no outcome named 'departure': did you mean departures"),
        (["outcomes.table=[departures]"], "outcomes.table is a group of settings: set one of them"),
        (["outcomes.table.Mobility={a:1}"], "is a list: give it as outcomes.table.Mobility=[A,B]."),
        (["country=./nowhere", "policy=package"], "nowhere"),
        (["+parameters.overrides.betta=1", "policy=package"], "betta"),
        (["output=taken", "policy=package"], "Results cannot be written to 'taken'"),
        (["policy=overseas_weight,package"], "several at once are policy=[overseas_weight,package]"),
        (["policy=package", "against=package"], "there is nothing to compare"),
        (
            ["levers.hiring.oversea_weight=1"],
            "no lever named 'hiring.oversea_weight': did you mean hiring.overseas_weight",
        ),
        (["levers.hiring.overseas_weight=9"], "outside -0.5 to 2"),
        (["--multi"], "There is no option named '--multi': did you mean --multirun"),
        (["executor=dask"], "needs executor.address=tcp://HOST:PORT"),
        (["windows=[[5,1]]", "policy=package"], "windows: [5, 1] ends before it begins"),
        (["parameters.ensemble=nowhere.csv", "policy=package"], "The data file nowhere.csv is missing"),
        (["parameters.ensemble=damaged/parameters.csv", "policy=package"], "must have the columns member, weight"),
        (["-m", "policy=package"], "there is none"),
        (["-m", "replicates=1,2", "policy=package"], "replicates cannot take several values"),
        (["-m", "scale=0.01,0.02"], "A sweep compares one arm a point"),
        (["country=./damaged", "policy=package"], "drivers.csv"),
    ],
)
def test_a_wrong_request_is_one_sentence_and_exit_code_2(arguments: list[str], words: str, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    shutil.copytree(str(Country.load().root), tmp_path / "damaged")
    whole = (tmp_path / "damaged" / "drivers.csv").read_text()
    (tmp_path / "damaged" / "drivers.csv").write_text(whole[: len(whole) // 2])
    done = command(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir() if path.name not in {"taken", "damaged", "results"}] == []


def test_help_names_the_tool_its_settings_and_their_choices(tmp_path: Path) -> None:
    done = command("--help", cwd=tmp_path)
    assert done.returncode == 0
    assert "cli" not in done.stdout.split()
    examples = [line for line in done.stdout.splitlines() if line.startswith("brain-circulation ")][1:]
    assert len(examples) == 2
    for line in examples:
        explained = command(*dict.fromkeys([*shlex.split(line)[1:], "explain=true"]), cwd=tmp_path)
        assert explained.returncode == 0, explained.stderr
    defaults = yaml.safe_load((SETTINGS / "config.yaml").read_text())
    for name in ("scale", "replicates", "seed", "until", "fork", "output"):
        assert f"{name}={defaults[name]}" in done.stdout
    for policy in policies.names():
        assert policy in done.stdout


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (["hydra/launcher=nope"], "There is no hydra/launcher named 'nope': known: basic, joblib."),
        (["hydra/launcher=joblib", "hydra.launcher.n_jobs=many"], "hydra.launcher.n_jobs=many"),
        (["hydra/launcher=joblib", "hydra.sweeper.jobs=0"], "hydra.sweeper.jobs: a launcher needs a whole number"),
    ],
)
def test_a_wrong_launcher_is_refused_in_one_sentence(line: list[str], words: str, tmp_path: Path) -> None:
    done = command("-m", "levers.hiring.overseas_weight=0,1", *line, cwd=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_what_if_prints_its_table_writes_its_files_and_is_read_back(tmp_path: Path) -> None:
    first = command(*SMALL, "replicates=2", "workers=2", cwd=tmp_path)
    assert first.returncode == 0, first.stderr
    assert "Written to" in first.stdout
    assert "Overseas experience weighted in hiring" in first.stdout
    assert "1 person in 200, seed 1. In brackets: middle 95 % of 2 parameter sets." in first.stdout
    (folder,) = (tmp_path / "results").iterdir()
    assert folder.name.startswith("whatif-")
    assert {path.name for path in folder.iterdir()} == {
        "outcomes.parquet",
        "effects.csv",
        "paths.csv",
        "answer.xlsx",
        "report.html",
        "manifest.json",
        "summary.md",
        "figures",
    }
    assert json.loads((folder / "manifest.json").read_text())["config"]["scale"] == 0.005

    again = command(*SMALL, "replicates=2", "workers=1", cwd=tmp_path)
    assert again.stdout == first.stdout.replace("Written to", "Read back from")

    ask = f"import sys; sys.argv[1:] = {[*SMALL, 'replicates=2']}; from experiments.__main__ import main; main()"
    light = [sys.executable, "-c", f"{ask}; print('pandas' in sys.modules)"]
    done = subprocess.run(light, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout == f"{again.stdout}False\n", "what is read back loads no pandas"


def stopped(*arguments: str, at: int, how: signal.Signals, cwd: Path) -> tuple[int, str]:
    """Exit code and words of a command stopped by a signal when all pieces before replicate `at` are there."""
    with subprocess.Popen(
        [*COMMAND[:-2], str(HALTING), *arguments],
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, cwd=cwd,
        env={**os.environ, "HALT_AT": str(at), "TMPDIR": str(cwd)},
    ) as running:  # fmt: skip
        assert running.stderr is not None
        begun = running.stderr.read(1)  # the progress bar
        deadline = time.monotonic() + 300
        while len(pieces(cwd)) < at and time.monotonic() < deadline:
            time.sleep(0.02)
        running.send_signal(how)
        _, said = running.communicate(timeout=240)
    return running.returncode, begun + said


def pieces(folder: Path) -> list[Path]:
    return sorted(folder.glob("results/.*pieces/**/*.parquet"))


@pytest.mark.usefixtures("hears_ctrl_c")
def test_interrupting_leaves_nothing_behind(tmp_path: Path) -> None:
    code, said = stopped(*SMALL, "replicates=1000", at=0, how=signal.SIGINT, cwd=tmp_path)
    assert code == 130
    assert said.endswith("Stopped; 0 of 1000 pieces are kept, and the same command goes on from there.\n")
    assert "Traceback" not in said
    assert list((tmp_path / "results").iterdir()) == []


WHAT_IF = [*SMALL, "replicates=8", "workers=2"]
BUDGET = ["policy=doctoral_stipends", "budget=5", *SMALL[:2], *WHAT_IF[-2:]]  # stopped while a dose is tried
FACTORIAL = ["experiment=factorial", "policy=[package,research_managers]", *SMALL[:2], *WHAT_IF[-2:]]
JOBLIB = ["hydra/launcher=joblib", "hydra.launcher.n_jobs=2"]
SWEEP = ["-m", "levers.hiring.overseas_weight=0,0.5,1", "policy=baseline,package", *SMALL[:2], *WHAT_IF[-2:]]


@pytest.mark.usefixtures("hears_ctrl_c")
@pytest.mark.parametrize(
    ("line", "how", "then"),
    [
        pytest.param(WHAT_IF, signal.SIGKILL, [], id="what-if-killed"),
        pytest.param(WHAT_IF, signal.SIGINT, [], id="what-if-stopped"),
        pytest.param(WHAT_IF, signal.SIGTERM, [], id="what-if-ended"),
        pytest.param(WHAT_IF, signal.SIGHUP, [], id="what-if-hung-up"),
        pytest.param(BUDGET, signal.SIGINT, [], id="budget-stopped"),
        pytest.param(FACTORIAL, signal.SIGINT, [], id="factorial-stopped"),
        pytest.param(SWEEP, signal.SIGKILL, [], id="sweep-killed"),
        pytest.param(SWEEP, signal.SIGINT, [], id="sweep-stopped"),
        pytest.param(SWEEP, signal.SIGKILL, JOBLIB, id="sweep-killed-then-joblib"),
    ],
)
def test_what_was_stopped_goes_on_to_the_same_bytes(
    line: list[str], how: signal.Signals, then: list[str], tmp_path: Path, undisturbed: Callable[[list[str]], Path]
) -> None:
    code, said = stopped(*line, at=4, how=how, cwd=tmp_path)
    kept = {path: path.read_bytes() for path in pieces(tmp_path)}
    assert code == (-signal.SIGKILL if how is signal.SIGKILL else 130), said
    assert len(kept) == 4, said
    if how is not signal.SIGKILL:
        assert said.endswith("Stopped; 4 of 8 pieces are kept, and the same command goes on from there.\n")
    again = command(*line, *then, cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert "4/8" in again.stderr  # the bar begins where the first try ended
    (results,) = tmp_path.iterdir()  # no passing files
    (folder,) = results.iterdir()
    for name in ("outcomes.parquet", "effects.csv"):
        assert (folder / name).read_bytes() == (undisturbed(line) / name).read_bytes()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[list[str]], Path]:
    """The result of the same line in one go, on another executor."""

    @cache
    def result(*line: str) -> Path:
        where = tmp_path_factory.mktemp("whole")
        done = command(*line, "executor=serial", cwd=where)
        assert done.returncode == 0, done.stderr
        (folder,) = (where / "results").iterdir()
        return folder

    return lambda line: result(*line)


@pytest.mark.parametrize("launcher", [[], JOBLIB], ids=["executor", "launcher"])
def test_a_failed_point_is_a_row_and_the_exit_code_says_so(launcher: list[str], tmp_path: Path) -> None:
    line = ["-m", "levers.hiring.overseas_weight=0.5,7", *SMALL[:2], "replicates=2", "executor=serial", *launcher]
    for _ in range(2):  # computed, then read back
        done = command(*line, cwd=tmp_path)
        assert done.returncode == 1
        assert "1 of 2 points failed; their reasons are in the table above and points.csv.\n" in done.stderr
        assert "outside -0.5 to 2" in " ".join(done.stdout.split())
    (results,) = tmp_path.iterdir()  # Hydra's launchers write nothing of their own
    (folder,) = results.iterdir()
    assert pd.read_csv(folder / "points.csv")["status"].tolist() == ["done", "failed"]


def test_explaining_prints_and_computes_nothing(tmp_path: Path) -> None:
    one = command("policy=package", "levers.hiring.overseas_weight=1", "explain=true", cwd=tmp_path)
    assert one.returncode == 0, one.stderr
    assert "set to 1; 2026: 0.5 -> 1; 2045: 0.5 -> 1" in one.stdout
    many = command("-m", "policy=package", "levers.hiring.overseas_weight=0,1", "explain=true", cwd=tmp_path)
    assert many.returncode == 0, many.stderr
    assert "A sweep of 2 points over levers.hiring.overseas_weight" in many.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("encoding", "language", "code"),
    [("cp932", "en", 0), ("cp932", "ja", 0), ("cp437", "en", 0), ("ascii", "en", 0), ("latin-1", "ja", 2)],
)
def test_an_output_in_another_encoding_is_served_or_refused_in_a_sentence(
    encoding: str, language: str, code: int, tmp_path: Path
) -> None:
    asked = [*COMMAND, "policy=overseas_weight", "explain=true", f"language={language}"]
    environment = os.environ | {"PYTHONIOENCODING": encoding}
    done = subprocess.run(asked, capture_output=True, env=environment, check=False, cwd=tmp_path, timeout=300)
    assert done.returncode == code, done.stderr
    assert ("hiring.overseas_weight" in done.stdout.decode(encoding)) == (code == 0)
    assert len(done.stderr.splitlines()) == (code == 2)


@pytest.mark.parametrize("asked", [["policy=overseas_weight", "explain=true"], ["list", "rows", "ASEAN"]])
def test_a_system_without_a_language_is_served(asked: list[str], tmp_path: Path) -> None:
    done = subprocess.run(
        [*COMMAND, *asked], capture_output=True, env=NO_LANGUAGE, check=False, cwd=tmp_path, timeout=300
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert asked[0] == "list" or b"hiring.overseas_weight" in done.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="arguments may be read in another encoding elsewhere")
def test_a_name_that_no_file_can_hold_is_refused_before_anything_is_run(tmp_path: Path) -> None:
    asked = [*COMMAND, *SMALL, "output=./日本"]
    done = subprocess.run(asked, capture_output=True, env=NO_LANGUAGE, check=False, cwd=tmp_path, timeout=300)
    assert done.returncode == 2
    assert b"set PYTHONUTF8=1" in done.stderr
    assert done.stderr.count(b"\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not FULL.exists(), reason="there is no device that is full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("asked", [["policy=package", "explain=true"], ["list", "rows"], ["--version"], ["--help"]])
def test_a_full_standard_output_is_one_sentence(asked: list[str], unbuffered: str, tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONUNBUFFERED": unbuffered}
    with FULL.open("wb") as full:
        done = subprocess.run(
            [*COMMAND, *asked], stdout=full, stderr=subprocess.PIPE, text=True, env=environment, check=False,
            cwd=tmp_path, timeout=300,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == (
        "What is printed could not be written to standard output (No space left on device): send it elsewhere.\n"
    )


def test_no_dask_scheduler_is_one_sentence(tmp_path: Path) -> None:
    done = command(*SMALL, "executor=dask", "executor.address=tcp://127.0.0.1:1", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("No Dask scheduler answers at tcp://127.0.0.1:1")
    assert done.stderr.count("\n") == 1
    assert list((tmp_path / "results").iterdir()) == []


def test_the_command_starts_fast(tmp_path: Path) -> None:
    """The bar is 2.5 s on a quiet machine; a test shares its cores, so this only catches a heavy import creeping in."""
    done = subprocess.run(
        [sys.executable, "-c", "import experiments.cli.main, sys; print(*sys.modules)"],
        capture_output=True, text=True, check=True, cwd=tmp_path,
    )  # fmt: skip
    assert {"pandas", "mesa", "seaborn", "matplotlib", "distributed"}.isdisjoint(done.stdout.split())


def test_ctrl_c_while_the_command_is_imported_is_one_sentence(tmp_path: Path) -> None:
    stopping = """
import sys
class Stopping:
    def find_spec(self, name, path, target=None):
        if name == "experiments.cli.main":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Stopping())
from experiments.__main__ import main
main()
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", stopping], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert (done.returncode, done.stderr) == (130, "Stopped before anything was run.\n")


def test_a_full_disk_is_one_sentence_and_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(_: pd.DataFrame, path: Path) -> None:
        path.write_bytes(b"PAR1")
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr("experiments.run.store.write_table", full)
    monkeypatch.setattr(sys, "path", list(sys.path))
    line = ["policy=overseas_weight", "scale=0.003", "until=2026", "replicates=2", f"output={tmp_path}/results"]
    monkeypatch.setattr(sys, "argv", ["brain-circulation", *line])
    with pytest.raises(SystemExit) as end:
        main.main()
    assert end.value.code == 1
    *_, said = capsys.readouterr().err.strip().splitlines()
    assert said.startswith("No space left on device: ")
    assert list((tmp_path / "results").iterdir()) == [pieces(tmp_path)[0].parent]


@settings(max_examples=5, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(line=st.lists(arguments, min_size=1, max_size=3))
def test_a_random_line_at_the_real_command_is_one_sentence(line: list[str], tmp_path: Path) -> None:
    printable = ["".join(letter for letter in argument if letter.isprintable()) for argument in line]
    done = command(*printable, "scale=-1", cwd=tmp_path)  # so that none begins to compute
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr
