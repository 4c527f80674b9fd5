"""Mutated files of what was observed (targets/*.csv) and of the ensemble: refused by file, or the same observations."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.calibration.plausible import read_rules
from experiments.calibration.targets import read_history, read_moments, read_series
from experiments.replication.targets import expected
from experiments.responses.evidence import read_published
from experiments.responses.shocks import read_shocks
from experiments.validation.error_model import read_errors
from experiments.validation.patterns import read_expected
from sim import Country, DataError, Ensemble, World
from tests.campaigns import worlds
from tests.campaigns.cases import Case, Owed, Seen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

YEARS = {
    "moments": "first_year last_year observed_until",
    "series": "year",
    "history": "year",
    "plausible": "first_year last_year",
}
NUMBERS = {
    "moments": "target tolerance",
    "series": "value",
    "history": "value",
    "responses": "low high",
    "shocks": "value size",
    "plausible": "low high",
    "structural": "low high",
    "quasi": "low high",
}
_CELLS_BLANK = ("plausible", "structural", "quasi")  # where a blank says that there is no such end
WORDS = {
    "moments": "reduction kind core use",
    "series": "use",
    "errors": "moment",
    "structural": "use independent",
    "quasi": "expected_sign",
    "shocks": "table operation unit",
    "responses": "unit",
}
NAMES = {
    "moments": "statistic",
    "series": "statistic",
    "history": "statistic",
    "errors": "statistic",
    "plausible": "outcome",
    "responses": "outcome population",
    "structural": "measure",
}
_GRADED = ("errors", "history", "moments", "quasi", "responses", "series", "shocks", "structural")
_FILES = (*_GRADED, "plausible")
_KEYED = tuple(name for name in _FILES if name != "shocks")  # a shock may move several numbers alike


def _csv(*names: str) -> tuple[str, ...]:
    return tuple(f"targets/{name}.csv" for name in names)


def _each(kind: str, columns: dict[str, str], values: Callable[[random.Random, str], str]) -> Iterator[worlds.Mutation]:
    """Another value in a cell of the columns that are named, file by file."""
    for name, known in columns.items():
        cells = [worlds._cell(column, values) for column in known.split()]
        yield kind, Owed.REFUSED, _csv(name), lambda draw, text, cells=cells: draw.choice(cells)(draw, text)


def _no_number(draw: random.Random, _: str) -> str:
    return draw.choice([one for one in worlds.NO_NUMBERS if one.strip() and one not in ("1e12", "-1e12")])


MUTATIONS: tuple[worlds.Mutation, ...] = (
    *_each("no number", NUMBERS, _no_number),
    *_each("number lost", {name: columns for name, columns in NUMBERS.items() if name not in _CELLS_BLANK}, lambda draw, _: draw.choice(["", " "])),
    *_each("no year", YEARS, lambda draw, _: draw.choice(["", "20x6", "2010.0", "26", "1800", "２０１０", "2010-04", "02010", "²", "99999", "-2010"])),
    ("no horizon", Owed.REFUSED, _csv("responses"), worlds._cell("horizon", lambda draw, _: draw.choice(["", "0", "-1", "²", "1.5", "ten", "１０", "1e1", "999"]))),
    ("no window", Owed.REFUSED, _csv("plausible"), worlds._cell("window", lambda draw, _: draw.choice(["", "0", "-1", "²", "1.5", "five", "５", "999"]))),
    *_each("no such word", WORDS, lambda draw, old: draw.choice(["", " " + old, old + "x", old.upper() + "_", "nobody"])),
    *_each("no such name", NAMES, lambda draw, old: draw.choice(["", " " + old, old + "x", old[1:], old[:-1], old[1] + old[0] + old[2:], old.swapcase(), "nobody"])),
    ("no unit", Owed.REFUSED, _csv(*(name for name in _GRADED if name not in ("shocks", "responses"))), worlds._cell("unit", lambda draw, _: draw.choice(["", " "]))),
    ("unit swapped", Owed.REFUSED, _csv("series", "history", "moments"), worlds._cell("unit", lambda draw, old: draw.choice(["bananas", "USD", "%", old.partition(" ")[0] + "x", "million persons"]))),
    ("value that cannot be", Owed.REFUSED, _csv("series", "history"), worlds._cell("value", lambda draw, _: draw.choice(["-1", "-0.01", "-1e9"]))),
    ("no source", Owed.REFUSED, _csv(*_GRADED), worlds._cell("source", lambda draw, _: draw.choice(["", " "]))),
    ("no grade", Owed.REFUSED, _csv(*_GRADED), worlds._cell("grade", lambda draw, _: draw.choice(["", "B", "v", "V ", "VD"]))),
    ("no reason", Owed.REFUSED, _csv("plausible"), worlds._cell("reason", lambda draw, _: draw.choice(["", " "]))),
    *_each("no label", {"moments": "statistic group", "series": "statistic group", "history": "statistic group"}, lambda draw, _: draw.choice(["", " "])),
    ("row twice", Owed.REFUSED, _csv(*_KEYED), worlds._of_rows(worlds._row_twice)),
    ("column lost", Owed.REFUSED, _csv(*_FILES), worlds._of_rows(worlds._column_lost)),
    ("column twice", Owed.REFUSED, _csv(*_FILES), worlds._of_rows(worlds._column_twice)),
    ("column renamed", Owed.REFUSED, _csv(*_FILES), worlds._of_rows(worlds._column_renamed)),
    ("columns swapped", Owed.REFUSED, _csv(*_FILES), worlds._of_rows(worlds._columns_swapped)),
    ("a cell more or less", Owed.REFUSED, _csv(*_FILES), worlds._of_rows(worlds._cells)),
    ("head lost", Owed.REFUSED, _csv(*_FILES), lambda _, text: text.partition(b"\n")[2]),
    ("head alone", Owed.REFUSED, _csv(*_FILES), lambda _, text: text.partition(b"\n")[0] + b"\n"),
    ("separator", Owed.REFUSED, _csv(*_FILES), lambda draw, text: worlds._text(worlds._table(text), draw.choice(";\t|"))),
    ("quote left open", Owed.REFUSED, _csv(*_FILES), lambda _, text: text.replace(b"\n", b'\n"', 1)),
    ("empty", Owed.REFUSED, _csv(*_FILES), lambda draw, _: draw.choice([b"", b"\n", b"\n\n\n", b"   "])),
    ("another encoding", Owed.REFUSED, _csv(*_FILES), lambda draw, text: text.decode().encode(draw.choice(["utf-16", "utf-32"]))),
    ("bytes in between", Owed.REFUSED, _csv(*_FILES), lambda draw, text: text[:99] + draw.choice([b"\xff", b"\0", b"\xc3\x28"]) + text[99:]),
    ("a comment", Owed.REFUSED, _csv(*_FILES), lambda _, text: b"# mine\n" + text),
    ("two tables", Owed.REFUSED, _csv(*_FILES), lambda _, text: text + text),
    ("cut anywhere", Owed.EITHER, _csv(*_FILES), lambda draw, text: text[: draw.randrange(1, len(text))]),
    ("no member", Owed.REFUSED, ("ensemble.csv",), worlds._member),
    ("member twice", Owed.REFUSED, ("ensemble.csv",), worlds._of_rows(worlds._row_twice)),
    ("column of the ensemble renamed", Owed.REFUSED, ("ensemble.csv",), worlds._of_rows(worlds._column_renamed)),
    ("byte order mark", Owed.TAKEN, _csv(*_FILES), lambda _, text: b"\xef\xbb\xbf" + text),
    ("line ends of Windows", Owed.TAKEN, _csv(*_FILES), lambda _, text: text.replace(b"\n", b"\r\n")),
    ("blank lines", Owed.TAKEN, _csv(*_FILES), lambda _, text: text.replace(b"\n", b"\n\n", 3)),
    ("quotes everywhere", Owed.TAKEN, _csv(*_FILES), lambda _, text: worlds._in_quotes(worlds._table(text))),
    ("no last line end", Owed.TAKEN, _csv(*_FILES), lambda _, text: text.rstrip(b"\n")),
)  # fmt: skip
"""How a file is mutated, what is owed for it, and which files can be."""


def cases(number: int, seed: int, home: Path) -> Iterator[Case]:
    """The folder, mutated in one file; it is whole again after each case."""
    for each in range(number):
        draw = random.Random(f"targets {seed} {each}")
        name, owed, files, mutate = MUTATIONS[(each + seed) % len(MUTATIONS)]
        file = home / draw.choice(files)
        whole = file.read_bytes()
        file.write_bytes(mutate(draw, whole))
        yield Case(each, name, owed, f"{home}\0{file.relative_to(home)}")
        file.write_bytes(whole)


def run(case: Case) -> Seen:
    """What the readers make of the folder."""
    home, name = case.what.split("\0")
    try:
        found = _read(Country.load(Path(home)))
    except DataError as error:
        said = str(error)
        return Seen(refused=True, said=said, fault="" if Path(name).stem in said else f"does not name {name}")
    except Exception as error:  # noqa: BLE001  is what is looked for
        return Seen(refused=False, said=repr(error), fault="a fault of the program")
    if case.owed is Owed.TAKEN and found != _whole():
        return Seen(refused=False, said="", fault="read as something else")
    return Seen(refused=False, said="")


def _read(country: Country) -> object:
    """Everything that is read of it, to compare."""
    of = country.targets
    moments, ensemble = read_moments(of("moments")), Ensemble.load(country=country)
    return (
        moments, read_series(of("series")).to_csv(), read_history(of("history")).to_csv(),
        read_rules(of("plausible")), read_errors(moments, of("errors")), read_expected(of("structural")),
        expected(of("quasi")), read_published(of("responses"), World.load()), read_shocks(of("shocks")), ensemble.weights, ensemble.values,
    )  # fmt: skip


@cache
def _whole() -> object:
    return _read(Country.load())


shown, place = worlds.shown, worlds.place
