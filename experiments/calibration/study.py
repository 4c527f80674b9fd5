"""`experiment=calibrate`: the fit and its ensemble, from settings to a finished result."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pydantic import Field

from experiments.calibration import fit
from experiments.calibration.fit import Plan, Wave
from experiments.calibration.space import Space
from experiments.calibration.targets import FIT_UNTIL, Moment, read_moments
from experiments.errors import InputError, as_input_error
from experiments.report.tables import console
from experiments.request.settings import SHIPPED_ENSEMBLE, Section, Settings, Whole, read_section
from experiments.run.checkpoint import Pieces
from experiments.run.executors import opened
from experiments.run.store import Store, fingerprint, provenance
from experiments.run.whatif import Build


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
    adopt: bool = Field(default=False, strict=True)


def run(config: Mapping[str, Any], command: str) -> Path:
    """Fit as the resolved configuration asks; the folder of the result. A finished fit is not done again."""
    asked, settings = read_section(config, "calibrate", CalibrationSettings)
    store = Store(settings.output)
    world, _ = Build.of(settings).inputs()
    plan, space, moments = _planned(settings, asked)
    identity = {
        "calibrate": asked.model_dump(exclude={"adopt"}),
        "seed": settings.seed,
        "scale": settings.scale,
        "data": world.fingerprint,
        "moments": fit.identity(moments),
        "space": list(zip(space.names, space.low.tolist(), space.high.tolist(), space.use, strict=True)),
        "fixed": plan.fixed,
    }
    mark = fingerprint(identity)
    name = f"{settings.name}-{mark[:12]}"
    folder = store.root / name
    found = (folder / "manifest.json").is_file()
    if not found:
        marks = {"run": name, "fingerprint": mark, "command": command, "data": world.fingerprint}
        _fitted(settings, asked, plan, space, moments, store, marks)
    if asked.adopt:
        adopt(folder / "ensemble.csv")
    console().print((folder / "summary.md").read_text("utf-8"), markup=False, highlight=False, soft_wrap=True)
    console().print(f"{'Read back from' if found else 'Written to'} {folder}")
    return folder


def adopt(ensemble: Path) -> None:
    """Put an ensemble in the place of the shipped one, which every what-if runs over."""
    from sim.world.tables import ENSEMBLE, SHIPPED

    (SHIPPED / ENSEMBLE).write_bytes(ensemble.read_bytes())


def refuse_ensemble(settings: Settings) -> None:
    """Raise InputError where an ensemble is given to what searches all parameter sets by itself."""
    if (given := settings.parameters.ensemble) not in (None, SHIPPED_ENSEMBLE):
        raise InputError(
            f"parameters.ensemble={given}: a fit and a recovery search the parameters themselves; leave it out, or "
            "fix single parameters with parameters.overrides."
        )


def _planned(settings: Settings, asked: CalibrationSettings) -> tuple[Plan, Space, list[Moment]]:
    from sim import Parameters

    refuse_ensemble(settings)
    if not asked.kept <= asked.again <= asked.last:
        raise InputError(
            f"calibrate.again: {asked.again} sets cannot be simulated again of the last {asked.last} (calibrate.last) "
            f"and {asked.kept} of these be kept (calibrate.kept); choose a number between the two."
        )
    fixed = Build.of(settings).overrides
    try:
        space = Space.of(Parameters.load()).without(dict(fixed))
        moments = fit.to_fit(read_moments(), asked.stop)
    except ValueError as error:
        raise as_input_error(error) from None
    if not moments:
        raise InputError(f"calibrate.stop: no moment can be fitted with data up to {asked.stop} alone.")
    sizes = asked.first, asked.waves, asked.sets, asked.last, asked.kept
    plan = Plan(settings.seed, settings.scale, *sizes, asked.stop, settings.world.data, asked.again, asked.seeds, fixed)
    return plan, space, moments


def _fitted(
    settings: Settings,
    asked: CalibrationSettings,
    plan: Plan,
    space: Space,
    moments: Sequence[Moment],
    store: Store,
    marks: Mapping[str, Any],
) -> None:
    start = time.perf_counter()
    pieces = Pieces(store.root / f".{marks['run']}.pieces")
    with opened(settings.executor, settings.workers, 2**16) as executor:
        done = []
        for wave in fit.waves(plan, space, moments, pieces, executor):
            done.append(wave)
            print(_said(wave))  # noqa: T201 - an hour's work says how far it is
        done.append(fit.repeated(plan, done[-1], moments, pieces, executor))
        print(_said(done[-1]))  # noqa: T201
    kept = fit.ensemble(done[-1], asked.kept, plan.fixed)
    files = {
        "ensemble.csv": kept.round(6).assign(weight=(kept["weight"] / kept["weight"].sum()).round(8)),
        "waves.csv": pd.DataFrame([_row(wave) for wave in done]),
        "moments.parquet": done[-1].runs.reset_index(),
        "sets.parquet": done[-1].sets.reset_index(names="point"),
    }
    manifest = {
        **marks,
        "seed": settings.seed,
        "scale": settings.scale,
        "calibrate": asked.model_dump(mode="json"),
        "fixed": dict(plan.fixed),
        "simulated": int(sum(len(wave.sets) for wave in done[:-1])),
        "runs": int(sum(len(wave.sets) * wave.seeds for wave in done)),
        **provenance(),
        "wall_seconds": round(time.perf_counter() - start, 1),
    }

    def illustrate(folder: Path) -> None:
        from experiments.calibration import page

        page.draw_all(space, done, kept, moments, folder / "figures")
        (folder / "summary.md").write_text(page.summary(space, done, kept, moments, manifest), "utf-8")

    store.write(str(marks["run"]), files, manifest, illustrate)
    pieces.discard()


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


def _said(wave: Wave) -> str:
    row = _row(wave)
    seeds = f" x {wave.seeds} seeds" if wave.seeds > 1 else ""
    return (
        f"Wave {row['wave']}: {row['sets']} sets{seeds}, median distance {row['distance_median']:.2f} half-widths, "
        f"{row['inside_in_median']:.0%} of the moments inside in the median set"
    )
