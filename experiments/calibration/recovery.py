"""Recovery: known parameters, synthetic data, a blind fit. Which parameters come back, and which lie on a ridge.

Ranks tell whether the blind fits are as sure as they may be (simulation-based calibration; Talts et al. 2018,
arXiv:1804.06788): were the sets drawn for a truth draws from what its data leave possible, the truth would take every
rank among them equally often. A heap at both ends says that fits are too sure, one in the middle that they are not sure
enough, a slope that they lean to one side.

Some simulated sets are set aside. An emulator that has not seen them learns from the others; the moments of each set
aside are then taken for data, and sets are drawn for them exactly as in the fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.calibration import matching
from experiments.calibration.emulator import Emulator, scaled
from experiments.calibration.matching import Goal
from experiments.calibration.space import DRAWN, FREE, SWEPT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from experiments.calibration.fit import Wave
    from experiments.calibration.space import Space
    from experiments.calibration.targets import Moment

RIDGE = ("pessimism", "away_penalty", "overseas_weight", "security_fixed")
"""Parameters that departures can hardly tell apart."""

BAND = (0.05, 0.95)
BINS = 6
"""Of a histogram of ranks: some ten truths each with sixty truths (Talts et al. have twenty)."""

CLEAR = 2.58
"""Standard deviations of chance beyond which a histogram is said to lean or to be too narrow or wide: 1 in 100."""

COMES_BACK, SAID_SOMETHING = 0.5, 0.1  # share of the variance of the truth that the fit explains


@dataclass(frozen=True)
class Recovered:
    """parameters: one row a parameter. ridge: correlation of parameters among the sets drawn for one truth, mean.

    ranks: place of each truth among the sets drawn for it, 0 to 1, one row a truth and one column a parameter.
    """

    parameters: pd.DataFrame
    ridge: pd.DataFrame
    ranks: pd.DataFrame


def recover(
    space: Space,
    known: Wave,
    moments: Sequence[Moment],
    truths: int,
    draws: int,
    seed: int,
) -> Recovered:
    """Recover `truths` of the simulated sets of a wave, each with that many draws.

    Columns of `parameters`: parameter, use, explained (share of the variance of the truth that the mean of the draws
    explains, over truths), covered (how often the 90 % band holds the truth), narrowed (1 - variance among the draws
    over that of the truths) and a verdict in words.
    """
    rng = np.random.default_rng(seed)
    aside = rng.choice(len(known.sets), truths, replace=False)
    rest = np.setdiff1d(np.arange(len(known.sets)), aside)
    unit = space.unit(known.sets)
    table = scaled(known.moments, moments)
    learned = Emulator.learned(space, unit[rest], table.iloc[rest], space.used(FREE, SWEPT))
    goal = Goal.of(moments)
    found, means, inside, spread, ridges, ranks = [], [], [], [], [], []
    chance = np.random.default_rng(seed + 1)
    data = table.to_numpy()
    for one in aside:
        synthetic = Goal(data[one], goal.spread)
        sets = space.unit(matching.drawn(learned, synthetic, space, draws, rng, progress=False))
        low, high = np.quantile(sets, BAND, axis=0)
        found.append(unit[one])
        means.append(sets.mean(axis=0))
        inside.append((low <= unit[one]) & (unit[one] <= high))
        spread.append(sets.var(axis=0))
        ridges.append(np.corrcoef(sets.T))
        ranks.append(_rank(unit[one], sets, chance))
    truth, mean = np.array(found), np.array(means)
    table = pd.DataFrame(
        {
            "parameter": space.names,
            "use": space.use,
            "explained": [_explained(truth[:, i], mean[:, i]) for i in range(len(space.names))],
            "covered": np.mean(inside, axis=0),
            "narrowed": 1 - np.mean(spread, axis=0) / np.maximum(unit.var(axis=0), 1e-9),
        }
    )
    table["verdict"] = [_verdict(share) for share in table["explained"]]
    names = list(space.names)
    return Recovered(
        table[table["use"] != DRAWN].sort_values("explained", ascending=False, ignore_index=True),
        pd.DataFrame(np.mean(ridges, axis=0), names, names),
        pd.DataFrame(ranks, columns=names)[[name for name, use in zip(names, space.use, strict=True) if use != DRAWN]],
    )


def calibration(recovered: Recovered) -> pd.DataFrame:
    """How evenly the ranks of each parameter lie: one row a parameter, those furthest from even first.

    Columns: parameter, use, covered (by the 90 % band), bias (mean rank less a half), spread (variance of the ranks
    around a half over that of even ones: above 1 the fits are too sure), p (Kolmogorov & Smirnov, of even ranks), one
    column a bin with the number of truths, and a verdict in words.
    """
    from scipy.stats import kstest

    known = recovered.parameters.set_index("parameter")
    rows: list[dict[str, object]] = []
    for name, column in recovered.ranks.items():
        values = column.to_numpy(float)
        bias, spread = float(values.mean() - 0.5), float(12 * np.mean((values - 0.5) ** 2))
        counts = np.histogram(values, BINS, (0.0, 1.0))[0]
        rows.append(
            {
                "parameter": name,
                "use": known.loc[str(name), "use"],
                "covered": known.loc[str(name), "covered"],
                "bias": bias,
                "spread": spread,
                "p": float(kstest(values, "uniform").pvalue),
                **{f"bin {place + 1}": int(count) for place, count in enumerate(counts)},
                "verdict": _evenness(bias, spread, len(values)),
            }
        )
    return pd.DataFrame(rows).sort_values("p", kind="stable", ignore_index=True)


def _rank(truth: np.ndarray, sets: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Place of the truth among the draws, even on 0 to 1 if it is one of them; ties are broken by chance."""
    below, same = (sets < truth).sum(axis=0), (sets == truth).sum(axis=0)
    place: np.ndarray = (below + rng.random(len(truth)) * (same + 1)) / (len(sets) + 1)
    return place


def _evenness(bias: float, spread: float, number: int) -> str:
    if abs(bias) > CLEAR / np.sqrt(12 * number):
        return "truths lie higher" if bias > 0 else "truths lie lower"
    if abs(spread - 1) > CLEAR * np.sqrt(0.8 / number):  # 12 (r - 1/2)^2 has variance 4/5 where r is even
        return "too sure" if spread > 1 else "not sure enough"
    return "even"


def strongest_pairs(ridge: pd.DataFrame, number: int) -> pd.DataFrame:
    """The pairs of parameters with the largest correlation in size: first, second, correlation."""
    rows, columns = np.triu_indices(len(ridge), 1)
    pairs = pd.DataFrame(
        {
            "first": ridge.index[rows],
            "second": ridge.columns[columns],
            "correlation": ridge.to_numpy()[rows, columns],
        }
    )
    return pairs.sort_values("correlation", key=abs, ascending=False).head(number).reset_index(drop=True)


def _explained(truth: np.ndarray, mean: np.ndarray) -> float:
    if truth.std() < 1e-9 or mean.std() < 1e-9:
        return 0.0
    return float(np.corrcoef(truth, mean)[0, 1].clip(0) ** 2)


def _verdict(explained: float) -> str:
    if explained >= COMES_BACK:
        return "comes back"
    return "narrowed" if explained >= SAID_SOMETHING else "not identified"
