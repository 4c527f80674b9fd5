"""The clock of leaders at home: what policies give back to research of a year's hours, and what hosting and rules take.

The country's data hold the research time of the baseline. The clock says by how much it differs from that, by kind of
employer, and is None where no policy moves it. Hours are those of the people as they were at the end of the last year.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

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
    takes = gate is not None and gate.hours.any()
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
    hours = _hours_of_the_gate(people, gate.hours, tiers).sum(axis=0)[:tiers]
    per_leader: NDArray[np.float64] = hours / np.maximum(levers.leaders(people, tiers), 1)
    return per_leader


@over_people
def _hours_of_the_gate(people: Attributes, gate: NDArray[np.float64], tiers: int) -> NDArray[np.float64]:
    """As above, but of all leaders, by direction and tier, (3, tiers + 1)."""
    hours = np.zeros((3, tiers + 1))
    for i in range(len(people.stage)):
        tier, field, region, tie = people.tier[i], people.field[i], people.region[i], people.tie_region[i]
        stage, origin = people.stage[i], people.origin[i]
        if region == HOME:
            if (origin != HOME) & (stage <= _PERMANENT):
                hours[IN, tier] += gate[IN, field, origin]
            if (tie != HOME) & ((stage == _TRACK) | (stage == _PERMANENT)):
                hours[JOINT, tier] += gate[JOINT, field, tie]
        elif people.post_kept[i]:
            hours[OUT, tier] += gate[OUT, field, region]
    return hours
