"""A sweep: many arms on one history a replicate, gathered in one table of outcomes and one of effects."""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.analysis.effects import pairs, summarised, variance_ratios, with_cost_a_year
from experiments.request.design import Asked, Point, axis_labels, point_table, runnable
from experiments.run.checkpoint import Piece, Pieces
from experiments.run.executors import opened
from experiments.run.launcher import Launched
from experiments.run.replicates import Model, Plan, history, lives, reason, replicate_seed
from experiments.run.store import Result, Store, fingerprint, provenance
from experiments.run.whatif import Build, drawn_members, members

if TYPE_CHECKING:
    from collections.abc import Hashable
    from concurrent.futures import Executor

    import pandas as pd

    from experiments.request.settings import Settings

TOGETHER = 12  # points that live side by side in one task: bounds memory and what a kill can cost
_REFERENCE = "against"
_memory = threading.local()


@dataclass(frozen=True)
class Task:
    """Some points of one replicate. Tasks of the same replicate share a history where they share a worker."""

    name: str
    plan: Plan
    seed: int
    replicate: int


@dataclass(frozen=True)
class Swept:
    """A finished sweep: paired outcomes of every point, effects at the horizons, and the points themselves."""

    outcomes: "pd.DataFrame"
    effects: "pd.DataFrame"
    points: "pd.DataFrame"


def run(
    points: Sequence[Point],
    store: Store,
    command: str,
    executor: "Executor | Launched | None" = None,
    *,
    progress: bool = True,
) -> tuple[Result, bool]:
    """The stored sweep, and whether it was already there. Finished pieces of an earlier, broken try are used."""
    from experiments.report import schema

    settings = runnable(points)[0][1].settings
    mark = fingerprint({"sweep": [point.identity for point in points]})
    name = f"{settings.name}-sweep-{mark[:12]}"
    if found := store.read(name):
        return found, True

    start = time.perf_counter()
    pieces = Pieces(store.root / f".{name}.pieces")
    swept = compute(points, pieces, executor, progress=progress)
    outcomes = schema.sweep_outcomes(swept.outcomes.assign(run=name))
    effects = schema.sweep_effects(swept.effects)
    manifest = {
        "run": name,
        "fingerprint": mark,
        "command": command,
        "seed": settings.seed,
        "scale": settings.scale,
        "swept": list(points[0].varied),
        "points": len(points),
        "failed": int((swept.points["status"] == "failed").sum()),
        "config": settings.model_dump(mode="json"),
        "data": Build.of(settings).inputs()[0].fingerprint,
        "ensemble": drawn_members(settings),
        **provenance(),
        "wall_seconds": round(time.perf_counter() - start, 1),
        "variance_ratio": variance_ratios(effects),
    }

    def illustrate(folder: Path) -> None:
        from experiments.report import sweep_figures, tables
        from experiments.report.sweep_summary import summary

        names = list(points[0].varied)
        sweep_figures.draw_all(
            effects, names, axis_labels(names, settings), tables.caption(settings), folder / "figures"
        )
        text = summary(settings, effects, swept.points, names, command)
        (folder / "summary.md").write_text(text, encoding="utf-8")

    files = {"outcomes.parquet": outcomes, "effects.csv": effects, "points.csv": swept.points}
    result = store.save(name, files, manifest, illustrate)
    pieces.discard()
    return result, False


def compute(
    points: Sequence[Point], pieces: Pieces, executor: "Executor | Launched | None" = None, *, progress: bool = True
) -> Swept:
    """Every point's paired outcomes and effects, on an executor that is open or on the one the settings name.

    Hydra's launcher, where one was chosen, takes its place: then each of its jobs opens the one the settings name.
    """
    able = runnable(points)
    settings = able[0][1].settings
    todo = list(tasks(able))
    if executor is None:
        with opened(settings.executor, settings.workers, len(todo)) as chosen:
            return compute(points, pieces, chosen, progress=progress)
    if isinstance(executor, Launched):
        gathered = executor.gather(piece, todo, pieces, settings, progress=progress)
    else:
        gathered = pieces.gather(piece, todo, executor, progress=progress)
    return _assembled(points, gathered, settings)


def tasks(able: "Sequence[tuple[Point, Asked]]") -> Iterator[Task]:
    """Replicate by replicate, the points that share a history and a reference, a dozen at a time."""
    groups: dict[Hashable, list[tuple[Point, Asked]]] = {}
    for point, asked in able:
        key = (Build.of(asked.settings), asked.settings.seed, asked.question.against.policies)
        groups.setdefault(key, []).append((point, asked))
    for replicate in range(able[0][1].settings.replicates):
        for group, alike in enumerate(groups.values()):
            for part, together in enumerate(batched(alike, TOGETHER)):
                yield Task(f"r{replicate:04}-g{group:03}-p{part:03}", *_planned(together), replicate)


def _planned(together: "Sequence[tuple[Point, Asked]]") -> tuple[Plan, int]:
    first = together[0][1]
    arms = {str(point.number): asked.question.arms[0].policies for point, asked in together}
    years = first.settings.fork, first.settings.until, first.settings.reached
    against = _REFERENCE, first.question.against.policies
    plan = Plan(Build.of(first.settings), arms, *years, against, members(first.settings))
    return plan, first.settings.seed


def piece(task: Task) -> Piece:
    """The paired outcomes of a task's points; a point that fails is left out and its reason kept."""
    import pandas as pd

    failed: dict[str, str] = {}
    try:
        member = task.plan.member(task.replicate)
        past = _recent(task.plan, replicate_seed(task.seed, task.replicate), member)
        outcomes = lives(task.plan, past, failed).assign(replicate=task.replicate, member=member)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - what all points share has failed, so all have
        return Piece(pd.DataFrame(), dict.fromkeys(task.plan.arms, reason(error)))
    paired = pairs(with_cost_a_year(outcomes, task.plan.fork), task.plan.fork, _REFERENCE)
    return Piece(paired.drop(columns="difference"), failed)


def _recent(plan: Plan, seed: int, member: int) -> Model:
    """The history of a replicate, kept by each thread until it meets another one."""
    key = (plan.build, seed, member, plan.fork)
    if getattr(_memory, "key", None) != key:
        _memory.past = None  # never two at a time
        _memory.past, _memory.key = history(plan, seed, member), key
    past: Model = _memory.past
    return past


def _assembled(points: Sequence[Point], pieces: Sequence[Piece], settings: "Settings") -> Swept:
    import pandas as pd

    failed: dict[int, str] = {}
    for done in pieces:
        failed.update({int(number): why for number, why in done.failed.items() if int(number) not in failed})
    found = point_table(points, failed)
    columns = list(found.columns.drop(["status", "reason"]))
    filled = [done.table for done in pieces if len(done.table)]
    if not filled:
        raise _nothing(failed)
    paired = pd.concat(filled, ignore_index=True)
    paired["point"] = paired.pop("policy").astype(int)
    paired = paired.sort_values(["point", "replicate"], kind="stable", ignore_index=True)
    whole = paired[~paired["point"].isin(failed)]
    table = summarised(whole.assign(difference=whole["value"] - whole["reference"]), settings.fork, ("point",))
    table = table[table["horizon"].isin(settings.reached)]
    return Swept(
        found[columns].merge(paired, on="point", validate="1:m"),
        found[columns].merge(table, on="point", validate="1:m"),
        found,
    )


def _nothing(failed: Mapping[int, str]) -> Exception:
    from experiments.errors import RunError

    return RunError(f"Every point failed; the first with {failed[min(failed)]}.")
