"""Tests on a mutant, in a process of its own; several at a time."""

from __future__ import annotations

import doctest
import json
import os
import re
import resource
import signal
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import hypothesis
import pytest
from numba.core.errors import NumbaError

from tests.mutation.placing import place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from tests.mutation.breaking import Mutant

TESTS = Path(__file__).parents[1]
SWITCHED_OFF = ("test_golden.py", "test_fingerprints.py")
"""Tests that hold numbers as they were: they would notice anything, and take no part."""

_NOT_HERE = ("test_framework.py", "test_sense.py")
"""Of imports, of which no mutant is one; and of lives that are run by processes of their own, which know no mutant."""

_FIRST = (
    *("sim/market/test_history.py", "sim/test_conservation.py"),
    "reference/test_reference.py::test_after_one_year_everybody_is_where_the_plain_model_says",
)
"""Tests that notice most for the time that they take."""

LEDGER = "tests/sim/process/test_ledger.py"
"""What is booked, worked out by hand."""

_THEN = (
    *("sim/test_promises.py", "sim/market", "sim/process", "sim/test_*.py", "sim/instruments", "sim/measures"),
    "sim/population",
)
_LAST = ("reference",)
"""Tests that take long."""

LIVED, NOTICED, NO_CODE, NO_END = "not noticed", "noticed", "does not compile", "does not end"


class Verdict(NamedTuple):
    """What became of a mutant: one of the words above; the test that noticed and with which error; seconds."""

    word: str
    test: str
    error: str
    seconds: float


class _First:
    """The first test that fails, and by which error."""

    def __init__(self) -> None:
        self.test, self.error, self.compiles = "", "", True

    def pytest_exception_interact(self, node: pytest.Item, call: pytest.CallInfo[Any]) -> None:
        if not self.test and call.excinfo is not None:
            self.test, self.error = node.nodeid, call.excinfo.typename
            self.compiles = not issubclass(call.excinfo.type, NumbaError)


def of_rules(module: str) -> list[list[str]]:
    """The tests of a module of rules."""
    short = module.rpartition(".")[2]
    says = re.compile(rf"from sim\.rules(\.{short} import|.* import .*\b{short}\b)")
    every = _files(["sim/rules"])
    return [[path for path in every if says.search((TESTS.parent / path).read_text(encoding="utf-8"))]]


def of_model(module: str) -> list[list[str]]:
    """The tests that run the model: those that name the module with those that notice most, then others, in stages."""
    package, _, short = module.rpartition(".")
    says = re.compile(rf"{re.escape(module)}\b|from {re.escape(package)} import .*\b{short}\b")
    then, last = _files(_THEN), _files(_LAST)
    then = [path for path in then if path not in last]
    own = [path for path in then if says.search((TESTS.parent / path).read_text(encoding="utf-8"))]
    first = list(dict.fromkeys([*own, *(f"tests/{one}" for one in _FIRST)]))
    return [first, [path for path in then if path not in first], last]


def _files(names: Iterable[str]) -> list[str]:
    """Files of tests by names, patterns and folders, without those that take no part."""
    found: dict[str, None] = {}
    for name in names:
        for path in sorted(TESTS.glob(name)):
            for file in sorted(path.glob("test_*.py")) if path.is_dir() else [path]:
                if file.name not in (*SWITCHED_OFF, *_NOT_HERE):
                    found[str(file.relative_to(TESTS.parent))] = None
    return list(found)


def prepare(tests: Iterable[str]) -> None:
    """Import tests and what they need once, before the processes part."""
    import_module("tests.sim.conftest")
    import_module("scipy.stats")
    for path in tests:
        import_module(path.partition("::")[0].removesuffix(".py").replace("/", "."))


def each(
    made: Sequence[Mutant | None], tests: Callable[[Mutant | None], list[list[str]]], jobs: int, seconds: int
) -> Iterator[tuple[int, Verdict]]:
    """Test mutants, `jobs` at a time, each for so many seconds of the processor at most; give their places and verdicts
    as they end.

    None stands for the model as it is.
    """
    running: dict[int, tuple[int, int, float]] = {}

    def ended() -> tuple[int, Verdict]:
        child, status = os.wait()
        number, said, start = running.pop(child)
        with open(said, encoding="utf-8") as file:  # noqa: PTH123  the end of a pipe
            text = file.read()
        took = round(time.monotonic() - start, 1)
        if text:
            return number, Verdict(*json.loads(text), took)
        signalled = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        word = NO_END if signalled in (signal.SIGXCPU, signal.SIGKILL) else NOTICED
        return number, Verdict(word, "", f"signal {signalled}" if signalled else f"exit {status}", took)

    for number, mutant in enumerate(made):
        while len(running) >= jobs:
            yield ended()
        said, say = os.pipe()
        child = os.fork()
        if child == 0:
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
            found: tuple[str, str, str] | None = None
            try:
                found = _tested(mutant, tests(mutant))
            finally:
                if found is not None:
                    os.write(say, json.dumps(found).encode())
                os._exit(found is None)
        os.close(say)
        running[child] = (number, said, time.monotonic())
    while running:
        yield ended()


def _tested(mutant: Mutant | None, stages: list[list[str]]) -> tuple[str, str, str]:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    if mutant is not None:
        rules = mutant.module.startswith("sim.rules.")
        try:
            place(mutant, compiled=not rules)
        except Exception as error:  # noqa: BLE001  a number that cannot be worked out is noticed at once
            return NOTICED, "when it is imported", type(error).__name__
        if rules and doctest.testmod(sys.modules[mutant.module]).failed:
            return NOTICED, "its examples", "doctest"
    phases = [hypothesis.Phase.explicit, hypothesis.Phase.generate]  # a failure need not be made small
    hypothesis.settings.register_profile("mutants", database=None, derandomize=True, phases=phases, deadline=None)
    options = ["-x", "-q", "--tb=no", "-p", "no:cacheprovider", "-p", "no:xdist", "-m", "not slow or alone"]
    options += ["--hypothesis-profile", "mutants"]
    imported = ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    for stage in stages:
        first = _First()
        if stage and pytest.main([*options, *imported, *(f"{TESTS.parent}/{path}" for path in stage)], [first]):
            return NOTICED if first.compiles else NO_CODE, _short(first.test), first.error
    return LIVED, "", ""


def _short(test: str) -> str:
    return test.removeprefix("tests/").partition("[")[0]
