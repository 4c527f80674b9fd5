"""The form of a programme's record in a file: a class for each kind, with the fields that it reads and their bounds.

A kind reads some fields and no others: a field that it does not read is refused, as it would change nothing. A number
stands with its unit, source and grade; one that may be left out is neutral where it is.
"""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from sim.vocabulary import RANKS, Grade, Stage
from sim.world.programme_numbers import NUMBERS, Number, places_of
from sim.world.programme_parts import Dated, Places, Sourced, Strict, Text, refuse_no_year
from sim.world.programme_records import ProgrammeKind, ProgrammeRecord
from sim.world.reading import refused
from sim.world.units import currency_in, fits, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

Origin = Literal["home", "foreign", "any"]
NEW_DOCTORATE = "new doctorate"
"""Who is between posts in the year of the doctorate, beside the stages of a career."""
STAGES = (*(stage.label for stage in Stage if stage is not Stage.LEFT), NEW_DOCTORATE)
"""Of whom a programme may be for."""
_ROUNDED = 1 + 1e-9  # twelfths of a year are no round numbers
_LISTS = ("stages", "regions", "origin_regions", "fields", "tiers")
_WHOLE = ("degree_within", "members", "lag")
_WITH_A_POST = tuple(stage.label for stage in RANKS)
_PAST_THE_DOCTORATE = tuple(stage.label for stage in Stage if stage not in (Stage.DOCTORAL, Stage.LEFT))


Labels = tuple[Text, ...]
"""Names of which an eligible person has one; none given is all of them."""


def _refuse_unit(declared: Number, given: str, *where: str) -> None:
    if not fits(declared.unit, given):
        raise refused(f"{where[0]} cannot be in {given!r}; give it in {shown(declared.unit)}", *where)


