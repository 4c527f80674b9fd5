"""What a generated case is, what is owed for it, and how a campaign is counted."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Owed(StrEnum):
    """What must happen to a case."""

    REFUSED = "refused"  # it changes or loses the meaning: one sentence
    TAKEN = "taken"  # it means what it says
    EITHER = "either"  # nobody can say: a sentence, or what it says


INSIDES = re.compile(
    r"Traceback|A fault of this program|\b[A-Za-z]+(?:Exception|Error|Warning)\b|NoneType|DictConfig|ListConfig|\bEOF\b"
    r"|BRACKET_|<class|object at 0x|omegaconf|pydantic|Hydra[A-Z]|hydra\._|_target_'|input should be a valid"
)
"""Words of the program's insides, which no reader should meet."""


@dataclass(frozen=True)
class Case:
    """One case: how it was made, what is owed, and the case itself, readable."""

    number: int
    kind: str
    owed: Owed
    what: str


@dataclass(frozen=True)
class Seen:
    """What happened: whether it was refused, and what was said."""

    refused: bool
    said: str
    fault: str = ""
    """What was no answer at all: a traceback, another exit code."""


@dataclass
class Count:
    """What a campaign found."""

    cases: int = 0
    refused: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """One line."""
        return (
            f"{self.cases} cases of {len(self.kinds)} kinds: {self.refused} refused in a sentence, "
            f"{self.cases - self.refused - len(self.wrong)} taken, {len(self.wrong)} wrong"
        )


def judged(case: Case, seen: Seen) -> str:
    """What is wrong with what happened; empty where nothing is."""
    if seen.fault:
        return seen.fault
    if found := INSIDES.search(seen.said):
        return f"names the insides ({found[0]})"
    if seen.refused:
        if len(seen.said.strip().splitlines()) != 1:
            return "refused, but not in one sentence"
        if not seen.said.strip().endswith((".", "?")):
            return "refused in what is no sentence"
    if case.owed is Owed.REFUSED and not seen.refused:
        return "taken in silence"
    if case.owed is Owed.TAKEN and seen.refused:
        return "refused, though it is right"
    return ""


def counted(
    cases: Iterable[Case],
    run: Callable[[Case], Seen],
    shown: Callable[[Case], str],
    say: Callable[[str], object] = print,
) -> Count:
    """Run all cases; what is wrong is said at once. shown: a case, readable."""
    count = Count()
    for case in cases:
        seen = run(case)
        count.cases += 1
        count.kinds[case.kind] += 1
        if why := judged(case, seen):
            count.wrong.append(why)
            say(f"case {case.number}, {case.kind}: {why}\n    {shown(case)}\n    {seen.said.strip()[:400]}")
        else:
            count.refused += seen.refused
    return count
