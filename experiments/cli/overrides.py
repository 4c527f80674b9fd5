"""Arguments as the user gives them and as Hydra reads them.

Names and paths are taken as they are typed; of Hydra's own settings only those of launchers and sweepers are open.
"""

from __future__ import annotations

import re
import shlex
import sys
from typing import TYPE_CHECKING

from experiments.errors import InputError, unknown
from experiments.request.composition import is_group
from sim.world.country import is_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MULTIRUN = ("-m", "--multirun")
HELP = ("-h", "--help")
PRINT = ("-c", "--cfg")
OPTIONS = (*MULTIRUN, *HELP, *PRINT, "--version")
SCHEDULE, LIST, COMPLETION = "schedule", "list", "completion"
MOST = 10_000
"""Points of a sweep."""

_PRINTED = "job"  # the only part of the configuration that is the user's: the rest names the insides of Hydra
_SETTING = re.compile(r"\+{0,2}([A-Za-z_][A-Za-z0-9_./-]*)=(.*)", re.DOTALL)
_OPEN = ("hydra/launcher", "hydra.launcher.", "hydra.sweeper.jobs", "hydra.sweeper.params")
_TEXTS = ("name", "output", "library", "country", "parameters.ensemble", "executor.address", "calibrate.adopt")
_TEXTS_BELOW = "validate.early."
_LISTS = ("policy", "against", "world")
_NEW = ("levers.", "parameters.overrides.")  # the model knows these names, not the configuration
_PLAIN = re.compile(r"[A-Za-z_./][A-Za-z0-9_./-]*")
_LISTING = ("choice", "range", "sort", "shuffle")
_KEPT = re.compile(r"null|'[^']*'|\"[^\"]*\"")
_CALL = re.compile(r"([a-z_]+)\(.*\)")
_RANGE = re.compile(r"\brange\(([^()]*)\)")
_CLOSES = {"]": "[", ")": "(", "}": "{"}


def as_hydra_reads(arguments: Sequence[str]) -> list[str]:
    """Arguments for Hydra. Raises InputError for what is no option and no NAME=value, for a setting that is given
    twice or is closed, and for a sweep without end.

    `-m` may stand anywhere, but Hydra wants it first. `schedule` in front asks for the experiment of that name.
    """
    if arguments[:1] == [SCHEDULE]:
        arguments = [f"experiment={SCHEDULE}", *arguments[1:]]
    several = any(argument in MULTIRUN for argument in arguments)
    options: list[str] = []
    settings: dict[str, str] = {}
    waiting = iter(arguments)
    for argument in waiting:
        _refuse_no_text(argument)
        if argument.startswith("-"):
            options += _option(argument, waiting)
            continue
        name, value = _parted(argument)
        if name in settings:
            raise InputError(f"{name} is given twice; keep one.")
        settings[name] = setting(name, value, several=several)
    if any(option in HELP for option in options):
        return [HELP[-1]]
    return [*sorted(options, key=lambda option: option not in MULTIRUN), *settings.values()]


def _refuse_no_text(argument: str) -> None:
    """Raise InputError for letters that Python could not read: no file can hold them, so no result either."""
    try:
        argument.encode()
    except UnicodeEncodeError:
        raise InputError(
            f"{argument} has letters that are none in the encoding of this system ({sys.getfilesystemencoding()}): "
            "set PYTHONUTF8=1, or write it with others."
        ) from None


def is_about_hydra(argument: str) -> bool:
    """Whether an argument is an option, or a setting of Hydra itself, its launchers and sweepers."""
    return argument.startswith(("-", "hydra.", "hydra/"))


def setting(name: str, value: str, *, several: bool) -> str:
    """One setting for Hydra. several: whether values may be given with commas between them.

    Raises InputError for a setting of Hydra that is closed, and for a value that cannot be one.
    """
    _refuse_closed(name, value)
    if name in _LISTS:
        value = _names(name, value, several=several)
    elif name in _TEXTS or name.startswith(_TEXTS_BELOW):
        parts = _split(name, value) if several and name == "country" else [value]
        value = ",".join(_quoted(part) for part in parts)
    else:
        _refuse_what_is_no_value(name, value, several=several)
    return f"{'++' if name.startswith(_NEW) else ''}{name}={value}"


def as_typed(text: str) -> str:
    """The reverse, for what goes back to a reader."""
    return re.sub(r"\+\+(levers\.|parameters\.overrides\.)", r"\1", text)


def command(arguments: Sequence[str]) -> str:
    """The line that asks for the same again, from the arguments that Hydra was given."""
    return shlex.join(["brain-circulation", *map(as_typed, arguments)])


def _option(argument: str, following: Iterator[str]) -> list[str]:
    """An option as Hydra takes it, with its value where it has one. following: the arguments after it."""
    option, given, value = argument.partition("=")
    if option not in OPTIONS:
        raise unknown("option", option, OPTIONS)  # Hydra's own answer would be a page
    if option in PRINT:
        if not given:
            value = next(following, "")
        if value != _PRINTED:
            raise InputError(f"{option} prints the settings: write {option} {_PRINTED}, not {option} {value}.")
        return [PRINT[-1], _PRINTED]
    if given:
        raise InputError(f"{option} takes no value: write {option}, not {argument}.")
    return [option]


