"""The box of all parameters, Morris's ways through it, and the measures of what comes out.

A way (trajectory) starts at a random point of a grid and changes one parameter after the other, each once (Morris 1991,
Technometrics 33:161). What a change does to an answer, over the share of the range that it covered, is an elementary
effect; mu* is the mean of their sizes, sigma their standard deviation (Campolongo, Cariboni & Saltelli 2007, Environ.
Model. Softw. 22:1509). SALib draws the ways and computes the measures.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from sim import Parameters

LEVER = "lever"
"""Use of a parameter that is where a lever begins: what a policy sets is no assumption."""

MEASURES = ("mu", "mu_star", "mu_star_conf", "sigma")


@dataclass(frozen=True)
class Box:
    """Every parameter that could have another value: names, uses, low and high, (n,), in their own units."""

    names: tuple[str, ...]
    use: tuple[str, ...]
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    @classmethod
    def of(cls, parameters: Parameters, fixed: Collection[str]) -> Self:
        """All parameters with a range but those that are fixed and those where levers begin.

        Raises ValueError where fewer than two are left.
        """
        known = [
            (name, one)
            for name, one in parameters.catalogue.items()
            if one.low < one.high and one.use != LEVER and name not in fixed
        ]
        if len(known) < 2:
            raise ValueError("fewer than two parameters are free to vary; take some out of parameters.overrides.")
        return cls(
            tuple(name for name, _ in known),
            tuple(one.use for _, one in known),
            np.array([one.low for _, one in known]),
            np.array([one.high for _, one in known]),
        )

    @property
    def problem(self) -> dict[str, Any]:
        """As SALib reads it."""
        bounds = np.column_stack([self.low, self.high]).tolist()
        return {"num_vars": len(self.names), "names": list(self.names), "bounds": bounds}

    def ways(self, number: int, levels: int, seed: int) -> NDArray[np.float64]:
        """So many ways through the box, (number, n + 1, n), in the parameters' own units."""
        from SALib.sample import morris

        points = np.asarray(morris.sample(self.problem, number, num_levels=levels, seed=seed), dtype=np.float64)
        within = np.clip(points, self.low, self.high)  # the last bit of an end may lie outside
        return within.reshape(number, len(self.names) + 1, len(self.names))


def measured(box: Box, ways: NDArray[np.float64], answers: pd.DataFrame, levels: int, seed: int) -> pd.DataFrame:
    """Morris's measures. answers: one row a point of the ways, in their order, one column an answer.

    Returns one row an answer and parameter, strongest first: answer, parameter, use, the MEASURES, each in the unit of
    the answer for the parameter moved over its whole range, and rank. Raises ValueError for fewer than two ways.
    """
    if len(ways) < 2:
        raise ValueError("measures need two ways through the box or more.")
    from SALib.analyze import morris

    points, tables = ways.reshape(-1, len(box.names)), []
    for answer in map(str, answers.columns):
        values = answers[answer].to_numpy(float)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # an answer that nothing moves
            found = morris.analyze(box.problem, points, values, num_levels=levels, seed=seed)
        table = pd.DataFrame({name: np.asarray(found[name], float) for name in MEASURES})
        table.insert(0, "use", box.use)
        table.insert(0, "parameter", box.names)
        table.insert(0, "answer", answer)
        table = table.sort_values("mu_star", ascending=False, kind="stable", ignore_index=True)
        tables.append(table.assign(rank=np.arange(1, len(table) + 1)))
    return pd.concat(tables, ignore_index=True)
