"""An answer put together once: the question, its effects and what is said first of each arm; every page reads it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from experiments.analysis.names import COST
from experiments.report.caution import cautions, of_the_budget, of_the_record, of_the_targets
from experiments.report.finding import Finding, found
from experiments.report.language import Words
from experiments.report.numbers import records
from experiments.report.track_record import leaning
from experiments.request.build import Build
from experiments.run.store import Result

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from experiments.report.numbers import Row
    from experiments.report.track_record import Leaning
    from experiments.request.comparison import Arm, Question
    from experiments.request.settings import Settings
    from experiments.run.budget import Spent
    from sim import World


@dataclass(frozen=True)
class WhatIfAnswer:
    """The result of a what-if, as its pages need it. found: its effects, or what they are read from. spent: doses, of a
    budget. aims: its table of targets, where it was not read from a result.
    """

    settings: Settings
    question: Question
    found: pd.DataFrame | Result
    spent: Sequence[Spent] = ()
    aims: pd.DataFrame | None = None

    @cached_property
    def targets(self) -> Sequence[Row]:
        """The targets of the documents beside the levels of the model, a row each; see `analysis.targets`."""
        if isinstance(self.found, Result):
            return self.found.targets
        return [] if self.aims is None else records(self.aims)

    @cached_property
    def effects(self) -> pd.DataFrame:
        """The table of effects."""
        return self.found.effects if isinstance(self.found, Result) else self.found

    @property
    def world(self) -> World:
        """The world of the run."""
        return Build.of(self.settings).inputs()[0]

    @cached_property
    def window(self) -> str:
        """The window that is read first."""
        from experiments.analysis.windows import label

        return label(self.settings.read_first)

    @cached_property
    def listed(self) -> Sequence[str]:
        """Outcomes of the table, from which the numbers of a policy are chosen."""
        return [row.partition("/")[0] for rows in self.settings.outcomes.table.values() for row in rows]

    @cached_property
    def rows(self) -> Mapping[tuple[str, str, str], Row]:
        """The rows of the window that is read first, by policy, outcome and group."""
        found: Sequence[Row]
        if isinstance(self.found, Result):
            found = self.found.effects_of(self.window)
        else:
            found = records(self.effects[self.effects["window"] == self.window])
        return {(row["policy"], row["outcome"], row["group"]): row for row in found}

    @cached_property
    def leaning(self) -> Mapping[str, Sequence[Leaning]]:
        """By arm, what the answer about it leans on."""
        country = self.world.country
        return {arm.name: leaning(arm, country) for arm in self.question.arms}

    @cached_property
    def findings(self) -> Sequence[Finding]:
        """What is said first, an arm each."""
        return [self._finding(arm) for arm in self.question.arms]

    def _finding(self, arm: Arm) -> Finding:
        rows = {key[1:]: row for key, row in self.rows.items() if key[0] == arm.name}
        mine = [row for row in self.targets if row["policy"] == arm.name]
        beware = cautions(arm, self.question, self.settings, rows, self.leaning[arm.name])
        spent = [one for one in self.spent if one.arm == arm.name]
        first = found(arm, rows, self.listed, [*of_the_budget(spent, self.settings, rows.get((COST, "all"))), *beware])
        answering = [name for name, row in first.numbers.items() if row["certainty"] != "no effect"]
        more = [*of_the_targets(arm, mine), *of_the_record(answering, self.world.country)]
        return replace(first, cautions=[*first.cautions, *more])

    def words(self, code: str) -> Words:
        """The words of a language for this answer."""
        return Words.of(code, self.world, self.question.brought)
