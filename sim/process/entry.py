"""Potential researchers decide once: a doctorate at home or abroad, a research post here, or something else.

Their number is exogenous and their identity is made of kind, year and number, so it never depends on policy. The loops
draw for all of a kind, weigh the options person by person with the rules of `sim.rules.entry`, and give who comes.
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.engine import arrays, hashing
from sim.engine.arithmetic import ZERO
from sim.engine.compiler import Booleans, Bytes, Floats, Rows, Words, compiled
from sim.engine.draws import Draw, keys_of_year, normal, rounded, rounded_each, seed_key
from sim.engine.hashing import gumbels, normals
from sim.engine.layout import record
from sim.instruments.gate import IN, OUT
from sim.instruments.stipends import give_stipends
from sim.market import selection as awards
from sim.market.gate import gate_of
from sim.market.matching import Ranked
from sim.market.values import REGIONS, RegionValues
from sim.population import traits
from sim.population.columns import Attributes, over_people
from sim.population.traits import Kind, bounds
from sim.process import exchanges
from sim.rules.entry import (
    degree_abroad,
    doctorate_at_home,
    doctorate_in_own_country,
    doctorate_in_third_region,
    doctorate_of_foreigner,
    gain_of_working_adult,
    growth_of_candidates,
    host_takes_student,
    job_of_master,
    may_go,
    quality_seen_by_host,
    share_admitted,
    taste_for_doctorate,
    two_periods,
    year_in_own_country,
    years_after_coming,
    years_after_degree_there,
    years_after_doctorate,
    years_since_doctorate,
)
from sim.rules.ties import language_after_a_year, ties_of_visit
from sim.rules.traits import (
    age_drawn,
    has_partner_at_entry,
    home_amenity,
    home_taste,
    is_on_leave,
    language_at_entry,
    quality,
    studied_abroad_early,
    ties_left,
)
from sim.rules.utility import (
    amenity_abroad,
    better_of,
    expected_at_home,
    home_amenity_of_foreigner,
    host_contract,
    perceived_chance,
    settled_year,
    worth,
    year_in_position,
)
from sim.vocabulary import HOME, LEADING, Event, Mode, Permit, Stage
from sim.world.derived import derived
from sim.world.programmes import ProgrammeKind, stipends
from sim.year import kept_by_levers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.engine.layout import Record
    from sim.instruments.stipends import Support
    from sim.market.institutions import Programme
    from sim.market.values import PositionValues
    from sim.population.columns import Columns
    from sim.process.beliefs import Beliefs
    from sim.world.parameters import Parameters
    from sim.world.world import World
    from sim.year import Year


F32 = np.float32
_DEGREE = np.uint8(Mode.DEGREE)  # in loops, as narrow as the column
_STUDENT_PERMIT = np.uint8(Permit.STUDENT)


FROM_MASTER, FROM_WORK, FOREIGN, ABROAD = range(4)
"""Positions in `Tally.entrants`."""

Draws = tuple["Record", "Record"]
"""Keys of the draws of a life and of a year, by the names of `Draw`."""


class Entrants(NamedTuple):
    """New doctoral students, arrays of shape (n,). programme: that pays for a degree abroad, -1 for none."""

    identity: NDArray[np.int64]
    key: NDArray[np.uint64]
    field: NDArray[np.uint8]
    origin: NDArray[np.uint8]
    region: NDArray[np.uint8]
    programme: NDArray[np.int16]
    working: NDArray[np.bool_]


class Potential(NamedTuple):
    """People who weigh a doctorate or a post this year, arrays of shape (n,)."""

    identity: NDArray[np.int64]
    key: NDArray[np.uint64]
    field: NDArray[np.uint8]


class Chosen(NamedTuple):
    """Those of a kind who begin a doctorate at home, by place among all of the kind."""

    of: Potential
    rows: NDArray[np.intp]


class Abroad(NamedTuple):
    """Master graduates who begin a doctorate abroad, by place among all, arrays of shape (n,): where, and on which
    programme, -1 where the host pays.
    """

    rows: NDArray[np.intp]
    region: NDArray[np.uint8]
    programme: NDArray[np.int16]


class Graduates(NamedTuple):
    """What master graduates have decided at home, arrays of shape (n,). liking: taste for a doctorate. best_at_home:
    worth of the better of a job and a doctorate at home. studies: whether that is the doctorate. looks: whether a
    degree abroad is looked at.
    """

    liking: NDArray[np.float32]
    best_at_home: NDArray[np.float32]
    studies: NDArray[np.bool_]
    looks: NDArray[np.bool_]


class _Numbers(NamedTuple):
    """What follows from the world and the parameters alone. Shares of fields, tiers and regions as bounds of a uniform.

    students: numbers that new doctoral students take on; candidates: those of foreign candidates for a post.
    on_leave: (regions,) share of foreign students on leave from a post there. living_here: share of foreign candidates
    for a doctorate who live here already. job, career: income of a master graduate early and later, million a year.
    """

    master_fields: NDArray[np.float64]
    working_fields: NDArray[np.float64]
    foreign_fields: NDArray[np.float64]
    universities: NDArray[np.float64]
    student_pool: NDArray[np.float64]
    candidate_pool: NDArray[np.float64]
    on_leave: NDArray[np.float32]
    living_here: float
    job: float
    career: float
    students: Record
    candidates: Record


@derived
def _numbers(world: World, p: Parameters) -> _Numbers:
    table = world.candidates
    value = table.value
    brought = float(ties_of_visit(p.tie_gain * p.tie_visit, value("early_stay")))
    usual_ties, late_ties = (
        float(ties_left(brought, p.tie_decay, value(mean) - value("early_age")))
        for mean in ("age_at_entry", "age_at_entry_working")
    )
    return _Numbers(
        master_fields=bounds(table.along("field", world.fields, "master_field_share")),
        working_fields=bounds(table.along("field", world.fields, "working_field_share")),
        foreign_fields=bounds(world.posts.along("field", world.fields, "postdoc_field_share")),
        universities=bounds(world.stocks.along("tier", world.universities, "doctoral_share")),
        student_pool=table.along("region", world.abroad, "doctoral_candidates"),
        candidate_pool=table.along("region", world.abroad, "research_candidates"),
        on_leave=traits.shares_on_leave(world),
        living_here=value("doctoral_candidates_here"),
        job=world.positions.value("income_master_job"),
        career=world.positions.value("income_master_career"),
        students=record(
            age=value("age_at_entry"),
            age_sd=value("age_at_entry_sd"),
            age_working=value("age_at_entry_working"),
            age_working_sd=value("age_at_entry_working_sd"),
            age_least=value("age_at_entry_least"),
            age_most=value("age_at_entry_most"),
            early=value("early_share"),
            early_ties=usual_ties,
            early_ties_working=late_ties,
            early_language=p.language_gain * value("early_stay"),
            ties_home=value("ties_home"),
            ties_abroad=value("ties_abroad"),
            partner=value("partner_share"),
        ),
        candidates=record(
            years=value("candidate_years"),
            age=value("candidate_age"),
            ties=value("candidate_ties"),
            partner=value("candidate_partner_share"),
        ),
    )


def enter(
    people: Columns,
    beliefs: Beliefs,
    programmes: list[Programme],
    support: Support,
    t: PositionValues,
    year: Year,
) -> None:
    """Let this year's potential researchers decide, and take in those who come. support: what is known of it."""
    now = _circumstances(support, beliefs, t, year)
    masters, abroad = _masters(programmes, now, t, year)
    workers, (foreigners, origin, held) = _working_adults(now, year), _foreign_students(programmes, now, t, year)
    _admit(people, _joined(masters, abroad, workers, foreigners, origin), now, year)
    if held.any():
        people.stipend[len(people) - len(held) :] = held  # foreigners come last
    _candidates(people, now, year)
    for programme in programmes:
        if programme.record.kind is ProgrammeKind.EARLY_EXCHANGE:
            year.tally.awards[programme.number] += programme.places(year)
    give_stipends(people, programmes, year)


