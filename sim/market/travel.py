"""Options abroad for people at home: posts of hosts, visits with the post kept, and fellowships for stays abroad.

A person looks at the region that is best by beta V + taste, with the same taste for a region whatever brings the
person there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.engine.arithmetic import F32, ONE, U64, ZERO
from sim.engine.arrays import where
from sim.engine.compiler import compiled
from sim.engine.hashing import gumbel, one_gumbel, one_uniform
from sim.instruments.gate import OUT
from sim.instruments.programmes import GUARANTEE, INCOME
from sim.market import hosts, selection
from sim.market.awards import ranked
from sim.market.gate import gate_of, may_move
from sim.market.odds import known_chance
from sim.market.offers import Choice
from sim.market.search import SEEKERS, SeekerColumns
from sim.market.values import REGIONS, RegionValues
from sim.population.waiting import Asks
from sim.rules.applications import class_of_merit, is_worth_applying
from sim.rules.hosts import missed_by_hosts, reach, ties_that_count
from sim.rules.stays import worth_of_stay_income
from sim.rules.utility import (
    amenity_abroad,
    chance_after_award,
    expected_at_home,
    host_contract,
    keeps_lasting_post,
    months_abroad,
    settled_year,
    ties_value,
    worth_of_region,
)
from sim.vocabulary import HOME, Stage
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    from sim.engine.compiler import Booleans, Bytes, Floats, Rows
    from sim.engine.layout import Record
    from sim.market.awards import Applicants
    from sim.market.institutions import Programme
    from sim.market.odds import Known
    from sim.market.offers import OfferBook
    from sim.market.search import Seekers
    from sim.market.values import PositionValues
    from sim.population.columns import Columns
    from sim.year import Year

_PERMANENT, _TRACK, _DOCTORAL = int(Stage.PERMANENT), int(Stage.TENURE_TRACK), int(Stage.DOCTORAL)


class Travellers(NamedTuple):
    """Seekers who look at regions abroad: their places among the seekers, (n,), and their taste for each region abroad,
    (regions - 1, n). They are at home and think of leaving or of calls for stays abroad, or abroad and out of contract.
    """

    who: Rows
    taste: Floats


class _Lives(NamedTuple):
    """What a life abroad depends on, of some travellers, (n,). home: yearly value of a later life at home. family: what
    the family adds to the cost of moving there.
    """

    origin: Bytes
    here: Bytes
    security_value: Floats
    language: Floats
    home: Floats
    family: Floats
    tie_region: Bytes
    ties: Floats
    taste: Floats


def travellers(book: OfferBook, values: PositionValues, year: Year) -> Travellers:
    """Those of the seekers who look at regions abroad."""
    found = Travellers(*_travellers(book.seekers, values.regions))
    if (gate := gate_of(year)) is not None:
        who, seekers = found.who, book.seekers
        ruled_out = gate.ruled_out(seekers.draw_key[who], seekers.field[who], year.number)
        for asks in (Asks.HOSTS, Asks.CALLS):
            for known in year.waiting.due(asks, year.number):  # who has a permit for a region considers it
                ruled_out[known["region"] - 1, seekers.draw_key[who] == known["draw_key"]] = False
        found.taste[ruled_out & (seekers.region[who] == HOME)] = -np.inf
    return found


def _let_out(asks: Asks, seekers: Seekers, who: Rows, place: Bytes, year: Year) -> Rows | slice:
    """Which of who, (n,), the gate lets go to the region of place this year; all where there is no gate."""
    if (gate := gate_of(year)) is None or not len(who):
        return slice(None)
    key, field, here = seekers.draw_key[who], seekers.field[who], seekers.region[who] == HOME
    passes = here & gate.let(OUT, key, field, place, year.number)
    return where(may_move(asks, key, field, place, passes, year) | ~here)


@SEEKERS.beside(regions=REGIONS)
def _travellers(seekers: SeekerColumns, regions: RegionValues) -> tuple[Rows, Floats]:
    looks = np.empty(len(seekers.region), np.bool_)
    for k in range(len(looks)):
        thinks = (seekers.for_abroad[k] | seekers.for_calls[k]) & (seekers.region[k] == HOME)
        looks[k] = thinks | seekers.out_of_contract[k]
    who = where(looks)
    return who, gumbel(seekers.draw_key[who], regions.taste[1:])


def posts_of_hosts(book: OfferBook, people: Columns, abroad: Travellers, values: PositionValues, year: Year) -> None:
    """Transfer: the host pays and the home post is given up. Apply to the best region, if reached; hosts decide. Whose
    contract abroad is over looks for another host, in the same region or elsewhere.

    Foreigners who think of leaving look to their own country first: to a third one they look with `search_abroad`, the
    base rate of natives, and find posts with the chance of candidates from abroad.
    """
    who, value, place = _apply_to_hosts(
        book.seekers, values.regions, values.common, year.parameters.record, abroad.who, abroad.taste
    )
    let = _let_out(Asks.HOSTS, book.seekers, who, place, year)
    who, value, place = who[let], value[let], place[let]
    year.tally.count("host_applications", len(who))
    count_supported(len(who), year)
    if len(who):
        offered = where(hosts.offers(people, book.seekers.row[who], place, values, year))
        book.offer(who[offered], Choice.HOST, value[offered], place[offered])


def count_supported(applications: int, year: Year) -> None:
    """Book the applications to hosts that came about through support, as a share of all that reached one."""
    support = year.parameters.host_reach
    lifted = support - year.baseline.host_reach
    if lifted > 0:
        year.tally.count("supported_application", round(applications * lifted / support))


def visits(book: OfferBook, abroad: Travellers, values: PositionValues, year: Year) -> None:
    """Visit: the post is kept, if the employer lets the person go."""
    who, value, place = _plan_visit(
        book.seekers, values.regions, values.common, year.parameters.record, abroad.who, abroad.taste
    )
    let = _let_out(Asks.HOSTS, book.seekers, who, place, year)
    book.offer(who[let], Choice.VISIT, value[let], place[let])


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
        asked = seekers, values.regions, values.common, p.record, abroad.who[fit], taste, open_to, won
        if record.kind is ProgrammeKind.FELLOWSHIP_ABROAD:
            guarantee = programme.lever(year, GUARANTEE)
            call = selection.call_record(values.award[programme.number], guarantee, post_kept=record.post_kept)
            applied = _apply_for_years(*asked, call)
        else:
            income, usual = programme.lever(year, INCOME), year.world.positions.value("income_of_stay")
            applied = _apply_for_months(*asked, F32(worth_of_stay_income(p.visit_share, income, usual)))
        let = _let_out(Asks.CALLS, seekers, applied[0], applied[2], year)
        applied = applied[0][let], applied[1][let], applied[2][let], applied[3][let]
        count_supported(len(applied[0]), year)
        lists.append(ranked(programme, people, book, applied, year))
    return lists


class _Places(NamedTuple):
    """What regions are worth to those who move there, (regions,); see `RegionValues`."""

    contract: Floats
    lasting: Floats
    tenure: Floats
    isolation: Floats
    language: Floats
    move: Floats
    mass: Floats
    replaced: Floats


@compiled
def _best_life(lives: _Lives, there: _Places, open_to: Booleans, income: np.float32, p: Record) -> tuple[Bytes, Floats]:
    """The best of the regions that are open for a move of a year or more, and what it is worth; -inf where none is.

    income: ln income of an award, in the place of the pay `there.replaced`; both 0 without one.
    """
    n = len(lives.origin)
    best, most = np.zeros(n, np.uint8), np.full(n, -np.float32(np.inf))
    for r in range(HOME + 1, len(there.contract)):
        if open_to[r]:
            region = np.uint8(r)  # as narrow as the array: a wider one would keep vector instructions out
            contract, lasting, tenure, replaced = (
                there.contract[r],
                there.lasting[r],
                there.tenure[r],
                there.replaced[r],
            )
            isolation, language, moving = there.isolation[r], there.language[r], there.move[r] + there.mass[r]
            stays_on = there.mass[r]
            for k in range(n):
                amenity = amenity_abroad(isolation, language, lives.language[k])
                settled = settled_year(lasting, lives.security_value[k], amenity)
                life = host_contract(contract, amenity, p.discount, tenure, settled, lives.home[k])
                life += stays_on if lives.here[k] == region else moving - lives.family[k]
                life = -np.float32(np.inf) if lives.origin[k] == region else life
                life += lives.ties[k] if lives.tie_region[k] == region else ZERO
                total = worth_of_region(ZERO, p.beta, life, replaced, income, lives.taste[r - 1, k])
                best[k] = region if total > most[k] else best[k]
                most[k] = max(most[k], total)
    return best, most


@compiled
def _best_months(
    stay: Floats, gain: Floats, tie_region: Bytes, ties: Floats, taste: Floats, open_to: Booleans, beta: np.float32
) -> tuple[Bytes, Floats]:
    """The best of the regions that are open for a stay of months on top of the year at home, and what it is worth.

    stay: the year at home on the scale of taste, (n,). gain: (regions,) what the months add, ties apart.
    """
    n = len(stay)
    best, most = np.zeros(n, np.uint8), np.full(n, -np.float32(np.inf))
    for r in range(HOME + 1, len(gain)):
        if open_to[r]:
            region = np.uint8(r)  # as above
            for k in range(n):
                life = gain[r] + (ties[k] if tie_region[k] == region else ZERO)
                total = worth_of_region(stay[k], beta, life, ZERO, ZERO, taste[r - 1, k])
                best[k] = region if total > most[k] else best[k]
                most[k] = max(most[k], total)
    return best, most


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
    lives = _Lives(origin, here, secure, language, home, family, tie_region, ties, liking)
    there = _Places(
        regions.contract,
        regions.lasting,
        regions.tenure,
        regions.isolation,
        regions.language,
        regions.move,
        regions.mass,
        none,
    )
    best, most = _best_life(lives, there, everywhere, ZERO, p)
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
        goes[j] = granted & (seekers.stage[k] <= _PERMANENT) & (seekers.region[k] == HOME) & seekers.for_abroad[k]
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
    best, most = _best_months(stay, gain, tie_region, ties, liking, everywhere, p.beta)
    return who[some], most, best


@SEEKERS.beside(regions=REGIONS)
def _apply_for_years(
    seekers: SeekerColumns,
    regions: RegionValues,
    common: Record,
    p: Record,
    who: Rows,
    taste: Floats,
    open_to: Booleans,
    won: Floats,
    call: Record,
) -> tuple[Rows, Floats, Bytes, Bytes]:
    """Which of those eligible apply for an award of a year or more, what the region is worth to them, which, and their
    class of merit. won: known chance of winning by class of merit.
    """
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
    there = _Places(
        regions.contract,
        regions.lasting,
        regions.tenure,
        regions.isolation,
        regions.language,
        regions.move,
        regions.mass,
        regions.pay_abroad,
    )
    lives = _Lives(origin, here, secure, language, home, family, tie_region, ties, taste)
    best, most = _best_life(lives, there, open_to, call.income, p)
    applies, merit = np.empty(n, np.bool_), np.empty(n, np.uint8)
    for j in range(n):  # a call asks for a host who agrees
        k, r = U64(who[j]), best[j]
        counts = ties_that_count(seekers.ties_abroad[k], tie_region[j] == r, p.reach_other_ties)
        missed = missed_by_hosts(p.host_reach * regions.reach[r], counts, p.reach_ties)
        reached = one_uniform(seekers.draw_key[k], common.HOST_REACHED) < reach(missed, True, p.own_money_reach)
        merit[j] = class_of_merit(seekers.merit[k])
        applies[j] = reached & is_worth_applying(won[merit[j]], most[j] - seekers.value[k], common.effort)
    found = where(applies)
    return who[found], most[found], best[found], merit[found]


@SEEKERS.beside(regions=REGIONS)
def _apply_for_months(
    seekers: SeekerColumns,
    regions: RegionValues,
    common: Record,
    p: Record,
    who: Rows,
    taste: Floats,
    open_to: Booleans,
    won: Floats,
    paid: np.float32,
) -> tuple[Rows, Floats, Bytes, Bytes]:
    """As `_apply_for_years`, for an award of some months. paid: what its income adds to the year."""
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
    best, most = _best_months(stay, gain, tie_region, ties, taste, open_to, p.beta)
    applies, merit = np.empty(n, np.bool_), np.empty(n, np.uint8)
    for j in range(n):  # a call asks for a host who agrees
        k, r = U64(who[j]), best[j]
        counts = ties_that_count(seekers.ties_abroad[k], tie_region[j] == r, p.reach_other_ties)
        missed = missed_by_hosts(p.host_reach * regions.reach[r], counts, p.reach_ties)
        reached = one_uniform(seekers.draw_key[k], common.HOST_REACHED) < reach(missed, True, p.own_money_reach)
        merit[j] = class_of_merit(seekers.merit[k])
        applies[j] = reached & is_worth_applying(won[merit[j]], most[j] - seekers.value[k], common.effort)
    found = where(applies)
    return who[found], most[found], best[found], merit[found]
