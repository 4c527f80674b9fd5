"""What the studies found, as a data file; and how an estimate compares with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.world.country import Country
from sim.world.tables import DataError, number, rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

    from experiments.replication.estimators.estimates import Estimate

COLUMNS = (
    *("experiment", "estimand", "estimator", "expected_sign", "low", "high", "unit", "definition", "source", "grade"),
)
SIGNS = ("+", "-", "0")


@dataclass(frozen=True)
class Expected:
    """What a study found for one estimand. low, high: the range of the size; None where it gives none in this unit."""

    experiment: str
    estimand: str
    estimator: str
    expected_sign: str
    low: float | None
    high: float | None
    unit: str
    definition: str
    source: str
    grade: str

    def sign_of(self, found: Estimate) -> str:
        """ "right", "wrong", "unclear" (the interval holds both), or "none" without an estimate.

        An effect expected to be zero is right inside its range, wrong where the interval lies outside of it, and
        unclear where the interval is wider than the range, as then nothing is known.
        """
        if found.value != found.value:
            return "none"
        if self.expected_sign == "0":
            assert self.low is not None  # noqa: S101 - the reader has seen to it
            assert self.high is not None  # noqa: S101
            if found.low > self.high or found.high < self.low:
                return "wrong"
            told = found.high - found.low <= self.high - self.low
            return "right" if told and self.low <= found.value <= self.high else "unclear"
        side = 1 if self.expected_sign == "+" else -1
        low, high = sorted((side * found.low, side * found.high))
        return "right" if low > 0 else "wrong" if high < 0 else "unclear"

    def size_of(self, found: Estimate) -> str:
        """ "inside" or "outside" the range; "not stated" without one, "none" without an estimate."""
        if found.value != found.value:
            return "none"
        if self.low is None or self.high is None:
            return "not stated"
        return "inside" if self.low <= found.value <= self.high else "outside"


def expected(path: Traversable | None = None) -> Mapping[tuple[str, str], Expected]:
    """The file's rows by experiment and estimand; None: the default country's.

    Raises DataError for what is wrong with the file, with the line.
    """
    path = path or Country.load().targets("quasi")
    found: dict[tuple[str, str], Expected] = {}
    for line, row in rows(path, COLUMNS):
        where = f"{path.name} line {line}"
        if row["expected_sign"] not in SIGNS:
            raise DataError(f"{where}: the expected sign must be one of {' '.join(SIGNS)}.")
        low, high = (number(path, line, row[name]) if row[name] else None for name in ("low", "high"))
        if (low is None) != (high is None) or (low is not None and high is not None and low > high):
            raise DataError(f"{where}: low and high must both be given, in order, or both be blank.")
        if row["expected_sign"] == "0" and not (low is not None and high is not None and low < 0 < high):
            raise DataError(f"{where}: an effect of zero needs the range around zero that counts as none.")
        key = (row["experiment"], row["estimand"])
        if key in found:
            raise DataError(f"{where}: {' '.join(key)} is given twice; keep one.")
        words = {name: text for name, text in row.items() if name not in ("low", "high")}
        found[key] = Expected(**words, low=low, high=high)
    return found
