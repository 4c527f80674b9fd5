"""The benchmark prints both engines and their ratio; how fast they are is never asserted."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from experiments import benchmark
from experiments.request.build import Build

COMMAND = [sys.executable, "-W", "error", "-m", "experiments", "experiment=benchmark"]


def command(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    clone = str(Path(__file__).parents[2])
    path = os.pathsep.join(filter(None, (clone, os.environ.get("PYTHONPATH"))))
    return subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        timeout=300,
        env=os.environ | {"PYTHONPATH": path},
    )


def test_the_command_prints_both_engines_and_their_ratio(tmp_path: Path) -> None:
    done = command("scale=0.005", "benchmark.years=1", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "this model" in done.stdout
    assert "plain Mesa agents" in done.stdout
    for label in ("Nanoseconds per person-year", "Random gather", "A year, in such gathers", "Start-up", "Peak memory"):
        assert re.search(rf"{label}\D*[\d,.]+\s+[\d,.]+", done.stdout), label
    assert re.search(r"Ratio .*: \d+ \(bar: at least 80\)", done.stdout)
    said = r"A year with 20 policies in force, over one without: \d\.\d\d \(bar: at most 1\.30\)"
    assert re.search(said, done.stdout)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("argument", "words"),
    [
        ("benchmark.years=0", "benchmark.years: input should be greater than or equal to 1"),
        ("benchmark.policies=[no_such_policy]", "no_such_policy"),
        ("benchmark.years=400", "benchmark.years: the world has data for at most"),
        ("benchmark.full=maybe", "benchmark.full: "),
        ("scale=0", "scale: input should be greater than 0"),
    ],
)
def test_a_wrong_request_is_one_sentence(argument: str, words: str, tmp_path: Path) -> None:
    done = command(argument, cwd=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


def test_lives_with_and_without_policies_are_timed_in_turn() -> None:
    from experiments.request.policies import with_included

    task = benchmark.Timing("this model", Build(None, (), 0.005), 1, 1)
    ratio = benchmark.loaded(task, with_included("package"))
    assert 0.2 < ratio < 20


def test_each_engine_is_measured_with_the_same_people() -> None:
    task = benchmark.Timing("this model", Build(None, (), 0.005), 1, 1)
    fast = benchmark.measure(task)
    plain = benchmark.measure(benchmark.Timing("plain Mesa agents", *(task.build, task.seed, task.years)))
    assert fast.people == plain.people
    assert min(fast.cost, plain.cost, fast.peak_megabytes, plain.peak_megabytes, plain.start_up) > 0
