"""Arms: policies and levers that hold together in one life of the world, and the life they are compared with."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import combinations, product
from typing import TYPE_CHECKING, Any

from experiments.errors import InputError, as_input_error, unknown
from experiments.request.build import Build, as_input_errors, drawn_members, parameter_sets
from experiments.request.listed import check_listed
from experiments.request.policies import BASELINE, LEVERS, LIBRARY, NO_CHANGE, scenario, with_included, with_own

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from experiments.request.policies import Folders
    from experiments.request.settings import Settings
    from sim import Parameters, Policy, Scenario, World
    from sim.instruments.change import Change
    from sim.instruments.policy import Measure
    from sim.world.programmes import ProgrammeRecord


@dataclass(frozen=True)
class Arm:
    """One alternative life of the world: policies, and worlds, that hold together (none: nothing changes)."""

    name: str
    title: str = "No change"
    policies: tuple[Measure, ...] = ()
    title_ja: str = "変更なし"

    @property
    def evidence(self) -> str:
        """Evidence grades: of the policies as such, and of the sizes of what they change."""
        if not self.policies:
            return "none needed"
        sizes = sorted({change.grade for policy in self.policies for change in policy.changes})
        return f"policy {', '.join(sorted({policy.grade for policy in self.policies}))}; sizes {', '.join(sizes)}"


NOTHING = Arm(BASELINE, "Baseline", title_ja="ベースライン")
"""The life without any policy."""


@dataclass(frozen=True)
class Question:
    """What is compared with what: every arm with the same reference life. world: what holds on all sides."""

    arms: tuple[Arm, ...]
    against: Arm = NOTHING
    world: tuple[Scenario, ...] = ()

    def life(self, arm: Arm) -> tuple[Measure, ...]:
        """Everything that holds in the life of an arm: the world of all sides, and its own."""
        return (*self.world, *arm.policies)

    @property
    def brought(self) -> list[ProgrammeRecord]:
        """The programmes that any side brings."""
        return [record for measure in self.held for record in measure.programmes]

    @property
    def held(self) -> tuple[Measure, ...]:
        """Everything that holds on any side."""
        return (*self.world, *(policy for arm in (*self.arms, self.against) for policy in arm.policies))


def question(settings: Settings, library: Folders | None = None) -> Question:
    """The arms these settings ask for; levers of the command line come on top of each."""
    library = library or with_own(settings.library)
    extra: tuple[Policy, ...] = ()
    if settings.levers:
        extra = (lever_policy(settings.levers, settings.levers_from or settings.fork + 1),)
    arms = tuple(arm(names, extra, library) for names in settings.chosen)
    return put_together(arms, arm(settings.against, (), library), worlds(settings.world, library))


def put_together(arms: tuple[Arm, ...], against: Arm, world: tuple[Scenario, ...]) -> Question:
    """The question that arms, a reference and the world of all sides make. Raises InputError where they clash."""
    shared = {one.name for one in world}
    for one in (*arms, against):
        if twice := [policy.name for policy in one.policies if policy.name in shared]:
            raise InputError(f"{twice[0]} holds on both sides already (world=): leave it out of policy= and against=.")
        held = [policy for policy in one.policies if policy.name != LEVERS]
        refuse_namesakes((*world, *held, *against.policies))
        refuse_conflicts((*world, *held))
        _refuse_one_name_for_two(one, against)
    if against.policies:
        return Question(arms, against, world)
    if not world:
        return Question(arms)
    title = f"Baseline in the world of: {' + '.join(one.title for one in world)}"
    title_ja = f"ベースライン（{'、'.join(one.title_ja for one in world)}）"
    return Question(arms, Arm(BASELINE, title, (), title_ja), world)


def _refuse_one_name_for_two(one: Arm, against: Arm) -> None:
    """Raise an InputError where an arm and what it is compared with bring two programmes of one name: what is counted
    of them would be subtracted as if they were one. Of one programme, by kind and title, numbers may differ.
    """
    known = {record.name: record for policy in against.policies for record in policy.programmes}
    for policy in one.policies:
        for place, record in enumerate(policy.programmes):
            other = known.get(record.name, record)
            if (record.kind, record.title) != (other.kind, other.title):
                raise InputError(
                    f"{policy.given('programmes', place, 'name')}: what it is compared with ({against.name}) brings "
                    f"another programme {record.name}, {other.title}; rename one."
                )


def arm(wanted: Sequence[str | Measure], extra: tuple[Policy, ...] = (), library: Folders = LIBRARY) -> Arm:
    """The arm of these policies and worlds (names, paths or objects) in this order; worlds come first.

    Each holds once, after what it includes.
    """
    composed: dict[str, Measure] = {}
    tops: list[Measure] = []
    for one in wanted:
        if one == BASELINE:
            continue
        inside = with_included(one, library)
        refuse_namesakes((*composed.values(), *inside))
        composed |= {measure.name: measure for measure in inside}
        tops.append(inside[-1])
    refuse_twice(tops)
    if not tops and not extra:
        return Arm(NO_CHANGE)
    held = sorted(composed.values(), key=lambda measure: measure.kind == "policy")
    refuse_conflicts(held)
    named = (*tops, *extra)
    title, title_ja = " + ".join(p.title for p in named), " + ".join(p.title_ja for p in named)
    return Arm("+".join(p.name for p in named), title, (*held, *extra), title_ja)


def worlds(wanted: Sequence[str | Measure], library: Folders = LIBRARY) -> tuple[Scenario, ...]:
    """The worlds of these names, paths or objects, each once after what it includes. Raises InputError for a policy."""
    from sim import Scenario

    composed: dict[str, Scenario] = {}
    tops: list[Measure] = []
    for one in wanted:
        if one == BASELINE:
            continue
        if isinstance(one, str):
            scenario(one, library)
        inside = with_included(one, library)
        refuse_namesakes((*composed.values(), *inside))
        for measure in inside:
            if not isinstance(measure, Scenario):
                raise InputError(f"{measure.name} is a policy: world= takes worlds, which hold on both sides.")
            composed[measure.name] = measure
        tops.append(inside[-1])
    refuse_twice(tops)
    return tuple(composed.values())


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
    if any(not arm.policies for arm in question.arms) and not question.against.policies:
        raise InputError("policy=baseline beside the baseline is nothing to compare: name a policy, or against=NAME.")
    refuse_the_reference(question)
    names = [arm.name for arm in question.arms]
    if len(set(names)) < len(names):
        raise InputError(f"An arm is asked for twice: {', '.join(names)}.")
    for one, other in combinations(question.arms, 2):
        if _moves_something(one) and what_holds(one.policies) == what_holds(other.policies):
            raise InputError(f"The arms {one.name} and {other.name} hold the same: keep one.")


def refuse_the_reference(question: Question) -> None:
    """Raise an InputError where an arm holds what it is compared with holds, by whatever names; no policy aside."""
    against = question.against
    for one in question.arms:
        if one.name == against.name and one.policies:
            raise InputError(f"policy and against are the same ({one.name}): there is nothing to compare.")
        if _moves_something(one) and what_holds(one.policies) == what_holds(against.policies):
            raise InputError(
                f"policy and against hold the same ({one.name} and {against.name}): there is nothing to compare."
            )


def what_holds(policies: Iterable[Measure]) -> tuple[frozenset[Measure], tuple[Measure, ...]]:
    """What holds in a life, to be told from another: what does anything by itself, and of that, in order, what moves
    something that another of them moves too. A bundle alone does nothing: what it includes holds beside it.
    """
    doing = [one for one in policies if one.changes or one.programmes or one.costs]
    moved = Counter(head for one in doing for head in {change.target.head for change in one.changes})
    shared = (one for one in doing if any(moved[change.target.head] > 1 for change in one.changes))
    return frozenset(doing), tuple(shared)


def _moves_something(arm: Arm) -> bool:
    return bool(what_holds(arm.policies)[0])


def refuse_twice(measures: Sequence[Measure]) -> None:
    """Raise an InputError for a policy or world that is named twice, under whatever spelling."""
    for name, times in Counter(one.name for one in measures).items():
        if times > 1:
            raise InputError(f"{name} is named twice in one list; keep one.")


def refuse_namesakes(measures: Iterable[Measure]) -> None:
    """Raise an InputError for two that have one name and differ: one of them would be left out without a word."""
    known: dict[str, Measure] = {}
    for one in measures:
        if known.setdefault(one.name, one) != one:
            raise InputError(
                f"Two different files hold a {one.kind} named {one.name}: give one of them another name "
                f"({known[one.name].given('name')}; {one.given('name')})."
            )


def check_levers(levers: Mapping[str, float], world: World, brought: Sequence[ProgrammeRecord] = ()) -> None:
    """Raise an InputError for a lever that does not exist (the nearest, or why a programme has none of that name) or a
    value out of range (the range). brought: programmes beside those of the world.
    """
    from sim.instruments.levers import catalogue, programme_without

    known = catalogue(world, brought)
    for name, value in levers.items():
        if name not in known:
            why = programme_without(name, world, brought)
            raise InputError(f"levers.{name}: {why}") if why else unknown("lever", name, known)
        lever = known[name]
        if not lever.low <= value <= lever.high:
            raise InputError(f"levers.{name}: {value:g} lies outside {lever.low:g} to {lever.high:g} {lever.unit}.")


def _as_written(change: Change) -> frozenset[object]:
    return frozenset([change.target.means])


def refuse_conflicts(policies: Iterable[Measure], cells: Callable[[Change], frozenset[object]] = _as_written) -> None:
    """Raise an InputError where two policies set one lever, or a cell of it, to different values in the same years.

    Levers set on the command line are no such policy: they have the last word. cells: what a change moves; without a
    world only what is written alike is known to be the same.
    """
    from sim.instruments.change import in_words

    for one, other in combinations(policies, 2):
        start = max(one.start, other.start)
        end = min((policy.end for policy in (one, other) if policy.end is not None), default=None)
        if end is not None and end < start:
            continue
        for (before, first), (place, change) in product(_sets(one), _sets(other)):
            if first.target.head != change.target.head or first.size == change.size:
                continue
            if cells(first) & cells(change):
                sizes = f"{in_words(first.size)} and {in_words(change.size)}"
                raise InputError(
                    f"{other.given('changes', place)}: {one.name} and {other.name} set {change.name} to different "
                    f"values, {sizes}, from {start} {f'to {end}' if end else 'on'}: leave one of them out "
                    f"(the other: {one.given('changes', before)})."
                )


def _sets(policy: Measure) -> list[tuple[int, Change]]:
    """The changes of a policy that set a value, each with its place."""
    return [(place, change) for place, change in enumerate(policy.changes) if change.operation == "set"]


def check(settings: Settings, question: Question) -> None:
    """Raise an InputError for years the world has no data for, and for policies that cannot hold in this run."""
    from sim.instruments.course import cells, levers_in, refuse_misfits, shifts_of, timeline

    world, _ = Build.of(settings).inputs()
    if not world.first_year <= settings.fork < settings.until <= world.last_year:
        asked, known = f"{settings.fork} to {settings.until}", f"{world.first_year} to {world.last_year}"
        raise InputError(f"fork and until: {world.country.about.title} has data for {known}, not for {asked}.")
    check_levers(settings.levers, world, question.brought)
    for measure in question.held:
        check_listed(measure)
    with as_input_errors():
        for arm in (*question.arms, question.against):
            refuse_misfits(world, question.life(arm))
        sets = parameter_sets(settings)
        begins = _baselines(world, sets)
    for arm in (*question.arms, question.against):
        life = question.life(arm)
        refuse_dates(arm, settings, world.first_year)
        with as_input_errors():
            timeline(world, shifts_of(world, life, None, world.last_year))
            first = min([settings.fork + 1, *(policy.start for policy in life)])
            for parameters in _told_apart(life, sets, begins):
                for year in range(first, settings.until + 1):
                    levers_in(world, parameters, life, year)
        held = [one for one in life if one.name != LEVERS]
        refuse_conflicts(held, cache(lambda change: cells(change, world, question.brought)))


def refuse_dates(arm: Arm, settings: Settings, first_year: int) -> None:
    """Raise InputError for an arm nothing of which holds in the run, and for a start before there is any history."""
    for policy in arm.policies:
        if policy.start <= first_year:
            raise InputError(
                f"{policy.given('start')}: {policy.name} starts in {policy.start}, and the model begins in "
                f"{first_year}: let it start in {first_year + 1} or later."
            )
        for place, target in enumerate(policy.targets if policy.kind == "policy" else ()):
            if target.since is not None and target.since < first_year:
                raise InputError(
                    f"{policy.given('targets', place, 'since')}: targets: {target.outcome} since {target.since} is "
                    f"asked for, and the model begins in {first_year}: write since: {first_year} or later."
                )
    later = [policy for policy in arm.policies if policy.start > settings.until]
    if later and len(later) == len(arm.policies):
        raise InputError(
            f"{later[0].given('start')}: {later[0].name} starts in {later[0].start}, after the last year of this run: "
            f"until={later[0].start} or later would show it."
        )


def _baselines(world: World, sets: Sequence[Parameters]) -> list[Mapping[str, float]]:
    """Of every set, what levers and parameters are without a policy."""
    from sim.instruments.course import PARAMETERS
    from sim.instruments.levers import baseline

    return [
        baseline(world, one, world.first_year) | {f"{PARAMETERS}.{name}": x for name, x in one.as_dict().items()}
        for one in sets
    ]


def _told_apart(
    life: Sequence[Measure], sets: Sequence[Parameters], known: Sequence[Mapping[str, float]]
) -> Sequence[Parameters]:
    """The sets that what a life moves can tell apart: all, or one where nothing that it moves begins at a parameter.

    known: what each set begins at.
    """
    moved = {change.target.head for policy in life for change in policy.changes}
    return sets if any(known[0].get(name) != other.get(name) for other in known for name in moved) else sets[:1]


def describe(settings: Settings, question: Question) -> dict[str, Any]:
    """Everything the numbers of a run depend on, code aside."""
    world, parameters = Build.of(settings).inputs()
    return settings.identity() | {
        "arms": {arm.name: _contents(arm.policies) for arm in question.arms},
        "against": {question.against.name: _contents(question.against.policies)},
        "world": _contents(question.world),
        "data": world.fingerprint,
        "values": parameters.as_dict(),
        "ensemble": drawn_members(settings),
    }


def _contents(policies: Iterable[Measure]) -> list[dict[str, Any]]:
    return [policy.model_dump(mode="json") for policy in policies]
