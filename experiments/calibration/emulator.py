"""A statistical stand-in for the model: every moment as a smooth function of the parameters, learned from runs.

    moment on its scale = quadratic in the free and swept parameters + linear in the others + error

The scale is the logarithm; of what may be zero or negative (a change) it is the half-width of the tolerance. The
function is fitted by ridge regression with the penalty chosen by cross-validation (scikit-learn). Parameters are in the
unit cube. The error, whose standard deviation is that of cross-validated residuals, is both the chance in a run and
what a quadratic misses (Vernon, Goldstein & Bower 2010 on emulators in history matching).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from experiments.calibration.space import Space
    from experiments.calibration.targets import Moment

FOLDS = 5
PENALTIES = np.logspace(-1, 4, 16)


@dataclass(frozen=True)
class Emulator:
    """moments: names, (m,). error: (m,) standard deviation around the mean, on the scale of the moment.

    score: (m,) R2 in folds.
    """

    moments: tuple[str, ...]
    curved: NDArray[np.intp]
    pairs: NDArray[np.intp]
    slope: NDArray[np.float64]
    bend: NDArray[np.float64]
    level: NDArray[np.float64]
    error: NDArray[np.float64]
    score: NDArray[np.float64]

    @classmethod
    def learned(cls, space: Space, unit: NDArray[np.float64], moments: pd.DataFrame, curved: Sequence[str]) -> Self:
        """Learn from runs. unit: (points, n) in the unit cube; moments: (points, m), see `scaled`; curved: parameters
        with squares and products. Raises ValueError for fewer runs than folds.
        """
        from sklearn.linear_model import Ridge, RidgeCV
        from sklearn.model_selection import KFold, cross_val_predict

        if len(unit) < FOLDS:
            raise ValueError(f"an emulator needs at least {FOLDS} runs, not {len(unit)}.")
        bent = np.array([space.names.index(name) for name in curved], np.intp)
        pairs = np.array(np.triu_indices(len(bent))).T
        features = _features(unit, bent, pairs)
        centre, spread = features.mean(axis=0), np.maximum(features.std(axis=0), 1e-9)
        x, y = (features - centre) / spread, moments.to_numpy(float)
        slopes, level, error, score = [], [], [], []
        for column in y.T:
            penalty = RidgeCV(PENALTIES).fit(x, column).alpha_
            ridge = Ridge(penalty)
            guess = cross_val_predict(ridge, x, column, cv=KFold(FOLDS))
            ridge.fit(x, column)
            error.append(np.std(column - guess))
            score.append(1 - np.var(column - guess) / max(np.var(column), 1e-12))
            slopes.append(ridge.coef_ / spread)
            level.append(ridge.intercept_ - ridge.coef_ @ (centre / spread))
        weights, n = np.array(slopes), unit.shape[1]
        return cls(
            tuple(map(str, moments.columns)),
            bent,
            pairs,
            weights[:, :n],
            weights[:, n:],
            np.array(level),
            np.array(error),
            np.array(score),
        )

    def mean(self, unit: NDArray[np.float64]) -> NDArray[np.float64]:
        """Expected moments on their scales, (points, m), at points of the unit cube, (points, n)."""
        weights = np.concatenate([self.slope, self.bend], axis=1)
        values: NDArray[np.float64] = _features(unit, self.curved, self.pairs) @ weights.T + self.level
        return values

    def slopes(self, unit: NDArray[np.float64]) -> NDArray[np.float64]:
        """Derivatives of the expected moments on their scales at one point, (m, n)."""
        slope = self.slope.copy()
        first, second = self.pairs.T
        inside = unit[self.curved]
        for place, other in ((first, second), (second, first)):
            np.add.at(slope.T, self.curved[place], (self.bend * inside[other]).T)
        return slope


def scaled(simulated: pd.DataFrame, moments: Sequence[Moment]) -> pd.DataFrame:
    """Simulated moments, (points, m), on the scale they are emulated on: finite, whatever a small run missed.

    A logarithm; of a positive quantity that a run had none of, that of a tenth of the smallest seen. Half-widths of the
    tolerance for what may be zero or negative. A moment that a run could not tell says nothing: the median of the rest.
    """
    columns = {}
    for one in moments:
        values = simulated[one.moment].to_numpy(float)
        if one.logged:
            seen = values[(values > 0) & np.isfinite(values)]
            least = seen.min() if len(seen) else 1.0  # nobody in any run
            values = np.log(np.maximum(values, least / 10))
        else:
            values = values / one.half_width
        known = np.isfinite(values)
        columns[one.moment] = np.where(known, values, np.median(values[known]) if known.any() else 0.0)
    return pd.DataFrame(columns, simulated.index)


def _features(unit: NDArray[np.float64], curved: NDArray[np.intp], pairs: NDArray[np.intp]) -> NDArray[np.float64]:
    inside = unit[:, curved]
    return np.concatenate([unit, inside[:, pairs[:, 0]] * inside[:, pairs[:, 1]]], axis=1)
