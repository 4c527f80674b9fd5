"""`python -m tests.campaigns KIND --number N --seed S`: run a campaign, say what is wrong, end with 1 where anything is."""

from __future__ import annotations

import argparse
import time

from tests.campaigns import lines, pairs, policies, stops, targets, worlds
from tests.campaigns.cases import counted

NUMBERS = {"lines": 3000, "policies": 2000, "worlds": 500, "targets": 500, "stops": 60, "pairs": 20}
"""The kinds, with the number of cases of a whole campaign."""


def main() -> int:
    """Run one campaign, or all of them."""
    asked = argparse.ArgumentParser(prog="python -m tests.campaigns", description=__doc__)
    asked.add_argument("kind", choices=[*NUMBERS, "all"])
    asked.add_argument("--number", type=int, help="cases; as many as the promise names where it is left out")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--only", type=int, help="one case by its number")
    given = asked.parse_args()
    wrong = 0
    for kind in NUMBERS if given.kind == "all" else [given.kind]:
        number = given.number or NUMBERS[kind]
        begun = time.perf_counter()
        campaign = {
            "lines": lines,
            "policies": policies,
            "worlds": worlds,
            "targets": targets,
            "stops": stops,
            "pairs": pairs,
        }[kind]
        with campaign.place() as home:
            made = campaign.cases(number, given.seed, home)
            count = counted((case for case in made if given.only in (None, case.number)), campaign.run, campaign.shown)
        print(f"{kind} --number {number} --seed {given.seed}: {count.words}; {time.perf_counter() - begun:.0f} s")
        wrong += len(count.wrong)
    return int(wrong > 0)


if __name__ == "__main__":
    raise SystemExit(main())
