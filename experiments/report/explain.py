"""What a policy changes, in words and numbers, before anything is computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from experiments.request.comparison import Arm, Question
    from experiments.request.design import Point
    from experiments.request.settings import Settings
    from sim import Parameters, World
    from sim.instruments.change import Change, Path
    from sim.instruments.lever import Lever
    from sim.instruments.policy import Measure
    from sim.world.programmes import ProgrammeRecord

_SIGNS = {"set": "set to", "add": "add", "times": "times"}


def explanation(settings: Settings, question: Question) -> str:
    """Every arm and what it is compared with: levers before and after, costs, sources, grades; the parameter sets."""
    from experiments.request.build import Build, parameter_sets

    known = settings, Build.of(settings).inputs()[0], parameter_sets(settings)
    lines: list[str] = []
    for arm in question.arms:
        lines += [f"Arm {arm.name}: {arm.title}", *_arm(arm, *known), ""]
    lines.append(f"Compared with {question.against.name}: {question.against.title}")
    lines += _arm(question.against, *known) if question.against.policies else []
    lines += ["", _parameters(settings, known[-1])]
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
    from experiments.report.tables import sets as in_words
    from experiments.request.build import Build

    fixed = "".join(f", {name}={_number(value)}" for name, value in settings.parameters.overrides.items())
    ensemble = Build.of(settings).drawn_from()
    if ensemble is None:
        return f"Parameters: the defaults of the parameter file{fixed}."
    said = f"{in_words(settings)}, which draw {len(sets)} of the {len(ensemble)} sets that were not ruled out"
    return f"Parameters: {said} (ensemble {settings.parameters.ensemble}){fixed}."


def _arm(arm: Arm, settings: Settings, world: World, sets: Sequence[Parameters]) -> Iterator[str]:
    if not arm.policies:
        yield "  No policy: nothing changes."
    for number, policy in enumerate(arm.policies):
        yield f"  {policy.title} ({policy.name}), {_years(policy)}"
        yield f"    {policy.title_ja}"
        yield f"    from: {policy.source} [{policy.grade}]"
        before = arm.policies[:number]
        for record in policy.programmes:
            yield from _programme(record, world)
        for change in policy.changes:
            yield from _change(change, policy, before, settings, world, sets)
        if not policy.changes and not policy.programmes:
            yield "    changes nothing by itself" + (f"; holds {', '.join(policy.includes)}" * bool(policy.includes))
        yield from _costs(policy, world)


def _change(
    change: Change,
    policy: Measure,
    before: tuple[Measure, ...],
    settings: Settings,
    world: World,
    sets: Sequence[Parameters],
) -> Iterator[str]:
    from sim.instruments.course import levers_in
    from sim.instruments.lever import ArrayLever
    from sim.instruments.levers import catalogue
    from sim.instruments.policy import brought_by

    lever = catalogue(world, brought_by((*before, policy)))[change.target.head]
    first = max(policy.start, settings.fork + 1)
    last = min(policy.end or settings.until, settings.until)
    yield f"    {change.name}: {lever.title} [{lever.unit}]"
    values = []
    for year in sorted({first, last}) if first <= last and not isinstance(lever, ArrayLever) else ():
        was = [levers_in(world, one, before, year)[lever.name] for one in sets]
        now = [levers_in(world, one, (*before, _up_to(policy, change)), year)[lever.name] for one in sets]
        values.append(f"{year}: {_range(was)} -> {_range(now)}")
    seen = "; ".join(values) or ("without a policy " + _number(lever.value(sets[0])))
    seen = seen if first <= last else "not in the years of this run"
    yield f"      {_SIGNS[change.operation]} {_path(change.size)}; {seen}{_bounds(lever)}"
    yield f"      from: {change.source} [{change.grade}]"


def _programme(record: ProgrammeRecord, world: World) -> Iterator[str]:
    """A programme that a policy brings."""
    currency = world.country.about.currency
    yield f"    brings {record.title} ({record.name}), a {record.kind.value.replace('_', ' ')}"
    yield f"      {record.title_ja}"
    places = ", ".join(f"{year}: {_number(places)}" for year, places in record.places.items())
    yield f"      places a year: {places}; income {_number(record.income)} million {currency} a year"
    yield f"      unit cost: {_number(record.unit_cost)} million {currency} per award and year"
    yield f"      from: {record.source} [{record.grade}]"


def _up_to(policy: Measure, change: Change) -> Measure:
    changes = policy.changes[: policy.changes.index(change) + 1]
    return policy.model_copy(update={"changes": changes})


def _costs(policy: Measure, world: World) -> Iterator[str]:
    currency = world.country.about.currency
    named = [change.target.head.split(".") for change in policy.changes]
    moved = {name[1] for name in named if name[0] == "programmes"}
    for record in (*world.programmes, *policy.programmes):
        if record.name in moved:
            yield f"    unit cost of {record.title}: {_number(record.unit_cost)} million {currency} per award and year"
            yield f"      from: {record.source} [{record.grade}]"
    for cost in policy.costs:
        yield f"    unit cost of {cost.item.replace('_', ' ')}: {_number(cost.value)} {cost.unit}"
        yield f"      from: {cost.source} [{cost.grade}]"
    if not moved and not policy.costs and policy.changes:
        yield "    unit costs: none stated"


def _years(policy: Measure) -> str:
    return f"{policy.start} to {policy.end}" if policy.end else f"from {policy.start} on"


def _bounds(lever: Lever) -> str:
    return f" (may lie between {_number(lever.low)} and {_number(lever.high)})"


def _range(values: Sequence[float]) -> str:
    """The value, or from which to which it is where parameter sets differ."""
    low, high = _number(min(values)), _number(max(values))
    return low if low == high else f"{low} to {high}"


def _path(size: float | Path) -> str:
    """A number, or what it is in some years."""
    return _number(size) if isinstance(size, float) else ", ".join(f"{_number(by)} in {year}" for year, by in size)


def _number(value: float) -> str:
    return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"  # never 1e+07


def _grades() -> str:
    from sim.world.tables import GRADES

    return "Evidence grades: " + "; ".join(f"{grade} {meaning}" for grade, meaning in GRADES.items()) + "."
