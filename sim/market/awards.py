"""Awards: the lists of the year's calls, who is offered a place, who declines, and who comes in from the reserve list.

People apply months before they know what else they will be offered. A panel ranks all who applied; places go down the
list past those who hold something better by then. Those whom a post at home takes away in the end leave their place to
the next on the list, in one late round.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.engine.arithmetic import U64
from sim.engine.arrays import where
from sim.engine.compiler import full_width
from sim.market import selection
from sim.market.offers import Choice
from sim.market.search import SeekerColumns, over_seekers
from sim.population.columns import Attributes, over_people
from sim.rules.applications import CLASSES
from sim.vocabulary import Stage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.engine.compiler import Booleans, Bytes, Floats, Rows
    from sim.market.institutions import Programme
    from sim.market.offers import OfferBook
    from sim.population.columns import Columns
    from sim.year import Year


_AWARD, _LEFT = int(Choice.AWARD), int(Stage.LEFT)


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
        _offer(book, one)


def late_round(book: OfferBook, lists: list[Applicants], year: Year) -> None:
    """Refill the places of those who took something better in the end, once, and write the calls down."""
    for one in lists:
        _offer(book, one)
    for one in lists:  # only now, as a place in another programme may take somebody from a list above it
        held, taken, offered, by_merit = _ended(book.seekers, one.who, one.programme.number, one.merit, one.places)
        year.tally.awards[one.programme.number] += taken
        year.tally.count("awards_declined", offered - taken)
        year.tally.contests[one.programme.record.name] = one.places, *by_merit
        if year.tally.calls is not None:
            asked = held | (np.arange(len(held)) >= offered)  # who declined belongs to neither group
            draw_key = book.seekers.draw_key[one.who[asked]]
            selection.note_call(one.programme, draw_key, one.region[asked], one.rank[asked], held[asked], year)


def holds(book: OfferBook, one: Applicants) -> NDArray[np.bool_]:
    """Who of the applicants holds the award, (n,)."""
    seekers, number = book.seekers, one.programme.number
    held: NDArray[np.bool_] = (seekers.kind[one.who] == Choice.AWARD) & (seekers.target[one.who] == number)
    return held


def _offer(book: OfferBook, one: Applicants) -> None:
    """Offer the places of a call that nobody holds to the first on the list who will take one."""
    takes = _takers(book.seekers, one.who, one.programme.number, one.worth, one.places)
    if len(takes):
        book.offer(one.who[takes], Choice.AWARD, one.worth[takes], one.region[takes], target=one.programme.number)


@over_seekers
def _takers(seekers: SeekerColumns, who: Rows, number: int, worth: Floats, places: int) -> Rows:
    """Places on the list of a programme of those who take what is left of its places, best first."""
    free, found = places, 0
    for one in who:
        k = U64(one)
        free -= (seekers.kind[k] == _AWARD) & (seekers.target[k] == number)
    takes = np.empty(max(min(free, len(who)), 0), np.intp)
    for j in range(len(who)):
        if found == len(takes):
            break
        if worth[j] > seekers.value[U64(who[j])]:
            takes[found] = j
            found += 1
    return takes[:found]


@over_seekers
def _ended(
    seekers: SeekerColumns, who: Rows, number: int, merit: Bytes, places: int
) -> tuple[Booleans, int, int, NDArray[np.int64]]:
    """Who on the list of a programme holds one of its places in the end, (n,), and how many do; how many were offered
    one, the first on the list; by class of merit who applied and who was offered one, (2, CLASSES).
    """
    held, taken, offered, by_merit = np.empty(len(who), np.bool_), 0, 0, np.zeros((2, CLASSES), np.int64)
    for j in range(len(who)):
        k = U64(who[j])
        held[j] = (seekers.kind[k] == _AWARD) & (seekers.target[k] == number)
        if held[j]:
            taken, offered = taken + 1, j + 1
    if taken < places:
        offered = len(who)  # the list was not long enough: everybody on it was asked
    for j in range(len(who)):
        by_merit[0, merit[j]] += 1
        by_merit[1, merit[j]] += j < offered
    return held, taken, offered, by_merit


@over_people
def holders(people: Attributes, programmes: int, stipends: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How many hold an award of each programme, (programmes,), who has left research apart; and draw each of the
    stipends, by its code, (stipends + 1,).
    """
    full_width()
    awards, drawn = np.zeros(programmes, np.int64), np.zeros(stipends + 1, np.int64)
    n = len(people.stage)
    some = np.empty(n, np.bool_)
    for i in range(n):
        some[i] = (people.programme[i] >= 0) | (people.stipend[i] > 0)
    held = where(some)
    for row in held:  # few
        who = U64(row)
        if (people.programme[who] >= 0) & (people.stage[who] != _LEFT):
            awards[people.programme[who]] += 1
        drawn[people.stipend[who]] += 1
    drawn[0] += n - len(held)
    return awards, drawn
