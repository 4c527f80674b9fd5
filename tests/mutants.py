"""Which breaks no test of meaning notices: `make mutants`, or `python -m tests.mutants [ledger | module of rules ...]`.

Every rule, and everything that books money, is broken in one place after the other - another sign, bound, number, a
term, a limit or a statement left out - and tests are run on the broken text in a process of its own: of a rule its
worked examples and the tests of its module, of the ledger all tests that run the model. Rules and ledger are plain
Python functions there.

`--random 300 --seed 1` breaks markets and processes instead, in that many places drawn by the seed: the model is run
with the broken loops compiled anew, and those that call them. `--keep FILE` writes each verdict as it is known and
leaves out what stands there, so a run may be stopped and given again; `mutation/random.csv` is such a table, of those
of the 300 of seed 1 that were judged.

Exact and golden results take no part. Mutants that do the same as what they replace are listed, with the reason, in
`mutation/equivalent.csv`, and left out.

mutmut leaves functions with a decorator alone, and every rule has one; cosmic-ray writes each mutant into the working
tree and starts the interpreter for it: an hour for what takes minutes here. Neither can break a compiled loop.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import heapq
import os
import sys
from collections import Counter, defaultdict
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim import market, process, rules
from tests.mutation import ledger, running
from tests.mutation.breaking import Mutant, mutants
from tests.mutation.placing import load_everything

if TYPE_CHECKING:
    from types import ModuleType

LEAST = 0.95
"""Share of the mutants that tests have to notice."""

EQUIVALENT = Path(__file__).parent / "mutation" / "equivalent.csv"
_SECONDS = {"rules": 120, "model": 300}  # of the processor, after which a mutant that does not end counts as noticed
_COLUMNS = (
    *("module", "function", "statement", "before", "after", "nth"),
    *("line", "verdict", "test", "error", "seconds"),
)


class Same(NamedTuple):
    """Which mutant does the same as what it replaces. nth: of those of the function that read alike, from 1 on."""

    module: str
    function: str
    statement: str
    before: str
    after: str
    nth: int


def equivalent() -> dict[Same, str]:
    """Why each listed mutant does the same, as somebody who read it says."""
    with EQUIVALENT.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {Same(*(row[name] for name in Same._fields[:-1]), int(row["nth"])): row["reason"] for row in rows}


def same(mutant: Mutant) -> Same:
    """What a mutant is listed by."""
    return _sames(mutant.module)[mutant.number]


@cache
def _sames(module: str) -> dict[str, Same]:
    found, seen = dict[str, Same](), Counter[tuple[str, ...]]()
    for one in mutants(module):
        read = (one.module, one.function, one.statement, one.before, one.after)
        seen[read] += 1
        found[one.number] = Same(*read, seen[read])
    return found


def of(package: ModuleType) -> list[str]:
    """The modules of a package."""
    return [f"{package.__name__}.{module.name}" for module in iter_modules(package.__path__)]


def drawn(number: int, seed: int) -> list[Mutant]:
    """So many mutants of all of markets and processes; those that are known to do the same are among them.

    Each has a place in the lot by how it reads, so that a change elsewhere, or a move to another file, leaves it there.
    """
    every = [one for package in (market, process) for module in of(package) for one in mutants(module)]
    return heapq.nsmallest(number, every, key=lambda one: (_lot(same(one), seed), one.module))


def _lot(mutant: Same, seed: int) -> bytes:
    return hashlib.sha256("\n".join((str(seed), *map(str, mutant[1:]))).encode()).digest()


def _asked(names: list[str]) -> list[Mutant]:
    made = [one for module in of(rules) if not names or module.rpartition(".")[2] in names for one in mutants(module)]
    if not names or "ledger" in names:
        made += [one for module, function in ledger.functions() for one in mutants(module, function)]
    return made


def _tests(mutant: Mutant | None) -> list[list[str]]:
    module = mutant.module if mutant else "sim.process.ledger"
    if module.startswith("sim.rules."):
        return running.of_rules(module)
    stages = running.of_model(module)
    return stages if module.startswith(("sim.market.", "sim.process.")) else [[running.LEDGER], *stages]


def _kept(file: Path | None) -> dict[Same, running.Verdict]:
    if file is None or not file.exists():
        return {}
    with file.open(encoding="utf-8", newline="") as text:
        return {
            Same(*(row[name] for name in Same._fields[:-1]), int(row["nth"])): running.Verdict(
                row["verdict"], row["test"], row["error"], float(row["seconds"])
            )
            for row in csv.DictReader(text)
        }


def judged(made: list[Mutant], jobs: int, keep: Path | None) -> list[running.Verdict]:
    """What becomes of each mutant, in order; what the file holds is not tested again."""
    known = _kept(keep)
    todo = [one for one in dict.fromkeys(made) if same(one) not in known]
    seconds = _SECONDS["rules" if all(one.module.startswith("sim.rules.") for one in todo) else "model"]
    if keep and not known:
        keep.write_text(",".join(_COLUMNS) + "\n", encoding="utf-8")
    for number, verdict in running.each(todo, _tests, jobs, seconds):
        known[same(todo[number])] = verdict
        if keep:
            with keep.open("a", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerow([*same(todo[number]), todo[number].line, *verdict])
        else:
            _say_if_lived(todo[number], verdict)
    return [known[same(one)] for one in made]


def _say_if_lived(mutant: Mutant, verdict: running.Verdict) -> None:
    if verdict.word == running.LIVED:
        where = f"{mutant.module}:{mutant.line}"
        print(f"{where}: no test notices {mutant.before}  ->  {mutant.after}   in {mutant.statement}")  # noqa: T201


def _warm() -> None:
    for module in of(rules):
        import_module(module)
    arithmetic = import_module("sim.engine.arithmetic")
    for function in (arithmetic.exp, arithmetic.log, arithmetic.normal_below):
        for number in (0.5, np.float32(0.5), np.float64(0.5), 1):
            function(number)  # compiled once


def main(given: list[str]) -> int:
    """Break what is asked for; say what no test notices, and return 1 where that is too much."""
    parser = argparse.ArgumentParser("python -m tests.mutants", description=str(__doc__).partition("\n")[0])
    parser.add_argument("names", nargs="*", help="modules of rules, or ledger; all of these where none is given")
    parser.add_argument("--random", type=int, default=0, help="so many mutants of markets and processes instead")
    parser.add_argument("--seed", type=int, default=1, help="by which these are drawn")
    parser.add_argument("--keep", type=Path, help="a table that is written, and gone on with")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many at a time")
    asked = parser.parse_args(given)
    every = drawn(asked.random, asked.seed) if asked.random else _asked(asked.names)
    listed = equivalent()
    made = [one for one in every if same(one) not in listed]
    if not made:
        parser.error("nothing to break is called that")
    _warm()
    modules = sorted({one.module for one in made})
    if any(not module.startswith("sim.rules.") for module in modules):
        whole = list(running.each([None], _tests, 1, _SECONDS["model"]))  # keeps all loops, for those that follow
        load_everything()
    else:
        whole = []
    stages = [stage for one in {one.module: one for one in made}.values() for stage in _tests(one)]
    running.prepare(dict.fromkeys(path for stage in stages for path in stage))
    if any(verdict.word != running.LIVED for _, verdict in whole):
        print(f"a test fails on what is not broken: mend it first ({whole[0][1].test})", file=sys.stderr)  # noqa: T201
        return 1
    found = judged(made, asked.jobs, asked.keep)
    print(f"{len(every)} mutants, {len(every) - len(made)} of them listed as doing the same")  # noqa: T201
    return _summary(made, found)


def _summary(made: list[Mutant], found: list[running.Verdict]) -> int:
    by_module: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for mutant, verdict in zip(made, found, strict=True):
        by_module[mutant.module][verdict.word] += 1
        _say_if_lived(mutant, verdict)
    for module, words in by_module.items():
        print(f"{module:28} {words.total() - words[running.LIVED]:4} of {words.total():4} noticed")  # noqa: T201
    every = sum(by_module.values(), Counter())
    share = 1 - every[running.LIVED] / every.total()
    without = every.total() - every[running.NO_CODE]
    print(f"{share:.1%} of {every.total()} mutants noticed, at least {LEAST:.0%} wanted")  # noqa: T201
    if every[running.NO_CODE]:
        text = f"{1 - every[running.LIVED] / without:.1%} of the {without} that compile"
        print(text)  # noqa: T201
    return int(share < LEAST)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
