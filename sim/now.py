"""The present year, as every room of the model sees it: the world's tables, the levers in force, and what happens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sim.chronicle import Chronicle
    from sim.flows import Flows
    from sim.parameters import Parameters
    from sim.world import World


@dataclass(frozen=True)
class Now:
    """The year under way. `scale` is simulated over real persons; `block` the rows worked on at once."""

    year: int
    world: World
    parameters: Parameters
    levers: Mapping[str, float]
    seed: int
    scale: float
    block: int
    flows: Flows
    chronicle: Chronicle

    def blocks(self, length: int) -> Iterator[slice]:
        """Slices that cover a column, small enough for a processor's cache."""
        for start in range(0, length, self.block):
            yield slice(start, min(start + self.block, length))

    def driver(self, series: str) -> float:
        """A driver of the home country this year."""
        return self.world.driver(series, self.year)
