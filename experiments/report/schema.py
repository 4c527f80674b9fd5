"""The tables that leave an experiment, as pandera schemas: a table that breaks one is never written."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, get_args

import pandera.pandas as pa

from experiments.analysis.certainty import Certainty

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import pandas as pd

OUTCOMES = pa.DataFrameSchema(
    {
        "run": pa.Column(str),
        "policy": pa.Column(str),
        "replicate": pa.Column(int, pa.Check.ge(0)),
        "member": pa.Column(int, pa.Check.ge(-1)),
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
"""One observation a row; a share of nobody has no value. Member -1: no ensemble, one parameter set."""

EFFECTS = pa.DataFrameSchema(
    {
        "policy": pa.Column(str),
        "against": pa.Column(str),
        "outcome": pa.Column(str),
        "group": pa.Column(str),
        "unit": pa.Column(str),
        "window": pa.Column(str),
        "first": pa.Column(int),
        "last": pa.Column(int),
        "sets": pa.Column(int, pa.Check.ge(1)),
        "replicates": pa.Column(int, pa.Check.ge(1)),
        "reference": pa.Column(float),
        "effect": pa.Column(float),
        "low": pa.Column(float, nullable=True),
        "high": pa.Column(float, nullable=True),
        "agreement": pa.Column(float, pa.Check.in_range(0, 1 + 1e-9), nullable=True),
        "chance": pa.Column(float, pa.Check.ge(0), nullable=True),
        "chance_share": pa.Column(float, pa.Check.in_range(0, 1), nullable=True),
        "certainty": pa.Column(str, pa.Check.isin(get_args(Certainty))),
        "size": pa.Column(float, pa.Check.ge(0)),
    },
    checks=pa.Check(lambda t: ~(t["low"] > t["high"]), error="an interval from low to high"),
    unique=["policy", "outcome", "group", "window"],
    strict=True,
    ordered=True,
    name="effects",
)
"""One paired effect a row, a mean over a window of years; columns as in `certainty.judged`."""

TARGETS = pa.DataFrameSchema(
    {
        **{name: pa.Column(str) for name in ("policy", "named_by", "outcome", "group", "unit")},
        "first": pa.Column(int),
        "last": pa.Column(int),
        "wanted": pa.Column(float),
        "limit": pa.Column(str, pa.Check.isin(("at least", "at most"))),
        **{
            name: pa.Column(float, nullable=True)
            for name in (
                *("observed_in", "observed", "begins"),
                *("reference", "reference_low", "reference_high", "value", "low", "high"),
            )
        },
        **{name: pa.Column(float, pa.Check.in_range(0, 1 + 1e-9), nullable=True) for name in ("without", "reached")},
        "sets": pa.Column(int, pa.Check.ge(0)),
        **{name: pa.Column(str) for name in ("source", "grade")},
    },
    unique=["policy", "outcome", "group", "first", "last", "limit"],
    coerce=True,
    strict=True,
    ordered=True,
    name="targets",
)
"""One target of a document a row, beside the levels of both lives; columns as in `analysis.targets`."""


def sweep_outcomes(table: pd.DataFrame) -> pd.DataFrame:
    """The checked tidy table of a sweep: each row an outcome of a point beside that of its reference life."""
    last = ["replicate", "member", "year", "outcome", "group", "value", "reference", "unit"]
    table = table[["run", *_settings(table, ["run", *last]), *last]]
    columns = {name: _column(name, table) for name in table.columns}
    schema = pa.DataFrameSchema(columns, unique=["point", "replicate", "year", "outcome", "group"], strict=True)
    return schema.validate(table)


def sweep_effects(table: pd.DataFrame) -> pd.DataFrame:
    """The checked effects of a sweep, one row a point, outcome, group and window."""
    last = [name for name in EFFECTS.columns if name not in {"policy", "against"}]
    table = table[[*_settings(table, last), *last]]
    columns = {name: _column(name, table) for name in table.columns} | {name: EFFECTS.columns[name] for name in last}
    schema = pa.DataFrameSchema(
        columns, checks=EFFECTS.checks, unique=["point", "outcome", "group", "window"], strict=True, name="effects"
    )
    return schema.validate(table)


@contextmanager
def stream(path: Path, version: int) -> Iterator[Callable[[pd.DataFrame], None]]:
    """Write tables of one schema one after the other into a Parquet file, as if they were one table."""
    import pyarrow as pa_
    import pyarrow.parquet as pq

    writer: pq.ParquetWriter | None = None

    def write(table: pd.DataFrame) -> None:
        nonlocal writer
        rows = table.copy(deep=False)
        rows.attrs["schema"] = version
        arrow = pa_.Table.from_pandas(rows, preserve_index=False)
        if writer is None:
            writer = pq.ParquetWriter(path, arrow.schema)
        writer.write_table(arrow)

    try:
        yield write
    finally:
        if writer is not None:
            writer.close()


def _settings(table: pd.DataFrame, others: list[str]) -> list[str]:
    """The columns that say which point a row belongs to."""
    return [name for name in table.columns if name not in others]


def _column(name: str, table: pd.DataFrame) -> pa.Column:
    known = OUTCOMES.columns.get(name) or {"point": pa.Column(int, pa.Check.ge(0))}.get(name)
    return known or pa.Column(table[name].dtype)  # a swept setting: numbers or names, never missing
