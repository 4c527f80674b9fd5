"""Considering: who looks for a post at home this year, and who thinks of going abroad or elsewhere."""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING

from sim.engine.draws import Draw
from sim.rules import search as rules
from sim.vocabulary import Mode, Sex, Stage

if TYPE_CHECKING:
    from sim.agents.researcher import Researcher

_MOST = 8.0  # at most this many times the base rate of thinking of leaving
_MAX_AGE = 60


def looks_for_post_at_home(person: Researcher) -> bool:
    """Whether the person looks for a post, or another post, at home."""
    return person.uniform(Draw.SEEK_HOME) < _wish(person)


def thinks_of_leaving(person: Researcher) -> bool:
    """Whether the person, at home now, thinks of going to another country; candidates from abroad all do."""
    if person.candidate:
        return True
    if not person.here or person.stage is Stage.LEFT:
        return False
    foreign_graduate = not person.native and person.stage is not Stage.DOCTORAL
    chance = _foreigner_leaves(person) if foreign_graduate else _leaves(person)
    return person.uniform(Draw.SEEK_ABROAD) < chance


def _wish(person: Researcher) -> float:
    if person.stage is Stage.LEFT:
        return 0.0
    if person.candidate:
        return person.year.parameters.seek_from_abroad
    if person.out_of_contract:
        return 1.0
    return _wish_at_home(person) if person.here else _wish_abroad(person)


def _wish_at_home(person: Researcher) -> float:
    p = person.year.parameters
    return {
        Stage.DOCTORAL: 0.0,
        Stage.POSTDOC: p.seek_postdoc,
        Stage.FIXED_TERM: p.seek_fixed,
        Stage.TENURE_TRACK: p.seek_tenure_track,
        Stage.PERMANENT: p.seek_permanent,
        Stage.INDUSTRY: p.seek_industry,
        Stage.UNPLACED: 1.0,
    }[person.stage]


def _wish_abroad(person: Researcher) -> float:
    """Rises with ties at home; rarer for women, foreigners and after a lasting host post; sure as an award ends."""
    p = person.year.parameters
    if person.stage is Stage.DOCTORAL or person.post_kept:
        return 0.0
    if person.mode is Mode.FELLOWSHIP and person.contract_end == person.year.number:
        return 1.0
    base = p.seek_return if person.native and person.stage is not Stage.PERMANENT else p.seek_return_settled
    by_sex = p.return_women if person.sex is Sex.WOMAN else 1.0
    return float(rules.looks_home_from_abroad(base, person.ties_home, p.home_links, by_sex))


def _foreigner_leaves(person: Researcher) -> float:
    return 1.0 if person.stage is Stage.UNPLACED else person.year.parameters.seek_leave_foreign


def _leaves(person: Researcher) -> float:
    """Falls with academic age, rises with foreign ties and early study abroad, falls with teenage children."""
    p = person.year.parameters
    if person.stage is Stage.INDUSTRY:
        return 0.0
    by_stage = p.search_between if person.stage is Stage.UNPLACED else 1.0
    early = exp(p.early_exposure) if person.early else 1.0
    child = exp(p.child_moving) if rules.has_teenager(person.child_born, person.year.number) else 1.0
    base = p.search_abroad * exp(-p.age_decay * min(person.since_degree, _MAX_AGE))
    openness = person.year.driver("border_openness")
    return float(rules.thinks_of_leaving(base, person.ties_abroad, by_stage, early, child, _MOST, openness))
