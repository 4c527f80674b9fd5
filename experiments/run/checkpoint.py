"""Pieces of a long piece of work, kept on disk as they finish, so that a kill loses nothing that was done."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, Protocol

from tqdm import tqdm

from experiments.errors import InputError, RunError
from experiments.run.executors import finished

if TYPE_CHECKING:
    import pandas as pd


class Named(Protocol):
    """A task that knows what its piece is called."""

    @property
    def name(self) -> str:
        """Different for every task of one folder."""


@dataclass(frozen=True)
class Piece:
    """What one task gives: a table, and the arms that failed with their reasons."""

    table: "pd.DataFrame"
    failed: Mapping[str, str]


@dataclass(frozen=True)
class Pieces:
    """The finished pieces of one request, one Parquet file each, written aside and then renamed."""

    folder: Path

    def gather[T: Named](
        self, work: Callable[[T], Piece], tasks: Sequence[T], executor: Executor, *, progress: bool = True
    ) -> list[Piece]:
        """Every task's piece in the order of the tasks: what is on disk is not done again."""
        with self.filling(tasks, progress=progress) as (missing, bar):
            self.fill(work, missing, executor, bar.update)
            return self.found(tasks)

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
    ) -> "Iterator[tuple[Sequence[T], tqdm[NoReturn]]]":
        """The tasks that have no piece yet, and a bar; what goes wrong inside is raised with what is kept.

        `fewer`: the setting to lower where memory did not suffice.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"Results cannot be written to '{self.folder.parent}': {error.strerror}.") from None
        try:
            missing = [task for task in tasks if self.read(task.name) is None]
            kept = len(tasks) - len(missing)
            with tqdm(total=len(tasks), initial=kept, desc="pieces", unit="piece", disable=not progress) as bar:
                yield missing, bar
        except KeyboardInterrupt:
            raise KeyboardInterrupt(self.so_far(tasks)) from None
        except BrokenExecutor as error:
            said = f"A worker process ended without a word, most likely for lack of memory (try fewer {fewer})"
            raise RunError(f"{said}; {self.so_far(tasks)}") from error
        finally:
            with suppress(OSError):
                self.folder.rmdir()  # leaves it where there are pieces in it

    def found(self, tasks: Sequence[Named]) -> list[Piece]:
        """The pieces that are there, in the order of the tasks."""
        pieces = [self.read(task.name) for task in tasks]
        return [piece for piece in pieces if piece is not None]

    def read(self, name: str) -> Piece | None:
        """A finished piece, or None where there is none or it cannot be read."""
        import pandas as pd

        try:
            table = pd.read_parquet(self.folder / f"{name}.parquet")
            failed = table.attrs.pop("failed")
        except (OSError, ValueError, KeyError):
            return None
        return Piece(table, failed)

    def write(self, name: str, piece: Piece) -> None:
        """Keep a piece: there whole or not at all."""
        aside = self.folder / f".{name}-{os.getpid()}"
        table = piece.table.copy(deep=False)
        table.attrs["failed"] = dict(piece.failed)
        try:
            table.to_parquet(aside, index=False)
            aside.rename(self.folder / f"{name}.parquet")
        finally:
            aside.unlink(missing_ok=True)

    def count(self, tasks: Sequence[Named]) -> int:
        """How many of these tasks have a piece on disk, whole or not."""
        there = {path.name for path in self.folder.glob("*.parquet")}
        return sum(f"{task.name}.parquet" in there for task in tasks)

    def so_far(self, tasks: Sequence[Named]) -> str:
        """Counted on disk: Ctrl-C may come between the writing of a piece and any note of it."""
        return f"{self.count(tasks)} of {len(tasks)} pieces are kept, and the same command goes on from there."

    def discard(self) -> None:
        """Drop every piece, once what they make up is stored."""
        shutil.rmtree(self.folder, ignore_errors=True)
