"""Which points are efficient: no other brings more for the same money, or as much for less; also set by set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def undominated(cost: Floats, gain: Floats) -> NDArray[np.bool_]:
    """Whether no other point, nor doing nothing at no cost, costs at most as much and gains at least as much, one of
    them strictly. cost, gain: (points,); a point without a number is dominated.

    >>> undominated(np.array([1.0, 2.0, 3.0, 3.0]), np.array([5.0, 4.0, 9.0, -1.0])).tolist()
    [True, False, True, False]
    """
    costs, gains = np.append(cost, 0.0), np.append(gain, 0.0)
    cheap = costs[None, :] <= cost[:, None]
    good = gains[None, :] >= gain[:, None]
    better = (costs[None, :] < cost[:, None]) | (gains[None, :] > gain[:, None])
    dominated: NDArray[np.bool_] = (cheap & good & better).any(axis=1)
    return ~dominated & np.isfinite(cost) & np.isfinite(gain)


def share_of_sets(cost: pd.DataFrame, gain: pd.DataFrame, weights: Mapping[int, float]) -> Floats:
    """The weight of the parameter sets in which each point is efficient, (points,). cost, gain: a row a set."""
    heavy = np.array([weights[int(member)] for member in cost.index])
    found = np.array([undominated(*pair) for pair in zip(cost.to_numpy(), gain.to_numpy(), strict=True)])
    share: Floats = heavy @ found / heavy.sum()
    return share


def by_set(means: pd.DataFrame, outcome: str, group: str, window: str) -> pd.DataFrame:
    """The mean difference of an outcome in a window: a row a set, a column a point; 0 where none is reported."""
    rows = means[(means["outcome"] == outcome) & (means["group"] == group) & (means["window"] == window)]
    table: Any = rows.pivot_table(index="member", columns="point", values="difference", aggfunc="mean")
    found: pd.DataFrame = table.fillna(0.0)
    return found


def dose_for(cost: float, doses: Sequence[float], costs: Sequence[float]) -> float | None:
    """The dose that costs so much, on straight lines between the doses that were run and from nothing; None where even
    the largest costs less.

    >>> dose_for(3.0, [1.0, 2.0], [2.0, 4.0])
    1.5
    """
    known = np.maximum.accumulate(np.array([0.0, *costs]))
    if cost > known[-1] * (1 + 1e-9) or known[-1] <= 0:
        return None
    return float(np.interp(cost, known, [0.0, *doses]))
