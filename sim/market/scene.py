"""What the steps of choosing share: the seekers, their outlook and tastes, and the best offer each holds so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim import kernels
from sim.engine import hashing
from sim.engine.draws import Decision, gumbel, keys, uniform

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.market.search import Seekers
    from sim.market.utility import Prospects, Tables
    from sim.population.columns import Columns
    from sim.year import Year

STAY, LEAVE, INDUSTRY, OWN_COUNTRY, HOST, VISIT, RETURN, LAPSED = range(8)
"""Codes of the choice, LAPSED for a foreigner who goes home without a job; PROGRAMME + its number and POST + its cell
stand for an award and a post at home.
"""
PROGRAMME, POST = 10, 100

F32 = np.float32


@dataclass
class Choices:
    """What each seeker chose: `code` as above and, for moves abroad, the `region`; both of shape (n,)."""

    code: NDArray[np.uint8]
    region: NDArray[np.uint8]
    value: NDArray[np.float32]

    def offer(
        self, who: NDArray[np.intp], code: int, value: NDArray[np.float32], region: NDArray[np.uint8] | None = None
    ) -> None:
        """Hand seekers `who` an offer worth `value` each; they hold on to the better one."""
        kernels.offer(who, code, value, region, self.code, self.value, self.region)


@dataclass(frozen=True)
class Travellers:
    """People who look at regions abroad, arrays of shape (n,) but for taste.

    who: their places among the seekers. tie_region, ties: the region of most own ties, and what they are worth there.
    taste: for each region abroad, (regions - 1, n).
    """

    who: NDArray[np.intp]
    tie_region: NDArray[np.uint8]
    ties: NDArray[np.float32]
    taste: NDArray[np.float32]
    beta: np.float32

    def best_region(
        self,
        which: NDArray[np.intp],
        value: NDArray[np.float32],
        stay: NDArray[np.float32] | None = None,
        award: tuple[NDArray[np.float32], float] | None = None,
        open_to: NDArray[np.bool_] | None = None,
    ) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        """The best region for some of them, and what it is worth to them, taste included; -inf where none is open.

        which: their places here, (k,). value: V of every region without own ties, (regions, k), or (regions, 1) where
        it is the same for all. stay: what comes with every region, on the scale of taste. award: (regions,) ln income
        it replaces and its own. open_to: (regions,).
        """
        regions = len(value)
        replaced, income = award or (np.zeros(regions, F32), 0.0)
        return kernels.best_region(
            value,
            which,
            self.tie_region,
            self.ties,
            self.taste,
            np.zeros(len(which), F32) if stay is None else stay,
            replaced,
            F32(income),
            np.ones(regions, np.bool_) if open_to is None else open_to,
            self.beta,
        )


@dataclass
class Scene:
    """What the steps of choosing share. graduate: which of the seekers have a doctorate."""

    people: Columns
    seekers: Seekers
    graduate: NDArray[np.bool_]
    prospects: Prospects
    tables: Tables
    year: Year

    def shock(self, who: NDArray[np.intp], alternative: int) -> NDArray[np.float32]:
        return gumbel(self.seekers.draw_key[who], self.year.number, Decision.CHOOSE, alternative)

    def lucky(
        self, who: NDArray[np.intp], alternative: int, decision: Decision = Decision.OFFER
    ) -> NDArray[np.float32]:
        return uniform(self.seekers.draw_key[who], self.year.number, decision, alternative)

    def taste(self, who: NDArray[np.intp]) -> NDArray[np.float32]:
        """Taste for each region abroad, shape (regions - 1, n)."""
        regions = range(1, len(self.tables.move))
        return hashing.gumbel(self.seekers.draw_key[who], keys(self.year.number, Decision.REGION, regions))

    def travellers(self, who: NDArray[np.intp]) -> Travellers:
        """Those of the seekers who look at regions abroad, from home."""
        ties = F32(self.year.parameters.tie_value) * np.log1p(self.seekers.ties_abroad[who])
        return Travellers(who, self.seekers.tie_region[who], ties, self.taste(who), F32(self.year.parameters.beta))
