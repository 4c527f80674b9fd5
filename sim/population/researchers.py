"""Researchers as a Mesa agent set over columns: whole-array operations, and one person at a time."""

from __future__ import annotations

from collections import defaultdict
from difflib import get_close_matches
from math import ceil
from random import Random
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np

from sim.framework import AbstractAgentSet, GroupBy
from sim.population.chronicle import labelled
from sim.population.columns import COLUMN, FIELD, REGION, SCHEMA, TIER, Columns, fitting, unknown
from sim.population.person import Researcher

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from sim.population.chronicle import Chronicle
    from sim.world.world import Names


class Groups(GroupBy):  # type: ignore[misc]  # mesa is untyped
    """Mesa's GroupBy, with `agg` on whole columns."""

    def agg(self, attr_name: str, func: Callable[..., Any]) -> dict[Any, Any]:
        """The function of the column, for every group."""
        return {
            name: group.agg(attr_name, func)
            if isinstance(group, Researchers)
            else func([getattr(person, attr_name) for person in group])
            for name, group in self.groups.items()
        }


class Researchers(AbstractAgentSet):  # type: ignore[misc]  # mesa is untyped
    """The whole population, or a selection of it, in Mesa's agent-set interface.

    A selection is an ordered set of people, not of rows: it stays right when the population is compacted, and whoever
    left the model drops out of it. The population itself changes only through the model. `get` and `agg` give a coded
    column as codes, which compare equal to the enums; `groupby`, a Researcher and `to_frame` give words.
    """

    def __init__(
        self,
        columns: Columns,
        names: Names,
        *,
        year: int = 0,
        chronicle: Chronicle | None = None,
        random: Random | None = None,
        rows: NDArray[np.intp] | None = None,
        whole: Researchers | None = None,
    ) -> None:
        self.columns = columns
        self.names = names
        self.chronicle = chronicle
        self.random = random or Random(0)  # noqa: S311  orders people for the user, never for the model
        self.whole: Researchers = self if whole is None else whole
        self._year = year
        self._rows = rows
        self._version = columns.version
        self._identities = None if rows is None else columns.identity[rows]

    # --- who is in it

    @property
    def year(self) -> int:
        """The model's year, for ages; the model sets it."""
        return self.whole._year  # noqa: SLF001

    @year.setter
    def year(self, year: int) -> None:
        self.whole._year = year  # noqa: SLF001

    @property
    def rows(self) -> NDArray[np.intp]:
        """The present rows of these people, in order."""
        if self._rows is None or self._identities is None:
            return np.arange(len(self.columns))
        if self._version != self.columns.version:
            rows = self.columns.rows(self._identities)
            self._rows, self._identities = rows[rows >= 0], self._identities[rows >= 0]
            self._version = self.columns.version
        return self._rows

    def __len__(self) -> int:
        return len(self.columns) if self._rows is None else len(self.rows)

    def __iter__(self) -> Iterator[Researcher]:
        rows = self.rows
        for identity, row in zip(self.columns.identity[rows].tolist(), rows.tolist(), strict=True):
            yield Researcher(self, identity, row)

    def __contains__(self, person: object) -> bool:
        if not isinstance(person, Researcher) or person.columns is not self.columns or not person.present:
            return False
        return self._rows is None or bool((self.rows == person.row).any())

    def __getitem__(self, item: int | slice) -> Any:  # noqa: ANN401  a Researcher for an int, Researchers for a slice
        rows = self.rows[item]
        if isinstance(item, slice):
            return self._selection(rows)
        return Researcher(self, int(self.columns.identity[rows]), int(rows))

    def person(self, identity: int) -> Researcher:
        """The person with this identity. Raises KeyError if nobody here has it."""
        row = int(self.columns.rows(np.array([identity]))[0])
        person = Researcher(self, identity, row)
        if row < 0 or person not in self:
            raise KeyError(f"nobody with identity {identity} is among these {len(self):,} researchers.")
        return person

    def to_list(self) -> list[Researcher]:
        """Everyone, as views."""
        return list(self)

    def copy(self) -> Self:
        """A selection of the same people."""
        return self._selection(self.rows)

    __copy__ = copy

    def __repr__(self) -> str:
        kind = "population" if self._rows is None else "selection"
        return f"<Researchers: {kind} of {len(self):,}>"

    # --- selections

    def select(
        self,
        filter_func: Callable[[Researcher], bool] | NDArray[np.bool_] | None = None,
        at_most: int | float = float("inf"),
        inplace: bool = False,  # noqa: FBT001, FBT002, RUF100  Mesa's signature
        agent_type: type | None = None,
        **equal: object,
    ) -> Self:
        """Those who pass a function or boolean mask and equal every keyword, e.g. `stage=Stage.POSTDOC, region="US"`.

        A tuple, list or set as keyword value means any of them. `at_most` is a number, or a fraction if a float <= 1.
        """
        rows = self.rows
        passes = np.full(len(rows), agent_type is None or issubclass(Researcher, agent_type))
        if callable(filter_func):
            passes &= np.fromiter((bool(filter_func(person)) for person in self), np.bool_, len(rows))
        elif filter_func is not None:
            mask = np.asarray(filter_func)
            if mask.dtype != np.bool_ or mask.shape != passes.shape:
                raise ValueError(
                    f"a mask must be boolean, one value for each of {len(rows)}; got {mask.dtype} {mask.shape}."
                )
            passes &= mask
        for name, value in equal.items():
            if isinstance(value, tuple | list | set | frozenset):
                passes &= np.isin(self.get(name), [self.coded(name, one) for one in value])
            else:
                passes &= self.get(name) == self.coded(name, value)
        limit = int(len(rows) * at_most) if isinstance(at_most, float) and at_most <= 1 else at_most
        chosen = rows[passes]
        return self._become(chosen if limit >= len(chosen) else chosen[: ceil(limit)], inplace=inplace)

    def groupby(
        self, by: Callable[[Researcher], Any] | str, result_type: Literal["agentset", "list"] = "agentset"
    ) -> Groups:
        """Groups by column name (at array speed) or by a function of each person, in order of first appearance."""
        rows = self.rows
        pieces: dict[Any, NDArray[np.intp]] = {}
        if isinstance(by, str):
            values, first, group = np.unique(self.get(by), return_index=True, return_inverse=True)
            ends = np.bincount(group, minlength=len(values)).cumsum()[:-1]
            parts = np.split(rows[np.argsort(group, kind="stable")], ends) if len(rows) else []
            pieces = {self.readable(by, values[j]): parts[j] for j in np.argsort(first)}
        else:
            places: dict[Any, list[int]] = defaultdict(list)
            for place, person in enumerate(self):
                places[by(person)].append(place)
            pieces = {key: rows[members] for key, members in places.items()}
        groups = {key: self._selection(members) for key, members in pieces.items()}
        return Groups(groups if result_type == "agentset" else {key: list(group) for key, group in groups.items()})

    def shuffle(self, inplace: bool = False) -> Self:  # noqa: FBT001, FBT002, RUF100
        """The same people in random order (the order Mesa's own set would take from the same `random`)."""
        order = list(range(len(self)))
        self.random.shuffle(order)
        return self._become(self.rows[order], inplace=inplace)

    def sort(
        self,
        key: Callable[[Researcher], Any] | str,
        ascending: bool = False,  # noqa: FBT001, FBT002, RUF100
        inplace: bool = False,  # noqa: FBT001, FBT002, RUF100
    ) -> Self:
        """The same people by a column or a function, highest first unless ascending; equals keep their order."""
        if isinstance(key, str):
            values = self.get(key)
            order = np.argsort(values, kind="stable")
            if not ascending:
                order = len(values) - 1 - np.argsort(values[::-1], kind="stable")[::-1]
        else:
            keys = [key(person) for person in self]
            order = np.array(sorted(range(len(keys)), key=keys.__getitem__, reverse=not ascending), dtype=np.intp)
        return self._become(self.rows[order], inplace=inplace)

    def __and__(self, other: Iterable[Researcher]) -> Self:
        return self._selection(self.rows[np.isin(self.rows, self._rows_among(other))])

    def __sub__(self, other: Iterable[Researcher]) -> Self:
        return self._selection(self.rows[~np.isin(self.rows, self._rows_among(other))])

    def __or__(self, other: Iterable[Researcher]) -> Self:
        both = np.concatenate([self.rows, self._rows_among(other)])
        return self._selection(both[np.sort(np.unique(both, return_index=True)[1])])

    def __xor__(self, other: Iterable[Researcher]) -> Self:
        others = self._selection(self._rows_among(other))
        return (self - others) | (others - self)

    # --- values

    def get(
        self,
        attr_names: str | list[str],
        handle_missing: Literal["error", "default"] = "error",
        default_value: Any = None,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401  an array for one name, rows of values for a list, as in Mesa
        """A column's values as a new array, codes as codes; for a list of names, one list of values per person."""
        if not isinstance(attr_names, str):
            values = [self.get(name, handle_missing, default_value).tolist() for name in attr_names]
            return [list(row) for row in zip(*values, strict=True)] if values else [[] for _ in range(len(self))]
        if handle_missing not in {"error", "default"}:
            raise ValueError(f"handle_missing must be 'error' or 'default', not {handle_missing!r}.")
        if attr_names in COLUMN:
            return self.columns[attr_names][self.rows]
        if handle_missing == "default":
            return np.full(len(self), default_value)
        raise AttributeError(unknown(attr_names))

    def set(self, attr_name: str, value: ArrayLike) -> Self:
        """Write one value for all or one each; coded columns also take labels. Returns self."""
        if attr_name not in COLUMN:
            raise AttributeError(unknown(attr_name))
        self.columns[attr_name][self.rows] = fitting(attr_name, self.coded(attr_name, value))
        return self

    def to_frame(self, columns: Iterable[str] | None = None) -> pd.DataFrame:
        """A table of these people, one row each; coded columns as categories with labels."""
        import pandas as pd

        frame: dict[str, Any] = {}
        for name in [column.name for column in SCHEMA] if columns is None else columns:
            words, values = self._words(name), self.get(name)
            frame[name] = values if words is None else labelled(values, words)
        return pd.DataFrame(frame)

    def readable(self, name: str, value: Any) -> Any:  # noqa: ANN401
        """A stored value in Python terms: an enum member, the name of a region, field or tier, or a plain number."""
        if (names := self._named(name)) is not None:
            return names[value]
        codes = COLUMN[name].codes
        return value.item() if codes is None else codes(value)

    def coded(self, name: str, value: Any) -> Any:  # noqa: ANN401
        """The code of a label in a coded column, anything else as it is. Raises ValueError for an unknown label."""
        words = self._words(name)
        if words is None or not isinstance(value, str):
            return value
        if value not in words:
            near = get_close_matches(value, words, n=1, cutoff=0)
            raise ValueError(f"{name} has no {value!r}; did you mean {near[0]!r}?")
        return words.index(value)

    # --- one at a time

    def do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> Self:  # noqa: ANN401
        """Call a method (by name) or a function on each person who is still there. Returns self."""
        self.map(method, *args, **kwargs)
        return self

    def shuffle_do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> Self:  # noqa: ANN401
        """`do` in random order. Returns self."""
        self.shuffle().do(method, *args, **kwargs)
        return self

    def map(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> list[Any]:  # noqa: ANN401
        """The results of a method (by name) or a function, for each person who is still there."""
        there = (person for person in self.to_list() if person.present)
        if isinstance(method, str):
            return [getattr(person, method)(*args, **kwargs) for person in there]
        return [method(person, *args, **kwargs) for person in there]

    # --- membership

    def add(self, person: Researcher) -> None:
        """Put a person into this selection. Raises TypeError for the population: people enter through the model."""
        self._update_rows(np.append(self.rows, person.row) if person not in self else self.rows)

    def discard(self, person: Researcher) -> None:
        """Take a person out of this selection, if there. Raises TypeError for the population."""
        self._update_rows(self.rows[self.rows != person.row] if person in self else self.rows)

    def remove(self, person: Researcher) -> None:
        """Take a person out of this selection. Raises KeyError if not there, TypeError for the population."""
        if self._rows is not None and person not in self:
            raise KeyError(f"{person!r} is not in this selection.")
        self.discard(person)

    def _update(self, agents: Iterable[Researcher]) -> Self:
        self._update_rows(self._rows_among(agents))
        return self

    def _update_rows(self, rows: NDArray[np.intp]) -> None:
        if self._rows is None:
            raise TypeError(
                "this is the whole population: people enter and leave it through the model. "
                "Change a selection instead, e.g. researchers.copy()."
            )
        self._rows, self._identities, self._version = rows, self.columns.identity[rows], self.columns.version

    def _become(self, rows: NDArray[np.intp], *, inplace: bool) -> Self:
        if not inplace:
            return self._selection(rows)
        self._update_rows(rows)
        return self

    def _selection(self, rows: NDArray[np.intp]) -> Self:
        return type(self)(
            self.columns, self.names, chronicle=self.chronicle, random=self.random, rows=rows, whole=self.whole
        )

    def _rows_among(self, people: Iterable[Researcher]) -> NDArray[np.intp]:
        if isinstance(people, Researchers) and people.columns is self.columns:
            return people.rows
        rows = []
        for person in people:
            if person.columns is not self.columns:
                raise ValueError(f"{person!r} belongs to another model.")
            rows.append(person.row)
        return np.array(list(dict.fromkeys(rows)), dtype=np.intp)

    def _words(self, name: str) -> tuple[str, ...] | None:
        if name not in COLUMN:
            raise AttributeError(unknown(name))
        codes = COLUMN[name].codes
        return self._named(name) if codes is None else tuple(code.label for code in codes)

    def _named(self, name: str) -> tuple[str, ...] | None:
        """The names that the country gives to the codes of a column; None for a column without such codes."""
        return {REGION: self.names.regions, FIELD: self.names.fields, TIER: self.names.tiers}.get(COLUMN[name].unit)
