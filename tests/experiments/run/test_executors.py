"""The same numbers wherever replicates run; what is not there is refused in one sentence."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from experiments.errors import InputError
from experiments.request.settings import ExecutorSettings
from experiments.run.executors import Processes, Serial, _interrupts_held, finished, opened
from experiments.run.replicates import Plan
from tests.experiments.fake import FORK, UNTIL, Shift, fake, run

PLAN = Plan(fake, {"noisy": (Shift(size=5, noise=30),)}, FORK, UNTIL, ((1, 10),))


@pytest.fixture(scope="module")
def serial() -> pd.DataFrame:
    return run(PLAN, seed=1, replicates=6, executor=Serial())


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster:
        yield cluster.scheduler_address


def test_dask_gives_the_same_numbers_to_the_bit(serial: pd.DataFrame, scheduler: str) -> None:
    with opened(ExecutorSettings(kind="dask", address=scheduler)) as executor:
        on_dask = run(PLAN, seed=1, replicates=6, executor=executor)
    assert_frame_equal(on_dask, serial, check_exact=True)


def test_equal_tasks_on_dask_are_each_done(scheduler: str) -> None:
    with opened(ExecutorSettings(kind="dask", address=scheduler)) as executor:
        assert [answer for _, answer in finished(executor, abs, [-1, -1, -1])] == [1, 1, 1]


def test_a_failure_on_dask_reaches_the_caller(scheduler: str) -> None:
    with (
        opened(ExecutorSettings(kind="dask", address=scheduler)) as executor,
        pytest.raises(ZeroDivisionError),
    ):
        list(finished(executor, _divides, [0]))


def test_an_address_belongs_to_dask_only() -> None:
    with pytest.raises(ValueError, match="executor=serial takes no address"):
        ExecutorSettings(kind="serial", address="tcp://somewhere:1")


def test_no_scheduler_is_said_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("experiments.run.executors.ANSWER_WITHIN", 0.3)
    with socket.socket() as taken:  # a port where nobody listens
        taken.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        with (
            pytest.raises(InputError, match=f"No Dask scheduler answers at {address}"),
            opened(ExecutorSettings(kind="dask", address=address)),
        ):
            pass


def test_a_scheduler_without_workers_is_refused() -> None:
    from distributed import LocalCluster

    with LocalCluster(n_workers=0, dashboard_address=":0") as cluster:
        asked = ExecutorSettings(kind="dask", address=cluster.scheduler_address)
        with pytest.raises(InputError, match="has no workers"), opened(asked):
            pass


@pytest.mark.parametrize(
    ("kind", "workers", "tasks", "expected"),
    [
        ("serial", None, 9, Serial),
        ("processes", 1, 9, Serial),
        ("processes", 4, 1, Serial),
        ("processes", 2, 9, Processes),
    ],
)
def test_no_more_processes_than_wanted(kind: str, workers: int | None, tasks: int, expected: type) -> None:
    with opened(ExecutorSettings(kind=kind), workers, tasks) as executor:
        assert type(executor) is expected


def test_serial_works_one_task_at_a_time() -> None:
    begun: list[int] = []
    for task, _ in finished(Serial(), begun.append, range(5)):
        assert begun == list(range(task + 1))


def test_ctrl_c_passes_through_a_serial_executor() -> None:
    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(finished(Serial(), interrupted, [1]))


@pytest.mark.usefixtures("hears_ctrl_c")
def test_ctrl_c_while_processes_close_waits_until_they_are_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = []

    def shutdown(pool: Processes, **options: bool) -> None:
        signal.raise_signal(signal.SIGINT)
        ProcessPoolExecutor.shutdown(pool, **options)
        closed.append(pool)

    monkeypatch.setattr(Processes, "shutdown", shutdown)
    with pytest.raises(KeyboardInterrupt), Processes(1) as pool:
        pool.submit(abs, -1).result()
    assert closed == [pool]


@pytest.mark.usefixtures("hears_ctrl_c")
def test_a_job_that_is_to_ignore_ctrl_c_does() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with _interrupts_held():
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def _divides(number: int) -> float:
    return 1 / number


SNIPPET = """
from experiments import compare
answer = compare("overseas_weight", scale=0.003, replicates=2, until=2027, windows=[1], workers=2, progress=False)
print(answer.effects.to_csv(index=False))
"""
AS_ON_WINDOWS = "import multiprocessing; multiprocessing.get_all_start_methods = lambda: ['spawn']"


@pytest.mark.parametrize(("start", "given"), [("", "file"), (AS_ON_WINDOWS, "file"), ("", "input")])
def test_a_program_without_a_guard_runs_once_however_its_workers_start(
    start: str, given: str, alone: str, tmp_path: Path
) -> None:
    done = program(f"{start}\n{SNIPPET}", tmp_path, given)
    assert (done.returncode, done.stdout) == (0, alone), done.stderr


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the program prints where no worker is started."""
    done = program(SNIPPET.replace("workers=2", "workers=1"), tmp_path_factory.mktemp("alone"), "file")
    assert done.stdout.count("overseas_weight") > 1, done.stderr
    return done.stdout


def program(text: str, folder: Path, given: str) -> subprocess.CompletedProcess[str]:
    (folder / "snippet.py").write_text(text)
    return subprocess.run(
        [sys.executable, "-W", "error", *(["snippet.py"] if given == "file" else ["-"])],
        input="" if given == "file" else text, capture_output=True, text=True, check=False, cwd=folder, timeout=300,
    )  # fmt: skip


def test_a_worker_has_the_model_loaded_before_its_first_task() -> None:
    with Processes(1) as pool, Processes(1, fresh=True) as other:
        assert pool.submit(_loaded).result()
        assert not other.submit(_loaded).result()


def _loaded() -> bool:
    return "sim.model" in sys.modules
