"""How often tests of random numbers fail by chance, and what they notice: `make reseeding`.

Every test with the mark `chance` is run under other seeds (`--runs 200`), each run in a process of its own. Of every
number that such a test bounds (`tests.chance.within`) the table says: the share of the runs in which it missed its
bound; how often it would, as no run may have missed it (false alarm): by Student's t around the mean of the runs, of
counts by the law of Poisson, and by the law itself where theory gives it; and
in how many of a hundred runs it would miss it in the broken model that the test names (power), and how large a change
of its mean it notices in 95 of 100. The false alarms add up to that of the suite, at most.

`--keep FILE` holds what every run found, so that a run may be stopped and given again; `--write` writes the table to
`reseeded.csv` beside this file, which says of how many runs each number is.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests import chance

if TYPE_CHECKING:
    from collections.abc import Callable

TESTS = Path(__file__).parent
TABLE = TESTS / "reseeded.csv"
MOST = 1e-3
"""False alarms of the whole suite, at most."""

LEAST_POWER = 0.95
_FEW = 30  # below which whole numbers are counts of rare events
_ELSE = "another assertion"


class _Notes:
    """What each test bounded, and which failed otherwise."""

    def __init__(self) -> None:
        self.found: list[list[Any]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        test = report.nodeid.removeprefix("tests/")
        if report.when == "call" or report.failed:
            self.found += [[test, *one] for one in chance.seen]
            if report.failed and all(one.holds for one in chance.seen):
                self.found.append([test, _ELSE, 1.0, 0.0, 0.5, 1.0, "", float("nan"), False])
            chance.seen.clear()


def marked() -> list[str]:
    """The files that hold tests with the mark."""
    files = sorted(TESTS.rglob("test_*.py"))
    return [str(path) for path in files if "pytest.mark.chance" in path.read_text(encoding="utf-8")]


def reseeded(runs: list[int], keep: Path, tests: list[str], jobs: int = 1) -> None:
    """Run the tests under other seeds, so many runs at once, and write down what each found, one line of JSON a run."""
    for path in tests:
        file = Path(path.partition("::")[0])
        import_module(".".join(file.resolve().relative_to(TESTS.parent).with_suffix("").parts))
    for number, run in enumerate(runs):
        if number >= jobs:
            os.wait()
        if os.fork() == 0:
            try:
                os.environ[chance.RESEEDED] = str(run)
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, 1)
                notes = _Notes()
                options = ["-q", "--tb=no", "-p", "no:cacheprovider", "-p", "no:xdist", "-m", "chance"]
                pytest.main([*options, "-W", "ignore::pytest.PytestAssertRewriteWarning", *tests], [notes])
                with keep.open("a", encoding="utf-8") as file:
                    file.write(json.dumps([run, notes.found]) + "\n")
            finally:
                os._exit(0)
    for _ in runs[:jobs]:
        os.wait()


def table(keep: Path) -> pd.DataFrame:
    """One row a number that a test bounds."""
    found_by = sorted(map(json.loads, keep.read_text(encoding="utf-8").splitlines()))
    rows = [[run, *one] for run, found in found_by for one in found]
    runs = pd.DataFrame(rows, columns=["run", "test", *chance.Seen._fields])
    made = []
    for (test, what), group in runs.groupby(["test", "what"], sort=False):
        values, last = group["value"].to_numpy(float), group.iloc[-1]
        outside = (values < group["low"]) | (values > group["high"])
        if what == _ELSE:
            made.append({"test": test, "number": what, "runs": runs["run"].nunique(), "missed": len(group)})
            continue
        low, high = float(group["low"].max()), float(group["high"].min())
        if np.isfinite(last["spread"]):
            right, wrong = (_normal(at, last["spread"]) for at in (0, last["broken"]))
        else:
            right, wrong = (_law(values, off) for off in (0, last["broken"] - values.mean()))
        made.append(
            {
                "test": test,
                "number": what,
                "low": low,
                "high": high,
                "runs": len(values),
                "mean": values.mean(),
                "spread": values.std(ddof=1),
                "skew": float(stats.skew(values)),
                "missed": int(outside.sum()),
                "false_alarm": right(low, high),
                "broken": last["broken"],
                "by": last["by"],
                "power": 1.0 if last["exact"] else wrong(low, high),
                "noticed_from": _noticed_from(values, low, high),
            }
        )
    return pd.DataFrame(made)


def _normal(mean: float, spread: float) -> Callable[[float, float], float]:
    """How often a number of this normal law lies outside of a bound."""
    law = stats.norm(mean, spread)
    return lambda low, high: float(law.cdf(low) + law.sf(high))


def _law(values: np.ndarray, off: float) -> Callable[[float, float], float]:
    """How often another such number lies outside of a bound: Student's t around the mean, moved by so much, with what
    is not known of the mean; of counts, which are whole and few, the law of Poisson, with one more event than was seen.
    """
    if (values == values.round()).all() and values.mean() < _FEW:
        count = stats.poisson(max(values.mean() + off + 1 / len(values), 0))
        return lambda low, high: float((count.cdf(np.ceil(low) - 1) if np.isfinite(low) else 0) + count.sf(high))
    spread = max(values.std(ddof=1), 1e-12) * (1 + 1 / len(values)) ** 0.5
    normal = stats.t(len(values) - 1, values.mean() + off, spread)
    return lambda low, high: float(normal.cdf(low) + normal.sf(high))


def _noticed_from(values: np.ndarray, low: float, high: float) -> float:
    """The smallest change of the mean, up or down, that is noticed in 95 of 100 runs."""
    reach = stats.t.ppf(LEAST_POWER, len(values) - 1) * values.std(ddof=1)
    return float(min(values.mean() - low, high - values.mean()) + reach)


def main(given: list[str]) -> int:
    """Run, print the table, and return 1 where false alarms are too many or power is too small."""
    parser = argparse.ArgumentParser("python -m tests.reseeding", description=str(__doc__).partition("\n")[0])
    parser.add_argument("tests", nargs="*", help="files of tests; all that hold a marked test where none is given")
    parser.add_argument("--runs", type=int, default=200, help="under how many other seeds")
    parser.add_argument("--keep", type=Path, help="a file that is written, and gone on with")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="runs at once")
    parser.add_argument("--write", action="store_true", help="write the table beside this file")
    asked = parser.parse_args(given)
    with tempfile.TemporaryDirectory() as passing:
        keep = asked.keep or Path(passing) / "runs"
        keep.touch()
        done = {json.loads(line)[0] for line in keep.read_text(encoding="utf-8").splitlines()}
        reseeded(
            [run for run in range(1, asked.runs + 1) if run not in done], keep, asked.tests or marked(), asked.jobs
        )
        found = table(keep)
    with pd.option_context("display.max_rows", None, "display.width", 250, "display.max_colwidth", 60):
        shown = found.drop(columns=["by", "skew", "runs"])
        print(shown.to_string(index=False, float_format=lambda value: f"{value:.3g}"))  # noqa: T201
    if asked.write:
        found.to_csv(TABLE, index=False, float_format="%.4g", lineterminator="\n")
    total, weak = float(found["false_alarm"].sum()), found[found["power"] < LEAST_POWER]
    missed = int(found["missed"].sum())
    print(  # noqa: T201
        f"{len(found)} numbers of {found['test'].nunique()} tests, {asked.runs} runs: {missed} missed their bound; "
        f"false alarms add up to {total:.2g}, at most {MOST:g} wanted; {len(weak)} with a power below {LEAST_POWER:.0%}"
    )
    return int(total > MOST or len(weak) > 0 or missed > 0)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
