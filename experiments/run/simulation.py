"""From points to the pieces of their lives: the one computation that a what-if and a sweep share."""

from __future__ import annotations

from itertools import batched
from typing import TYPE_CHECKING

from experiments.request.build import Build, members
from experiments.run.executors import opened
from experiments.run.launcher import Launched
from experiments.run.replicates import Plan, Replicate, simulated

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence
    from concurrent.futures import Executor

    from experiments.request.design import Asked, Point
    from experiments.run.checkpoint import Checkpoint

TOGETHER = 12  # points that live side by side in one task: bounds memory and what a kill can cost
_REFERENCE = "against"


def simulate(
    points: Sequence[tuple[Point, Asked]],
    checkpoint: Checkpoint,
    executor: Executor | Launched | None = None,
    *,
    paired: bool,
    progress: bool = True,
) -> list[Replicate]:
    """Have the lives of these points as pieces of a checkpoint; the tasks whose pieces they are, in order.

    They run on an executor that is open, or on the one the settings name. Hydra's launcher, where one was chosen,
    takes its place: then each of its jobs opens the one the settings name.
    """
    settings = points[0][1].settings
    todo = list(tasks(points, paired=paired))
    if isinstance(executor, Launched):
        executor.complete(simulated, todo, checkpoint, settings, progress=progress)
    elif executor is not None:
        checkpoint.complete(simulated, todo, executor, progress=progress)
    else:
        with opened(settings.executor, settings.workers, len(todo)) as chosen:
            checkpoint.complete(simulated, todo, chosen, progress=progress)
    return todo


def tasks(points: Sequence[tuple[Point, Asked]], *, paired: bool) -> Iterator[Replicate]:
    """Replicate by replicate, the points that share a history and a reference, a dozen at a time."""
    groups: dict[Hashable, list[tuple[Point, Asked]]] = {}
    for point, asked in points:
        key = (Build.of(asked.settings), asked.settings.seed, asked.question.life(asked.question.against))
        groups.setdefault(key, []).append((point, asked))
    plans = [
        (f"g{group:03}-p{part:03}", together[0][1].settings.seed, _planned(together, paired=paired))
        for group, alike in enumerate(groups.values())
        for part, together in enumerate(batched(alike, TOGETHER))
    ]
    for number in range(points[0][1].settings.replicates):
        for name, seed, plan in plans:
            yield Replicate(f"r{number:04}-{name}", plan, seed, number, paired)


def _planned(together: Sequence[tuple[Point, Asked]], *, paired: bool) -> Plan:
    """Arms of points that are compared in pairs have the numbers of their points for names."""
    settings, question = together[0][1].settings, together[0][1].question
    if paired:
        arms = {str(point.number): asked.question.life(asked.question.arms[0]) for point, asked in together}
    else:
        arms = {arm.name: question.life(arm) for arm in question.arms}
    against = _REFERENCE if paired else question.against.name
    years = settings.fork, settings.until, settings.reached
    return Plan(
        Build.of(settings).of_now(), arms, *years, (against, question.life(question.against)), members(settings)
    )
