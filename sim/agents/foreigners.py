"""Foreigners decide: a doctorate here, in their own country or in a third region; a research post here."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

from sim.agents import waiting
from sim.agents.admission import admit
from sim.agents.potential import CANDIDATE, STUDENT, Potential, how_many_from
from sim.agents.researcher import Researcher
from sim.engine.draws import Draw
from sim.instruments.gate import IN
from sim.population.waiting import Asks
from sim.rules import entry as rules
from sim.rules import traits
from sim.rules import utility as worths
from sim.rules.permits import chance_to_remain
from sim.vocabulary import LEADING, Stage
from sim.world import programmes
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    from sim.agents.model import PlainModel
    from sim.agents.utility import Tables


def foreign_students(model: PlainModel, income: float, t: Tables) -> None:
    """Foreign candidates for a doctorate: here, in the country of origin, or in a third region.

    Some of them come because, or as well, they win a scholarship.
    """
    year, permitted = model.present, waiting.due(model, Asks.STUDY_HERE)
    weighed: dict[Potential, tuple[int, bool, float]] = {}  # origin, whether one comes anyway, gain of coming
    inside = year.world.candidates.value("doctoral_candidates_here")
    let_in = rules.share_admitted(inside, year.driver("border_openness"))
    for origin in year.abroad:
        for serial in range(how_many_from(model, "doctoral_candidates", origin)):
            one = Potential(model, STUDENT, origin * 1_000_000 + serial, "postdoc_field_share")
            let = rules.may_go(one.uniform(Draw.STUDENT_ADMITTED), let_in)
            if let and model.gate.lets_in(one.draw_key, one.field, origin):
                gain = _gain_of_coming(one, income, origin, t)
                in_time = not model.gate.years_late(IN, one.draw_key, one.field, origin)
                if in_time or (gain > 0 and waiting.may_move(Asks.STUDY_HERE, one, one.field, origin, passes=True)):
                    weighed[one] = origin, gain > 0, gain
    for wait in permitted:
        gain = _gain_of_coming(wait.who, income, wait.region, t)
        let = rules.may_go(wait.who.uniform(Draw.STUDENT_ADMITTED), let_in)
        weighed[wait.who] = wait.region, True, max(gain, 0.0) if let else 0.0
    held = _scholarships_here(model, weighed, income, t)
    for one, (origin, comes, _) in weighed.items():
        if comes or one in held:
            admit(one, "foreign", origin=origin, stipend=held.get(one, 0))


def _gain_of_coming(one: Potential, income: float, origin: int, t: Tables) -> float:
    """What a doctorate here is worth over the best of one in the own country and in a third region."""
    year, beta = one.year, t.p.beta
    here = worths.worth(beta, _value_of_coming(one, income, origin, t), one.gumbel(Draw.ENTRY_HOME))
    study, living = t.contract[origin] + log(t.p.student_pay), traits.home_amenity(t.p.home_foreign, one.home_taste)
    own = rules.doctorate_in_own_country(study, living, t.p.discount, _job_in_own_country(one, origin, t))
    there = worths.worth(beta, own, one.gumbel(Draw.ENTRY_OWN_COUNTRY))
    third = max(_doctorate_in(region, t) for region in year.abroad if region != origin)
    elsewhere = worths.worth(beta, third, one.gumbel(Draw.ENTRY_THIRD_REGION))
    return float(here - max(there, elsewhere))


def _scholarships_here(
    model: PlainModel, weighed: dict[Potential, tuple[int, bool, float]], income: float, t: Tables
) -> dict[Potential, int]:
    """Who wins a scholarship for a doctorate here, and its code: the best of those who come if they have it."""
    held: dict[Potential, int] = {}
    for code, programme in programmes.stipends(model.programmes):
        if programme.record.kind is not ProgrammeKind.DEGREE_HERE:
            continue
        added = t.p.beta * (t.award[programme.number] - income)
        asks = [
            one
            for one, (origin, _, gain) in weighed.items()
            if one not in held and min(added, gain + added) > 0
            if programme.takes_origin(origin) and programme.takes_field(one.field)
        ]
        winners = programme.select(asks)
        held |= dict.fromkeys(winners, code)
        model.present.count("applications", programme.number, by=len(asks))
        model.present.count("awards", programme.number, by=len(winners))
    return held


def _doctorate_in(region: int, t: Tables) -> float:
    """A foreign doctorate elsewhere: a student's pay, then perhaps a lasting post."""
    ahead = rules.years_after_degree_there(t.tenure[region], t.lasting[region], t.contract[region])
    pay = log(t.p.student_pay)
    return float(rules.doctorate_in_third_region(t.contract[region], pay, t.p.moving_cost, t.p.discount, ahead))


