"""Who waits for a permit or a review of the gate, and who has one this year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.instruments.gate import IN, OUT
from sim.population.waiting import Asks

if TYPE_CHECKING:
    from sim.agents.model import PlainModel
    from sim.agents.potential import Potential
    from sim.agents.researcher import Researcher

_OUT = (Asks.HOSTS, Asks.CALLS, Asks.STUDY_ABROAD)


@dataclass(frozen=True)
class Wait:
    """One who waits: for what, for which region abroad, to which year; programme: that pays a decided doctorate."""

    asks: Asks
    who: Researcher | Potential
    region: int
    due: int
    programme: int = -1


def due(model: PlainModel, asks: Asks) -> list[Wait]:
    """Those who asked for this and whose permit is due this year, in the order of their identities."""
    found = [wait for wait in model.waiting if wait.asks is asks and wait.due == model.year]
    return sorted(found, key=lambda wait: wait.who.identity)


def has_permit(model: PlainModel, who: Researcher | Potential, region: int) -> bool:
    """Whether a permit for the region is due this year."""
    return any(x.who.draw_key == who.draw_key and x.region == region and x.due == model.year for x in model.waiting)


def asks_again(person: Researcher, asks: Asks) -> bool:
    """Whether somebody at home has a permit to leave, this year, for what the person asked for."""
    return any(wait.who.draw_key == person.draw_key for wait in due(person.model, asks))


def may_move(
    asks: Asks, who: Researcher | Potential, field: int, region: int, *, passes: bool, programme: int = -1
) -> bool:
    """Whether somebody who asks moves this year; else, who passes waits for the permit from now on."""
    model = who.model
    if has_permit(model, who, region):
        return True
    late = model.gate.years_late(OUT if asks in _OUT else IN, who.draw_key, field, region) if passes else 0
    if late and not any(x.who.draw_key == who.draw_key and x.region == region for x in model.waiting):
        model.waiting.append(Wait(asks, who, region, model.year + late, programme))
    return passes and not late
