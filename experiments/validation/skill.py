"""Skill on flows by region: errors of the model over those of simpler models, in the fit years and after them.

Two forecasts of the model are compared, both made by an ensemble that was fitted on the same years as the baselines:

    level    the median over the ensemble of the simulated flow
    change   the mean observed flow of the last two fit years, times the simulated flow over its own mean of those years

The second (the delta method of climate projections) asks whether the model knows the change, whatever it thinks of the
level; persistence is its rival. Errors are the root mean squared error of flows and the mean absolute error of their
logarithm, each with every flow the same and weighted by the observed flow.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.validation import tables
from experiments.validation.bands import HIGH, LOW, at_full_scale, quantiles
from experiments.validation.baselines import BASELINES, persistence
from experiments.validation.runs import RUN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from experiments.validation.runs import Runs
    from sim import World

WAYS = {"out": "scholar_outflow", "in": "scholar_inflow"}
LEVEL, CHANGE = "level", "change"
ANCHOR = 2  # last fit years whose mean level the change is put on
SMALLEST = 1.0  # scholar a year: a smaller flow counts as this in a logarithm
KEYS = ["way", "region", "year"]


@dataclass(frozen=True)
class Sample:
    """Which years are learned from and which are predicted; persistence knows the year `before` them."""

    name: str
    known: tuple[int, ...]
    asked: tuple[int, ...]
    before: int
    forecasts: tuple[str, ...]


IN_SAMPLE = Sample("in sample 2010-2015", tuple(range(2010, 2016)), tuple(range(2010, 2016)), 2009, (LEVEL,))
OUT_OF_SAMPLE = Sample(
    "out of sample 2012-2015", tuple(range(2008, 2012)), tuple(range(2012, 2016)), 2011, (LEVEL, CHANGE)
)
SKIPPED = "no ensemble of a fit to 2011 was given (validate.early)"


def observed_flows(series: pd.DataFrame, world: World) -> pd.DataFrame:
    """The observed flows as `baselines` reads them, with the stocks and distances of the world."""
    tables_ = [
        series[(series["statistic"] == statistic) & series["group"].isin(world.abroad)].assign(way=way)
        for way, statistic in WAYS.items()
    ]
    tally = pd.concat(tables_).rename(columns={"group": "region", "value": "flow"})[[*KEYS, "flow"]]
    stock, home = world.drivers, world.regions[0]
    distance = dict(zip(world.regions, world.by_region("distance"), strict=True))
    return tally.assign(
        home_stock=[stock.value("scholar_stock", year=year, region=home) for year in tally["year"]],
        region_stock=[
            stock.value("scholar_stock", year=year, region=region)
            for year, region in zip(tally["year"], tally["region"], strict=True)
        ],
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


def error(
    kind: str, predicted: NDArray[np.float64], flow: NDArray[np.float64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Root mean squared error or mean absolute log error along the last axis; weights sum to 1."""
    if kind == "root mean squared error":
        return np.asarray(np.sqrt(((predicted - flow) ** 2) @ weights))
    logs = np.log(np.maximum(predicted, SMALLEST)) - np.log(np.maximum(flow, SMALLEST))
    return np.asarray(np.abs(logs) @ weights)


ERRORS = ("root mean squared error", "mean absolute log error")


@dataclass(frozen=True)
class Compared:
    """skill: see `tables.SKILL`. forecasts: see `tables.FORECASTS`."""

    skill: pd.DataFrame
    forecasts: pd.DataFrame


