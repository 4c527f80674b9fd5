"""Forecasts of flows by region from an origin: of the model, run by run, and of simpler models; see `skill`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.validation import error_model
from experiments.validation.bands import HIGH, LOW, at_full_scale, quantiles
from experiments.validation.baselines import AVERAGE, BASELINES, SMALLEST
from experiments.validation.baselines import IN_SAMPLE as FITTED
from experiments.validation.runs import RUN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from experiments.validation.error_model import Errors
    from experiments.validation.runs import Runs
    from sim import World

WAYS = {"out": "scholar_outflow", "in": "scholar_inflow"}
STOCK = "scholar_stock"
LEVEL, CHANGE = "level", "change"
ANCHOR = 2  # last fit years whose mean level the change is put on
KEYS = ["way", "region", "year"]
HORIZON = 4
ORIGINS = (2009, 2011)
"""Last years known of the forecasts, each tested on the HORIZON years after it."""

EARLIEST, MIDDLE = 2003, 6
"""First earlier origin whose errors make the interval of a simpler model: there are six years before it."""


@dataclass(frozen=True)
class Sample:
    """Which years are predicted, from which one; persistence knows the year `before` them.

    fitted: the years predicted are known, so that only some simpler models say something of them.
    """

    name: str
    asked: tuple[int, ...]
    before: int
    forecasts: tuple[str, ...]
    fitted: bool = False

    @classmethod
    def after(cls, origin: int) -> Sample:
        """The forecast from the end of a year."""
        asked = tuple(range(origin + 1, origin + 1 + HORIZON))
        return cls(f"out of sample {asked[0]}-{asked[-1]}", asked, origin, (LEVEL, CHANGE))

    @property
    def skipped(self) -> str:
        """Why the model's forecast is missing, where it is."""
        return f"no ensemble of a fit to {self.before} was given (validate.early.{self.before})"


IN_SAMPLE = Sample("in sample 2010-2015", tuple(range(2010, 2016)), 2009, (LEVEL,), fitted=True)
OUT_OF_SAMPLE = {origin: Sample.after(origin) for origin in ORIGINS}
SAMPLES = (IN_SAMPLE, *OUT_OF_SAMPLE.values())


def observed_flows(series: pd.DataFrame, world: World) -> pd.DataFrame:
    """The observed flows as `baselines` reads them, with the stocks and distances of the world.

    series: statistic, group, year and value (`targets.read_observed`); stocks of years before the world are in it.
    """
    tables_ = [
        series[(series["statistic"] == statistic) & series["group"].isin(world.abroad)].assign(way=way)
        for way, statistic in WAYS.items()
    ]
    tally = pd.concat(tables_).rename(columns={"group": "region", "value": "flow"})[[*KEYS, "flow"]]
    tally["flow"] = tally["flow"].astype(float)
    earlier = series[series["statistic"] == STOCK].set_index(["group", "year"])["value"]
    home = world.regions[0]
    distance = dict(zip(world.regions, world.by_region("distance"), strict=True))

    def stock(region: str, year: int) -> float:
        known = (region, year) in earlier.index
        return float(earlier[region, year]) if known else world.drivers.value(STOCK, year=year, region=region)

    pairs = list(zip(tally["region"], tally["year"], strict=True))
    return tally.assign(
        home_stock=[stock(home, year) for _, year in pairs],
        region_stock=[stock(region, year) for region, year in pairs],
        distance=tally["region"].map(distance),
    ).sort_values(KEYS, ignore_index=True)


def simulated_flows(runs: Runs, tally: pd.DataFrame, scale: float) -> NDArray[np.float64]:
    """The simulated counterpart of every row, as at 1:1 (see `bands`): (members, seeds, rows), NaN: run missing."""
    wide = runs.table[runs.table["statistic"].isin(WAYS.values())].pivot_table(
        index=RUN, columns=["statistic", "group", "year"], values="value"
    )
    keys = pd.MultiIndex.from_arrays([tally["way"].map(WAYS), tally["region"], tally["year"]])
    cube, weights = runs.cube(wide.reindex(columns=keys)), runs.shares
    return np.stack([at_full_scale(cube[:, :, row], weights, scale)[0] for row in range(len(tally))], axis=-1)


def of_model(
    name: str, sample: Sample, tally: pd.DataFrame, asked: pd.DataFrame, simulated: NDArray[np.float64]
) -> NDArray[np.float64]:
    if name == CHANGE:
        return changed(tally, simulated, range(sample.before - ANCHOR + 1, sample.before + 1), asked)
    return simulated[..., tally["year"].isin(sample.asked).to_numpy()]


def changed(
    tally: pd.DataFrame, simulated: NDArray[np.float64], anchor: Sequence[int], asked: pd.DataFrame
) -> NDArray[np.float64]:
    """The forecast by change: the mean observed flow of the anchor years times the simulated flow over its mean there.

    flows: observed, with the rows of `simulated` (..., rows). Returns (..., rows of asked). Where nobody moved in the
    simulated anchor years, no change is forecast.
    """
    at = {key: place for place, key in enumerate(tally[KEYS].itertuples(index=False, name=None))}
    columns = []
    for way, region, year in asked[KEYS].itertuples(index=False, name=None):
        then = [at[way, region, known] for known in anchor]
        base = simulated[..., then].mean(axis=-1)
        nobody = base == 0
        factor = np.where(nobody, 1.0, simulated[..., at[way, region, year]] / np.where(nobody, 1.0, base))
        columns.append(tally["flow"].to_numpy()[then].mean() * factor)
    return np.stack(columns, axis=-1)


