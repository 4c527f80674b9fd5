"""What the tables of a country must hold: every series with its unit, its range and the keys that it needs.

A table is checked when it is read, so that what runs is whole: a share is a share, no region lacks its distance, no
year of a driver is missing. What is wrong is said in one sentence with file, line and what to do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import product
from typing import TYPE_CHECKING, Final

from sim.vocabulary import Stage
from sim.world.tables import KEYS, DataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sim.world.tables import Number, Tidy

REGIONS, ABROAD, ONE_ABROAD = "regions", "regions abroad", "one region abroad"
TIERS, UNIVERSITIES = "tiers", "universities"
FIELDS = "fields"
YEARS, ONE_YEAR = "years", "one year"

_STAGES = tuple(stage.label for stage in Stage)
_POSTS = (Stage.POSTDOC.label, Stage.FIXED_TERM.label, Stage.TENURE_TRACK.label, Stage.PERMANENT.label)
_FACULTY = _POSTS[1:]
_PAST_DOCTORATE = (*_POSTS, Stage.INDUSTRY.label, Stage.UNPLACED.label)
_PERSONS = (Stage.DOCTORAL.label, *_PAST_DOCTORATE)
_SHORT = (Stage.DOCTORAL.label, *_POSTS[:3], Stage.UNPLACED.label)  # whose ages are drawn about a mean
_AWAY = (Stage.PERMANENT.label, Stage.POSTDOC.label)  # settled abroad, and on a contract there
_PERMANENT = (Stage.PERMANENT.label,)
_PAID_ALIKE = tuple(stage for stage in _STAGES if stage not in _PERMANENT)

_STATISTICS = "only the statistics that offices would collect read it"
_ROUNDED = 1e-3  # shares are written with a few digits

type Keys = Mapping[str, str | tuple[str, ...]]
"""Labels of each key that is not blank: a domain of the country, or the labels themselves."""


@dataclass(frozen=True)
class Series:
    """One series: how its unit begins, where its values lie, and which rows it has.

    `keys` holds one mapping for each block of rows. `whole`: the values of the rows add up to 1. `closed`: why no
    address may move it, empty where one may. `unread`: why moving it changes no life; `home_unread`: whether that is so
    of the number of the home region.
    """

    name: str
    unit: str
    low: float
    high: float
    keys: tuple[Keys, ...] = ({},)
    whole: bool = False
    closed: str = ""
    unread: str = ""
    home_unread: bool = False


@dataclass(frozen=True)
class Domains:
    """The labels that a country's tables are keyed by. `regions` begins with home; `universities` are among tiers."""

    regions: tuple[str, ...]
    tiers: tuple[str, ...]
    universities: tuple[str, ...]
    fields: tuple[str, ...]

    def labels(self, domain: str, found: tuple[str, ...], years: tuple[str, ...]) -> tuple[str, ...]:
        """The labels of a domain. found: those that the series has, where it chooses one. years: those of the table."""
        if domain in (ONE_YEAR, ONE_ABROAD):
            allowed = years if domain == ONE_YEAR else self.regions[1:]
            return tuple(label for label in found if label in allowed)[:1] or allowed[:1]
        return {
            YEARS: years,
            REGIONS: self.regions,
            ABROAD: self.regions[1:],
            TIERS: self.tiers,
            UNIVERSITIES: self.universities,
            FIELDS: self.fields,
        }[domain]


def _share(name: str, *keys: Keys, unit: str = "share", whole: bool = False) -> Series:
    return Series(name, unit, 0, 1, keys or ({},), whole)


def _closed(why: str, *series: Series, but: tuple[str, ...] = ()) -> tuple[Series, ...]:
    return tuple(one if one.name in but else replace(one, closed=why) for one in series)


def _driver(name: str, unit: str, low: float, high: float, **keys: str) -> Series:
    return Series(name, unit, low, high, ({"year": YEARS, **keys},))


