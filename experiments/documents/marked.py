"""Parts of a document that a command writes, between markers, in a text that people write."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_PART = re.compile(r"<!-- made: (?P<name>[a-z-]+) -->\n(?P<text>.*?)<!-- end -->", re.DOTALL)


def names(text: str) -> list[str]:
    """The names of the parts of a text, in order."""
    return [match["name"] for match in _PART.finditer(text)]


def filled(text: str, parts: Mapping[str, str]) -> str:
    """The text with every part written anew. Raises ValueError where a part has no place, two, or no writer."""
    found = names(text)
    if sorted(found) != sorted(parts):
        lost, unknown = sorted(set(parts) - set(found)), sorted(set(found) - set(parts))
        twice = sorted({name for name in found if found.count(name) > 1})
        raise ValueError(f"parts without a place: {lost}; places without a part: {unknown}; places twice: {twice}.")
    return _PART.sub(
        lambda match: f"<!-- made: {match['name']} -->\n{parts[match['name']].strip()}\n<!-- end -->", text
    )


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table in Markdown; cells may hold any text of one or more lines."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines) + "\n"


def number(value: float) -> str:
    """Six digits of a fraction, all of a whole number, thousands parted."""
    return f"{value:,.0f}" if value == round(value) else f"{value:,.6g}"


def _cell(value: object) -> str:
    return " ".join(str(value).split()).replace("|", "\\|")
