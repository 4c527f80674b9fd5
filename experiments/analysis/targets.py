"""Targets of policy files held against the model's own levels: with the policy, without it, and in how many sets.

A level is less sure than an effect, since whatever the fit misses of it is in both lives; what is compared here is the
level, as a document asks for one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from experiments.analysis.certainty import middle
from experiments.analysis.windows import averaged
from experiments.request.policies import BASELINE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from experiments.request.comparison import Arm
    from sim.instruments.policy import Target
    from sim.measures.catalogue import Kind

    Floats = NDArray[np.float64]

COLUMNS: Final = (
    *("policy", "named_by", "outcome", "group", "unit", "first", "last", "wanted", "limit"),
    *("observed_in", "observed", "begins", "reference", "reference_low", "reference_high", "value", "low", "high"),
    *("without", "reached", "sets", "source", "grade"),
)
"""Of the table of targets: policy, the arm; named_by, the policy of it that names the target; first and last, the years
whose mean is meant, of the run; wanted, the value and limit, at least or at most that; observed, what was observed in a
year. begins, the level at the fork; reference and value, weighted means over sets of the lives without and with the
policy, each with the ends of the middle 95 % of the sets; without and reached, the weight of the sets that reach the
target without and with it. NaN where the run does not last until then, or the model has no such group.

Where something was observed in a year that the run knows of, every level is that and what changes in the model from
then on: of a count by its ratio, of a share or a mean by its difference, set by set. So a target is not reached because
a document counts otherwise, or because the fit misses the level. Elsewhere levels are the model's own, and nothing is
called observed.
"""


def wanted(arm: Arm) -> Iterator[tuple[str, Target]]:
    """The targets of an arm with the policy that names each; of one that two policies name, the later one's."""
    found: dict[tuple[str, int | None, int, str], tuple[str, Target]] = {}
    for policy in arm.policies:
        for target in policy.targets:
            found[target.outcome, target.since, target.by, target.limit] = policy.name, target
    yield from found.values()


def tracked(
    arms: Iterable[Arm],
    paired: pd.DataFrame,
    outcomes: pd.DataFrame,
    years: tuple[int, int],
    weights: Mapping[int, float] | None = None,
) -> pd.DataFrame:
    """Every target of these arms, in the columns above.

    paired: see `effects.pairs`. outcomes: of every life, those of the history as the baseline's. years: fork and last
    year of the run. weights: of the members, all alike if None.
    """
    past = outcomes[(outcomes["policy"] == BASELINE) & (outcomes["year"] <= years[0])]
    rows = [
        (arm.name, named_by, *_held(target, paired[paired["policy"] == arm.name], past, years, weights))
        for arm in arms
        for named_by, target in wanted(arm)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"sets": int})


def _held(
    target: Target,
    paired: pd.DataFrame,
    past: pd.DataFrame,
    years: tuple[int, int],
    weights: Mapping[int, float] | None,
) -> Sequence[object]:
    """A row of the table from the outcome on."""
    from sim.measures.outcomes import CATALOGUE

    fork, until = years
    name, _, group = target.outcome.partition("/")
    outcome, group = CATALOGUE[name], group or "all"
    first, last = max(target.since or target.by, fork + 1), target.by
    mine, before = _cell(paired, name, group), _cell(past, name, group)
    levels = _Levels(target, outcome.kind, _of_year(before, target.observed_in), weights)
    begins, *_ = levels.told(_of_year(before, fork))
    about = name, group, outcome.unit, first, last, target.value, target.limit
    seen = (target.observed_in, target.observed) if levels.begin_there else (np.nan, np.nan)
    source = target.source, target.grade
    if last > until or last <= fork or mine.empty:
        return (*about, *seen, begins, *[np.nan] * 8, 0, *source)
    means = averaged(mine, fork, [(first - fork, last - fork)], ["policy"])
    without, within = (means.groupby("member")[column].mean().dropna() for column in ("reference", "value"))
    both = *levels.told(without), *levels.told(within), levels.share(without), levels.share(within)
    return (*about, *seen, begins, *both, means["member"].nunique(), *source)


@dataclass(frozen=True)
class _Levels:
    """Levels of parameter sets, as they are held against a target. kind: of the outcome. seen: of each set in the year
    that was observed; empty where the run does not know it. weights: of the members, all alike if None.
    """

    target: Target
    kind: Kind
    seen: pd.Series[float]
    weights: Mapping[int, float] | None

    @property
    def begin_there(self) -> bool:
        """Whether levels begin at what was observed: every set has one in that year, and a count is not nothing."""
        known = self.target.observed is not None and len(self.seen) > 0
        return known and not (self.kind.adds_up and (self.seen == 0).any())

    def _held(self, levels: pd.Series[float]) -> tuple[Floats, Floats]:
        """Levels and weights of the sets, (sets,)."""
        if self.begin_there:
            levels = levels[levels.index.isin(self.seen.index)]
        given = [1.0 if self.weights is None else self.weights[int(member)] for member in levels.index]
        weight: Floats = np.array(given) / sum(given)
        values: Floats = np.array(levels, float)
        if self.begin_there:
            observed, then = self.target.observed or 0.0, self.seen.loc[levels.index].to_numpy(float)
            values = values * observed / then if self.kind.adds_up else values + observed - then
        return values, weight

    def told(self, levels: pd.Series[float]) -> tuple[float, float, float]:
        """Weighted mean over the sets and the ends of their middle 95 %; no ends of a single set."""
        values, weight = self._held(levels)
        if not len(values):
            return np.nan, np.nan, np.nan
        low, high = middle(values[None], weight[None]) if len(values) > 1 else (np.array([np.nan]),) * 2
        return float(values @ weight), float(low[0]), float(high[0])

    def share(self, levels: pd.Series[float]) -> float:
        """Weight of the sets that reach the target."""
        values, weight = self._held(levels)
        wanted = self.target.value
        return float(weight @ (values >= wanted if self.target.limit == "at least" else values <= wanted))


def _cell(table: pd.DataFrame, outcome: str, group: str) -> pd.DataFrame:
    return table[(table["outcome"] == outcome) & (table["group"] == group)]


def _of_year(table: pd.DataFrame, year: int | None) -> pd.Series[float]:
    """The level of each parameter set in a year, a mean over its seeds."""
    found: pd.Series[float] = table[table["year"] == year].groupby("member")["value"].mean().dropna()
    return found
