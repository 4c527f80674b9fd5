"""Simpler models of flows by region, which the model has to beat: from the last year known to gravity.

Flows are tables with the columns way (out, in), region, year, flow (published scholars a year), home_stock,
region_stock (published scholars) and distance (km). A rival learns from the flows of the years it is given and predicts
those of others: predicted flow, one a row of the table asked for.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

PAIR = ["way", "region"]

DAMPING: Final = 0.8
"""Share of a trend that is left a year later: the low end of what is found best for yearly data (Gardner & McKenzie
1985, Manage. Sci. 31:1237, and the forecasting competitions since), since ten years tell a slope poorly."""

ORDERS: Final = ((0, 1, 0), (0, 1, 1), (1, 1, 0))
"""ARIMA orders of ln flow that are tried, the best by AICc; all with one difference, so that criteria compare."""

FEWEST: Final = 6
"""Years below which an ARIMA model is not fitted: it is then its first order, a random walk."""

SMALLEST: Final = 1.0
"""Scholar a year: a smaller flow counts as this in a logarithm."""


def persistence(known: pd.DataFrame, asked: pd.DataFrame) -> NDArray[np.float64]:
    """The flow of the last year known, for ever."""
    last = known[known["year"] == known["year"].max()].set_index(PAIR)["flow"]
    return _of_pairs(last, asked)


def mean_of_years(known: pd.DataFrame, asked: pd.DataFrame) -> NDArray[np.float64]:
    """The mean flow of the years known, for ever."""
    return _of_pairs(known.groupby(PAIR)["flow"].mean(), asked)


def log_trend(known: pd.DataFrame, asked: pd.DataFrame, damping: float = 1.0) -> NDArray[np.float64]:
    """A straight line through ln flow, by least squares, drawn on; each further year adds less where it is damped.

    Predicted ln flow, h years after the last one known: a + b (d + d^2 + ... + d^h), with a and b the level at the last
    year and the slope of the line, d the damping; without damping a + b h.
    """
    last = int(known["year"].max())
    lines = {
        pair: np.polyfit(part["year"] - last, np.log(np.maximum(part["flow"], SMALLEST)), 1)
        if len(part) > 1
        else np.array([0.0, np.log(max(float(part["flow"].iloc[0]), SMALLEST))])
        for pair, part in known.groupby(PAIR)
    }
    slope, level = (
        _of_pairs(pd.Series({pair: line[k] for pair, line in lines.items()}, dtype=float), asked) for k in (0, 1)
    )
    ahead = asked["year"].to_numpy(float) - last
    years = ahead if damping == 1 else damping * (1 - damping**ahead) / (1 - damping)
    predicted: NDArray[np.float64] = np.exp(level + slope * years)
    return predicted


def damped_trend(known: pd.DataFrame, asked: pd.DataFrame) -> NDArray[np.float64]:
    """The line of `log_trend` whose slope fades by DAMPING a year."""
    return log_trend(known, asked, DAMPING)


def arima(known: pd.DataFrame, asked: pd.DataFrame) -> NDArray[np.float64]:
    """ARIMA of ln flow, each series for itself, the order by the corrected Akaike criterion (statsmodels)."""
    last = int(known["year"].max())
    steps = int(asked["year"].max()) - last
    found: dict[tuple[object, ...], float] = {}
    for pair, part in known.sort_values("year").groupby(PAIR):
        ahead = _arima(np.log(np.maximum(part["flow"].to_numpy(float), SMALLEST)), steps)
        found |= {(*pair, last + 1 + step): value for step, value in enumerate(np.exp(ahead))}
    keys = pd.MultiIndex.from_frame(asked[[*PAIR, "year"]])
    return np.asarray(pd.Series(found, dtype=float).reindex(keys), dtype=np.float64)


def _arima(logs: NDArray[np.float64], steps: int) -> NDArray[np.float64]:
    still = np.full(steps, logs[-1])
    if len(logs) < FEWEST or np.ptp(np.diff(logs)) < 1e-9:
        return still
    from statsmodels.tsa.arima.model import ARIMA

    best, ahead = np.inf, still
    with threadpool_limits(1), warnings.catch_warnings():  # matrices so small that threads only wait for each other
        warnings.simplefilter("ignore")  # ten years are few: starting values and convergence are complained about
        for order in ORDERS:
            try:
                fitted = ARIMA(logs, order=order).fit(cov_type="none")
            except (np.linalg.LinAlgError, ValueError):  # this order does not describe the series
                continue
            if fitted.aicc < best:
                best, ahead = float(fitted.aicc), np.asarray(fitted.forecast(steps), dtype=np.float64)
    return ahead


def markov(known: pd.DataFrame, asked: pd.DataFrame) -> NDArray[np.float64]:
    """Constant transition rates: each scholar of the origin moves to the destination with the same yearly chance.

    The rate is the flow over the origin's stock, over all years known; outflows come from the home stock, inflows from
    the region's.
    """
    sums = known.assign(stock=_origin(known)).groupby(PAIR)[["flow", "stock"]].sum()
    return _of_pairs(sums["flow"] / sums["stock"], asked) * _origin(asked)


def gravity(known: pd.DataFrame, asked: pd.DataFrame) -> NDArray[np.float64]:
    """Poisson pseudo-maximum likelihood (Santos Silva & Tenreyro 2006, Rev. Econ. Stat. 88:641) on all pairs together:

    ln flow = b0 + b1 ln stock of origin + b2 ln stock of destination + b3 ln distance + b4 outward + b5 year
    """
    import statsmodels.api as sm
    from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

    middle = known["year"].mean()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PerfectSeparationWarning)  # flows that it describes exactly are welcome
        fitted = sm.GLM(known["flow"].to_numpy(float), _gravity(known, middle), family=sm.families.Poisson()).fit()
    predicted: NDArray[np.float64] = np.asarray(fitted.predict(_gravity(asked, middle)))
    return predicted


@dataclass(frozen=True)
class Rival:
    """A simpler model. years: how many it learns from, to the last one known. stocks: whether it is given true ones."""

    predict: Callable[[pd.DataFrame, pd.DataFrame], NDArray[np.float64]]
    years: int
    stocks: bool = False

    def forecast(self, tally: pd.DataFrame, origin: int, asked: pd.DataFrame) -> NDArray[np.float64]:
        """What it says at the end of a year, the origin, of the rows asked for."""
        return self.predict(tally[tally["year"].between(origin - self.years + 1, origin)], asked)

    @property
    def knows(self) -> str:
        """What it is told, in words."""
        return f"flows of {self.years} year{'s' * (self.years > 1)}{', true stocks' if self.stocks else ''}"


BASELINES: Mapping[str, Rival] = {
    "persistence": Rival(persistence, 1),
    "mean of three years": Rival(mean_of_years, 3),
    "log trend": Rival(log_trend, 10),
    "damped trend": Rival(damped_trend, 10),
    "ARIMA": Rival(arima, 10),
    "transition rates": Rival(markov, 4, stocks=True),
    "gravity": Rival(gravity, 4, stocks=True),
}
"""What the model has to beat, by name. True stocks of scholars, at home and in the region, are a driver of the model
too; the others know nothing but flows. What the model alone is told: posts, budgets, places, pay, prices and exchange
rates, borders, and how many reach the age of a doctorate."""

AVERAGE: Final = "average of all"
"""The mean of all simpler models, which is often better than each (Bates & Granger 1969, Oper. Res. Q. 20:451)."""

IN_SAMPLE: Final = ("persistence", "transition rates", "gravity")
"""Those that can describe years that they know."""


def _gravity(tally: pd.DataFrame, middle: float) -> NDArray[np.float64]:
    out = (tally["way"] == "out").to_numpy()
    stocks = np.log(tally[["home_stock", "region_stock"]].to_numpy(float))
    columns = (
        np.ones(len(tally)),
        np.where(out, stocks[:, 0], stocks[:, 1]),
        np.where(out, stocks[:, 1], stocks[:, 0]),
        np.log(tally["distance"].to_numpy(float)),
        out.astype(float),
        tally["year"].to_numpy(float) - middle,
    )
    return np.column_stack(columns)


def _origin(tally: pd.DataFrame) -> NDArray[np.float64]:
    stocks = tally[["home_stock", "region_stock"]].to_numpy(float)
    origin: NDArray[np.float64] = np.where((tally["way"] == "out").to_numpy(), stocks[:, 0], stocks[:, 1])
    return origin


def _of_pairs(values: pd.Series[float], asked: pd.DataFrame) -> NDArray[np.float64]:
    return np.asarray(values.reindex(pd.MultiIndex.from_frame(asked[PAIR])), dtype=np.float64)
