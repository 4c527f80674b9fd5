"""Mutated policy and world files: what loses or changes their meaning is refused with file and line, all else is read."""

from __future__ import annotations

import random
import re
import tempfile
from contextlib import contextmanager
from difflib import unified_diff
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.errors import InputError
from experiments.request.composition import CONFIGS
from experiments.request.policies import load
from sim import DataError, PolicyError, World
from sim.instruments.course import refuse_misfits
from sim.instruments.policy import read_measure
from tests.campaigns.cases import Case, Owed, Seen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NO_NUMBERS = (
    *(
        "yes",
        "no",
        "on",
        "Off",
        "0x1F",
        "0o17",
        "017",
        "1:30",
        "1_000",
        ".inf",
        "-.inf",
        ".nan",
        "1e999",
        "~",
        "null",
        "true",
    ),
    *(
        "[]",
        "{}",
        "[1, 2]",
        "''",
        "'0.5'",
        "1,5",
        "１",
        "2026-01-01",
        "!!str 1",
        "{2026: yes}",
        "{2026: .nan}",
        "{20x6: 1}",
        "{26: 1}",
    ),
    *(
        "{2026: 1, 2026: 2}",
        "{2026: {2027: 1}}",
        "!!python/name:os.system",
        "!!int 0x1F",
        "- 1",
        "0.1.2",
        "5%",
        "1e",
        "--1",
    ),
)
"""What stands where a number should."""

NO_YEARS = (
    "yes",
    "2026.5",
    "'2026'",
    "20x6",
    "02026",
    "2026-04-01",
    "[2026]",
    "1e9",
    "26",
    "99999",
    "null",
    "0x7ea",
    "2_026",
)
"""What stands where a year should."""


@cache
def _sources() -> list[str]:
    return [
        path.read_text(encoding="utf-8")
        for kind in ("policy", "world")
        for path in sorted((CONFIGS / kind).glob("*.yaml"))
    ]


def _line(draw: random.Random, lines: list[str], wanted: Callable[[str], bool]) -> int | None:
    found = [at for at, line in enumerate(lines) if wanted(line)]
    return draw.choice(found) if found else None


def _key(line: str) -> str:
    return line.strip().removeprefix("- ").partition(":")[0]


def _scalar(line: str) -> bool:
    """Whether a line is a key with its value, in no list of braces."""
    value = line.partition(": ")[2].strip()
    return bool(re.match(r" *(- )?[a-z_]+: ", line)) and bool(value) and value[0] not in "{[|>&*#"


type Mutation = tuple[str, Owed, Callable[[random.Random, str], bytes | None]]


def _of_line(
    wanted: Callable[[str], bool], change: Callable[[random.Random, str], list[str]]
) -> Callable[[random.Random, str], bytes | None]:
    """A mutation of one line; None where the file has no such line."""

    def mutate(draw: random.Random, text: str) -> bytes | None:
        lines = text.split("\n")
        at = _line(draw, lines, wanted)
        if at is None:
            return None
        lines[at : at + 1] = change(draw, lines[at])
        return "\n".join(lines).encode()

    return mutate


def _value(line: str, value: str) -> str:
    """The line with another value, its comment kept away."""
    return f"{line.partition(':')[0]}: {value}"


def _is(*keys: str) -> Callable[[str], bool]:
    return lambda line: _scalar(line) and _key(line) in keys


def _doubled_block(draw: random.Random, text: str) -> bytes | None:
    """A top-level key given once more at the end, with its whole block."""
    lines = text.rstrip("\n").split("\n")
    heads = [at for at, line in enumerate(lines) if line and line[0].isalpha() and ":" in line]
    at = draw.choice(heads)
    end = next((other for other in heads if other > at), len(lines))
    return "\n".join([*lines, *lines[at:end], ""]).encode()


def _repeated_change(draw: random.Random, text: str) -> bytes | None:
    """One change of the list made twice."""
    lines = text.split("\n")
    starts = [at for at, line in enumerate(lines) if line.startswith("  - ") and _key(line) in ("lever", "address")]
    if not starts:
        return None
    at = draw.choice(starts)
    end = at + 1
    while end < len(lines) and lines[end].startswith("    "):
        end += 1
    return "\n".join([*lines[:end], *lines[at:end], *lines[end:]]).encode()


def _quoted(draw: random.Random, text: str) -> bytes | None:
    """A text in quotes is the same text."""
    lines = text.split("\n")
    at = _line(
        draw, lines, lambda line: _is("title", "source")(line) and not set(line.partition(": ")[2]) & set("'\"#:")
    )
    if at is None:
        return None
    end = at + 1
    if end < len(lines) and lines[end].startswith("    ") and ":" not in lines[end]:
        return None  # it goes on
    key, _, value = lines[at].partition(": ")
    lines[at] = f'{key}: "{value.strip()}"'
    return "\n".join(lines).encode()


