"""Paired replicates: one history each, forked at the same moment into the baseline and every arm."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

import numpy as np
from tqdm import tqdm

from experiments.policies import BASELINE

if TYPE_CHECKING:
    import pandas as pd

    from sim import Policy


class Model(Protocol):
    """What an ensemble asks of a model; sim.BrainCirculation is one."""

    def run_through(self, year: int) -> object:
        """Run to the end of this year."""

    def fork(self, policies: "tuple[Policy, ...]") -> Self:
        """An independent model in the same state, in which these policies hold."""

    def table(self) -> "pd.DataFrame":
        """Long table of its own finished years: year, outcome, group, value, unit."""

    def winners_and_losers(self, other: Self) -> "pd.DataFrame":
        """The same people's lives here and there, in the same columns."""


@dataclass(frozen=True)
class Plan:
    """What one replicate does. `build` turns a seed into a model in its first year and must be picklable."""

    build: Callable[[int], Model]
    arms: "Mapping[str, tuple[Policy, ...]]"
    fork: int
    until: int
    horizons: Sequence[int]

    @property
    def stops(self) -> list[int]:
        """Years at which the lives are laid side by side: every horizon, and the end."""
        return sorted({*(self.fork + h for h in self.horizons), self.until})


def replicate_seed(seed: int, replicate: int) -> int:
    """Seed of one replicate: the first word of NumPy's SeedSequence([seed, replicate])."""
    return int(np.random.SeedSequence([seed, replicate]).generate_state(1)[0])


def replicate(plan: Plan, seed: int, number: int) -> "pd.DataFrame":
    """One replicate: policy, replicate, year, outcome, group, value, unit. The history counts as baseline."""
    import pandas as pd

    history = plan.build(replicate_seed(seed, number))
    history.run_through(plan.fork)
    lives = {name: history.fork(policies) for name, policies in {BASELINE: (), **plan.arms}.items()}
    tables = [(BASELINE, history.table())]
    for year in plan.stops:
        for life in lives.values():
            life.run_through(year)
        tables += [(name, life.winners_and_losers(lives[BASELINE])) for name, life in lives.items()]
    tables += [(name, life.table()) for name, life in lives.items()]
    return pd.concat([table.assign(policy=name, replicate=number) for name, table in tables], ignore_index=True)


def run(plan: Plan, *, seed: int, replicates: int, workers: int | None = None, progress: bool = True) -> "pd.DataFrame":
    """Every replicate's outcomes, in order; the same table for any number of workers (None: one a core)."""
    import pandas as pd

    workers = min(workers or os.cpu_count() or 1, replicates)
    bar = tqdm(total=replicates, desc="paired replicates", unit="run", disable=not progress)
    with bar:
        finished = _in_process(plan, seed, replicates) if workers == 1 else _on_pool(plan, seed, replicates, workers)
        tables = {}
        for number, table in finished:
            tables[number] = table
            bar.update()
    return pd.concat([tables[number] for number in range(replicates)], ignore_index=True)


def _in_process(plan: Plan, seed: int, replicates: int) -> "Iterator[tuple[int, pd.DataFrame]]":
    for number in range(replicates):
        yield number, replicate(plan, seed, number)


def _on_pool(plan: Plan, seed: int, replicates: int, workers: int) -> "Iterator[tuple[int, pd.DataFrame]]":
    others = set(multiprocessing.active_children())
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        try:
            with _interrupts_ignored():  # workers inherit this: only the parent answers Ctrl-C
                futures = {pool.submit(replicate, plan, seed, number): number for number in range(replicates)}
            for future in as_completed(futures):
                yield futures[future], future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for worker in set(multiprocessing.active_children()) - others:
                worker.terminate()
            raise


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():  # only the main thread may set handlers
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
