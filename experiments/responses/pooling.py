"""Responses of each parameter set, with its seeds put together; and their spread over the sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.responses.evidence import A_POINT, ELASTICITY, LOG_RATIO, OF, PER, SHARE

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from experiments.responses.shocks import Shock

    type Floats = NDArray[np.float64]
    type Measure = Callable[[Floats], float]

BAND = (0.05, 0.95)
"""Quantiles over parameter sets that a band runs between."""
_WIDE = 1.645  # half of the width of a normal band of 90 %, in standard deviations


def response(unit: str, shock: Shock) -> Measure:
    """How a response in a unit is made of sums over seeds: reference, shocked, and the same of what it is divided by.

    NaN where a count is empty, and where what it is divided by has not changed.
    """

    def logs(sums: Floats) -> float:
        return float(np.log(sums[1] / sums[0])) if sums[0] > 0 and sums[1] > 0 else np.nan

    def per(sums: Floats) -> float:
        added = sums[3] - sums[2]
        return float((sums[1] - sums[0]) / added) if added > 0 else np.nan

    def share(sums: Floats) -> float:
        reference, shocked = (sums[at] / sums[at + 2] if sums[at + 2] > 0 else np.nan for at in (0, 1))
        return float(100 * (shocked - reference) / shock.size)

    if unit == SHARE:
        return share
    if unit == ELASTICITY:
        return lambda sums: logs(sums) / shock.log_size
    if unit == A_POINT:
        return lambda sums: 100 * logs(sums) / shock.size
    if unit == LOG_RATIO:
        return logs
    return per


def counts(pieces: pd.DataFrame, shock: str, outcome: str, group: str, horizon: int, unit: str) -> pd.DataFrame:
    """What a response is made of: a row a replicate, by member, with reference and shocked counts; where the unit is
    one of `PER` or `OF`, with those of what it is divided by.
    """
    divisor = {**PER, **OF}.get(unit)
    wanted = [(outcome, group), *([divisor] if divisor else [])]
    tables = []
    for one, many in wanted:
        chosen = pieces["shock"].eq(shock) & pieces["horizon"].eq(horizon)
        chosen &= pieces["outcome"].eq(one) & pieces["group"].eq(many)
        tables.append(pieces[chosen].set_index(["member", "replicate"])[["reference", "shocked"]])
    return pd.concat(tables, axis=1)


def by_set(counted: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """The response of every parameter set, and the variance of it by chance, from leaving out one seed at a time.

    Columns response and chance, index member; chance is NaN for a set with one seed (jackknife: Efron & Stein 1981).
    """
    found = {}
    for member, mine in counted.groupby(level="member"):
        numbers = mine.to_numpy(np.float64)
        whole, n = numbers.sum(axis=0), len(numbers)
        without = np.array([measure(whole - one) for one in numbers]) if n > 1 else np.array([np.nan])
        found[member] = measure(whole), (n - 1) / n * float(((without - without.mean()) ** 2).sum())
    return pd.DataFrame.from_dict(found, orient="index", columns=["response", "chance"])


def spread(sets: pd.DataFrame) -> dict[str, float]:
    """Median and band of the response over sets that have one, and half the band that chance alone would give."""
    known = sets.dropna(subset="response")
    if known.empty:
        return dict.fromkeys(("response", "low", "high", "chance"), np.nan)
    low, middle, high = known["response"].quantile([BAND[0], 0.5, BAND[1]])
    chance = _WIDE * float(np.sqrt(known["chance"].mean()))
    return {"response": float(middle), "low": float(low), "high": float(high), "chance": chance}
