"""What an option is worth: V in log annual income equivalents, one person and one option at a time.

    V(i, j) = ln income(j) + security(i) s(j) + autonomy a(j) + research time t(j) + peers q(j) + taste for research
              + home(i, j) + language(i, j) + isolation(j) + move(j) + discount E[next | j]

The weights and their evidence are in the data files that `sim` ships.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import exp, inf, log, nan
from typing import TYPE_CHECKING

import numpy as np

from sim.agents import benefits, draws
from sim.agents.year import RANKS
from sim.engine.draws import Draw
from sim.instruments import contacts, pay
from sim.instruments.clock import LED_BY
from sim.instruments.family import SUPPORT
from sim.instruments.programmes import INCOME, LEVERS
from sim.instruments.return_posts import STARTUP
from sim.rules import utility as rules
from sim.rules.benefits import benefit_a_year
from sim.rules.families import family_cost, has_school_child
from sim.rules.permits import (
    added_by_residence,
    is_highly_skilled,
    residence_expected,
    settlement,
    years_to_permanent,
)
from sim.rules.ties import growth_everywhere, growth_of_mass
from sim.vocabulary import HOME, LEADING, Stage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.agents.institutions import Programme
    from sim.agents.researcher import Researcher
    from sim.agents.year import Year
    from sim.world.parameters import Parameters

FACULTY = RANKS[1:]


def _positions(year: Year) -> list[tuple[int, Stage]]:
    """Every tier, and none, with every stage there."""
    return [*product(year.tiers, Stage), *((year.no_tier, stage) for stage in Stage if stage not in FACULTY)]


class Tables:
    """What is the same for everybody this year. Regions by code, positions at home by (tier, stage)."""

    def __init__(
        self,
        diaspora: Mapping[int, float],
        known_abroad: Mapping[int, float],
        programmes: list[Programme],
        year: Year,
        reputation: Mapping[int, float],
        time_gained: Mapping[int, float],
    ) -> None:
        self.year, self.p, self.time_gained = year, year.parameters, time_gained
        self.security = {stage: year.world.positions.value("security", stage=stage.label) for stage in Stage}
        self.autonomy = {stage: year.world.positions.value("autonomy", stage=stage.label) for stage in Stage}
        self.home = {(tier, stage): self._position_at_home(tier, stage) for tier, stage in _positions(year)}
        self.best_at_home = sum(self.home[tier, Stage.PERMANENT] for tier in year.tiers) / len(year.tiers)
        self.pay_abroad = {r: self._pay_abroad(r) for r in year.regions}
        self.contract = {r: self._host_contract(r) for r in year.regions}
        self.lasting = {r: self._lasting_host_post(r) for r in year.regions}
        self.mass = {r: self._mass(r) for r in year.regions}
        self.move = {r: self._move(r, diaspora.get(r, 0.0)) for r in year.regions}
        self.coming = {
            r: self._move(r, known_abroad.get(r, 0.0)) + (reputation.get(r, 0.0) if r != HOME else 0.0)
            for r in year.regions
        }
        half, taken = self.p.community_half, year.array(contacts.COMMUNITY).tolist()
        self.isolation = {
            r: self.p.isolation / (1 + diaspora.get(r, 0.0) / half) * (1 - taken[r]) for r in year.regions
        }
        nearer = year.array(contacts.REACH).tolist()
        self.reach: dict[int, float] = {r: min(year.of_region(r, "openness") * nearer[r], 1.0) for r in year.regions}
        self.language = {r: -self.p.language * (1 - year.of_region(r, "working_language")) for r in year.regions}
        self.tenure = {r: 1 - (1 - year.of_region(r, "host_tenure")) ** self.p.horizon for r in year.regions}
        self.own_job = {r: self._job_in_own_country(r) for r in year.regions}
        self.industry = {r: self._industry_abroad(r) for r in year.regions}
        self.borne, self.benefit = 1 - year.lever(SUPPORT), benefits.on_offer(year)
        self.startup = self._worth_of_startup()
        self.award = {x.number: self._award(x) for x in programmes}
        self.exchange = self.p.exchange_weight * (log(year.driver("price_level")) - log(year.driver("exchange_rate")))

    def residence(self, *, skilled: bool, years: float, later: int = 0) -> float:
        """What another law of permanent residence adds for a foreigner after so many years at home. later: from now."""
        without, when = self.year.baseline, self.year.number + later

        def left(law: Parameters) -> float:
            spans = law.permanent_years, law.permanent_years_skilled
            return float(years_to_permanent(skilled, when, int(law.permanent_skilled_since), *spans)) - years

        return float(added_by_residence(self.p.residence_value, left(self.p), left(without), self.p.discount))

    def residence_expected(self, years: float = 0.0, later: int = 0) -> float:
        """The same for who does not know yet whether the points will be reached."""
        of_skilled, of_others = (self.residence(skilled=one, years=years, later=later) for one in (True, False))
        return float(residence_expected(self.p.highly_skilled, of_skilled, of_others))

    def ln_income(self, million: float) -> float:
        """Log of a yearly income at home in thousands of international dollars."""
        return log(million * 1e6 / self.year.driver("price_level") / 1e3)

    def income_of(self, ln_income: float) -> float:
        """The income, in million a year at home, of which `ln_income` is the log."""
        return exp(ln_income) * 1e3 * self.year.driver("price_level") / 1e6

    def pay(self, tier: int, stage: Stage) -> float:
        """Ln income of a position at home, with what policies make of the pay of academic posts."""
        raised = log(self.year.lever(pay.POSTS)) if stage in RANKS and tier != self.year.no_tier else 0.0
        return self._pay_of_data("" if tier == self.year.no_tier else self.year.world.tiers[tier], stage) + raised

    def _pay_of_data(self, tier: str, stage: Stage) -> float:
        private = self.year.driver("private_pay") if stage in (Stage.INDUSTRY, Stage.LEFT) else 1.0
        return self.ln_income(pay.pay_of(self.year.world, tier, stage.label) * private)

    def _worth_of_startup(self) -> float:
        """Yearly worth of the start-up money of a guaranteed return post."""
        income = benefits.net_income(LEADING, Stage.TENURE_TRACK, self.year)
        return float(benefit_a_year(0.0, 0.0, self.year.lever(STARTUP), self.p.research_money_worth, income))

    def _position_at_home(self, tier: int, stage: Stage) -> float:
        position = self.year.world.positions
        label = "" if tier == self.year.no_tier else self.year.world.tiers[tier]
        value = self.pay(tier, stage) + self.p.autonomy * self.autonomy[stage]
        if stage in (Stage.INDUSTRY, Stage.LEFT):
            return value
        peers = position.value("peers_tier", tier=label) if label else 0.0
        return value + self.p.science_taste + self.p.peers * peers + self._worth_of_time(tier, stage)

    def _worth_of_time(self, tier: int, stage: Stage) -> float:
        """A tenth more of the working time for research is worth `research_time`."""
        mean, position = self.year.driver("research_time"), self.year.world.positions
        if stage in FACULTY:
            time = mean + position.value("research_time_tier", tier=self.year.world.tiers[tier])
            time += self.time_gained[tier] if stage in LED_BY else 0.0
        else:
            time = position.value("research_time_stage", stage=stage.label)
        return self.p.research_time * (time - mean) / 0.1

    def _pay_abroad(self, region: int) -> float:
        drivers = self.year.world.drivers
        (reference,) = {key[1] for key in drivers.numbers["postdoc_pay_reference"]}
        pay = drivers.value("postdoc_pay_reference", year=self.year.number, region=reference)
        ratio = 1.0 if region == HOME else self.year.driver_of(region, "income_ratio")
        return log(pay / 1e3) + self.p.host_pay_premium + self.p.pay_elasticity * log(ratio)

    def _research_abroad(self, region: int, kind: str) -> float:
        time = self.year.world.positions.value("research_time_stage", stage=kind)
        free = self.p.research_time * (time - self.year.driver("research_time")) / 0.1
        return free + self.p.science_taste + self.p.peers * self.year.of_region(region, "peers")

    def _host_contract(self, region: int) -> float:
        own_ideas = self.p.autonomy * self.autonomy[Stage.POSTDOC]
        return self.pay_abroad[region] + own_ideas + self._research_abroad(region, "postdoc")

    def _lasting_host_post(self, region: int) -> float:
        research = self._research_abroad(region, "lasting host post")
        return self.pay_abroad[region] + self.p.faculty_premium + self.p.autonomy + research

    def _move(self, region: int, diaspora: float) -> float:
        """A move from home there, or back: distance, people of home origin there, old corridors, the cost of moving."""
        p, of = self.p, self.year.of_region
        distance = p.distance / p.beta * log(max(of(region, "distance"), 1.0) / 1000)
        network = p.network / p.beta * log((diaspora + 20) / 1000)
        corridor = p.corridor / p.beta * log(max(of(region, "flow_to_home"), 1.0) / 200 * self.year.corridors[region])
        return distance + network + corridor - p.moving_cost

    def _mass(self, region: int) -> float:
        """The choice among hosts that a large research system offers."""
        if region == HOME:
            return 0.0
        first, name, recorded = self.year.world.first_year, self.year.world.regions[region], self.year.recorded
        before = self.year.world.drivers.value("scholar_stock", year=first, region=name)
        added = float(growth_of_mass(self.year.driver_of(region, "scholar_stock") / before, self.p.mass_growth))
        flows = np.array([float(recorded.by_region("flow_from_home")[r]) for r in self.year.abroad])
        growth = recorded.growth_abroad(self.year.number)[1:]
        in_all = log(growth_everywhere(flows, growth, self.p.mass_growth)) / self.p.beta
        return (self.p.mass * log(before / 1e6) + added) / self.p.beta - in_all

    def _job_in_own_country(self, region: int) -> float:
        """Two periods of a foreigner's job at home: between a contract and a lasting post."""
        less_time = self._research_abroad(region, "lasting host post") - self._research_abroad(region, "postdoc")
        step = less_time + self.p.faculty_premium + self.p.autonomy
        yearly = self.contract[region] + self.p.own_country_rank * step
        return (1 + self.p.discount) * yearly

    def _industry_abroad(self, region: int) -> float:
        """A job outside academia abroad pays as much more than a postdoc's there as at home: assumed."""
        label = self.year.world.tiers[LEADING]
        premium = self._pay_of_data(label, Stage.INDUSTRY) - self._pay_of_data(label, Stage.POSTDOC)
        return self.pay_abroad[region] + premium + self.p.autonomy * self.autonomy[Stage.INDUSTRY]

    def _award(self, programme: Programme) -> float:
        """Ln income of an award: spent abroad at the market exchange rate, at home at home prices."""
        if INCOME not in LEVERS[programme.record.kind]:
            return nan
        abroad = programme.record.kind.spent_abroad
        price = self.year.driver("exchange_rate" if abroad else "price_level")
        return log(programme.lever(INCOME) * programme.supplement() * 1e6 / price / 1e3)


