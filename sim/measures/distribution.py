"""Winners and losers: the same people under two policies, compared by their status when the lives parted.

What counts is the yearly value of a person's present position in log income equivalents: ln income, security, autonomy,
research time and peers (`sim.market.values`), without tastes for places, so that a move abroad is no loss by itself. A
person gains or loses where it differs by more than the parameter `noticeable`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.measures.outcomes import LOSERS, WINNERS
from sim.vocabulary import HOME, Stage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from sim.market.values import PositionValues
    from sim.measures.catalogue import Measure
    from sim.population.columns import Columns
    from sim.world.parameters import Parameters

_BASE = {
    "doctoral": lambda p: (p.stage == Stage.DOCTORAL) & (p.region == HOME),
    "postdoc": lambda p: (p.stage == Stage.POSTDOC) & (p.region == HOME),
    "fixed-term": lambda p: (p.stage == Stage.FIXED_TERM) & (p.region == HOME),
    "permanent": lambda p: (p.stage == Stage.PERMANENT) & (p.region == HOME),
    "between posts": lambda p: (p.stage == Stage.UNPLACED) & (p.region == HOME),
    "abroad": lambda p: (p.region != HOME) & (p.origin == HOME),
    "with overseas experience": lambda p: (p.region == HOME) & (p.years_abroad >= 1) & (p.stage < Stage.PERMANENT),
    "without overseas experience": lambda p: (p.region == HOME) & (p.years_abroad < 1) & (p.stage < Stage.PERMANENT),
    "women": lambda p: p.sex == 0,
    "men": lambda p: p.sex == 1,
    "foreign": lambda p: p.origin != HOME,
}


def position_value(people: Columns, t: PositionValues, p: Parameters) -> NDArray[np.float32]:
    """The yearly value of everyone's present position, shape (n,), log income; stipends and awards count as what they
    pay.
    """
    stage = people.stage
    value = t.home[people.tier, stage] + np.float32(p.security_fixed) * t.security[stage]
    drawn = np.flatnonzero(people.stipend)
    value[drawn] += t.stipend[people.stipend[drawn] - 1] - t.pay[Stage.DOCTORAL]
    away = np.flatnonzero((people.region != HOME) & ~people.post_kept & (stage != Stage.LEFT))
    region, settled = people.region[away], stage[away] == Stage.PERMANENT
    abroad = np.where(settled, t.regions.lasting[region] + np.float32(p.security_fixed), t.regions.contract[region])
    student = (stage[away] == Stage.DOCTORAL) & (people.programme[away] < 0)
    abroad[student] += np.float32(np.log(p.student_pay))
    fellow = np.flatnonzero(people.programme[away] >= 0)
    abroad[fellow] += t.award[people.programme[away[fellow]]] - t.regions.pay_abroad[region[fellow]]
    value[away] = abroad
    return value


def compare(
    fork: Columns, mine: tuple[Columns, PositionValues], theirs: tuple[Columns, PositionValues], p: Parameters
) -> Iterator[tuple[Measure, str, NDArray[np.float64]]]:
    """Rows (measure, group, values of shape (1,)): shares of the people in research at the fork who gain, and lose.

    fork: the people when the two lives parted. mine, theirs: the same people now, and what positions are worth there. A
    person who has left the model in both lives has not changed; one who has left it in one life has a job outside
    research in that life.
    """
    alive = np.flatnonzero((fork.stage != Stage.LEFT) & ~fork.candidate)
    who = fork.identity[alive]
    values = []
    for people, t in (mine, theirs):
        rows = people.rows(who)
        outside = float(t.home[-1, Stage.LEFT] + np.float32(p.security_fixed) * t.security[Stage.LEFT])
        found = np.full(len(who), outside, np.float32)
        found[rows >= 0] = position_value(people, t, p)[rows[rows >= 0]]
        values.append(found)
    change = values[0] - values[1]
    gains, loses = change > p.noticeable, change < -p.noticeable
    for group, member in (("all", None), *_BASE.items()):
        inside = np.ones(len(alive), np.bool_) if member is None else member(fork)[alive]
        size = int(inside.sum())
        if size:
            for measure, those in ((WINNERS, gains), (LOSERS, loses)):
                yield measure, group, np.array([np.count_nonzero(those & inside) / size])
