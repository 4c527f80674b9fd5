"""Programmes as records: fellowships abroad and here, stays, degrees abroad and stipends, one YAML file each.

A record is of a kind, and a kind reads some fields and no others: a field that it does not read is refused, as it would
change nothing. The same records come with a country's folder and with a policy that brings a programme of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Protocol, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from sim.vocabulary import Stage
from sim.world.reading import read_yaml
from sim.world.tables import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from importlib.resources.abc import Traversable

Text = Annotated[str, StringConstraints(min_length=1)]
Grade = Literal["V", "D", "S", "M", "A"]
Origin = Literal["home", "foreign", "any"]
MONEY = (1e-6, 1e9)
"""Least and most of an amount in millions of a currency, whichever it is."""
NEW_DOCTORATE = "new doctorate"
"""Who is between posts in the year of the doctorate, beside the stages of a career."""
_STAGES = (*(stage.label for stage in Stage), NEW_DOCTORATE)


class ProgrammeKind(StrEnum):
    """What a programme does for a person."""

    FELLOWSHIP_ABROAD = "fellowship_abroad"  # research abroad for a year or more
    STAY_ABROAD = "stay_abroad"  # some months abroad with the post or the study kept
    DEGREE_ABROAD = "degree_abroad"  # a doctorate abroad, of master graduates
    FELLOWSHIP_HERE = "fellowship_here"  # brings researchers in
    STIPEND = "stipend"  # supports doctoral students at home

    @property
    def leads_abroad(self) -> bool:
        """Whether researchers go abroad on it, other than for a degree."""
        return self in (ProgrammeKind.FELLOWSHIP_ABROAD, ProgrammeKind.STAY_ABROAD)

    @property
    def spent_abroad(self) -> bool:
        """Whether the income is spent abroad, so that the exchange rate counts."""
        return self.leads_abroad or self is ProgrammeKind.DEGREE_ABROAD

    @property
    def reads(self) -> tuple[str, ...]:
        """The fields that a record of this kind may have."""
        return tuple(_MODELS[self].model_fields)


@dataclass(frozen=True)
class ProgrammeRecord:
    """A programme as its rules state it; a field that its kind does not read has its default.

    stages, origin: who is eligible. degree_within: years since the doctorate at most, 0 for any. years: length of an
    award. income, unit_cost: millions of the home currency a year. income_year: the year in which an income that is
    spent abroad was set, from which exchange rates count; income_later: what later calls set, by year. regions: where
    it leads, by name; empty for everywhere. post_kept: whether a lasting post at home is kept. guarantee: chance that
    the award comes with a post on return. selection_merit: weight of merit in the ranking. places: awards a year
    (supported persons for a stipend) by year, linear between the years given and constant before and after. start, end:
    first and last year of a call, None without bound.
    """

    name: str
    kind: ProgrammeKind
    title: str
    title_ja: str
    income: float
    unit_cost: float
    selection_merit: float
    places: Mapping[int, float] = field(hash=False)
    source: str
    grade: str
    place_grades: Mapping[int, str] = field(default_factory=dict, hash=False)
    stages: tuple[str, ...] = ()
    origin: str = "any"
    degree_within: int = 0
    years: float = 1.0
    income_year: int = 0
    income_later: Mapping[int, float] = field(default_factory=dict, hash=False)
    regions: tuple[str, ...] = ()
    post_kept: bool = False
    guarantee: float = 0.0
    start: int | None = None
    end: int | None = None

    def places_in(self, year: int) -> float:
        """Places of the call of a year, real awards; 0 before the first and after the last call."""
        if (self.start is not None and year < self.start) or (self.end is not None and year > self.end):
            return 0.0
        if (known := self.places.get(year)) is not None:
            return known
        before = max((known for known in self.places if known < year), default=None)
        after = min((known for known in self.places if known > year), default=None)
        if before is None or after is None:
            return self.places[min(self.places) if before is None else max(self.places)]
        step = (self.places[after] - self.places[before]) / (after - before)
        return self.places[before] + step * (year - before)

    def held_from(self, year: int) -> Self:
        """The same programme with places and income as in a year from that year on."""
        places = {known: value for known, value in self.places.items() if known < year} | {year: self.places_in(year)}
        later = {known: value for known, value in self.income_later.items() if known <= year}
        return replace(self, places=places, income_later=later)

    def income_set(self, year: int) -> int:
        """The year in which the income of an award of this year was set."""
        return max((known for known in self.income_later if known <= year), default=self.income_year)

    def income_in(self, year: int) -> float:
        """Income of an award, millions of the home currency a year, as the latest call that changed it set it."""
        return self.income_later.get(self.income_set(year), self.income)

    def leads_to(self, regions: tuple[str, ...]) -> np.ndarray:
        """Which of these regions it leads to, (regions,)."""
        return np.array([not self.regions or name in self.regions for name in regions])


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Sourced(_Strict):
    """One number with its unit, source and grade."""

    value: float = Field(allow_inf_nan=False)
    unit: Text
    source: Text
    grade: Grade


class Dated(_Strict):
    """Numbers by year from one source."""

    years: dict[int, float] = Field(min_length=1)
    source: Text
    grade: Grade


class Places(_Strict):
    """Places by year."""

    unit: Text
    by_year: tuple[Dated, ...] = Field(strict=False, min_length=1)

    @model_validator(mode="after")
    def _each_year_once(self) -> Self:
        years = [year for dated in self.by_year for year in dated.years]
        if twice := sorted({year for year in years if years.count(year) > 1}):
            raise ValueError(f"places of {twice[0]} are given twice; keep one")
        if low := [year for dated in self.by_year for year, value in dated.years.items() if not 0 <= value <= 1e6]:
            raise ValueError(f"places of {low[0]} must lie between 0 and 1,000,000")
        return self

    def as_path(self) -> dict[int, float]:
        """Places by year, years in order."""
        return dict(sorted((year, value) for dated in self.by_year for year, value in dated.years.items()))


class _Programme(_Strict):
    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
    title: Text
    title_ja: Text
    source: Text
    grade: Grade
    places: Places
    income: Sourced
    unit_cost: Sourced
    selection_merit: Sourced

    bounds: ClassVar[dict[str, tuple[float, float]]] = {
        "income": MONEY,
        "unit_cost": (0.0, MONEY[1]),
        "selection_merit": (0.0, 5.0),
    }

    @model_validator(mode="after")
    def _in_range(self) -> Self:
        for name, (low, high) in self.bounds.items():
            if not low <= (value := getattr(self, name).value) <= high:
                raise ValueError(f"{name} = {value:g} lies outside {low:g} to {high:g}")
        wrong = sorted(set(getattr(self, "stages", ())) - set(_STAGES))
        if wrong:
            near = get_close_matches(wrong[0], _STAGES, n=1, cutoff=0)
            raise ValueError(f"there is no stage {wrong[0]!r}; did you mean {near[0]!r}?")
        return self

    def record(self) -> ProgrammeRecord:
        """The record as the model reads it."""
        values: dict[str, Any] = {name: getattr(self, name) for name in type(self).model_fields if name != "places"}
        plain: dict[str, Any] = {
            name: value.value if isinstance(value, Sourced) else value for name, value in values.items()
        }
        plain |= {"kind": ProgrammeKind(plain["kind"]), "degree_within": int(plain.get("degree_within", 0))}
        if "income_later" in plain:
            plain["income_later"] = {
                year: value for dated in plain["income_later"] for year, value in sorted(dated.years.items())
            }
        grades = {year: dated.grade for dated in self.places.by_year for year in dated.years}
        if plain["kind"] is ProgrammeKind.FELLOWSHIP_HERE:
            plain |= {"stages": (Stage.POSTDOC.label,), "origin": "foreign"}
        return ProgrammeRecord(**plain, places=self.places.as_path(), place_grades=grades)


class _Abroad(_Programme):
    income_year: int
    income_later: tuple[Dated, ...] = Field((), strict=False)

    @model_validator(mode="after")
    def _later_incomes_in_range(self) -> Self:
        low, high = self.bounds["income"]
        for year, value in ((year, value) for dated in self.income_later for year, value in dated.years.items()):
            if year <= self.income_year:
                raise ValueError(f"income_later of {year} lies before income_year {self.income_year}")
            if not low <= value <= high:
                raise ValueError(f"income_later of {year} = {value:g} lies outside {low:g} to {high:g}")
        return self


class FellowshipAbroad(_Abroad):
    """Research abroad for a year or more."""

    kind: Literal["fellowship_abroad"]
    stages: tuple[str, ...] = Field(strict=False, min_length=1)
    origin: Origin
    degree_within: Sourced
    regions: tuple[str, ...] = Field((), strict=False)
    years: Sourced
    post_kept: bool
    guarantee: Sourced

    bounds: ClassVar = _Programme.bounds | {
        "years": (1.0, 8.0),
        "guarantee": (0.0, 1.0),
        "degree_within": (0.0, 60.0),
    }


class StayAbroad(_Abroad):
    """Some months abroad with the post or the study kept."""

    kind: Literal["stay_abroad"]
    stages: tuple[str, ...] = Field(strict=False, min_length=1)
    origin: Origin
    degree_within: Sourced
    regions: tuple[str, ...] = Field((), strict=False)
    years: Sourced

    bounds: ClassVar = _Programme.bounds | {"years": (0.1, 0.99), "degree_within": (0.0, 60.0)}


class DegreeAbroad(_Abroad):
    """A doctorate abroad, of master graduates."""

    kind: Literal["degree_abroad"]


class FellowshipHere(_Programme):
    """Brings researchers in: foreign candidates, who come as postdocs."""

    kind: Literal["fellowship_here"]
    degree_within: Sourced
    years: Sourced

    bounds: ClassVar = _Programme.bounds | {"years": (1.0, 8.0), "degree_within": (0.0, 60.0)}


class Stipend(_Programme):
    """Supports doctoral students at home."""

    kind: Literal["stipend"]
    years: Sourced

    bounds: ClassVar = _Programme.bounds | {"years": (1.0, 8.0)}


_MODELS: dict[ProgrammeKind, type[_Programme]] = {
    ProgrammeKind.FELLOWSHIP_ABROAD: FellowshipAbroad,
    ProgrammeKind.STAY_ABROAD: StayAbroad,
    ProgrammeKind.DEGREE_ABROAD: DegreeAbroad,
    ProgrammeKind.FELLOWSHIP_HERE: FellowshipHere,
    ProgrammeKind.STIPEND: Stipend,
}


class _Offered(Protocol):
    record: ProgrammeRecord


def stipends[P: _Offered](programmes: Iterable[P]) -> Iterator[tuple[int, P]]:
    """The doctoral stipends among programmes, each with the code by which people hold it: 1, 2, ... in their order."""
    return enumerate((one for one in programmes if one.record.kind is ProgrammeKind.STIPEND), start=1)


def programme(content: Mapping[str, Any]) -> ProgrammeRecord:
    """A record from a mapping as a file holds it. Raises ValueError in one sentence for what its kind cannot hold."""
    name = content.get("name", "?")
    kinds = [kind.value for kind in ProgrammeKind]
    if content.get("kind") not in kinds:
        near = get_close_matches(str(content.get("kind")), kinds, n=1, cutoff=0)
        raise ValueError(
            f"programme {name}: kind {content.get('kind')!r} must be one of {', '.join(kinds)}; nearest: {near[0]}."
        )
    kind = ProgrammeKind(content["kind"])
    if unread := [key for key in content if key not in kind.reads]:
        known = {key for other in ProgrammeKind for key in other.reads}
        near = get_close_matches(unread[0], kind.reads, n=1)
        missing = "there is no such field" + (f", did you mean {near[0]!r}?" if near else "")
        why = f"a {kind.value} does not read it" if unread[0] in known else missing
        raise ValueError(f"programme {name}: {unread[0]}: {why}; it reads {', '.join(kind.reads)}.")
    try:
        return _MODELS[kind].model_validate(content).record()
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ValueError(
            f"programme {name}: {where or 'record'}: {first['msg'].removeprefix('Value error, ')}."
        ) from None


def programmes_in(folder: Traversable, regions: tuple[str, ...]) -> tuple[ProgrammeRecord, ...]:
    """The programmes of a country's folder, in the order of `programmes.yaml`, which names them.

    Raises DataError for a file that is missing, damaged, named otherwise than its programme or not listed.
    """
    order = read_yaml(folder / "programmes.yaml").get("order", [])
    if unlisted := sorted(files_in(folder) - {"programmes", *order}):
        raise DataError(
            f"programmes.yaml does not name {unlisted[0]}; add it to the order or remove {unlisted[0]}.yaml."
        )
    records = []
    for name in order:
        path = folder / f"{name}.yaml"
        try:
            record = programme(read_yaml(path))
        except DataError:
            raise
        except ValueError as error:
            raise DataError(f"{path.name}: {error}") from None
        if record.name != name:
            raise DataError(f"{path.name} holds a programme named {record.name}: give both one name.")
        records.append(record)
    check_regions(records, regions)
    return tuple(records)


def files_in(folder: Traversable) -> set[str]:
    """Names of the records in a folder, without their ending."""
    return {path.name.removesuffix(".yaml") for path in folder.iterdir() if path.name.endswith(".yaml")}


def check_regions(records: Iterable[ProgrammeRecord], regions: tuple[str, ...]) -> None:
    """Raise DataError where a programme leads to a region that the world does not have."""
    for record in records:
        for name in record.regions:
            if name not in regions[1:]:
                near = get_close_matches(name, regions[1:], n=1, cutoff=0)
                raise DataError(
                    f"programme {record.name}: there is no region {name!r} abroad; did you mean {near[0]!r}?"
                )
