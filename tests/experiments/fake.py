"""A model small enough to know its answer: luck is shared, and a policy shifts it by its own name's amount."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from experiments.request.build import POINT
from experiments.run.checkpoint import Checkpoint
from experiments.run.executors import Serial
from experiments.run.replicates import Plan, Replicate, simulated

if TYPE_CHECKING:
    from concurrent.futures import Executor

START, FORK, UNTIL = 2023, 2025, 2035
UNITS = {"departures": "persons/yr", "returns": "persons/yr", "overseas_experience_share": "share", "cost": "JPY/yr"}


@dataclass(frozen=True)
class Shift:
    """A stand-in policy: adds `size` to departures, costs `cost` yen a year; `noise` differs between lives.

    `by_member` is added once for each number of the ensemble's member.
    """

    size: float = 0.0
    cost: float = 0.0
    noise: float = 0.0
    by_member: float = 0.0
    breaks_in: int = 9999
    start: int = 2026


@dataclass
class FakeModel:
    """The interface of a model, every value a pure function of seed, year and policies."""

    seed: int
    member: int = POINT
    policies: tuple[Shift, ...] = ()
    first: int = START
    year: int = START - 1

    def run_through(self, year: int) -> None:
        for policy in self.policies:
            if policy.breaks_in <= year:
                raise ArithmeticError(f"broke in {policy.breaks_in}")
        self.year = year

    def fork(self, policies: tuple[Any, ...]) -> FakeModel:
        return replace(self, policies=policies, first=self.year + 1)

    def _luck(self, year: int, key: int) -> float:
        return float(np.random.default_rng([self.seed, year, key]).normal())

    def table(self) -> pd.DataFrame:
        rows = []
        for year in range(self.first, self.year + 1):
            shift = sum(p.size + p.noise * self._luck(year, 99) + p.by_member * self.member for p in self.policies)
            values = {
                "departures": 1000 + 50 * self._luck(year, 0) + shift,
                "returns": 800 + 20 * self._luck(year, 1),
                "overseas_experience_share": 0.2 + 0.01 * self._luck(year, 2),
                "cost": 1e9 + sum(p.cost for p in self.policies),
            }
            rows += [(year, outcome, "all", value, UNITS[outcome]) for outcome, value in values.items()]
            rows += [(year, "departures", region, values["departures"] / 2, "persons/yr") for region in ("US", "CHN")]
            if self.policies:
                rows.append((year, "cost", "new programme", sum(p.cost for p in self.policies), "JPY/yr"))
        return pd.DataFrame(rows, columns=["year", "outcome", "group", "value", "unit"])

    def winners_and_losers(self, other: FakeModel) -> pd.DataFrame:
        won = float(sum(p.size for p in self.policies) > sum(p.size for p in other.policies))
        rows = [(self.year, "winners", "all", won, "share"), (self.year, "losers", "all", np.nan, "share")]
        return pd.DataFrame(rows, columns=["year", "outcome", "group", "value", "unit"])


def fake(seed: int, member: int = POINT) -> FakeModel:
    """The `build` of an ensemble."""
    return FakeModel(seed, member)


def run(
    plan: Plan,
    *,
    seed: int,
    replicates: int,
    executor: Executor | None = None,
    checkpoint: Checkpoint | None = None,
) -> pd.DataFrame:
    """The lives of a plan's replicates in one table, in order, by way of pieces on disk as in the product."""
    tasks = [Replicate(f"r{number:04}", plan, seed, number) for number in range(replicates)]
    with TemporaryDirectory() as passing:
        kept = checkpoint or Checkpoint(Path(passing) / "pieces")
        pieces = kept.gather(simulated, tasks, executor or Serial(), progress=False)
    return pd.concat([piece.table for piece in pieces], ignore_index=True)
