"""`experiment=responses`: from settings to a stored card."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self

from experiments.errors import InputError, RunError, unknown
from experiments.request.build import Build, as_input_errors, drawn_members, members
from experiments.request.settings import Names, Section, read_section
from experiments.responses.evidence import read_published
from experiments.responses.lives import Lives, simulated
from experiments.responses.shocks import read_shocks
from experiments.run.executors import opened
from experiments.run.study import Computed, Study

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from rich.console import Console

    from experiments.responses.evidence import Published
    from experiments.responses.shocks import Shock
    from experiments.run.checkpoint import Checkpoint
    from experiments.run.store import Result

CARD = "responses.csv"
EVERY = "every_response.csv"
HORIZONS = (1, 5, 10)
"""Years after the shock at which every response is shown."""


class ResponseSettings(Section):
    """Names of the shocks; None is all."""

    shocks: Names | None = None


@dataclass(frozen=True)
class Responses(Study):
    """The response card."""

    kind: ClassVar[str] = "responses"
    asked: Names | None

    @classmethod
    def read(cls, config: Mapping[str, Any]) -> Self:
        """The study of a resolved configuration; an InputError says what is wrong with it."""
        own, settings = read_section(config, "responses", ResponseSettings, ("fork", "until", "replicates", "sets"))
        return cls(settings, own.shocks)

    @cached_property
    def build(self) -> Build:
        """How models are made."""
        return Build.of(self.settings)

    @cached_property
    def shocks(self) -> dict[str, Shock]:
        """The shocks that are asked for, by name."""
        with as_input_errors():
            known = read_shocks(self.build.targets("shocks"))
        for name in self.asked or ():
            if name not in known:
                raise unknown("shock", name, known)
        return {name: shock for name, shock in known.items() if self.asked is None or name in self.asked}

    @cached_property
    def published(self) -> list[Published]:
        """The evidence on these shocks."""
        with as_input_errors():
            known = read_published(self.build.targets("responses"), self.build.inputs()[0])
            every = read_shocks(self.build.targets("shocks"))
        for one in known.values():
            if one.shock not in every:
                raise InputError(
                    f"Row {one.row} of responses.csv is about {one.shock}, which shocks.csv does not have."
                )
        return [one for one in known.values() if one.shock in self.shocks]

    @property
    def horizons(self) -> tuple[int, ...]:
        """Every horizon that is read."""
        return tuple(sorted({*HORIZONS, *(one.horizon for one in self.published)}))

    def check(self) -> None:
        """Raise InputError for shocks that cannot be, and for horizons beyond the run."""
        from sim.instruments.course import levers_in, shifts_of, timeline

        world, parameters = self.build.inputs()
        last = self.settings.fork + max(self.horizons)
        if last > min(self.settings.until, world.last_year):
            raise InputError(
                f"The last horizon is {last}: take until={last} (the world has data to {world.last_year})."
            )
        first = self.settings.fork + 1
        with as_input_errors():
            for shock in self.shocks.values():
                scenario = shock.scenario(parameters, first)
                timeline(world, shifts_of(world, [scenario], None, world.last_year))
                levers_in(world, parameters, [scenario], first)

    def explanation(self) -> str:
        """Which shocks, and what was published of each."""
        lines = []
        for name, shock in self.shocks.items():
            lines.append(f"{name}: {shock.title}")
            for one in self.published:
                if one.shock == name:
                    what = f"{one.outcome}, {one.population}, after {one.horizon} years"
                    lines.append(f"  {one.row} {what}: {one.unit} {one.low:g} to {one.high:g} ({one.source})")
        return "\n".join(lines)

    def identity(self) -> Mapping[str, Any]:
        """Everything the numbers depend on, code aside."""
        world, parameters = self.build.inputs()
        files = {
            name: hashlib.sha256(self.build.targets(name).read_bytes()).hexdigest() for name in ("shocks", "responses")
        }
        return {
            "shocks": list(self.shocks),
            "files": files,
            "seed": self.settings.seed,
            "scale": self.settings.scale,
            "replicates": self.settings.replicates,
            "fork": self.settings.fork,
            "data": world.fingerprint,
            "values": parameters.as_dict(),
            "ensemble": drawn_members(self.settings),
        }

    def compute(self, checkpoint: Checkpoint) -> Computed:
        """The card and every response."""
        import pandas as pd

        from experiments.responses.card import card_of, every_response

        tasks, settings = list(self.tasks()), self.settings
        with opened(settings.executor, settings.workers, len(tasks)) as executor:
            pieces = checkpoint.gather(simulated, tasks, executor)
        failed = {name: why for piece in pieces for name, why in piece.failed.items()}
        if len(failed) == len(self.shocks):
            raise RunError(f"Every shock failed: {next(iter(failed.values()))}.")
        table = pd.concat([piece.table for piece in pieces], ignore_index=True)
        table = table[~table["shock"].isin(list(failed))]
        done = {name: shock for name, shock in self.shocks.items() if name not in failed}
        card = card_of(self.published, self.shocks, table, settings.scale)
        every = every_response(done, table, HORIZONS, settings.scale)

        def illustrate(folder: Path, whole: Mapping[str, Any]) -> None:
            from experiments.responses import figure
            from experiments.responses.summary import summary

            figure.draw(card, self.caption, folder / "figures")
            text = summary(card, every, done.values(), self.caption, str(whole["command"]))
            (folder / "summary.md").write_text(text, encoding="utf-8")

        return Computed({CARD: card, EVERY: every}, {**self.identity(), "failed": failed}, illustrate)

    def show(self, result: Result, out: Console) -> None:
        """Print the card."""
        from experiments.responses import card

        table = result.table(CARD)
        out.print(f"Response card, {self.caption}")
        out.print(card.printed(table))
        out.print(card.counted(table))
        for name, why in result.manifest.get("failed", {}).items():
            out.print(f"{name} failed: {why}", markup=False)

    def tasks(self) -> Sequence[Lives]:
        """One for every replicate."""
        settings = self.settings
        return [
            Lives(tuple(self.shocks.values()), self.build, settings.seed, number, settings.fork, self.horizons, member)
            for number, member in enumerate(members(settings))
        ]

    @property
    def caption(self) -> str:
        """What a picture or a table was made from."""
        settings = self.settings
        sets = "default parameters" if settings.parameters.ensemble is None else f"{settings.draws} parameter sets"
        runs = f"{settings.replicates} run{'s' if settings.replicates > 1 else ''}"
        return (
            f"{self.build.title}, shocks from {settings.fork + 1}, scale 1:{1 / settings.scale:g}, {sets}, {runs}, "
            f"seed {settings.seed}"
        )
