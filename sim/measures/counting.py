"""One pass over the people at the end of a year: everything of them that outcomes need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.engine.arithmetic import U64
from sim.engine.arrays import where
from sim.engine.compiler import full_width
from sim.measures import links
from sim.measures.census import FOLLOWED_GRADUATES, FOLLOWED_RETURNEES, Counts
from sim.population.columns import Attributes, over_people
from sim.process import appointments
from sim.rules.membership import has_home_post, has_overseas_experience, is_faculty, is_young
from sim.vocabulary import HOME, LEADING, Stage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from sim.engine.compiler import Rows
    from sim.population.columns import Columns
    from sim.state import State
    from sim.year import Year

_BLOCK: Final = 8192  # people whose kinds are worked out before they are counted, so that they stay in the cache
_POSTDOC: Final = int(Stage.POSTDOC)
_LEFT: Final = int(Stage.LEFT)
_NO_YES: Final = 2
AGE_BANDS: Final = ("under 40", "40-49", "50-59", "60 and over")
"""Bands of age of the statistics of teachers."""
_AGES: Final = (40, 50, 60)  # with which the second band and later ones begin


@over_people
def _count(
    people: Attributes,
    year: int,
    regions: int,
    kinds: NDArray[np.int32],
    placed: NDArray[np.int64],
    graduates: NDArray[np.int64],
    beliefs: NDArray[np.float64],
) -> None:
    """Add everyone to kinds, (4, cells of `Census.people`), whose four rows are to be added up: a counter that was just
    written is slow to read again. Add those whom `Counts` follows to placed, graduates and beliefs.
    """
    full_width()
    number, now = len(people.stage), np.int16(year)
    many, two = np.uint16(regions), np.uint16(_NO_YES)  # as narrow as `kind`: wider numbers would halve a vector
    kind, postdoc = np.empty(_BLOCK, np.uint16), np.empty(_BLOCK, np.bool_)
    back, graduate = np.empty(_BLOCK, np.bool_), np.empty(_BLOCK, np.bool_)
    last_returned, last_degree = np.int16(year - len(placed)), np.int16(year - len(graduates))
    for start in range(0, number, _BLOCK):
        size = min(_BLOCK, number - start)
        for k in range(size):  # loops without a branch, so that they are compiled to vector instructions
            i = U64(start + k)
            cell = (np.uint16(people.stage[i]) * many + np.uint16(people.region[i])) * two
            cell = (cell + np.uint16(people.origin[i] != HOME)) * two
            cell = (cell + np.uint16(has_home_post(people.region[i], people.post_kept[i]))) * two
            cell = (cell + np.uint16(people.tier[i] == LEADING)) * two
            cell = (cell + np.uint16(is_young(people.birth_year[i], now))) * two
            kind[k] = cell + np.uint16(has_overseas_experience(people.years_abroad[i]))
        for k in range(size):
            i = U64(start + k)
            stage, here, native = people.stage[i], people.region[i] == HOME, people.origin[i] == HOME
            member = is_faculty(stage, has_home_post(people.region[i], people.post_kept[i]))
            returned, degree = people.returned_year[i], people.degree_year[i]
            postdoc[k] = here & (stage == _POSTDOC)
            back[k] = native & member & (returned > last_returned) & (returned <= now)
            formed = (not native) & (people.degree_region[i] == HOME) & here & (stage != _LEFT)
            graduate[k] = formed & (degree > last_degree) & (degree <= now)
        for k in range(size):
            kinds[U64(k & 3), U64(kind[k])] += 1
        for k in where(postdoc[:size]):
            beliefs[0] += people.belief_home[U64(start + k)]
            beliefs[1] += people.belief_away[U64(start + k)]
        for k in where(back[:size]):
            since = year - people.returned_year[U64(start + k)]
            placed[since, 0] += 1
            placed[since, 1] += people.return_programme[U64(start + k)] >= 0
        for k in where(graduate[:size]):
            graduates[year - people.degree_year[U64(start + k)]] += 1


@over_people
def diaspora(people: Attributes, regions: int) -> NDArray[np.int64]:
    """Researchers and students of home origin in each region abroad, shape (regions,), simulated; 0 for home."""
    counts = np.zeros(regions, np.int64)
    for i in range(len(people.stage)):
        counts[people.region[i]] += (people.origin[i] == HOME) & (people.stage[i] != _LEFT)
    counts[HOME] = 0
    return counts


@over_people
def faculty(people: Attributes) -> NDArray[np.bool_]:
    """Who is faculty at home, members on leave abroad included, (n,)."""
    member = np.empty(len(people.stage), np.bool_)
    for i in range(len(people.stage)):
        member[i] = is_faculty(people.stage[i], has_home_post(people.region[i], people.post_kept[i]))
    return member


@over_people
def by_age(people: Attributes, rows: Rows, year: int) -> NDArray[np.int64]:
    """The people in these rows by age at the end of a year, in the bands of `AGE_BANDS`, (4,)."""
    bands = np.zeros(len(_AGES) + 1, np.int64)
    for row in rows:
        age, band = year - people.birth_year[U64(row)], 0
        for first in _AGES:
            band += age >= first
        bands[band] += 1
    return bands


def take(people: Columns, year: Year, state: State, costs: Mapping[str, float]) -> Counts:
    """Count a year that is over. state: whose cohorts end with this year. costs: money by item, simulated."""
    regions, tally = len(year.world.regions), year.tally
    shape = (len(Stage), regions, *(_NO_YES,) * 5)
    kinds = np.zeros((4, int(np.prod(shape))), np.int32)
    placed, graduates = np.zeros((FOLLOWED_RETURNEES, 2), np.int64), np.zeros(FOLLOWED_GRADUATES, np.int64)
    beliefs = np.zeros(2)
    _count(people, year.number, regions, kinds, placed, graduates, beliefs)
    nobody, members = np.zeros(2, np.int64), where(faculty(people))
    return Counts(
        year=year.number,
        people=kinds.sum(axis=0, dtype=np.int32).reshape(shape),
        returnees=np.array([state.returnees.get(year.number - ago, nobody) for ago in range(FOLLOWED_RETURNEES)]),
        placed=placed,
        graduates=np.array([state.foreign_graduates.get(year.number - ago, 0) for ago in range(FOLLOWED_GRADUATES)]),
        graduates_here=graduates,
        ages=by_age(people, members, year.number),
        beliefs=beliefs,
        departures=tally.departures,
        visits=tally.visits,
        student_long_stays=tally.events.get("student_long_stays", 0),
        foreign_departures=tally.foreign_departures,
        returns=tally.returns,
        arrivals=tally.arrivals,
        entrants=tally.entrants,
        hires=tally.hires,
        returnee_hires=tally.returnee_hires,
        applications=tally.applications,
        awards=tally.awards,
        papers=tally.research["papers"],
        top10=tally.research["top10"],
        international=tally.research["international"],
        top10_international=tally.research["top10_international"],
        international_by_region=tally.coauthored,
        graduates_now=tally.graduates,
        shared=appointments.held_by_region(people, state.teams, year),
        topic_lag=year.parameters.topic_lag,
        **links.count(people, year)._asdict(),
        costs=costs,
    )
