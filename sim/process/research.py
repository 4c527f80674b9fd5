"""Research: papers, papers among the most cited tenth, international co-authorship. The rules are `sim.rules.research`.

Top-tenth and international papers are booked as their expected number given the papers, which has the same mean and
less noise than drawing each paper's chance.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from sim.engine.arithmetic import ONE, U64, ZERO
from sim.engine.compiler import Booleans, Floats, Rows, compiled, full_width
from sim.engine.draws import Draw, key
from sim.engine.hashing import one_poisson, one_uniform, surely_none
from sim.engine.layout import record
from sim.instruments.pay import POSTS, pay_of
from sim.instruments.return_posts import STARTUP
from sim.market.gate import gate_of
from sim.population.cells import Cells
from sim.population.columns import Attributes, over_people
from sim.rules.clock import time_gained
from sim.rules.research import (
    impact_kept,
    impact_of_colleagues_ties,
    impact_of_peers,
    juniors_of_startup,
    juniors_per_leader,
    output_after_a_year,
    papers_alone,
    papers_expected,
    share_in_top_tenth,
    share_international,
    team_output,
)
from sim.vocabulary import HOME, LEADING, Stage
from sim.world.derived import derived
from sim.year import kept_by_levers

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from sim.engine.layout import Record
    from sim.market.gate import Gate
    from sim.population.columns import Columns
    from sim.world.parameters import Parameters
    from sim.world.world import World
    from sim.year import Grants, Year

F32 = np.float32
_HERE, _ABROAD, _FUNDED = range(3)  # where one works: at home, abroad, at home in a post that a programme pays
_STAGES = len(Stage)
_GRAIN = F32(2.0**20)  # totals are added as integers of this grain, so that they do not depend on the order of adding
_LEAST_TIME = 0.01  # share of the working time that the clock leaves for research
_BLOCK = 16_384  # people taken at a time: several loops are faster on people whom the cache holds


def publish(people: Columns, year: Year) -> None:
    """Everyone in academic research works for a year; totals of people at home go to the tally."""
    world, p = year.world, year.parameters
    gate = gate_of(year)
    number, ties = _colleagues(people, *Cells.of(world)) if gate is None else _colleagues_behind(gate, people, world)
    rates, numbers = _rates(number, year), _numbers(world, p)
    paid, gain = _research_money(people, number, year)
    alone = people.drive[paid]
    if len(paid):
        people.drive[paid] = alone * gain  # what money buys counts for this year's papers, and is then taken out again
    authors, written = _write(people, year.number, key(year.number, Draw.PAPERS), rates, numbers)
    if len(paid):
        people.drive[paid] = alone
    here = _impact_here(_peers_at_home(world, p), ties, p.peers_gain, p.tie_spillover)
    threshold = F32(p.top10_threshold + year.driver("top_tenth"))
    base = F32(p.coauthor_base + year.driver("coauthorship"))
    joint = np.ones((len(world.fields), len(world.regions)), F32) if gate is None else gate.joint
    totals = _book(people, authors, written, here, _impact_elsewhere(world, p), joint, threshold, base, numbers)
    names, made = ("papers", "top10", "international", "top10_international"), (totals / float(_GRAIN)).tolist()
    year.tally.research = dict(zip(names, made, strict=False))
    year.tally.coauthored = np.array(made[len(names) :])


def _colleagues_behind(gate: Gate, people: Columns, world: World) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """As `_colleagues`, of the ties that the gate lets work together; the ties themselves stay."""
    known, here = people.ties_abroad.copy(), people.region == HOME
    people.ties_abroad[here] *= gate.joint[people.field[here], people.tie_region[here]]
    found = _colleagues(people, *Cells.of(world))
    people.ties_abroad[:] = known
    return found


def expected_papers(
    people: Columns, rows: NDArray[np.intp], gone: NDArray[np.bool_], year: Year
) -> NDArray[np.float32]:
    """Papers a year to be expected of the people in `rows` by place, stage, team and drive, not drawn ones, (rows,).

    gone: (rows,) who of them went to research abroad and out of the model this year, as if they had stayed in it.
    """
    number, _ = _colleagues(people, *Cells.of(year.world))
    place = np.where(gone, _ABROAD, _place(people.region[rows], people.funded[rows]))
    tier = np.where(gone, np.uint8(year.world.no_tier), people.tier[rows])
    stage = np.where(gone, np.uint8(Stage.POSTDOC), people.stage[rows])
    papers: NDArray[np.float32] = _rates(number, year)[place, tier, stage, people.field[rows]] * people.drive[rows]
    gain = np.ones(len(people), F32)
    paid, more = _research_money(people, number, year)
    gain[paid] = more
    return papers * np.where(gone, F32(1), gain[rows])


def teams(people: Columns, year: Year) -> NDArray[np.float32]:
    """What the team of each person makes of the papers one would write alone, (n,); 1 for those who lead none."""
    number, _ = _colleagues(people, *Cells.of(year.world))
    each: NDArray[np.float32] = _teams(number, year)[
        _place(people.region, people.funded), people.tier, people.stage, people.field
    ]
    return each


def _place(region: NDArray[np.uint8], funded: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Where each works, as the first axis of the tables says it, (n,)."""
    return np.where(region != HOME, _ABROAD, np.where(funded, _FUNDED, _HERE))


