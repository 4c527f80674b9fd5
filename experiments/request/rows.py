"""The list of systems that the policy documents name, and what of the library expresses each."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

from experiments.errors import InputError
from experiments.request.listed import ROWS
from experiments.request.policies import LIBRARY, load, names

if TYPE_CHECKING:
    from pathlib import Path

    from experiments.request.policies import Folders

KINDS = {
    "system": "what somebody can decide: a policy file expresses it",
    "world": "a shock or a trend: a world file expresses it",
    "outcome": "what is looked at: an outcome or a statistic shows it",
    "pattern": "what was observed: the model is compared with it",
    "context": "what the model leaves out, and why",
}
"""The kinds of rows."""
_COLUMNS = ["id", "title", "title_ja", "place", "kind", "held_by", "reason"]


@dataclass(frozen=True)
class Row:
    """One system of the documents. held_by: the outcomes, statistics or experiments that hold it without a file.

    files: of the library, that express it. reason: why it is context, or what is to be known about how it is held.
    """

    id: str
    title: str
    title_ja: str
    place: str
    kind: str
    held_by: tuple[tuple[str, str], ...]
    reason: str
    files: tuple[str, ...]

    @property
    def state(self) -> str:
        """works, context, or open."""
        if self.files or self.held_by:
            return "works"
        return "context" if self.kind == "context" else "open"


def read_rows(path: Path = ROWS, library: Folders = LIBRARY) -> list[Row]:
    """The list, in its order. Raises InputError for what is wrong with it, with the line."""
    expressed: dict[str, list[str]] = {}
    for name in names(library):
        for row in load(name, library).rows:
            expressed.setdefault(row, []).append(name)
    rows: list[Row] = []
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.DictReader(file)
        if lines.fieldnames != _COLUMNS:
            raise InputError(f"{path.name} must have the columns {', '.join(_COLUMNS)}.")
        for line in lines:
            where = f"{path.name} line {lines.line_num}"
            if line["kind"] not in KINDS:
                raise InputError(f"{where}: kind {line['kind']!r} is not one of {', '.join(KINDS)}.")
            if line["kind"] == "context" and not line["reason"]:
                raise InputError(f"{where}: {line['id']} is context; say why in its reason.")
            parts = [part.strip().partition(":") for part in line["held_by"].split(";") if part.strip()]
            held = tuple((what, name) for what, _, name in parts)
            said = {name: line[name] for name in ("id", "title", "title_ja", "place", "kind", "reason")}
            rows.append(Row(**said, held_by=held, files=tuple(expressed.get(line["id"], ()))))
    return rows
