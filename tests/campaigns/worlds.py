"""Mutated folders of a country: what loses or changes their meaning is refused by file, all else is the same country."""

from __future__ import annotations

import csv
import io
import random
import re
import shutil
import tempfile
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sim import Country, DataError, Ensemble, Parameters, World
from sim.world.tables import TABLES
from tests.campaigns.cases import Case, Owed, Seen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NO_NUMBERS = (
    *(
        "",
        " ",
        "n/a",
        "yes",
        "0x1F",
        "1_000",
        "1:30",
        "１２",
        "1.2.3",
        "1,5",
        "1 000",
        "--1",
        "'5",
        "5%",
        "5 JPY",
        "=A1",
        "#REF!",
        "-",
    ),
    *("nan", "inf", "-inf", "Infinity", "1e999", "1e12", "-1e12", "9" * 400, "٣", "½", "+-1", "0b11", "True", "None"),
)
"""What stands where a number of a table should, or is one that no series can hold."""

_TIDY = tuple(f"{name}.csv" for name in TABLES)
_SOURCED = (*_TIDY, "parameters.csv")
_CSVS = (*_SOURCED, "ensemble.csv")

type Rows = list[list[str]]


def _table(text: bytes) -> Rows:
    return list(csv.reader(io.StringIO(text.decode("utf-8-sig"), newline="")))


def _text(rows: Rows, separator: str = ",") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def _cell(column: str, values: Callable[[random.Random, str], str]) -> Callable[[random.Random, bytes], bytes]:
    """Another value in one cell of a column."""

    def mutate(draw: random.Random, text: bytes) -> bytes:
        rows = _table(text)
        place = rows[0].index(column if column in rows[0] else draw.choice(["default", "low", "high"]))
        row = draw.choice(rows[1:])
        row[place] = values(draw, row[place])
        return _text(rows)

    return mutate


def _member(draw: random.Random, text: bytes) -> bytes:
    rows = _table(text)
    draw.choice(rows[1:])[draw.randrange(len(rows[0]))] = draw.choice(NO_NUMBERS)
    return _text(rows)


def _of_rows(change: Callable[[random.Random, Rows], Rows]) -> Callable[[random.Random, bytes], bytes]:
    return lambda draw, text: _text(change(draw, _table(text)))


def _row_twice(draw: random.Random, rows: Rows) -> Rows:
    return [*rows, draw.choice(rows[1:])]


def _row_lost(draw: random.Random, rows: Rows) -> Rows:
    del rows[draw.randrange(1, len(rows))]
    return rows


def _column_lost(draw: random.Random, rows: Rows) -> Rows:
    at = draw.randrange(len(rows[0]))
    return [row[:at] + row[at + 1 :] for row in rows]


def _column_twice(draw: random.Random, rows: Rows) -> Rows:
    at = draw.randrange(len(rows[0]))
    return [[*row, row[at]] for row in rows]


def _column_renamed(draw: random.Random, rows: Rows) -> Rows:
    rows[0][draw.randrange(len(rows[0]))] += draw.choice(["x", " ", "?"])
    return rows


def _columns_swapped(draw: random.Random, rows: Rows) -> Rows:
    """The names of two columns change places, and what stands below does not."""
    one, other = draw.sample(range(len(rows[0])), 2)
    rows[0][one], rows[0][other] = rows[0][other], rows[0][one]
    return rows


def _cells(draw: random.Random, rows: Rows) -> Rows:
    row = draw.choice(rows[1:])
    if draw.random() < 0.5:
        row.append("1")
    else:
        row.pop()
    return rows


def _shuffled(draw: random.Random, rows: Rows) -> Rows:
    head, *below = rows
    draw.shuffle(below)
    return [head, *below]


def _label(draw: random.Random, rows: Rows) -> Rows:
    """One label of a row misspelt."""
    row = draw.choice(rows[1:])
    at = draw.choice([at for at in range(6) if row[at]])
    row[at] = draw.choice([row[at] + "x", " " + row[at], row[at] + " ", row[at][:-1], row[at].swapcase() + "_"])
    return rows


