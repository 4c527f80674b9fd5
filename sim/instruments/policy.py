"""Policies are data: a small readable file of lever changes, dated, with sources, costs and evidence grades."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, InstanceOf, ValidationError, model_validator

from sim.instruments.change import Change, Cost, Grade, Record, Text
from sim.instruments.lever import ArrayLever
from sim.instruments.levers import Levers, Move, catalogue, unknown
from sim.world.programmes import ProgrammeRecord, programme
from sim.world.reading import read_yaml
from sim.world.tables import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sim.world.parameters import Parameters
    from sim.world.world import World

Whole = Annotated[int, Field(strict=True)]

SCHEMA = 1
"""The version of the form of policy files."""


class PolicyError(ValueError):
    """A policy file is wrong; the message says what and how to mend it."""


class Policy(Record):
    """A named, dated, sourced set of lever changes.

    schema: the version of the form of the file. includes: names of policies that come before its own changes.
    programmes: records of programmes that it brings, whose calls are open while it is in force.
    """

    schema_version: Literal[1] = Field(alias="schema")
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    title: Text
    title_ja: Text
    source: Text
    grade: Grade
    start: Whole = Field(ge=1990, le=2200)
    end: Whole | None = None
    changes: tuple[Change, ...] = ()
    costs: tuple[Cost, ...] = ()
    includes: tuple[str, ...] = ()
    programmes: tuple[InstanceOf[ProgrammeRecord], ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _form(cls, content: Any) -> Any:  # noqa: ANN401  whatever a file holds
        if not isinstance(content, dict):
            return content
        if content.get("schema", SCHEMA) != SCHEMA:
            raise ValueError(f"schema {content['schema']!r} is not known here; this version reads schema: {SCHEMA}")
        given = content.get("programmes") or ()
        brought = [each if isinstance(each, ProgrammeRecord) else programme(each) for each in given]
        names = [record.name for record in brought]
        if twice := [name for name in names if names.count(name) > 1]:
            raise ValueError(f"programme {twice[0]} is brought twice; keep one")
        dated = tuple(replace(record, start=content.get("start"), end=content.get("end")) for record in brought)
        return content | {"schema": SCHEMA, "programmes": dated}

    @model_validator(mode="after")
    def _years_in_order(self) -> Self:
        if self.end is not None and self.end < self.start:
            raise ValueError(f"the last year {self.end} comes before the first {self.start}; swap them")
        return self

    @classmethod
    def from_dict(cls, mapping: Mapping[str, Any]) -> Self:
        """Build and check a policy. Raises PolicyError in one sentence."""
        try:
            return cls.model_validate(mapping)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            if first["type"] == "extra_forbidden":
                raise PolicyError(f"policy {mapping.get('name', '?')}: {where}: {_no_field(first['loc'])}.") from None
            said = first["msg"].removeprefix("Value error, ").removesuffix(".")
            raise PolicyError(f"policy {mapping.get('name', '?')}: {where or 'file'}: {said}.") from None

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Read a policy file. Raises PolicyError where it is missing, no YAML, or wrong."""
        try:
            return cls.from_dict(read_yaml(Path(path)))
        except DataError as error:
            raise PolicyError(f"policy: {error}") from None

    @property
    def by_years(self) -> bool:
        """Whether a size follows a path, so that it may differ from year to year."""
        return any(not isinstance(change.size, float) for change in self.changes)

    def active(self, year: int) -> bool:
        """Whether the policy is in force in a year."""
        return self.start <= year and (self.end is None or year <= self.end)


def _no_field(where: tuple[int | str, ...]) -> str:
    """The sentence for a field that a policy, or one of its changes or costs, does not have."""
    kinds: dict[str, type[Record]] = {"changes": Change, "costs": Cost}
    kind = kinds.get(str(where[0]), Policy)
    known = [part.alias or name for name, part in kind.model_fields.items()]
    near = get_close_matches(str(where[-1]), known, n=1)
    return "there is no such field; " + (f"did you mean {near[0]!r}" if near else f"it has {', '.join(known)}")


def brought_by(policies: Iterable[Policy]) -> tuple[ProgrammeRecord, ...]:
    """The programmes that policies bring, in their order. Raises PolicyError for two of one name."""
    records: dict[str, ProgrammeRecord] = {}
    for policy in policies:
        for record in policy.programmes:
            if records.setdefault(record.name, record) != record:
                raise PolicyError(f"policy {policy.name}: another policy brings a programme {record.name}; rename one.")
    return tuple(records.values())


def levers_in(world: World, parameters: Parameters, policies: Sequence[Policy], year: int) -> dict[str, float]:
    """Every lever's value in a year under the policies whose dates hold it, composed in order.

    Raises PolicyError for an unknown lever, ValueError for a value out of its range.
    """
    in_force = [policy for policy in policies if policy.active(year)]
    return in_force_under(world, parameters, in_force, year, brought_by(policies)).values(year)


def in_force_under(
    world: World,
    parameters: Parameters,
    in_force: Iterable[Policy],
    year: int,
    brought: Sequence[ProgrammeRecord] = (),
) -> Levers:
    """The levers in a year in which these policies are in force, composed in order, whatever their dates.

    brought: the programmes that policies bring, beside those of the world. Raises PolicyError for an unknown lever,
    ValueError for a value out of its range.
    """
    changes: dict[str, list[Move]] = {}
    known = None
    for policy in in_force:
        for change in policy.changes:
            known = known or catalogue(world, brought)
            lever = known.get(change.target.head)
            if lever is None:
                raise PolicyError(f"policy {policy.name}: {unknown(change.target.head, world, brought)}")
            keys = lever.keys if isinstance(lever, ArrayLever) else ()
            try:
                picked = change.target.pick({key.name: key.chosen_from(world) for key in keys})
            except ValueError as error:
                raise PolicyError(f"policy {policy.name}: {error}.") from None
            if (by := change.by(year)) is not None:
                changes.setdefault(lever.name, []).append(Move(change.operation, by, picked if keys else None))
    moved = {} if known is None else {name: known[name] for name in changes}
    return Levers(world, parameters, (*world.programmes, *brought), changes, moved)
