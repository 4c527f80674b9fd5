"""Offers that are held while others are still to come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels.compiler import Bytes, Floats, Rows, compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray


@compiled
def offer(
    who: Rows,
    code: int,
    value: Floats,
    region: Bytes | None,
    held_code: NDArray[np.int64],
    held_value: Floats,
    held_region: NDArray[np.int64],
) -> None:
    """`scene.Choices.offer`: those in who, each at most once, hold the new offer where it is worth more than theirs."""
    for k in range(len(who)):  # without a branch
        i = who[k]
        better = value[k] > held_value[i]
        held_code[i] = code if better else held_code[i]
        held_value[i] = value[k] if better else held_value[i]
        if region is not None:
            held_region[i] = np.int64(region[k]) if better else held_region[i]
