"""Moves happen: what each choice does to the person who made it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine import arrays
from sim.engine.arithmetic import U64
from sim.engine.compiler import AHEAD, compiled, fetch
from sim.engine.draws import Draw, key
from sim.engine.hashing import one_uniform
from sim.engine.layout import record
from sim.instruments.leave import COVER
from sim.instruments.programmes import GUARANTEE, MONTHS, YEARS
from sim.market.offers import Choice
from sim.market.search import SeekerColumns, over_seekers
from sim.population.columns import Attributes, over_people
from sim.process import benefits, ties
from sim.process.ageing import come_home, contract_years, count_families, leave, lose_post, terms_of_contracts
from sim.rules.benefits import benefit_group
from sim.rules.contracts import contract_years as years_of_contract
from sim.rules.contracts import waits_for_end_of_award
from sim.rules.membership import has_overseas_experience
from sim.rules.stays import (
    is_promised_post,
    keeps_post,
    months_of_visit,
    stage_of_return_post,
    visit_lasts_a_year,
    years_of_award,
    years_with_host,
)
from sim.rules.stays import last_year as last_year_of
from sim.vocabulary import HOME, LEADING, RANKS, Event, Mode, Permit, Stage
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from sim.engine.compiler import Booleans, Bytes, Floats, Rows, Shorts, Whole
    from sim.engine.layout import Record
    from sim.market.institutions import Programme
    from sim.market.search import Seekers
    from sim.population.columns import Columns
    from sim.year import Year

F32 = np.float32
_FELLOWSHIP = int(Mode.FELLOWSHIP)
_STAY = np.uint8(Choice.STAY)  # as narrow as the column
_DOCTORAL, _POSTDOC, _PERMANENT = int(Stage.DOCTORAL), int(Stage.POSTDOC), int(Stage.PERMANENT)
_FIRST_RANK, _RANKS = int(RANKS[0]), len(RANKS)


def carry_out(people: Columns, seekers: Seekers, programmes: list[Programme], year: Year) -> None:
    """Apply everybody's choice. Candidates who came to nothing vanish when the next year begins."""
    rows, region, target = seekers.row, seekers.place, seekers.target
    chose = _by_kind(seekers)
    leave(people, rows[chose(Choice.LEAVE)], Event.LEFT, year)
    _into_industry(people, rows[chose(Choice.INDUSTRY)], year)
    found_job, lapsed = rows[chose(Choice.OWN_COUNTRY)], rows[chose(Choice.LAPSED)]
    year.tally.gone_home = _out_of_the_model(people, found_job)
    _to_own_country(people, found_job, Stage.POSTDOC, year)
    _to_own_country(people, lapsed, Stage.INDUSTRY, year)
    host = chose(Choice.HOST)
    _to_host(people, rows[host], region[host], year)
    _renewed_abroad(people, rows[chose(Choice.RENEWAL)], year)
    _into_industry_abroad(people, rows[chose(Choice.INDUSTRY_ABROAD)], year)
    visiting = chose(Choice.VISIT)
    _on_visit(people, rows[visiting], region[visiting], year)
    _back_without_offer(people, rows[chose(Choice.RETURN)], year)
    winners = chose(Choice.AWARD)
    of_programme = target[winners]
    taken = np.bincount(of_programme, minlength=len(programmes)).tolist()
    for programme in programmes:
        if not taken[programme.number]:
            continue
        won = winners[arrays.where(of_programme == programme.number)]
        year.chronicle.note(year.number, Event.AWARDED, people, rows[won], region[won], Mode.FELLOWSHIP)
        if programme.record.kind.leads_abroad:
            _on_fellowship(people, rows[won], region[won], programme, year)
        else:
            _by_award_here(people, rows[won], programme, year)
    hired = chose(Choice.POST)
    _into_post(people, rows[hired], target[hired], year)
    if benefits.terms(year) is not None:
        settled = np.concatenate([chose(choice) for choice in (Choice.INDUSTRY, Choice.RETURN, Choice.POST)])
        benefits.grant(people, rows[settled], _groups(seekers, settled), year)


@over_seekers
def _groups(seekers: SeekerColumns, who: Rows) -> Bytes:
    """The benefit group of each of some seekers, by where and what they were when they looked, (n,)."""
    group = np.empty(len(who), np.uint8)
    for j in range(len(who)):
        k = U64(who[j])
        junior = (seekers.stage[k] == Stage.POSTDOC) | (seekers.stage[k] == Stage.UNPLACED)
        group[j] = benefit_group(seekers.origin[k] == HOME, seekers.region[k] != HOME, junior)
    return group


