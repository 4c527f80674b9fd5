"""Heads: how many people there are by origin, place and stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine.arrays import counted
from sim.engine.compiler import full_width
from sim.population.columns import Attributes, over_people
from sim.vocabulary import HOME, Stage

if TYPE_CHECKING:
    from numpy.typing import NDArray

FOREIGN, NATIVE = range(2)
_STAGES = len(Stage)


@over_people
def heads(people: Attributes, regions: int) -> NDArray[np.int64]:
    """People by whether they are of home origin, region and stage, (2, regions, stages)."""
    full_width()
    kind, places = np.empty(len(people.stage), np.uint16), np.uint16(regions)
    for i in range(len(kind)):
        native = np.uint16(people.origin[i] == HOME)
        kind[i] = (native * places + people.region[i]) * np.uint16(_STAGES) + people.stage[i]
    return counted(kind, 2 * regions * _STAGES).reshape((2, regions, _STAGES))
