"""Who waits for a permit or a review of the gate, and in which year it is due."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


class Asks(IntEnum):
    """What those who wait have asked for."""

    HOSTS = 0  # to leave home for a host, or for a visit
    CALLS = 1  # to leave home on an award
    RETURN = 2  # to come back: foreigners once formed here
    POSTS = 3  # to come as a candidate for a research post
    STUDY_HERE = 4  # to begin a doctorate here, as is decided
    STUDY_ABROAD = 5  # to begin one abroad, as is decided


_ROW: Final = np.dtype(
    [
        ("asks", np.uint8),
        ("draw_key", np.uint64),
        ("identity", np.int64),  # 0 of people who have a row of their own
        ("field", np.uint8),
        ("region", np.uint8),  # abroad, to or from where
        ("programme", np.int16),  # that pays a decided doctorate, -1 for none
        ("due", np.int16),  # year of the permit
    ]
)


class Waiting:
    """Those who wait, a row each; nobody waits twice for the same region at home or abroad."""

    def __init__(self, rows: NDArray[Any]) -> None:
        self.rows = rows

    @classmethod
    def none(cls) -> Self:
        """Nobody."""
        return cls(np.empty(0, _ROW))

    def copy(self) -> Self:
        """An independent copy."""
        return type(self)(self.rows.copy())

    def __len__(self) -> int:
        return len(self.rows)

    def forget(self, year: int) -> None:
        """Drop those whose permit was due before a year."""
        if len(self.rows):
            self.rows = self.rows[self.rows["due"] >= year]

    def due(self, asks: Asks, year: int) -> NDArray[Any]:
        """The rows of those who asked for this and whose permit is due in a year, in the order of their identities."""
        found = self.rows[(self.rows["due"] == year) & (self.rows["asks"] == asks)]
        ordered: NDArray[Any] = found[np.lexsort((found["draw_key"], found["identity"]))]
        return ordered

    def permitted(self, draw_key: NDArray[np.uint64], region: NDArray[np.uint8], year: int) -> NDArray[np.bool_]:
        """Whose permit for the region is due in a year, (n,)."""
        return self._known(self.rows[self.rows["due"] == year], draw_key, region)

    def add(
        self,
        asks: Asks,
        draw_key: NDArray[np.uint64],
        field: NDArray[np.uint8],
        region: NDArray[np.uint8],
        due: NDArray[np.int64],
        *,
        identity: ArrayLike = 0,
        programme: ArrayLike = -1,
    ) -> None:
        """Let people wait to the year in which their permit is due, (n,), those left out who wait for it already."""
        rows = np.zeros(len(draw_key), _ROW)
        rows["asks"], rows["draw_key"], rows["field"], rows["region"], rows["due"] = asks, draw_key, field, region, due
        rows["identity"], rows["programme"] = identity, programme
        self.rows = np.concatenate([self.rows, rows[~self._known(self.rows, draw_key, region)]])

    @staticmethod
    def _known(rows: NDArray[Any], draw_key: NDArray[np.uint64], region: NDArray[np.uint8]) -> NDArray[np.bool_]:
        found = np.zeros(len(draw_key), np.bool_)
        for place in np.unique(rows["region"]) if len(rows) else ():
            there = region == place
            found[there] = np.isin(draw_key[there], rows["draw_key"][rows["region"] == place])
        return found
