"""Pieces of a long piece of work, kept on disk as they finish, so that a kill loses nothing that was done."""

from __future__ import annotations

import json
import os
import shutil
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn, Protocol

from tqdm import tqdm

from experiments.errors import InputError, RunError
from experiments.notices import notice
from experiments.run.executors import finished
from experiments.run.files import put
from experiments.stops import heeded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    import pandas as pd

_TRIES = 3  # times that a piece is made, should what was finished vanish
_ENDED = "A worker process ended without a word, most likely for lack of memory"
_NAMED = 5  # pieces that a sentence names
_ATTRIBUTES = b"PANDAS_ATTRS"  # where pandas keeps what a table carries beside its columns


class Named(Protocol):
    """A task that knows what its piece is called."""

    @property
    def name(self) -> str:
        """Different for every task of one folder."""


@dataclass(frozen=True)
class Piece:
    """What one task gives: a table, and the arms that failed with their reasons."""

    table: pd.DataFrame
    failed: Mapping[str, str]


@dataclass(frozen=True)
class Checkpoint:
    """The finished pieces of one request, one Parquet file each, written aside and then renamed."""

    folder: Path

    def gather[T: Named](
        self, work: Callable[[T], Piece], tasks: Sequence[T], executor: Executor, *, progress: bool = True
    ) -> list[Piece]:
        """Every task's piece in the order of the tasks: what is on disk is not done again."""
        self.complete(work, tasks, executor, progress=progress)
        return list(self.pieces(tasks))

    def complete[T: Named](
        self, work: Callable[[T], Piece], tasks: Sequence[T], executor: Executor, *, progress: bool = True
    ) -> None:
        """Have a piece of every task on disk: what is there is not done again, and what vanishes meanwhile is.

        Raises RunError, with their names, where pieces vanish again and again.
        """
        with self.filling(tasks, progress=progress) as (missing, bar):
            self.fill(work, missing, executor, bar.update)
            for _ in range(_TRIES - 1):
                if lost := self.missing(tasks):
                    notice(f"Finished pieces vanished from {self.folder} and are made again: {_listed(lost)}.")
                    self.fill(work, lost, executor)
            self.refuse_gaps(tasks)

    def fill[T: Named](
        self,
        work: Callable[[T], Piece],
        tasks: Sequence[T],
        executor: Executor,
        report: Callable[[], object] = lambda: None,
    ) -> None:
        """Do these tasks and keep their pieces, each as soon as it is finished and before it is reported."""
        for task, piece in finished(executor, work, tasks):
            self.write(task.name, piece)
            report()

    @contextmanager
    def filling[T: Named](
        self, tasks: Sequence[T], *, progress: bool = True, fewer: str = "workers="
    ) -> Iterator[tuple[Sequence[T], tqdm[NoReturn]]]:
        """The tasks that have no piece yet, and a bar; what goes wrong inside is raised with what is kept.

        `fewer`: the setting to lower where memory did not suffice.
        """
        self._made()
        try:
            missing = self.missing(tasks)
            kept = len(tasks) - len(missing)
            bar = tqdm(total=len(tasks), initial=kept, desc="pieces", unit="piece", disable=not progress)
            with heeded(), bar:
                yield missing, bar
        except KeyboardInterrupt:
            raise KeyboardInterrupt(self.so_far(tasks)) from None
        except BrokenExecutor as error:
            raise RunError(f"{_ENDED} (try fewer {fewer}); {self.so_far(tasks)}") from error
        finally:
            with suppress(OSError):
                self.folder.rmdir()  # leaves it where there are pieces in it

    def missing[T: Named](self, tasks: Sequence[T]) -> list[T]:
        """The tasks without a whole piece on disk."""
        return [task for task in tasks if self.failed(task) is None]

    def refuse_gaps(self, tasks: Sequence[Named]) -> None:
        """Raise RunError, with their names, where tasks have no piece."""
        if lost := self.missing(tasks):
            raise RunError(f"{len(lost)} of {len(tasks)} pieces are missing in {self.folder}: {_listed(lost)}. "
                           "The same command makes them again.")  # fmt: skip

    def failed(self, task: Named) -> Mapping[str, str] | None:
        """The arms of a piece that failed with their reasons, read without its table; None where there is no piece.

        The last bytes of a Parquet file say what is in it: one that was cut is none.
        """
        from pyarrow import ArrowException
        from pyarrow.parquet import read_schema

        try:
            attributes = json.loads((read_schema(self._path(task.name)).metadata or {})[_ATTRIBUTES])
            found: dict[str, str] = attributes["failed"]
        except (OSError, ValueError, KeyError, ArrowException):
            return None
        return found

    def pieces(self, tasks: Sequence[Named]) -> Iterator[Piece]:
        """One piece after the other, in the order of the tasks. Raises RunError for one that cannot be read."""
        for task in tasks:
            piece = self.read(task.name)
            if piece is None:
                self._path(task.name).unlink(missing_ok=True)
                raise RunError(f"The piece {task.name} in {self.folder} can no longer be read: "
                               "the same command makes it again.")  # fmt: skip
            yield piece

    def read(self, name: str) -> Piece | None:
        """A finished piece, or None where there is none or it cannot be read."""
        import pandas as pd

        try:
            table = pd.read_parquet(self._path(name))
            failed = table.attrs.pop("failed")
        except (OSError, ValueError, KeyError):
            return None
        return Piece(table, failed)

    def write(self, name: str, piece: Piece) -> None:
        """Keep a piece: there whole or not at all."""
        self._made()  # it may have been cleared meanwhile
        aside = self.folder / f".{name}-{os.getpid()}"
        table = piece.table.copy(deep=False)
        table.attrs["failed"] = dict(piece.failed)
        try:
            table.to_parquet(aside, index=False)
            put(aside, self._path(name))
        finally:
            aside.unlink(missing_ok=True)

    def count(self, tasks: Sequence[Named]) -> int:
        """How many of these tasks have a piece on disk, whole or not."""
        there = {path.name for path in self.folder.glob("*.parquet")}
        return sum(f"{task.name}.parquet" in there for task in tasks)

    def so_far(self, tasks: Sequence[Named]) -> str:
        """Counted on disk: Ctrl-C may come between the writing of a piece and any note of it."""
        return f"{self.count(tasks)} of {len(tasks)} pieces are kept, and the same command goes on from there."

    @contextmanager
    def said_when_stopped(self) -> Iterator[None]:
        """Let a stop or a lost worker at any other moment than that of the pieces say, too, how many are kept.

        Files that are put together from the pieces, whose names begin with a dot, are removed.
        """
        try:
            with heeded():
                yield
        except KeyboardInterrupt as stop:
            if stop.args or not (kept := self._kept()):
                raise
            raise KeyboardInterrupt(kept) from None
        except BrokenExecutor as error:
            if not (kept := self._kept()):
                raise
            raise RunError(f"{_ENDED} (try fewer workers=); {kept}") from error
        finally:
            for passing in self.folder.glob(".*"):
                passing.unlink(missing_ok=True)

    def _kept(self) -> str:
        """How many pieces there are, in words; empty where there are none."""
        kept = sum(1 for _ in self.folder.glob("*.parquet"))
        return f"{kept} finished pieces are kept, and the same command goes on from there." if kept else ""

    def discard(self) -> None:
        """Drop every piece, once what they make up is stored."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.parquet"

    def _made(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"Results cannot be written to '{self.folder.parent}': {error.strerror}.") from None


def _listed(tasks: Sequence[Named]) -> str:
    names = ", ".join(task.name for task in tasks[:_NAMED])
    return names if len(tasks) <= _NAMED else f"{names} and {len(tasks) - _NAMED} more"
