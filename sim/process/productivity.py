"""What people at work can be expected to write: by their time, their team and the money they hold.

The rules are `sim.rules.research`; what is written is drawn in `sim.process.research`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from sim.engine.arithmetic import ZERO
from sim.engine.compiler import Floats, Rows, compiled
from sim.instruments.pay import POSTS, pay_of
from sim.instruments.return_posts import STARTUP
from sim.population.cells import Cells
from sim.population.columns import Attributes, over_people
from sim.rules.appointments import output_over_usual, time_of_both
from sim.rules.clock import time_gained
from sim.rules.research import juniors_of_startup, juniors_per_leader, papers_alone, team_output
from sim.vocabulary import HOME, LEADING, RANKS, Stage
from sim.world.derived import derived
from sim.year import kept_by_levers

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from sim.market.gate import Gate
    from sim.population.columns import Columns
    from sim.world.parameters import Parameters
    from sim.world.world import World
    from sim.year import Year

F32 = np.float32
_HERE, _ABROAD, _FUNDED = range(3)  # where one works: at home, abroad, at home in a post that a programme pays
_STAGES = len(Stage)
_LEAST_TIME = 0.01  # share of the working time that the clock leaves for research


def expected_papers(
    people: Columns, rows: NDArray[np.intp], gone: NDArray[np.bool_], year: Year
) -> NDArray[np.float32]:
    """Papers a year to be expected of the people in `rows` by place, stage, team and drive, not drawn ones, (rows,).

    gone: (rows,) who of them went to research abroad and out of the model this year, as if they had stayed in it.
    """
    number, _ = colleagues(people, year.world)
    place = np.where(gone, _ABROAD, _place(people.region[rows], people.funded[rows]))
    tier = np.where(gone, np.uint8(year.world.no_tier), people.tier[rows])
    stage = np.where(gone, np.uint8(Stage.POSTDOC), people.stage[rows])
    papers: NDArray[np.float32] = rates(number, year)[place, tier, stage, people.field[rows]] * people.drive[rows]
    gain = np.ones(len(people), F32)
    for who, more in research_money(people, number, year), shared_time(people, number, year):
        gain[who] *= more
    return papers * np.where(gone, F32(1), gain[rows])


def teams(people: Columns, year: Year) -> NDArray[np.float32]:
    """What the team of each person makes of the papers one would write alone, those whom research money pays among it,
    (n,); 1 for those who lead none.
    """
    number, _ = colleagues(people, year.world)
    each: NDArray[np.float32] = _teams(number, year)[
        _place(people.region, people.funded), people.tier, people.stage, people.field
    ]
    paid, more = research_money(people, number, year)
    each[paid] *= more
    return each


def _place(region: NDArray[np.uint8], funded: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Where each works, as the first axis of the tables says it, (n,)."""
    return np.where(region != HOME, _ABROAD, np.where(funded, _FUNDED, _HERE))


def rates(number: NDArray[np.float64], year: Year) -> NDArray[np.float32]:
    """Papers a year of average people by time and team, (3, tiers, stages, fields); number: as `colleagues`."""
    alone = _alone(year.world, year.parameters)(year.driver("research_time"), _time_gained(number, year))
    return alone[..., None] * _teams(number, year)


def _time_gained(number: NDArray[np.float64], year: Year) -> tuple[float, ...]:
    """What leaders gain of their time by kind of employer, less the hours that programmes take; empty where nothing is.

    number: as `colleagues`.
    """
    gained, hours = year.time_gained, year.tally.leader_hours
    if hours is not None:
        leaders = number[[Stage.TENURE_TRACK, Stage.PERMANENT], :-1].sum(axis=(0, 2))
        taken = hours.sum(axis=1) / np.maximum(leaders, 1)
        of_programmes = time_gained(0.0, taken, year.parameters.working_hours)  # type: ignore[arg-type]  # of each tier
        gained = of_programmes if gained is None else gained + of_programmes  # type: ignore[assignment]
    return () if gained is None else tuple(gained.tolist())


