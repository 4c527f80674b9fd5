"""A researcher: one Mesa agent a person, and what a year does to each, whatever anybody else does."""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING, Any

import mesa

from sim.agents import benefits, draws
from sim.engine.draws import Draw
from sim.instruments.contacts import TIES
from sim.instruments.family import SUPPORT
from sim.instruments.language import TRAINING
from sim.instruments.return_posts import STARTUP
from sim.rules import contracts, families, permits, research, retirement, studies, ties
from sim.rules.beliefs import moved_towards, sight_of_peers_abroad
from sim.rules.benefits import NOBODY, RETURNEES
from sim.rules.stays import stage_of_return_post
from sim.vocabulary import HOME, LEADING, Mode, Permit, Sex, Stage

if TYPE_CHECKING:
    from sim.agents.beliefs import Beliefs
    from sim.agents.model import PlainModel
    from sim.agents.year import Cell, Year

_HAS_ENDING_CONTRACT = (Stage.POSTDOC, Stage.FIXED_TERM, Stage.TENURE_TRACK)


class HasDraws:
    """Whoever has draws, the same under every policy and in every engine, and a record that rankings see."""

    draw_key: int
    talent: float
    output: float

    @property
    def year(self) -> Year:
        """The year under way."""
        raise NotImplementedError

    def uniform(self, draw: Draw, alternative: int = 0) -> float:
        """This year's uniform draw of that name."""
        return draws.uniform(self.draw_key, self.year.number, draw, alternative)

    def normal(self, draw: Draw, alternative: int = 0) -> float:
        """This year's normal draw of that name."""
        return draws.normal(self.draw_key, self.year.number, draw, alternative)

    def gumbel(self, draw: Draw, alternative: int = 0) -> float:
        """This year's taste for an alternative."""
        return draws.gumbel(self.draw_key, self.year.number, draw, alternative)