def _yaml(wanted: str, change: Callable[[random.Random, str], list[str]]) -> Callable[[random.Random, bytes], bytes]:
    """A mutation of one line that holds a word."""

    def mutate(draw: random.Random, text: bytes) -> bytes:
        lines = text.decode().split("\n")
        at = draw.choice([at for at, line in enumerate(lines) if wanted in line and not line.startswith("#")])
        lines[at : at + 1] = change(draw, lines[at])
        return "\n".join(lines).encode()

    return mutate


type Mutation = tuple[str, Owed, tuple[str, ...], Callable[[random.Random, bytes], bytes]]


@cache
def _programmes() -> tuple[str, ...]:
    folder = Path(str(Country.load().file("programmes")))
    return tuple(f"programmes/{path.name}" for path in sorted(folder.glob("*.yaml")) if path.stem != "programmes")


_EVERY = (*_CSVS, "country.yaml", "programmes/programmes.yaml")

MUTATIONS: tuple[Mutation, ...] = (
    ("no number", Owed.REFUSED, _SOURCED, _cell("value", lambda draw, _: draw.choice(NO_NUMBERS))),
    ("no unit", Owed.REFUSED, _TIDY, _cell("unit", lambda draw, _: draw.choice(["", " ", "apples", "%"]))),
    ("no source", Owed.REFUSED, _SOURCED, _cell("source", lambda draw, _: draw.choice(["", " "]))),
    ("no grade", Owed.REFUSED, _SOURCED, _cell("grade", lambda draw, _: draw.choice(["", "B", "v", "V ", "VD"]))),
    ("no year", Owed.REFUSED, ("drivers.csv",), _cell("year", lambda draw, _: draw.choice(["", "20x6", "2026.0", "26", "1800", "２０２６", "2026-04", "02026"]))),
    ("no label", Owed.REFUSED, _TIDY, _of_rows(_label)),
    ("no parameter", Owed.REFUSED, ("parameters.csv",), _cell("id", lambda draw, old: draw.choice(["", old + "x", old.upper(), " " + old]))),
    ("use of nobody", Owed.REFUSED, ("parameters.csv",), _cell("use", lambda draw, old: draw.choice(["", "levers", "yes", old + "x", old + ", nobody"]))),
    ("no member", Owed.REFUSED, ("ensemble.csv",), _member),
    ("row twice", Owed.REFUSED, _CSVS, _of_rows(_row_twice)),
    ("row lost", Owed.REFUSED, _CSVS, _of_rows(_row_lost)),
    ("column lost", Owed.REFUSED, _SOURCED, _of_rows(_column_lost)),
    ("column twice", Owed.REFUSED, _CSVS, _of_rows(_column_twice)),
    ("column renamed", Owed.REFUSED, _CSVS, _of_rows(_column_renamed)),
    ("columns swapped", Owed.REFUSED, _SOURCED, _of_rows(_columns_swapped)),
    ("a cell more or less", Owed.REFUSED, _CSVS, _of_rows(_cells)),
    ("head lost", Owed.REFUSED, _CSVS, lambda _, text: text.partition(b"\n")[2]),
    ("head alone", Owed.REFUSED, _CSVS, lambda _, text: text.partition(b"\n")[0] + b"\n"),
    ("separator", Owed.REFUSED, _CSVS, lambda draw, text: _text(_table(text), draw.choice(";\t|"))),
    ("quote left open", Owed.REFUSED, _CSVS, lambda _, text: text.replace(b"\n", b'\n"', 1)),
    ("cut", Owed.REFUSED, _TIDY, lambda draw, text: text[: draw.randrange(1, len(text) - 3)]),
    ("cut anywhere", Owed.EITHER, _EVERY, lambda draw, text: text[: draw.randrange(1, len(text))]),
    ("empty", Owed.REFUSED, (*_CSVS, "country.yaml"), lambda draw, _: draw.choice([b"", b"\n", b"\n\n\n", b"   "])),
    ("another encoding", Owed.REFUSED, _EVERY, lambda draw, text: text.decode().encode(draw.choice(["utf-16", "utf-32"]))),
    ("bytes in between", Owed.REFUSED, _EVERY, lambda draw, text: text[:99] + draw.choice([b"\xff", b"\0", b"\xc3\x28"]) + text[99:]),
    ("a comment", Owed.REFUSED, _CSVS, lambda _, text: b"# mine\n" + text),
    ("two tables", Owed.REFUSED, _CSVS, lambda _, text: text + text),
    ("key twice", Owed.REFUSED, ("country.yaml",), _yaml("currency", lambda _, line: [line, line])),
    ("no truth", Owed.REFUSED, ("country.yaml",), _yaml("trains:", lambda draw, line: [line.replace("true", draw.choice(["yes", "1", "on", "'true'", "null"])).replace("false", draw.choice(["no", "0", "off"]))])),
    ("unknown key", Owed.REFUSED, ("country.yaml",), _yaml("currency:", lambda draw, line: [line, f"{draw.choice(['colour', 'curency', 'Region'])}: x"])),
    ("key lost", Owed.REFUSED, ("country.yaml",), _yaml("currency", lambda _draw, _line: [])),
    ("no code", Owed.REFUSED, ("country.yaml",), _yaml("currency: ", lambda draw, _: [f"currency: {draw.choice(['yen', 'JPYX', '392', 'null', '', '[JPY]'])}"])),
    ("name twice", Owed.REFUSED, ("country.yaml",), _yaml("{name:", lambda _, line: [line, line])),
    ("name lost", Owed.REFUSED, ("country.yaml",), _yaml("{name:", lambda _draw, _line: [])),
    ("order of nobody", Owed.REFUSED, ("programmes/programmes.yaml",), lambda draw, _: draw.choice([b"order: []\n", b"order: [nobody]\n", b"", b"order: 3\n", b"order:\n", b"ordre: [a]\n", b"order: [../japan]\n", b"- a\n", b"order: {a: 1}\n", b"order: [[a]]\n"])),
    ("unit swapped", Owed.REFUSED, ("parameters.csv",), _cell("unit", lambda draw, old: draw.choice(["bananas", "USD", "%", old + "x", "million " + old]))),
    ("programme: unit swapped", Owed.REFUSED, ("programmes",), _yaml("unit:", lambda draw, line: [re.sub(r"unit: [^,}\n]+", f"unit: {draw.choice(['bananas', 'USD', 'million USD/yr', 'months', 'awards', 'JPY', '%'])}", line, count=1)])),
    ("programme: home abroad", Owed.REFUSED, ("programmes",), _yaml("title:", lambda _, line: [line, "origin_regions: [JPN]"])),
    ("programme: key twice", Owed.REFUSED, ("programmes",), _yaml("kind:", lambda _, line: [line, line])),
    ("programme: no number", Owed.REFUSED, ("programmes",), _yaml("value:", lambda draw, line: [line.split("value:")[0] + f"value: {draw.choice(['yes', '.inf', '0x1', '1:30', 'null', '1_000', '[]', '9' * 400])}" + ("," + line.split("value:")[1].partition(",")[2] if "," in line.split("value:")[1] else "")])),
    ("programme: unknown key", Owed.REFUSED, ("programmes",), _yaml("title:", lambda draw, line: [line, f"{draw.choice(['colour', 'titel', 'region', 'places_'])}: 1"])),
    ("programme: kind of nobody", Owed.REFUSED, ("programmes",), _yaml("kind:", lambda draw, _: [f"kind: {draw.choice(['fellowship', 'yes', '', '[stipend]', 'null', '{a: 1}', '3'])}"])),
    ("byte order mark", Owed.TAKEN, _EVERY, lambda _, text: b"\xef\xbb\xbf" + text),
    ("line ends of Windows", Owed.TAKEN, _EVERY, lambda _, text: text.replace(b"\n", b"\r\n")),
    ("blank lines", Owed.TAKEN, _CSVS, lambda _, text: text.replace(b"\n", b"\n\n", 3)),
    ("quotes everywhere", Owed.TAKEN, _CSVS, lambda _, text: _in_quotes(_table(text))),
    ("no last line end", Owed.TAKEN, _EVERY, lambda _, text: text.rstrip(b"\n")),
    ("rows in another order", Owed.TAKEN, _SOURCED, _of_rows(_shuffled)),
)  # fmt: skip
"""How a file of the folder is mutated, what is owed for it, and which files can be."""


