"""The tables that leave a validation, as pandera schemas."""

from __future__ import annotations

import pandera.pandas as pa


def _number() -> pa.Column:
    """A number that may be missing."""
    return pa.Column(float, nullable=True)


def _schema(name: str, columns: dict[str, pa.Column], unique: list[str]) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(columns, unique=unique, strict=True, ordered=True, name=name)


FIT = _schema(
    "fit",
    {
        "moment": pa.Column(str),
        "statistic": pa.Column(str),
        "group": pa.Column(str),
        "years": pa.Column(str, pa.Check.str_matches(r"^\d{4}(-\d{4})?$")),
        "reduction": pa.Column(str),
        "unit": pa.Column(str),
        "observed": pa.Column(float),
        "simulated": _number(),
        "low": _number(),
        "high": _number(),
        "tolerance": pa.Column(float, pa.Check.gt(0)),
        "distance": _number(),
        "inside": pa.Column(bool),
        "covered": pa.Column(bool),
        "use": pa.Column(str, pa.Check.isin(["fit", "validate", "check"])),
        "core": pa.Column(bool),
        "pattern": pa.Column(str),
        "source": pa.Column(str),
        "grade": pa.Column(str),
    },
    ["moment"],
)
"""One moment a row. simulated: median. low, high: 90 % band. tolerance: half-width. distance: in half-widths."""

SERIES = _schema(
    "series",
    {
        "statistic": pa.Column(str),
        "group": pa.Column(str),
        "year": pa.Column(int),
        "unit": pa.Column(str),
        "observed": _number(),
        "simulated": _number(),
        "low": _number(),
        "high": _number(),
        "parameters": pa.Column(float, pa.Check.ge(0), nullable=True),
        "chance": pa.Column(float, pa.Check.ge(0), nullable=True),
        "runs": pa.Column(int, pa.Check.ge(0)),
        "covered": pa.Column("boolean", nullable=True),
        "error": pa.Column(float, pa.Check.ge(0), nullable=True),
        "observation_low": _number(),
        "observation_high": _number(),
        "observation_covered": pa.Column("boolean", nullable=True),
        "counted": pa.Column(bool),
        "use": pa.Column(str, pa.Check.isin(["fit", "validate", "none"])),
        "source": pa.Column(str),
    },
    ["statistic", "group", "year"],
)
"""One statistic, group and year a row, observed or not. parameters, chance: standard deviations (of the scale run).

low, high, covered: the 90 % band of the model, and whether it holds the observation. error: standard deviation of an
observation around the model, at the median. observation_low, _high, _covered: the 90 % band of an observation, with
that error in it. counted: in the coverage.
"""

COVERAGE = _schema(
    "coverage",
    {
        "part": pa.Column(str),
        "model": pa.Column(float, pa.Check.in_range(0, 1), nullable=True),
        "observation": pa.Column(float, pa.Check.in_range(0, 1), nullable=True),
        "count": pa.Column(int, pa.Check.ge(0)),
        "model_width": pa.Column(float, pa.Check.ge(0), nullable=True),
        "observation_width": pa.Column(float, pa.Check.ge(0), nullable=True),
    },
    ["part"],
)
"""Shares of yearly observations in each of the two 90 % bands, and their mean widths over the observation, by part.

part: all, years that could be fitted (fit) or not (validate), flows by region, everything else but totals and rates of
flows, then each statistic.
"""

SKILL = _schema(
    "skill",
    {
        "sample": pa.Column(str),
        "forecast": pa.Column(str),
        "way": pa.Column(str, pa.Check.isin(["both", "out", "in"])),
        "error": pa.Column(str),
        "weights": pa.Column(str, pa.Check.isin(["equal", "by flow"])),
        "baseline": pa.Column(str),
        "model_error": _number(),
        "baseline_error": pa.Column(float, pa.Check.ge(0)),
        "ratio": _number(),
        "low": _number(),
        "high": _number(),
        "note": pa.Column(str),
    },
    ["sample", "forecast", "way", "error", "weights", "baseline"],
)
"""ratio: error of the ensemble's median over the baseline's. low, high: 90 % of the ratios of single runs."""

TESTS = _schema(
    "tests",
    {
        "sample": pa.Column(str),
        "forecast": pa.Column(str),
        "error": pa.Column(str),
        "baseline": pa.Column(str),
        "knows": pa.Column(str),
        "series": pa.Column(int, pa.Check.ge(1)),
        "difference": pa.Column(float),
        "statistic": _number(),
        "p": pa.Column(float, pa.Check.in_range(0, 1), nullable=True),
        "ratio": _number(),
        "low": _number(),
        "high": _number(),
    },
    ["sample", "forecast", "error", "baseline"],
)
"""Whether the model's loss differs from a simpler model's. difference: model less the other, mean over series; below 0
the model is better. statistic, p: see `scores.diebold_mariano`. low, high: 90 % of the ratio, series drawn anew."""

FORECASTS = _schema(
    "forecasts",
    {
        "sample": pa.Column(str),
        "way": pa.Column(str, pa.Check.isin(["out", "in"])),
        "region": pa.Column(str),
        "year": pa.Column(int),
        "source": pa.Column(str),
        "flow": pa.Column(float, pa.Check.ge(0)),
    },
    ["sample", "way", "region", "year", "source"],
)
"""Every flow that errors are made of, by who says so: observed, the model's two forecasts, each baseline."""

PATTERNS = _schema(
    "patterns",
    {
        "measure": pa.Column(str),
        "pattern": pa.Column(str),
        "use": pa.Column(str, pa.Check.isin(["structural", "contrast", "check"])),
        "expected_low": _number(),
        "expected_high": _number(),
        "simulated": _number(),
        "low": _number(),
        "high": _number(),
        "holds": pa.Column(bool),
        "runs_holding": pa.Column(float, pa.Check.in_range(0, 1), nullable=True),
        "runs": pa.Column(int, pa.Check.ge(0)),
        "independent": pa.Column(bool),
        "unit": pa.Column(str),
        "definition": pa.Column(str),
        "source": pa.Column(str),
        "grade": pa.Column(str),
    },
    ["measure"],
)
"""One measure a row: expected range (blank: open), median and 90 % band, whether the median holds."""
