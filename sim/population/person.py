"""One person of the population, to read and to follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, Self

import numpy as np

from sim.population.chronicle import whereabouts
from sim.population.columns import COLUMN, Columns, fitting, unknown
from sim.vocabulary import Mode, Stage

if TYPE_CHECKING:
    import pandas as pd

    from sim.population.chronicle import Chronicle
    from sim.world.world import Names

_CALLING = {
    Stage.DOCTORAL: "doctoral student",
    Stage.FIXED_TERM: "fixed-term researcher",
    Stage.TENURE_TRACK: "tenure-track researcher",
    Stage.PERMANENT: "permanent researcher",
    Stage.INDUSTRY: "researcher in industry",
    Stage.UNPLACED: "between posts",
    Stage.LEFT: "out of research",
}


class Population(Protocol):
    """What a person is read from; `sim.population.researchers.Researchers` is one."""

    columns: Columns
    names: Names
    chronicle: Chronicle | None
    whole: Self

    @property
    def year(self) -> int:
        """The model's year."""

    def readable(self, name: str, value: Any) -> Any:  # noqa: ANN401
        """A column's value in words."""

    def coded(self, name: str, value: Any) -> Any:  # noqa: ANN401
        """A column's value from words."""


class Researcher:
    """One person: reads and writes the columns by attribute, codes as enums; regions, fields and tiers as names.

    The view holds the identity, not the row, so it stays right when others leave. Once the person has left the model
    every attribute raises LookupError; `present` tells.
    """

    __slots__ = ("_among", "_identity", "_row", "_version")

    def __init__(self, among: Population, identity: int, row: int) -> None:
        self._among, self._identity, self._row, self._version = among.whole, identity, row, among.columns.version

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  a column's value
        if name not in COLUMN:
            raise AttributeError(unknown(name))
        return self._among.readable(name, self._among.columns[name][self.row])

    def __setattr__(self, name: str, value: object) -> None:
        if name in self.__slots__:
            object.__setattr__(self, name, value)
        elif name == "identity":
            raise AttributeError("a person's identity never changes.")
        elif name in COLUMN:
            self._among.columns[name][self.row] = fitting(name, self._among.coded(name, value))
        else:
            raise AttributeError(unknown(name))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Researcher) and self.identity == other.identity and self.columns is other.columns

    def __hash__(self) -> int:
        return hash(self.identity)

    def __repr__(self) -> str:
        if not self.present:
            return f"Researcher {self.identity}: no longer in the model"
        calling = _CALLING.get(self.stage, self.stage.label)
        names, region, field, tier = (
            self._among.names,
            *(self.columns[x][self.row] for x in ("region", "field", "tier")),
        )
        place = whereabouts(int(region), names.regions)
        parts = [self.sex.label, str(self.age), f"{calling} in {names.fields_in_words[field]} {place}"]
        if self.mode is not Mode.NONE:
            parts.append(f"abroad by {self.mode.label}" + (", home post kept" if self.post_kept else ""))
        if tier < len(names.tiers) - 1:
            parts.append(names.tiers[tier])
        if self.contract_end:
            parts.append(f"contract to {self.contract_end}")
        return f"Researcher {self.identity}: {', '.join(parts)}"

    @property
    def identity(self) -> int:
        """Who the person is, the same under every policy."""
        return self._identity

    @property
    def columns(self) -> Columns:
        """The columns this person is a row of."""
        return self._among.columns

    @property
    def unique_id(self) -> int:
        """Mesa's name for the identity."""
        return self.identity

    @property
    def present(self) -> bool:
        """Whether the person is still in the model."""
        columns = self.columns
        if self._version != columns.version:
            self._row = int(columns.rows(np.array([self.identity]))[0])
            self._version = columns.version
        return self._row >= 0

    @property
    def row(self) -> int:
        """The person's present row. Raises LookupError once the person has left the model."""
        if not self.present:
            raise LookupError(f"researcher {self.identity} is no longer in the model.")
        return self._row

    @property
    def age(self) -> int:
        """Age in years at the end of the model's year."""
        return self._among.year - int(self.columns.birth_year[self.row])

    def life(self) -> str:
        """The recorded life, one event a line; it can be told after the person has left, too."""
        if self._among.chronicle is None or not self._among.chronicle.enabled:
            return "No chronicle was kept: build the model with chronicle=True to record lives."
        return "\n".join([repr(self), *self._among.chronicle.of(self.identity)])

    def offers(self, year: int) -> pd.DataFrame:
        """What the person could choose from in a year, one row an option: what it was worth by term of the utility,
        which one was chosen and why; no row in a year without a look around.

        Columns: option, region, detail, the terms and worth in log annual income, chosen, why. Raises LookupError where
        the offers were not kept: build the model with chronicle=True, or chronicle=[identities].
        """
        if self._among.chronicle is None:
            raise LookupError("no chronicle was kept: build the model with chronicle=True to keep offers.")
        return self._among.chronicle.offers_of(self.identity, year)
