"""Ties and language as a year passes."""

from __future__ import annotations

import numpy as np

from sim.engine.arithmetic import ONE, U64
from sim.engine.arrays import HOME
from sim.engine.compiler import Bytes, Floats, Rows, compiled

_YEARS = np.float32(3)  # of new ties against which old ones are weighed


@compiled
def drift(
    region: Bytes,
    origin: Bytes,
    ties_abroad: Floats,
    ties_home: Floats,
    language: Floats,
    years_abroad: Floats,
    fade: np.float32,
    foreign_gain: Floats,
    home_gain: Floats,
    language_gain: np.float32,
) -> None:
    """`ties.drift`: ties fade and grow by the gains (at home, away); the language is learned out of one's country."""
    for i in range(len(region)):
        away, native = region[i] != HOME, origin[i] == HOME
        ties_abroad[i] = ties_abroad[i] * fade + (foreign_gain[1] if away else foreign_gain[0])
        ties_home[i] = ties_home[i] * fade + (home_gain[1] if away else home_gain[0])
        if away == native:
            language[i] += language_gain * (ONE - language[i])
        if away and native:
            years_abroad[i] += ONE


@compiled
def turn(
    rows: Rows, region: Bytes, gain: Floats, ties_abroad: Floats, mode: Bytes, tie_region: Bytes, no_mode: int
) -> None:
    """`ties._toward`: the main region of ties of those in rows becomes the new one, if old ties are few or away.

    region, gain: of the move, (n,). Columns by rows. no_mode: code of who is not abroad.
    """
    for k in range(len(rows)):
        i = U64(rows[k])
        turns = (ties_abroad[i] < _YEARS * gain[k]) | (mode[i] != no_mode)
        tie_region[i] = region[k] if turns else tie_region[i]
