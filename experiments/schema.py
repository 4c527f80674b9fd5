"""The two tables that leave an experiment, as pandera schemas: a table that breaks one is never written."""

import pandera.pandas as pa

OUTCOMES = pa.DataFrameSchema(
    {
        "run": pa.Column(str),
        "policy": pa.Column(str),
        "replicate": pa.Column(int, pa.Check.ge(0)),
        "year": pa.Column(int),
        "outcome": pa.Column(str),
        "group": pa.Column(str),
        "value": pa.Column(float, nullable=True),
        "unit": pa.Column(str),
    },
    unique=["policy", "replicate", "year", "outcome", "group"],
    strict=True,
    ordered=True,
    name="outcomes",
)
"""One observation a row; a share of nobody has no value."""

EFFECTS = pa.DataFrameSchema(
    {
        "policy": pa.Column(str),
        "outcome": pa.Column(str),
        "group": pa.Column(str),
        "unit": pa.Column(str),
        "year": pa.Column(int),
        "horizon": pa.Column(int, pa.Check.ge(1)),
        "replicates": pa.Column(int, pa.Check.ge(1)),
        "baseline": pa.Column(float),
        "effect": pa.Column(float),
        "low": pa.Column(float, nullable=True),
        "high": pa.Column(float, nullable=True),
        "clear": pa.Column(bool),
        "variance_ratio": pa.Column(float, nullable=True),
    },
    checks=pa.Check(lambda t: ~((t["low"] > t["effect"]) | (t["high"] < t["effect"])), error="effect inside interval"),
    unique=["policy", "outcome", "group", "year"],
    strict=True,
    ordered=True,
    name="effects",
)
"""One paired effect a row; a single replicate has no interval."""
