"""Ways out of research, before the next year begins without those who took them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine.arithmetic import U64
from sim.population.columns import Attributes, over_people
from sim.vocabulary import Event, Stage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sim.engine.compiler import Rows
    from sim.population.columns import Columns
    from sim.year import Year


def leave(people: Columns, rows: NDArray[np.intp], event: Event, year: Year) -> None:
    """Take people out of research; they are dropped when the next year begins."""
    year.chronicle.note(year.number, event, people, rows, "region", "stage")
    year.tally.count("retired" if event is Event.RETIRED else "left", len(rows))
    _leave(people, rows)


@over_people
def _leave(people: Attributes, rows: Rows) -> None:
    for row in rows:
        i = U64(row)
        people.stage[i] = Stage.LEFT
        people.stipend[i] = 0
