"""Moves happen: what each choice does to the person who made it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim import kernels, scene, ties
from sim.ageing import come_home, contract_years, last_year, leave, lose_post
from sim.awards import return_posts
from sim.draws import Decision, uniform
from sim.posts import CELLS, parts
from sim.vocabulary import HOME, Event, Mode, Stage, Tier

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from sim.columns import Columns
    from sim.institutions import Programme
    from sim.now import Now
    from sim.scene import Choices
    from sim.search import Seekers

F32 = np.float32
_LONG, _MONTHS = 1, 2  # alternatives of the draw


def carry_out(people: Columns, seekers: Seekers, choices: Choices, programmes: list[Programme], now: Now) -> None:
    """Apply everybody's choice. Candidates who came to nothing vanish when the next year begins."""
    rows, code, region = seekers.rows, choices.code, choices.region
    chose = _by_choice(code)
    leave(people, rows[chose(scene.LEAVE)], Event.LEFT, now)
    _into_industry(people, rows[chose(scene.INDUSTRY)], now)
    found_job, lapsed = rows[chose(scene.OWN_COUNTRY)], rows[chose(scene.LAPSED)]
    now.flows.gone_home = _out_of_the_model(people, found_job)
    _to_own_country(people, found_job, Stage.POSTDOC, now)
    _to_own_country(people, lapsed, Stage.INDUSTRY, now)
    host = chose(scene.HOST)
    _to_host(people, rows[host], region[host], now)
    visiting = chose(scene.VISIT)
    _on_visit(people, rows[visiting], region[visiting], now)
    _back_without_offer(people, rows[chose(scene.RETURN)], now)
    for programme in programmes:
        won = chose(scene.PROGRAMME + programme.number)
        now.chronicle.note(now.year, Event.AWARDED, people, rows[won], region[won], Mode.FELLOWSHIP)
        if programme.record.direction == "out":
            _on_fellowship(people, rows[won], region[won], programme, now)
        else:
            _by_inbound_fellowship(people, rows[won], programme, now)
    hired = kernels.where(code >= scene.POST)
    _into_post(people, rows[hired], code[hired].astype(np.int64) - scene.POST, now)


def _by_choice(code: NDArray[np.uint8]) -> Callable[[int], NDArray[np.intp]]:
    """Places in `code` of each choice but `STAY`, by one sort for all of them."""
    changes = kernels.where(code != scene.STAY)
    code = code[changes]
    order = changes[np.argsort(code, kind="stable")]  # NumPy sorts bytes by counting, in one pass
    ends = np.cumsum(np.bincount(code, minlength=scene.POST + CELLS))
    return lambda choice: order[ends[choice - 1] : ends[choice]]


def _into_industry(people: Columns, rows: NDArray[np.intp], now: Now) -> None:
    abroad = rows[kernels.where(people.region[rows] != HOME)]
    origin = people.origin[abroad]
    foreign = origin[kernels.where(origin != HOME)]
    now.flows.arrivals[Stage.INDUSTRY] += np.bincount(foreign, minlength=len(now.world.regions))
    come_home(people, abroad, now)
    people.stage[rows] = Stage.INDUSTRY
    people.tier[rows] = Tier.NONE
    people.contract_end[rows] = 0
    people.start_year[rows] = now.year
    people.funded[rows] = False
    people.programme[rows] = -1
    now.chronicle.note(now.year, Event.HIRED, people, rows, HOME, Stage.INDUSTRY)


def _out_of_the_model(people: Columns, rows: NDArray[np.intp]) -> NDArray[np.int64]:
    """Identities of foreigners at home but not formed here, who are lost from sight when they go home."""
    formed_here = (people.degree_year[rows] > 0) & (people.degree_region[rows] == HOME)
    lost = kernels.where(~formed_here & (people.region[rows] == HOME))
    identity: NDArray[np.int64] = people.identity[rows[lost]]
    return identity


