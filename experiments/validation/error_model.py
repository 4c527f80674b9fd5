"""From the band of the model to that of an observation: what an office would have reported, were the model right.

What is observed is not what happened, and a model right about its subject still resolves it only so far (Kennedy &
O'Hagan 2001, J. R. Stat. Soc. B 63:425-464): observation = model + discrepancy + error of the observation. The
tolerance of a moment was set, before any fit, for these two together, and is read as two standard deviations, as in
the fit (experiments/calibration/matching.py; Vernon, Goldstein & Bower 2010, Bayesian Anal. 5:619-670, add the same
two variances). With y the model's value at 1:1 (bands.py), e standard normal and t the tolerance, an observation is

    y exp(e ln(1 + t) / 2)   where the tolerance is a share of the target
    y + e t / 2              where it is in the unit of the statistic

and the band of an observation lies between quantiles of that mixture over the runs. Two things keep it narrow:

- the error of a mean of years is taken for that of each of its years, as if they shared it whole (a definition, a way
  of counting); if the years erred each for itself, one of n would have sqrt(n) times the error;
- the chance of a count is in y already, as the chance that everybody simulated would have, and is not added again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr

from experiments.calibration.matching import TOLERANCE_IN_SD
from experiments.calibration.targets import statistics
from experiments.validation.bands import HIGH, LOW, quantiles
from sim import DataError
from sim.world.country import Country
from sim.world.tables import one_of, rows

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    import pandas as pd
    from numpy.typing import NDArray

    from experiments.calibration.targets import Moment

LEVELS = ("mean", "last")
"""Reductions whose tolerance is that of a level; those of a ratio or a change are not."""

COLUMNS = ("statistic", "group", "moment", "definition", "unit", "source", "grade")
_BEYOND = 9.0  # standard deviations that hold everything

type Errors = Mapping[tuple[str, str], "Error"]


@dataclass(frozen=True)
class Error:
    """What lies between the model and an observation. spread: standard deviation, of ln value where `relative`.

    most: the highest value that can be observed; none lies below zero.
    """

    spread: float
    relative: bool
    most: float = np.inf

    @classmethod
    def of(cls, moment: Moment) -> Error:
        """The error that the tolerance of a moment of a level stands for."""
        if moment.kind == "relative":
            return cls.share(moment.tolerance)
        return cls(moment.tolerance / TOLERANCE_IN_SD, relative=False, most=1.0 if _is_share(moment) else np.inf)

    @classmethod
    def share(cls, tolerance: float) -> Error:
        """The error that a tolerance as a share stands for."""
        return cls(float(np.log1p(tolerance)) / TOLERANCE_IN_SD, relative=True)

    def at(self, value: float) -> float:
        """Standard deviation in the unit of the statistic, about, for this value of the model."""
        return self.spread * abs(value) if self.relative else self.spread


def read_errors(moments: Sequence[Moment], path: Traversable | None = None) -> dict[tuple[str, str], Error]:
    """The error of every statistic and group: of its moments, the narrowest, or borrowed as the file says.

    path: the file of borrowed errors; None: the default country's.

    Raises sim.DataError, with file and line, for a statistic or a moment that is not there and for a series that has
    its own.
    """
    path = path or Country.load().targets("errors")
    known, observable = {one.moment: one for one in moments}, statistics()
    errors: dict[tuple[str, str], Error] = {}
    for one in sorted(moments, key=_share, reverse=True):  # the narrowest comes last
        if one.reduction in LEVELS:
            errors[one.statistic, one.group] = Error.of(one)
    own = set(errors)
    for line, row in rows(path, COLUMNS):
        where, key = f"{path.name} line {line}", (row["statistic"], row["group"])
        one_of(path, line, "statistic", row["statistic"], observable)
        one_of(path, line, "moment", row["moment"], known)
        if key in own:
            raise DataError(f"{where}: {key[0]} of {key[1]} has a moment of its own; take the line out.")
        if key in errors:
            raise DataError(f"{where}: {key[0]} of {key[1]} is given twice; keep one.")
        errors[key] = Error.share(_share(known[row["moment"]]))
    return errors


def check(errors: Errors, series: pd.DataFrame) -> None:
    """Raises sim.DataError where something observed has no error: nobody would know how wide its band should be."""
    for statistic, group in series[["statistic", "group"]].drop_duplicates().itertuples(index=False, name=None):
        if (statistic, group) not in errors:
            raise DataError(
                f"errors.csv: {statistic} of {group} is observed and has no moment; name the moment whose tolerance "
                "it shares."
            )


def band(
    values: NDArray[np.float64],
    weights: NDArray[np.float64],
    error: Error,
    shares: tuple[float, ...] = (LOW, HIGH),
) -> list[float]:
    """Quantiles of an observation. values: of the runs as at 1:1, (members, seeds), NaN for none; weights: (members,).

    Without any error they are those of the model.
    """
    finite = np.isfinite(values)
    if not error.spread or not finite.any():
        return quantiles(values, weights, shares)
    each = np.broadcast_to((weights / np.maximum(finite.sum(axis=1), 1))[:, None], values.shape)[finite]
    each = each / each.sum()
    with np.errstate(divide="ignore"):  # nobody is nobody, whatever the share: ln 0 lies below everything
        place = np.log(np.maximum(values[finite], 0)) if error.relative else values[finite]

    def below(at: float) -> float:
        return float(each @ ndtr((at - place) / error.spread))

    back: Callable[[float], float] = np.exp if error.relative else float
    return [float(np.clip(back(_root(below, place, error.spread, share)), 0, error.most)) for share in shares]


def _root(below: Callable[[float], float], place: NDArray[np.float64], spread: float, share: float) -> float:
    """Where this share lies below; minus infinity where more of the runs have nobody."""
    there = place[np.isfinite(place)]
    if not len(there):
        return -np.inf
    low, high = there.min() - _BEYOND * spread, there.max() + _BEYOND * spread
    return -np.inf if below(low) >= share else float(brentq(lambda at: below(at) - share, low, high))


def _share(moment: Moment) -> float:
    return moment.half_width / abs(moment.target) if moment.target else np.inf


def _is_share(moment: Moment) -> bool:
    return moment.unit.startswith("share")