class _Circumstances(NamedTuple):
    """What is the same for all who decide this year.

    shown: (fields, 2, 2) chances that peers show, see `Beliefs.table`. income: of a doctoral student, expected; coming:
    what a doctorate here is worth to a foreigner beside the life. values: log income but for shares. draws: keys.
    """

    known: _Numbers
    shown: NDArray[np.float32]
    income: np.float32
    coming: np.float32
    values: Record
    draws: Draws


def _circumstances(offered: Support, beliefs: Beliefs, t: PositionValues, year: Year) -> _Circumstances:
    p, expected = year.parameters, offered.expected
    coming = F32(expected + p.science_taste + p.foreign_taste)
    known, values = _numbers(year.world, p), _values(t, year)
    return _Circumstances(
        known, beliefs.table(), F32(expected), coming, values, (keys_of_year(0), keys_of_year(year.number))
    )


def _values(t: PositionValues, year: Year) -> Record:
    """The values of a year whatever its people, worked out when it is first asked for; pay as policies have it."""
    of_years = _of_years(year.world, year.parameters)
    if year.number not in of_years:
        of_years[year.number] = _make_values(t, year)
    kept: Any = of_years[year.number]
    if kept["permanent"][0] != (best := _best_post(t)):
        kept = kept.copy()
        kept["permanent"] = best
        kept.setflags(write=False)
    return kept  # type: ignore[no-any-return]


def _best_post(t: PositionValues) -> np.float32:
    """Value of a permanent post, mean over kinds of employer."""
    common: Any = t.common
    return common["best_post"][0]  # type: ignore[no-any-return]


@derived
def _of_years(_world: World, _p: Parameters) -> dict[int, Record]:
    """By year, without a policy on pay; filled as years are asked for."""
    return {}


