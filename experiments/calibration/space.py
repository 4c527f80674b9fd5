"""The space that is searched: which parameters vary in a fit, between which bounds, and designs that fill it.

`use` in `parameters.csv` says it: `calibrate` are the free parameters (at most ten), `swept` those whose range is
searched with them because history speaks about them, `RDM` those drawn over their whole range because it does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
import pandas as pd
from scipy.stats import qmc

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from sim import Parameters

FREE, SWEPT, DRAWN = "calibrate", "swept", "RDM"
MOST_FREE = 10


@dataclass(frozen=True)
class Space:
    """A box: names of the parameters, low and high, both (n,) in their own units; and how each is used."""

    names: tuple[str, ...]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    use: tuple[str, ...]

    @classmethod
    def of(cls, parameters: Parameters, also: Sequence[str] = ()) -> Self:
        """The space of a parameter file; `also` names parameters to add, as swept ones.

        Raises ValueError where more than ten parameters are free.
        """
        uses = {FREE: FREE, SWEPT: SWEPT, DRAWN: DRAWN}
        known = [
            (one, SWEPT if one.name in also else uses[one.use])
            for one in parameters.catalogue.values()
            if one.use in uses or one.name in also
        ]
        if (free := sum(use == FREE for _, use in known)) > MOST_FREE:
            raise ValueError(f"{free} parameters are free ({FREE} in parameters.csv); at most {MOST_FREE} may be.")
        return cls(
            tuple(one.name for one, _ in known),
            np.array([one.low for one, _ in known]),
            np.array([one.high for one, _ in known]),
            tuple(use for _, use in known),
        )

    def without(self, fixed: Collection[str]) -> Self:
        """The space less parameters that are fixed. Raises ValueError where no free or swept one is left."""
        left = [place for place, name in enumerate(self.names) if name not in fixed]
        use = tuple(self.use[place] for place in left)
        if not {FREE, SWEPT} & set(use):
            raise ValueError("every parameter that could be fitted is fixed; take some out of parameters.overrides.")
        return type(self)(tuple(self.names[place] for place in left), self.low[left], self.high[left], use)

    def used(self, *uses: str) -> list[str]:
        """Names of the parameters of these uses."""
        return [name for name, use in zip(self.names, self.use, strict=True) if use in uses]

    def filled(self, points: int, seed: int) -> pd.DataFrame:
        """A space-filling design (scrambled Sobol sequence, SciPy): one row a point, one column a parameter."""
        exponent = max(points - 1, 1).bit_length()  # Sobol sequences are balanced at powers of two
        unit = qmc.Sobol(len(self.names), rng=np.random.default_rng(seed)).random_base2(exponent)[:points]
        return self.scaled(unit)

    def scaled(self, unit: NDArray[np.float64]) -> pd.DataFrame:
        """Points of the unit cube, shape (points, n), in the parameters' own units."""
        return pd.DataFrame(self.low + unit * (self.high - self.low), columns=list(self.names))

    def unit(self, points: pd.DataFrame) -> NDArray[np.float64]:
        """Points in the unit cube, shape (points, n)."""
        shares: NDArray[np.float64] = (points[list(self.names)].to_numpy(float) - self.low) / (self.high - self.low)
        return shares
