"""The what-if: a sweep of one point, whose arms are shown one by one and whose lives are kept whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from experiments.errors import as_input_error
from experiments.request.build import Build
from experiments.request.comparison import check, describe, refuse_the_same
from experiments.request.design import Asked, Point
from experiments.run.simulation import simulate
from experiments.run.study import Computed, Study

if TYPE_CHECKING:
    from collections.abc import Mapping
    from concurrent.futures import Executor
    from pathlib import Path

    import pandas as pd
    from rich.console import Console

    from experiments.request.comparison import Question
    from experiments.run.checkpoint import Checkpoint
    from experiments.run.store import Result


@dataclass(frozen=True)
class WhatIf(Study):
    """The arms of a question against what it compares them with.

    executor: one that is open; None is the one that the settings name.
    """

    kind: ClassVar[str] = "whatif"
    question: Question
    executor: Executor | None = None
    progress: bool = True

    def check(self) -> None:
        """Raise InputError for rows, years and policies that cannot be in this run."""
        from experiments.report.tables import check_rows

        check_rows(self.settings.outcomes.table)
        refuse_the_same(self.question)
        check(self.settings, self.question)

    def identity(self) -> Mapping[str, Any]:
        """Everything the numbers depend on, code aside."""
        return describe(self.settings, self.question)

    def outcomes(self, checkpoint: Checkpoint) -> pd.DataFrame:
        """Every replicate's lives: policy, replicate, member, year, outcome, group, value, unit."""
        import pandas as pd

        from sim import DataError

        asked = Asked(self.settings, self.question)
        points = [(Point(0, {}, asked), asked)]
        try:
            done = simulate(points, checkpoint, self.executor, paired=False, progress=self.progress)
        except DataError as error:  # a data file lacks a number that only the run asks for
            raise as_input_error(error) from None
        return pd.concat([piece.table for piece in checkpoint.pieces(done)], ignore_index=True)

    def effects(self, outcomes: pd.DataFrame) -> pd.DataFrame:
        """Effects of every year, of every arm against what the question compares it with."""
        from experiments.analysis.effects import effects

        return effects(outcomes, self.settings.fork, self.question.against.name)

    def at_horizons(self, by_year: pd.DataFrame) -> pd.DataFrame:
        """The rows of the years that a reader asked for."""
        return by_year[by_year["horizon"].isin(self.settings.reached)].reset_index(drop=True)

    def compute(self, checkpoint: Checkpoint) -> Computed:
        """Outcomes of every life and effects at the horizons."""
        from experiments.analysis.effects import variance_ratios
        from experiments.report import schema

        outcomes = self.outcomes(checkpoint)
        by_year = self.effects(outcomes)
        shown = schema.EFFECTS.validate(self.at_horizons(by_year))
        described = self.identity()
        manifest = {
            "config": self.settings.model_dump(mode="json"),
            **{name: described[name] for name in ("arms", "against", "world", "data", "ensemble")},
            "variance_ratio": variance_ratios(shown),
        }
        outcomes = schema.OUTCOMES.validate(outcomes.assign(run=self.run)[list(schema.OUTCOMES.columns)])

        def illustrate(folder: Path, whole: Mapping[str, Any]) -> None:
            self._illustrate(folder, by_year, shown, str(whole["command"]))

        return Computed({"outcomes.parquet": outcomes, "effects.csv": shown}, manifest, illustrate)

    def show(self, result: Result, out: Console) -> None:
        """Print one block an arm."""
        from experiments.report import tables

        effects = result.effects
        out.print(tables.heading(self.settings, result.manifest, effects))
        for arm in self.question.arms:
            out.print(tables.block(effects[effects["policy"] == arm.name], arm, self.settings.outcomes.table))
        out.print(tables.legend(effects, tables.reference(self.question)), markup=False)

    def explanation(self) -> str:
        """What the policies change, with sources and grades."""
        from experiments.report.explain import explanation

        return explanation(self.settings, self.question)

    def _illustrate(self, folder: Path, by_year: pd.DataFrame, shown: pd.DataFrame, command: str) -> None:
        from experiments.report import figures, tables
        from experiments.report.summary import summary

        titles = {arm.name: arm.title for arm in self.question.arms}
        abroad = Build.of(self.settings).inputs()[0].abroad
        said = tables.caption(self.settings), folder / "figures"
        figures.draw_all(by_year, titles, abroad, *said, reference=tables.reference(self.question))
        (folder / "summary.md").write_text(summary(self.settings, self.question, shown, command), encoding="utf-8")
