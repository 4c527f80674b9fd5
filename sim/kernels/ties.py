"""Ties and language as a year passes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.kernels.arithmetic import ONE
from sim.kernels.columns import HOME
from sim.kernels.compiler import Bytes, Floats, compiled

if TYPE_CHECKING:
    import numpy as np


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
