"""Windows of years after the fork: what an effect is a mean over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.measures.outcomes import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from sim.measures.catalogue import Measure

Window = tuple[int, int]
"""First and last year, counted from the fork: (6, 10) is the sixth to the tenth year after it."""


def label(window: Window) -> str:
    """How tables name a window: `6-10`, or `3` for a single year."""
    first, last = window
    return str(first) if first == last else f"{first}-{last}"


def averaged(paired: pd.DataFrame, fork: int, windows: Sequence[Window], keys: Sequence[str]) -> pd.DataFrame:
    """The mean of `value` and `reference` over the years of every window, for every replicate.

    paired: as `effects.pairs` gives it, one row a year. Columns: keys, replicate, member, outcome, group, unit, window,
    first and last (calendar years), value, reference, difference. A count or a sum without a row in a year in which its
    outcome was observed is 0 there; of a share or a mean, the years that have a value count. An outcome that is
    observed in some years only (who gains, who loses) is averaged over these.
    """
    import pandas as pd

    tables = [_one(paired, fork, window, keys) for window in windows]
    return pd.concat(tables, ignore_index=True)


def told(names: pd.Series[Any] | pd.Index[Any], what: Callable[[Measure], float]) -> NDArray[np.float64]:
    """What the catalogue says of the outcome of every row, shape (rows,)."""
    import pandas as pd

    codes, known = pd.factorize(names)
    return np.array([what(CATALOGUE[name]) for name in known], float)[codes]


def _one(paired: pd.DataFrame, fork: int, window: Window, keys: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    first, last = fork + window[0], fork + window[1]
    inside = paired[paired["year"].between(first, last)]
    observed = inside.groupby("outcome", observed=True)["year"].nunique()
    by = [*keys, "replicate", "member", "outcome", "group", "unit"]
    sums = inside.groupby(by, observed=True, sort=False)[["value", "reference"]].agg(["sum", "count"])
    table = pd.DataFrame(index=sums.index)
    names = table.index.get_level_values("outcome")
    adds_up = told(names, lambda measure: measure.kind.adds_up)
    years = observed.reindex(names).to_numpy()
    for column in ("value", "reference"):
        over = np.where(adds_up, years, sums[column, "count"].to_numpy())
        table[column] = sums[column, "sum"].to_numpy() / over
    table["difference"] = table["value"] - table["reference"]
    table = table.reset_index()
    table.insert(len(by), "window", label(window))
    table.insert(len(by) + 1, "first", first)
    table.insert(len(by) + 2, "last", last)
    return table
