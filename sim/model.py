"""The model: a Mesa model whose year reads like DESIGN section 3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import mesa
import numpy as np
from mesa.time import Priority

from sim import kernels
from sim.instruments import stipends as support
from sim.instruments.policy import Policy, levers_in, levers_under
from sim.market import choice, posts, search, utility
from sim.market import transitions as moves
from sim.market.institutions import Employer, Programme, Region
from sim.measures import distribution as standing
from sim.measures import outcomes
from sim.measures import surveys as observation
from sim.measures.outcomes import Past
from sim.population import founding
from sim.population.chronicle import Chronicle
from sim.population.researchers import Researchers
from sim.process import ageing, entry, ledger, research, ties
from sim.process.beliefs import Beliefs
from sim.vocabulary import HOME, Field, Stage, Tier
from sim.world.parameters import Parameters
from sim.world.world import World
from sim.year import Tally, Year

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from sim.population.columns import Columns


class BrainCirculation(mesa.Model):  # type: ignore[misc]
    """Researchers of a focal country who study, work, leave and come back.

    world: tables of the world (default: the shipped data). parameters: behaviour. policies: composed in order. seed:
    the root of every draw. scale: simulated over real persons, in (0, 1]. chronicle: whether to record every life.
    calls: whether `tally.calls` keeps who applied where, how far from the cut-off. observed: whether to collect the
    statistics of `sim.observation`. Nothing in the model reads either. The model starts before the world's first year;
    `run_through` runs it.
    """

    def __init__(
        self,
        world: World | None = None,
        parameters: Parameters | None = None,
        policies: Sequence[Policy] = (),
        *,
        seed: int = 1,
        scale: float = 0.1,
        chronicle: bool = False,
        calls: bool = False,
        observed: bool = False,
    ) -> None:
        self.calls = calls
        self._set_up(world or World.load(), parameters or Parameters.load(), policies, seed, scale)
        self.chronicle = Chronicle(self.world.regions, enabled=chronicle)
        self.beliefs = Beliefs.founded(self.world.stocks.value("founding_rate"), self.parameters.horizon)
        self.year = self.world.first_year - 1
        first = self._open_year(self.world.first_year)
        self.people = founding.found(self._posts(first), self.beliefs, first)
        self.founded_coverage = self._coverage(first)
        self.levers = first.levers
        self.panel = observation.Panel.opened(self.people, first) if observed else None
        self._start_clock()

    def _set_up(
        self, world: World, parameters: Parameters, policies: Sequence[Policy], seed: int, scale: float
    ) -> None:
        if not 0 < scale <= 1:
            raise ValueError(f"scale must lie above 0 and at most 1, not {scale}.")
        super().__init__(rng=seed)
        self.world, self.parameters, self.policies = world, parameters, tuple(policies)
        self.seed, self.scale = seed, scale
        for policy in policies:  # what is wrong with a policy is said before anything runs
            levers_in(world, parameters, policies, min(max(policy.start, world.first_year), world.last_year))
        self.employers = [Employer(self, tier) for tier in Tier if tier is not Tier.NONE]
        self.programmes = [Programme(self, number, record) for number, record in enumerate(world.programmes)]
        self.hosts = [Region(self, code, name) for code, name in enumerate(world.regions) if code != HOME]
        self.in_force: tuple[Policy, ...] = ()
        self.came_back: dict[int, NDArray[np.int64]] = {}
        self.foreign_graduates: dict[int, int] = {}
        self.hiring_odds_slope = 0.0
        self.forked: Columns | None = None
        self._fork_point: tuple[int, Columns] | None = None
        self._rows: list[tuple[int, str, str, float, str]] = []
        self._seen: list[tuple[int, str, str, float, str]] = []

    def _start_clock(self) -> None:
        """Put every policy's start and end on the Mesa clock, just before its year."""
        self._clock_zero = self.year
        for policy in self.policies:
            for year in {policy.start, (policy.end or self.world.last_year) + 1}:
                if self.year < year <= self.world.last_year:
                    self.schedule_event(self._revise_levers, at=year - self._clock_zero - 0.5, priority=Priority.HIGH)
        self._revise_levers()

    def _revise_levers(self) -> None:
        """A dated event: from now on these policies are in force."""
        self.in_force = tuple(policy for policy in self.policies if policy.active(self.year + 1))

    # ------------------------------------------------------------------ the year

    def step(self) -> None:
        """One year."""
        year = self._open_year(self.year + 1)
        people = self.people
        self._hear_announcements(year)

        on_offer = self._posts(year)
        ties.drift(people, year)
        ageing.age(people, on_offer, year)

        worth = utility.tables(year, self._diaspora(), self.programmes)
        entry.enter(people, self.beliefs, self.programmes, self.founded_coverage, worth, year)

        vacancies = posts.vacancies(on_offer, posts.filled(people))
        seekers = search.consider(people, year)
        choices = choice.choose(people, seekers, vacancies, self.programmes, self.hosts, worth, year)
        moves.carry_out(people, seekers, choices, self.programmes, year)

        research.publish(people, year)
        self.beliefs.learn(people, year)
        costs = ledger.book(people, self.employers, self.programmes, self.policies, year)

        year.tally.vacancies += vacancies
        self._close_year(year, costs)

    def _open_year(self, year: int) -> Year:
        tally = Tally.empty(len(self.world.regions), len(self.programmes), posts.CELLS, len(Field), calls=self.calls)
        levers = levers_under(self.world, self.parameters, self.in_force, year)
        return Year(
            year, self.world, self.parameters, levers, self.seed, self.scale, tally, self.chronicle
        )  # fmt: skip

    def _hear_announcements(self, year: Year) -> None:
        change = year.levers["hiring.overseas_weight"] - self.levers["hiring.overseas_weight"]
        if change:
            self.beliefs.announce(self.people, change, self.hiring_odds_slope, year)
        self.levers = year.levers

    def _posts(self, year: Year) -> NDArray[np.int64]:
        return np.concatenate([employer.posts(year).ravel() for employer in self.employers])

    def _coverage(self, year: Year) -> float:
        places = sum(x.places(year) for x in self.programmes if x.record.direction == "home")
        return float(places) / max(1, support.eligible_students(self.people))

    def _worth(self) -> utility.Tables:
        """What positions are worth in the last finished year."""
        return utility.tables(self._open_year(self.year), self._diaspora(), self.programmes)

    def _diaspora(self) -> NDArray[np.float64]:
        people = self.people
        there = kernels.diaspora(people.stage, people.region, people.origin, int(Stage.LEFT))
        return np.bincount(people.region[there], minlength=len(self.world.regions)) / self.scale

    def _close_year(self, year: Year, costs: dict[str, float]) -> None:
        self.year = year.number
        self.hiring_odds_slope = year.tally.hiring_odds_slope or self.hiring_odds_slope
        self.came_back[year.number] = year.tally.came_back
        self.foreign_graduates[year.number] = int(year.tally.graduates[1])
        self.tally = year.tally
        past = Past(self.came_back, self.foreign_graduates, costs)
        self._rows.extend(outcomes.observe(self.people, year, past))
        if self.panel is not None:
            self._seen.extend(observation.observe(self.people, year, self.panel))

    # ------------------------------------------------------------------ using the model

    def run_through(self, year: int) -> Self:
        """Run up to and including a year. Raises ValueError for a year already past or beyond the world's drivers."""
        if not self.year <= year <= self.world.last_year:
            raise ValueError(f"the year must lie between {self.year} and {self.world.last_year}, not {year}.")
        if year > self.year:
            self.run_until(year - self._clock_zero)
        return self

    def fork(self, policies: Sequence[Policy] = ()) -> BrainCirculation:
        """A new model in the same state under other policies: its years cost only themselves.

        Raises ValueError if a policy would have changed the past.
        """
        for policy in policies:
            if policy.start <= self.year and policy not in self.policies:
                raise ValueError(
                    f"policy {policy.name} starts in {policy.start}, but the fork stands at the end of {self.year}."
                )
        twin = BrainCirculation.__new__(BrainCirculation)
        twin.calls = self.calls
        twin._set_up(self.world, self.parameters, policies, self.seed, self.scale)  # noqa: SLF001
        twin.chronicle, twin.beliefs, twin.people = self.chronicle.copy(), self.beliefs.copy(), self.people.copy()
        if self._fork_point is None or self._fork_point[0] != self.year:
            self._fork_point = (self.year, self.people.copy())
        twin.forked = self._fork_point[1]
        twin.year, twin.levers, twin.hiring_odds_slope = self.year, self.levers, self.hiring_odds_slope
        twin.founded_coverage = self.founded_coverage
        twin.panel = None if self.panel is None else self.panel.copy()
        twin.came_back, twin.foreign_graduates = dict(self.came_back), dict(self.foreign_graduates)
        twin._start_clock()  # noqa: SLF001
        return twin

    def winners_and_losers(self, other: BrainCirculation) -> pd.DataFrame:
        """Who stands better or worse here than in `other`, a fork of the same state, by status at the fork.

        Columns as `table`. Raises ValueError for models that are not forks of one state at the same year.
        """
        if self.forked is None or self.forked is not other.forked or self.year != other.year:
            raise ValueError("winners and losers need two forks of one model, run through the same year.")
        import pandas as pd

        mine, theirs = ((life.people, life._worth()) for life in (self, other))  # noqa: SLF001 - its own kind
        rows = standing.compare(self.forked, mine, theirs, self.parameters)
        table = pd.DataFrame(list(rows), columns=["outcome", "group", "value", "unit"])
        table.insert(0, "year", self.year)
        return table

    def teams(self) -> NDArray[np.float32]:
        """What the team of each person, in the order of `people`, made in the last finished year of the papers that the
        person would have written alone; 1 for those who lead none.
        """
        return research.teams(self.people, self._open_year(self.year))

    @property
    def researchers(self) -> Researchers:
        """Everyone, as a Mesa agent set that can be read, selected and grouped."""
        return Researchers(
            self.people, self.world.regions, year=self.year, chronicle=self.chronicle, random=self.random
        )

    def table(self) -> pd.DataFrame:
        """Tidy outcomes of every finished year: year, outcome, group, value, unit."""
        import pandas as pd

        return pd.DataFrame(self._rows, columns=["year", "outcome", "group", "value", "unit"])

    def observations(self) -> pd.DataFrame:
        """The statistics of every finished year as they are collected: year, statistic, group, value, unit.

        Raises ValueError for a model that was not built with `observed=True`.
        """
        if self.panel is None:
            raise ValueError("this model keeps no statistics: build it with observed=True.")
        import pandas as pd

        return pd.DataFrame(self._seen, columns=["year", "statistic", "group", "value", "unit"])
