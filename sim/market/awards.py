"""Awards: the lists of the year's calls, who is offered a place, who declines, and who comes in from the reserve list.

People apply months before they know what else they will be offered. A panel ranks all who applied; places go down the
list past those who hold something better by then. Those whom a post at home takes away in the end leave their place to
the next on the list, in one late round.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.market import selection
from sim.market.offers import Choice
from sim.rules.applications import CLASSES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.market.institutions import Programme
    from sim.market.offers import OfferBook
    from sim.population.columns import Columns
    from sim.year import Year


class Applicants(NamedTuple):
    """Who applied to a programme, best of the ranking first, (n,); they are places among the seekers.

    worth: beta V + taste of the award. region: where it leads. rank: what the panel ranked by. merit: class of merit.
    """

    programme: Programme
    who: NDArray[np.intp]
    worth: NDArray[np.float32]
    region: NDArray[np.uint8]
    rank: NDArray[np.float64]
    merit: NDArray[np.uint8]
    places: int


def ranked(
    programme: Programme,
    people: Columns,
    book: OfferBook,
    asked: tuple[NDArray[np.intp], NDArray[np.float32], NDArray[np.uint8], NDArray[np.uint8]],
    year: Year,
) -> Applicants:
    """The list of a call. asked: who applies, what the award is worth to them, where it leads, class of merit; (n,)."""
    who, worth, region, merit = asked
    rank = selection.ranking(programme, people, book.seekers.row[who], year)
    first = np.argsort(-rank)
    year.tally.applications[programme.number] += len(who)
    return Applicants(
        programme, who[first], worth[first], region[first], rank[first], merit[first], programme.places(year)
    )


def award(book: OfferBook, lists: list[Applicants]) -> None:
    """Offer the places of every call down its list, past those who already hold something better."""
    for one in lists:
        _offer(book, one, one.places)


def late_round(book: OfferBook, lists: list[Applicants], year: Year) -> None:
    """Refill the places of those who took something better in the end, once, and write the calls down."""
    seekers = book.seekers
    for one in lists:
        _offer(book, one, one.places - int(holds(book, one).sum()))
    for one in lists:  # only now, as a place in another programme may take somebody from a list above it
        held = holds(book, one)
        last = int(np.flatnonzero(held)[-1]) if held.any() else -1
        if int(held.sum()) < one.places:
            last = len(held) - 1  # the list was not long enough: everybody on it was asked
        offered = np.arange(len(held)) <= last
        year.tally.awards[one.programme.number] += int(held.sum())
        year.tally.count("awards_declined", int((offered & ~held).sum()))
        applied, won = (np.bincount(one.merit[some], minlength=CLASSES) for some in (slice(None), offered))
        year.tally.contests[one.programme.record.name] = one.places, applied, won
        asked = held | ~offered  # who declined belongs to neither group
        selection.note_call(
            one.programme, seekers.draw_key[one.who[asked]], one.region[asked], one.rank[asked], held[asked], year
        )


def holds(book: OfferBook, one: Applicants) -> NDArray[np.bool_]:
    """Who of the applicants holds the award, (n,)."""
    seekers, number = book.seekers, one.programme.number
    held: NDArray[np.bool_] = (seekers.kind[one.who] == Choice.AWARD) & (seekers.target[one.who] == number)
    return held


def _offer(book: OfferBook, one: Applicants, places: int) -> None:
    """Offer so many places to the first on the list who will take one."""
    if places > 0:
        takes = np.flatnonzero(one.worth > book.seekers.value[one.who])[:places]
        book.offer(one.who[takes], Choice.AWARD, one.worth[takes], one.region[takes], target=one.programme.number)
