"""`make fingerprints BASE=<commit>`: whether two commits give the same numbers to the bit, on this machine.

Both commits write their fingerprints here, so a processor that rounds differently from the one that made
`fingerprints.json` does no harm. HEAD is another commit; without it the working tree is compared, as it stands.
Ends with 1 where a year, a column or a table differs, and says which.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

HOUSE = Path(__file__).parents[1]
MAKER = "test_fingerprints.py"


def differences(base: dict[str, Any], head: dict[str, Any]) -> list[str]:
    """A sentence for each part of a run that is not the same in both; columns that only one of them has are named."""
    found = []
    for run in sorted({*base, *head} - {"arithmetic"}):
        if run not in base or run not in head:
            found.append(f"{run}: only in {'HEAD' if run in head else 'BASE'}")
            continue
        for part, was in base[run].items():
            now = head[run].get(part, {"years": {}, "columns": {}})
            years = [year for year, value in was["years"].items() if now["years"].get(year) != value]
            columns = [name for name, value in was["columns"].items() if now["columns"].get(name) != value]
            there = now.get("outcomes", {})
            tables = [name for name, value in was.get("outcomes", {}).items() if there.get(name) != value]
            tables += ["observations"] if was.get("observations") != now.get("observations") else []
            if years or tables:
                words = [
                    f"years from {years[0]} on" if years else "",
                    f"columns {', '.join(columns)}" if columns else "",
                ]
                found.append(f"{run}, {part}: " + "; ".join(filter(None, [*words, *tables])))
            elif columns:
                found.append(f"{run}, {part}: columns that have another name or are gone: {', '.join(columns)}")
    return found


@contextmanager
def tree(commit: str) -> Iterator[Path]:
    """A commit's files in a folder of their own, removed in the end. Raises SystemExit where git has no such commit."""
    with tempfile.TemporaryDirectory(prefix="fingerprints-") as folder:
        path = Path(folder) / "tree"
        made = _git("worktree", "add", "--detach", str(path), commit)
        if made.returncode:
            raise SystemExit(f"{commit}: {made.stderr.strip()}")
        try:
            yield path
        finally:
            _git("worktree", "remove", "--force", str(path))


def made_in(place: Path) -> dict[str, Any]:
    """The fingerprints that the files under a folder give. Raises SystemExit where they cannot be made."""
    makers = sorted(place.glob(f"tests/**/{MAKER}"))
    if not makers:
        raise SystemExit(f"{place} has no {MAKER}: the commit is older than the fingerprints.")
    module = ".".join(makers[0].relative_to(place).with_suffix("").parts)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.json"
        command = [sys.executable, "-m", module, str(path)]
        done = subprocess.run(command, cwd=place, env={**os.environ, "PYTHONPATH": str(place)}, check=False)
        if done.returncode:
            raise SystemExit(f"{module} failed in {place}.")
        return dict(json.loads(path.read_text(encoding="utf-8")))


def main(arguments: list[str] | None = None) -> int:
    """Compare two commits, or a commit with the working tree; 0 if nothing differs."""
    parser = argparse.ArgumentParser(prog="make fingerprints", description=__doc__)
    parser.add_argument("base", metavar="BASE", help="the commit to compare with")
    parser.add_argument("head", metavar="HEAD", nargs="?", help="another commit; default: the working tree")
    asked = parser.parse_args(arguments)
    with ExitStack() as stack, ThreadPoolExecutor(2) as pool:
        places = [stack.enter_context(tree(commit)) if commit else HOUSE for commit in (asked.base, asked.head)]
        base, head = pool.map(made_in, places)
    found = differences(base, head)
    print("\n".join(found) if found else f"Every number is the same as in {asked.base}.")  # noqa: T201
    return 1 if found else 0


def _git(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *arguments], cwd=HOUSE, capture_output=True, text=True, check=False)  # noqa: S607


if __name__ == "__main__":
    raise SystemExit(main())
