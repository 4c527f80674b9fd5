"""Employers that open posts, programmes that open calls, regions whose hosts make offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa

from sim.agents.draws import rounded, word
from sim.agents.year import RANKS
from sim.engine.draws import Draw
from sim.instruments.contacts import REACH
from sim.instruments.posts import ADDED, EXTERNAL_FUNDS, OPENED, OPERATING_GRANTS, TENURE_TRACK
from sim.instruments.programmes import PLACES
from sim.rules import hiring, hosts
from sim.rules.eligibility import at_the_start, has_stage, is_eligible, pays_already, recent_degree
from sim.vocabulary import HOME, Stage
from sim.world.country import MONEY, NOTHING
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.agents.model import PlainModel
    from sim.agents.researcher import HasDraws, Researcher
    from sim.agents.year import Cell, Year
    from sim.instruments.lever import ProgrammeLever
    from sim.instruments.levers import Levers
    from sim.world.programmes import ProgrammeRecord

_LAG = 1  # years from money to posts


def merit(person: HasDraws, year: Year) -> float:
    """What a ranking sees of past work: quality and the recent number of papers, in standard deviations."""
    p = year.parameters
    papers = hiring.record_of_papers(person.output, p.paper_rate + 0.05)
    return float(hiring.merit(p.merit_talent, person.talent / p.sd_quality, papers, 1 - p.merit_talent))


class Employer(mesa.Agent):  # type: ignore[misc]
    """One kind of academic employer, whose posts follow the money."""

    model: PlainModel

    def __init__(self, model: PlainModel, tier: int) -> None:
        super().__init__(model)
        self.tier, self.of = tier, model.world.country.about.tiers[tier]

    def posts(self, levers: Levers) -> dict[Cell, int]:
        """Posts this year at the model's scale, under these levers."""
        year, posts = self.model.present, {}
        for field in year.fields:
            for rank in RANKS:
                real = self._stock(field, rank) * self._money(rank, levers.shared)
                cell = RANKS.index(rank), self.tier, field
                real = max(0.0, real * float(levers.array(OPENED)[cell]) + float(levers.array(ADDED)[cell]))
                position = field * len(RANKS) + RANKS.index(rank)
                posts[self.tier, field, rank] = rounded(
                    real * year.scale, year.seed, Draw.ROUND_POSTS, self.tier, position=position
                )
        return posts

    def _stock(self, field: int, rank: Stage) -> float:
        year, table = self.model.present, self.model.world.posts
        name = year.world.fields[field]
        if rank is Stage.POSTDOC:
            share = table.value("postdoc_share", tier=self.of.name, stage=rank.label)
            return year.driver("postdoc_posts") * share * table.value("postdoc_field_share", field=name)
        posts = table.value("posts", year=year.world.posts_year, tier=self.of.name, stage=rank.label)
        return posts * table.value("field_share", field=name)

    def _money(self, rank: Stage, levers: Mapping[str, float]) -> float:
        """Permanent posts move with operating grants, fixed-term ones with external funds."""
        year, p = self.model.present, self.model.present.parameters
        grants, funds = levers[OPERATING_GRANTS.name], levers[EXTERNAL_FUNDS.name]
        if rank is Stage.POSTDOC:
            return float(funds**p.fund_elasticity)
        if rank is Stage.TENURE_TRACK:
            return levers[TENURE_TRACK.name]
        growth = 1.0 if self.of.posts_follow in (MONEY, NOTHING) else year.driver(self.of.posts_follow)
        if self.of.posts_follow == MONEY:
            grants *= self._growth("operating_grants")
            funds *= self._growth("external_funds")
        return float(growth * (grants**p.grant_elasticity if rank is Stage.PERMANENT else funds**p.fund_elasticity))

    def _growth(self, series: str) -> float:
        """Money of the year before over that before the year of the stocks, no earlier than the data begin."""
        world = self.model.world
        then, present = (max(one - _LAG, world.first_year) for one in (world.posts_year, self.model.present.number))
        return world.driver(series, present) / world.driver(series, then)


