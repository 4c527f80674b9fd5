"""Every member of an ensemble is run with several seeds, and what the statistical surveys would show is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from experiments.errors import RunError
from experiments.request.build import POINT
from experiments.run.checkpoint import Piece
from experiments.run.replicates import reason, replicate_seed
from experiments.validation.patterns import measured
from experiments.validation.runs import KEY, PATTERN, Runs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Executor

    from experiments.request.build import Build
    from experiments.run.checkpoint import Checkpoint


@dataclass(frozen=True)
class MemberRun:
    """One run. `seed` counts the seeds of a member, `root` is the root of its draws."""

    label: str
    build: Build
    member: int
    seed: int
    root: int
    until: int

    @property
    def name(self) -> str:
        """What its piece is called on disk."""
        return f"{self.label}-{self.member:05}-{self.seed:03}"


def weights_of(build: Build) -> dict[int, float]:
    """The members to run with their weights; POINT alone where there is no ensemble."""
    ensemble = build.drawn_from()
    return {POINT: 1.0} if ensemble is None else dict(ensemble.weights)


def tasks(label: str, build: Build, seed: int, seeds: int, until: int) -> list[MemberRun]:
    """Every member with so many seeds, no two runs with the same draws."""
    members = [(member, k) for member in weights_of(build) for k in range(seeds)]
    begin = int.from_bytes(label.encode()[:4])  # another label, other draws
    return [
        MemberRun(label, build, member, k, replicate_seed(seed, begin + number), until)
        for number, (member, k) in enumerate(members)
    ]


def watched(task: MemberRun) -> Piece:
    """One run: statistic, group, year and value of every observation, and of every pattern (year: the last one)."""
    from experiments.validation.panel import CareerPanel
    from sim import BrainCirculation

    try:
        world, parameters = task.build.inputs(task.member)
        model = BrainCirculation(world, parameters, seed=task.root, scale=task.build.scale, observed=True)
        lives = CareerPanel.watched(model, task.until)
        seen = model.observations()
        found = measured(lives, seen, world.abroad)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - a run that fails is a run with a reason
        return Piece(pd.DataFrame(), {task.name: reason(error)})
    shapes = pd.DataFrame({"statistic": PATTERN, "group": list(found), "year": task.until, "value": found.values()})
    table = pd.concat([seen[[*KEY, "value"]], shapes], ignore_index=True)
    return Piece(table.assign(member=task.member, seed=task.seed), {})


def run(todo: Sequence[MemberRun], pieces: Checkpoint, executor: Executor, *, progress: bool = True) -> Runs:
    """Every run of one ensemble; those on disk are not done again. Raises RunError if not one finishes."""
    done = pieces.gather(watched, todo, executor, progress=progress)
    failed = {name: why for piece in done for name, why in piece.failed.items()}
    tables = [piece.table for piece in done if len(piece.table)]
    if not tables:
        raise RunError(f"None of the {len(todo)} runs finished; the first says: {next(iter(failed.values()))}.")
    table = pd.concat(tables, ignore_index=True)
    known = pd.Series(weights_of(todo[0].build), dtype=float)
    weights = known[known.index.isin(table["member"].unique())]
    return Runs(table, (weights / weights.sum()).rename_axis("member"), failed)
