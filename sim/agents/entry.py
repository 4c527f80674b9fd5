"""Potential researchers decide once: a doctorate at home or abroad, a research post here, or something else."""

from __future__ import annotations

from math import inf, log
from typing import TYPE_CHECKING

from sim.agents import utility, waiting
from sim.agents.admission import admit
from sim.agents.foreigners import candidates, foreign_students
from sim.agents.potential import MASTER, WORKING, Potential, how_many
from sim.agents.support import expected_income, stipends
from sim.engine.draws import Draw
from sim.population.waiting import Asks
from sim.rules import entry as rules
from sim.rules import utility as worths
from sim.vocabulary import HOME, Stage
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    from sim.agents.institutions import Programme
    from sim.agents.model import PlainModel
    from sim.agents.utility import Tables


def enter(model: PlainModel, t: Tables) -> None:
    """Let this year's potential researchers decide, take in those who come, and give out the stipends."""
    income = expected_income(model, t)
    masters(model, income, t)
    working_adults(model, t)
    foreign_students(model, income, t)
    candidates(model)
    for programme in model.programmes:
        if programme.record.kind is ProgrammeKind.EARLY_EXCHANGE:
            model.present.count("awards", programme.number, by=programme.places())
    stipends(model)


def masters(model: PlainModel, income: float, t: Tables) -> None:
    """Master graduates: a job, a doctorate at home, or (a few) a doctorate abroad."""
    year, abroad = model.present, []
    for serial in range(how_many(year, "master_candidates", Draw.ROUND_MASTERS)):
        one = Potential(model, MASTER, serial, "master_field_share")
        work = float(worths.worth(t.p.beta, _value_of_job(one, t), one.gumbel(Draw.ENTRY_JOB)))
        home = float(worths.worth(t.p.beta, _value_of_doctorate(one, income, t), one.gumbel(Draw.ENTRY_HOME)))
        looking = t.p.search_abroad * year.driver("border_openness")
        if rules.may_go(one.uniform(Draw.DEGREE_ABROAD_SEARCH), looking):
            abroad.append((one, work, home))
        elif home > work:
            admit(one, "from master")
    permitted = waiting.due(model, Asks.STUDY_ABROAD)
    for one, region, programme in degrees_abroad(model, abroad, t):
        if not region:
            admit(one, "from master")
        elif waiting.may_move(Asks.STUDY_ABROAD, one, one.field, region, passes=True, programme=programme):
            admit(one, "abroad", region=region, programme=programme)
    for wait in permitted:
        admit(wait.who, "abroad", region=wait.region, programme=wait.programme)


def _value_of_job(one: Potential, t: Tables) -> float:
    o, position = one.prospect(t), t.year.world.positions
    raised = t.year.driver("private_pay")
    early, later = (t.ln_income(raised * position.value(f"income_master_{part}")) for part in ("job", "career"))
    pay = rules.two_periods(early, later, t.p.discount)
    return float(rules.job_of_master(pay, 1 + t.p.discount, o.secure * t.security[Stage.INDUSTRY], o.here))


def _value_of_doctorate(one: Potential, income: float, t: Tables) -> float:
    o, liking = one.prospect(t), one.taste_for_doctorate(t.p.doctoral_taste)
    ahead = rules.years_after_doctorate(t.p.discount, o.chance_home, o.post, o.without)
    return float(rules.doctorate_at_home(income, t.p.science_taste, liking, o.here, ahead))


def degrees_abroad(
    model: PlainModel, looking: list[tuple[Potential, float, float]], t: Tables
) -> list[tuple[Potential, int, int]]:
    """Of those who look abroad: who begins a doctorate, where (HOME: at home after all), and on which programme."""
    at_home = {one: max(work, home) for one, work, home in looking}
    taken: dict[Potential, tuple[float, int, int]] = {}  # worth, region and programme of the best offer
    for one in at_home:
        region, worth = _best_region(one, log(t.p.student_pay), t)
        if worth > at_home[one] and _host_pays(one, t) and model.gate.lets_out(one.draw_key, one.field, region):
            taken[one] = worth, region, -1
    for programme in model.programmes:
        if programme.record.kind is ProgrammeKind.DEGREE_ABROAD:
            _scholarship(programme, at_home, taken, t)
    begin = [(one, region, programme) for one, (_, region, programme) in taken.items()]
    return begin + [(one, HOME, -1) for one, work, home in looking if one not in taken and home > work]


def _scholarship(
    programme: Programme, at_home: dict[Potential, float], taken: dict[Potential, tuple[float, int, int]], t: Tables
) -> None:
    """A scholarship for a degree abroad: those apply to whom it is worth more than all they have."""
    year, queue = programme.model.present, {}
    leads = programme.record.leads_to(year.world.regions)
    for one, at_hand in at_home.items():
        places = {r: t.award[programme.number] - t.pay_abroad[r] if leads[r] else -inf for r in year.abroad}
        region, worth = _best_region(one, places, t)
        better = worth > at_hand and (one not in taken or worth > taken[one][0])
        better = better and programme.model.gate.lets_out(one.draw_key, one.field, region)
        if better and programme.takes_field(one.field):
            queue[one] = worth, region, programme.number
    winners = programme.select(list(queue))
    taken.update({one: queue[one] for one in winners})
    year.count("applications", programme.number, by=len(queue))
    year.count("awards", programme.number, by=len(winners))


def _best_region(one: Potential, pay: float | dict[int, float], t: Tables) -> tuple[int, float]:
    """Where to take a degree abroad. pay: ln income over a postdoc's there, everywhere the same or by region."""
    o, liking = one.prospect(t), one.taste_for_doctorate(t.p.doctoral_taste)
    worth = {}
    for region in t.year.abroad:
        income = pay[region] if isinstance(pay, dict) else pay
        there = utility.abroad(o, t, region, HOME, one.language, o.chance_away) + t.move[region] + t.mass[region]
        life, pay_there = t.p.beta * (there + liking), t.p.beta * income
        worth[region] = float(rules.degree_abroad(life, pay_there, one.gumbel(Draw.TASTE_REGION, region)))
    best = max(worth, key=worth.__getitem__)
    return best, worth[best]


def _host_pays(one: Potential, t: Tables) -> bool:
    noise = one.normal(Draw.DEGREE_ABROAD_HOST)
    seen = rules.quality_seen_by_host(one.talent, t.p.sd_quality, t.p.interview_noise, noise)
    return bool(rules.host_takes_student(seen, t.p.degree_threshold))


def working_adults(model: PlainModel, t: Tables) -> None:
    """Working adults keep the job while they study; the doctorate is worth its chance of an academic post."""
    for serial in range(how_many(model.present, "working_adult_candidates", Draw.ROUND_WORKING)):
        one = Potential(model, WORKING, serial, "working_field_share")
        o = one.prospect(t)
        liking = one.taste_for_doctorate(0.0)
        gain = rules.gain_of_working_adult(t.p.discount, o.chance_home, o.post, o.without, t.p.working_taste, liking)
        if worths.worth(t.p.beta, gain, one.gumbel(Draw.ENTRY_HOME) - one.gumbel(Draw.ENTRY_JOB)) > 0:
            admit(one, "working adult", working=True)
