"""The clock of leaders at home and the reputation of home, person by person; see `sim.process`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.agents import benefits
from sim.instruments import clock as levers
from sim.instruments.gate import IN, JOINT, OUT
from sim.instruments.reputation import VISIBILITY
from sim.rules import clock as rules
from sim.rules.benefits import RECRUITS
from sim.rules.reputation import reputation_after_a_year, reputation_deserved
from sim.vocabulary import Stage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.agents.model import PlainModel


def leaders(model: PlainModel, tier: int) -> int:
    """Tenure-track and permanent members of a kind of employer who are at home."""
    return sum(x.here and x.tier == tier and x.stage in levers.LED_BY for x in model.researchers)


def hosted(model: PlainModel) -> dict[int, float]:
    """Foreigners in study or research at home per leader, by kind of employer."""
    guests = [x.tier for x in model.researchers if x.here and not x.native and x.stage <= Stage.PERMANENT]
    return {tier: guests.count(tier) / max(leaders(model, tier), 1) for tier in model.present.tiers}


def gained(model: PlainModel, usual: Mapping[int, float] | None) -> dict[int, float]:
    """What the share of working time for research gains, by kind of employer. usual: hosted before that took hours."""
    year, p = model.present, model.present.parameters
    by_tier, now = {}, hosted(model) if usual else {}
    for tier in year.tiers:
        staff, cover, relief = (float(year.array(x)[tier]) for x in (levers.MANAGERS, levers.COVER, levers.RELIEF))
        hours, share = p.working_hours, p.administration_share
        back = rules.administration_taken_over(staff / 100, p.manager_relief, hours, share) + cover + relief
        taken = _of_the_gate(model, tier) / max(leaders(model, tier), 1)
        if usual:
            each, support = year.lever(levers.HOSTING_HOURS), year.lever(levers.HOSTING_SUPPORT)
            taken += float(rules.hosting_taken(each, now[tier], usual[tier], support))
        by_tier[tier] = float(rules.time_gained(back, taken, hours))
    return by_tier


def _of_the_gate(model: PlainModel, tier: int) -> float:
    """Hours that the gate takes of the leaders of a kind of employer."""
    taken, gate = 0.0, model.gate
    for x in model.researchers:
        if x.tier == tier:
            if x.here and not x.native and x.stage <= Stage.PERMANENT:
                taken += gate.hours(IN, x.field, x.origin)
            if x.post_kept and not x.here:
                taken += gate.hours(OUT, x.field, x.region)
            if x.here and x.stage in levers.LED_BY:
                taken += gate.hours(JOINT, x.field, x.tie_region)
    return taken


def reputation_after(model: PlainModel) -> dict[int, float]:
    """What home is reputed to be in each region after the year."""
    year, p, gate, after = model.present, model.present.parameters, model.gate, {}
    shown = benefits.yearly_worth(RECRUITS, Stage.POSTDOC, year)
    for region in year.abroad:
        open_to = [gate.passes(IN, field, region) * gate.considers(field, region) for field in year.fields]
        closed, seen = 1 - sum(open_to) / len(open_to), float(year.array(VISIBILITY)[region])
        deserved = reputation_deserved(seen, closed, p.reputation_openness, p.reputation_treatment, shown)
        after[region] = float(reputation_after_a_year(model.reputation[region], deserved, p.reputation_pace))
    return after
