"""What a move does to the people who make it: the columns that each kind of move changes, and what is counted.

Each loop goes over rows of people for whom one thing happened; `sim.market.transitions` says to whom, in which order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine import arrays
from sim.engine.arithmetic import U64
from sim.engine.compiler import AHEAD, compiled, fetch
from sim.engine.hashing import one_uniform
from sim.population.columns import Attributes, over_people
from sim.rules.contracts import contract_years as years_of_contract
from sim.rules.contracts import waits_for_end_of_award
from sim.rules.membership import has_overseas_experience
from sim.rules.stays import (
    is_promised_post,
    keeps_post,
    months_of_visit,
    stage_of_return_post,
    visit_lasts_a_year,
    years_with_host,
)
from sim.rules.stays import last_year as last_year_of
from sim.vocabulary import HOME, LEADING, RANKS, Mode, Permit, Stage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.engine.compiler import Booleans, Bytes, Floats, Rows, Shorts, Whole
    from sim.engine.layout import Record

_FELLOWSHIP = int(Mode.FELLOWSHIP)
_DOCTORAL, _POSTDOC, _PERMANENT = int(Stage.DOCTORAL), int(Stage.POSTDOC), int(Stage.PERMANENT)
_FIRST_RANK, _RANKS = int(RANKS[0]), len(RANKS)


@over_people
def begin(people: Attributes, rows: Rows, stage: int, last: Shorts, year: int, no_tier: int) -> None:
    """A position without an employer of the model begins; last: of its contract, (n,), 0 for an open-ended one.

    no_tier: the code for it.
    """
    for k in range(len(rows)):
        i = U64(rows[k])
        people.stage[i], people.tier[i], people.contract_end[i] = stage, no_tier, last[k]
        people.start_year[i], people.funded[i], people.programme[i] = year, False, -1


@compiled
def with_host(drawn: Shorts, year: int) -> Shorts:
    """Last year of a first contract abroad, (n,), by the length that was drawn."""
    last = np.empty(len(drawn), np.int16)
    for k in range(len(drawn)):
        last[k] = last_year_of(year, years_with_host(drawn[k]))
    return last


@over_people
def visits(
    people: Attributes, rows: Rows, key: np.uint64, key_of_months: np.uint64, share: np.float32
) -> tuple[Rows, Rows, Floats]:
    """Places in rows of visits of a year or more, and of the others with their months."""
    lasts, months = np.empty(len(rows), np.bool_), np.empty(len(rows), np.float32)
    for k in range(len(rows)):
        word = people.draw_key[U64(rows[k])]
        lasts[k] = visit_lasts_a_year(one_uniform(word, key), share)
        months[k] = months_of_visit(one_uniform(word, key_of_months))
    short = arrays.where(~lasts)
    return arrays.where(lasts), short, months[short]


@over_people
def visitors(
    people: Attributes, rows: Rows, region: Bytes, months: Floats, visits: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Identity, region and months of each in rows, (3, n). They are added to visits, (2, regions): students last."""
    away = np.empty((3, len(rows)), np.int64)
    for k in range(len(rows)):
        i = U64(rows[k])
        away[0, k], away[1, k], away[2, k] = people.identity[i], region[k], np.int64(np.rint(months[k]))
        visits[np.uint8(people.stage[i] == _DOCTORAL), region[k]] += 1
    return away


@over_people
def into_return_post(people: Attributes, rows: Rows, key: np.uint64, share: np.float32, last: Whole) -> None:
    """A programme pays a post at a research university to a last year."""
    for k in range(len(rows)):
        i = U64(rows[k])
        people.stage[i] = stage_of_return_post(one_uniform(people.draw_key[i], key), share)
        people.tier[i], people.funded[i], people.contract_end[i] = LEADING, True, last