def _in_quotes(rows: Rows) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def _lost(path: Path) -> None:
    path.unlink()


def _to_itself(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)


def _a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _called_otherwise(path: Path) -> None:
    path.rename(path.with_name(path.name.replace(".", "s.")))


def _one_more(path: Path) -> None:
    shutil.copy(path, path.with_name("mine" + path.suffix))


def _another_ending(path: Path) -> None:
    shutil.copy(path, path.with_suffix(".yml"))


STRUCTURE: tuple[tuple[str, Callable[[Path], None]], ...] = (
    ("file lost", _lost),
    ("link to itself", _to_itself),
    ("folder for a file", _a_folder),
    ("file called otherwise", _called_otherwise),
    ("file that nothing reads", _one_more),
    ("file that nothing reads", _another_ending),
)
"""What may happen to a file as a whole; all of it is refused."""


def cases(number: int, seed: int, home: Path) -> Iterator[Case]:
    """The folder, mutated in one file; it is whole again after each case."""
    kinds = len(MUTATIONS) + len(STRUCTURE)
    for each in range(number):
        draw = random.Random(f"world {seed} {each}")
        kind = (each + seed) % kinds
        if kind < len(MUTATIONS):
            name, owed, files, mutate = MUTATIONS[kind]
            file = home / draw.choice(_programmes() if files == ("programmes",) else files)
            whole = file.read_bytes()
            file.write_bytes(mutate(draw, whole))
            yield Case(each, name, owed, f"{home}\0{file.relative_to(home)}")
            file.write_bytes(whole)
        else:
            name, change = STRUCTURE[kind - len(MUTATIONS)]
            file = home / draw.choice([*(one for one in _EVERY if one != "ensemble.csv"), *_programmes()])
            change(file)
            yield Case(each, name, Owed.REFUSED, f"{home}\0{file.relative_to(home)}")
            shutil.rmtree(home)
            shutil.copytree(str(Country.load().root), home)


