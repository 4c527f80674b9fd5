"""The form of a programme's record in a file: a class for each kind, with the fields that it reads and their bounds.

A kind reads some fields and no others: a field that it does not read is refused, as it would change nothing. A number
stands with its unit, source and grade; one that may be left out is neutral where it is.
"""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from sim.vocabulary import RANKS, Grade, Stage
from sim.world.programme_records import ProgrammeKind, ProgrammeRecord

Text = Annotated[str, StringConstraints(min_length=1)]
Origin = Literal["home", "foreign", "any"]
MONEY = (1e-6, 1e9)
"""Least and most of an amount in millions of a currency, whichever it is."""
NEW_DOCTORATE = "new doctorate"
"""Who is between posts in the year of the doctorate, beside the stages of a career."""
_STAGES = (*(stage.label for stage in Stage), NEW_DOCTORATE)
_WITH_A_POST = tuple(stage.label for stage in RANKS)
_PAST_THE_DOCTORATE = tuple(stage.label for stage in Stage if stage not in (Stage.DOCTORAL, Stage.LEFT))


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


Labels = tuple[Text, ...]
"""Names of which an eligible person has one; none given is all of them."""


class Form(_Strict):
    """What records of all kinds have."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
    title: Text
    title_ja: Text
    source: Text
    grade: Grade
    places: Places
    unit_cost: Sourced

    bounds: ClassVar[dict[str, tuple[float, float]]] = {
        "unit_cost": (0.0, MONEY[1]),
        "income": MONEY,
        "selection_merit": (0.0, 5.0),
        "degree_within": (0.0, 60.0),
        "guarantee": (0.0, 1.0),
        "years": (1.0, 8.0),
        "research_money": (0.0, MONEY[1]),
        "ties": (0.0, 10.0),
        "visits": (0.0, 11.0),
        "language": (0.0, 1.0),
        "host_hours": (0.0, 1000.0),
        "tie_half_life": (0.0, 100.0),
        "members": (0.0, 50.0),
        "selection_ties": (0.0, 5.0),
        "received": (0.0, 1e6),
        "come_back": (0.0, 1.0),
        "lag": (0.0, 30.0),
        "cohort": (1.0, 1e9),
        "share": (0.05, 0.95),
        "research_time": (0.0, 1.0),
        "extra_pay": (0.0, MONEY[1]),
        "offer": (0.0, 1.0),
    }
    """Least and most of every number that a record may have."""

    @model_validator(mode="after")
    def _in_range(self) -> Self:
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, Sourced):
                low, high = self.bounds[name]
                if not low <= value.value <= high:
                    raise ValueError(f"{name} = {value.value:g} lies outside {low:g} to {high:g}")
        if wrong := sorted(set(getattr(self, "stages", ())) - set(_STAGES)):
            near = get_close_matches(wrong[0], _STAGES, n=1, cutoff=0)
            raise ValueError(f"there is no stage {wrong[0]!r}; did you mean {near[0]!r}?")
        if getattr(self, "origin", "") == "home" and getattr(self, "origin_regions", ()):
            raise ValueError("origin_regions name where foreigners come from; give origin: foreign or any")
        if (research := getattr(self, "research_money", None)) and research.value > self.unit_cost.value:
            raise ValueError(f"research_money = {research.value:g} is part of unit_cost, which is less")
        return self

    def record(self) -> ProgrammeRecord:
        """The record as the model reads it."""
        given: dict[str, Any] = {name: getattr(self, name) for name in type(self).model_fields if name != "places"}
        plain: dict[str, Any] = {
            name: value.value if isinstance(value, Sourced) else value for name, value in given.items()
        }
        plain = {name: value for name, value in plain.items() if value is not None}
        whole = {name: int(plain.get(name, 0)) for name in ("degree_within", "members", "lag")}
        plain |= {"kind": ProgrammeKind(plain["kind"])} | whole
        if "income_later" in plain:
            plain["income_later"] = {
                year: value for dated in plain["income_later"] for year, value in sorted(dated.years.items())
            }
        grades = {year: dated.grade for dated in self.places.by_year for year in dated.years}
        return ProgrammeRecord(**plain, places=self.places.as_path(), place_grades=grades)


class _Selected(Form):
    """A panel ranks who applied."""

    selection_merit: Sourced


class _Paid(_Selected):
    """Pays an income."""

    income: Sourced


class _Gifts(_Strict):
    """What an award gives wherever it is spent."""

    ties: Sourced | None = None
    language: Sourced | None = None
    tie_half_life: Sourced | None = None


class _SpentAbroad(_Paid, _Gifts):
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

    bounds: ClassVar = Form.bounds | {"years": (0.1, 0.99)}


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

    bounds: ClassVar = Form.bounds | {"years": (1.0, 10.0)}


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

    bounds: ClassVar = Form.bounds | {"years": (1.0, 15.0)}


class _Received(_Strict):
    """Partner students come for a time, and some of them come back."""

    received: Sourced | None = None
    come_back: Sourced | None = None
    lag: Sourced | None = None

    @model_validator(mode="after")
    def _all_or_none(self) -> Self:
        given = [name for name in ("received", "come_back", "lag") if getattr(self, name) is not None]
        if ("received" in given and len(given) < 3) or given == ["come_back"]:
            raise ValueError("received, come_back and lag are read together; give all three")
        return self


class Exchange(_AtHome, _Received):
    """Doctoral students at home, as in a joint degree."""

    kind: Literal["exchange"]
    stages: Labels = Field((Stage.DOCTORAL.label,), strict=False, min_length=1)

    bounds: ClassVar = Form.bounds | {"years": (1.0, 5.0)}


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

    bounds: ClassVar = Form.bounds | {"years": (1.0, 10.0)}

    @model_validator(mode="after")
    def _as_the_partner_is(self) -> Self:
        if self.partner == "firm" and self.regions:
            raise ValueError("regions name where hosts are; a firm is at home: leave them out, or give partner: host")
        if self.partner == "host" and not self.regions:
            raise ValueError("a host is abroad: give the regions, or partner: firm")
        if self.partner == "host" and self.offer is not None:
            raise ValueError("offer is of a firm; hosts abroad offer posts by the rules that all of them have")
        if wrong := sorted(set(self.stages) - set(_WITH_A_POST)):
            raise ValueError(f"who is {wrong[0]!r} has no post to share; {', '.join(_WITH_A_POST)} have one")
        return self


class EarlyExchange(Form, _Received):
    """Students below the doctorate go abroad for a time, and students of the regions come."""

    kind: Literal["early_exchange"]
    regions: Labels = Field(strict=False, min_length=1)
    cohort: Sourced
    lag: Sourced


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
