"""Where replicates run: any `concurrent.futures.Executor`, three of them by name."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import shutil
import signal
import sys
import threading
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from itertools import islice
from multiprocessing import resource_tracker
from multiprocessing.util import get_temp_dir
from typing import TYPE_CHECKING, Any

from experiments.errors import InputError
from experiments.run.worker import tell_of_compiling
from experiments.stops import heeded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from multiprocessing.process import BaseProcess

    from experiments.request.settings import ExecutorSettings

ANSWER_WITHIN = 5  # seconds to wait for a Dask scheduler
_IN_FLIGHT = 256  # tasks handed over at once, so that a long design is not all in memory


class Serial(Executor):
    """Runs each task at once, in this process."""

    def submit[**P, T](self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """A future that is already done. Ctrl-C is not a result: it passes through."""
        future: Future[T] = Future()
        with heeded():  # a task may take what a stop broke for a failure of its own
            try:
                future.set_result(work(*args, **kwargs))
            except Exception as error:  # noqa: BLE001 - whoever asks for the result meets it
                future.set_exception(error)
        return future


class Processes(ProcessPoolExecutor):
    """Processes that leave Ctrl-C and a closed terminal to their parent and end with it, even if it is killed.

    They are copies of one that has everything loaded, and so ready at once; `fresh` ones load it themselves, as all do
    where processes cannot be copied.
    """

    def __init__(self, workers: int, *, fresh: bool = False) -> None:
        self._others = set(multiprocessing.active_children())
        copied = not fresh and "forkserver" in multiprocessing.get_all_start_methods()
        context = multiprocessing.get_context("forkserver" if copied else "spawn")
        if copied:
            context.set_forkserver_preload(["experiments.run.preloaded"])
        with _interrupts_held():  # Python's tracker of resources may start here
            passing = (get_temp_dir() if copied else None,)
            super().__init__(workers, context, initializer=_end_with_parent, initargs=passing)

    def submit[**P, T](self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Hand over a task; workers start here and inherit that Ctrl-C is held back from them."""
        with _interrupts_held(), _program_not_repeated(work, args, kwargs):
            return super().submit(work, *args, **kwargs)

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        """Wait for the workers, or stop them at once where something went wrong.

        Ctrl-C is answered afterwards: Python takes a thread for ended when a join is interrupted, and hangs at exit.
        """
        with _interrupts_held():
            if kind is not None:
                for worker in set(multiprocessing.active_children()) - self._others:
                    worker.terminate()
            self.shutdown(cancel_futures=kind is not None)


@contextmanager
def _program_not_repeated(*task: object) -> Iterator[None]:
    """Processes that start inside do not run this program's main file again, unless a task needs what is in it.

    Python would, and a program without a guard around its last lines would start itself over in every worker.
    """
    main = sys.modules["__main__"]
    path, spec = getattr(main, "__file__", None), getattr(main, "__spec__", None)
    if path is None or spec is not None or b"__main__" in pickle.dumps(task):
        yield
        return
    del main.__file__
    try:
        yield
    finally:
        main.__file__ = path


@contextmanager
def opened(asked: ExecutorSettings | None = None, workers: int | None = None, tasks: int = 0) -> Iterator[Executor]:
    """The executor asked for, closed at the end; no more processes than there are tasks, and none for a single one."""
    kind = asked.kind if asked else "processes"
    processes = min(workers or os.cpu_count() or 1, max(tasks, 1))
    if asked and asked.kind == "dask":
        with _dask(str(asked.address)) as executor:
            yield executor
    elif kind == "serial" or processes == 1:
        tell_of_compiling()
        yield Serial()
    else:
        with Processes(processes) as pool:
            yield pool


@contextmanager
def beside(asked: ExecutorSettings, workers: int | None = None) -> Iterator[Executor]:
    """One process beside this one, for what both can do at once; or none, where replicates run in this one too."""
    if asked.kind == "serial" or (workers or os.cpu_count()) == 1:
        yield Serial()
    else:
        with Processes(1) as other:
            yield other


def finished[T, R](executor: Executor, work: Callable[[T], R], tasks: Iterable[T]) -> Iterator[tuple[T, R]]:
    """Every task with its result, as results come; what has not begun when the caller stops is cancelled."""
    waiting, running = iter(tasks), dict[Future[R], T]()
    in_flight = 1 if isinstance(executor, Serial) else _IN_FLIGHT
    try:
        while True:
            for task in islice(waiting, in_flight - len(running)):
                running[executor.submit(work, task)] = task
            if not running:
                return
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield running.pop(future), future.result()
    finally:
        for future in running:
            future.cancel()


@contextmanager
def _dask(address: str) -> Iterator[Executor]:
    from distributed import Client

    try:
        client = Client(address, timeout=ANSWER_WITHIN, set_as_default=False)
    except (OSError, ValueError) as error:
        said = f"No Dask scheduler answers at {address}: start one with 'dask scheduler' and give its address"
        raise InputError(f"{said} as executor.address=tcp://HOST:PORT.") from error
    with client:
        if not client.nthreads():
            raise InputError(f"The Dask scheduler at {address} has no workers: start one with 'dask worker {address}'.")
        _refuse_other_code(client)
        yield client.get_executor(pure=False)  # two equal tasks are still two tasks


def _refuse_other_code(client: Any) -> None:  # noqa: ANN401 - distributed has no types
    from experiments.run.store import code_version

    try:
        versions = set(client.run(code_version).values())
    except ModuleNotFoundError:
        versions = set()
    if versions != {code_version()}:
        raise InputError("The Dask workers hold another version of this project: start them from the same checkout.")


def _end_with_parent(passing: str | None) -> None:
    """In a worker: a parent that was killed cannot say goodbye, so a thread waits for its end.

    passing: the folder of the fork server's socket, which the parent can then no longer remove.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_exit_after, args=(parent, passing), daemon=True).start()


def _exit_after(parent: BaseProcess, passing: str | None) -> None:
    parent.join()
    if passing:
        shutil.rmtree(passing, ignore_errors=True)
    os._exit(1)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Processes that start inside never see Ctrl-C or a closed terminal, which reach all that were started from it.

    This one answers them, and what else asks it to end, afterwards, as it would have before. The mask is what a new
    process inherits (but SIGTERM, by which workers are ended); the handlers are for signals that reach another thread
    of this one.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "pthread_sigmask"):
        yield  # only the main thread may set handlers, and Windows has no masks
        return
    came: list[int] = []
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
    resource_tracker.ensure_running()  # it would lift the mask of SIGINT when it starts
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    handlers = {number: handler for number, handler in before.items() if handler is not None}  # of another language
    for number in handlers:
        signal.signal(number, lambda number, _: came.append(number))
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        for number, handler in handlers.items():
            signal.signal(number, handler)
        for asked in came[:1]:  # also where something failed inside, which may well be for the same reason
            signal.raise_signal(asked)  # to whoever was there: a job in the background of a shell is to ignore it
