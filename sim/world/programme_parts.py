"""The parts of a programme's record in a file: a number with its source, numbers by year, and places."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from sim.vocabulary import Grade
from sim.world.programme_numbers import MOST_PLACES
from sim.world.reading import refused


def _said(text: str) -> str:
    if not text.strip():
        raise ValueError("text is needed; write some")
    return text


Text = Annotated[str, AfterValidator(_said)]
"""Text that says something."""
YEARS = (1900, 2200)
"""The first and the last year that a file may speak of."""


def refuse_no_year(year: int, *where: str | int) -> None:
    """Refuse a year that is none of a calendar. where: it stands in the record."""
    if not YEARS[0] <= year <= YEARS[1]:
        raise refused(f"{year} is no year of {YEARS[0]} to {YEARS[1]}", *where)


class Strict(BaseModel):
    """A part of a record: fixed once read, every field known, and no text taken for a number."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Sourced(Strict):
    """One number with its unit, source and grade."""

    value: float = Field(allow_inf_nan=False)
    unit: Text
    source: Text
    grade: Grade


class Dated(Strict):
    """Numbers by year from one source."""

    years: dict[int, float] = Field(min_length=1)
    source: Text
    grade: Grade

    @model_validator(mode="after")
    def _years_of_a_calendar(self) -> Self:
        for year in self.years:
            refuse_no_year(year, "years", year)
        return self


class Places(Strict):
    """Places by year."""

    unit: Text
    by_year: tuple[Dated, ...] = Field(strict=False, min_length=1)

    @model_validator(mode="after")
    def _each_year_once(self) -> Self:
        years = [year for dated in self.by_year for year in dated.years]
        if twice := sorted({year for year in years if years.count(year) > 1}):
            raise refused(f"places of {twice[0]} are given twice; keep one", "by_year")
        for place, dated in enumerate(self.by_year):
            for year, value in dated.years.items():
                if not 0 <= value <= MOST_PLACES:
                    said = f"places of {year} must lie between 0 and {MOST_PLACES:,.0f}"
                    raise refused(said, "by_year", place, "years", year)
        return self

    def as_path(self) -> dict[int, float]:
        """Places by year, years in order."""
        return dict(sorted((year, value) for dated in self.by_year for year, value in dated.years.items()))
