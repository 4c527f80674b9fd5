"""The clock of leaders at home: what policies give back to research of a year's hours, and what hosting and rules take.

The country's data hold the research time of the baseline. The clock says by how much it differs from that, by kind of
employer, and is None where no policy moves it. Hours are those of the people as they were at the end of the last year.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine.arithmetic import U64
from sim.engine.arrays import where
from sim.engine.compiler import full_width
from sim.instruments import clock as levers
from sim.instruments.gate import IN, JOINT, OUT
from sim.market.gate import gate_of
from sim.population.columns import Attributes, over_people
from sim.rules.clock import administration_taken_over, hosting_taken, time_gained
from sim.vocabulary import HOME, Stage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.market.gate import Gate
    from sim.population.columns import Columns
    from sim.year import Year

_TRACK, _PERMANENT = int(Stage.TENURE_TRACK), int(Stage.PERMANENT)
_BITS = np.uint8(64)
_BY_STAFF = (levers.MANAGERS, levers.COVER, levers.RELIEF)


def hosted(people: Columns, tiers: int) -> NDArray[np.float64]:
    """Foreigners in research or study at home per leader, by kind of employer, (tiers,)."""
    here = (people.origin != HOME) & (people.region == HOME) & (people.stage <= Stage.PERMANENT)
    guests = np.bincount(people.tier[here], minlength=tiers + 1)[:tiers]
    per_leader: NDArray[np.float64] = guests / np.maximum(levers.leaders(people, tiers), 1)
    return per_leader


def hosted_before(people: Columns, usual: NDArray[np.float64] | None, year: Year) -> NDArray[np.float64] | None:
    """`hosted` at the end of the year before hosting began to take hours; None in a year in which it takes none."""
    if not year.lever(levers.HOSTING_HOURS):
        return None
    return hosted(people, len(year.world.tiers)) if usual is None else usual


def gained(people: Columns, usual: NDArray[np.float64] | None, year: Year) -> NDArray[np.float64] | None:
    """What the share of working time for research gains, (tiers,); None where no lever moves the clock.

    usual: `hosted` before hosting took hours; None where it takes none.
    """
    gate = gate_of(year)
    takes = gate is not None and gate.takes_hours
    if usual is None and not takes and not any(year.levers.moves(lever) for lever in _BY_STAFF):
        return None
    p, tiers = year.parameters, len(year.world.tiers)
    share, hours = p.administration_share, p.working_hours
    staff = year.array(levers.MANAGERS) / 100
    taken_over = [administration_taken_over(each, p.manager_relief, hours, share) for each in staff.tolist()]
    back = np.array(taken_over) + year.array(levers.COVER) + year.array(levers.RELIEF)
    taken = np.zeros(tiers)
    if usual is not None:
        each, support = year.lever(levers.HOSTING_HOURS), year.lever(levers.HOSTING_SUPPORT)
        taken += hosting_taken(each, hosted(people, tiers), usual, support)  # type: ignore[arg-type]  # of each tier
    if gate is not None and takes:
        taken += _of_the_gate(people, gate, tiers)
    return time_gained(back, taken, hours)  # type: ignore[return-value, arg-type]  # of each tier


def _of_the_gate(people: Columns, gate: Gate, tiers: int) -> NDArray[np.float64]:
    """Hours that the gate takes of a leader, (tiers,): for foreigners who are here, for those away with the post kept,
    and for joint work with the region of the leader's ties.
    """
    hours, leaders = _hours_of_the_gate(people, gate.hours, tiers)
    per_leader: NDArray[np.float64] = hours.sum(axis=0)[:tiers] / np.maximum(leaders, 1)
    return per_leader


@over_people
def _hours_of_the_gate(
    people: Attributes, gate: NDArray[np.float64], tiers: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """As above, but of all leaders, by direction and tier, (3, tiers + 1), and how many lead at home, (tiers,)."""
    full_width()
    n, in_, out = len(people.stage), gate[IN].max() > 0, gate[OUT].max() > 0
    leads, asked, joint = np.empty(n, np.bool_), np.empty(n, np.bool_), U64(0)
    for region in range(HOME + 1, gate.shape[2]):  # a bit for each region, with which work takes hours
        if gate[JOINT, :, region].max() > 0:
            joint |= U64(1) << U64(region % _BITS)
    for i in range(n):
        stage, here = people.stage[i], people.region[i] == HOME
        leads[i] = here & ((stage == _TRACK) | (stage == _PERMANENT))
        comes, goes = here & (people.origin[i] != HOME) & (stage <= _PERMANENT), people.post_kept[i] & (not here)
        works = joint >> U64(people.tie_region[i] % _BITS) & U64(1)
        asked[i] = (leads[i] & (works != 0)) | (in_ & comes) | (out & goes)
    hours, leaders = np.zeros((3, tiers + 1)), np.zeros(tiers, np.int64)
    for tier in range(tiers):
        found, of = 0, np.uint8(tier)
        for i in range(n):
            found += leads[i] & (people.tier[i] == of)
        leaders[tier] = found
    for row in where(asked):
        who = U64(row)
        tier, field, region, tie = people.tier[who], people.field[who], people.region[who], people.tie_region[who]
        stage, origin = people.stage[who], people.origin[who]
        if region == HOME:
            if (origin != HOME) & (stage <= _PERMANENT):
                hours[IN, tier] += gate[IN, field, origin]
            if (tie != HOME) & leads[who]:
                hours[JOINT, tier] += gate[JOINT, field, tie]
        else:
            hours[OUT, tier] += gate[OUT, field, region]
    return hours, leaders