SCHEMA: Mapping[str, tuple[Series, ...]] = {
    "regions": (
        *(
            replace(one, home_unread=True)
            for one in (
                Series("distance", "km", 1, 20_100, ({"region": REGIONS},)),
                Series("peers", "SD", -5, 5, ({"region": REGIONS},)),
                _share("openness", {"region": REGIONS}),
                _share("working_language", {"region": REGIONS}, unit="mean proficiency (0-1)"),
            )
        ),
        _share("host_tenure", {"region": ABROAD}, unit="1/yr"),
        _share("own_country_job", {"region": ABROAD}, unit="probability"),
        Series("flow_to_home", "published scholars/yr", 0, 1e7, ({"region": ABROAD},)),
        Series("flow_from_home", "published scholars/yr", 0, 1e7, ({"region": ABROAD},)),
        replace(Series("guests", "guests", 0, 1e7, ({"region": ABROAD},)), unread=_STATISTICS),
    ),
    "drivers": (
        replace(_driver("scholar_stock", "published scholars", 1, 1e9, region=REGIONS), home_unread=True),
        _driver("exchange_rate", "{currency} per USD", 1e-4, 1e7),
        _driver("price_level", "{currency} per international $", 1e-4, 1e7),
        _driver("private_pay", "ratio", 0.01, 100),
        _driver("postdoc_pay_reference", "USD/yr", 1_000, 1e6, region=ONE_ABROAD),
        _driver("income_ratio", "GDP per head PPP", 0.001, 20, region=ABROAD),
        _driver("operating_grants", "billion {currency}/yr", 1e-6, 1e9),
        _driver("external_funds", "billion {currency}/yr", 1e-6, 1e9),
        _driver("other_university_posts", "index", 0.01, 100),
        _driver("postdoc_posts", "posts", 0, 1e7),
        _driver("master_candidates", "persons/yr", 0, 1e8),
        _driver("working_adult_candidates", "persons/yr", 0, 1e8),
        _driver("border_openness", "share", 0, 1),
        _driver("research_time", "share", 0.01, 1),
        _driver("doctoral_pool", "candidates", 0, 1_000, region=ABROAD),
        replace(_driver("october_entry", "share", 0, 1), unread=_STATISTICS),
        _driver("top_tenth", "log citations", -3, 3),
        _driver("coauthorship", "log odds", -5, 5),
        _driver("population", "million persons", 1e-3, 1e4),
    ),
    "posts": _closed(
        "it describes the posts of one year; move posts[stage, tier, field], what employers open",
        Series("posts", "posts", 0, 1e7, ({"year": ONE_YEAR, "tier": TIERS, "stage": _FACULTY},)),
        _share("postdoc_share", {"tier": TIERS, "stage": _POSTS[:1]}, whole=True),
        _share("field_share", {"field": FIELDS}, whole=True),
        _share("postdoc_field_share", {"field": FIELDS}, whole=True),
        Series("retirement_age", "years", 40, 90, ({"tier": TIERS},)),
        but=("retirement_age",),
    ),
    "positions": (
        Series(
            "income",
            "million {currency}/yr",
            1e-6,
            1e9,
            ({"stage": _PAID_ALIKE}, {"tier": TIERS, "stage": _PERMANENT}),
        ),
        Series("income_master_job", "million {currency}/yr", 1e-6, 1e9),
        Series("income_master_career", "million {currency}/yr", 1e-6, 1e9),
        Series("income_of_stay", "million {currency}/yr", 1e-6, 1e9),
        Series("security", "share", -1, 1, ({"stage": _STAGES},)),
        _share("autonomy", {"stage": _STAGES}),
        Series("research_time_tier", "difference", -1, 1, ({"tier": TIERS},)),
        _share(
            "research_time_stage",
            {"stage": (Stage.DOCTORAL.label, Stage.POSTDOC.label, Stage.UNPLACED.label, "lasting host post")},
        ),
        Series("peers_tier", "SD", -5, 5, ({"tier": TIERS},)),
        Series("junior_weight", "juniors", 0, 10, ({"stage": (Stage.POSTDOC.label, Stage.DOCTORAL.label)},)),
        Series("juniors_abroad", "juniors", 0, 100),
        _share("sensitive_share", {"field": FIELDS}),
        Series("group_norm", "effect of juniors", 0, 10, ({"field": FIELDS},)),
    ),
    "stocks": _closed(
        "it describes the people of the year in which the model begins",
        *(
            Series(stage.label, "persons", 0, 1e8, ({"stage": (stage.label,)},))
            for stage in (Stage.DOCTORAL, Stage.UNPLACED, Stage.INDUSTRY)
        ),
        *(
            Series(name, unit, 0, 1e8)
            for name, unit in (
                ("abroad_home", "persons"),
                ("abroad_foreign", "foreign doctorates"),
                ("abroad_degree", "home-origin"),
            )
        ),
        _share("foreign_share", {"stage": _PERSONS}),
        _share("foreign_origin", {"region": ABROAD}, whole=True),
        _share("abroad_region", {"region": ABROAD}, whole=True),
        Series("mean_age", "years", 18, 90, ({"stage": _SHORT},)),
        _share("women_share", {"stage": _PERSONS}),
        _share("women_share_entrants"),
        _share("overseas_experience", {"stage": _PAST_DOCTORATE}),
        Series("age_sd", "years", 0, 30, ({"stage": _SHORT},)),
        Series("age_low", "years", 18, 90, ({"stage": (*_PERSONS, "abroad")},)),
        Series("age_high", "years", 18, 100, ({"stage": (*_PERSONS, "abroad")},)),
        Series("age_at_degree", "years", 18, 60),
        *(
            _share(name, {"stage": _PERMANENT})
            for name in ("age_share_to_39", "age_share_40s", "age_share_50s", "age_share_from_60")
        ),
        _share("on_visit"),
        _share("on_fellowship"),
        _share("home_degree_abroad"),
        _share("filled_share"),
        _share("abroad_on_contract"),
        _share("foreign_formed_here"),
        _share("parent_share"),
        Series("ties_home", "home ties", 0, 100),
        Series("home_taste_away", "SD", -5, 5),
        Series("ties_home_away", "home ties", 0, 100),
        Series("ties_abroad", "foreign ties", 0, 100),
        Series("ties_there", "further foreign ties", 0, 100),
        _share("foreign_language", unit="highest command"),
        _share("doctoral_share", {"tier": UNIVERSITIES}, whole=True),
        _share("degree_share", {"tier": TIERS}, whole=True),
        Series("years_away_low", "years", 0, 60, ({"stage": _AWAY},)),
        Series("years_away_high", "years", 0, 60, ({"stage": _AWAY},)),
        Series("age_at_departure", "years", 15, 60),
        Series("overseas_years_low", "years", 0, 60),
        Series("overseas_years_high", "years", 0, 60),
        Series("age_at_degree_spread", "years", 0, 30),
        Series("longest_study", "years", 1, 60),
        Series("partner_age_first", "years", 15, 60),
        Series("parent_age_low", "years", 15, 70),
        Series("parent_age_high", "years", 15, 70),
        _share("founding_rate", unit="1/yr"),
        _share("working_share", {"field": FIELDS}),
        but=("women_share_entrants", "doctoral_share"),
    ),
    "candidates": (
        Series("doctoral_candidates", "foreign candidates", 0, 1e8, ({"region": ABROAD},)),
        Series("research_candidates", "foreign candidates", 0, 1e8, ({"region": ABROAD},)),
        _share("doctoral_candidates_here"),
        _share("on_leave", {"region": ABROAD}),
        replace(_share("staff_authors"), unread=_STATISTICS),
        _share("early_share"),
        Series("early_stay", "years", 0, 10),
        Series("early_age", "years", 15, 40),
        _share("partner_share"),
        Series("ties_abroad", "foreign ties", 0, 100),
        Series("ties_home", "home ties", 0, 100),
        Series("candidate_years", "years", 0, 60),
        Series("candidate_ties", "foreign ties", 0, 100),
        _share("candidate_language", unit="highest command"),
        _share("candidate_partner_share"),
        Series("age_at_entry", "years", 18, 60),
        Series("age_at_entry_working", "years", 18, 80),
        Series("age_at_entry_sd", "years", 0, 30),
        Series("age_at_entry_working_sd", "years", 0, 30),
        Series("age_at_entry_least", "years", 18, 60),
        Series("age_at_entry_most", "years", 18, 90),
        Series("candidate_age", "years", 20, 60),
        _share("industry_offer", {"field": FIELDS}, unit="probability"),
        _share("master_field_share", {"field": FIELDS}, whole=True),
        _share("working_field_share", {"field": FIELDS}, whole=True),
    ),
}
"""The series of every table, in the order of the files."""