_NUMBERS = ("set", "add", "times", "value", "income", "unit_cost", "years")
_TEXTS = ("title", "title_ja", "source", "name", "lever", "address", "grade")

_NO_UNITS = (
    "USD",
    "yen",
    "bananas",
    "%",
    "million",
    "million USD/yr",
    "days",
    "USD per year",
    "JPY",
    "JPY per day",
    "''",
    "3",
)
_UNIT, _LIST = re.compile(r"\bunit: ([^,}\n]+)"), re.compile(r"\[([^\[\]]+)\]")


def _unit_swapped(draw: random.Random, line: str) -> list[str]:
    """Another unit, which nothing here has."""
    unit = draw.choice(_NO_UNITS)
    return [_UNIT.sub(f"unit: {unit}", line, count=1)]


def _one_more(draw: random.Random, line: str) -> list[str]:
    """A list with one of its entries twice."""
    entries = _LIST.search(line)
    assert entries is not None, line
    return [_LIST.sub(f"[{entries[1]}, {draw.choice(entries[1].split(', '))}]", line, count=1)]


def _listing(*keys: str) -> Callable[[str], bool]:
    return lambda line: _key(line) in keys and bool(_LIST.search(line))


def _one_line(key: str) -> Callable[[str], bool]:
    """Whether a line is a record in braces that begins with a key."""
    return lambda line: line.strip().removeprefix("- ").startswith(f"{{{key}: ")


def _in_braces(name: str, *values: str) -> Callable[[random.Random, str], list[str]]:
    return lambda draw, line: [re.sub(rf"\b{name}: [^,}}]+", f"{name}: {draw.choice(values)}", line, count=1)]


MEANINGS: tuple[Mutation, ...] = (
    ("unit swapped", Owed.REFUSED, _of_line(lambda line: bool(_UNIT.search(line)), _unit_swapped)),
    ("row unknown", Owed.REFUSED, _of_line(_listing("rows"), lambda draw, line: [_LIST.sub(f"[A1, {draw.choice(['A175', 'A999', 'A0', 'B1', 'a1', '1', 'A01'])}]", line, count=1)])),
    ("row twice", Owed.REFUSED, _of_line(_listing("rows"), _one_more)),
    ("include twice", Owed.REFUSED, _of_line(_listing("includes"), _one_more)),
    ("label twice", Owed.REFUSED, _of_line(_listing("stages", "regions", "origin_regions"), _one_more)),
    ("home abroad", Owed.REFUSED, _of_line(_listing("regions", "origin_regions"), lambda _, line: [_LIST.sub(rf"[\1, {_world().home}]", line, count=1)])),
    ("stage of nobody", Owed.REFUSED, _of_line(_listing("stages"), lambda draw, line: [_LIST.sub(f"[{draw.choice(['left', 'postdocs', 'Permanent', 'professor', '3'])}]", line, count=1)])),
    ("target that cannot be", Owed.REFUSED, _of_line(_one_line("outcome"), _in_braces("value", "-1", "-0.01", "1e999", ".nan", "'0.5'"))),
    ("target of nothing", Owed.REFUSED, _of_line(_one_line("outcome"), _in_braces("outcome", "return", "nobody", "all", "''", "0"))),
    ("target before the start", Owed.REFUSED, _of_line(_one_line("outcome"), _in_braces("by", "2000", "26", "1e3", "2025.5"))),
    ("year of no calendar", Owed.REFUSED, _of_line(lambda line: "years: {20" in line, lambda draw, line: [re.sub(r"years: {20", f"years: {{{draw.choice(['2', '200', '-20', '2_0'])}", line, count=1)])),
    ("fewer than none", Owed.REFUSED, _of_line(lambda line: bool(re.match(r" +(members|ties|visits|unit_cost|host_hours|degree_within|years): {value: ", line)), _in_braces("value", "-1", "-3", "-0.5", "1e12"))),
    ("part of a person", Owed.REFUSED, _of_line(lambda line: bool(re.match(r" +(members|degree_within|lag): {value: ", line)), _in_braces("value", "2.5", "0.1"))),
    ("older schema", Owed.REFUSED, _of_line(_is("schema"), lambda _, line: [_value(line, "1")])),
)  # fmt: skip
"""What a file says in the right form and that cannot be: each is refused with file and line."""

