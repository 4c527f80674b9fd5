"""A year passes: families change, people retire or leave, doctorates finish, stays and contracts end.

What happens to a person is the rules' (`sim.rules`); here it is said to whom, in which order, and what is counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine.arithmetic import U64
from sim.engine.arrays import HOME, where
from sim.engine.compiler import Rows, Shorts, full_width
from sim.engine.draws import keys_of_year
from sim.engine.hashing import one_uniform
from sim.population.columns import Attributes, over_people
from sim.process import contracts, permits, stays, studies
from sim.process.exits import leave
from sim.rules.families import finds_partner, has_first_child
from sim.rules.retirement import leaves_research, retires
from sim.vocabulary import Event, Stage
from sim.world.derived import derived

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.engine.layout import Record
    from sim.population.columns import Columns
    from sim.world.parameters import Parameters
    from sim.world.world import World
    from sim.year import Year


def age(people: Columns, posts: NDArray[np.int64], usual_openness: NDArray[np.float32], year: Year) -> None:
    """Let a year pass for everyone. `posts`: (cells,) posts of the year, which bound conversions of tenure tracks.
    `usual_openness`: (regions,) to foreigners when the model began.
    """
    people.drop(_out_of_the_model(people))
    keys, oldest = keys_of_year(year.number), _oldest(year.world, year.parameters)
    retiring, leaving = _grow_older(people, year.number, keys, oldest, year.parameters.record)
    leave(people, retiring, Event.RETIRED, year)
    leave(people, leaving, Event.LEFT, year)
    studies.finish(people, year)
    stays.end(people, year)
    contracts.end_at_home(people, posts, year)
    contracts.last_abroad(people, usual_openness, year)
    permits.renew(people, year)


@derived
def _oldest(world: World, p: Parameters) -> NDArray[np.int16]:
    """Last age in research at home by kind of employer, the last for those without one, and then abroad."""
    at_home = world.posts.along("tier", world.tiers, "retirement_age")
    return np.array([int(x) for x in (*at_home, p.retirement_age_outside, p.retirement_age_abroad)], np.int16)


@over_people
def _out_of_the_model(people: Attributes) -> Rows:
    """Rows of those who left research and of candidates from abroad who were not hired."""
    gone = np.empty(len(people.stage), np.bool_)
    for i in range(len(people.stage)):
        gone[i] = (people.stage[i] == Stage.LEFT) | people.candidate[i]
    return where(gone)


@over_people
def _grow_older(people: Attributes, year: int, keys: Record, oldest: Shorts, p: Record) -> tuple[Rows, Rows]:
    """Awards that ended at home are forgotten, families change; rows of those who retire and of others who leave.

    oldest: last age at home by kind of employer, and abroad.
    """
    full_width()
    n, now, none, no_award = len(people.stage), np.int16(year), np.int16(0), np.int16(-1)
    for i in range(n):  # loops without a branch, so that they are compiled to vector instructions
        ended = (people.region[i] == HOME) & (not people.funded[i])
        people.programme[i] = no_award if ended else people.programme[i]
    # as narrow as the columns: wider numbers would halve what a vector holds
    of_child, of_partner, of_exit = keys.CHILD, keys.PARTNER, keys.EXIT
    limit, first, last = np.int16(p.partner_age_limit), np.int16(p.child_age_first), np.int16(p.child_age_last)
    for i in range(n):
        age, couple, childless = np.int16(now - people.birth_year[i]), people.partner[i], people.child_born[i] == none
        draw = one_uniform(people.draw_key[i], of_child if couple else of_partner)
        partner = childless & (not couple) & finds_partner(age, limit, draw, p.partner_rate)
        child = childless & couple & has_first_child(age, first, last, draw, p.child_rate)
        people.partner[i] = couple | partner
        people.child_born[i] = now if child else people.child_born[i]
    retiring, leaving, bound = np.empty(n, np.bool_), np.empty(n, np.bool_), np.empty(n, np.int16)
    abroad = len(oldest) - 1
    for i in range(n):
        bound[i] = oldest[U64(people.tier[i] if people.region[i] == HOME else abroad)]
    for i in range(n):
        retiring[i] = retires(np.int16(now - people.birth_year[i]), bound[i])
    for i in range(n):
        leaving[i] = (not retiring[i]) & leaves_research(one_uniform(people.draw_key[i], of_exit), p.attrition)
    return where(retiring), where(leaving)