class Researcher(HasDraws, mesa.Agent):  # type: ignore[misc]
    """One person. The attributes mean what the columns of `sim.columns.SCHEMA` of the same name mean."""

    model: PlainModel
    identity: int
    origin: int
    region: int
    field: int
    sex: Sex
    birth_year: int
    stage: Stage
    tier: int
    degree_year: int = 0
    degree_tier: int
    degree_region: int = HOME
    start_year: int = 0
    contract_end: int = 0
    home_taste: float = 0.0
    talent: float = 0.0
    drive: float = 1.0
    output: float = 0.0
    ties_home: float = 0.0
    ties_abroad: float = 0.0
    tie_region: int = HOME
    mode: Mode = Mode.NONE
    away_since: int = 0
    away_until: int = 0
    years_abroad: float = 0.0
    post_kept: bool = False
    programme: int = -1
    guaranteed: bool = False
    funded: bool = False
    candidate: bool = False
    partner: bool = False
    child_born: int = 0
    language: float = 0.0
    belief_home: float = 0.0
    belief_away: float = 0.0
    benefit: float = 0.0
    benefit_money: float = 0.0
    research_money: float = 0.0
    benefit_until: int = 0
    stipend: int = 0
    working: bool = False
    on_leave: bool = False
    early: bool = False
    permit: Permit = Permit.NONE
    permit_since: int = 0
    here_since: int = 0
    returned_year: int = 0
    return_programme: int = -1
    moves: int = 0
    papers: float = 0.0
    top10: float = 0.0

    visited: int = 0  # year of the latest stay of some months
    typical: bool = False  # nobody: see `sim.agents.stakes`

    def __init__(self, model: PlainModel, **state: Any) -> None:  # noqa: ANN401  attributes of every type
        super().__init__(model)
        for name, value in state.items():
            setattr(self, name, value)

    @property
    def year(self) -> Year:
        """The year under way."""
        return self.model.present

    @property
    def native(self) -> bool:
        """Comes from the focal country."""
        return self.origin == HOME

    @property
    def here(self) -> bool:
        """Is at home, in the focal country."""
        return self.region == HOME

    @property
    def away_this_year(self) -> bool:
        """Was away for some months this year."""
        return self.visited == self.year.number

    @property
    def age(self) -> int:
        """Age this year."""
        return self.year.number - self.birth_year

    @property
    def since_degree(self) -> int:
        """Years since the doctorate, 0 without one."""
        return self.year.number - self.degree_year if self.degree_year else 0

    @property
    def cell(self) -> Cell:
        """The kind of post the person holds."""
        return self.tier, self.field, self.stage

    @property
    def holds_post(self) -> bool:
        """Holds a post at home that an employer pays, present or on leave."""
        ranked = Stage.POSTDOC <= self.stage <= Stage.PERMANENT
        return ranked and (self.here or self.post_kept) and not (self.funded or self.candidate)

    @property
    def permanent(self) -> bool:
        """Resident for good: of home origin, or with that permit."""
        return self.native or self.permit is Permit.PERMANENT

    @property
    def settled_years(self) -> int:
        """Years of the present stay in a country that is not the own, 0 in the own."""
        since = self.here_since if self.here else self.away_since
        return self.year.number - since if self.region != self.origin and since else 0

    @property
    def leads(self) -> bool:
        """Leads a group at home."""
        return self.here and self.tier in self.year.tiers and self.stage in (Stage.TENURE_TRACK, Stage.PERMANENT)

    @property
    def leads_abroad(self) -> bool:
        """Leads a group abroad, in a lasting post there."""
        return not self.here and self.stage is Stage.PERMANENT and not self.post_kept

    @property
    def out_of_contract(self) -> bool:
        """Abroad and out of contract: to stay as before is no option."""
        return not self.here and self.contract_over and not self.post_kept and self.stage is not Stage.LEFT

    @property
    def contract_over(self) -> bool:
        """The contract has run out."""
        return bool(contracts.contract_is_over(self.contract_end, self.year.number))

    @property
    def host_renews(self) -> bool:
        """Out of contract abroad, and the host offers another contract, to good people sooner."""
        p, quality = self.year.parameters, self.talent / self.year.parameters.sd_quality
        bounds = p.host_renewal_least, p.host_renewal_most
        openness, usual = self.year.of_region(self.region, "openness"), self.model.usual_openness[self.region]
        renewal = contracts.renewal_in_region(p.host_renewal, openness, usual)
        chance = contracts.chance_of_renewal_abroad(renewal, quality, p.host_quality, *bounds)
        offered = bool(self.uniform(Draw.RENEWAL_ABROAD) < chance)
        return self.out_of_contract and self.stage is Stage.POSTDOC and offered

    # ------------------------------------------------------------------ a year passes

    def grow_older(self) -> None:
        """Families change, people retire, doctorates finish, stays abroad and contracts end."""
        if self.funded and self.stage is Stage.PERMANENT and self.contract_over:  # a programme paid its first years
            self.funded, self.programme, self.contract_end = False, -1, 0
        if self.here and not self.funded:
            self.programme = -1
        self._family()
        self._retire()
        if self.stage is Stage.DOCTORAL:
            self._study()
        self._end_stay()
        if self.contract_over and self.here and self.stage in _HAS_ENDING_CONTRACT:
            self._end_contract()
        if self.stage is Stage.POSTDOC and self.contract_end > 0 and not self.post_kept and self.mode is not Mode.NONE:
            self._may_settle_abroad()
        if self.stage is Stage.PERMANENT and not self.here and self.region != self.origin and not self.post_kept:
            self._may_lose_post_abroad()

    def _family(self) -> None:
        p = self.year.parameters
        if self.child_born:
            return
        if not self.partner:
            limit = int(p.partner_age_limit)
            self.partner = bool(families.finds_partner(self.age, limit, self.uniform(Draw.PARTNER), p.partner_rate))
            return
        ages = int(p.child_age_first), int(p.child_age_last)
        if families.has_first_child(self.age, *ages, self.uniform(Draw.CHILD), p.child_rate):
            self.child_born = self.year.number

    def _retire(self) -> None:
        """Retirement by kind of employer, abroad and outside academia at ages of their own; a few leave earlier."""
        p = self.year.parameters
        if not self.here:
            oldest = p.retirement_age_abroad
        elif self.tier == self.year.no_tier:
            oldest = p.retirement_age_outside
        else:
            oldest = self.year.world.posts.value("retirement_age", tier=self.year.world.tiers[self.tier])
        if retirement.retires(self.age, int(oldest)):
            self.leave("retired")
        elif retirement.leaves_research(self.uniform(Draw.EXIT), p.attrition):
            self.leave("left")

    def _study(self) -> None:
        """Some finish, after the least years of study at home or abroad; some give up."""
        p, studied = self.year.parameters, self.year.number - self.start_year
        least = p.least_study if self.here else p.least_study_abroad
        completion, dropout = p.completion_working if self.working else p.completion, p.dropout
        if self.stipend:
            premium = self.model.stipend_premium
            completion = float(studies.share_with_stipend(p.completion, p.stipend_completion, premium))
            dropout = float(studies.share_with_stipend(p.dropout, p.stipend_dropout, premium))
        draw = self.uniform(Draw.GRADUATION)
        finishes = studies.finishes_doctorate(studied, least, self.post_kept, draw, completion)
        if finishes:
            self._graduate()
        elif studies.gives_up_doctorate(finishes, self.uniform(Draw.DROPOUT), dropout):
            self.leave("left")

    def _graduate(self) -> None:
        """At home back to the job or on the market; abroad with the host, on a contract that is over at once."""
        if self.here:
            self.year.count("graduates", "native" if self.native else "foreign")
        self.degree_year, self.degree_region = self.year.number, self.region
        self.degree_tier = self.tier if self.here else LEADING
        self.stipend = 0
        if not self.here:
            self.stage = Stage.POSTDOC
            self.start_year, self.contract_end = self.year.number, self.year.number - 1
        elif self.working:
            self.stage, self.tier, self.start_year = Stage.INDUSTRY, self.year.no_tier, self.year.number
        else:
            self.lose_post()

    def _end_stay(self) -> None:
        """Who kept a post goes back to it when the stay is over."""
        if self.post_kept and self.away_until < self.year.number and self.stage is not Stage.LEFT and not self.here:
            self.come_home()
            benefits.grant(self, RETURNEES if self.native else NOBODY)

    def _end_contract(self) -> None:
        """Renewal, tenure (where a permanent post is free: the model sees to that), or no post."""
        p, draw = self.year.parameters, self.uniform(Draw.RENEWAL)
        if self.stage is Stage.TENURE_TRACK:
            # settled once: who waits for a post keeps the right to it
            if contracts.is_granted_tenure(draws.uniform(self.draw_key, 0, Draw.TENURE), p.tenure_granted):
                self.model.granted_tenure.append(self)
            else:
                self.lose_post()
            return
        postdoc = self.stage is Stage.POSTDOC
        held = self.year.number - self.start_year
        chance, limit = (p.renew_postdoc, p.postdoc_limit) if postdoc else (p.renew_fixed, p.fixed_limit)
        if contracts.is_renewed(held, int(limit), self.funded, draw, chance):
            length = self.contract_years() if postdoc else int(p.contract_fixed)
            self.contract_end = self.year.number + length - 1
        else:
            self.lose_post()

    def take_tenure(self) -> None:
        """The tenure track becomes a permanent post."""
        self.stage, self.contract_end, self.start_year = Stage.PERMANENT, 0, self.year.number
        self.funded = False

    def _may_settle_abroad(self) -> None:
        """A host offers a lasting post, to good people sooner; another contract is an offer of the market."""
        p, quality = self.year.parameters, self.talent / self.year.parameters.sd_quality
        tenure, away = self.year.of_region(self.region, "host_tenure"), self.year.number - self.away_since
        chance = contracts.chance_of_lasting_post_abroad(tenure, quality, p.host_quality, p.host_quality_limit)
        draw = self.uniform(Draw.LASTING_POST_ABROAD)
        if contracts.gets_lasting_post_abroad(away, p.lasting_post_wait, draw, chance):
            self.stage, self.contract_end, self.programme = Stage.PERMANENT, 0, -1
            self.start_year = self.year.number

    def _may_lose_post_abroad(self) -> None:
        """A region with fewer jobs for foreigners than it had cuts lasting posts; the contract is then over."""
        openness, usual = self.year.of_region(self.region, "openness"), self.model.usual_openness[self.region]
        exposed, draw = draws.uniform(self.draw_key, 0, Draw.POST_EXPOSED), self.uniform(Draw.POST_CUT)
        if contracts.loses_lasting_post_abroad(exposed, openness, usual, draw, self.year.parameters.horizon):
            self.stage, self.contract_end, self.start_year = Stage.POSTDOC, self.year.number - 1, self.year.number

    def contract_years(self) -> int:
        """Length of a postdoc contract."""
        spread = contracts.spread_of_contracts(self.year.parameters.contract_postdoc)
        return int(contracts.contract_years(spread, self.uniform(Draw.CONTRACT_YEARS)))

    def renew_permit(self) -> None:
        """A foreigner at home has the permit of what the person does, or permanent residence after some years."""
        if self.native or not self.here:
            return
        p, now = self.year.parameters, self.year.number
        self.here_since = self.here_since or now
        draw = draws.uniform(self.draw_key, 0, Draw.HIGHLY_SKILLED)
        skilled = permits.is_highly_skilled(self.degree_year > 0, draw, p.highly_skilled)
        spans = p.permanent_years, p.permanent_years_skilled
        needed = permits.years_to_permanent(skilled, now, int(p.permanent_skilled_since), *spans)
        works, years = Stage.DOCTORAL < self.stage <= Stage.INDUSTRY, now - self.here_since
        granted = permits.gets_permanent(works, years, needed, self.uniform(Draw.PERMIT), p.permanent_rate)
        permit = Permit(int(permits.permit_of(self.stage, self.permit is Permit.PERMANENT or granted)))
        if permit is not self.permit:
            self.permit, self.permit_since = permit, now

    def give_up_stay(self) -> None:
        """Who leaves home loses the permit and what is left of a benefit."""
        self.permit, self.permit_since, self.here_since = Permit.NONE, 0, 0
        self.benefit_until = min(self.benefit_until, self.year.number - 1)

    # ------------------------------------------------------------------ what can happen to a person

    def leave(self, why: str) -> None:
        """Out of research, and out of the model when the next year begins."""
        self.year.count(why)
        self.stage, self.stipend = Stage.LEFT, 0

    def return_post(self) -> Stage:
        """What a guaranteed post on return would be."""
        draw = draws.uniform(self.draw_key, 0, Draw.RETURN_POST_TRACK)
        return Stage(int(stage_of_return_post(draw, self.year.parameters.return_post_track)))

    def lose_post(self) -> None:
        """Between posts."""
        self.stage, self.tier, self.contract_end = Stage.UNPLACED, self.year.no_tier, 0
        self.start_year, self.funded, self.programme = self.year.number, False, -1

    def come_home(self) -> None:
        """Home from a stay of a year or more, whatever the person does there."""
        self._count_family()
        if self.native:
            self.year.count("returns", self.mode, self.region)
        self.return_programme = self.programme if self.mode is Mode.FELLOWSHIP else -1
        self.returned_year = self.year.number
        if not (self.mode is Mode.VISIT and self.funded and self.stage >= Stage.FIXED_TERM):
            self.programme = -1
        self.region, self.mode = HOME, Mode.NONE
        self.away_since, self.away_until = 0, 0
        self.post_kept, self.guaranteed = False, False

    def depart(self, region: int, mode: Mode) -> None:
        """Leave home for a year or more."""
        self._count_family()
        if self.native:
            self.year.count("departures", mode, region)
        else:
            self.year.count("foreign_departures", region)
        self.change_country(region)
        self.region, self.mode, self.away_since = region, mode, self.year.number
        self.moves += 1
        self.stipend = 0
        self.give_up_stay()

    def _count_family(self) -> None:
        """Somebody who moves in or out has a partner or a child at school, whom support helps."""
        at_school = families.has_school_child(self.child_born, self.year.number)
        if self.year.lever(SUPPORT) > 0 and (self.partner or at_school):
            self.year.count("supported_family_move")

    def move_on(self, region: int) -> None:
        """From one host abroad to another, in the same region or elsewhere; the time abroad goes on."""
        if region != self.region:
            self.change_country(region)
            self.moves += 1
        self.region, self.mode = region, Mode.TRANSFER

    def arrive(self) -> None:
        """A foreigner comes in."""
        self._count_family()
        self.year.count("arrivals", self.stage, self.origin)
        self.change_country(self.origin)
        self.region, self.mode, self.away_since = HOME, Mode.NONE, 0
        self.candidate, self.start_year = False, self.year.number
        self.permit, self.permit_since, self.here_since = Permit.RESEARCHER, self.year.number, self.year.number
        self.moves += 1

    # ------------------------------------------------------------------ ties, research, beliefs

    def drift(self) -> None:
        """The year that has passed, where it was spent: ties form and fade, language is learned, time abroad counts."""
        p = self.year.parameters
        kept, gain, home_gain = 1 - p.tie_decay, p.tie_gain, 0.0
        if self.here:
            gain, home_gain = p.tie_base, p.tie_home_gain
        prevented = self.year.array(TIES) * p.tie_decay
        kept_abroad = kept + (float(prevented[self.tie_region]) if self.here else 0.0)
        kept_home = kept + float(prevented[self.region])
        self.ties_abroad = float(ties.ties_after_a_year(self.ties_abroad, kept_abroad, gain))
        self.ties_home = float(ties.ties_after_a_year(self.ties_home, kept_home, home_gain))
        if self.here != self.native:
            self.language = float(ties.language_after_a_year(self.language, p.language_gain))
            if self.here:
                training = float(self.year.array(TRAINING)[self.stage])
                self.language = float(ties.language_after_a_year(self.language, training))
        if self.native and not self.here:
            self.years_abroad += 1

    def change_country(self, region: int) -> None:
        """A move cuts the home ties of some at once and points new ties to the place."""
        p = self.year.parameters
        if ties.cuts_ties(self.uniform(Draw.TIES_CUT), p.tie_cut):
            self.ties_home = 0.0
        self._turn_toward(region, p.tie_gain)

    def visit(self, region: int, years: float) -> None:
        """A stay shorter than a year; short stays give more than their share of ties."""
        p = self.year.parameters
        gain = float(ties.ties_of_visit(p.tie_gain * p.tie_visit, years))
        self._turn_toward(region, gain)
        self.ties_abroad += gain
        self.years_abroad += years
        self.visited = self.year.number
        self.year.count("visits", "student" if self.stage is Stage.DOCTORAL else "employed", region)

    def receive(self, region: int, gain: float, language: float) -> None:
        """Ties with a region, and a share of the language still missing, that a programme gives in a year."""
        self._turn_toward(region, gain, abroad=False)
        self.ties_abroad += gain
        self.language = float(ties.language_after_a_year(self.language, language))

    def _turn_toward(self, region: int, gain: float, *, abroad: bool | None = None) -> None:
        """Ties abroad are mainly there now, if the old ones are few beside what the place brings."""
        abroad = self.mode is not Mode.NONE if abroad is None else abroad
        if ties.turns_to_region(self.ties_abroad, gain, self.year.parameters.tie_turn_years, abroad):
            self.tie_region = region

    def publish(self) -> None:
        """A year's papers; of people at home also how many are top-tenth and international, as expected numbers."""
        p = self.year.parameters
        papers = draws.poisson(self._paper_rate(), self.uniform(Draw.PAPERS))
        self.output = float(research.output_after_a_year(self.output, papers, p.output_memory))
        threshold = p.top10_threshold + self.year.driver("top_tenth")
        share = research.share_in_top_tenth(self.talent, self._environment(), threshold, p.sd_luck)
        top10 = papers * float(share)
        base = p.coauthor_base + self.year.driver("coauthorship")
        together = self.model.gate.joint(self.field, self.tie_region) if self.here else 1.0
        international = papers * together * float(research.share_international(self.ties_abroad, base, p.coauthor_ties))
        self.papers += papers
        self.top10 += top10
        if self.here:
            self.year.count("papers", by=papers)
            self.year.count("top10", by=top10)
            self.year.count("international", by=international)

    @property
    def working_ties(self) -> float:
        """Foreign ties that the gate lets work together."""
        return self.ties_abroad * (self.model.gate.joint(self.field, self.tie_region) if self.here else 1.0)

    def _paper_rate(self) -> float:
        """Papers expected this year: none outside academic research, fewer in a year of moving."""
        if self.candidate or self.stage in (Stage.INDUSTRY, Stage.LEFT):
            return 0.0
        at_host = not self.here and self.stage is not Stage.DOCTORAL
        rate = self.model.effort(self.tier, self.stage, at_host=at_host)
        if self.leads_abroad:
            rate *= self.model.team(self.year.world.positions.value("juniors_abroad"), self.field)
        elif self.here:
            juniors = self.model.juniors_per_leader[self.tier, self.field] if self.leads else 0.0
            if self.funded and self.programme < 0 and self.stage in (Stage.FIXED_TERM, Stage.TENURE_TRACK):
                juniors += self.model.juniors_paid_by(self.year.lever(STARTUP))
            if self.benefit_until >= self.year.number:
                juniors += self.model.juniors_paid_by(self.research_money)
            juniors += self.model.juniors_paid_by(self.model.grants.get(self, 0.0))
            rate *= self.model.team(juniors, self.field)
        moved = self.year.number in (self.away_since, self.returned_year)
        dip = exp(self.year.parameters.move_dip) if moved else 1.0
        return float(research.papers_expected(rate, self.drive, dip))

    def _environment(self) -> float:
        """What the peers of the place of work, or colleagues with foreign ties, add to the impact of papers.

        Who has been abroad keeps a part of what the place was better than the one now.
        """
        p = self.year.parameters
        if not self.here:
            return float(research.impact_of_peers(self.year.of_region(self.region, "peers"), p.peers_gain))
        employed = self.tier in self.year.tiers
        peers = (
            self.year.world.positions.value("peers_tier", tier=self.year.world.tiers[self.tier]) if employed else 0.0
        )
        impact = research.impact_of_peers(peers, p.peers_gain)
        if self.years_abroad >= 1:
            there = self.year.of_region(self.tie_region, "peers")
            impact += research.impact_kept(there, peers, p.peers_gain, p.peers_kept)
        return float(impact) + (self.model.spillover[self.tier, self.field] if employed else 0.0)

    def learn(self, beliefs: Beliefs) -> None:
        """Who may still move believes a little more what visible peers show; those abroad are seen through own ties."""
        p = self.year.parameters
        if self.stage in (Stage.PERMANENT, Stage.LEFT):
            return
        fixed = self.stage is Stage.FIXED_TERM
        stay, go = beliefs.chance(self.field, fixed=fixed, away=False), beliefs.chance(self.field, away=True)
        sight = sight_of_peers_abroad(self.ties_abroad, 1 - p.visibility)
        self.belief_home = float(moved_towards(self.belief_home, stay, p.learning))
        self.belief_away = float(moved_towards(self.belief_away, go, p.learning * sight))
