"""The present year, as every room of the model sees it: the world's tables, the levers in force, and what happens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.chronicle import Chronicle
    from sim.flows import Flows
    from sim.parameters import Parameters
    from sim.world import World


@dataclass(frozen=True)
class Now:
    """The year under way. `scale` is simulated over real persons."""

    year: int
    world: World
    parameters: Parameters
    levers: Mapping[str, float]
    seed: int
    scale: float
    flows: Flows
    chronicle: Chronicle

    def driver(self, series: str) -> float:
        """A driver of the home country this year."""
        return self.world.driver(series, self.year)
