"""What rules are given in tests: shares and draws, as float32 like the columns."""

from __future__ import annotations

from hypothesis import strategies as st

SHARE = st.floats(0, 1, width=32)


def amount(low: float, high: float) -> st.SearchStrategy[float]:
    """A number between two bounds."""
    return st.floats(low, high, width=32)
