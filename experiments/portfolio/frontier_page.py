"""The report of a frontier: the figure of outcome against cost, and the page in every language."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from experiments.analysis.names import BILLION, COST
from experiments.portfolio.frontier_answer import frontier_line, summary
from experiments.report import column
from experiments.report.figures import colours
from experiments.report.language import languages_from, to_digits
from experiments.report.numbers import Scale, Shown, percent
from experiments.report.screen import cell, run
from experiments.report.sections import Section, Sheet, Table, how_sure, method, sources
from experiments.report.sections import write as write_page

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from experiments.portfolio.frontier_answer import FrontierAnswer
    from experiments.report.language import Words

_MARKERS = "os^Dv<>P"
_HEIGHT, _RIGHT = 2.7, 1.3  # inches: of the panel, and of what stands at its right
_NAME, _SMALL = 22, 6.5  # letters of a policy beside its line, and their size
_APART = 5.0  # times as dear as the cheapest policy: more is drawn in powers of ten, where the cheap one can be read


def write(answer: FrontierAnswer, manifest: Mapping[str, Any], first: str, folder: Path) -> None:
    """Write `report.html`, its figures and `summary.md`."""
    write_page([sheet(answer, answer.words(code)) for code in languages_from(first)], manifest, folder)
    text = summary(answer, str(manifest["command"]), answer.words(first))
    (folder / "summary.md").write_text(text, encoding="utf-8")


def sheet(answer: FrontierAnswer, words: Words) -> Sheet:
    """The page in one language."""
    outcome = words.outcome(answer.outcome, answer.group)
    sections = [
        Section(
            words.say("page.answer"),
            note=words.say("frontier.note", years=words.years(*answer.years), against=words.against(answer.question)),
            points=list(answer.sentences(words)),
            figures={"frontier": partial(frontier, answer, words)},
            paragraphs=[words.say("frontier.figure_note")],
        ),
        Section(words.say("frontier.points"), note=words.say("frontier.legend"), tables=[_table(answer, words)]),
        how_sure(answer.settings, words),
        method(answer.settings, words),
        sources(answer.question.arms, answer.world, words),
    ]
    policies = words.listed([words.policy(arm) for arm in answer.question.arms])
    return Sheet(
        words,
        words.say("frontier.title", outcome=outcome, country=words.country),
        words.say("frontier.question", policies=policies, outcome=outcome),
        run(answer.settings, words),
        sections,
    )


def frontier(answer: FrontierAnswer, words: Words) -> Figure:
    """Outcome against cost: a line a policy over its doses, mixes of the budget, and the efficient points joined."""
    money = Scale.of(COST, answer.points[0]["cost_unit"], words)
    gain = Scale.of(answer.outcome, answer.points[0]["gain_unit"], words)
    title = words.say("full.outcome", outcome=words.outcome(answer.outcome, answer.group), unit=gain.of_difference)
    figure, (axis,) = column.stacked([title], _HEIGHT, finding(answer, words), left=0.42, right=_RIGHT, below=0.46)
    axis.axhline(0, color="0.6", linewidth=0.7)
    edge = [(cost * money.factor, value * gain.factor) for cost, value in frontier_line(answer)]
    axis.plot(*zip(*edge, strict=True), color="0.25", linewidth=1.0, linestyle=(0, (3, 2)), zorder=1)
    ends: dict[str, tuple[float, float, tuple[float, float, float]]] = {}
    for place, (arm, colour) in enumerate(zip(answer.question.arms, colours(len(answer.question.arms)), strict=True)):
        mine = [one for one in answer.points if one["kind"] != "mix" and one[f"dose.{arm.name}"] > 0]
        mine.sort(key=lambda one, name=arm.name: one[f"dose.{name}"])  # type: ignore[misc]
        x = [one["cost_effect"] * money.factor for one in mine]
        y = [one["gain_effect"] * gain.factor for one in mine]
        low, high = ([one[f"gain_{end}"] * gain.factor for one in mine] for end in ("low", "high"))
        axis.vlines(x, low, high, colors=[colour], linewidth=1.0, alpha=0.5)
        axis.plot(x, y, color=colour, marker=_MARKERS[place], markersize=3.6, linewidth=1.2)
        ends[answer.title(arm.name, words)] = (x[-1], y[-1], colour)
    for point in answer.points:
        if point["kind"] == "mix":
            x, y = point["cost_effect"] * money.factor, point["gain_effect"] * gain.factor
            face = "0.25" if point["efficient"] else "white"
            axis.scatter(x, y, marker="X", s=22, color=face, edgecolors="0.25", linewidths=0.8, zorder=4)
    below = words.say("full.outcome", outcome=words.outcome(COST), unit=money.of_difference)
    dearest = [x for x, _, _ in ends.values()]
    if 0 < _APART * min(dearest) < max(dearest):
        _in_powers_of_ten(axis, min(dearest))
        below = words.say("frontier.powers", axis=below)
    _label(axis, ends)
    axis.set_xlabel(below, fontsize=column.SMALL)
    axis.tick_params(which="both", labelsize=column.SMALL)
    column.plain(axis)
    return figure


def _in_powers_of_ten(axis: Axes, linear: float) -> None:
    """Cost in powers of ten beyond what the cheapest policy costs, and plainly below it: nothing costs nothing."""
    axis.set_xscale("symlog", linthresh=linear, linscale=1.0, subs=[2, 5])
    for each in (axis.xaxis.set_major_formatter, axis.xaxis.set_minor_formatter):
        each(lambda value, _: f"{value:,g}")


def _label(axis: Axes, ends: Mapping[str, tuple[float, float, tuple[float, float, float]]]) -> None:
    """Each policy's name at the right of its line, pushed apart where lines end near each other."""
    low, high = axis.get_ylim()
    gap = 0.11 * (high - low)
    right = axis.get_xlim()[1]
    last = -float("inf")
    for title, (x, y, colour) in sorted(ends.items(), key=lambda one: one[1][1]):
        last = max(y, last + gap)
        text = column.lines(title, _NAME)
        axis.annotate(
            text, (x, y), (right * 1.03, last), color=colour, fontsize=_SMALL, va="center", annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.5, "alpha": 0.6},
        )  # fmt: skip
    axis.set_xlim(right=right)