@derived
def _alone(world: World, p: Parameters) -> Callable[[float, tuple[float, ...]], NDArray[np.float32]]:
    """By the mean research time of a year, and what leaders gain of it by kind of employer (empty: nothing): papers of
    average people without a team, (3, tiers, stages).

    At home; abroad, where everyone past the doctorate has the time of a postdoc but in a lasting post, which has no
    tier; and at home in posts that programmes pay.
    """
    position, first, elasticity = world.positions, world.driver("research_time", world.first_year), p.time_elasticity
    rate, looks_about = F32(p.paper_rate), position.value("research_time_stage", stage=Stage.UNPLACED.label)

    @cache
    def table(mean: float, gained: tuple[float, ...]) -> NDArray[np.float32]:
        home = np.zeros((world.no_tier + 1, _STAGES), F32)
        home[:, Stage.DOCTORAL] = rate * F32(p.doctoral_rate)
        home[:, Stage.UNPLACED] = papers_alone(rate, looks_about, first, elasticity)
        for tier, times in enumerate(_times(world, mean, gained).tolist()):
            for rank in RANKS:
                home[tier, rank] = papers_alone(rate, times[rank], first, elasticity)
        abroad = np.where(home > 0, home[world.no_tier, Stage.POSTDOC], ZERO)
        time = position.value("research_time_stage", stage="lasting host post")  # as in what life abroad is worth
        abroad[world.no_tier, Stage.PERMANENT] = papers_alone(p.paper_rate, time, first, elasticity)
        abroad[:, Stage.DOCTORAL] = home[:, Stage.DOCTORAL]
        return np.stack([home, abroad, home])

    return table


def _times(world: World, mean: float, gained: tuple[float, ...]) -> NDArray[np.float64]:
    """Share of the working time for research of the holders of posts at home, (tiers + 1, stages), 0 of others.

    mean: of faculty. gained: by leaders, by kind of employer; empty: nothing.
    """
    position, times = world.positions, np.zeros((world.no_tier + 1, _STAGES))
    times[:, Stage.POSTDOC] = position.value("research_time_stage", stage=Stage.POSTDOC.label)
    beyond = (*position.along("tier", world.tiers, "research_time_tier").tolist(), 0.0)
    for tier, more in enumerate(beyond):
        times[tier, Stage.FIXED_TERM : Stage.PERMANENT + 1] = mean + more
    for tier, more in enumerate(gained):
        times[tier, Stage.TENURE_TRACK : Stage.PERMANENT + 1] = max(mean + beyond[tier] + more, _LEAST_TIME)
    return times


