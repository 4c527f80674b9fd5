"""Simpler models of flows by region, which the model has to beat: persistence, transition rates, gravity.

Flows are tables with the columns way (out, in), region, year, flow (published scholars a year), home_stock,
region_stock (published scholars) and distance (km). A baseline learns from the flows of some years and predicts those
of others, whose stocks it is given: predicted flow, one a row of the table asked for.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

PAIR = ["way", "region"]


def persistence(known: pd.DataFrame, asked: pd.DataFrame) -> NDArray[np.float64]:
    """The flow of the last year known, for ever."""
    last = known[known["year"] == known["year"].max()].set_index(PAIR)["flow"]
    return _of_pairs(last, asked)


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


BASELINES: Mapping[str, Callable[[pd.DataFrame, pd.DataFrame], NDArray[np.float64]]] = {
    "persistence": persistence,
    "transition rates": markov,
    "gravity": gravity,
}
"""What the model has to beat, by name."""


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