@dataclass(frozen=True)
class Theirs:
    """A simpler model's forecast of the rows asked for, and the ends of its 90 % interval (NaN: not known)."""

    flow: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


class Rivals:
    """What simpler models say, each forecast made once: earlier origins make the intervals of later ones."""

    def __init__(self, tally: pd.DataFrame) -> None:
        self.tally = tally
        self._made: dict[int, pd.DataFrame] = {}
        self._missed: dict[int, pd.DataFrame] = {}

    def of(self, sample: Sample, asked: pd.DataFrame) -> dict[str, Theirs]:
        """Every simpler model on the rows of a sample, and their average."""
        if sample.fitted:
            known = self.tally[self.tally["year"].isin(sample.asked)]
            before = self.tally[self.tally["year"] == sample.before]
            nothing = np.full(len(asked), np.nan)
            return {
                name: Theirs(BASELINES[name].predict(before if name == FITTED[0] else known, asked), nothing, nothing)
                for name in FITTED
            }
        made = self._forecasts(sample.before)
        keys = pd.MultiIndex.from_frame(asked[KEYS])
        horizon = asked["year"].to_numpy() - sample.before
        found = {}
        for name in made.columns:
            flow = made[name].reindex(keys).to_numpy(float)
            low, high = self._off(str(name), sample.before, horizon)
            found[str(name)] = Theirs(flow, flow * np.exp(low), flow * np.exp(high))
        return found

    def _forecasts(self, origin: int) -> pd.DataFrame:
        """From one origin: rows of way, region and year up to the horizon, one column a simpler model."""
        if origin not in self._made:
            asked = self.tally[self.tally["year"].between(origin + 1, origin + HORIZON)].reset_index(drop=True)
            table = pd.DataFrame(
                {name: rival.forecast(self.tally, origin, asked) for name, rival in BASELINES.items()},
                pd.MultiIndex.from_frame(asked[KEYS]),
            )
            self._made[origin] = table.assign(**{AVERAGE: table.mean(axis=1)})
        return self._made[origin]

    def _errors(self, origin: int) -> pd.DataFrame:
        """ln observed over predicted of every forecast from one origin: a row each, by year, one column a model."""
        if origin not in self._missed:
            made = self._forecasts(origin)
            seen = self.tally.set_index(KEYS)["flow"].reindex(made.index).to_numpy(float)[:, None]
            logs = (np.log(np.maximum(flows, SMALLEST)) for flows in (seen, made.to_numpy(float)))
            self._missed[origin] = pd.DataFrame(np.subtract(*logs), made.index.get_level_values("year"), made.columns)
        return self._missed[origin]

    def _off(self, name: str, origin: int, horizon: NDArray[np.int64]) -> NDArray[np.float64]:
        """Quantiles (low and high) of what earlier origins missed by, as far as was known by this one, by horizon."""
        first = max(EARLIEST, int(self.tally["year"].min()) + MIDDLE - 1)
        errors: dict[int, list[NDArray[np.float64]]] = {}
        for earlier in range(first, origin):
            missed = self._errors(earlier)[name]
            for ahead in range(1, min(HORIZON, origin - earlier) + 1):
                errors.setdefault(ahead, []).append(missed[missed.index == earlier + ahead].to_numpy())
        by_horizon = {ahead: np.quantile(np.concatenate(many), (LOW, HIGH)) for ahead, many in errors.items()}
        unknown = np.full(2, np.nan)
        return np.array([by_horizon.get(int(ahead), unknown) for ahead in horizon]).T


@dataclass(frozen=True)
class Ours:
    """A forecast of the model, run by run: each (members, seeds, rows), weights (members,).

    spread: of an observation around the model, by row; None where there is none.
    """

    each: NDArray[np.float64]
    weights: NDArray[np.float64]
    spread: Sequence[error_model.Error | None]

    @property
    def middle(self) -> NDArray[np.float64]:
        """The ensemble's forecast: the weighted median over runs of every row."""
        rows = range(self.each.shape[-1])
        return np.array([quantiles(self.each[:, :, row], self.weights, (0.5,))[0] for row in rows])

    def interval(self, *, of_observation: bool) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Ends of the 90 % band of the model, or of an observation."""
        ends = [
            error_model.band(self.each[:, :, row], self.weights, error, (LOW, HIGH))
            if error and of_observation
            else quantiles(self.each[:, :, row], self.weights, (LOW, HIGH))
            for row, error in enumerate(self.spread)
        ]
        low, high = np.array(ends, dtype=np.float64).T
        return low, high


def spread(asked: pd.DataFrame, errors: Errors) -> list[error_model.Error | None]:
    keys = zip(asked["way"].map(WAYS), asked["region"], strict=True)
    return [errors.get((str(statistic), str(region))) for statistic, region in keys]
