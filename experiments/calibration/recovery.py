"""Recovery: known parameters, synthetic data, a blind fit. Which parameters come back, and which lie on a ridge.

Some simulated sets are set aside. An emulator that has not seen them learns from the others; the moments of each set
aside are then taken for data, and sets are drawn for them exactly as in the fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.calibration import matching
from experiments.calibration.emulator import Emulator, scaled
from experiments.calibration.matching import Goal
from experiments.calibration.space import DRAWN, FREE, SWEPT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from experiments.calibration.fit import Wave
    from experiments.calibration.space import Space
    from experiments.calibration.targets import Moment

RIDGE = ("pessimism", "away_penalty", "overseas_weight", "security_fixed")
"""Parameters that departures can hardly tell apart."""

BAND = (0.05, 0.95)
COMES_BACK, SAID_SOMETHING = 0.5, 0.1  # share of the variance of the truth that the fit explains


@dataclass(frozen=True)
class Recovered:
    """parameters: one row a parameter. ridge: correlation of parameters among the sets drawn for one truth, mean."""

    parameters: pd.DataFrame
    ridge: pd.DataFrame


def recover(
    space: Space,
    known: Wave,
    moments: Sequence[Moment],
    truths: int,
    draws: int,
    seed: int,
) -> Recovered:
    """Recover `truths` of the simulated sets of a wave, each with that many draws.

    Columns of `parameters`: parameter, use, explained (share of the variance of the truth that the mean of the draws
    explains, over truths), covered (how often the 90 % band holds the truth), narrowed (1 - variance among the draws
    over that of the truths) and a verdict in words.
    """
    rng = np.random.default_rng(seed)
    aside = rng.choice(len(known.sets), truths, replace=False)
    rest = np.setdiff1d(np.arange(len(known.sets)), aside)
    unit = space.unit(known.sets)
    table = scaled(known.moments, moments)
    learned = Emulator.learned(space, unit[rest], table.iloc[rest], space.used(FREE, SWEPT))
    goal = Goal.of(moments)
    found, means, inside, spread, ridges = [], [], [], [], []
    data = table.to_numpy()
    for one in aside:
        synthetic = Goal(data[one], goal.spread)
        sets = space.unit(matching.drawn(learned, synthetic, space, draws, rng, progress=False))
        low, high = np.quantile(sets, BAND, axis=0)
        found.append(unit[one])
        means.append(sets.mean(axis=0))
        inside.append((low <= unit[one]) & (unit[one] <= high))
        spread.append(sets.var(axis=0))
        ridges.append(np.corrcoef(sets.T))
    truth, mean = np.array(found), np.array(means)
    table = pd.DataFrame(
        {
            "parameter": space.names,
            "use": space.use,
            "explained": [_explained(truth[:, i], mean[:, i]) for i in range(len(space.names))],
            "covered": np.mean(inside, axis=0),
            "narrowed": 1 - np.mean(spread, axis=0) / np.maximum(unit.var(axis=0), 1e-9),
        }
    )
    table["verdict"] = [_verdict(share) for share in table["explained"]]
    names = list(space.names)
    return Recovered(
        table[table["use"] != DRAWN].sort_values("explained", ascending=False, ignore_index=True),
        pd.DataFrame(np.mean(ridges, axis=0), names, names),
    )


def strongest_pairs(ridge: pd.DataFrame, number: int) -> pd.DataFrame:
    """The pairs of parameters with the largest correlation in size: first, second, correlation."""
    rows, columns = np.triu_indices(len(ridge), 1)
    pairs = pd.DataFrame(
        {
            "first": ridge.index[rows],
            "second": ridge.columns[columns],
            "correlation": ridge.to_numpy()[rows, columns],
        }
    )
    return pairs.sort_values("correlation", key=abs, ascending=False).head(number).reset_index(drop=True)


def _explained(truth: np.ndarray, mean: np.ndarray) -> float:
    if truth.std() < 1e-9 or mean.std() < 1e-9:
        return 0.0
    return float(np.corrcoef(truth, mean)[0, 1].clip(0) ** 2)


def _verdict(explained: float) -> str:
    if explained >= COMES_BACK:
        return "comes back"
    return "narrowed" if explained >= SAID_SOMETHING else "not identified"