def _make_values(t: PositionValues, year: Year) -> Record:
    p, known = year.parameters, _numbers(year.world, year.parameters)
    openness = year.driver("border_openness")
    price = year.driver("price_level") / year.driver("private_pay")
    early_pay, later_pay = (log(income * 1e6 / price / 1e3) for income in (known.job, known.career))
    return record(
        permanent=float(_best_post(t)),
        industry=float(t.home[-1, Stage.INDUSTRY]),
        industry_security=float(t.security[Stage.INDUSTRY]),
        job=float(two_periods(early_pay, later_pay, p.discount)),
        years=1 + p.discount,
        student=p.beta * log(p.student_pay),
        student_pay=log(p.student_pay),
        exchange=t.exchange,
        way_home=p.homeward_share * p.moving_cost,
        pessimism=p.pessimism,
        looks=p.search_abroad * openness,
        admitted=float(share_admitted(known.living_here, openness)),
        openness=openness,
    )


# ---------------------------------------------------------------------- master graduates


def _masters(programmes: list[Programme], now: _Circumstances, t: PositionValues, year: Year) -> tuple[Chosen, Abroad]:
    """Master graduates: a job, a doctorate at home, or (a few) a doctorate abroad with a scholarship or paid by the
    host.
    """
    number = rounded(year.driver("master_candidates") * year.scale, year.seed, Draw.ROUND_MASTERS)
    first = traits.first_identity(Kind.MASTER, year.number)
    key = hashing.draw_keys(first, number, seed_key(year.seed))
    fields, p = now.known.master_fields, year.parameters.record
    field, graduates = _weigh_at_home(key, fields, now.shown, now.draws, now.income, now.values, p)
    one = Potential(np.arange(first, first + number), key, field)
    abroad = _degrees_abroad(one, graduates, programmes, now, t, year)
    graduates.studies[abroad.rows] = False
    at_home = arrays.where(graduates.studies)
    year.tally.entrants[ABROAD] += len(abroad.rows)
    year.tally.entrants[FROM_MASTER] += len(at_home)
    return Chosen(one, at_home), abroad


@compiled
def _weigh_at_home(
    key: Words,
    fields: NDArray[np.float64],
    shown: Floats,
    draws: Draws,
    income: np.float32,
    values: Record,
    parameters: Record,
) -> tuple[Bytes, Graduates]:
    """The fields of master graduates, (n,), and what they decide. shown, income: see `_Circumstances`."""
    once, now, v, p, n = draws[0][0], draws[1][0], values[0], parameters[0], len(key)
    field = hashing.category(key, once.FIELD, fields)
    taste, liking = normals(key, once.HOME_TASTE), normals(key, once.DOCTORAL_TASTE)
    job_shock, doctorate_shock = gumbels(key, now.ENTRY_JOB), gumbels(key, now.ENTRY_HOME)
    search, belief = hashing.uniform(key, now.DEGREE_ABROAD_SEARCH), np.empty(n, np.float32)
    best, studies, looks = np.empty(n, np.float32), np.empty(n, np.bool_), np.empty(n, np.bool_)
    for i in range(n):
        belief[i] = shown[field[i], 0, 0]
    for i in range(n):  # a loop of its own, so that it is compiled to vector instructions
        amenity = home_amenity(p.home_origin, home_taste(p.home_sd, taste[i]))
        with_post = settled_year(v.permanent, p.security_fixed, amenity)
        without = year_in_position(v.industry, p.security_fixed, v.industry_security, amenity)
        liking[i] = taste_for_doctorate(p.doctoral_taste, p.doctoral_taste_sd, liking[i])
        chance = perceived_chance(belief[i], v.pessimism)
        ahead = years_after_doctorate(p.discount, chance, with_post, without)
        job = job_of_master(v.job, v.years, p.security_fixed * v.industry_security, amenity)
        doctorate = doctorate_at_home(income, p.science_taste, liking[i], amenity, ahead)
        at_work, at_home = worth(p.beta, job, job_shock[i]), worth(p.beta, doctorate, doctorate_shock[i])
        best[i], studies[i], looks[i] = max(at_work, at_home), at_home > at_work, may_go(search[i], v.looks)
    return field, Graduates(liking, best, studies, looks)


def _degrees_abroad(
    one: Potential,
    graduates: Graduates,
    programmes: list[Programme],
    now: _Circumstances,
    t: PositionValues,
    year: Year,
) -> Abroad:
    """Who of those who look goes abroad for a degree, where, and on which programme."""
    looks = arrays.where(graduates.looks)
    if not len(looks):
        return Abroad(looks, np.empty(0, np.uint8), np.empty(0, np.int16))
    n = len(looks)
    life, mood, key, talent, best_at_home, place, gain, hosted = _weigh_abroad(
        t.regions, one, graduates, looks, now.shown, now.draws, now.values, year.parameters.record
    )
    paid_by, gate = np.full(n, -1, np.int16), gate_of(year)
    if gate is not None:
        hosted &= gate.both(OUT, key, one.field[looks], place, year.number)
        gain[~hosted] = -np.inf
    ranked = Ranked(key, talent, output=np.zeros(n, F32))
    for programme in programmes:
        if programme.record.kind is ProgrammeKind.DEGREE_ABROAD:
            leads = awards.open_regions(programme.record, year.world.regions)
            pay = F32(year.parameters.beta) * (t.award[programme.number] - t.regions.pay_abroad)
            pay = np.where(leads, pay, -F32(np.inf))
            where_to, more, applies = _weigh_scholarship(life, mood, pay, best_at_home, gain)
            if gate is not None:
                applies &= gate.both(OUT, key, one.field[looks], where_to, year.number)
            queue = _of_fields(arrays.where(applies), one.field[looks], programme, year)
            won = queue[awards.select(programme, ranked, queue, year, region=where_to[queue])]
            year.tally.applications[programme.number] += len(queue)
            year.tally.awards[programme.number] += len(won)
            paid_by[won], place[won], gain[won] = programme.number, where_to[won], more[won]
    goes = arrays.where(hosted | (paid_by >= 0))
    return Abroad(looks[goes], place[goes], paid_by[goes])


