"""Calls of programmes that bring foreign researchers in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.engine.arithmetic import F32, U64
from sim.engine.arrays import where
from sim.engine.draws import Draw, key
from sim.engine.hashing import one_gumbel
from sim.market import selection
from sim.market.offers import Choice
from sim.market.search import SEEKERS, SeekerColumns
from sim.market.values import REGIONS, RegionValues
from sim.rules.utility import award_at_home, position_at_home, worth, year_in_position
from sim.vocabulary import LEADING, Stage
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    from sim.engine.compiler import Floats, Rows
    from sim.engine.layout import Record
    from sim.market.institutions import Programme
    from sim.market.offers import OfferBook
    from sim.market.values import PositionValues
    from sim.population.columns import Columns
    from sim.year import Year

_POSTDOC: Final = int(Stage.POSTDOC)


def fellowships_here(
    book: OfferBook, people: Columns, programmes: list[Programme], values: PositionValues, year: Year
) -> None:
    """Fellowships that bring foreign researchers in: candidates apply where that beats what is at hand."""
    seekers = book.seekers
    outside = where(seekers.candidate)
    for programme in programmes:
        if programme.record.kind is not ProgrammeKind.FELLOWSHIP_HERE:
            continue
        fit = outside[selection.eligible(programme.record, seekers, outside, year)]
        taste = key(year.number, Draw.TASTE_AWARD, programme.word)
        income = F32(values.award[programme.number])
        who, worth_of = _apply(seekers, values.regions, values.common, year.parameters.record, fit, income, taste)
        won = selection.select(programme, people, seekers.row[who], year)
        year.tally.applications[programme.number] += len(who)
        year.tally.awards[programme.number] += len(won)
        home = np.zeros(len(won), np.uint8)
        book.offer(who[won], Choice.AWARD, worth_of[won], home, target=programme.number)


@SEEKERS.beside(regions=REGIONS)
def _apply(
    seekers: SeekerColumns,
    regions: RegionValues,
    common: Record,
    p: Record,
    who: Rows,
    income: np.float32,
    taste: np.uint64,
) -> tuple[Rows, Floats]:
    """Which of those eligible apply, and what the award is worth to them, as a postdoc of the leading tier.

    income: ln income of the award, in the place of a postdoc's pay. taste: key of the taste for it.
    """
    applies, value = np.empty(len(who), np.bool_), np.empty(len(who), F32)
    position, security = common.home[LEADING, _POSTDOC], common.security[_POSTDOC]
    least = common.least_chance[_POSTDOC]
    for j in range(len(who)):
        k = U64(who[j])
        yearly = year_in_position(position, seekers.security_value[k], security, seekers.home_amenity[k])
        with_post, without = seekers.value_with_post[k], seekers.value_without_post[k]
        life = position_at_home(yearly, p.discount, max(seekers.chance_home[k], least), with_post, without)
        life = award_at_home(life + regions.move[seekers.origin[k]], p.foreign_post_taste, income, common.postdoc_pay)
        value[j] = worth(p.beta, life, one_gumbel(seekers.draw_key[k], taste))
        applies[j] = value[j] > seekers.at_hand[k]
    found = where(applies)
    return who[found], value[found]
