"""The calibrated ensemble: weighted parameter sets that the data do not rule out, from a country's `ensemble.csv`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Self

import numpy as np

from sim.world.country import Country
from sim.world.parameters import Parameters
from sim.world.tables import DataError, number, reader

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable
    from pathlib import Path

    from numpy.typing import NDArray

_FIRST = ("member", "weight")
_ROUNDED = 1e-4  # weights are written with a few digits


@dataclass(frozen=True)
class Ensemble:
    """Parameter sets by member number, each with its weight; what they do not name has the default of `base`.

    `weights` sums to 1: how often a member should be drawn.
    """

    base: Parameters = field(repr=False)
    weights: Mapping[int, float]
    values: Mapping[int, Mapping[str, float]] = field(repr=False)

    @classmethod
    def load(cls, path: Path | None = None, *, country: str | Path | Country | None = None) -> Self:
        """Read and check an ensemble: columns member, weight and one for each parameter.

        `country` (see `Country.load`) gives the parameters that the sets change, and the file where `path` is None.
        Raises DataError for a country that has no ensemble, a damaged file, a parameter that is unknown or out of its
        range, and weights that are not positive or do not sum to 1.
        """
        country = Country.load(country)
        return cls._read(path or country.ensemble(), Parameters.load(country))

    @classmethod
    def _read(cls, path: Traversable, base: Parameters) -> Self:
        lines = reader(path)
        names = list(lines.fieldnames or ())
        varied = names[len(_FIRST) :]
        if tuple(names[: len(_FIRST)]) != _FIRST or not varied or len(set(names)) < len(names):
            raise DataError(f"{path.name} must have the columns member, weight and then each parameter once.")
        weights: dict[int, float] = {}
        values: dict[int, dict[str, float]] = {}
        for row in lines:
            line = lines.line_num
            if None in row or None in row.values():
                raise DataError(f"{path.name} line {line}: not {len(names)} values; the file looks damaged.")
            member = _member(path, line, row["member"])
            if member in weights:
                raise DataError(f"{path.name} line {line}: member {member} is given twice; keep one.")
            weights[member] = number(path, line, row["weight"])
            if weights[member] <= 0:
                raise DataError(f"{path.name} line {line}: weight {row['weight']} is not positive; drop the member.")
            values[member] = {name: number(path, line, row[name]) for name in varied}
            try:
                base.replace(**values[member])
            except ValueError as error:
                raise DataError(f"{path.name} line {line}: {error}") from None
        total = sum(weights.values())
        if abs(total - 1) > _ROUNDED:
            raise DataError(f"{path.name}: the weights sum to {total:g}, not to 1; divide each by their sum.")
        return cls(base, {member: weight / total for member, weight in weights.items()}, values)

    def __len__(self) -> int:
        """Number of members."""
        return len(self.weights)

    def parameters(self, member: int) -> Parameters:
        """The parameters of one member, by its number in the file. Raises KeyError for a number that is not there."""
        return self.base.replace(**self.values[member])

    def drawn(self, n: int, seed: int) -> tuple[int, ...]:
        """Numbers of n members, drawn by weight and in the order of the file; the same for the same seed.

        Systematic resampling: n equally spaced points, shifted together by one uniform draw, on the line on which every
        member has a stretch as long as its weight. Member k comes floor(n w) or ceil(n w) times, which covers the
        ensemble as evenly as its weights allow (Kitagawa 1996, J. Comput. Graph. Stat. 5:1-25; Douc, Cappe & Moulines
        2005, ISPA).
        """
        members = np.fromiter(self.weights, np.int64)
        ends: NDArray[np.float64] = np.cumsum(np.fromiter(self.weights.values(), np.float64))
        points = (np.random.default_rng(seed).random() + np.arange(n)) / n
        found = np.searchsorted(ends, points, side="right").clip(max=len(members) - 1)  # the last end may round below 1
        return tuple(members[found].tolist())

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 (hex) of members, weights and values: what a run over the ensemble depends on."""
        rows = [(member, weight, sorted(self.values[member].items())) for member, weight in self.weights.items()]
        return hashlib.sha256(repr(rows).encode()).hexdigest()


def _member(path: Traversable, line: int, text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise DataError(f"{path.name} line {line}: the member {text!r} is not a whole number from 0 on.")
    return int(text)
