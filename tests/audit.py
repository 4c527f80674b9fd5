"""Known weaknesses of the locked versions: `make audit`.

It ends with 0 where all were looked up and none is known, with 1 where some are, with 3 where not all could be.

pip-audit itself ends with 0 where it could look up nothing, as behind a mirror or without a network.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

LOCK = "requirements.lock"
_COMMAND = ("--requirement", LOCK, "--no-deps", "--disable-pip", "--progress-spinner", "off", "--format", "json")
FOUND, UNKNOWN = 1, 3


def verdict(report: str) -> tuple[str, int]:
    """What pip-audit's report (JSON) says, in a sentence, and the exit code."""
    try:
        looked_up: list[dict[str, Any]] = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return "The database of weaknesses cannot be reached: nothing was looked up.", UNKNOWN
    weak = [f"{one['name']} {one['version']} ({known['id']})" for one in looked_up for known in one.get("vulns", ())]
    unknown = [one["name"] for one in looked_up if "skip_reason" in one]
    if weak:
        return f"{len(weak)} weaknesses are known: {', '.join(weak)}.", FOUND
    if unknown or not looked_up:
        known = len(looked_up) - len(unknown)
        return f"Only {known} of {len(looked_up)} versions could be looked up; the database cannot be reached.", UNKNOWN
    return f"No weakness is known of the {len(looked_up)} locked versions.", 0


def main(program: str) -> int:
    """Run pip-audit, a program, over the lock."""
    done = subprocess.run([program, *_COMMAND], capture_output=True, text=True, check=False, timeout=600)
    said, code = verdict(done.stdout)
    print(said, file=sys.stderr if code else sys.stdout)
    return code


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
