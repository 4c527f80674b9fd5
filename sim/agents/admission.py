"""A potential researcher becomes a doctoral student."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.agents.researcher import Researcher
from sim.engine.draws import Draw
from sim.process import exchanges
from sim.rules import traits
from sim.rules.ties import language_after_a_year, ties_of_visit
from sim.vocabulary import HOME, Mode, Permit, Stage

if TYPE_CHECKING:
    from sim.agents.potential import Potential


def admit(
    one: Potential,
    group: str,
    *,
    origin: int = HOME,
    region: int = HOME,
    programme: int = -1,
    working: bool = False,
    stipend: int = 0,
) -> None:
    """A potential researcher becomes a doctoral student."""
    year, beliefs, value = one.year, one.model.beliefs, one.year.world.candidates.value
    away = region != HOME
    students = [year.world.stocks.value("doctoral_share", tier=tier) for tier in year.world.universities]
    tally = [year.of_region(r, "flow_from_home") for r in year.regions]
    records, levers = one.model.records, one.model.levers_in_force
    share = exchanges.early_share(value("early_share"), records, levers, year.number)
    early = traits.studied_abroad_early(one.born_uniform(Draw.EARLY_STUDY_ABROAD), share)
    partner = traits.has_partner_at_entry(one.born_uniform(Draw.PARTNER_AT_ENTRY), value("partner_share"))
    ties, learned = _brought_back(one, working=working) if early and origin == HOME else (0.0, 0.0)
    year.count("entrants", group)
    if away:
        year.count("departures", Mode.DEGREE, region)
    if origin != HOME:
        year.count("arrivals", Stage.DOCTORAL, origin)
    Researcher(
        one.model,
        identity=one.identity,
        draw_key=one.draw_key,
        origin=origin,
        region=region,
        field=one.field,
        tier=year.no_tier if away else one.pick(students, Draw.UNIVERSITY),
        degree_tier=year.no_tier,
        sex=one.sex(),
        birth_year=year.number - _age_at_entry(one, working=working),
        stage=Stage.DOCTORAL,
        start_year=year.number,
        home_taste=one.home_taste,
        talent=one.talent,
        drive=one.drive,
        ties_abroad=value("ties_abroad") + ties,
        ties_home=value("ties_home"),
        tie_region=region if away else one.pick(tally, Draw.FIRST_TIE),
        mode=Mode.DEGREE if away else Mode.NONE,
        away_since=year.number if away else 0,
        programme=programme,
        stipend=stipend,
        language=float(language_after_a_year(one.language, learned)),
        working=working,
        on_leave=one.on_leave(origin),
        permit=Permit.NONE if origin == HOME else Permit.STUDENT,
        permit_since=0 if origin == HOME else year.number,
        here_since=0 if origin == HOME else year.number,
        early=bool(early),
        partner=bool(partner),
        belief_home=beliefs.chance(one.field, away=False),
        belief_away=beliefs.chance(one.field, away=True),
        moves=int(away),
    )


def _brought_back(one: Potential, *, working: bool) -> tuple[float, float]:
    """Ties abroad that are left of a stay before the doctorate, and the share of the language it taught."""
    p, value = one.year.parameters, one.year.world.candidates.value
    stay = value("early_stay")
    since = value("age_at_entry_working" if working else "age_at_entry") - value("early_age")
    ties = traits.ties_left(ties_of_visit(p.tie_gain * p.tie_visit, stay), p.tie_decay, since)
    return float(ties), p.language_gain * stay


def _age_at_entry(one: Potential, *, working: bool) -> int:
    value, group = one.year.world.candidates.value, "age_at_entry_working" if working else "age_at_entry"
    draw, bounds = one.born_normal(Draw.AGE_AT_ENTRY), (value("age_at_entry_least"), value("age_at_entry_most"))
    return int(traits.age_drawn(value(group), value(f"{group}_sd"), draw, *bounds))