def _of_fields(queue: NDArray[np.intp], field: NDArray[np.uint8], programme: Programme, year: Year) -> NDArray[np.intp]:
    """Those in the queue whose field the programme is for; field: of all, (n,)."""
    domains = year.world.domains
    if awards.names_all(programme.record, domains):
        return queue
    asks = field[queue]
    at_home = np.full(len(queue), HOME, np.uint8)
    return queue[awards.reached(programme.record, domains, at_home, asks, np.zeros(len(queue), np.uint8))]


@REGIONS.loop
def _weigh_abroad(
    regions: RegionValues,
    one: Potential,
    graduates: Graduates,
    looks: Rows,
    shown: Floats,
    draws: Draws,
    v: Record,
    p: Record,
) -> tuple[Floats, Floats, Words, Floats, Floats, Bytes, Floats, Booleans]:
    """A degree abroad, to those who look: beta V with the taste for a doctorate, and the taste for each region, both
    (regions, n); keys, quality ln Q and the worth of the best at home, (n,); the best region on a host's pay, what it
    is worth, -inf where the host does not take the person, and whether it is taken.
    """
    once, now, n, count = draws[0][0], draws[1][0], len(looks), len(regions.taste)
    key, best_at_home, liking = one.key[looks], graduates.best_at_home[looks], graduates.liking[looks]
    taste, noise = normals(key, once.HOME_TASTE), normals(key, now.DEGREE_ABROAD_HOST)
    talent, spoken = normals(key, once.QUALITY), hashing.uniform(key, once.LANGUAGE)
    mood, life = hashing.gumbel(key, regions.taste), np.full((count, n), -np.float32(np.inf))
    field, back, hosted = one.field[looks], np.empty(n, np.float32), np.empty(n, np.bool_)
    for i in range(n):
        amenity = home_amenity(p.home_origin, home_taste(p.home_sd, taste[i]))
        with_post = settled_year(v.permanent, p.security_fixed, amenity)
        without = year_in_position(v.industry, p.security_fixed, v.industry_security, amenity)
        back[i] = expected_at_home(perceived_chance(shown[field[i], 0, 1], v.pessimism), with_post, without)
        spoken[i], talent[i] = language_at_entry(p.entry_language, spoken[i]), quality(p.sd_quality, talent[i])
    for r in range(HOME + 1, count):
        isolation, language, moving = regions.isolation[r], regions.language[r], regions.move[r] + regions.mass[r]
        contract, lasting, tenure = regions.contract[r], regions.lasting[r], regions.tenure[r]
        for i in range(n):  # a loop of its own, so that it is compiled to vector instructions
            living = amenity_abroad(isolation, language, spoken[i])
            settled = settled_year(lasting, p.security_fixed, living)
            there = host_contract(contract, living, p.discount, tenure, settled, back[i])
            life[r, i] = p.beta * (there + moving + liking[i])
    place, gain = _best_region(life, np.full(count, v.student), mood)
    for i in range(n):
        seen = quality_seen_by_host(talent[i], p.sd_quality, p.interview_noise, noise[i])
        hosted[i] = (gain[i] > best_at_home[i]) & host_takes_student(seen, p.degree_threshold)
        gain[i] = gain[i] if hosted[i] else -np.float32(np.inf)
    return life, mood, key, talent, best_at_home, place, gain, hosted


@compiled
def _best_region(life: Floats, pay: Floats, mood: Floats) -> tuple[Bytes, Floats]:
    """The best region for a degree, of equals the first, and what it is worth, (n,). pay: (regions,) beta times ln
    income over a postdoc's pay there. life, mood: see `_weigh_abroad`.
    """
    regions, n = life.shape
    place, gain = np.zeros(n, np.uint8), np.full(n, -np.float32(np.inf))
    for r in range(HOME + 1, regions):
        region = np.uint8(r)  # as narrow as the array: a wider one would keep vector instructions out
        for i in range(n):
            total = degree_abroad(life[r, i], pay[r], mood[r, i])
            place[i] = region if total > gain[i] else place[i]
            gain[i] = max(gain[i], total)
    return place, gain


@compiled
def _weigh_scholarship(
    life: Floats, mood: Floats, pay: Floats, best_at_home: Floats, hosted: Floats
) -> tuple[Bytes, Floats, Booleans]:
    """The best region on a scholarship, what it is worth, and whether that is more than all that is at hand, (n,).

    life, mood, best_at_home: see `_weigh_abroad`. pay: (regions,) beta times ln income of the award over a postdoc's
    pay there. hosted: (n,) worth of what a host or another programme offers.
    """
    place, gain = _best_region(life, pay, mood)
    return place, gain, (gain > best_at_home) & (gain > hosted)


