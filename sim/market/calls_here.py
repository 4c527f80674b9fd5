"""Calls of programmes that bring people in: fellowships, and posts that a programme pays for some years."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine.arithmetic import F32, U64, ZERO
from sim.engine.arrays import where
from sim.engine.draws import Draw, key
from sim.engine.hashing import one_gumbel
from sim.engine.layout import record
from sim.instruments.programmes import YEARS
from sim.market import selection
from sim.market.awards import holds, ranked
from sim.market.odds import known_chance
from sim.market.search import SEEKERS, SeekerColumns
from sim.market.values import REGIONS, RegionValues
from sim.process import benefits
from sim.rules.applications import class_of_merit, is_worth_applying
from sim.rules.benefits import benefit_over_years
from sim.rules.stays import years_of_award
from sim.rules.utility import award_at_home, position_at_home, worth, year_in_position
from sim.vocabulary import HOME, Stage
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.engine.compiler import Bytes, Floats, Rows
    from sim.engine.layout import Record
    from sim.market.awards import Applicants
    from sim.market.institutions import Programme
    from sim.market.odds import Known
    from sim.market.offers import OfferBook
    from sim.market.search import Seekers
    from sim.market.values import PositionValues
    from sim.population.columns import Columns
    from sim.year import Year


def applications_here(
    book: OfferBook,
    people: Columns,
    programmes: list[Programme],
    values: PositionValues,
    odds: Known,
    year: Year,
) -> list[Applicants]:
    """Calls of fellowships and posts that bring people in: those abroad apply where it is worth the effort."""
    seekers, p, lists = book.seekers, year.parameters, []
    for programme in programmes:
        if not programme.record.kind.leads_here:
            continue
        outside = _reads_the_call(seekers, programme)
        fit = outside[selection.eligible(programme.record, seekers, outside, year)]
        taste = key(year.number, Draw.TASTE_AWARD, programme.word)
        won = known_chance(odds, programme.record.name, p).astype(F32)
        terms = _terms(programme, values, year)
        who, worth_of, merit = _apply(seekers, values.regions, values.common, p.record, fit, terms, taste, won)
        asked = who, worth_of, np.zeros(len(who), np.uint8), merit
        lists.append(ranked(programme, people, book, asked, year))
    return lists


def _reads_the_call(seekers: Seekers, programme: Programme) -> NDArray[np.intp]:
    """Who hears of a call that brings people in: candidates, and of others abroad who look for a post at home those of
    home origin; posts are for foreigners among them, too.
    """
    if programme.record.kind is ProgrammeKind.POST_HERE:
        return where(seekers.candidate | (seekers.for_home & (seekers.region != HOME)))
    if programme.record.origin == "foreign":
        return where(seekers.candidate)
    back = seekers.for_home & (seekers.region != HOME) & (seekers.origin == HOME)
    return where(seekers.candidate | back)


def _terms(programme: Programme, values: PositionValues, year: Year) -> Record:
    """What an award brings, as loops are given it: tier and stage of the position; ln income in the place of the pay,
    both 0 where the position's pay is counted; what pay and research money of its own add, over both periods.
    """
    p, paid = year.parameters, programme.record.kind is ProgrammeKind.FELLOWSHIP_HERE
    years = years_of_award(programme.lever(year, YEARS))
    added = benefit_over_years(benefits.of_award(programme.record, year), F32(years), F32(p.discount), F32(p.horizon))
    return record(
        tier=programme.tier,
        stage=programme.rank,
        income=values.award[programme.number] if paid else 0.0,
        pay=np.asarray(values.common)[0]["postdoc_pay"] if paid else 0.0,
        added=added,
    )


def seen_by_peers(book: OfferBook, lists: list[Applicants], year: Year) -> None:
    """Who was abroad and got a lasting post that a programme pays has searched with success, as others see."""
    seekers, tally = book.seekers, year.tally
    for one in lists:
        if one.programme.record.kind is ProgrammeKind.POST_HERE and one.programme.rank >= Stage.TENURE_TRACK:
            who = one.who[holds(book, one)]
            who = who[~seekers.candidate[who] & (seekers.stage[who] != Stage.INDUSTRY)]
            found = np.bincount(seekers.field[who], minlength=len(tally.searches))
            tally.searches[:, 0, 1] += found
            tally.successes[:, 0, 1] += found


@SEEKERS.beside(regions=REGIONS)
def _apply(
    seekers: SeekerColumns,
    regions: RegionValues,
    common: Record,
    p: Record,
    who: Rows,
    terms: Record,
    taste: np.uint64,
    won: Floats,
) -> tuple[Rows, Floats, Bytes]:
    """Which of those eligible apply, what the award is worth to them, in the position it brings, and their class of
    merit.

    terms: see `_terms`. taste: key of the taste for it. won: known chance of winning by class of merit.
    """
    applies, value, merit = np.empty(len(who), np.bool_), np.empty(len(who), F32), np.empty(len(who), np.uint8)
    tier, stage = int(terms.tier), int(terms.stage)
    position, security, least = common.home[tier, stage], common.security[stage], common.least_chance[stage]
    for j in range(len(who)):
        k = U64(who[j])
        yearly = year_in_position(position, seekers.security_value[k], security, seekers.home_amenity[k])
        with_post, without = seekers.value_with_post[k], seekers.value_without_post[k]
        life = position_at_home(yearly, p.discount, max(seekers.chance_home[k], least), with_post, without)
        way = regions.coming[seekers.origin[k]] if seekers.candidate[k] else -p.moving_cost
        liking = p.foreign_post_taste if seekers.candidate[k] else ZERO
        life = award_at_home(life + (way - seekers.family_cost[k]), liking, terms.income, terms.pay)
        value[j] = worth(p.beta, life + terms.added, one_gumbel(seekers.draw_key[k], taste))
        merit[j] = class_of_merit(seekers.merit[k])
        applies[j] = is_worth_applying(won[merit[j]], value[j] - seekers.value[k], common.effort)
    found = where(applies)
    return who[found], value[found], merit[found]
