"""Potential researchers decide once: a doctorate at home or abroad, a research post here, or something else."""

from __future__ import annotations

from math import inf, log
from typing import TYPE_CHECKING

from sim.agents import utility, waiting
from sim.agents.potential import CANDIDATE, MASTER, STUDENT, WORKING, Potential, how_many, how_many_from
from sim.agents.researcher import Researcher
from sim.engine.draws import Draw
from sim.instruments.gate import IN
from sim.instruments.programmes import INCOME, YEARS
from sim.population.waiting import Asks
from sim.process import exchanges
from sim.rules import entry as rules
from sim.rules import traits
from sim.rules import utility as worths
from sim.rules.permits import chance_to_remain
from sim.rules.ties import language_after_a_year, ties_of_visit
from sim.vocabulary import HOME, LEADING, Mode, Permit, Stage
from sim.world import programmes
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


# ---------------------------------------------------------------------- doctoral support


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


# ---------------------------------------------------------------------- the four kinds of entry


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


# ---------------------------------------------------------------------- new doctoral students


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


# ---------------------------------------------------------------------- how many there are
