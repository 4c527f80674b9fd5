"""Comparisons of groups: raw, within matched cells, and before and after."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from experiments.replication.estimators.estimates import (
    FEWEST_PEOPLE,
    REPLICATE,
    Estimate,
    codes,
    complete,
    dummies,
    least_squares,
    over_level,
    people_of,
    standard_error,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from experiments.replication.estimators.estimates import Estimator

    type Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Difference:
    """Mean of the treated less mean of the others; `controls` are categories. Logs come `as_share`.

    `relative`: over the mean of the others.
    """

    outcome: str
    treated: str
    controls: tuple[str, ...] = ()
    as_share: bool = False
    relative: bool = False

    def __call__(self, sample: pd.DataFrame) -> Estimate:
        rows = complete(sample, self.outcome, self.treated, *self.controls)
        treated = rows[self.treated].to_numpy(float)
        if min(np.count_nonzero(treated), np.count_nonzero(treated == 0)) < FEWEST_PEOPLE:
            return Estimate.unknown("too few people are treated, or are not", len(rows))
        of_cells = dummies(rows, *self.controls)
        if self.relative:  # then the constant is the level of the others in the mean cell
            of_cells = of_cells - of_cells.mean(axis=0)
        x = np.column_stack([treated, np.ones(len(rows)), of_cells])
        fit = least_squares(rows[self.outcome].to_numpy(float), x, people=people_of(rows))
        value, error = over_level(fit) if self.relative else (fit.params[0], standard_error(fit))
        estimate = Estimate.of(value, error, len(rows))
        return estimate.as_share() if self.as_share else estimate


@dataclass(frozen=True)
class Matched:
    """Treated less untreated people of the same cell, weighted as the treated are (coarsened exact matching).

    A cell holds people equal in the columns `exact` and in the same of so many quantile bins of each column `binned`.
    `others` are numbers held constant by regression.
    """

    outcome: str
    treated: str
    exact: tuple[str, ...] = ()
    binned: Mapping[str, int] = field(default_factory=dict)
    others: tuple[str, ...] = ()
    as_share: bool = False

    def __call__(self, sample: pd.DataFrame) -> Estimate:
        rows = complete(sample, self.outcome, self.treated, *self.exact, *self.binned, *self.others)
        treated = rows[self.treated].to_numpy(bool)
        weights = matching_weights(treated, cells(rows, self.exact, self.binned))
        kept = weights > 0
        if not (treated & kept).any():
            return Estimate.unknown("nobody has a match", len(rows))
        x = np.column_stack([treated, np.ones(len(rows)), rows[list(self.others)]])[kept].astype(float)
        fit = least_squares(rows[self.outcome].to_numpy(float)[kept], x, weights[kept], people_of(rows)[kept])
        found = (treated & kept).sum() / treated.sum()
        estimate = Estimate.of(
            fit.params[0], standard_error(fit), int(kept.sum()), f"{found:.0%} of the treated have a match"
        )
        return estimate.as_share() if self.as_share else estimate


@dataclass(frozen=True)
class DifferenceInDifferences:
    """Change of an outcome from before to after among the treated, less that among matched others.

    One row a person and year: `treated` (the person), `after` (the year), `time` (what shares year effects); people
    are matched on `exact` and `binned` columns as in `Matched`. Person effects and effects of every `time` are taken
    out. The effect comes over the level that the treated would have had.
    """

    outcome: str
    treated: str
    after: str
    time: str
    unit: str
    exact: tuple[str, ...] = ()
    binned: Mapping[str, int] = field(default_factory=dict)

    def __call__(self, sample: pd.DataFrame) -> Estimate:
        rows = complete(sample, self.outcome, self.treated, self.after, self.time, *self.exact, *self.binned)
        treated, after = rows[self.treated].to_numpy(bool), rows[self.after].to_numpy(bool)
        if not (treated & after).any() or not (treated & ~after).any():
            return Estimate.unknown("nobody is treated, or nothing is seen before or after", len(rows))
        weights = matching_weights(treated, cells(rows, (*self.exact, self.time), self.binned))
        kept = weights > 0
        if not (treated & kept).any():
            return Estimate.unknown("nobody has a match", len(rows))
        rows, weights, treated, after = rows[kept], weights[kept], treated[kept], after[kept]
        both = [name for name in (REPLICATE,) if name in rows]
        effects = (codes(rows, *both, self.unit), codes(rows, self.time))
        y = rows[self.outcome].to_numpy(float)
        d = (treated & after).astype(float)
        y_left, d_left = (without_effects(values, effects, weights) for values in (y, d))
        fit = least_squares(y_left, d_left[:, None], weights, people_of(rows))
        would = y[treated & after].mean() - fit.params[0]
        said = f"{len(np.unique(effects[0][treated])):,} treated; level without {would:.3f}"
        return Estimate.of(fit.params[0] / would, standard_error(fit) / would, len(rows), said)


@dataclass(frozen=True)
class Ratio:
    """One estimate over another, its error by leaving out one replicate at a time (jackknife)."""

    above: Estimator
    below: Estimator

    def __call__(self, sample: pd.DataFrame) -> Estimate:
        value = self.above(sample).value / self.below(sample).value
        numbers = sample[REPLICATE].unique().tolist() if REPLICATE in sample else list[int]()
        if len(numbers) < 2:
            return Estimate(value, np.nan, np.nan, len(sample), "one replicate tells no error")
        kept = [sample[sample[REPLICATE] != number] for number in numbers]
        without = np.array([self.above(rows).value / self.below(rows).value for rows in kept])
        error = ((len(without) - 1) * without.var()) ** 0.5
        return Estimate.of(value, error, len(sample), f"{self.below(sample).value:.3f} below")


def cells(sample: pd.DataFrame, exact: tuple[str, ...], binned: Mapping[str, int]) -> NDArray[np.int64]:
    """The matching cell of every row."""
    import pandas as pd

    if not exact and not binned:
        return np.zeros(len(sample), np.int64)
    keys = sample[list(exact)].copy()
    for column, bins in binned.items():
        keys[f"{column} bin"] = pd.qcut(sample[column].rank(method="average"), bins, labels=False, duplicates="drop")
    return codes(keys, *keys.columns)


def matching_weights(treated: NDArray[np.bool_], cell: NDArray[np.int64]) -> Floats:
    """1 for the treated who have a match, treated over untreated of the cell for the others, 0 without a match."""
    number = int(cell.max(initial=-1)) + 1
    ours, theirs = (np.bincount(cell[side], minlength=number).astype(float) for side in (treated, ~treated))
    matched = (ours > 0) & (theirs > 0)
    others = np.divide(ours, theirs, out=np.zeros(number), where=matched)
    weights: Floats = np.where(treated, matched[cell], others[cell])
    return weights


def without_effects(
    values: Floats, effects: tuple[NDArray[np.int64], ...], weights: Floats, rounds: int = 500
) -> Floats:
    """What is left of values when the weighted means of every group are taken out, by turns until nothing changes."""
    left = values - np.average(values, weights=weights)
    sizes = [np.bincount(group, weights) for group in effects]
    for _ in range(rounds):
        before = left
        for group, size in zip(effects, sizes, strict=True):
            left = left - (np.bincount(group, weights * left) / size)[group]
        if np.abs(left - before).max() < 1e-9 * (1 + np.abs(values).max()):
            break
    return left