@dataclass(frozen=True)
class Prospects:
    """A person's view of the future. See `sim.utility.Prospects` for the meaning of each."""

    native: bool
    secure: float
    own: float
    here: float
    back: float
    post: float
    without: float
    chance_home: float
    chance_away: float
    discount: float
    family: float = 0.0  # what partner and child add to the cost of a move between countries
    settled: float = 0.0  # what years in a country that is not the own add to life there

    def after(self, chance: float) -> float:
        """discount E[next] of an option that leads to a home post with this chance."""
        return float(self.discount * rules.expected_at_home(chance, self.post, self.without))


def prospects(person: Researcher, t: Tables) -> Prospects:
    """What the person's future looks like: with a permanent post at home, and in the job left to one without."""
    p = t.p
    native = person.origin == HOME
    at_school = has_school_child(person.child_born, t.year.number)
    family = float(family_cost(person.partner, at_school, p.family_partner, p.family_child, t.borne, p.family_mean))
    settled = float(settlement(p.settlement, person.settled_years, p.settlement_years))
    secure = p.security_permanent if person.stage is Stage.PERMANENT else p.security_fixed
    own = (p.home_origin if native else p.home_foreign) + person.home_taste
    foreign = float(rules.home_amenity_of_foreigner(t.exchange, p.language, person.language))
    here = own if native else foreign + (settled if person.here else 0.0) + _residence(person, t)
    post = float(rules.year_in_position(t.best_at_home, secure, 1.0, here))
    without = float(rules.year_in_position(t.home[t.year.no_tier, Stage.LEFT], secure, t.security[Stage.LEFT], here))
    back = -inf
    if not native:
        back = returning(person.origin, own, secure, t) - p.homeward_share * family
        post, without = (float(rules.better_of(one, back, p.beta)) for one in (post, without))
    return Prospects(
        native=native,
        secure=secure,
        own=own,
        here=here,
        back=back,
        post=post,
        without=without,
        chance_home=float(rules.perceived_chance(person.belief_home, p.pessimism)),
        chance_away=float(rules.perceived_chance(person.belief_away, p.pessimism)),
        discount=p.discount,
        family=family,
        settled=settled,
    )