@over_people
def lost(people: Attributes, rows: Rows) -> Rows:
    """Those of rows who are at home and were not formed here."""
    out = np.empty(len(rows), np.bool_)
    for k in range(len(rows)):
        i = U64(rows[k])
        formed_here = (people.degree_year[i] > 0) & (people.degree_region[i] == HOME)
        out[k] = (not formed_here) & (people.region[i] == HOME)
    lost: Rows = rows[arrays.where(out)]
    return lost


@over_people
def going_home(people: Attributes, rows: Rows, departures: NDArray[np.int64]) -> tuple[Rows, Rows]:
    """Those of rows, candidates apart, who stay in sight, and the others; who leaves home is counted by origin."""
    stays, goes = np.empty(len(rows), np.bool_), np.empty(len(rows), np.bool_)
    for k in range(len(rows)):
        i = U64(rows[k])
        formed_here = (people.degree_year[i] > 0) & (people.degree_region[i] == HOME)
        known = not people.candidate[i]
        stays[k], goes[k] = known & formed_here, known & (not formed_here)
        if known:
            people.stipend[i] = 0
            departures[people.origin[i]] += people.region[i] == HOME  # others come from a third region
    return rows[arrays.where(stays)], rows[arrays.where(goes)]


@over_people
def at_home_again(people: Attributes, rows: Rows, stage: int, year: int, no_tier: int) -> None:
    """Foreigners begin anew in their own country."""
    for k in range(len(rows)):
        i = U64(rows[k])
        people.region[i], people.stage[i], people.tier[i] = people.origin[i], stage, no_tier
        people.contract_end[i], people.start_year[i], people.away_since[i] = 0, year, year
        people.mode[i], people.funded[i], people.programme[i] = Mode.NONE, False, -1
        people.moves[i] += np.uint8(1)
        people.benefit_until[i] = min(people.benefit_until[i], np.int16(year - 1))
        people.permit[i], people.permit_since[i], people.here_since[i] = Permit.NONE, 0, 0


@over_people
def go(
    people: Attributes,
    rows: Rows,
    region: Bytes,
    mode: int,
    year: int,
    departures: NDArray[np.int64],
    foreign_departures: NDArray[np.int64],
) -> None:
    """A time abroad begins in a region, (n,); departures, foreign_departures: (regions,), counted."""
    for k in range(len(rows)):
        i = U64(rows[k])
        if people.origin[i] == HOME:
            departures[region[k]] += 1
        else:
            foreign_departures[region[k]] += 1
        people.region[i], people.mode[i], people.away_since[i] = region[k], mode, year
        people.moves[i] += np.uint8(1)
        people.stipend[i] = 0
        people.benefit_until[i] = min(people.benefit_until[i], np.int16(year - 1))
        people.permit[i], people.permit_since[i], people.here_since[i] = Permit.NONE, 0, 0


@over_people
def take_award(people: Attributes, rows: Rows, award: Record, last: Whole, year: int, key: np.uint64) -> None:
    """Fellows abroad keep a post to which they come back after the last year, or begin on the award alone."""
    for k in range(len(rows)):
        i = U64(rows[k])
        people.programme[i] = np.int16(award.programme)
        if (award.kept > 0) & keeps_post(people.stage[i], people.contract_end[i], last):
            people.post_kept[i], people.away_until[i] = True, last
        else:
            people.stage[i], people.tier[i], people.funded[i] = Stage.POSTDOC, np.uint8(award.no_tier), False
            people.start_year[i], people.contract_end[i] = year, last
            people.guaranteed[i] = is_promised_post(one_uniform(people.draw_key[i], key), award.guarantee)


@over_people
def take_award_here(
    people: Attributes, rows: Rows, award: Record, last: Whole, year: int, arrivals: NDArray[np.int64]
) -> None:
    """People from abroad begin in the position that a programme pays to a last year, which of a permanent post is that
    of the programme's pay; arrivals: (regions,), foreigners counted by origin.
    """
    for k in range(len(rows)):
        i = U64(rows[k])
        people.stage[i], people.tier[i], people.funded[i] = np.uint8(award.stage), np.uint8(award.tier), True
        people.programme[i], people.contract_end[i], people.start_year[i] = np.int16(award.programme), last, year
        arrivals[people.origin[i]] += people.origin[i] != HOME