def compare(tally: pd.DataFrame, ensembles: Mapping[str, Runs | None], scale: float) -> Compared:
    """Both samples. ensembles: by the name of the sample, the runs of the ensemble that was fitted on its known years.

    Where there are none the model's columns are blank and a note says so. scale: of the runs.
    """
    lines, forecasts = [], []
    for sample in (IN_SAMPLE, OUT_OF_SAMPLE):
        asked = tally[tally["year"].isin(sample.asked)].reset_index(drop=True)
        rivals = predicted_by_baselines(sample, tally, asked)
        runs = ensembles[sample.name]
        simulated = simulated_flows(runs, tally, scale) if runs else None
        for name in sample.forecasts:
            ours = None
            if runs and simulated is not None:
                each = _forecast(name, sample, tally, asked, simulated)
                ours = Ours(each, runs.shares)
                forecasts.append(_said(sample, asked, f"model, {name}", ours.middle))
            lines += _lines(sample, name, asked, ours, rivals)
        forecasts.append(_said(sample, asked, "observed", asked["flow"].to_numpy(float)))
        forecasts += [_said(sample, asked, name, predicted) for name, predicted in rivals.items()]
    return Compared(
        tables.SKILL.validate(pd.DataFrame(lines)),
        tables.FORECASTS.validate(pd.concat(forecasts, ignore_index=True)),
    )


def predicted_by_baselines(sample: Sample, tally: pd.DataFrame, asked: pd.DataFrame) -> dict[str, NDArray[np.float64]]:
    """What each baseline says for the rows asked for."""
    known = tally[tally["year"].isin(sample.known)]
    return {
        name: baseline(tally[tally["year"] == sample.before] if baseline is persistence else known, asked)
        for name, baseline in BASELINES.items()
    }


@dataclass(frozen=True)
class Ours:
    """A forecast of the model, run by run: each (members, seeds, rows), weights (members,)."""

    each: NDArray[np.float64]
    weights: NDArray[np.float64]

    @property
    def middle(self) -> NDArray[np.float64]:
        """The ensemble's forecast: the weighted median over runs of every row."""
        rows = range(self.each.shape[-1])
        return np.array([quantiles(self.each[:, :, row], self.weights, (0.5,))[0] for row in rows])


def _forecast(
    name: str, sample: Sample, tally: pd.DataFrame, asked: pd.DataFrame, simulated: NDArray[np.float64]
) -> NDArray[np.float64]:
    if name == CHANGE:
        return changed(tally, simulated, sample.known[-ANCHOR:], asked)
    return simulated[..., tally["year"].isin(sample.asked).to_numpy()]


def _lines(
    sample: Sample,
    forecast: str,
    asked: pd.DataFrame,
    ours: Ours | None,
    rivals: Mapping[str, NDArray[np.float64]],
) -> list[dict[str, object]]:
    flow, lines = asked["flow"].to_numpy(float), []
    middle = ours.middle if ours else None
    for way, weighted, kind in itertools.product(("both", *WAYS), ("equal", "by flow"), ERRORS):
        rows = np.ones(len(asked)) if way == "both" else (asked["way"] == way).to_numpy(float)
        weights: NDArray[np.float64] = np.array(flow * rows if weighted == "by flow" else rows, dtype=np.float64)
        weights = weights / weights.sum()
        for name, predicted in rivals.items():
            theirs = float(error(kind, predicted, flow, weights))
            mine, low, high = np.nan, np.nan, np.nan
            if ours and middle is not None:
                mine = float(error(kind, middle, flow, weights))
                each = error(kind, ours.each, flow, weights)
                low, high = quantiles(each / (theirs or np.inf), ours.weights, (LOW, HIGH))
            lines.append(
                {
                    "sample": sample.name,
                    "forecast": forecast,
                    "way": way,
                    "error": kind,
                    "weights": weighted,
                    "baseline": name,
                    "model_error": mine,
                    "baseline_error": theirs,
                    "ratio": mine / theirs if theirs else np.inf,
                    "low": low,
                    "high": high,
                    "note": "" if ours else SKIPPED,
                }
            )
    return lines


def _said(sample: Sample, asked: pd.DataFrame, source: str, flow: NDArray[np.float64]) -> pd.DataFrame:
    return asked[KEYS].assign(sample=sample.name, source=source, flow=flow)[list(tables.FORECASTS.columns)]