def _job_in_own_country(one: Potential, origin: int, t: Tables) -> float:
    yearly, living = t.own_job[origin] / (1 + t.p.discount), traits.home_amenity(t.p.home_foreign, one.home_taste)
    return float(rules.year_in_own_country(yearly, living, t.p.own_country_security, t.p.security_fixed))


def _value_of_coming(one: Potential, income: float, origin: int, t: Tables) -> float:
    """A doctorate here, then the better of staying and going home; those on leave go home."""
    study = int(t.p.least_study)
    living = float(worths.home_amenity_of_foreigner(t.exchange, t.p.language, one.language))
    living += t.residence_expected(study, later=study)
    stays = worths.settled_year(t.best_at_home, t.p.security_fixed, living), one.in_industry(living, t)
    returns = _job_in_own_country(one, origin, t) - t.p.homeward_share * t.p.moving_cost
    post, without = (worths.better_of(life, returns, t.p.beta) for life in stays)
    now, before = (chance_to_remain(p.hired_at_once, p.job_search_stay) for p in (t.p, t.year.baseline))
    leave, chance = one.on_leave(origin), one.prospect(t).chance_home
    ahead = rules.years_after_coming(leave, chance, post, without, returns, now / before)
    sent = worths.at_another_rate(t.p.money_from_abroad, *t.year.exchange())
    entry = income + sent + t.p.science_taste + t.p.foreign_taste + t.coming[origin]
    return float(rules.doctorate_of_foreigner(entry, t.p.language, one.language, t.p.discount, ahead))


def candidates(model: PlainModel) -> None:
    """Foreign candidates for research posts enter the year's market and vanish if they are not hired."""
    year, permitted = model.present, waiting.due(model, Asks.POSTS)
    for origin in year.abroad:
        for serial in range(how_many_from(model, "research_candidates", origin)):
            one = Potential(model, CANDIDATE, origin * 1_000_000 + serial, "postdoc_field_share")
            let = rules.may_go(one.uniform(Draw.CANDIDATE_ADMITTED), year.driver("border_openness"))
            let = let and model.gate.lets_in(one.draw_key, one.field, origin)
            if waiting.may_move(Asks.POSTS, one, one.field, origin, passes=bool(let)):
                _let_apply(one, origin)
    for wait in permitted:
        _let_apply(wait.who, wait.region)


def _let_apply(one: Potential, origin: int) -> None:
    year, beliefs, value = one.year, one.model.beliefs, one.year.world.candidates.value
    since = int(rules.years_since_doctorate(value("candidate_years"), one.born_uniform(Draw.CANDIDATE_YEARS)))
    language = traits.language_at_entry(value("candidate_language"), one.born_uniform(Draw.LANGUAGE))
    partner = traits.has_partner_at_entry(one.born_uniform(Draw.PARTNER_AT_ENTRY), value("candidate_partner_share"))
    Researcher(
        one.model,
        identity=one.identity,
        draw_key=one.draw_key,
        origin=origin,
        region=origin,
        field=one.field,
        sex=one.sex(),
        birth_year=year.number - int(value("candidate_age")) - since,
        stage=Stage.POSTDOC,
        degree_year=year.number - since,
        degree_region=origin,
        tier=year.no_tier,
        degree_tier=LEADING,
        start_year=year.number,
        home_taste=one.home_taste,
        talent=one.talent,
        drive=one.drive,
        output=year.parameters.paper_rate * one.drive,
        ties_abroad=value("candidate_ties"),
        tie_region=origin,
        language=float(language),
        partner=bool(partner),
        candidate=True,
        belief_home=beliefs.chance(one.field, away=False),
        belief_away=beliefs.chance(one.field, away=True),
    )