# ---------------------------------------------------------------------- working adults


def _working_adults(now: _Circumstances, year: Year) -> Chosen:
    """Working adults keep the job while they study; the doctorate is worth its chance of an academic post."""
    number = rounded(year.driver("working_adult_candidates") * year.scale, year.seed, Draw.ROUND_WORKING)
    first = traits.first_identity(Kind.WORKING, year.number)
    key = hashing.draw_keys(first, number, seed_key(year.seed))
    fields, p = now.known.working_fields, year.parameters.record
    field, come = _weigh_beside_job(key, fields, now.shown, now.draws, now.values, p)
    year.tally.entrants[FROM_WORK] += len(come)
    return Chosen(Potential(np.arange(first, first + number), key, field), come)


@compiled
def _weigh_beside_job(
    key: Words, fields: NDArray[np.float64], shown: Floats, draws: Draws, values: Record, parameters: Record
) -> tuple[Bytes, Rows]:
    """The fields of working adults, and who of them begins a doctorate. shown: as above."""
    once, now, v, p, n = draws[0][0], draws[1][0], values[0], parameters[0], len(key)
    field = hashing.category(key, once.FIELD, fields)
    taste, liking = normals(key, once.HOME_TASTE), normals(key, once.DOCTORAL_TASTE)
    job_shock, doctorate_shock = gumbels(key, now.ENTRY_JOB), gumbels(key, now.ENTRY_HOME)
    belief, come = np.empty(n, np.float32), np.empty(n, np.bool_)
    for i in range(n):
        belief[i] = shown[field[i], 0, 0]
    for i in range(n):  # a loop of its own, so that it is compiled to vector instructions
        amenity = home_amenity(p.home_origin, home_taste(p.home_sd, taste[i]))
        with_post = settled_year(v.permanent, p.security_fixed, amenity)
        without = year_in_position(v.industry, p.security_fixed, v.industry_security, amenity)
        chance = perceived_chance(belief[i], v.pessimism)
        own = taste_for_doctorate(ZERO, p.doctoral_taste_sd, liking[i])
        gain = gain_of_working_adult(p.discount, chance, with_post, without, p.working_taste, own)
        come[i] = worth(p.beta, gain, doctorate_shock[i] - job_shock[i]) > ZERO
    return field, arrays.where(come)


# ---------------------------------------------------------------------- foreigners


@compiled
def _foreigners(first: int, numbers: NDArray[np.int64], seed: np.uint64) -> tuple[NDArray[np.int64], Bytes, Words]:
    """Identities, origins and draw keys of the year's foreign candidates, region by region.

    first: identity of the first serial number. numbers: (regions abroad,) of candidates. seed: key of the seed.
    """
    n, before = numbers.sum(), 0
    identity, origin, key = np.empty(n, np.int64), np.empty(n, np.uint8), np.empty(n, np.uint64)
    for place, number in enumerate(numbers):
        start = first + (place + 1) * traits.FOREIGNERS
        for i in range(number):
            identity[before + i], origin[before + i] = start + i, place + 1
        key[before : before + number] = hashing.draw_keys(start, number, seed)
        before += number
    return identity, origin, key


def _foreign_students(
    programmes: list[Programme], now: _Circumstances, t: PositionValues, year: Year
) -> tuple[Chosen, NDArray[np.uint8], NDArray[np.uint8]]:
    """Foreign candidates for a doctorate: here, in the country of origin, or in a third region.

    Who comes may stay after the doctorate or go home to a job, whichever will be better; those on leave go home. So
    what jobs at home are worth counts for coming, too. Gives the origins of all, too, and the codes of the scholarships
    of those who come.
    """
    pool = _with_guests(_student_pool(year), ProgrammeKind.EARLY_EXCHANGE, year)
    numbers = rounded_each(pool * year.scale, year.seed, Draw.ROUND_STUDENTS, year.number)
    first = traits.first_identity(Kind.STUDENT, year.number)
    identity, origin, key = _foreigners(first, numbers, seed_key(year.seed))
    shares, p = (now.known.foreign_fields, now.known.on_leave), year.parameters.record
    field, comes, gain = _weigh_coming(t.regions, key, origin, shares, now.shown, now.draws, now.coming, now.values, p)
    if (gate := gate_of(year)) is not None:
        let = gate.both(IN, key, field, origin, year.number)
        comes &= let
        gain[~let] = -np.inf
    one, held = Potential(identity, key, field), np.zeros(len(key), np.uint8)
    for code, programme in stipends(programmes):
        if programme.record.kind is ProgrammeKind.DEGREE_HERE:
            held[_scholars(programme, one, origin, gain, held, now, t, year)] = code
    come = arrays.where(comes | (held > 0))
    year.tally.entrants[FOREIGN] += len(come)
    return Chosen(one, come), origin, held[come]


