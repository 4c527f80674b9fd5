"""Master graduates and working adults decide: a job, a doctorate at home or, a few, a doctorate abroad."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.engine import arrays, hashing
from sim.engine.arithmetic import ZERO
from sim.engine.compiler import Booleans, Bytes, Floats, Rows, Words, compiled
from sim.engine.draws import Draw, rounded, seed_key
from sim.engine.hashing import gumbels, normals
from sim.instruments.gate import OUT
from sim.market import selection as awards
from sim.market.gate import gate_of
from sim.market.matching import Ranked
from sim.market.values import REGIONS, RegionValues
from sim.population import traits
from sim.population.traits import Kind
from sim.population.waiting import Asks
from sim.process.potential import ABROAD, FROM_MASTER, FROM_WORK, Abroad, Chosen, Circumstances, Draws, Potential
from sim.rules.entry import (
    degree_abroad,
    doctorate_at_home,
    gain_of_working_adult,
    host_takes_student,
    job_of_master,
    may_go,
    quality_seen_by_host,
    taste_for_doctorate,
    years_after_doctorate,
)
from sim.rules.traits import home_amenity, home_taste, language_at_entry, quality
from sim.rules.utility import (
    amenity_abroad,
    expected_at_home,
    host_contract,
    perceived_chance,
    settled_year,
    worth,
    year_in_position,
)
from sim.vocabulary import HOME
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.engine.layout import Record
    from sim.market.institutions import Programme
    from sim.market.values import PositionValues
    from sim.year import Year


F32 = np.float32


class Graduates(NamedTuple):
    """What master graduates have decided at home, arrays of shape (n,). liking: taste for a doctorate. best_at_home:
    worth of the better of a job and a doctorate at home. studies: whether that is the doctorate. looks: whether a
    degree abroad is looked at.
    """

    liking: NDArray[np.float32]
    best_at_home: NDArray[np.float32]
    studies: NDArray[np.bool_]
    looks: NDArray[np.bool_]


def masters_decide(
    programmes: list[Programme], now: Circumstances, t: PositionValues, year: Year
) -> tuple[Chosen, Abroad]:
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
    one, abroad = _when_permitted(one, abroad, year)
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
    """The fields of master graduates, (n,), and what they decide. shown, income: see `Circumstances`."""
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
    now: Circumstances,
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


def _when_permitted(one: Potential, abroad: Abroad, year: Year) -> tuple[Potential, Abroad]:
    """Those who go abroad this year: whose permit takes into another year waits with what pays, and who has waited for
    one joins at the end of all.
    """
    gate, now = gate_of(year), year.number
    if not len(year.waiting) and (gate is None or not gate.delays):
        return one, abroad
    due = year.waiting.due(Asks.STUDY_ABROAD, now)
    if gate is not None and len(abroad.rows):
        rows, region = abroad.rows, abroad.region
        key, field = one.key[rows], one.field[rows]
        late = gate.late(OUT, key, field, region, now)
        waits, goes = late > 0, arrays.where(late == 0)
        year.waiting.add(
            Asks.STUDY_ABROAD,
            key[waits],
            field[waits],
            region[waits],
            now + late[waits],
            identity=one.identity[rows][waits],
            programme=abroad.programme[waits],
        )
        abroad = Abroad(rows[goes], region[goes], abroad.programme[goes])
    if len(due):
        rows = np.append(abroad.rows, np.arange(len(one.key), len(one.key) + len(due)))
        region, paid = np.append(abroad.region, due["region"]), np.append(abroad.programme, due["programme"])
        identity, key = np.append(one.identity, due["identity"]), np.append(one.key, due["draw_key"])
        one, abroad = Potential(identity, key, np.append(one.field, due["field"])), Abroad(rows, region, paid)
    return one, abroad


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


def working_adults_decide(now: Circumstances, year: Year) -> Chosen:
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
