"""The observed side of the calibration: series and moments, and the simulated counterpart of each moment.

A moment is one number made of the yearly values of one statistic and group: their mean, their change, the ratio of the
last to the first, the last, or the growth between two windows. Which years are fitted, validated or only checked is
written in docs/calibration.md.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final, get_type_hints

import numpy as np
import pandas as pd

from sim import DataError
from sim.world.country import Country
from sim.world.schema import SCHEMA
from sim.world.tables import calendar_year, number, one_of, rows
from sim.world.units import fits, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from importlib.resources.abc import Traversable

FIRST_YEAR: Final = 2008
"""First year of a series; earlier observations are not kept."""

FIT_UNTIL: Final = 2015
"""Last year that may be fitted."""

KINDS: Final = ("absolute", "relative")
USES: Final = ("fit", "validate", "check")

WINDOW: Final = 3
"""Years in each of the two windows of a growth."""


def _over(last: float, first: float) -> float:
    return last / first if first else np.nan


REDUCTIONS: Final[dict[str, Callable[[np.ndarray], float]]] = {
    "mean": lambda values: float(values.mean()),
    "change": lambda values: float(values[-1] - values[0]),
    "ratio": lambda values: _over(float(values[-1]), float(values[0])),
    "last": lambda values: float(values[-1]),
    "growth": lambda values: _over(float(values[-WINDOW:].mean()), float(values[:WINDOW].mean())),
}
"""How the years that a moment needs, in order, become one number.

A growth is the mean of the last three years over the mean of the first three. ln growth / (last - first year - 2) is
the slope of the logarithm between the middles of the windows; the ratio itself is fitted, since it is above zero.
"""


def statistics() -> tuple[str, ...]:
    """What can be observed: every statistic that the model's offices collect, and the drivers of a world."""
    from sim.measures.surveys import STATISTICS  # the compiler is not needed to read this module

    return (*STATISTICS.measures, *(series.name for series in SCHEMA["drivers"]))


@cache
def _declared() -> dict[str, tuple[str, float, float]]:
    """The unit of everything that can be observed, and the least and the most that a value of it can be."""
    from sim.measures.surveys import STATISTICS  # as above

    found = {name: (one.unit, *one.bounds) for name, one in STATISTICS.measures.items()}
    return found | {one.name: (one.unit, one.low, one.high) for one in SCHEMA["drivers"]}


def _refuse(where: str, statistic: str, unit: str, value: float, reduction: str = "mean") -> None:
    """Raise DataError for a unit or a value that what was observed cannot have. reduction: what the value is of it."""
    declared, low, high = _declared()[statistic]
    if reduction in ("ratio", "growth"):
        declared, low, high = "ratio", 0.0, np.inf
    elif reduction == "change":
        low, high = low - high, high - low
    if not fits(declared, unit):
        raise DataError(f"{where}: {statistic} cannot be in {unit!r}; give it in {shown(declared)}.")
    if not low <= value <= high:
        limits = f"{low:g} to {high:g}" if high < np.inf else f"{low:g} or more"
        raise DataError(f"{where}: {statistic} = {value:g} {declared} cannot be; it may be {limits}.")


_EDGE = 1e-9  # a value on the edge of the tolerance is inside, whatever the last bit says


@dataclass(frozen=True, slots=True)
class Moment:
    """One number to meet, with its tolerance and where it comes from.

    `tolerance` is a half-width, in the unit of the target (`kind` absolute) or as a share of it (relative). `core`
    marks the moments of which none may miss. `pattern` is a row of the pattern list (C8) or "series".
    `observed_until` is the last year that the source saw, which may lie before the years that are simulated for it.
    """

    moment: str
    statistic: str
    group: str
    first_year: int
    last_year: int
    observed_until: int
    reduction: str
    target: float
    tolerance: float
    kind: str
    core: bool
    use: str
    pattern: str
    definition: str
    unit: str
    source: str
    grade: str

    @property
    def half_width(self) -> float:
        """Half-width of the tolerance in the unit of the target."""
        return self.tolerance * abs(self.target) if self.kind == "relative" else self.tolerance

    @property
    def years(self) -> tuple[int, ...]:
        """The years whose values the reduction needs, in order."""
        if self.reduction == "mean":
            return tuple(range(self.first_year, self.last_year + 1))
        if self.reduction == "growth":
            first, last = self.first_year, self.last_year
            return (*range(first, first + WINDOW), *range(last - WINDOW + 1, last + 1))
        return (self.last_year,) if self.reduction == "last" else (self.first_year, self.last_year)

    @property
    def logged(self) -> bool:
        """Whether it is a positive quantity that is fitted by its logarithm; a change may be zero or negative."""
        return self.target > 0 and self.reduction != "change"

    def until(self, stop: int, series: pd.Series[float]) -> Moment | None:
        """The moment as it could be known from data to a year; None where it could not. Only moments that are fitted.

        series: observed values by statistic, group and year. A mean is cut to the years before, with the mean of its
        series there as the target, or with the same target where the source saw no later year. The last window of a
        growth moves to the stop, with the growth observed there as the target. A ratio, a change or a single year that
        lies later is a number of its own and is not known.
        """
        if max(self.last_year, self.observed_until) <= stop:
            return self
        if self.last_year <= stop or self.first_year > stop:
            return None
        cut = replace(self, last_year=stop, observed_until=min(self.observed_until, stop))
        if self.reduction == "mean":
            years = [year for year in cut.years if (self.statistic, self.group, year) in series.index]
            if years:
                target = float(np.mean([series[self.statistic, self.group, year] for year in years]))
                return replace(cut, first_year=years[0], target=target)
            return cut if self.observed_until <= stop else None
        if self.reduction == "growth" and stop - self.first_year + 1 >= 2 * WINDOW:
            keys = [(self.statistic, self.group, year) for year in cut.years]
            if all(key in series.index for key in keys):
                return replace(cut, target=REDUCTIONS["growth"](series[keys].to_numpy(float)))
        return None


