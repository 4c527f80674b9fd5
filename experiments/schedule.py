"""The schedule of a simulated year: its phases in order, what each does, and how long it takes."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any, ClassVar, Self

from pydantic import Field

from experiments.errors import InputError
from experiments.request.build import Build
from experiments.request.settings import Section, Whole, read_section
from experiments.run.study import Computed, Study

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from experiments.run.checkpoint import Checkpoint
    from experiments.run.store import Result

UNTIMED = 2
"""First years: they load the compiled loops."""
TABLE = "schedule.csv"


class ScheduleSettings(Section):
    """Years timed, after `UNTIMED` that are not; whether the statistics of the surveys are collected as well."""

    years: Whole = Field(ge=1)
    observed: bool = Field(strict=True)


@dataclass(frozen=True)
class Schedule(Study):
    """The phases of a model at one scale, timed in this process."""

    kind: ClassVar[str] = "schedule"
    stored: ClassVar[bool] = False
    asked: ScheduleSettings

    @classmethod
    def read(cls, config: Mapping[str, Any]) -> Self:
        """The schedule of a resolved configuration; an InputError says what is wrong with it."""
        asked, settings = read_section(config, "schedule", ScheduleSettings)
        return cls(settings, asked)

    def check(self) -> None:
        """Raise InputError for more years than the world has data for."""
        world, _ = Build.of(self.settings).inputs()
        most = world.last_year - world.first_year + 1 - UNTIMED
        if self.asked.years > most:
            raise InputError(f"schedule.years: the world has data for at most {most}, not for {self.asked.years}.")

    def identity(self) -> Mapping[str, Any]:
        """Nothing is kept: a machine is never the same twice."""
        return {}

    def compute(self, checkpoint: Checkpoint) -> Computed:  # noqa: ARG002 - there is nothing to go on from
        """Run the years and time their phases."""
        import pandas as pd

        from sim import BrainCirculation

        world, parameters = Build.of(self.settings).inputs()
        model = BrainCirculation(
            *(world, parameters),
            seed=self.settings.seed,
            scale=self.settings.scale,
            observed=self.asked.observed,
        )
        model.run_through(model.year + UNTIMED)
        spent = [model.time_phases(model.year + 1) for _ in range(self.asked.years)]
        rows = [(phase.name, phase.does, median(year[phase.name] for year in spent)) for phase in model.schedule]
        table = pd.DataFrame(rows, columns=["phase", "does", "microseconds"])
        return Computed({TABLE: table.assign(people=len(model.people))})

    def show(self, result: Result, out: Console) -> None:
        """Print the phases, and the sum of their times."""
        from rich import box
        from rich.table import Table

        rows = result.table(TABLE)
        people, total = int(rows["people"].iloc[-1]), float(rows["microseconds"].sum())
        table = Table(box=box.SIMPLE_HEAD)
        table.add_column("phase")
        table.add_column("what it does")
        table.add_column("microseconds a year", justify="right")
        for phase, does, microseconds in rows[["phase", "does", "microseconds"]].itertuples(index=False):
            table.add_row(phase, does, f"{microseconds:,.0f}")
        table.add_row("a year", "", f"{total:,.0f}", style="bold")
        out.print(f"Scale 1:{1 / self.settings.scale:,.0f}, {people:,} people, median of {self.asked.years} years")
        out.print(table)
