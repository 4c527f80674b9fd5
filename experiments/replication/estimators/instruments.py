"""Instrumental variables: two-stage least squares with errors robust to unequal variance and rows of one person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from experiments.replication.estimators.estimates import Estimate, complete, dummies, least_squares, people_of

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    type Floats = NDArray[np.float64]


@dataclass(frozen=True)
class TwoStages:
    """Effect of `treatment` on an outcome by two-stage least squares; `controls` are categories; logs `as_share`."""

    outcome: str
    treatment: str
    instruments: tuple[str, ...]
    controls: tuple[str, ...] = ()
    as_share: bool = False

    def __call__(self, sample: pd.DataFrame) -> Estimate:
        rows = complete(sample, self.outcome, self.treatment, *self.instruments, *self.controls)
        instruments = rows[list(self.instruments)].to_numpy(float)
        if not len(rows) or (instruments.std(axis=0) == 0).any() or rows[self.treatment].nunique() < 2:
            return Estimate.unknown("the instrument or the treatment does not vary", len(rows))
        y, d = rows[self.outcome].to_numpy(float), rows[self.treatment].to_numpy(float)
        fixed = np.column_stack([np.ones(len(rows)), dummies(rows, *self.controls)])
        (value, error), strength = two_stages(y, d, instruments, fixed, people_of(rows))
        naive = least_squares(y, np.column_stack([d, fixed])).params[0]
        said = f"first-stage F {strength:,.0f}; ordinary least squares {naive:.3f}"
        estimate = Estimate.of(value, error, len(rows), said)
        return estimate.as_share() if self.as_share else estimate


def two_stages(
    y: Floats,
    treatment: Floats,
    instruments: Floats,
    fixed: Floats,
    people: NDArray[np.int64],
    weights: Floats | None = None,
) -> tuple[tuple[float, float], float]:
    """((effect, standard error), F of the instruments in the first stage).

    instruments, fixed: (n, k) columns, `fixed` with the constant. people: (n,) rows of one person share a number.
    """
    root = np.sqrt(np.ones(len(y)) if weights is None else weights)
    y, x = y * root, np.column_stack([treatment, fixed]) * root[:, None]
    z = np.column_stack([instruments, fixed]) * root[:, None]
    first = np.linalg.lstsq(z, x[:, 0], rcond=None)[0]
    fitted = np.column_stack([z @ first, x[:, 1:]])
    effect = np.linalg.lstsq(fitted, y, rcond=None)[0]
    covariance = _sandwich(fitted, y - x @ effect, people)
    excluded = np.arange(instruments.shape[1])
    doubt = _sandwich(z, x[:, 0] - z @ first, people)[np.ix_(excluded, excluded)]
    strength = float(first[excluded] @ np.linalg.solve(doubt, first[excluded])) / len(excluded)
    return (float(effect[0]), float(covariance[0, 0]) ** 0.5), strength


def _sandwich(x: Floats, residual: Floats, people: NDArray[np.int64]) -> Floats:
    bread = np.linalg.inv(x.T @ x)
    group = np.unique(people, return_inverse=True)[1]
    scores = x * residual[:, None]
    sums = np.column_stack([np.bincount(group, scores[:, k]) for k in range(x.shape[1])])
    n, groups = len(x), len(sums)
    small = groups / (groups - 1) * (n - 1) / (n - x.shape[1])
    covariance: Floats = bread @ (sums.T @ sums) @ bread * small
    return covariance
