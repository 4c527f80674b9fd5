"""How sure an effect is: the range of the ensemble, the share of it that agrees in sign, and what chance leaves open.

The spread of an effect over parameter sets is the answer's uncertainty, not an error of its mean: more sets do not make
it narrower. So the interval holds the middle 95 % of the sets, by weight, and lies inside what the sets gave: a cost
that no set makes negative has no negative end. Chance is told apart from sets that ran with two seeds or more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.integer[Any]]

Certainty = Literal[
    "higher", "lower", "probably higher", "probably lower", "open", "too small to matter", "no effect", "too few sets"
]
SURE: Final = 0.975
"""Weight of the sets that must agree in sign for *higher* or *lower*: then the range does not cross zero."""
LIKELY: Final = 0.8
"""Weight of the sets that must agree in sign for *probably*."""
FEWEST: Final = 8
"""Parameter sets below which nothing is said of how sure an effect is."""
ENOUGH: Final = 20
"""Parameter sets below which an answer says that its intervals are the range of few sets."""
BARS: Final = (SURE, LIKELY)
"""Both, the higher first."""
LEFT_OUT: Final = 0.025
"""Weight of the sets that lie beyond either end of a range."""
_NOISE = 1e-9  # of a share: what sums of weights leave


def judged(
    averaged: pd.DataFrame, cells: Sequence[str], weights: Mapping[int, float] | None = None, *, matters: str = ""
) -> pd.DataFrame:
    """One row a cell: effect and reference (weighted means over sets), how sure, and how much of it is chance.

    averaged: one row a cell and replicate, with member, difference and reference. weights: of the members, all alike if
    None. matters: name of a column with the size below which a difference does not matter, in the unit of the row; the
    result keeps it.

    Columns: sets and replicates, counts; reference; effect; low and high, the ends of the middle 95 % of the sets, by
    weight; agreement, the weight of the sets whose effect has the sign of the mean (a zero agrees with nobody); chance,
    half of the 95 % interval that chance alone leaves of the mean; chance_share, the part of the variance between sets
    that is chance; certainty, a word of `Certainty`. Where no set has two seeds, chance and chance_share are NaN.

    With a single parameter set the spread is all chance: low and high are the 95 % interval of the mean (Student's t)
    within the replicates' own range, and agreement is the probability that t gives to its sign.
    """
    import pandas as pd

    groups = averaged.groupby(list(cells), sort=False, observed=True)
    found = pd.DataFrame({"sets": groups["member"].nunique(), "replicates": groups.size()})
    code = groups.ngroup().to_numpy()
    member, column = np.unique(averaged["member"].to_numpy(), return_inverse=True)
    shape = len(found), len(member)
    given = np.array([1.0 if weights is None else weights[int(one)] for one in member])
    seeds = _table(shape, code, column, np.ones(len(averaged)))
    difference = averaged["difference"].to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        means = _table(shape, code, column, difference) / seeds
        levels = _table(shape, code, column, averaged["reference"].to_numpy(float)) / seeds
        weight = np.where(seeds > 0, given, 0.0)
        weight /= weight.sum(axis=1, keepdims=True)
        found["reference"] = np.nansum(weight * levels, axis=1)
        effect = np.nansum(weight * means, axis=1)
        within = np.bincount(code, (difference - means[code, column]) ** 2, len(found)) / (
            seeds.sum(axis=1) - found["sets"].to_numpy()
        )
        of_one = np.where(seeds > 0, weight / np.maximum(seeds, 1), 0.0)
        spread = np.nansum(weight * (means - effect[:, None]) ** 2, axis=1)
        chance_share = np.where(spread > 0, within * of_one.sum(axis=1) / spread, np.where(within >= 0, 0.0, np.nan))
    found["effect"] = effect
    low, high = middle(means, weight)
    agreement = np.nansum(weight * (np.sign(means) == np.sign(effect)[:, None]) * (effect != 0)[:, None], axis=1)
    freedom = found["replicates"].to_numpy() - found["sets"].to_numpy()
    error = np.sqrt(within * (weight * of_one).sum(axis=1))
    chance = _t(freedom) * error
    single = (found["sets"] == 1).to_numpy()
    if single.any():
        least, most = groups["difference"].min().to_numpy(), groups["difference"].max().to_numpy()
        low = np.where(single, np.maximum(effect - chance, least), low)
        high = np.where(single, np.minimum(effect + chance, most), high)
        agreement = np.where(single, _sign_by_t(effect, error, freedom), agreement)
    unknown = found["replicates"].to_numpy() == 1
    found["low"], found["high"] = np.where(unknown, np.nan, low), np.where(unknown, np.nan, high)
    found["agreement"] = np.where(unknown, np.nan, agreement)
    found["chance"] = chance
    found["chance_share"] = np.where(single, np.where(unknown, np.nan, 1.0), np.minimum(chance_share, 1.0))
    sizes = groups[matters].first().to_numpy() if matters else np.zeros(len(found))
    found["certainty"] = words(found, sizes)
    return found.assign(**{matters: sizes}) if matters else found


def middle(values: Floats, weight: Floats, left_out: float = LEFT_OUT) -> tuple[Floats, Floats]:
    """Low and high end, (rows,) each, of what is left of every row's values once a share of the weight is taken from
    either side; a value goes only if all of its weight may. NaN counts for nothing, and a row of it has no ends.

    So an end is a value that was found, and where all but that share agree in sign, the range does not cross zero.
    """
    order = np.argsort(values, axis=1)
    ordered, heavy = np.take_along_axis(values, order, axis=1), np.take_along_axis(weight, order, axis=1)
    heavy = np.where(np.isnan(ordered), 0.0, heavy)
    below, total = np.cumsum(heavy, axis=1), heavy.sum(axis=1, keepdims=True)
    taken = total * (left_out + _NOISE)
    first = np.argmax(below > taken, axis=1)
    last = values.shape[1] - 1 - np.argmax((total - below + heavy > taken)[:, ::-1], axis=1)
    low, high = (np.take_along_axis(ordered, end[:, None], axis=1)[:, 0] for end in (first, last))
    known = total[:, 0] > 0
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


def words(found: pd.DataFrame, sizes: Floats) -> list[Certainty]:
    """The word of every row; sizes: below which an effect does not matter."""
    read = found[["effect", "low", "high", "agreement", "sets", "replicates"]].assign(size=sizes)
    return [_word(*row) for row in read.itertuples(index=False, name=None)]


def _word(
    effect: float, low: float, high: float, agreement: float, sets: float, replicates: float, size: float
) -> Certainty:
    if effect == 0 and not (low < 0 or high > 0):
        return "no effect"
    if replicates == 1 or 1 < sets < FEWEST:
        return "too few sets"
    if -size < low and high < size:
        return "too small to matter"
    if not reaches(agreement, LIKELY):
        return "open"
    if not reaches(agreement, SURE):
        return "probably higher" if effect > 0 else "probably lower"
    return "higher" if effect > 0 else "lower"


def reaches(agreement: float, bar: float) -> bool:
    """Whether a weight of sets is at a bar or above it; what sums of weights leave counts for nothing."""
    return agreement >= bar - _NOISE


def _table(shape: tuple[int, int], row: Whole, column: Whole, values: Floats) -> Floats:
    """Sums of values by row and column."""
    sums: Floats = np.bincount(row * shape[1] + column, values, shape[0] * shape[1]).reshape(shape)
    return sums


def _t(freedom: NDArray[np.int64]) -> Floats:
    """Student's t of a 95 % interval; NaN without a degree of freedom."""
    from scipy.special import stdtrit

    reach: Floats = np.where(freedom > 0, stdtrit(np.maximum(freedom, 1), 1 - LEFT_OUT), np.nan)
    return reach


def _sign_by_t(effect: Floats, error: Floats, freedom: NDArray[np.int64]) -> Floats:
    """The probability, by Student's t, that the mean has the sign it shows; 0 of a mean of 0."""
    from scipy.special import stdtr

    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(error > 0, np.abs(effect) / error, np.inf)
    probability: Floats = np.where(effect == 0, 0.0, stdtr(np.maximum(freedom, 1), ratio))
    return probability
