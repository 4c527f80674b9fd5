"""Options abroad that no programme pays: posts of hosts, and visits with the post at home kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine.arithmetic import F32, U64, ZERO
from sim.engine.arrays import where
from sim.engine.hashing import one_gumbel, one_uniform
from sim.market import hosts
from sim.market.destinations import Lives, Places, best_life, best_months
from sim.market.offers import Choice
from sim.market.search import SEEKERS, SeekerColumns
from sim.market.values import REGIONS, RegionValues
from sim.market.way_out import let_out
from sim.population.waiting import Asks
from sim.rules.hosts import missed_by_hosts, reach, ties_that_count
from sim.rules.search import thinks_of_stay
from sim.rules.utility import expected_at_home, months_abroad, ties_value
from sim.vocabulary import HOME, Stage

if TYPE_CHECKING:
    from sim.engine.compiler import Bytes, Floats, Rows
    from sim.engine.layout import Record
    from sim.market.destinations import Travellers
    from sim.market.offers import OfferBook
    from sim.market.values import PositionValues
    from sim.population.columns import Columns
    from sim.year import Year

_PERMANENT = int(Stage.PERMANENT)


def posts_of_hosts(book: OfferBook, people: Columns, abroad: Travellers, values: PositionValues, year: Year) -> None:
    """Transfer: the host pays and the home post is given up. Apply to the best region, if reached; hosts decide. Whose
    contract abroad is over looks for another host, in the same region or elsewhere.

    Foreigners who think of leaving look to their own country first: to a third one they look with `search_abroad`, the
    base rate of natives, and find posts with the chance of candidates from abroad.
    """
    who, value, place = _apply_to_hosts(
        book.seekers, values.regions, values.common, year.parameters.record, abroad.who, abroad.taste
    )
    let = let_out(Asks.HOSTS, book.seekers, who, place, year)
    who, value, place = who[let], value[let], place[let]
    hosts.count_supported(len(who), year)
    if len(who):
        offered = where(hosts.offers(people, book.seekers.row[who], place, values, year))
        book.offer(who[offered], Choice.HOST, value[offered], place[offered])


def visits(book: OfferBook, abroad: Travellers, values: PositionValues, year: Year) -> None:
    """Visit: the post is kept, if the employer lets the person go."""
    who, value, place = _plan_visit(
        book.seekers, values.regions, values.common, year.parameters.record, abroad.who, abroad.taste
    )
    let = let_out(Asks.HOSTS, book.seekers, who, place, year)
    book.offer(who[let], Choice.VISIT, value[let], place[let])


@SEEKERS.beside(regions=REGIONS)
def _apply_to_hosts(
    seekers: SeekerColumns,
    regions: RegionValues,
    common: Record,
    p: Record,
    who: Rows,
    taste: Floats,
) -> tuple[Rows, Floats, Bytes]:
    """Which travellers apply to hosts, what the region is worth to them, and which."""
    looks = np.empty(len(who), np.bool_)
    for j in range(len(who)):
        k = U64(who[j])
        native = seekers.origin[k] == HOME
        onward = native | (one_uniform(seekers.draw_key[k], common.SEEK_ONWARD) < common.onward)
        asks = seekers.for_abroad[k] | seekers.out_of_contract[k]
        looks[j] = asks & onward & (seekers.degree_year[k] > 0)
    some = where(looks)
    n = len(some)
    origin, tie_region, secure, language = (
        np.empty(n, np.uint8),
        np.empty(n, np.uint8),
        np.empty(n, F32),
        np.empty(n, F32),
    )
    here, family = np.empty(n, np.uint8), np.empty(n, F32)
    home, ties, liking = np.empty(n, F32), np.empty(n, F32), np.empty((len(taste), n), F32)
    for j in range(n):
        k = U64(who[some[j]])
        origin[j], tie_region[j], language[j] = seekers.origin[k], seekers.tie_region[k], seekers.language[k]
        here[j], family[j] = seekers.region[k], seekers.family_cost[k]
        secure[j], ties[j] = seekers.security_value[k], ties_value(seekers.ties_abroad[k], p.tie_value)
        home[j] = expected_at_home(seekers.chance_away[k], seekers.value_with_post[k], seekers.value_without_post[k])
        for r in range(len(taste)):
            liking[r, j] = taste[r, some[j]]
    none, everywhere = np.zeros(len(regions.contract), F32), np.ones(len(regions.contract), np.bool_)
    lives = Lives(origin, here, secure, language, home, family, tie_region, ties, liking)
    there = Places(
        regions.contract,
        regions.lasting,
        regions.tenure,
        regions.isolation,
        regions.language,
        regions.move,
        regions.mass,
        none,
    )
    best, most = best_life(lives, there, everywhere, ZERO, p)
    applies = np.empty(n, np.bool_)
    for j in range(n):
        k, r = U64(who[some[j]]), best[j]
        counts = ties_that_count(seekers.ties_abroad[k], tie_region[j] == r, p.reach_other_ties)
        missed = missed_by_hosts(p.host_reach * regions.reach[r], counts, p.reach_ties)
        reached = one_uniform(seekers.draw_key[k], common.HOST_REACHED) < reach(missed, False, p.own_money_reach)
        applies[j] = (most[j] > seekers.at_hand[k]) & reached
    found = where(applies)
    return who[some[found]], most[found], best[found]


@SEEKERS.beside(regions=REGIONS)
def _plan_visit(
    seekers: SeekerColumns,
    regions: RegionValues,
    common: Record,
    p: Record,
    who: Rows,
    taste: Floats,
) -> tuple[Rows, Floats, Bytes]:
    """Which travellers may go on a visit, what the best region is worth, and which."""
    goes = np.empty(len(who), np.bool_)
    for j in range(len(who)):
        k = U64(who[j])
        granted = one_uniform(seekers.draw_key[k], common.LEAVE_GRANTED) < common.leave[seekers.stage[k]]
        thinks = thinks_of_stay(seekers.origin[k] == HOME, seekers.for_abroad[k], seekers.for_calls[k])
        goes[j] = granted & (seekers.stage[k] <= _PERMANENT) & (seekers.region[k] == HOME) & thinks
    some = where(goes)
    n = len(some)
    tie_region, ties, stay = np.empty(n, np.uint8), np.empty(n, F32), np.empty(n, F32)
    liking, gain = np.empty((len(taste), n), F32), np.empty(len(regions.move), F32)
    for j in range(n):
        k = U64(who[some[j]])
        tie_region[j], ties[j] = seekers.tie_region[k], ties_value(seekers.ties_abroad[k], p.tie_value)
        stay[j] = seekers.at_hand[k] - one_gumbel(seekers.draw_key[k], common.TASTE_STAY)
        for r in range(len(taste)):
            liking[r, j] = taste[r, some[j]]
    for r in range(len(gain)):
        peers, isolation, mass = p.peers * regions.peers[r], regions.isolation[r], regions.mass[r]
        gain[r] = months_abroad(
            p.visit_gain, peers, isolation, mass, p.visit_share, regions.move[r], p.moving_cost, common.fare
        )
    everywhere = np.ones(len(gain), np.bool_)
    for j in range(n):
        stay[j] -= p.beta * p.visit_share * seekers.family_cost[U64(who[some[j]])]
    best, most = best_months(stay, gain, tie_region, ties, liking, everywhere, p.beta)
    return who[some], most, best
