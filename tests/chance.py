"""Numbers that depend on chance: what a test asks of them, with which seed, and what a broken model would give.

A test with the mark `chance` takes its seeds by `seed` and states by `within` the bound of each random number. In the
suite seeds are fixed, so that what holds once holds again. `python -m tests.reseeding` runs the same tests under other
seeds, and works out how often each bound would be missed by a right model, and by the broken one that is named.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

RESEEDED = "TESTS_RESEEDED"
"""In the environment: the number of the run under other seeds; not there, or 0, in the suite."""

_STEP = 1_000_003  # between the seeds of two runs, above any seed that a test names


class Seen(NamedTuple):
    """A random number and its bound. broken: about what it would be if `by` were so. spread: its standard deviation
    around 0 where theory gives the normal law of it, else NaN. exact: whether what is broken leaves nothing to chance.
    """

    what: str
    value: float
    low: float
    high: float
    broken: float
    by: str
    spread: float
    exact: bool

    @property
    def holds(self) -> bool:
        """Whether it lies in its bound, ends included."""
        return self.low <= self.value <= self.high


seen: list[Seen] = []
"""Every random number of this process, in order."""


def seed(fixed: int) -> int:
    """The seed that a test names, or another in a run under other seeds."""
    return fixed + _STEP * int(os.environ.get(RESEEDED, "0"))


def within(
    what: str,
    value: ArrayLike,
    low: float,
    high: float,
    *,
    broken: float,
    by: str,
    spread: float = float("nan"),
    exact: bool = False,
) -> None:
    """Assert that a random number, or each of several of one kind, lies from low to high.

    broken: about what it would be, outside of the bound, in a model or a test that is broken: `by` says how. spread:
    its standard deviation, where theory says that it is normal around 0. exact: what is broken would be just that, as
    where two lives with the same luck are the same.
    """
    assert not low <= broken <= high, f"{what}: what is broken would not be noticed"
    values = np.asarray(value, float).ravel()
    found = [
        Seen(what if len(values) == 1 else f"{what} {place}", float(one), low, high, broken, by, spread, exact)
        for place, one in enumerate(values, 1)
    ]
    seen.extend(found)
    assert all(one.holds for one in found), [one for one in found if not one.holds]
