"""What a person-year costs: this model and the same rules written as plain Mesa agents, side by side in one run.

Each engine is timed in a fresh process of its own, so that start-up and peak memory are its own too. A shared machine
is faster in one hour than in the next, so just before and after the years each process times what never changes as
well, gathers in memory: in them, figures of different hours and machines can be compared.
"""

from __future__ import annotations

import statistics
import sys
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast

from pydantic import Field

from experiments.errors import InputError
from experiments.request.build import Build
from experiments.request.policies import with_included, with_own
from experiments.request.settings import Section, Whole, read_section
from experiments.run.executors import Processes
from experiments.run.study import Computed, Study

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from rich.console import Console
    from rich.table import Table

    from experiments.run.checkpoint import Checkpoint
    from experiments.run.store import Result
    from sim import BrainCirculation
    from sim.agents.model import PlainModel
    from sim.instruments.policy import Measure

BAR = 80
LOADED_BAR = 1.3
"""At most so many times as long should a year with twenty policies in force take as one without."""
GATHERS = 15  # timed, of which the median counts
LOADED_YEARS = 10  # of a life with policies and one without that are timed: people and machine differ from year to year
UNTIMED = 2  # first years: they load the compiled loops, the second those for people who left in the first
SMALLER = 0.1  # of the people, beside the scale asked for
TABLE = "benchmark.csv"
LOADED = "loaded.csv"
_FAST, _SMALL, _PLAIN, _FULL = "this model", "a tenth of the people", "plain Mesa agents", "this model, 1:1"


class BenchmarkSettings(Section):
    """Years timed, after `UNTIMED` that are not; whether this model is timed at full scale as well; policies that are
    in force together in a life that is timed beside one without.
    """

    years: Whole = Field(ge=1)
    full: bool = Field(strict=True)
    policies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Timing:
    """One engine to measure."""

    engine: str
    build: Build
    seed: int
    years: int


@dataclass(frozen=True)
class Measured:
    """start_up: seconds from the first import to a founded model. year: processor ns of a year, cost: of a
    person-year, median years. gather: of `gather`, mean of before and after the years.
    """

    people: int
    year: float
    cost: float
    gather: float
    start_up: float
    peak_megabytes: float


@dataclass(frozen=True)
class Benchmark(Study):
    """Both engines at one scale, and this model at a smaller one, which tells fixed from marginal cost."""

    kind: ClassVar[str] = "benchmark"
    stored: ClassVar[bool] = False
    asked: BenchmarkSettings

    @classmethod
    def read(cls, config: Mapping[str, Any]) -> Self:
        """The benchmark of a resolved configuration; an InputError says what is wrong with it."""
        asked, settings = read_section(config, "benchmark", BenchmarkSettings)
        return cls(settings, asked)

    @property
    def timing(self) -> Timing:
        """This model at the scale that is asked for."""
        return Timing(_FAST, Build.of(self.settings), self.settings.seed, self.asked.years)

    @property
    def timings(self) -> dict[str, Timing]:
        """What is measured, by the name of its column."""
        one = self.timing
        found = {_FAST: one, _SMALL: _at(one, one.build.scale * SMALLER), _PLAIN: replace(one, engine=_PLAIN)}
        return found | ({_FULL: _at(one, 1.0)} if self.asked.full else {})

    def check(self) -> None:
        """Raise InputError for more years than the world has data for."""
        world, _ = self.timing.build.inputs()
        most = world.last_year - world.first_year + 1 - UNTIMED
        if self.asked.years > most:
            raise InputError(f"benchmark.years: the world has data for at most {most}, not for {self.asked.years}.")
        latest = world.last_year + 1 - UNTIMED - LOADED_YEARS
        if late := [one.name for one in self._measures if one.start > latest]:
            raise InputError(f"benchmark.policies: {late[0]} starts after {latest}, too late to be timed.")

    def identity(self) -> Mapping[str, Any]:
        """Nothing is kept: a machine is never the same twice."""
        return {}

    def compute(self, checkpoint: Checkpoint) -> Computed:  # noqa: ARG002 - there is nothing to go on from
        """Each engine in a process of its own, one after the other."""
        import pandas as pd

        rows = [{"engine": name, **asdict(_alone(timing))} for name, timing in self.timings.items()]
        tables: dict[str, pd.DataFrame | Path] = {TABLE: pd.DataFrame(rows)}
        if self.asked.policies:
            with Processes(1, fresh=True) as pool:
                ratio = pool.submit(loaded, self.timing, self._measures).result()
            tables[LOADED] = pd.DataFrame([{"policies": len(self.asked.policies), "ratio": ratio}])
        return Computed(tables)

    @property
    def _measures(self) -> tuple[Measure, ...]:
        """The policies that are timed, with those that they include."""
        library = with_own(self.settings.library)
        found = {one.name: one for name in self.asked.policies for one in with_included(name, library)}
        return tuple(found.values())

    def show(self, result: Result, out: Console) -> None:
        """Print costs, their fixed and marginal parts, and the ratio to plain agents."""
        rows = result.table(TABLE).set_index("engine").to_dict("index")
        columns = {str(name): Measured(**cast("dict[str, Any]", row)) for name, row in rows.items()}
        out.print(_heading(self.timing))
        out.print(_table(columns))
        fixed, marginal = parts(columns[_SMALL], columns[_FULL if self.asked.full else _FAST])
        out.print(f"A year costs {fixed:.2f} ms whatever its size, and {marginal:,.0f} ns a person.")
        ratio = columns[_PLAIN].cost / columns[_FAST].cost
        out.print(f"Ratio of nanoseconds per person-year at this scale: {ratio:,.0f} (bar: at least {BAR}).")
        if self.asked.policies:
            (timed,) = result.table(LOADED).to_dict("records")
            said = f"{timed['policies']} policies in force, over one without: {timed['ratio']:.2f}"
            out.print(f"A year with {said} (bar: at most {LOADED_BAR:.2f}).")
        if self.asked.full:
            ratio = columns[_PLAIN].cost / columns[_FULL].cost
            out.print(f"Ratio against this model at full scale: {ratio:,.0f}.")


