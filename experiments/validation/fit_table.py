"""The fit: every moment and every yearly observation beside what the ensemble says, and the bars it is held to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.calibration.targets import distance, inside, reduced
from experiments.validation import coverage, error_model, tables
from experiments.validation.bands import at_full_scale, bands
from experiments.validation.runs import KEY, PATTERN, RUN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from experiments.calibration.targets import Moment
    from experiments.validation.coverage import Coverage
    from experiments.validation.error_model import Errors
    from experiments.validation.runs import Runs

INSIDE_BAR = 0.85
COVERAGE_BAR = (0.85, 0.95)
"""Shares of the yearly observations that could be fitted which the 90 % bands of the model should hold."""
KEPT_BACK_BAR = 0.75
"""And the least share of those that were never fitted."""
DRAWN_ONLY = {("papers", 2020), ("top10_papers", 2020)}
"""Observations of a later edition, means of three years: drawn, not compared (docs/calibration.md)."""


@dataclass(frozen=True)
class Verdict:
    """What the fit comes to. inside: shares of the moments inside, by use. core_out: core moments outside, by use.

    coverage: how many yearly observations lie in their 90 % bands, that of the model and that of an observation: all,
    fit, validate, and flows by region apart from everything that is not a sum of them. missing: observations that the
    model has nothing beside.
    """

    inside: dict[str, tuple[int, int]]
    core_out: dict[str, list[str]]
    coverage: dict[str, Coverage]
    missing: list[str]

    @property
    def inside_met(self) -> bool:
        """Whether enough of the fitted moments are inside."""
        held, of = self.inside["fit"]
        return held >= INSIDE_BAR * of

    @property
    def coverage_met(self) -> bool:
        """Whether the bands of the model hold about as many observations as they should: of those that could be fitted
        neither fewer nor nearly all, and enough of those that were never fitted.
        """
        fitted, kept_back = self.coverage["fit"].model, self.coverage["validate"].model
        return COVERAGE_BAR[0] <= fitted <= COVERAGE_BAR[1] and kept_back >= KEPT_BACK_BAR

    @property
    def observation_within(self) -> bool:
        """The same of the bands of an observation, for the reader: no bar is held against them."""
        return COVERAGE_BAR[0] <= self.coverage["all"].observation <= COVERAGE_BAR[1]


def moments_table(runs: Runs, moments: Sequence[Moment], scale: float) -> pd.DataFrame:
    """Every moment beside its target; see `tables.FIT`."""
    wide = pd.DataFrame({run: reduced(seen, moments) for run, seen in runs.observations()}).T
    wide.index = pd.MultiIndex.from_tuples(wide.index, names=RUN)
    found = bands(runs.cube(wide), runs.shares, scale).set_index(wide.columns)
    away, within = distance(found["median"], moments), inside(found["median"], moments)
    low, high = found["low"].astype(float), found["high"].astype(float)
    table = pd.DataFrame(
        {
            "moment": one.moment,
            "statistic": one.statistic,
            "group": one.group,
            "years": f"{one.first_year}-{one.last_year}" if one.last_year > one.first_year else str(one.last_year),
            "reduction": one.reduction,
            "unit": one.unit,
            "observed": one.target,
            "simulated": found.loc[one.moment, "median"],
            "low": low[one.moment],
            "high": high[one.moment],
            "tolerance": one.half_width,
            "distance": away[one.moment],
            "inside": bool(within[one.moment]),
            "covered": bool(low[one.moment] <= one.target <= high[one.moment]),
            "use": one.use,
            "core": one.core,
            "pattern": one.pattern,
            "source": one.source,
            "grade": one.grade,
        }
        for one in moments
    )
    return tables.FIT.validate(table)


def series_table(runs: Runs, series: pd.DataFrame, scale: float, errors: Errors) -> pd.DataFrame:
    """Every statistic, group and year, with what was observed where it was; see `tables.SERIES`.

    errors: of every statistic and group that is observed, by both. Raises sim.DataError where one is missing.
    """
    error_model.check(errors, series)
    seen = runs.table[runs.table["statistic"] != PATTERN]
    wide = seen.pivot_table(index=RUN, columns=KEY, values="value")
    cube, weights = runs.cube(wide), runs.shares
    found = bands(cube, weights, scale).set_index(wide.columns)
    found = found.rename(columns={"median": "simulated"}).reset_index()
    found = found.join(_observations(found, cube, weights, scale, errors))
    known = series.rename(columns={"value": "observed"})[[*KEY, "unit", "observed", "use", "source"]]
    table = found.merge(known, on=KEY, how="outer").sort_values(KEY, ignore_index=True)
    table["runs"] = table["runs"].fillna(0).astype(int)
    table["year"] = table["year"].astype(int)
    table["use"] = table["use"].fillna("none")
    units = _units()
    table["unit"] = table["unit"].fillna(table["statistic"].map(units))
    table["source"] = table["source"].fillna("")
    both = table["observed"].notna() & table["simulated"].notna()
    for before in ("", "observation_"):
        covered = (table[f"{before}low"] <= table["observed"]) & (table["observed"] <= table[f"{before}high"])
        table[f"{before}covered"] = covered.astype("boolean").where(both)
    later = pd.Series(list(zip(table["statistic"], table["year"], strict=True))).isin(DRAWN_ONLY)
    table["counted"] = both & ~later
    return tables.SERIES.validate(table[list(tables.SERIES.columns)])


def verdict(fit: pd.DataFrame, series: pd.DataFrame) -> Verdict:
    """What both tables come to."""
    uses = ("fit", "validate", "check")
    by_use = {use: fit[fit["use"] == use] for use in uses}
    observed = series[series["observed"].notna()]
    lost = observed.loc[observed["covered"].isna(), KEY]
    return Verdict(
        {use: (int(rows["inside"].sum()), len(rows)) for use, rows in by_use.items()},
        {use: rows.loc[rows["core"] & ~rows["inside"], "moment"].tolist() for use, rows in by_use.items()},
        coverage.kinds(observed),
        [f"{statistic} of {group} in {year}" for statistic, group, year in lost.itertuples(index=False)],
    )


def ordered(fit: pd.DataFrame) -> pd.DataFrame:
    """The rows of one use as they are read: core ones outside first, then others outside, each the farthest first."""
    far = fit["distance"].abs().fillna(np.inf)
    rank = np.select([fit["core"] & ~fit["inside"], ~fit["inside"], fit["core"]], [0, 1, 2], 3)
    return fit.assign(rank=rank, far=-far).sort_values(["rank", "far"], kind="stable").drop(columns=["rank", "far"])


def _observations(
    found: pd.DataFrame,
    cube: NDArray[np.float64],
    weights: NDArray[np.float64],
    scale: float,
    errors: Errors,
) -> pd.DataFrame:
    """Error and band of an observation beside each row of bands; NaN where nothing says how large the error is."""
    rows: list[tuple[float, ...]] = []
    for place, (statistic, group, middle) in enumerate(
        zip(*(found[n] for n in ("statistic", "group", "simulated")), strict=True)
    ):
        error = errors.get((statistic, group))
        if error is None:
            rows.append((np.nan,) * 3)
        else:
            full, *_ = at_full_scale(cube[:, :, place], weights, scale)
            rows.append((error.at(middle), *error_model.band(full, weights, error)))
    return pd.DataFrame(rows, found.index, ["error", "observation_low", "observation_high"], dtype=float)


def _units() -> dict[str, str]:
    from sim.measures.surveys import STATISTICS

    return {name: measure.unit for name, measure in STATISTICS.measures.items()}
