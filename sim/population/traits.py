"""Who a person is before any choice: identity, character, background; all keyed by kind, year and number."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from sim.engine import hashing
from sim.engine.draws import category, keys_of_year
from sim.engine.hashing import normals
from sim.engine.layout import record
from sim.population.columns import Attributes, over_people
from sim.rules import traits as rules
from sim.rules.traits import home_taste, is_woman, language_at_entry, productivity, quality
from sim.vocabulary import Sex
from sim.world.derived import derived

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.engine.draws import Draw
    from sim.engine.layout import Record
    from sim.population.columns import Columns
    from sim.world.parameters import Parameters
    from sim.world.world import World
    from sim.year import Year

F32 = np.float32
_IDENTITIES = 10_000_000  # people of one kind and year at most
_WOMAN, _MAN = np.uint8(Sex.WOMAN), np.uint8(Sex.MAN)  # in loops, as narrow as the column
FOREIGNERS: Final = 1_000_000
"""Serial numbers between the first candidates of two regions of origin."""


class Kind(IntEnum):
    """Where a person comes from, the leading part of the identity."""

    FOUNDER = 0
    MASTER = 1
    WORKING = 2
    STUDENT = 3
    CANDIDATE = 4


def first_identity(kind: Kind, year: int) -> int:
    """The identity of serial number 0 of a kind and year."""
    return (int(kind) * 10_000 + year) * _IDENTITIES


def identities(kind: Kind, year: int, number: int, first: int = 0) -> NDArray[np.int64]:
    """Identities of `number` people: kind, year and serial number in one integer."""
    return first_identity(kind, year) + np.arange(first, first + number, dtype=np.int64)


def bounds(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bounds that divide a uniform into categories with the given shares."""
    return np.cumsum(shares / shares.sum())[:-1]


def pick(key: NDArray[np.uint64], shares: NDArray[np.float64], draw: Draw) -> NDArray[np.uint8]:
    """Draw a category for each person with the given shares."""
    return category(key, bounds(shares), 0, draw)


def shares_on_leave(world: World) -> NDArray[np.float32]:
    """Share of foreign doctoral students on leave from a post in the country of origin, (regions,); 0 for home."""
    return np.append(0.0, world.candidates.along("region", world.abroad, "on_leave")).astype(F32)


class _Inborn(NamedTuple):
    """What follows from the world and the parameters: link of productivity to quality, and where first ties lie."""

    numbers: Record
    first_ties: NDArray[np.float64]


@derived
def _inborn(world: World, p: Parameters) -> _Inborn:
    link = rules.correlation(p.cov_quality_productivity, p.sd_quality, p.sd_productivity)
    numbers = record(link=float(link), rest=float((1 - link**2) ** 0.5))
    return _Inborn(numbers, bounds(world.by_region("flow_from_home").astype(np.float64)))


def born(people: Columns, start: int, women: float, language: float, year: Year) -> None:
    """Give people, from the row `start` on, what they are born with: sex, quality and productivity, taste for the own
    country, the region of the first foreign ties (as past flows from home went) and command of the other language.

    Their draw keys are there already. women: share among them. language: highest command of the language.
    """
    inborn = _inborn(year.world, year.parameters)
    lists = inborn.first_ties
    _born(people, start, F32(women), F32(language), lists, keys_of_year(0), inborn.numbers, year.parameters.record)


@over_people
def _born(
    people: Attributes,
    start: int,
    women: np.float32,
    language: np.float32,
    first_ties: NDArray[np.float64],
    k: Record,
    v: Record,
    p: Record,
) -> None:
    """See `born`. first_ties: bounds of the regions."""
    draw_key = people.draw_key[start:]
    first, second = normals(draw_key, k.QUALITY), normals(draw_key, k.PRODUCTIVITY)
    taste, sex = normals(draw_key, k.HOME_TASTE), hashing.uniform(draw_key, k.SEX)
    spoken = hashing.uniform(draw_key, k.LANGUAGE)
    people.tie_region[start:] = hashing.category(draw_key, k.FIRST_TIE, first_ties)
    for place in range(len(draw_key)):
        i = start + place
        people.sex[i] = _WOMAN if is_woman(sex[place], women) else _MAN
        people.talent[i] = quality(p.sd_quality, first[place])
        people.drive[i] = productivity(p.sd_productivity, v.link, v.rest, first[place], second[place])
        people.home_taste[i] = home_taste(p.home_sd, taste[place])
        people.language[i] = language_at_entry(language, spoken[place])
