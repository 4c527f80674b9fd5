"""What the steps of choosing share: the seekers, their outlook and tastes, and the best offer each holds so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim import kernels
from sim.draws import Decision, gumbel, gumbel_table, uniform
from sim.utility import Outlook, Tables

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sim.columns import Columns
    from sim.now import Now
    from sim.search import Seekers

STAY, LEAVE, INDUSTRY, OWN_COUNTRY, HOST, VISIT, RETURN, LAPSED = range(8)
"""Codes of the choice, LAPSED for a foreigner who goes home without a job; PROGRAMME + its number and POST + its cell
stand for an award and a post at home.
"""
PROGRAMME, POST = 10, 100


@dataclass
class Choices:
    """What each seeker chose: `code` as above and, for moves abroad, the `region`; both of shape (n,)."""

    code: NDArray[np.int64]
    region: NDArray[np.int64]
    value: NDArray[np.float32]

    def offer(
        self, who: NDArray[np.intp], code: int, value: NDArray[np.float32], region: NDArray[np.uint8] | None = None
    ) -> None:
        """Hand seekers `who` an offer worth `value` each; they hold on to the better one."""
        better = kernels.where(value > self.value[who])
        who, value = who[better], value[better]
        self.code[who], self.value[who] = code, value
        if region is not None:
            self.region[who] = region[better]


@dataclass
class Scene:
    """What the steps of choosing share."""

    people: Columns
    seekers: Seekers
    luck: NDArray[np.uint64]
    outlook: Outlook
    tables: Tables
    now: Now

    def shock(self, who: NDArray[np.intp], alternative: int) -> NDArray[np.float32]:
        return gumbel(self.luck[who], self.now.year, Decision.CHOOSE, alternative)

    def lucky(
        self, who: NDArray[np.intp], alternative: int, decision: Decision = Decision.OFFER
    ) -> NDArray[np.float32]:
        return uniform(self.luck[who], self.now.year, decision, alternative)

    def taste(self, who: NDArray[np.intp]) -> NDArray[np.float32]:
        """Taste for each region, shape (regions, n)."""
        return gumbel_table(self.luck[who], self.now.year, Decision.REGION, len(self.tables.move)).T

    def of(self, who: NDArray[np.intp]) -> Outlook:
        o = self.outlook
        return Outlook(
            o.native[who],
            o.secure[who],
            o.own[who],
            o.here[who],
            o.post[who],
            o.without[who],
            o.chance_home[who],
            o.chance_away[who],
            o.discount,
        )
