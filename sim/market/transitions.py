"""Moves happen: what each choice does to the person who made it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine import arrays
from sim.engine.arithmetic import U64
from sim.engine.draws import Draw, key
from sim.engine.layout import record
from sim.instruments.leave import COVER
from sim.instruments.programmes import GUARANTEE, MONTHS, YEARS
from sim.market import moves
from sim.market.offers import Choice
from sim.market.search import SeekerColumns, over_seekers
from sim.process import benefits, ties
from sim.process.contracts import contract_years, lose_post, terms_of_contracts
from sim.process.exits import leave
from sim.process.stays import come_home, count_families
from sim.rules.benefits import benefit_group
from sim.rules.stays import last_year as last_year_of
from sim.rules.stays import years_of_award
from sim.vocabulary import HOME, RANKS, Event, Mode, Stage
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from sim.engine.compiler import Bytes, Rows
    from sim.market.institutions import Programme
    from sim.market.search import Seekers
    from sim.population.columns import Columns
    from sim.year import Year

F32 = np.float32
_STAY = np.uint8(Choice.STAY)  # as narrow as the column


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
    foreign = abroad[arrays.where(people.origin[abroad] != HOME)]
    year.tally.arrivals[Stage.INDUSTRY] += np.bincount(people.origin[foreign], minlength=len(year.world.regions))
    come_home(people, abroad, year)
    moves.work_here(people, foreign, year.number)
    moves.begin(people, rows, int(Stage.INDUSTRY), np.zeros(len(rows), np.int16), year.number, year.world.no_tier)
    year.chronicle.note(year.number, Event.HIRED, people, rows, HOME, Stage.INDUSTRY)


def _out_of_the_model(people: Columns, rows: NDArray[np.intp]) -> NDArray[np.int64]:
    """Identities of foreigners at home but not formed here, who are lost from sight when they go home."""
    identity: NDArray[np.int64] = people.identity[moves.lost(people, rows)]
    return identity


def _to_own_country(people: Columns, rows: NDArray[np.intp], stage: Stage, year: Year) -> None:
    """Foreigners go home, in research or outside: those formed here stay in sight, others leave the model.

    Candidates were never in.
    """
    if not len(rows):
        return
    stay, gone = moves.going_home(people, rows, year.tally.foreign_departures)
    moving = np.concatenate([stay, gone])
    year.chronicle.note(year.number, Event.DEPARTED, people, moving, "origin", Mode.TRANSFER)
    ties.move(people, stay, people.origin[stay], year)
    moves.at_home_again(people, stay, int(stage), year.number, year.world.no_tier)
    year.tally.count("left", len(gone))
    people.stage[gone] = Stage.LEFT


def _depart(people: Columns, rows: NDArray[np.intp], region: NDArray[np.uint8], mode: Mode, year: Year) -> None:
    """Leave for a year or more."""
    if not len(rows):
        return
    ties.move(people, rows, region, year)
    moves.go(people, rows, region, int(mode), year.number, year.tally.departures[mode], year.tally.foreign_departures)
    count_families(people, rows, year)
    year.chronicle.note(year.number, Event.DEPARTED, people, rows, region, mode)


def _to_host(people: Columns, rows: NDArray[np.intp], region: NDArray[np.uint8], year: Year) -> None:
    if not len(rows):
        return
    at_home = people.region[rows] == HOME
    leaving, moving = arrays.where(at_home), arrays.where(~at_home)
    _depart(people, rows[leaving], region[leaving], Mode.TRANSFER, year)
    _move_on(people, rows[moving], region[moving], year)
    last = moves.with_host(contract_years(people.draw_key[rows], year), year.number)
    moves.begin(people, rows, int(Stage.POSTDOC), last, year.number, year.world.no_tier)


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
    moves.begin(people, rows, int(Stage.INDUSTRY), np.zeros(len(rows), np.int16), year.number, year.world.no_tier)
    people.mode[rows], people.guaranteed[rows] = Mode.TRANSFER, False
    year.tally.count("industry_abroad", len(rows))
    year.chronicle.note(year.number, Event.HIRED, people, rows, "region", Stage.INDUSTRY)


def _on_visit(people: Columns, rows: NDArray[np.intp], region: NDArray[np.uint8], year: Year) -> None:
    """Most visits last some months; those of a year or more are a departure, with the post kept."""
    if year.levers.moves(COVER):
        year.tally.count("covered_visit", int(np.count_nonzero(year.array(COVER)[people.stage[rows]])))
    keys = key(year.number, Draw.VISIT_LONG), key(year.number, Draw.VISIT_MONTHS)
    long, short, months = moves.visits(people, rows, *keys, F32(year.parameters.visit_long))
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
    away = moves.visitors(people, rows, region, months, year.tally.visits)
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
    moves.take_award(people, rows, award, last, year.number, key(year.number, Draw.RETURN_POST))


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
    moves.take_award_here(people, rows, award, last, year.number, year.tally.arrivals[programme.rank])
    benefits.grant_award(people, rows, programme.record, int(last), year)


def _arrive(people: Columns, rows: NDArray[np.intp], year: Year, stage: Stage = Stage.POSTDOC) -> None:
    """Foreigners come in; their time here begins. stage: that the chronicle names."""
    if not len(rows):
        return
    ties.move(people, rows, people.origin[rows], year)
    moves.come(people, rows, year.number)
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
    moves.into_return_post(people, sure, key(0, Draw.RETURN_POST_TRACK), F32(year.parameters.return_post_track), last)


def _into_post(people: Columns, rows: NDArray[np.intp], cells: NDArray[np.int16], year: Year) -> None:
    """Hired at home, from anywhere; a fellow in the last year of an award takes the post up when the award is over."""
    tally, of_tier = year.tally, len(year.world.fields) * len(RANKS)
    waits, returns, comes, stage = moves.hired_from(
        people, rows, cells, year.number, tally.hires, tally.returnee_hires, tally.arrivals
    )
    back = rows[returns]
    year.chronicle.note(year.number, Event.RETURNED, people, back, HOME, stage[returns])
    come_home(people, back, year)
    _arrive(people, rows[comes], year)
    spread, fixed = terms_of_contracts(year)
    moves.take_up(
        people, rows, cells, of_tier, waits, year.number, spread, fixed, key(year.number, Draw.CONTRACT_YEARS)
    )
    year.chronicle.note(year.number, Event.HIRED, people, rows, HOME, "stage")
