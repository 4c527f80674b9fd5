"""Waiting times: how much sooner or later an event comes, from a hazard by years waited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from experiments.replication.estimators.estimates import Estimate, complete, dummies, people_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    type Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Waiting:
    """Years that a treatment adds to the wait for an event, within the longest wait seen.

    One row a person and year at risk: `event` (it comes this year), `waited` (years so far), `treatment` (yes or no,
    may change), `others` (numbers) and `controls` (categories). The yearly hazard is a logit with an effect of every
    year waited; years are the difference of the mean waits that it implies for the treated from the start and for the
    never treated, everything else at its mean.
    """

    event: str
    waited: str
    treatment: str
    others: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()

    def __call__(self, sample: pd.DataFrame) -> Estimate:
        from statsmodels.discrete.discrete_model import Logit

        rows = complete(sample, self.event, self.waited, self.treatment, *self.others, *self.controls)
        rows = rows[
            rows.groupby(self.waited)[self.event].transform("nunique") > 1
        ]  # a year in which it can go either way
        if not len(rows) or rows[self.treatment].nunique() < 2:
            return Estimate.unknown("the treatment does not vary, or the event never comes", len(rows))
        years = np.sort(rows[self.waited].unique())
        waited = (rows[self.waited].to_numpy()[:, None] == years).astype(float)
        rest = np.column_stack([rows[list(self.others)].to_numpy(float), dummies(rows, *self.controls)])
        rest = rest - rest.mean(axis=0)
        x = np.column_stack([rows[self.treatment].to_numpy(float), waited, rest])
        groups = np.unique(people_of(rows), return_inverse=True)[1]
        fit = Logit(rows[self.event].to_numpy(float), x).fit(
            disp=False, method="newton", maxiter=100, cov_type="cluster", cov_kwds={"groups": groups}
        )
        known = slice(0, 1 + len(years))
        params, covariance = fit.params[known], fit.cov_params()[known, known]
        value, slope = added_wait(params), _gradient(params)
        said = f"odds of the event times {np.exp(params[0]):.2f} (z {params[0] / covariance[0, 0] ** 0.5:.1f})"
        return Estimate.of(value, float(slope @ covariance @ slope) ** 0.5, len(rows), said)


def added_wait(params: Floats | Sequence[float]) -> float:
    """Years that the treatment adds: params are its log odds, then the log odds of the event by year waited."""
    effect, base = float(params[0]), np.asarray(params[1:], float)

    def mean_wait(log_odds: Floats) -> float:
        still = np.cumprod(1 - 1 / (1 + np.exp(-log_odds)))
        return float(1 + still[:-1].sum())  # years within the longest wait seen

    return mean_wait(base + effect) - mean_wait(base)


def _gradient(params: Floats, step: float = 1e-5) -> Floats:
    moved = np.eye(len(params)) * step
    return np.array([(added_wait(params + d) - added_wait(params - d)) / (2 * step) for d in moved])
