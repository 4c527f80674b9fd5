"""Cutting the space: parameter sets that an emulator cannot rule out, wave by wave, and the weights of those kept.

Sets are drawn by randomised maximum likelihood (Oliver, He & Reynolds 1996): each starts at its own draw of the prior
and of the targets within their tolerance, and moves only as far from the one as the other asks,

    minimise over u in the unit cube  |(m(u) - target - e) / s|^2 + |(u - prior) / width|^2

with m the mean of the emulator and the target on its scale (a logarithm, see `emulator.scaled`), s^2 the variance of
tolerance and emulator. What history is silent on stays where the prior put it. A tolerance is read as two standard
deviations. The loss is linear in the tails, so that a moment that the model cannot meet does not drag parameters to the
edge of their range.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import least_squares
from tqdm import tqdm

from experiments.calibration.space import FREE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from experiments.calibration.emulator import Emulator
    from experiments.calibration.space import Space
    from experiments.calibration.targets import Moment

WIDTH_FREE, WIDTH_SWEPT = 1.0, 12**-0.5  # prior widths in the unit cube: hardly any, and that of a uniform draw
TOLERANCE_IN_SD = 2.0


@dataclass(frozen=True)
class Goal:
    """Targets on the scales of the emulator and the standard deviation that their tolerance stands for, both (m,)."""

    centre: NDArray[np.float64]
    spread: NDArray[np.float64]

    @classmethod
    def of(cls, moments: Sequence[Moment]) -> Goal:
        """The goal that these moments set."""
        scales = [
            (np.log(one.target), np.log1p(one.half_width / one.target))
            if one.logged
            else (one.target / one.half_width, 1.0)
            for one in moments
        ]
        centre, width = np.array(scales, float).reshape(-1, 2).T
        return cls(centre, width / TOLERANCE_IN_SD)


def implausibility(emulator: Emulator, goal: Goal, unit: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distance of the emulated moments from their targets, in standard deviations of both, (points, m)."""
    distance: NDArray[np.float64] = np.abs(emulator.mean(unit) - goal.centre) / np.hypot(goal.spread, emulator.error)
    return distance


def drawn(
    emulator: Emulator,
    goal: Goal,
    space: Space,
    number: int,
    rng: np.random.Generator,
    *,
    progress: bool = True,
) -> pd.DataFrame:
    """That many parameter sets that the emulator cannot rule out: one row a set, one column a parameter."""
    width = np.where(np.array(space.use) == FREE, WIDTH_FREE, WIDTH_SWEPT)
    prior = space.unit(space.filled(number, int(rng.integers(2**31))))
    noise = rng.standard_normal((number, len(goal.centre))) * goal.spread
    sets = [
        _closest(emulator, goal.centre + noise[one], np.hypot(goal.spread, emulator.error), prior[one], width)
        for one in tqdm(range(number), desc="sets", unit="set", disable=not progress)
    ]
    return space.scaled(np.array(sets))


def _closest(
    emulator: Emulator,
    targets: NDArray[np.float64],
    spread: NDArray[np.float64],
    prior: NDArray[np.float64],
    width: NDArray[np.float64],
) -> NDArray[np.float64]:
    def residuals(unit: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.concatenate([(emulator.mean(unit[None])[0] - targets) / spread, (unit - prior) / width])

    def slopes(unit: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.concatenate([emulator.slopes(unit) / spread[:, None], np.diag(1 / width)])

    start = prior.clip(0.01, 0.99)
    found = least_squares(
        residuals, start, slopes, bounds=(0.0, 1.0), loss="soft_l1", xtol=1e-4, ftol=1e-4, max_nfev=60
    )
    best: NDArray[np.float64] = found.x
    return best


def weights(distances: NDArray[np.float64], kept: int) -> NDArray[np.float64]:
    """Weights of simulated sets by their distance from the targets (points,): of the `kept` nearest, zero beyond.

    The Epanechnikov kernel of approximate Bayesian computation (Beaumont, Zhang & Balding 2002), summing to one.
    """
    edge = np.sort(distances)[min(kept, len(distances) - 1)]
    kernel = np.maximum(1 - (distances / edge) ** 2, 0.0)
    shares: NDArray[np.float64] = kernel / kernel.sum()
    return shares