def _scholars(
    programme: Programme,
    one: Potential,
    origin: NDArray[np.uint8],
    gain: NDArray[np.float32],
    held: NDArray[np.uint8],
    now: _Circumstances,
    t: PositionValues,
    year: Year,
) -> NDArray[np.intp]:
    """Foreign candidates who win a scholarship for a doctorate here: the best of those who come if they have it.

    gain: of coming without one over what else there is, on the scale of taste. held: code of a scholarship won before.
    """
    p, no_tier = year.parameters, np.full(len(origin), year.world.no_tier, np.uint8)
    added = F32(p.beta) * (t.award[programme.number] - now.income)
    named = awards.reached(programme.record, year.world.domains, origin, one.field, no_tier)
    queue = arrays.where(named & (held == 0) & (added > 0) & (gain + added > 0))
    key = one.key[queue]
    drawn = normal(key, 0, Draw.QUALITY)
    talent = np.asarray(quality(F32(p.sd_quality), drawn))  # type: ignore[arg-type]  # of each
    won = awards.select(programme, Ranked(key, talent, np.zeros(len(queue), F32)), np.arange(len(queue)), year)
    year.tally.applications[programme.number] += len(queue)
    year.tally.awards[programme.number] += len(won)
    winners: NDArray[np.intp] = queue[won]
    return winners


@kept_by_levers
def _student_pool(year: Year) -> NDArray[np.float64]:
    """Foreign candidates for a doctorate of a year, by region abroad, real persons."""
    growth = year.world.drivers.along("region", year.world.abroad, "doctoral_pool", year=year.number)
    return _numbers(year.world, year.parameters).student_pool * growth


@REGIONS.loop
def _weigh_coming(
    regions: RegionValues,
    key: Words,
    origin: Bytes,
    shares: tuple[NDArray[np.float64], Floats],
    shown: Floats,
    draws: Draws,
    coming: np.float32,
    v: Record,
    p: Record,
) -> tuple[Bytes, Booleans, Floats]:
    """The fields of foreign candidates for a doctorate, who of them comes, and what that is worth over the best of what
    else there is, on the scale of taste; -inf for those who may not cross the border.

    shares: bounds of the fields, and the share on leave by region of origin. shown, coming: see `_Circumstances`.
    """
    (fields, on_leave), once, now, n = shares, draws[0][0], draws[1][0], len(key)
    third = _third_region(regions.contract, regions.lasting, regions.tenure, v.student_pay, p.moving_cost, p.discount)
    field = hashing.category(key, once.FIELD, fields)
    taste, spoken = normals(key, once.HOME_TASTE), hashing.uniform(key, once.LANGUAGE)
    leave, belief, returning = hashing.uniform(key, once.ON_LEAVE), np.empty(n, np.float32), np.empty(n, np.float32)
    with_post, without, living = np.empty(n, np.float32), np.empty(n, np.float32), np.empty(n, np.float32)
    job = np.empty(n, np.float32)
    for i in range(n):
        belief[i], job[i] = shown[field[i], 0, 0], regions.own_job[origin[i]] / v.years
    for i in range(n):  # loops of their own, so that they are compiled to vector instructions
        spoken[i] = language_at_entry(p.entry_language, spoken[i])
        here = home_amenity_of_foreigner(v.exchange, p.language, spoken[i])
        liked = home_taste(p.home_sd, taste[i])
        of_native, living[i] = home_amenity(p.home_origin, liked), home_amenity(p.home_foreign, liked)
        with_post[i] = (
            settled_year(v.permanent, p.security_fixed, of_native) - of_native + here
        )  # rounds as for natives
        without[i] = year_in_position(v.industry, p.security_fixed, v.industry_security, here)
        job[i] = year_in_own_country(job[i], living[i], p.own_country_security, p.security_fixed)
        returning[i] = job[i] - v.way_home
    for i in range(n):
        with_post[i] = better_of(with_post[i], returning[i], p.beta)
    for i in range(n):
        without[i] = better_of(without[i], returning[i], p.beta)
    shock_here, shock_own = gumbels(key, now.ENTRY_HOME), gumbels(key, now.ENTRY_OWN_COUNTRY)
    shock_third, admitted = gumbels(key, now.ENTRY_THIRD_REGION), hashing.uniform(key, now.STUDENT_ADMITTED)
    come, gain = np.empty(n, np.bool_), np.empty(n, np.float32)
    for i in range(n):
        own, chance = origin[i], perceived_chance(belief[i], v.pessimism)
        goes_back = is_on_leave(leave[i], on_leave[own])
        ahead = years_after_coming(goes_back, chance, with_post[i], without[i], returning[i])
        here = doctorate_of_foreigner(coming + regions.coming[own], p.language, spoken[i], p.discount, ahead)
        comes = worth(p.beta, here, shock_here[i])
        study = doctorate_in_own_country(regions.contract[own] + v.student_pay, living[i], p.discount, job[i])
        stays = worth(p.beta, study, shock_own[i])
        elsewhere = worth(p.beta, third[own], shock_third[i])
        may = may_go(admitted[i], v.admitted)
        come[i] = (comes > stays) & (comes >= elsewhere) & may
        gain[i] = comes - max(stays, elsewhere) if may else -np.float32(np.inf)
    return field, come, gain


