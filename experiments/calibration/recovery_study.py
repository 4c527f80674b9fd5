"""`experiment=recover`: known parameters from all over the space, synthetic data, blind fits; run it before a fit."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field
from threadpoolctl import threadpool_limits

from experiments.calibration import fit, page, recovery
from experiments.calibration.fit import Plan
from experiments.calibration.space import Space
from experiments.calibration.study import refuse_ensemble
from experiments.calibration.targets import read_moments
from experiments.errors import InputError, as_input_error
from experiments.report.tables import console
from experiments.request.settings import Section, Whole, read_section
from experiments.run.checkpoint import Pieces
from experiments.run.executors import opened
from experiments.run.store import Store, fingerprint, provenance
from experiments.run.whatif import Build

OVERSEAS = "overseas_weight"  # zero in history by assumption; here it varies, to show the ridge


class RecoverySettings(Section):
    """How large the recovery is; see configs/settings/experiment/recover.yaml."""

    points: Whole = Field(ge=32)
    truths: Whole = Field(ge=5)
    draws: Whole = Field(ge=10)


def run(config: Mapping[str, Any], command: str) -> Path:
    """Recover as the resolved configuration asks; the folder of the result. A finished one is not done again."""
    asked, settings = read_section(config, "recover", RecoverySettings)
    refuse_ensemble(settings)
    if asked.truths > asked.points // 2:
        raise InputError(f"recover.truths: at most half of the {asked.points} points can be set aside.")
    store = Store(settings.output)
    world, _ = Build.of(settings).inputs()
    from sim import Parameters

    fixed = Build.of(settings).overrides
    try:
        space = Space.of(Parameters.load(), also=(OVERSEAS,)).without(dict(fixed))
        moments = fit.to_fit(read_moments())
    except ValueError as error:
        raise as_input_error(error) from None
    identity = {
        "recover": asked.model_dump(),
        "seed": settings.seed,
        "scale": settings.scale,
        "data": world.fingerprint,
        "moments": fit.identity(moments),
        "fixed": fixed,
    }
    mark = fingerprint(identity)
    name = f"{settings.name}-{mark[:12]}"
    folder = store.root / name
    if (folder / "manifest.json").is_file():
        console().print((folder / "summary.md").read_text("utf-8"), markup=False, highlight=False, soft_wrap=True)
        console().print(f"Read back from {folder}")
        return folder
    start = time.perf_counter()
    plan = Plan(settings.seed, settings.scale, asked.points, 1, 0, 0, 0, data=settings.world.data, fixed=fixed)
    pieces = Pieces(store.root / f".{name}.pieces")
    with opened(settings.executor, settings.workers, 2**16) as executor:
        sets = space.filled(asked.points, settings.seed)
        known = fit.simulated(plan, 0, sets, moments, pieces, executor)
    with threadpool_limits(1):  # as in the fit
        recovered = recovery.recover(space, known, moments, asked.truths, asked.draws, settings.seed)
    manifest = {
        "run": name,
        "fingerprint": mark,
        "command": command,
        "seed": settings.seed,
        "scale": settings.scale,
        "data": world.fingerprint,
        "recover": asked.model_dump(mode="json"),
        "fixed": dict(fixed),
        **provenance(),
        "wall_seconds": round(time.perf_counter() - start, 1),
    }

    def illustrate(into: Path) -> None:
        page.draw_recovery(recovered, asked.truths, into / "figures")
        (into / "summary.md").write_text(page.recovery_summary(recovered, asked.truths, manifest), "utf-8")

    pairs = recovery.strongest_pairs(recovered.ridge, 25).round(3)
    store.write(name, {"recovery.csv": recovered.parameters.round(4), "ridge.csv": pairs}, manifest, illustrate)
    pieces.discard()
    console().print((folder / "summary.md").read_text("utf-8"), markup=False, highlight=False, soft_wrap=True)
    console().print(f"Written to {folder}")
    return folder
