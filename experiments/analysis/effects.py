"""Paired effects: what differs between two lives of the same world, and how sure the ensemble is."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
import pandas as pd

from experiments.analysis.certainty import judged
from experiments.analysis.names import HEADLINE
from experiments.analysis.windows import averaged
from experiments.request.policies import BASELINE
from sim.measures.outcomes import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from experiments.analysis.windows import Window

CELL = ["outcome", "group", "unit"]
WINDOW = ["window", "first", "last"]


def pairs(outcomes: pd.DataFrame, fork: int, against: str = BASELINE) -> pd.DataFrame:
    """One row a policy, outcome, group, year after the fork, replicate and its member: value, reference, difference.

    A count or a sum that only one of the two lives reports (a new programme's cost) is 0 in the other.
    """
    after = outcomes[outcomes["year"] > fork]
    wide = after.set_index([*CELL, "year", "replicate", "member", "policy"])["value"].unstack("policy")
    adds_up = {name: measure.kind.adds_up for name, measure in CATALOGUE.items()}
    sums = np.array([adds_up[name] for name in wide.index.get_level_values("outcome")], np.bool_)
    wide = wide.where(~(wide.isna() & sums[:, None]), 0.0)
    reference = wide.pop(against).rename("reference")
    both = cast("pd.Series[float]", wide.stack()).rename("value").to_frame().join(reference)
    return both.assign(difference=both["value"] - both["reference"]).reset_index().dropna(subset="difference")


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
    cells = [*keys, *CELL, *WINDOW]
    means = averaged(paired, fork, windows, keys)
    levels = means.groupby(cells, sort=False)["reference"].mean()
    sizes = [CATALOGUE[name].size for name in levels.index.get_level_values("outcome")]
    size = pd.Series([s.at(level) for s, level in zip(sizes, levels, strict=True)], levels.index, name="size")
    found = judged(means.merge(size.reset_index(), on=cells), cells, weights, matters="size")
    # in one order, whichever replicate was the first to have a cell
    return found.join(size).reset_index().sort_values([*CELL, "first", "last"], kind="stable", ignore_index=True)


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
    cells = means.groupby([*keys, "outcome", "window", "member"])
    apart = means[["value", "reference", "difference"]].sub(
        cells[["value", "reference", "difference"]].transform("mean")
    )
    squares = apart.pow(2).groupby([means[name] for name in (*keys, "outcome", "window")]).sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (squares["value"] + squares["reference"]) / squares["difference"]
    medians = ratio[np.isfinite(ratio)].groupby("outcome").median()
    return {outcome: float(medians[outcome]) for outcome in HEADLINE if outcome in medians}
