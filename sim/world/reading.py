"""Reading YAML strictly: what a file says is what the model takes, or a sentence says why not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml
from pydantic_core import PydanticCustomError

from sim.world.tables import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from importlib.resources.abc import Traversable
    from pathlib import Path


class _Strict(yaml.SafeLoader):
    """YAML 1.2's core: true and false are the only truth values, numbers are decimal, and a key is given once."""


_TAG = "tag:yaml.org,2002:"
_WHOLE = "(?:0|[1-9][0-9]*)"  # 012 is ten to some readers and twelve to others, so it is no number
_Strict.yaml_implicit_resolvers = {}
_PATTERNS: dict[str, tuple[re.Pattern[str], list[str]]] = {
    "bool": (re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), [*"tTfF"]),
    "int": (re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$"), [*"-+0123456789"]),
    "float": (
        re.compile(rf"^[-+]?(?:{_WHOLE}\.[0-9]*|\.[0-9]+|{_WHOLE}(?=[eE]))(?:[eE][-+]?[0-9]+)?$"),
        [*"-+.0123456789"],
    ),
    "null": (re.compile(r"^(?:null|Null|NULL|~|)$"), [*"nN~", ""]),
}
for _name, (_pattern, _first) in _PATTERNS.items():
    _Strict.add_implicit_resolver(f"{_TAG}{_name}", _pattern, _first)


def _scalar(loader: _Strict, node: yaml.ScalarNode) -> object:
    """What a tag makes of a text that is written as its kind is: `!!int 0x1F` would let in what is no number here."""
    name = node.tag.removeprefix(_TAG)
    if not _PATTERNS[name][0].match(node.value):
        raise yaml.constructor.ConstructorError(None, None, f"{node.value!r} is no {name}", node.start_mark)
    return yaml.SafeLoader.yaml_constructors[node.tag](loader, node)


_Strict.yaml_constructors = {
    tag: made
    for tag, made in yaml.SafeLoader.yaml_constructors.items()
    if tag is None or tag.removeprefix(_TAG) in ("str", "seq", "map", "null")
}
for _name in ("bool", "int", "float"):
    _Strict.add_constructor(f"{_TAG}{_name}", _scalar)


def _mapping(loader: _Strict, node: yaml.MappingNode) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise yaml.constructor.ConstructorError(None, None, "a key must be one word", key_node.start_mark)
        key = loader.construct_object(key_node, deep=True)
        if key in found:
            raise yaml.constructor.ConstructorError(
                None, None, f"{key!r} is given twice; keep one", key_node.start_mark
            )
        found[key] = loader.construct_object(value_node, deep=True)
    return found


_Strict.add_constructor("tag:yaml.org,2002:map", _mapping)


class _Quick(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The same rules with the parser in C, thirty times as quick, whose errors say less."""

    yaml_implicit_resolvers = _Strict.yaml_implicit_resolvers
    yaml_constructors = _Strict.yaml_constructors


def _loaded(text: str) -> Any:  # noqa: ANN401  whatever a file holds
    try:
        return yaml.load(text, Loader=_Quick)  # noqa: S506  a safe loader
    except yaml.YAMLError:
        return yaml.load(text, Loader=_Strict)  # noqa: S506  a safe loader; it says better what is wrong


def read_yaml(path: Traversable) -> dict[str, Any]:
    """The mapping that a YAML file holds.

    Raises DataError, with the line where there is one, for a file that is missing, not UTF-8, no YAML or no mapping,
    and for a key that is given twice.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise DataError(f"the file {path} is not UTF-8 text; save it in that encoding.") from None
    except OSError as error:
        raise DataError(f"the file {path} cannot be read: {error.strerror}.") from None
    if "\0" in text:
        raise DataError(f"the file {path} is no text; save it as YAML in UTF-8.")
    try:
        content = _loaded(text)
    except yaml.MarkedYAMLError as error:
        line = f" line {error.problem_mark.line + 1}" if error.problem_mark else ""
        hint = "; put quotes around a text with brackets inside braces" if "flow" in str(error) else ""
        raise DataError(f"the file {path}{line}: {' '.join(str(error.problem).split())}{hint}.") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        said = str(error).splitlines()[0].removesuffix(".") if str(error) else type(error).__name__
        raise DataError(f"the file {path} is not valid YAML: {said}.") from None
    if not isinstance(content, dict):
        raise DataError(f"the file {path} must hold a mapping of names to values.")
    return content


class Given(NamedTuple):
    """Where something was given: by whom, in which file, and the keys and places from the top of the file to it."""

    by: str
    file: Path | None = None
    where: tuple[str | int, ...] = ()

    def __str__(self) -> str:
        return self.by if self.file is None else f"{self.file}{at_line(self.file, self.where)}: {self.by}"


def said_of(given: Given | None, said: str) -> str:
    """A sentence about something, after where that was given, if anybody knows."""
    return f"{given}: {said}" if given else said


class FormError(ValueError):
    """What a file holds cannot be read as what it is for. where: keys and places from the top of the file to it."""

    def __init__(self, said: str, where: Sequence[str | int] = ()) -> None:
        super().__init__(said)
        self.where = tuple(where)


def refused(said: str, *where: str | int) -> PydanticCustomError:
    """What a check of a record raises: a sentence, and the keys and places from the record to what is wrong."""
    return PydanticCustomError("value_error", said.replace("{", "{{").replace("}", "}}"), {"where": where})


def place_of(error: Mapping[str, Any]) -> tuple[str | int, ...]:
    """Keys and places from the top of a file to what an error of pydantic is about."""
    return (*error["loc"], *error.get("ctx", {}).get("where", ()))


NEEDED = {
    "tuple_type": "a list such as [A,B]",
    "dict_type": "a group of settings",
    "model_type": "a group of settings",
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "path_type": "a path",
}
"""What pydantic calls by the names of Python's types."""


def said_by(error: Mapping[str, Any]) -> str:
    """What an error of pydantic says, in words of whoever wrote the file, without a full stop."""
    if error["type"] == "missing":
        return "it is missing; add it"
    if needed := NEEDED.get(error["type"]):
        given = f", not {error['input']!r}" if isinstance(error["input"], str | int | float) else ""
        return f"{needed.replace('settings', 'fields')} is needed{given}"
    return str(error["msg"]).removeprefix("Value error, ").removesuffix(".")


def at_line(path: Traversable, where: Sequence[str | int]) -> str:
    """` line 12`, the line of a file that holds what these keys and places lead to, as far as they do; or nothing."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_Strict)
    except (OSError, yaml.YAMLError, ValueError):
        return ""
    if node is None or not where:
        return ""
    for step in where:
        if isinstance(node, yaml.MappingNode):
            below = next((value for key, value in node.value if key.value == str(step)), None)
        else:
            listed = node.value if isinstance(node, yaml.SequenceNode) and isinstance(step, int) else []
            below = listed[step] if isinstance(step, int) and step < len(listed) else None
        if below is None:
            break
        node = below
    return f" line {node.start_mark.line + 1}"
