"""The answer on one screen: with the line that says where it lies 25 lines of 100 columns, whatever was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.analysis.certainty import FEWEST
from experiments.analysis.names import BILLION
from experiments.report import targets
from experiments.report.caution import beware_within
from experiments.report.language import to_digits
from experiments.report.letters import cut, pad, width, wrapped
from experiments.report.numbers import Shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from experiments.report.answer import WhatIfAnswer
    from experiments.report.finding import Finding
    from experiments.report.language import Words
    from experiments.report.numbers import Row
    from experiments.request.settings import Settings

LINES, COLUMNS = 24, 100  # with the line that says where the answer lies, a screen of 25
_HALF = COLUMNS // 2 - 3  # of a line, for one number
_TITLE = 8  # letters that a title has at least
_BLOCKS = 4  # arms that have room for five lines each
_ROOM = {1: 4, 2: 3, 3: 2, 4: 1}  # by number of arms: lines for what to beware of in each
MARKS = {
    "higher": "▲",
    "lower": "▼",
    "probably higher": "△",
    "probably lower": "▽",
    "open": "?",
    "too small to matter": "≈",
    "no effect": "-",
    "too few sets": "·",
}
"""One letter for how sure an effect is; told apart without colour."""


def screen(answer: WhatIfAnswer, words: Words, columns: int = COLUMNS) -> str:
    """The whole answer in lines; the command adds one that says where it lies.

    columns: of the terminal; in a narrower one each number has a line of its own, and there are more than 24.
    """
    findings = answer.findings
    wide = columns >= COLUMNS
    lines = head(answer, words, columns)
    if wide and len(findings) >= _BLOCKS:
        lines = [asked(answer, words), run(answer.settings, words)]
    if len(findings) <= _BLOCKS:
        room = _ROOM[len(findings)]
        for number, finding in enumerate(findings, 1):
            named, below = str(number) if len(findings) > 1 else "", min(columns, COLUMNS)
            lines += _block(finding, words, named, below)
            lines += [f"  {line}" for line in _remarks(answer, finding, words, room, below - 2)]
    else:
        told = _beware(findings, words)
        room = LINES - len(lines) - len(told) - 2
        shown = findings if len(findings) <= room else findings[: room - 1]
        lines += _compact(shown, words, min(columns, COLUMNS))
        if len(shown) < len(findings):
            lines.append(words.say("screen.further", number=len(findings) - len(shown)))
        lines += told
    lines += footer(answer.settings, words)
    if not wide:
        return "\n".join(
            part for line in lines for part in (wrapped(line, columns) if width(line) > columns else [line])
        )
    return "\n".join(cut(line, COLUMNS) for line in lines)


def head(answer: WhatIfAnswer, words: Words, columns: int = COLUMNS) -> list[str]:
    """What the numbers are and what they were made with, in lines."""
    said = asked(answer, words), run(answer.settings, words)
    return [line for text in said for line in wrapped(text, min(columns, COLUMNS))]


def asked(answer: WhatIfAnswer, words: Words) -> str:
    """What the numbers are: of what, in which years, against what."""
    first, last = answer.findings[0].window
    budget = answer.settings.budget
    given = {
        "country": words.country, "thing": words.thing(answer.question), "years": words.years(first, last),
        "against": words.against(answer.question),
    }  # fmt: skip
    if budget is None:
        return words.say("screen.asked", **given)
    return words.say("budget.asked", budget=words.money(budget * BILLION), **given)


def run(settings: Settings, words: Words) -> str:
    """What the numbers were made with."""
    if settings.draws == 1:
        sets = words.say("screen.one_set")
    else:
        sets = words.say("screen.middle", sets=words.say("screen.sets", number=settings.draws))
    return words.say("screen.run", scale=f"{1 / settings.scale:,.3g}", seed=settings.seed, sets=sets)


def footer(settings: Settings, words: Words) -> list[str]:
    """How to read the marks, what else can be asked."""
    few = settings.replicates == 1 or 1 < settings.draws < FEWEST
    marks = "screen.marks_few" if few else "screen.marks_seeds" if settings.draws == 1 else "screen.marks"
    return [words.say(marks), words.say("screen.more", language=words.say("other_code"))]


def cell(row: Row, outcome: str, words: Words) -> str:
    """Mark, number and range of one effect, without its unit."""
    shown, mark = Shown.of(row, outcome, words), MARKS[row["certainty"]]
    if row["certainty"] == "no effect":
        return f"{mark} 0"
    number = words.say("with_range", number=shown.number, range=shown.range) if shown.range else shown.number
    return f"{mark} {number}"


def costs(finding: Finding, words: Words) -> str:
    """What a policy costs a year."""
    row = finding.cost
    if row is None or row["certainty"] == "no effect":
        return words.say("screen.no_cost")
    if row["certainty"] == "too small to matter":
        return words.say("screen.small_cost")
    unit = words.table("short_unit")["money"].format(currency=words.currency)
    return words.say("screen.cost", cost=f"{cell(row, 'cost', words)} {unit}")


def per_billion(finding: Finding, words: Words) -> str:
    """Returns for each billion; empty where they cannot be had."""
    if finding.per_billion is None:
        return ""
    unit = words.say("unit.per_money", currency=words.currency)
    return words.say("screen.per_money", number=to_digits(finding.per_billion, 2, signed=True), unit=unit)


def gains_and_losses(finding: Finding, words: Words, *, brief: bool = False) -> str:
    """How many people stand better and worse, and, unless brief, of which status most lose."""
    if finding.gaining is None or finding.losing is None:
        return ""
    gain, lose = (f"{rounded(float(row['effect'])):,.0f}" for row in (finding.gaining, finding.losing))
    if gain == lose == "0":
        return words.say("screen.nobody")
    said = words.say("screen.gain", gain=gain, lose=lose)
    if finding.most_lose and not brief:
        status, row = finding.most_lose
        said += words.say("screen.most", group=words.group(status), number=f"{rounded(float(row['effect'])):,.0f}")
    return said


def _block(finding: Finding, words: Words, number: str, columns: int) -> Iterator[str]:
    money = costs(finding, words)
    left = columns - width(money) - 2
    names = [f"{number} {name}".strip() for name in (words.policy(finding.arm), words.briefly(finding.arm))]
    fits = next((name for name in names if width(name) <= left), names[0])
    if width(fits) > left and columns < COLUMNS:
        yield from (names[0], f"  {money}")
    else:
        yield f"{pad(fits, left)}  {money}"
    cells = [_number(outcome, row, words) for outcome, row in finding.numbers.items()]
    beside = 2 if columns == COLUMNS else 1
    for first in range(0, len(cells), beside):
        yield ("  " + " │ ".join(pad(text, _HALF) for text in cells[first : first + beside])).rstrip()
    if said := _people(finding, words, columns - 2):
        yield f"  {said}"


def _remarks(answer: WhatIfAnswer, finding: Finding, words: Words, room: int, columns: int) -> list[str]:
    """Targets of an arm, each whole or not at all, and what to beware of in it, which has a line at least."""
    told: list[str] = []
    for row in targets.of_arm(answer, finding.arm.name):
        lines = list(wrapped(targets.brief(row, words), columns))
        if len(told) + len(lines) < room:
            told += lines
    return told + (beware_within(finding.cautions, words, columns, room - len(told)) if finding.cautions else [])


def _people(finding: Finding, words: Words, columns: int) -> str:
    """Who gains and loses, and returns per billion, in a line: no number of it is cut."""
    for brief in (False, True):
        parts = gains_and_losses(finding, words, brief=brief), per_billion(finding, words)
        said = words.say("semicolon").join(filter(None, parts))
        if width(said) <= columns:
            break
    return said


def _number(outcome: str, row: Row, words: Words) -> str:
    """A title of what room there is, and the effect with its unit at the right."""
    short = words.table("short_unit").get(row["unit"], "")
    effect = f"{cell(row, outcome, words)} {short}".rstrip()
    return f"{pad(words.short(outcome), max(_HALF - width(effect) - 1, _TITLE))} {effect}"


def _beware(findings: Sequence[Finding], words: Words) -> list[str]:
    """What to beware of in many arms, in a line: sizes that are assumed, and where the rest stands."""
    keys = [{caution.key for caution in finding.cautions} for finding in findings]
    if not any(keys):
        return []
    assumed = sum("grade_a" in mine for mine in keys)
    key = "screen.beware_many" if assumed else "screen.beware_report"
    return [words.say(key, number=assumed, all=len(findings))]


def _compact(findings: Sequence[Finding], words: Words, columns: int) -> Iterator[str]:
    """One line an arm, two in a narrow terminal: what returns do and what it costs."""
    for finding in findings:
        parts = [cell(row, outcome, words) for outcome, row in list(finding.numbers.items())[:1]]
        parts = [f"{words.outcome(next(iter(finding.numbers)))} {parts[0]}", costs(finding, words)] if parts else []
        said = words.say("semicolon").join(parts)
        if columns < COLUMNS:
            yield from (words.policy(finding.arm), f"  {said}")
        else:
            yield f"{pad(words.policy(finding.arm), COLUMNS - width(said) - 2)}  {said}"


def rounded(persons: float) -> float:
    """Persons to two digits: the model counts one in many."""
    return float(f"{persons:.2g}")
