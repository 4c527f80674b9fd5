"""Where a person would go: the regions abroad as those see them who think of leaving, and the best of them.

A person looks at the region that is best by beta V + taste, with the same taste for a region whatever brings the
person there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.engine.arithmetic import ZERO
from sim.engine.arrays import where
from sim.engine.compiler import compiled
from sim.engine.hashing import gumbel
from sim.market.search import SEEKERS, SeekerColumns
from sim.market.values import REGIONS, RegionValues
from sim.market.way_out import rule_out
from sim.rules.utility import amenity_abroad, host_contract, settled_year, worth_of_region
from sim.vocabulary import HOME

if TYPE_CHECKING:
    from sim.engine.compiler import Booleans, Bytes, Floats, Rows
    from sim.engine.layout import Record
    from sim.market.offers import OfferBook
    from sim.market.values import PositionValues
    from sim.year import Year


class Travellers(NamedTuple):
    """Seekers who look at regions abroad: their places among the seekers, (n,), and their taste for each region abroad,
    (regions - 1, n). They are at home and think of leaving or of calls for stays abroad, or abroad and out of contract.
    """

    who: Rows
    taste: Floats


class Lives(NamedTuple):
    """What a life abroad depends on, of some travellers, (n,). home: yearly value of a later life at home. family: what
    the family adds to the cost of moving there.
    """

    origin: Bytes
    here: Bytes
    security_value: Floats
    language: Floats
    home: Floats
    family: Floats
    tie_region: Bytes
    ties: Floats
    taste: Floats


class Places(NamedTuple):
    """What regions are worth to those who move there, (regions,); see `RegionValues`."""

    contract: Floats
    lasting: Floats
    tenure: Floats
    isolation: Floats
    language: Floats
    move: Floats
    mass: Floats
    replaced: Floats


def travellers(book: OfferBook, values: PositionValues, year: Year) -> Travellers:
    """Those of the seekers who look at regions abroad."""
    found = Travellers(*_travellers(book.seekers, values.regions))
    rule_out(book.seekers, *found, year)
    return found


@SEEKERS.beside(regions=REGIONS)
def _travellers(seekers: SeekerColumns, regions: RegionValues) -> tuple[Rows, Floats]:
    looks = np.empty(len(seekers.region), np.bool_)
    for k in range(len(looks)):
        thinks = (seekers.for_abroad[k] | seekers.for_calls[k]) & (seekers.region[k] == HOME)
        looks[k] = thinks | seekers.out_of_contract[k]
    who = where(looks)
    return who, gumbel(seekers.draw_key[who], regions.taste[1:])


@compiled
def best_life(lives: Lives, there: Places, open_to: Booleans, income: np.float32, p: Record) -> tuple[Bytes, Floats]:
    """The best of the regions that are open for a move of a year or more, and what it is worth; -inf where none is.

    income: ln income of an award, in the place of the pay `there.replaced`; both 0 without one.
    """
    n = len(lives.origin)
    best, most = np.zeros(n, np.uint8), np.full(n, -np.float32(np.inf))
    for r in range(HOME + 1, len(there.contract)):
        if open_to[r]:
            region = np.uint8(r)  # as narrow as the array: a wider one would keep vector instructions out
            contract, lasting, tenure, replaced = (
                there.contract[r],
                there.lasting[r],
                there.tenure[r],
                there.replaced[r],
            )
            isolation, language, moving = there.isolation[r], there.language[r], there.move[r] + there.mass[r]
            stays_on = there.mass[r]
            for k in range(n):
                amenity = amenity_abroad(isolation, language, lives.language[k])
                settled = settled_year(lasting, lives.security_value[k], amenity)
                life = host_contract(contract, amenity, p.discount, tenure, settled, lives.home[k])
                life += stays_on if lives.here[k] == region else moving - lives.family[k]
                life = -np.float32(np.inf) if lives.origin[k] == region else life
                life += lives.ties[k] if lives.tie_region[k] == region else ZERO
                total = worth_of_region(ZERO, p.beta, life, replaced, income, lives.taste[r - 1, k])
                best[k] = region if total > most[k] else best[k]
                most[k] = max(most[k], total)
    return best, most


@compiled
def best_months(
    stay: Floats, gain: Floats, tie_region: Bytes, ties: Floats, taste: Floats, open_to: Booleans, beta: np.float32
) -> tuple[Bytes, Floats]:
    """The best of the regions that are open for a stay of months on top of the year at home, and what it is worth.

    stay: the year at home on the scale of taste, (n,). gain: (regions,) what the months add, ties apart.
    """
    n = len(stay)
    best, most = np.zeros(n, np.uint8), np.full(n, -np.float32(np.inf))
    for r in range(HOME + 1, len(gain)):
        if open_to[r]:
            region = np.uint8(r)  # as above
            for k in range(n):
                life = gain[r] + (ties[k] if tie_region[k] == region else ZERO)
                total = worth_of_region(stay[k], beta, life, ZERO, ZERO, taste[r - 1, k])
                best[k] = region if total > most[k] else best[k]
                most[k] = max(most[k], total)
    return best, most
