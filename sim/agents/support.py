"""Doctoral support: who draws a stipend, and what a student may expect of it."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

from sim.instruments.programmes import INCOME, YEARS
from sim.rules import entry as rules
from sim.vocabulary import Stage
from sim.world import programmes
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    from sim.agents.institutions import Programme
    from sim.agents.model import PlainModel
    from sim.agents.researcher import Researcher
    from sim.agents.utility import Tables


def draws_support(person: Researcher) -> bool:
    """A doctoral student at home without a job: may draw a stipend."""
    return person.stage is Stage.DOCTORAL and person.here and not person.working


def stipend_premium(model: PlainModel) -> float:
    """Ln of a stipend over the income of a student without one."""
    levels = [call.lever(INCOME) for call in model.programmes if call.record.kind is ProgrammeKind.STIPEND]
    own = model.world.positions.value("income", stage=Stage.DOCTORAL.label)
    return log(max(levels) / own) if levels else 0.0


def expected_income(model: PlainModel, t: Tables) -> float:
    """Expected ln income of a doctoral student, by what is known of the support of the years before; new external
    support replaces part of the institutions' own.
    """
    students = max(1, sum(map(draws_support, model.researchers)))
    calls = [(call.places(), t.ln_income(call.lever(INCOME))) for _, call in programmes.open_stipends(model.programmes)]
    places = sum(number for number, _ in calls)
    covered = rules.coverage_expected(places, students, model.parameters.crowd_out, model.founded_coverage)
    own = t.ln_income(model.world.positions.value("income", stage=Stage.DOCTORAL.label))
    offered = sum(number * each for number, each in calls) / places if places else own
    coverage, level, pace = model.known_coverage, model.known_stipend, t.p.support_learning
    model.known_coverage = float(rules.support_known(coverage, covered, pace))
    model.known_stipend = float(rules.support_known(level, t.income_of(offered), pace))
    return float(rules.income_expected(coverage, t.ln_income(level), own))


def stipends(model: PlainModel) -> None:
    """Stipends end with the years of support; free places go to the best who are still within them and have none."""

    def within(person: Researcher, programme: Programme) -> bool:
        return draws_support(person) and model.present.number - person.start_year < int(programme.lever(YEARS))

    offered = dict(programmes.stipends(model.programmes))
    for person in model.researchers:
        if person.stipend and not within(person, offered[person.stipend]):
            person.stipend = 0
    for code, programme in programmes.open_stipends(model.programmes):
        held = sum(person.stipend == code for person in model.researchers)
        queue = [
            person
            for person in model.researchers
            if within(person, programme) and not person.stipend and _is_for(programme, person)
        ]
        winners = programme.select(queue, places=max(programme.places() - held, 0))
        for person in winners:
            person.stipend = code
        model.present.count("applications", programme.number, by=len(queue))
        model.present.count("awards", programme.number, by=len(winners))


def _is_for(programme: Programme, person: Researcher) -> bool:
    """Whether a stipend is for people of the origin, field and university."""
    takes_who = programme.takes_origin(person.origin) and programme.takes_field(person.field)
    return takes_who and programme.takes_tier(person.tier)
