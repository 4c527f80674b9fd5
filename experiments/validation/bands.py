"""Bands: what an ensemble says about a number, with the chance that it would have if everybody were simulated.

A run at scale s has more chance in it than the world has: a count of N persons is seen in s N of them, and its variance
is 1/s of that at 1:1. With x_ms the value of seed s of member m, weights w_m, and

    C = mean over members of the variance between seeds              chance at the scale of the runs
    P = variance between the means of members, less the chance in them   parameters

a value keeps its member's and its seed's place, each deviation scaled to the variance it has at 1:1:

    y_ms = mean + a (x_m. - mean) + b (x_ms - x_m.)        so that  Var(y) = P + scale C

The band is between weighted quantiles of y, which are kept within the range of x. With one seed a member, chance cannot
be told apart: x is kept as it is and the bands are too wide. Error of the observation itself (a survey's sample, who
answers) is in neither part; observation.py adds it for a band of its own.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

LOW, HIGH = 0.05, 0.95
COLUMNS = ("low", "median", "high", "parameters", "chance", "runs")


def bands(values: NDArray[np.float64], weights: NDArray[np.float64], scale: float) -> pd.DataFrame:
    """Median and 90 % band of k numbers. values: (members, seeds, k), NaN for a run without one; weights: (members,).

    Returns k rows: low, median, high; parameters and chance, standard deviations, the latter at the scale of the runs
    (NaN where it cannot be told); runs, how many had a value.
    """
    rows = [_band(values[:, :, number], weights, scale) for number in range(values.shape[2])]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def at_full_scale(
    values: NDArray[np.float64], weights: NDArray[np.float64], scale: float
) -> tuple[NDArray[np.float64], float, float]:
    """The values (members, seeds) as at 1:1, and the standard deviations by parameters and by chance (see above)."""
    there = np.isfinite(values).sum(axis=1)
    known = there > 0
    w = weights * known / weights[known].sum() if known.any() else weights
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # members without a value have no mean
        means = np.nanmean(values, axis=1)
        between_seeds = np.nanvar(values, axis=1, ddof=1)
    centre = float(w[known] @ means[known])
    several = there > 1
    if not several.any():
        return values, float("nan"), float("nan")
    chance = float(w[several] @ between_seeds[several] / w[several].sum())
    off = np.where(known, means - centre, 0.0)
    raw = float(w @ off**2)
    noise = float((w * (1 - w))[known] @ (chance / there[known]))
    distinct = 1 - float(w @ w)
    parameters = max(raw - noise, 0.0) / distinct if distinct > 0 else 0.0
    within = values - means[:, None]
    spread = float(w[known] @ (np.nansum(within**2, axis=1)[known] / there[known]))
    a = np.sqrt(parameters / raw) if raw > 0 else 0.0
    b = np.sqrt(chance * scale / spread) if spread > 0 else 0.0
    full = np.clip(centre + a * off[:, None] + b * within, np.nanmin(values), np.nanmax(values))  # a share stays one
    return full, float(np.sqrt(parameters)), float(np.sqrt(chance))


def quantiles(values: NDArray[np.float64], weights: NDArray[np.float64], shares: tuple[float, ...]) -> list[float]:
    """Weighted quantiles of values (members, seeds); a member's weight is spread over the runs that have a value."""
    finite = np.isfinite(values)
    if not finite.any():
        return [float("nan")] * len(shares)
    each = np.broadcast_to((weights / np.maximum(finite.sum(axis=1), 1))[:, None], values.shape)
    found = np.quantile(values[finite], shares, weights=each[finite], method="inverted_cdf")
    return [float(value) for value in found]


def _band(values: NDArray[np.float64], weights: NDArray[np.float64], scale: float) -> tuple[float, ...]:
    runs = int(np.isfinite(values).sum())
    if not runs:
        return (*(float("nan"),) * (len(COLUMNS) - 1), 0)
    full, parameters, chance = at_full_scale(values, weights, scale)
    return (*quantiles(full, weights, (LOW, 0.5, HIGH)), parameters, chance, runs)
