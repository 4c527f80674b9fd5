"""A sweep's tasks as jobs of a launcher: the same pieces, whoever does them, and whatever goes wrong said here."""

import errno
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hydra.core.utils import JobReturn, JobStatus
from omegaconf import OmegaConf
from pandas.testing import assert_frame_equal

from experiments.errors import RunError
from experiments.run.checkpoint import Checkpoint, Piece
from experiments.run.executors import Serial
from experiments.run.launcher import Job, Launched, in_shares
from tests.experiments.cli.test_main import COMMAND, SMALL, pieces
from tests.experiments.request.test_settings import settings
from tests.experiments.run.test_checkpoint import TASKS, Number, third


def one_by_one(job: Job, jobs: int) -> "Sequence[JobReturn]":
    """A launcher that runs its jobs here, as Hydra's do elsewhere."""
    returned = []
    for share in range(jobs):
        done = JobReturn(status=JobStatus.COMPLETED)
        done.return_value = job(OmegaConf.create({"share": share}))
        returned.append(done)
    return returned


def gathered(
    folder: Path, work: Callable[[Number], Piece] = third, launch: object = one_by_one, jobs: int = 2
) -> list[Piece]:
    launched = Launched(launch, jobs)
    kept = Checkpoint(folder)
    launched.complete(work, TASKS, kept, settings("executor=serial"), progress=False)
    return list(kept.pieces(TASKS))


@pytest.mark.parametrize(
    ("tasks", "jobs", "sizes"), [(30, 100, [1] * 30), (30, 30, [1] * 30), (30, 7, [4, 4, 4, 5, 4, 4, 5]), (3, 1, [3])]
)
def test_shares_are_even_and_neighbours_stay_together(tasks: int, jobs: int, sizes: list[int]) -> None:
    shares = in_shares(range(tasks), jobs)
    assert [len(share) for share in shares] == sizes
    assert [task for share in shares for task in share] == list(range(tasks))


def test_jobs_of_a_launcher_and_an_executor_find_each_others_pieces(tmp_path: Path) -> None:
    done: list[int] = []

    def noted(task: Number) -> Piece:
        done.append(task.value)
        return third(task)

    Checkpoint(tmp_path / "a").gather(noted, TASKS[2:4], Serial(), progress=False)
    launched = gathered(tmp_path / "a", noted)
    assert done == [2, 3, 0, 1, 4]
    Checkpoint(tmp_path / "a").gather(noted, TASKS, Serial(), progress=False)
    assert len(done) == len(TASKS)
    alone = Checkpoint(tmp_path / "b").gather(third, TASKS, Serial(), progress=False)
    for one, other in zip(launched, alone, strict=True):
        assert_frame_equal(one.table, other.table, check_exact=True)
        assert one.failed == other.failed


def test_no_job_is_launched_where_nothing_is_missing(tmp_path: Path) -> None:
    def never(job: Job, jobs: int) -> "Sequence[JobReturn]":
        raise AssertionError(job, jobs)

    gathered(tmp_path)
    assert len(gathered(tmp_path, launch=never)) == len(TASKS)


def test_what_goes_wrong_in_a_job_is_raised_and_the_others_pieces_are_kept(tmp_path: Path) -> None:
    def full(task: Number) -> Piece:
        if task.value == 0:
            raise OSError(errno.ENOSPC, "No space left on device", "somewhere")
        return third(task)

    with pytest.raises(OSError, match="No space left"):
        gathered(tmp_path, full, jobs=5)
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"n{number}.parquet" for number in range(1, 5)]


def test_a_launcher_that_breaks_is_one_sentence_with_what_is_kept(tmp_path: Path) -> None:
    def breaks(job: Job, _: int) -> "Sequence[JobReturn]":
        one_by_one(job, 1)
        raise ValueError("no such\n partition")

    said = (
        r"The launcher failed \(ValueError: no such partition\); 2 of 5 pieces are kept, and the same command goes on"
    )
    with pytest.raises(RunError, match=said):
        gathered(tmp_path, launch=breaks)


def test_a_launcher_that_loses_a_job_is_no_result(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="2 of 5 pieces are kept, and the same command goes on from there"):
        gathered(tmp_path, launch=lambda job, _: one_by_one(job, 1))


def test_ctrl_c_says_what_is_kept(tmp_path: Path) -> None:
    def interrupted(job: Job, _: int) -> "Sequence[JobReturn]":
        one_by_one(job, 1)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt, match="2 of 5 pieces are kept, and the same command goes on from there"):
        gathered(tmp_path, launch=interrupted)


@pytest.mark.usefixtures("hears_ctrl_c")
def test_ctrl_c_ends_the_joblib_launcher_and_its_workers_without_a_word_of_theirs(tmp_path: Path) -> None:
    line = ["-m", "levers.hiring.overseas_weight=0,1", *SMALL[:2], "replicates=1000", "hydra/launcher=joblib"]
    with subprocess.Popen(
        [*COMMAND, *line], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, cwd=tmp_path,
        start_new_session=True,
    ) as running:  # fmt: skip
        deadline = time.monotonic() + 300
        while not pieces(tmp_path) and running.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        os.killpg(running.pid, signal.SIGINT)  # a terminal sends it to all of them
        _, said = running.communicate(timeout=240)  # ends when the last worker has closed its end
    assert running.returncode == 130, said
    last = said.splitlines()[-1]
    assert re.fullmatch(r"Stopped; \d+ of 1000 pieces are kept, and the same command goes on from there\.", last)
    assert "Traceback" not in said
