"""An answer that standard output does not take is told as that, and where the result lies."""

from __future__ import annotations

import errno
import io
import os
import sys
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from experiments.cli.messages import FAILED, sentence
from experiments.errors import PrintError
from experiments.report.paper import console, printing
from experiments.run.study import Computed, Study, present

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rich.console import Console

    from experiments.run.checkpoint import Checkpoint
    from experiments.run.store import Result


class Full(io.RawIOBase):
    def writable(self) -> bool:
        return True

    def write(self, _: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def fill(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let standard output take nothing more."""
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BufferedWriter(Full()), encoding="utf-8"))


@dataclass(frozen=True)
class Told(Study):
    """A study with a long answer."""

    kind = "told"

    def identity(self) -> Mapping[str, Any]:
        return {"told": 1}

    def compute(self, _: Checkpoint) -> Computed:
        return Computed({"effects.csv": pd.DataFrame({"effect": [1]})})

    def show(self, _: Result, out: Console) -> None:
        out.print("one of many numbers\n" * 10_000)


def told(root: Path) -> Told:
    settings = SimpleNamespace(name="told", output=root, seed=1, scale=1.0, language="en", explain=False)
    return Told(settings)  # type: ignore[arg-type]


def test_who_cannot_be_told_an_answer_is_told_where_it_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(monkeypatch)
    for _ in ("computed", "read back"):
        with pytest.raises(PrintError) as caught:
            present(told(tmp_path), "", console())
        words, code = sentence(caught.value)
        (folder,) = tmp_path.iterdir()
        assert code == FAILED
        assert "to standard output (No space left on device): the result is whole" in words
        assert str(folder) in words


def test_what_is_printed_in_few_words_is_missed_too(monkeypatch: pytest.MonkeyPatch) -> None:
    fill(monkeypatch)
    with pytest.raises(PrintError, match="send it elsewhere"), printing():
        sys.stdout.write("1.0")


def test_a_file_that_cannot_be_read_is_no_fault_of_the_output(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), printing():
        (tmp_path / "effects.csv").read_text()
