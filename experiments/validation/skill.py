"""Skill on flows by region: errors of the model over those of simpler models, in the fit years and after them.

Two forecasts of the model are compared, both made by an ensemble that was fitted on no later year than the origin:

    level    the median over the ensemble of the simulated flow
    change   the mean observed flow of the last two fit years, times the simulated flow over its own mean of those years

The second (the delta method of climate projections) asks whether the model knows the change, whatever it thinks of the
level; persistence is its rival. Errors are the root mean squared error of flows and the mean absolute error of their
logarithm, each with every flow the same and weighted by the observed flow. Intervals have a score of their own
(`scores`): those of the model are the band of the model and, with the error of an observation, that of an observation;
those of a simpler model hold 90 % of the errors that it made at earlier origins at the same horizon, in logarithms.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.validation import scores, tables
from experiments.validation.bands import HIGH, LOW, quantiles
from experiments.validation.baselines import BASELINES, SMALLEST
from experiments.validation.forecasts import (
    ANCHOR,
    KEYS,
    SAMPLES,
    WAYS,
    Ours,
    Rivals,
    Sample,
    Theirs,
    of_model,
    simulated_flows,
    spread,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from experiments.validation.error_model import Errors
    from experiments.validation.runs import Runs


def error(
    kind: str, predicted: NDArray[np.float64], flow: NDArray[np.float64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Root mean squared error or mean absolute log error along the last axis; weights sum to 1."""
    if kind == "root mean squared error":
        return np.asarray(np.sqrt(((predicted - flow) ** 2) @ weights))
    logs = np.log(np.maximum(predicted, SMALLEST)) - np.log(np.maximum(flow, SMALLEST))
    return np.asarray(np.abs(logs) @ weights)


ERRORS = ("root mean squared error", "mean absolute log error")
INTERVALS = ("interval score, band of the model", "interval score, band of an observation")


@dataclass(frozen=True)
class Compared:
    """skill: see `tables.SKILL`. forecasts: see `tables.FORECASTS`. tests: see `tables.TESTS`."""

    skill: pd.DataFrame
    forecasts: pd.DataFrame
    tests: pd.DataFrame


def compare(
    tally: pd.DataFrame, ensembles: Mapping[str, Runs | None], scale: float, errors: Errors | None = None
) -> Compared:
    """Every sample. ensembles: by the name of the sample, the runs of an ensemble fitted to no year after its origin.

    Where there are none the model's columns are blank and a note says so. scale: of the runs. errors: of observations,
    by statistic and group; without them both intervals of the model are its own band.
    """
    lines, forecasts, losses = list[dict[str, object]](), list[pd.DataFrame](), list[pd.DataFrame]()
    rivals = Rivals(tally)
    for sample in SAMPLES:
        asked = tally[tally["year"].isin(sample.asked)].reset_index(drop=True)
        theirs = rivals.of(sample, asked)
        runs = ensembles[sample.name]
        seen = tally[tally["year"] > sample.before - ANCHOR].reset_index(drop=True)
        simulated = simulated_flows(runs, seen, scale) if runs else None
        for name in sample.forecasts:
            ours = None
            if runs and simulated is not None:
                each = of_model(name, sample, seen, asked, simulated)
                ours = Ours(each, runs.shares, spread(asked, errors or {}))
                forecasts.append(_said(sample, asked, f"model, {name}", ours.middle))
                losses.append(_losses(sample, name, asked, ours, theirs))
            lines += _lines(sample, name, asked, ours, theirs)
        forecasts.append(_said(sample, asked, "observed", asked["flow"].to_numpy(float)))
        forecasts += [_said(sample, asked, name, one.flow) for name, one in theirs.items()]
    return Compared(
        tables.SKILL.validate(pd.DataFrame(lines)),
        tables.FORECASTS.validate(pd.concat(forecasts, ignore_index=True)),
        tested(pd.concat(losses, ignore_index=True) if losses else pd.DataFrame()),
    )


