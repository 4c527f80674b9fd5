"""What an estimator says, and the least squares that several of them share."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from numpy.typing import NDArray

    type Estimator = Callable[[pd.DataFrame], "Estimate"]

Z = 1.96  # half of a 95 % interval, in standard errors
PERSON = "person"
"""Column of a sample that says who a row is about: rows of one person are not independent."""
REPLICATE = "replicate"
"""Column of a sample that says which replicate a row comes from."""
DRAW = "draw"
"""Column of a sample that says which parameter set a row was simulated with, where there are several."""
FEWEST_DRAWS = 8
"""Parameter sets from which errors hold the difference between them too; fewer tell too little about it."""

FEWEST_PEOPLE = 20
"""Rows on either side of a comparison or a cut-off below which nothing is estimated."""


@dataclass(frozen=True)
class Estimate:
    """An effect with its 95 % interval, from so many rows; `detail` says what a reader must know of how."""

    value: float
    low: float
    high: float
    rows: int
    detail: str = ""

    @classmethod
    def of(cls, value: float, error: float, rows: int, detail: str = "") -> Self:
        """From a value and its standard error."""
        return cls(float(value), float(value - Z * error), float(value + Z * error), int(rows), detail)

    @classmethod
    def unknown(cls, detail: str, rows: int = 0) -> Self:
        """No estimate, and why."""
        return cls(np.nan, np.nan, np.nan, rows, detail)

    @property
    def error(self) -> float:
        """Standard error."""
        return (self.high - self.low) / (2 * Z)

    def as_share(self) -> Self:
        """A difference of logs as a share: exp(x) - 1."""
        low, value, high = (float(np.expm1(x)) for x in (self.low, self.value, self.high))
        return replace(self, low=low, value=value, high=high)


@dataclass(frozen=True)
class Gap:
    """An estimate among those for whom the column `group` is true less the same among the rest."""

    estimator: Estimator
    group: str

    def __call__(self, sample: pd.DataFrame) -> Estimate:
        inside = sample[self.group].astype(bool)
        one, rest = self.estimator(sample[inside]), self.estimator(sample[~inside])
        said = f"{self.group} {one.value:.3f} (error {one.error:.3f}), others {rest.value:.3f} (error {rest.error:.3f})"
        error = float(np.hypot(one.error, rest.error))
        return Estimate.of(one.value - rest.value, error, one.rows + rest.rows, said)


def complete(sample: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """The rows in which none of these columns is missing."""
    return sample.dropna(subset=list(dict.fromkeys(columns)))


def codes(sample: pd.DataFrame, *columns: str) -> NDArray[np.int64]:
    """One number for every combination of values of the columns."""
    return np.asarray(sample.groupby(list(columns), sort=False, observed=True).ngroup(), dtype=np.int64)


def people_of(sample: pd.DataFrame) -> NDArray[np.int64]:
    """Which rows stand or fall together, as whole numbers: those of one person of one replicate.

    Where there are enough parameter sets, those of one set, so that errors hold chance and parameters.
    """
    if DRAW in sample and sample[DRAW].nunique() >= FEWEST_DRAWS:
        return codes(sample, DRAW)
    if PERSON not in sample:
        return np.arange(len(sample), dtype=np.int64)
    return codes(sample, *(name for name in (REPLICATE, PERSON) if name in sample))


def dummies(sample: pd.DataFrame, *columns: str) -> NDArray[np.float64]:
    """Indicators of every value of each column but the first, side by side."""
    import pandas as pd

    if not columns:
        return np.empty((len(sample), 0))
    parts = [pd.get_dummies(sample[column], drop_first=True, dtype=float) for column in columns]
    return pd.concat(parts, axis=1).to_numpy()


def least_squares(
    y: NDArray[np.float64],
    x: NDArray[np.float64],
    weights: NDArray[np.float64] | None = None,
    people: NDArray[np.int64] | None = None,
) -> Any:  # noqa: ANN401 - statsmodels has no types
    """Weighted least squares with errors robust to unequal variance and, with `people`, to rows of one person."""
    from statsmodels.regression.linear_model import WLS

    model = WLS(y, x, weights=1.0 if weights is None else weights)
    if people is None:
        return model.fit(cov_type="HC1")
    return model.fit(cov_type="cluster", cov_kwds={"groups": np.unique(people, return_inverse=True)[1]})


def standard_error(fit: Any, which: int = 0) -> float:  # noqa: ANN401 - as above
    """Standard error of a coefficient; exactly matched pairs have none, and rounding must not make it imaginary."""
    variance = float(max(fit.cov_params()[which, which], 0.0))
    return math.sqrt(variance)


def over_level(fit: Any, effect: int = 0, level: int = 1) -> tuple[float, float]:  # noqa: ANN401 - as above
    """A coefficient over another, which is the level without the effect, and its standard error (delta method)."""
    part, whole = fit.params[effect], fit.params[level]
    at = [effect, level]
    slope = np.array([1 / whole, -part / whole**2])
    return part / whole, math.sqrt(max(float(slope @ fit.cov_params()[np.ix_(at, at)] @ slope), 0.0))
