"""The numbers of an answer as a workbook: a sheet of what is said first, one of all effects, both with titles."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from experiments.report.language import languages
from experiments.report.numbers import records

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from experiments.report.answer import WhatIfAnswer
    from experiments.report.numbers import Row


_COLUMNS = (
    *("outcome", "group", "unit", "first", "last", "reference", "effect", "low", "high"),
    *("agreement", "chance", "certainty", "sets"),
)
_WIDTH = 16


def write(answer: WhatIfAnswer, path: Path) -> None:
    """Write the workbook: the sheet `first` holds the numbers that matter for each policy, `effects` every one."""
    import xlsxwriter

    held = BytesIO()  # the library makes an error of its own of a disk that is full
    effects = [(str(row["policy"]), row) for row in records(answer.effects)]
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True})
        for name, rows in {"first": _first(answer), "effects": effects}.items():
            sheet = book.add_worksheet(name)
            head, lines = _lines(answer, rows)
            sheet.write_row(0, 0, head, bold)
            for at, line in enumerate(lines, 1):
                for column, value in enumerate(line):
                    if isinstance(value, str):
                        sheet.write_string(at, column, value)
                    elif value == value:  # a sheet has no NaN: an empty cell
                        sheet.write_number(at, column, value)
            sheet.freeze_panes(1, 1)
            sheet.autofilter(0, 0, len(lines), len(head) - 1)
            sheet.set_column(0, len(head) - 1, _WIDTH)
    path.write_bytes(held.getvalue())


def _first(answer: WhatIfAnswer) -> list[tuple[str, Row]]:
    return [
        (finding.arm.name, row)
        for finding in answer.findings
        for row in (*finding.numbers.values(), finding.cost, finding.gaining, finding.losing)
        if row is not None
    ]


def _lines(answer: WhatIfAnswer, rows: Sequence[tuple[str, Row]]) -> tuple[list[str], list[list[str | float]]]:
    """Titles of the columns, and the lines below them: policy, titles in every language, and the row."""
    spoken = [answer.words(code) for code in languages()]
    policies = {arm.name: [words.policy(arm) for words in spoken] for arm in answer.question.arms}
    cells = {(row["outcome"], row["group"]) for _, row in rows}
    outcomes: Mapping[tuple[str, str], list[str]] = {cell: [words.outcome(*cell) for words in spoken] for cell in cells}
    head = ["policy", *(f"{kind}_{code}" for kind in ("policy", "outcome") for code in languages()), *_COLUMNS]
    return head, [
        [policy, *policies[policy], *outcomes[row["outcome"], row["group"]], *(row[name] for name in _COLUMNS)]
        for policy, row in rows
    ]