def _parted(argument: str) -> tuple[str, str]:
    """Name and value of a setting."""
    found = _SETTING.fullmatch(argument)
    if found is None:
        if argument.startswith("~"):
            raise InputError(f"{argument}: a setting cannot be taken away; leave it out, or give it a value.")
        raise InputError(f"{argument!r} is not a setting: write NAME=value, such as scale=0.05.")
    name, value = found.groups()
    if "${" in value:
        raise InputError(f"{name}: {value} refers to something else; write the value itself.")
    if "\0" in value or "\n" in value or "\r" in value:
        raise InputError(f"{name}: a value is one line of text; {value!r} is none.")
    return name, value


def _refuse_closed(name: str, value: str) -> None:
    if name.split(".")[0].split("/")[0] != "hydra":
        return
    inside = any(part.startswith("_") for part in name.split("."))
    if not name.startswith(_OPEN) or inside or "_target_" in value:
        raise InputError(
            f"{name} is closed: of Hydra's own settings hydra/launcher, hydra.launcher.NAME, hydra.sweeper.jobs and "
            "hydra.sweeper.params can be given."
        )


def _names(name: str, value: str, *, several: bool) -> str:
    """The value of a setting that takes one name or a list of them."""
    if several and value.startswith("choice(") and value.endswith(")"):
        value = value[len("choice(") : -1]
    parts = _split(name, value)
    if len(parts) > 1 and is_file(value):
        return _quoted(value)
    if len(parts) > 1 and not several:
        listed = ",".join(parts)
        raise InputError(
            f"{name}={value}: several at once are {name}=[{listed}], one after the other -m {name}={listed}."
        )
    return ",".join(_listed(name, part) for part in parts)


def _listed(name: str, value: str) -> str:
    if value.startswith("[") and value.endswith("]"):
        inner = value[1:-1].strip()
        if not inner:
            raise InputError(f"{name}: the list is empty; name what it should hold, or leave {name}= out.")
        return f"[{','.join(_quoted(part.strip()) for part in _split(name, inner))}]"
    return _quoted(value)


def _split(name: str, value: str) -> list[str]:
    """Parts between commas that are in no bracket and no quotes. Raises InputError for a bracket that is left open."""
    parts, inside, quote = [""], [], ""
    for letter in value:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter in _CLOSES.values():
            inside.append(letter)
        elif inside and _CLOSES.get(letter) == inside[-1]:
            inside.pop()
        if letter == "," and not inside and not quote:
            parts.append("")
        else:
            parts[-1] += letter
    if value.startswith("[") and inside:
        raise InputError(f"{name}={value}: a list ends with ].")
    return parts


def _quoted(value: str) -> str:
    """Text as Hydra takes it without reading anything into it."""
    if _KEPT.fullmatch(value) or (_PLAIN.fullmatch(value) and not _is_value(value)):
        return value
    inside = re.sub(r"(\\*)('|$)", lambda found: found[1] * 2 + ("\\'" if found[2] else ""), value)
    return f"'{inside}'"


def _is_value(text: str) -> bool:
    """Whether Hydra would make a number or a truth value of a text."""
    try:
        float(text)
    except ValueError:
        return text.lower() in ("true", "false", "null")
    return True


def _refuse_what_is_no_value(name: str, value: str, *, several: bool) -> None:
    """Raise InputError for a group that is given as if it were a value, for several values where one is taken, and for
    a function that Hydra would call, but for those that list values.
    """
    if f"{name}." in _NEW and value != "{}":
        raise InputError(f"{name}: set each by its name, {name}.NAME=VALUE.")
    if is_group(name) and (not value or _is_value(value) or value.startswith("[")):
        raise InputError(f"{name} takes one name, not {value or 'nothing'!r}; --help lists those there are.")
    parts = _split(name, value)
    called = [found[1] for part in parts if (found := _CALL.match(part.strip()))]
    if not several and (called or len(parts) > 1):
        raise InputError(f"{name}={value}: several values, one after the other, need -m in front.")
    if closed := [function for function in called if function not in _LISTING]:
        raise InputError(f"{name}: {closed[0]}() is not read; give the values, such as 0,0.5,1 or range(0,5).")
    for inside in _RANGE.findall(value):
        _refuse_endless(name, value, inside)


def _refuse_endless(name: str, value: str, inside: str) -> None:
    """Raise InputError for a range of more points than a sweep takes, before any of them is made."""
    try:
        numbers = [float(part.rpartition("=")[2]) for part in inside.split(",")]
        first, last = (0.0, numbers[0]) if len(numbers) == 1 else (numbers[0], numbers[1])
        points = abs((last - first) / (numbers[2] if len(numbers) > 2 else 1.0))
    except (ValueError, ZeroDivisionError):
        raise InputError(f"{name}={value}: a range is range(FIRST,END,STEP), of numbers.") from None
    if not points <= MOST:
        raise InputError(f"{name}={value} makes {points:,.0f} points; a sweep takes {MOST:,} at most.")
