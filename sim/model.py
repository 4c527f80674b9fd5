"""The model: a Mesa model whose state is one `State` and whose year runs through a schedule of phases."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from sim import schedule
from sim.framework import Model, Priority
from sim.instruments import stipends as support
from sim.instruments.course import in_force_under, levers_in, refuse_misfits, shifts_of, timeline
from sim.instruments.policy import brought_by
from sim.market.institutions import Employer, Programme, Region
from sim.market.stakes import stakes
from sim.market.values import PositionValues, position_values
from sim.measures import counting, distribution, outcomes, surveys
from sim.measures.catalogue import tidy
from sim.measures.questionnaires import Panel
from sim.population import founding
from sim.population.cells import Cells
from sim.population.chronicle import Chronicle
from sim.population.researchers import Researchers
from sim.population.waiting import Waiting
from sim.process import clock, productivity
from sim.process.beliefs import Beliefs
from sim.process.corridors import Corridors
from sim.schedule import SCHEDULE, Phase
from sim.state import State
from sim.vocabulary import HOME
from sim.world.parameters import Parameters
from sim.world.programmes import ProgrammeKind
from sim.world.world import World
from sim.year import Tally, Year

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

    from sim.instruments.policy import Measure
    from sim.measures.census import Counts
    from sim.measures.questionnaires import Answers
    from sim.population.columns import Columns
    from sim.world.country import Country
    from sim.world.programmes import ProgrammeRecord
    from sim.world.timeline import Shift


class BrainCirculation(Model):  # type: ignore[misc]
    """Researchers of a focal country who study, work, leave and come back.

    country: name or folder of the country whose world and parameters are taken (None: the default one). world,
    parameters: the same, read before; parameters are those of the world's country where they are not given. policies:
    policies and scenarios, composed in order. seed: the root of every draw. scale: simulated over real persons, in
    (0, 1]. chronicle: whether to record every life and every offer, or the identities of those to follow. calls:
    whether `tally.calls` keeps who applied where, how far from the cut-off. observed: whether to collect the statistics
    of `sim.measures.surveys`. Nothing in the model reads either. The model starts before the world's first year;
    `run_through` runs it. `schedule` lists the phases of a year. `world` is the world without policies and scenarios,
    `timeline` what they make of it year by year.
    """

    schedule: ClassVar[tuple[Phase, ...]] = SCHEDULE

    def __init__(
        self,
        world: World | None = None,
        parameters: Parameters | None = None,
        policies: Sequence[Measure] = (),
        *,
        country: str | Path | Country | None = None,
        seed: int = 1,
        scale: float = 0.1,
        chronicle: bool | Sequence[int] = False,
        calls: bool = False,
        observed: bool = False,
    ) -> None:
        if world is not None and country is not None:
            raise ValueError("give either a world or a country: a world belongs to its country already.")
        world = world or World.load(country)
        self._set_up(world, parameters or Parameters.load(world.country), policies, seed, scale, calls=calls)
        follow = None if isinstance(chronicle, bool) else np.array(chronicle, np.int64)
        record = Chronicle(self.world.regions, enabled=chronicle is not False, follow=follow)
        first = self._before_clock(self.world.first_year, record, Waiting.none())
        beliefs = Beliefs.founded(len(world.fields), self.world.stocks.value("founding_rate"), self.parameters.horizon)
        people = founding.found(self.posts_on_offer(first), beliefs, first)
        panel = Panel.opened(people, first) if observed else None
        coverage = self._coverage(people, first)
        known = support.support(self.programmes, people, coverage, first)
        self.state = State(
            year=self.world.first_year - 1,
            people=people,
            beliefs=beliefs,
            chronicle=record,
            panel=panel,
            corridors=Corridors.unknown(len(world.regions)),
            known_abroad=counting.diaspora(people, len(world.regions)) / scale,
            levers=first.levers.shared,
            founded_coverage=coverage,
            known_coverage=known.coverage,
            known_stipend=known.stipend,
        )
        self.state.usual = stakes(self.position_values(first), beliefs, {}, self.programmes, first)
        self._start_clock()

    def _set_up(
        self,
        world: World,
        parameters: Parameters,
        policies: Sequence[Measure],
        seed: int,
        scale: float,
        *,
        calls: bool,
        earlier: tuple[ProgrammeRecord, ...] = (),
        since: int | None = None,
        past: tuple[Shift, ...] = (),
        origin: tuple[object, ...] = (),
    ) -> None:
        if not 0 < scale <= 1:
            raise ValueError(f"scale must lie above 0 and at most 1, not {scale}.")
        super().__init__(rng=seed)
        self.world, self.parameters, self.policies = world, parameters, tuple(policies)
        self.seed, self.scale, self.calls = seed, scale, calls
        self._origin = origin or (world.fingerprint, parameters.as_dict(), self.policies)
        if twice := [policy.name for place, policy in enumerate(self.policies) if policy in self.policies[:place]]:
            raise ValueError(f"policy {twice[0]} is given twice, and would hold twice; give it once.")
        refuse_misfits(world, policies)
        self.shifts = (*past, *shifts_of(world, policies, since, world.last_year))
        self.timeline = timeline(world, self.shifts)
        for policy in policies:  # what is wrong with a policy is said before anything runs
            for year in policy.turns:
                levers_in(world, parameters, policies, min(max(year, world.first_year), world.last_year))
        self.employers = [Employer(self, tier, name) for tier, name in enumerate(world.tiers)]
        brought = brought_by(policies)
        known = {record.name for record in earlier}
        self.brought = (*earlier, *(record for record in brought if record.name not in known))
        records = enumerate((*world.programmes, *self.brought))
        self.programmes = [Programme(self, number, record) for number, record in records]
        self.hosts = [Region(self, code, name) for code, name in enumerate(world.regions) if code != HOME]
        self.in_force: tuple[Measure, ...] = ()
        self.levers = in_force_under(world, parameters, (), world.first_year, self.brought)
        self.forked: Columns | None = None
        self._fork_point: tuple[int, Columns] | None = None
        self.counts: list[Counts] = []
        self.answers: list[Answers] = []
        self.microseconds: dict[str, float] | None = None

    def _start_clock(self) -> None:
        """Put every policy's start and end on the Mesa clock, just before its year."""
        self._clock_zero = self.year
        for policy in self.policies:
            for year in {policy.start, (policy.end or self.world.last_year) + 1}:
                if self.year < year <= self.world.last_year:
                    self.schedule_event(self._revise_levers, at=year - self._clock_zero - 0.5, priority=Priority.HIGH)
        self._revise_levers()

    def _revise_levers(self) -> None:
        """A dated event: from now on these policies are in force, and levers have other values."""
        before = self.in_force
        self.in_force = tuple(policy for policy in self.policies if policy.active(self.year + 1))
        if self.in_force != before:
            self._compose(self.year + 1)

    def _compose(self, year: int) -> None:
        """The levers of a year under the policies in force."""
        self.levers = in_force_under(self.world, self.parameters, self.in_force, year, self.brought)

    # ------------------------------------------------------------------ the year

    def step(self) -> None:
        """One year: every phase of the schedule, in order."""
        year = self._open_year(self.year + 1, self.chronicle)
        if self.microseconds is None:
            schedule.run(self, year)
        else:
            schedule.run_timed(self, year, self.microseconds)
        self.state.year, self.tally = year.number, year.tally

    def _open_year(self, year: int, chronicle: Chronicle | None = None) -> Year:
        opened = self._before_clock(year, self.chronicle if chronicle is None else chronicle, self.state.waiting)
        gained = clock.gained(self.people, self.state.hosted, opened)
        return opened if gained is None else replace(opened, time_gained=gained)

    def _before_clock(self, year: int, record: Chronicle, waiting: Waiting) -> Year:
        """A year, but for what leaders gain of their time, which depends on the people."""
        cells, regions = Cells.of(self.world), len(self.world.regions)
        tally = Tally.empty(regions, len(self.programmes), cells.number, cells.fields, calls=self.calls)
        if self.levers.baseline is not self.parameters or any(policy.turning(year) for policy in self.in_force):
            self._compose(year)  # a caller has replaced parameters, or a size follows a path
        self.levers.check(year)
        levers, records = self.levers, self.programme_records
        return Year(
            year, self.timeline.in_year(year), self.world, levers.parameters, self.parameters, levers, records,
            self.seed, self.scale, tally, record, waiting,
        )  # fmt: skip

    @property
    def programme_records(self) -> tuple[ProgrammeRecord, ...]:
        """The programmes of the country and those that policies bring, in the order of their numbers."""
        return (*self.world.programmes, *self.brought)

    def posts_on_offer(self, year: Year) -> NDArray[np.int64]:
        """Posts that employers open in a year, shape (cells,), simulated."""
        return np.concatenate([employer.posts(year).ravel() for employer in self.employers])

    def position_values(self, year: Year) -> PositionValues:
        """What positions at home and abroad are worth in a year."""
        state = self.state
        return position_values(year, self._diaspora(), state.known_abroad, state.corridors.growth(), state.reputation)

    def _coverage(self, people: Columns, year: Year) -> float:
        places = sum(x.places(year) for x in self.programmes if x.record.kind is ProgrammeKind.STIPEND)
        return float(places) / max(1, support.eligible_students(people))

    def _diaspora(self) -> NDArray[np.float64]:
        """Researchers of home origin in each region abroad, shape (regions,), real persons."""
        return counting.diaspora(self.people, len(self.world.regions)) / self.scale

    # ------------------------------------------------------------------ the state

    @property
    def year(self) -> int:
        """The last finished year."""
        return self.state.year

    @property
    def fork_year(self) -> int:
        """The year at whose end the model was forked, or began."""
        return self._clock_zero

    @property
    def people(self) -> Columns:
        """Everyone, as columns."""
        return self.state.people

    @property
    def beliefs(self) -> Beliefs:
        """What visible peers show of the chance of a lasting post."""
        return self.state.beliefs

    @property
    def chronicle(self) -> Chronicle:
        """Who did what and when, where it is recorded."""
        return self.state.chronicle

    # ------------------------------------------------------------------ using the model

    def run_through(self, year: int) -> Self:
        """Run up to and including a year. Raises ValueError for a year already past or beyond the world's drivers, and
        for one that is no whole number.
        """
        if year % 1:
            raise ValueError(f"the year must be a whole number, not {year}.")
        if not self.year <= year <= self.world.last_year:
            raise ValueError(f"the year must lie between {self.year} and {self.world.last_year}, not {year}.")
        if year > self.year:
            self.run_until(year - self._clock_zero)
        return self

    def fork(self, policies: Sequence[Measure] = (), *, world: World | None = None) -> Self:
        """A new model in the same state under other policies: its years cost only themselves.

        world: the world it goes on in (see `World.frozen`), instead of this one. Raises ValueError if a policy or the
        world would have changed the past, and for the world of another country.
        """
        if world is not None and (why := world.why_no_future_of(self.world, self.year)):
            raise ValueError(f"the fork cannot go on in this world: {why}.")
        for policy in policies:
            if policy.start <= self.year and policy not in self.policies:
                raise ValueError(
                    f"policy {policy.name} starts in {policy.start}, but the fork stands at the end of {self.year}."
                )
        kept = {record.name: record for record in brought_by(policies)}
        earlier = tuple(kept.get(record.name, replace(record, end=self.year)) for record in self.brought)
        twin = type(self).__new__(type(self))
        lived = tuple(shift.until(self.year) for shift in self.shifts)
        twin._set_up(  # noqa: SLF001
            *(world or self.world, self.parameters, policies, self.seed, self.scale),
            calls=self.calls,
            earlier=earlier,
            since=self.year + 1,
            past=tuple(shift for shift in lived if shift.by),
            origin=self._origin,
        )
        if self._fork_point is None or self._fork_point[0] != self.year:
            self._fork_point = (self.year, self.people.copy())
        twin.forked, twin.state = self._fork_point[1], self.state.copy()
        twin._start_clock()  # noqa: SLF001
        return twin

    def time_phases(self, year: int) -> dict[str, float]:
        """Run through `year`; what each phase took on the way, in microseconds a simulated year, by its name.

        Raises ValueError for a year that is not still to come or beyond the world's drivers.
        """
        if (years := year - self.year) < 1:
            raise ValueError(f"the year must lie after {self.year}, not be {year}.")
        self.microseconds = {}
        self.run_through(year)
        spent, self.microseconds = self.microseconds, None
        return {name: total / years for name, total in spent.items()}

    def winners_and_losers(self, other: BrainCirculation) -> pd.DataFrame:
        """How many people gain and lose here against `other`, by what they were there at the fork.

        Columns as `table`. Raises ValueError for models that are not forks of one history at the same year: one that
        began with the same world, parameters and policies, from which either may have parted before.
        """
        mine, theirs = ((life.fork_year, life.seed, life.scale, life.year, life._origin) for life in (self, other))  # noqa: SLF001
        if self.forked is None or other.forked is None or mine != theirs:
            raise ValueError("winners and losers need two forks of one history, made and run through the same years.")
        now, then = ((life.people, life._values_now()) for life in (self, other))  # noqa: SLF001
        rows = distribution.compare(other.forked, now, then, self.parameters, self.world)
        return tidy("outcome", [self.year], rows, self.scale)

    def _values_now(self) -> PositionValues:
        """What positions are worth in the last finished year."""
        return self.position_values(self._open_year(self.year))

    def teams(self) -> NDArray[np.float32]:
        """What the team of each person, in the order of `people`, made in the last finished year of the papers that the
        person would have written alone; 1 for those who lead none. A fork knows the money of joint projects from the
        first year on that it runs.
        """
        year = self._open_year(self.year)
        if self.year > self.fork_year:
            year.tally.grants = self.tally.grants  # nobody has moved since projects received their money
        return productivity.teams(self.people, year)

    @property
    def researchers(self) -> Researchers:
        """Everyone, as a Mesa agent set that can be read, selected and grouped."""
        return Researchers(self.people, self.world.names, year=self.year, chronicle=self.chronicle, random=self.random)

    def table(self) -> pd.DataFrame:
        """Tidy outcomes of every finished year: year, outcome, group, value, unit."""
        return outcomes.table(self.counts, self.timeline.dated, self.programme_records, self.scale)

    def observations(self) -> pd.DataFrame:
        """The statistics of every finished year as they are collected: year, statistic, group, value, unit.

        Raises ValueError for a model that was not built with `observed=True`.
        """
        if self.state.panel is None:
            raise ValueError("this model keeps no statistics: build it with observed=True.")
        world = self.timeline.dated
        return surveys.table(self.answers, self.counts, world, self.programme_records, self.parameters, self.scale)
