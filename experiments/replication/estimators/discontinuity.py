"""Regression discontinuity: people just above a cut-off against people just below it.

Local linear regression with a triangular kernel; the bandwidth is that of Imbens & Kalyanaraman (2012) unless given.
Every estimate states its bandwidth and what half and twice of it would have said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from experiments.replication.estimators.estimates import (
    FEWEST_PEOPLE,
    Estimate,
    complete,
    least_squares,
    over_level,
    people_of,
    standard_error,
)
from experiments.replication.estimators.instruments import two_stages

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    type Floats = NDArray[np.float64]

RUNNING = "distance"
"""Column of a sample with the distance from the cut-off; who stands above it is treated."""
_TRIANGULAR = 3.4375  # constant of the kernel (Imbens & Kalyanaraman 2012)


@dataclass(frozen=True)
class Discontinuity:
    """Jump of an outcome at the cut-off; `relative`: over the level just below it.

    `covariates` are numbers known before the call: they make the jump more precise, not other (Calonico et al. 2019).
    Where one is missing, that is known before the call too, so it is a covariate of its own.
    """

    outcome: str
    running: str = RUNNING
    bandwidth: float | None = None
    relative: bool = False
    covariates: tuple[str, ...] = ()

    def __call__(self, sample: pd.DataFrame) -> Estimate:
        rows = complete(sample, self.outcome, self.running)
        x, y = rows[self.running].to_numpy(float), rows[self.outcome].to_numpy(float)
        if not _enough(x):
            return Estimate.unknown("too few people near the cut-off", len(rows))
        wide = self.bandwidth or bandwidth(x, y)
        people, known = people_of(rows), _known(rows, self.covariates)
        found, half, twice = (self._jump(x, y, known, people, wide * factor) for factor in (1.0, 0.5, 2.0))
        said = f"bandwidth {wide:.2f}; half of it {half[0]:.3f}, twice {twice[0]:.3f}"
        return Estimate.of(*found, said)

    def _jump(
        self, x: Floats, y: Floats, known: Floats, people: NDArray[np.int64], wide: float
    ) -> tuple[float, float, int]:
        near = np.abs(x) < wide
        if not _enough(x[near]):
            return np.nan, np.nan, int(near.sum())
        weights = _kernel(x[near], wide)
        centred = known[near] - np.average(known[near], axis=0, weights=weights)
        varies = centred.std(axis=0) > 0
        design = np.column_stack([_lines(x[near]), centred[:, varies]])
        fit = least_squares(y[near], design, weights, people[near])
        found = over_level(fit, 1, 0) if self.relative else (fit.params[1], standard_error(fit, 1))
        return *found, int(near.sum())


@dataclass(frozen=True)
class FuzzyDiscontinuity:
    """Effect of `treatment` on an outcome, where crossing the cut-off only makes the treatment more likely."""

    outcome: str
    treatment: str
    running: str = RUNNING
    bandwidth: float | None = None
    as_share: bool = False

    def __call__(self, sample: pd.DataFrame) -> Estimate:
        rows = complete(sample, self.outcome, self.treatment, self.running)
        x, y = rows[self.running].to_numpy(float), rows[self.outcome].to_numpy(float)
        if not _enough(x):
            return Estimate.unknown("too few people near the cut-off", len(rows))
        wide = self.bandwidth or bandwidth(x, y)
        near = np.abs(x) < wide
        if not _enough(x[near]):
            return Estimate.unknown("too few people near the cut-off", int(near.sum()))
        lines = _lines(x[near])
        found, strength = two_stages(
            y[near],
            rows[self.treatment].to_numpy(float)[near],
            lines[:, 1:2],
            lines[:, [0, 2, 3]],
            people_of(rows)[near],
            _kernel(x[near], wide),
        )
        estimate = Estimate.of(*found, int(near.sum()), f"bandwidth {wide:.2f}; first-stage F {strength:,.0f}")
        return estimate.as_share() if self.as_share else estimate


def bandwidth(x: Floats, y: Floats) -> float:
    """The bandwidth of Imbens & Kalyanaraman (2012, REStud 79:933) at a cut-off at 0, for a triangular kernel."""
    above = x > 0
    n = len(x)
    pilot = 1.84 * x.std(ddof=1) * n**-0.2
    sides = (~above, above)
    close = [side & (np.abs(x) < pilot) for side in sides]
    if min(near.sum() for near in close) < FEWEST_PEOPLE:
        return float(np.abs(x).max()) + 1e-9
    density = sum(near.sum() for near in close) / (2 * n * pilot)
    spread = [float(y[near].var(ddof=1)) + 1e-12 for near in close]
    cubic = np.column_stack([np.ones(n), above, x, x**2, x**3])
    third = 6 * np.linalg.lstsq(cubic, y, rcond=None)[0][4]
    bend, doubt = [], []
    for side, variance in zip(sides, spread, strict=True):
        wide = 3.56 * (variance / (density * max(third**2, 0.01))) ** (1 / 7) * side.sum() ** (-1 / 7)
        near = side & (np.abs(x) < wide)
        if near.sum() < FEWEST_PEOPLE:
            near = side
            wide = float(np.abs(x[side]).max())
        quadratic = np.column_stack([np.ones(near.sum()), x[near], x[near] ** 2])
        bend.append(2 * np.linalg.lstsq(quadratic, y[near], rcond=None)[0][2])
        doubt.append(2160 * variance / (near.sum() * wide**4))
    curve = (bend[1] - bend[0]) ** 2 + sum(doubt)
    return float(_TRIANGULAR * (sum(spread) / (density * curve)) ** 0.2 * n**-0.2)


def _known(rows: pd.DataFrame, covariates: tuple[str, ...]) -> Floats:
    """The covariates with the mean for what is missing, and which are missing; (n, 2 covariates)."""
    values = rows[list(covariates)].astype(float)
    return np.column_stack([values.fillna(values.mean()).fillna(0.0), values.isna().to_numpy(float)])


def _enough(x: Floats) -> bool:
    return min(int((x > 0).sum()), int((x <= 0).sum())) >= FEWEST_PEOPLE


def _lines(x: Floats) -> Floats:
    above = (x > 0).astype(float)
    return np.column_stack([np.ones(len(x)), above, x, above * x])


def _kernel(x: Floats, wide: float) -> Floats:
    return 1 - np.abs(x) / wide
