"""Offers that need no call: jobs outside academia, in the country of origin, and in a third region."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine.arithmetic import F32, ONE, U64, ZERO
from sim.engine.arrays import where
from sim.engine.hashing import one_gumbel, one_uniform
from sim.market.offers import Choice
from sim.market.search import SEEKERS, SeekerColumns, over_seekers
from sim.market.values import REGIONS, RegionValues
from sim.rules.offers import industry_offer, language_that_counts, may_leave_research, own_country_offer
from sim.rules.utility import (
    amenity_abroad,
    expected_at_home,
    host_contract,
    job_in_own_country,
    outside_research,
    settled_year,
    worth,
    year_in_position,
)
from sim.vocabulary import HOME, Stage

if TYPE_CHECKING:
    from sim.engine.compiler import Bytes, Floats, Rows
    from sim.engine.layout import Record
    from sim.market.offers import OfferBook
    from sim.market.values import PositionValues
    from sim.year import Year

_LEFT, _INDUSTRY, _UNPLACED = int(Stage.LEFT), int(Stage.INDUSTRY), int(Stage.UNPLACED)
_DOCTORAL, _TRACK, _PERMANENT = int(Stage.DOCTORAL), int(Stage.TENURE_TRACK), int(Stage.PERMANENT)


def jobs_outside_academia(book: OfferBook, values: PositionValues, year: Year) -> None:
    """Jobs outside academia come with a chance by field; leaving research is open to residents without a contract."""
    leaves, if_left, finds, if_found = _outside(book.seekers, values.common, year.parameters.record)
    book.offer(leaves, Choice.LEAVE, if_left, np.zeros(len(leaves), np.uint8))
    book.offer(finds, Choice.INDUSTRY, if_found, np.zeros(len(finds), np.uint8))


@over_seekers
def _outside(seekers: SeekerColumns, common: Record, p: Record) -> tuple[Rows, Floats, Rows, Floats]:
    """Who may leave research, who is offered a job in industry, and what these are worth."""
    n, now = len(seekers.stage), np.int16(common.year)
    leaves, if_left, leaving = np.empty(n, np.intp), np.empty(n, F32), 0
    finds, if_found, finding = np.empty(n, np.intp), np.empty(n, F32), 0
    home, security, by_field = common.home, common.security, common.industry_offer
    over_usual = common.offers_over_usual
    looks, no_tier = np.empty(n, np.bool_), len(home) - 1
    for k in range(n):
        stage = seekers.stage[k]
        lasting = (stage == _PERMANENT) | (stage == _TRACK) | (stage == _INDUSTRY)
        held = (stage == _DOCTORAL) | (lasting & (seekers.region[k] == HOME))
        looks[k] = (not held) & (not seekers.candidate[k]) & seekers.for_home[k]
    for one in where(looks):
        i = U64(one)
        native, between, word = seekers.origin[i] == HOME, seekers.stage[i] == _UNPLACED, seekers.draw_key[i]
        moving = p.moving_cost + seekers.family_cost[i] if seekers.region[i] != HOME else ZERO
        secure, amenity, back = seekers.security_value[i], seekers.home_amenity[i], seekers.value_return[i]
        if may_leave_research(seekers.permanent[i], between, seekers.out_of_contract[i]):
            yearly = year_in_position(home[no_tier, _LEFT], secure, security[_LEFT], amenity)
            value = outside_research(yearly, back, p.discount, p.beta) - moving
            leaves[leaving], if_left[leaving] = one, worth(p.beta, value, one_gumbel(word, common.TASTE_LEAVE))
            leaving += 1
        fresh, field = between & (seekers.degree_year[i] == now), seekers.field[i]
        spoken = ONE if native else language_that_counts(seekers.language[i], common.language_bridged)
        factor = over_usual[np.uint8(not native), field]
        chance = industry_offer(by_field[field], fresh, p.later_offers, factor, spoken)
        if one_uniform(word, common.OFFER_INDUSTRY) < chance:
            yearly = year_in_position(home[no_tier, _INDUSTRY], secure, security[_INDUSTRY], amenity)
            value = outside_research(yearly, back, p.discount, p.beta) - moving + seekers.benefit_home[i]
            finds[finding], if_found[finding] = one, worth(p.beta, value, one_gumbel(word, common.TASTE_INDUSTRY))
            finding += 1
    return leaves[:leaving], if_left[:leaving], finds[:finding], if_found[:finding]


def jobs_with_firms(book: OfferBook, values: PositionValues, who: Rows, chance: float, year: Year) -> None:
    """A firm offers a job to those in who, (n,), at home, who share their time with it, with a chance; they may hold a
    lasting post. The draw is that of offers outside academia, so nobody is worse off for knowing a firm.
    """
    asked, value = _with_firms(book.seekers, who, F32(chance), values.common, year.parameters.record)
    book.offer(asked, Choice.INDUSTRY, value, np.zeros(len(asked), np.uint8))


@over_seekers
def _with_firms(
    seekers: SeekerColumns, who: Rows, chance: np.float32, common: Record, p: Record
) -> tuple[Rows, Floats]:
    """Who is offered the job, and what it is worth, as in `_outside`."""
    asked, value, found, no_tier = np.empty(len(who), np.intp), np.empty(len(who), F32), 0, len(common.home) - 1
    for one in who:
        i = U64(one)
        word = seekers.draw_key[i]
        if one_uniform(word, common.OFFER_INDUSTRY) < chance:
            secure, amenity = seekers.security_value[i], seekers.home_amenity[i]
            yearly = year_in_position(common.home[no_tier, _INDUSTRY], secure, common.security[_INDUSTRY], amenity)
            job = outside_research(yearly, seekers.value_return[i], p.discount, p.beta) + seekers.benefit_home[i]
            asked[found], value[found] = one, worth(p.beta, job, one_gumbel(word, common.TASTE_INDUSTRY))
            found += 1
    return asked[:found], value[:found]


def jobs_outside_academia_abroad(book: OfferBook, values: PositionValues, year: Year) -> None:
    """Jobs outside academia in the region abroad where somebody lives whose contract there is over."""
    who, value, place = _outside_abroad(book.seekers, values.regions, values.common, year.parameters.record)
    book.offer(who, Choice.INDUSTRY_ABROAD, value, place)


@SEEKERS.beside(regions=REGIONS)
def _outside_abroad(
    seekers: SeekerColumns, regions: RegionValues, common: Record, p: Record
) -> tuple[Rows, Floats, Bytes]:
    """Who is offered a job outside academia abroad, what it is worth, and where."""
    n, now = len(seekers.stage), np.int16(common.year)
    who, value, place, found = np.empty(n, np.intp), np.empty(n, F32), np.empty(n, np.uint8), 0
    by_field, security = common.industry_offer, common.security[_INDUSTRY]
    for one in where(seekers.out_of_contract):
        i = U64(one)
        here, word, language = seekers.region[i], seekers.draw_key[i], seekers.language[i]
        fresh = seekers.degree_year[i] == now
        chance = industry_offer(by_field[seekers.field[i]], fresh, p.later_offers, regions.openness[here], language)
        if one_uniform(word, common.OFFER_INDUSTRY_ABROAD) < chance:
            amenity = amenity_abroad(regions.isolation[here], regions.language[here], language)
            yearly = year_in_position(regions.industry[here], seekers.security_value[i], security, amenity)
            who[found], place[found] = one, here
            value[found] = worth(p.beta, common.years * yearly, one_gumbel(word, common.TASTE_INDUSTRY_ABROAD))
            found += 1
    return who[:found], value[:found], place[:found]


def jobs_in_own_country(book: OfferBook, values: PositionValues, year: Year) -> None:
    """Foreign doctorates at home who look for a job in their country of origin; candidates weigh a third region.

    Those formed here look while they finish the doctorate; later they are further from those who hire there.
    """
    p = year.parameters.record
    who, value, place = _own_country(book.seekers, values.regions, values.common, p)
    book.offer(who, Choice.OWN_COUNTRY, value, place)
    who, value, place = _third_region(book.seekers, values.regions, values.common, p)
    book.offer(who, Choice.OWN_COUNTRY, value, place)


@SEEKERS.beside(regions=REGIONS)
def _own_country(
    seekers: SeekerColumns, regions: RegionValues, common: Record, p: Record
) -> tuple[Rows, Floats, Bytes]:
    """Who finds a job in the country of origin, what it is worth, and where."""
    n, now = len(seekers.stage), np.int16(common.year)
    who, value, place, found = np.empty(n, np.intp), np.empty(n, F32), np.empty(n, np.uint8), 0
    for k in range(n):
        origin, degree = seekers.origin[k], seekers.degree_year[k]
        if (origin != HOME) & seekers.for_abroad[k] & (seekers.region[k] == HOME) & (degree > 0):
            later = (seekers.degree_region[k] == HOME) & (degree < now)
            chance = own_country_offer(regions.own_country_job[origin], later, p.later_homeward, common.openness)
            if one_uniform(seekers.draw_key[k], common.OFFER_OWN_COUNTRY) < chance:
                own, secure = seekers.own_country_amenity[k], seekers.security_value[k]
                job = job_in_own_country(regions.own_job[origin], common.years, own, p.own_country_security, secure)
                taste = one_gumbel(seekers.draw_key[k], common.TASTE_OWN_COUNTRY)
                who[found], place[found] = k, origin
                way_home = common.way_home + p.homeward_share * seekers.family_cost[k]
                value[found] = worth(p.beta, job - way_home, taste)
                found += 1
    return who[:found], value[:found], place[:found]


@SEEKERS.beside(regions=REGIONS)
def _third_region(
    seekers: SeekerColumns, regions: RegionValues, common: Record, p: Record
) -> tuple[Rows, Floats, Bytes]:
    """Which candidates are offered a post in the third region they like best, what it is worth, and where."""
    last, most_open = len(regions.contract), ZERO
    for r in range(last):
        most_open = max(most_open, regions.openness[r] * p.third_region_offers)
    candidates = where(seekers.candidate)
    reaches = np.empty(len(candidates), np.bool_)
    for j in range(len(candidates)):  # the others reach no region, whichever is best
        reaches[j] = one_uniform(seekers.draw_key[U64(candidates[j])], common.OFFER_THIRD_REGION) < most_open
    who = candidates[where(reaches)]
    n = len(who)
    word, origin, family = np.empty(n, np.uint64), np.empty(n, np.uint8), np.empty(n, F32)
    secure, language, back = np.empty(n, F32), np.empty(n, F32), np.empty(n, F32)
    for j in range(n):
        i = U64(who[j])
        word[j], origin[j], family[j] = seekers.draw_key[i], seekers.origin[i], seekers.family_cost[i]
        secure[j], language[j] = seekers.security_value[i], seekers.language[i]
        back[j] = expected_at_home(ZERO, seekers.value_with_post[i], seekers.value_without_post[i])
    best, most = np.full(n, HOME + 1, np.uint8), np.full(n, -F32(np.inf))
    for r in range(HOME + 1, last):
        region = np.uint8(r)
        contract, lasting, tenure, moving = regions.contract[r], regions.lasting[r], regions.tenure[r], regions.move[r]
        isolation, speaks, mass, taste = regions.isolation[r], regions.language[r], regions.mass[r], regions.taste[r]
        for j in range(n):  # loops in a row of arrays, so that they are compiled to vector instructions
            amenity = amenity_abroad(isolation, speaks, language[j])
            settled = settled_year(lasting, secure[j], amenity)
            life = host_contract(contract, amenity, p.discount, tenure, settled, back[j])
            total = worth(p.beta, life + (moving - family[j] + mass), one_gumbel(word[j], taste))
            total = -F32(np.inf) if origin[j] == region else total
            best[j] = region if total > most[j] else best[j]
            most[j] = max(most[j], F32(total))
    offered = np.empty(n, np.bool_)
    for j in range(n):
        draw = one_uniform(word[j], common.OFFER_THIRD_REGION)
        offered[j] = draw < regions.openness[best[j]] * p.third_region_offers
    found = where(offered)
    return who[found], most[found], best[found]
