"""Two commands at once in one folder, equal or different: both end well, with the tables of a single run."""

from __future__ import annotations

import json
import random
import shutil
import time
from pathlib import Path
from subprocess import TimeoutExpired
from typing import TYPE_CHECKING

from tests.campaigns.cases import Case, Owed, Seen
from tests.campaigns.commands import LINES, PATIENCE, begin, litter, place, tables, undisturbed, words

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["cases", "place", "run", "shown"]

_WAITS = "The same command is running already: waiting for its result."


def cases(number: int, seed: int, home: Path) -> Iterator[Case]:
    """Equal commands and, in turn, different ones; the second at once or at any moment of the first."""
    for each in range(number):
        draw = random.Random(f"pair {seed} {each}")
        one, other = draw.sample(list(LINES), 2)
        kinds = [one, one if each % 2 == 0 else other]
        seconds = undisturbed(one, home)[1]
        delay = draw.choice([0, draw.uniform(0, 0.3), draw.uniform(0, seconds)])
        yield Case(each, "equal" if each % 2 == 0 else "different", Owed.TAKEN, json.dumps([str(home), kinds, delay]))


def run(case: Case) -> Seen:
    """Run both and compare."""
    at, kinds, delay = json.loads(case.what)
    home = Path(at) / "pair"
    try:
        return _course(kinds, delay, home)
    finally:
        shutil.rmtree(home)


def _course(kinds: list[str], delay: float, home: Path) -> Seen:
    first = begin(kinds[0], home)
    time.sleep(delay)
    both = (first, begin(kinds[1], home))
    try:
        answers = [running.communicate(timeout=PATIENCE) for running in both]
    except TimeoutExpired:
        for running in both:
            running.kill()
        return Seen(refused=False, said="", fault="hangs")
    said = "\n".join(" | ".join(words(err)) for _, err in answers)
    whole = {name: table for kind in set(kinds) for name, table in undisturbed(kind, home.parent)[0].items()}
    written = sum("Written to" in out for out, _ in answers)
    read = sum("Read back from" in out for out, _ in answers)
    if codes := [running.returncode for running in both if running.returncode]:
        why = f"exit code {codes[0]}"
    elif (written, read) != ((1, 1) if kinds[0] == kinds[1] else (2, 0)):
        why = f"{written} written and {read} read back"
    elif len(set(kinds)) > 1 and said.strip():
        why = "says something, though the commands are different"
    elif {line for _, err in answers for line in words(err)} - {_WAITS}:
        why = "says more than that it waits"
    elif tables(home) != whole:
        why = "other tables than those of a single run"
    else:
        why = f"leaves {left}" if (left := litter(home)) else ""
    return Seen(refused=False, said=said, fault=why)


def shown(case: Case) -> str:
    """The commands and the time between them."""
    _, kinds, delay = json.loads(case.what)
    return f"{kinds[0]}, and {kinds[1]} after {delay:.2f} s"
