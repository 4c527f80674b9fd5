"""Moves into posts at home."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine.arithmetic import ONE, U64
from sim.engine.arrays import HOME, where
from sim.engine.compiler import AHEAD, Booleans, Bytes, Floats, Rows, Shorts, compiled, fetch

if TYPE_CHECKING:
    from numpy.typing import NDArray


@compiled
def hired_from(
    rows: Rows,
    region: Bytes,
    origin: Bytes,
    mode: Bytes,
    contract_end: Shorts,
    years_abroad: Floats,
    year: int,
    fellowship: int,
) -> tuple[Booleans, Rows, Rows, Rows]:
    """`moves._into_post`: who waits for the end of an award abroad, (n,), and the places of those who come back now,
    of foreigners who come in, and of people from home with a year or more abroad. Columns by rows.
    """
    n = len(rows)
    waits, back = np.empty(n, np.bool_), np.empty(n, np.bool_)
    comes, experienced = np.empty(n, np.bool_), np.empty(n, np.bool_)
    for k in range(n):
        i = U64(rows[k])
        away, native = region[i] != HOME, origin[i] == HOME
        waits[k] = away & native & (mode[i] == fellowship) & (contract_end[i] == year)
        back[k], comes[k] = away & native & (not waits[k]), away & (not native)
        experienced[k] = native & (years_abroad[i] >= ONE)
    return waits, where(back), where(comes), where(experienced)


@compiled
def take_up(
    rows: Rows,
    to_tier: Bytes,
    to_stage: Bytes,
    last: Shorts,
    waits: Booleans,
    tier: Bytes,
    stage: Bytes,
    funded: Booleans,
    guaranteed: Booleans,
    programme: NDArray[np.int16],
    kept: Booleans,
    away_until: Shorts,
    start_year: Shorts,
    contract_end: Shorts,
    year: int,
) -> None:
    """`moves._into_post`: those in rows hold a post of a tier and stage to a last year, (n,); who waits for it is still
    away this year and keeps the award.
    """
    now = np.int16(year)
    for k in range(len(rows)):
        later = rows[min(k + AHEAD, len(rows) - 1)]
        fetch(away_until, later)
        fetch(start_year, later)
        fetch(contract_end, later)
        i = U64(rows[k])
        tier[i], stage[i], funded[i], guaranteed[i] = to_tier[k], to_stage[k], False, False
        start_year[i], contract_end[i] = now, last[k]
        programme[i] = programme[i] if waits[k] else np.int16(-1)
        kept[i] |= waits[k]
        away_until[i] = now if waits[k] else away_until[i]