class Programme(mesa.Agent):  # type: ignore[misc]
    """A fellowship or stipend: a call a year, with places and rules."""

    model: PlainModel

    def __init__(self, model: PlainModel, number: int, record: ProgrammeRecord) -> None:
        super().__init__(model)
        self.number, self.record = number, record
        self.tier, self.rank = record.position(model.world.tiers)

    def lever(self, lever: ProgrammeLever) -> float:
        """places, income, years or guarantee, as policies have set them."""
        return self.model.present.levers[lever.of(self.record.name)]

    def supplement(self) -> float:
        """Awards spent abroad make up for part of the currency's fall since their income was set."""
        if not self.record.kind.spent_abroad:
            return 1.0
        year = self.model.present
        fall = year.driver("exchange_rate") / year.world.driver("exchange_rate", self.record.income_set(year.number))
        return float(fall**year.parameters.exchange_supplement)

    def places(self) -> int:
        """Places of this year's call at the model's scale."""
        year = self.model.present
        when = 0 if self.record.kind is ProgrammeKind.STIPEND else year.number
        return rounded(self.lever(PLACES) * year.scale, year.seed, Draw.ROUND_PLACES, word(self.record.name), when)

    def eligible(self, person: Researcher) -> bool:
        """Who may apply: by stage, years since the doctorate, origin, field, tier, and where the programme starts."""
        paid = bool(pays_already(person.programme, person.out_of_contract)) and not self.record.kind.runs_at_home
        record, year = self.record, self.model.present.number
        when_new = "new doctorate" in record.stages and person.stage is Stage.UNPLACED
        exempt = not record.degree_within or person.stage is Stage.DOCTORAL
        return bool(
            is_eligible(
                has_stage(person.stage.label in record.stages, when_new, person.degree_year, year),
                recent_degree(exempt, person.degree_year, year, record.degree_within),
                self.takes_origin(person.origin),
                self.takes_field(person.field),
                self.takes_tier(person.tier),
                at_the_start(person.region != HOME, record.kind.leads_here, paid),
            )
        )

    def takes_origin(self, origin: int) -> bool:
        """Whether the programme is for people from a region."""
        record, name = self.record, self.model.world.regions[origin]
        if origin == HOME:
            return record.origin != "foreign"
        return record.origin != "home" and (not record.origin_regions or name in record.origin_regions)

    def takes_field(self, field: int) -> bool:
        """Whether it is for a field."""
        return not self.record.fields or self.model.world.fields[field] in self.record.fields

    def takes_tier(self, tier: int) -> bool:
        """Whether it is for people of a kind of employer; who has none is out where any is named."""
        named, known = self.record.tiers, self.model.world.tiers
        return not named or (tier < len(known) and known[tier] in named)

    def select[T: HasDraws](self, applicants: list[T], places: int | None = None) -> set[T]:
        """The winners, where nobody declines: the best of the ranking."""
        places = self.places() if places is None else places
        ranked = sorted(applicants, key=self.score, reverse=True)
        return set(ranked[:places])

    def score(self, person: HasDraws) -> tuple[float, int]:
        """What the panel ranks by: merit, as the programme weighs it, and the noise of interviews; ties by key."""
        year = self.model.present
        noise = year.parameters.interview_noise * person.normal(Draw.AWARD_RANKING, word(self.record.name))
        return self.record.selection_merit * merit(person, year) + noise, person.draw_key


class Region(mesa.Agent):  # type: ignore[misc]
    """A region abroad: its hosts are reached by some, and take a limited number of people a year."""

    model: PlainModel

    def __init__(self, model: PlainModel, code: int) -> None:
        super().__init__(model)
        self.code = code

    def openings(self) -> int:
        """Host posts within reach of candidates from home this year."""
        year = self.model.present
        scholars = year.driver_of(self.code, "scholar_stock")
        real = scholars * year.of_region(self.code, "openness") * year.parameters.host_rate
        return rounded(real * year.scale, year.seed, Draw.ROUND_OPENINGS, self.code, year.number)

    def reached_by(self, person: Researcher, *, own_money: bool = False) -> bool:
        """Through support, own ties there, or chance; hosts refuse who brings own money less often."""
        year, p = self.model.present, self.model.present.parameters
        nearer = min(year.of_region(self.code, "openness") * float(year.array(REACH)[self.code]), 1.0)
        direct = p.host_reach * nearer
        ties = hosts.ties_that_count(person.ties_abroad, person.tie_region == self.code, p.reach_other_ties)
        missed = hosts.missed_by_hosts(direct, ties, p.reach_ties)
        return bool(person.uniform(Draw.HOST_REACHED) < hosts.reach(missed, own_money, p.own_money_reach))

    def offers(self, applicants: list[Researcher]) -> set[Researcher]:
        """The best get an offer, nobody below the threshold, and no more than there are openings."""
        good = [person for person in applicants if self._score(person)[0] >= self.model.parameters.host_threshold]
        return set(sorted(good, key=self._score, reverse=True)[: self.openings()])

    def _score(self, person: Researcher) -> tuple[float, int]:
        p = self.model.parameters
        past, there = merit(person, self.model.present), person.tie_region == self.code
        seen = float(hosts.host_score(past, p.host_ties, person.ties_abroad, there))
        noise = p.interview_noise * person.normal(Draw.HOST_RANKING)
        return seen + p.host_language * person.language + noise, person.draw_key
