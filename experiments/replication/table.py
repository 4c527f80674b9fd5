"""The table of all quasi-experiments: one row an estimand, what was expected and what came out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pandera.pandas as pa

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from rich.table import Table

    from experiments.replication.design import QuasiExperiment
    from experiments.replication.estimators.estimates import Estimate
    from experiments.replication.targets import Expected

SCHEMA = pa.DataFrameSchema(
    {
        "experiment": pa.Column(str),
        "title": pa.Column(str),
        "estimand": pa.Column(str),
        "expected_sign": pa.Column(str, pa.Check.isin(["+", "-", "0"])),
        "expected_low": pa.Column(float, nullable=True),
        "expected_high": pa.Column(float, nullable=True),
        "estimate": pa.Column(float, nullable=True),
        "low": pa.Column(float, nullable=True),
        "high": pa.Column(float, nullable=True),
        "unit": pa.Column(str),
        "sign": pa.Column(str, pa.Check.isin(["right", "wrong", "unclear", "none"])),
        "size": pa.Column(str, pa.Check.isin(["inside", "outside", "not stated", "none"])),
        "rows": pa.Column(int, pa.Check.ge(0)),
        "replicates": pa.Column(int, pa.Check.ge(1)),
        "estimator": pa.Column(str),
        "definition": pa.Column(str),
        "detail": pa.Column(str),
        "source": pa.Column(str),
        "grade": pa.Column(str),
    },
    checks=pa.Check(
        lambda t: ~((t["low"] > t["estimate"]) | (t["high"] < t["estimate"])), error="estimate inside its interval"
    ),
    unique=["experiment", "estimand"],
    strict=True,
    ordered=True,
    coerce=True,
    name="quasi",
)
"""estimate, low, high: with its 95 % interval; expected_low, expected_high: range of the study; rows: used."""


def table_of(
    experiments: Sequence[QuasiExperiment],
    estimates: Mapping[tuple[str, str], Estimate],
    known: Mapping[tuple[str, str], Expected],
    replicates: int,
) -> pd.DataFrame:
    """The checked table, in the order of the experiments and their estimands."""
    rows = []
    for one in experiments:
        for estimand in one.estimands:
            found, study = estimates[one.name, estimand], known[one.name, estimand]
            rows.append(
                {
                    "experiment": one.name,
                    "title": one.title,
                    "estimand": estimand,
                    "expected_sign": study.expected_sign,
                    "expected_low": study.low,
                    "expected_high": study.high,
                    "estimate": found.value,
                    "low": found.low,
                    "high": found.high,
                    "unit": study.unit,
                    "sign": study.sign_of(found),
                    "size": study.size_of(found),
                    "rows": found.rows,
                    "replicates": replicates,
                    "estimator": study.estimator,
                    "definition": study.definition,
                    "detail": found.detail,
                    "source": study.source,
                    "grade": study.grade,
                }
            )
    return SCHEMA.validate(pd.DataFrame(rows, columns=list(SCHEMA.columns)))


def by_experiment(table: pd.DataFrame) -> pd.DataFrame:
    """One row an experiment: whether all its signs are right, and all its stated sizes inside.

    Columns experiment, title, estimands, signs_right, sizes_stated, sizes_inside, sign (yes/no), size (yes/no or
    "not stated").
    """
    rows = []
    for name, mine in table.groupby("experiment", sort=False):
        right, stated = int((mine["sign"] == "right").sum()), mine[mine["size"] != "not stated"]
        inside = int((stated["size"] == "inside").sum())
        all_inside = "not stated" if not len(stated) else "yes" if inside == len(stated) else "no"
        all_right = "yes" if right == len(mine) else "no"
        rows.append([name, mine["title"].iloc[0], len(mine), right, len(stated), inside, all_right, all_inside])
    columns = ["experiment", "title", "estimands", "signs_right", "sizes_stated", "sizes_inside", "sign", "size"]
    return pd.DataFrame(rows, columns=columns)


def counted(table: pd.DataFrame) -> str:
    """How many signs are right and sizes inside, over estimands and over experiments, in two sentences."""
    whole, stated = by_experiment(table), table[table["size"] != "not stated"]
    signs, inside = int((table["sign"] == "right").sum()), int((stated["size"] == "inside").sum())
    all_right, all_inside = int((whole["sign"] == "yes").sum()), int((whole["size"] == "yes").sum())
    with_size = int((whole["size"] != "not stated").sum())
    return (
        f"Of {len(table)} estimands {signs} have the right sign, of {len(stated)} with a size {inside} are inside. "
        f"All signs are right in {all_right} of {len(whole)} experiments, all stated sizes inside in {all_inside} of "
        f"{with_size}."
    )


def printed(table: pd.DataFrame) -> Table:
    """The table for a terminal."""
    from rich import box
    from rich.table import Table

    shown = Table(box=box.SIMPLE_HEAD)
    for column in ("", "estimand", "unit"):
        shown.add_column(column)
    for column in ("expected", "estimate", "95 % interval"):
        shown.add_column(column, justify="right")
    for column in ("sign", "size"):
        shown.add_column(column)
    for name, mine in table.groupby("experiment", sort=False):
        shown.add_row(str(name), f"[italic]{mine['title'].iloc[0]}[/italic]")
        for row in mine.to_dict("records"):
            known, interval = range_of(row), f"{row['low']:.3f} to {row['high']:.3f}"
            number = f"{row['estimate']:.3f}"
            words = row["estimand"].replace("_", " ")
            shown.add_row("", words, row["unit"], known, number, interval, row["sign"], row["size"])
    return shown


def range_of(row: Mapping[Hashable, Any]) -> str:
    """The expected sign and, where there is one, the range."""
    sign, low, high = row["expected_sign"], row["expected_low"], row["expected_high"]
    return f"{sign}" if low is None or low != low else f"{sign}  {low:g} to {high:g}"
