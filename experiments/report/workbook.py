"""The numbers of an answer as a workbook: a sheet of what is said first, one of all effects, both with titles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from experiments.report.language import languages

if TYPE_CHECKING:
    from pathlib import Path

    from experiments.report.answer import WhatIfAnswer

_COLUMNS = (
    *("outcome", "group", "unit", "first", "last", "reference", "effect", "low", "high"),
    *("agreement", "chance", "certainty", "sets"),
)
_WIDTH = 16


def write(answer: WhatIfAnswer, path: Path) -> None:
    """Write the workbook: the sheet `first` holds the numbers that matter for each policy, `effects` every one."""
    import xlsxwriter

    titles = [f"{kind}_{code}" for kind in ("policy", "outcome") for code in languages()]
    head = ["policy", *titles, *_COLUMNS]
    with xlsxwriter.Workbook(path, {"nan_inf_to_errors": False, "in_memory": True}) as book:
        bold = book.add_format({"bold": True})
        for name, lines in {"first": _first(answer), "effects": _all(answer)}.items():
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, head, bold)
            for number, line in enumerate(lines, 1):
                sheet.write_row(number, 0, line)
            sheet.freeze_panes(1, 1)
            sheet.autofilter(0, 0, len(lines), len(head) - 1)
            sheet.set_column(0, len(head) - 1, _WIDTH)


def _first(answer: WhatIfAnswer) -> list[list[object]]:
    return [
        _line(answer, finding.arm.name, row)
        for finding in answer.findings
        for row in (*finding.numbers.values(), finding.cost, finding.gaining, finding.losing)
        if row is not None
    ]


def _all(answer: WhatIfAnswer) -> list[list[object]]:
    return [_line(answer, str(row["policy"]), row) for _, row in answer.effects.iterrows()]


def _line(answer: WhatIfAnswer, policy: str, row: Any) -> list[object]:  # noqa: ANN401 - a row of a table
    (arm,) = [one for one in answer.question.arms if one.name == policy]
    words = [answer.words(code) for code in languages()]
    titles = [*(one.policy(arm) for one in words), *(one.outcome(row["outcome"], row["group"]) for one in words)]
    return [policy, *titles, *(_cell(row[name]) for name in _COLUMNS)]


def _cell(value: object) -> object:
    """A value as a sheet takes it; nothing where there is none."""
    if isinstance(value, str):
        return value
    number = float(value)  # type: ignore[arg-type]
    return "" if number != number else number
