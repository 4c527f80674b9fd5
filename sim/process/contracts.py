"""Posts and contracts: how long they last, who is renewed, converted or given a lasting post, and who loses one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine.arithmetic import U64
from sim.engine.arrays import HOME, where
from sim.engine.compiler import Floats, Rows, Shorts, Words, compiled
from sim.engine.draws import Draw, key, keys_of_year
from sim.engine.hashing import one_uniform
from sim.engine.layout import record
from sim.market.posts import filled
from sim.population.cells import Cells
from sim.population.columns import Attributes, over_people
from sim.rules.contracts import (
    chance_of_lasting_post_abroad,
    contract_is_over,
    gets_lasting_post_abroad,
    is_granted_tenure,
    is_renewed,
    loses_lasting_post_abroad,
    spread_of_contracts,
)
from sim.rules.contracts import contract_years as years_of_contract
from sim.vocabulary import RANKS, Event, Mode, Stage
from sim.world.derived import derived

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.engine.layout import Record
    from sim.population.columns import Columns
    from sim.world.parameters import Parameters
    from sim.world.world import World
    from sim.year import Year


def contract_years(draw_key: NDArray[np.uint64], year: Year) -> NDArray[np.int16]:
    """Length of the postdoc contract of each, (n,): one to four years with the mean `contract_postdoc`."""
    return _contract_years(draw_key, key(year.number, Draw.CONTRACT_YEARS), terms_of_contracts(year)[0])


def terms_of_contracts(year: Year) -> tuple[np.float32, int]:
    """Years over which the lengths of postdoc contracts spread, and years of the others that are not open-ended."""
    p = year.parameters
    return np.float32(spread_of_contracts(p.contract_postdoc)), int(p.contract_fixed)


@compiled
def _contract_years(draw_key: Words, key: np.uint64, spread: np.float32) -> Shorts:
    length = np.empty(len(draw_key), np.int16)
    for k in range(len(draw_key)):
        length[k] = years_of_contract(spread, one_uniform(draw_key[k], key))
    return length


@derived
def _contracts(_: World, p: Parameters) -> Record:
    """What contracts depend on beside the parameters as they are."""
    return record(
        spread=spread_of_contracts(p.contract_postdoc),
        fixed=int(p.contract_fixed),
        postdoc_limit=int(p.postdoc_limit),
        fixed_limit=int(p.fixed_limit),
    )


@over_people
def lose_post(people: Attributes, rows: Rows, year: int, no_tier: int) -> None:
    """Put people between posts. no_tier: the code for it."""
    for row in rows:
        i = U64(row)
        people.stage[i] = Stage.UNPLACED
        people.tier[i] = no_tier
        people.contract_end[i] = 0
        people.start_year[i] = year
        people.funded[i] = False
        people.programme[i] = -1


def end_at_home(people: Columns, posts: NDArray[np.int64], year: Year) -> None:
    """Renewal, conversion of a tenure track where a permanent post is free, or no post."""
    p, keys = year.parameters, (keys_of_year(year.number), keys_of_year(0))
    renewed, granted, over = _contracts_at_home(people, year.number, *keys, _contracts(year.world, p), p.record)
    year.chronicle.note(year.number, Event.RENEWED, people, renewed, HOME, "stage")
    if len(granted):
        free = np.maximum(posts - filled(people, year.world), 0).reshape(Cells.of(year.world).shape)
        most_productive_first = np.lexsort((people.draw_key[granted], -people.output[granted]))
        granted = granted[most_productive_first]
        granted = _take_tenure(people, granted, free[..., RANKS.index(Stage.PERMANENT)], year.number)
    year.tally.count("tenure_granted", len(granted))
    year.chronicle.note(year.number, Event.HIRED, people, granted, HOME, Stage.PERMANENT)
    year.chronicle.note(year.number, Event.CONTRACT_ENDED, people, over, HOME, "stage")
    lose_post(people, over, year.number, year.world.no_tier)


_RENEWED, _GRANTED, _OVER = range(3)


@over_people
def _contracts_at_home(
    people: Attributes, year: int, keys: Record, of_life: Record, contracts: Record, p: Record
) -> tuple[Rows, Rows, Rows]:
    """Of those at home whose contract has run out, rows of the renewed, of those whom the tenure track gives a
    permanent post where one is free, and of the others. keys, of_life: of draws of the year, and of those once in life.
    """
    n = len(people.stage)
    ended, now = np.empty(n, np.bool_), np.int16(year)
    for i in range(n):
        ranked = (people.stage[i] >= Stage.POSTDOC) & (people.stage[i] <= Stage.TENURE_TRACK)
        ended[i] = ranked & (people.region[i] == HOME) & contract_is_over(people.contract_end[i], now)
    rows = where(ended)
    became = np.full(len(rows), _OVER, np.uint8)
    for k in range(len(rows)):
        who = U64(rows[k])
        word = people.draw_key[who]
        if people.stage[who] == Stage.TENURE_TRACK:
            if is_granted_tenure(one_uniform(word, of_life.TENURE), p.tenure_granted):
                became[k] = _GRANTED
            continue
        postdoc, held = people.stage[who] == Stage.POSTDOC, year - people.start_year[who]
        chance, limit = p.renew_fixed, contracts.fixed_limit
        if postdoc:
            chance, limit = p.renew_postdoc, contracts.postdoc_limit
        if is_renewed(held, limit, people.funded[who], one_uniform(word, keys.RENEWAL), chance):
            became[k] = _RENEWED
            drawn = years_of_contract(contracts.spread, one_uniform(word, keys.CONTRACT_YEARS))
            people.contract_end[who] = year - 1 + (drawn if postdoc else int(contracts.fixed))
    return rows[where(became == _RENEWED)], rows[where(became == _GRANTED)], rows[where(became == _OVER)]


@over_people
def _take_tenure(people: Attributes, rows: Rows, free: NDArray[np.int64], year: int) -> Rows:
    """The first in rows take the free permanent posts, (tiers, fields); returns their rows. The others wait a year."""
    taken, found, left = np.empty(len(rows), np.intp), 0, free.copy()
    for row in rows:
        i = U64(row)
        if left[people.tier[i], people.field[i]] > 0:
            left[people.tier[i], people.field[i]] -= 1
            people.stage[i] = Stage.PERMANENT
            people.funded[i], people.programme[i] = False, -1  # the post is the employer's from now on
            people.contract_end[i] = 0
            people.start_year[i] = year
            taken[found] = row
            found += 1
        else:
            people.contract_end[i] = year
    return taken[:found]


def last_abroad(people: Columns, usual_openness: NDArray[np.float32], year: Year) -> None:
    """Hosts offer lasting posts, and those who have fewer jobs for foreigners take some away.

    usual_openness: (regions,) to foreigners when the model began.
    """
    p, keys = year.parameters.record, keys_of_year(year.number)
    _lasting_posts_abroad(people, year.number, keys, year.world.by_region("host_tenure"), p)
    openness = year.world.by_region("openness")
    if (openness < usual_openness).any():
        cut = key(0, Draw.POST_EXPOSED), key(year.number, Draw.POST_CUT)
        lost = _lasting_posts_cut(people, year.number, cut, openness, usual_openness, p)
        year.chronicle.note(year.number, Event.CONTRACT_ENDED, people, lost, "region", Stage.PERMANENT)


@over_people
def _lasting_posts_abroad(people: Attributes, year: int, keys: Record, host_tenure: Floats, p: Record) -> None:
    """A host offers a lasting post; renewals are offers of the market."""
    n = len(people.stage)
    bound = np.empty(n, np.bool_)
    for i in range(n):
        away = (people.region[i] != HOME) & (people.mode[i] != Mode.NONE) & (not people.post_kept[i])
        bound[i] = away & (people.stage[i] == Stage.POSTDOC) & (people.contract_end[i] > 0)
    for row in where(bound):
        who = U64(row)
        word, quality = people.draw_key[who], people.talent[who] / p.sd_quality
        tenure = host_tenure[people.region[who]]
        chance = chance_of_lasting_post_abroad(tenure, quality, p.host_quality, p.host_quality_limit)
        away, draw = year - people.away_since[who], one_uniform(word, keys.LASTING_POST_ABROAD)
        if gets_lasting_post_abroad(away, p.lasting_post_wait, draw, chance):
            people.stage[who] = Stage.PERMANENT
            people.contract_end[who] = 0
            people.programme[who] = -1
            people.start_year[who] = year


@over_people
def _lasting_posts_cut(
    people: Attributes, year: int, keys: tuple[np.uint64, np.uint64], openness: Floats, usual: Floats, p: Record
) -> Rows:
    """Rows of foreigners who lose a lasting post in a region that has fewer jobs for them: their contract is over."""
    n = len(people.stage)
    lasting = np.empty(n, np.bool_)
    for i in range(n):
        abroad = (people.region[i] != HOME) & (people.region[i] != people.origin[i]) & (not people.post_kept[i])
        lasting[i] = abroad & (people.stage[i] == Stage.PERMANENT)
    rows = where(lasting)
    lost = np.empty(len(rows), np.bool_)
    for k in range(len(rows)):
        who = U64(rows[k])
        word, region = people.draw_key[who], people.region[who]
        exposed, draw = one_uniform(word, keys[0]), one_uniform(word, keys[1])
        lost[k] = loses_lasting_post_abroad(exposed, openness[region], usual[region], draw, p.post_cut_years)
        if lost[k]:
            people.stage[who] = Stage.POSTDOC
            people.contract_end[who] = year - 1
            people.start_year[who] = year
    return rows[lost]
