"""Who may apply to a programme."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine.arithmetic import U64
from sim.engine.arrays import HOME
from sim.engine.compiler import Booleans, Bytes, Rows, Shorts, compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray


@compiled
def eligible(
    rows: Rows,
    stage: Bytes,
    region: Bytes,
    origin: Bytes,
    degree_year: Shorts,
    paid_by: NDArray[np.int16],
    year: int,
    at_any_time: Booleans,
    when_new: Booleans,
    within: int,
    exempt: Booleans,
    of_origin: Booleans,
    inward: bool,
) -> Booleans:
    """`awards.eligible`: who may apply, (n,). Columns by rows.

    By stage: who may at any time, or in the year of the doctorate; who need not have it, and for at most so many years
    (within). of_origin: whether foreigners may, and natives. inward: whether the programme leads home.
    """
    allowed = np.empty(len(rows), np.bool_)
    for k in range(len(rows)):
        i = U64(rows[k])
        since, graduate = year - degree_year[i], degree_year[i] > 0
        wanted = at_any_time[stage[i]] | (when_new[stage[i]] & graduate & (since == 0))
        recent = exempt[stage[i]] | (graduate & (since <= within))
        elsewhere = region[i] != HOME
        allowed[k] = wanted & recent & of_origin[np.uint8(origin[i] == HOME)] & (elsewhere == inward) & (paid_by[i] < 0)
    return allowed