def finding(answer: FrontierAnswer, words: Words) -> str:
    """What the budget is best spent on, or which point is efficient at the least money."""
    if answer.budget is not None and answer.at_budget:
        best = answer.at_budget[0]
        shown = Shown.of(answer.shown(best, "gain"), answer.outcome, words)
        return words.say(
            "frontier.figure" if answer.directed else "frontier.figure_open",
            budget=words.money(answer.budget * BILLION), point=answer.named(best, words),
            outcome=words.outcome(answer.outcome, answer.group), number=shown.number, unit=shown.unit,
            certainty=words.say(f"certainty.{best['gain_certainty']}"),
        )  # fmt: skip
    return words.say("frontier.title", outcome=words.outcome(answer.outcome, answer.group), country=words.country)


def _table(answer: FrontierAnswer, words: Words) -> Table:
    """Every point: what it is, cost, gain, gain per billion, efficient or not and in which share of the sets."""
    money = Scale.of(COST, answer.points[0]["cost_unit"], words).of_difference
    gain = Scale.of(answer.outcome, answer.points[0]["gain_unit"], words).of_difference
    outcome = words.outcome(answer.outcome, answer.group)
    head = [
        words.say("frontier.point"),
        words.say("full.outcome", outcome=words.outcome(COST), unit=money),
        words.say("full.outcome", outcome=outcome, unit=gain),
        words.say("frontier.per_money", outcome=outcome, currency=words.currency),
        words.say("frontier.is_efficient"), words.say("frontier.efficient_share"),
    ]  # fmt: skip
    rows = []
    for point in answer.points:
        each = answer.per_billion(point)
        name = answer.named(point, words)
        if point["kind"] != "dose":
            doses = [f"{point[key]:.3g}" for key in point if key.startswith("dose.") and point[key] > 0]
            said = words.say("frontier.doses", doses=words.listed(doses))
            name = words.say("with_range", number=name, range=said)
        rows.append(
            [
                (name, ""),
                (cell(answer.shown(point, "cost"), COST, words), float(point["cost_effect"])),
                (cell(answer.shown(point, "gain"), answer.outcome, words), float(point["gain_effect"])),
                ("" if each is None else to_digits(each, 2, signed=True), each or 0.0),
                ("●" if point["efficient"] else "", int(point["efficient"])),
                (f"{percent(float(point['efficient_share']))} %", float(point["efficient_share"])),
            ]
        )
    return Table(head, rows)
