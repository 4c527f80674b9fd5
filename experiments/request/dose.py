"""A policy at another size: what of it scales, by how much it may, and the policy that this makes.

At dose d an addition of x is one of d x, a factor of x one of 1 + d (x - 1), a value set to x lies d times as far from
where it would stand without the policy, and a programme that is brought has d times its places. What scales is what
the model can book money for: places, posts, money, support. A sum a year follows the dose where anything of its
policy scales, unless the file says that it is fixed. Rules that cost nothing, lengths of awards, prices of one unit and
numbers of the world stay as they are; so do levers set by hand and worlds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.request.build import Build, parameter_sets
from experiments.request.idle import years_held
from experiments.request.policies import LEVERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from experiments.request.comparison import Arm, Question
    from experiments.request.settings import Settings
    from sim import Parameters, World
    from sim.instruments.change import Change, Cost, Path
    from sim.instruments.lever import Lever
    from sim.instruments.policy import Measure

LARGEST: Final = 64.0
"""Times its own size to which a policy is scaled at most."""
_CLOSE = 1e-3  # how near the largest dose is found
_FREE = ("nothing", "hours of leaders, and so papers")
"""How levers begin to say what they cost, where no money is booked for them."""


@dataclass(frozen=True)
class Sizes:
    """What of an arm scales: names of levers, and of programmes that it brings. kept: what else it changes."""

    scaled: tuple[str, ...]
    kept: tuple[str, ...]


def spends(lever: Lever | None) -> bool:
    """Whether more of a lever may cost more: whether it scales. None is a number of the world, which does not."""
    return lever is not None and lever.unit != "years" and not lever.costs.startswith(_FREE)


def sizes(arm: Arm, settings: Settings) -> Sizes:
    """What of an arm a dose scales, and what it leaves as it is."""
    world = Build.of(settings).inputs()[0]
    scaled, kept = dict[str, None](), dict[str, None]()
    for policy in arm.policies:
        own = _is_scaled(policy)
        (scaled if own else kept).update(dict.fromkeys(f"places of {one.name}" for one in policy.programmes))
        for change in policy.changes:
            (scaled if own and spends(_lever(change, arm, world)) else kept)[change.name] = None
        follows = _scales(policy, arm, world)
        for cost in policy.costs:
            if cost.yearly:
                said = f"cost a year of {policy.name}"
                (scaled if follows and cost.follows else kept)[said] = None
    return Sizes(tuple(scaled), tuple(kept))


@dataclass(frozen=True)
class Scale:
    """An arm that is taken at several doses: what it sets is looked up once."""

    arm: Arm
    settings: Settings

    def at(self, dose: float) -> Arm:
        """The arm at a dose, named by it; at 1 the arm itself."""
        if dose == 1:
            return self.arm
        policies = tuple(self._dosed(policy, dose) for policy in self.arm.policies)
        times = f"{dose:.3g} \N{MULTIPLICATION SIGN} "
        titles = {"title": f"{times}{self.arm.title}", "title_ja": f"{times}{self.arm.title_ja}"}
        return replace(self.arm, policies=policies, **titles)

    def _dosed(self, policy: Measure, dose: float) -> Measure:
        if not _is_scaled(policy):
            return policy
        changes = []
        for change in policy.changes:
            if not spends(_lever(change, self.arm, self._world)):
                changes.append(change)
            elif change.operation == "set":
                changes.append(_set(change, dose, self._plain[policy.name, change.name]))
            elif change.operation == "add":
                changes.append(_with(change, _each(change.size, lambda x: dose * x)))
            else:
                changes.append(_with(change, _each(change.size, lambda x: 1 + dose * (x - 1))))
        programmes = tuple(
            replace(one, places={year: dose * number for year, number in one.places.items()})
            for one in policy.programmes
        )
        costs = policy.costs
        if _scales(policy, self.arm, self._world):
            costs = tuple(_dearer(cost, dose) for cost in costs)
        return policy.model_copy(update={"changes": tuple(changes), "programmes": programmes, "costs": costs})

    @property
    def _world(self) -> World:
        return Build.of(self.settings).inputs()[0]

    @cached_property
    def _plain(self) -> Mapping[tuple[str, str], Mapping[int, float]]:
        """By policy and by what it sets: what that is without the arm, by year; on average over what is picked, and
        over parameter sets where one of them is the value without a policy.
        """
        from sim.instruments.course import reading

        world, sets, found = self._world, parameter_sets(self.settings), {}
        plain = [policy.model_copy(update={"changes": ()}) for policy in self.arm.policies]
        for policy in self.arm.policies:
            held = years_held(policy, self.settings.fork + 1, self.settings.until)
            for change in policy.changes:
                lever = _lever(change, self.arm, world)
                if lever is None or change.operation != "set":
                    continue
                looked_at = sets if isinstance(lever.default, str) else sets[:1]
                years = held if lever.name.startswith("programmes.") else held[:1]
                values = {
                    year: float(np.mean([reading(world, one, plain, change, year).mean() for one in looked_at]))
                    for year in years
                }
                found[policy.name, change.name] = dict.fromkeys(held, next(iter(values.values()), 0.0)) | values
        return found


def dosed(arm: Arm, dose: float, settings: Settings) -> Arm:
    """An arm at a dose, named by it; at 1 the arm itself."""
    return Scale(arm, settings).at(dose)


def largest(question: Question, settings: Settings) -> tuple[float, str]:
    """The largest dose of the arm of a question that its levers allow, up to `LARGEST`, and the lever that bounds it.

    The lever is empty where none does.
    """
    arm = question.arms[0]
    scale = Scale(arm, settings)
    world, parameters = Build.of(settings).inputs()[0], parameter_sets(settings)[0]

    def refused(dose: float) -> str:
        return _refused(question.life(scale.at(dose)), settings, world, parameters)

    low, high, why = 1.0, 1.0, ""
    while high < LARGEST and not why:
        low, high = high, min(2 * high, LARGEST)
        why = refused(high)
    if not why:
        return high, ""
    while high - low > _CLOSE * low:
        middle = (low + high) / 2
        if said := refused(middle):
            high, why = middle, said
        else:
            low = middle
    return low, why


def _refused(life: Sequence[Measure], settings: Settings, world: World, parameters: Parameters) -> str:
    """The lever that leaves its range under a life, by a change or by the places of what is brought; empty where none
    does.
    """
    from sim.instruments.course import levers_in
    from sim.instruments.levers import OutOfRangeError
    from sim.instruments.programmes import PLACES
    from sim.world.programme_numbers import most_places

    for record in (record for policy in life for record in policy.programmes):
        if max(record.places.values()) > most_places(record):
            return PLACES.of(record.name)
    years = {settings.fork + 1, settings.until, *(year for policy in life for year in policy.turns)}
    for year in sorted(year for year in years if year <= settings.until):
        try:
            levers_in(world, parameters, life, year)
        except ValueError as error:
            return error.name if isinstance(error, OutOfRangeError) else str(error)
    return ""


def _scales(policy: Measure, arm: Arm, world: World) -> bool:
    """Whether a dose scales anything of a policy, so that its sums a year follow."""
    some = bool(policy.programmes) or any(spends(_lever(change, arm, world)) for change in policy.changes)
    return some and _is_scaled(policy)


def _dearer(cost: Cost, dose: float) -> Cost:
    return cost.model_copy(update={"value": dose * cost.value}) if cost.follows else cost


def _is_scaled(policy: Measure) -> bool:
    return policy.kind == "policy" and policy.name != LEVERS


def _lever(change: Change, arm: Arm, world: World) -> Lever | None:
    from sim.instruments.course import lever_of
    from sim.instruments.policy import brought_by

    return lever_of(change, world, brought_by(arm.policies))


def _set(change: Change, dose: float, base: Mapping[int, float]) -> Change:
    """A value set, moved `dose` times as far from what it would be. base: that, by year."""
    if isinstance(change.size, float) and len(set(base.values())) == 1:
        (plain,) = set(base.values())
        return _with(change, plain + dose * (change.size - plain))
    path = tuple(
        (year, plain + dose * (x - plain)) for year, plain in base.items() if (x := change.by(year)) is not None
    )
    return _with(change, path) if path else change


def _each(size: float | Path, of: Callable[[float], float]) -> float | Path:
    return of(size) if isinstance(size, float) else tuple((year, of(x)) for year, x in size)


def _with(change: Change, size: float | Path) -> Change:
    field = "set_to" if change.operation == "set" else change.operation
    return change.model_copy(update={field: size})


def in_words(arm: Arm, settings: Settings) -> Iterator[str]:
    """What the budget of the settings would scale of an arm, a line each."""
    found = sizes(arm, settings)
    if not found.scaled:
        yield f"  budget={settings.budget:g}: nothing of it scales with money; it is taken at its own size"
        return
    scaled = ", ".join(found.scaled)
    yield f"  budget={settings.budget:g}: one factor scales {scaled}, so that its mean cost is the budget"
    if found.kept:
        yield f"    left as they are: {', '.join(found.kept)}"
