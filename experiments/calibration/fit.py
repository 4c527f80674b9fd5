"""The fit: a design that fills the space, an emulator that cuts it wave by wave, and simulated sets with weights.

first    a Sobol design over the whole space is simulated
waves    an emulator learns from the runs of the last two waves; sets that it cannot rule out are drawn and simulated
last     the nearest sets of the last wave are simulated again, with several new seeds each
kept     they are weighted by how far the mean over the new seeds is from the targets (ABC); the first run,
         which chose them partly by chance, is dropped
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from experiments.calibration import matching, simulate
from experiments.calibration.emulator import Emulator, scaled
from experiments.calibration.matching import Goal
from experiments.calibration.space import FREE, SWEPT, Space
from experiments.calibration.targets import FIT_UNTIL, Moment, distance, reduced
from experiments.run.replicates import replicate_seed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Executor

    from experiments.run.checkpoint import Checkpoint

FAR = 3.0  # half-widths beyond which further is no worse: what cannot be met must not choose the sets
LEARNS_FROM = 2  # waves


@dataclass(frozen=True)
class FitPlan:
    """How large a fit is. `first`, `sets` and `last`: points of the first design, of each wave and of the last.

    `again`: nearest sets of the last wave that are simulated once more, with `seeds` new seeds each. `fixed`: values of
    parameters that are not searched.
    """

    seed: int
    scale: float
    first: int
    waves: int
    sets: int
    last: int
    kept: int
    stop: int = FIT_UNTIL
    country: str | None = None
    again: int = 0
    seeds: int = 1
    fixed: tuple[tuple[str, float], ...] = ()

    @property
    def sizes(self) -> list[int]:
        """Points of the first design and of every wave."""
        return [self.first, *([self.sets] * (self.waves - 1)), self.last]


@dataclass(frozen=True)
class Wave:
    """A simulated design: parameter sets (points, n), their moments and distances, both (points, m).

    `runs`: the moments run by run, (points x seeds, m) with the index point and seed; `moments` are their means.
    """

    number: int
    sets: pd.DataFrame
    moments: pd.DataFrame
    distances: pd.DataFrame
    emulator: Emulator | None = None
    runs: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def seeds(self) -> int:
        """Runs of every set."""
        return 1 if self.runs.empty else self.runs.index.get_level_values("seed").nunique()

    @property
    def spread(self) -> pd.Series:
        """Root mean square distance of every set; a moment that its runs could not tell is as far as any."""
        size: pd.Series = np.sqrt((self.distances.clip(-FAR, FAR).fillna(FAR) ** 2).mean(axis=1))
        return size


def to_fit(moments: Sequence[Moment], series: pd.DataFrame, stop: int = FIT_UNTIL) -> list[Moment]:
    """The moments that may be fitted with data up to a year, cut to it. series: observed (`targets.read_observed`)."""
    values = series.set_index(["statistic", "group", "year"])["value"]
    known = (one.until(stop, values) for one in moments if one.use == "fit")
    return [one for one in known if one is not None]


def identity(moments: Sequence[Moment]) -> list[tuple[str, str, int, int, float, float]]:
    """What a fit depends on of its moments: name, reduction, years, target and half-width."""
    return [(one.moment, one.reduction, one.first_year, one.last_year, one.target, one.half_width) for one in moments]


def waves(
    plan: FitPlan,
    space: Space,
    moments: Sequence[Moment],
    pieces: Checkpoint,
    executor: Executor,
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
            with threadpool_limits(1):  # many small products: threads that wait for each other make them far slower
                runs = scaled(pd.concat([wave.moments for wave in recent]), moments)
                learned = Emulator.learned(space, known, runs, curved)
                sets = matching.drawn(learned, goal, space, size, rng, progress=progress)
        wave = simulated(plan, number, sets, moments, pieces, executor, progress=progress)
        done.append(replace(wave, emulator=learned))
        yield done[-1]


def simulated(
    plan: FitPlan,
    number: int,
    sets: pd.DataFrame,
    moments: Sequence[Moment],
    pieces: Checkpoint,
    executor: Executor,
    *,
    seeds: int = 1,
    progress: bool = True,
) -> Wave:
    """Run a design through the last year of the fit and read its moments, means over so many seeds.

    A set is left out if one of its runs fails: a mean over fewer seeds would have more chance in it than the others.
    """
    points = sets.index.repeat(seeds)
    design = sets.loc[points].reset_index(drop=True).assign(**dict(plan.fixed))
    roots = [replicate_seed(plan.seed, 1_000_000 * (number + 1) + run) for run in range(len(design))]
    todo = simulate.tasks(f"wave{number}", design, roots, plan.scale, plan.stop, plan.country)
    seen = simulate.gather(pieces, todo, executor, progress=progress)
    runs = pd.DataFrame({run: reduced(one, moments) for run, one in seen.groupby("point")}).T
    whole = pd.Series(points[runs.index]).value_counts().eq(seeds)
    runs = runs[whole.reindex(points[runs.index]).to_numpy()]
    runs.index = pd.MultiIndex.from_arrays([points[runs.index], runs.index % seeds], names=["point", "seed"])
    return replace(averaged(number, sets, runs, moments), runs=runs)


def averaged(number: int, sets: pd.DataFrame, runs: pd.DataFrame, moments: Sequence[Moment]) -> Wave:
    """The wave that these runs make, the moments of a set being means over its runs. runs: index point and seed."""
    table = runs.groupby(level="point", sort=False).mean().rename_axis(None)
    away = pd.DataFrame({point: distance(row, moments) for point, row in table.iterrows()}).T
    return Wave(number, sets.loc[table.index], table, away)


def repeated(
    plan: FitPlan,
    wave: Wave,
    moments: Sequence[Moment],
    pieces: Checkpoint,
    executor: Executor,
    *,
    progress: bool = True,
) -> Wave:
    """The nearest sets of a wave, simulated with new seeds only: a first run that was good by chance does not count."""
    nearest = wave.spread.nsmallest(plan.again).index
    number = wave.number + 1
    return simulated(
        plan, number, wave.sets.loc[nearest], moments, pieces, executor, seeds=plan.seeds, progress=progress
    )


def only(wave: Wave, points: Sequence[int]) -> Wave:
    """The wave with some of its sets only, in its own order."""
    left = wave.sets.index[wave.sets.index.isin(points)]
    runs = wave.runs if wave.runs.empty else wave.runs[wave.runs.index.get_level_values("point").isin(left)]
    return replace(
        wave,
        sets=wave.sets.loc[left],
        moments=wave.moments.loc[left],
        distances=wave.distances.loc[left],
        runs=runs,
    )


def ensemble(wave: Wave, kept: int, fixed: Sequence[tuple[str, float]] = ()) -> pd.DataFrame:
    """The sets of a wave that are kept: member, weight and a column a parameter, the nearest first.

    Parameters that were fixed in the fit have a column as well: the ensemble fits with these values only.
    """
    weight = _weights(wave, kept)
    table = wave.sets.loc[weight.index].reset_index(drop=True).astype(float).assign(**dict(fixed))
    table.insert(0, "weight", weight.to_numpy())
    table.insert(0, "member", np.arange(len(table)))
    return table


def centre(wave: Wave, kept: int) -> pd.Series:
    """Weighted median over the kept sets of a wave of the distance of every moment, (m,)."""
    return _centre(wave.distances, _weights(wave, kept))


def held_out(wave: Wave, kept: int, moments: Sequence[Moment]) -> pd.DataFrame:
    """As `centre` by each seed in turn, of sets chosen and weighted without it: (seeds, m). Needs two seeds or more.

    The seed that is left out had no part in the choice, so the fit is not too good by the choice.
    """
    if wave.seeds < 2:
        raise ValueError("a seed can be held out where every set has two or more.")
    seed = wave.runs.index.get_level_values("seed")
    found = {}
    for one in sorted(set(seed)):
        others = averaged(wave.number, wave.sets, wave.runs[seed != one], moments)
        alone = averaged(wave.number, wave.sets, wave.runs[seed == one], moments)
        found[one] = _centre(alone.distances, _weights(others, kept))
    return pd.DataFrame(found).T.rename_axis("seed")


def chosen(wave: Wave, kept: int) -> list[int]:
    """The sets of a wave that would be kept, the nearest first."""
    return [int(point) for point in _weights(wave, kept).index]


def _weights(wave: Wave, kept: int) -> pd.Series:
    """Weights of the kept sets of a wave, the nearest first, summing to one."""
    weight = pd.Series(matching.weights(wave.spread.to_numpy(), kept), index=wave.sets.index, name="weight")
    chosen = wave.spread[weight > 0].sort_values().index
    return weight.loc[chosen] / weight.loc[chosen].sum()


def _centre(distances: pd.DataFrame, weight: pd.Series) -> pd.Series:
    rows = distances.loc[weight.index]
    shares = weight.to_numpy()
    return rows.apply(lambda column: weighted_quantile(column.to_numpy(), shares, 0.5))


def weighted_quantile(values: np.ndarray, weights: np.ndarray, share: float) -> float:
    """The smallest value up to which this share of the weight lies."""
    order = np.argsort(values)
    place = np.searchsorted(np.cumsum(weights[order]), share * weights.sum())
    return float(values[order][min(int(place), len(values) - 1)])
