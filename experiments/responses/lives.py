"""One parameter set and seed: a history, and from its end one life as it is and one under every shock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from experiments.request.build import POINT, Build
from experiments.responses.measures import SHARES, STOCKS, measured, window
from experiments.run.checkpoint import Piece
from experiments.run.replicates import reason, replicate_seed

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from experiments.responses.shocks import Shock
    from sim import BrainCirculation

    type Yearly = dict[int, dict[tuple[str, str], float]]

COLUMNS = ("shock", "horizon", "outcome", "group", "reference", "shocked")


@dataclass(frozen=True)
class Lives:
    """The lives of one replicate. fork: last year of the common history; the shocks begin after it."""

    shocks: Sequence[Shock]
    build: Build
    seed: int
    replicate: int
    fork: int
    horizons: Sequence[int]
    member: int = POINT

    @property
    def name(self) -> str:
        """Name of the piece."""
        return f"lives-{self.replicate:04}"


def simulated(task: Lives) -> Piece:
    """The counts of every pair of lives as a piece; a shock that fails is left out, with the reason."""
    import pandas as pd

    _, parameters = task.build.inputs(task.member)
    past = task.build(replicate_seed(task.seed, task.replicate), task.member)
    past.run_through(task.fork)
    reference = past.fork()
    running: dict[str, BrainCirculation] = {}
    failed: dict[str, str] = {}
    counts: dict[str, Yearly] = {"": {}}
    for shock in task.shocks:
        try:
            running[shock.name] = past.fork([shock.scenario(parameters, task.fork + 1)])
            counts[shock.name] = {}
        except ValueError as error:
            failed[shock.name] = reason(error)
    for horizon in sorted(task.horizons):
        _run(reference, task.fork + horizon, counts[""])
        for name, life in running.items():
            _run(life, task.fork + horizon, counts[name])
            counts[name][life.year] |= _changed_positions(life, reference)
    rows = [
        (name, horizon, outcome, group, *pair)
        for name in running
        for horizon in task.horizons
        for (outcome, group), pair in _pairs(counts[""], counts[name], task.fork, horizon).items()
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS)).assign(replicate=task.replicate, member=task.member)
    return Piece(table, failed)


def _run(life: BrainCirculation, until: int, counts: Yearly) -> None:
    for year in range(life.year + 1, until + 1):
        life.run_through(year)
        counts[year] = measured(life)


def _changed_positions(life: BrainCirculation, reference: BrainCirculation) -> dict[tuple[str, str], float]:
    """Shares of those at the fork who are in a better and in a worse position than without the shock, by status."""
    table: pd.DataFrame = life.winners_and_losers(reference)
    named = zip(table["outcome"], table["group"], table["value"], strict=True)
    return {(str(outcome), str(group)): float(value) for outcome, group, value in named}


def _pairs(reference: Yearly, shocked: Yearly, fork: int, horizon: int) -> dict[tuple[str, str], tuple[float, float]]:
    """Counts without and with a shock at a horizon: a flow over its window, a stock and a share at its end."""
    last, years = fork + horizon, [fork + after for after in window(horizon)]
    found = {}
    for key in shocked[last]:
        if key[0] in SHARES:
            found[key] = 0.0, shocked[last][key]
        elif key[0] in STOCKS:
            found[key] = reference[last][key], shocked[last][key]
        else:
            found[key] = tuple(
                float(np.mean([life[year].get(key, 0.0) for year in years])) for life in (reference, shocked)
            )  # type: ignore[assignment]
    return found
