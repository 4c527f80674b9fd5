"""Foreign candidates for a doctorate decide: here, in the country of origin, or in a third region."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine import arrays, hashing
from sim.engine.compiler import Booleans, Bytes, Floats, Rows, Words, compiled
from sim.engine.draws import Draw, normal, rounded_each, seed_key
from sim.engine.hashing import gumbels, normals
from sim.instruments.gate import IN
from sim.market import selection as awards
from sim.market.gate import gate_of, may_move
from sim.market.matching import Ranked
from sim.market.values import REGIONS, RegionValues
from sim.population import traits
from sim.population.traits import Kind
from sim.population.waiting import Asks
from sim.process import exchanges
from sim.process.potential import FOREIGN, Chosen, Circumstances, Draws, Potential, numbers_of_entry
from sim.rules.entry import (
    doctorate_in_own_country,
    doctorate_in_third_region,
    doctorate_of_foreigner,
    may_go,
    year_in_own_country,
    years_after_coming,
    years_after_degree_there,
)
from sim.rules.traits import home_amenity, home_taste, is_on_leave, language_at_entry, quality
from sim.rules.utility import (
    better_of,
    home_amenity_of_foreigner,
    perceived_chance,
    settled_year,
    worth,
    year_in_position,
)
from sim.vocabulary import HOME
from sim.world.programmes import ProgrammeKind, stipends
from sim.year import kept_by_levers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.engine.layout import Record
    from sim.market.institutions import Programme
    from sim.market.values import PositionValues
    from sim.year import Year


F32 = np.float32


@compiled
def foreigners_of(first: int, numbers: NDArray[np.int64], seed: np.uint64) -> tuple[NDArray[np.int64], Bytes, Words]:
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


def foreign_students_decide(
    programmes: list[Programme], now: Circumstances, t: PositionValues, year: Year
) -> tuple[Chosen, NDArray[np.uint8], NDArray[np.uint8]]:
    """Foreign candidates for a doctorate: here, in the country of origin, or in a third region.

    Who comes may stay after the doctorate or go home to a job, whichever will be better; those on leave go home. So
    what jobs at home are worth counts for coming, too. Gives the origins of all, too, and the codes of the scholarships
    of those who come.
    """
    pool = with_guests(_student_pool(year), ProgrammeKind.EARLY_EXCHANGE, year)
    numbers = rounded_each(pool * year.scale, year.seed, Draw.ROUND_STUDENTS, year.number)
    first = traits.first_identity(Kind.STUDENT, year.number)
    identity, origin, key = foreigners_of(first, numbers, seed_key(year.seed))
    if len(due := year.waiting.due(Asks.STUDY_HERE, year.number)):
        identity = np.concatenate([identity, due["identity"]])
        origin, key = np.concatenate([origin, due["region"]]), np.concatenate([key, due["draw_key"]])
    shares, p = (now.known.foreign_fields, now.known.on_leave), year.parameters.record
    field, comes, gain = _weigh_coming(t.regions, key, origin, shares, now.shown, now.draws, now.coming, now.values, p)
    new = len(key) - len(due)  # those whose permit is due have decided to come
    comes[new:], gain[new:] = True, np.maximum(gain[new:], 0)
    if (gate := gate_of(year)) is not None:
        let = gate.both(IN, key, field, origin, year.number)
        in_time = gate.late(IN, key, field, origin, year.number) == 0
        comes = may_move(Asks.STUDY_HERE, key, field, origin, comes & let, year, identity=identity)
        gain[:new][~(let & in_time)[:new]] = -np.inf
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
    now: Circumstances,
    t: PositionValues,
    year: Year,
) -> NDArray[np.intp]:
    """Foreign candidates who win a scholarship for a doctorate here: the best of those who come if they have it.

    gain: of coming without one over what else there is, on the scale of taste. held: code of a scholarship won before.
    """
    p = year.parameters
    added = F32(p.beta) * (t.award[programme.number] - now.income)
    origins, fields, _ = awards.named_by(programme.record, year.world.domains)
    queue = _who_asks(origin, one.field, held, gain, origins, fields, added)
    key = one.key[queue]
    drawn = normal(key, 0, Draw.QUALITY)
    talent = np.asarray(quality(F32(p.sd_quality), drawn))  # type: ignore[arg-type]  # of each
    won = awards.select(programme, Ranked(key, talent, np.zeros(len(queue), F32)), np.arange(len(queue)), year)
    year.tally.applications[programme.number] += len(queue)
    year.tally.awards[programme.number] += len(won)
    winners: NDArray[np.intp] = queue[won]
    return winners


@compiled
def _who_asks(
    origin: Bytes, field: Bytes, held: Bytes, gain: Floats, origins: Booleans, fields: Booleans, added: np.float32
) -> Rows:
    """Places of those who ask for a scholarship. origins, fields: for which it is. added: what it is worth."""
    asks = np.empty(len(origin), np.bool_)
    for k in range(len(origin)):
        named = origins[origin[k]] & fields[field[k]]
        asks[k] = named & (held[k] == 0) & (added > 0) & (gain[k] + added > 0)
    return arrays.where(asks)


@kept_by_levers
def _student_pool(year: Year) -> NDArray[np.float64]:
    """Foreign candidates for a doctorate of a year, by region abroad, real persons."""
    growth = year.world.drivers.along("region", year.world.abroad, "doctoral_pool", year=year.number)
    return numbers_of_entry(year.world, year.parameters).student_pool * growth


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

    shares: bounds of the fields, and the share on leave by region of origin. shown, coming: see `Circumstances`.
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
        here = home_amenity_of_foreigner(v.exchange, p.language, spoken[i]) + v.residence
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
        ahead = years_after_coming(goes_back, chance, with_post[i], without[i], returning[i], v.remains)
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


def with_guests(pool: NDArray[np.float64], kind: ProgrammeKind, year: Year) -> NDArray[np.float64]:
    """Candidates by region abroad, with those who were here on an exchange of a kind before."""
    guests = exchanges.come_back(kind, year.programmes, year.world.regions, year.number)
    return pool if guests is None else pool + guests


def let_come(
    identity: NDArray[np.int64],
    key: NDArray[np.uint64],
    field: NDArray[np.uint8],
    origin: NDArray[np.uint8],
    year: Year,
) -> NDArray[np.bool_] | slice:
    """Which candidates for posts still consider coming and pass the gate this year; all where there is none."""
    if (gate := gate_of(year)) is None:
        return slice(None)
    passes = gate.both(IN, key, field, origin, year.number)
    return may_move(Asks.POSTS, key, field, origin, passes, year, identity=identity)
