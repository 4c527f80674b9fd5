"""Running a design: the statistics that each parameter set would have produced, point by point, kept as they finish."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import batched
from typing import TYPE_CHECKING

import pandas as pd

from experiments.run.checkpoint import Checkpoint, Piece
from experiments.run.replicates import reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from concurrent.futures import Executor

TOGETHER = 16  # points in a piece
KEY = ["year", "statistic", "group"]


@dataclass(frozen=True)
class DesignPart:
    """Some points of a design, to be run through a year. `points`: parameter values by name."""

    name: str
    numbers: tuple[int, ...]
    points: tuple[tuple[tuple[str, float], ...], ...]
    seeds: tuple[int, ...]
    scale: float
    until: int
    country: str | None = None


def tasks(
    label: str, design: pd.DataFrame, seeds: Iterable[int], scale: float, until: int, country: str | None = None
) -> Iterator[DesignPart]:
    """The pieces of a design. design: one row a point, numbered by its index; seeds: one a point."""
    records = zip(design.index, design.to_dict("records"), seeds, strict=True)
    for number, batch in enumerate(batched(records, TOGETHER)):
        yield DesignPart(
            f"{label}-{number:04}",
            tuple(int(index) for index, _, _ in batch),
            tuple(tuple((str(name), float(value)) for name, value in row.items()) for _, row, _ in batch),
            tuple(int(seed) for _, _, seed in batch),
            scale,
            until,
            country,
        )


def observed(task: DesignPart) -> Piece:
    """The observations of every point of a task: point, year, statistic, group, value."""
    tables, failed = [], {}
    for number, point, seed in zip(task.numbers, task.points, task.seeds, strict=True):
        try:
            seen = _run(point, seed, task)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - a point that fails is a point with a reason
            failed[str(number)] = reason(error)
        else:
            tables.append(seen.assign(point=number))
    return Piece(pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(), failed)


def gather(
    pieces: Checkpoint, todo: Iterable[DesignPart], executor: Executor, *, progress: bool = True
) -> pd.DataFrame:
    """The observations of a whole design, (points x years x statistics) rows; what is on disk is not run again."""
    done = pieces.gather(observed, list(todo), executor, progress=progress)
    return pd.concat([piece.table for piece in done if len(piece.table)], ignore_index=True)


def _run(point: tuple[tuple[str, float], ...], seed: int, task: DesignPart) -> pd.DataFrame:
    from sim import BrainCirculation, Parameters, World

    world, parameters = World.load(task.country), Parameters.load(task.country).replace(**dict(point))
    model = BrainCirculation(world, parameters, seed=seed, scale=task.scale, observed=True)
    return model.run_through(task.until).observations()[[*KEY, "value"]]
