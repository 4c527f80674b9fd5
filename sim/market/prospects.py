"""What seekers expect of the future, and what they have at hand before any offer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.engine.arithmetic import F32, ONE, U64, ZERO
from sim.engine.arrays import where
from sim.engine.compiler import full_width
from sim.engine.hashing import gumbel, one_uniform
from sim.market.offers import Choice
from sim.market.search import SEEKERS, SeekerColumns, over_seekers
from sim.market.values import REGIONS, RegionValues
from sim.rules.benefits import benefit_group, benefit_of_return, benefit_over_years, holds_benefit
from sim.rules.eligibility import called_back, is_on_tenure_track, permit_lapses
from sim.rules.families import family_cost, has_school_child
from sim.rules.permits import (
    added_by_residence,
    is_highly_skilled,
    residence_expected,
    settlement,
    years_to_permanent,
)
from sim.rules.utility import (
    amenity_abroad,
    better_of,
    expected_at_home,
    home_amenity_of_foreigner,
    host_contract,
    job_in_own_country,
    outside_research,
    perceived_chance,
    position_at_home,
    settled_year,
    worth,
    year_in_position,
)
from sim.vocabulary import HOME, LEADING, Stage

if TYPE_CHECKING:
    from sim.engine.layout import Record
    from sim.market.search import Seekers
    from sim.market.values import PositionValues
    from sim.year import Year

_LEFT, _INDUSTRY, _UNPLACED = int(Stage.LEFT), int(Stage.INDUSTRY), int(Stage.UNPLACED)
_PERMANENT, _TRACK, _FIXED_TERM = int(Stage.PERMANENT), int(Stage.TENURE_TRACK), int(Stage.FIXED_TERM)
_POSTDOC = int(Stage.POSTDOC)
_STAY, _OWN_COUNTRY, _LAPSED, _RETURN, _RENEWAL = (
    np.uint8(choice) for choice in (Choice.STAY, Choice.OWN_COUNTRY, Choice.LAPSED, Choice.RETURN, Choice.RENEWAL)
)
_NOWHERE: Final = np.int16(-1)
_RESIDENCE: Final = ("permanent_years", "permanent_years_skilled")


def look_ahead(seekers: Seekers, values: PositionValues, year: Year, *, typical: bool = False) -> None:
    """Work out the prospects of seekers, and what they have at hand. typical: of nobody, for what is at stake.

    That is staying as before or, where it is over, the fallback: home without a post, or a guaranteed one. For
    foreigners it is their own country: with a job if a contract abroad or leave from a post there has ended, and
    without one if a permit has. Whom a host offers another contract may take that instead.
    """
    p, without = year.parameters.record, year.baseline
    seekers.residence[:] = 0
    if any(getattr(year.parameters, name) != getattr(without, name) for name in _RESIDENCE):
        _residence(seekers, values.common, p, without.record, typical)
    _prospects(seekers, values.regions, values.common, p)
    _benefits(seekers, values.common, p)
    _at_hand(seekers, values.regions, values.common, p)
    _another_contract(seekers, values.regions, p)
    _like_what_is_at_hand(seekers, values.common, p)


@over_seekers
def _residence(seekers: SeekerColumns, common: Record, p: Record, without: Record, typical: bool) -> None:
    """What another law of permanent residence is worth to foreigners who have not got it; 0 to natives.

    without: the parameters without a policy. Typical people have not got it, and reach the points with the chance that
    everybody has.
    """
    year, value, share = common.year, p.residence_value, p.highly_skilled
    fast = F32(years_to_permanent(True, year, p.permanent_skilled_since, p.permanent_years, p.permanent_years_skilled))
    fast_before = F32(
        years_to_permanent(
            True, year, without.permanent_skilled_since, without.permanent_years, without.permanent_years_skilled
        )
    )
    usual, usual_before = F32(p.permanent_years), F32(without.permanent_years)
    of_skilled = added_by_residence(value, fast, fast_before, p.discount)
    of_others = added_by_residence(value, usual, usual_before, p.discount)
    expected = residence_expected(share, of_skilled, of_others)
    for one in where(seekers.origin != HOME):
        i = U64(one)
        here = seekers.region[i] == HOME
        skilled = is_highly_skilled(True, one_uniform(seekers.draw_key[i], common.HIGHLY_SKILLED), share)
        years = seekers.settled_years[i] if here else ZERO
        now, before = (fast, fast_before) if skilled else (usual, usual_before)
        own = (
            ZERO if here & seekers.permanent[i] else added_by_residence(value, now - years, before - years, p.discount)
        )
        seekers.residence[i] = F32(expected) if typical else F32(own)


@SEEKERS.beside(regions=REGIONS)
def _prospects(seekers: SeekerColumns, regions: RegionValues, common: Record, p: Record) -> None:
    """What each expects of a life at home: with a post, without, and of a return to the own country."""
    full_width()
    n, value_of_stage, now = len(seekers.stage), common.security_value, np.int16(common.year)
    left, left_security = common.home[len(common.home) - 1, _LEFT], common.security[_LEFT]
    of_native, of_foreigner = p.home_origin, p.home_foreign  # read in a branch, they would keep a loop from vectors
    for k in range(n):
        seekers.security_value[k] = value_of_stage[seekers.stage[k]]
    for k in range(n):  # a loop of its own, so that it is compiled to vector instructions
        native, secure = seekers.origin[k] == HOME, seekers.security_value[k]
        at_school = has_school_child(seekers.child_born[k], now)
        seekers.family_cost[k] = family_cost(
            seekers.partner[k], at_school, p.family_partner, p.family_child, common.borne, p.family_mean
        )
        own = seekers.home_taste[k] + (of_native if native else of_foreigner)
        foreign = home_amenity_of_foreigner(common.exchange, p.language, seekers.language[k])
        years = seekers.settled_years[k] if seekers.region[k] == HOME else ZERO
        foreign = foreign + settlement(p.settlement, years, p.settlement_years) + seekers.residence[k]
        amenity = own if native else foreign
        seekers.own_country_amenity[k], seekers.home_amenity[k] = own, amenity
        seekers.value_with_post[k] = year_in_position(common.best_post, secure, ONE, amenity)
        seekers.value_without_post[k] = year_in_position(left, secure, left_security, amenity)
    for k in range(n):
        seekers.chance_home[k] = perceived_chance(seekers.belief_home[k], p.pessimism)
        seekers.chance_away[k] = perceived_chance(seekers.belief_away[k], p.pessimism)
        seekers.value_return[k] = -np.float32(np.inf)
    foreigners = where(seekers.origin != HOME)
    m = len(foreigners)
    goes, with_post, without_post = np.empty(m, F32), np.empty(m, F32), np.empty(m, F32)
    for j in range(m):
        i = U64(foreigners[j])
        job, own = regions.returning[seekers.origin[i]], seekers.own_country_amenity[i]
        yearly = year_in_position(job, seekers.security_value[i], p.own_country_security, own)
        goes[j] = yearly - p.homeward_share * seekers.family_cost[i]
        with_post[j], without_post[j] = seekers.value_with_post[i], seekers.value_without_post[i]
    for j in range(m):  # as above
        with_post[j] = better_of(with_post[j], goes[j], p.beta)
        without_post[j] = better_of(without_post[j], goes[j], p.beta)
    for j in range(m):
        i = U64(foreigners[j])
        seekers.value_return[i] = goes[j]
        seekers.value_with_post[i], seekers.value_without_post[i] = with_post[j], without_post[j]


@over_seekers
def _benefits(seekers: SeekerColumns, common: Record, p: Record) -> None:
    """What a benefit adds to a position at home: as far as it runs still, or as it would run from now on."""
    now, offered = np.int16(common.year), common.benefit
    for k in range(len(seekers.stage)):
        stage, until, away = seekers.stage[k], seekers.benefit_until[k], seekers.region[k] != HOME
        group = benefit_group(seekers.origin[k] == HOME, away, (stage == _POSTDOC) | (stage == _UNPLACED))
        held = holds_benefit(until, now)
        runs = benefit_over_years(seekers.benefit[k], F32(until - now + np.int16(1)), p.discount, p.horizon)
        seekers.benefit_held[k] = held
        seekers.benefit_home[k] = runs if held else benefit_of_return(offered[group, stage], until)


@SEEKERS.beside(regions=REGIONS)
def _at_hand(  # noqa: C901  a branch for every situation
    seekers: SeekerColumns,
    regions: RegionValues,
    common: Record,
    p: Record,
) -> None:
    """The value of staying, or of the fallback."""
    n, now = len(seekers.stage), np.int16(common.year)
    home, security, least_chance = common.home, common.security, common.least_chance
    value, share, chance = np.empty(n, F32), np.empty(n, F32), np.empty(n, F32)
    special, no_tier = np.empty(n, np.bool_), len(home) - 1
    for k in range(n):
        stage = seekers.stage[k]
        value[k], share[k], chance[k] = home[seekers.tier[k], stage], security[stage], least_chance[stage]
        special[k] = (seekers.region[k] != HOME) | (stage == _INDUSTRY) | (stage == _UNPLACED)
        seekers.kind[k], seekers.place[k], seekers.target[k] = _STAY, seekers.region[k], _NOWHERE
    for k in range(n):  # a loop of its own, so that it is compiled to vector instructions
        yearly = year_in_position(value[k], seekers.security_value[k], share[k], seekers.home_amenity[k])
        with_post, without = seekers.value_with_post[k], seekers.value_without_post[k]
        value[k] = position_at_home(yearly, p.discount, max(seekers.chance_home[k], chance[k]), with_post, without)
    for one in where(special):
        i = U64(one)
        stage, here, origin = seekers.stage[i], seekers.region[i], seekers.origin[i]
        secure, own = seekers.security_value[i], seekers.own_country_amenity[i]
        native, over, word = origin == HOME, seekers.out_of_contract[i], seekers.draw_key[i]
        moving = p.moving_cost + seekers.family_cost[i]
        way_home = common.way_home + p.homeward_share * seekers.family_cost[i]
        with_post, without = seekers.value_with_post[i], seekers.value_without_post[i]
        between = (stage == _UNPLACED) & (here == HOME)
        job = job_in_own_country(regions.own_job[origin], common.years, own, p.own_country_security, secure)
        if over & native:
            guaranteed, on_track = (
                seekers.guaranteed[i],
                is_on_tenure_track(one_uniform(word, common.RETURN_POST_TRACK), p.return_post_track),
            )
            tier = LEADING if guaranteed else no_tier
            post = (_TRACK if on_track else _FIXED_TERM) if guaranteed else _UNPLACED
            startup = common.startup if guaranteed else ZERO
            yearly = year_in_position(home[tier, post] + startup, secure, security[post], seekers.home_amenity[i])
            lasting = max(seekers.chance_home[i], least_chance[post])
            value[i] = position_at_home(yearly, p.discount, lasting, with_post, without) - moving
            seekers.kind[i], seekers.place[i] = _RETURN, HOME
        elif over | called_back(between, seekers.on_leave[i], seekers.degree_year[i], now):
            value[i] = job - way_home
            seekers.kind[i], seekers.place[i] = _OWN_COUNTRY, origin
        elif permit_lapses(seekers.permanent[i], between, one_uniform(word, common.STAY_PERMIT), p.job_search_stay):
            yearly = year_in_position(home[no_tier, _LEFT], secure, security[_LEFT], own)
            value[i] = common.years * yearly - way_home
            seekers.kind[i], seekers.place[i] = _LAPSED, origin
        elif (here != HOME) & (stage == _INDUSTRY) & (here != origin):
            amenity = amenity_abroad(regions.isolation[here], regions.language[here], seekers.language[i])
            yearly = year_in_position(regions.industry[here], secure, security[stage], amenity)
            value[i] = common.years * yearly
        elif here != HOME:
            amenity = (
                own
                if here == origin
                else amenity_abroad(regions.isolation[here], regions.language[here], seekers.language[i])
            ) + settlement(p.settlement, seekers.settled_years[i], p.settlement_years)
            settled = settled_year(regions.lasting[here], secure, amenity)
            stays_there = regions.tenure[here] * (p.host_renewal if seekers.contract_ends[i] else ONE)
            back = expected_at_home(seekers.chance_away[i], with_post, without)
            goes_on = host_contract(regions.contract[here], amenity, p.discount, stays_there, settled, back)
            value[i] = job if here == origin else settled * common.years if stage == _PERMANENT else goes_on
        elif stage == _INDUSTRY:
            yearly = year_in_position(home[no_tier, stage], secure, security[stage], seekers.home_amenity[i])
            value[i] = outside_research(yearly, seekers.value_return[i], p.discount, p.beta)
    for k in range(n):
        counts = (seekers.kind[k] == _RETURN) | ((seekers.kind[k] == _STAY) & seekers.benefit_held[k])
        seekers.stay[k] = value[k] + (seekers.benefit_home[k] if counts else ZERO)


@SEEKERS.beside(regions=REGIONS)
def _another_contract(seekers: SeekerColumns, regions: RegionValues, p: Record) -> None:
    """Whom the host abroad offers another contract has that at hand, if it is better than the way home."""
    for one in where(seekers.renewed):
        i = U64(one)
        here = seekers.region[i]
        amenity = amenity_abroad(regions.isolation[here], regions.language[here], seekers.language[i])
        amenity += settlement(p.settlement, seekers.settled_years[i], p.settlement_years)
        settled = settled_year(regions.lasting[here], seekers.security_value[i], amenity)
        back = expected_at_home(seekers.chance_away[i], seekers.value_with_post[i], seekers.value_without_post[i])
        goes_on = host_contract(regions.contract[here], amenity, p.discount, regions.tenure[here], settled, back)
        if goes_on > seekers.stay[i]:
            seekers.stay[i] = goes_on
            seekers.kind[i], seekers.place[i] = _RENEWAL, here


@over_seekers
def _like_what_is_at_hand(seekers: SeekerColumns, common: Record, p: Record) -> None:
    """What is at hand is the best so far, with the taste for it."""
    taste = gumbel(seekers.draw_key, np.array([common.TASTE_STAY]))[0]
    for k in range(len(seekers.stage)):
        seekers.value[k] = worth(p.beta, seekers.stay[k], taste[k])
        seekers.at_hand[k] = seekers.value[k]