_ORDERED: Final = (
    ("age_low", "age_high"),
    ("years_away_low", "years_away_high"),
    ("overseas_years_low", "overseas_years_high"),
    ("parent_age_low", "parent_age_high"),
    ("age_at_entry_least", "age_at_entry_most"),
)
"""Series of which the first lies nowhere above the second."""

_PARTS: Final = (("age_share_to_39", "age_share_40s", "age_share_50s", "age_share_from_60"),)
"""Series that add up to 1, in every row that they have in common."""


def check(table: str, tidy: Tidy, domains: Domains, currency: str) -> None:
    """Raise DataError for the first row or series of a table that is not as it is declared."""
    declared = {series.name: series for series in SCHEMA[table]}
    name, spoken_of = tidy.path.name, tidy.years()
    years = tuple(str(year) for year in range(spoken_of[0], spoken_of[-1] + 1)) if spoken_of else ()
    for title, rows in tidy.numbers.items():
        if title not in declared:
            near = get_close_matches(title, declared, n=1)
            line = next(iter(rows.values())).line
            hint = f"did you mean {near[0]!r}?" if near else "remove its rows."
            raise DataError(f"{name} line {line}: nothing reads the series {title!r}; {hint}")
    for series in declared.values():
        if series.name not in tidy.numbers:
            raise DataError(f"{name} has no series {series.name!r}; add its rows.")
        numbers = tidy.numbers[series.name]
        wanted = dict.fromkeys(_wanted(series, numbers, domains, years))
        _check(name, series, numbers, wanted, series.unit.format(currency=currency))
    _check_together(name, tidy)
    for series in declared.values():
        if series.low > 0:
            _check_path(name, series.name, tidy.numbers[series.name])
    _check_alike(name, tidy.numbers.get("income", {}))