def _residence(person: Researcher, t: Tables) -> float:
    """What another law of permanent residence is worth to a foreigner."""
    if person.typical:
        return t.residence_expected()
    if person.here and person.permanent:
        return 0.0
    skilled = is_highly_skilled(True, draws.uniform(person.draw_key, 0, Draw.HIGHLY_SKILLED), t.p.highly_skilled)
    return t.residence(skilled=bool(skilled), years=person.settled_years if person.here else 0)


def returning(origin: int, own: float, secure: float, t: Tables) -> float:
    """Yearly value to a foreigner of a job in the country of origin, the way there counted."""
    job = t.own_job[origin] / (1 + t.p.discount) - t.p.homeward_share * t.p.moving_cost
    return float(rules.year_in_position(job, secure, t.p.own_country_security, own))


def at_home(o: Prospects, t: Tables, tier: int, stage: Stage, chance: float) -> float:
    """V of a position at home that leads to a lasting post with this chance."""
    yearly = rules.year_in_position(t.home[tier, stage], o.secure, t.security[stage], o.here)
    return float(rules.position_at_home(yearly, o.discount, chance, o.post, o.without))


def outside_research(o: Prospects, t: Tables, stage: Stage) -> float:
    """V of a job at home outside academia (INDUSTRY) or outside research (LEFT); foreigners may return from it."""
    yearly = rules.year_in_position(t.home[t.year.no_tier, stage], o.secure, t.security[stage], o.here)
    return float(rules.outside_research(yearly, o.back, o.discount, t.p.beta))


