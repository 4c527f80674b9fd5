"""Winners and losers: the same people under two policies, compared by their status when the lives parted.

What counts is the yearly value of a person's present position in log income equivalents: ln income, security, autonomy,
research time and peers (`sim.market.values`), without tastes for places, so that a move abroad is no loss by itself. A
person gains or loses where it differs by more than the parameter `noticeable`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.measures.outcomes import GAINING, LOSERS, LOSING, WINNERS
from sim.vocabulary import HOME, Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from sim.market.values import PositionValues
    from sim.measures.catalogue import Measure
    from sim.population.columns import Columns
    from sim.world.parameters import Parameters
    from sim.world.world import World

_STATUS: dict[str, Callable[[Columns], NDArray[np.bool_]]] = {
    "doctoral": lambda p: (p.stage == Stage.DOCTORAL) & (p.region == HOME),
    "postdoc": lambda p: (p.stage == Stage.POSTDOC) & (p.region == HOME),
    "fixed-term": lambda p: (p.stage == Stage.FIXED_TERM) & (p.region == HOME),
    "permanent": lambda p: (p.stage == Stage.PERMANENT) & (p.region == HOME),
    "between posts": lambda p: (p.stage == Stage.UNPLACED) & (p.region == HOME),
    "abroad": lambda p: (p.region != HOME) & (p.origin == HOME),
    "industry": lambda p: (p.stage == Stage.INDUSTRY) & (p.region == HOME),
    "with overseas experience": lambda p: (p.region == HOME) & (p.years_abroad >= 1) & (p.stage < Stage.PERMANENT),
    "without overseas experience": lambda p: (p.region == HOME) & (p.years_abroad < 1) & (p.stage < Stage.PERMANENT),
    "women": lambda p: p.sex == 0,
    "men": lambda p: p.sex == 1,
    "home": lambda p: p.origin == HOME,
    "foreign": lambda p: p.origin != HOME,
}
"""Groups by what people were when the lives parted; those by overseas experience hold people below a permanent post."""
FIELD, TIER = "field: ", "employer: "
"""What the names of groups by field of research, and by kind of the last employer at home, begin with."""


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
    fork: Columns,
    mine: tuple[Columns, PositionValues],
    theirs: tuple[Columns, PositionValues],
    p: Parameters,
    world: World,
) -> Iterator[tuple[Measure, str, NDArray[np.float64]]]:
    """Rows (measure, group, values of shape (1,)): how many people in research at the fork gain and lose, and shares.

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
    for group, inside in _groups(fork, alive, world):
        size = int(inside.sum())
        if size:
            for share, persons, those in ((WINNERS, GAINING, gains), (LOSERS, LOSING, loses)):
                count = np.count_nonzero(those & inside)
                yield share, group, np.array([count / size])
                yield persons, group, np.array([float(count)])


def _groups(fork: Columns, alive: NDArray[np.intp], world: World) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Every group with who of those alive is in it."""
    yield "all", np.ones(len(alive), np.bool_)
    for name, member in _STATUS.items():
        yield name, member(fork)[alive]
    for code, name in enumerate(world.fields):
        yield FIELD + name, (fork.field == code)[alive]
    employed = (fork.region == HOME) & (fork.stage >= Stage.POSTDOC) & (fork.stage <= Stage.PERMANENT)
    for code, name in enumerate(world.tiers):
        yield TIER + name, ((fork.tier == code) & employed)[alive]
