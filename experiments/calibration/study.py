"""`experiment=calibrate`: the fit and its ensemble, from settings to a finished result."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import pandas as pd
from pydantic import Field

from experiments.calibration import fit, plausible
from experiments.calibration.fit import FitPlan, Wave
from experiments.calibration.space import Space
from experiments.calibration.targets import FIT_UNTIL, Moment, read_moments, read_observed
from experiments.errors import InputError, as_input_error
from experiments.report.paper import printing
from experiments.request.build import Build
from experiments.request.settings import SHIPPED_ENSEMBLE, Section, Settings, Whole, read_section
from experiments.run.executors import opened
from experiments.run.study import Computed, Study
from sim.world.country import ABOUT, ENSEMBLE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from concurrent.futures import Executor

    from rich.console import Console

    from experiments.calibration.plausible import Judged, Rule
    from experiments.run.checkpoint import Checkpoint
    from experiments.run.store import Result


class CalibrationSettings(Section):
    """How large the fit is; see configs/settings/experiment/calibrate.yaml."""

    first: Whole = Field(ge=32)
    waves: Whole = Field(ge=1)
    sets: Whole = Field(ge=32)
    last: Whole = Field(ge=32)
    again: Whole = Field(ge=10)
    seeds: Whole = Field(ge=1)
    kept: Whole = Field(ge=10)
    stop: Whole = Field(le=FIT_UNTIL)
    ahead: Whole = Field(ge=0)
    adopt: Path | None = None


@dataclass(frozen=True)
class Calibration(Study):
    """A fit: its size, the space that is searched and the moments that are fitted."""

    kind: ClassVar[str] = "calibrate"
    asked: CalibrationSettings
    plan: FitPlan
    space: Space
    moments: Sequence[Moment]
    rules: Sequence[Rule]

    @classmethod
    def read(cls, config: Mapping[str, Any]) -> Self:
        """The fit of a resolved configuration; an InputError says what is wrong with it."""
        asked, settings = read_section(config, "calibrate", CalibrationSettings)
        return cls(settings, asked, *_planned(settings, asked))

    def identity(self) -> Mapping[str, Any]:
        """Everything the numbers depend on, code aside."""
        world, _ = Build.of(self.settings).inputs()
        space = self.space
        return {
            "calibrate": self.asked.model_dump(exclude={"adopt"}),
            "seed": self.settings.seed,
            "scale": self.settings.scale,
            "data": world.fingerprint,
            "moments": fit.identity(self.moments),
            "space": list(zip(space.names, space.low.tolist(), space.high.tolist(), space.use, strict=True)),
            "fixed": self.plan.fixed,
            "rules": [astuple(rule) for rule in self.rules],
        }

    def compute(self, checkpoint: Checkpoint) -> Computed:
        """The waves of the fit and the ensemble that is kept."""
        settings, asked, plan = self.settings, self.asked, self.plan
        with opened(settings.executor, settings.workers, 2**16) as executor:
            done = []
            for wave in fit.waves(plan, self.space, self.moments, checkpoint, executor):
                done.append(wave)
                _tell(wave)
            done.append(fit.repeated(plan, done[-1], self.moments, checkpoint, executor))
            _tell(done[-1])
            ahead = self._ahead(done[-1], checkpoint, executor)
        last = done[-1]
        if ahead and len(ahead.plausible) >= plausible.FEWEST:
            last = fit.only(last, ahead.plausible)
        kept = fit.ensemble(last, asked.kept, plan.fixed)
        files = {
            ENSEMBLE: kept.round(6).assign(weight=(kept["weight"] / kept["weight"].sum()).round(8)),
            "waves.csv": pd.DataFrame([_row(wave) for wave in done]),
            "moments.parquet": done[-1].runs.reset_index(),
            "sets.parquet": done[-1].sets.reset_index(names="point"),
        }
        if ahead:
            would_be_kept = fit.chosen(done[-1], asked.kept)
            files |= {
                "ahead.csv": ahead.table.round(6),
                "dropped.csv": ahead.dropped(),
                "bars.csv": ahead.bars(would_be_kept).round(4),
            }
        manifest = {
            "data": Build.of(settings).inputs()[0].fingerprint,
            "calibrate": asked.model_dump(mode="json"),
            "fixed": dict(plan.fixed),
            "simulated": int(sum(len(wave.sets) for wave in done[:-1])),
            "runs": int(sum(len(wave.sets) * wave.seeds for wave in done)),
        }

        def illustrate(folder: Path, whole: Mapping[str, Any]) -> None:
            from experiments.calibration import page

            page.draw_all(self.space, [*done[:-1], last], kept, self.moments, folder / "figures")
            text = page.summary(self.space, done, last, kept, self.moments, whole, ahead)
            (folder / "summary.md").write_text(text, "utf-8")

        return Computed(files, manifest, illustrate)

    def _ahead(self, wave: Wave, checkpoint: Checkpoint, executor: Executor) -> Judged | None:
        """What the sets of a wave do after the fitted years; None where nobody asks or no rule was written."""
        settings, asked = self.settings, self.asked
        if not (asked.ahead and self.rules):
            return None
        sets, world = wave.sets.assign(**dict(self.plan.fixed)), Build.of(settings).inputs()[0]
        size = asked.ahead, settings.seed, settings.scale
        try:
            return plausible.look(sets, self.rules, *size, settings.country, world, checkpoint, executor)
        except ValueError as error:  # a rule about a group that there is not
            raise as_input_error(error) from None

    def show(self, result: Result, out: Console) -> None:
        """Print the page of the fit."""
        page = (result.folder / "summary.md").read_text("utf-8")
        for text in (page, _use(result.folder / ENSEMBLE, self.asked, self.settings.country)):
            out.print(text, markup=False, highlight=False, soft_wrap=True)

    def finish(self, result: Result) -> None:
        """Copy the ensemble where that is asked."""
        if self.asked.adopt:
            adopt(result.folder / ENSEMBLE, self.asked.adopt)


def adopt(ensemble: Path, to: Path) -> Path:
    """Copy an ensemble to a file, or into the folder of a country as its own; the path that was written.

    Raises InputError for a path that cannot be written.
    """
    to = to / ENSEMBLE if to.is_dir() else to
    try:
        to.write_bytes(ensemble.read_bytes())
    except OSError as error:
        raise InputError(f"calibrate.adopt: {to} cannot be written ({error.strerror}).") from None
    return to


def _use(ensemble: Path, asked: CalibrationSettings, country: str | None) -> str:
    """How to run over an ensemble."""
    if asked.adopt and (asked.adopt / ABOUT).is_file():
        return f"Runs over the country in {asked.adopt} take the ensemble from now on."
    of = f"country={country} " if country else ""
    where = asked.adopt or ensemble
    return f"To run over it: {of}parameters.ensemble={where}; calibrate.adopt=FOLDER makes it that of a country."


def refuse_ensemble(settings: Settings) -> None:
    """Raise InputError where an ensemble is given to what searches all parameter sets by itself."""
    if (given := settings.parameters.ensemble) not in (None, SHIPPED_ENSEMBLE):
        raise InputError(
            f"parameters.ensemble={given}: a fit and a recovery search the parameters themselves; leave it out, or "
            "fix single parameters with parameters.overrides."
        )


def _planned(settings: Settings, asked: CalibrationSettings) -> tuple[FitPlan, Space, list[Moment], tuple[Rule, ...]]:
    from sim import Parameters

    refuse_ensemble(settings)
    if not asked.kept <= asked.again <= asked.last:
        raise InputError(
            f"calibrate.again: {asked.again} sets cannot be simulated again of the last {asked.last} (calibrate.last) "
            f"and {asked.kept} of these be kept (calibrate.kept); choose a number between the two."
        )
    build = Build.of(settings)
    fixed = build.overrides
    try:
        space = Space.of(Parameters.load(settings.country)).without(dict(fixed))
        observed = read_observed(build.inputs()[0].country)
        moments = fit.to_fit(read_moments(build.targets("moments")), observed, asked.stop)
        ruled = asked.stop == FIT_UNTIL and build.inputs()[0].country.has_targets("plausible")  # else: hindsight
        rules = plausible.read_rules(build.targets("plausible")) if ruled else ()
    except ValueError as error:
        raise as_input_error(error) from None
    if not moments:
        raise InputError(f"calibrate.stop: no moment can be fitted with data up to {asked.stop} alone.")
    sizes = asked.first, asked.waves, asked.sets, asked.last, asked.kept
    plan = FitPlan(settings.seed, settings.scale, *sizes, asked.stop, settings.country, asked.again, asked.seeds, fixed)
    return plan, space, moments, rules


def _row(wave: Wave) -> dict[str, object]:
    inside = wave.distances.abs() <= 1
    return {
        "wave": wave.number,
        "sets": len(wave.sets),
        "seeds": wave.seeds,
        "distance_median": wave.spread.median(),
        "distance_best": wave.spread.min(),
        "inside_a_set": inside.mean(axis=1).median(),
        "inside_in_median": (wave.distances.median().abs() <= 1).mean(),
        "emulator_r2": float(np.median(wave.emulator.score)) if wave.emulator else np.nan,
    }


def _tell(wave: Wave) -> None:
    """Say how far an hour's work is."""
    with printing():
        print(_said(wave))  # noqa: T201 - the command's own output


def _said(wave: Wave) -> str:
    row = _row(wave)
    seeds = f" x {wave.seeds} seeds" if wave.seeds > 1 else ""
    return (
        f"Wave {row['wave']}: {row['sets']} sets{seeds}, median distance {row['distance_median']:.2f} half-widths, "
        f"{row['inside_in_median']:.0%} of the moments inside in the median set"
    )
