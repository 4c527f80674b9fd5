"""What the tables of the model description say of the data: files, grades, values, parameters, the fingerprint."""

from __future__ import annotations

import ast
import csv
import itertools
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from experiments.documents.marked import number, table
from sim import Parameters, World
from sim.market.institutions import Employer
from sim.world.country import ENSEMBLE, POSTS_FOLLOW
from sim.world.tables import GRADES, KEYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HOUSE = Path(__file__).parents[2]
OBSERVED_TO = 2025
"""The last year that data may speak of as observed: rows of later years carry a series on."""

_DECLARING = ("schema.py", "country.py", "sizes.py")
"""Modules that say what a country must hold, which is no reading."""

Row = dict[str, str]


def fingerprint(world: World) -> str:
    """The sentence that says which data the text describes."""
    where = folder(world).relative_to(HOUSE)
    return (
        f"The text describes the code and the data with data fingerprint `{world.fingerprint[:12]}` "
        f"(`World.load().fingerprint`, first twelve digits): the SHA-256 over names and bytes of the data files in "
        f"`{where}/`; `{ENSEMBLE}` and the folder `targets/` are left out."
    )


def folder(world: World) -> Path:
    """Where the files of the world's country lie."""
    return Path(str(world.country.root))


def grades(world: World) -> str:
    """How many values of each grade each file holds; first the model's own, then those that are only compared with."""
    files = _files(folder(world))
    own = {name: rows for name, rows in files.items() if "/" not in name} | _records(folder(world))
    everything = [row for rows in own.values() for row in rows]
    observed = [row for row in everything if int(row.get("year") or 0) <= OBSERVED_TO]
    lines = [_graded(f"`{name}`", rows) for name, rows in own.items()]
    lines += [_graded("**all**", everything), _graded(f"all but rows of years after {OBSERVED_TO}", observed)]
    lines += [_graded(f"`{name}`, for comparison only", rows) for name, rows in files.items() if "/" in name]
    return table(["file", "rows", *GRADES], lines)


def awards(world: World) -> str:
    """Every number of the records of programmes: value, or places by year, with unit, grade and source."""
    lines = []
    for name, rows in _records(folder(world)).items():
        for (number_, source), part in itertools.groupby(rows, key=lambda row: (row["series"], row["source"])):
            same = list(part)
            values = [f"{row['year']}: {number(float(row['value']))}" if row["year"] else row["value"] for row in same]
            grades_of = "/".join(dict.fromkeys(row["grade"] for row in same))
            lines.append(
                (f"`{Path(name).stem}`", f"`{number_}`", ", ".join(values), same[0]["unit"], grades_of, source)
            )
    return table(
        ["programme", "number", "value, or values by year", "unit", "grade", "source, as the record gives it"], lines
    )


def series(world: World) -> str:
    """What each file holds, a line a series: rows, years, unit, grades, sources, and the modules that read it."""
    lines = []
    for name, rows in _files(folder(world)).items():
        for title, part in _by_series(rows).items():
            counts = Counter(row["grade"] for row in part)
            lines.append(
                (
                    f"`{name}`",
                    f"`{title}`" if title else "one row each",
                    f"{len(part):,}{_span(part)}",
                    _some([row["unit"] for row in part]),
                    ", ".join(f"{grade} {counts[grade]}" for grade in GRADES if counts[grade]),
                    _some([row["source"] for row in part]) if title else "the column `source`",
                    ", ".join(f"`{module}`" for module in read_by(title)),
                )
            )
    return table(
        ["file", "series", "rows, years", "unit", "grade: rows", "source, as the file gives it", "read by"], lines
    )


def values(world: World) -> str:
    """The values of tables without years, with their grades: a table for each kind of key of each file."""
    parts = []
    for name, rows in _files(folder(world)).items():
        if "/" in name or "series" not in rows[0] or len({row["year"] for row in rows}) > 1:
            continue
        by_key: dict[tuple[str, ...], dict[str, list[Row]]] = {}
        for title, part in _by_series(rows).items():
            keys = tuple(key for key in KEYS[1:] if any(row[key] for row in part)) if len(part) > 1 else ()
            by_key.setdefault(keys, {})[title] = part
        for keys, group in sorted(by_key.items(), key=lambda item: len(item[0])):
            parts.append(f"`{name}`" + (f", by {' and '.join(keys)}" if keys else "") + ":\n\n" + _values(keys, group))
    return "\n".join(parts)


def parameters() -> str:
    """Every parameter with default, range, unit, grade, use, meaning and evidence."""
    known = Parameters.load().catalogue.values()
    uses = Counter(parameter.use for parameter in known)
    lines = [
        (
            f"`{one.name}`",
            number(one.default),
            f"{number(one.low)} to {number(one.high)}",
            one.unit,
            one.grade,
            one.use,
            one.meaning,
            one.source,
        )
        for one in known
    ]
    head = ["parameter", "default", "range", "unit", "grade", "use", "meaning", "evidence"]
    counts = ", ".join(f"{count} {use}" for use, count in sorted(uses.items()))
    return f"{len(lines)} parameters: {counts}.\n\n" + table(head, lines)