def run(case: Case) -> Seen:
    """What the readers make of the folder."""
    home, name = case.what.split("\0")
    try:
        found = _read(home)
    except DataError as error:
        said = str(error)
        named = Path(name).stem in said or name == "country.yaml" or case.kind == "file that nothing reads"
        return Seen(refused=True, said=said, fault="" if named else f"does not name {name}")
    except Exception as error:  # noqa: BLE001  is what is looked for
        return Seen(refused=False, said=repr(error), fault="a fault of the program")
    if case.owed is Owed.TAKEN and found != _whole():
        return Seen(refused=False, said="", fault="read as something else")
    return Seen(refused=False, said="")


def _read(country: str | None) -> object:
    """Everything that is read of a folder, to compare."""
    world, parameters = World.load(country and Path(country)), Parameters.load(country and Path(country))
    ensemble = Ensemble.load(country=country and Path(country))
    tables = {
        name: {
            (series, *key): (one.value, one.unit, one.source, one.grade)
            for series, rows in world.table(name).numbers.items()
            for key, one in rows.items()
        }
        for name in TABLES
    }
    return (
        tables,
        dict(sorted(parameters.as_dict().items())),
        ensemble.weights,
        ensemble.values,
        world.programmes,
        world.country.about,
    )


@cache
def _whole() -> object:
    return _read(None)


def shown(case: Case) -> str:
    """Which file was changed."""
    return case.what.split("\0")[1]


@contextmanager
def place() -> Iterator[Path]:
    """A copy of the country's folder."""
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / "mine"
        shutil.copytree(str(Country.load().root), folder)
        yield folder