# ---------------------------------------------------------------------- what depends on world and parameters alone


@derived
def _numbers(_: World, p: Parameters) -> Record:
    """What the loop over people takes."""
    return record(
        move=np.exp(p.move_dip),
        memory=p.output_memory,
        sd=p.sd_luck,
        coauthor_ties=p.coauthor_ties,
    )


@derived
def _peers_at_home(world: World, _: Parameters) -> NDArray[np.float64]:
    """Quality of the peers by kind of employer, (tiers,); 0 without one."""
    return np.append(world.positions.along("tier", world.tiers, "peers_tier"), 0.0)


@derived
def _alone(world: World, p: Parameters) -> Callable[[float, tuple[float, ...]], NDArray[np.float32]]:
    """By the mean research time of a year, and what leaders gain of it by kind of employer (empty: nothing): papers of
    average people without a team, (3, tiers, stages).

    At home; abroad, where everyone past the doctorate has the time of a postdoc but in a lasting post, which has no
    tier; and at home in posts that programmes pay.
    """
    position, first, elasticity = world.positions, world.driver("research_time", world.first_year), p.time_elasticity
    rate = F32(p.paper_rate)

    @cache
    def table(mean: float, gained: tuple[float, ...]) -> NDArray[np.float32]:
        home = np.zeros((world.no_tier + 1, _STAGES), F32)
        home[:, Stage.DOCTORAL] = rate * F32(p.doctoral_rate)
        for stage in (Stage.UNPLACED, Stage.POSTDOC):
            time = position.value("research_time_stage", stage=stage.label)
            home[:, stage] = papers_alone(rate, time, first, elasticity)
        for tier, beyond in enumerate((*position.along("tier", world.tiers, "research_time_tier"), 0.0)):
            time = mean + float(beyond)
            home[tier, Stage.FIXED_TERM : Stage.PERMANENT + 1] = papers_alone(rate, time, first, elasticity)
        for tier, more in enumerate(gained):
            time = max(mean + float(position.value("research_time_tier", tier=world.tiers[tier])) + more, _LEAST_TIME)
            home[tier, Stage.TENURE_TRACK : Stage.PERMANENT + 1] = papers_alone(rate, time, first, elasticity)
        abroad = np.where(home > 0, home[world.no_tier, Stage.POSTDOC], ZERO)
        time = position.value("research_time_stage", stage="lasting host post")  # as in what life abroad is worth
        abroad[world.no_tier, Stage.PERMANENT] = papers_alone(p.paper_rate, time, first, elasticity)
        abroad[:, Stage.DOCTORAL] = home[:, Stage.DOCTORAL]
        return np.stack([home, abroad, home])

    return table


@derived
def _impact_elsewhere(world: World, p: Parameters) -> NDArray[np.float32]:
    """Log impact by region, (tiers + 1, regions): by kind of employer at home, what is kept of the better peers in the
    region of the own ties; in the last row what the peers of a region give to those who are there.
    """
    home, abroad = _peers_at_home(world, p).tolist(), world.by_region("peers")
    kept = [[impact_kept(float(there), here, p.peers_gain, p.peers_kept) for there in abroad] for here in home]
    return np.array([*kept, [impact_of_peers(there, F32(p.peers_gain)) for there in abroad]], F32)


# ---------------------------------------------------------------------- what depends on the people of the year


def _rates(number: NDArray[np.float64], year: Year) -> NDArray[np.float32]:
    """Papers a year of average people by time and team, (3, tiers, stages, fields); number: as `_colleagues`."""
    alone = _alone(year.world, year.parameters)(year.driver("research_time"), _time_gained(number, year))
    return alone[..., None] * _teams(number, year)


