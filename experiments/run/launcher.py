"""A sweep's tasks as a few Hydra jobs, on whatever launcher Hydra is configured with."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING, Any

from experiments.errors import RunError
from experiments.run.checkpoint import Checkpoint, Named, Piece
from experiments.run.executors import opened
from experiments.run.replicates import reason

if TYPE_CHECKING:
    from hydra.core.utils import JobReturn
    from omegaconf import DictConfig
    from tqdm import tqdm

    from experiments.request.settings import Settings

SHARE = "share"  # the entry of a job's configuration that says which share is its own
_LOOK_EVERY = 0.5  # seconds between two looks at what the jobs have finished
type Launch = Callable[["Job", int], "Sequence[JobReturn]"]


@dataclass(frozen=True)
class Job:
    """What every Hydra job calls: it does the share of the tasks that its configuration names, and keeps their pieces.

    `workers` are those of one job, and one where none are named.
    """

    work: Callable[[Any], Piece]
    shares: Sequence[Sequence[Named]]
    pieces: Checkpoint
    settings: Settings
    launched_by: int = field(default_factory=os.getpid)

    def __call__(self, config: DictConfig) -> Exception | None:
        """What went wrong, if anything: an answer, so that whoever launched the jobs can say it."""
        share, asked = self.shares[config[SHARE]], self.settings
        if os.getpid() != self.launched_by:
            _end_with_parent()
        try:
            with opened(asked.executor, asked.workers or 1, len(share)) as executor:
                self.pieces.fill(self.work, share, executor)
        except Exception as error:  # noqa: BLE001 - said by whoever launched this
            return error
        return None


@dataclass(frozen=True)
class Launched:
    """A launcher as the place where tasks run, in so many jobs at most; `launch` runs a function as jobs by number."""

    launch: Launch
    jobs: int

    def complete[T: Named](
        self, work: Callable[[T], Piece], tasks: Sequence[T], pieces: Checkpoint, settings: Settings, *, progress: bool
    ) -> None:
        """As `Checkpoint.complete`, the pieces written by the jobs: their folder must be one that all of them see."""
        shared = Checkpoint(pieces.folder.absolute())
        with shared.filling(tasks, progress=progress, fewer="hydra.launcher.n_jobs=") as (missing, bar):
            if missing:
                with _heard_here_alone(), _following(bar, shared, tasks):
                    answers = self._answers(Job(work, in_shares(missing, self.jobs), shared, settings), tasks)
                for error in filter(None, answers):
                    raise error
            if shared.missing(tasks):
                raise RunError(f"The launcher came back too early: {shared.so_far(tasks)}")

    def _answers(self, job: Job, tasks: Sequence[Named]) -> list[Exception | None]:
        try:
            return [done.return_value for done in self.launch(job, len(job.shares))]
        except (BrokenExecutor, MemoryError):
            raise
        except Exception as error:
            said = f"The launcher failed ({reason(error)})"
            raise RunError(f"{said}; {job.pieces.so_far(tasks)}") from error


def in_shares[T](tasks: Sequence[T], jobs: int) -> list[Sequence[T]]:
    """At most `jobs` shares of neighbours, which have histories in common; none is larger by more than one task."""
    count = min(jobs, len(tasks))
    edges = [len(tasks) * number // count for number in range(count + 1)]
    return [tasks[first:last] for first, last in pairwise(edges)]


@contextmanager
def _following(bar: tqdm[Any], pieces: Checkpoint, tasks: Sequence[Named]) -> Iterator[None]:
    """Moves the bar as the jobs' pieces appear."""
    over = threading.Event()

    def follow() -> None:
        last = False
        while not last:
            last = over.wait(_LOOK_EVERY)
            if more := pieces.count(tasks) - bar.n:
                bar.update(more)

    with _beside(follow, over):
        yield


@contextmanager
def _heard_here_alone() -> Iterator[None]:
    """Processes that start inside never see Ctrl-C; this one answers it.

    A new process inherits the mask of the thread that starts it: this thread's is closed, and another one listens.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # it would lift the mask when it starts
    over = threading.Event()

    def listen() -> None:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        over.wait()

    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        with _beside(listen, over):
            yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


@cache  # once in a process, which may do many jobs
def _end_with_parent() -> None:
    """In a process that was started for jobs: should its parent be killed, nobody wants them any more."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def _beside(work: Callable[[], None], over: threading.Event) -> Iterator[None]:
    """A thread that works until it is told that it is over."""
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
