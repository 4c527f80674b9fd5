"""Structural patterns: what careers and corridors should look like, and whether they do."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.validation import careers, corridors, tables
from experiments.validation.bands import at_full_scale, bands
from experiments.validation.runs import PATTERN, RUN
from sim import DataError
from sim.world.country import Country
from sim.world.tables import number, one_of, rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from importlib.resources.abc import Traversable

    from experiments.validation.panel import CareerPanel
    from experiments.validation.runs import Runs

USES = ("structural", "contrast", "check")
OF_LIVES: Mapping[str, Callable[[CareerPanel], float]] = {
    one.__name__: one
    for one in (
        careers.once_or_twice,
        careers.departure_old_over_young,
        careers.departure_peak,
        careers.return_late_over_early,
        careers.return_old_over_young,
        careers.return_from_lasting_post,
        corridors.travellers,
        corridors.repeated_destination,
        corridors.back_to_origin,
        careers.push_of_scarcity,
        careers.back_within_men,
        careers.back_within_women,
        careers.back_men_minus_women,
        careers.research_back_minus_abroad,
    )
}
"""Measures by name, read from lives."""
OF_OBSERVATIONS: Mapping[str, Callable[[pd.DataFrame, Sequence[str]], float]] = {
    "symmetry": corridors.symmetry,
    "outmigration_rate": lambda observations, _: corridors.outmigration_rate(observations),
}
"""Measures by name, read from observations and the regions of the world."""
MEASURES = (*OF_LIVES, *OF_OBSERVATIONS)


@dataclass(frozen=True)
class Expected:
    """A pattern: the range that one measure should lie in (infinite where it is open) and where that comes from.

    `use`: structural, contrast (found elsewhere, Japan may differ) or check (never counted). `independent`: no moment
    that is fitted implies it.
    """

    measure: str
    pattern: str
    use: str
    low: float
    high: float
    independent: bool
    definition: str
    unit: str
    source: str
    grade: str

    def holds(self, value: float) -> bool:
        """Whether a value lies in the range, ends included."""
        return self.low <= value <= self.high


def read_expected(path: Traversable | None = None) -> tuple[Expected, ...]:
    """The file's rows in order; None: the default country's.

    Raises sim.DataError, with file and line, for what is wrong with a row.
    """
    path = path or Country.load().targets("structural")
    found: dict[str, Expected] = {}
    for line, row in rows(path, tuple(field.name for field in fields(Expected))):
        where = f"{path.name} line {line}"
        one_of(path, line, "measure", row["measure"], MEASURES)
        for name, known in (("use", USES), ("independent", ("yes", "no"))):
            if row[name] not in known:
                raise DataError(f"{where}: {name} {row[name]!r} is not one of {', '.join(known)}.")
        if row["measure"] in found:
            raise DataError(f"{where}: {row['measure']} is given twice; keep one.")
        low = number(path, line, row["low"]) if row["low"] else -np.inf
        high = number(path, line, row["high"]) if row["high"] else np.inf
        if not low < high or not np.isfinite([low, high]).any():
            raise DataError(f"{where}: give low, high or both, in order.")
        words = {name: row[name] for name in ("measure", "pattern", "use", "definition", "unit", "source", "grade")}
        found[row["measure"]] = Expected(**words, low=low, high=high, independent=row["independent"] == "yes")
    return tuple(found.values())


def measured(lives: CareerPanel, observations: pd.DataFrame, regions: Sequence[str]) -> dict[str, float]:
    """Every measure of one run; NaN where nobody could be counted."""
    found = {name: measure(lives) for name, measure in OF_LIVES.items()}
    return found | {name: measure(observations, regions) for name, measure in OF_OBSERVATIONS.items()}


def table(runs: Runs, scale: float, expected: Sequence[Expected]) -> pd.DataFrame:
    """Every pattern beside what was expected; see `tables.PATTERNS`."""
    seen = runs.table[runs.table["statistic"] == PATTERN].pivot_table(index=RUN, columns="group", values="value")
    values = runs.cube(seen.reindex(columns=[one.measure for one in expected]))
    found = bands(values, runs.shares, scale)
    lines = []
    for place, one in enumerate(expected):
        full, *_ = at_full_scale(values[:, :, place], runs.shares, scale)
        inside = [one.holds(value) for value in full[np.isfinite(full)]]
        middle = found["median"][place]
        lines.append(
            {
                "measure": one.measure,
                "pattern": one.pattern,
                "use": one.use,
                "expected_low": one.low if np.isfinite(one.low) else np.nan,
                "expected_high": one.high if np.isfinite(one.high) else np.nan,
                "simulated": middle,
                "low": found["low"][place],
                "high": found["high"][place],
                "holds": one.holds(middle),
                "runs_holding": float(np.mean(inside)) if inside else np.nan,
                "runs": int(found["runs"][place]),
                "independent": one.independent,
                "unit": one.unit,
                "definition": one.definition,
                "source": one.source,
                "grade": one.grade,
            }
        )
    return tables.PATTERNS.validate(pd.DataFrame(lines))
