"""Counts by axes that have names, read by name: `cube.where(stage=Stage.POSTDOC, young=True).total()`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from numpy.typing import NDArray

NO_YES = (False, True)
"""Labels of an axis of yes or no."""


@dataclass(frozen=True)
class Cube:
    """counts: (years, ...), one axis more for each of `axes`, which holds their labels by name, in order."""

    counts: NDArray[np.integer[Any]]
    axes: Mapping[str, tuple[Hashable, ...]]

    def where(self, **at: Hashable | tuple[Hashable, ...]) -> Cube:
        """Those at a label of an axis, which then is gone; or at any of several labels, given as a tuple.

        Raises KeyError for an unknown axis and ValueError for an unknown label.
        """
        counts: NDArray[np.integer[Any]] = self.counts
        axes = dict(self.axes)
        for name, wanted in at.items():
            labels, axis = axes[name], 1 + list(axes).index(name)
            if isinstance(wanted, tuple):
                counts = counts.take([labels.index(label) for label in wanted], axis)
                axes[name] = wanted
            else:
                counts = counts[(slice(None),) * axis + (labels.index(wanted),)]
                del axes[name]
        return Cube(counts, axes)

    def by(self, *names: str) -> NDArray[np.int64]:
        """Sums over every other axis, shape (years, ...) with the axes named, in that order. Raises KeyError."""
        order = list(self.axes)
        if unknown := set(names) - set(order):
            raise KeyError(f"no axis is called {', '.join(sorted(unknown))}; there are {', '.join(order)}.")
        keep = [1 + order.index(name) for name in names]
        sums = self.counts.sum(axis=tuple(set(range(1, self.counts.ndim)) - set(keep)), dtype=np.int64)
        return sums.transpose(0, *(1 + sorted(keep).index(axis) for axis in keep))

    def total(self) -> NDArray[np.int64]:
        """Everyone, shape (years,)."""
        return self.by()
