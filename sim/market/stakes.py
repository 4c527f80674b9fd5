"""What is at stake: what looking in a market would bring to typical people this year, against the year of the founding.

Looking is a choice with a cost (`sim.rules.search.looks`): its base rates are those of people for whom as much is at
stake as for a typical person of the same position when the model began. What moves pay, posts, chances or awards since
then, at home or abroad, moves who looks. People abroad look home by their own gain, the others by that of their kind.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from sim.engine.arithmetic import F32, ONE, U64, ZERO, exp, log
from sim.engine.arrays import where
from sim.engine.compiler import Floats, compiled
from sim.engine.draws import Draw, uniform
from sim.instruments.programmes import GUARANTEE, PLACES
from sim.market import prospects
from sim.market.odds import known_chance
from sim.market.search import SEEKERS, SeekerColumns, Seekers, over_seekers
from sim.market.selection import open_regions, share_of_fields, stages_of
from sim.market.values import REGIONS, RegionValues
from sim.rules.families import usual_family_cost
from sim.rules.search import gain_of_option, looks, odds_at_stake
from sim.rules.utility import (
    amenity_abroad,
    chance_after_award,
    expected_at_home,
    host_contract,
    job_in_own_country,
    keeps_lasting_post,
    position_at_home,
    settled_year,
    year_in_position,
)
from sim.vocabulary import HOME, Stage
from sim.world.derived import derived
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.engine.compiler import Booleans
    from sim.engine.layout import Record
    from sim.market.institutions import Programme
    from sim.market.odds import Known
    from sim.market.values import PositionValues
    from sim.process.beliefs import Beliefs
    from sim.world.parameters import Parameters
    from sim.world.world import World
    from sim.year import Year

_STAGES: Final = len(Stage)
_OVER, _RENEWED = _STAGES, _STAGES + 1  # places of people abroad whose contract is over, and of them the renewed
_PLACES: Final = _STAGES + 2
_POSTDOC, _FIXED_TERM = int(Stage.POSTDOC), int(Stage.FIXED_TERM)
_PERMANENT, _TRACK, _DOCTORAL = int(Stage.PERMANENT), int(Stage.TENURE_TRACK), int(Stage.DOCTORAL)
_LEAST: Final = F32(1e-6)
_USUAL_LANGUAGE: Final = 0.5  # command of the other language of a typical person: sets a zero


class Stakes(NamedTuple):
    """Expected gain of looking, on the scale of taste, of typical people.

    home: (2, stages) of natives and foreigners at home, in a permanent post. leaving, calls: (stages,) of natives at
    home, in a contract abroad and in an award for a stay abroad. back: (regions, stages) of foreigners at home, by
    origin, in their own country. from_abroad: (2, stages + 2, regions) of natives and of foreigners in their own
    country who live there, in a post at home; the last two places are people whose contract is over, and of them those
    whom the host offers another. candidates: (regions,) of candidates from abroad, in a post here. openness: (regions,)
    of each to foreigners, on which renewals there depend.
    """

    home: NDArray[np.float32]
    leaving: NDArray[np.float32]
    calls: NDArray[np.float32]
    back: NDArray[np.float32]
    from_abroad: NDArray[np.float32]
    candidates: NDArray[np.float32]
    openness: NDArray[np.float32]


def odds(now: Stakes, usual: Stakes, p: Parameters) -> Record:
    """By what the base odds of looking of people at home are multiplied, as loops take it; see `odds_at_stake`."""
    regions = len(now.candidates)
    responses = [*(p.respond_home,) * 2, *(p.respond_abroad,) * 2, *(p.respond_foreign,) * regions]
    ratio = _odds(np.array(responses, F32), _at_home(now), _at_home(usual))
    return ratio.reshape(-1).view(_odds_type(regions))  # type: ignore[return-value]  # loops see its one element


@compiled
def _odds(responses: Floats, now: NDArray[np.float32], usual: NDArray[np.float32]) -> NDArray[np.float32]:
    ratio = np.empty_like(now)
    for market in range(len(responses)):
        for stage in range(now.shape[1]):
            ratio[market, stage] = odds_at_stake(responses[market], now[market, stage], usual[market, stage])
    return ratio


def _at_home(gains: Stakes) -> NDArray[np.float32]:
    """What looking brings to people at home, (4 + regions, stages), as `_odds_type` has them."""
    return np.concatenate([gains.home, gains.leaving[None], gains.calls[None], gains.back])


@cache
def _odds_type(regions: int) -> np.dtype[np.void]:
    by_stage = [(market, F32, _STAGES) for market in ("leaving", "calls")]
    return np.dtype([("home", F32, (2, _STAGES)), *by_stage, ("back", F32, (regions, _STAGES))])


def stakes(values: PositionValues, beliefs: Beliefs, won: Known, programmes: list[Programme], year: Year) -> Stakes:
    """What is at stake for typical people this year. won: known chances of winning; see `sim.market.odds`."""
    typical, shown = _typical(year.world, year.parameters), beliefs.table()
    people = Seekers(len(typical))
    people.memory[:] = typical.memory  # those that are kept belong to every model of these parameters
    people.belief_home[:], people.belief_away[:] = shown[:, 0, 0].mean(), shown[:, 0, 1].mean()
    prospects.look_ahead(people, values, year, typical=True)
    p = year.parameters.record
    from_abroad = _gains_from_abroad(people, values.regions, values.common, p)
    offered = _calls(values, won, programmes, year)
    home, away, awarded = _gains_at_home(people, values.regions, values.common, p, offered)
    n, r = _STAGES, len(year.world.regions)
    at_home, there = home[: n + r * n].reshape(r + 1, n), from_abroad[n + r * n : -r].reshape(2, _PLACES, r)
    leaving, back = away[:n], away[n : n + r * n].reshape(r, n)
    made = Stakes(at_home[[0, 2]], leaving, awarded[:n], back, there, from_abroad[-r:], values.regions.openness.copy())
    for array in made:
        array.setflags(write=False)
    return made


class _Calls(NamedTuple):
    """Calls of the year for fellowships abroad that natives may ask for, (calls,): where they lead, who may apply by
    stage, ln income, known chance of winning, guarantee, whether a lasting post is kept.
    """

    leads: NDArray[np.bool_]
    asks: NDArray[np.bool_]
    income: Floats
    won: Floats
    guarantee: Floats
    kept: Booleans


def _calls(values: PositionValues, won: Known, programmes: list[Programme], year: Year) -> _Calls:
    abroad = [x for x in programmes if x.record.kind is ProgrammeKind.FELLOWSHIP_ABROAD and x.lever(year, PLACES) > 0]
    calls, regions = [x for x in abroad if x.record.origin != "foreign"], year.world.regions
    return _Calls(
        np.array([open_regions(x.record, regions) for x in calls], np.bool_).reshape(len(calls), len(regions)),
        np.array([stages_of(x.record) for x in calls], np.bool_).reshape(len(calls), _STAGES),
        np.array([values.award[x.number] for x in calls], F32),
        np.array([_chance(won, x, year) for x in calls], F32),
        np.array([x.lever(year, GUARANTEE) for x in calls], F32),
        np.array([x.record.post_kept for x in calls], np.bool_),
    )


def _chance(won: Known, programme: Programme, year: Year) -> float:
    """Known chance of winning of somebody in any field, mean of the classes of merit."""
    chance = known_chance(won, programme.record.name, year.parameters).mean()
    return float(chance * share_of_fields(programme.record, year.world))


@derived
def _typical(world: World, _: Parameters) -> Seekers:
    """One typical person of each position, in the order of `Stakes`: natives at home, foreigners there by origin,
    natives abroad, foreigners in their own country, candidates.
    """
    n, r = _STAGES, len(world.regions)
    people = Seekers(n + r * n + 2 * _PLACES * r + r)
    people.memory[:] = 0
    stages, regions = np.arange(n), np.arange(r)
    places = np.minimum(np.arange(_PLACES), n)
    stage_of_place = np.where(places < n, places, _POSTDOC)
    people.stage[:] = np.concatenate(
        [stages, np.tile(stages, r), *[np.repeat(stage_of_place, r)] * 2, np.full(r, Stage.UNPLACED)]
    )
    people.region[:] = np.concatenate([np.zeros(n + r * n), *[np.tile(regions, _PLACES)] * 2, regions])
    people.origin[:] = np.concatenate(
        [np.zeros(n), np.repeat(regions, n), np.zeros(_PLACES * r), np.tile(regions, _PLACES), regions]
    )
    no_tier = world.no_tier
    faculty = (people.stage >= _FIXED_TERM) & (people.stage <= _PERMANENT) & (people.region == HOME)
    people.tier[:] = np.where(faculty, 0, no_tier)
    over = np.zeros(len(people), np.bool_)
    over[n + r * n : -r] = np.tile(np.repeat(np.arange(_PLACES) >= _OVER, r), 2)
    people.out_of_contract[:] = over & (people.region != HOME)
    people.renewed[n + r * n : -r] = np.tile(np.repeat(np.arange(_PLACES) == _RENEWED, r), 2)
    people.degree_year[:], people.language[:] = 1, _USUAL_LANGUAGE
    people.candidate[-r:] = True
    people.permanent[:] = True  # nobody's permit runs out
    people.memory.setflags(write=False)
    return people


@SEEKERS.beside(regions=REGIONS)
def _gains_from_abroad(seekers: SeekerColumns, regions: RegionValues, common: Record, p: Record) -> Floats:
    """What looking for a post at home would bring to each of those abroad, on the scale of taste, (n,); 0 at home."""
    abroad = where(seekers.region != HOME)
    m = len(abroad)
    chance, option, stay = np.empty(m, F32), np.empty(m, F32), np.empty(m, F32)
    for j in range(m):
        k = U64(abroad[j])
        native, candidate = seekers.origin[k] == HOME, seekers.candidate[k]
        post = _FIXED_TERM if native else _POSTDOC  # what is within reach
        secure = seekers.security_value[k]
        chance[j], stay[j] = seekers.chance_away[k], seekers.stay[k]
        yearly = year_in_position(common.usual_post[post], secure, common.security[post], seekers.home_amenity[k])
        with_post, without = seekers.value_with_post[k], seekers.value_without_post[k]
        life = position_at_home(yearly, p.discount, chance[j], with_post, without)
        cost = -(regions.coming[seekers.origin[k]] + p.foreign_post_taste) if candidate else p.moving_cost
        cost += seekers.family_cost[k] - seekers.benefit_home[k]
        option[j] = life - cost
    for j in range(m):  # a loop of its own, so that it is compiled to vector instructions
        option[j] = chance[j] * gain_of_option(p.beta, option[j], stay[j])
    gain = np.zeros(len(seekers.stage), F32)
    for j in range(m):
        gain[U64(abroad[j])] = option[j]
    return gain


@SEEKERS.beside(regions=REGIONS)
def _gains_at_home(
    seekers: SeekerColumns,
    regions: RegionValues,
    common: Record,
    p: Record,
    calls: _Calls,
) -> tuple[Floats, Floats, Floats]:
    """What looking for a permanent post at home, looking abroad, and calls for stays abroad would bring to typical
    people at home, (n,) each.
    """
    n, last, relief = len(seekers.stage), len(regions.contract), usual_family_cost(common.borne, p.family_mean)
    home, away, awarded = np.zeros(n, F32), np.zeros(n, F32), np.zeros(n, F32)
    for k in range(n):
        if seekers.region[k] != HOME:
            continue
        stay, stage, origin = seekers.stay[k], seekers.stage[k], seekers.origin[k]
        home[k] = seekers.chance_home[k] * gain_of_option(p.beta, common.years * seekers.value_with_post[k], stay)
        secure = seekers.security_value[k]
        if origin != HOME:
            own = seekers.own_country_amenity[k]
            job = job_in_own_country(regions.own_job[origin], common.years, own, p.own_country_security, secure)
            found = regions.own_country_job[origin] * common.openness
            way_home = common.way_home + p.homeward_share * relief
            away[k] = found * gain_of_option(p.beta, job - way_home, stay)
            continue
        with_post, without = seekers.value_with_post[k], seekers.value_without_post[k]
        lasting = (stage == _PERMANENT) | (stage == _TRACK) | (stage == _DOCTORAL)
        for call in range(-1, len(calls.income)):  # first hosts, then awards
            chance, paid = seekers.chance_away[k], ZERO
            if call >= 0:
                gives_up = chance_after_award(chance, p.guarantee_credence, calls.guarantee[call])
                chance = ONE if keeps_lasting_post(lasting, calls.kept[call]) else gives_up
                paid = calls.income[call]
            back = expected_at_home(chance, with_post, without)
            options, reached = ZERO, ZERO
            for r in range(HOME + 1, last):
                if call < 0 or calls.leads[call, r]:
                    amenity = amenity_abroad(regions.isolation[r], regions.language[r], seekers.language[k])
                    settled = settled_year(regions.lasting[r], secure, amenity)
                    life = host_contract(regions.contract[r], amenity, p.discount, regions.tenure[r], settled, back)
                    life += regions.move[r] + regions.mass[r] + (paid - regions.pay_abroad[r] if call >= 0 else ZERO)
                    life -= relief
                    weight = exp(p.beta * (life - stay))
                    options += weight
                    reached += weight * p.host_reach * regions.reach[r]
            if call < 0:
                away[k] += reached / max(options, _LEAST) * log(ONE + options)
            elif calls.asks[call, stage]:
                awarded[k] += calls.won[call] * log(ONE + options)
    return home, away, awarded


def look_home(seekers: Seekers, values: PositionValues, usual: Stakes, year: Year) -> None:
    """Draw who of the seekers abroad looks for a post at home, by what that would bring to each."""
    p = year.parameters.record
    gain = _gains_from_abroad(seekers, values.regions, values.common, p)
    draw = uniform(seekers.draw_key, year.number, Draw.SEEK_HOME)
    _look_home(seekers, p, gain, usual.from_abroad, usual.candidates, draw)


@over_seekers
def _look_home(
    seekers: SeekerColumns,
    p: Record,
    gain: Floats,
    usual: NDArray[np.float32],
    usual_of_candidates: Floats,
    draw: Floats,
) -> None:
    abroad = where(seekers.region != HOME)
    m = len(abroad)
    response, expected, now, chance = np.empty(m, F32), np.empty(m, F32), np.empty(m, F32), np.empty(m, F32)
    for j in range(m):
        k = U64(abroad[j])
        region, foreign, over = seekers.region[k], seekers.origin[k] != HOME, _RENEWED if seekers.renewed[k] else _OVER
        place = over if seekers.out_of_contract[k] else int(seekers.stage[k])
        of_place = usual[np.uint8(foreign), place, region]
        expected[j] = usual_of_candidates[region] if seekers.candidate[k] else of_place
        response[j] = p.respond_foreign if foreign else p.respond_home
        now[j], chance[j] = gain[k], seekers.look_rate[k]
    for j in range(m):  # as above
        chance[j] = looks(chance[j], odds_at_stake(response[j], now[j], expected[j]))
    for j in range(m):
        k = U64(abroad[j])
        seekers.for_home[k] = draw[k] < chance[j]