def read_by(series: str) -> tuple[str, ...]:
    """The modules of the model that ask a table for a series by its name.

    Where none does with the name as an argument, those in whose code it stands at all, or the pattern of it.
    """
    if series in POSTS_FOLLOW:  # by the name that the country says a tier follows
        return (Employer.__module__.removeprefix("sim."),)
    for texts in _texts():
        if found := tuple(module for module, known in texts.items() if any(one.fullmatch(series) for one in known)):
            return found
    return ()


@cache
def _texts() -> tuple[dict[str, list[re.Pattern[str]]], dict[str, list[re.Pattern[str]]]]:
    """Texts in the code of the model by module, a text put together of parts as a pattern: arguments, and all."""
    arguments: dict[str, list[re.Pattern[str]]] = {}
    everywhere: dict[str, list[re.Pattern[str]]] = {}
    for path in sorted((HOUSE / "sim").rglob("*.py")):
        if "agents" in path.parts or path.name in _DECLARING:  # the plain agents read what the model reads
            continue
        module = ".".join(path.relative_to(HOUSE / "sim").with_suffix("").parts).removesuffix(".__init__")
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        given = [argument for node in nodes if isinstance(node, ast.Call) for argument in node.args]
        arguments[module] = [pattern for node in given if (pattern := _pattern(node))]
        everywhere[module] = [pattern for node in nodes if (pattern := _pattern(node))]
    return arguments, everywhere


def _pattern(node: ast.AST) -> re.Pattern[str] | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.compile(re.escape(node.value))
    if isinstance(node, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
        if any(isinstance(part, str) and "_" in part for part in parts):
            return re.compile("".join(re.escape(str(part)) if part is not None else "[a-z]+" for part in parts))
    return None


def series_of(path: Path) -> list[str]:
    """The series of a tidy file, in their order."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(_by_series(list(csv.DictReader(file))))


def _files(directory: Path) -> dict[str, list[Row]]:
    """The rows of every data file of a country by its path in the folder; those to compare with last."""
    paths = sorted(directory.rglob("*.csv"), key=lambda path: (len(path.parts), path.name))
    found = {}
    for path in paths:
        if path.name != ENSEMBLE:
            with path.open(encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
            if "grade" in rows[0]:  # rules of common sense have a reason instead
                found[path.relative_to(directory).as_posix()] = rows
    return found


def _records(directory: Path) -> dict[str, list[Row]]:
    """The numbers in the records of programmes, a row each, by the path of the record in the folder."""
    return {
        path.relative_to(directory).as_posix(): rows
        for path in sorted((directory / "programmes").glob("*.yaml"))
        if (rows := list(_sourced("", yaml.safe_load(path.read_text(encoding="utf-8")), "")))
    }


def _sourced(name: str, held: object, unit: str) -> Iterator[Row]:
    """Every number with a grade below an entry of a record, in its order."""
    if isinstance(held, list):
        for part in held:
            yield from _sourced(name, part, unit)
    elif isinstance(held, dict):
        unit = held.get("unit", unit)
        years = held.get("years")
        dated = isinstance(years, dict) and all(isinstance(year, int) for year in years)
        values = years if dated and years else {"": held["value"]} if "value" in held else {}
        for year, value in values.items():
            about = {"unit": unit, "source": held["source"], "grade": held["grade"]}
            yield {"series": name, "year": str(year), "value": str(value), **about}
        for key, part in held.items() if not values else ():
            yield from _sourced(name if key == "by_year" else key, part, unit)


def _by_series(rows: list[Row]) -> dict[str, list[Row]]:
    """The rows of a tidy file by series; those of any other under an empty name."""
    parts: dict[str, list[Row]] = {}
    for row in rows:
        parts.setdefault(row.get("series", ""), []).append(row)
    return parts


def _graded(name: str, rows: list[Row]) -> tuple[object, ...]:
    counts = Counter(row["grade"] for row in rows)
    return (name, f"{len(rows):,}", *(f"{counts[grade]:,}" for grade in GRADES))


def _span(rows: list[Row]) -> str:
    years = sorted({int(row["year"]) for row in rows if row.get("year")})
    if not years:
        return ""
    return f", {years[0]}" if len(years) == 1 else f", {years[0]}-{years[-1]}"


def _some(texts: Iterable[str], most: int = 3) -> str:
    """The different texts, once each and in their order; beyond a few it is said how many more there are."""
    different = list(dict.fromkeys(texts))
    more = len(different) - most
    return "; ".join(different[:most]) + (f"; and {more} more, in the file" if more > 0 else "")


def _values(keys: tuple[str, ...], group: dict[str, list[Row]]) -> str:
    def shown(row: Row | None) -> str:
        return f"{number(float(row['value']))} {row['grade']}" if row else ""

    if not keys:
        return "; ".join(f"`{title}` {shown(part[0])}" for title, part in group.items()) + ".\n"
    if len(keys) == 1:
        (key,) = keys
        cells = {(row[key], title): row for title, part in group.items() for row in part}
        labels = dict.fromkeys(label for label, _ in cells)
        lines = ([label, *(shown(cells.get((label, title))) for title in group)] for label in labels)
        return table([key, *(f"`{title}`" for title in group)], lines)
    return "\n".join(_crossed(title, keys, part) for title, part in group.items())


def _crossed(title: str, keys: tuple[str, ...], part: list[Row]) -> str:
    lines: Iterator[list[str]] = (
        [*(row[key] for key in keys), number(float(row["value"])), row["grade"]] for row in part
    )
    return table([*keys, f"`{title}`", "grade"], lines)
