"""`experiment=recover`: known parameters from all over the space, synthetic data, blind fits; run it before a fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

from pydantic import Field
from threadpoolctl import threadpool_limits

from experiments.calibration import fit, page, recovery
from experiments.calibration.fit import FitPlan
from experiments.calibration.space import Space
from experiments.calibration.study import refuse_ensemble
from experiments.calibration.targets import Moment, read_moments, read_observed
from experiments.errors import InputError, as_input_error
from experiments.request.build import Build
from experiments.request.settings import Section, Whole, read_section
from experiments.run.executors import opened
from experiments.run.study import Computed, Study

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from rich.console import Console

    from experiments.run.checkpoint import Checkpoint
    from experiments.run.store import Result

OVERSEAS = "overseas_weight"  # zero in history by assumption; here it varies, to show the ridge


class RecoverySettings(Section):
    """How large the recovery is; see configs/settings/experiment/recover.yaml."""

    points: Whole = Field(ge=32)
    truths: Whole = Field(ge=5)
    draws: Whole = Field(ge=10)


@dataclass(frozen=True)
class Recovery(Study):
    """A recovery: its size, the space and the moments that are taken for data."""

    kind: ClassVar[str] = "recover"
    asked: RecoverySettings
    space: Space
    moments: Sequence[Moment]

    @classmethod
    def read(cls, config: Mapping[str, Any]) -> Self:
        """The recovery of a resolved configuration; an InputError says what is wrong with it."""
        from sim import Parameters

        asked, settings = read_section(config, "recover", RecoverySettings)
        refuse_ensemble(settings)
        if asked.truths > asked.points // 2:
            raise InputError(f"recover.truths: at most half of the {asked.points} points can be set aside.")
        build = Build.of(settings)
        build.inputs()  # what is wrong with the world is said first
        try:
            space = Space.of(Parameters.load(settings.country), also=(OVERSEAS,)).without(dict(build.overrides))
            moments = fit.to_fit(read_moments(build.targets("moments")), read_observed(build.inputs()[0].country))
        except ValueError as error:
            raise as_input_error(error) from None
        return cls(settings, asked, space, moments)

    def identity(self) -> Mapping[str, Any]:
        """Everything the numbers depend on, code aside."""
        build = Build.of(self.settings)
        return {
            "recover": self.asked.model_dump(),
            "seed": self.settings.seed,
            "scale": self.settings.scale,
            "data": build.inputs()[0].fingerprint,
            "moments": fit.identity(self.moments),
            "fixed": build.overrides,
        }

    def compute(self, checkpoint: Checkpoint) -> Computed:
        """What comes back of every parameter, and the pairs that lie on a ridge."""
        settings, asked, build = self.settings, self.asked, Build.of(self.settings)
        plan = FitPlan(
            settings.seed, settings.scale, asked.points, 1, 0, 0, 0, country=settings.country, fixed=build.overrides
        )
        with opened(settings.executor, settings.workers, 2**16) as executor:
            sets = self.space.filled(asked.points, settings.seed)
            known = fit.simulated(plan, 0, sets, self.moments, checkpoint, executor)
        with threadpool_limits(1):  # as in the fit
            found = recovery.recover(self.space, known, self.moments, asked.truths, asked.draws, settings.seed)
        manifest = {
            "data": build.inputs()[0].fingerprint,
            "recover": asked.model_dump(mode="json"),
            "fixed": dict(build.overrides),
        }

        def illustrate(folder: Path, whole: Mapping[str, Any]) -> None:
            page.draw_recovery(found, asked.truths, folder / "figures")
            (folder / "summary.md").write_text(page.recovery_summary(found, asked.truths, whole), "utf-8")

        pairs = recovery.strongest_pairs(found.ridge, 25).round(3)
        files = {
            "recovery.csv": found.parameters.round(4),
            "ranks.csv": recovery.calibration(found).round(4),
            "ridge.csv": pairs,
        }
        return Computed(files, manifest, illustrate)

    def show(self, result: Result, out: Console) -> None:
        """Print the page of the recovery."""
        out.print((result.folder / "summary.md").read_text("utf-8"), markup=False, highlight=False, soft_wrap=True)
