"""Commands stopped at random moments and given again: nothing that was finished is lost, and the tables are the same."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.campaigns import commands
from tests.campaigns.cases import Case, Owed, Seen
from tests.campaigns.commands import LINES, bar, begin, kept, litter, place, tables, undisturbed, words

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

__all__ = ["cases", "place", "run", "shown"]

_STOPPED = 130
_LOOK_EVERY = 0.01  # seconds
_KEPT = re.compile(r"(\d+) (?:of \d+|finished) pieces are kept, and the same command goes on from there\.$")
_NOTHING = ("Stopped; what was finished before is kept, and nothing half-finished.", "Stopped before anything was run.")
_ANSWERED = ("Written to ", "Read back from ")


@dataclass(frozen=True)
class Stop:
    """A signal, to whom, and when: `seconds` after the command hears, has `pieces`, or writes its result."""

    signal: str
    to: str
    after: str
    pieces: int
    seconds: float

    def __str__(self) -> str:
        """Readable."""
        after = f"{self.pieces} pieces" if self.after == "pieces" else self.after
        return f"{self.signal} to {self.to} {self.seconds:.2f} s after {after}"


def _drawn(draw: random.Random, seconds: float) -> Stop:
    """Any moment of a run that takes so many seconds, and oftener those when something is written."""
    name = draw.choice(["SIGKILL", "SIGTERM", "SIGINT", "SIGHUP"])
    to = draw.choice(["main", "worker", "group"] if name == "SIGKILL" else ["main", "group"])
    after = draw.choice(["hearing", "pieces", "pieces", "writing"])
    return Stop(name, to, after, draw.randrange(1, 4), draw.uniform(0, seconds if after == "hearing" else 0.6))


def cases(number: int, seed: int, home: Path) -> Iterator[Case]:
    """Commands of every kind in turn, each stopped once, twice or three times."""
    for each in range(number):
        draw = random.Random(f"stop {seed} {each}")
        kind = list(LINES)[each % len(LINES)]
        _, seconds = undisturbed(kind, home)
        stops = [asdict(_drawn(draw, seconds)) for _ in range(draw.choice([1, 1, 2, 3]))]
        yield Case(each, kind, Owed.TAKEN, json.dumps([str(home), stops]))


def run(case: Case) -> Seen:
    """Stop the command, give it again until it is done, and compare."""
    at, stops = json.loads(case.what)
    home = Path(at) / "stopped"
    try:
        return _course(case.kind, [Stop(**stop) for stop in stops], home)
    finally:
        shutil.rmtree(home)


def _course(kind: str, stops: list[Stop], home: Path) -> Seen:
    said: list[str] = []
    of_python = set[str]()  # folders of its sockets, where a kill has left nobody to clear them
    for stop in [*stops, None]:
        before, old = kept(home), litter(home, stopped=True) if said else set()
        code, out, err, why = _tried(begin(kind, home), stop, home, before)
        said.append(" | ".join(words(err)))
        begun_with = bar(err)
        if not why and begun_with not in (None, len(before)):
            why = f"began with {begun_with} of {len(before)} kept pieces"
        why = why or _wrong(stop, code, out, err, home)
        left = litter(home, stopped=True) - old
        if code == -signal.SIGKILL:
            of_python |= {name for name in left if name.startswith("pymp-")}
        elif left and not why:
            why = f"leaves {left}"
        if why:
            return Seen(refused=False, said="\n".join(said), fault=f"{stop or 'the last try'}: {why}")
    if tables(home) != undisturbed(kind, home.parent)[0]:
        return Seen(refused=False, said="\n".join(said), fault="other tables than those of a run that was not stopped")
    left = litter(home) - of_python
    return Seen(refused=False, said="\n".join(said), fault=f"leaves {left}" if left else "")


def _tried(
    running: subprocess.Popen[str], stop: Stop | None, home: Path, before: dict[Path, int]
) -> tuple[int, str, str, str]:
    """Exit code and words of a command, stopped if it is to be, and what was seen meanwhile that must not be."""
    deadline, since, why = time.monotonic() + commands.PATIENCE, 0.0, ""
    while running.poll() is None:
        now = time.monotonic()
        if again := [path.name for path, written in before.items() if _written(path) not in (None, written)]:
            why = f"computed {', '.join(again)} again"
        if stop and not since and _has_come(stop, running.pid, home):
            since = now
        if stop and since and now - since >= stop.seconds and _sent(stop, running.pid):
            stop = None
        if now > deadline:
            os.killpg(running.pid, signal.SIGKILL)
            why = "hangs"
        time.sleep(_LOOK_EVERY)
    out, err = running.communicate(timeout=commands.PATIENCE)  # ends when the last worker has closed its end
    return running.returncode, out, err, why


def _written(path: Path) -> int | None:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return None


def _has_come(stop: Stop, pid: int, home: Path) -> bool:
    if not _hears(pid):
        return False
    if stop.after == "pieces":
        return len(kept(home)) >= stop.pieces
    return stop.after == "hearing" or any((home / "work").glob("results/.*.writing-*"))


def _hears(pid: int) -> bool:
    """Whether the command has begun to answer SIGTERM: before, Python itself answers."""
    caught = re.search(r"^SigCgt:\s*(\w+)", Path(f"/proc/{pid}/status").read_text(encoding="utf-8"), re.MULTILINE)
    return bool(caught and int(caught[1], 16) >> (signal.SIGTERM - 1) & 1)


def _sent(stop: Stop, pid: int) -> bool:
    """Whether there was somebody to send it to."""
    number = signal.Signals[stop.signal]
    if stop.to == "group":
        os.killpg(pid, number)
        return True
    if stop.to == "main":
        os.kill(pid, number)
        return True
    workers = [worker for helper in _children(pid) for worker in _children(helper)]  # of the fork server
    for worker in workers[:1]:
        os.kill(worker, number)
    return bool(workers)


def _children(pid: int) -> list[int]:
    """The processes that a process has started."""
    threads = Path("/proc").glob(f"{pid}/task/*/children")
    return [int(child) for thread in threads for child in thread.read_text(encoding="ascii").split()]


def _wrong(stop: Stop | None, code: int, out: str, err: str, home: Path) -> str:
    """What is wrong with how a try ended."""
    said = words(err)
    if code == 0:  # it was done before it could be stopped
        return "" if not said and any(end in out for end in _ANSWERED) else "exit code 0, and no answer or more than it"
    if stop is None:
        return f"exit code {code}"
    if stop.signal == "SIGKILL" and stop.to != "worker":
        return "" if code == -signal.SIGKILL and not said else f"exit code {code}"
    if code != (1 if stop.to == "worker" else _STOPPED):
        return f"exit code {code}"
    if len(said) != 1:
        return f"{len(said)} lines, not one sentence"
    number = len(kept(home))
    claim = _KEPT.search(said[0])
    if claim and int(claim[1]) != number:
        return f"says {claim[1]} pieces are kept, and {number} are"
    if not claim and (stop.to == "worker" or said[0] not in _NOTHING):
        return f"does not say that {number} pieces are kept"
    return ""


def shown(case: Case) -> str:
    """The command and its stops."""
    stops = "; ".join(str(Stop(**stop)) for stop in json.loads(case.what)[1])
    return f"{' '.join(LINES[case.kind])}: {stops}"
