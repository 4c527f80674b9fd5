"""Pieces of a long piece of work, kept on disk as they finish, so that a kill loses nothing that was done."""

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tqdm import tqdm

from experiments.errors import InputError, RunError
from experiments.executors import finished

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
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"Results cannot be written to '{self.folder.parent}': {error.strerror}.") from None
        try:
            kept = {task.name for task in tasks if self.read(task.name) is not None}
            missing = [task for task in tasks if task.name not in kept]
            with tqdm(total=len(tasks), initial=len(kept), desc="pieces", unit="piece", disable=not progress) as bar:
                for task, piece in finished(executor, work, missing):
                    self.write(task.name, piece)
                    bar.update()
            pieces = [self.read(task.name) for task in tasks]
        except KeyboardInterrupt:
            raise KeyboardInterrupt(self._so_far(tasks)) from None
        except BrokenExecutor as error:
            said = "A worker process ended without a word, most likely for lack of memory (try fewer workers=); "
            raise RunError(said + self._so_far(tasks)) from error
        finally:
            with suppress(OSError):
                self.folder.rmdir()  # leaves it where there are pieces in it
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

    def _so_far(self, tasks: Sequence[Named]) -> str:
        """Counted on disk: Ctrl-C may come between the writing of a piece and any note of it."""
        done = sum((self.folder / f"{task.name}.parquet").exists() for task in tasks)
        return f"{done} of {len(tasks)} pieces are kept, and the same command goes on from there."

    def discard(self) -> None:
        """Drop every piece, once what they make up is stored."""
        shutil.rmtree(self.folder, ignore_errors=True)
