"""Compiled loops kept on disk."""

from __future__ import annotations

import subprocess
import sys
from shutil import copy
from typing import TYPE_CHECKING

from sim.engine import compiler

if TYPE_CHECKING:
    from pathlib import Path

INNER = """
from loops.compiler import compiled

@compiled
def number():
    return {number}
"""
OUTER = """
from loops.compiler import compiled
from loops.inner import number

@compiled
def result():
    return number()
"""
ASK = "from loops.outer import result; print(result(), sum(result.stats.cache_hits.values()))"


def test_kept_code_is_out_of_date_when_what_it_calls_changes(tmp_path: Path) -> None:
    package = tmp_path / "loops"
    package.mkdir()
    copy(compiler.__file__, package)
    (package / "outer.py").write_text(OUTER, encoding="utf-8")

    def asked(number: int) -> str:
        (package / "inner.py").write_text(INNER.format(number=number), encoding="utf-8")
        command = [sys.executable, "-W", "error", "-B", "-c", ASK]
        return subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True).stdout.strip()

    assert [asked(number) for number in (1, 1, 2)] == ["1 0", "1 1", "2 0"]