def _by_kind(seekers: Seekers) -> Callable[[Choice], NDArray[np.intp]]:
    """The seekers of each choice but `STAY`, by one sort for all of them."""
    order, found = _sorted(seekers, len(Choice))
    ends = found.tolist()
    return lambda choice: order[ends[choice - 1] : ends[choice]]


@over_seekers
def _sorted(seekers: SeekerColumns, kinds: int) -> tuple[Rows, NDArray[np.int64]]:
    """Seekers by the kind of their choice, those who stay left out, and where each kind ends among them, (kinds,)."""
    ends, changes = np.zeros(kinds, np.int64), arrays.where(seekers.kind != _STAY)
    for one in changes:
        ends[seekers.kind[U64(one)]] += 1
    ends, order = ends.cumsum(), np.empty(len(changes), np.intp)
    free = np.append(np.zeros(1, np.int64), ends)  # of each kind, one on
    for one in changes:
        kind = seekers.kind[U64(one)]
        order[free[kind]] = one
        free[kind] += 1
    return order, ends


def _into_industry(people: Columns, rows: NDArray[np.intp], year: Year) -> None:
    if not len(rows):
        return
    abroad = rows[arrays.where(people.region[rows] != HOME)]
    origin = people.origin[abroad]
    foreign = origin[arrays.where(origin != HOME)]
    year.tally.arrivals[Stage.INDUSTRY] += np.bincount(foreign, minlength=len(year.world.regions))
    come_home(people, abroad, year)
    _begin(people, rows, int(Stage.INDUSTRY), np.zeros(len(rows), np.int16), year.number, year.world.no_tier)
    year.chronicle.note(year.number, Event.HIRED, people, rows, HOME, Stage.INDUSTRY)


def _out_of_the_model(people: Columns, rows: NDArray[np.intp]) -> NDArray[np.int64]:
    """Identities of foreigners at home but not formed here, who are lost from sight when they go home."""
    identity: NDArray[np.int64] = people.identity[_lost(people, rows)]
    return identity


def _to_own_country(people: Columns, rows: NDArray[np.intp], stage: Stage, year: Year) -> None:
    """Foreigners go home, in research or outside: those formed here stay in sight, others leave the model.

    Candidates were never in.
    """
    if not len(rows):
        return
    stay, gone = _going_home(people, rows, year.tally.foreign_departures)
    moving = np.concatenate([stay, gone])
    year.chronicle.note(year.number, Event.DEPARTED, people, moving, "origin", Mode.TRANSFER)
    ties.move(people, stay, people.origin[stay], year)
    _at_home_again(people, stay, int(stage), year.number, year.world.no_tier)
    year.tally.count("left", len(gone))
    people.stage[gone] = Stage.LEFT


def _depart(people: Columns, rows: NDArray[np.intp], region: NDArray[np.uint8], mode: Mode, year: Year) -> None:
    """Leave for a year or more."""
    if not len(rows):
        return
    ties.move(people, rows, region, year)
    _go(people, rows, region, int(mode), year.number, year.tally.departures[mode], year.tally.foreign_departures)
    count_families(people, rows, year)
    year.chronicle.note(year.number, Event.DEPARTED, people, rows, region, mode)


def _to_host(people: Columns, rows: NDArray[np.intp], region: NDArray[np.uint8], year: Year) -> None:
    if not len(rows):
        return
    at_home = people.region[rows] == HOME
    leaving, moving = arrays.where(at_home), arrays.where(~at_home)
    _depart(people, rows[leaving], region[leaving], Mode.TRANSFER, year)
    _move_on(people, rows[moving], region[moving], year)
    last = _with_host(contract_years(people.draw_key[rows], year), year.number)
    _begin(people, rows, int(Stage.POSTDOC), last, year.number, year.world.no_tier)


def _move_on(people: Columns, rows: NDArray[np.intp], region: NDArray[np.uint8], year: Year) -> None:
    """From one host abroad to another, in the same region or elsewhere; the time abroad goes on."""
    if not len(rows):
        return
    elsewhere = arrays.where(people.region[rows] != region)
    ties.move(people, rows[elsewhere], region[elsewhere], year)
    year.tally.count("moved_on", len(elsewhere))
    people.region[rows], people.mode[rows] = region, Mode.TRANSFER
    people.moves[rows[elsewhere]] += np.uint8(1)
    year.chronicle.note(year.number, Event.HIRED, people, rows, region, Stage.POSTDOC)