@dataclass(frozen=True, slots=True)
class Observed:
    """One observed value of a statistic and group in a year."""

    statistic: str
    group: str
    year: int
    value: float
    unit: str
    source: str
    grade: str
    use: str


def read_moments(path: Traversable | None = None) -> tuple[Moment, ...]:
    """The moments, in the order of the file; of the default country where no path is given.

    Raises sim.DataError, one sentence with file and line, for a file that is missing or damaged, an unknown statistic,
    reduction, kind or use, a unit or a value that the statistic cannot have, a tolerance that is not above zero, years
    out of order, windows of a growth that overlap, a moment fitted to years after FIT_UNTIL, or a cell without text.
    """
    path = path or Country.load().targets("moments")
    moments, known = dict[str, Moment](), statistics()
    for line, row in rows(path, tuple(field.name for field in fields(Moment))):
        where = f"{path.name} line {line}"
        _choice(where, row, "reduction", REDUCTIONS)
        _choice(where, row, "kind", KINDS)
        _choice(where, row, "use", USES)
        _choice(where, row, "core", ("yes", "no"))
        moment = _typed(Moment, path, line, {**row, "core": row["core"] == "yes"})
        one_of(path, line, "statistic", moment.statistic, known)
        if moment.moment in moments:
            raise DataError(f"{where}: the moment {moment.moment!r} is given twice; keep one.")
        if not moment.half_width > 0:
            raise DataError(f"{where}: the tolerance of {moment.moment!r} leaves no room; give one above zero.")
        if not moment.first_year < moment.last_year + (moment.reduction in ("mean", "last")):
            raise DataError(
                f"{where}: a {moment.reduction} from {moment.first_year} to {moment.last_year}; put the years in order."
            )
        if moment.reduction == "growth" and moment.last_year - moment.first_year + 1 < 2 * WINDOW:
            raise DataError(
                f"{where}: the windows of {moment.moment!r} overlap; a growth needs {2 * WINDOW} years or more."
            )
        if moment.use == "fit" and (latest := max(moment.last_year, moment.observed_until)) > FIT_UNTIL:
            raise DataError(f"{where}: {moment.moment!r} is fitted to {latest}; fit to {FIT_UNTIL}.")
        _refuse(where, moment.statistic, moment.unit, moment.target, moment.reduction)
        moments[moment.moment] = moment
    return tuple(moments.values())


def read_series(path: Traversable | None = None) -> pd.DataFrame:
    """The observed series; of the default country where no path is given.

    Returns one row an observation with the columns of `Observed`: year int64, value float64, the rest text; percentages
    are shares, counts are real persons. Raises sim.DataError as `read_moments` does, also for a value given twice, a
    year before FIRST_YEAR, and a use that does not go with the year (fit up to FIT_UNTIL, validate after it).
    """
    path = path or Country.load().targets("series")
    observed, known = dict[tuple[str, str, int], Observed](), statistics()
    for line, row in rows(path, tuple(field.name for field in fields(Observed))):
        where = f"{path.name} line {line}"
        _choice(where, row, "use", USES[:2])
        one = _typed(Observed, path, line, row)
        one_of(path, line, "statistic", one.statistic, known)
        _refuse(where, one.statistic, one.unit, one.value)
        key = (one.statistic, one.group, one.year)
        if key in observed:
            raise DataError(f"{where}: {one.statistic} of {one.group!r} in {one.year} is given twice; keep one.")
        if one.year < FIRST_YEAR:
            raise DataError(f"{where}: the series begin in {FIRST_YEAR}; take {one.year} out.")
        right = "fit" if one.year <= FIT_UNTIL else "validate"
        if one.use != right:
            raise DataError(f"{where}: {one.year} is marked {one.use}; to {FIT_UNTIL} it is fit, then validate.")
        observed[key] = one
    return pd.DataFrame([{name: getattr(one, name) for name in one.__slots__} for one in observed.values()])


