"""One pass over the people at the end of a year: everything of them that outcomes need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.measures.census import FOLLOWED_GRADUATES, FOLLOWED_RETURNEES, Counts
from sim.population.columns import Attributes, over_people
from sim.rules.membership import has_home_post, has_overseas_experience, is_faculty, is_young
from sim.vocabulary import HOME, Stage, Tier

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from sim.population.columns import Columns
    from sim.state import State
    from sim.year import Year

_BLOCK: Final = 8192  # people whose kinds are worked out before they are counted, so that they stay in the cache
_POSTDOC: Final = int(Stage.POSTDOC)
_LEFT: Final = int(Stage.LEFT)
_BEST: Final = int(Tier.RESEARCH_UNIVERSITY)
_NO_YES: Final = 2
_KINDS_OF_A_PLACE: Final = 2**5


@over_people
def _people_by_kind(people: Attributes, year: int, regions: int, counts: NDArray[np.int32]) -> None:
    """Add everyone to counts, (4, kinds): kinds are the cells of `Census.people` in order.

    Four counters take turns: one that was just written is slow to read again.
    """
    number = len(people.stage)
    kinds = np.empty(_BLOCK, np.uint16)
    for start in range(0, number, _BLOCK):
        size = min(_BLOCK, number - start)
        for k in range(size):  # a loop of its own, so that it is compiled to vector instructions
            i = start + k
            kind = (people.stage[i] * regions + people.region[i]) * _NO_YES + np.uint8(people.origin[i] != HOME)
            kind = kind * _NO_YES + np.uint8(has_home_post(people.region[i], people.post_kept[i]))
            kind = kind * _NO_YES + np.uint8(people.tier[i] == _BEST)
            kind = kind * _NO_YES + np.uint8(is_young(people.birth_year[i], year))
            kinds[k] = kind * _NO_YES + np.uint8(has_overseas_experience(people.years_abroad[i]))
        for k in range(size):
            counts[k & 3, kinds[k]] += 1


@over_people
def _followed(
    people: Attributes,
    year: int,
    placed: NDArray[np.int64],
    graduates: NDArray[np.int64],
    beliefs: NDArray[np.float64],
) -> None:
    """Add those whom `Counts` follows to placed, (years, 2), and graduates, (years,); sum the beliefs, (2,)."""
    for i in range(len(people.stage)):
        stage, here, native = people.stage[i], people.region[i] == HOME, people.origin[i] == HOME
        if here & (stage == _POSTDOC):
            beliefs[0] += people.belief_home[i]
            beliefs[1] += people.belief_away[i]
        since = year - people.returned_year[i]
        if native & (0 <= since < len(placed)) and is_faculty(
            stage, has_home_post(people.region[i], people.post_kept[i])
        ):
            placed[since, 0] += 1
            placed[since, 1] += people.return_programme[i] >= 0
        since = year - people.degree_year[i]
        if (not native) & here & (people.degree_region[i] == HOME) & (0 <= since < len(graduates)) and stage != _LEFT:
            graduates[since] += 1


def take(people: Columns, year: Year, state: State, costs: Mapping[str, float]) -> Counts:
    """Count a year that is over. state: whose cohorts end with this year. costs: money by item, simulated."""
    regions, tally = len(year.world.regions), year.tally
    shape = (len(Stage), regions, *(_NO_YES,) * 5)
    kinds = np.zeros((4, int(np.prod(shape))), np.int32)
    _people_by_kind(people, year.number, regions, kinds)
    placed, graduates = np.zeros((FOLLOWED_RETURNEES, 2), np.int64), np.zeros(FOLLOWED_GRADUATES, np.int64)
    beliefs = np.zeros(2)
    _followed(people, year.number, placed, graduates, beliefs)
    nobody = np.zeros(2, np.int64)
    return Counts(
        year=year.number,
        people=kinds.sum(axis=0, dtype=np.int32).reshape(shape),
        returnees=np.array([state.returnees.get(year.number - ago, nobody) for ago in range(FOLLOWED_RETURNEES)]),
        placed=placed,
        graduates=np.array([state.foreign_graduates.get(year.number - ago, 0) for ago in range(FOLLOWED_GRADUATES)]),
        graduates_here=graduates,
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
        costs=costs,
    )
