"""A researcher: one Mesa agent a person, and what a year does to each, whatever anybody else does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mesa

from sim.agents import draws
from sim.engine.draws import Draw
from sim.instruments.contacts import TIES
from sim.instruments.family import SUPPORT
from sim.instruments.language import TRAINING
from sim.rules import contracts, families, ties
from sim.rules.beliefs import moved_towards, sight_of_peers_abroad
from sim.rules.stays import stage_of_return_post
from sim.vocabulary import HOME, Mode, Permit, Sex, Stage

if TYPE_CHECKING:
    from sim.agents.beliefs import Beliefs
    from sim.agents.model import PlainModel
    from sim.agents.teams import Team
    from sim.agents.year import Cell, Year


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
    def second_employer(self) -> Team | None:
        """The second appointment beside a post at home; None without one."""
        return self.model.second_employer(self)

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

    def take_tenure(self) -> None:
        """The tenure track becomes a permanent post."""
        self.stage, self.contract_end, self.start_year = Stage.PERMANENT, 0, self.year.number
        self.funded, self.programme = False, -1

    def contract_years(self) -> int:
        """Length of a postdoc contract."""
        spread = contracts.spread_of_contracts(self.year.parameters.contract_postdoc)
        return int(contracts.contract_years(spread, self.uniform(Draw.CONTRACT_YEARS)))

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

    def work_here(self) -> None:
        """A foreigner begins to live at home on a permit for work."""
        self.permit, self.permit_since, self.here_since = Permit.RESEARCHER, self.year.number, self.year.number

    def arrive(self) -> None:
        """A foreigner comes in."""
        self._count_family()
        self.year.count("arrivals", self.stage, self.origin)
        self.change_country(self.origin)
        self.region, self.mode, self.away_since = HOME, Mode.NONE, 0
        self.candidate, self.start_year = False, self.year.number
        self.work_here()
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

    @property
    def working_ties(self) -> float:
        """Foreign ties that the gate lets work together."""
        return self.ties_abroad * (self.model.gate.joint(self.field, self.tie_region) if self.here else 1.0)

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