_JUMP: Final = 10.0
"""Times by which a driver that is never zero moves from a year to the next at most: more is an error of its unit."""
_APART: Final = 100.0
"""Times the least income of a position that another one is at most: more is an error of its unit."""


def _check_path(name: str, series: str, numbers: Mapping[tuple[str, ...], Number]) -> None:
    """Raise DataError where a number by year jumps."""
    for (year, *whose), number in numbers.items():
        before = numbers.get((str(int(year) - 1), *whose)) if year else None
        if before and not 1 / _JUMP <= number.value / before.value <= _JUMP:
            of = f"{series}{' of ' if any(whose) else ''}{' '.join(filter(None, whose))}"
            said = f"{of} goes from {before.value:g} to {number.value:g} in one year"
            raise DataError(f"{name} line {number.line}: {said}; give both in one unit.")


def _check_alike(name: str, incomes: Mapping[tuple[str, ...], Number]) -> None:
    """Raise DataError where positions are paid so differently that one must be in another unit."""
    if not incomes:
        return
    (low, least), *_, (high, most) = sorted(incomes.items(), key=lambda one: one[1].value)
    if most.value > _APART * least.value:
        of, than = (" ".join(filter(None, key)) for key in (high, low))
        times = f"over {_APART:g} times that of {than} ({least.value:g}, line {least.line})"
        said = f"income of {of} ({most.value:g}) is {times}"
        raise DataError(f"{name} line {most.line}: {said}; give both in {least.unit}.")


def _check_together(name: str, tidy: Tidy) -> None:
    """Raise DataError for series of a table that contradict one another."""
    for least, most in _ORDERED:
        for key, number in tidy.numbers.get(least, {}).items():
            if (other := tidy.numbers[most].get(key)) is not None and number.value > other.value:
                of = f" of {' '.join(filter(None, key))}" if any(key) else ""
                where = f"{name} line {number.line}: {least}{of}"
                raise DataError(f"{where} ({number.value:g}) lies above {most} ({other.value:g}); correct one of them.")
    for parts in _PARTS:
        for key in tidy.numbers.get(parts[0], {}):
            total = sum(tidy.numbers[part][key].value for part in parts)
            if abs(total - 1) > _ROUNDED:
                raise DataError(f"{name}: {', '.join(parts)} add up to {total:g}, not to 1; correct them.")


def _check(
    name: str,
    series: Series,
    numbers: Mapping[tuple[str, ...], Number],
    wanted: Mapping[tuple[str, ...], None],
    unit: str,
) -> None:
    for key, number in numbers.items():
        where = f"{name} line {number.line}: {series.name}"
        if key not in wanted:
            said = ", ".join(f"{key_name} {label!r}" for key_name, label in zip(KEYS, key, strict=True) if label)
            raise DataError(f"{where} needs no row of {said or 'blank keys'}; {_nearest(key, wanted)}")
        if not series.low <= number.value <= series.high:
            raise DataError(
                f"{where} = {number.value:g} lies outside {series.low:g} to {series.high:g} {unit}; correct it."
            )
        if not number.unit.startswith(unit):
            raise DataError(f"{where} is in {number.unit!r}; give it in {unit!r}, first in the unit.")
    for key in wanted:
        if key not in numbers:
            said = ", ".join(f"{key_name} {label!r}" for key_name, label in zip(KEYS, key, strict=True) if label)
            raise DataError(f"{name} has no {series.name} of {said or 'blank keys'}; add a row.")
    if series.whole and abs((total := sum(number.value for number in numbers.values())) - 1) > _ROUNDED:
        raise DataError(f"{name}: the shares of {series.name} add up to {total:g}, not to 1; correct them.")


def _wanted(
    series: Series, numbers: Mapping[tuple[str, ...], Number], domains: Domains, years: tuple[str, ...]
) -> Iterator[tuple[str, ...]]:
    for block in series.keys:
        labels = []
        for place, key in enumerate(KEYS):
            domain = block.get(key, ("",))
            found = tuple(one[place] for one in numbers) if isinstance(domain, str) else ()
            labels.append(domains.labels(domain, found, years) if isinstance(domain, str) else domain)
        yield from product(*labels)


def _nearest(key: tuple[str, ...], wanted: Mapping[tuple[str, ...], None]) -> str:
    """The key that is wanted and differs in one label, where there is one."""
    for other in wanted:
        different = [(label, mine) for label, mine in zip(other, key, strict=True) if label != mine]
        if len(different) == 1:
            ((label, mine),) = different
            if label and get_close_matches(mine, [label], n=1, cutoff=0.6):
                return f"did you mean {label!r}?"
    return "remove it, or correct its keys."