def _renewed_abroad(people: Columns, rows: NDArray[np.intp], year: Year) -> None:
    """Another contract with the same host."""
    if not len(rows):
        return
    people.contract_end[rows] = np.int16(year.number - 1) + contract_years(people.draw_key[rows], year)
    people.mode[rows], people.programme[rows] = Mode.TRANSFER, -1
    year.chronicle.note(year.number, Event.RENEWED, people, rows, "region", Stage.POSTDOC)


def _into_industry_abroad(people: Columns, rows: NDArray[np.intp], year: Year) -> None:
    """A job outside academia in the region where the person lives."""
    if not len(rows):
        return
    _begin(people, rows, int(Stage.INDUSTRY), np.zeros(len(rows), np.int16), year.number, year.world.no_tier)
    people.mode[rows], people.guaranteed[rows] = Mode.TRANSFER, False
    year.tally.count("industry_abroad", len(rows))
    year.chronicle.note(year.number, Event.HIRED, people, rows, "region", Stage.INDUSTRY)


def _on_visit(people: Columns, rows: NDArray[np.intp], region: NDArray[np.uint8], year: Year) -> None:
    """Most visits last some months; those of a year or more are a departure, with the post kept."""
    if year.levers.moves(COVER):
        year.tally.count("covered_visit", int(np.count_nonzero(year.array(COVER)[people.stage[rows]])))
    keys = key(year.number, Draw.VISIT_LONG), key(year.number, Draw.VISIT_MONTHS)
    long, short, months = _visits(people, rows, *keys, F32(year.parameters.visit_long))
    away_for_months(people, rows[short], region[short], months, year)
    gone = rows[long]
    _depart(people, gone, region[long], Mode.VISIT, year)
    people.post_kept[gone] = True
    people.away_until[gone] = year.number
    student = (people.stage[gone] == Stage.DOCTORAL) & (people.origin[gone] == HOME)
    year.tally.count("student_long_stays", int(student.sum()))


def away_for_months(
    people: Columns, rows: NDArray[np.intp], region: NDArray[np.uint8], months: NDArray[np.float32], year: Year
) -> None:
    """Some months abroad with the post or the study kept; region, months: (n,)."""
    if not len(rows):
        return
    ties.visit(people, rows, region, months / F32(12), year)
    away = _visitors(people, rows, region, months, year.tally.visits)
    year.tally.visitors = np.concatenate([year.tally.visitors, away], axis=1)
    year.chronicle.note(year.number, Event.VISITED, people, rows, region, Mode.VISIT)


def _on_fellowship(
    people: Columns, rows: NDArray[np.intp], region: NDArray[np.uint8], programme: Programme, year: Year
) -> None:
    """A fellow keeps the post, where the programme allows it and the post is there that long; others give it up."""
    if programme.record.kind is ProgrammeKind.STAY_ABROAD:
        months = np.full(len(rows), 12 * programme.lever(year, MONTHS), F32)
        year.tally.count(f"stays.{programme.record.name}", len(rows))
        away_for_months(people, rows, region, months, year)
        if programme.record.ties or programme.record.language:
            ties.give(people, rows, region, programme.record.ties, programme.record.language, year)
        return
    if not len(rows):
        return
    last = last_year_of(year.number, years_of_award(programme.lever(year, YEARS)))
    _depart(people, rows, region, Mode.FELLOWSHIP, year)
    award = record(
        programme=programme.number,
        kept=programme.record.post_kept,
        guarantee=programme.lever(year, GUARANTEE),
        no_tier=year.world.no_tier,
    )
    _take_award(people, rows, award, last, year.number, key(year.number, Draw.RETURN_POST))


def _by_award_here(people: Columns, rows: NDArray[np.intp], programme: Programme, year: Year) -> None:
    """From abroad into the position that a programme pays: foreigners arrive, people of home origin return."""
    if not len(rows):
        return
    native = people.origin[rows] == HOME
    back, comers = rows[arrays.where(native)], rows[arrays.where(~native)]
    if len(back):
        year.chronicle.note(year.number, Event.RETURNED, people, back, HOME, programme.rank)
        come_home(people, back, year)
    _arrive(people, comers, year, programme.rank)
    last = last_year_of(year.number, years_of_award(programme.lever(year, YEARS)))
    award = record(programme=programme.number, tier=programme.tier, stage=programme.rank)
    _take_award_here(people, rows, award, last, year.number, year.tally.arrivals[programme.rank])
    benefits.grant_award(people, rows, programme.record, int(last), year)


def _arrive(people: Columns, rows: NDArray[np.intp], year: Year, stage: Stage = Stage.POSTDOC) -> None:
    """Foreigners come in; their time here begins. stage: that the chronicle names."""
    if not len(rows):
        return
    ties.move(people, rows, people.origin[rows], year)
    _come(people, rows, year.number)
    count_families(people, rows, year)
    year.chronicle.note(year.number, Event.ARRIVED, people, rows, HOME, stage)


