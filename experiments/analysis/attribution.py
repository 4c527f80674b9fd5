"""Which parameters make the range of an effect wide: a small regression over the sets, judged on sets it has not seen.

With some forty sets and dozens of parameters, any of them looks important somewhere. So the strongest few are chosen
anew without each part of the sets, and what they foretell of that part is the only thing that counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

STRONGEST = 3
"""Parameters that a regression holds."""
TOLD = 0.25
"""Share of the variance between sets that must be foretold before parameters are named."""
_PARTS = 10


@dataclass(frozen=True)
class Attribution:
    """share: of the variance between sets that the parameters foretell, cross-validated (below 0: worse than the mean).

    parameters: the strongest over all sets, in order; empty where share is below `TOLD`, as they cannot be told apart.
    """

    share: float
    parameters: Sequence[str]
    sets: int


def attributed(effect: Mapping[int, float], values: Mapping[int, Mapping[str, float]]) -> Attribution:
    """The parameters behind an effect's spread. effect: by parameter set; values: of every set, by parameter.

    Parameters are taken by their ranks. Fewer than twenty sets are too few to say anything: share is NaN then.
    """
    members = [member for member in effect if effect[member] == effect[member]]
    names = sorted({name for member in members for name in values[member]})
    y = np.array([effect[member] for member in members])
    if len(members) < 2 * _PARTS or not names or np.ptp(y) == 0:
        return Attribution(float("nan"), (), len(members))
    x = _ranks(np.array([[values[member][name] for name in names] for member in members]))
    share = cross_validated(x, y)
    order = _strongest(x, y) if share >= TOLD else []
    return Attribution(share, [names[column] for column in order], len(members))


def cross_validated(x: Floats, y: Floats) -> float:
    """The share of the variance of y, (sets,), that its strongest columns of x, (sets, parameters), foretell.

    Every tenth set is left out in turn: which columns are strongest, and by how much, is found without it.
    """
    foretold = np.empty_like(y)
    for part in range(_PARTS):
        out = np.arange(len(y)) % _PARTS == part
        columns = _strongest(x[~out], y[~out])
        known = np.column_stack([np.ones((~out).sum()), x[~out][:, columns]])
        slopes = np.linalg.lstsq(known, y[~out], rcond=None)[0]
        foretold[out] = np.column_stack([np.ones(out.sum()), x[out][:, columns]]) @ slopes
    return float(1 - np.sum((y - foretold) ** 2) / np.sum((y - y.mean()) ** 2))


def _strongest(x: Floats, y: Floats) -> list[int]:
    """Columns taken one by one, each the one most correlated with what the earlier ones leave."""
    rest, taken = y - y.mean(), list[int]()
    for _ in range(min(STRONGEST, x.shape[1])):
        centred = x - x.mean(axis=0)
        spread = np.sqrt((centred**2).sum(axis=0))
        with np.errstate(divide="ignore", invalid="ignore"):
            strength = np.nan_to_num(np.abs(centred.T @ rest) / spread)
        strength[taken] = -1
        taken.append(int(strength.argmax()))
        known = np.column_stack([np.ones(len(y)), x[:, taken]])
        rest = y - known @ np.linalg.lstsq(known, y, rcond=None)[0]
    return taken


def _ranks(x: Floats) -> Floats:
    """Every column as ranks between -1 and 1; equal values keep one rank."""
    ordered = np.sort(x, axis=0)
    places = np.column_stack([np.searchsorted(ordered[:, column], x[:, column]) for column in range(x.shape[1])])
    return 2 * places / max(len(x) - 1, 1) - 1
