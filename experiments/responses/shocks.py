"""Standard shocks as data: which levers or numbers of the world change, and by how much."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

from sim.world.tables import TABLES, DataError, number, rows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

    from sim import Parameters, Scenario

COLUMNS = (
    *("shock", "title", "table", "series", "region", "tier", "stage", "operation", "value", "through", "size"),
    *("unit", "source", "grade"),
)
LEVERS = "levers"
"""Stands in the column `table` where a lever is moved; every other word there is a table of the world."""
OPERATIONS = ("times", "add", "set")
_KEYS = ("region", "tier", "stage")


@dataclass(frozen=True)
class Step:
    """One number that a shock changes: a lever, or a series of a table of the world with its keys.

    through: a parameter; what is multiplied moves what people get with this elasticity, so that the factor is raised
    to one over it.
    """

    table: str
    series: str
    key: Mapping[str, str]
    operation: str
    value: float
    through: str

    def by(self, parameters: Parameters) -> float:
        """What the number is multiplied by, or has added to it or is set to. Raises DataError for no parameter."""
        if not self.through:
            return self.value
        if self.through not in parameters.catalogue:
            raise DataError(f"shocks.csv: {self.series} goes through {self.through!r}, which is no parameter.")
        return float(self.value ** (1 / getattr(parameters, self.through)))

    def change(self, parameters: Parameters) -> dict[str, object]:
        """The change as a file of policies or worlds says it, without its source. Raises DataError for no parameter."""
        if self.table == LEVERS:
            return {"lever": self.series, self.operation: self.by(parameters)}
        labels = ", ".join(f"{key}={label}" for key, label in self.key.items())
        address = f"{self.table}.{self.series}" + (f"[{labels}]" if labels else "")
        return {"address": address, self.operation: self.by(parameters)}


@dataclass(frozen=True)
class Shock:
    """What is changed for good from one year on. size: by what factor, or how many points, in the unit of its rows."""

    name: str
    title: str
    steps: tuple[Step, ...]
    size: float
    unit: str
    source: str
    grade: str

    @property
    def log_size(self) -> float:
        """What the change of a logarithm is divided by to give an elasticity; NaN where the size is no factor."""
        return log(self.size) if self.unit == "factor" else float("nan")

    @property
    def regions(self) -> tuple[str, ...]:
        """The regions that it is about."""
        return tuple(dict.fromkeys(step.key["region"] for step in self.steps if "region" in step.key))

    def scenario(self, parameters: Parameters, year: int) -> Scenario:
        """The levers and numbers of the world that it moves, from a year on."""
        from sim import Scenario

        sourced = {"source": self.source, "grade": self.grade}
        about = {"kind": "world", "name": self.name, "title": self.title, "title_ja": self.title, "start": year}
        changes = [{**step.change(parameters), **sourced} for step in self.steps]
        return Scenario.from_dict({**about, **sourced, "changes": changes})


def read_shocks(path: Traversable) -> dict[str, Shock]:
    """The shocks of a file by name. Raises DataError for what is wrong with it, with the line."""
    found: dict[str, Shock] = {}
    for line, row in rows(path, COLUMNS):
        where = f"{path.name} line {line}"
        if row["table"] not in (LEVERS, *TABLES):
            raise DataError(f"{where}: table must be {LEVERS} or one of {', '.join(TABLES)}, not {row['table']!r}.")
        if row["operation"] not in OPERATIONS:
            raise DataError(f"{where}: the operation must be {', '.join(OPERATIONS)}, not {row['operation']!r}.")
        if row["unit"] not in ("factor", "points", "none"):
            raise DataError(f"{where}: the unit of the size must be factor, points or none, not {row['unit']!r}.")
        size = number(path, line, row["size"])
        if row["unit"] == "factor" and (size <= 0 or size == 1):
            raise DataError(f"{where}: a factor must be above 0 and not 1, as elasticities are divided by its log.")
        key = {name: row[name] for name in _KEYS if row[name]}
        step = Step(
            row["table"], row["series"], key, row["operation"], number(path, line, row["value"]), row["through"]
        )
        shared = {name: row[name] for name in ("title", "unit", "source", "grade")}
        if (first := found.get(row["shock"])) is None:
            found[row["shock"]] = Shock(row["shock"], steps=(step,), size=size, **shared)
        elif (first.size, first.title, first.unit) != (size, row["title"], row["unit"]):
            raise DataError(f"{where}: all rows of {row['shock']} must have one title, size and unit.")
        else:
            found[row["shock"]] = Shock(row["shock"], steps=(*first.steps, step), size=size, **shared)
    return found
