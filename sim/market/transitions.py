"""Moves happen: what each choice does to the person who made it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine import arrays
from sim.engine.arithmetic import U64
from sim.engine.compiler import AHEAD, fetch
from sim.engine.draws import Draw, uniform
from sim.instruments.programmes import GUARANTEE, MONTHS, YEARS
from sim.market.offers import Choice
from sim.population.cells import CELLS, parts
from sim.population.columns import Attributes, over_people
from sim.process import ties
from sim.process.ageing import come_home, contract_years, last_year, leave, lose_post
from sim.rules.contracts import waits_for_end_of_award
from sim.rules.membership import has_overseas_experience
from sim.vocabulary import HOME, Event, Mode, Stage, Tier
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from sim.engine.compiler import Booleans, Bytes, Rows, Shorts
    from sim.market.institutions import Programme
    from sim.market.search import Seekers
    from sim.population.columns import Columns
    from sim.year import Year

F32 = np.float32
_FELLOWSHIP = int(Mode.FELLOWSHIP)


def carry_out(people: Columns, seekers: Seekers, programmes: list[Programme], year: Year) -> None:
    """Apply everybody's choice. Candidates who came to nothing vanish when the next year begins."""
    rows, region, target = seekers.row, seekers.place, seekers.target
    chose = _by_kind(seekers.kind)
    leave(people, rows[chose(Choice.LEAVE)], Event.LEFT, year)
    _into_industry(people, rows[chose(Choice.INDUSTRY)], year)
    found_job, lapsed = rows[chose(Choice.OWN_COUNTRY)], rows[chose(Choice.LAPSED)]
    year.tally.gone_home = _out_of_the_model(people, found_job)
    _to_own_country(people, found_job, Stage.POSTDOC, year)
    _to_own_country(people, lapsed, Stage.INDUSTRY, year)
    host = chose(Choice.HOST)
    _to_host(people, rows[host], region[host], year)
    visiting = chose(Choice.VISIT)
    _on_visit(people, rows[visiting], region[visiting], year)
    _back_without_offer(people, rows[chose(Choice.RETURN)], year)
    winners = chose(Choice.AWARD)
    for programme in programmes:
        won = winners[arrays.where(target[winners] == programme.number)]
        year.chronicle.note(year.number, Event.AWARDED, people, rows[won], region[won], Mode.FELLOWSHIP)
        if programme.record.kind.leads_abroad:
            _on_fellowship(people, rows[won], region[won], programme, year)
        else:
            _by_inbound_fellowship(people, rows[won], programme, year)
    hired = chose(Choice.POST)
    _into_post(people, rows[hired], target[hired].astype(np.int64), year)


def _by_kind(kind: NDArray[np.uint8]) -> Callable[[Choice], NDArray[np.intp]]:
    """Places in `kind` of each choice but `STAY`, by one sort for all of them."""
    changes = arrays.where(kind != Choice.STAY)
    kind = kind[changes]
    order = changes[np.argsort(kind, kind="stable")]  # NumPy sorts bytes by counting, in one pass
    ends = np.cumsum(np.bincount(kind, minlength=len(Choice)))
    return lambda choice: order[ends[choice - 1] : ends[choice]]


def return_posts(draw_key: NDArray[np.uint64], year: Year) -> NDArray[np.uint8]:
    """Stage of the return post that each is guaranteed, (n,): tenure track for a share of them, else fixed-term."""
    track = uniform(draw_key, 0, Draw.RETURN_POST_TRACK) < F32(year.parameters.return_post_track)
    return np.where(track, np.uint8(Stage.TENURE_TRACK), np.uint8(Stage.FIXED_TERM))


