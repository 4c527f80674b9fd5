"""What a quasi-experiment is: a treatment, a rule for who is looked at, and an estimator for every estimand."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from experiments.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    from experiments.replication.estimators.estimates import Estimator
    from experiments.replication.panel import FollowUp
    from sim import Policy, World
    from sim.world.programmes import ProgrammeKind


@dataclass(frozen=True)
class Treatment:
    """What differs from the world as it was: policies (lever changes), and the world itself (None: nothing).

    `world` is a function of a module, so that it can be sent to another process; see `constant` for single numbers.
    """

    policies: tuple[Policy, ...] = ()
    world: Callable[[World], World] | None = None

    def on(self, world: World) -> World:
        """The world under this treatment."""
        return self.world(world) if self.world else world


def as_it_was() -> Mapping[str, Treatment]:
    """One arm: the history with its own programmes."""
    return {"as it was": Treatment()}


@dataclass(frozen=True)
class QuasiExperiment:
    """One quasi-experiment. The functions are of a module, so that they can be sent to other processes.

    arms: treatments by name; every arm lives the same years with the same people. until: last year that anybody is
    followed. sample: eligibility: the people looked at in the lives of one arm, one row each (or a person and year),
    with the columns that the estimators ask for and `person`. estimands: estimator by name, each a row of
    targets/quasi.csv; an estimator gets the samples of all arms (`arm`) and replicates (`replicate`) in one table.

    levers: names of levers, or addresses, whose working it tests: reports on policies that move them show it. kinds: of
    programmes that work as the one that is looked at.
    """

    name: str
    title: str
    until: int
    sample: Callable[[FollowUp], pd.DataFrame]
    estimands: Mapping[str, Estimator]
    arms: Mapping[str, Treatment] = field(default_factory=as_it_was)
    levers: tuple[str, ...] = ()
    kinds: tuple[ProgrammeKind, ...] = ()

    def __post_init__(self) -> None:
        if not self.arms or not self.estimands:
            raise InputError(f"Quasi-experiment {self.name} needs at least one arm and one estimand.")


def constant(world: World, table: str, series: str, value: float, **key: str | int) -> World:
    """The world with one number changed: `table` is a data file by its name in World, `key` as in its columns.

    Raises DataError where the file has no such number.
    """
    from sim.world.tables import KEYS

    tidy = getattr(world, table)
    tidy.value(series, **key)  # says which number is missing
    at = tuple(str(key.get(name, "")) for name in KEYS)
    numbers = dict(tidy.numbers[series])
    numbers[at] = replace(numbers[at], value=value)
    return replace(world, **{table: replace(tidy, numbers={**tidy.numbers, series: numbers})})
