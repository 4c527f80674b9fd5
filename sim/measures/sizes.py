"""Which difference in an outcome is too small to matter to a reader, and why: read from `sizes.csv` beside this file.

A size is a judgement about readers, not about behaviour. Where a statistic is published year by year it is what the
statistic moves by anyhow from one year to the next; elsewhere it is assumed, and graded so.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from sim.world.tables import number, reader

if TYPE_CHECKING:
    from collections.abc import Mapping

OF_THE_LEVEL: Final = "of the level"


@dataclass(frozen=True)
class Size:
    """The smallest difference in an outcome that matters. unit: that of the outcome, or `of the level`: a part of it.

    why, source, grade: the reason for it, and what that rests on.
    """

    value: float
    unit: str
    why: str
    source: str
    grade: str

    @property
    def relative(self) -> bool:
        """Whether the value is a part of the level beside the difference."""
        return self.unit == OF_THE_LEVEL

    def at(self, level: float) -> float:
        """The size beside this level, in the unit of the outcome."""
        return self.value * abs(level) if self.relative else self.value


NOT_SAID: Final = Size(0.0, "", "", "", "")


def size_of(name: str, unit: str, sizes: Mapping[str, Size]) -> Size:
    """The size of an outcome in this unit. Raises ValueError where it has none, or one in another unit."""
    if name not in sizes:
        raise ValueError(f"sizes.csv does not say which difference in {name} matters: add a row.")
    if not sizes[name].relative and sizes[name].unit != unit:
        raise ValueError(f"sizes.csv: {name} is in {unit}, its size in {sizes[name].unit}; give it in {unit}.")
    return sizes[name]


def _read() -> dict[str, Size]:
    path = files("sim") / "measures" / "sizes.csv"
    lines = reader(path)
    return {
        row["outcome"]: Size(
            number(path, lines.line_num, row["size"]), row["unit"], row["why"], row["source"], row["grade"]
        )
        for row in lines
    }


SIZES: Final[Mapping[str, Size]] = _read()
"""By outcome."""
