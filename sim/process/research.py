"""Research: papers, papers among the most cited tenth, international co-authorship. The rules are `sim.rules.research`.

Top-tenth and international papers are booked as their expected number given the papers, which has the same mean and
less noise than drawing each paper's chance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine.arithmetic import ONE, U64, ZERO
from sim.engine.compiler import Booleans, Floats, Rows, compiled, full_width
from sim.engine.draws import Draw, key
from sim.engine.hashing import one_poisson, one_uniform, surely_none
from sim.engine.layout import record
from sim.market.gate import gate_of
from sim.population.columns import Attributes, over_people
from sim.process.productivity import colleagues, rates, research_money, shared_time
from sim.rules.research import (
    impact_kept,
    impact_of_colleagues_ties,
    impact_of_peers,
    output_after_a_year,
    papers_expected,
    share_in_top_tenth,
    share_international,
)
from sim.vocabulary import HOME, Stage
from sim.world.derived import derived

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.engine.layout import Record
    from sim.population.columns import Columns
    from sim.world.parameters import Parameters
    from sim.world.world import World
    from sim.year import Year

F32 = np.float32
_STAGES = len(Stage)
_GRAIN = F32(2.0**20)  # totals are added as integers of this grain, so that they do not depend on the order of adding
_BLOCK = 16_384  # people taken at a time: several loops are faster on people whom the cache holds


def publish(people: Columns, year: Year) -> None:
    """Everyone in academic research works for a year; totals of people at home go to the tally."""
    world, p = year.world, year.parameters
    gate = gate_of(year)
    number, ties = colleagues(people, world, gate)
    average, numbers = rates(number, year), _numbers(world, p)
    changed = [
        (rows, gain)
        for rows, gain in (research_money(people, number, year), shared_time(people, number, year))
        if len(rows)
    ]
    drive = people.drive.copy() if changed else None
    for rows, gain in changed:
        people.drive[rows] *= gain  # what money buys or others take counts for this year's papers alone
    authors, written = _write(people, year.number, key(year.number, Draw.PAPERS), average, numbers)
    if drive is not None:
        people.drive = drive
    here = _impact_here(_peers_at_home(world, p), ties, p.peers_gain, p.tie_spillover)
    threshold = F32(p.top10_threshold + year.driver("top_tenth"))
    base = F32(p.coauthor_base + year.driver("coauthorship"))
    joint = np.ones((len(world.fields), len(world.regions)), F32) if gate is None else gate.joint
    totals = _book(people, authors, written, here, _impact_elsewhere(world, p), joint, threshold, base, numbers)
    names, made = ("papers", "top10", "international", "top10_international"), (totals / float(_GRAIN)).tolist()
    year.tally.research = dict(zip(names, made, strict=False))
    year.tally.coauthored = np.array(made[len(names) :])


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
def _impact_elsewhere(world: World, p: Parameters) -> NDArray[np.float32]:
    """Log impact by region, (tiers + 1, regions): by kind of employer at home, what is kept of the better peers in the
    region of the own ties; in the last row what the peers of a region give to those who are there.
    """
    home, abroad = _peers_at_home(world, p).tolist(), world.by_region("peers")
    kept = [[impact_kept(float(there), here, p.peers_gain, p.peers_kept) for there in abroad] for here in home]
    return np.array([*kept, [impact_of_peers(there, F32(p.peers_gain)) for there in abroad]], F32)


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

    rates: as `productivity.rates`.
    """
    full_width()
    n, of_kind, found = len(people.stage), rates.ravel(), 0
    room, places, fields = min(n, _BLOCK), np.int16(rates.shape[1]), np.int16(rates.shape[3])  # narrow, as `kind`
    kind, idle = np.empty(room, np.uint16), np.empty(room, np.bool_)
    rate, draw, written = np.empty(room, np.float32), np.empty(room, np.float32), np.empty(room, np.float32)
    authors, papers = np.empty(n, np.intp), np.empty(n, np.float32)
    move = numbers.move  # read where it might not be, it would keep a loop from vectors
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
            expected = papers_expected(rate[i - first], people.drive[i], move if moved else ONE)
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