def _time_gained(number: NDArray[np.float64], year: Year) -> tuple[float, ...]:
    """What leaders gain of their time by kind of employer, less the hours that programmes take; empty where nothing is.

    number: as `_colleagues`.
    """
    gained, hours = year.time_gained, year.tally.leader_hours
    if hours is not None:
        leaders = number[[Stage.TENURE_TRACK, Stage.PERMANENT], :-1].sum(axis=(0, 2))
        taken = hours.sum(axis=1) / np.maximum(leaders, 1)
        of_programmes = time_gained(0.0, taken, year.parameters.working_hours)  # type: ignore[arg-type]  # of each tier
        gained = of_programmes if gained is None else gained + of_programmes  # type: ignore[assignment]
    return () if gained is None else tuple(gained.tolist())


def _teams(number: NDArray[np.float64], year: Year) -> NDArray[np.float32]:
    """What leaders write over what they would alone, (3, tiers, stages, fields) as in `_alone`; 1 for the others."""
    position, p = year.world.positions, year.parameters
    juniors = _juniors(number, _junior_weight(year.world, p))
    norm, abroad = position.along("field", year.world.fields, "group_norm"), position.value("juniors_abroad")
    return _team_table(juniors, startup_juniors(year), abroad, p.team_elasticity, norm)


