"""A plain Mesa model with one agent a person; `step` is the year."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any, Self

import mesa

from sim.agents import (
    ageing,
    calls,
    choice,
    clock,
    entry,
    ledger,
    market,
    moves,
    outcomes,
    papers,
    search,
    stakes,
    support,
    teams,
    waiting,
)
from sim.agents.beliefs import KINDS, Beliefs, Peers, shifted
from sim.agents.choice import Seeker
from sim.agents.gate import Gate
from sim.agents.institutions import Employer, Programme, Region
from sim.agents.odds import Odds
from sim.agents.researcher import Researcher
from sim.agents.stakes import PLACES_ABROAD, Stakes
from sim.agents.utility import FACULTY, Tables
from sim.agents.year import Year
from sim.instruments.clock import HOSTING_HOURS, LED_BY
from sim.instruments.course import in_force_under, shifts_of, timeline
from sim.instruments.levers import shared
from sim.instruments.pay import POSTS, pay_of
from sim.population.columns import SCHEMA
from sim.population.waiting import Asks
from sim.process.corridors import FIRST_YEARS
from sim.rules import research, ties
from sim.vocabulary import LEADING, RANKS, Mode, Stage
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mesa.agentset import AgentSet

    from sim import BrainCirculation
    from sim.agents.calls import Call
    from sim.agents.outcomes import Row
    from sim.agents.teams import Team
    from sim.agents.waiting import Wait
    from sim.agents.year import Cell
    from sim.instruments.levers import Levers
    from sim.instruments.policy import Measure
    from sim.population.columns import Columns
    from sim.world.programmes import ProgrammeRecord


class PlainModel(mesa.Model):  # type: ignore[misc]
    """The same rules as `sim.BrainCirculation`, person by person, from the state in which `start` is now."""

    def __init__(self, start: BrainCirculation, policies: Sequence[Measure] | None = None) -> None:
        super().__init__(rng=start.seed)
        self.world, self.parameters = start.world, start.parameters
        self.recorded = start.world
        self.policies = start.policies if policies is None else tuple(policies)
        shifts = shifts_of(start.world, self.policies, start.year + 1, start.world.last_year)
        lived = [shift.until(start.year) for shift in start.shifts]
        self.timeline = start.timeline if policies is None else timeline(start.world, [*lived, *shifts])
        self.seed, self.scale, self.year = start.seed, start.scale, start.year
        self.employers = [Employer(self, tier) for tier in range(len(self.world.tiers))]
        self.brought = start.brought
        self.programmes = [Programme(self, x.number, x.record) for x in start.programmes]
        self.hosts = [Region(self, code) for code in range(1, len(self.world.regions))]
        self.founded_coverage, self.hiring_odds_slope = start.state.founded_coverage, start.state.hiring_odds_slope
        self.usual_openness = start.state.usual.openness.tolist()
        self.known_coverage, self.known_stipend = start.state.known_coverage, start.state.known_stipend
        self.levers = start.state.levers
        self.corridors = start.state.corridors.copy()
        self.known_abroad = dict(enumerate(start.state.known_abroad.tolist()))
        self.beliefs, self.usual = _same_beliefs(start), _same_stakes(start)
        self.odds = Odds({name: chances.tolist() for name, chances in start.state.odds.items()})
        usual, reputed = start.state.hosted, start.state.reputation
        self.hosted = None if usual is None else dict(enumerate(usual.tolist()))
        self.reputation = dict(enumerate([0.0] * len(self.world.regions) if reputed is None else reputed.tolist()))
        self.calls: list[Call] = []
        self.teams: list[Team] = []
        self.waiting: list[Wait] = []
        self.grants: dict[Researcher, float] = {}
        self.programme_hours: dict[int, float] = {}
        self.granted_tenure: list[Researcher] = []
        self.outcomes: dict[int, Row] = {}
        for state in states(start.people):
            Researcher(self, **state)

    @property
    def records(self) -> tuple[ProgrammeRecord, ...]:
        """The records of all programmes."""
        return tuple(one.record for one in self.programmes)

    @property
    def researchers(self) -> AgentSet[Researcher]:
        """Everyone."""
        return self.agents_by_type[Researcher]

    # ------------------------------------------------------------------ the year

    def step(self) -> None:
        """One year."""
        self.year += 1
        self._open_year()
        self._hear_announcements()

        self._forget_who_left()
        self.researchers.do("drift")
        teams.keep_ties(self)
        self.stipend_premium = support.stipend_premium(self)
        self.researchers.do(ageing.grow_older)
        posts = self.posts(self.present.under)
        self._grant_tenure(posts)
        self.researchers.do(ageing.renew_permit)

        there = self._diaspora(), self.known_abroad
        worth = Tables(*there, self.programmes, self.present, self.reputation, self.time_gained)
        self.waiting = [wait for wait in self.waiting if wait.due >= self.year]
        entry.enter(self, worth)

        vacant = market.vacancies(posts, self.researchers)
        self._carry_out(self._choose(self._consider(vacant, worth), vacant, worth))

        teams.meet(self)
        teams.give(self)
        self.spillover, self.juniors_per_leader = self._spillover(), self._juniors_per_leader()
        self.researchers.do(papers.publish)
        self.beliefs.take_in(self.present)
        self.researchers.do("learn", self.beliefs)
        self.odds.take_in(self.calls, self.present)
        self.hiring_odds_slope = self.present.tally["hiring_odds_slope",] or self.hiring_odds_slope
        self._remember_flows()
        self.reputation = clock.reputation_after(self)
        self.outcomes[self.year] = outcomes.observe(self, ledger.book(self))

    def run_through(self, year: int) -> Self:
        """Run up to and including a year."""
        self.run_for(year - self.year)
        return self

    def _open_year(self) -> None:
        in_force = [policy for policy in self.policies if policy.active(self.year)]
        self.world = self.timeline.in_year(self.year)
        levers = in_force_under(self.world, self.parameters, in_force, self.year, self.brought)
        values = levers.values(self.year)
        self.levers_in_force = levers
        self.present = Year(
            self.year, self.world, self.recorded, levers.parameters, self.parameters, values, levers, self.seed,
            self.scale, [float(grown) for grown in self.corridors.growth()],
        )  # fmt: skip
        self.gate = Gate(self.present)
        if not self.present.lever(HOSTING_HOURS):
            self.hosted = None
        self.time_gained = clock.gained(self, self.hosted)
        if self.present.lever(HOSTING_HOURS) and self.hosted is None:
            self.hosted = clock.hosted(self)
        self.effort = cache(self._effort)
        self.granted_tenure = []

    def _hear_announcements(self) -> None:
        """An announced rule moves beliefs before anybody has experience of it."""
        for lever in shared():
            change = self.present.levers[lever.name] - self.levers[lever.name]
            if change and lever.announced is not None:
                shift = lever.announced(self.present.parameters, change, self.hiring_odds_slope)
                self.beliefs.announce(shift)
                for person in self.researchers:
                    person.belief_away = shifted(person.belief_away, shift)
        self.levers = self.present.levers

    def _forget_who_left(self) -> None:
        for person in list(self.researchers):
            if person.candidate or person.stage is Stage.LEFT:
                person.remove()

    def posts(self, levers: Levers) -> dict[Cell, int]:
        """All employers' posts this year, under these levers."""
        return {cell: number for employer in self.employers for cell, number in employer.posts(levers).items()}

    def _remember_flows(self) -> None:
        """Who came from each region this year, new students apart, moves the corridors of the next."""
        known, present = self.corridors, self.present
        known.years += 1
        for region in present.abroad:
            came = sum(present.counted("returns", mode, region) for mode in Mode)
            came += sum(present.counted("arrivals", stage, region) for stage in Stage if stage is not Stage.DOCTORAL)
            flow = came / present.scale
            if known.years <= FIRST_YEARS:
                known.first[region] += (flow - known.first[region]) / known.years
                known.recent[region] = known.first[region]
            else:
                pace = present.parameters.corridor_pace
                known.recent[region] = ties.flow_remembered(known.recent[region], flow, pace)

    def _grant_tenure(self, posts: dict[Cell, int]) -> None:
        """Tenure tracks become permanent posts where one is free, the most productive first; others wait a year."""
        free = market.vacancies(posts, self.researchers)
        for person in sorted(self.granted_tenure, key=lambda x: (-x.output, x.draw_key)):
            permanent = person.tier, person.field, Stage.PERMANENT
            if free[permanent]:
                free[permanent] -= 1
                person.take_tenure()
            else:
                person.contract_end = self.year

    def _diaspora(self) -> dict[int, float]:
        """People formed at home who live in each region, in real persons."""
        there = [x.region for x in self.researchers if x.native and not x.here and x.stage is not Stage.LEFT]
        return {region: there.count(region) / self.scale for region in self.present.abroad}

    def _consider(self, vacant: dict[Cell, int], worth: Tables) -> list[Seeker]:
        """Those who consider a change; of those abroad everybody without a post to go back to."""
        asked = search.invitations(self.researchers, vacant, self.present)
        now = stakes.at_stake(self.beliefs, self.odds, self.programmes, worth)
        ratios, seekers = stakes.ratios(now, self.usual, self.present.parameters), []
        for person in self.researchers:
            if person.here:
                home, abroad = search.looks_for_post_at_home(person, ratios), search.thinks_of_leaving(person, ratios)
                calls = search.thinks_of_calls(person, ratios)
                if person.stage not in (Stage.INDUSTRY, Stage.LEFT):
                    abroad = abroad or waiting.asks_again(person, Asks.HOSTS)
                    calls = calls or waiting.asks_again(person, Asks.CALLS)
                if home or abroad or calls:
                    seekers.append(Seeker(person, for_home=home, for_abroad=abroad, for_calls=calls, t=worth))
            elif search.may_look_home(person):
                seeker = Seeker(person, for_abroad=person.candidate, t=worth)
                seeker.for_home = search.looks_home(seeker, self.usual) or search.is_invited(person, asked)
                if not person.native and not person.candidate:
                    let = seeker.for_home and self.gate.lets_in(person.draw_key, person.field, person.origin)
                    place = person.field, person.origin
                    seeker.for_home = waiting.may_move(Asks.RETURN, person, *place, passes=let)
                seekers.append(seeker)
        return seekers

    def _choose(self, seekers: list[Seeker], vacant: dict[Cell, int], worth: Tables) -> list[Seeker]:
        """People apply, then offers come in; posts at home are settled against the best outside offer of each."""
        for seeker in seekers:
            seeker.look_outside_academia()
            seeker.look_outside_academia_abroad()
            seeker.look_in_own_country()
            seeker.look_in_third_region()
            seeker.think_of_visit()
        coming = [x for x in self.programmes if x.record.kind.leads_here]
        going = [x for x in self.programmes if x.record.kind.leads_abroad]
        self.calls = [calls.call_in(programme, seekers, self.odds, worth) for programme in coming]
        self.calls += [calls.call_out(programme, seekers, self.hosts, self.odds, worth) for programme in going]
        choice.host_offers(seekers, self.hosts, worth)
        for call in self.calls:
            call.award(call.places)
        market.fill_posts(seekers, vacant, self.present)
        calls.late_round(self.calls, self.present)
        market.see_posts_of_programmes(self.calls, self.present)
        return seekers

    def _carry_out(self, seekers: list[Seeker]) -> None:
        for seeker in seekers:
            moves.carry_out(seeker.person, seeker.best)

    # ------------------------------------------------------------------ what research depends on

    def _effort(self, tier: int, stage: Stage, *, at_host: bool = False) -> float:
        """Papers a year of the average person: research time over the first year's, to the power `time_elasticity`."""
        p = self.parameters
        if stage is Stage.DOCTORAL:
            return p.paper_rate * p.doctoral_rate
        if at_host:
            settled = stage is Stage.PERMANENT and tier == self.world.no_tier
            kind = "lasting host post" if settled else "postdoc"
            time = self.world.positions.value("research_time_stage", stage=kind)
        else:
            time = self.time_for_research(tier, stage)
        first = self.world.driver("research_time", self.world.first_year)
        return float(research.papers_alone(p.paper_rate, time, first, p.time_elasticity))

    def second_employer(self, person: Researcher) -> Team | None:
        """The second appointment of somebody in a post at home; None without one."""
        if not person.here or person.stage not in RANKS:
            return None
        of_kind = ProgrammeKind.SHARED_POST
        mine = (x for x in self.teams if x.person is person and x.programme.record.kind is of_kind)
        return next((team for team in mine if team.last >= self.present.number), None)

    def time_for_research(self, tier: int, stage: Stage, *, programmes: bool = True) -> float:
        """Share of the working time for research at home; programmes: less the hours that they take of leaders."""
        position = self.world.positions
        if stage not in FACULTY:
            return position.value("research_time_stage", stage=stage.label)
        beyond = position.value("research_time_tier", tier=self.world.tiers[tier])
        time = self.present.driver("research_time") + beyond
        if stage in LED_BY and tier in self.present.tiers:
            taken = self.programme_hours[tier] / max(clock.leaders(self, tier), 1) if programmes else 0.0
            time += self.time_gained[tier] - taken / self.parameters.working_hours
        return time

    def _spillover(self) -> dict[tuple[int, int], float]:
        """Log impact from the foreign ties of the mean colleague, by kind of employer and field."""
        ties: dict[tuple[int, int], list[float]] = {group: [] for group in self._groups()}
        for person in self.researchers:
            if person.here and person.tier in self.present.tiers:
                ties[person.tier, person.field].append(person.working_ties)
        mean = {group: sum(known) / max(len(known), 1) for group, known in ties.items()}
        spillover = self.parameters.tie_spillover
        return {group: float(research.impact_of_colleagues_ties(value, spillover)) for group, value in mean.items()}

    def _juniors_per_leader(self) -> dict[tuple[int, int], float]:
        """Doctoral students and postdocs, by their weight in a team, per leader at home."""
        weight = {
            stage: self.world.positions.value("junior_weight", stage=stage.label)
            for stage in (Stage.DOCTORAL, Stage.POSTDOC)
        }
        juniors: defaultdict[tuple[int, int], float] = defaultdict(float)
        leaders: defaultdict[tuple[int, int], int] = defaultdict(int)
        for person in self.researchers:
            group = person.tier, person.field
            if person.here and person.stage in weight:
                juniors[group] += weight[person.stage]
            leaders[group] += person.leads
        return {group: float(research.juniors_per_leader(juniors[group], leaders[group])) for group in self._groups()}

    def _groups(self) -> list[tuple[int, int]]:
        """Every tier with every field."""
        return [(tier, field) for tier in self.present.tiers for field in self.present.fields]

    def juniors_paid_by(self, money: float) -> float:
        """People in a team whom start-up or research money of so many millions a year pays, postdoc = 1."""
        p = self.present.parameters
        salary = pay_of(self.world, self.world.tiers[LEADING], Stage.POSTDOC.label) * self.present.lever(POSTS)
        return float(research.juniors_of_startup(money, p.startup_people, salary, p.post_on_cost))

    def team(self, juniors: float, field: int) -> float:
        """What a leader with so many juniors writes, over what the leader would write alone."""
        norm = self.world.positions.value("group_norm", field=self.world.fields[field])
        return float(research.team_output(juniors, self.parameters.team_elasticity, norm))


