"""Choosing: offers and the final choice among what was really received."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from math import inf
from typing import TYPE_CHECKING

from sim.agents import benefits, utility, waiting
from sim.engine.draws import Draw
from sim.instruments import industry
from sim.instruments.gate import OUT
from sim.instruments.leave import COVER as LEAVE_COVER
from sim.instruments.programmes import OFFER
from sim.population.waiting import Asks
from sim.rules import offers as rules
from sim.rules import search
from sim.rules.benefits import holds_benefit
from sim.vocabulary import HOME, LEADING, Stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.agents.institutions import Programme, Region
    from sim.agents.researcher import Researcher
    from sim.agents.utility import Tables
    from sim.agents.year import Cell


class Kind(IntEnum):
    """What can be chosen."""

    STAY = 0
    LEAVE = 1
    INDUSTRY = 2
    OWN_COUNTRY = 3
    HOST = 4
    VISIT = 5
    RETURN = 6
    PROGRAMME = 7
    POST = 8
    LAPSED = 9  # home to the own country, job or no job
    RENEWAL = 10  # another contract with the host abroad
    INDUSTRY_ABROAD = 11  # a job outside academia in the region abroad where the person lives


@dataclass(frozen=True)
class Offer:
    """An option at hand: what it is worth to the person (beta V + taste), and where or what it leads to."""

    kind: Kind
    worth: float
    region: int = HOME
    programme: Programme | None = None
    cell: Cell | None = None


class Seeker:
    """A person who considers a change this year.

    stay: V of the life without any offer. at_hand: the same as an option, with the taste for it. best: the best offer
    so far, first what is at hand.
    """

    def __init__(
        self,
        person: Researcher,
        *,
        for_home: bool = False,
        for_abroad: bool = False,
        for_calls: bool = False,
        t: Tables,
    ) -> None:
        self.person, self.for_home, self.for_abroad, self.for_calls, self.t = person, for_home, for_abroad, for_calls, t
        self.prospects = utility.prospects(person, t)
        self.benefit = benefits.worth_at_home(person, t.benefit)
        kind, self.stay, region = self._what_is_at_hand()
        self.best = self.at_hand = Offer(kind, self.worth(self.stay, Draw.TASTE_STAY), region)

    @property
    def moving_cost(self) -> float:
        """What a move between countries costs the person."""
        return self.t.p.moving_cost + self.prospects.family

    @property
    def travels(self) -> bool:
        """Looks abroad from home."""
        return self.for_abroad and self.person.here

    @property
    def looks_beyond(self) -> bool:
        """Of foreigners, who looks beyond the own country and finds posts there."""
        often = self.t.p.search_abroad * self.t.p.third_region_offers
        return self.person.native or self.person.uniform(Draw.SEEK_ONWARD) < often

    def worth(self, value: float, draw: Draw, alternative: int = 0) -> float:
        """beta V + taste."""
        return self.t.p.beta * value + self.person.gumbel(draw, alternative)

    def offer(self, offer: Offer) -> None:
        """Receive an offer and hold on to the better one."""
        if offer.worth > self.best.worth:
            self.best = offer

    def best_region(self, value: Callable[[int], float], regions: list[int]) -> tuple[int, float]:
        """The region liked best, with the same taste for each region whatever brings the person there."""
        worth = {region: self._worth_there(value(region), region) for region in regions}
        best = max(worth, key=worth.__getitem__)
        return best, worth[best]

    def _worth_there(self, value: float, region: int) -> float:
        """beta V + taste, of a region that people at home still consider."""
        person = self.person
        considers = person.model.gate.considered(person.draw_key, person.field, region)
        if person.here and not considers and not waiting.has_permit(person.model, person, region):
            return -inf
        return self.worth(value, Draw.TASTE_REGION, region)

    def let_out(self, region: int, asks: Asks = Asks.HOSTS) -> bool:
        """Whether the gate lets somebody who leaves home go there this year."""
        person = self.person
        if not person.here:
            return True
        passes = person.model.gate.lets(OUT, person.draw_key, person.field, region)
        return waiting.may_move(asks, person, person.field, region, passes=passes)

    @property
    def other_regions(self) -> list[int]:
        """Everywhere abroad but the country of origin."""
        return [region for region in self.t.year.abroad if region != self.person.origin]

    # ------------------------------------------------------------------ what is at hand

    def _what_is_at_hand(self) -> tuple[Kind, float, int]:
        """Staying as before or, where that is over, what there is instead: what it is, V, and where."""
        person = self.person
        if (
            person.on_leave
            and person.here
            and person.stage is Stage.UNPLACED
            and person.degree_year == self.t.year.number
        ):
            return Kind.OWN_COUNTRY, self._own_country(), person.origin
        if self._without_permit():
            life = utility.home_without_a_job(self.prospects, self.t) - self.t.p.homeward_share * self.moving_cost
            return Kind.LAPSED, life, person.origin
        if not person.out_of_contract:
            _, until = benefits.held(person)
            held = self.benefit if holds_benefit(until, self.t.year.number) else 0.0
            return Kind.STAY, (self._life_here() if person.here else self._life_abroad()) + held, person.region
        kind, way_home, place = self._way_home()
        if person.host_renews and (goes_on := self._with_the_host(renewal=1.0)) > way_home:
            return Kind.RENEWAL, goes_on, person.region
        return kind, way_home, place

    def _way_home(self) -> tuple[Kind, float, int]:
        """What is left after a contract abroad: home without a post or to the guaranteed one, or the own country."""
        person = self.person
        if not person.native:
            return Kind.OWN_COUNTRY, self._own_country(), person.origin
        post = (LEADING, person.return_post())
        tier, stage = post if person.guaranteed else (self.t.year.no_tier, Stage.UNPLACED)
        fallback = utility.at_home(self.prospects, self.t, tier, stage, self.chance_of_lasting(stage))
        startup = self.t.startup if person.guaranteed else 0.0
        return Kind.RETURN, fallback + startup - self.moving_cost + self.benefit, HOME

    def _without_permit(self) -> bool:
        """A foreigner between posts at home who may not stay another year to look for one."""
        person = self.person
        between = person.stage is Stage.UNPLACED and person.here and not person.candidate and not person.permanent
        return between and person.uniform(Draw.STAY_PERMIT) >= self.t.p.job_search_stay

    def _life_here(self) -> float:
        person, o = self.person, self.prospects
        if person.stage is Stage.INDUSTRY:
            return utility.outside_research(o, self.t, Stage.INDUSTRY)
        return utility.at_home(o, self.t, person.tier, person.stage, self.chance_of_lasting(person.stage))

    def chance_of_lasting(self, stage: Stage) -> float:
        """Perceived chance that a position at home becomes a lasting post."""
        if stage is Stage.PERMANENT:
            return 1.0
        if stage is Stage.TENURE_TRACK:
            return max(self.prospects.chance_home, self.t.p.tenure_granted)
        return self.prospects.chance_home

    def _life_abroad(self) -> float:
        person, o, t = self.person, self.prospects, self.t
        if not person.native and person.region == person.origin:
            return utility.own_country(o, t, person.origin)
        if person.stage is Stage.INDUSTRY:
            return utility.industry_abroad(o, t, person.region, person.origin, person.language)
        if person.stage is Stage.PERMANENT:
            return utility.settled(o, t, person.region, person.origin, person.language)
        return self._with_the_host(renewal=t.p.host_renewal if person.contract_end == t.year.number else 1.0)

    def _with_the_host(self, renewal: float) -> float:
        """Life on a contract with the host abroad, which nobody has in the own country; see `utility.abroad`."""
        person, o = self.person, self.prospects
        return utility.abroad(o, self.t, person.region, HOME, person.language, o.chance_away, renewal, o.settled)

    def _own_country(self) -> float:
        """Going to a job in the country of origin; less than the usual cost of moving, for the way is known."""
        moving = self.t.p.homeward_share * self.moving_cost
        return utility.own_country(self.prospects, self.t, self.person.origin) - moving

    # ------------------------------------------------------------------ offers nobody competes for

    def look_outside_academia(self) -> None:
        """Leaving research is open to natives without a contract; jobs in industry are offered to some."""
        person, t = self.person, self.t
        self._asked_by_the_firm()
        held = (Stage.PERMANENT, Stage.TENURE_TRACK, Stage.INDUSTRY) if person.here else ()
        if not self.for_home or person.candidate or person.stage in (*held, Stage.DOCTORAL):
            return
        moving = 0.0 if person.here else self.moving_cost
        if person.permanent and (person.stage is Stage.UNPLACED or person.out_of_contract):
            outside = utility.outside_research(self.prospects, t, Stage.LEFT) - moving
            self.offer(Offer(Kind.LEAVE, self.worth(outside, Draw.TASTE_LEAVE)))
        if person.uniform(Draw.OFFER_INDUSTRY) < self._chance_of_industry():
            job = utility.outside_research(self.prospects, t, Stage.INDUSTRY) - moving + self.benefit
            self.offer(Offer(Kind.INDUSTRY, self.worth(job, Draw.TASTE_INDUSTRY)))

    def _asked_by_the_firm(self) -> None:
        """A firm may offer a job to those at home who share their time with it, a lasting post or not."""
        shared = self.person.second_employer
        if not self.for_home or shared is None or shared.programme.record.partner != "firm":
            return
        if self.person.uniform(Draw.OFFER_INDUSTRY) < shared.programme.lever(OFFER):
            job = utility.outside_research(self.prospects, self.t, Stage.INDUSTRY) + self.benefit
            self.offer(Offer(Kind.INDUSTRY, self.worth(job, Draw.TASTE_INDUSTRY)))

    def _chance_of_industry(self) -> float:
        person, year = self.person, self.t.year
        fresh = person.stage is Stage.UNPLACED and person.degree_year == year.number
        by_field = year.world.candidates.value("industry_offer", field=year.world.fields[person.field])
        factor = year.lever(industry.OFFERS) * float(year.array(industry.BY_FIELD)[person.field])
        language = 1.0
        if not person.native:
            factor *= float(year.array(industry.TO_FOREIGNERS)[person.field])
            language = float(rules.language_that_counts(person.language, year.lever(industry.LANGUAGE_BRIDGE)))
        return float(rules.industry_offer(by_field, fresh, self.t.p.later_offers, factor, language))

    def look_outside_academia_abroad(self) -> None:
        """Some whose contract abroad is over are offered a job outside academia in the region where they live."""
        person, t, year = self.person, self.t, self.t.year
        if not person.out_of_contract:
            return
        by_field = year.world.candidates.value("industry_offer", field=year.world.fields[person.field])
        fresh, openness = person.degree_year == year.number, year.of_region(person.region, "openness")
        chance = rules.industry_offer(by_field, fresh, t.p.later_offers, openness, person.language)
        if person.uniform(Draw.OFFER_INDUSTRY_ABROAD) < chance:
            job = utility.industry_abroad(self.prospects, t, person.region, person.origin, person.language)
            self.offer(Offer(Kind.INDUSTRY_ABROAD, self.worth(job, Draw.TASTE_INDUSTRY_ABROAD), person.region))

    def look_in_own_country(self) -> None:
        """Foreigners at home with a doctorate who think of leaving may find a job in their country of origin."""
        person, year = self.person, self.t.year
        if person.native or not self.travels or not person.degree_year:
            return
        later = person.degree_region == HOME and person.degree_year < year.number
        found, openness = year.own_country_job(person.origin), year.driver("border_openness")
        chance = rules.own_country_offer(found, later, self.t.p.later_homeward, openness)
        if person.uniform(Draw.OFFER_OWN_COUNTRY) < chance:
            worth = self.worth(self._own_country(), Draw.TASTE_OWN_COUNTRY)
            self.offer(Offer(Kind.OWN_COUNTRY, worth, person.origin))

    def look_in_third_region(self) -> None:
        """A candidate from abroad may go to a region that is neither the own country nor here."""
        person, o, t = self.person, self.prospects, self.t
        if not person.candidate:
            return
        region, worth = self.best_region(
            lambda r: utility.abroad(o, t, r, person.origin, person.language, 0.0) + t.move[r] + t.mass[r] - o.family,
            self.other_regions,
        )
        if person.uniform(Draw.OFFER_THIRD_REGION) < t.p.third_region_offers * t.year.of_region(region, "openness"):
            self.offer(Offer(Kind.OWN_COUNTRY, worth, region))

    def think_of_visit(self) -> None:
        """A stay of some months with the post kept, if the employer lets the person go."""
        person, t = self.person, self.t
        cover = float(t.year.array(LEAVE_COVER)[person.stage])
        lets_go = person.uniform(Draw.LEAVE_GRANTED) < t.p.leave_feasible + cover * (1 - t.p.leave_feasible)
        thinks = search.thinks_of_stay(person.native, self.for_abroad, self.for_calls)
        if not (thinks and person.here) or person.stage > Stage.PERMANENT or not lets_go:
            return
        region, worth = self.months_abroad(list(t.year.abroad), paid=False)
        if self.let_out(region):
            self.offer(Offer(Kind.VISIT, worth, region))

    def months_abroad(self, regions: list[int], *, paid: bool) -> tuple[int, float]:
        """The best region for a stay of some months, on top of the life at hand."""
        region, gain = self.best_region(lambda r: utility.stay_of_months(self.person, r, self.t, paid=paid), regions)
        return region, self.at_hand.worth - self.person.gumbel(Draw.TASTE_STAY) + gain

    def best_host(self, chance: float) -> tuple[int, float]:
        """The best region for a move paid by the host."""
        return self.best_region(lambda region: self.approach(region, chance), self.other_regions)

    def approach(self, region: int, chance: float) -> float:
        """V of a move to a host, with a chance of a home post from there; who lives in the region need not move."""
        person, t = self.person, self.t
        life = utility.abroad(self.prospects, t, region, person.origin, person.language, chance)
        moving = 0.0 if region == person.region else t.move[region] - self.prospects.family
        return life + moving + t.mass[region] + utility.known(person, region, t)


# ---------------------------------------------------------------------- offers people compete for


def host_offers(seekers: list[Seeker], hosts: list[Region], t: Tables) -> None:
    """Transfer: everyone with a doctorate may apply to the best region, if it beats what is at hand and is reached.

    They think of leaving home, or their contract abroad is over: those may go to another host there or elsewhere.
    """
    door = {host.code: host for host in hosts}
    queues: dict[int, dict[Researcher, tuple[Seeker, float]]] = {host.code: {} for host in hosts}
    for seeker in seekers:
        asks = seeker.travels or seeker.person.out_of_contract
        if asks and seeker.person.degree_year and seeker.looks_beyond:
            region, worth = seeker.best_host(seeker.prospects.chance_away)
            if worth > seeker.at_hand.worth and door[region].reached_by(seeker.person) and seeker.let_out(region):
                queues[region][seeker.person] = seeker, worth
    count_supported(sum(map(len, queues.values())), t)
    for region, queue in queues.items():
        for person in door[region].offers(list(queue)):
            seeker, worth = queue[person]
            seeker.offer(Offer(Kind.HOST, worth, region))


def count_supported(applications: int, t: Tables) -> None:
    """Book the applications to hosts that came about through support."""
    support = t.p.host_reach
    lifted = support - t.year.baseline.host_reach
    if lifted > 0:
        t.year.count("supported_application", by=round(applications * lifted / support))