def _into_industry(people: Columns, rows: NDArray[np.intp], year: Year) -> None:
    if not len(rows):
        return
    abroad = rows[arrays.where(people.region[rows] != HOME)]
    origin = people.origin[abroad]
    foreign = origin[arrays.where(origin != HOME)]
    year.tally.arrivals[Stage.INDUSTRY] += np.bincount(foreign, minlength=len(year.world.regions))
    come_home(people, abroad, year)
    people.stage[rows] = Stage.INDUSTRY
    people.tier[rows] = Tier.NONE
    people.contract_end[rows] = 0
    people.start_year[rows] = year.number
    people.funded[rows] = False
    people.programme[rows] = -1
    year.chronicle.note(year.number, Event.HIRED, people, rows, HOME, Stage.INDUSTRY)


def _out_of_the_model(people: Columns, rows: NDArray[np.intp]) -> NDArray[np.int64]:
    """Identities of foreigners at home but not formed here, who are lost from sight when they go home."""
    formed_here = (people.degree_year[rows] > 0) & (people.degree_region[rows] == HOME)
    lost = arrays.where(~formed_here & (people.region[rows] == HOME))
    identity: NDArray[np.int64] = people.identity[rows[lost]]
    return identity


def _to_own_country(people: Columns, rows: NDArray[np.intp], stage: Stage, year: Year) -> None:
    """Foreigners go home, in research or outside: those formed here stay in sight, others leave the model.

    Candidates were never in.
    """
    rows = rows[arrays.where(~people.candidate[rows])]
    leaving = people.origin[rows[arrays.where(people.region[rows] == HOME)]]  # others come from a third region
    year.tally.foreign_departures += np.bincount(leaving, minlength=len(year.tally.foreign_departures))
    year.chronicle.note(year.number, Event.DEPARTED, people, rows, "origin", Mode.TRANSFER)
    people.stipend[rows] = False
    formed_here = (people.degree_year[rows] > 0) & (people.degree_region[rows] == HOME)
    stay, gone = rows[arrays.where(formed_here)], rows[arrays.where(~formed_here)]
    ties.move(people, stay, people.origin[stay], year)
    people.region[stay] = people.origin[stay]
    people.stage[stay] = stage
    people.tier[stay] = Tier.NONE
    people.contract_end[stay] = 0
    people.start_year[stay] = year.number
    people.away_since[stay] = year.number
    people.mode[stay] = Mode.NONE
    people.funded[stay] = False
    people.programme[stay] = -1
    people.moves[stay] += 1
    year.tally.count("left", len(gone))
    people.stage[gone] = Stage.LEFT


def _depart(people: Columns, rows: NDArray[np.intp], region: NDArray[np.uint8], mode: Mode, year: Year) -> None:
    """Leave for a year or more."""
    if not len(rows):
        return
    native, regions = people.origin[rows] == HOME, year.tally.departures.shape[1]
    year.tally.departures[mode] += np.bincount(region[arrays.where(native)], minlength=regions)
    year.tally.foreign_departures += np.bincount(region[arrays.where(~native)], minlength=regions)
    ties.move(people, rows, region, year)
    people.region[rows] = region
    people.mode[rows] = mode
    people.away_since[rows] = year.number
    people.moves[rows] += 1
    people.stipend[rows] = False
    year.chronicle.note(year.number, Event.DEPARTED, people, rows, region, mode)


def _to_host(people: Columns, rows: NDArray[np.intp], region: NDArray[np.uint8], year: Year) -> None:
    if not len(rows):
        return
    _depart(people, rows, region, Mode.TRANSFER, year)
    people.stage[rows] = Stage.POSTDOC
    people.tier[rows] = Tier.NONE
    people.funded[rows] = False
    people.programme[rows] = -1
    people.start_year[rows] = year.number
    people.contract_end[rows] = year.number + np.maximum(contract_years(people.draw_key[rows], year), 2) - 1


