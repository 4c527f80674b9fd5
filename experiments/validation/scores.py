"""Errors and intervals of forecasts, and whether two forecasts differ by more than chance.

Four horizons of two origins are eight dates that overlap: too few for the variance over time that the test of Diebold
& Mariano (1995, J. Bus. Econ. Stat. 13:253) asks for. Series are the replicates instead, as in panels (Timmermann &
Zhu 2019, "Comparing forecasting performance with panel data"): the difference of the losses is averaged over all
origins and horizons of a series, however these are correlated, and the test and the bootstrap are over series. What
series have in common, a year that was odd for all, is in neither: with few origins nobody can tell it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MISSED: Final = 0.1
"""One less the level of the intervals: they should hold nine observations of ten."""


class Difference(NamedTuple):
    """Mean difference of losses, its statistic and two-sided p; NaN where nothing varies."""

    mean: float
    statistic: float
    p: float


def interval_score(
    low: NDArray[np.float64], high: NDArray[np.float64], seen: NDArray[np.float64], missed: float = MISSED
) -> NDArray[np.float64]:
    """Score of a central interval (Gneiting & Raftery 2007, J. Am. Stat. Assoc. 102:359, eq. 43), smaller is better.

    (high - low) + 2 / missed x (how far the observation lies outside).
    """
    outside = np.maximum(low - seen, 0) + np.maximum(seen - high, 0)
    return np.asarray(high - low + 2 / missed * outside, dtype=np.float64)


def diebold_mariano(losses: NDArray[np.float64], horizon: int = 1) -> Difference:
    """Test that a sequence of differences of losses has mean zero, with the correction for small samples.

    The long-run variance takes autocovariances up to horizon - 1; the statistic is corrected and held against
    Student's t as by Harvey, Leybourne & Newbold (1997, Int. J. Forecast. 13:281). With horizon 1 the differences may
    be those of independent series: it is then the t test of their mean.
    """
    n = len(losses)
    mean = float(losses.mean())
    if not 1 <= horizon < n:
        raise ValueError(f"a horizon of {horizon} needs more than {n} differences.")
    off = losses - mean
    variance = sum((1 if lag == 0 else 2) * float(off[lag:] @ off[: n - lag]) / n for lag in range(horizon))
    if variance <= 1e-24 * max(mean**2, 1e-300):
        return Difference(mean, np.nan, np.nan)
    from scipy.special import stdtr

    correction = np.sqrt((n + 1 - 2 * horizon + horizon * (horizon - 1) / n) / n)
    statistic = float(correction * mean / np.sqrt(variance / n))
    return Difference(mean, statistic, float(2 * stdtr(n - 1, -abs(statistic))))


def bootstrapped_ratio(
    ours: NDArray[np.float64], theirs: NDArray[np.float64], *, root: bool, draws: int = 2000, seed: int = 1
) -> tuple[float, float]:
    """90 % interval of the ratio of mean losses (or of their roots), series drawn with replacement, shape (series,)."""
    rng = np.random.default_rng(seed)
    chosen = rng.integers(len(ours), size=(draws, len(ours)))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = ours[chosen].mean(axis=1) / theirs[chosen].mean(axis=1)
    known = ratios[np.isfinite(ratios)]
    if not len(known):
        return np.nan, np.nan
    low, high = np.quantile(np.sqrt(known) if root else known, (MISSED / 2, 1 - MISSED / 2))
    return float(low), float(high)
