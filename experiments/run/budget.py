"""What a budget buys: the dose of each policy at which it costs so much a year, found in small runs of the model.

The cost of a dose is simulated, as places may stay empty: lives of all arms at a dose each, a round at a time, on few
parameter sets and to the end of the window that is read first. The next dose is that of a straight line through the two
nearest costs (secant, regula falsi once the budget lies between two of them).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.analysis.names import BILLION, COST
from experiments.errors import RunError
from experiments.request.design import Asked, Point
from experiments.request.dose import dosed, largest, sizes
from experiments.run.checkpoint import Checkpoint
from experiments.run.simulation import simulate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from concurrent.futures import Executor

    from experiments.run.launcher import Launched

SETS: Final = 8
"""Parameter sets that doses are tried on; all of them where a run has fewer."""
NEAR: Final = 0.01
"""Part of the budget by which the cost of the dose that is taken may miss it."""
ROUNDS: Final = 8
_FLAT = 0.1  # of what a first billion bought, below which more of a dose is spent on nothing
_FULL = 0.98  # of the largest cost met, at which no more is asked for
_STEP = 4.0  # times as much as the largest dose tried, at most


@dataclass(frozen=True)
class Spent:
    """The dose of one arm. cost: billions a year at that dose, in the runs that found it. tried: doses and costs.

    why: empty where the budget is spent; else `fixed` (nothing that scales costs money), `saves`, `floor` (what does
    not scale costs more than the budget), `places` (more of it is not taken up), `bound` (a lever, `at`, reaches the
    end of its range), `largest` (more would be beyond any document), `coarse` (some dose costs more and some less, and
    none near the budget, as at this scale a place is many).
    """

    arm: str
    dose: float
    cost: float
    why: str = ""
    at: str = ""
    tried: tuple[tuple[float, float], ...] = ()

    def record(self) -> dict[str, Any]:
        """As a manifest holds it."""
        return asdict(self)

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Spent:
        """From a manifest."""
        return cls(**{**record, "tried": tuple(map(tuple, record["tried"]))})


@dataclass
class _Search:
    """One arm on its way to the budget."""

    asked: Asked
    budget: float
    most: float
    bound: str
    tried: dict[float, float] = field(default_factory=dict)

    def next(self) -> float | None:
        """The dose to try next; None where there is no better one."""
        if not {0.0, 1.0} <= self.tried.keys():
            return None
        known = sorted(self.tried.items())
        if self.why_not() or min(abs(cost - self.budget) for _, cost in known) <= NEAR * self.budget:
            return None
        above = [one for one in known if one[1] > self.budget]
        below = [one for one in known if one[1] <= self.budget and (not above or one[0] < above[0][0])]
        if above:
            (low, least), (high, most) = below[-1], above[0]
            share = (self.budget - least) / (most - least)
            return low + min(max(share, 0.02), 0.98) * (high - low)
        (low, least), (high, most) = known[-2:]
        if high >= self.most or self._flat():
            return None
        slope = (most - least) / (high - low)
        wanted = high + (self.budget - most) / slope if slope > 0 else np.inf
        return float(min(max(wanted, 1.2 * high), _STEP * high, self.most))

    def why_not(self) -> str:
        """Why no dose has the budget for its cost; empty where one may."""
        nothing, own = self.tried[0.0], self.tried[1.0]
        if abs(own - nothing) <= 1e-9:
            return "fixed"
        if own < nothing:
            return "saves"
        return "floor" if nothing > self.budget else ""

    def _flat(self) -> bool:
        """Whether the last step up bought hardly anything."""
        known = sorted(self.tried.items())
        (zero, none), (one, own) = (0.0, self.tried[0.0]), (1.0, self.tried[1.0])
        (low, least), (high, most) = known[-2:]
        return high > 1 and (most - least) / (high - low) < _FLAT * (own - none) / (one - zero)

    def found(self) -> Spent:
        """What was found."""
        name, known = self.asked.question.arms[0].name, sorted(self.tried.items())
        tried = tuple(known)
        if why := self.why_not():
            return Spent(name, 1.0, self.tried[1.0], why, tried=tried)
        some = [one for one in known if one[1] > self.tried[0.0]]  # at a dose that buys nothing there is no policy
        dose, cost = min(some, key=lambda one: abs(one[1] - self.budget))
        if abs(cost - self.budget) <= 2 * NEAR * self.budget:
            return Spent(name, dose, cost, tried=tried)
        most = max(self.tried.values())
        if most > self.budget:
            return Spent(name, dose, cost, "coarse", tried=tried)
        enough, spent = min(one for one in known if one[1] >= _FULL * most)
        if self._flat() or enough < known[-1][0]:
            return Spent(name, enough, spent, "places", tried=tried)
        return Spent(name, enough, spent, "bound" if self.bound else "largest", self.bound, tried)


def found(
    wanted: Sequence[Asked],
    checkpoint: Checkpoint,
    executor: Executor | Launched | None = None,
    *,
    progress: bool = True,
) -> list[Spent]:
    """The dose of the one arm of each request at which it costs the budget of its settings; rounds are kept as pieces.

    Raises RunError where an arm fails at a dose.
    """
    searches: list[_Search] = []
    result: dict[int, Spent] = {}
    for place, asked in enumerate(wanted):
        arm = asked.question.arms[0]
        if sizes(arm, asked.settings).scaled:
            most, bound = largest(asked.question, asked.settings)
            searches.append(_Search(_pilot(asked), float(asked.settings.budget or 0), most, bound))
        else:
            result[place] = Spent(arm.name, 1.0, float("nan"), "fixed")
    for number in range(ROUNDS):
        doses = [([0.0, 1.0] if not number else [dose] if (dose := one.next()) is not None else []) for one in searches]
        todo = [(search, dose) for search, some in zip(searches, doses, strict=True) for dose in some]
        if not todo:
            break
        kept = Checkpoint(checkpoint.folder / f"budget-{number}")
        for (search, dose), cost in zip(todo, _costs(todo, kept, executor, progress=progress), strict=True):
            search.tried[dose] = cost
    others = iter(searches)
    return [result[place] if place in result else next(others).found() for place in range(len(wanted))]


def _pilot(asked: Asked) -> Asked:
    """The same in few lives that end with the window."""
    settings = asked.settings
    years = settings.read_first
    sets = min(SETS, settings.draws if settings.draws > 1 else settings.replicates)
    small = {"replicates": sets, "sets": sets, "until": settings.fork + years[1], "windows": (years,)}
    return Asked(settings.model_copy(update=small), asked.question)


def _costs(
    todo: Sequence[tuple[_Search, float]],
    checkpoint: Checkpoint,
    executor: Executor | Launched | None,
    *,
    progress: bool,
) -> list[float]:
    """What each arm costs at its dose, billions a year over the reference."""
    points = []
    for number, (search, dose) in enumerate(todo):
        settings, question = search.asked.settings, search.asked.question
        arm = dosed(question.arms[0], dose, settings)
        asked = Asked(settings, type(question)((arm,), question.against, question.world))
        points.append((Point(number, {}, asked), asked))
    done = simulate(points, checkpoint, executor, paired=True, progress=progress)
    settings = todo[0][0].asked.settings
    first, last = (settings.fork + year for year in settings.read_first)
    costs: list[list[float]] = [[] for _ in todo]
    for piece in checkpoint.pieces(done):
        if piece.failed:
            broken, why = next(iter(piece.failed.items()))
            search, dose = todo[int(broken)]
            raise RunError(f"{search.asked.question.arms[0].name} failed at {dose:.3g} times its size, with {why}.")
        table = piece.table  # of one replicate
        rows = table[(table["outcome"] == COST) & (table["group"] == "all") & table["year"].between(first, last)]
        for place, over in (rows["value"] - rows["reference"]).groupby(rows["policy"].astype(str)):
            costs[int(str(place))].append(float(over.sum()) / (last - first + 1))
    return [float(np.mean(one)) / BILLION for one in costs]
