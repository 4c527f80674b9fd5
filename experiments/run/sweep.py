"""A sweep: many points on one history a replicate, gathered in one table of outcomes and one of effects."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import batched
from statistics import median
from typing import TYPE_CHECKING, Any, ClassVar, Self

from experiments.errors import RunError
from experiments.request.build import Build, drawn_members, weights
from experiments.request.design import Asked, point_table, runnable
from experiments.run.simulation import TOGETHER, simulate
from experiments.run.store import EFFECTS, SCHEMA
from experiments.run.study import Computed, Study

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    import pandas as pd
    from rich.console import Console

    from experiments.report.sweep_answer import SweepAnswer
    from experiments.request.comparison import Arm
    from experiments.request.design import Point
    from experiments.run.budget import Spent
    from experiments.run.checkpoint import Checkpoint
    from experiments.run.launcher import Launched
    from experiments.run.replicates import Replicate
    from experiments.run.store import Result
    from sim import Scenario

_AT_ONCE = 3  # points in one table, of which pandas holds several copies meanwhile
_LARGE = 100  # points from which figures are drawn in this process: memory counts for more than a second or two
_OUTCOMES, _EFFECTS = ".outcomes", ".effects"  # among the pieces, until the result is stored


@dataclass(frozen=True)
class Swept:
    """Some points of a finished sweep: their paired outcomes and their effects by windows of years."""

    outcomes: pd.DataFrame
    effects: pd.DataFrame


@dataclass(frozen=True)
class Sweep(Study):
    """Points, each one arm against a reference.

    executor: one that is open, or Hydra's launcher; None is the executor that the settings name.
    """

    kind: ClassVar[str] = "sweep"
    points: Sequence[Point]
    executor: Executor | Launched | None = None
    progress: bool = True

    @classmethod
    def of(cls, points: Sequence[Point], executor: Executor | Launched | None = None, *, progress: bool = True) -> Self:
        """Run, shown and stored as the settings of the first point that can run say; InputError where none can."""
        return cls(runnable(points)[0][1].settings, points, executor, progress)

    @property
    def name(self) -> str:
        """How the name of its folder begins."""
        return f"{self.settings.name}-sweep"

    @property
    def swept(self) -> list[str]:
        """Names of the settings with several values."""
        return list(self.points[0].varied)

    def check(self) -> None:
        """Raise InputError where no point can run, or a printed row does not exist."""
        from experiments.report.full import check_rows

        check_rows(self.settings.outcomes.table)

    def identity(self) -> Mapping[str, Any]:
        """Everything the numbers depend on, code aside."""
        return {"points": [point.identity for point in self.points]}

    def simulated(self, checkpoint: Checkpoint) -> tuple[pd.DataFrame, Iterator[Swept]]:
        """The table of points, and their outcomes and effects, some points at a time in the order of their numbers.

        Raises RunError where every point failed.
        """
        able, spent = self._funded(checkpoint)
        done = simulate(able, checkpoint, self.executor, paired=True, progress=self.progress)
        failed: dict[int, str] = {}
        for task in done:
            for number, why in (checkpoint.failed(task) or {}).items():
                failed.setdefault(int(number), why)
        table = point_table(self.points, failed)
        if spent:
            table["dose"] = [spent[number].dose if number in spent else float("nan") for number in table["point"]]
            table["budget_left"] = [spent[number].why if number in spent else "" for number in table["point"]]
        if (table["status"] == "failed").all():
            raise RunError(f"Every point failed; the first with {failed[min(failed)]}.")
        return table, self._parts(table, done, checkpoint)

    def _funded(self, checkpoint: Checkpoint) -> tuple[list[tuple[Point, Asked]], dict[int, Spent]]:
        """The points that can be run, those with a budget at the dose that costs it, and the doses by point."""
        able = runnable(self.points)
        asked = [(point, one) for point, one in able if one.settings.budget is not None]
        if not asked:
            return able, {}
        from experiments.request.dose import dosed
        from experiments.run.budget import found

        doses = found([one for _, one in asked], checkpoint, self.executor, progress=self.progress)
        spent = {point.number: one for (point, _), one in zip(asked, doses, strict=True)}
        scaled = []
        for point, one in able:
            question = one.question
            if point.number in spent:
                arm = dosed(question.arms[0], spent[point.number].dose, one.settings)
                question = replace(question, arms=(arm,))
            scaled.append((point, Asked(one.settings, question)))
        return scaled, spent

    def compute(self, checkpoint: Checkpoint) -> Computed:
        """Paired outcomes of every point and effects by windows of years, each streamed to one file; the points."""
        import pandas as pd

        from experiments.analysis.effects import variance_ratios
        from experiments.report import schema
        from experiments.report.sweep_answer import are_shown

        found, parts = self.simulated(checkpoint)
        outcomes, effects = checkpoint.folder / _OUTCOMES, checkpoint.folder / _EFFECTS
        shown, ratios = list[pd.DataFrame](), defaultdict[str, list[float]](list)
        with schema.stream(outcomes, SCHEMA) as write:
            for part in parts:
                write(schema.sweep_outcomes(part.outcomes.assign(run=self.run)))
                some = schema.sweep_effects(part.effects)
                some.to_csv(effects, mode="a" if shown else "w", header=not shown, index=False)
                shown.append(some[are_shown(some, self.settings)])
                both = part.outcomes.assign(difference=part.outcomes["value"] - part.outcomes["reference"])
                for name, ratio in variance_ratios(both, self.settings.fork, self.settings.reached).items():
                    ratios[name].append(ratio)
        table = pd.concat(shown, ignore_index=True)
        manifest = {
            "swept": self.swept,
            "points": len(self.points),
            "failed": int((found["status"] == "failed").sum()),
            "config": self.settings.model_dump(mode="json"),
            "data": Build.of(self.settings).inputs()[0].fingerprint,
            "ensemble": drawn_members(self.settings),
            "variance_ratio": {name: float(median(values)) for name, values in ratios.items()},
        }

        def illustrate(folder: Path, whole: Mapping[str, Any]) -> None:
            self._illustrate(folder, table, found, whole)

        files: dict[str, pd.DataFrame | Path] = {
            "outcomes.parquet": outcomes,
            EFFECTS: effects,
            "points.csv": found,
        }
        return Computed(files, manifest, illustrate)

    def answer(self, effects: pd.DataFrame, points: pd.DataFrame) -> SweepAnswer:
        """The answer that screen, summary and figures are made from."""
        from experiments.report.sweep_answer import SweepAnswer
        from experiments.request.comparison import NOTHING

        asked = [point.asked.question for point in self.points if not isinstance(point.asked, str)]
        named: list[Arm | Scenario] = [arm for one in asked for arm in (*one.arms, one.against)]
        if "world" in self.swept:  # the baseline of each point is one in its own world
            named = [*named, NOTHING, *(world for one in asked for world in one.world)]
        arms = {frozenset(change.name for policy in arm.policies for change in policy.changes): arm
                for one in asked for arm in one.arms}  # fmt: skip
        return SweepAnswer(
            self.settings, effects, points, self.swept, {one.name: one for one in named}, tuple(arms.values())
        )

    def show(self, result: Result, out: Console) -> None:
        """Print a line a point, or everything in full."""
        from experiments.report import sweep_answer

        effects = result.some_rows(EFFECTS, lambda table: sweep_answer.are_shown(table, self.settings))
        answer = self.answer(effects, result.points)
        self.tell(answer, sweep_answer.full, sweep_answer.screen, out)

    def explanation(self) -> str:
        """What is swept, and what the first point changes."""
        from experiments.report.explain import sweep_explanation

        return sweep_explanation(self.points)

    def finish(self, result: Result) -> None:
        """Raise RunError where a point failed."""
        if failed := int(result.manifest["failed"]):
            raise RunError(
                f"{failed} of {len(self.points)} points failed; their reasons are in the table above and points.csv."
            )

    def _parts(self, points: pd.DataFrame, done: Sequence[Replicate], checkpoint: Checkpoint) -> Iterator[Swept]:
        """Pieces are read for a dozen points and put together for a few: memory does not grow with the points."""
        import pandas as pd

        from experiments.analysis.effects import summarised

        settings, columns = self.settings, points.columns.drop(["status", "reason", "budget_left"], errors="ignore")
        broken = points.loc[points["status"] == "failed", "point"]
        for together in batched(points["point"].tolist(), TOGETHER):
            names = {str(number) for number in together}
            pieces = checkpoint.pieces([task for task in done if names & task.plan.arms.keys()])
            tables = [_numbered(piece.table) for piece in pieces if len(piece.table)]
            for few in batched(together, _AT_ONCE):
                some = [table[table["point"].isin(few)] for table in tables]
                if not sum(map(len, some)):
                    continue
                paired = pd.concat(some, ignore_index=True)
                paired = paired.sort_values(["point", "replicate"], kind="stable", ignore_index=True)
                whole = paired[~paired["point"].isin(broken)]
                both = whole.assign(difference=whole["value"] - whole["reference"])
                table = pd.concat(
                    [
                        summarised(
                            both[both["point"].isin(alike)], settings.fork, settings.reached, ("point",), dict(drawn)
                        )
                        for drawn, alike in self._by_weights(few).items()
                    ]
                ).sort_values("point", kind="stable", ignore_index=True)
                named = points.loc[points["point"].isin(few), columns]
                yield Swept(
                    named.merge(paired, on="point", validate="1:m"), named.merge(table, on="point", validate="1:m")
                )

    def _by_weights(self, numbers: Iterable[int]) -> dict[tuple[tuple[int, float], ...], list[int]]:
        """Points by the weights of their parameter sets: a sweep over seeds draws other sets for each."""
        alike: dict[tuple[tuple[int, float], ...], list[int]] = {}
        for number in numbers:
            asked = self.points[number].asked
            drawn = weights(self.settings if isinstance(asked, str) else asked.settings)
            alike.setdefault(tuple(sorted(drawn.items())), []).append(number)
        return alike

    def _illustrate(
        self, folder: Path, effects: pd.DataFrame, points: pd.DataFrame, manifest: Mapping[str, Any]
    ) -> None:
        from experiments.report import page, sweep_page
        from experiments.report.sweep_answer import summary
        from experiments.run.executors import beside

        answer, language = self.answer(effects, points), self.settings.language
        drawing = sweep_page.Report(self.answer(effects, points), manifest).drawing
        workers = 1 if len(points) > _LARGE else self.settings.workers  # another process would hold its tables too
        with beside(self.settings.executor, workers) as other:
            figures = other.submit(page.drawn, drawing, language, folder / "figures")
            text = summary(answer, str(manifest["command"]), answer.words(language))
            (folder / "summary.md").write_text(text, encoding="utf-8")
            report = sweep_page.Report(answer, manifest, {language: figures})
            (folder / "report.html").write_text(report.html(language), encoding="utf-8")


def _numbered(piece: pd.DataFrame) -> pd.DataFrame:
    """The table of a piece with the numbers of its points, which are the names of its arms, as the last column."""
    return piece.drop(columns="policy").assign(point=piece["policy"].astype(int))
