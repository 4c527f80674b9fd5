"""Real commands, small ones: their lines, what they leave in a folder, and the results that nothing disturbed."""

from __future__ import annotations

import re
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.experiments.cli.test_main import pieces
from tests.experiments.conftest import hearing_ctrl_c
from tests.experiments.run.test_study import begun

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

_SMALL = ("scale=0.005", "until=2027", "replicates=3", "workers=2")
LINES = {
    "what-if": ["policy=overseas_weight", *_SMALL],
    "sweep": ["-m", "levers.hiring.overseas_weight=0,1", "seed=1,2", *_SMALL],
    "factorial": ["experiment=factorial", "policy=[package,research_managers]", *_SMALL],
}
"""The commands, by their kind: some seconds each."""

PATIENCE = 300
"""Seconds after which a command is taken to hang."""

_BAR = re.compile(r"(\d+)/\d+ \[")
_OF_PIECES = re.compile(r"pieces:[^\r\n]*?(\d+)/\d+ \[")


def begin(kind: str, home: Path) -> subprocess.Popen[str]:
    """The command in a folder of its own, or one that others share, with its passing files beside it."""
    for name in ("work", "passing"):
        (home / name).mkdir(parents=True, exist_ok=True)
    return begun(LINES[kind], home / "work", home / "passing")


def kept(home: Path) -> dict[Path, int]:
    """The finished pieces, with the moments when they were written."""
    return {path: path.stat().st_mtime_ns for path in pieces(home / "work")}


def tables(home: Path) -> dict[str, bytes]:
    """Every table of every result, by its path."""
    folder = home / "work" / "results"
    return {str(path.relative_to(folder)): path.read_bytes()
            for ending in ("csv", "parquet") for path in folder.glob(f"[!.]*/*.{ending}")}  # fmt: skip


def litter(home: Path, *, stopped: bool = False) -> set[str]:
    """The files that lie about and that nobody needs. stopped: finished pieces are needed yet."""
    results = home / "work" / "results"
    left = {*results.glob(".*"), *(home / "passing").iterdir(), *results.glob("*damaged*")}
    left |= set((home / "work").iterdir()) - {results}
    if stopped:
        folders = {path for path in left if path.name.endswith(".pieces")}
        inside = {path for folder in folders for path in folder.rglob("*") if path.is_file()}
        left = left - folders | {path for path in inside if path.suffix != ".parquet"}
    return {path.name for path in left}


def words(err: str) -> list[str]:
    """The lines of standard error but the bars."""
    lines = (line.rpartition("\r")[2].strip() for line in err.splitlines())
    return [line for line in lines if line and not _BAR.search(line)]


def bar(err: str) -> int | None:
    """The pieces that the first bar of pieces began with; one of points may come before it."""
    found = _OF_PIECES.search(err)
    return int(found[1]) if found else None


def undisturbed(kind: str, home: Path) -> tuple[dict[str, bytes], float]:
    """The tables of a command that nothing disturbed, and how many seconds it took; run once in a folder."""
    place = home / f"whole-{kind}"
    took = place / "seconds"
    if not took.exists():
        since = time.monotonic()
        running = begin(kind, place)
        _, err = running.communicate(timeout=PATIENCE)
        assert running.returncode == 0, err
        took.write_text(str(time.monotonic() - since))
    return tables(place), float(took.read_text())


@contextmanager
def place() -> Iterator[Path]:
    """An empty folder, where commands are heard."""
    with tempfile.TemporaryDirectory() as home, hearing_ctrl_c():
        yield Path(home)
