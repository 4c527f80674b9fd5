"""Policies and scenarios are data: readable files of dated changes, with sources and evidence grades.

A policy is what somebody can decide, and has costs. A scenario (a file of `kind: world`) is what the question does not
decide: shocks, assumptions, and programmes that are in force already. Both move levers, and numbers of the world by
their address, and may bring programmes.
"""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Literal, Self

from pydantic import (
    Field,
    InstanceOf,
    PrivateAttr,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from sim.instruments.change import Change, Cost, Real, Record
from sim.vocabulary import Grade
from sim.world.portable import unportable
from sim.world.programme_parts import Text
from sim.world.programmes import ProgrammeRecord, programme
from sim.world.reading import FormError, Given, at_line, place_of, read_yaml, refused, said_by
from sim.world.tables import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Whole = Annotated[int, Field(strict=True)]
Row = Annotated[str, StringConstraints(pattern=r"^A[1-9][0-9]*$")]

SCHEMA = 2
"""The version of the form of these files. Version 1 is a part of it: files of that are read as they stand."""
_SINCE_2 = {
    "": ("kind", "rows", "sceptic", "sceptic_ja", "targets"),
    "changes": ("address", "part"),
    "costs": ("fixed",),
}
"""What a file, its changes and its costs may say from version 2 on."""
_LEFT_OUT: Final[tuple[object, ...]] = (None, False, "policy", ())
"""What each of these is where it is not written."""


class PolicyError(FormError):
    """A policy or a scenario is wrong; the message says what and how to mend it."""


class Target(Record):
    """A number that a document wants an outcome to reach by a year.

    since: the mean of the years from this one to the last is meant, as where so many in five years are wanted; of the
    last year alone where it is left out. limit: at least or at most the value. observed, observed_in: what the outcome
    was in a year, as the document counts it.
    """

    outcome: Text
    by: Whole = Field(ge=1990, le=2200)
    since: Whole | None = Field(None, ge=1990, le=2200)
    value: Real
    limit: Literal["at least", "at most"] = "at least"
    observed: Real | None = None
    observed_in: Whole | None = Field(None, ge=1990, le=2200)
    source: Text
    grade: Grade


class _File(Record):
    """What both kinds of file have.

    schema: the version of the form of the file. rows: the systems of the list (rows.csv) that it expresses. includes:
    names of files of its kind that come before its own changes. programmes: records of programmes that it brings, whose
    calls are open while it is in force. sceptic: what a sceptic would say.
    """

    schema_version: Literal[1, 2] = Field(alias="schema")
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    title: Text
    title_ja: Text
    rows: tuple[Row, ...] = ()
    source: Text
    grade: Grade
    sceptic: Text | None = None
    sceptic_ja: Text | None = None
    start: Whole = Field(ge=1990, le=2200)
    end: Whole | None = Field(None, ge=1990, le=2200)
    changes: tuple[Change, ...] = ()
    includes: tuple[str, ...] = ()
    programmes: tuple[InstanceOf[ProgrammeRecord], ...] = ()

    _called: ClassVar[str] = ""
    _file: Path | None = PrivateAttr(None)

    @model_validator(mode="before")
    @classmethod
    def _form(cls, content: Any) -> Any:  # noqa: ANN401  whatever a file holds
        if not isinstance(content, dict):
            return content
        given = content.get("schema", SCHEMA)
        if type(given) is not int or given not in (1, SCHEMA):
            mending = f"write it in the form of docs/files.md with schema: {SCHEMA}, or take a version that knows it"
            raise refused(
                f"schema {given!r} is not known here; this version reads schema: {SCHEMA}; {mending}", "schema"
            )
        if given < SCHEMA and (place := _newer(content)):
            said = f"{place[-1]} came with schema 2, and this file says schema: {given}; write schema: {SCHEMA}"
            raise refused(said, *place)
        return content | {"schema": given}

    @model_validator(mode="before")
    @classmethod
    def _brought(cls, content: Any) -> Any:  # noqa: ANN401  whatever a file holds
        if not isinstance(content, dict):
            return content
        given = content.get("programmes") or ()
        if not isinstance(given, list | tuple):
            raise refused("programmes: a list of records is needed", "programmes")
        brought = [_record(each, place) for place, each in enumerate(given)]
        names = [record.name for record in brought]
        if twice := [name for name in names if names.count(name) > 1]:
            where = ("programmes", len(names) - 1 - names[::-1].index(twice[0]), "name")
            raise refused(f"programme {twice[0]} is brought twice; keep one", *where)
        dated = (replace(record, start=_begins(record, content), end=content.get("end")) for record in brought)
        return content | {"programmes": tuple(dated)}

    @field_validator("name")
    @classmethod
    def _a_file_can_be_called_so(cls, value: str) -> str:
        if why := unportable(value):
            raise ValueError(f"{why}; choose another name")
        return value

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end is not None and self.end < self.start:
            raise refused(f"the last year {self.end} comes before the first {self.start}; swap them", "end")
        for key in ("rows", "includes"):
            given: tuple[str, ...] = getattr(self, key)
            if twice := [place for place, name in enumerate(given) if name in given[:place]]:
                raise refused(f"{given[twice[0]]} is named twice; keep one", key, twice[0])
        if self.name in self.includes:
            raise refused(f"{self.name} includes itself; take it out", "includes", self.includes.index(self.name))
        if (self.sceptic is None) != (self.sceptic_ja is None):
            only = "sceptic" if self.sceptic else "sceptic_ja"
            raise refused("sceptic and sceptic_ja are shown side by side; give both", only)
        for place, change in enumerate(self.changes):
            before = self.changes[:place]
            if change.operation == "set" and any(
                one.operation == "set" and one.target.means == change.target.means for one in before
            ):
                raise refused(f"{change.target} is set twice; keep one", "changes", place)
            if change in before:
                raise refused(f"the same change of {change.name} is made twice; keep one", "changes", place)
        return self

    @classmethod
    def from_dict(cls, mapping: Mapping[str, Any]) -> Self:
        """Build and check one. Raises PolicyError in one sentence."""
        who = f"{cls._called} {mapping.get('name', '?')}"
        try:
            return cls.model_validate(mapping)
        except ValidationError as error:
            errors = error.errors()
            first = next(
                (one for one in errors if one["type"] == "extra_forbidden"), errors[0]
            )  # a misspelt field first
            place = place_of(first)
            where = ".".join(str(part) for part in place)
            if first["type"] == "extra_forbidden":
                raise PolicyError(f"{who}: {where}: {_no_field(cls, first['loc'])}.", place) from None
            said = said_by(first)
            named = "" if said.startswith("programme ") else f"{where or 'file'}: "  # whose error says where it is
            raise PolicyError(f"{who}: {named}{said}.", place) from None

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Read a file. Raises PolicyError where it is missing, no YAML, of the other kind, or wrong."""
        return _of_file(cls, path, _content(path, cls._called))

    def __eq__(self, other: object) -> bool:
        """Whether it is of the same kind and says the same, wherever it was read."""
        return isinstance(other, type(self)) and dict(self) == dict(other)

    def __hash__(self) -> int:
        return hash((type(self), self.name, self.start))

    def given(self, *where: str | int) -> Given:
        """Where something of it stands; where: keys and places from the top of the file to that."""
        return Given(f"{self._called} {self.name}", self._file, where)

    @property
    def turns(self) -> tuple[int, ...]:
        """Its first year and the years at which a size of it turns, in order: what is extreme is so in one of them."""
        points = (year for change in self.changes if isinstance(change.size, tuple) for year, _ in change.size)
        return tuple(sorted({self.start, *(year for year in points if self.active(year))}))

    def turning(self, year: int) -> bool:
        """Whether a size that follows a path may be another one in a year than in the year before."""
        return any(first <= year <= last for first, last in self._paths)

    @cached_property
    def _paths(self) -> tuple[tuple[int, int], ...]:
        """First and last year of each path."""
        paths = (change.size for change in self.changes if isinstance(change.size, tuple))
        return tuple((path[0][0], path[-1][0]) for path in paths)

    def active(self, year: int) -> bool:
        """Whether it is in force in a year."""
        return self.start <= year and (self.end is None or year <= self.end)


class Policy(_File):
    """A named, dated, sourced set of changes that somebody can decide, with what they cost.

    targets: what the document wants to reach.
    """

    kind: Literal["policy"] = "policy"
    costs: tuple[Cost, ...] = ()
    targets: tuple[Target, ...] = ()

    _called: ClassVar[str] = "policy"

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        for place, cost in enumerate(self.costs):
            if cost in self.costs[:place]:
                raise refused(f"the same price of {cost.item} is given twice; keep one", "costs", place)
        for place, target in enumerate(self.targets):
            if target.by < self.start:
                said = f"{target.by} comes before the policy starts in {self.start}; give a later year"
                raise refused(said, "targets", place, "by")
            if target.since is not None and target.since > target.by:
                said = f"since {target.since} comes after by {target.by}; swap them"
                raise refused(said, "targets", place, "since")
            if (target.observed is None) != (target.observed_in is None):
                said = "observed and observed_in, its year, belong together; give both"
                raise refused(said, "targets", place, "observed" if target.observed_in is None else "observed_in")
            same = (target.outcome, target.since, target.by, target.limit)
            if any(same == (one.outcome, one.since, one.by, one.limit) for one in self.targets[:place]):
                said = f"the target of {target.outcome} by {target.by} is given twice; keep one"
                raise refused(said, "targets", place)
        return self

    @model_validator(mode="before")
    @classmethod
    def _decided(cls, content: Any) -> Any:  # noqa: ANN401  whatever a file holds
        if isinstance(content, dict) and content.get("kind", "policy") == "world":
            raise refused("this is a world file; read it as a Scenario, and ask for it as world=NAME", "kind")
        return content


class Scenario(_File):
    """A named, dated, sourced set of shocks and assumptions: a file of `kind: world`. It states no costs.

    The programmes that it brings are in force whatever is asked; they are booked on both sides of a comparison.
    """

    kind: Literal["world"]

    _called: ClassVar[str] = "world"
    costs: ClassVar[tuple[Cost, ...]] = ()
    targets: ClassVar[tuple[Target, ...]] = ()

    @model_validator(mode="before")
    @classmethod
    def _decides_nothing(cls, content: Any) -> Any:  # noqa: ANN401  whatever a file holds
        if isinstance(content, dict):
            if content.get("kind", "policy") == "policy":
                raise refused("this is a policy file; read it as a Policy, and ask for it as policy=NAME", "kind")
            for name in ("costs", "targets"):
                if name in content:
                    said = f"a world file has no {name}: nobody decides it; a file of kind: policy may"
                    raise refused(said, name)
        return content


type Measure = Policy | Scenario
"""What may hold in one life of the world and not in another."""


def read_measure(path: Path) -> Measure:
    """Read a file of either kind. Raises PolicyError where it is missing, no YAML, or wrong."""
    content = _content(path, "policy")
    kind = content.get("kind", "policy")
    if kind not in ("policy", "world"):
        line = at_line(Path(path), ("kind",))
        raise PolicyError(f"{path}{line}: kind must be policy or world, not {kind!r}.", ("kind",))
    return _of_file(Scenario, path, content) if kind == "world" else _of_file(Policy, path, content)


def _newer(content: Mapping[str, Any]) -> tuple[str | int, ...]:
    """Where a file says something that came with version 2 of the form; empty where nowhere.

    What is written as it is left out, as in a policy that was written out whole, says nothing.
    """
    for key, names in _SINCE_2.items():
        given = content.get(key) if key else [content]
        for place, part in enumerate(given if isinstance(given, list | tuple) else ()):
            for name in names:
                if isinstance(part, dict) and part.get(name) not in _LEFT_OUT:
                    return (key, place, name) if key else (name,)
    return ()


def _record(given: object, place: int) -> ProgrammeRecord:
    """A programme that a policy brings, read unless it has been."""
    if isinstance(given, ProgrammeRecord):
        return given
    if not isinstance(given, dict):
        raise refused("a programme is a record", "programmes", place)
    try:
        return programme(given)
    except FormError as error:
        raise refused(str(error), "programmes", place, *error.where) from None


def _of_file[F: _File](kind: type[F], path: Path, content: Mapping[str, Any]) -> F:
    """What the content of a file is. Raises PolicyError with the file and the line."""
    try:
        made = kind.from_dict(content)
    except PolicyError as error:
        raise PolicyError(f"{path}{at_line(Path(path), error.where)}: {error}", error.where) from None
    made._file = Path(path)  # noqa: SLF001  said of it where it turns out to be wrong
    return made


def _content(path: Path, called: str) -> dict[str, Any]:
    try:
        return read_yaml(Path(path))
    except DataError as error:
        raise PolicyError(f"{called}: {error}") from None


def _no_field(file: type[_File], where: tuple[int | str, ...]) -> str:
    """The sentence for a field that a file, or one of its changes, costs or targets, does not have."""
    kinds: dict[str, type[Record]] = {"changes": Change, "costs": Cost, "targets": Target}
    kind = kinds.get(str(where[0]), file) if len(where) > 1 else file
    known = [part.alias or name for name, part in kind.model_fields.items()]
    near = get_close_matches(str(where[-1]), known, n=1)
    return "there is no such field; " + (f"did you mean {near[0]!r}" if near else f"it has {', '.join(known)}")


def _begins(record: ProgrammeRecord, content: dict[str, Any]) -> Any:  # noqa: ANN401  whatever a file holds
    """The first year with a call: of the policy, or a later one in which its path of places begins."""
    start = content.get("start")
    return max(start, min(record.places, default=start)) if isinstance(start, int) else start


def brought_by(policies: Iterable[Measure]) -> tuple[ProgrammeRecord, ...]:
    """The programmes that policies bring, in their order. Raises PolicyError for two of one name."""
    records: dict[str, ProgrammeRecord] = {}
    for policy in policies:
        for place, record in enumerate(policy.programmes):
            if records.setdefault(record.name, record) != record:
                given = policy.given("programmes", place, "name")
                raise PolicyError(f"{given}: another policy brings a programme {record.name}; rename one.")
    return tuple(records.values())
