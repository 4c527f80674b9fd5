"""The gate of a year: who passes between home and a region, who considers it, and which hours it takes.

It is worked out where a policy moves one of its levers and is None elsewhere: a year without one costs nothing.
A person has one draw a year for passing and one for considering: a stricter gate keeps out those whom a milder one
does, and more. Who passes and whose permit takes into another year waits for it (`sim.population.waiting`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.engine.arrays import where
from sim.engine.draws import Draw, uniform
from sim.instruments import gate as levers
from sim.instruments.gate import DIRECTIONS, IN, JOINT, OUT
from sim.population.waiting import Asks
from sim.rules import gate as rules
from sim.vocabulary import HOME, Stage
from sim.year import kept_by_levers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.engine.compiler import Booleans, Bytes, Floats, Words
    from sim.population.columns import Columns
    from sim.year import Year

F32 = np.float32
_OUT = (Asks.HOSTS, Asks.CALLS, Asks.STUDY_ABROAD)
_MOVED = (levers.SHARE, levers.DELAY, levers.HOURS, levers.STRICTNESS, levers.PARTNER_REQUIRES)


class Gate(NamedTuple):
    """By direction, field and region, (3, fields, regions); of home itself everything passes.

    delay: months that a permit takes. passes: share that passes, by those who do not give up waiting. considers: share
    that still considers the region. hours: a year, of a leader, for each person who comes or is away, or for joint work
    there. reached: (fields, regions) share of the work that rules of research security reach where they are in force.
    unscreened: (fields, regions) share of the links that is sensitive and that no screening refuses.
    """

    passes: NDArray[np.float32]
    considers: NDArray[np.float32]
    hours: NDArray[np.float64]
    reached: NDArray[np.float64]
    unscreened: NDArray[np.float64]
    delay: NDArray[np.float64]

    @property
    def joint(self) -> NDArray[np.float32]:
        """Share of the ties to a region that still lead to work together, (fields, regions)."""
        both: NDArray[np.float32] = self.passes[JOINT] * self.considers[JOINT]
        return both

    def let(self, direction: int, draw_key: Words, field: Bytes, region: Bytes, now: int) -> Booleans:
        """Who passes of those who ask, (n,); region: abroad, from or to."""
        return _below(uniform(draw_key, now, Draw.GATE_PASSES), self.passes[direction, field, region])

    def both(self, direction: int, draw_key: Words, field: Bytes, region: Bytes, now: int) -> Booleans:
        """Who still considers the region and passes, (n,)."""
        considers = _below(uniform(draw_key, now, Draw.GATE_CONSIDERS), self.considers[direction, field, region])
        return considers & self.let(direction, draw_key, field, region, now)

    def late(self, direction: int, draw_key: Words, field: Bytes, region: Bytes, now: int) -> NDArray[np.int64]:
        """By how many years those who pass move later, (n,)."""
        months = self.delay[direction, field, region]
        if not months.any():
            return np.zeros(len(months), np.int64)
        draw = uniform(draw_key, now, Draw.GATE_WAITS)
        each = [rules.years_late(*both) for both in zip(months.tolist(), draw.tolist(), strict=True)]
        return np.array(each, np.int64)

    def ruled_out(self, draw_key: Words, field: Bytes, now: int) -> Booleans:
        """Which regions abroad people at home do not consider, (regions - 1, n)."""
        return ~_below(uniform(draw_key, now, Draw.GATE_CONSIDERS), self.considers[OUT, field, 1:].T)


def _below(draw: Floats, share: Floats) -> Booleans:
    """Whom a share lets, of each."""
    return np.asarray(rules.is_let(draw, share))  # type: ignore[arg-type]


@kept_by_levers
def gate_of(year: Year) -> Gate | None:
    """The gate of a year, as the levers in force make it; None where no policy moves it."""
    if not any(year.levers.moves(lever) for lever in _MOVED):
        return None
    p, regions = year.parameters, len(year.world.regions)
    sensitive = year.world.positions.along("field", year.world.fields, "sensitive_share")
    strict, guidance = year.array(levers.STRICTNESS), year.lever(levers.GUIDANCE)
    reached = np.array(
        [
            rules.reached_by_rules(share, ratio, exempt)
            for share, ratio, exempt in zip(
                sensitive.tolist(),
                year.array(levers.SENSITIVE).tolist(),
                year.array(levers.EXEMPT).tolist(),
                strict=True,
            )
        ]
    )[:, None]
    refused: NDArray[np.float64] = 1 - rules.passes_screening(strict, reached)  # type: ignore[arg-type, assignment]
    everywhere = float(refused[:, 1:].mean())
    target = rules.chill_of_target(p.chilling, guidance, strict, reached, p.chill_spill)  # type: ignore[arg-type]
    chilled = np.maximum(target, rules.chill_of_others(p.chilling, guidance, everywhere, p.chill_spill))
    level = min(1.0, year.lever(levers.PROTECTION) + float(strict[:, 1:].mean(axis=0).max()))
    stays = np.array(
        [rules.partner_stays(required, level) for required in year.array(levers.PARTNER_REQUIRES).tolist()]
    )
    delay = year.array(levers.DELAY)
    waited = np.array([rules.waits(months, p.gate_patience) for months in delay.ravel().tolist()]).reshape(delay.shape)
    shape = (len(DIRECTIONS), len(year.world.fields), regions)
    passes = np.moveaxis(year.array(levers.SHARE) * waited, -1, 0) * ((1 - refused) * stays)
    considers = np.broadcast_to(1 - chilled, shape).copy()
    hours = np.moveaxis(year.array(levers.HOURS), -1, 0) + np.zeros(shape)
    hours[JOINT] += rules.hours_of_screening(p.security_hours, guidance, strict, reached)  # type: ignore[arg-type]
    delay = np.moveaxis(delay, -1, 0) + np.zeros(shape)
    for array, of_home in (passes, 1), (considers, 1), (hours, 0), (delay, 0):
        array[..., HOME] = of_home
    return Gate(
        passes.astype(F32),
        considers.astype(F32),
        hours,
        np.where(strict > 0, reached, 0.0),
        reached * (1 - strict),
        delay,
    )


def may_move(
    asks: Asks,
    draw_key: Words,
    field: Bytes,
    region: Bytes,
    passes: Booleans,
    year: Year,
    *,
    identity: NDArray[np.int64] | int = 0,
) -> Booleans:
    """Who of those who ask and pass, (n,), may move this year; the others wait for their permit from now on.

    region: abroad, from or to. Whose permit for the region is due may move, too.
    """
    gate, now = gate_of(year), year.number
    permit = year.waiting.permitted(draw_key, region, now)
    if gate is None:
        return passes | permit
    late = gate.late(OUT if asks in _OUT else IN, draw_key, field, region, now)
    waits = passes & ~permit & (late > 0)
    if waits.any():
        who = identity if isinstance(identity, int) else identity[waits]
        year.waiting.add(asks, draw_key[waits], field[waits], region[waits], now + late[waits], identity=who)
    return permit | (passes & ~waits)


def screened(people: Columns, year: Year) -> float:
    """Leaders at home with ties, and foreigners at home, whom rules of research security reach; simulated."""
    gate = gate_of(year)
    if gate is None:
        return 0.0
    here, leads = people.region == HOME, (people.stage == Stage.TENURE_TRACK) | (people.stage == Stage.PERMANENT)
    lead = where(here & leads)
    foreign = where(here & (people.origin != HOME) & (people.stage != Stage.LEFT))
    of_leaders = gate.reached[people.field[lead], people.tie_region[lead]].sum()
    return float(of_leaders + gate.reached[people.field[foreign], people.origin[foreign]].sum())
