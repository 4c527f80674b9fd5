"""The world around the researchers: regions, drivers by year, posts and programmes, read once from the data files.

Everything that is peculiar to one country lives in those files; the code only knows home (code 0) and other regions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import TYPE_CHECKING, Self

import numpy as np

from sim.vocabulary import HOME, Stage
from sim.world.country import NO_TIER, PROGRAMMES, Country
from sim.world.programmes import Land, ProgrammeRecord, programmes_in
from sim.world.schema import Domains, check
from sim.world.tables import TABLES, DataError, Tidy

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from sim.world.country import About

STAGES = tuple(stage.label for stage in Stage)
_ATTRIBUTES = {"regions": "region_table"}


@dataclass(frozen=True)
class Names:
    """What the codes of a country stand for. tiers: the last for people whom no employer of the model employs."""

    regions: tuple[str, ...]
    fields: tuple[str, ...]
    tiers: tuple[str, ...]
    regions_in_words: tuple[str, ...]
    """Regions as a reader calls them."""
    fields_in_words: tuple[str, ...]
    """Fields as a sentence about a person says them."""


@dataclass(frozen=True)
class World:
    """Tables of the world. Arrays by region, tier and field follow `regions`, `tiers` and `fields`, by stage the
    vocabulary.
    """

    country: Country
    fingerprint: str
    regions: tuple[str, ...]
    region_table: Tidy
    drivers: Tidy
    posts: Tidy
    positions: Tidy
    stocks: Tidy
    candidates: Tidy
    programmes: tuple[ProgrammeRecord, ...]

    @classmethod
    def load(cls, country: str | Path | Country | None = None) -> Self:
        """The world of a country by name or folder (see `Country.load`); None: the default one.

        A country that comes with the model is read once a process. Raises DataError for a missing or damaged file.
        """
        country = Country.load(country)
        return cls._shipped(country.name) if country.shipped else cls._read(country)

    @classmethod
    @cache
    def _shipped(cls, name: str) -> Self:
        return cls._read(Country.load(name))

    @classmethod
    def _read(cls, country: Country) -> Self:
        tables = {name: Tidy.read(country.file(f"{name}.csv")) for name in TABLES}
        regions = tuple(region.name for region in country.about.regions)
        domains = _domains(regions, country.about)
        for name, table in tables.items():
            check(name, table, domains, country.about.currency)
        land = Land.of(domains, country.about.currency, tables["drivers"], tables["positions"])
        programmes = programmes_in(country.file(PROGRAMMES), land)
        return cls(
            country,
            country.fingerprint,
            regions,
            tables["regions"],
            tables["drivers"],
            tables["posts"],
            tables["positions"],
            tables["stocks"],
            tables["candidates"],
            programmes,
        )

    def table(self, name: str) -> Tidy:
        """One of `TABLES` by name."""
        tidy: Tidy = getattr(self, self.attribute(name))
        return tidy

    @staticmethod
    def attribute(table: str) -> str:
        """The attribute that holds one of `TABLES`."""
        return _ATTRIBUTES.get(table, table)

    def why_no_future_of(self, other: World, year: int) -> str:
        """Why a life that was in the other world to the end of a year cannot go on in this one; empty where it can."""
        if self.country != other.country or self.regions != other.regions:
            return "it is of another country"
        if [one.name for one in self.programmes] != [one.name for one in other.programmes]:
            return "it has other programmes"
        for name in TABLES:
            mine, theirs = self.table(name), other.table(name)
            if mine is not theirs and mine.until(year) != theirs.until(year):
                return f"its {name} differ before {year + 1}"
        return ""

    def frozen(self, year: int) -> Self:
        """This world with every dated number held from a year on: drivers, places and incomes of programmes.

        What moves in it comes from the people alone. Raises ValueError for a year without drivers.
        """
        if not self.first_year <= year <= self.last_year:
            raise ValueError(f"a world is frozen in {self.first_year} to {self.last_year}, not {year}.")
        programmes = tuple(record.held_from(year) for record in self.programmes)
        return replace(self, drivers=self.drivers.held_from(year), programmes=programmes)

    @cached_property
    def first_year(self) -> int:
        """The first year with drivers: the year the simulation starts."""
        return self.drivers.years()[0]

    @cached_property
    def last_year(self) -> int:
        """The last year with drivers."""
        return self.drivers.years()[-1]

    @cached_property
    def posts_year(self) -> int:
        """The year of the stocks of posts."""
        (year,) = self.posts.years()
        return year

    @cached_property
    def home(self) -> str:
        """Name of the focal country."""
        return self.regions[HOME]

    @cached_property
    def abroad(self) -> tuple[str, ...]:
        """Names of the other regions."""
        return self.regions[1:]

    @cached_property
    def tiers(self) -> tuple[str, ...]:
        """Names of the kinds of employers."""
        return tuple(tier.name for tier in self.country.about.tiers)

    @cached_property
    def no_tier(self) -> int:
        """Code of those whom no employer of the model employs: the number of tiers."""
        return len(self.tiers)

    @cached_property
    def universities(self) -> tuple[str, ...]:
        """Names of the tiers that train doctoral students; they are the first."""
        return tuple(tier.name for tier in self.country.about.tiers if tier.trains)

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """Names of the fields of research."""
        return tuple(field.name for field in self.country.about.fields)

    @cached_property
    def names(self) -> Names:
        """Names of all that columns hold as codes."""
        about = self.country.about
        regions, fields = (region.title for region in about.regions), (field.in_words for field in about.fields)
        return Names(self.regions, self.fields, (*self.tiers, NO_TIER), tuple(regions), tuple(fields))

    @cached_property
    def domains(self) -> Domains:
        """The labels of regions, tiers and fields."""
        return _domains(self.regions, self.country.about)

    def driver(self, series: str, year: int) -> float:
        """A driver of the home country in a year. Raises DataError outside the years of the file."""
        return self.drivers.value(series, year=year)

    def growth_abroad(self, year: int) -> NDArray[np.float64]:
        """Published scholars of each region over those of the first year, shape (regions,); 1 for home."""
        then, stock = (
            self.drivers.along("region", self.abroad, "scholar_stock", year=one) for one in (self.first_year, year)
        )
        return np.array([1.0, *(stock / then)])

    def by_region(self, series: str) -> NDArray[np.float32]:
        """A constant of the regions, shape (regions,), to read only; 0 for home where the file gives none."""
        try:
            return self._constants[series]
        except KeyError:
            raise DataError(f"regions.csv has no series {series!r}.") from None

    @cached_property
    def _constants(self) -> dict[str, NDArray[np.float32]]:
        """Every series of the regions, read once and not to be changed."""
        constants = {
            series: np.array(
                [known[key].value if (key := ("", r, "", "", "")) in known else 0.0 for r in self.regions], np.float32
            )
            for series, known in self.region_table.numbers.items()
        }
        for values in constants.values():
            values.setflags(write=False)
        return constants

    def programme(self, name: str) -> int:
        """Number of a programme. Raises KeyError."""
        return [record.name for record in self.programmes].index(name)


def _domains(regions: tuple[str, ...], about: About) -> Domains:
    return Domains(
        regions,
        tuple(tier.name for tier in about.tiers),
        tuple(tier.name for tier in about.tiers if tier.trains),
        tuple(field.name for field in about.fields),
    )
