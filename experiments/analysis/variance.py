"""Chance and parameters told apart: the one-way random-effects layout of paired differences over parameter sets.

A replicate's difference is the effect at its parameter set plus chance. Differences of one set vary by chance alone;
means of sets vary by parameters and by what chance is left in them (Searle, Casella & McCulloch 1992, "Variance
Components", ch. 3; unequal numbers of replicates included).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_FEWEST = 3  # degrees of freedom below which Satterthwaite's approximation is not followed
_LEVEL = 0.975  # a 95 % interval's upper end


def decomposed(table: pd.DataFrame, by: Sequence[str], column: str = "difference") -> pd.DataFrame:
    """One row a cell of `by`: how a column of the table varies within and between the sets in its column `member`.

    Columns: members and replicates, counts; effect, the mean over replicates; within and between, mean squares, of
    which the first is the variance of chance in one replicate; even, replicates of a set were they evenly spread;
    parameters, the variance between sets, never below 0. With one set, parameters is 0; with one replicate a set,
    within and parameters cannot be known: NaN.
    """
    cells = table.groupby(list(by))
    found = cast("pd.DataFrame", cells[column].agg(replicates="size", effect="mean"))
    sets = table[column].groupby([cells.ngroup(), table["member"]]).agg(["size", "mean", "var"])
    cell, size = sets.index.get_level_values(0).to_numpy(), sets["size"].to_numpy()

    def total(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(cell, values, len(found))

    n, k = found["replicates"].to_numpy(), total(np.ones(len(cell)))
    apart = sets["mean"].to_numpy() - found["effect"].to_numpy()[cell]
    with np.errstate(divide="ignore", invalid="ignore"):
        within = total(np.nan_to_num(sets["var"].to_numpy()) * (size - 1)) / (n - k)
        between = total(size * apart**2) / (k - 1)
        even = total(size**2) / n  # replicates of a set, where all have the same number
        parameters = np.where(k > 1, np.maximum((between - within) / ((n - even) / (k - 1)), 0), 0.0)
    found.insert(0, "members", k.astype(int))
    return found.assign(within=within, between=between, even=even, parameters=parameters)


def intervals(parts: pd.DataFrame) -> pd.DataFrame:
    """The 95 % interval of the effect in every row of `decomposed`: low, high, chance and parameters.

    It is an interval for a parameter set drawn from the ensemble. Its variance is the variance between sets, that of
    their mean, and that of chance over all replicates: parameters (1 + 1/members) + chance / replicates. Student's t
    with Satterthwaite's degrees of freedom (1946, Biometrics Bulletin 2:110-114), at least 3 and at most members - 1:
    in simulations with normal effects, 10 sets and 2 replicates each, it held the effect of a drawn set in 93 % of
    cases or more, whatever the two variances. With one set: chance alone, replicates - 1 degrees of freedom. With one
    replicate a set: the spread of all replicates, which holds both; chance and parameters are NaN.

    `chance` is the half-width that chance alone would give, `parameters` that of parameters alone. The whole is a
    little wider than the root of the sum of their squares, since how much parameters matter is itself estimated.
    """
    from scipy.special import stdtrit  # half of SciPy comes with it

    k, n = parts["members"].to_numpy(), parts["replicates"].to_numpy()
    within, between = parts["within"].to_numpy(), parts["between"].to_numpy()
    even, parameters = parts["even"].to_numpy(), parts["parameters"].to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        drawn = np.where(k > 1, 1 + even / n, 0)  # the drawn set, and the mean of those that made the effect
        both = parameters * drawn + within / n
        weight = np.where(k > 1, drawn * (k - 1) / (n - even), 0)
        satterthwaite = both**2 / ((weight * between) ** 2 / (k - 1) + ((weight - 1 / n) * within) ** 2 / (n - k))
        freedom = np.clip(np.nan_to_num(satterthwaite, nan=np.inf), np.minimum(_FEWEST, k - 1), k - 1)
        alone = np.where(k > 1, between * (1 + 1 / n), np.nan)  # one replicate a set: between is the spread of all
        both = np.where(n > k, both, alone)
        freedom = np.where((k > 1) & (n > k), freedom, n - 1)
        half = stdtrit(np.maximum(freedom, 1), _LEVEL) * np.sqrt(both)
        chance = stdtrit(np.maximum(n - k, 1), _LEVEL) * np.sqrt(within / n)
        of_sets = stdtrit(np.maximum(k - 1, 1), _LEVEL) * np.sqrt(parameters * drawn)
    effect = parts["effect"].to_numpy()
    ends = {"low": effect - half, "high": effect + half}
    return pd.DataFrame({**ends, "chance": chance, "parameters": of_sets}, parts.index)
