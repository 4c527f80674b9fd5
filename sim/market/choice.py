"""Choosing: applications, offers and the final choice among what was really received.

People apply to programmes before they know of any offer on which somebody else decides, where the known chance of
winning makes it worth the effort; hosts and employers decide afterwards, and everyone accepts the best of the offers
received. Posts at home are settled by deferred acceptance against that best outside offer, and a late round refills
the awards that they leave. The taste of a person for an option is one Gumbel draw, the same when applying and when
accepting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.market.awards import award, late_round
from sim.market.calls_abroad import applications_abroad
from sim.market.calls_here import applications_here, seen_by_peers
from sim.market.destinations import travellers
from sim.market.history import followed, keep
from sim.market.jobs import jobs_in_own_country, jobs_outside_academia, jobs_outside_academia_abroad, jobs_with_firms
from sim.market.matching import posts_at_home
from sim.market.offers import OfferBook
from sim.market.travel import posts_of_hosts, visits
from sim.process import appointments

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sim.market.institutions import Programme
    from sim.market.search import Seekers
    from sim.market.values import PositionValues
    from sim.state import State
    from sim.year import Year


def choose(
    state: State,
    seekers: Seekers,
    vacancies: NDArray[np.int64],
    programmes: list[Programme],
    values: PositionValues,
    year: Year,
) -> OfferBook:
    """Run the year's applications, rankings and offers; the book then holds what everyone chose."""
    people = state.people
    book = OfferBook(seekers, followed(people, seekers, year))
    jobs_outside_academia(book, values, year)
    for who, chance in appointments.asked_by_firms(people, state.teams, programmes, seekers, year):
        jobs_with_firms(book, values, who, chance, year)
    jobs_outside_academia_abroad(book, values, year)
    jobs_in_own_country(book, values, year)
    abroad = travellers(book, values, year)
    visits(book, abroad, values, year)
    lists = applications_here(book, people, programmes, values, state.odds, year)
    lists += applications_abroad(book, people, abroad, programmes, values, state.odds, year)
    posts_of_hosts(book, people, abroad, values, year)
    award(book, lists)
    posts_at_home(book, people, vacancies, values, year)
    late_round(book, lists, year)
    seen_by_peers(book, lists, year)
    keep(book, people, values, year)
    return book