def _lines(
    sample: Sample,
    forecast: str,
    asked: pd.DataFrame,
    ours: Ours | None,
    rivals: Mapping[str, Theirs],
) -> list[dict[str, object]]:
    flow, lines = asked["flow"].to_numpy(float), list[dict[str, object]]()
    middle = ours.middle if ours else None
    bands = {kind: ours.interval(of_observation=kind == INTERVALS[1]) for kind in INTERVALS} if ours else {}
    for way, weighted, kind in itertools.product(("both", *WAYS), ("equal", "by flow"), (*ERRORS, *INTERVALS)):
        if kind in INTERVALS and weighted != "equal":
            continue
        rows = np.ones(len(asked)) if way == "both" else (asked["way"] == way).to_numpy(float)
        weights: NDArray[np.float64] = np.array(flow * rows if weighted == "by flow" else rows, dtype=np.float64)
        weights = weights / weights.sum()
        for name, one in rivals.items():
            mine, low, high = np.nan, np.nan, np.nan
            if kind in INTERVALS:
                if not np.isfinite(one.low).all():
                    continue  # nothing is known of its errors
                theirs = float(scores.interval_score(one.low, one.high, flow) @ weights)
                if ours:
                    mine = float(scores.interval_score(*bands[kind], flow) @ weights)
            else:
                theirs = float(error(kind, one.flow, flow, weights))
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
                    "note": "" if ours else sample.skipped,
                }
            )
    return lines


def _losses(
    sample: Sample, forecast: str, asked: pd.DataFrame, ours: Ours, rivals: Mapping[str, Theirs]
) -> pd.DataFrame:
    """Squared and absolute log losses of the model and of each simpler one, row by row; out of sample only."""
    if sample.fitted:
        return pd.DataFrame()
    flow, middle = asked["flow"].to_numpy(float), ours.middle
    rows = [
        asked[KEYS].assign(
            sample=sample.name,
            forecast=forecast,
            error=kind,
            baseline=name,
            ours=_loss(kind, middle, flow),
            theirs=_loss(kind, one.flow, flow),
        )
        for kind in ERRORS
        for name, one in rivals.items()
    ]
    return pd.concat(rows, ignore_index=True)


def _loss(kind: str, predicted: NDArray[np.float64], flow: NDArray[np.float64]) -> NDArray[np.float64]:
    one = np.ones(1)
    each = np.array(
        [float(error(kind, predicted[row : row + 1], flow[row : row + 1], one)) for row in range(len(flow))]
    )
    return each**2 if kind == ERRORS[0] else each


BOTH = "all origins"


def tested(losses: pd.DataFrame) -> pd.DataFrame:
    """Whether the model's losses differ from those of each simpler model, by origin and together; see `tables.TESTS`.

    losses: one row a flow, forecast, error and simpler model, with the columns ours and theirs.
    """
    rows = list[dict[str, object]]()
    if losses.empty:
        types = {name: str(column.dtype) for name, column in tables.TESTS.columns.items()}
        return tables.TESTS.validate(pd.DataFrame(columns=list(types)).astype(types))
    whole = losses.assign(sample=BOTH)
    keys = ["sample", "forecast", "error", "baseline"]
    for key, part in pd.concat([losses, whole]).groupby(keys, sort=False):
        sample, forecast, kind, name = map(str, key)
        means = part.groupby(["way", "region"])[["ours", "theirs"]].mean()
        ours, theirs = (means[column].to_numpy(float) for column in ("ours", "theirs"))
        squared = kind == ERRORS[0]
        found = scores.diebold_mariano(ours - theirs)
        low, high = scores.bootstrapped_ratio(ours, theirs, root=squared)
        ratio = float(ours.mean() / theirs.mean()) if theirs.mean() else np.inf
        rows.append(
            {
                "sample": sample,
                "forecast": forecast,
                "error": kind,
                "baseline": name,
                "knows": BASELINES[name].knows if name in BASELINES else "what all others do",
                "series": len(means),
                "difference": found.mean,
                "statistic": found.statistic,
                "p": found.p,
                "ratio": float(np.sqrt(ratio)) if squared else ratio,
                "low": low,
                "high": high,
            }
        )
    return tables.TESTS.validate(pd.DataFrame(rows))


def _said(sample: Sample, asked: pd.DataFrame, source: str, flow: NDArray[np.float64]) -> pd.DataFrame:
    return asked[KEYS].assign(sample=sample.name, source=source, flow=flow)[list(tables.FORECASTS.columns)]