def _on_visit(people: Columns, rows: NDArray[np.intp], region: NDArray[np.uint8], year: Year) -> None:
    """Most visits last 2 to 11 months; `visit_long` of them a year or more, with the post kept."""
    draw_key = people.draw_key[rows]
    lasts = uniform(draw_key, year.number, Draw.VISIT_LONG) < F32(year.parameters.visit_long)
    short, long = arrays.where(~lasts), arrays.where(lasts)
    _for_months(people, rows[short], region[short], uniform(draw_key[short], year.number, Draw.VISIT_MONTHS), year)
    gone = rows[long]
    _depart(people, gone, region[long], Mode.VISIT, year)
    people.post_kept[gone] = True
    people.away_until[gone] = year.number
    student = (people.stage[gone] == Stage.DOCTORAL) & (people.origin[gone] == HOME)
    year.tally.count("student_long_stays", int(student.sum()))


def _for_months(
    people: Columns, rows: NDArray[np.intp], region: NDArray[np.uint8], u: NDArray[np.float32], year: Year
) -> None:
    if not len(rows):
        return
    months = F32(2) + F32(9) * u
    ties.visit(people, rows, region, months / F32(12), year)
    away = np.stack([people.identity[rows], region.astype(np.int64), np.rint(months).astype(np.int64)])
    year.tally.visitors = np.concatenate([year.tally.visitors, away], axis=1)
    student = (people.stage[rows] == Stage.DOCTORAL).astype(np.int64)
    shape = year.tally.visits.shape
    year.tally.visits += np.bincount(student * shape[1] + region, minlength=shape[0] * shape[1]).reshape(shape)
    year.chronicle.note(year.number, Event.VISITED, people, rows, region, Mode.VISIT)


def _on_fellowship(
    people: Columns, rows: NDArray[np.intp], region: NDArray[np.uint8], programme: Programme, year: Year
) -> None:
    """A fellow keeps a lasting post, or one whose term outlasts the stay, where the programme allows it; others give up
    the contract.
    """
    if programme.record.kind is ProgrammeKind.STAY_ABROAD:
        years = programme.lever(year, MONTHS)
        year.tally.count(f"stays.{programme.record.name}", len(rows))
        _for_months(people, rows, region, np.full(len(rows), (12 * years - 2) / 9, F32), year)
        return
    years = programme.lever(year, YEARS)
    stage = people.stage[rows]
    keeps = (stage == Stage.PERMANENT) | (stage == Stage.TENURE_TRACK) | (stage == Stage.DOCTORAL)
    last = year.number + max(round(years), 1) - 1
    keeps |= (stage == Stage.FIXED_TERM) & (people.contract_end[rows] > last)
    keeps &= programme.record.post_kept
    _depart(people, rows, region, Mode.FELLOWSHIP, year)
    people.programme[rows] = programme.number
    stays, goes = rows[arrays.where(keeps)], rows[arrays.where(~keeps)]
    people.post_kept[stays] = True
    people.away_until[stays] = last
    people.stage[goes] = Stage.POSTDOC
    people.tier[goes] = Tier.NONE
    people.funded[goes] = False
    people.start_year[goes] = year.number
    people.contract_end[goes] = last
    sure = uniform(people.draw_key[goes], year.number, Draw.RETURN_POST) < F32(programme.lever(year, GUARANTEE))
    people.guaranteed[goes] = sure


def _by_inbound_fellowship(people: Columns, rows: NDArray[np.intp], programme: Programme, year: Year) -> None:
    if not len(rows):
        return
    _arrive(people, rows, year)
    people.stage[rows] = Stage.POSTDOC
    people.tier[rows] = Tier.RESEARCH_UNIVERSITY
    people.funded[rows] = True
    people.programme[rows] = programme.number
    people.contract_end[rows] = year.number + max(round(programme.lever(year, YEARS)), 1) - 1
    year.tally.arrivals[Stage.POSTDOC] += np.bincount(people.origin[rows], minlength=year.tally.arrivals.shape[1])


def _arrive(people: Columns, rows: NDArray[np.intp], year: Year) -> None:
    """Foreigners come in; their time here begins."""
    if not len(rows):
        return
    ties.move(people, rows, people.origin[rows], year)
    people.region[rows] = HOME
    people.candidate[rows] = False
    people.start_year[rows] = year.number
    people.away_since[rows] = 0
    people.mode[rows] = Mode.NONE
    people.moves[rows] += 1
    year.chronicle.note(year.number, Event.ARRIVED, people, rows, HOME, Stage.POSTDOC)


