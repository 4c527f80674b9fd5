"""The what-if: a sweep of one point, whose arms are shown one by one and whose lives are kept whole."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Self

from experiments.analysis.names import FOLLOWED, RETURNS
from experiments.errors import as_input_error
from experiments.report.ready import load_meanwhile
from experiments.request.build import Build, weights
from experiments.request.comparison import check, describe, refuse_the_same
from experiments.request.design import Asked, Point
from experiments.run.simulation import simulate
from experiments.run.store import EFFECTS, TARGETS
from experiments.run.study import Computed, Study

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    import pandas as pd
    from rich.console import Console

    from experiments.analysis.attribution import Attribution
    from experiments.report.answer import WhatIfAnswer
    from experiments.request.comparison import Question
    from experiments.request.settings import Window
    from experiments.run.budget import Spent
    from experiments.run.checkpoint import Checkpoint
    from experiments.run.store import Result


@dataclass(frozen=True)
class WhatIf(Study):
    """The arms of a question against what it compares them with.

    executor: one that is open; None is the one that the settings name. spent: the doses of the arms, where they have
    been scaled to a budget.
    """

    kind: ClassVar[str] = "whatif"
    question: Question
    executor: Executor | None = None
    progress: bool = True
    spent: tuple[Spent, ...] = ()

    def check(self) -> None:
        """Raise InputError for rows, years and policies that cannot be in this run."""
        from experiments.report.full import check_rows

        check_rows(self.settings.outcomes.table)
        refuse_the_same(self.question)
        check(self.settings, self.question)

    def identity(self) -> Mapping[str, Any]:
        """Everything the numbers depend on, code aside."""
        return describe(self.settings, self.question)

    def funded(self, checkpoint: Checkpoint) -> Self:
        """The same with every arm scaled to the budget of the settings; itself where there is none."""
        if self.settings.budget is None or self.spent:
            return self
        from experiments.run.budget import found

        load_meanwhile()
        wanted = [Asked(self.settings, replace(self.question, arms=(arm,))) for arm in self.question.arms]
        return self.scaled(found(wanted, checkpoint, self.executor, progress=self.progress))

    def scaled(self, spent: Sequence[Spent]) -> Self:
        """The same with the arms at these doses."""
        from experiments.request.dose import dosed

        arms = zip(self.question.arms, spent, strict=True)
        question = replace(self.question, arms=tuple(dosed(arm, one.dose, self.settings) for arm, one in arms))
        return replace(self, question=question, spent=tuple(spent))

    def outcomes(self, checkpoint: Checkpoint) -> pd.DataFrame:
        """Every replicate's lives: policy, replicate, member, year, outcome, group, value, unit."""
        import pandas as pd

        from sim import DataError

        load_meanwhile()
        asked = Asked(self.settings, self.question)
        points = [(Point(0, {}, asked), asked)]
        try:
            done = simulate(points, checkpoint, self.executor, paired=False, progress=self.progress)
        except DataError as error:  # a data file lacks a number that only the run asks for
            raise as_input_error(error) from None
        return pd.concat([piece.table for piece in checkpoint.pieces(done)], ignore_index=True)

    def paired(self, outcomes: pd.DataFrame) -> pd.DataFrame:
        """Every replicate's two lives side by side, year by year: see `analysis.effects.pairs`."""
        from experiments.analysis.effects import pairs

        return pairs(outcomes, self.settings.fork, self.question.against.name)

    def effects(self, paired: pd.DataFrame, windows: Sequence[Window] = ()) -> pd.DataFrame:
        """Effects of every arm against what the question compares it with; by the windows of the settings if none."""
        from experiments.analysis.effects import summarised

        asked = windows or self.settings.reached
        table = summarised(paired, self.settings.fork, asked, weights=weights(self.settings))
        table.insert(1, "against", self.question.against.name)
        return table

    def paths(self, paired: pd.DataFrame) -> pd.DataFrame:
        """Effects of every single year, of the outcomes that the report follows over the years."""
        span = self.settings.until - self.settings.fork
        followed = paired[paired["outcome"].isin(FOLLOWED) & (paired["group"] == "all")]
        return self.effects(followed, [(year, year) for year in range(1, span + 1)])

    def targets(self, paired: pd.DataFrame, outcomes: pd.DataFrame) -> pd.DataFrame:
        """The targets that the policies of the arms name, beside the levels of both lives."""
        from experiments.analysis.targets import tracked

        years = self.settings.fork, self.settings.until
        against = self.question.against.name
        return tracked(self.question.arms, paired, outcomes, years, weights(self.settings), against)

    def why(self, paired: pd.DataFrame) -> Mapping[str, Attribution]:
        """What makes the range of the effect on returns wide, by arm."""
        from experiments.analysis.attribution import attributed
        from experiments.analysis.windows import averaged

        ensemble = Build.of(self.settings).drawn_from()
        returns = paired[(paired["outcome"] == RETURNS) & (paired["group"] == "all")]
        if ensemble is None or returns.empty:
            return {}
        means = averaged(returns, self.settings.fork, [self.settings.read_first], ("policy",))
        by_set = means.pivot_table(index="member", columns="policy", values="difference")
        return {
            str(name): attributed(dict(zip(by_set.index.tolist(), by_set[name].tolist(), strict=True)), ensemble.values)
            for name in by_set
        }

    def compute(self, checkpoint: Checkpoint) -> Computed:
        """Outcomes of every life, effects by windows of years, and the paths of the outcomes that are followed."""
        return self.funded(checkpoint).computed(checkpoint, self.run)

    def computed(self, checkpoint: Checkpoint, run: str) -> Computed:
        """The same once arms have their doses. run: the name of the result."""
        from experiments.analysis.effects import variance_ratios
        from experiments.report import schema

        outcomes = self.outcomes(checkpoint)
        paired = self.paired(outcomes)
        shown = schema.EFFECTS.validate(self.effects(paired))
        paths = schema.EFFECTS.validate(self.paths(paired))
        why, aims = self.why(paired), schema.TARGETS.validate(self.targets(paired, outcomes))
        described = self.identity()
        manifest = {
            "config": self.settings.model_dump(mode="json"),
            **{name: described[name] for name in ("arms", "against", "world", "data", "ensemble")},
            "budget": [one.record() for one in self.spent],
            "variance_ratio": variance_ratios(paired, self.settings.fork, self.settings.reached),
        }
        outcomes = schema.OUTCOMES.validate(outcomes.assign(run=run)[list(schema.OUTCOMES.columns)])

        def illustrate(folder: Path, whole: Mapping[str, Any]) -> None:
            self._illustrate(folder, partial(self.answer, shown, aims), paths, whole, why)

        tables: dict[str, pd.DataFrame | Path] = {"outcomes.parquet": outcomes, EFFECTS: shown, "paths.csv": paths}
        return Computed(tables | ({TARGETS: aims} if len(aims) else {}), manifest, illustrate)

    def answer(self, effects: pd.DataFrame | Result, aims: pd.DataFrame | None = None) -> WhatIfAnswer:
        """The answer that screen, summary, figures and report are made from. effects: or the result that holds all of
        it. aims: the table of targets.
        """
        from experiments.report.answer import WhatIfAnswer

        return WhatIfAnswer(self.settings, self.question, effects, self.spent, aims)

    def show(self, result: Result, out: Console) -> None:
        """Print the answer on one screen, or in full."""
        from experiments.report import full, screen
        from experiments.run.budget import Spent

        spent = [Spent.of(one) for one in result.manifest["budget"]]
        answer = (self.scaled(spent) if spent else self).answer(result)
        self.tell(answer, full.full, partial(screen.screen, columns=out.width), out)

    def explanation(self) -> str:
        """What the policies change, with sources and grades."""
        from experiments.report.explain import explanation

        return explanation(self.settings, self.question)

    def _illustrate(
        self,
        folder: Path,
        answered: Callable[[], WhatIfAnswer],
        paths: pd.DataFrame,
        manifest: Mapping[str, Any],
        why: Mapping[str, Attribution],
    ) -> None:
        from experiments.report import page, whatif_page, workbook
        from experiments.report.summary import summary
        from experiments.run.executors import beside

        answer, language = answered(), self.settings.language
        # of another answer, equal to this one, which changes as it is read
        drawing = whatif_page.Report(answered(), paths, manifest, why).drawing
        with beside(self.settings.executor, self.settings.workers) as other:
            figures = other.submit(page.drawn, drawing, language, folder / "figures")
            report = whatif_page.Report(answer, paths, manifest, why, {language: figures})
            text = summary(answer, str(manifest["command"]), answer.words(language))
            (folder / "summary.md").write_text(text, encoding="utf-8")
            workbook.write(answer, folder / "answer.xlsx")
            (folder / "report.html").write_text(report.html(language), encoding="utf-8")
