"""Golden results: a small run that may only change on purpose.

A change of the model that moves these numbers updates the file with `python -m tests.sim.test_golden` and says why in
its commit. The tolerance lets through what another processor's last bits can do to a choice, not a changed rule.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from sim import BrainCirculation
from tests.sim.conftest import policy

GOLDEN = Path(__file__).with_name("golden.csv")
NAMES = (
    *("departures", "returns", "stock_abroad", "arrivals", "doctoral_entrants", "postdocs", "faculty", "hires"),
    *("fixed_term_share", "overseas_experience_share", "foreign_share", "papers", "top10_papers", "belief", "cost"),
)


def results() -> pd.DataFrame:
    """Means over 2008-2025, and over 2026-2032 under the package, of a run at 1:50."""
    history = BrainCirculation(seed=7, scale=0.02).run_through(2025)
    package = [policy("overseas_weight"), policy("doctoral_stipends"), policy("fellowships_doubled")]
    forked = history.fork(package).run_through(2032)
    means = []
    for name, table in (("history", history.table().query("year >= 2008")), ("package", forked.table())):
        chosen = table[table.outcome.isin(NAMES)]
        means.append(chosen.groupby(["outcome", "group"])["value"].mean().rename(name))
    return pd.concat(means, axis=1).reset_index()


def test_results_are_the_golden_ones() -> None:
    golden, now = pd.read_csv(GOLDEN), results()
    both = golden.merge(now, on=["outcome", "group"], how="outer", suffixes=("_golden", "")).set_index(
        ["outcome", "group"]
    )
    assert both.notna().all().all() or len(golden) == len(now)
    for column in ("history", "package"):
        was, value = both[f"{column}_golden"].to_numpy(), both[column].to_numpy()
        count = np.abs(was) > 5  # persons come in fifties at this scale, shares do not
        close = np.abs(value - was) <= np.where(count, 0.02 * np.abs(was) + 15, 0.01)
        assert close.all(), both[~close]


if __name__ == "__main__":
    results().to_csv(GOLDEN, index=False, float_format="%.6g")
