"""Odds of winning: what people of a class of merit know of their chances in each call, learned from earlier calls."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sim.rules.applications import CLASSES, chance_shown
from sim.rules.beliefs import moved_towards

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.agents.calls import Call
    from sim.agents.year import Year
    from sim.world.parameters import Parameters


class Odds:
    """known: by programme, the known chance of winning of each class of merit."""

    def __init__(self, known: Mapping[str, Sequence[float]]) -> None:
        self.known = {name: list(chances) for name, chances in known.items()}

    def chance(self, programme: str, merit: int, p: Parameters) -> float:
        """Known chance of winning of a class of merit; of a call without a past, the same for everybody."""
        return self.known[programme][merit] if programme in self.known else p.first_odds

    def mean(self, programme: str, p: Parameters) -> float:
        """Known chance of winning, mean of the classes of merit."""
        return sum(self.chance(programme, merit, p) for merit in range(CLASSES)) / CLASSES

    def take_in(self, calls: list[Call], year: Year) -> None:
        """Who was offered a place and who applied becomes known by class of merit.

        A call with places that nobody applied to shows that anybody would have won, a year without one shows nothing.
        """
        p = year.parameters
        for call in calls:
            if not call.places:
                continue
            name, asked = call.programme.record.name, call.asked
            of_all = len(asked) / len(call.queue) if call.queue else 1.0
            offered, applied = (Counter(one.merit for one in some) for some in (asked, call.queue))
            moved = []
            for merit in range(CLASSES):
                seen = offered[merit] / year.scale, applied[merit] / year.scale
                shown = chance_shown(*seen, of_all, p.odds_weight)
                moved.append(float(moved_towards(self.chance(name, merit, p), shown, p.learning)))
            self.known[name] = moved