def _back_without_offer(people: Columns, rows: NDArray[np.intp], year: Year) -> None:
    """The stay is over and nothing better came: home without a post, or into the guaranteed one."""
    sure = rows[arrays.where(people.guaranteed[rows])]
    year.chronicle.note(year.number, Event.RETURNED, people, rows, HOME, Stage.UNPLACED)
    come_home(people, rows, year)
    lose_post(people, rows, year.number)
    people.stage[sure] = return_posts(people.draw_key[sure], year)
    people.tier[sure] = Tier.RESEARCH_UNIVERSITY
    people.funded[sure] = True
    people.contract_end[sure] = year.number + int(year.parameters.return_post_years) - 1
    year.tally.count("return_posts", len(sure))


def _into_post(people: Columns, rows: NDArray[np.intp], cells: NDArray[np.int64], year: Year) -> None:
    """Hired at home, from anywhere; a fellow in the last year of an award takes the post up when the award is over."""
    year.tally.hires += np.bincount(cells, minlength=CELLS)
    waits, returns, comes, experienced = _hired_from(people, rows, year.number)
    year.tally.returnee_hires += np.bincount(cells[experienced], minlength=CELLS)
    back, comers = rows[returns], rows[comes]
    tier, _, stage = parts(cells)
    year.chronicle.note(year.number, Event.RETURNED, people, back, HOME, stage[returns])
    come_home(people, back, year)
    shape = year.tally.arrivals.shape
    flat = stage[comes].astype(np.intp) * shape[1] + people.origin[comers]
    year.tally.arrivals += np.bincount(flat, minlength=shape[0] * shape[1]).reshape(shape)
    _arrive(people, comers, year)
    last = last_year(stage, arrays.look_up(people.draw_key, rows), year)
    _take_up(people, rows, tier, stage, last, waits, year.number)
    year.chronicle.note(year.number, Event.HIRED, people, rows, HOME, "stage")


@over_people
def _hired_from(people: Attributes, rows: Rows, year: int) -> tuple[Booleans, Rows, Rows, Rows]:
    """Who of those hired waits for the end of an award abroad, (n,), and the places of those who come back now, of
    foreigners who come in, and of people from home with a year or more abroad.
    """
    n = len(rows)
    waits, back = np.empty(n, np.bool_), np.empty(n, np.bool_)
    comes, experienced = np.empty(n, np.bool_), np.empty(n, np.bool_)
    for k in range(n):
        i = U64(rows[k])
        away, native = people.region[i] != HOME, people.origin[i] == HOME
        waits[k] = away & native & waits_for_end_of_award(people.mode[i] == _FELLOWSHIP, people.contract_end[i], year)
        back[k], comes[k] = away & native & (not waits[k]), away & (not native)
        experienced[k] = native & has_overseas_experience(people.years_abroad[i])
    return waits, arrays.where(back), arrays.where(comes), arrays.where(experienced)


@over_people
def _take_up(
    people: Attributes, rows: Rows, to_tier: Bytes, to_stage: Bytes, last: Shorts, waits: Booleans, year: int
) -> None:
    """Those in rows hold a post of a tier and stage to a last year, (n,); who waits for it is still away this year and
    keeps the award.
    """
    now = np.int16(year)
    for k in range(len(rows)):
        later = rows[min(k + AHEAD, len(rows) - 1)]
        fetch(people.away_until, later)
        fetch(people.start_year, later)
        fetch(people.contract_end, later)
        i = U64(rows[k])
        people.tier[i], people.stage[i], people.funded[i], people.guaranteed[i] = to_tier[k], to_stage[k], False, False
        people.start_year[i], people.contract_end[i] = now, last[k]
        people.programme[i] = people.programme[i] if waits[k] else np.int16(-1)
        people.post_kept[i] |= waits[k]
        people.away_until[i] = now if waits[k] else people.away_until[i]