@compiled
def _third_region(
    contract: Floats, lasting: Floats, tenure: Floats, pay: np.float32, moving_cost: np.float32, discount: np.float32
) -> Floats:
    """V of a doctorate in the best region besides home and the own, by region of origin, (regions,).

    contract, lasting, tenure: see `RegionValues`.
    """
    best = np.full(len(contract), -np.float32(np.inf))
    for other in range(HOME + 1, len(contract)):
        ahead = years_after_degree_there(tenure[other], lasting[other], contract[other])
        value = doctorate_in_third_region(contract[other], pay, moving_cost, discount, ahead)
        for origin in range(len(contract)):
            best[origin] = best[origin] if origin == other else max(best[origin], value)
    return best


def _with_guests(pool: NDArray[np.float64], kind: ProgrammeKind, year: Year) -> NDArray[np.float64]:
    """Candidates by region abroad, with those who were here on an exchange of a kind before."""
    guests = exchanges.come_back(kind, year.programmes, year.world.regions, year.number)
    return pool if guests is None else pool + guests


def _candidates(people: Columns, now: _Circumstances, year: Year) -> None:
    """Foreign candidates for research posts enter the year's market as rows and vanish if they are not hired."""
    pool = _with_guests(_candidate_pool(year), ProgrammeKind.EXCHANGE, year)
    numbers = rounded_each(pool * year.scale, year.seed, Draw.ROUND_CANDIDATES, year.number)
    first = traits.first_identity(Kind.CANDIDATE, year.number)
    foreigners = _foreigners(first, numbers, seed_key(year.seed))
    identity, origin, key, field = _let_in(*foreigners, now.known.foreign_fields, now.draws, now.values)
    let = _let_come(key, field, origin, year)
    identity, origin, key, field = identity[let], origin[let], key[let], field[let]
    start = people.enter(
        len(key),
        identity=identity,
        draw_key=key,
        origin=origin,
        region=origin,
        field=field,
        stage=int(Stage.POSTDOC),
        degree_region=origin,
        tier=year.world.no_tier,
        degree_tier=LEADING,
        start_year=year.number,
        candidate=True,
    )
    table = year.world.candidates
    women = year.world.stocks.value("women_share_entrants")
    traits.born(people, start, women, table.value("candidate_language"), year)
    _as_candidates(people, start, year.number, now.shown, now.draws[0], now.known.candidates, year.parameters.record)


@kept_by_levers
def _candidate_pool(year: Year) -> NDArray[np.float64]:
    """Foreign candidates for research posts of a year, by region abroad, real persons."""
    scholars = year.world.growth_abroad(year.number)[1:]
    growth = growth_of_candidates(scholars, year.parameters.candidate_growth)  # type: ignore[arg-type]  # of each
    return _numbers(year.world, year.parameters).candidate_pool * growth


def _let_come(
    key: NDArray[np.uint64], field: NDArray[np.uint8], origin: NDArray[np.uint8], year: Year
) -> NDArray[np.bool_] | slice:
    """Which of those who would come still consider it and pass the gate; all where there is none."""
    if (gate := gate_of(year)) is None:
        return slice(None)
    return gate.both(IN, key, field, origin, year.number)


@compiled
def _let_in(
    identity: NDArray[np.int64],
    origin: Bytes,
    key: Words,
    fields: NDArray[np.float64],
    draws: Draws,
    values: Record,
) -> tuple[NDArray[np.int64], Bytes, Words, Bytes]:
    """Identities, origins, draw keys and fields of the candidates for a post who may cross the border."""
    draw, comes = hashing.uniform(key, draws[1][0].CANDIDATE_ADMITTED), np.empty(len(key), np.bool_)
    for i in range(len(key)):
        comes[i] = may_go(draw[i], values[0].openness)
    who = arrays.where(comes)
    return identity[who], origin[who], key[who], hashing.category(key[who], draws[0][0].FIELD, fields)


@over_people
def _as_candidates(
    people: Attributes, start: int, year: int, shown: NDArray[np.float32], k: Record, v: Record, p: Record
) -> None:
    """What candidates for a post bring, from the row `start` on. shown: as above."""
    draw_key = people.draw_key[start:]
    age, partner = hashing.uniform(draw_key, k.CANDIDATE_YEARS), hashing.uniform(draw_key, k.PARTNER_AT_ENTRY)
    for place in range(len(draw_key)):
        i = start + place
        since = np.int16(years_since_doctorate(v.years, age[place]))
        people.birth_year[i] = np.int16(year) - np.int16(v.age) - since
        people.degree_year[i] = np.int16(year) - since
        people.output[i] = p.paper_rate * people.drive[i]
        people.ties_abroad[i], people.tie_region[i] = v.ties, people.origin[i]
        people.partner[i] = has_partner_at_entry(partner[place], v.partner)
        people.belief_home[i], people.belief_away[i] = shown[people.field[i], 0, 0], shown[people.field[i], 0, 1]


# ---------------------------------------------------------------------- new doctoral students