HISTORY: Final = ("statistic", "group", "year", "value", "unit", "source", "grade")
"""Columns of the observations before the series begin."""


def read_history(path: Traversable | None = None) -> pd.DataFrame:
    """What was observed before FIRST_YEAR, which simpler models learn from; of the default country without a path.

    Returns one row an observation with the columns HISTORY, as `read_series` does; the fit reads it for the first
    window of a growth only. Raises sim.DataError for a damaged file, an unknown statistic, a value given
    twice, and a year of the series.
    """
    path = path or Country.load().targets("history")
    found, known = dict[tuple[str, str, int], dict[str, Any]](), statistics()
    for line, row in rows(path, HISTORY):
        where = f"{path.name} line {line}"
        if not row["statistic"].strip() or not row["group"].strip():
            raise DataError(f"{where}: a statistic and a group are needed; write both.")
        one_of(path, line, "statistic", row["statistic"], known)
        key = (row["statistic"], row["group"], calendar_year(path, line, row["year"]))
        if key in found:
            raise DataError(f"{where}: {key[0]} of {key[1]!r} in {key[2]} is given twice; keep one.")
        if key[2] >= FIRST_YEAR:
            raise DataError(f"{where}: {key[2]} belongs to series.csv, which begins in {FIRST_YEAR}.")
        value = number(path, line, row["value"])
        _refuse(where, row["statistic"], row["unit"], value)
        found[key] = {**row, "year": key[2], "value": value}
    return pd.DataFrame(list(found.values()), columns=list(HISTORY))


def read_observed(country: Country) -> pd.DataFrame:
    """The series of a country and, where it has one, the history before them: statistic, group, year, value."""
    tables = [read_series(country.targets("series"))]
    if country.has_targets("history"):
        tables.insert(0, read_history(country.targets("history")))
    return pd.concat([table[["statistic", "group", "year", "value"]] for table in tables], ignore_index=True)


def reduced(observations: pd.DataFrame, moments: Sequence[Moment]) -> pd.Series:
    """The simulated counterpart of each moment.

    observations: one run; columns year (int), statistic, group (text), value (float, in the units of the targets), one
    row a key, in any order. Returns (len(moments),) float64 indexed by the name of the moment; NaN where a year that it
    needs is missing or NaN, or a ratio has nothing to divide by. Raises ValueError where a key is given twice.
    """
    table = observations.set_index(["statistic", "group", "year"])["value"]
    if table.index.has_duplicates:
        statistic, group, year = table.index[table.index.duplicated()][0]
        raise ValueError(
            f"The observations hold {statistic} of {group} in {year} twice: give those of one run, or their mean."
        )
    seen = table.to_dict()

    def of(moment: Moment) -> float:
        values = np.array([seen.get((moment.statistic, moment.group, year), np.nan) for year in moment.years], float)
        return REDUCTIONS[moment.reduction](values)

    return pd.Series({moment.moment: of(moment) for moment in moments}, dtype=float, name="simulated")


def distance(simulated: pd.Series, moments: Sequence[Moment]) -> pd.Series:
    """How far each simulated moment is from its target, in half-widths of the tolerance: 1 is the edge, below 0 low.

    simulated: float, indexed by the name of the moment; what is not in it counts as NaN. Returns (len(moments),)
    float64 with the same kind of index.
    """
    names = [moment.moment for moment in moments]
    targets = np.array([moment.target for moment in moments], float)
    half_widths = np.array([moment.half_width for moment in moments], float)
    return pd.Series((simulated.reindex(names).to_numpy() - targets) / half_widths, index=names, name="distance")


def inside(simulated: pd.Series, moments: Sequence[Moment]) -> pd.Series:
    """Whether each simulated moment is within tolerance, edges included; a missing one is not. Bool, one a moment."""
    return (distance(simulated, moments).abs() <= 1 + _EDGE).rename("inside")


def _choice(where: str, row: dict[str, str], name: str, known: Iterable[str]) -> None:
    if row[name] not in known:
        raise DataError(f"{where}: {name} {row[name]!r} is not one of {', '.join(known)}.")


def _typed[T](kind: type[T], path: Traversable, line: int, row: dict[str, Any]) -> T:
    """The row as a record: numbers and years from text, and no empty cell."""
    hints, values = get_type_hints(kind), dict(row)
    for name, hint in hints.items():
        if hint is str and not row[name].strip():
            raise DataError(f"{path.name} line {line}: no {name}; every row needs one.")
        if hint is float:
            values[name] = number(path, line, row[name])
        elif hint is int:
            values[name] = calendar_year(path, line, row[name])
    return kind(**values)
