"""Calls of programmes that bring foreign researchers in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.engine.arithmetic import F32, U64
from sim.engine.arrays import where
from sim.engine.draws import Draw, key
from sim.engine.hashing import one_gumbel
from sim.market import selection
from sim.market.awards import ranked
from sim.market.odds import known_chance
from sim.market.search import SEEKERS, SeekerColumns
from sim.market.values import REGIONS, RegionValues
from sim.rules.applications import class_of_merit, is_worth_applying
from sim.rules.utility import award_at_home, position_at_home, worth, year_in_position
from sim.vocabulary import LEADING, Stage
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    from sim.engine.compiler import Bytes, Floats, Rows
    from sim.engine.layout import Record
    from sim.market.awards import Applicants
    from sim.market.institutions import Programme
    from sim.market.odds import Known
    from sim.market.offers import OfferBook
    from sim.market.values import PositionValues
    from sim.population.columns import Columns
    from sim.year import Year

_POSTDOC: Final = int(Stage.POSTDOC)


def applications_here(
    book: OfferBook,
    people: Columns,
    programmes: list[Programme],
    values: PositionValues,
    odds: Known,
    year: Year,
) -> list[Applicants]:
    """Calls of fellowships that bring foreign researchers in: candidates apply where it is worth the effort."""
    seekers, p = book.seekers, year.parameters
    outside, lists = where(seekers.candidate), []
    for programme in programmes:
        if programme.record.kind is not ProgrammeKind.FELLOWSHIP_HERE:
            continue
        fit = outside[selection.eligible(programme.record, seekers, outside, year)]
        taste = key(year.number, Draw.TASTE_AWARD, programme.word)
        income, won = F32(values.award[programme.number]), known_chance(odds, programme.record.name, p).astype(F32)
        who, worth_of, merit = _apply(seekers, values.regions, values.common, p.record, fit, income, taste, won)
        asked = who, worth_of, np.zeros(len(who), np.uint8), merit
        lists.append(ranked(programme, people, book, asked, year))
    return lists


@SEEKERS.beside(regions=REGIONS)
def _apply(
    seekers: SeekerColumns,
    regions: RegionValues,
    common: Record,
    p: Record,
    who: Rows,
    income: np.float32,
    taste: np.uint64,
    won: Floats,
) -> tuple[Rows, Floats, Bytes]:
    """Which of those eligible apply, what the award is worth to them, as a postdoc of the leading tier, and their
    class of merit.

    income: ln income of the award, in the place of a postdoc's pay. taste: key of the taste for it. won: known chance
    of winning by class of merit.
    """
    applies, value, merit = np.empty(len(who), np.bool_), np.empty(len(who), F32), np.empty(len(who), np.uint8)
    position, security = common.home[LEADING, _POSTDOC], common.security[_POSTDOC]
    least = common.least_chance[_POSTDOC]
    for j in range(len(who)):
        k = U64(who[j])
        yearly = year_in_position(position, seekers.security_value[k], security, seekers.home_amenity[k])
        with_post, without = seekers.value_with_post[k], seekers.value_without_post[k]
        life = position_at_home(yearly, p.discount, max(seekers.chance_home[k], least), with_post, without)
        life = award_at_home(
            life + (regions.move[seekers.origin[k]] - seekers.family_cost[k]),
            p.foreign_post_taste,
            income,
            common.postdoc_pay,
        )
        value[j] = worth(p.beta, life, one_gumbel(seekers.draw_key[k], taste))
        merit[j] = class_of_merit(seekers.merit[k])
        applies[j] = is_worth_applying(won[merit[j]], value[j] - seekers.value[k], common.effort)
    found = where(applies)
    return who[found], value[found], merit[found]
