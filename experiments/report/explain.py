"""What a policy changes, in words and numbers, before anything is computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from experiments.report.brought import brought
from experiments.report.brought import number as _number
from experiments.request.dose import in_words
from experiments.request.idle import idle_programmes, why_idle, years_held, years_shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from experiments.request.comparison import Arm, Question
    from experiments.request.design import Point
    from experiments.request.settings import Settings
    from sim import Parameters, World
    from sim.instruments.change import Change, Cost, Path
    from sim.instruments.lever import Lever
    from sim.instruments.policy import Measure

_SIGNS = {"set": "set to", "add": "add", "times": "times"}


def explanation(settings: Settings, question: Question) -> str:
    """The world of all sides, every arm and what it is compared with: what they move before and after, costs, sources,
    grades, and what will do nothing; the parameter sets.
    """
    from experiments.request.build import Build, parameter_sets

    known = _Known(settings, Build.of(settings).inputs()[0], parameter_sets(settings))
    lines: list[str] = []
    if question.world:
        lines += ["On both sides", *_held(question.world, (), known), ""]
    for arm in question.arms:
        lines += [f"Arm {arm.name}: {arm.title}", *_arm(arm, question, known), ""]
    lines.append(f"Compared with {question.against.name}: {question.against.title}")
    lines += _arm(question.against, question, known) if question.against.policies else []
    lines += ["", _parameters(settings, known.sets)]
    return "\n".join([*lines, "", _grades(), "Nothing was computed (explain=true)."])


def sweep_explanation(points: Sequence[Point]) -> str:
    """What is swept, point by point, and what each policy in it changes before levers are moved."""
    from experiments.request.design import runnable

    asked = runnable(points)
    settings = asked[0][1].settings
    lines = [f"A sweep of {len(points)} points over {', '.join(points[0].varied)}:"]
    for point in points:
        refused = f" - cannot run: {point.asked}" if isinstance(point.asked, str) else ""
        lines.append("  " + ", ".join(f"{name}={value}" for name, value in point.varied.items()) + refused)
    lines += ["", f"{settings.replicates} paired replicates a point. The first point that can run:", ""]
    return "\n".join(lines) + "\n" + explanation(settings, asked[0][1].question)


def _parameters(settings: Settings, sets: Sequence[Parameters]) -> str:
    """Which values the parameters have."""
    from experiments.report.run_words import sets as in_words
    from experiments.request.build import Build

    fixed = "".join(f", {name}={_number(value)}" for name, value in settings.parameters.overrides.items())
    ensemble = Build.of(settings).drawn_from()
    if ensemble is None:
        return f"Parameters: the defaults of the parameter file{fixed}."
    said = f"{in_words(settings)}, which draw {len(sets)} of the {len(ensemble)} sets that were not ruled out"
    return f"Parameters: {said} (ensemble {settings.parameters.ensemble}){fixed}."


class _Known(NamedTuple):
    """What every part of an explanation asks for."""

    settings: Settings
    world: World
    sets: Sequence[Parameters]

    def years(self, life: Sequence[Measure]) -> tuple[int, int]:
        """The first and the last year in which a life differs from the history."""
        return years_shown(life, self.settings.fork, self.settings.until)


def _arm(arm: Arm, question: Question, known: _Known) -> Iterator[str]:
    if not arm.policies:
        yield "  No policy: nothing changes."
    elif known.settings.budget is not None and arm in question.arms:
        yield from in_words(arm, known.settings)
    early = [policy for policy in arm.policies if policy.start <= known.settings.fork]
    if early:
        first = min(policy.start for policy in early)
        yield f"  parts from the common history in {first - 1}; effects count from {known.settings.fork} on"
    yield from _held(arm.policies, question.world, known)


def _held(policies: tuple[Measure, ...], world: tuple[Measure, ...], known: _Known) -> Iterator[str]:
    """Policies or worlds, in order. world: what holds before them."""
    life = (*world, *policies)
    for number, policy in enumerate(policies):
        before = (*world, *policies[:number])
        rows = f" ({', '.join(policy.rows)})" if policy.rows else ""
        yield f"  {policy.title} ({policy.name}), {_years(policy)}{rows}"
        yield f"    {policy.title_ja}"
        yield f"    from: {policy.source} [{policy.grade}]"
        if policy.sceptic:
            yield f"    a sceptic: {policy.sceptic}"
        idle = {record.name: why for record, why in idle_programmes(policy, life, *known.years(life))}
        for record in policy.programmes:
            yield from brought(record, known.world)
            if record.name in idle:
                yield f"      will do nothing here: {idle[record.name]}"
        bare = (*before, policy.model_copy(update={"changes": ()}))  # a change may be of a programme that it brings
        for change in policy.changes:
            yield from _change(change, policy, (bare, life), known)
        if not policy.changes and not policy.programmes:
            yield "    changes nothing by itself" + (f"; holds {', '.join(policy.includes)}" * bool(policy.includes))
        for target in policy.targets:
            yield f"    wants {target.outcome} of {_number(target.value)} by {target.by}"
            yield f"      from: {target.source} [{target.grade}]"
        yield from _costs(policy, known.world)


def _change(
    change: Change, policy: Measure, lives: tuple[tuple[Measure, ...], tuple[Measure, ...]], known: _Known
) -> Iterator[str]:
    """One change. lives: what holds before the changes of its policy, and everything that holds."""
    from sim.instruments.course import lever_of, reading
    from sim.instruments.policy import brought_by

    before, life = lives
    lever = lever_of(change, known.world, brought_by(life))
    title, unit, bounds = _about(change, lever, known)
    yield f"    {change.name}: {title} [{unit}]"
    held = years_held(policy, *known.years(life))
    looked_at = {held[0], held[-1], *(year for year in _knots(change) if year in held)} if held else set()
    of_world = lever is None and not change.name.startswith("parameters.")
    alike = of_world or (lever is not None and not isinstance(lever.default, str))  # in every parameter set
    sets, shown = known.sets[:1] if alike else known.sets, []
    for year in sorted(looked_at):
        was = [x for one in sets for x in reading(known.world, one, before, change, year).tolist()]
        up_to = (*before[:-1], _up_to(policy, change))
        now = [x for one in sets for x in reading(known.world, one, up_to, change, year).tolist()]
        shown.append(f"{year}: {_range(was)} -> {_range(now)}")
    seen = "; ".join(shown) or "not in the years of this run"
    yield f"      {_SIGNS[change.operation]} {_path(change.size)}; {seen}{bounds}"
    if part := change.part:
        yield f"      meant for {part.title} ({part.title_ja}), and acts by its share of the whole, {part.share:g}"
        yield f"        from: {part.source} [{part.grade}]"
    yield f"      from: {change.source} [{change.grade}]"
    if change.looked_for:
        yield f"      looked for: {change.looked_for}"
    if why := why_idle(change, policy, life, known.world, known.sets[0], known.years(life)):
        yield f"      will do nothing here: {why}"


def _about(change: Change, lever: Lever | None, known: _Known) -> tuple[str, str, str]:
    """Title, unit and range of what a change moves."""
    if lever is not None:
        return lever.title, lever.unit, _bounds(lever.low, lever.high)
    address = change.target
    table, _, name = address.head.partition(".")
    if parameter := known.sets[0].catalogue.get(name) if table == "parameters" else None:
        return parameter.meaning, parameter.unit, _bounds(*parameter.bounds)
    from sim.world.timeline import find

    place = find(known.world, address)
    unit = known.world.table(place.table).numbers[place.series.name][place.rows[0]].unit
    number = len({row[1:] for row in place.rows})
    said = f"{name.replace('_', ' ')} in the data of the country" + (f", {number} numbers" if number > 1 else "")
    return said, unit, _bounds(place.series.low, place.series.high)


def _knots(change: Change) -> list[int]:
    return [year for year, _ in change.size] if isinstance(change.size, tuple) else []


def _up_to(policy: Measure, change: Change) -> Measure:
    changes = policy.changes[: policy.changes.index(change) + 1]
    return policy.model_copy(update={"changes": changes})


def _costs(policy: Measure, world: World) -> Iterator[str]:
    from sim.instruments.course import lever_of

    currency = world.country.about.currency
    named = [change.target.head.split(".") for change in policy.changes]
    moved = {name[1] for name in named if name[0] == "programmes"}
    for record in (*world.programmes, *policy.programmes):
        if record.name in moved:
            yield f"    unit cost of {record.title}: {_number(record.unit_cost)} million {currency} per award and year"
            yield f"      from: {record.source} [{record.grade}]"
    for cost in policy.costs:
        yield f"    unit cost of {cost.item.replace('_', ' ')}: {_number(cost.value)} {cost.unit}{_follows(cost)}"
        yield f"      from: {cost.source} [{cost.grade}]"
    if policy.kind == "policy" and not moved and not policy.costs and policy.changes:
        levers = [lever_of(change, world, policy.programmes) for change in policy.changes]
        booked = dict.fromkeys(lever.costs for lever in levers if lever is not None)
        yield "    unit costs: none stated" + (f"; what the model books: {'; '.join(booked)}" if booked else "")


def _follows(cost: Cost) -> str:
    """Of a sum a year, whether it is the same at every size of the policy."""
    return " (fixed)" if cost.fixed else " (follows the size of the policy)" if cost.follows else ""


def _years(policy: Measure) -> str:
    return f"{policy.start} to {policy.end}" if policy.end else f"from {policy.start} on"


def _bounds(low: float, high: float) -> str:
    return f" (may lie between {_number(low)} and {_number(high)})"


def _range(values: Sequence[float]) -> str:
    """The value, or from which to which it is where parameter sets differ."""
    low, high = _number(min(values)), _number(max(values))
    return low if low == high else f"{low} to {high}"


def _path(size: float | Path) -> str:
    """A number, or what it is in some years."""
    return _number(size) if isinstance(size, float) else ", ".join(f"{_number(by)} in {year}" for year, by in size)


def _grades() -> str:
    from sim.world.tables import GRADES

    return "Evidence grades: " + "; ".join(f"{grade} {meaning}" for grade, meaning in GRADES.items()) + "."
