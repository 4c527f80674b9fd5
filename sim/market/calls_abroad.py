"""Calls of fellowships for stays abroad, of a year or more or of some months."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine.arithmetic import F32, ONE, U64, ZERO
from sim.engine.arrays import where
from sim.engine.hashing import one_gumbel, one_uniform
from sim.instruments.programmes import GUARANTEE, INCOME
from sim.market import hosts, selection
from sim.market.awards import ranked
from sim.market.destinations import Lives, Places, best_life, best_months
from sim.market.odds import known_chance
from sim.market.search import SEEKERS, SeekerColumns
from sim.market.values import REGIONS, RegionValues
from sim.market.way_out import let_out
from sim.population.waiting import Asks
from sim.rules.applications import class_of_merit, is_worth_applying
from sim.rules.hosts import missed_by_hosts, reach, ties_that_count
from sim.rules.stays import worth_of_stay_income
from sim.rules.utility import chance_after_award, expected_at_home, keeps_lasting_post, months_abroad, ties_value
from sim.vocabulary import Stage
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    from sim.engine.compiler import Booleans, Bytes, Floats, Rows
    from sim.engine.layout import Record
    from sim.market.awards import Applicants
    from sim.market.destinations import Travellers
    from sim.market.institutions import Programme
    from sim.market.odds import Known
    from sim.market.offers import OfferBook
    from sim.market.values import PositionValues
    from sim.population.columns import Columns
    from sim.year import Year

_PERMANENT, _TRACK, _DOCTORAL = int(Stage.PERMANENT), int(Stage.TENURE_TRACK), int(Stage.DOCTORAL)


def applications_abroad(
    book: OfferBook,
    people: Columns,
    abroad: Travellers,
    programmes: list[Programme],
    values: PositionValues,
    odds: Known,
    year: Year,
) -> list[Applicants]:
    """Calls of fellowships for stays abroad: apply to the best region if the known chance makes it worth the effort."""
    seekers, p, lists = book.seekers, year.parameters, []
    from_home = where(seekers.for_calls[abroad.who])
    for programme in programmes:
        record = programme.record
        if not record.kind.leads_abroad:
            continue
        fit = from_home[selection.eligible(record, seekers, abroad.who[from_home], year)]
        open_to, taste = selection.open_regions(record, year.world.regions), np.take(abroad.taste, fit, axis=1)
        won = known_chance(odds, record.name, p).astype(F32)
        asked = seekers, values.regions, p.record, abroad.who[fit]
        if record.kind is ProgrammeKind.FELLOWSHIP_ABROAD:
            guarantee = programme.lever(year, GUARANTEE)
            call = selection.call_record(values.award[programme.number], guarantee, post_kept=record.post_kept)
            best = _best_for_years(*asked, taste, open_to, call)
        else:
            income, usual = programme.lever(year, INCOME), year.world.positions.value("income_of_stay")
            best = _best_for_months(
                *asked, taste, open_to, values.common, F32(worth_of_stay_income(p.visit_share, income, usual))
            )
        applied = _who_applies(*asked, *best, values.common, won)
        let = let_out(Asks.CALLS, seekers, applied[0], applied[2], year)
        applied = applied[0][let], applied[1][let], applied[2][let], applied[3][let]
        hosts.count_supported(len(applied[0]), year)
        lists.append(ranked(programme, people, book, applied, year))
    return lists


@SEEKERS.beside(regions=REGIONS)
def _best_for_years(
    seekers: SeekerColumns,
    regions: RegionValues,
    p: Record,
    who: Rows,
    taste: Floats,
    open_to: Booleans,
    call: Record,
) -> tuple[Bytes, Floats]:
    """The best region for an award of a year or more to each of those eligible, and what it is worth to them."""
    n = len(who)
    origin, tie_region, secure, language = (
        np.empty(n, np.uint8),
        np.empty(n, np.uint8),
        np.empty(n, F32),
        np.empty(n, F32),
    )
    here, family = np.empty(n, np.uint8), np.empty(n, F32)
    home, ties = np.empty(n, F32), np.empty(n, F32)
    for j in range(n):
        k = U64(who[j])
        stage = seekers.stage[k]
        lasting = (stage == _PERMANENT) | (stage == _TRACK) | (stage == _DOCTORAL)
        gives_up = chance_after_award(seekers.chance_away[k], p.guarantee_credence, call.guarantee)
        chance = ONE if keeps_lasting_post(lasting, call.post_kept) else gives_up
        origin[j], tie_region[j], language[j] = seekers.origin[k], seekers.tie_region[k], seekers.language[k]
        here[j], family[j] = seekers.region[k], seekers.family_cost[k]
        secure[j], ties[j] = seekers.security_value[k], ties_value(seekers.ties_abroad[k], p.tie_value)
        home[j] = expected_at_home(chance, seekers.value_with_post[k], seekers.value_without_post[k])
    there = Places(
        regions.contract,
        regions.lasting,
        regions.tenure,
        regions.isolation,
        regions.language,
        regions.move,
        regions.mass,
        regions.pay_abroad,
    )
    lives = Lives(origin, here, secure, language, home, family, tie_region, ties, taste)
    best, most = best_life(lives, there, open_to, call.income, p)
    return best, most


@SEEKERS.beside(regions=REGIONS)
def _best_for_months(
    seekers: SeekerColumns,
    regions: RegionValues,
    p: Record,
    who: Rows,
    taste: Floats,
    open_to: Booleans,
    common: Record,
    paid: np.float32,
) -> tuple[Bytes, Floats]:
    """As `_best_for_years`, for an award of some months. paid: what its income adds to the year."""
    n = len(who)
    tie_region, ties, stay = np.empty(n, np.uint8), np.empty(n, F32), np.empty(n, F32)
    gain = np.empty(len(regions.move), F32)
    for j in range(n):
        k = U64(who[j])
        tie_region[j], ties[j] = seekers.tie_region[k], ties_value(seekers.ties_abroad[k], p.tie_value)
        stay[j] = seekers.at_hand[k] - one_gumbel(seekers.draw_key[k], common.TASTE_STAY)
        stay[j] -= p.beta * p.visit_share * seekers.family_cost[k]
    for r in range(len(gain)):
        peers, isolation, mass = p.peers * regions.peers[r], regions.isolation[r], regions.mass[r]
        gain[r] = months_abroad(
            p.visit_gain, peers, isolation, mass, p.visit_share, regions.move[r], p.moving_cost, ZERO
        )
        gain[r] += paid
    best, most = best_months(stay, gain, tie_region, ties, taste, open_to, p.beta)
    return best, most


@SEEKERS.beside(regions=REGIONS)
def _who_applies(
    seekers: SeekerColumns,
    regions: RegionValues,
    p: Record,
    who: Rows,
    best: Bytes,
    most: Floats,
    common: Record,
    won: Floats,
) -> tuple[Rows, Floats, Bytes, Bytes]:
    """Which of those eligible apply, what the region is worth to them, which, and their class of merit.

    best, most: the region that each likes best, and what it is worth. won: known chance of winning by class of merit.
    """
    n = len(who)
    applies, merit = np.empty(n, np.bool_), np.empty(n, np.uint8)
    for j in range(n):  # a call asks for a host who agrees
        k, r = U64(who[j]), best[j]
        counts = ties_that_count(seekers.ties_abroad[k], seekers.tie_region[k] == r, p.reach_other_ties)
        missed = missed_by_hosts(p.host_reach * regions.reach[r], counts, p.reach_ties)
        reached = one_uniform(seekers.draw_key[k], common.HOST_REACHED) < reach(missed, True, p.own_money_reach)
        merit[j] = class_of_merit(seekers.merit[k])
        applies[j] = reached & is_worth_applying(won[merit[j]], most[j] - seekers.value[k], common.effort)
    found = where(applies)
    return who[found], most[found], best[found], merit[found]
