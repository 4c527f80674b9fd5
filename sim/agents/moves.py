"""Moves happen: what each choice does to the person who made it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.agents import benefits
from sim.agents.choice import Kind
from sim.engine.draws import Draw
from sim.instruments.leave import COVER
from sim.instruments.programmes import GUARANTEE, MONTHS, YEARS
from sim.rules import stays
from sim.rules.contracts import waits_for_end_of_award
from sim.rules.membership import has_overseas_experience
from sim.vocabulary import HOME, LEADING, Mode, Stage
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    from sim.agents.choice import Offer
    from sim.agents.institutions import Programme
    from sim.agents.researcher import Researcher
    from sim.agents.year import Cell


_BRINGS_BENEFIT = (Kind.INDUSTRY, Kind.RETURN, Kind.POST)


def carry_out(person: Researcher, chosen: Offer) -> None:
    """Do what was chosen; who takes up a position at home may be granted a benefit, by what the person was before."""
    group = benefits.group_of(person)
    _move(person, chosen)
    if chosen.kind in _BRINGS_BENEFIT:
        benefits.grant(person, group)


def _move(person: Researcher, chosen: Offer) -> None:
    """Do what was chosen; who stays, stays."""
    match chosen.kind:
        case Kind.LEAVE:
            person.leave("left")
        case Kind.INDUSTRY:
            into_industry(person)
        case Kind.OWN_COUNTRY | Kind.LAPSED:
            to_own_country(person, Stage.POSTDOC if chosen.kind is Kind.OWN_COUNTRY else Stage.INDUSTRY)
        case Kind.HOST | Kind.RENEWAL | Kind.INDUSTRY_ABROAD:
            to_work_abroad(person, chosen)
        case Kind.VISIT:
            on_visit(person, chosen.region)
        case Kind.RETURN:
            back_without_offer(person)
        case Kind.PROGRAMME if chosen.programme and chosen.region != HOME:
            on_fellowship(person, chosen.region, chosen.programme)
        case Kind.PROGRAMME if chosen.programme:
            by_award_here(person, chosen.programme)
        case Kind.POST if chosen.cell:
            into_post(person, chosen.cell)


def into_industry(person: Researcher) -> None:
    """A job at home outside academia."""
    if not person.here:
        if not person.native:
            person.year.count("arrivals", Stage.INDUSTRY, person.origin)
        person.come_home()
        if not person.native:
            person.work_here()
    person.stage, person.tier = Stage.INDUSTRY, person.year.no_tier
    person.contract_end, person.start_year, person.funded = 0, person.year.number, False
    person.programme = -1


def to_own_country(person: Researcher, stage: Stage) -> None:
    """Foreigners go home: those formed here stay in sight, others leave the model; candidates were never in."""
    if person.candidate:
        return
    if person.here:
        person.year.count("foreign_departures", person.origin)
    person.stipend = 0
    if not (person.degree_year and person.degree_region == HOME):
        person.year.count("left")
        person.stage = Stage.LEFT
        return
    person.change_country(person.origin)
    person.region, person.mode, person.away_since = person.origin, Mode.NONE, person.year.number
    person.stage, person.tier, person.contract_end = stage, person.year.no_tier, 0
    person.start_year, person.funded, person.programme = person.year.number, False, -1
    person.moves += 1
    person.give_up_stay()


def _onto_contract_abroad(person: Researcher, last: int) -> None:
    person.stage, person.tier, person.funded = Stage.POSTDOC, person.year.no_tier, False
    person.start_year, person.contract_end = person.year.number, last


def to_work_abroad(person: Researcher, chosen: Offer) -> None:
    """With a host, the next one or the same, or outside academia where the person lives."""
    if chosen.kind is Kind.HOST:
        to_host(person, chosen.region)
    elif chosen.kind is Kind.RENEWAL:
        renewed_by_host(person)
    else:
        into_industry_abroad(person)


def to_host(person: Researcher, region: int) -> None:
    """Transfer: the host pays, the home post or the last host is given up."""
    if person.here:
        person.depart(region, Mode.TRANSFER)
    else:
        person.move_on(region)
    person.programme = -1
    _onto_contract_abroad(
        person, int(stays.last_year(person.year.number, stays.years_with_host(person.contract_years())))
    )


def renewed_by_host(person: Researcher) -> None:
    """Another contract with the same host."""
    person.contract_end = int(stays.last_year(person.year.number, person.contract_years()))
    person.mode, person.programme = Mode.TRANSFER, -1


def into_industry_abroad(person: Researcher) -> None:
    """A job outside academia in the region where the person lives."""
    _onto_contract_abroad(person, 0)
    person.stage, person.mode = Stage.INDUSTRY, Mode.TRANSFER
    person.programme, person.guaranteed = -1, False


def on_visit(person: Researcher, region: int) -> None:
    """Some visits last a year or more, most of them some months; the post is kept."""
    if person.year.array(COVER)[person.stage] > 0:
        person.year.count("covered_visit")
    if stays.visit_lasts_a_year(person.uniform(Draw.VISIT_LONG), person.year.parameters.visit_long):
        person.depart(region, Mode.VISIT)
        person.post_kept, person.away_until = True, person.year.number
        if person.stage is Stage.DOCTORAL and person.native:
            person.year.count("student_long_stays")
    else:
        person.visit(region, float(stays.months_of_visit(person.uniform(Draw.VISIT_MONTHS))) / 12)


def on_fellowship(person: Researcher, region: int, programme: Programme) -> None:
    """A fellow keeps the post, where the programme allows it and the post is there that long; others give it up."""
    if programme.record.kind is ProgrammeKind.STAY_ABROAD:
        person.year.count("stays", programme.number)
        person.visit(region, programme.lever(MONTHS))
        person.receive(region, programme.record.ties, programme.record.language)
        return
    last = _last_of_award(person, programme)
    person.depart(region, Mode.FELLOWSHIP)
    person.programme = programme.number
    if programme.record.post_kept and stays.keeps_post(person.stage, person.contract_end, last):
        person.post_kept, person.away_until = True, last
    else:
        _onto_contract_abroad(person, last)
        draw = person.uniform(Draw.RETURN_POST)
        person.guaranteed = bool(stays.is_promised_post(draw, programme.lever(GUARANTEE)))


def by_award_here(person: Researcher, programme: Programme) -> None:
    """From abroad into the position that the programme pays; the last year of a permanent post is that of its pay."""
    if person.native:
        person.come_home()
    person.stage = programme.rank
    if not person.native:
        person.arrive()
    person.tier, person.funded, person.programme = programme.tier, True, programme.number
    person.start_year, person.contract_end = person.year.number, _last_of_award(person, programme)
    benefits.grant_award(person, programme, person.contract_end)


def _last_of_award(person: Researcher, programme: Programme) -> int:
    return int(stays.last_year(person.year.number, stays.years_of_award(programme.lever(YEARS))))


def back_without_offer(person: Researcher) -> None:
    """The stay is over and nothing better came: home without a post, or into the guaranteed one."""
    guaranteed = person.guaranteed
    person.come_home()
    person.lose_post()
    if guaranteed:
        person.stage, person.tier, person.funded = person.return_post(), LEADING, True
        person.contract_end = int(stays.last_year(person.year.number, int(person.year.parameters.return_post_years)))


def into_post(person: Researcher, cell: Cell) -> None:
    """Hired at home, from anywhere; a fellow in the last year of an award takes the post up when the award is over."""
    year = person.year
    year.count("hires", cell[2], bool(person.native and has_overseas_experience(person.years_abroad)), cell[0])
    fellow = not person.here and person.native and person.mode is Mode.FELLOWSHIP
    waits = waits_for_end_of_award(fellow, person.contract_end, year.number)
    if not person.here and person.native and not waits:
        person.come_home()
    person.tier, _, person.stage = cell
    if not person.here and not person.native:
        person.arrive()
    person.funded, person.guaranteed = False, False
    if waits:
        person.post_kept, person.away_until = True, year.number
    else:
        person.programme = -1
    person.start_year, person.contract_end = year.number, _first_contract(person)


def _first_contract(person: Researcher) -> int:
    """Last year of a contract that begins this year, 0 for an open-ended post."""
    if person.stage is Stage.PERMANENT:
        return 0
    length = person.contract_years() if person.stage is Stage.POSTDOC else int(person.year.parameters.contract_fixed)
    return person.year.number + length - 1
