"""Odds of winning: what people of a class of merit know of their chances in each call, learned from earlier calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine.compiler import compiled
from sim.rules.applications import CLASSES, chance_shown
from sim.rules.beliefs import moved_towards

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from sim.world.parameters import Parameters
    from sim.year import Year

Known = dict[str, "NDArray[np.float64]"]
"""By programme: known chance of winning by class of merit, (CLASSES,)."""


def known_chance(known: Mapping[str, NDArray[np.float64]], programme: str, p: Parameters) -> NDArray[np.float64]:
    """Known chance of winning by class of merit, (CLASSES,); of a call without a past, `first_odds` for everybody."""
    return known[programme] if programme in known else np.full(CLASSES, p.first_odds)


def learn(known: Known, year: Year) -> None:
    """Take in what the year's calls showed. Who won and who applied becomes known by class; a call with places that
    nobody applied to shows that anybody would have won, and a year without a call shows nothing.
    """
    p = year.parameters
    for programme, (places, applications, awards) in year.tally.contests.items():
        if places:
            before = known_chance(known, programme, p)
            known[programme] = _learned(before, applications, awards, year.scale, p.odds_weight, p.learning)


@compiled
def _learned(
    before: NDArray[np.float64],
    applications: NDArray[np.int64],
    awards: NDArray[np.int64],
    scale: float,
    weight: float,
    pace: float,
) -> NDArray[np.float64]:
    """Known chances of winning after a call, by class of merit, (CLASSES,) as all the others."""
    asked, won, learned = applications.sum(), awards.sum(), np.empty(CLASSES)
    of_all = won / asked if asked else 1.0
    for one in range(CLASSES):
        shown = chance_shown(awards[one] / scale, applications[one] / scale, of_all, weight)
        learned[one] = moved_towards(before[one], shown, pace)
    return learned