def _to_own_country(people: Columns, rows: NDArray[np.intp], stage: Stage, now: Now) -> None:
    """Foreigners go home, in research or outside: those formed here stay in sight, others leave the model.

    Candidates were never in.
    """
    rows = rows[kernels.where(~people.candidate[rows])]
    leaving = people.origin[rows[kernels.where(people.region[rows] == HOME)]]  # others come from a third region
    now.flows.foreign_departures += np.bincount(leaving, minlength=len(now.flows.foreign_departures))
    now.chronicle.note(now.year, Event.DEPARTED, people, rows, "origin", Mode.TRANSFER)
    people.stipend[rows] = False
    formed_here = (people.degree_year[rows] > 0) & (people.degree_region[rows] == HOME)
    stay, gone = rows[kernels.where(formed_here)], rows[kernels.where(~formed_here)]
    ties.move(people, stay, people.origin[stay], now)
    people.region[stay] = people.origin[stay]
    people.stage[stay] = stage
    people.tier[stay] = Tier.NONE
    people.contract_end[stay] = 0
    people.start_year[stay] = now.year
    people.away_since[stay] = now.year
    people.mode[stay] = Mode.NONE
    people.funded[stay] = False
    people.programme[stay] = -1
    people.moves[stay] += 1
    now.flows.count("left", len(gone))
    people.stage[gone] = Stage.LEFT


def _depart(people: Columns, rows: NDArray[np.intp], region: NDArray[np.uint8], mode: Mode, now: Now) -> None:
    """Leave for a year or more."""
    native, regions = people.origin[rows] == HOME, now.flows.departures.shape[1]
    now.flows.departures[mode] += np.bincount(region[kernels.where(native)], minlength=regions)
    now.flows.foreign_departures += np.bincount(region[kernels.where(~native)], minlength=regions)
    ties.move(people, rows, region, now)
    people.region[rows] = region
    people.mode[rows] = mode
    people.away_since[rows] = now.year
    people.moves[rows] += 1
    people.stipend[rows] = False
    now.chronicle.note(now.year, Event.DEPARTED, people, rows, region, mode)


def _to_host(people: Columns, rows: NDArray[np.intp], region: NDArray[np.uint8], now: Now) -> None:
    _depart(people, rows, region, Mode.TRANSFER, now)
    people.stage[rows] = Stage.POSTDOC
    people.tier[rows] = Tier.NONE
    people.funded[rows] = False
    people.programme[rows] = -1
    people.start_year[rows] = now.year
    people.contract_end[rows] = now.year + np.maximum(contract_years(people.luck[rows], now), 2) - 1


def _on_visit(people: Columns, rows: NDArray[np.intp], region: NDArray[np.uint8], now: Now) -> None:
    """Most visits last 2 to 11 months; `visit_long` of them a year or more, with the post kept."""
    luck = people.luck[rows]
    lasts = uniform(luck, now.year, Decision.VISIT, _LONG) < F32(now.parameters.visit_long)
    short, long = kernels.where(~lasts), kernels.where(lasts)
    _for_months(people, rows[short], region[short], uniform(luck[short], now.year, Decision.VISIT, _MONTHS), now)
    gone = rows[long]
    _depart(people, gone, region[long], Mode.VISIT, now)
    people.post_kept[gone] = True
    people.away_until[gone] = now.year
    student = (people.stage[gone] == Stage.DOCTORAL) & (people.origin[gone] == HOME)
    now.flows.count("student_long_stays", int(student.sum()))


def _for_months(
    people: Columns, rows: NDArray[np.intp], region: NDArray[np.uint8], u: NDArray[np.float32], now: Now
) -> None:
    months = F32(2) + F32(9) * u
    ties.visit(people, rows, region, months / F32(12), now)
    away = np.stack([people.identity[rows], region.astype(np.int64), np.rint(months).astype(np.int64)])
    now.flows.visitors = np.concatenate([now.flows.visitors, away], axis=1)
    student = (people.stage[rows] == Stage.DOCTORAL).astype(np.int64)
    shape = now.flows.visits.shape
    now.flows.visits += np.bincount(student * shape[1] + region, minlength=shape[0] * shape[1]).reshape(shape)
    now.chronicle.note(now.year, Event.VISITED, people, rows, region, Mode.VISIT)