def _back_without_offer(people: Columns, rows: NDArray[np.intp], year: Year) -> None:
    """The stay is over and nothing better came: home without a post, or into the guaranteed one."""
    if not len(rows):
        return
    sure = rows[arrays.where(people.guaranteed[rows])]
    year.chronicle.note(year.number, Event.RETURNED, people, rows, HOME, Stage.UNPLACED)
    come_home(people, rows, year)
    lose_post(people, rows, year.number, year.world.no_tier)
    year.tally.count("return_posts", len(sure))
    last = last_year_of(year.number, int(year.parameters.return_post_years))
    _into_return_post(people, sure, key(0, Draw.RETURN_POST_TRACK), F32(year.parameters.return_post_track), last)


@over_people
def _begin(people: Attributes, rows: Rows, stage: int, last: Shorts, year: int, no_tier: int) -> None:
    """A position without an employer of the model begins; last: of its contract, (n,), 0 for an open-ended one.

    no_tier: the code for it.
    """
    for k in range(len(rows)):
        i = U64(rows[k])
        people.stage[i], people.tier[i], people.contract_end[i] = stage, no_tier, last[k]
        people.start_year[i], people.funded[i], people.programme[i] = year, False, -1


@compiled
def _with_host(drawn: Shorts, year: int) -> Shorts:
    """Last year of a first contract abroad, (n,), by the length that was drawn."""
    last = np.empty(len(drawn), np.int16)
    for k in range(len(drawn)):
        last[k] = last_year_of(year, years_with_host(drawn[k]))
    return last


@over_people
def _visits(
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
def _visitors(
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
def _into_return_post(people: Attributes, rows: Rows, key: np.uint64, share: np.float32, last: Whole) -> None:
    """A programme pays a post at a research university to a last year."""
    for k in range(len(rows)):
        i = U64(rows[k])
        people.stage[i] = stage_of_return_post(one_uniform(people.draw_key[i], key), share)
        people.tier[i], people.funded[i], people.contract_end[i] = LEADING, True, last


@over_people
def _lost(people: Attributes, rows: Rows) -> Rows:
    """Those of rows who are at home and were not formed here."""
    out = np.empty(len(rows), np.bool_)
    for k in range(len(rows)):
        i = U64(rows[k])
        formed_here = (people.degree_year[i] > 0) & (people.degree_region[i] == HOME)
        out[k] = (not formed_here) & (people.region[i] == HOME)
    lost: Rows = rows[arrays.where(out)]
    return lost


@over_people
def _going_home(people: Attributes, rows: Rows, departures: NDArray[np.int64]) -> tuple[Rows, Rows]:
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
def _at_home_again(people: Attributes, rows: Rows, stage: int, year: int, no_tier: int) -> None:
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
def _go(
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
def _take_award(people: Attributes, rows: Rows, award: Record, last: Whole, year: int, key: np.uint64) -> None:
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
def _take_award_here(
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
def _come(people: Attributes, rows: Rows, year: int) -> None:
    """A time at home begins for people from elsewhere."""
    for k in range(len(rows)):
        i = U64(rows[k])
        people.region[i], people.candidate[i], people.start_year[i] = HOME, False, year
        people.away_since[i], people.mode[i] = 0, Mode.NONE
        people.permit[i], people.permit_since[i], people.here_since[i] = Permit.RESEARCHER, year, year
        people.moves[i] += np.uint8(1)


def _into_post(people: Columns, rows: NDArray[np.intp], cells: NDArray[np.int16], year: Year) -> None:
    """Hired at home, from anywhere; a fellow in the last year of an award takes the post up when the award is over."""
    tally, of_tier = year.tally, len(year.world.fields) * len(RANKS)
    waits, returns, comes, stage = _hired_from(
        people, rows, cells, year.number, tally.hires, tally.returnee_hires, tally.arrivals
    )
    back = rows[returns]
    year.chronicle.note(year.number, Event.RETURNED, people, back, HOME, stage[returns])
    come_home(people, back, year)
    _arrive(people, rows[comes], year)
    spread, fixed = terms_of_contracts(year)
    _take_up(people, rows, cells, of_tier, waits, year.number, spread, fixed, key(year.number, Draw.CONTRACT_YEARS))
    year.chronicle.note(year.number, Event.HIRED, people, rows, HOME, "stage")


@over_people
def _hired_from(
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
def _take_up(
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
