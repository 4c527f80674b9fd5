"""`experiment=screening`: from settings to a stored table, a page and a picture."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, ClassVar, Self

import pandas as pd
from pydantic import Field

from experiments.errors import InputError, RunError, as_input_error, unknown
from experiments.request.build import Build
from experiments.request.comparison import Question, check, question
from experiments.request.settings import Names, Section, Settings, Whole, read_section
from experiments.run.executors import opened
from experiments.run.replicates import replicate_seed
from experiments.run.study import Computed, Study
from experiments.screening import design, page
from experiments.screening.design import Box
from experiments.screening.runs import Way, walk

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rich.console import Console

    from experiments.run.checkpoint import Checkpoint
    from experiments.run.store import Result

TABLE, EFFECTS = "screening.csv", "effects.csv"
ALL = "all"
READ = ("policy", "world", "arms", "levers", "levers_from", "fork", "until")
"""Settings that a screening reads of those that say what is asked."""


class ScreeningSettings(Section):
    """How large the screening is; see configs/settings/experiment/screening.yaml."""

    trajectories: Whole = Field(ge=2)
    levels: Whole = Field(ge=4, multiple_of=2)
    outcomes: Names = Field(min_length=1)


@dataclass(frozen=True)
class Screening(Study):
    """Morris's elementary effects of all parameters on what policies change."""

    kind: ClassVar[str] = "screening"
    asked: ScreeningSettings
    question: Question
    box: Box
    units: Mapping[tuple[str, str], str]

    @classmethod
    def read(cls, config: Mapping[str, Any]) -> Self:
        """The screening of a resolved configuration; an InputError says what is wrong with it."""
        from sim.measures.outcomes import CATALOGUE

        asked, settings = read_section(config, "screening", ScreeningSettings, READ)
        build, units = Build.of(_point(settings)), {}
        _, parameters = build.inputs()
        for wanted in asked.outcomes:
            outcome, _, group = wanted.partition("/")
            if outcome not in CATALOGUE:
                raise unknown("outcome", outcome, CATALOGUE)
            units[outcome, group or ALL] = CATALOGUE[outcome].unit
        try:
            box = Box.of(parameters, dict(build.overrides))
        except ValueError as error:
            raise as_input_error(error) from None
        arms = question(settings)
        if not arms.arms:
            raise InputError("a screening is about what a policy changes: name one, as policy=package.")
        return cls(settings, asked, arms, box, units)

    def check(self) -> None:
        """Raise InputError for what cannot be run."""
        check(_point(self.settings), self.question)
        for arm in self.question.arms:
            for policy in self.question.life(arm):
                if policy.start <= self.settings.fork:
                    raise InputError(f"{policy.name} starts in {policy.start}, which is history here: fork earlier.")

    def explanation(self) -> str:
        """What is varied, and what is looked at."""
        runs = self.asked.trajectories * (len(self.box.names) + 1)
        policies = ", ".join(arm.name for arm in self.question.arms)
        return (
            f"{len(self.box.names)} parameters over their ranges, {runs:,} points, each with effects of {policies} on "
            f"{', '.join(self.asked.outcomes)}, means of {self.settings.fork + 1} to {self.settings.until}."
        )

    def identity(self) -> Mapping[str, Any]:
        """Everything the numbers depend on, code aside."""
        world, parameters = Build.of(_point(self.settings)).inputs()
        box = self.box
        return {
            "screening": self.asked.model_dump(),
            "seed": self.settings.seed,
            "scale": self.settings.scale,
            "fork": self.settings.fork,
            "until": self.settings.until,
            "arms": {arm.name: [p.model_dump(mode="json") for p in arm.policies] for arm in self.question.arms},
            "world": [p.model_dump(mode="json") for p in self.question.world],
            "data": world.fingerprint,
            "values": parameters.as_dict(),
            "box": list(zip(box.names, box.low.tolist(), box.high.tolist(), strict=True)),
            "salib": version("SALib"),
        }

    def compute(self, checkpoint: Checkpoint) -> Computed:
        """The measures of every parameter, and the effects that they are measured on."""
        settings, asked, box = self.settings, self.asked, self.box
        ways = box.ways(asked.trajectories, asked.levels, settings.seed)
        todo = [
            Way(
                f"way-{number:04}",
                number,
                Build.of(_point(settings)),
                tuple(tuple(zip(box.names, row, strict=True)) for row in way.tolist()),
                replicate_seed(settings.seed, number),
                self.question.arms,
                tuple(self.units),
                settings.fork,
                settings.until,
                self.question.world,
            )
            for number, way in enumerate(ways)
        ]
        with opened(settings.executor, settings.workers, len(todo)) as executor:
            seen, failed = walk(todo, checkpoint, executor)
        if seen.empty or seen["way"].nunique() < 2:
            raise RunError(f"Fewer than two ways were walked; the first reason: {next(iter(failed.values()))}.")
        table = screened(box, ways, seen, asked.levels, settings.seed, self.units)
        effects = seen.groupby(["policy", "outcome", "group"], sort=False)[["effect", "reference"]].agg(["mean", "std"])
        effects.columns = pd.Index(["_".join(pair) for pair in effects.columns])
        manifest = {**self.identity(), "failed": failed, "points": len(seen) // (len(self.units) * len(todo[0].arms))}

        def illustrate(folder: Path, whole: Mapping[str, Any]) -> None:
            page.draw(table, effects, self.caption, folder / "figures")
            text = page.summary(table, effects, self.caption, str(whole["command"]), failed)
            (folder / "summary.md").write_text(text, encoding="utf-8")

        return Computed({TABLE: table.round(6), EFFECTS: effects.reset_index().round(6)}, manifest, illustrate)

    @property
    def caption(self) -> str:
        """What a picture or a table was made from."""
        settings = self.settings
        return (
            f"{Build.of(_point(settings)).title}, {len(self.box.names)} parameters, {self.asked.trajectories} ways, "
            f"effects of {settings.fork + 1} to {settings.until}, scale 1:{1 / settings.scale:g}, seed {settings.seed}"
        )

    def show(self, result: Result, out: Console) -> None:
        """Print the page."""
        out.print((result.folder / "summary.md").read_text("utf-8"), markup=False, highlight=False, soft_wrap=True)


def screened(
    box: Box,
    ways: Any,  # noqa: ANN401 - (trajectories, points, parameters)
    seen: pd.DataFrame,
    levels: int,
    seed: int,
    units: Mapping[tuple[str, str], str],
) -> pd.DataFrame:
    """The measures of every policy, outcome and group. seen: see `runs.walked`; ways that failed are left out."""
    walked = sorted(set(seen["way"]))
    wide = seen.pivot_table(index=["way", "point"], columns=["policy", "outcome", "group"], values="effect", sort=False)
    wide = wide.sort_index()
    answers = wide.set_axis(["\t".join(map(str, key)) for key in wide.columns], axis=1)
    table = design.measured(box, ways[walked], answers, levels, seed)
    keys = table["answer"].str.split("\t", expand=True).set_axis(["policy", "outcome", "group"], axis=1)
    unit = [units[outcome, group] for outcome, group in zip(keys["outcome"], keys["group"], strict=True)]
    return pd.concat([keys.assign(unit=unit), table.drop(columns="answer")], axis=1)


def _point(settings: Settings) -> Settings:
    """Without an ensemble: all parameters vary over their whole range, whatever fits."""
    point = settings.parameters.model_copy(update={"ensemble": None})
    return settings.model_copy(update={"parameters": point})
