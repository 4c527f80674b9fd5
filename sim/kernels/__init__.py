"""Loops that have not moved beside the phase that calls them yet."""

from sim.kernels.census import head_count_of_paid
from sim.kernels.moves import hired_from, take_up

__all__ = ["head_count_of_paid", "hired_from", "take_up"]
