"""Calls of programmes: who applies, who is awarded, and what a late round refills.

People apply before they know of any offer on which somebody else decides; hosts and employers decide afterwards.
Places of a call go down its list past those who hold something better by then, and a late round refills what a post
at home took away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.agents import benefits, utility
from sim.agents.choice import Kind, Offer, Seeker, count_supported
from sim.agents.draws import word
from sim.agents.institutions import merit
from sim.engine.draws import Draw
from sim.instruments.programmes import GUARANTEE, INCOME, YEARS
from sim.population.waiting import Asks
from sim.rules.applications import class_of_merit, is_worth_applying
from sim.rules.benefits import benefit_over_years
from sim.rules.stays import worth_of_stay_income, years_of_award
from sim.rules.utility import chance_after_award
from sim.vocabulary import HOME, LEADING, Stage
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    from sim.agents.institutions import Programme, Region
    from sim.agents.odds import Odds
    from sim.agents.utility import Tables
    from sim.agents.year import Year

_KEEPS_POST = (Stage.PERMANENT, Stage.TENURE_TRACK, Stage.DOCTORAL)


@dataclass(frozen=True)
class Application:
    """What the award would be to somebody who applied; merit: the class in which others see who won."""

    seeker: Seeker
    award: Offer
    merit: int

    @property
    def holds(self) -> bool:
        """Whether the award is the best that the person has."""
        return self.seeker.best is self.award


@dataclass(frozen=True)
class Call:
    """A call of the year: its places, and who applied, best of the ranking first."""

    programme: Programme
    queue: list[Application]
    places: int

    def award(self, places: int) -> None:
        """Offer so many places down the list, past those who hold something better."""
        takers = [one for one in self.queue if one.award.worth > one.seeker.best.worth]
        for one in takers[: max(places, 0)]:
            one.seeker.best = one.award

    @property
    def held(self) -> int:
        """Places that somebody holds."""
        return sum(one.holds for one in self.queue)

    @property
    def asked(self) -> list[Application]:
        """Those who were offered a place, down to the last who took one; everybody, where places are left."""
        if self.held < self.places:
            return self.queue
        last = max((place for place, one in enumerate(self.queue) if one.holds), default=-1)
        return self.queue[: last + 1]


def late_round(calls: list[Call], year: Year) -> None:
    """Refill, once, the places of those who took something better in the end, and count the calls."""
    for call in calls:
        call.award(call.places - call.held)
    for call in calls:
        year.count("applications", call.programme.number, by=len(call.queue))
        year.count("awards", call.programme.number, by=call.held)


def call_out(programme: Programme, seekers: list[Seeker], hosts: list[Region], odds: Odds, t: Tables) -> Call:
    """A fellowship for stays abroad: people at home apply who think it worth the effort, with a host who agrees."""
    door = {host.code: host for host in hosts}
    queue: list[Application] = []
    for seeker in seekers:
        if seeker.for_calls and programme.eligible(seeker.person):
            region, worth = _fellowship(programme, seeker, t)
            if door[region].reached_by(seeker.person, own_money=True):
                applied = _application(programme, seeker, worth, region, odds)
                queue += applied if applied and seeker.let_out(region, Asks.CALLS) else []
    count_supported(len(queue), t)
    return _ranked(programme, queue)


def _fellowship(programme: Programme, seeker: Seeker, t: Tables) -> tuple[int, float]:
    """The best region of an award, and its worth: the award's income instead of a host's pay."""
    leads = programme.record.leads_to(t.year.world.regions)
    regions = [r for r in seeker.other_regions if leads[r]]
    if programme.record.kind is ProgrammeKind.STAY_ABROAD:
        usual = t.year.world.positions.value("income_of_stay")
        paid = t.p.beta * float(worth_of_stay_income(t.p.visit_share, programme.lever(INCOME), usual))
        region, worth = seeker.months_abroad([r for r in t.year.abroad if leads[r]], paid=True)
        return region, worth + paid
    chance = chance_with_award(programme, seeker.prospects.chance_away, seeker.person.stage)
    income = t.award[programme.number]
    return seeker.best_region(lambda r: seeker.approach(r, chance) - t.pay_abroad[r] + income, regions)


def chance_with_award(programme: Programme, chance: float, stage: Stage) -> float:
    """Chance of a post at home after an award abroad: sure where a lasting one is kept, better with a guarantee."""
    if programme.record.post_kept and stage in _KEEPS_POST:
        return 1.0
    credence = programme.model.present.parameters.guarantee_credence
    return float(chance_after_award(chance, credence, programme.lever(GUARANTEE)))


def call_in(programme: Programme, seekers: list[Seeker], odds: Odds, t: Tables) -> Call:
    """A fellowship or a post that brings people in from abroad, into the position that it pays."""
    queue: list[Application] = []
    for seeker in seekers:
        person, o = seeker.person, seeker.prospects
        if _reads_the_call(seeker, programme) and programme.eligible(person):
            value = utility.at_home(o, t, programme.tier, programme.rank, seeker.chance_of_lasting(programme.rank))
            if programme.record.kind is ProgrammeKind.FELLOWSHIP_HERE:
                value += t.award[programme.number] - t.pay(LEADING, Stage.POSTDOC)
            years = float(years_of_award(programme.lever(YEARS)))
            yearly = benefits.of_award(programme, t.year)
            value += float(benefit_over_years(yearly, years, t.p.discount, t.p.horizon))
            way = t.coming[person.origin] + t.p.foreign_post_taste if person.candidate else -t.p.moving_cost
            worth = seeker.worth(value + way - o.family, Draw.TASTE_AWARD, word(programme.record.name))
            queue += _application(programme, seeker, worth, HOME, odds)
    return _ranked(programme, queue)


def _reads_the_call(seeker: Seeker, programme: Programme) -> bool:
    """Candidates do, and of others abroad who look home people of home origin; of posts foreigners, too."""
    looks_home = seeker.for_home and not seeker.person.here
    wanted = seeker.person.native and programme.record.origin != "foreign"
    return seeker.person.candidate or (looks_home and (wanted or programme.record.kind is ProgrammeKind.POST_HERE))


def _application(programme: Programme, seeker: Seeker, worth: float, region: int, odds: Odds) -> list[Application]:
    """The application of a person, if the gain over what is sure, times the known chance, is worth the effort."""
    p, seen = seeker.t.p, int(class_of_merit(merit(seeker.person, seeker.t.year)))
    chance = odds.chance(programme.record.name, seen, p)
    worthwhile = is_worth_applying(chance, worth - seeker.best.worth, p.beta * p.application_effort)
    return [Application(seeker, Offer(Kind.PROGRAMME, worth, region, programme), seen)] if worthwhile else []


def _ranked(programme: Programme, queue: list[Application]) -> Call:
    """The list of a call, best of the ranking first."""
    ranked = sorted(queue, key=lambda one: programme.score(one.seeker.person), reverse=True)
    return Call(programme, ranked, programme.places())
