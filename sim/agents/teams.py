"""Teams of joint projects, students on an exchange, second appointments, and what programmes give beside an income."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from sim.agents import benefits
from sim.agents.draws import uniform, word
from sim.agents.year import RANKS
from sim.engine.draws import Draw
from sim.instruments.programmes import LEVERS, RESEARCH_MONEY, SHARE, TIES, VISITS
from sim.rules import appointments as shared_rules
from sim.rules import benefits as money_rules
from sim.rules import teams as rules
from sim.rules.stays import last_year, years_of_award
from sim.rules.utility import ties_value, worth
from sim.vocabulary import HOME, Mode, Stage
from sim.world.programmes import ProgrammeKind, stipends

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.agents.institutions import Programme
    from sim.agents.model import PlainModel
    from sim.agents.researcher import Researcher
    from sim.instruments.lever import ProgrammeLever

_JUNIORS = (Stage.DOCTORAL, Stage.POSTDOC, Stage.FIXED_TERM)


@dataclass(frozen=True)
class Team:
    """A joint project by its leader, a student on an exchange, or the holder of a second appointment, with the region
    of the partner, which is home of a firm.
    """

    person: Researcher
    programme: Programme
    region: int
    last: int


@dataclass(frozen=True)
class Wish:
    """What a place would be to a person: with which region, ties there, and its worth on the scale of taste."""

    person: Researcher
    region: int
    ties: float
    gain: float


def meet(model: PlainModel) -> None:
    """What is over ends, then the calls of the year fill their places."""
    model.teams = [team for team in model.teams if _goes_on(team)]
    for programme in model.programmes:
        if programme.record.kind.runs_at_home:
            _call(model, programme)
            running = sum(team.programme is programme for team in model.teams)
            model.present.count("running", programme.number, by=running)


def _goes_on(team: Team) -> bool:
    """Until its last year, while the leader is in academia at home; an exchange while the student studies there."""
    person, year = team.person, team.person.year.number
    exchange = team.programme.record.kind is ProgrammeKind.EXCHANGE
    works = person.stage is Stage.DOCTORAL if exchange else person.stage in RANKS
    return works and (person.here or person.post_kept) and team.last >= year


def _call(model: PlainModel, programme: Programme) -> None:
    """As many apply as find it worth the effort with so many beside them; the best by merit, ties and noise win."""
    places, year = programme.places(), model.present
    if not places:
        return
    shared = programme.record.kind is ProgrammeKind.SHARED_POST
    of_kind = {x for x in model.programmes if shared and x.record.kind is programme.record.kind} | {programme}
    on_it = {team.person for team in model.teams if team.programme in of_kind}
    people = [x for x in model.researchers if not x.candidate and x not in on_it and programme.eligible(x)]
    queue = _applicants([_wish(person, programme) for person in people], programme, places)

    def score(one: Wish) -> float:
        rank, _ = programme.score(one.person)
        return float(rules.score_of_team(rank, programme.record.selection_ties, one.ties))

    winners = sorted(queue, key=score, reverse=True)[:places]
    last = int(last_year(year.number, _years(programme)))
    model.teams += [Team(one.person, programme, one.region, last) for one in winners]
    year.count("applications", programme.number, by=len(queue))
    year.count("awards", programme.number, by=len(winners))


def _applicants(wishes: list[Wish], programme: Programme, places: int) -> list[Wish]:
    """The keenest, as long as the chance that so many leave each is worth the effort."""
    p = programme.model.present.parameters
    effort = p.proposal_effort if programme.record.kind is ProgrammeKind.JOINT else p.application_effort

    def needs(one: Wish) -> float:
        return float(rules.chance_needed(p.beta * effort, one.gain))

    keenest = sorted(wishes, key=needs)
    number = max((n for n, one in enumerate(keenest, 1) if needs(one) < min(places / n, 1.0)), default=0)
    return keenest[:number]


def _years(programme: Programme) -> int:
    return int(years_of_award(programme.lever(LEVERS[programme.record.kind][1])))


def _wish(person: Researcher, programme: Programme) -> Wish:
    """The region liked best, and what a place is worth."""
    p, year = person.year.parameters, person.year
    leads = programme.record.leads_to(year.world.regions)
    partners = [HOME] if programme.record.partner == "firm" else [r for r in year.abroad if leads[r]]
    known = {r: person.ties_abroad if person.tie_region == r != HOME else 0.0 for r in partners}

    def liked(region: int) -> float:
        taste = person.gumbel(Draw.TASTE_REGION, region)
        return float(worth(p.beta, ties_value(known[region], p.tie_value), taste))

    region = max(known, key=liked)
    yearly = _worth_a_year(person, programme)
    added = money_rules.benefit_over_years(yearly, float(_years(programme)), p.discount, p.horizon)
    taste = person.gumbel(Draw.TASTE_AWARD, word(programme.record.name))
    return Wish(person, region, known[region], float(rules.gain_of_project(p.beta, added, taste)))


def _worth_a_year(person: Researcher, programme: Programme) -> float:
    """Research money; of a second appointment the pay on top and the time for research."""
    p = person.year.parameters
    if programme.record.kind is ProgrammeKind.SHARED_POST:
        here = person.model.time_for_research(person.tier, person.stage, programmes=False)
        both = shared_rules.time_of_both(programme.lever(SHARE), here, programme.record.research_time)
        return float(shared_rules.worth_of_both(benefits.pay_on_top(person, programme), p.research_time, both, here))
    money, income = _given(programme, RESEARCH_MONEY), benefits.net_income(person.tier, person.stage, person.year)
    return float(money_rules.benefit_a_year(0.0, 0.0, money, p.research_money_worth, income))


def _given(programme: Programme, lever: ProgrammeLever) -> float:
    """As the lever says where the kind has one, else as the record does."""
    if lever in LEVERS[programme.record.kind]:
        return programme.lever(lever)
    return float(getattr(programme.record, lever.name))


# ---------------------------------------------------------------------- what programmes give


@dataclass(frozen=True)
class Holder:
    """Somebody on a programme, and where the ties lead that it gives. member: of a team that somebody else leads."""

    person: Researcher
    region: int
    member: bool = False


def give(model: PlainModel) -> None:
    """Everybody on a programme that gives something receives what it gives in a year."""
    model.grants = {}
    model.programme_hours = dict.fromkeys(model.present.tiers, 0.0)
    for programme in model.programmes:
        record = programme.record
        if not record.gives:
            continue
        holders = list(holders_of(model, programme))
        if record.kind is ProgrammeKind.SHARED_POST:
            _be_with_the_host(holders, programme)
            continue
        _take_hours(model, holders, record.host_hours)
        teams = any(holder.member for holder in holders)
        for holder in holders:
            holder.person.receive(holder.region, _given(programme, TIES), record.language)
        months = _given(programme, VISITS)
        for holder in holders if months else ():
            person = holder.person
            if holder.member == teams and person.here and person.mode is Mode.NONE and not person.away_this_year:
                person.visit(holder.region, months / 12)
        if record.kind is ProgrammeKind.JOINT:
            for holder in holders:
                if not holder.member:
                    granted = model.grants.get(holder.person, 0.0)
                    model.grants[holder.person] = granted + _given(programme, RESEARCH_MONEY)


def _be_with_the_host(holders: list[Holder], programme: Programme) -> None:
    """Who shares the time with a host abroad is there for that part of the year."""
    for holder in holders if programme.record.partner == "host" else ():
        person = holder.person
        if person.here and person.mode is Mode.NONE and not person.away_this_year:
            person.visit(holder.region, programme.lever(SHARE))


def _take_hours(model: PlainModel, holders: list[Holder], hours: float) -> None:
    """Hours of leaders, by kind of employer, for each who leads or holds the award alone and is at home."""
    for holder in holders:
        if not holder.member and holder.person.here and holder.person.tier in model.programme_hours:
            model.programme_hours[holder.person.tier] += hours


def keep_ties(model: PlainModel) -> None:
    """Ties of those on a programme that looks after them have fallen less in the year that has passed."""
    p = model.present.parameters
    for programme in model.programmes:
        if half_life := programme.record.tie_half_life:
            for person in [holder.person for holder in holders_of(model, programme)]:
                gain, kept = p.tie_base if person.here else p.tie_gain, 1 - p.tie_decay
                longer = rules.share_kept_longer(kept, half_life)
                person.ties_abroad = float(rules.ties_kept_longer(person.ties_abroad, gain, kept, longer))


def holders_of(model: PlainModel, programme: Programme) -> Iterator[Holder]:
    """Who is on a programme."""
    record = programme.record
    if record.kind.runs_at_home:
        mine = sorted((x for x in model.teams if x.programme is programme), key=lambda x: x.person.identity)
        mine = [team for team in mine if team.person in model.researchers]
        yield from (Holder(team.person, team.region) for team in mine)
        if record.kind is ProgrammeKind.JOINT:
            yield from _members(model, mine, programme)
    elif record.kind.held_as_stipend:
        (code,) = (code for code, one in stipends(model.programmes) if one is programme)
        yield from (Holder(x, _partner(x, programme)) for x in model.researchers if x.stipend == code)
    else:
        for person in model.researchers:
            if person.programme == programme.number and person.stage is not Stage.LEFT:
                yield Holder(person, _partner(person, programme))


def _members(model: PlainModel, led: list[Team], programme: Programme) -> Iterator[Holder]:
    """Juniors of the leader's tier and field: the first in a draw of their own join the first team, and so on."""
    leaders, name = {team.person for team in led}, word(programme.record.name)
    junior = [x for x in model.researchers if x.here and x.stage in _JUNIORS and not x.candidate and x not in leaders]
    junior.sort(key=lambda x: (uniform(x.draw_key, 0, Draw.AWARD_RANKING, name), x.draw_key))
    places = {(team.person.tier, team.person.field) for team in led}
    waiting = {place: iter([x for x in junior if (x.tier, x.field) == place]) for place in places}
    for team in led:
        for person in islice(waiting[team.person.tier, team.person.field], programme.record.members):
            yield Holder(person, team.region, member=True)


def _partner(person: Researcher, programme: Programme) -> int:
    """Abroad the region of the stay, at home the own country of foreigners; else a region of the programme."""
    if not person.here:
        return person.region
    if not person.native:
        return person.origin
    leads = programme.record.leads_to(person.year.world.regions)
    partners = [region for region in person.year.abroad if leads[region]]
    return person.tie_region if person.tie_region in partners else partners[person.draw_key % len(partners)]