class Form(Strict):
    """What records of all kinds have."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
    title: Text
    title_ja: Text
    source: Text
    grade: Grade
    places: Places
    unit_cost: Sourced

    numbers: ClassVar[dict[str, Number]] = NUMBERS
    """Unit and bounds of every number that a record may have."""

    @model_validator(mode="after")
    def _as_declared(self) -> Self:
        for name, value in self._sourced():
            declared = self.numbers[name]
            if not declared.low <= value.value <= declared.high:
                said = f"{name} = {value.value:g} lies outside {declared.low:g} to {declared.high:g}"
                raise refused(said, name, "value")
            if name in _WHOLE and not value.value.is_integer():
                raise refused(f"{name} = {value.value:g} is no whole number; write one", name, "value")
            _refuse_unit(declared, value.unit, name, "unit")
        _refuse_unit(places_of(ProgrammeKind(getattr(self, "kind"))), self.places.unit, "places", "unit")  # noqa: B009 - each kind has it
        money = {name: code for name, value in self._sourced() if (code := self._currency(name, value))}
        for name, code in money.items():
            if code != money["unit_cost"]:
                said = f"{name} is in {code} and unit_cost in {money['unit_cost']}; give both in the country's currency"
                raise refused(said, name, "unit")
        return self

    def _sourced(self) -> Iterator[tuple[str, Sourced]]:
        """The numbers that the record gives, by name."""
        given = ((name, getattr(self, name)) for name in type(self).model_fields)
        yield from ((name, value) for name, value in given if isinstance(value, Sourced))

    def _currency(self, name: str, value: Sourced) -> str:
        return currency_in(self.numbers[name].unit, value.unit)

    @model_validator(mode="after")
    def _labels_are_there_once(self) -> Self:
        for name in _LISTS:
            labels: tuple[str, ...] = getattr(self, name, ())
            for place, label in enumerate(labels):
                if label in labels[:place]:
                    raise refused(f"{name} name {label} twice; keep one", name, place)
                if name == "stages" and label not in STAGES:
                    near = get_close_matches(label, STAGES, n=1, cutoff=0)
                    raise refused(f"there is no stage {label!r}; did you mean {near[0]!r}?", name, place)
        return self

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        if getattr(self, "origin", "") == "home" and getattr(self, "origin_regions", ()):
            raise refused("origin_regions name where foreigners come from; give origin: foreign or any", "origin")
        if (research := getattr(self, "research_money", None)) and research.value > self.unit_cost.value:
            said = f"research_money = {research.value:g} is part of unit_cost, which is less"
            raise refused(said, "research_money", "value")
        paid, whole = self._paid(), self.unit_cost.value
        if paid > whole * _ROUNDED:
            said = f"income comes to {paid:g} and is part of unit_cost = {whole:g}, which is less; raise unit_cost"
            raise refused(said, "unit_cost", "value")
        return self

    def _paid(self) -> float:
        """What of the unit cost is income."""
        return 0.0

    def record(self) -> ProgrammeRecord:
        """The record as the model reads it."""
        given: dict[str, Any] = {name: getattr(self, name) for name in type(self).model_fields if name != "places"}
        plain: dict[str, Any] = {
            name: value.value if isinstance(value, Sourced) else value for name, value in given.items()
        }
        plain = {name: value for name, value in plain.items() if value is not None}
        whole = {name: int(plain.get(name, 0)) for name in _WHOLE}
        plain |= {"kind": ProgrammeKind(plain["kind"])} | whole
        if "income_later" in plain:
            plain["income_later"] = {
                year: value for dated in plain["income_later"] for year, value in sorted(dated.years.items())
            }
        grades = {year: dated.grade for dated in self.places.by_year for year in dated.years}
        currency = self._currency("unit_cost", self.unit_cost)
        return ProgrammeRecord(**plain, places=self.places.as_path(), place_grades=grades, currency=currency)


class _Selected(Form):
    """A panel ranks who applied."""

    selection_merit: Sourced


class _Paid(_Selected):
    """Pays an income."""

    income: Sourced

    def _paid(self) -> float:
        return self.income.value


class _Gifts(Strict):
    """What an award gives wherever it is spent."""

    ties: Sourced | None = None
    language: Sourced | None = None
    tie_half_life: Sourced | None = None


class _SpentAbroad(_Paid, _Gifts):
    income_year: int
    income_later: tuple[Dated, ...] = Field((), strict=False)

    @model_validator(mode="after")
    def _later_incomes_in_range(self) -> Self:
        _, low, high, _ = self.numbers["income"]
        refuse_no_year(self.income_year, "income_year")
        said: set[int] = set()
        for place, dated in enumerate(self.income_later):
            for year, value in dated.years.items():
                where = ("income_later", place, "years", year)
                if year in said:
                    raise refused(f"income_later of {year} is given twice; keep one", *where)
                if year <= self.income_year:
                    raise refused(f"income_later of {year} lies before income_year {self.income_year}", *where)
                if not low <= value <= high:
                    raise refused(f"income_later of {year} = {value:g} lies outside {low:g} to {high:g}", *where)
                said.add(year)
        return self


class _FromHome(_SpentAbroad):
    """For people at home who go abroad."""

    stages: Labels = Field(strict=False, min_length=1)
    origin: Origin
    origin_regions: Labels = Field((), strict=False)
    fields: Labels = Field((), strict=False)
    tiers: Labels = Field((), strict=False)
    degree_within: Sourced
    regions: Labels = Field((), strict=False)
    years: Sourced


class FellowshipAbroad(_FromHome):
    """Research abroad for a year or more."""

    kind: Literal["fellowship_abroad"]
    post_kept: bool
    guarantee: Sourced


class StayAbroad(_FromHome):
    """Some months abroad with the post or the study kept."""

    kind: Literal["stay_abroad"]

    numbers: ClassVar = NUMBERS | {"years": NUMBERS["years"].between(0.1, 0.99)}

    def _paid(self) -> float:
        """Income of the months of a stay, whose unit cost is that of all of it."""
        return self.income.value * self.years.value


class DegreeAbroad(_SpentAbroad):
    """A doctorate abroad, of master graduates."""

    kind: Literal["degree_abroad"]
    fields: Labels = Field((), strict=False)
    regions: Labels = Field((), strict=False)


class _FromAbroad(_Paid, _Gifts):
    """For people abroad who come to work at home."""

    host_hours: Sourced | None = None

    origin_regions: Labels = Field((), strict=False)
    fields: Labels = Field((), strict=False)
    tier: str = ""
    years: Sourced
    research_money: Sourced | None = None


class FellowshipHere(_FromAbroad):
    """Brings researchers in as postdocs: candidates from abroad, and people of home origin where it says so."""

    kind: Literal["fellowship_here"]
    stages: Labels = Field((Stage.POSTDOC.label,), strict=False, min_length=1)
    origin: Origin = "foreign"
    degree_within: Sourced


class PostHere(_FromAbroad):
    """A post of a rank for people abroad, foreign or of home origin, which the programme pays for some years."""

    kind: Literal["post_here"]
    rank: Literal["postdoc", "fixed-term", "tenure-track", "permanent"]
    stages: Labels = Field(_PAST_THE_DOCTORATE, strict=False, min_length=1)
    origin: Origin = "any"
    degree_within: Sourced | None = None

    numbers: ClassVar = NUMBERS | {"years": NUMBERS["years"].between(1.0, 10.0)}


class DegreeHere(_Paid, _Gifts):
    """A doctorate at home, of foreign candidates."""

    kind: Literal["degree_here"]
    origin_regions: Labels = Field((), strict=False)
    fields: Labels = Field((), strict=False)
    years: Sourced
    host_hours: Sourced | None = None

    def record(self) -> ProgrammeRecord:
        """The record as the model reads it: for foreigners."""
        return replace(super().record(), origin="foreign")


class Stipend(_Paid, _Gifts):
    """Supports doctoral students at home."""

    kind: Literal["stipend"]
    regions: Labels = Field((), strict=False)
    visits: Sourced | None = None
    origin: Origin = "any"
    origin_regions: Labels = Field((), strict=False)
    fields: Labels = Field((), strict=False)
    tiers: Labels = Field((), strict=False)
    years: Sourced


class _AtHome(_Selected, _Gifts):
    """For people at home, beside their post or study."""

    regions: Labels = Field(strict=False, min_length=1)
    origin: Origin = "any"
    origin_regions: Labels = Field((), strict=False)
    fields: Labels = Field((), strict=False)
    tiers: Labels = Field((), strict=False)
    years: Sourced
    visits: Sourced | None = None
    host_hours: Sourced | None = None


class Joint(_AtHome):
    """A team at home, led by one of the stages, works with partners in one of the regions for some years."""

    kind: Literal["joint"]
    stages: Labels = Field(strict=False, min_length=1)
    degree_within: Sourced | None = None
    members: Sourced
    selection_ties: Sourced | None = None
    research_money: Sourced | None = None

    numbers: ClassVar = NUMBERS | {"years": NUMBERS["years"].between(1.0, 15.0)}


class _Received(Strict):
    """Partner students come for a time, and some of them come back."""

    received: Sourced | None = None
    come_back: Sourced | None = None
    lag: Sourced | None = None

    @model_validator(mode="after")
    def _all_or_none(self) -> Self:
        given = [name for name in ("received", "come_back", "lag") if getattr(self, name) is not None]
        if ("received" in given and len(given) < 3) or ("come_back" in given and "received" not in given):
            raise refused("received, come_back and lag are read together; give all three", given[0])
        return self


class Exchange(_AtHome, _Received):
    """Doctoral students at home, as in a joint degree."""

    kind: Literal["exchange"]
    stages: Labels = Field((Stage.DOCTORAL.label,), strict=False, min_length=1)

    numbers: ClassVar = NUMBERS | {"years": NUMBERS["years"].between(1.0, 5.0)}


class SharedPost(_Selected):
    """A second appointment beside the post at home, for a share of the time: with a firm, or with a host abroad."""

    kind: Literal["shared_post"]
    partner: Literal["firm", "host"]
    stages: Labels = Field(strict=False, min_length=1)
    regions: Labels = Field((), strict=False)
    origin: Origin = "any"
    origin_regions: Labels = Field((), strict=False)
    fields: Labels = Field((), strict=False)
    tiers: Labels = Field((), strict=False)
    degree_within: Sourced | None = None
    years: Sourced
    share: Sourced
    research_time: Sourced
    extra_pay: Sourced | None = None
    offer: Sourced | None = None

    numbers: ClassVar = NUMBERS | {"years": NUMBERS["years"].between(1.0, 10.0)}

    @model_validator(mode="after")
    def _as_the_partner_is(self) -> Self:
        if self.partner == "firm" and self.regions:
            said = "regions name where hosts are; a firm is at home: leave them out, or give partner: host"
            raise refused(said, "regions")
        if self.partner == "host" and not self.regions:
            raise refused("a host is abroad: give the regions, or partner: firm", "partner")
        if self.partner == "host" and self.offer is not None:
            raise refused("offer is of a firm; hosts abroad offer posts by the rules that all of them have", "offer")
        if wrong := sorted(set(self.stages) - set(_WITH_A_POST)):
            said = f"who is {wrong[0]!r} has no post to share; {', '.join(_WITH_A_POST)} have one"
            raise refused(said, "stages", self.stages.index(wrong[0]))
        return self


class EarlyExchange(Form, _Received):
    """Students below the doctorate go abroad for a time, and students of the regions come."""

    kind: Literal["early_exchange"]
    regions: Labels = Field(strict=False, min_length=1)
    cohort: Sourced
    lag: Sourced

    @model_validator(mode="after")
    def _sent_of_the_cohort(self) -> Self:
        if (most := max(self.places.as_path().values())) > self.cohort.value:
            said = f"{most:g} places are more than the cohort of {self.cohort.value:g} of whom those sent are a part"
            raise refused(said, "cohort", "value")
        return self


FORMS: dict[ProgrammeKind, type[Form]] = {
    ProgrammeKind.FELLOWSHIP_ABROAD: FellowshipAbroad,
    ProgrammeKind.STAY_ABROAD: StayAbroad,
    ProgrammeKind.DEGREE_ABROAD: DegreeAbroad,
    ProgrammeKind.DEGREE_HERE: DegreeHere,
    ProgrammeKind.FELLOWSHIP_HERE: FellowshipHere,
    ProgrammeKind.POST_HERE: PostHere,
    ProgrammeKind.STIPEND: Stipend,
    ProgrammeKind.JOINT: Joint,
    ProgrammeKind.EXCHANGE: Exchange,
    ProgrammeKind.SHARED_POST: SharedPost,
    ProgrammeKind.EARLY_EXCHANGE: EarlyExchange,
}
"""The form of each kind."""


def reads(kind: ProgrammeKind) -> tuple[str, ...]:
    """The fields that a record of a kind may have."""
    return tuple(FORMS[kind].model_fields)