def _same_beliefs(start: BrainCirculation) -> Beliefs:
    rate = {
        Peers(f, fixed, away): float(start.beliefs.rate[f, int(fixed), int(away)])
        for f in range(len(start.world.fields))
        for fixed, away in KINDS
    }
    return Beliefs(rate, start.beliefs.horizon, start.beliefs.announced_log_odds)


def _same_stakes(start: BrainCirculation) -> Stakes:
    """What was at stake when the model began, from its arrays."""
    usual, abroad = start.state.usual, range(1, len(start.world.regions))
    natives = {True: 0, False: 1}
    return Stakes(
        home={(native, s): float(usual.home[row, s]) for native, row in natives.items() for s in Stage},
        leaving={stage: float(usual.leaving[stage]) for stage in Stage},
        calls={stage: float(usual.calls[stage]) for stage in Stage},
        back={(origin, stage): float(usual.back[origin, stage]) for origin in abroad for stage in Stage},
        from_abroad={
            (native, place, region): float(usual.from_abroad[row, k, region])
            for native, row in natives.items()
            for k, place in enumerate(PLACES_ABROAD)
            for region in abroad
        },
        candidates={origin: float(usual.candidates[origin]) for origin in abroad},
    )


def states(people: Columns) -> list[dict[str, Any]]:
    """One dictionary a person, codes as words."""
    columns = {}
    for column in SCHEMA:
        values = people[column.name].tolist()
        columns[column.name] = [column.codes(value) for value in values] if column.codes else values
    return [dict(zip(columns, state, strict=True)) for state in zip(*columns.values(), strict=True)]
