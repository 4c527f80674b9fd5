"""What of an arm will do nothing in a run, and why: said before anything is computed."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sim import Parameters, World
    from sim.instruments.change import Change
    from sim.instruments.policy import Measure
    from sim.world.programmes import ProgrammeRecord

_WITHOUT_TIER = {"industry", "unplaced", "new doctorate"}
"""Stages of people whom no employer of the model employs."""


_REACHES_NOBODY = {
    "leave.cover": {"industry", "unplaced", "left"},  # they have no post and no study to keep
    "language.training": {"left"},  # nobody comes back from there
}
"""Of a lever with a value for each stage, those of people whom it does not reach."""


def why_idle(
    change: Change,
    policy: Measure,
    life: Sequence[Measure],
    world: World,
    parameters: Parameters,
    years: tuple[int, int],
) -> str:
    """Why a change of a policy will do nothing in a life in these years, the first and the last; empty where it may.

    life: everything that holds, in order. Raises what composing the life raises.
    """
    held = years_held(policy, *years)
    if not held:
        when = f"from {policy.start}" + (f" to {policy.end}" if policy.end else "")
        return f"it holds {when}, and the run shows {years[0]} to {years[1]}"
    if isinstance(change.size, tuple) and change.size[0][0] > held[-1]:
        return f"its path begins in {change.size[0][0]}, after {held[-1]}"
    without = [_without(change, one) if one is policy else one for one in life]
    looked_at = sorted({held[0], held[-1], *(year for year in _turns(change, policy, life, world) if year in held)})
    if all(_same(change, life, without, world, parameters, year) for year in looked_at):
        return _same_because(change, policy, life, looked_at)
    if nobody := _of_nobody(change):
        return f"it reaches nobody who is {nobody}"
    return _unread(change, world) or _lacks(change, life, world, parameters, looked_at)


def years_shown(life: Sequence[Measure], fork: int, until: int) -> tuple[int, int]:
    """The first and the last year in which a life differs from the history."""
    return min([fork + 1, *(policy.start for policy in life)]), until


def years_held(policy: Measure, first: int, last: int) -> range:
    """The years of a run in which a policy is in force."""
    return range(max(policy.start, first), min(policy.end or last, last) + 1)


def idle_programmes(
    policy: Measure, life: Sequence[Measure], first: int, last: int
) -> Iterator[tuple[ProgrammeRecord, str]]:
    """The programmes of a policy that award nothing in these years of a life, each with the reason."""
    moved = {change.target.head for one in life for change in one.changes}
    for record in policy.programmes:
        held = years_held(policy, first, last)
        if not held:
            yield record, f"its calls are open from {policy.start}, outside {first} to {last}"
        elif f"programmes.{record.name}.places" not in moved and not any(record.places_in(year) for year in held):
            yield record, f"it has no place in {held[0]} to {held[-1]}"
        elif record.tiers and record.stages and set(record.stages) <= _WITHOUT_TIER:
            yield record, f"nobody is eligible: who is {' or '.join(record.stages)} has no employer of a tier"


def _unread(change: Change, world: World) -> str:
    """Why no life reads the numbers of the world that a change moves; empty where one does."""
    from sim.world.tables import KEYS, TABLES
    from sim.world.timeline import find

    table, _, name = change.target.head.partition(".")
    if change.address is None or table not in TABLES or not name:
        return ""
    place = find(world, change.target)
    if place.series.unread:
        return place.series.unread
    of_home = all(row[KEYS.index("region")] == world.home for row in place.rows)
    return "nothing reads the number of the home region" if of_home and place.series.home_unread else ""


def _turns(change: Change, policy: Measure, life: Sequence[Measure], world: World) -> Iterator[int]:
    """Years in which what a change does may begin or end: those of its path, and where another policy that moves the
    same, or what its lever needs, begins and ends.
    """
    from sim.instruments.course import lever_of
    from sim.instruments.policy import brought_by

    lever = lever_of(change, world, brought_by(life))
    programme = change.target.head.rpartition(".")[0]
    related = (change.target.head, f"{programme}.places", *(lever.needs if lever is not None else ()))
    yield from _knots(change)
    for other in life:
        moving = [one for one in other.changes if any(fnmatchcase(one.target.head, name) for name in related)]
        if moving and other is not policy:
            yield from (other.start - 1, other.start)
            yield from () if other.end is None else (other.end, other.end + 1)
        for one in moving:
            yield from _knots(one)


def _of_nobody(change: Change) -> str:
    """The stages that a change picks, where it reaches people in none of them."""
    picked = [label.rpartition("=")[2].strip() for label in change.target.labels]
    reached = set(picked) - _REACHES_NOBODY.get(change.target.head, set())
    return " or ".join(picked) if picked and not reached else ""


def _knots(change: Change) -> list[int]:
    return [year for year, _ in change.size] if isinstance(change.size, tuple) else []


def _without(change: Change, policy: Measure) -> Measure:
    kept = tuple(one for one in policy.changes if one is not change)
    return policy.model_copy(update={"changes": kept})


def _same(
    change: Change, life: Sequence[Measure], other: Sequence[Measure], world: World, p: Parameters, year: int
) -> bool:
    from sim.instruments.course import reading

    one, two = (reading(world, p, held, change, year) for held in (life, other))
    return bool(np.array_equal(one, two))


def _same_because(change: Change, policy: Measure, life: Sequence[Measure], years: Sequence[int]) -> str:
    """Which later change has the last word, or that the size changes nothing."""

    def in_force(other: Measure) -> bool:
        return all(other.active(year) for year in years)

    later = False
    for other in life:
        for one in other.changes:
            if one is change:
                later = True
            elif later and one.operation == "set" and one.target.head == change.target.head and in_force(other):
                who = "a later change" if other is policy else other.name
                return f"{who} sets {one.name} after it"
    return "the value is the same without it"


def _values(life: Sequence[Measure], world: World, p: Parameters, year: int) -> dict[str, float]:
    """Every lever in a year; of one with a value for each of some keys how far it is from its usual value, at most."""
    from sim.instruments.course import in_force_under
    from sim.instruments.levers import arrays
    from sim.instruments.policy import brought_by

    in_force = [policy for policy in life if policy.active(year)]
    levers = in_force_under(world, p, in_force, year, brought_by(life))
    return levers.values(year) | {
        lever.name: float(np.abs(levers.array(lever) - lever.value(p)).max()) for lever in arrays()
    }


def _lacks(change: Change, life: Sequence[Measure], world: World, p: Parameters, years: Sequence[int]) -> str:
    """What a lever needs that nothing gives it."""
    from sim.instruments.course import lever_of
    from sim.instruments.policy import brought_by

    lever = lever_of(change, world, brought_by(life))
    if lever is None:
        return ""
    values = [_values(life, world, p, year) for year in years]
    if lever.needs:
        found = [
            x for known in values for name, x in known.items() if any(fnmatchcase(name, one) for one in lever.needs)
        ]
        if not any(x > 0 for x in found):
            return f"it needs {' or '.join(lever.needs)}, which nothing sets"
    head, _, name = lever.name.rpartition(".")
    if head.startswith("programmes.") and name != "places" and not any(known[f"{head}.places"] for known in values):
        return f"{head} has no places in these years"
    return ""