def parts(small: Measured, large: Measured) -> tuple[float, float]:
    """Fixed cost of a year in ms and marginal cost in ns a person: the line through two sizes of one model."""
    marginal = (large.year - small.year) / (large.people - small.people)
    return (small.year - marginal * small.people) / 1e6, marginal


def measure(task: Timing) -> Measured:
    """Build one engine in this process and time its years."""
    start = time.perf_counter()
    founded = task.build(task.seed)
    model = _as_plain_agents(founded) if task.engine == _PLAIN else founded
    start_up = time.perf_counter() - start
    took, costs, gathers = list[float](), list[float](), [gather(_people(model))]
    for year in range(founded.year + 1, founded.year + task.years + UNTIMED + 1):
        began = time.process_time()  # of this process alone, whatever else the machine does
        model.run_through(year)
        took.append((time.process_time() - began) * 1e9)
        costs.append(took[-1] / _people(model))
    gathers.append(gather(_people(model)))
    a_year, cost = (statistics.median(values[UNTIMED:]) for values in (took, costs))
    return Measured(_people(model), a_year, cost, statistics.fmean(gathers), start_up, _peak_megabytes())


def loaded(task: Timing, measures: Sequence[Measure]) -> float:
    """Cost of a person-year with all of these policies in force over that without any, in this process.

    Two lives of the same people from the year before the first policy on, turn and turn about: each is first in every
    other year. The medians of the last `LOADED_YEARS`, which come after those that load compiled loops.
    """
    starts = [one.start for one in measures]
    history = task.build(task.seed).run_through(min(starts) - 1)
    lives = history.fork(), history.fork(list(measures))
    costs: tuple[list[float], list[float]] = ([], [])
    for year in range(min(starts), max(starts) + UNTIMED + LOADED_YEARS):
        for which in (0, 1) if year % 2 else (1, 0):
            began = time.process_time()
            lives[which].run_through(year)
            costs[which].append((time.process_time() - began) / _people(lives[which]))
    without, within = (statistics.median(one[-LOADED_YEARS:]) for one in costs)
    return within / without


def gather(people: int) -> float:
    """How fast the machine is now: processor ns per person of taking a column of float32 in a random order.

    The column is as long as the model's, and does not fit into the cache of a core beside the order at full scale.
    """
    import numpy as np

    random = np.random.default_rng(0)
    column, order = random.random(people, dtype=np.float32), random.permutation(people)
    taken, costs = np.empty(people, np.float32), []
    for _ in range(GATHERS):
        began = time.process_time_ns()
        column.take(order, out=taken, mode="clip")
        costs.append((time.process_time_ns() - began) / people)
    return statistics.median(costs)


def _at(timing: Timing, scale: float) -> Timing:
    return replace(timing, build=replace(timing.build, scale=scale))


def _as_plain_agents(founded: BrainCirculation) -> PlainModel:
    """The same people as plain Mesa agents."""
    from sim.agents.model import PlainModel

    return PlainModel(founded)


def _alone(task: Timing) -> Measured:
    with Processes(1, fresh=True) as pool:
        return pool.submit(measure, task).result()


def _people(model: BrainCirculation | PlainModel) -> int:
    return len(model.researchers)


def _peak_megabytes() -> float:
    """Peak resident memory of this process."""
    try:  # the kernel's own figure, which a new program starts afresh; the portable one may begin with its parent's
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")) / 1024
    except (OSError, StopIteration):
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / (1024**2 if sys.platform == "darwin" else 1024)


def _heading(task: Timing) -> str:
    when = f"median of {task.years} years"
    return f"Scale 1:{1 / task.build.scale:,.0f}, seed {task.seed}, {when}, processor time on one core"


def _table(columns: dict[str, Measured]) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("")
    for name in columns:
        table.add_column(name, justify="right")
    rows = {
        "Milliseconds a year": [f"{x.year / 1e6:,.2f}" for x in columns.values()],
        "Nanoseconds per person-year": [f"{x.cost:,.0f}" for x in columns.values()],
        "Random gather of a column, ns per person": [f"{x.gather:.2f}" for x in columns.values()],
        "A year, in such gathers": [f"{x.cost / x.gather:,.0f}" for x in columns.values()],
        "People": [f"{x.people:,}" for x in columns.values()],
        "Start-up: imports and founding, s": [f"{x.start_up:.2f}" for x in columns.values()],
        "Peak memory, MB": [f"{x.peak_megabytes:,.0f}" for x in columns.values()],
    }
    for label, cells in rows.items():
        table.add_row(label, *cells)
    return table
