"""A disk that fails at any write, sync or rename: nothing finished is lost, a sentence says why, nothing is left lying.

Every operation that the store makes fails once, in a run of its own, and in another one from there on; then the same
request is made again on a disk that works.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from experiments.cli.messages import sentence
from experiments.run.checkpoint import Checkpoint, Piece
from experiments.run.executors import Serial
from experiments.run.store import Result, Store
from experiments.run.study import Computed, Study, carry_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from rich.console import Console

PIECES = 3
OPERATIONS: tuple[tuple[Any, str], ...] = (
    *((pd.DataFrame, name) for name in ("to_parquet", "to_csv")),
    *((Path, name) for name in ("write_text", "replace", "rename", "mkdir", "unlink", "rmdir", "chmod")),
    *((os, name) for name in ("fsync", "open")),
    (tempfile, "mkdtemp"),
    (shutil, "rmtree"),
)
"""What the store does to a disk, each as it is called."""


@dataclass(frozen=True)
class Task:
    name: str


@dataclass(frozen=True)
class Small(Study):
    """A study of a few pieces. made: the pieces that were worked out, in order."""

    kind = "small"
    made: list[str] = field(default_factory=list)

    def identity(self) -> Mapping[str, Any]:
        return {"small": 1}

    def compute(self, checkpoint: Checkpoint) -> Computed:
        def work(task: Task) -> Piece:
            self.made.append(task.name)
            return Piece(pd.DataFrame({"name": [task.name], "third": [len(task.name) / 3]}), {})

        tasks = [Task("x" * number) for number in range(1, PIECES + 1)]
        found = checkpoint.gather(work, tasks, Serial(), progress=False)
        table = pd.concat([piece.table for piece in found], ignore_index=True)
        return Computed({"outcomes.parquet": table, "effects.csv": table}, {}, _drawn)

    def show(self, result: Result, out: Console) -> None:
        raise NotImplementedError


def _drawn(folder: Path, _: Mapping[str, Any]) -> None:
    (folder / "report.html").write_text("<p>", encoding="utf-8")


class Disk:
    """Counts operations, and lets those of some numbers fail."""

    def __init__(self, number: int, code: int, for_good: bool) -> None:
        self.number, self.code, self.for_good = number, code, for_good
        self.done = 0
        self.failed: str | None = None

    def told(self, what: str) -> None:
        self.done += 1
        if self.done == self.number or (self.for_good and self.done > self.number):
            self.failed = self.failed or what
            raise OSError(self.code, os.strerror(self.code), "somewhere")

    @contextmanager
    def in_use(self) -> Iterator[Disk]:
        with pytest.MonkeyPatch.context() as patched:
            for owner, name in OPERATIONS:
                patched.setattr(owner, name, self._watched(getattr(owner, name), f"{owner.__name__}.{name}"))
            yield self

    def _watched(self, true: Callable[..., Any], what: str) -> Callable[..., Any]:
        def operation(*given: Any, **named: Any) -> Any:  # noqa: ANN401  as the operation has them
            reads = what == "os.open" and not given[1] & (os.O_CREAT | os.O_WRONLY | os.O_RDWR)
            if not reads:
                self.told(what)
            return true(*given, **named)

        return operation


@pytest.fixture(autouse=True, scope="module")
def quick() -> Iterator[None]:
    """No power is cut here: a sync that waits for the disk would take most of the time."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(os, "fsync", lambda _: None)
        yield


def study(root: Path) -> Small:
    return Small(SimpleNamespace(name="small", output=root, seed=1, scale=1.0))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a run without a fault."""
    return files(carry_out(study(tmp_path_factory.mktemp("whole")), "").result)


def files(result: Result) -> dict[str, bytes]:
    return {name: (result.folder / name).read_bytes() for name in ("outcomes.parquet", "effects.csv", "report.html")}


def operations(root: Path) -> int:
    with Disk(0, 0, for_good=False).in_use() as disk:
        carry_out(study(root), "")
    return disk.done


@pytest.mark.parametrize(
    ("code", "for_good"),
    [(errno.ENOSPC, False), (errno.EIO, True), (errno.EACCES, False)],
    ids=["full-once", "broken-for-good", "closed-once"],
)
def test_a_disk_that_fails_at_any_moment_loses_nothing_that_was_finished(
    code: int, for_good: bool, tmp_path: Path, whole: dict[str, bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    failed = set[str]()
    for number in range(1, operations(tmp_path / "counted") + 1):
        root = tmp_path / str(number)
        first = study(root)
        with Disk(number, code, for_good=for_good).in_use() as disk:
            try:
                carry_out(first, "")
            except Exception as error:  # noqa: BLE001  is what is looked at
                said, _ = sentence(error)
                assert "fault of this program" not in said, f"{disk.failed}: {said}"
                assert "\n" not in said
                assert said.endswith("."), said
        assert disk.failed is not None
        failed.add(disk.failed)
        capsys.readouterr()
        kept = {path.stem for path in root.glob(".*.pieces/*.parquet")} if root.exists() else set()
        finished = {path for path in root.glob("small-*") if path.is_dir()}
        again = study(root)
        stored = carry_out(again, "")
        assert files(stored.result) == whole, f"after {disk.failed} {number}"
        assert kept.isdisjoint(again.made), f"after {disk.failed} {number}"
        assert finished or {*first.made} - kept <= {*first.made[-1:]}, f"after {disk.failed} {number} pieces were lost"
        assert not (finished and again.made)
        with Store(root).held("another-1"):  # whoever writes next clears what could not be removed
            pass
        left = [path.name for path in root.iterdir() if path != stored.result.folder]
        assert left == [], f"after {disk.failed} {number}: {left}"
    assert {"DataFrame.to_parquet", "Path.write_text", "Path.replace", "os.fsync", "tempfile.mkdtemp"} <= failed
