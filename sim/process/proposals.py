"""Who asks for a place in a team, on an exchange or in a second appointment, and with which partner."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.engine.arithmetic import F32, U64, ZERO
from sim.engine.arrays import where
from sim.engine.compiler import Bytes, Floats, Rows, compiled, full_width
from sim.engine.draws import Draw, key, keys
from sim.engine.hashing import gumbel, gumbels, one_uniform
from sim.instruments.programmes import LEVERS, RESEARCH_MONEY
from sim.market import selection
from sim.population.columns import Attributes, over_people
from sim.process import appointments
from sim.process.benefits import net_incomes, worth_of_money
from sim.rules.benefits import benefit_over_years
from sim.rules.stays import years_of_award
from sim.rules.teams import chance_needed, draw_needed, gain_of_project
from sim.rules.utility import ties_value, worth
from sim.vocabulary import HOME, Stage
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.engine.compiler import Words
    from sim.engine.layout import Record
    from sim.market.institutions import Programme
    from sim.population.columns import Columns
    from sim.world.programmes import ProgrammeRecord
    from sim.year import Year

_LEAST: Final = 2.0**-20  # chance of winning that is worth the effort to somebody
_STEP: Final = 0.75  # to a smaller one
_AMPLE: Final = 8.0  # times as many as there are places are looked at first, of all people: some of them may not apply


def who_applies(
    people: Columns, on_it: NDArray[np.intp], programme: Programme, places: int, year: Year
) -> NDArray[np.intp]:
    """Rows of those who apply to a call, rising. on_it: rows of those who may not, as they hold a place already."""
    record, p, stages = programme.record, year.parameters, _stages_of(programme.record)
    rules, may = selection.rules_of(record, year.world.domains), sum(1 << stage for stage in stages)
    effort = p.beta * (p.proposal_effort if record.kind is ProgrammeKind.JOINT else p.application_effort)
    own, money = key(year.number, Draw.TASTE_AWARD, programme.word), worth_of_place(programme, year)
    return _who_applies(people, on_it, rules, may, money, own, effort, places, year.number, p.record)


@over_people
def _who_applies(
    people: Attributes,
    on_it: Rows,
    rules: Record,
    stages: int,
    money: Floats,
    own: np.uint64,
    effort: float,
    places: int,
    year: int,
    p: Record,
) -> Rows:
    """As `who_applies`. stages: a bit for each from which one may apply. money: see `worth_of_place`. own: key of the
    taste for the programme. effort: of applying, on the scale of taste: that of a proposal, or for students that of an
    application.

    Most like a place too little to apply whatever the others do, as their draw alone shows: only the others are looked
    at, as many as are enough.
    """
    full_width()
    n, most = len(people.draw_key), np.float64(p.beta * money.max())
    free, keen, chance = np.ones(n, np.bool_), np.empty(n, np.bool_), 1.0
    for row in on_it:
        free[row] = False
    while chance > _LEAST and n * (1 - draw_needed(effort, chance / 2, most)) * chance / 2 > _AMPLE * places:
        chance /= 2
    while True:
        least = draw_needed(effort, chance, most)
        for i in range(n):
            keen[i] = np.float64(one_uniform(people.draw_key[i], own)) >= least
        for i in range(n):
            of_stage = np.uint16(stages) >> np.uint16(people.stage[i]) & np.uint16(1)
            keen[i] &= (of_stage != 0) & (people.region[i] == HOME) & free[i]
        rows, found = where(keen), 0
        for row in rows:
            who = U64(row)
            field, tier = people.field[who], people.tier[who]
            rows[found] = row
            stage, degree_year, origin = people.stage[who], people.degree_year[who], people.origin[who]
            found += int(selection.may_apply(rules, stage, degree_year, year, origin, field, tier, False, False))
        rows = rows[:found]
        word, added = np.empty(found, np.uint64), np.empty(found, np.float32)
        for k in range(found):
            who = U64(rows[k])
            word[k], added[k] = people.draw_key[who], money[people.tier[who], people.stage[who]]
        gain = gumbels(word, own)
        for k in range(found):
            gain[k] = gain_of_project(p.beta, added[k], gain[k])
        if chance >= 1 or are_enough(gain, effort, places, chance):
            asks: Rows = rows[applicants(gain, effort, places, chance)]
            return asks
        chance = min(2 * chance, 1.0)


@compiled
def are_enough(gain: Floats, effort: float, places: int, most: float) -> bool:
    """Whether those who need less than a chance of winning are so many that those who need more do not apply: who is
    not among the first n has a chance of less than places over n.
    """
    found = 0
    for k in range(len(gain)):
        found += int(chance_needed(effort, np.float64(gain[k])) < most)
    return found * most >= places


@compiled
def applicants(gain: Floats, effort: float, places: int, most: float = 1.0) -> Rows:
    """Who applies to a call of which everybody knows the places, as places in gain, (n,), rising.

    So many that for each of them the chance of winning, places over applicants, is worth the effort, and for nobody
    else it would be. gain: on the scale of taste. most: a chance that is too small for everybody who is left out.
    """
    while places and are_enough(gain, effort, places, most * _STEP):
        most *= _STEP
    needed, keenest, found = np.empty(len(gain)), np.empty(len(gain), np.intp), 0
    for k in range(len(gain)):
        needed[k] = chance_needed(effort, np.float64(gain[k]))
        if needed[k] < most:
            keenest[found] = k
            found += 1
    keenest, asks = keenest[:found], 0
    keenest = keenest[np.argsort(needed[keenest], kind="mergesort")]
    for k in range(found):
        if needed[keenest[k]] < min(places / (k + 1), 1.0):
            asks = k + 1
    return np.sort(keenest[:asks])


def worth_of_place(programme: Programme, year: Year) -> NDArray[np.float32]:
    """What a place is worth beside each position at home from which one may apply, (tiers + 1, stages), log income over
    both periods; 0 beside others.
    """
    record, p, stages = programme.record, year.parameters, _stages_of(programme.record)
    years = float(years_of_award(programme.lever(year, LEVERS[record.kind][1])))
    if record.kind is ProgrammeKind.SHARED_POST:
        yearly = appointments.worth_a_year(programme, year)
        return _over_years(np.array(yearly, F32), years, p.discount, p.horizon)
    money = programme.lever(year, RESEARCH_MONEY) if RESEARCH_MONEY in LEVERS[record.kind] else 0.0
    net = tuple(net_incomes(year)[:, stages].ravel().tolist())
    return _worth_of_money(net, stages, money, years, p.research_money_worth, p.discount, p.horizon)


@lru_cache(maxsize=256)
def _worth_of_money(
    net: tuple[float, ...],
    stages: tuple[int, ...],
    money: float,
    years: float,
    worth: float,
    discount: float,
    horizon: float,
) -> NDArray[np.float32]:
    """As `_worth_of_place`, of research money, to read only: kept, as incomes and sums stay the same for years.

    net: incomes beside which it is, by tier and stage, of these stages. money: millions a year, for some years. worth:
    of money for research over money to live on.
    """
    table = np.zeros((len(net) // len(stages), len(Stage)), F32)
    table[:, stages] = np.array(worth_of_money(net, 0.0, money, worth), F32).reshape(-1, len(stages))
    return _over_years(table, years, discount, horizon)


def _over_years(yearly: NDArray[np.float32], years: float, discount: float, horizon: float) -> NDArray[np.float32]:
    return benefit_over_years(yearly, years, discount, horizon)  # type: ignore[arg-type, return-value]  # of each


@cache
def _stages_of(record: ProgrammeRecord) -> tuple[int, ...]:
    """The stages from which one may apply to a programme; between posts where that is in the year of the doctorate."""
    return tuple(stage for stage in Stage if stage is Stage.UNPLACED or selection.stages_of(record)[stage])


def partners(
    people: Columns, rows: NDArray[np.intp], programme: Programme, year: Year
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """The region of the partner that each would choose, and ties there, (n,)."""
    regions = year.world.regions
    taste = keys(year.number, Draw.TASTE_REGION, range(len(regions)))
    return _partner_of_each(people, rows, _partners_of(programme.record, regions), taste, year.parameters.record)


@cache
def _partners_of(record: ProgrammeRecord, regions: tuple[str, ...]) -> NDArray[np.uint8]:
    """The regions in which a programme has partners, to read only; home where they are firms."""
    partners = np.flatnonzero(selection.open_regions(record, regions)).astype(np.uint8)
    return np.array([HOME], np.uint8) if record.partner == "firm" else partners[partners != HOME]


@over_people
def _partner_of_each(people: Attributes, rows: Rows, partners: Bytes, taste: Words, p: Record) -> tuple[Bytes, Floats]:
    """As `partners`. partners: regions that the programme leads to. taste: keys of the taste for regions."""
    n = len(rows)
    region, ties, word = np.empty(n, np.uint8), np.empty(n, np.float32), np.empty(n, np.uint64)
    for k in range(n):
        word[k] = people.draw_key[U64(rows[k])]
    shock = gumbel(word, taste[partners])
    for k in range(n):
        i, most = U64(rows[k]), -np.float32(np.inf)
        for r in range(len(partners)):  # the one liked best, with the same taste for a region whatever brings one there
            partner = partners[r]
            known = people.ties_abroad[i] if (people.tie_region[i] == partner) & (partner != HOME) else ZERO
            liked = worth(p.beta, ties_value(known, p.tie_value), shock[r, k])
            if liked > most:
                most, region[k], ties[k] = F32(liked), partner, known
    return region, ties
