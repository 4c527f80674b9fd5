"""Paired replicates: one history each, forked at the same moment into the reference and every arm."""

from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

import numpy as np
from tqdm import tqdm

from experiments.request.policies import BASELINE
from experiments.run.checkpoint import Piece
from experiments.run.executors import finished, opened

if TYPE_CHECKING:
    import pandas as pd

    from experiments.run.checkpoint import Pieces
    from sim import Policy

POINT = -1
"""Stands where a member's number would: no member of an ensemble, parameters have the values of the parameter file."""


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
    """What one replicate does. `build` turns a seed and a member into a model in its first year and must be picklable.

    `against` is the reference life, its name and its policies; the others are compared with it. `members` holds the
    ensemble's member of each replicate (none: every replicate has the one parameter set, POINT).
    """

    build: Callable[[int, int], Model]
    arms: "Mapping[str, tuple[Policy, ...]]"
    fork: int
    until: int
    horizons: Sequence[int]
    against: "tuple[str, tuple[Policy, ...]]" = (BASELINE, ())
    members: tuple[int, ...] = ()

    def member(self, replicate: int) -> int:
        """The parameter set of a replicate, which all its lives share."""
        return self.members[replicate] if self.members else POINT

    @property
    def stops(self) -> list[int]:
        """Years at which the lives are laid side by side: every horizon, and the end."""
        return sorted({*(self.fork + h for h in self.horizons), self.until})


@dataclass(frozen=True)
class Task:
    """One replicate of a plan."""

    plan: Plan
    seed: int
    number: int

    @property
    def name(self) -> str:
        """What its piece is called on disk."""
        return f"r{self.number:04}"


def replicate_seed(seed: int, replicate: int) -> int:
    """Seed of one replicate: the first word of NumPy's SeedSequence([seed, replicate])."""
    return int(np.random.SeedSequence([seed, replicate]).generate_state(1)[0])


def history(plan: Plan, seed: int, member: int) -> Model:
    """The years that all arms share."""
    past = plan.build(seed, member)
    past.run_through(plan.fork)
    return past


def replicate(plan: Plan, seed: int, number: int) -> "pd.DataFrame":
    """One replicate: policy, replicate, member, year, outcome, group, value, unit. The history counts as baseline."""
    import pandas as pd

    member = plan.member(number)
    past = history(plan, replicate_seed(seed, number), member)
    tables = [past.table().assign(policy=BASELINE), lives(plan, past)]
    return pd.concat(tables, ignore_index=True).assign(replicate=number, member=member)


def lives(plan: Plan, past: Model, broken: MutableMapping[str, str] | None = None) -> "pd.DataFrame":
    """The years after the fork, of the reference and every arm: policy, year, outcome, group, value, unit.

    With `broken`, an arm that fails is left out and its reason put there; without, the failure is the caller's.
    """
    import pandas as pd

    name, policies = plan.against
    reference, running, tables = past.fork(policies), dict[str, Model](), []
    for arm, its_policies in plan.arms.items():
        with _reported(arm, broken):
            running[arm] = past.fork(its_policies)
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


def reason(error: Exception) -> str:
    """What went wrong, in one line."""
    return f"{type(error).__name__}: {' '.join(str(error).split()) or 'no more is known'}"


def run(
    plan: Plan,
    *,
    seed: int,
    replicates: int,
    executor: Executor | None = None,
    pieces: "Pieces | None" = None,
    progress: bool = True,
) -> "pd.DataFrame":
    """Every replicate's outcomes, in order; the same table on any executor (None: processes, one a core).

    With `pieces`, finished replicates stay on disk, and those that are there already are not run again.
    """
    import pandas as pd

    if executor is None:
        with opened(tasks=replicates) as chosen:
            return run(plan, seed=seed, replicates=replicates, executor=chosen, pieces=pieces, progress=progress)
    tasks = [Task(plan, seed, number) for number in range(replicates)]
    if pieces is not None:
        kept = pieces.gather(_piece, tasks, executor, progress=progress)
        return pd.concat([piece.table for piece in kept], ignore_index=True)
    tables = {}
    with tqdm(total=replicates, desc="paired replicates", unit="run", disable=not progress) as bar:
        for task, piece in finished(executor, _piece, tasks):
            tables[task.number] = piece.table
            bar.update()
    return pd.concat([tables[number] for number in range(replicates)], ignore_index=True)


def _piece(task: Task) -> Piece:
    return Piece(replicate(task.plan, task.seed, task.number), {})
