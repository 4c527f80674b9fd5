"""A year passes: families change, doctorates finish, contracts run out, people retire, stays abroad end.

What happens to a person is the rules' (`sim.rules`); here it is said to whom, in which order, and what is counted.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from sim.engine.arithmetic import U64
from sim.engine.arrays import HOME, where
from sim.engine.compiler import Floats, Rows, Shorts, Words, compiled, full_width
from sim.engine.draws import Draw, key
from sim.engine.hashing import one_uniform
from sim.engine.layout import record
from sim.instruments.family import SUPPORT
from sim.instruments.programmes import stipend_premium
from sim.market.posts import filled
from sim.population.cells import Cells
from sim.population.columns import Attributes, over_people
from sim.process import benefits, permits
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
from sim.rules.families import finds_partner, has_first_child, has_school_child
from sim.rules.retirement import leaves_research, retires
from sim.rules.studies import finishes_doctorate, gives_up_doctorate, share_with_stipend
from sim.vocabulary import LEADING, RANKS, Event, Mode, Stage
from sim.world.derived import derived
from sim.year import kept_by_levers

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
    keys, p = _keys(year.number), year.parameters.record
    retiring, leaving = _grow_older(people, year.number, keys, _oldest(year.world, year.parameters), p)
    leave(people, retiring, Event.RETIRED, year)
    leave(people, leaving, Event.LEFT, year)
    _finish_doctorates(people, year)
    _end_stays(people, year)
    _end_contracts_at_home(people, posts, year)
    host_tenure = year.world.by_region("host_tenure")
    _lasting_posts_abroad(people, year.number, keys, host_tenure, p)
    openness = year.world.by_region("openness")
    if (openness < usual_openness).any():
        cut = key(0, Draw.POST_EXPOSED), key(year.number, Draw.POST_CUT)
        lost = _lasting_posts_cut(people, year.number, cut, openness, usual_openness, p)
        year.chronicle.note(year.number, Event.CONTRACT_ENDED, people, lost, "region", Stage.PERMANENT)
    permits.renew(people, year)


def leave(people: Columns, rows: NDArray[np.intp], event: Event, year: Year) -> None:
    """Take people out of research; they are dropped when the next year begins."""
    year.chronicle.note(year.number, event, people, rows, "region", "stage")
    year.tally.count("retired" if event is Event.RETIRED else "left", len(rows))
    _leave(people, rows)


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


def come_home(people: Columns, rows: NDArray[np.intp], year: Year) -> None:
    """Bring people back home from a stay of a year or more, whatever they do there."""
    year.tally.came_back += _come_home(people, rows, year.number, year.tally.returns)
    count_families(people, rows, year)


def count_families(people: Columns, rows: NDArray[np.intp], year: Year) -> None:
    """Count who of those in rows, who move in or out for a year or more, has a family that support helps."""
    if len(rows) and year.lever(SUPPORT) > 0:
        year.tally.count("supported_family_move", _families(people, rows, year.number))


@over_people
def _families(people: Attributes, rows: Rows, year: int) -> int:
    """How many of those in rows have a partner or a child at school."""
    found = 0
    for row in rows:
        i = U64(row)
        found += people.partner[i] | has_school_child(people.child_born[i], year)
    return found


def contract_years(draw_key: NDArray[np.uint64], year: Year) -> NDArray[np.int16]:
    """Length of the postdoc contract of each, (n,): one to four years with the mean `contract_postdoc`."""
    return _contract_years(draw_key, key(year.number, Draw.CONTRACT_YEARS), terms_of_contracts(year)[0])


def terms_of_contracts(year: Year) -> tuple[np.float32, int]:
    """Years over which the lengths of postdoc contracts spread, and years of the others that are not open-ended."""
    p = year.parameters
    return np.float32(spread_of_contracts(p.contract_postdoc)), int(p.contract_fixed)


# ---------------------------------------------------------------------- what is the same for everybody


_KEYS = ("PARTNER", "CHILD", "EXIT", "GRADUATION", "DROPOUT", "RENEWAL", "LASTING_POST_ABROAD")
_PARTNER, _CHILD, _EXIT, _GRADUATION, _DROPOUT, _RENEWAL, _LASTING = range(len(_KEYS))
_CONTRACT_YEARS, _TENURE = len(_KEYS), len(_KEYS) + 1


@cache
def _keys(year: int) -> NDArray[np.uint64]:
    """The keys of the draws of a year, in the order above; that of tenure is the same in every year of a life."""
    names = (*_KEYS, "CONTRACT_YEARS")
    return np.array([*(key(year, Draw[name]) for name in names), key(0, Draw.TENURE)])


@derived
def _contracts(_: World, p: Parameters) -> Record:
    """What contracts depend on beside the parameters as they are."""
    return record(
        spread=spread_of_contracts(p.contract_postdoc),
        fixed=int(p.contract_fixed),
        postdoc_limit=int(p.postdoc_limit),
        fixed_limit=int(p.fixed_limit),
    )


@derived
def _oldest(world: World, p: Parameters) -> NDArray[np.int16]:
    """Last age in research at home by kind of employer, the last for those without one, and then abroad."""
    at_home = world.posts.along("tier", world.tiers, "retirement_age")
    return np.array([int(x) for x in (*at_home, p.retirement_age_outside, p.retirement_age_abroad)], np.int16)


# ---------------------------------------------------------------------- a year passes


@over_people
def _out_of_the_model(people: Attributes) -> Rows:
    """Rows of those who left research and of candidates from abroad who were not hired."""
    gone = np.empty(len(people.stage), np.bool_)
    for i in range(len(people.stage)):
        gone[i] = (people.stage[i] == Stage.LEFT) | people.candidate[i]
    return where(gone)


@over_people
def _grow_older(people: Attributes, year: int, keys: Words, oldest: Shorts, p: Record) -> tuple[Rows, Rows]:
    """Awards that ended at home are forgotten, families change; rows of those who retire and of others who leave.

    oldest: last age at home by kind of employer, and abroad.
    """
    full_width()
    n, now, none, no_award = len(people.stage), np.int16(year), np.int16(0), np.int16(-1)
    for i in range(n):  # loops without a branch, so that they are compiled to vector instructions
        ended = (people.region[i] == HOME) & (not people.funded[i])
        people.programme[i] = no_award if ended else people.programme[i]
    # as narrow as the columns: wider numbers would halve what a vector holds
    limit, first, last = np.int16(p.partner_age_limit), np.int16(p.child_age_first), np.int16(p.child_age_last)
    for i in range(n):
        age, couple, childless = np.int16(now - people.birth_year[i]), people.partner[i], people.child_born[i] == none
        draw = one_uniform(people.draw_key[i], keys[_CHILD] if couple else keys[_PARTNER])
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
        leaving[i] = (not retiring[i]) & leaves_research(one_uniform(people.draw_key[i], keys[_EXIT]), p.attrition)
    return where(retiring), where(leaving)


@over_people
def _leave(people: Attributes, rows: Rows) -> None:
    for row in rows:
        i = U64(row)
        people.stage[i] = Stage.LEFT
        people.stipend[i] = 0


def _finish_doctorates(people: Columns, year: Year) -> None:
    """Doctorates end: graduates at home go back to a job or look for a post, those abroad look around at the host."""
    new, gives_up = _studies(people, year.number, _keys(year.number), _held(year), year.parameters.record)
    leave(people, gives_up, Event.LEFT, year)
    year.chronicle.note(year.number, Event.GRADUATED, people, new, "region")
    no_tier = year.world.no_tier
    looking = _graduate(people, new, year.number, no_tier, year.tally.graduates)
    lose_post(people, looking, year.number, no_tier)


@kept_by_levers
def _held(year: Year) -> Record:
    """Shares of doctoral students on a stipend who finish, and who give up."""
    p, premium = year.parameters, np.float32(stipend_premium(year))
    return record(
        completion=share_with_stipend(np.float32(p.completion), np.float32(p.stipend_completion), premium),
        dropout=share_with_stipend(np.float32(p.dropout), np.float32(p.stipend_dropout), premium),
    )


@over_people
def _studies(people: Attributes, year: int, keys: Words, held: Record, p: Record) -> tuple[Rows, Rows]:
    """Rows of doctoral students who finish, and of others who give up. held: the shares of those on a stipend."""
    n = len(people.stage)
    student = np.empty(n, np.bool_)
    for i in range(n):
        student[i] = people.stage[i] == Stage.DOCTORAL
    rows = where(student)
    finished, gives_up = np.empty(len(rows), np.bool_), np.empty(len(rows), np.bool_)
    for k in range(len(rows)):
        who = U64(rows[k])
        least = p.least_study if people.region[who] == HOME else p.least_study_abroad
        completion = p.completion_working if people.working[who] else p.completion
        completion = held.completion if people.stipend[who] else completion
        dropout = held.dropout if people.stipend[who] else p.dropout
        studied, word = year - people.start_year[who], people.draw_key[who]
        draw = one_uniform(word, keys[_GRADUATION])
        finished[k] = finishes_doctorate(studied, least, people.post_kept[who], draw, completion)
        gives_up[k] = gives_up_doctorate(finished[k], one_uniform(word, keys[_DROPOUT]), dropout)
    return rows[where(finished)], rows[where(gives_up)]


@over_people
def _graduate(people: Attributes, rows: Rows, year: int, no_tier: int, graduates: NDArray[np.int64]) -> Rows:
    """Doctorates are taken; those of home are added to graduates, (home origin, foreign). Returns the rows of those who
    look for a post at home.
    """
    looking, found = np.empty(len(rows), np.intp), 0
    for row in rows:
        i = U64(row)
        people.degree_year[i] = year
        people.degree_region[i] = people.region[i]
        people.stipend[i] = 0
        if people.region[i] != HOME:  # a first contract with the host is over at once: they look around
            people.degree_tier[i] = LEADING
            people.stage[i] = Stage.POSTDOC
            people.start_year[i] = year
            people.contract_end[i] = year - 1
            continue
        people.degree_tier[i] = people.tier[i]
        graduates[0 if people.origin[i] == HOME else 1] += 1
        if people.working[i]:
            people.stage[i] = Stage.INDUSTRY
            people.tier[i] = no_tier
            people.start_year[i] = year
        else:
            looking[found] = row
            found += 1
    return looking[:found]


def _end_stays(people: Columns, year: Year) -> None:
    """Those who kept a post go back to it when the stay is over."""
    back = _stays_over(people, year.number)
    come_home(people, back, year)
    if benefits.terms(year) is not None:
        benefits.grant(people, back, benefits.of_returnees(people, back), year)
    year.chronicle.note(year.number, Event.RETURNED, people, back, HOME, "stage")


@over_people
def _stays_over(people: Attributes, year: int) -> Rows:
    over, now = np.empty(len(people.stage), np.bool_), np.int16(year)
    for i in range(len(people.stage)):
        away = people.post_kept[i] & (people.region[i] != HOME) & (people.stage[i] != Stage.LEFT)
        over[i] = away & (people.away_until[i] < now)
    return where(over)


@over_people
def _come_home(people: Attributes, rows: Rows, year: int, returns: NDArray[np.int64]) -> NDArray[np.int64]:
    """Adds to returns, (modes, regions); returns the people of home origin who came back, in all and from a fellowship,
    (2,).
    """
    came = np.zeros(2, np.int64)
    for row in rows:
        i = U64(row)
        fellow = people.mode[i] == Mode.FELLOWSHIP
        if people.origin[i] == HOME:
            returns[people.mode[i], people.region[i]] += 1
            came[0] += 1
            came[1] += fellow
        people.return_programme[i] = people.programme[i] if fellow else -1
        people.returned_year[i] = year
        people.region[i] = HOME
        people.away_since[i] = 0
        people.away_until[i] = 0
        people.post_kept[i] = False
        people.guaranteed[i] = False
        keeps = (people.mode[i] == Mode.VISIT) & people.funded[i] & (people.stage[i] >= Stage.FIXED_TERM)
        people.programme[i] = people.programme[i] if keeps else np.int16(-1)
        people.mode[i] = Mode.NONE
    return came


def _end_contracts_at_home(people: Columns, posts: NDArray[np.int64], year: Year) -> None:
    """Renewal, conversion of a tenure track where a permanent post is free, or no post."""
    keys, p = _keys(year.number), year.parameters
    renewed, granted, over = _contracts_at_home(people, year.number, keys, _contracts(year.world, p), p.record)
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
    people: Attributes, year: int, keys: Words, contracts: Record, p: Record
) -> tuple[Rows, Rows, Rows]:
    """Of those at home whose contract has run out, rows of the renewed, of those whom the tenure track gives a
    permanent post where one is free, and of the others.
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
            if is_granted_tenure(one_uniform(word, keys[_TENURE]), p.tenure_granted):
                became[k] = _GRANTED
            continue
        postdoc, held = people.stage[who] == Stage.POSTDOC, year - people.start_year[who]
        chance, limit = p.renew_fixed, contracts.fixed_limit
        if postdoc:
            chance, limit = p.renew_postdoc, contracts.postdoc_limit
        if is_renewed(held, limit, people.funded[who], one_uniform(word, keys[_RENEWAL]), chance):
            became[k] = _RENEWED
            drawn = years_of_contract(contracts.spread, one_uniform(word, keys[_CONTRACT_YEARS]))
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
            people.funded[i] = False
            people.contract_end[i] = 0
            people.start_year[i] = year
            taken[found] = row
            found += 1
        else:
            people.contract_end[i] = year
    return taken[:found]


@over_people
def _lasting_posts_abroad(people: Attributes, year: int, keys: Words, host_tenure: Floats, p: Record) -> None:
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
        away, draw = year - people.away_since[who], one_uniform(word, keys[_LASTING])
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


@compiled
def _contract_years(draw_key: Words, key: np.uint64, spread: np.float32) -> Shorts:
    length = np.empty(len(draw_key), np.int16)
    for k in range(len(draw_key)):
        length[k] = years_of_contract(spread, one_uniform(draw_key[k], key))
    return length
