"""The lives of many points gathered: their outcomes in one file, their effects, and the mean of every window."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

import pandas as pd

from experiments.analysis.effects import variance_ratios
from experiments.analysis.windows import averaged
from experiments.errors import RunError
from experiments.report import schema
from experiments.run.store import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from experiments.run.checkpoint import Checkpoint
    from experiments.run.sweep import Sweep

_OUTCOMES = ".outcomes"  # among the pieces, until the result is stored


@dataclass(frozen=True)
class Lived:
    """points: as `request.design.point_table`; effects: of every point; means: as `windows.averaged`, by point.

    outcomes: the file that holds those of every replicate. ratios: what pairing bought, see `variance_ratios`.
    """

    points: pd.DataFrame
    effects: pd.DataFrame
    means: pd.DataFrame
    outcomes: Path
    ratios: Mapping[str, float]


def lived(sweep: Sweep, checkpoint: Checkpoint, run: str) -> Lived:
    """Run every point of a sweep that must be whole. Raises RunError with the first reason where a point fails."""
    settings = sweep.settings
    found, parts = sweep.simulated(checkpoint)
    if (broken := found[found["status"] == "failed"]).size:
        first = broken.iloc[0]
        raise RunError(
            f"{len(broken)} of {len(found)} runs failed, and the answer needs them all; the first, {first['policy']}, "
            f"with {first['reason']}."
        )
    outcomes, ratios = checkpoint.folder / _OUTCOMES, defaultdict[str, list[float]](list)
    effects, means = [], []
    with schema.stream(outcomes, SCHEMA) as write:
        for part in parts:
            write(schema.sweep_outcomes(part.outcomes.assign(run=run)))
            both = part.outcomes.assign(difference=part.outcomes["value"] - part.outcomes["reference"])
            for name, ratio in variance_ratios(both, settings.fork, settings.reached).items():
                ratios[name].append(ratio)
            effects.append(part.effects)
            means.append(averaged(both, settings.fork, settings.reached, ("point",)))
    return Lived(
        found,
        schema.sweep_effects(pd.concat(effects, ignore_index=True)),
        pd.concat(means, ignore_index=True),
        outcomes,
        {name: float(median(values)) for name, values in ratios.items()},
    )
