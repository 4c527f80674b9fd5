"""The first population: the stocks of the first year, person by person, from `stocks.csv` and `posts.csv`."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.engine import hashing
from sim.engine.arithmetic import ONE, ZERO
from sim.engine.draws import Draw, draw_key, keys_of_year, rounded, word_of
from sim.engine.layout import record
from sim.population import traits
from sim.population.cells import Cells
from sim.population.columns import Attributes, Columns, over_people
from sim.population.traits import Kind, bounds, identities, pick
from sim.rules.founding import (
    contract_year,
    lives_alone,
    still_studies,
    ties_of_founder,
    whole_years,
    years_away,
    years_of_experience,
    years_since_degree,
)
from sim.rules.membership import is_faculty
from sim.rules.traits import age_drawn, is_on_leave
from sim.vocabulary import HOME, RANKS, Event, Mode, Permit, Stage
from sim.world.derived import derived
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.engine.layout import Record
    from sim.process.beliefs import Beliefs
    from sim.world.parameters import Parameters
    from sim.world.world import World
    from sim.year import Year

F32 = np.float32
_ABROAD = "abroad"  # the stage label under which `stocks.csv` lists people abroad
_AGES = 128  # that a table of ages knows
_HOME, _PERMANENT = np.uint8(HOME), np.uint8(Stage.PERMANENT)  # in loops, as narrow as the columns
_TRANSFER, _DEGREE = np.uint8(Mode.TRANSFER), np.uint8(Mode.DEGREE)
_FIRST_PERMIT = np.uint8(Permit.RESEARCHER)
_VISIT, _FELLOWSHIP, _POSTDOC = np.uint8(Mode.VISIT), np.uint8(Mode.FELLOWSHIP), np.uint8(Stage.POSTDOC)
_LABELS = 5_000_000  # serial numbers from which keys that belong to no founder are made


def found(posts: NDArray[np.int64], beliefs: Beliefs, year: Year) -> Columns:
    """Make the population of the end of the year before the first. `posts`: (cells,) at scale."""
    founders = _Founders(Columns(), beliefs, year)
    stocks = year.world.stocks

    students = founders.number("doctoral", Stage.DOCTORAL)
    universities = stocks.along("tier", year.world.universities, "doctoral_share")
    founders.add(Stage.DOCTORAL, founders.fields(students), founders.drawn(students, universities))

    held = np.floor(posts * stocks.value("filled_share")).astype(np.int64)
    tier, field, stage = Cells.of(year.world).parts(np.arange(len(posts)))
    for rank in RANKS:
        cells = np.flatnonzero(stage == rank)
        founders.add(rank, np.repeat(field[cells], held[cells]), np.repeat(tier[cells], held[cells]))

    for stage_outside in (Stage.INDUSTRY, Stage.UNPLACED):
        number = founders.number(stage_outside.label, stage_outside)
        founders.add(stage_outside, founders.fields(number))

    regions = np.array([0.0, *stocks.along("region", year.world.abroad, "abroad_region")])
    for series, stage_abroad in (("abroad_home", Stage.POSTDOC), ("abroad_degree", Stage.DOCTORAL)):
        number = founders.number(series)
        founders.add(stage_abroad, founders.fields(number), region=founders.drawn(number, regions))
    number = founders.number("abroad_foreign")
    founders.add(Stage.POSTDOC, founders.fields(number), formed_here_and_gone=True)
    return founders.people


@dataclass
class _Founders:
    """Makes and numbers the founders."""

    people: Columns
    beliefs: Beliefs
    year: Year
    made: int = 0
    labels: int = _LABELS

    def number(self, series: str, stage: Stage | None = None) -> int:
        """How many people of a stock there are at scale."""
        key = {"stage": stage.label} if stage is not None else {}
        real = self.year.world.stocks.value(series, **key)
        return rounded(real * self.year.scale, self.year.seed, Draw.ROUND_FOUNDERS, word_of(series))

    def drawn(self, number: int, shares: NDArray[np.float64]) -> NDArray[np.uint8]:
        """A category for each of a number of people, with the given shares."""
        key = draw_key(self.year.seed, identities(Kind.FOUNDER, self.year.number, number, self.labels))
        self.labels += number
        return pick(key, shares, Draw.FOUNDER_CATEGORY)

    def fields(self, number: int) -> NDArray[np.uint8]:
        """A field for each of a number of people."""
        return self.drawn(number, self.year.world.posts.along("field", self.year.world.fields, "field_share"))

    def add(
        self,
        stage: Stage,
        field: NDArray[np.uint8],
        tier: NDArray[np.uint8] | None = None,
        *,
        region: NDArray[np.uint8] | None = None,
        formed_here_and_gone: bool = False,
    ) -> None:
        """Add people of one stage: at home, home-formed in `region`, or foreigners formed here and gone home.

        tier: of the employer or university, None without one.
        """
        year, n = self.year, len(field)
        if not n:
            return
        identity = identities(Kind.FOUNDER, year.number, n, self.made)
        self.made += n
        people, graduated = self.people, stage is not Stage.DOCTORAL
        at_home = region is None and not formed_here_and_gone
        first = people.enter(
            n,
            identity=identity,
            draw_key=draw_key(year.seed, identity),
            region=HOME if region is None else region,
            field=field,
            tier=year.world.no_tier if tier is None else tier,
            degree_tier=year.world.no_tier,
            stage=int(stage),
        )
        p = year.parameters
        traits.born(people, first, self._share("women_share", stage), p.entry_language, year)
        foreign = 1.0 if formed_here_and_gone else self._share("foreign_share", stage) if at_home else 0.0
        low, high, mean, spread = self._ages(_ABROAD if graduated and not at_home else stage.label)
        group = record(
            graduated=graduated,
            gone=formed_here_and_gone,
            at_home=at_home,
            foreign=foreign,
            age_low=low,
            age_high=high,
            age_mean=mean,
            age_sd=spread,
            experienced=self._share("overseas_experience", stage),
            contract=self._contract(stage),
        )
        known, draws = _numbers(year.world, p), keys_of_year(0)
        ages = bounds(self._pyramid(stage.label if at_home else _ABROAD))
        _settle(people, first, year.number, group, ages, known, draws, p.record)
        _careers(people, first, year.number, group, known, draws, p.record)
        if graduated:
            _travel(people, first, year.number, group, known, draws)
        else:
            _studies(people, first, group, known, draws)
        people.belief_home[first:], people.belief_away[first:] = self.beliefs.chances(field)
        year.chronicle.record(
            year.number - 1, Event.FOUNDED, identity, people.region[first:], people.stage[first:].copy()
        )

    def _share(self, series: str, stage: Stage) -> float:
        known = self.year.world.stocks.numbers[series]
        return known[key].value if (key := ("", "", "", "", stage.label)) in known else 0.0

    def _ages(self, stage: str) -> tuple[float, float, float, float]:
        """Bounds, mean and standard deviation of the ages of a stage; without a mean, ages are evenly spread (-1)."""
        stocks = self.year.world.stocks
        low, high = (stocks.value(series, stage=stage) for series in ("age_low", "age_high"))
        if ("", "", "", "", stage) not in stocks.numbers["mean_age"]:
            return low, high, -1.0, 0.0
        return low, high, stocks.value("mean_age", stage=stage), stocks.value("age_sd", stage=stage)

    def _pyramid(self, stage: str) -> NDArray[np.float64]:
        """Shares of ages of a stage without a mean age, (ages,): evenly spread, or so in the bands that are known."""
        stocks, shares = self.year.world.stocks, np.zeros(_AGES)
        low, high = (int(stocks.value(series, stage=stage)) for series in ("age_low", "age_high"))
        starts = {low: "age_share_to_39", 40: "age_share_40s", 50: "age_share_50s", 60: "age_share_from_60"}
        if ("", "", "", "", stage) not in stocks.numbers["age_share_40s"]:
            shares[low : high + 1] = 1 / (high + 1 - low)
            return shares
        for start, end in pairwise([*starts, high + 1]):
            shares[start:end] = stocks.value(starts[start], stage=stage) / (end - start)
        return shares

    def _contract(self, stage: Stage) -> float:
        """Years of a contract of the stage, 0 for a stage without one."""
        p = self.year.parameters
        if stage in (Stage.DOCTORAL, Stage.PERMANENT, Stage.INDUSTRY, Stage.UNPLACED):
            return 0.0
        return ceil(p.contract_postdoc) if stage is Stage.POSTDOC else p.contract_fixed


class _Numbers(NamedTuple):
    """What follows from the world and the parameters alone. Shares of kinds as bounds of a uniform.

    studied, studied_working: years of study so far, of students and of those who keep a job. lives_alone: (ages,) share
    without a partner. at_work: (fields,) share of students who keep a job. on_leave: (regions,), see `traits`.
    """

    origins: NDArray[np.float64]
    degree_tiers: NDArray[np.float64]
    studied: NDArray[np.float64]
    studied_working: NDArray[np.float64]
    lives_alone: NDArray[np.float64]
    at_work: NDArray[np.float32]
    on_leave: NDArray[np.float32]
    destinations: NDArray[np.float64]
    values: Record


@derived
def _numbers(world: World, p: Parameters) -> _Numbers:
    stocks = world.stocks
    value = stocks.value
    since = value("partner_age_first")
    settled, others = ({"stage": stage.label} for stage in (Stage.PERMANENT, Stage.POSTDOC))
    return _Numbers(
        origins=bounds(np.array([0.0, *stocks.along("region", world.abroad, "foreign_origin")])),
        degree_tiers=bounds(stocks.along("tier", world.tiers, "degree_share")),
        studied=bounds(_studied(p.completion, p, value("longest_study"))),
        studied_working=bounds(_studied(p.completion_working, p, value("longest_study"))),
        lives_alone=np.array([float(lives_alone(age, p.partner_rate, since)) for age in range(_AGES)]),
        at_work=stocks.along("field", world.fields, "working_share").astype(F32),
        on_leave=traits.shares_on_leave(world),
        destinations=bounds(np.array([0.0, *stocks.along("region", world.abroad, "abroad_region")])),
        values=record(
            on_visit=value("on_visit"),
            on_fellowship=value("on_fellowship"),
            degree_abroad=value("home_degree_abroad"),
            programme=_fellowship(world),
            settled_low=value("years_away_low", **settled),
            settled_high=value("years_away_high", **settled),
            away_low=value("years_away_low", **others),
            away_high=value("years_away_high", **others),
            on_contract=value("abroad_on_contract"),
            departure=value("age_at_departure"),
            overseas_low=value("overseas_years_low"),
            overseas_high=value("overseas_years_high"),
            age_at_degree=value("age_at_degree"),
            degree_spread=value("age_at_degree_spread"),
            formed_here=value("foreign_formed_here"),
            ties_home=value("ties_home"),
            ties_home_away=value("ties_home_away"),
            ties_abroad=value("ties_abroad"),
            ties_there=value("ties_there"),
            language=value("foreign_language"),
            taste_away=value("home_taste_away") * p.home_sd,
            parents=value("parent_share"),
            parent_low=value("parent_age_low"),
            parent_high=value("parent_age_high"),
        ),
    )


def _fellowship(world: World) -> int:
    """Number of the programme that pays those on a fellowship abroad at the start, -1 where there is none."""
    abroad = [record.kind is ProgrammeKind.FELLOWSHIP_ABROAD for record in world.programmes]
    called = [record.places_in(world.first_year) > 0 for record in world.programmes]
    return next((number for number, both in enumerate(zip(abroad, called, strict=True)) if all(both)), -1)


def _studied(completion: float, p: Parameters, longest: float) -> NDArray[np.float64]:
    """Doctoral students by years since they began, from 0 on, where as many begin each year."""
    least = int(p.least_study)
    stays = [float(still_studies(completion, p.dropout, years >= least - 1)) for years in range(int(longest))]
    return np.concatenate([[1.0], np.cumprod(stays)])


@over_people
def _settle(
    people: Attributes,
    first: int,
    year: int,
    group: Record,
    ages: NDArray[np.float64],
    known: _Numbers,
    k: Record,
    p: Record,
) -> None:
    """Where founders of a group are from, how old they are and how long they have been abroad, from the row `first` on.

    year: the first one. ages: of a group without a mean age, as bounds of a uniform.
    """
    v, key, now = known.values[0], people.draw_key[first:], np.int16(year)
    history, native = hashing.uniform(key, k.FOUNDER_HISTORY), hashing.uniform(key, k.FOUNDER_NATIVE)
    even, normal = hashing.category(key, k.FOUNDER_AGE, ages), hashing.normals(key, k.FOUNDER_AGE)
    origin = hashing.category(key, k.FOUNDER_ORIGIN, known.origins)
    on_contract, overseas = hashing.uniform(key, k.FOUNDER_CONTRACT), hashing.uniform(key, k.FOUNDER_OVERSEAS)
    for i in range(len(key)):
        row, h, home = first + i, history[i], native[i] >= group.foreign
        drawn = age_drawn(group.age_mean, group.age_sd, normal[i], group.age_low, group.age_high)
        age = F32(even[i]) if group.age_mean < ZERO else drawn
        people.birth_year[row] = now - np.int16(age)
        people.origin[row] = _HOME if home else origin[i]
        people.region[row] = people.origin[row] if group.gone else people.region[row]
        abroad = people.region[row] != HOME
        settled = abroad and home and group.graduated and on_contract[i] >= v.on_contract
        people.stage[row] = _PERMANENT if settled else people.stage[row]
        spell = whole_years(v.settled_low, v.settled_high, h) if settled else whole_years(v.away_low, v.away_high, h)
        away = years_away(spell, age, v.departure)
        before = years_of_experience(v.overseas_low, v.overseas_high, h)
        so_far = away if abroad else before if overseas[i] < group.experienced else ZERO
        people.years_abroad[row] = so_far if home else ZERO
        there = v.ties_there if abroad else ZERO
        people.ties_abroad[row] = ties_of_founder(v.ties_abroad, p.tie_gain, people.years_abroad[row], there)
        people.ties_home[row], people.moves[row] = v.ties_home_away if abroad else v.ties_home, abroad
        if abroad:
            people.away_since[row], people.tie_region[row] = now - np.int16(away), people.region[row]
        people.home_taste[row] += v.taste_away if people.region[row] != people.origin[row] else ZERO
        people.language[row] = people.language[row] if home else v.language * h


@over_people
def _careers(people: Attributes, first: int, year: int, group: Record, known: _Numbers, k: Record, p: Record) -> None:
    """Degrees, positions and families of founders whom `_settle` has placed."""
    v, key, now = known.values[0], people.draw_key[first:], np.int16(year)
    history, formed = hashing.uniform(key, k.FOUNDER_HISTORY), hashing.uniform(key, k.FOUNDER_FORMED_HERE)
    alma, ends = (
        hashing.category(key, k.FOUNDER_DEGREE, known.degree_tiers),
        hashing.uniform(key, k.FOUNDER_CONTRACT_END),
    )
    partner, child = hashing.uniform(key, k.FOUNDER_PARTNER), hashing.uniform(key, k.FOUNDER_CHILD)
    for i in range(len(key)):
        row, h, age = first + i, history[i], now - people.birth_year[first + i]
        home, abroad = people.origin[row] == HOME, people.region[row] != HOME
        trained_here = home or formed[i] < v.formed_here or group.gone or not group.graduated
        people.degree_region[row] = _HOME if trained_here else people.origin[row]
        if group.graduated:
            degree_age = v.age_at_degree + whole_years(ZERO, v.degree_spread - ONE, h)
            people.degree_year[row] = np.int16(F32(year) - years_since_degree(F32(age), degree_age))
            people.degree_tier[row] = alma[i]
        if abroad and home:
            people.mode[row] = _TRANSFER if group.graduated else _DEGREE
        people.start_year[row] = now - np.int16(1) - np.int16(contract_year(group.contract, h))
        if (not home) & (not abroad):
            studied = people.degree_year[row] - np.int16(p.least_study)
            began = people.start_year[row]
            people.here_since[row] = min(began, studied) if group.graduated and trained_here else began
            people.permit[row] = _FIRST_PERMIT  # renewed by what the person does as the first year begins
        lasting = group.contract == ZERO or group.gone or (abroad and people.stage[row] == _PERMANENT)
        left = np.int16(contract_year(group.contract, ends[i]))
        people.contract_end[row] = 0 if lasting else now - np.int16(1) + left
        people.output[row] = p.paper_rate * people.drive[row] * (ONE if group.graduated else p.doctoral_rate)
        people.partner[row] = np.float64(partner[i]) > known.lives_alone[age]
        parent_age = v.parent_low + whole_years(ZERO, v.parent_high - v.parent_low, h)
        born = now - age + np.int16(parent_age)
        people.child_born[row] = born if child[i] < v.parents and born < now else 0


@over_people
def _travel(people: Attributes, first: int, year: int, group: Record, known: _Numbers, k: Record) -> None:
    """Faculty of home origin who are on a visit that ends in the first year, people on a contract abroad whom a
    fellowship pays, and founders at home who took the doctorate abroad.
    """
    v, key, now = known.values[0], people.draw_key[first:], np.int16(year)
    away, region = hashing.uniform(key, k.FOUNDER_AWAY), hashing.category(key, k.FOUNDER_AWAY, known.destinations)
    formed = hashing.uniform(key, k.FOUNDER_DEGREE_ABROAD)
    where_formed = hashing.category(key, k.FOUNDER_DEGREE_ABROAD, known.destinations)
    for i in range(len(key)):
        row, stage = first + i, people.stage[first + i]
        if people.origin[row] != HOME:
            continue
        if group.at_home and formed[i] < v.degree_abroad:
            people.degree_region[row] = where_formed[i]
        if group.at_home and is_faculty(stage, True) and away[i] < v.on_visit:
            people.region[row], people.tie_region[row], people.mode[row] = region[i], region[i], _VISIT
            people.post_kept[row], people.away_since[row], people.away_until[row] = True, now - 1, now - 1
            people.moves[row] += 1
        if not group.at_home and stage == _POSTDOC and away[i] < v.on_fellowship and v.programme >= 0:
            people.mode[row], people.programme[row] = _FELLOWSHIP, np.int16(v.programme)
            people.contract_end[row] = min(people.contract_end[row], now)
            people.away_since[row] = people.contract_end[row] - 1


@over_people
def _studies(people: Attributes, first: int, group: Record, known: _Numbers, k: Record) -> None:
    """How long students among the founders have studied, and who of them keeps a job or is on leave from one."""
    key = people.draw_key[first:]
    at_work, leave = hashing.uniform(key, k.STUDIES_AT_WORK), hashing.uniform(key, k.ON_LEAVE)
    studied = hashing.category(key, k.FOUNDER_STUDY, known.studied)
    longer = hashing.category(key, k.FOUNDER_STUDY, known.studied_working)
    for i in range(len(key)):
        row = first + i
        home = people.origin[row] == HOME
        people.working[row] = group.at_home and home and at_work[i] < known.at_work[people.field[row]]
        people.start_year[row] -= np.int16(longer[i] if people.working[row] else studied[i])
        people.on_leave[row] = is_on_leave(leave[i], known.on_leave[people.origin[row]])
