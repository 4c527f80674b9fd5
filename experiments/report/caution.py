"""What to beware of in the answer about one policy, found in its results and in what it changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import nan
from typing import TYPE_CHECKING

from experiments.analysis.certainty import ENOUGH
from experiments.analysis.names import BILLION, COST, RETURNS
from experiments.report.letters import wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from experiments.report.language import Titled, Words
    from experiments.report.numbers import Row
    from experiments.report.track_record import Leaning
    from experiments.request.comparison import Arm, Question
    from experiments.request.settings import Settings
    from experiments.run.budget import Spent
    from sim import Country
    from sim.instruments.lever import Lever
    from sim.instruments.policy import Measure
    from sim.world.programmes import ProgrammeRecord

    type Rows = Mapping[tuple[str, str], Row]
    """Of one arm and window, by outcome and group."""

_EMPTY = 0.1  # part of the new places that stays empty before it is said
_FEWEST_AWARDS = 30  # simulated a year, below which chance shows in a programme
_PLACES, _UNFILLED = ".places", "unfilled"
_HALF = 0.5
_UNBOOKED = ("nothing", "hours of leaders, and so papers", "the price that a policy states")
"""How levers begin to say what they cost, where the model books no money for them unless a policy prices it."""
_MILLION = 1e6


@dataclass(frozen=True)
class Caution:
    """One thing to beware of: a key of the texts and what stands in its places; names are titles by then.

    money: sums a year, in the currency. outcomes: names that become titles. moved: levers, which become their titles,
    and addresses.
    """

    key: str
    given: Mapping[str, object] = field(default_factory=dict)
    programme: str = ""
    rows: Sequence[str] = ()
    verdict: str = ""
    money: Mapping[str, float] = field(default_factory=dict)
    outcomes: Sequence[str] = ()
    moved: Sequence[Titled | str] = ()

    def said(self, words: Words) -> str:
        """In the words of a language."""
        values = dict(self.given)
        values |= {name: words.money(value) for name, value in self.money.items()}
        if self.programme:
            values["programme"] = words.group(self.programme)
        if self.outcomes:
            values["outcomes"] = words.listed([words.outcome(name) for name in self.outcomes])
        if self.moved:
            told = [one if isinstance(one, str) else words.title_of(one) for one in self.moved]
            values["moved"] = words.listed(told)
        if self.rows:
            values |= {"rows": words.listed(self.rows), "verdict": words.say(f"verdict.{self.verdict}")}
        return words.say(f"caution.{self.key}", **values)


def cautions(arm: Arm, question: Question, settings: Settings, rows: Rows, leaning: Sequence[Leaning]) -> list[Caution]:
    """Everything to beware of in what is said of an arm, the gravest first: what does not work, then a size that is
    assumed, then how the model and the run fall short.
    """
    moved = {outcome for (outcome, _), row in rows.items() if row["certainty"] != "no effect"}
    found = [] if moved - {COST} else [Caution("nothing_but_cost" if moved else "nothing")]
    found += _inert(arm, question, settings)
    found += _in_force(arm, settings, rows)
    places = list(_places(arm, question, settings, rows))
    found += [one for one in places if one.key == _UNFILLED]
    found += of_the_sizes([arm])
    found += _unpriced(arm, settings, rows)
    found += _responses(leaning)
    return [*found, *(one for one in places if one.key != _UNFILLED), *of_the_run(rows)]


def beware(found: Sequence[Caution], words: Words) -> str:
    """What to beware of, in a line; empty where there is nothing."""
    said = words.say("semicolon").join(one.said(words) for one in found)
    return words.say("screen.beware", cautions=said) if said else ""


def beware_within(found: Sequence[Caution], words: Words, columns: int, room: int) -> list[str]:
    """What to beware of in so many lines, each whole: the gravest first, and how many more there are."""
    said: list[Caution] = []
    lines: list[str] = []
    for one in found:
        kept = [*said, one]
        left = len(found) - len(kept)
        listed = words.say("semicolon").join(caution.said(words) for caution in kept)
        key = "screen.beware_more" if left else "screen.beware"
        told = list(wrapped(words.say(key, cautions=listed, number=left), columns))
        if len(told) <= room:
            said, lines = kept, told
    return lines or list(wrapped(beware(found, words), columns))[:room]


def of_the_sizes(arms: Sequence[Arm]) -> Iterator[Caution]:
    """Sizes that are assumed, of what changes or of the places of what is brought."""
    policies = [policy for arm in arms for policy in arm.policies]
    grades = {change.grade for policy in policies for change in policy.changes}
    grades |= {grade for policy in policies for record in policy.programmes for grade in record.place_grades.values()}
    if "A" in grades:
        yield Caution("grade_a")


def of_the_card(arms: Sequence[Arm], country: Country) -> Iterator[Caution]:
    """Rows of the response card on what any of these moves, where people respond otherwise than studies say."""
    from experiments.report.track_record import leaning

    yield from _responses([one for arm in arms for one in leaning(arm, country)])


def of_the_record(outcomes: Iterable[str], country: Country) -> Iterator[Caution]:
    """Outcomes whose statistics missed what was observed after the fit, in the kept validation of the country."""
    from experiments.report.track_record import missed

    if wrong := [name for name in outcomes if name in missed(country)]:
        yield Caution("missed", outcomes=wrong)


def of_the_targets(arm: Arm, targets: Sequence[Row]) -> Iterator[Caution]:
    """Targets whose observed level could not be taken, as the run has no level of that year. targets: of the arm."""
    if not targets:
        return
    from experiments.analysis.targets import wanted  # loads pandas, which reading back does without where it can

    told = {
        (row["outcome"], row["group"], row["last"], row["limit"])
        for row in targets
        if row["observed"] == row["observed"]
    }
    for _, target in wanted(arm):
        name, _, group = target.outcome.partition("/")
        if target.observed is not None and (name, group or "all", target.by, target.limit) not in told:
            yield Caution("unseen", {"year": target.observed_in}, outcomes=(name,))


def of_the_sets(sets: int) -> Iterator[Caution]:
    """Too few parameter sets to say how sure an effect is."""
    if 1 < sets < ENOUGH:
        yield Caution("few_sets", {"number": sets})


def of_the_budget(spent: Sequence[Spent], settings: Settings, cost: Row | None) -> Iterator[Caution]:
    """Why the cost of an arm is not the budget that was asked for, where it is not. cost: its row."""
    for one in spent:
        if one.why and settings.budget is not None:
            sums = {"budget": settings.budget * BILLION, "cost": float(cost["effect"]) if cost is not None else 0.0}
            given = {"lever": one.at, "times": f"{one.dose:.2g}"}
            yield Caution(f"budget_{one.why}", given, money=sums)


def _inert(arm: Arm, question: Question, settings: Settings) -> Iterator[Caution]:
    """Changes and programmes that do nothing in this run, whatever people would answer."""
    from experiments.request.build import Build, parameter_sets
    from experiments.request.idle import idle_programmes, why_idle, years_shown

    world, parameters = Build.of(settings).inputs()[0], parameter_sets(settings)[0]
    life = question.life(arm)
    years = years_shown(life, settings.fork, settings.until)
    idle = {True: dict[str, None](), False: dict[str, None]()}  # names of changes, in order
    for policy in arm.policies:
        for change in policy.changes:
            idle[bool(why_idle(change, policy, life, world, parameters, years))][change.name] = None
        for record, _ in idle_programmes(policy, life, *years):
            idle[True][f"programmes.{record.name}"] = None
    if names := [name for name in idle[True] if name not in idle[False]]:  # what is set anew later does move something
        yield Caution("inert", {"levers": ", ".join(names)})


def _places(arm: Arm, question: Question, settings: Settings, rows: Rows) -> Iterator[Caution]:
    """Programmes whose new places stay empty, and those too small to be told from chance at this scale."""
    from experiments.request.build import Build, parameter_sets
    from sim.instruments.course import levers_in
    from sim.world.programmes import ProgrammeKind

    world = Build.of(settings).inputs()[0]
    parameters = parameter_sets(settings)[0]
    names = {
        str(change.lever)
        for policy in arm.policies
        for change in policy.changes
        if (change.lever or "").endswith(_PLACES)
    }
    names |= {f"programmes.{record.name}{_PLACES}" for policy in arm.policies for record in policy.programmes}
    brought = (record for policy in question.held for record in policy.programmes)
    records = {record.name: record for record in (*world.programmes, *brought)}
    for lever in sorted(names):
        programme = lever.split(".")[1]
        if (row := rows.get(("awards", programme))) is None:
            continue
        years = range(int(row["first"]), int(row["last"]) + 1)
        lives = [
            [levers_in(world, parameters, question.life(one), year) for year in years]
            for one in (arm, question.against)
        ]
        within, without = (sum(year.get(lever, 0.0) for year in life) / len(years) for life in lives)
        more, filled = within - without, float(row["effect"])
        awards = float(row["reference"]) + float(row["effect"])
        if 0 < awards * settings.scale < _FEWEST_AWARDS and settings.scale < 1:
            larger = min(1.0, _FEWEST_AWARDS / awards)
            yield Caution("small", {"number": f"{awards * settings.scale:.0f}", "scale": f"{larger:.1g}"}, programme)
        if records[programme].kind is ProgrammeKind.STIPEND:  # places are people at a time, and awards new ones
            filled = _holders(records[programme], lives, rows)
        empty = 1 - filled / more if more > 0 else 0.0
        if _EMPTY < empty <= 1:
            yield Caution(_UNFILLED, {"share": f"{100 * empty:.0f}"}, programme)


def _holders(record: ProgrammeRecord, lives: Sequence[Sequence[Mapping[str, float]]], rows: Rows) -> float:
    """How many more hold a stipend in the arm than in the reference, by what it costs; NaN where that is not told.

    lives: levers of every year of the arm and of the reference.
    """
    cost = rows.get((COST, record.name))
    if cost is None:
        return nan
    income = f"programmes.{record.name}.income"
    prices = [
        record.unit_cost + sum(year.get(income, record.income) - record.income for year in life) / len(life)
        for life in lives
    ]
    if min(prices) <= 0:
        return nan
    reference = float(cost["reference"])
    return ((reference + float(cost["effect"])) / prices[0] - reference / prices[1]) / _MILLION


def _in_force(arm: Arm, settings: Settings, rows: Rows) -> Iterator[Caution]:
    """An arm that holds in some of the years shown only, and one that began before the fork."""
    if not arm.policies:
        return
    one = next(iter(rows.values()))
    years = range(int(one["first"]), int(one["last"]) + 1)
    held = sum(any(policy.active(year) for policy in arm.policies) for year in years)
    if held < len(years):
        yield Caution("in_force", {"held": held, "years": len(years)})
    if (start := min(policy.start for policy in arm.policies)) <= settings.fork:
        yield Caution("early", {"start": start, "fork": settings.fork})


def _unpriced(arm: Arm, settings: Settings, rows: Rows) -> Iterator[Caution]:
    """Prices of what is never counted here, and what an arm moves at no price, as its policy states none and the model
    books nothing for it; shocks have none. Where nothing of an arm has a price, only what costs next to nothing.
    """
    decided = [policy for policy in arm.policies if policy.kind == "policy"]
    prices = dict.fromkeys(cost.item for policy in decided for cost in policy.costs if not cost.yearly)
    if idle := [item for item in prices if _is_nothing(rows.get((COST, item)))]:
        yield Caution("idle_price", {"items": ", ".join(idle)})
    free = {name: lever for policy in decided for name, lever in _at_no_price(policy, arm, settings)}
    moved = {change.name for policy in decided for change in policy.changes}
    if free and (moved - set(free) or prices or any(policy.costs or policy.programmes for policy in decided)):
        yield Caution("no_cost_of", moved=tuple(lever or name for name, lever in free.items()))
        return
    cost = rows.get((COST, "all"))
    cheap = cost is None or cost["certainty"] in ("no effect", "too small to matter")
    if free and cheap:
        yield Caution("no_cost")


def _is_nothing(row: Row | None) -> bool:
    return row is None or (row["certainty"] == "no effect" and row["reference"] == 0)


def _at_no_price(policy: Measure, arm: Arm, settings: Settings) -> Iterator[tuple[str, Lever | None]]:
    """What a policy without prices moves that the model books no money for either: the name, and the lever of it."""
    from experiments.request.build import Build
    from sim.instruments.course import lever_of
    from sim.instruments.policy import brought_by

    if policy.kind != "policy" or policy.costs:
        return
    world, brought = Build.of(settings).inputs()[0], brought_by(arm.policies)
    for change in policy.changes:
        lever = lever_of(change, world, brought)
        if lever is None or lever.costs.startswith(_UNBOOKED):
            yield change.name, lever


def of_the_run(rows: Rows) -> Iterator[Caution]:
    """Few parameter sets, and a run in which chance makes up most of the spread."""
    sets = max(int(row["sets"]) for row in rows.values())
    yield from of_the_sets(sets)
    headline = rows.get((RETURNS, "all"))
    if headline is not None and sets > 1 and headline["chance_share"] > _HALF:
        yield Caution("chance")


def _responses(leaning: Sequence[Leaning]) -> Iterator[Caution]:
    """Rows of the response card on what the arm moves, where people respond otherwise than published studies say."""
    direct = [one for one in leaning if one.nearness == "direct"]
    for verdict in ("mute", "outside"):
        if rows := dict.fromkeys(one.row for one in direct if one.verdict == verdict):
            yield Caution("response", rows=tuple(rows), verdict=verdict)
