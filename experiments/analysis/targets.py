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
from experiments.request.listed import asks
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
policy, each with the ends of the middle 95 % of the sets; years up to the fork are those of the history; without and
reached, the weight of the sets that reach the
target without and with it. NaN where the run does not last until then, or the model has no such group.

Where something was observed in a year that the run knows of, every level is that and what changes in the model from
then on: of a count by its ratio, of a share or a mean by its difference, set by set. So a target is not reached because
a document counts otherwise, or because the fit misses the level. Elsewhere levels are the model's own, and nothing is
called observed.
"""


def wanted(arm: Arm) -> Iterator[tuple[str, Target]]:
    """The targets of an arm with the policy that names each; of one that two policies name, the later one's."""
    found: dict[tuple[str, int, int, str], tuple[str, Target]] = {}
    for policy in arm.policies:
        for target in policy.targets:
            found[asks(target)] = policy.name, target
    yield from found.values()


def tracked(
    arms: Iterable[Arm],
    paired: pd.DataFrame,
    outcomes: pd.DataFrame,
    years: tuple[int, int],
    weights: Mapping[int, float] | None = None,
    against: str = BASELINE,
) -> pd.DataFrame:
    """Every target of these arms, in the columns above.

    paired: see `effects.pairs`. outcomes: of every life, those of the history as the baseline's. years: fork and last
    year of the run. weights: of the members, all alike if None. against: the life that they are compared with.
    """
    up_to_fork = outcomes[outcomes["year"] <= years[0]]
    past = up_to_fork[up_to_fork["policy"] == BASELINE]
    reference = _with_own(past, up_to_fork[up_to_fork["policy"] == against])
    rows = [
        (
            arm.name,
            named_by,
            *_held(
                target,
                paired[paired["policy"] == arm.name],
                (past, reference, _with_own(past, up_to_fork[up_to_fork["policy"] == arm.name])),
                years,
                weights,
            ),
        )
        for arm in arms
        for named_by, target in wanted(arm)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"sets": int})


def _held(
    target: Target,
    paired: pd.DataFrame,
    pasts: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame],
    years: tuple[int, int],
    weights: Mapping[int, float] | None,
) -> Sequence[object]:
    """A row of the table from the outcome on. pasts: the years up to the fork of the history, of the reference life
    and of the arm's own.
    """
    from sim.measures.outcomes import CATALOGUE, OUTCOMES

    fork, until = years
    name, _, group = target.outcome.partition("/")
    outcome, group = CATALOGUE[name], group or "all"
    mine, (before, *lived) = _cell(paired, name, group), (_cell(past, name, group) for past in pasts)
    first, last = target.since or target.by, target.by
    if first <= fork:
        first = min((year for year in before["year"] if year >= first), default=fork + 1)
    levels = _Levels(target, outcome.kind, _of_year(before, target.observed_in), weights)
    begins, *_ = levels.told(_of_year(before, fork))
    if name not in OUTCOMES.measures and not mine.empty:
        begins = 0.0  # at the fork the two lives are the same: nobody stands better or worse
    about = name, group, outcome.unit, first, last, target.value, target.limit
    seen = (target.observed_in, target.observed) if levels.begin_there else (np.nan, np.nan)
    source = target.source, target.grade
    if last > until or last <= fork or mine.empty:
        return (*about, *seen, begins, *[np.nan] * 8, 0, *source)
    after = max(first, fork + 1)
    means = averaged(mine, fork, [(after - fork, last - fork)], ["policy"])
    without, within = (means.groupby("member")[column].mean().dropna() for column in ("reference", "value"))
    if first < after:
        share = (after - first) / (last - first + 1)
        early = [_mean_of_years(one, range(first, after), adds_up=outcome.kind.adds_up) for one in lived]
        without, within = (share * old + (1 - share) * new for old, new in zip(early, (without, within), strict=True))
        without, within = without.dropna(), within.dropna()
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


def _with_own(past: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    """The history of a life that parts from it before the fork: its own years where it has them."""
    return past if own is past or own.empty else pd.concat([past[~past["year"].isin(own["year"])], own])


def _mean_of_years(table: pd.DataFrame, years: range, *, adds_up: bool) -> pd.Series[float]:
    """The mean level of each parameter set in these years; a count is 0 in years without a row."""
    runs = table[table["year"].isin(years)].groupby(["member", "replicate"])["value"]
    found: pd.Series[float] = (runs.sum() / len(years) if adds_up else runs.mean()).groupby("member").mean()
    return found


def _of_year(table: pd.DataFrame, year: int | None) -> pd.Series[float]:
    """The level of each parameter set in a year, a mean over its seeds."""
    found: pd.Series[float] = table[table["year"] == year].groupby("member")["value"].mean().dropna()
    return found
