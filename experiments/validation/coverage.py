"""How often bands hold what was observed, and how wide they are: the one says nothing without the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from experiments.validation import tables

if TYPE_CHECKING:
    from collections.abc import Iterator

FLOWS = ("scholar_outflow", "scholar_inflow")
RATES = ("scholar_outmigration_rate", "scholar_inmigration_rate")


class Coverage(NamedTuple):
    """Shares of observations in the 90 % band of the model and in that of an observation, and how many there are.

    model_width, observation_width: mean width of the two bands over the observation.
    """

    model: float
    observation: float
    count: int  # type: ignore[assignment]  # a tuple has a method of that name, which nobody asks for
    model_width: float
    observation_width: float

    @classmethod
    def of(cls, rows: pd.DataFrame) -> Coverage:
        """Of some rows of `tables.SERIES`; only those that count."""
        rows = rows[rows["counted"]]
        size = rows["observed"].abs()
        return cls(
            float(rows["covered"].astype(float).mean()),
            float(rows["observation_covered"].astype(float).mean()),
            len(rows),
            float(((rows["high"] - rows["low"]) / size).mean()),
            float(((rows["observation_high"] - rows["observation_low"]) / size).mean()),
        )


def parts(series: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """The kinds of observation that coverage is told of, with the rows of each."""
    flow, rate = series["statistic"].isin(FLOWS), series["statistic"].isin(RATES)
    yield "all", series
    yield "fit", series[series["use"] == "fit"]
    yield "validate", series[series["use"] == "validate"]
    yield "flows by region", series[flow & (series["group"] != "all")]
    yield "everything else", series[~flow & ~rate]


def kinds(series: pd.DataFrame) -> dict[str, Coverage]:
    """Coverage of all observations and of the kinds that are told apart."""
    return {name: Coverage.of(rows) for name, rows in parts(series)}


def table(series: pd.DataFrame) -> pd.DataFrame:
    """Coverage of every kind, then of every statistic; see `tables.COVERAGE`."""
    counted = series[series["counted"]]
    found = kinds(series) | {str(name): Coverage.of(rows) for name, rows in counted.groupby("statistic")}
    rows = [{"part": name, **one._asdict()} for name, one in found.items()]
    return tables.COVERAGE.validate(pd.DataFrame(rows))
