"""Finished runs of an ensemble as the offices would have seen them, and their patterns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

PATTERN = "structural pattern"
"""Stands where a statistic would in the rows of patterns, which are named by `group`."""

KEY = ["statistic", "group", "year"]
RUN = ["member", "seed"]


@dataclass(frozen=True)
class Runs:
    """Finished runs of one ensemble. table: member, seed, statistic, group, year, value. weights: of the members there.

    failed: the reason of every run that did not finish, by its name.
    """

    table: pd.DataFrame
    weights: pd.Series[float]
    failed: dict[str, str]

    @property
    def shares(self) -> NDArray[np.float64]:
        """The weights of the members that are there, shape (members,)."""
        return np.asarray(self.weights, dtype=np.float64)

    def cube(self, wide: pd.DataFrame) -> NDArray[np.float64]:
        """Values by run, (runs, k) with the index member and seed, as (members, seeds, k); NaN where there is none."""
        seeds = sorted(set(wide.index.get_level_values("seed")))
        whole = pd.MultiIndex.from_product([self.weights.index, seeds], names=RUN)
        values = wide.reindex(whole).to_numpy(float)
        return values.reshape(len(self.weights), len(seeds), -1)

    def observations(self) -> Iterator[tuple[tuple[int, int], pd.DataFrame]]:
        """Member and seed of every run with its observations."""
        seen = self.table[self.table["statistic"] != PATTERN]
        for key, rows in seen.groupby(RUN):
            member, seed = cast("tuple[int, int]", key)
            yield (int(member), int(seed)), rows
