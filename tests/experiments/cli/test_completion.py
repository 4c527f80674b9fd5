"""Completion in a real bash: names are offered as they are, nothing is printed besides, nothing on the line is run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from experiments.cli.completion import printed
from experiments.errors import InputError

BASH = shutil.which("bash")
HOUSE = Path(__file__).parents[3]
PRESS_TAB = r"""
eval "$("$PYTHON" -P -m experiments completion bash)"
COMP_LINE=$LINE COMP_POINT=${#LINE}
rest=${LINE##*[= ]}
_brain_circulation brain-circulation "$rest"
printf '%s\n' "${COMPREPLY[@]}"
complete -p brain-circulation >&2
"""


def becomes(*words: str) -> list[str]:
    return list(printed(["of", *words]))


@pytest.mark.parametrize(
    ("words", "some", "other"),
    [
        (["policy=overseas_w"], ["policy=overseas_weight"], "policy=package"),
        (["policy=[package,overseas_w"], ["policy=[package,overseas_weight"], "policy=package"),
        (["-m", "against=weak"], ["against=weak_yen"], "against=package"),
        (["against=base"], ["against=baseline"], "against=package"),
        (["world=weak"], ["world=weak_yen"], "world=package"),
        (["experiment=cal"], ["experiment=calibrate"], "experiment=validate"),
        (["experiment=calibrate", "calibrate.s"], ["calibrate.sets="], "scale="),
        (["explain="], ["explain=true", "explain=false"], "explain="),
        (["table="], ["table=full", "table=screen"], "table="),
        (["levers.hiring."], ["levers.hiring.overseas_weight="], "levers.pay."),
        (["lev"], ["levers.", "levers_from="], "language="),
        (["list", "pol"], ["policies"], "policy="),
        ([""], ["list", "policy=", "experiment=", "levers."], "levers.hiring.overseas_weight="),
        (["scale=0.05", "--v"], ["--version"], "--help"),
    ],
)
def test_a_line_goes_on_with_names_that_there_are(words: list[str], some: list[str], other: str) -> None:
    found = becomes(*words)
    assert set(some) <= set(found)
    assert other not in found
    assert all(one.startswith(words[-1]) for one in found)


def test_files_of_ones_own_are_offered_but_none_that_a_shell_would_run(tmp_path: Path) -> None:
    for name in ("mine", "$(touch ran)", "a b", "`touch ran`", "a;b", "日本"):
        (tmp_path / f"{name}.yaml").touch()
    found = becomes(f"library={tmp_path}", "policy=")
    assert {"policy=mine", "policy=日本", "policy=package"} <= set(found)
    assert not [one for one in found if set(one) & set("$`; ")]


def test_another_shell_is_refused() -> None:
    with pytest.raises(InputError, match="completion serves bash"):
        list(printed(["fish"]))


@pytest.mark.skipif(BASH is None, reason="there is no bash")
@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("brain-circulation policy=overseas_w", ["overseas_weight"]),
        ("brain-circulation scale=0.1 experiment=cal", ["calibrate"]),
        ("brain-circulation policy=nothing_of_the_kind", [""]),
        ("brain-circulation policy=$(touch ran) `touch ran` policy=over; touch ran", [""]),
    ],
)
def test_bash_offers_names_and_runs_nothing(line: str, offered: list[str], tmp_path: Path) -> None:
    (tmp_path / "experiments.py").write_text("open('ran', 'w')")  # as a stranger's folder may hold
    (tmp_path / "brain-circulation").write_text("#!/bin/sh\ntouch ran\n")
    (tmp_path / "brain-circulation").chmod(0o755)
    environment = os.environ | {"LINE": line, "PYTHON": sys.executable, "PYTHONPATH": str(HOUSE)}
    asked = [str(BASH), "--norc", "-u", "-c", PRESS_TAB]
    done = subprocess.run(
        asked, capture_output=True, text=True, encoding="utf-8", env=environment, cwd=tmp_path, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == offered
    assert done.stderr.splitlines() == ["complete -o default -o nospace -F _brain_circulation brain-circulation"]
    assert not (tmp_path / "ran").exists()
