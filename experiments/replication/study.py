"""`experiment=quasi`: from settings to a stored result and a printed table."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, ClassVar, Self

from experiments.replication.catalogue import chosen
from experiments.replication.evaluation import check, evaluate
from experiments.replication.targets import expected
from experiments.request.build import Build, as_input_errors, drawn_members, members
from experiments.request.settings import Names, Section, Settings, read_section
from experiments.run.study import Computed, Study

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from rich.console import Console

    from experiments.replication.design import QuasiExperiment
    from experiments.run.checkpoint import Checkpoint
    from experiments.run.store import Result

TABLE = "quasi.csv"


class QuasiSettings(Section):
    """Names of the experiments to run; None is all."""

    experiments: Names | None = None


@dataclass(frozen=True)
class Replication(Study):
    """Quasi-experiments on simulated people."""

    kind: ClassVar[str] = "quasi"
    experiments: Sequence[QuasiExperiment]

    @classmethod
    def read(cls, config: Mapping[str, Any]) -> Self:
        """The experiments of a resolved configuration; an InputError says what is wrong with it."""
        asked, settings = read_section(config, "quasi", QuasiSettings, ("replicates", "sets"))
        return cls(settings, chosen(asked.experiments))

    def check(self) -> None:
        """Raise InputError for what cannot be run or compared."""
        build = Build.of(self.settings)
        with as_input_errors():
            known = expected(build.targets("quasi"))
        check(self.experiments, known, build)

    def explanation(self) -> str:
        """Which experiments, how long people are followed, and what is estimated."""
        return "\n".join(
            f"{one.name} {one.title}, people followed to {one.until}: {', '.join(one.estimands)}"
            for one in self.experiments
        )

    def identity(self) -> Mapping[str, Any]:
        """Everything the numbers depend on, code aside."""
        build = Build.of(self.settings)
        world, parameters = build.inputs()
        return {
            "experiments": [one.name for one in self.experiments],
            "seed": self.settings.seed,
            "scale": self.settings.scale,
            "replicates": self.settings.replicates,
            "data": world.fingerprint,
            "targets": hashlib.sha256(build.targets("quasi").read_bytes()).hexdigest(),
            "values": parameters.as_dict(),
            "ensemble": drawn_members(self.settings),
        }

    def compute(self, checkpoint: Checkpoint) -> Computed:
        """Every estimand beside what the study found."""
        settings = self.settings
        found = evaluate(
            self.experiments,
            seed=settings.seed,
            replicates=settings.replicates,
            build=Build.of(settings),
            members=members(settings),
            asked=settings.executor,
            workers=settings.workers,
            keep=checkpoint.folder,
        )

        def illustrate(folder: Path, whole: Mapping[str, Any]) -> None:
            from experiments.replication import figure
            from experiments.replication.summary import summary

            figure.draw(found, caption(settings), folder / "figures")
            text = summary(found, caption(settings), str(whole["command"]))
            (folder / "summary.md").write_text(text, encoding="utf-8")

        manifest = {**self.identity(), "statsmodels": version("statsmodels")}
        return Computed({TABLE: found}, manifest, illustrate)

    def show(self, result: Result, out: Console) -> None:
        """Print the table of estimands."""
        from experiments.replication import table

        found = result.table(TABLE)
        out.print(f"Quasi-experiments, {caption(self.settings)}")
        out.print(table.printed(found))
        out.print(table.counted(found))


def caption(settings: Settings) -> str:
    """What a picture or a table was made from."""
    many = f"{settings.replicates} replicate{'s' if settings.replicates > 1 else ''}"
    sets = "default parameters" if settings.parameters.ensemble is None else f"{settings.draws} draws of parameters"
    return f"{Build.of(settings).title}, scale 1:{1 / settings.scale:g}, {many}, {sets}, seed {settings.seed}"