@over_people
def work_here(people: Attributes, rows: Rows, year: int) -> None:
    """Foreigners begin to live at home on a permit for work."""
    for row in rows:
        i = U64(row)
        people.permit[i], people.permit_since[i], people.here_since[i] = Permit.RESEARCHER, year, year


@over_people
def come(people: Attributes, rows: Rows, year: int) -> None:
    """A time at home begins for people from elsewhere."""
    for k in range(len(rows)):
        i = U64(rows[k])
        people.region[i], people.candidate[i], people.start_year[i] = HOME, False, year
        people.away_since[i], people.mode[i] = 0, Mode.NONE
        people.permit[i], people.permit_since[i], people.here_since[i] = Permit.RESEARCHER, year, year
        people.moves[i] += np.uint8(1)


@over_people
def hired_from(
    people: Attributes,
    rows: Rows,
    cells: Shorts,
    year: int,
    hires: NDArray[np.int64],
    returnee_hires: NDArray[np.int64],
    arrivals: NDArray[np.int64],
) -> tuple[Booleans, Rows, Rows, Bytes]:
    """Who of those hired waits for the end of an award abroad, (n,); the places of those who come back now, and of
    foreigners who come in; the stage of each post, (n,).

    They are added to hires and, where they are of home origin with a year or more abroad, to returnee_hires, (cells,);
    who comes in to arrivals, (stages, regions).
    """
    n = len(rows)
    waits, back = np.empty(n, np.bool_), np.empty(n, np.bool_)
    comes, stage = np.empty(n, np.bool_), np.empty(n, np.uint8)
    for k in range(n):
        i = U64(rows[k])
        away, native = people.region[i] != HOME, people.origin[i] == HOME
        waits[k] = away & native & waits_for_end_of_award(people.mode[i] == _FELLOWSHIP, people.contract_end[i], year)
        back[k], comes[k] = away & native & (not waits[k]), away & (not native)
        stage[k] = _FIRST_RANK + cells[k] % _RANKS
        hires[cells[k]] += 1
        returnee_hires[cells[k]] += native & has_overseas_experience(people.years_abroad[i])
        arrivals[stage[k], people.origin[i]] += comes[k]
    return waits, arrays.where(back), arrays.where(comes), stage


@over_people
def take_up(
    people: Attributes,
    rows: Rows,
    cells: Shorts,
    of_tier: int,
    waits: Booleans,
    year: int,
    spread: np.float32,
    fixed: int,
    key_of_years: np.uint64,
) -> None:
    """Those in rows hold the post of a cell, (n,); who waits for it is still away this year and keeps the award.

    of_tier: cells of a kind of employer. spread, fixed: see `terms_of_contracts`. key_of_years: of the draw of the
    length of a postdoc contract.
    """
    now = np.int16(year)
    for k in range(len(rows)):
        later = rows[min(k + AHEAD, len(rows) - 1)]
        fetch(people.away_until, later)
        fetch(people.start_year, later)
        fetch(people.contract_end, later)
        fetch(people.draw_key, later)
        i = U64(rows[k])
        stage = _FIRST_RANK + cells[k] % _RANKS
        years = years_of_contract(spread, one_uniform(people.draw_key[i], key_of_years)) if stage == _POSTDOC else fixed
        people.tier[i], people.stage[i] = cells[k] // of_tier, stage
        people.funded[i], people.guaranteed[i] = False, False
        people.start_year[i], people.contract_end[i] = now, 0 if stage == _PERMANENT else now - 1 + years
        people.programme[i] = people.programme[i] if waits[k] else np.int16(-1)
        people.post_kept[i] |= waits[k]
        people.away_until[i] = now if waits[k] else people.away_until[i]
