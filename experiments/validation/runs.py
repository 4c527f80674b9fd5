"""The runs: every member of an ensemble with several seeds, as the offices would have seen it, and its patterns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from experiments.ensemble import POINT, reason, replicate_seed
from experiments.errors import RunError
from experiments.pieces import Piece

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import numpy as np
    from numpy.typing import NDArray

    from experiments.pieces import Pieces
    from experiments.whatif import Build

PATTERN = "structural pattern"
"""Stands where a statistic would in the rows of patterns, which are named by `group`."""

KEY = ["statistic", "group", "year"]
RUN = ["member", "seed"]


@dataclass(frozen=True)
class Task:
    """One run. `seed` counts the seeds of a member, `root` is the root of its draws."""

    label: str
    build: "Build"
    member: int
    seed: int
    root: int
    until: int

    @property
    def name(self) -> str:
        """What its piece is called on disk."""
        return f"{self.label}-{self.member:05}-{self.seed:03}"


@dataclass(frozen=True)
class Runs:
    """Finished runs of one ensemble. table: member, seed, statistic, group, year, value. weights: of the members there.

    failed: the reason of every run that did not finish, by its name.
    """

    table: pd.DataFrame
    weights: "pd.Series[float]"
    failed: dict[str, str]

    def cube(self, wide: pd.DataFrame) -> "NDArray[np.float64]":
        """Values by run, (runs, k) with the index member and seed, as (members, seeds, k); NaN where there is none."""
        seeds = sorted(set(wide.index.get_level_values("seed")))
        whole = pd.MultiIndex.from_product([self.weights.index, seeds], names=RUN)
        values = wide.reindex(whole).to_numpy(float)
        return values.reshape(len(self.weights), len(seeds), -1)

    def observations(self) -> Iterator[tuple[tuple[int, int], pd.DataFrame]]:
        """Member and seed of every run with its observations."""
        seen = self.table[self.table["statistic"] != PATTERN]
        for (member, seed), rows in seen.groupby(RUN):
            yield (int(member), int(seed)), rows


def weights_of(build: "Build") -> dict[int, float]:
    """The members to run with their weights; POINT alone where there is no ensemble."""
    ensemble = build.drawn_from()
    return {POINT: 1.0} if ensemble is None else dict(ensemble.weights)


def tasks(label: str, build: "Build", seed: int, seeds: int, until: int) -> list[Task]:
    """Every member with so many seeds, no two runs with the same luck."""
    members = [(member, k) for member in weights_of(build) for k in range(seeds)]
    begin = int.from_bytes(label.encode()[:4])  # another label, other luck
    return [
        Task(label, build, member, k, replicate_seed(seed, begin + number), until)
        for number, (member, k) in enumerate(members)
    ]


def watched(task: Task) -> Piece:
    """One run: statistic, group, year and value of every observation, and of every pattern (year: the last one)."""
    from experiments.validation.lives import Lives
    from experiments.validation.patterns import measured
    from sim import BrainCirculation

    try:
        world, parameters = task.build.inputs(task.member)
        model = BrainCirculation(world, parameters, seed=task.root, scale=task.build.scale, observed=True)
        lives = Lives.watched(model, task.until)
        seen = model.observations()
        found = measured(lives, seen, world.abroad)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - a run that fails is a run with a reason
        return Piece(pd.DataFrame(), {task.name: reason(error)})
    shapes = pd.DataFrame({"statistic": PATTERN, "group": list(found), "year": task.until, "value": found.values()})
    table = pd.concat([seen[[*KEY, "value"]], shapes], ignore_index=True)
    return Piece(table.assign(member=task.member, seed=task.seed), {})


def run(todo: Sequence[Task], pieces: "Pieces", executor: "Executor", *, progress: bool = True) -> Runs:
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
