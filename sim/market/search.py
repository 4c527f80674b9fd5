"""Looking: who of those at home looks for a post this year or thinks of going abroad, and who abroad may look home.

Whether somebody abroad looks home is settled in `sim.market.looking`, where what stays at hand is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from sim.engine.arithmetic import ONE, U64, ZERO
from sim.engine.arrays import where
from sim.engine.compiler import Booleans, Bytes, Floats, Rows, Shorts, Words, full_width
from sim.engine.draws import keys_of_year
from sim.engine.hashing import one_uniform, uniform
from sim.engine.layout import Layout, Table
from sim.population.columns import LAYOUT, Attributes, over_people
from sim.rules.contracts import chance_of_renewal_abroad, renewal_in_region
from sim.rules.hiring import merit, record_of_papers
from sim.rules.search import (
    base_of_looking_home,
    given_or,
    has_teenager,
    looks,
    looks_home_from_abroad,
    out_of_contract,
    thinks_of_leaving,
)
from sim.vocabulary import HOME, Mode, Permit, Sex, Stage
from sim.world.derived import derived

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.engine.layout import Record
    from sim.population.columns import Columns
    from sim.world.parameters import Parameters
    from sim.world.world import World
    from sim.year import Year

F32 = np.float32
_MAX_AGE: Final = 60  # academic age from which thinking of leaving falls no more
_MOST: Final = F32(8)  # at most this many times the base rate of thinking of leaving, whatever the ties and the past
_AT_A_TIME: Final = 16_384  # people: what is worked out for them stays in the cache
_FELLOWSHIP: Final = int(Mode.FELLOWSHIP)
_WOMAN: Final = int(Sex.WOMAN)
_POSTDOC: Final = int(Stage.POSTDOC)
_RESIDENT: Final = int(Permit.PERMANENT)


class SeekerColumns:
    """What choosing asks of those who consider a change, (n,): who they are, what they expect and what they hold."""

    row: Rows  # in the population
    for_home: Booleans  # looks for posts at home
    for_abroad: Booleans  # thinks of leaving the country of residence
    for_calls: Booleans  # thinks of calls for stays abroad
    out_of_contract: Booleans  # abroad and out of contract, so staying as before is no option
    renewed: Booleans  # of them, whom the host offers another contract
    look_rate: Floats  # base rate of looking home from abroad, 1/year; 0 at home

    # columns of the person, taken once: so they stand close together in memory
    draw_key: Words
    stage: Bytes
    region: Bytes
    origin: Bytes
    tier: Bytes
    field: Bytes
    degree_year: Shorts
    degree_region: Bytes
    candidate: Booleans
    programme: Shorts
    language: Floats
    ties_abroad: Floats
    tie_region: Bytes
    home_taste: Floats
    belief_home: Floats
    belief_away: Floats
    contract_ends: Booleans  # this year
    guaranteed: Booleans
    on_leave: Booleans
    merit: Floats  # visible quality and record of papers, in standard deviations
    partner: Booleans
    child_born: Shorts
    permanent: Booleans  # resident for good: of home origin, or with that permit
    settled_years: Floats  # years in a country that is not the own, 0 in the own
    benefit: Floats  # yearly worth of the benefit held, log income
    benefit_until: Shorts  # its last year, 0 for who never had one

    # prospects; values in log annual income
    security_value: Floats  # value of security to the person
    own_country_amenity: Floats  # what living in the own country is worth, to some more than to others
    home_amenity: Floats  # what living at home is worth: the own country, or exchange rate and language
    value_return: Floats  # yearly value to foreigners of a later return to the country of origin; -inf to natives
    value_with_post: Floats  # yearly value at home with a permanent post; to foreigners of it or of returning
    value_without_post: Floats  # and in the job that is left to one who finds none
    chance_home: Floats  # perceived chance of a post for one who stays: pessimism times what visible peers show
    chance_away: Floats  # and for one who leaves without a home post
    residence: Floats  # what another law of permanent residence adds to a year at home of foreigners
    family_cost: Floats  # what partner and child add to the cost of a move between countries, over the mean
    benefit_home: Floats  # what a benefit adds to a position at home: the one held, or the one that is on offer
    benefit_held: Booleans  # whether it is held, so that staying as before has it, too

    # the best option so far, and what was at hand before any offer; on the scale of taste
    stay: Floats  # V of what is at hand, without taste
    at_hand: Floats
    kind: Bytes
    target: Shorts
    place: Bytes
    value: Floats


SEEKERS = Layout.of(SeekerColumns)
over_seekers = SEEKERS.loop


class Seekers(Table, SeekerColumns):
    """The people who consider a change this year."""

    layout = SEEKERS


class Looking(NamedTuple):
    """Who considers a change: their rows, (n,); and of everybody, who looks for a post at home, who thinks of leaving,
    and who of calls for stays abroad.
    """

    rows: Rows
    for_home: Booleans
    for_abroad: Booleans
    for_calls: Booleans


def who_considers(people: Columns, year: Year, odds: Record) -> Looking:
    """Who considers a change. Of those abroad everyone without a post to go back to does, and whether they look home is
    open.

    odds: by what the gain of looking multiplies the base odds; see `sim.market.stakes`.

    At home, looking for another post depends on the stage: everyone between posts does. Candidates from abroad all
    consider coming, by a programme that brings people in. `sim.rules.search` has the probabilities.
    """
    p = year.parameters
    rates, keys = _rates(year.world, p), keys_of_year(year.number)
    return Looking(*_who_looks(people, year.number, keys, rates, odds, F32(year.driver("border_openness"))))


def gather(people: Columns, who: Looking, year: Year, usual_openness: NDArray[np.float32]) -> Seekers:
    """Those who consider a change as seekers. usual_openness: (regions,) to foreigners when the model began."""
    seekers, p = Seekers(len(who.rows)), year.parameters
    usual = F32(p.paper_rate + 0.05)  # as `values` has it
    keys = keys_of_year(year.number)
    openness = year.world.by_region("openness")
    rates = _rates(year.world, p)
    _gather(people, seekers, *who, year.number, p.record, rates, keys, usual, openness, usual_openness)
    return seekers


_RATES = np.dtype(
    [
        ("home", F32, len(Stage)),  # yearly probability of looking for a post, of people at home by stage
        ("back", F32, (2, len(Stage))),  # base rate of natives and foreigners abroad, -1 out of research
        ("by_age", F32, _MAX_AGE + 1),  # base rate of thinking of leaving by academic age
        ("by_stage", F32, len(Stage)),  # its factors
        ("given", F32, (2, len(Stage))),  # the rate of natives and foreigners, -1 where the two above say it
        ("early", F32),  # factor of study abroad before the doctorate
        ("child", F32),  # factor of a child of 14 to 17
    ]
)


@derived
def _rates(_: World, p: Parameters) -> Record:
    """Yearly probabilities of looking, and their factors."""
    table = np.zeros(1, _RATES)
    rates = table[0]
    for stage, rate in {
        Stage.POSTDOC: p.seek_postdoc,
        Stage.FIXED_TERM: p.seek_fixed,
        Stage.TENURE_TRACK: p.seek_tenure_track,
        Stage.PERMANENT: p.seek_permanent,
        Stage.INDUSTRY: p.seek_industry,
        Stage.UNPLACED: 1,
    }.items():
        rates["home"][stage] = rate
    back = rates["back"]
    back[:] = p.seek_return_settled
    back[0] = p.seek_return
    back[0, Stage.PERMANENT] = p.seek_return_settled
    back[:, Stage.DOCTORAL] = 0
    back[:, Stage.LEFT] = -1
    rates["by_age"] = p.search_abroad * np.exp(-p.age_decay * np.arange(_MAX_AGE + 1))
    rates["by_stage"] = 1
    rates["by_stage"][Stage.UNPLACED] = p.search_between
    rates["by_stage"][[Stage.INDUSTRY, Stage.LEFT]] = 0
    given = rates["given"]
    given[:] = -1
    given[1] = p.seek_leave_foreign
    given[1, Stage.UNPLACED] = 1
    given[1, [Stage.DOCTORAL, Stage.LEFT]] = -1
    rates["early"], rates["child"] = np.exp(p.early_exposure), np.exp(p.child_moving)
    table.setflags(write=False)
    return table  # type: ignore[return-value]  # loops see its one element


@over_people
def _who_looks(  # noqa: C901  a loop for every few columns
    people: Attributes, year: int, keys: Record, rates: Record, odds: Record, openness: np.float32
) -> tuple[Rows, Booleans, Booleans, Booleans]:
    """The rows of those who consider a change; of everybody, who looks at home, abroad, and at calls."""
    full_width()
    n = len(people.stage)
    home, abroad, considers = np.empty(n, np.bool_), np.empty(n, np.bool_), np.empty(n, np.bool_)
    calls, apply = np.empty(n, np.bool_), np.empty(_AT_A_TIME, F32)
    by_stage, base_rate, back, now = rates.by_stage, rates.by_age, rates.back, np.int16(year)
    at_home, given_rate, odds_home, odds_back = rates.home, rates.given, odds.home, odds.back
    seeks, leaves = np.empty_like(odds_home), np.empty_like(odds_back)
    odds_leaving, odds_calls = odds.leaving, odds.calls
    of_child, of_early = rates.child, rates.early  # read where they might not be, they would keep a loop from vectors
    for s in range(seeks.shape[1]):
        for foreign in range(2):
            seeks[foreign, s] = looks(at_home[s], odds_home[foreign, s])
        for o in range(len(leaves)):
            given = given_rate[np.uint8(o != HOME), s]
            leaves[o, s] = looks(given, odds_back[o, s]) if given >= ZERO else given
    seek, leave, base = np.empty(_AT_A_TIME, F32), np.empty(_AT_A_TIME, F32), np.empty(_AT_A_TIME, F32)
    told, stake, away = np.empty(_AT_A_TIME, F32), np.empty(_AT_A_TIME, F32), np.empty(_AT_A_TIME, np.bool_)
    of_calls = np.empty(_AT_A_TIME, F32)
    for start in range(0, n, _AT_A_TIME):
        end = min(start + _AT_A_TIME, n)
        stage, region, origin = people.stage[start:end], people.region[start:end], people.origin[start:end]
        degree_year, ties_abroad = people.degree_year[start:end], people.ties_abroad[start:end]
        early, child_born = people.early[start:end], people.child_born[start:end]
        post_kept, candidate = people.post_kept[start:end], people.candidate[start:end]
        for i in range(len(stage)):  # everyone as if at home
            seek[i], leave[i] = seeks[np.uint8(origin[i] != HOME), stage[i]], by_stage[stage[i]]
            told[i] = leaves[origin[i], stage[i]]
            stake[i], of_calls[i] = odds_leaving[stage[i]], odds_calls[stage[i]]
        for i in range(len(stage)):
            age = min(year - degree_year[i], _MAX_AGE) if degree_year[i] > 0 else 0
            base[i] = base_rate[U64(age)]
        for i in range(len(stage)):  # a loop of its own, so that it is compiled to vector instructions
            child = of_child if has_teenager(child_born[i], now) else ONE
            abroad_before = of_early if early[i] else ONE
            hazard = thinks_of_leaving(base[i], ties_abroad[i], leave[i], abroad_before, child, _MOST, openness)
            hazard = min(hazard, ONE)
            leave[i], apply[i] = given_or(told[i], looks(hazard, stake[i])), looks(hazard, of_calls[i])
        for i in range(len(stage)):
            may_return = (back[np.uint8(origin[i] != HOME), stage[i]] > ZERO) & (not post_kept[i])
            away[i] = (region[i] != HOME) & (may_return | candidate[i])
        for i in range(len(stage)):
            seek[i] = ZERO if region[i] != HOME else seek[i]
            leave[i] = (ONE if candidate[i] else ZERO) if region[i] != HOME else leave[i]
        word = people.draw_key[start:end]
        draw_home, draw_abroad = uniform(word, keys.SEEK_HOME), uniform(word, keys.SEEK_ABROAD)
        at_posts, at_hosts, at_calls = home[start:end], abroad[start:end], calls[start:end]
        at_any = considers[start:end]
        for i in range(len(stage)):
            at_posts[i], at_hosts[i] = draw_home[i] < seek[i], draw_abroad[i] < leave[i]
            at_calls[i] = (draw_abroad[i] < apply[i]) & (region[i] == HOME)
            at_any[i] = at_posts[i] | at_hosts[i] | at_calls[i] | away[i]
    return where(considers), home, abroad, calls


@LAYOUT.beside(seekers=SEEKERS)
def _gather(  # noqa: C901  as above
    people: Attributes,
    seekers: SeekerColumns,
    rows: Rows,
    home: Booleans,
    abroad: Booleans,
    calls: Booleans,
    year: int,
    p: Record,
    rates: Record,
    keys: Record,
    usual: np.float32,
    openness: Floats,
    usual_openness: Floats,
) -> None:
    """Take what choosing asks of those in rows. home, abroad, calls: of everybody. usual: papers a year to which
    records are compared. openness, usual_openness: (regions,).

    A few columns at a time: a processor keeps up with some dozen places in memory, and slows down at a hundred.
    """
    n, now, back, weight_of_papers = len(rows), np.int16(year), rates.back, ONE - p.merit_talent
    for k in range(n):
        i = U64(rows[k])
        seekers.row[k], seekers.draw_key[k] = rows[k], people.draw_key[i]
        seekers.for_home[k], seekers.for_abroad[k], seekers.for_calls[k] = home[i], abroad[i], calls[i]
    for k in range(n):
        i = U64(rows[k])
        seekers.stage[k], seekers.region[k], seekers.origin[k] = people.stage[i], people.region[i], people.origin[i]
    for k in range(n):
        i = U64(rows[k])
        seekers.tier[k], seekers.field[k], seekers.tie_region[k] = people.tier[i], people.field[i], people.tie_region[i]
    for k in range(n):
        i = U64(rows[k])
        seekers.degree_year[k], seekers.degree_region[k] = people.degree_year[i], people.degree_region[i]
        seekers.candidate[k], seekers.programme[k] = people.candidate[i], people.programme[i]
    for k in range(n):
        i = U64(rows[k])
        seekers.language[k], seekers.ties_abroad[k] = people.language[i], people.ties_abroad[i]
        seekers.home_taste[k] = people.home_taste[i]
    for k in range(n):
        i = U64(rows[k])
        seekers.belief_home[k], seekers.belief_away[k] = people.belief_home[i], people.belief_away[i]
        seekers.benefit[k], seekers.benefit_until[k] = people.benefit[i], people.benefit_until[i]
    for k in range(n):
        i = U64(rows[k])
        seekers.guaranteed[k], seekers.on_leave[k] = people.guaranteed[i], people.on_leave[i]
        seekers.partner[k], seekers.child_born[k] = people.partner[i], people.child_born[i]
    quality, output = np.empty(n, F32), np.empty(n, F32)
    for k in range(n):
        i = U64(rows[k])
        quality[k], output[k], last = people.talent[i], people.output[i], people.contract_end[i]
        over = out_of_contract(last, now, people.post_kept[i])
        seekers.out_of_contract[k], seekers.contract_ends[k] = (seekers.region[k] != HOME) & over, last == now
    for k in range(n):  # a loop of its own, so that it is compiled to vector instructions
        quality[k] /= p.sd_quality
        papers = record_of_papers(output[k], usual)
        seekers.merit[k] = merit(p.merit_talent, quality[k], papers, weight_of_papers)
        seekers.look_rate[k], seekers.renewed[k] = ZERO, False
    for k in range(n):
        i = U64(rows[k])
        native, since = seekers.origin[k] == HOME, people.away_since[i]
        since = people.here_since[i] if seekers.region[k] == HOME else since
        foreign = (seekers.region[k] != seekers.origin[k]) & (since > 0)
        seekers.settled_years[k] = F32(now - since) if foreign else ZERO
        seekers.permanent[k] = native | (people.permit[i] == _RESIDENT)
    there = where(seekers.region != HOME)
    renewal, wish, draw = np.empty(len(there), F32), np.empty(len(there), F32), np.empty(len(there), F32)
    ties, by_sex, talent = np.empty(len(there), F32), np.empty(len(there), F32), quality[there]
    for j in range(len(there)):
        one = U64(there[j])
        who, region, over = U64(rows[one]), seekers.region[one], seekers.out_of_contract[one]
        renewal[j] = renewal_in_region(p.host_renewal, openness[region], usual_openness[region])
        draw[j] = one_uniform(seekers.draw_key[one], keys.RENEWAL_ABROAD)
        base = back[np.uint8(seekers.origin[one] != HOME), seekers.stage[one]]
        last_of_award = (people.mode[who] == _FELLOWSHIP) & seekers.contract_ends[one]
        wish[j] = base_of_looking_home(base, p.seek_return_ending, over, last_of_award)
        ties[j], by_sex[j] = people.ties_home[who], p.return_women if people.sex[who] == _WOMAN else ONE
    for j in range(len(there)):  # as above
        least, most = p.host_renewal_least, p.host_renewal_most
        renewal[j] = chance_of_renewal_abroad(renewal[j], talent[j], p.host_quality, least, most)
        wish[j] = looks_home_from_abroad(wish[j], ties[j], p.home_links, by_sex[j])
    for j in range(len(there)):
        one = U64(there[j])
        postdoc = seekers.stage[one] == _POSTDOC
        seekers.renewed[one] = seekers.out_of_contract[one] & (draw[j] < renewal[j]) & postdoc
        seekers.look_rate[one] = min(p.seek_from_abroad if seekers.candidate[one] else wish[j], ONE)
