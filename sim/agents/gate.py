"""The gate between home and a region, for one person at a time; see `sim.market.gate`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.agents import draws
from sim.engine.draws import Draw
from sim.instruments import gate as levers
from sim.instruments.gate import IN, JOINT, OUT
from sim.rules import gate as rules
from sim.vocabulary import HOME

if TYPE_CHECKING:
    from sim.agents.year import Year


class Gate:
    """What passes this year between home and each region, of each field."""

    def __init__(self, year: Year) -> None:
        self.year, self.p = year, year.parameters
        self.stands_open = not any(year.under.moves(lever) for lever in levers.GATE.levers)
        self.guidance = year.lever(levers.GUIDANCE)
        refused = [1 - self._screening(field, region) for field in year.fields for region in year.abroad]
        self.refused_on_average = sum(refused) / len(refused)
        strict = year.array(levers.STRICTNESS)
        by_region = [sum(float(strict[field, region]) for field in year.fields) for region in year.abroad]
        self.level = min(1.0, year.lever(levers.PROTECTION) + max(by_region) / len(year.fields))

    def _reached(self, field: int) -> float:
        """Share of the work of a field that rules of research security reach."""
        sensitive = self.year.world.positions.value("sensitive_share", field=self.year.world.fields[field])
        over, exempt = self.year.array(levers.SENSITIVE)[field], self.year.array(levers.EXEMPT)[field]
        return float(rules.reached_by_rules(sensitive, float(over), float(exempt)))

    def reached_in(self, field: int, region: int) -> float:
        """The same, where rules are in force for the region."""
        return self._reached(field) if self._strictness(field, region) > 0 else 0.0

    def _strictness(self, field: int, region: int) -> float:
        return float(self.year.array(levers.STRICTNESS)[field, region])

    def _screening(self, field: int, region: int) -> float:
        return float(rules.passes_screening(self._strictness(field, region), self._reached(field)))

    def passes(self, direction: int, field: int, region: int) -> float:
        """Share that passes and does not give up waiting."""
        if region == HOME:
            return 1.0
        share = float(self.year.array(levers.SHARE)[field, region, direction])
        delay = float(self.year.array(levers.DELAY)[field, region, direction])
        required = float(self.year.array(levers.PARTNER_REQUIRES)[region])
        stays = rules.partner_stays(required, self.level)
        waits = rules.waits(delay, self.p.gate_patience)
        return float(share * waits * self._screening(field, region) * stays)

    def years_late(self, direction: int, draw_key: int, field: int, region: int) -> int:
        """By how many years somebody who passes moves later."""
        if self.stands_open or region == HOME:
            return 0
        delay = float(self.year.array(levers.DELAY)[field, region, direction])
        return int(rules.years_late(delay, draws.uniform(draw_key, self.year.number, Draw.GATE_WAITS)))

    def considers(self, field: int, region: int) -> float:
        """Share that still considers the region."""
        if region == HOME:
            return 1.0
        p, strict, reached = self.p, self._strictness(field, region), self._reached(field)
        target = rules.chill_of_target(p.chilling, self.guidance, strict, reached, p.chill_spill)
        others = rules.chill_of_others(p.chilling, self.guidance, self.refused_on_average, p.chill_spill)
        return 1 - float(max(target, others))

    def hours(self, direction: int, field: int, region: int) -> float:
        """Hours a year that it takes of a leader."""
        hours = float(self.year.array(levers.HOURS)[field, region, direction]) if region != HOME else 0.0
        if direction == JOINT and region != HOME:
            strict, reached = self._strictness(field, region), self._reached(field)
            hours += float(rules.hours_of_screening(self.p.security_hours, self.guidance, strict, reached))
        return hours

    def considered(self, draw_key: int, field: int, region: int) -> bool:
        """Whether a person still considers the region."""
        draw = draws.uniform(draw_key, self.year.number, Draw.GATE_CONSIDERS)
        return self.stands_open or bool(rules.is_let(draw, self.considers(field, region)))

    def lets(self, direction: int, draw_key: int, field: int, region: int) -> bool:
        """Whether a person passes, to or from the region."""
        draw = draws.uniform(draw_key, self.year.number, Draw.GATE_PASSES)
        return self.stands_open or bool(rules.is_let(draw, self.passes(direction, field, region)))

    def lets_out(self, draw_key: int, field: int, region: int) -> bool:
        """Whether somebody at home still considers a region and passes."""
        return self.considered(draw_key, field, region) and self.lets(OUT, draw_key, field, region)

    def lets_in(self, draw_key: int, field: int, region: int) -> bool:
        """Whether somebody there still considers coming, and passes."""
        return self.considered(draw_key, field, region) and self.lets(IN, draw_key, field, region)

    def joint(self, field: int, region: int) -> float:
        """Share of the ties to a region that still lead to work together."""
        return 1.0 if self.stands_open else self.passes(JOINT, field, region) * self.considers(field, region)
