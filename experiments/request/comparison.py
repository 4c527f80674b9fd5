"""Arms: policies and levers that hold together in one life of the world, and the life they are compared with."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from experiments.errors import InputError, as_input_error, unknown
from experiments.request.build import Build, as_input_errors, drawn_members, parameter_sets
from experiments.request.policies import BASELINE, LIBRARY, load, with_included

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from experiments.request.settings import Settings
    from sim import Parameters, Policy, World

LEVERS = "levers"
"""Name of the policy that holds the levers set on the command line."""


@dataclass(frozen=True)
class Arm:
    """One alternative life of the world: policies that hold together, composed in order (none: nothing changes)."""

    name: str
    title: str = "No change"
    policies: tuple[Policy, ...] = ()

    @property
    def evidence(self) -> str:
        """Evidence grades: of the policies as such, and of the sizes of what they change."""
        if not self.policies:
            return "none needed"
        sizes = sorted({change.grade for policy in self.policies for change in policy.changes})
        return f"policy {', '.join(sorted({policy.grade for policy in self.policies}))}; sizes {', '.join(sizes)}"


@dataclass(frozen=True)
class Question:
    """What is compared with what: every arm with the same reference life."""

    arms: tuple[Arm, ...]
    against: Arm = Arm(BASELINE, "Baseline")


def question(settings: Settings, library: Path = LIBRARY) -> Question:
    """The arms these settings ask for; levers of the command line come on top of each."""
    extra: tuple[Policy, ...] = ()
    if settings.levers:
        extra = (lever_policy(settings.levers, settings.levers_from or settings.fork + 1),)
    arms = tuple(arm(names, extra, library) for names in settings.chosen)
    against = arm(settings.against, (), library)
    return Question(arms, against) if against.policies else Question(arms)


def arm(wanted: Sequence[str | Policy], extra: tuple[Policy, ...] = (), library: Path = LIBRARY) -> Arm:
    """The arm of these policies (names or objects) in this order; each holds once, after the policies it includes."""
    chosen = [load(p, library) if isinstance(p, str) else p for p in wanted if p != BASELINE]
    if not chosen and not extra:
        return Arm("no_change")
    composed = {policy.name: policy for top in chosen for policy in with_included(top, library)}
    refuse_conflicts(composed.values())
    tops = (*chosen, *extra)
    return Arm("+".join(p.name for p in tops), " + ".join(p.title for p in tops), (*composed.values(), *extra))


def lever_policy(levers: Mapping[str, float], start: int) -> Policy:
    """Levers set by hand, as one more policy; `check_levers` says whether they exist."""
    from sim import Policy

    values = ", ".join(f"{name} = {value:g}" for name, value in levers.items())
    by_hand = {"source": "set for this run", "grade": "A"}
    record = {
        "name": LEVERS,
        "title": f"Levers set: {values}",
        "title_ja": f"指定値: {values}",
        "start": start,
        "changes": [{"lever": name, "set": value, **by_hand} for name, value in levers.items()],
        **by_hand,
    }
    try:
        return Policy.from_dict(record)
    except ValueError as error:  # a first year that no policy can have
        raise as_input_error(error) from None


def refuse_the_same(question: Question) -> None:
    """Raise an InputError where two lives of one question would be the same."""
    names = [arm.name for arm in question.arms]
    if question.against.name in names:
        raise InputError(f"policy and against are the same ({question.against.name}): there is nothing to compare.")
    if len(set(names)) < len(names):
        raise InputError(f"An arm is asked for twice: {', '.join(names)}.")


def check_levers(levers: Mapping[str, float], world: World) -> None:
    """Raise an InputError for a lever that does not exist (the nearest, or why a programme has none of that name) or a
    value out of range (the range).
    """
    from sim.instruments.levers import catalogue, programme_without

    known = catalogue(world)
    for name, value in levers.items():
        if name not in known:
            why = programme_without(name, world)
            raise InputError(f"levers.{name}: {why}") if why else unknown("lever", name, known)
        lever = known[name]
        if not lever.low <= value <= lever.high:
            raise InputError(f"levers.{name}: {value:g} lies outside {lever.low:g} to {lever.high:g} {lever.unit}.")


def refuse_conflicts(policies: Iterable[Policy]) -> None:
    """Raise an InputError where two policies set one lever to different values in the same years.

    Levers set on the command line are no such policy: they have the last word.
    """
    from sim.instruments.change import in_words

    for one, other in combinations(policies, 2):
        start = max(one.start, other.start)
        end = min((policy.end for policy in (one, other) if policy.end is not None), default=None)
        if end is not None and end < start:
            continue
        values = {change.name: change.set_to for change in one.changes if change.set_to is not None}
        for change in other.changes:
            if change.set_to is not None and values.get(change.name, change.set_to) != change.set_to:
                first, second = in_words(values[change.name]), in_words(change.set_to)
                raise InputError(
                    f"{one.name} and {other.name} set {change.name} to different values, {first} and {second}, "
                    f"from {start} {f'to {end}' if end else 'on'}: leave one of them out."
                )


def check(settings: Settings, question: Question) -> None:
    """Raise an InputError for years the world has no data for, and for policies that cannot hold in this run."""
    from sim.instruments.policy import levers_in

    world, _ = Build.of(settings).inputs()
    if not world.first_year <= settings.fork < settings.until <= world.last_year:
        asked, known = f"{settings.fork} to {settings.until}", f"{world.first_year} to {world.last_year}"
        raise InputError(f"fork and until: {world.country.about.title} has data for {known}, not for {asked}.")
    check_levers(settings.levers, world)
    for arm in (*question.arms, question.against):
        for policy in arm.policies:
            if policy.start <= settings.fork:
                raise InputError(f"Policy {policy.name} starts in {policy.start}, which is history: fork earlier.")
        with as_input_errors():
            for parameters in _told_apart(arm, world, parameter_sets(settings)):
                for year in range(settings.fork + 1, settings.until + 1):
                    levers_in(world, parameters, arm.policies, year)


def _told_apart(arm: Arm, world: World, sets: Sequence[Parameters]) -> Sequence[Parameters]:
    """The sets that an arm's levers can tell apart: all, or one where no lever that it moves begins at a parameter."""
    from sim.instruments.levers import baseline

    moved = {change.target.head for policy in arm.policies for change in policy.changes}
    first, *others = (baseline(world, parameters, world.first_year) for parameters in sets)
    return sets if any(first.get(name) != other.get(name) for other in others for name in moved) else sets[:1]


def describe(settings: Settings, question: Question) -> dict[str, Any]:
    """Everything the numbers of a run depend on, code aside."""
    world, parameters = Build.of(settings).inputs()
    policies = {arm.name: [p.model_dump(mode="json") for p in arm.policies] for arm in question.arms}
    return settings.identity() | {
        "arms": policies,
        "against": {question.against.name: [p.model_dump(mode="json") for p in question.against.policies]},
        "data": world.fingerprint,
        "values": parameters.as_dict(),
        "ensemble": drawn_members(settings),
    }
