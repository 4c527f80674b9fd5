"""The fit: a design that fills the space, an emulator that cuts it wave by wave, and simulated sets with weights.

first    a Sobol design over the whole space is simulated
waves    an emulator learns from the runs of the last two waves; sets that it cannot rule out are drawn and simulated
last     sets of the last wave are weighted by how far their own simulation is from the targets (ABC)
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.calibration import matching, simulate
from experiments.calibration.emulator import Emulator
from experiments.calibration.matching import Goal
from experiments.calibration.space import FREE, SWEPT, Space
from experiments.calibration.targets import FIT_UNTIL, Moment, distance, read_series, reduced
from experiments.ensemble import replicate_seed

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from pathlib import Path

    from experiments.pieces import Pieces

FAR = 3.0  # half-widths beyond which further is no worse: what cannot be met must not choose the sets
LEARNS_FROM = 2  # waves


@dataclass(frozen=True)
class Plan:
    """How large a fit is. `first`, `sets` and `last`: points of the first design, of each wave and of the last."""

    seed: int
    scale: float
    first: int
    waves: int
    sets: int
    last: int
    kept: int
    stop: int = FIT_UNTIL
    data: "Path | None" = None

    @property
    def sizes(self) -> list[int]:
        """Points of the first design and of every wave."""
        return [self.first, *([self.sets] * (self.waves - 1)), self.last]


@dataclass(frozen=True)
class Wave:
    """A simulated design: parameter sets (points, n), their moments and distances, both (points, m)."""

    number: int
    sets: pd.DataFrame
    moments: pd.DataFrame
    distances: pd.DataFrame
    emulator: Emulator | None = None

    @property
    def spread(self) -> pd.Series:
        """Root mean square distance of every set."""
        return np.sqrt((self.distances.clip(-FAR, FAR) ** 2).mean(axis=1))


def to_fit(moments: Sequence[Moment], stop: int = FIT_UNTIL) -> list[Moment]:
    """The moments that may be fitted with data up to a year.

    One whose years go on after it is cut to the years before, with the mean of its series there as the target; where
    the series has none of them, or the moment is not a mean, it is left out.
    """
    series = read_series().set_index(["statistic", "group", "year"])["value"]
    kept = []
    for one in moments:
        if one.use != "fit":
            continue
        if one.last_year <= stop:
            kept.append(one)
        elif one.reduction == "mean" and one.first_year <= stop:
            years = [y for y in range(one.first_year, stop + 1) if (one.statistic, one.group, y) in series.index]
            if years:
                target = float(np.mean([series[one.statistic, one.group, y] for y in years]))
                kept.append(replace(one, first_year=years[0], last_year=stop, target=target))
    return kept


def identity(moments: Sequence[Moment]) -> list[tuple[str, int, int, float, float]]:
    """What a fit depends on of its moments: name, years, target and half-width."""
    return [(one.moment, one.first_year, one.last_year, one.target, one.half_width) for one in moments]


def waves(
    plan: Plan,
    space: Space,
    moments: Sequence[Moment],
    pieces: "Pieces",
    executor: "Executor",
    *,
    progress: bool = True,
) -> Iterator[Wave]:
    """The first design and every wave after it, each as it is simulated; pieces on disk are not run again."""
    rng = np.random.default_rng(plan.seed)
    goal, done = Goal.of(moments), list[Wave]()
    curved = space.used(FREE, SWEPT)
    for number, size in enumerate(plan.sizes):
        learned = None
        if number == 0:
            sets = space.filled(size, plan.seed)
        else:
            recent = done[-LEARNS_FROM:]
            known = np.concatenate([space.unit(wave.sets) for wave in recent])
            learned = Emulator.learned(space, known, pd.concat([wave.moments for wave in recent]), curved)
            sets = matching.drawn(learned, goal, space, size, rng, progress=progress)
        wave = simulated(plan, number, sets, moments, pieces, executor, progress=progress)
        done.append(replace(wave, emulator=learned))
        yield done[-1]


def simulated(
    plan: Plan,
    number: int,
    sets: pd.DataFrame,
    moments: Sequence[Moment],
    pieces: "Pieces",
    executor: "Executor",
    *,
    progress: bool = True,
) -> Wave:
    """Run a design through the last year of the fit and read its moments. Sets that fail are left out."""
    seeds = [replicate_seed(plan.seed, 1_000_000 * (number + 1) + point) for point in range(len(sets))]
    todo = simulate.tasks(f"wave{number}", sets, seeds, plan.scale, plan.stop, plan.data)
    seen = simulate.gather(pieces, todo, executor, progress=progress)
    table = pd.DataFrame({point: reduced(one, moments) for point, one in seen.groupby("point")}).T
    away = pd.DataFrame({point: distance(row, moments) for point, row in table.iterrows()}).T
    return Wave(number, sets.loc[table.index], table, away)


def ensemble(wave: Wave, kept: int) -> pd.DataFrame:
    """The sets of a wave that are kept: member, weight and a column a parameter, the nearest first."""
    weight = pd.Series(matching.weights(wave.spread.to_numpy(), kept), index=wave.sets.index, name="weight")
    chosen = wave.spread[weight > 0].sort_values().index
    table = wave.sets.loc[chosen].reset_index(drop=True).astype(float)
    shares = weight.loc[chosen].to_numpy()
    table.insert(0, "weight", shares / shares.sum())
    table.insert(0, "member", np.arange(len(table)))
    return table


def weighted_quantile(values: "np.ndarray", weights: "np.ndarray", share: float) -> float:
    """The smallest value up to which this share of the weight lies."""
    order = np.argsort(values)
    place = np.searchsorted(np.cumsum(weights[order]), share * weights.sum())
    return float(values[order][min(int(place), len(values) - 1)])
