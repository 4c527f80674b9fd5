"""Choosing: applications, offers and the final choice among what was really received.

A person applies where the option beats what is already at hand, is ranked by those who decide, and accepts the best
of the offers received; posts at home are settled last, by deferred acceptance against that best outside offer. The
taste of a person for an option is one Gumbel draw, the same when applying and when accepting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.market.calls import fellowships_here
from sim.market.history import followed, keep
from sim.market.jobs import jobs_in_own_country, jobs_outside_academia
from sim.market.matching import posts_at_home
from sim.market.offers import OfferBook
from sim.market.prospects import look_ahead
from sim.market.travel import fellowships_abroad, posts_of_hosts, travellers, visits

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sim.market.institutions import Programme
    from sim.market.search import Seekers
    from sim.market.values import PositionValues
    from sim.population.columns import Columns
    from sim.year import Year


def choose(
    people: Columns,
    seekers: Seekers,
    vacancies: NDArray[np.int64],
    programmes: list[Programme],
    values: PositionValues,
    year: Year,
) -> OfferBook:
    """Run the year's applications, rankings and offers; the book then holds what everyone chose."""
    look_ahead(seekers, values, year)
    book = OfferBook(seekers, followed(people, seekers, year))
    jobs_outside_academia(book, values, year)
    jobs_in_own_country(book, values, year)
    fellowships_here(book, people, programmes, values, year)
    abroad = travellers(book, values)
    if len(abroad.who):
        posts_of_hosts(book, people, abroad, values, year)
        visits(book, abroad, values, year)
        fellowships_abroad(book, people, abroad, programmes, values, year)
    posts_at_home(book, people, vacancies, values, year)
    keep(book, people, values, year)
    return book
