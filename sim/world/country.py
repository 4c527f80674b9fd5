"""A country: one folder that holds everything the model knows about it, and the only place that knows its name.

    country.yaml      names, language and currency
    *.csv             the tables of the world, the behavioural parameters and the calibrated ensemble
    programmes/       its fellowships and stipends, a record each (see `sim.world.programmes`)
    targets/*.csv     what was observed there, for calibration and validation; the model itself never reads it

The countries that come with the model are package data beside `default.yaml`, which names the one that is taken where
none is asked for. A folder of one's own is given by its path. All of it switches together: nothing is taken from
another country, and a file that nothing reads is refused by its name.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from sim.vocabulary import GROUPS
from sim.world.reading import read_yaml
from sim.world.tables import TABLES, DataError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

ABOUT = "country.yaml"
"""Names, language and currency of a country."""

PARAMETERS = "parameters.csv"
"""The behavioural parameters."""

ENSEMBLE = "ensemble.csv"
"""The calibrated parameter sets: a result of the other files and not part of the world, so no fingerprint holds it."""

TARGETS = "targets"
"""The folder of observed series; the model does not read it, so no fingerprint holds it."""

PROGRAMMES = "programmes"
"""The folder of programmes, a record each."""

_WORLD = (ABOUT, PARAMETERS, PROGRAMMES, *(f"{name}.csv" for name in TABLES))
_OPTIONAL = (ENSEMBLE, TARGETS, "README.md")
_OBSERVED = (
    *("series.csv", "history.csv", "moments.csv", "plausible.csv", "errors.csv", "structural.csv", "quasi.csv"),
    *("responses.csv", "shocks.csv"),
)
_TEXTS = ("title", "title_home", "language", "currency", "currency_name", "currency_home")
_KEYS = (*_TEXTS, "regions", "fields", "tiers")
_MOST = 50  # records of a list: loops number what tier, field and stage make together in two bytes
NO_TIER = "none"
"""How the absence of an employer of the model is called, which no tier may be."""
MONEY, NOTHING = "money", "nothing"
POSTS_FOLLOW = (MONEY, "other_university_posts", NOTHING)
"""What may move the posts of a tier: operating grants and external funds, the driver of this name, or nothing."""


@dataclass(frozen=True)
class RegionOfTheWorld:
    """A region. title, title_home: what a reader calls it, in English and in the language of the country. leading:
    whether moves there are studied as moves to a leading place.
    """

    name: str
    title: str
    leading: bool = False
    title_home: str = ""


@dataclass(frozen=True)
class FieldOfResearch:
    """A field of research. in_words: how a sentence about a person says it. title_home: in the country's language."""

    name: str
    in_words: str
    life_sciences: bool = False
    title_home: str = ""


@dataclass(frozen=True)
class EmployerTier:
    """A kind of employer. trains: whether it has doctoral students. posts_follow: one of POSTS_FOLLOW."""

    name: str
    trains: bool
    posts_follow: str
    title_home: str = ""
    """In the country's language."""


@dataclass(frozen=True)
class About:
    """What a country is called, in English and at home, its money, its regions, fields of research and employers.

    Codes follow the order of `regions`, `fields` and `tiers`. The first region is home. The first tier is the one whose
    doctorates have prestige, where guaranteed return posts are, and under which the pay that all kinds share is listed.
    """

    title: str
    title_home: str
    language: str
    """Of `title_home`: a code of ISO 639-1."""
    currency: str
    """Code of ISO 4217. Money is in it, per year in millions of it."""
    currency_name: str
    currency_home: str
    """What the currency is called in the country's language."""
    regions: tuple[RegionOfTheWorld, ...]
    fields: tuple[FieldOfResearch, ...]
    tiers: tuple[EmployerTier, ...]


