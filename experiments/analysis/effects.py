"""Paired effects: what differs between two lives of the same world, and how sure the ensemble is."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
import pandas as pd

from experiments.analysis.names import COST_A_YEAR, HEADLINE
from experiments.analysis.variance import decomposed, intervals
from experiments.request.policies import BASELINE
from sim.measures.outcomes import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Sequence

CELL = ["outcome", "group", "unit", "year"]


def with_cost_a_year(outcomes: pd.DataFrame, fork: int) -> pd.DataFrame:
    """Add the outcome `cost_a_year`: total cost from the fork to this year, per year."""
    total = outcomes[(outcomes.outcome == "cost") & (outcomes.group == "all") & (outcomes.year > fork)]
    so_far = total.sort_values("year").groupby(["policy", "replicate"])["value"]
    mean = so_far.cumsum() / (so_far.cumcount() + 1)
    return pd.concat([outcomes, total.assign(outcome=COST_A_YEAR, value=mean)], ignore_index=True)


def pairs(outcomes: pd.DataFrame, fork: int, against: str = BASELINE) -> pd.DataFrame:
    """One row a policy, outcome, group, year after the fork, replicate and its member: value, reference, difference.

    A count or a sum that only one of the two lives reports (a new programme's cost) is 0 in the other.
    """
    after = outcomes[outcomes.year > fork]
    wide = after.set_index([*CELL, "replicate", "member", "policy"])["value"].unstack("policy")
    adds_up = {name: measure.kind.adds_up for name, measure in CATALOGUE.items()}
    sums = np.array([adds_up[name] for name in wide.index.get_level_values("outcome")], np.bool_)
    wide = wide.where(~(wide.isna() & sums[:, None]), 0.0)
    reference = wide.pop(against).rename("reference")
    both = cast("pd.Series[float]", wide.stack()).rename("value").to_frame().join(reference)
    return both.assign(difference=both["value"] - both["reference"]).reset_index().dropna(subset="difference")


def summarised(paired: pd.DataFrame, fork: int, keys: Sequence[str] = ("policy",)) -> pd.DataFrame:
    """Mean paired effect and its 95 % interval in every cell of the keys, outcome, group and year.

    `low` and `high` hold chance and parameters (see `anova.intervals`), `chance` and `parameters` are the half-widths
    that each would give alone. `clear` says that the interval excludes zero. `variance_ratio` is what pairing bought
    against chance, at a given parameter set: the variance of the difference between independent seeds of the same
    member over that between paired ones (infinite where pairing leaves none, NaN where no member has two replicates).
    """
    cells = [*keys, *CELL]
    parts = decomposed(paired, cells)
    reference = paired.groupby(cells)["reference"].mean()
    independent = sum(decomposed(paired, cells, life)["within"] for life in ("value", "reference"))
    table = parts[["members", "replicates"]].assign(reference=reference, effect=parts["effect"])
    table = table.join(intervals(parts))
    table["clear"] = (table["low"] > 0) | (table["high"] < 0)
    table["variance_ratio"] = independent / parts["within"]
    table = table.reset_index()
    table.insert(len(cells), "horizon", table["year"] - fork)
    return table


def effects(outcomes: pd.DataFrame, fork: int, against: str = BASELINE) -> pd.DataFrame:
    """The effects of every policy in a table of outcomes, over what it is compared with."""
    table = summarised(pairs(with_cost_a_year(outcomes, fork), fork, against), fork)
    table.insert(1, "against", against)
    return table


def variance_ratios(table: pd.DataFrame) -> dict[str, float]:
    """The median variance ratio of the headline outcomes over policies and years, where pairing left any variance."""
    headline = table[table.outcome.isin(HEADLINE) & (table.group == "all") & np.isfinite(table.variance_ratio)]
    medians = headline.groupby("outcome")["variance_ratio"].median()
    return {outcome: float(medians[outcome]) for outcome in HEADLINE if outcome in medians}
