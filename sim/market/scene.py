"""What the steps of choosing share: the seekers, their outlook and tastes, and the best offer each holds so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim import kernels
from sim.engine import arrays, hashing
from sim.engine.draws import Draw, gumbel, keys, uniform
from sim.vocabulary import Coded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.market.search import Seekers
    from sim.market.utility import Prospects, Tables
    from sim.population.columns import Columns
    from sim.year import Year


class Choice(Coded):
    """Kind of what a person can choose. The target of an award is its programme, that of a post at home its cell."""

    STAY = 0  # as before
    LEAVE = 1  # leave research
    INDUSTRY = 2  # a job at home outside academia
    OWN_COUNTRY = 3  # a foreigner goes to a job in the country of origin
    HOST = 4  # a post that a host abroad pays
    VISIT = 5  # a stay abroad with the post kept
    RETURN = 6  # home without a post, or to the guaranteed one
    LAPSED = 7  # a foreigner goes home without a job
    AWARD = 8  # a place in a programme
    POST = 9  # a post at home


F32 = np.float32


@dataclass
class Choices:
    """What each seeker chose, arrays of shape (n,).

    kind: a `Choice`. target: the programme of an award or the cell of a post at home, -1 of other kinds. region: for
    moves abroad. value: what it is worth, taste included.
    """

    kind: NDArray[np.uint8]
    target: NDArray[np.int16]
    region: NDArray[np.uint8]
    value: NDArray[np.float32]

    def offer(
        self,
        who: NDArray[np.intp],
        kind: Choice,
        value: NDArray[np.float32],
        region: NDArray[np.uint8] | None = None,
        *,
        target: int = -1,
    ) -> None:
        """Hand seekers `who` an offer worth `value` each; they hold on to the better one."""
        held = self.kind, self.target, self.value, self.region
        kernels.offer(who, int(kind), target, value, region, *held)


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

    def taste(self, who: NDArray[np.intp], draw: Draw, alternative: int = 0) -> NDArray[np.float32]:
        """Taste of some of the seekers for an option, standard Gumbel."""
        return gumbel(self.seekers.draw_key[who], self.year.number, draw, alternative)

    def drawn(self, who: NDArray[np.intp], draw: Draw) -> NDArray[np.float32]:
        """A uniform draw of some of the seekers."""
        return uniform(self.seekers.draw_key[who], self.year.number, draw)

    def taste_of_regions(self, who: NDArray[np.intp]) -> NDArray[np.float32]:
        """Taste for each region abroad, shape (regions - 1, n)."""
        regions = range(1, len(self.tables.move))
        return hashing.gumbel(self.seekers.draw_key[who], keys(self.year.number, Draw.TASTE_REGION, regions))

    def travellers(self, who: NDArray[np.intp]) -> Travellers:
        """Those of the seekers who look at regions abroad, from home."""
        ties = F32(self.year.parameters.tie_value) * arrays.logarithm(1 + self.seekers.ties_abroad[who])
        return Travellers(
            who, self.seekers.tie_region[who], ties, self.taste_of_regions(who), F32(self.year.parameters.beta)
        )