def _on_fellowship(
    people: Columns, rows: NDArray[np.intp], region: NDArray[np.uint8], programme: Programme, now: Now
) -> None:
    """A fellow keeps a lasting post, or one whose term outlasts the stay, where the programme allows it; others give up
    the contract.
    """
    years = programme.lever(now, "years")
    if years < 1:
        now.flows.count(f"stays.{programme.record.name}", len(rows))
        _for_months(people, rows, region, np.full(len(rows), (12 * years - 2) / 9, F32), now)
        return
    stage = people.stage[rows]
    keeps = (stage == Stage.PERMANENT) | (stage == Stage.TENURE_TRACK) | (stage == Stage.DOCTORAL)
    last = now.year + max(round(years), 1) - 1
    keeps |= (stage == Stage.FIXED_TERM) & (people.contract_end[rows] > last)
    keeps &= programme.record.post_kept
    _depart(people, rows, region, Mode.FELLOWSHIP, now)
    people.programme[rows] = programme.number
    stays, goes = rows[kernels.where(keeps)], rows[kernels.where(~keeps)]
    people.post_kept[stays] = True
    people.away_until[stays] = last
    people.stage[goes] = Stage.POSTDOC
    people.tier[goes] = Tier.NONE
    people.funded[goes] = False
    people.start_year[goes] = now.year
    people.contract_end[goes] = last
    sure = uniform(people.luck[goes], now.year, Decision.AWARD, 100) < F32(programme.lever(now, "guarantee"))
    people.guaranteed[goes] = sure


def _by_inbound_fellowship(people: Columns, rows: NDArray[np.intp], programme: Programme, now: Now) -> None:
    _arrive(people, rows, now)
    people.stage[rows] = Stage.POSTDOC
    people.tier[rows] = Tier.RESEARCH_UNIVERSITY
    people.funded[rows] = True
    people.programme[rows] = programme.number
    people.contract_end[rows] = now.year + max(round(programme.lever(now, "years")), 1) - 1
    now.flows.arrivals[Stage.POSTDOC] += np.bincount(people.origin[rows], minlength=now.flows.arrivals.shape[1])


def _arrive(people: Columns, rows: NDArray[np.intp], now: Now) -> None:
    """Foreigners come in; their time here begins."""
    ties.move(people, rows, people.origin[rows], now)
    people.region[rows] = HOME
    people.candidate[rows] = False
    people.start_year[rows] = now.year
    people.away_since[rows] = 0
    people.mode[rows] = Mode.NONE
    people.moves[rows] += 1
    now.chronicle.note(now.year, Event.ARRIVED, people, rows, HOME, Stage.POSTDOC)


def _back_without_offer(people: Columns, rows: NDArray[np.intp], now: Now) -> None:
    """The stay is over and nothing better came: home without a post, or into the guaranteed one."""
    sure = rows[kernels.where(people.guaranteed[rows])]
    now.chronicle.note(now.year, Event.RETURNED, people, rows, HOME, Stage.UNPLACED)
    come_home(people, rows, now)
    lose_post(people, rows, now)
    people.stage[sure] = return_posts(people.luck[sure], now)
    people.tier[sure] = Tier.RESEARCH_UNIVERSITY
    people.funded[sure] = True
    people.contract_end[sure] = now.year + int(now.parameters.return_post_years) - 1
    now.flows.count("return_posts", len(sure))


def _into_post(people: Columns, rows: NDArray[np.intp], cells: NDArray[np.int64], now: Now) -> None:
    """Hired at home, from anywhere; a fellow in the last year of an award takes the post up when the award is over."""
    now.flows.hires += np.bincount(cells, minlength=CELLS)
    waits, returns, comes, seasoned = kernels.hired_from(
        rows,
        people.region,
        people.origin,
        people.mode,
        people.contract_end,
        people.years_abroad,
        now.year,
        int(Mode.FELLOWSHIP),
    )
    now.flows.returnee_hires += np.bincount(cells[seasoned], minlength=CELLS)
    back, comers = rows[returns], rows[comes]
    tier, _, stage = parts(cells)
    now.chronicle.note(now.year, Event.RETURNED, people, back, HOME, stage[returns])
    come_home(people, back, now)
    shape = now.flows.arrivals.shape
    flat = stage[comes].astype(np.intp) * shape[1] + people.origin[comers]
    now.flows.arrivals += np.bincount(flat, minlength=shape[0] * shape[1]).reshape(shape)
    _arrive(people, comers, now)
    kernels.take_up(
        rows,
        tier,
        stage,
        last_year(stage, kernels.look_up(people.luck, rows), now),
        waits,
        people.tier,
        people.stage,
        people.funded,
        people.guaranteed,
        people.programme,
        people.post_kept,
        people.away_until,
        people.start_year,
        people.contract_end,
        now.year,
    )
    now.chronicle.note(now.year, Event.HIRED, people, rows, HOME, "stage")
