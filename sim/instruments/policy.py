"""Policies are data: a small readable file of lever changes, dated, with sources, costs and evidence grades."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from sim.instruments.levers import Operation, baseline, catalogue, checked, moved, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.world.parameters import Parameters
    from sim.world.world import World

Grade = Literal["V", "D", "S", "M", "A"]
Text = Annotated[str, Field(min_length=1)]

COST_ITEMS = ("return_post_year", "supported_application")
"""What a policy may put a price on besides the awards of programmes, which carry their own."""


class PolicyError(ValueError):
    """A policy file is wrong; the message says what and how to mend it."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Change(_Record):
    """One lever moved in one way: exactly one of set, add and times."""

    lever: Text
    set_to: float | None = Field(None, alias="set")
    add: float | None = None
    times: float | None = None
    source: Text
    grade: Grade

    @model_validator(mode="after")
    def _one_operation(self) -> Self:
        if sum(value is not None for value in (self.set_to, self.add, self.times)) != 1:
            raise ValueError(f"the change of {self.lever} needs exactly one of set, add and times")
        return self

    @property
    def operation(self) -> tuple[Operation, float]:
        """Which operation, and by how much."""
        if self.set_to is not None:
            return "set", self.set_to
        if self.add is not None:
            return "add", self.add
        assert self.times is not None  # noqa: S101 - the validator has seen to it
        return "times", self.times


class Cost(_Record):
    """The price of one unit of something the policy causes, in JPY."""

    item: Literal["return_post_year", "supported_application"]
    value: float = Field(ge=0)
    unit: Text
    source: Text
    grade: Grade


class Policy(_Record):
    """A named, dated, sourced set of lever changes. `includes` names policies that come before its own changes."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    title: Text
    title_ja: Text
    source: Text
    grade: Grade
    start: int = Field(ge=1990, le=2200)
    end: int | None = None
    changes: tuple[Change, ...] = ()
    costs: tuple[Cost, ...] = ()
    includes: tuple[str, ...] = ()

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
            raise PolicyError(f"policy {mapping.get('name', '?')}: {where or 'file'}: {first['msg']}.") from None

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Read a policy file. Raises PolicyError where it is missing, no YAML, or wrong."""
        try:
            content = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
        except OSError as error:
            raise PolicyError(f"the policy file {path} cannot be read: {error.strerror}.") from None
        except yaml.YAMLError as error:
            raise PolicyError(f"the policy file {path} is not valid YAML: {str(error).splitlines()[0]}.") from None
        if not isinstance(content, dict):
            raise PolicyError(f"the policy file {path} must hold a mapping of name, title, changes and so on.")
        return cls.from_dict(content)

    def active(self, year: int) -> bool:
        """Whether the policy is in force in a year."""
        return self.start <= year and (self.end is None or year <= self.end)


def levers_in(world: World, parameters: Parameters, policies: Sequence[Policy], year: int) -> dict[str, float]:
    """Every lever's value in a year under the policies whose dates hold it, composed in order.

    Raises PolicyError for an unknown lever, ValueError for a value out of its range.
    """
    return levers_under(world, parameters, [policy for policy in policies if policy.active(year)], year)


def levers_under(world: World, parameters: Parameters, in_force: Sequence[Policy], year: int) -> dict[str, float]:
    """Every lever's value in a year under policies that are in force, whatever their dates. Raises as `levers_in`."""
    values = baseline(world, parameters, year)
    if not in_force:
        return values
    known = catalogue(world)
    changed: set[str] = set()
    for policy in in_force:
        for change in policy.changes:
            if change.lever not in known:
                raise PolicyError(f"policy {policy.name}: {nearest(change.lever, known)}")
            values[change.lever] = moved(values[change.lever], *change.operation)
            changed.add(change.lever)
    checked(known, values, changed, year)
    return values
