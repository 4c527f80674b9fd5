"""Considering: who looks for a post at home this year, and who thinks of going abroad or elsewhere.

Base rates are by stage, age, ties and family; what is at stake multiplies their odds (`sim.agents.stakes`).
"""

from __future__ import annotations

from collections import Counter
from math import exp
from typing import TYPE_CHECKING

from sim.agents.stakes import odds_of_looking_home
from sim.engine.draws import Draw
from sim.instruments.contacts import WINDOW
from sim.rules import search as rules
from sim.rules.hiring import chance_of_invitation
from sim.vocabulary import Mode, Sex, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.agents.choice import Seeker
    from sim.agents.researcher import Researcher
    from sim.agents.stakes import Ratios, Stakes
    from sim.agents.year import Cell, Year

_MOST = 8.0  # at most this many times the base rate of thinking of leaving
_MAX_AGE = 60


# ---------------------------------------------------------------------- at home


def looks_for_post_at_home(person: Researcher, ratios: Ratios) -> bool:
    """Whether the person, at home now, looks for a post or for another one."""
    p = person.year.parameters
    rate = {
        Stage.DOCTORAL: 0.0,
        Stage.POSTDOC: p.seek_postdoc,
        Stage.FIXED_TERM: p.seek_fixed,
        Stage.TENURE_TRACK: p.seek_tenure_track,
        Stage.PERMANENT: p.seek_permanent,
        Stage.INDUSTRY: p.seek_industry,
        Stage.UNPLACED: 1.0,
        Stage.LEFT: 0.0,
    }[person.stage]
    return bool(person.uniform(Draw.SEEK_HOME) < rules.looks(rate, ratios.home[person.native, person.stage]))


def thinks_of_leaving(person: Researcher, ratios: Ratios) -> bool:
    """Whether the person, at home now, thinks of going to another country."""
    if person.stage is Stage.LEFT:
        return False
    if not person.native and person.stage is not Stage.DOCTORAL:  # foreign doctorates look to their own country
        rate = 1.0 if person.stage is Stage.UNPLACED else person.year.parameters.seek_leave_foreign
        odds = ratios.back[person.origin, person.stage]
    else:
        rate, odds = min(_leaves(person), 1.0), ratios.leaving[person.stage]
    return bool(person.uniform(Draw.SEEK_ABROAD) < rules.looks(rate, odds))


def thinks_of_calls(person: Researcher, ratios: Ratios) -> bool:
    """Whether the person, at home now, thinks of calls for stays abroad; with the same luck as of leaving."""
    if person.stage is Stage.LEFT:
        return False
    chance = rules.looks(min(_leaves(person), 1.0), ratios.calls[person.stage])
    return bool(person.uniform(Draw.SEEK_ABROAD) < chance)


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


# ---------------------------------------------------------------------- abroad


def may_look_home(person: Researcher) -> bool:
    """Candidates, and people abroad who neither study there nor have a post to go back to."""
    away = not person.here and person.stage not in (Stage.DOCTORAL, Stage.LEFT) and not person.post_kept
    return person.candidate or away


def looks_home(seeker: Seeker, usual: Stakes) -> bool:
    """Whether somebody abroad looks for a post at home, by what that would bring."""
    person, rate = seeker.person, min(_base_rate(seeker.person), 1.0)
    if person.native:
        rate = float(rules.looks(rate, float(person.year.array(WINDOW)[person.region])))
    chance = rules.looks(rate, odds_of_looking_home(seeker, usual))
    return bool(seeker.person.uniform(Draw.SEEK_HOME) < chance)


def invitations(people: Iterable[Researcher], vacant: dict[Cell, int], year: Year) -> dict[int, float]:
    """By field, the chance that an employer with a faculty post to fill asks somebody abroad to apply."""
    could_come = Counter(person.field for person in people if not person.here and may_look_home(person))
    posts = Counter[int]()
    for (_, field, rank), number in vacant.items():
        posts[field] += number if rank is not Stage.POSTDOC else 0
    k = year.parameters.invitations
    return {field: float(chance_of_invitation(k, posts[field], max(could_come[field], 1))) for field in year.fields}


def is_invited(person: Researcher, asked: dict[int, float]) -> bool:
    """Whether an employer at home asks the person, who is abroad, to apply."""
    return person.uniform(Draw.INVITED) < asked[person.field]


def _base_rate(person: Researcher) -> float:
    """Rises with ties at home and as a contract or award ends; rarer for women, foreigners and in lasting posts."""
    p = person.year.parameters
    if person.candidate:
        return p.seek_from_abroad
    rate = p.seek_return if person.native and person.stage is not Stage.PERMANENT else p.seek_return_settled
    last_of_award = person.mode is Mode.FELLOWSHIP and person.contract_end == person.year.number
    base = rules.base_of_looking_home(rate, p.seek_return_ending, person.out_of_contract, last_of_award)
    by_sex = p.return_women if person.sex is Sex.WOMAN else 1.0
    return float(rules.looks_home_from_abroad(base, person.ties_home, p.home_links, by_sex))