def _research_money(
    people: Columns, number: NDArray[np.float64], year: Year
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Rows of those at home who hold research money, and what the juniors whom it pays make of their papers, (n,).

    number: as `_colleagues`. They come on top of the juniors whom a leader has, or whom a return post pays. Posts that
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
        rows, money = _with_grants(rows, money, grants)
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


def _with_grants(
    rows: NDArray[np.intp], money: NDArray[np.float32], grants: Grants
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Rows and research money of those who hold some, with what projects bring."""
    every = np.union1d(rows, grants.row)
    added = np.zeros(len(every))
    np.add.at(added, np.searchsorted(every, rows), money)
    np.add.at(added, np.searchsorted(every, grants.row), grants.money)
    return every, added.astype(F32)


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


@over_people
def _colleagues(people: Attributes, tiers: int, fields: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """People at home by stage, tier and field, and their mean foreign ties by tier and field, 0 in the tier of no
    employer.

    float32 ties add up without rounding in float64, so the order of the rows leaves no trace.
    """
    n, shape = len(people.region), (_STAGES, tiers + 1, fields)
    kinds, some, places = _STAGES * (tiers + 1) * fields, np.int16(fields), np.int16(tiers + 1)
    kind = np.empty(n, np.uint16)
    for i in range(n):  # a loop of its own, so that it is compiled to vector instructions
        here = (people.stage[i] * places + people.tier[i]) * some + people.field[i]
        kind[i] = here if people.region[i] == HOME else kinds
    numbers, sums = np.zeros((4, kinds + 1), np.int64), np.zeros((4, kinds + 1))  # that take turns, as in `counted`
    for i in range(n):
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


@compiled
def _impact_here(peers: NDArray[np.float64], ties: NDArray[np.float64], gain: float, spillover: float) -> Floats:
    """Log impact at home by kind of employer and field, of the peers and of the mean colleague's foreign ties."""
    impact = np.empty(ties.shape, np.float32)
    for tier in range(ties.shape[0]):
        for field in range(ties.shape[1]):
            colleagues = impact_of_colleagues_ties(ties[tier, field], spillover)
            impact[tier, field] = impact_of_peers(peers[tier], gain) + colleagues
    return impact


# ---------------------------------------------------------------------- the year's papers


@over_people
def _write(people: Attributes, year: int, key: np.uint64, rates: Floats, numbers: Record) -> tuple[Rows, Floats]:
    """Papers are drawn and enter everybody's output. Returns the rows of those who wrote any, and how many, (authors,).

    rates: as `_rates`.
    """
    full_width()
    n, of_kind, found = len(people.stage), rates.ravel(), 0
    room, places, fields = min(n, _BLOCK), np.int16(rates.shape[1]), np.int16(rates.shape[3])  # narrow, as `kind`
    kind, idle = np.empty(room, np.uint16), np.empty(room, np.bool_)
    rate, draw, written = np.empty(room, np.float32), np.empty(room, np.float32), np.empty(room, np.float32)
    authors, papers = np.empty(n, np.intp), np.empty(n, np.float32)
    for start in range(0, n, _BLOCK):
        first, last = U64(start), U64(min(start + _BLOCK, n))  # unsigned, so that the loops become vector instructions
        for i in range(first, last):
            place = np.uint16(1) if people.region[i] != HOME else np.uint16(2) if people.funded[i] else np.uint16(0)
            cell = (place * places + people.tier[i]) * _STAGES + people.stage[i]
            kind[i - first] = cell * fields + people.field[i]
        for i in range(first, last):
            rate[i - first] = of_kind[kind[i - first]]
        for i in range(first, last):
            moved = (people.away_since[i] == year) | (people.returned_year[i] == year)
            expected = papers_expected(rate[i - first], people.drive[i], numbers.move if moved else ONE)
            rate[i - first] = ZERO if people.candidate[i] else expected
        for i in range(first, last):
            draw[i - first] = one_uniform(people.draw_key[i], key)
        begun = found
        found = _drawn(rate[: last - first], draw, idle, written, start, authors, found)
        for k in range(begun, found):
            papers[k] = written[authors[k] - start]
        for i in range(first, last):
            people.output[i] = output_after_a_year(people.output[i], written[i - first], numbers.memory)
    return authors[:found], papers[:found]


@compiled
def _drawn(rate: Floats, draw: Floats, idle: Booleans, written: Floats, start: int, authors: Rows, found: int) -> int:
    """Poisson papers of a block that begins at start, by inversion of the draws, put into written, and the rows of who
    may have written any into authors from found on; returns how many authors there are now. idle: room to work in.
    """
    n, begun = len(rate), found
    for i in range(n):  # a loop of its own, so that it is compiled to vector instructions
        idle[i] = (rate[i] >= ZERO) & surely_none(np.float64(rate[i]), np.float64(draw[i]))
    for i in range(n):  # most write nothing, as `one_poisson` would say at once
        authors[found] = start + i
        found += not idle[i]
    written[:n] = ZERO
    for row in authors[begun:found]:
        written[row - start] = one_poisson(np.float64(rate[row - start]), np.float64(draw[row - start]))
    return found


@over_people
def _book(
    people: Attributes,
    authors: Rows,
    written: Floats,
    here: Floats,
    elsewhere: Floats,
    joint: Floats,
    threshold: np.float32,
    coauthor_base: np.float32,
    numbers: Record,
) -> NDArray[np.int64]:
    """Papers are added to those of their authors, and expected top-tenth papers; totals of people at home.

    here, elsewhere: log impact, as `_impact_here` and `_impact_elsewhere`. joint: (fields, regions) share of the work
    with each that the gate lets people at home do. threshold, coauthor_base: of the parameter of the name, moved with
    the world since its year. Returns papers, top-tenth and international ones, those that are both, and the
    international ones by region of most ties, (4 + regions,), in units of 1 / grain: whole numbers, which do not depend
    on the order of adding.
    """
    full_width()
    n, totals = len(authors), np.zeros(4 + elsewhere.shape[1], np.int64)
    talent, environment, ties = np.empty(n, np.float32), np.empty(n, np.float32), np.empty(n, np.float32)
    for k in range(n):  # all is looked up before any of it is chosen: without a branch
        row = U64(authors[k])
        tier, at_home = people.tier[row], people.region[row] == HOME
        place, away = here[tier, people.field[row]], elsewhere[len(elsewhere) - 1, people.region[row]]
        gain = elsewhere[tier, people.tie_region[row]]
        place += gain if people.years_abroad[row] >= ONE else ZERO
        talent[k], environment[k], ties[k] = people.talent[row], place if at_home else away, people.ties_abroad[row]
    for k in range(n):  # loops of their own, as above
        talent[k] = share_in_top_tenth(talent[k], environment[k], threshold, numbers.sd)
    for k in range(n):
        ties[k] = share_international(ties[k], coauthor_base, numbers.coauthor_ties)
    for k in range(n):
        row = U64(authors[k])
        ties[k] *= joint[people.field[row], people.tie_region[row]] if people.region[row] == HOME else ONE
    for k in range(n):
        row = U64(authors[k])
        best = written[k] * talent[k]
        people.papers[row] += written[k]
        people.top10[row] += best
        if people.region[row] == HOME:
            totals[0] += np.int64(written[k] * _GRAIN)
            totals[1] += np.int64(best * _GRAIN)
            international = np.int64(written[k] * ties[k] * _GRAIN)
            totals[2] += international
            totals[3] += np.int64(best * ties[k] * _GRAIN)
            totals[4 + people.tie_region[row]] += international
    return totals
