"""Who a person is before any choice: identity, character, background; all keyed by kind, year and number."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from sim.engine import arrays
from sim.engine.draws import Draw, category, normal, uniform

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.year import Year

F32 = np.float32
_IDENTITIES = 10_000_000  # people of one kind and year at most


class Kind(IntEnum):
    """Where a person comes from, the leading part of the identity."""

    FOUNDER = 0
    MASTER = 1
    WORKING = 2
    STUDENT = 3
    CANDIDATE = 4


def identities(kind: Kind, year: int, number: int, first: int = 0) -> NDArray[np.int64]:
    """Identities of `number` people: kind, year and serial number in one integer."""
    return (int(kind) * 10_000 + year) * _IDENTITIES + np.arange(first, first + number, dtype=np.int64)


def character(key: NDArray[np.uint64], year: Year) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Quality ln Q and productivity N of people: joint (log-)normal, after the random-impact rule (Sinatra 2016)."""
    p = year.parameters
    first, second = normal(key, 0, Draw.QUALITY), normal(key, 0, Draw.PRODUCTIVITY)
    link = p.cov_quality_productivity / (p.sd_quality * p.sd_productivity)
    drive = F32(p.sd_productivity) * (F32(link) * first + F32((1 - link**2) ** 0.5) * second)
    return F32(p.sd_quality) * first, arrays.exponential(drive)


def home_taste(key: NDArray[np.uint64], year: Year) -> NDArray[np.float32]:
    """How much more than others people like to live in their own country, for life: normal around 0 (a mixed logit)."""
    return F32(year.parameters.home_sd) * normal(key, 0, Draw.HOME_TASTE)


def home_worth(mean: float, key: NDArray[np.uint64], year: Year) -> NDArray[np.float32]:
    """What living in their own country is worth to people: the mean and each one's taste."""
    if not year.parameters.home_sd:
        return np.full(len(key), mean, F32)
    return F32(mean) + home_taste(key, year)


def pick(key: NDArray[np.uint64], shares: NDArray[np.float64], draw: Draw) -> NDArray[np.uint8]:
    """Draw a category for each person with the given shares."""
    return category(key, np.cumsum(shares / shares.sum())[:-1], 0, draw)


def language(key: NDArray[np.uint64], year: Year) -> NDArray[np.float32]:
    """Command of the other language at entry, evenly spread from 0 to `entry_language`."""
    return F32(year.parameters.entry_language) * uniform(key, 0, Draw.LANGUAGE)


def ties_brought_back(age: float, year: Year) -> np.float32:
    """Foreign ties that are left at a mean age of studying abroad before the doctorate: as of any stay of that length,
    so many years ago. They lie where the first ones do.
    """
    p, table = year.parameters, year.world.candidates
    since = max(age - table.value("early_age"), 0.0)
    return F32(p.tie_gain * p.tie_visit * table.value("early_stay") ** 0.5 * (1 - p.tie_decay) ** since)


def language_brought_back(key: NDArray[np.uint64], early: NDArray[np.bool_], year: Year) -> NDArray[np.float32]:
    """Command of the other language with what those have learned who studied abroad early."""
    learned = F32(year.parameters.language_gain * year.world.candidates.value("early_stay"))
    known = language(key, year)
    tongue: NDArray[np.float32] = known + learned * (1 - known) * early
    return tongue


def on_leave(key: NDArray[np.uint64], origin: NDArray[np.uint8], year: Year) -> NDArray[np.bool_]:
    """Which foreign doctoral students hold a post in their country of origin to which they are to return."""
    shares = np.append(0.0, year.world.candidates.along("region", year.world.abroad, "on_leave")).astype(F32)
    holds: NDArray[np.bool_] = uniform(key, 0, Draw.ON_LEAVE) < shares[origin]
    return holds


def first_tie(key: NDArray[np.uint64], year: Year) -> NDArray[np.uint8]:
    """Region of the first foreign ties: as past flows from home went."""
    shares = year.world.by_region("flow_from_home").astype(np.float64)
    return pick(key, shares, Draw.FIRST_TIE)
