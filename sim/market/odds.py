"""Odds of winning: what people of a class of merit know of their chances in each call, learned from earlier calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

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
    p, scale = year.parameters, year.scale
    for programme, (places, applications, awards) in year.tally.contests.items():
        if places:
            of_all = float(awards.sum() / applications.sum()) if applications.any() else 1.0
            before = known_chance(known, programme, p)
            shown = [
                chance_shown(awards[one] / scale, applications[one] / scale, of_all, p.odds_weight)
                for one in range(CLASSES)
            ]
            known[programme] = np.array(
                [moved_towards(was, seen, p.learning) for was, seen in zip(before, shown, strict=True)]
            )
