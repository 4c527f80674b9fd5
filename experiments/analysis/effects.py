"""Paired effects: what differs between two lives of the same world, and how sure the ensemble is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.analysis.certainty import judged
from experiments.analysis.names import HEADLINE
from experiments.analysis.windows import averaged, told
from experiments.request.policies import BASELINE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from experiments.analysis.windows import Window

CELL = ["outcome", "group", "unit"]
_ROW = [*CELL, "year", "replicate", "member"]
WINDOW = ["window", "first", "last"]


def pairs(outcomes: pd.DataFrame, fork: int, against: str = BASELINE) -> pd.DataFrame:
    """One row a policy, outcome, group, year after the fork, replicate and its member: value, reference, difference.

    A count or a sum that only one of the two lives reports (a new programme's cost) is 0 in the other. Texts are
    categories, which are grouped by a dozen times faster.
    """
    texts = [*CELL, "policy"]
    named = outcomes[texts].astype(dict.fromkeys(texts, "category"))
    after = pd.concat([named, outcomes.drop(columns=texts)], axis=1)[(outcomes["year"] > fork).to_numpy()]
    rows = after.groupby(_ROW, observed=True)
    number, policies = rows.ngroup().to_numpy(), after["policy"].cat.remove_unused_categories().cat
    keys = after.iloc[np.unique(number, return_index=True)[1]][_ROW].reset_index(drop=True)
    lives = np.full((len(keys), len(policies.categories)), np.nan)
    lives[number, policies.codes] = after["value"]
    adds_up = told(keys["outcome"], lambda measure: measure.kind.adds_up)
    lives[np.isnan(lives) & adds_up[:, None].astype(bool)] = 0.0
    base = policies.categories.get_loc(against)
    others = np.delete(np.arange(len(policies.categories)), base)
    paired = keys.loc[keys.index.repeat(len(others))].reset_index(drop=True)
    paired["policy"] = pd.Categorical.from_codes(np.tile(others, len(keys)), policies.categories)
    paired["value"] = lives[:, others].ravel()
    paired["reference"] = lives[:, base].repeat(len(others))
    paired["difference"] = paired["value"] - paired["reference"]
    return paired[paired["difference"].notna()].reset_index(drop=True)


def summarised(
    paired: pd.DataFrame,
    fork: int,
    windows: Sequence[Window],
    keys: Sequence[str] = ("policy",),
    weights: Mapping[int, float] | None = None,
) -> pd.DataFrame:
    """Effect, interval and certainty (see `certainty.judged`) in every cell of the keys, outcome, group and window.

    The column `size` holds the difference below which an effect does not matter to a reader, at the level of the
    reference.
    """
    return of_means(averaged(paired, fork, windows, keys), keys, weights)


def of_means(means: pd.DataFrame, keys: Sequence[str], weights: Mapping[int, float] | None = None) -> pd.DataFrame:
    """The same from the means of windows, as `windows.averaged` gives them."""
    cells = [*keys, *CELL, *WINDOW]
    level = means.groupby(cells, sort=False, observed=True)["reference"].transform("mean")
    size = told(means["outcome"], lambda measure: measure.size.value)
    relative = told(means["outcome"], lambda measure: measure.size.relative)
    sized = means.assign(size=np.where(relative, size * level.abs(), size))
    found = judged(sized, cells, weights, matters="size").reset_index()
    found = found.astype({name: str for name in cells if isinstance(found[name].dtype, pd.CategoricalDtype)})
    # in one order, whichever replicate was the first to have a cell
    return found.sort_values([*CELL, "first", "last"], kind="stable", ignore_index=True)


def effects(
    outcomes: pd.DataFrame,
    fork: int,
    windows: Sequence[Window],
    against: str = BASELINE,
    weights: Mapping[int, float] | None = None,
) -> pd.DataFrame:
    """The effects of every policy in a table of outcomes, over what it is compared with, in every window."""
    table = summarised(pairs(outcomes, fork, against), fork, windows, weights=weights)
    table.insert(1, "against", against)
    return table


def variance_ratios(paired: pd.DataFrame, fork: int, windows: Sequence[Window]) -> dict[str, float]:
    """What pairing bought against chance: the variance of a difference of independent seeds over that of paired ones.

    At a given parameter set, for the headline outcomes, the median over policies and windows in which pairing left any
    variance; empty where no set has two seeds.
    """
    keys = [name for name in ("policy", "point") if name in paired]
    headline = paired[paired["outcome"].isin(HEADLINE) & (paired["group"] == "all")]
    if headline.empty:
        return {}
    means = averaged(headline, fork, windows, keys)
    cells = means.groupby([*keys, "outcome", "window", "member"], observed=True)
    apart = means[["value", "reference", "difference"]].sub(
        cells[["value", "reference", "difference"]].transform("mean")
    )
    squares = apart.pow(2).groupby([means[name] for name in (*keys, "outcome", "window")], observed=True).sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (squares["value"] + squares["reference"]) / squares["difference"]
    medians = ratio[np.isfinite(ratio)].groupby("outcome", observed=True).median()
    return {outcome: float(medians[outcome]) for outcome in HEADLINE if outcome in medians}
