"""Random command lines: each is run, or refused in one sentence; none ends in a traceback.

A thousand of them in continuous integration (`CI` set), a quarter of that elsewhere.
"""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from experiments.cli import main
from experiments.request.policies import names
from experiments.run.sweep import Sweep
from experiments.run.whatif import WhatIf

LEVERS = ("hiring.overseas_weight", "programmes.overseas_fellowship.places", "information.pessimism")
NAMES = [*names(), "baseline"]


class Computing(BaseException):
    """The request was accepted: here the model would begin."""


def begin(*_: object, **__: object) -> None:
    raise Computing


@pytest.fixture(autouse=True)
def no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WhatIf, "compute", begin)
    monkeypatch.setattr(Sweep, "compute", begin)


def one_in(options: list[str]) -> st.SearchStrategy[str]:
    return st.sampled_from(options)


numbers = st.one_of(
    one_in(
        [
            "0",
            "1",
            "0.5",
            "-1",
            "1e9",
            "nan",
            "inf",
            "-inf",
            "1e400",
            "0x10",
            "1_000",
            "",
            "null",
            "true",
            "1,2",
            "[1,2]",
        ]
    ),
    st.integers(-(10**30), 10**30).map(str),
    st.floats(-2, 3).map(lambda value: f"{value:.3g}"),
)
years = st.one_of(st.integers(1990, 2060).map(str), numbers)
noise = st.text(max_size=12)
policies = st.one_of(
    one_in(NAMES),
    st.lists(one_in(NAMES), max_size=3).map(lambda chosen: f"[{','.join(chosen)}]"),
    st.lists(one_in(NAMES), max_size=3).map(",".join),
    one_in(["oversea_weight", "[", "{a: 1}", "null", "[[package]]", "???", "${seed}", "${nothing}", "3"]),
    noise,
)
arguments = st.one_of(
    st.builds("policy={}".format, policies),
    st.builds("against={}".format, policies),
    st.builds("levers.{}={}".format, one_in([*LEVERS, "hiring", "hiring.oversea_weight", "a.b.c", ""]), numbers),
    st.builds("parameters.overrides.{}={}".format, one_in(["beta", "betta", "beta.x", ""]), numbers),
    st.builds("{}={}".format, one_in(["scale", "replicates", "sets", "seed", "workers", "levers", "windows"]), numbers),
    st.builds("{}={}".format, one_in(["until", "fork", "levers_from"]), years),
    st.builds("name={}".format, one_in(["mine", "../away", "", "a b"])),
    one_in(
        [
            "country=japan",
            "country=atlantis",
            "country=./nowhere",
            "country=",
            "world=japan",
            "experiment=whatif",
            "experiment=zzz",
        ]
    ),
    one_in(
        ["executor=serial", "executor=dask", "executor=threads", "executor.address=tcp://nobody:1", "executor.kind=x"]
    ),
    one_in(["hydra/launcher=joblib", "hydra/launcher=cluster", "hydra.launcher.n_jobs=x", "hydra.sweeper.jobs=0"]),
    one_in(["parameters=point", "parameters=ensemble", "parameters=default", "parameters.ensemble=null"]),
    st.builds("parameters.ensemble={}".format, st.one_of(noise, one_in(["shipped", "nowhere.csv", "3", "[a]"]))),
    one_in(["explain=true", "explain=maybe", "outcomes.table={}", "outcomes.table={T: [departure]}", "outcomes=none"]),
    one_in(["-m", "--multirun", "--nonsense", "-x", "+policy=a", "~seed", "~levers", "++new=1", "+new.key=[1", "seed"]),
    st.builds("{}={}".format, noise, noise),
    noise,
)


@pytest.mark.parametrize(
    "begins", [[], ["-m"], ["-m", "levers.hiring.overseas_weight=0,1"], ["policy=package", "explain=true"]]
)
@settings(
    max_examples=250 if os.environ.get("CI") else 60,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_a_random_command_line_is_run_or_refused_in_one_sentence(
    begins: list[str],
    data: st.DataObject,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    line = data.draw(st.lists(arguments, max_size=5), label="line")
    outcome = run([*begins, *line, f"output={tmp_path}/results"], tmp_path, monkeypatch)
    said = capsys.readouterr()
    assert outcome in {"computing", 0, 2}, said.err
    assert "Traceback" not in said.err
    assert "A fault of this program" not in said.err
    if outcome == 2:
        assert said.err.count("\n") == 1, said.err
        assert said.err.strip()
    assert {path.name for path in tmp_path.iterdir()} <= {"results"}


def run(line: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """What the command ends in: an exit code, or the beginning of a computation."""
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "argv", ["brain-circulation", *line])
    monkeypatch.setattr(sys, "path", list(sys.path))
    try:
        main.main()
    except Computing:
        return "computing"
    except SystemExit as end:
        return end.code if end.code is not None else 0
    return 0


@pytest.mark.parametrize(
    "line",
    [
        [],
        ["policy=[package,return_guarantee]", "against=overseas_weight"],
        ["levers.hiring.overseas_weight=0.7", "levers_from=2030", "until=2040"],
        ["-m", "levers.hiring.overseas_weight=0,1", "policy=baseline,package"],
        ["-m", "parameters.overrides.beta=1.5,2", "policy=package"],
        ["-m", "parameters=point,ensemble", "policy=package"],
        ["-m", "policy=package,baseline", "hydra/launcher=joblib", "hydra.launcher.n_jobs=2", "hydra.sweeper.jobs=4"],
        ["parameters=point", "replicates=3"],
        ["replicates=3", "sets=2"],
    ],
)
def test_a_good_line_begins_to_compute(line: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run([*line, f"output={tmp_path}/results"], tmp_path, monkeypatch) == "computing"
