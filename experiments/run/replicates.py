"""Paired replicates: one history each, forked into the reference and every arm.

All lives are compared from the fork on. A life in which something starts earlier has parted from the history earlier.
"""

from __future__ import annotations

import gc
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, Self

import numpy as np

from experiments.errors import RunError
from experiments.request.build import POINT
from experiments.request.policies import BASELINE
from experiments.run.checkpoint import Piece

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence

    import pandas as pd

    from experiments.request.settings import Window
    from sim.instruments.policy import Measure

_memory = threading.local()


class Model(Protocol):
    """What a replicate asks of a model; sim.BrainCirculation is one."""

    def run_through(self, year: int) -> object:
        """Run to the end of this year."""

    def fork(self, policies: tuple[Measure, ...]) -> Self:
        """An independent model in the same state, in which these policies hold."""

    def table(self) -> pd.DataFrame:
        """Long table of its own finished years: year, outcome, group, value, unit."""

    def winners_and_losers(self, other: Self) -> pd.DataFrame:
        """The same people's lives here and there, in the same columns."""


@dataclass(frozen=True)
class Plan:
    """What one replicate does. `build` turns a seed and a member into a model in its first year and must be picklable.

    `against` is the reference life, its name and its policies; the others are compared with it. `members` holds the
    ensemble's member of each replicate (none: every replicate has the one parameter set, POINT).
    """

    build: Callable[[int, int], Model]
    arms: Mapping[str, tuple[Measure, ...]]
    fork: int
    until: int
    windows: Sequence[Window]
    against: tuple[str, tuple[Measure, ...]] = (BASELINE, ())
    members: tuple[int, ...] = ()

    def member(self, replicate: int) -> int:
        """The parameter set of a replicate, which all its lives share."""
        return self.members[replicate] if self.members else POINT

    def parts(self, policies: tuple[Measure, ...]) -> int:
        """The year at whose end the life of these policies parts from the history: the fork, or the year before the
        first of them starts, where that is earlier.
        """
        return min([self.fork, *(policy.start - 1 for policy in policies)])

    @property
    def early(self) -> tuple[int, ...]:
        """The years before the fork at which lives part from the history, in order."""
        found = {self.parts(policies) for policies in (*self.arms.values(), self.against[1])}
        return tuple(sorted(found - {self.fork}))

    @property
    def stops(self) -> list[int]:
        """Years at which the lives are laid side by side: the end of every window, and of the run."""
        return sorted({*(self.fork + last for _, last in self.windows), self.until})


@dataclass(frozen=True)
class Replicate:
    """One replicate of a plan, a task of its own: the tasks of one replicate share a history where they share a worker.

    paired: keep each arm beside the reference, and where one fails its reason, instead of every life with its history.
    """

    name: str
    plan: Plan
    seed: int
    number: int
    paired: bool = False


def replicate_seed(seed: int, replicate: int) -> int:
    """Seed of one replicate: the first word of NumPy's SeedSequence([seed, replicate])."""
    return int(np.random.SeedSequence([seed, replicate]).generate_state(1)[0])


def simulated(task: Replicate) -> Piece:
    """The lives of one replicate as a piece: long outcomes of every life, or pairs."""
    piece = _pairs(task) if task.paired else Piece(replicate(task.plan, task.seed, task.number), {})
    gc.collect()  # a life is few objects that refer to each other, and large: Python alone would keep dozens
    return piece


@dataclass(frozen=True)
class History:
    """The years that lives share. earlier: as it stood at the end of years before the fork, at which lives part."""

    past: Model
    earlier: Mapping[int, Model] = field(default_factory=dict)

    def life(self, plan: Plan, policies: tuple[Measure, ...]) -> Model:
        """A life of these policies at the end of the fork year; it has parted earlier where one starts earlier."""
        if (year := plan.parts(policies)) == plan.fork:
            return self.past.fork(policies)
        early = self.earlier[year].fork(policies)
        early.run_through(plan.fork)
        return early.fork(policies)


def history(plan: Plan, seed: int, member: int) -> History:
    """The years that all arms share."""
    past, earlier = plan.build(seed, member), {}
    for year in plan.early:
        past.run_through(year)
        earlier[year] = past.fork(())
    past.run_through(plan.fork)
    return History(past, earlier)


def replicate(plan: Plan, seed: int, number: int) -> pd.DataFrame:
    """One replicate: policy, replicate, member, year, outcome, group, value, unit. The history counts as baseline."""
    import pandas as pd

    member = plan.member(number)
    past = history(plan, replicate_seed(seed, number), member)
    tables = [past.past.table().assign(policy=BASELINE), lives(plan, past)]
    return pd.concat(tables, ignore_index=True).assign(replicate=number, member=member)


def lives(plan: Plan, past: History, broken: MutableMapping[str, str] | None = None) -> pd.DataFrame:
    """The years after the fork, of the reference and every arm: policy, year, outcome, group, value, unit.

    With `broken`, an arm that fails is left out and its reason put there; without, the failure is the caller's.
    """
    import pandas as pd

    name, policies = plan.against
    reference, running, tables = past.life(plan, policies), dict[str, Model](), []
    for arm, its_policies in plan.arms.items():
        with _reported(arm, broken):
            running[arm] = past.life(plan, its_policies)
    for year in plan.stops:
        reference.run_through(year)
        tables.append((name, reference.winners_and_losers(reference)))
        for arm, life in running.items():
            if broken is None or arm not in broken:
                with _reported(arm, broken):
                    life.run_through(year)
                    tables.append((arm, life.winners_and_losers(reference)))
    tables += [(arm, life.table()) for arm, life in {name: reference, **running}.items() if arm not in (broken or ())]
    whole = [table.assign(policy=arm) for arm, table in tables if arm not in (broken or ())]
    return pd.concat(whole, ignore_index=True)


def reason(error: Exception) -> str:
    """What went wrong, in one line."""
    return f"{type(error).__name__}: {' '.join(str(error).split()) or 'no more is known'}"


def _pairs(task: Replicate) -> Piece:
    import pandas as pd

    from experiments.analysis.effects import CELL, pairs

    plan, failed = task.plan, dict[str, str]()
    try:
        member = plan.member(task.number)
        past = _recent(plan, replicate_seed(task.seed, task.number), member)
        outcomes = lives(plan, past, failed).assign(replicate=task.number, member=member)
    except (MemoryError, RunError):
        raise
    except Exception as error:  # noqa: BLE001 - what all arms share has failed, so all have
        return Piece(pd.DataFrame(), dict.fromkeys(plan.arms, reason(error)))
    paired = pairs(outcomes, plan.fork, plan.against[0])
    texts = dict.fromkeys((*CELL, "policy"), str)  # the categories of pieces differ
    return Piece(paired.astype(texts).drop(columns="difference"), failed)


def _recent(plan: Plan, seed: int, member: int) -> History:
    """The history of a replicate, kept by each thread until it meets another one."""
    key = (plan.build, seed, member, plan.fork, plan.early)
    if getattr(_memory, "key", None) != key:
        _memory.past = None  # never two at a time
        _memory.past, _memory.key = history(plan, seed, member), key
    past: History = _memory.past
    return past


@contextmanager
def _reported(arm: str, broken: MutableMapping[str, str] | None) -> Iterator[None]:
    try:
        yield
    except MemoryError:
        raise  # says nothing about the arm
    except Exception as error:
        if broken is None:
            raise
        broken[arm] = reason(error)