@dataclass(frozen=True)
class Country:
    """A folder of data. `name` is that of the folder."""

    name: str
    root: Traversable

    @classmethod
    def load(cls, country: str | Path | Country | None = None) -> Self:
        """A country by name, or by the path of a folder; None: the default one.

        Text with a separator (`./mine`) is a path. Raises DataError for a name that is not known (with the nearest), a
        folder that is not there or lacks a file, and for a file in it that is not known.
        """
        if isinstance(country, cls):
            return country
        found = cls._found(default() if country is None else str(country), given=country)
        _check(found)
        return found

    @classmethod
    def _found(cls, country: str, *, given: object) -> Self:
        if isinstance(given, Path) or is_path(country):
            path = in_full(country)
            if not path.is_dir():
                raise DataError(f"there is no folder {country}; give the path of a country's folder.")
            return cls(path.resolve().name, path)
        known = shipped()
        if country not in known:
            near = get_close_matches(country, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}."
            raise DataError(f"there is no country named {country!r}: {hint} A folder needs its path, such as ./mine.")
        return cls(country, _countries() / country)

    @property
    def shipped(self) -> bool:
        """Whether the folder comes with the model."""
        return self.root == _countries() / self.name

    @property
    def is_default(self) -> bool:
        """Whether this is the country that is taken where none is asked for."""
        return self.shipped and self.name == default()

    def file(self, name: str) -> Traversable:
        """A file of the folder, by its path inside it."""
        return self.root.joinpath(*name.split("/"))

    def targets(self, name: str) -> Traversable:
        """The file of observed series `name`. Raises DataError where the country has none."""
        path = self.file(f"{TARGETS}/{name}.csv")
        if not path.is_file():
            raise DataError(f"the country {self.root} has no {TARGETS}/{name}.csv: add what was observed there.")
        return path

    def has_targets(self, name: str) -> bool:
        """Whether there is a file of observed series `name`: some are needed for one question only."""
        return self.file(f"{TARGETS}/{name}.csv").is_file()

    def ensemble(self) -> Traversable:
        """The file of calibrated parameter sets. Raises DataError where the country has none."""
        path = self.file(ENSEMBLE)
        if not path.is_file():
            raise DataError(f"the country {self.root} has no {ENSEMBLE}: take parameters=point, or calibrate it.")
        return path

    @cached_property
    def about(self) -> About:
        """What `country.yaml` says. Raises DataError for what is missing, unknown or no text."""
        read, where = read_yaml(self.file(ABOUT)), f"{ABOUT} of {self.root}"
        _keys(where, read, _KEYS, _KEYS)
        for key in _TEXTS:
            if not isinstance(read[key], str) or not read[key].strip():
                raise DataError(f"{where}: {key} must be text, not {read[key]!r}; put it in quotes.")
        if len(read["currency"]) != 3 or not (read["currency"].isascii() and read["currency"].isupper()):
            raise DataError(f"{where}: the currency {read['currency']!r} is no code such as USD.")
        regions = tuple(
            RegionOfTheWorld(**one)
            for one in _records(where, "regions", read["regions"], ("name", "title"), ("leading", "title_home"))
        )
        if len(regions) < 2:
            raise DataError(f"{where}: regions must name home first and at least one other region.")
        fields = tuple(
            FieldOfResearch(
                one["name"],
                one.get("in_words", one["name"]),
                one.get("life_sciences", False),
                one.get("title_home", ""),
            )
            for one in _records(where, "fields", read["fields"], ("name",), ("in_words", "life_sciences", "title_home"))
        )
        tiers = tuple(
            EmployerTier(**one)
            for one in _records(where, "tiers", read["tiers"], ("name", "trains", "posts_follow"), ("title_home",))
        )
        trains = [tier.trains for tier in tiers]
        if not trains[0] or trains != sorted(trains, reverse=True):
            raise DataError(f"{where}: tiers that train doctoral students come first, and the first one does.")
        for tier in tiers:
            if tier.posts_follow not in POSTS_FOLLOW:
                raise DataError(f"{where}: posts of {tier.name} must follow one of {', '.join(POSTS_FOLLOW)}.")
        return About(**{key: read[key] for key in _TEXTS}, regions=regions, fields=fields, tiers=tiers)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 (hex) over names and bytes of every file that the world is made of, in order of name."""
        digest = hashlib.sha256()
        records = [
            f"{PROGRAMMES}/{path.name}" for path in self.file(PROGRAMMES).iterdir() if path.name.endswith(".yaml")
        ]
        for name in sorted([*(name for name in _WORLD if name != PROGRAMMES), *records]):
            digest.update(name.encode() + b"\0" + self.file(name).read_bytes() + b"\0")
        return digest.hexdigest()


def _check(country: Country) -> None:
    """Raise DataError for what a folder lacks, and for what is in it and nothing would read."""
    known = _names(country.root)
    for name in _WORLD:
        if name not in known:
            mending = "install the model again" if country.shipped else "add the file"
            raise DataError(f"the country {country.root} lacks {name}; {mending}.")
        if not (country.root / name).is_dir() if name == PROGRAMMES else not (country.root / name).is_file():
            kind = "folder" if name == PROGRAMMES else "file"
            raise DataError(f"the country {country.root} holds a {name} that is no {kind} or cannot be read; mend it.")
    _refuse(country, known, (*_WORLD, *_OPTIONAL), "")
    if TARGETS in known:
        _refuse(country, _names(country.root / TARGETS), _OBSERVED, f"{TARGETS}/")
    _ = country.about  # is checked as it is read


def _names(folder: Traversable) -> set[str]:
    return {path.name for path in folder.iterdir() if not path.name.startswith(".")}


def _refuse(country: Country, found: set[str], known: tuple[str, ...], folder: str) -> None:
    for name in sorted(found - set(known)):
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}."
        raise DataError(f"the country {country.root} holds {folder}{name}, which nothing reads: remove it; {hint}")


def _keys(where: str, read: Mapping[str, object], needed: tuple[str, ...], known: tuple[str, ...]) -> None:
    for key in (*needed, *read):
        if key not in read:
            raise DataError(f"{where} has no {key}; add it.")
        if key not in known:
            raise DataError(f"{where} has an unknown key {key!r}; known are {', '.join(known)}.")


def _records(
    where: str, name: str, read: object, needed: tuple[str, ...], more: tuple[str, ...]
) -> list[dict[str, Any]]:
    """A list of records, each with a name of its own; texts are texts and truth values true or false."""
    if not isinstance(read, list) or not all(isinstance(one, dict) for one in read) or not 1 <= len(read) <= _MOST:
        raise DataError(f"{where}: {name} must be a list of 1 to {_MOST} records such as {{name: ...}}.")
    for one in read:
        _keys(f"{where}, {name},", one, needed, (*needed, *more))
        for key, value in one.items():
            kind = bool if key in ("trains", "life_sciences", "leading") else str
            if not isinstance(value, kind) or not str(value).strip():
                said = "true or false" if kind is bool else "text"
                raise DataError(f"{where}: {name}: {key} must be {said}, not {value!r}.")
    names = [one["name"] for one in read]
    if len(set(names)) < len(names):
        raise DataError(f"{where}: {name} gives a name twice; keep one.")
    for key in ("title", "title_home", "in_words"):
        titles = [one[key] for one in read if key in one]
        if twice := [title for title in titles if titles.count(title) > 1]:
            raise DataError(f"{where}: {name}: the {key} {twice[0]!r} is given twice; change one.")
    if NO_TIER in names:
        raise DataError(f"{where}: {name}: {NO_TIER!r} says that there is none; choose another name.")
    if taken := [one for one in names if one.replace("_", " ") in GROUPS]:
        raise DataError(f"{where}: {name}: {taken[0]!r} is a group of people in every table; choose another name.")
    return read


def in_full(path: str | Path) -> Path:
    """A path with the home of a user in place of `~` or `~name`, where there is such a user."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


def is_file(path: str | Path) -> bool:
    """Whether there is such a file; no, where what was given is too long for a name."""
    return os.path.isfile(in_full(path))  # noqa: PTH113 - Path raises an error for a long one


def is_path(country: str) -> bool:
    """Whether text that was given for a country is the path of a folder, not a name."""
    return "/" in country or "\\" in country or country.startswith((".", "~"))


@cache
def default() -> str:
    """Name of the country that is taken where none is asked for."""
    return str(read_yaml(_countries() / "default.yaml")["country"])


def shipped() -> list[str]:
    """Names of the countries that come with the model."""
    return sorted(path.name for path in _countries().iterdir() if path.is_dir() and (path / ABOUT).is_file())


def _countries() -> Traversable:
    return files("sim") / "countries"