def times_for_research(year: Year, number: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
    """As `_times`, of a year; number: as `colleagues`, where the hours that programmes take are to be counted."""
    gained = () if year.time_gained is None else tuple(year.time_gained.tolist())
    return _times(year.world, year.driver("research_time"), gained if number is None else _time_gained(number, year))


def _teams(number: NDArray[np.float64], year: Year) -> NDArray[np.float32]:
    """What leaders write over what they would alone, (3, tiers, stages, fields) as in `_alone`; 1 for the others."""
    position, p = year.world.positions, year.parameters
    juniors = _juniors(number, _junior_weight(year.world, p))
    norm, abroad = position.along("field", year.world.fields, "group_norm"), position.value("juniors_abroad")
    return _team_table(juniors, startup_juniors(year), abroad, p.team_elasticity, norm)


def research_money(
    people: Columns, number: NDArray[np.float64], year: Year
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Rows of those at home who hold research money, and what the juniors whom it pays make of their papers, (n,).

    number: as `colleagues`. They come on top of the juniors whom a leader has, or whom a return post pays. Posts that
    a programme pays have no start-up money of return posts, which the tables give all funded posts.
    """
    rows, startup, grants = (
        np.flatnonzero(people.benefit_until >= year.number),
        startup_juniors(year),
        year.tally.grants,
    )
    if not len(rows) and grants is None:
        return rows, np.empty(0, F32)
    brought = people.funded[rows] & (people.programme[rows] >= 0) & (startup > 0)
    rows = rows[((people.research_money[rows] > 0) | brought) & (people.region[rows] == HOME)]
    money = people.research_money[rows]
    if grants is not None:
        rows, money = _with_grants(rows, money, *grants)
    position, p = year.world.positions, year.parameters
    led = _juniors(number, _junior_weight(year.world, p))[people.tier[rows], people.field[rows]]
    stage, funded = people.stage[rows], people.funded[rows]
    leads = (stage == Stage.TENURE_TRACK) | (stage == Stage.PERMANENT)
    counted = funded & ((stage == Stage.TENURE_TRACK) | (stage == Stage.FIXED_TERM))
    alone, own = np.where(leads, led, 0.0), people.programme[rows] < 0
    before, without = alone + np.where(counted, startup, 0.0), alone + np.where(counted & own, startup, 0.0)
    bought = money * float(juniors_of_startup(1.0, p.startup_people, _salary(year), p.post_on_cost))
    power = p.team_elasticity * position.along("field", year.world.fields, "group_norm")[people.field[rows]]
    gain: NDArray[np.float32] = (((1 + without + bought) / (1 + before)) ** power).astype(F32)
    return rows, gain


def shared_time(
    people: Columns, number: NDArray[np.float64], year: Year
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Rows of those at home with a second appointment, and what it makes of their papers, (n,). number: as
    `colleagues`.
    """
    shared = year.tally.shared
    if shared is None:
        return np.empty(0, np.intp), np.empty(0, F32)
    row = shared.row
    here = times_for_research(year, number)[people.tier[row], people.stage[row]]
    works = (people.region[row] == HOME) & (here > 0)  # who is away for a stay of a year works there
    row, here = row[works], here[works]
    elasticity = year.parameters.time_elasticity
    each = list(zip(shared.share[works].tolist(), here.tolist(), shared.research_time[works].tolist(), strict=True))
    gain = {  # few are different
        (share, time, there): output_over_usual(time_of_both(share, time, there), time, elasticity)
        for share, time, there in set(each)
    }
    return row, np.array([gain[one] for one in each], F32)


@compiled
def _with_grants(rows: Rows, money: Floats, granted: Rows, grants: Floats) -> tuple[Rows, Floats]:
    """Rows, rising, and research money of those who hold some, with what projects bring."""
    every, paid = np.concatenate((rows, granted)), np.concatenate((money, grants))
    found, holder, total = -1, np.empty(len(every), np.intp), np.zeros(len(every))
    for k in np.argsort(every, kind="mergesort"):  # own money first, then projects in their order
        if found < 0 or holder[found] != every[k]:
            found += 1
            holder[found] = every[k]
        total[found] += paid[k]
    return holder[: found + 1], total[: found + 1].astype(np.float32)


def _salary(year: Year) -> float:
    """Pay of a postdoc at home, millions a year."""
    return pay_of(year.world, year.world.tiers[LEADING], Stage.POSTDOC.label) * year.lever(POSTS)


@kept_by_levers
def startup_juniors(year: Year) -> float:
    """Juniors (postdoc = 1) whom the start-up money of a guaranteed return post pays in its holder's team.

    They are technicians and assistants for the most part, and not among the people of the model.
    """
    p = year.parameters
    return float(juniors_of_startup(year.lever(STARTUP), p.startup_people, _salary(year), p.post_on_cost))


@derived
def _junior_weight(world: World, _: Parameters) -> NDArray[np.float64]:
    """Weight of each stage in a team, (stages,)."""
    weight = np.zeros(_STAGES)
    for stage in (Stage.DOCTORAL, Stage.POSTDOC):
        weight[stage] = world.positions.value("junior_weight", stage=stage.label)
    return weight


def colleagues(
    people: Columns, world: World, gate: Gate | None = None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """People at home by stage, tier and field, and their mean foreign ties by tier and field.

    gate: of the ties, those count that it lets work together; the ties themselves stay.
    """
    return _colleagues(people, *Cells.of(world), np.empty((0, 0), F32) if gate is None else gate.joint)


@over_people
def _colleagues(
    people: Attributes, tiers: int, fields: int, joint: Floats
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """People at home by stage, tier and field, and their mean foreign ties by tier and field, 0 in the tier of no
    employer. joint: (fields, regions) share of the ties that count; empty where all do.

    float32 ties add up without rounding in float64, so the order of the rows leaves no trace.
    """
    n, shape = len(people.region), (_STAGES, tiers + 1, fields)
    kinds, some, places = _STAGES * (tiers + 1) * fields, np.int16(fields), np.int16(tiers + 1)
    kind = np.empty(n, np.uint16)
    for i in range(n):  # a loop of its own, so that it is compiled to vector instructions
        here = (people.stage[i] * places + people.tier[i]) * some + people.field[i]
        kind[i] = here if people.region[i] == HOME else kinds
    numbers, sums = np.zeros((4, kinds + 1), np.int64), np.zeros((4, kinds + 1))  # that take turns, as in `counted`
    for i in range(n if len(joint) else 0):
        numbers[i & 3, kind[i]] += 1
        sums[i & 3, kind[i]] += people.ties_abroad[i] * joint[people.field[i], people.tie_region[i]]
    for i in range(0 if len(joint) else n):
        numbers[i & 3, kind[i]] += 1
        sums[i & 3, kind[i]] += people.ties_abroad[i]
    number = numbers.sum(axis=0)[:kinds].reshape(shape).astype(np.float64)
    total = sums.sum(axis=0)[:kinds].reshape(shape).sum(axis=0)
    mean = total / np.maximum(number.sum(axis=0), 1)
    mean[tiers] = 0
    return number, mean


@compiled
def _juniors(number: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Juniors per leader, (tiers, fields), 0 without an employer. number: people at home by stage, tier and field."""
    _, tiers, fields = number.shape
    juniors = np.zeros((tiers, fields))
    for tier in range(tiers - 1):  # the last is none
        for field in range(fields):
            for stage in range(_STAGES):
                juniors[tier, field] += weight[stage] * number[stage, tier, field]
            leaders = number[Stage.TENURE_TRACK, tier, field] + number[Stage.PERMANENT, tier, field]
            juniors[tier, field] = juniors_per_leader(juniors[tier, field], leaders)
    return juniors


@compiled
def _team_table(
    juniors: NDArray[np.float64], startup: float, abroad: float, elasticity: float, norm: NDArray[np.float64]
) -> Floats:
    """At home tenure-track and permanent faculty lead, abroad those in a lasting post; who holds a return post with
    start-up money leads those whom it pays, beside the juniors that colleagues have.
    """
    tiers, fields = juniors.shape
    table = np.ones((3, tiers, _STAGES, fields), np.float32)
    for field in range(fields):
        for tier in range(tiers):
            led = np.float32(team_output(juniors[tier, field], elasticity, norm[field]))
            table[_HERE, tier, Stage.TENURE_TRACK, field] = table[_HERE, tier, Stage.PERMANENT, field] = led
            table[_FUNDED, tier, Stage.PERMANENT, field] = led
            table[_FUNDED, tier, Stage.FIXED_TERM, field] = team_output(startup, elasticity, norm[field])
            both = juniors[tier, field] + startup
            table[_FUNDED, tier, Stage.TENURE_TRACK, field] = team_output(both, elasticity, norm[field])
        table[_ABROAD, tiers - 1, Stage.PERMANENT, field] = team_output(abroad, elasticity, norm[field])
    return table
