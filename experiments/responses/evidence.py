"""What was published of how people respond, as a data file of the country; and the verdict on a simulated response."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from experiments.responses.measures import names
from sim.world.tables import DataError, number, one_of, rows, whole_years

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

    from sim import World

COLUMNS = (
    *("row", "shock", "population", "outcome", "horizon", "low", "high", "unit", "source", "url", "grade"),
    "translation",
)
ELASTICITY, LOG_RATIO, A_POINT, SHARE = "elasticity", "log ratio", "% a point", "points a step"
PER: Mapping[str, tuple[str, str]] = {
    "per added award": ("awards", "leading abroad"),
    "per added hire": ("hires", "all"),
}
"""Units that divide the change of one count by that of another, with the outcome and group of the other."""
OF = {SHARE: ("foreign_doctorates", "6 years ago")}
"""The unit of a share, with the outcome and group that it is a share of."""
UNITS = (ELASTICITY, LOG_RATIO, A_POINT, *PER, *OF)
VERDICTS = ("inside", "overlaps", "outside", "mute", "none")
MUTE = 0.1
"""A response below this part of the end of the range that is nearer to zero is mute."""


@dataclass(frozen=True)
class Published:
    """One published range, put into an outcome of the model. low < high; horizon in years after the shock.

    A flow is read over the second half of the years up to the horizon, a stock at the end of it.
    """

    row: str
    shock: str
    population: str
    outcome: str
    horizon: int
    low: float
    high: float
    unit: str
    source: str
    url: str
    grade: str
    translation: str

    def verdict(self, response: float, low: float, high: float) -> str:
        """One of `VERDICTS` for the median over parameter sets and its band.

        "mute" comes first and also holds for a response in the other direction: what is under a tenth of the near end
        of a range that excludes zero stays mute, however wide the band. "inside": the median is; "overlaps": the band
        meets the range. "none": there is no response.
        """
        if response != response:
            return "none"
        side = 1 if self.low > 0 else -1 if self.high < 0 else 0
        if side and side * response < MUTE * min(abs(self.low), abs(self.high)):
            return "mute"
        if self.low <= response <= self.high:
            return "inside"
        return "overlaps" if low <= self.high and high >= self.low else "outside"


def read_published(path: Traversable, world: World) -> dict[str, Published]:
    """The rows of a file by their names. Raises DataError for what is wrong with it, with the line, and for an outcome
    or a population that is not counted in this world.
    """
    found, counted = dict[str, Published](), names(world)
    for line, row in rows(path, COLUMNS):
        where = f"{path.name} line {line}"
        if row["unit"] not in UNITS:
            raise DataError(f"{where}: the unit must be one of {', '.join(UNITS)}, not {row['unit']!r}.")
        one_of(path, line, "outcome", row["outcome"], counted)
        one_of(path, line, f"population of {row['outcome']}", row["population"], counted[row["outcome"]])
        low, high = number(path, line, row["low"]), number(path, line, row["high"])
        if low >= high:
            raise DataError(f"{where}: low must be below high; give the range of the studies.")
        horizon = whole_years(path, line, "horizon", row["horizon"])
        if not row["url"].startswith("http") or len(row["translation"]) < 20:
            raise DataError(f"{where}: a row needs the address of its source and how it is put into the model.")
        if row["row"] in found:
            raise DataError(f"{where}: {row['row']} is given twice; keep one.")
        words = {name: text for name, text in row.items() if name not in ("low", "high", "horizon")}
        found[row["row"]] = Published(**words, low=low, high=high, horizon=horizon)
    return found
