"""The gate of a year: who passes between home and a region, who considers it, and which hours it takes.

It is worked out where a policy moves one of its levers and is None elsewhere: a year without one costs nothing.
A person has one draw a year for passing and one for considering: a stricter gate keeps out those whom a milder one
does, and more. Who passes and whose permit takes into another year waits for it (`sim.population.waiting`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.engine.arithmetic import U64
from sim.engine.arrays import where
from sim.engine.compiler import compiled, full_width
from sim.engine.draws import Draw, key, uniform
from sim.engine.hashing import one_uniform
from sim.instruments import gate as levers
from sim.instruments.gate import DIRECTIONS, IN, JOINT, OUT
from sim.population.columns import Attributes, over_people
from sim.population.waiting import Asks
from sim.rules import gate as rules
from sim.vocabulary import HOME, Stage
from sim.year import kept_for_all_years

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.engine.compiler import Booleans, Bytes, Floats, Words
    from sim.population.columns import Columns
    from sim.year import Year

F32 = np.float32
_TRACK, _PERMANENT, _LEFT = int(Stage.TENURE_TRACK), int(Stage.PERMANENT), int(Stage.LEFT)
_OUT = (Asks.HOSTS, Asks.CALLS, Asks.STUDY_ABROAD)
_MOVED = (levers.SHARE, levers.DELAY, levers.HOURS, levers.STRICTNESS, levers.PARTNER_REQUIRES)


class Gate(NamedTuple):
    """By direction, field and region, (3, fields, regions); of home itself everything passes.

    delay: months that a permit takes. passes: share that passes, by those who do not give up waiting. considers: share
    that still considers the region. hours: a year, of a leader, for each person who comes or is away, or for joint work
    there. reached: (fields, regions) share of the work that rules of research security reach where they are in force.
    unscreened: (fields, regions) share of the links that is sensitive and that no screening refuses. delays,
    takes_hours: whether a permit takes time anywhere, and whether any hours are taken.
    """

    passes: NDArray[np.float32]
    considers: NDArray[np.float32]
    hours: NDArray[np.float64]
    reached: NDArray[np.float64]
    unscreened: NDArray[np.float64]
    delay: NDArray[np.float64]
    delays: bool
    takes_hours: bool

    @property
    def joint(self) -> NDArray[np.float32]:
        """Share of the ties to a region that still lead to work together, (fields, regions)."""
        both: NDArray[np.float32] = self.passes[JOINT] * self.considers[JOINT]
        return both

    def let(self, direction: int, draw_key: Words, field: Bytes, region: Bytes, now: int) -> Booleans:
        """Who passes of those who ask, (n,); region: abroad, from or to."""
        return let(draw_key, key(now, Draw.GATE_PASSES), self.passes[direction], field, region)

    def both(self, direction: int, draw_key: Words, field: Bytes, region: Bytes, now: int) -> Booleans:
        """Who still considers the region and passes, (n,)."""
        considers = let(draw_key, key(now, Draw.GATE_CONSIDERS), self.considers[direction], field, region)
        return considers & self.let(direction, draw_key, field, region, now)

    def late(self, direction: int, draw_key: Words, field: Bytes, region: Bytes, now: int) -> NDArray[np.int64]:
        """By how many years those who pass move later, (n,)."""
        if not self.delays or not (months := self.delay[direction, field, region]).any():
            return np.zeros(len(draw_key), np.int64)
        draw = uniform(draw_key, now, Draw.GATE_WAITS)
        each = [rules.years_late(*both) for both in zip(months.tolist(), draw.tolist(), strict=True)]
        return np.array(each, np.int64)


@compiled
def let(draw_key: Words, key: np.uint64, share: Floats, field: Bytes, region: Bytes) -> Booleans:
    """Whom a share lets, by the draw of a key, (n,). share: (fields, regions)."""
    found = np.empty(len(draw_key), np.bool_)
    for k in range(len(draw_key)):
        found[k] = rules.is_let(one_uniform(draw_key[k], key), share[field[k], region[k]])
    return found


@kept_for_all_years
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
        bool(delay.any()),
        bool(hours.any()),
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
    if not len(year.waiting) and (gate is None or not gate.delays):
        return passes
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
    of_leaders, of_foreigners = _reached(people, gate.reached)
    return float(of_leaders.sum() + of_foreigners.sum())


@over_people
def _reached(people: Attributes, reached: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What share of the work of each leader at home, and of each foreigner there, the rules reach. reached: of the
    gate.
    """
    full_width()
    n = len(people.stage)
    leads, foreign = np.empty(n, np.bool_), np.empty(n, np.bool_)
    for i in range(n):
        stage, here = people.stage[i], people.region[i] == HOME
        leads[i] = here & ((stage == _TRACK) | (stage == _PERMANENT))
        foreign[i] = here & (people.origin[i] != HOME) & (stage != _LEFT)
    lead, guest = where(leads), where(foreign)
    of_leaders, of_foreigners = np.empty(len(lead)), np.empty(len(guest))
    for k in range(len(lead)):
        who = U64(lead[k])
        of_leaders[k] = reached[people.field[who], people.tie_region[who]]
    for k in range(len(guest)):
        who = U64(guest[k])
        of_foreigners[k] = reached[people.field[who], people.origin[who]]
    return of_leaders, of_foreigners
