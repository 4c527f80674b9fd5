"""A year passes: families change, doctorates finish, contracts run out, people retire, stays abroad end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim import kernels
from sim.engine import arrays
from sim.engine.compiler import full_width
from sim.engine.draws import Draw, key, uniform
from sim.engine.hashing import one_uniform
from sim.market.posts import CELLS, cell, filled
from sim.population.columns import Attributes, over_people
from sim.rules.families import finds_partner, has_first_child
from sim.vocabulary import HOME, Event, Mode, Stage, Tier

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.engine.layout import Record
    from sim.population.columns import Columns
    from sim.year import Year

F32 = np.float32
_EXIT_ABROAD_AGE = 67
_EXIT_INDUSTRY_AGE = 65
LEAST_STUDY = 3
"""Years of study before a doctorate of home."""
_LEAST_ABROAD = 5  # abroad it takes about two years longer


def age(people: Columns, posts: NDArray[np.int64], year: Year) -> None:
    """Let a year pass for everyone. `posts`: (CELLS,) posts of the year, which bound conversions of tenure tracks."""
    people.drop(arrays.where((people.stage == Stage.LEFT) | people.candidate))
    paid = arrays.where(people.programme >= 0)
    people.programme[paid[arrays.where((people.region[paid] == HOME) & ~people.funded[paid])]] = -1
    family = np.array([key(year.number, Draw.PARTNER), key(year.number, Draw.CHILD)])
    _families(people, year.number, family, year.parameters.record)
    _retire(people, year)
    _finish_doctorates(people, year)
    _end_stays(people, year)
    _end_contracts_at_home(people, posts, year)
    _end_contracts_abroad(people, year)


def leave(people: Columns, rows: NDArray[np.intp], event: Event, year: Year) -> None:
    """Take people out of research; they are dropped when the next year begins."""
    year.chronicle.note(year.number, event, people, rows, "region", "stage")
    year.tally.count("retired" if event is Event.RETIRED else "left", len(rows))
    people.stage[rows] = Stage.LEFT
    people.stipend[rows] = False


def lose_post(people: Columns, rows: NDArray[np.intp], year: Year) -> None:
    """Put people between posts."""
    people.stage[rows] = Stage.UNPLACED
    people.tier[rows] = Tier.NONE
    people.contract_end[rows] = 0
    people.start_year[rows] = year.number
    people.funded[rows] = False
    people.programme[rows] = -1


def come_home(people: Columns, rows: NDArray[np.intp], year: Year) -> None:
    """Bring people back home from a stay of a year or more, whatever they do there."""
    modes, regions = people.mode[rows], people.region[rows]
    shape = year.tally.returns.shape
    native = arrays.where(people.origin[rows] == HOME)
    flat = modes[native].astype(np.intp) * shape[1] + regions[native]
    year.tally.returns += np.bincount(flat, minlength=shape[0] * shape[1]).reshape(shape)
    fellows = modes == Mode.FELLOWSHIP
    year.tally.came_back += np.array([len(native), fellows[native].sum()])
    people.return_programme[rows] = np.where(fellows, people.programme[rows], np.int16(-1))
    people.returned_year[rows] = year.number
    people.region[rows] = HOME
    people.mode[rows] = Mode.NONE
    people.away_since[rows] = 0
    people.away_until[rows] = 0
    people.post_kept[rows] = False
    people.guaranteed[rows] = False
    people.programme[rows] = -1


@over_people
def _families(people: Attributes, year: int, keys: NDArray[np.uint64], p: Record) -> None:
    """Singles may find a partner; couples without a child may have the first one. keys: of both draws."""
    full_width()
    now, none = np.int16(year), np.int16(0)  # as narrow as the columns: wider ones would halve what a vector holds
    for i in range(len(people.draw_key)):  # without a branch, so that it is compiled to vector instructions
        age, couple, childless = np.int16(now - people.birth_year[i]), people.partner[i], people.child_born[i] == none
        draw = one_uniform(people.draw_key[i], keys[1] if couple else keys[0])
        partner = childless & (not couple) & finds_partner(age, draw, p.partner_rate)
        child = childless & couple & has_first_child(age, draw, p.child_rate)
        people.partner[i] = couple | partner
        people.child_born[i] = now if child else people.child_born[i]


def _retire(people: Columns, year: Year) -> None:
    p = year.parameters
    limit = np.array(
        [year.world.posts.value("retirement_age", tier=tier.label) for tier in Tier if tier is not Tier.NONE]
        + [_EXIT_INDUSTRY_AGE]
    )
    retiring, leaving = kernels.exits(
        people.region,
        people.tier,
        people.birth_year,
        people.draw_key,
        year.number,
        key(year.number, Draw.EXIT),
        limit,
        _EXIT_ABROAD_AGE,
        F32(p.attrition),
    )
    leave(people, retiring, Event.RETIRED, year)
    leave(people, leaving, Event.LEFT, year)


def _finish_doctorates(people: Columns, year: Year) -> None:
    """From the third year a doctorate ends with probability `completion`, of those who work beside it
    `completion_working`; some give up (`dropout`).
    """
    p = year.parameters
    new, gives_up = kernels.studies(
        arrays.where(people.stage == Stage.DOCTORAL),
        people.region,
        people.start_year,
        people.post_kept,
        people.working,
        people.draw_key,
        year.number,
        np.array([key(year.number, Draw.GRADUATION), key(year.number, Draw.DROPOUT)]),
        LEAST_STUDY,
        _LEAST_ABROAD,
        np.array([p.completion, p.completion_working], F32),
        F32(p.dropout),
    )
    leave(people, gives_up, Event.LEFT, year)
    year.chronicle.note(year.number, Event.GRADUATED, people, new, "region")
    at_home = people.region[new] == HOME
    native = people.origin[new] == HOME
    year.tally.graduates += np.array([(at_home & native).sum(), (at_home & ~native).sum()])
    people.degree_year[new] = year.number
    people.degree_region[new] = people.region[new]
    people.degree_tier[new] = arrays.either(
        at_home, people.tier[new], np.full(len(new), Tier.RESEARCH_UNIVERSITY, np.uint8)
    )
    people.stipend[new] = False
    working = people.working[new]
    back_to_job = new[arrays.where(working & at_home)]
    people.stage[back_to_job] = Stage.INDUSTRY
    people.tier[back_to_job] = Tier.NONE
    people.start_year[back_to_job] = year.number
    lose_post(people, new[arrays.where(at_home & ~working)], year)
    out = new[arrays.where(~at_home)]  # a first contract with the host is over at once: they look around
    people.stage[out] = Stage.POSTDOC
    people.start_year[out] = year.number
    people.contract_end[out] = year.number - 1


def _end_stays(people: Columns, year: Year) -> None:
    """Those who kept a post go back to it when the stay is over."""
    kept = arrays.where(people.post_kept)
    over = kept[arrays.where((people.away_until[kept] < year.number) & (people.stage[kept] != Stage.LEFT))]
    came = over[arrays.where(people.region[over] != HOME)]
    come_home(people, came, year)
    year.chronicle.note(year.number, Event.RETURNED, people, came, HOME, "stage")


def _end_contracts_at_home(people: Columns, posts: NDArray[np.int64], year: Year) -> None:
    """Renewal, conversion of a tenure track where a permanent post is free, or no post."""
    p = year.parameters
    ended = kernels.contracts_over(
        people.region, people.stage, people.contract_end, year.number, int(Stage.POSTDOC), int(Stage.TENURE_TRACK)
    )
    draw_key, stage = arrays.look_up(people.draw_key, ended), people.stage[ended]
    draw = uniform(draw_key, year.number, Draw.RENEWAL)
    held_for = year.number - people.start_year[ended]
    postdoc = stage == Stage.POSTDOC
    limit = arrays.one_of(postdoc, np.int16(p.postdoc_limit), np.int16(p.fixed_limit))
    chance = arrays.one_of(postdoc, F32(p.renew_postdoc), F32(p.renew_fixed))
    goes_on = (draw < chance) & (held_for < limit) & ~people.funded[ended] & (stage != Stage.TENURE_TRACK)
    tenure = uniform(draw_key, 0, Draw.TENURE) < F32(p.tenure_granted)  # settled once: who waits for a post keeps it
    granted = (stage == Stage.TENURE_TRACK) & tenure
    length = arrays.either(postdoc, contract_years(draw_key, year), np.full(len(draw_key), p.contract_fixed, np.int16))
    renewed = arrays.where(goes_on)
    rows = ended[renewed]
    people.contract_end[rows] = year.number + length[renewed] - 1
    year.chronicle.note(year.number, Event.RENEWED, people, rows, HOME, "stage")

    track = ended[arrays.where(granted)]
    free = np.maximum(posts - filled(people), 0)
    home_cell = cell(people.tier[track], people.field[track], int(Stage.PERMANENT))
    order = np.lexsort((people.draw_key[track], -people.output[track], home_cell))
    first = np.zeros(CELLS, np.int64)
    counts = np.bincount(home_cell, minlength=CELLS)
    first[1:] = np.cumsum(counts)[:-1]
    place = np.arange(len(track)) - first[home_cell[order]]
    gets = track[order[place < free[home_cell[order]]]]
    waits = track[order[place >= free[home_cell[order]]]]
    people.stage[gets] = Stage.PERMANENT
    people.funded[gets] = False
    people.contract_end[gets] = 0
    people.start_year[gets] = year.number
    people.contract_end[waits] = year.number
    year.tally.count("tenure_granted", len(gets))
    year.chronicle.note(year.number, Event.HIRED, people, gets, HOME, Stage.PERMANENT)

    over = ended[arrays.where(~goes_on & ~granted)]
    year.chronicle.note(year.number, Event.CONTRACT_ENDED, people, over, HOME, "stage")
    lose_post(people, over, year)


def _end_contracts_abroad(people: Columns, year: Year) -> None:
    """A host renews, offers a lasting post, or lets go; who is let go looks for something else this year."""
    p = year.parameters
    rows = kernels.contracts_abroad(
        people.region,
        people.stage,
        people.mode,
        people.contract_end,
        people.post_kept,
        int(Stage.POSTDOC),
        int(Mode.NONE),
    )
    draw_key = people.draw_key[rows]
    good = arrays.exponential(np.clip(people.talent[rows] / F32(p.sd_quality), -2, 2) * F32(p.host_quality))
    tenure = year.world.by_region("host_tenure")[people.region[rows]] * good
    settled = (uniform(draw_key, year.number, Draw.LASTING_POST_ABROAD) < tenure) & (
        year.number - people.away_since[rows] >= 2
    )
    lasting = rows[arrays.where(settled)]
    people.stage[lasting] = Stage.PERMANENT
    people.contract_end[lasting] = 0
    people.programme[lasting] = -1
    people.start_year[lasting] = year.number
    ended = rows[arrays.where(~settled & (people.contract_end[rows] < year.number))]
    chance = F32(p.host_renewal) * np.clip(
        arrays.exponential(people.talent[ended] / F32(p.sd_quality) * F32(p.host_quality)), 0.5, 1.5
    )
    again = ended[arrays.where(uniform(people.draw_key[ended], year.number, Draw.RENEWAL_ABROAD) < chance)]
    people.contract_end[again] = year.number + contract_years(people.draw_key[again], year) - 1
    people.mode[again] = Mode.TRANSFER
    people.programme[again] = -1


def contract_years(draw_key: NDArray[np.uint64], year: Year) -> NDArray[np.int16]:
    """Length of a postdoc contract: one to four years with the mean `contract_postdoc`."""
    mean = year.parameters.contract_postdoc
    u = uniform(draw_key, year.number, Draw.CONTRACT_YEARS)
    years: NDArray[np.int16] = np.floor(F32(2 * (mean - 0.5)) * u).astype(np.int16) + np.int16(1)
    return years


def last_year(stage: NDArray[np.uint8], draw_key: NDArray[np.uint64], year: Year) -> NDArray[np.int16]:
    """Last year of a contract that begins this year, by stage; 0 for an open-ended post."""
    fixed = np.full(len(stage), year.parameters.contract_fixed, np.int16)
    length = arrays.either(stage == Stage.POSTDOC, contract_years(draw_key, year), fixed)
    last: NDArray[np.int16] = (length + np.int16(year.number - 1)) * (stage != Stage.PERMANENT)
    return last