@compiled
def _joined(masters: Chosen, abroad: Abroad, workers: Chosen, foreigners: Chosen, origin: Bytes) -> Entrants:
    """All who begin a doctorate: master graduates abroad and at home, working adults, foreigners.

    origin: of all foreign candidates.
    """
    left, stays, beside_job, comes = abroad.rows, masters.rows, workers.rows, foreigners.rows
    one, two, three = masters.of, workers.of, foreigners.of
    identity = np.concatenate(
        (one.identity[left], one.identity[stays], two.identity[beside_job], three.identity[comes])
    )
    key = np.concatenate((one.key[left], one.key[stays], two.key[beside_job], three.key[comes]))
    field = np.concatenate((one.field[left], one.field[stays], two.field[beside_job], three.field[comes]))
    n, m, native = len(key), len(left), len(key) - len(comes)
    origins, region = np.full(n, np.uint8(HOME)), np.full(n, np.uint8(HOME))
    programme, working = np.full(n, np.int16(-1)), np.zeros(n, np.bool_)
    region[:m], programme[:m], origins[native:] = abroad.region, abroad.programme, origin[comes]
    working[native - len(beside_job) : native] = True
    return Entrants(identity, key, field, origins, region, programme, working)


def _students(known: _Numbers, year: Year) -> Record:
    """Numbers that new doctoral students take on, with early study abroad as exchanges below the doctorate make it."""
    plain = known.students
    before = float(np.asarray(plain)[0]["early"])
    share = exchanges.early_share(before, year.programmes, year.levers, year.number)
    if share == before:
        return plain
    moved = np.asarray(plain).copy()
    moved[0]["early"] = share
    return moved  # type: ignore[return-value]  # loops see its one element


def _admit(people: Columns, new: Entrants, now: _Circumstances, year: Year) -> None:
    """Add new doctoral students to the population."""
    if not len(new.key):
        return
    start = people.enter(
        len(new.key),
        identity=new.identity,
        draw_key=new.key,
        origin=new.origin,
        region=new.region,
        field=new.field,
        stage=int(Stage.DOCTORAL),
        degree_tier=year.world.no_tier,
        start_year=year.number,
        programme=new.programme,
        working=new.working,
    )
    women = year.world.stocks.value("women_share_entrants")
    traits.born(people, start, women, year.parameters.entry_language, year)
    shares, no_tier = (now.known.universities, now.known.on_leave), np.uint8(year.world.no_tier)
    arrivals, departures = _as_students(
        people, start, year.number, now.shown, shares, no_tier, now.draws[0], _students(now.known, year)
    )
    year.chronicle.record(year.number, Event.ENTERED, new.identity, new.region)
    year.tally.arrivals[Stage.DOCTORAL] += arrivals
    year.tally.departures[Mode.DEGREE] += departures


@over_people
def _as_students(
    people: Attributes,
    start: int,
    year: int,
    shown: NDArray[np.float32],
    shares: tuple[NDArray[np.float64], NDArray[np.float32]],
    no_tier: np.uint8,
    k: Record,
    v: Record,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """What doctoral students begin with, from the row `start` on; how many foreigners come, by origin, and how many
    natives go abroad, by region, (regions,) each.

    shown: as above. shares: bounds of the tiers of universities, and the share on leave by region of origin.
    no_tier: the code of those who study abroad.
    """
    universities, on_leave = shares
    arrivals, departures = np.zeros(len(on_leave), np.int64), np.zeros(len(on_leave), np.int64)
    draw_key = people.draw_key[start:]
    age, tier = normals(draw_key, k.AGE_AT_ENTRY), hashing.category(draw_key, k.UNIVERSITY, universities)
    early, leave = hashing.uniform(draw_key, k.EARLY_STUDY_ABROAD), hashing.uniform(draw_key, k.ON_LEAVE)
    partner = hashing.uniform(draw_key, k.PARTNER_AT_ENTRY)
    for place in range(len(draw_key)):
        i = start + place
        native, away, working = people.origin[i] == HOME, people.region[i] != HOME, people.working[i]
        mean, spread = (v.age_working, v.age_working_sd) if working else (v.age, v.age_sd)
        years = age_drawn(mean, spread, age[place], v.age_least, v.age_most)
        people.birth_year[i] = np.int16(year) - np.int16(years)
        people.tier[i] = no_tier if away else tier[place]
        people.early[i] = studied_abroad_early(early[place], v.early)
        people.ties_home[i], people.ties_abroad[i] = v.ties_home, v.ties_abroad
        if people.early[i] and native:
            people.ties_abroad[i] += v.early_ties_working if working else v.early_ties
            people.language[i] = language_after_a_year(people.language[i], v.early_language)
        if away:
            people.tie_region[i], people.mode[i] = people.region[i], _DEGREE
            people.away_since[i], people.moves[i] = year, 1
        if not native:
            people.permit[i], people.permit_since[i], people.here_since[i] = _STUDENT_PERMIT, year, year
        people.on_leave[i] = is_on_leave(leave[place], on_leave[people.origin[i]])
        people.partner[i] = has_partner_at_entry(partner[place], v.partner)
        people.belief_home[i], people.belief_away[i] = shown[people.field[i], 0, 0], shown[people.field[i], 0, 1]
        arrivals[people.origin[i]] += not native
        departures[people.region[i]] += away
    return arrivals, departures