def home_without_a_job(o: Prospects, t: Tables) -> float:
    """V to a foreigner of life in the country of origin, outside research."""
    yearly = rules.year_in_position(t.home[t.year.no_tier, Stage.LEFT], o.secure, t.security[Stage.LEFT], o.own)
    return float((1 + o.discount) * yearly)


def abroad(
    o: Prospects,
    t: Tables,
    region: int,
    origin: int,
    language: float,
    chance: float,
    renewal: float = 1.0,
    settled_in: float = 0.0,
) -> float:
    """V of life on a host contract there, moving not yet counted: a lasting host post may come, or else home.

    renewal: chance that the host goes on with a contract that ends this year; without it no lasting post comes.
    settled_in: what years there add to life there.
    """
    place = _place(o, t, region, origin, language) + settled_in
    lasting = rules.settled_year(t.lasting[region], o.secure, place)
    back = rules.expected_at_home(chance, o.post, o.without)
    return float(rules.host_contract(t.contract[region], place, o.discount, renewal * t.tenure[region], lasting, back))


def settled(o: Prospects, t: Tables, region: int, origin: int, language: float) -> float:
    """V of a lasting host post there: it goes on as it is."""
    place = _place(o, t, region, origin, language) + o.settled
    return float((1 + o.discount) * rules.settled_year(t.lasting[region], o.secure, place))


def industry_abroad(o: Prospects, t: Tables, region: int, origin: int, language: float) -> float:
    """V of a job outside academia there: it goes on as it is."""
    place = _place(o, t, region, origin, language)
    return float(
        (1 + o.discount) * rules.year_in_position(t.industry[region], o.secure, t.security[Stage.INDUSTRY], place)
    )


def _place(o: Prospects, t: Tables, region: int, origin: int, language: float) -> float:
    """What living there is worth: home to some, isolation and a foreign language to the rest."""
    if region == origin:
        return o.own
    return float(rules.amenity_abroad(t.isolation[region], t.language[region], language))


def own_country(o: Prospects, t: Tables, origin: int) -> float:
    """V of a foreigner's life in a job in the country of origin."""
    years = 1 + t.p.discount
    return float(rules.job_in_own_country(t.own_job[origin], years, o.own, t.p.own_country_security, o.secure))


def known(person: Researcher, region: int, t: Tables) -> float:
    """Value of own ties in a region."""
    return float(rules.ties_value(person.ties_abroad, t.p.tie_value)) if region == person.tie_region else 0.0


def stay_of_months(person: Researcher, region: int, t: Tables, *, paid: bool) -> float:
    """What a stay abroad with the post kept adds to the year at home; the stay is short: distance counts in part."""
    p, peers = t.p, t.p.peers * t.year.of_region(region, "peers")
    fare = 0.0 if paid else p.visit_share * p.moving_cost
    gain = rules.months_abroad(
        p.visit_gain, peers, t.isolation[region], t.mass[region], p.visit_share, t.move[region], p.moving_cost, fare
    )
    family = prospects(person, t).family
    return float(gain) - p.visit_share * family + known(person, region, t)
