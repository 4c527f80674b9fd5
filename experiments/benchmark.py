"""What a person-year costs: this model and the same rules written as plain Mesa agents, side by side in one run.

Each engine is timed in a fresh process of its own, so that start-up and peak memory are its own too. A shared machine
is faster in one hour than in the next, so just before and after the years each process times what never changes as
well, gathers in memory: in them, figures of different hours and machines can be compared.
"""

import statistics
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field

from experiments.errors import InputError
from experiments.request.settings import Section, Whole, read_section
from experiments.run.executors import Processes
from experiments.run.whatif import Build

if TYPE_CHECKING:
    from rich.table import Table

    from sim import BrainCirculation
    from sim.agents.model import PlainModel

BAR = 80
GATHERS = 15  # timed, of which the median counts
UNTIMED = 2  # first years: they load the compiled loops, the second those for people who left in the first
_FAST, _PLAIN, _FULL = "this model", "plain Mesa agents", "this model, 1:1"


class BenchmarkSettings(Section):
    """Years timed, after `UNTIMED` that are not; whether this model is timed at full scale as well."""

    years: Whole = Field(ge=1)
    full: bool = Field(strict=True)


@dataclass(frozen=True)
class Task:
    """One engine to measure."""

    engine: str
    build: Build
    seed: int
    years: int


@dataclass(frozen=True)
class Measured:
    """start_up: seconds from the first import to a founded model. cost: processor ns per person-year, median year.
    gather: of `gather`, mean of before and after the years.
    """

    people: int
    cost: float
    gather: float
    start_up: float
    peak_megabytes: float


def run(config: Mapping[str, Any], _command: str = "") -> None:
    """Measure and print what a resolved configuration of `experiment=benchmark` asks for."""
    asked, settings = read_section(config, "benchmark", BenchmarkSettings)
    task = Task(_FAST, Build.of(settings), settings.seed, asked.years)
    _check(task)
    columns = {_FAST: _alone(task), _PLAIN: _alone(replace(task, engine=_PLAIN))}
    ratio = columns[_PLAIN].cost / columns[_FAST].cost
    if asked.full:
        columns[_FULL] = _alone(replace(task, build=replace(task.build, scale=1.0)))

    from experiments.report import tables

    out = tables.console()
    out.print(_heading(task))
    out.print(_table(columns))
    out.print(f"Ratio of nanoseconds per person-year at this scale: {ratio:,.0f} (bar: at least {BAR}).")
    if asked.full:
        ratio = columns[_PLAIN].cost / columns[_FULL].cost
        out.print(f"Ratio against this model at full scale: {ratio:,.0f}.")


def measure(task: Task) -> Measured:
    """Build one engine in this process and time its years."""
    start = time.perf_counter()
    founded = task.build(task.seed)
    model = _as_plain_agents(founded) if task.engine == _PLAIN else founded
    start_up = time.perf_counter() - start
    costs, gathers = [], [gather(_people(model))]
    for year in range(founded.year + 1, founded.year + task.years + UNTIMED + 1):
        began = time.process_time()  # of this process alone, whatever else the machine does
        model.run_through(year)
        costs.append((time.process_time() - began) * 1e9 / _people(model))
    gathers.append(gather(_people(model)))
    median, mean = statistics.median(costs[UNTIMED:]), statistics.fmean(gathers)
    return Measured(_people(model), median, mean, start_up, _peak_megabytes())


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


def _check(task: Task) -> None:
    """Raise an InputError for what cannot be measured, before anything is."""
    world, _ = task.build.inputs()
    most = world.last_year - world.first_year + 1 - UNTIMED
    if task.years > most:
        raise InputError(f"benchmark.years: the world has data for at most {most}, not for {task.years}.")


def _as_plain_agents(founded: "BrainCirculation") -> "PlainModel":
    """The same people as plain Mesa agents."""
    from sim.agents.model import PlainModel

    return PlainModel(founded)


def _alone(task: Task) -> Measured:
    with Processes(1) as pool:
        return pool.submit(measure, task).result()


def _people(model: "BrainCirculation | PlainModel") -> int:
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


def _heading(task: Task) -> str:
    when = f"median of {task.years} years"
    return f"Scale 1:{1 / task.build.scale:,.0f}, seed {task.seed}, {when}, processor time on one core"


def _table(columns: dict[str, Measured]) -> "Table":
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("")
    for name in columns:
        table.add_column(name, justify="right")
    rows = {
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
