"""The book of offers: what each seeker was offered, by whom, and which offer is the best so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.engine.arithmetic import U64
from sim.market.search import over_seekers
from sim.vocabulary import HOME, Coded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.engine.compiler import Bytes, Floats, Rows
    from sim.market.search import SeekerColumns, Seekers


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
    RENEWAL = 10  # another contract with the host abroad
    INDUSTRY_ABROAD = 11  # a job outside academia in the region abroad where the person lives


class OfferBook:
    """Every maker of offers writes to it, and whoever chooses reads from it.

    The best option of each seeker so far stands in the seekers' columns kind, target, place and value, first what is at
    hand; its value is beta V + taste. As people are to choose among what they really received, an application may only
    be compared with what the book holds already. Of those followed it also keeps every offer, for the chronicle.
    """

    def __init__(self, seekers: Seekers, follow: NDArray[np.bool_] | None = None) -> None:
        """follow: (n,) whose offers are all written down; None for nobody."""
        self.seekers, self.follow = seekers, follow
        self._written: list[Written] = []
        if follow is not None:
            who = np.flatnonzero(follow)
            target = np.full(len(who), -1, np.int16)
            self._written.append(Written(who, seekers.kind[who], target, seekers.place[who], seekers.at_hand[who]))

    def offer(
        self,
        who: NDArray[np.intp],
        kind: Choice,
        value: NDArray[np.float32],
        place: NDArray[np.uint8],
        *,
        target: int = -1,
    ) -> None:
        """Hand seekers `who`, each at most once, an offer; they hold on to the better one.

        value: beta V + taste, (n,). place: the region that it leads to, (n,). target: as `Choice` says.
        """
        if len(who):
            _hold(self.seekers, who, np.uint8(kind), np.int16(target), value, place)
            self._write(who, kind, target, place, value)

    def settle(
        self, who: NDArray[np.intp], kind: Choice, value: NDArray[np.float32], targets: NDArray[np.int64]
    ) -> None:
        """Hand seekers `who` what they asked for above all they held: posts at home, each with a target, (n,)."""
        seekers = self.seekers
        seekers.kind[who], seekers.target[who] = kind, targets
        seekers.value[who], seekers.place[who] = value, HOME
        self._write(who, kind, targets, HOME, value)

    def _write(
        self,
        who: NDArray[np.intp],
        kind: Choice,
        target: NDArray[np.int64] | int,
        place: NDArray[np.uint8] | int,
        value: NDArray[np.float32],
    ) -> None:
        if self.follow is not None:
            n, some = len(who), np.flatnonzero(self.follow[who])
            kinds, targets, places = (
                np.full(n, kind, np.uint8),
                np.full(n, target, np.int16),
                np.full(n, place, np.uint8),
            )
            self._written.append(Written(who[some], kinds[some], targets[some], places[some], value[some]))

    def written(self) -> Written:
        """Every offer of those followed, in the order made, first what was at hand."""
        return Written(*(np.concatenate(column) for column in zip(*self._written, strict=True)))


class Written(NamedTuple):
    """Offers, (n,): to whom among the seekers, and as `OfferBook.offer` takes them."""

    who: NDArray[np.intp]
    kind: NDArray[np.uint8]
    target: NDArray[np.int16]
    place: NDArray[np.uint8]
    value: NDArray[np.float32]


@over_seekers
def _hold(seekers: SeekerColumns, who: Rows, kind: np.uint8, target: np.int16, value: Floats, place: Bytes) -> None:
    """Those in who hold the new offer where it is worth more than theirs."""
    for j in range(len(who)):
        k = U64(who[j])
        if value[j] > seekers.value[k]:
            seekers.kind[k], seekers.target[k] = kind, target
            seekers.value[k], seekers.place[k] = value[j], place[j]
