"""One way through the box: at every point the history and, from the fork on, a life without and with each policy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from experiments.run.checkpoint import Checkpoint, Piece
from experiments.run.replicates import reason

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Executor

    from experiments.request.build import Build
    from experiments.request.comparison import Arm
    from sim import Parameters, Scenario, World


@dataclass(frozen=True)
class Way:
    """One trajectory. points: values by name, in order. seed: of all its points, so that they differ by values alone.

    outcomes: (outcome, group). world: what holds in all lives. Effects are means over the years after the fork, to
    `until`.
    """

    name: str
    number: int
    build: Build
    points: tuple[tuple[tuple[str, float], ...], ...]
    seed: int
    arms: tuple[Arm, ...]
    outcomes: tuple[tuple[str, str], ...]
    fork: int
    until: int
    world: tuple[Scenario, ...] = ()


def walked(task: Way) -> Piece:
    """The paired effects at every point: way, point, policy, outcome, group, effect, reference. Whole or not at all."""
    tables = []
    world, parameters = task.build.inputs()
    for place, values in enumerate(task.points):
        try:
            table = _effects(task, world, parameters.replace(**dict(values)))
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - a way that cannot be walked is a way with a reason
            return Piece(pd.DataFrame(), {task.name: reason(error)})
        tables.append(table.assign(way=task.number, point=place))
    return Piece(pd.concat(tables, ignore_index=True), {})


def _effects(task: Way, world: World, parameters: Parameters) -> pd.DataFrame:
    from sim import BrainCirculation

    past = BrainCirculation(world, parameters, seed=task.seed, scale=task.build.scale).run_through(task.fork)
    reference = _means(past.fork(task.world), task)
    tables = [
        pd.DataFrame(
            {"effect": _means(past.fork((*task.world, *arm.policies)), task) - reference, "reference": reference}
        ).assign(policy=arm.name)
        for arm in task.arms
    ]
    return pd.concat(tables).reset_index()


def _means(model: object, task: Way) -> pd.Series[float]:
    table = model.run_through(task.until).table()  # type: ignore[attr-defined]
    after = table[table["year"] > task.fork].set_index(["outcome", "group"])["value"]
    means = after.groupby(level=["outcome", "group"]).mean()
    found: pd.Series[float] = means.loc[list(task.outcomes)]
    return found


def walk(
    todo: Sequence[Way], pieces: Checkpoint, executor: Executor, *, progress: bool = True
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Every way that could be walked, and the reasons of the others; those on disk are not walked again."""
    done = pieces.gather(walked, todo, executor, progress=progress)
    failed = {name: why for piece in done for name, why in piece.failed.items()}
    tables = [piece.table for piece in done if len(piece.table)]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(), failed
