"""Running quasi-experiments: simulated people from every replicate, one sample, one table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from experiments.errors import InputError
from experiments.replication.estimators.estimates import Estimate
from experiments.replication.table import table_of
from experiments.replication.targets import expected
from experiments.request.build import POINT, Build
from experiments.run.checkpoint import Checkpoint, Piece
from experiments.run.executors import opened
from experiments.run.replicates import reason, replicate_seed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from concurrent.futures import Executor

    import pandas as pd

    from experiments.replication.design import QuasiExperiment
    from experiments.replication.targets import Expected
    from experiments.request.settings import ExecutorSettings


@dataclass(frozen=True)
class Sampling:
    """The people of one experiment in one replicate, with the parameters of one member of the ensemble."""

    experiment: QuasiExperiment
    build: Build
    seed: int
    replicate: int
    member: int = POINT

    @property
    def name(self) -> str:
        """Name of the piece."""
        return f"{self.experiment.name}-{self.replicate:03}"


def evaluate(
    experiments: Sequence[QuasiExperiment] | None = None,
    *,
    seed: int = 1,
    scale: float = 1.0,
    replicates: int = 16,
    build: Build | None = None,
    members: Sequence[int] = (),
    against: Mapping[tuple[str, str], Expected] | None = None,
    executor: Executor | None = None,
    asked: ExecutorSettings | None = None,
    workers: int | None = None,
    keep: Path | None = None,
    progress: bool = True,
) -> pd.DataFrame:
    """Run experiments (None: all of the catalogue) and compare them with what studies found; see `table.SCHEMA`.

    build: how models are made, instead of the shipped world and default parameters at this scale. members: the
    ensemble's member of each replicate (none: one parameter set). against: what is expected,
    by experiment and estimand, instead of the data file. keep: folder in which finished pieces stay, so that the same
    call goes on where a broken one stopped. Raises InputError for an estimand nothing is known about, and for years
    that the world does not have.
    """
    from experiments.replication.catalogue import chosen

    ours = list(experiments) if experiments is not None else chosen(None)
    build = build or Build(None, (), scale)
    known = expected(build.targets("quasi")) if against is None else against
    check(ours, known, build)
    drawn = list(members) or [POINT] * replicates
    tasks = [Sampling(one, build, seed, *which) for one in ours for which in enumerate(drawn)]
    with TemporaryDirectory() as passing:
        pieces = Checkpoint(keep or Path(passing))
        if executor is None:
            with opened(asked, workers, len(tasks)) as chosen_executor:
                done = pieces.gather(observe, tasks, chosen_executor, progress=progress)
        else:
            done = pieces.gather(observe, tasks, executor, progress=progress)
    estimates = {}
    for one in ours:
        mine = [piece for task, piece in zip(tasks, done, strict=True) if task.experiment is one]
        estimates.update(estimate(one, mine))
    return table_of(ours, estimates, known, len(drawn))


def check(experiments: Sequence[QuasiExperiment], known: Mapping[tuple[str, str], Expected], build: Build) -> None:
    """Raise an InputError for what cannot be run or compared, before anything is."""
    world, _ = build.inputs()
    for one in experiments:
        if not world.first_year <= one.until <= world.last_year:
            years = f"{world.first_year} to {world.last_year}"
            raise InputError(
                f"Quasi-experiment {one.name} follows people to {one.until}; the world has data for {years}."
            )
        for estimand in one.estimands:
            if (one.name, estimand) not in known:
                raise InputError(
                    f"Nothing is expected of {one.name} {estimand}: add a row to targets/quasi.csv of the country."
                )


def observe(task: Sampling) -> Piece:
    """The people looked at in one replicate, of every arm; where the experiment fails, the reason."""
    import pandas as pd

    try:
        return Piece(sample_of(task), {})
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - one experiment that fails leaves the others their rows
        return Piece(pd.DataFrame(), {task.experiment.name: reason(error)})


def sample_of(task: Sampling) -> pd.DataFrame:
    """The same, with `arm` and `replicate` as columns; what goes wrong is raised."""
    import pandas as pd

    from experiments.replication.panel import FollowUp
    from sim import BrainCirculation

    world, parameters = task.build.inputs(task.member)
    seed, samples = replicate_seed(task.seed, task.replicate), []
    for arm, treatment in task.experiment.arms.items():
        model = BrainCirculation(
            treatment.on(world), parameters, treatment.policies, seed=seed, scale=task.build.scale, calls=True
        )
        lives = FollowUp.follow(model, task.experiment.until)
        samples.append(task.experiment.sample(lives).assign(arm=arm))
    sample = pd.concat(samples, ignore_index=True).assign(replicate=task.replicate)
    return sample if task.member == POINT else sample.assign(draw=task.member)


def estimate(experiment: QuasiExperiment, pieces: Sequence[Piece]) -> dict[tuple[str, str], Estimate]:
    """Every estimand of an experiment from the people of all replicates; one that fails says why."""
    import pandas as pd

    for piece in pieces:
        if piece.failed:
            why = Estimate.unknown(f"failed: {piece.failed[experiment.name]}")
            return {(experiment.name, estimand): why for estimand in experiment.estimands}
    sample = pd.concat([piece.table for piece in pieces], ignore_index=True)
    found = {}
    for estimand, estimator in experiment.estimands.items():
        try:
            found[experiment.name, estimand] = estimator(sample)
        except (ArithmeticError, ValueError) as error:  # a singular matrix among them
            found[experiment.name, estimand] = Estimate.unknown(f"failed: {reason(error)}", len(sample))
    return found
