"""Cells of posts: numbers for a kind of employer, a field and a rank together, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np

from sim.vocabulary import RANKS, Stage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.world.world import World


class Cells(NamedTuple):
    """The cells of posts at home in a country with so many tiers and fields."""

    tiers: int
    fields: int

    @classmethod
    def of(cls, world: World) -> Self:
        """The cells of a world."""
        return cls(len(world.tiers), len(world.fields))

    @property
    def shape(self) -> tuple[int, int, int]:
        """Tiers, fields and ranks."""
        return self.tiers, self.fields, len(RANKS)

    @property
    def number(self) -> int:
        """How many there are."""
        return self.tiers * self.fields * len(RANKS)

    @property
    def options(self) -> int:
        """Posts that a person can ask for in the own field: option = tier * len(RANKS) + rank."""
        return self.tiers * len(RANKS)

    def at(
        self, tier: NDArray[np.uint8] | int, field: NDArray[np.uint8] | int, stage: NDArray[np.uint8] | int
    ) -> NDArray[np.int64]:
        """Number of the cell of a tier, field and stage (one of RANKS)."""
        return (np.asarray(tier, np.int64) * self.fields + field) * len(RANKS) + stage - Stage.POSTDOC

    def parts(self, cells: NDArray[np.int64]) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]:
        """Tier, field and stage of cells."""
        tier, field, rank = (code.astype(np.uint8) for code in np.unravel_index(cells, self.shape))
        return tier, field, rank + np.uint8(Stage.POSTDOC)


RANK_OF = np.zeros(len(Stage), np.uint8)
"""Rank of each stage counted from 1, and 0 where there is no academic post."""
RANK_OF[list(RANKS)] = np.arange(len(RANKS)) + 1
