"""Hosts abroad: whom they reach, how they rank, and how many they take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim import kernels
from sim.engine import arrays
from sim.engine.draws import Draw, key, normal
from sim.market.matching import merit, untied

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.market.institutions import Region
    from sim.market.search import Seekers
    from sim.population.columns import Columns
    from sim.year import Year

F32 = np.float32


def reached(
    seekers: Seekers, who: NDArray[np.intp], region: NDArray[np.uint8], year: Year, *, own_money: bool = False
) -> NDArray[np.bool_]:
    """Which of the seekers get through to a host in the region: with support, own ties there, or luck (A15: no
    connections abroad), open regions sooner.
    """
    p = year.parameters
    direct = F32(p.host_reach) * year.world.by_region("openness")
    ties, unaided, draw = kernels.reach(
        who,
        region,
        seekers.ties_abroad,
        seekers.tie_region,
        seekers.draw_key,
        F32(p.reach_other_ties),
        1 - direct,
        key(year.number, Draw.HOST_REACHED),
    )
    missed = unaided * arrays.exponential(-F32(p.reach_ties) * ties)
    chance = 1 - (arrays.exponential(F32(p.own_money_reach) * arrays.logarithm(missed)) if own_money else missed)
    return draw < chance


def offers(
    people: Columns, rows: NDArray[np.intp], region: NDArray[np.uint8], regions: list[Region], year: Year
) -> NDArray[np.bool_]:
    """Which applicants receive a host-paid offer from the region they apply to.

    Ranked by merit, ties there, command of the language and noise; nobody below `host_threshold` is taken, and a region
    has only so many openings. Home budgets play no part.
    """
    p = year.parameters
    known_there = people.tie_region[rows] == region
    score = merit(people, rows, year) + F32(p.host_ties) * arrays.logarithm(1 + people.ties_abroad[rows]) * known_there
    score += F32(p.host_language) * people.language[rows]
    score += F32(p.interview_noise) * normal(people.draw_key[rows], year.number, Draw.HOST_RANKING)
    good = score >= F32(p.host_threshold)
    offered = np.zeros(len(rows), np.bool_)
    for host in regions:
        queue = arrays.where(good & (region == host.code))
        places = host.openings(year)
        if len(queue) > places:
            ranked = untied(score[queue], people.draw_key[rows[queue]])
            queue = queue[np.argsort(-ranked)[:places]]
        offered[queue] = True
    return offered