MUTATIONS: tuple[Mutation, ...] = (
    *MEANINGS,
    ("key twice", Owed.REFUSED, _of_line(_scalar, lambda _, line: [line, line.replace("- ", "  ", 1) if line.lstrip().startswith("- ") else line])),
    ("block twice", Owed.REFUSED, _doubled_block),
    ("change twice", Owed.REFUSED, _repeated_change),
    ("no number", Owed.REFUSED, _of_line(_is("set", "add", "times"), lambda draw, line: [_value(line, draw.choice(NO_NUMBERS))])),
    ("no price", Owed.REFUSED, _of_line(_is("value"), lambda draw, line: [_value(line, draw.choice([*NO_NUMBERS, "-1", "1e300", "{2026: 1}"]))])),
    ("no year", Owed.REFUSED, _of_line(_is("start"), lambda draw, line: [_value(line, draw.choice(NO_YEARS))])),
    ("no last year", Owed.REFUSED, _of_line(_is("end"), lambda draw, line: [_value(line, draw.choice([*(one for one in NO_YEARS if one != "null"), "1990"]))])),
    ("misspelt key", Owed.REFUSED, _of_line(_scalar, lambda draw, line: [line.replace(_key(line), _key(line)[:-1] + draw.choice("xqz"), 1)])),
    ("unknown key", Owed.REFUSED, _of_line(lambda line: line.startswith("title:"), lambda draw, line: [f"{draw.choice(['colour', 'budget', 'note', 'Name', 'change', '<<', '2026', 'yes'])}: 1", line])),
    ("no text", Owed.REFUSED, _of_line(_is(*_TEXTS), lambda draw, line: [_value(line, draw.choice(["", "[a]", "{a: 1}", "null", "''", "3.5", "!!binary aGk="]))])),
    ("no grade", Owed.REFUSED, _of_line(_is("grade"), lambda draw, line: [_value(line, draw.choice(["B", "v", "VD", "yes", "1", "'V '"]))])),
    ("no lever", Owed.REFUSED, _of_line(_is("lever", "address"), lambda draw, line: [_value(line, draw.choice(["a b", "x[", "[", "x..y]", "'a[b,'", "日本", "x.y[z]["]))])),
    ("both targets", Owed.REFUSED, _of_line(_is("lever"), lambda _, line: [line, "    address: drivers.exchange_rate"])),
    ("both operations", Owed.REFUSED, _of_line(_is("add"), lambda _, line: [line, "    times: 2"])),
    ("operation lost", Owed.REFUSED, _of_line(_is("set", "add", "times"), lambda _draw, _line: [])),
    ("source lost", Owed.REFUSED, _of_line(lambda line: line.startswith(("source:", "grade:", "title:", "title_ja:", "name:", "start:")) and "," not in line[:0], lambda _draw, _line: [])),
    ("kind of nobody", Owed.REFUSED, _of_line(_is("kind"), lambda draw, line: [_value(line, draw.choice(["policies", "World", "", "null", "1", "[policy]", "yes"]))])),
    ("schema of nobody", Owed.REFUSED, _of_line(lambda line: line.startswith("title:"), lambda draw, line: [f"schema: {draw.choice(['3', '0', 'two', 'true', '2.5', '[2]'])}", line])),
    ("tab", Owed.REFUSED, _of_line(lambda line: line.startswith("    ") and _scalar(line), lambda _, line: ["\t" + line.lstrip()])),
    ("anchor of nobody", Owed.REFUSED, _of_line(_is("set", "add", "times", "start", "value"), lambda _, line: [_value(line, "*nowhere")])),
    ("cut in a line", Owed.EITHER, lambda draw, text: text.encode()[: draw.randrange(1, len(text.encode()))]),
    ("another encoding", Owed.REFUSED, lambda draw, text: text.encode(draw.choice(["utf-16", "utf-32"]))),
    ("cp932", Owed.REFUSED, lambda _, text: (text + "\n# 題名\n").encode("cp932", "replace")),
    ("bytes in between", Owed.REFUSED, lambda draw, text: text.encode()[:40] + draw.choice([b"\0", b"\xff", b"\x1b", b"\x07", b"\xc3\x28"]) + text.encode()[40:]),
    ("empty", Owed.REFUSED, lambda draw, _: draw.choice([b"", b"\n", b"# nothing\n", b"---\n", b"null\n", b"[]\n", b"{}\n", b"3\n", b"text\n"])),
    ("two documents", Owed.REFUSED, lambda _, text: f"{text}\n---\n{text}".encode()),
    ("a list of files", Owed.REFUSED, lambda _, text: ("- " + text.replace("\n", "\n  ")).encode()),
    ("never ending", Owed.REFUSED, lambda _, text: (text + "\nnote: " + "[" * 3000).encode()),
    ("bomb of anchors", Owed.REFUSED, lambda _, text: (text + "\na: &a [1,1,1,1,1,1,1,1,1]\n" + "".join(f"{b}: &{b} [*{a},*{a},*{a},*{a},*{a},*{a},*{a},*{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))).encode()),
    ("merge key", Owed.REFUSED, _of_line(lambda line: line.startswith("title:"), lambda _, line: ["<<: {grade: A}", line])),
    ("swapped separator", Owed.REFUSED, _of_line(_is("set", "add", "times", "start", "name"), lambda draw, line: [line.replace(":", draw.choice([" =", "", "：", ";"]), 1)])),
    ("huge whole number", Owed.REFUSED, _of_line(_is("start", "set", "add", "times", "value"), lambda draw, line: [_value(line, "9" * draw.choice([400, 5000]))])),
    ("byte order mark", Owed.TAKEN, lambda _, text: text.encode("utf-8-sig")),
    ("line ends of Windows", Owed.TAKEN, lambda _, text: text.replace("\n", "\r\n").encode()),
    ("no last line end", Owed.TAKEN, lambda _, text: text.rstrip("\n").encode()),
    ("comments and blank lines", Owed.TAKEN, lambda _, text: f"# mine\n\n{text}\n\n# end\n".encode()),
    ("quotes", Owed.TAKEN, _quoted),
    ("one document", Owed.TAKEN, lambda _, text: f"---\n{text}\n...\n".encode()),
    ("unchanged", Owed.TAKEN, lambda _, text: text.encode()),
    ("spaces after a colon", Owed.TAKEN, _of_line(_is("start", "grade"), lambda _, line: [line.replace(": ", ":    ", 1)])),
    ("another number", Owed.EITHER, _of_line(_is(*_NUMBERS), lambda draw, line: [_value(line, f"{draw.choice([-1, 1]) * 10 ** draw.uniform(-8, 14):.6g}")])),
    ("another indent", Owed.EITHER, _of_line(lambda line: bool(line.strip()), lambda _, line: [" " + line])),
    ("a line lost", Owed.EITHER, _of_line(lambda line: bool(line.strip()), lambda _draw, _line: [])),
    ("a line of something else", Owed.EITHER, _of_line(lambda line: bool(line.strip()), lambda draw, line: [line, draw.choice([*NO_NUMBERS, "x: 1", "  - x", "%YAML 1.1", "--- |", "? a", "!x"])])),
)  # fmt: skip
"""How a file is mutated, and what is owed for it."""


def cases(number: int, seed: int, home: Path) -> Iterator[Case]:
    """Mutated files in a folder, each by the name of the case."""
    each = 0
    while each < number:
        draw = random.Random(f"policy {seed} {each}")
        kind, owed, mutate = MUTATIONS[(each + seed) % len(MUTATIONS)]
        made = None
        while made is None:
            source = draw.choice(_sources())
            made = mutate(draw, source)
        file = home / f"case{each}.yaml"
        file.write_bytes(made)
        plain = _source(file)
        plain.write_bytes(source.encode())
        yield Case(each, kind, owed, str(file))
        file.unlink()
        plain.unlink()
        each += 1


def run(case: Case) -> Seen:
    """What the reader makes of a file. One that is neutral must be read as what it was before."""
    file = Path(case.what)
    try:
        found = load(str(file))
        refuse_misfits(_world(), [found])
    except (InputError, PolicyError, DataError) as error:
        said = str(error)
        fault = "" if file.name in said else "does not name the file"
        if not fault and case.kind in _MEANT and not re.search(rf"{file.name} line \d+: ", said):
            fault = "does not name the line"
        return Seen(refused=True, said=said, fault=fault)
    except Exception as error:  # noqa: BLE001  is what is looked for
        return Seen(refused=False, said=repr(error), fault="a fault of the program")
    if case.owed is Owed.TAKEN and found != read_measure(_source(file)):
        return Seen(refused=False, said="", fault="read as something else")
    return Seen(refused=False, said="")


def shown(case: Case) -> str:
    """What was changed in a file."""
    file = Path(case.what)
    texts = [path.read_text(encoding="utf-8", errors="replace").splitlines() for path in (_source(file), file)]
    return "\n    ".join(line[:160] for line in list(unified_diff(*texts, lineterm="", n=0))[2:8])


_MEANT = {kind for kind, _, _ in MEANINGS}


@cache
def _world() -> World:
    return World.load()


def _source(file: Path) -> Path:
    return file.with_name(file.name.replace("case", "source"))


@contextmanager
def place() -> Iterator[Path]:
    """A folder for the files."""
    with tempfile.TemporaryDirectory() as home:
        yield Path(home)
