"""Pictures of a what-if: one idea each, the finding as its title, numbers written beside the marks.

Every function gives a figure of one column, so that a page can put them side by side or below each other, in the words
of a language. Nothing depends on colour alone: direction has a mark, policies have their names.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import MaxNLocator

from experiments.analysis.names import COST, GAINING, LOSING, RETURNS
from experiments.report.column import (
    BAND,
    DOWN,
    NEUTRAL,
    NORMAL,
    SMALL,
    UP,
    beside,
    name_bars,
    places_of,
    plain,
    stacked,
)
from experiments.report.finding import STATUSES
from experiments.report.numbers import Scale, Shown, records
from experiments.report.screen import MARKS, cell, gains_and_losses, rounded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from experiments.report.answer import WhatIfAnswer
    from experiments.report.finding import Finding
    from experiments.report.language import Words
    from experiments.report.numbers import Row
    from experiments.request.comparison import Question

    Floats = NDArray[np.float64]


_SURE = ("higher", "lower")
_DIRECTED = (*_SURE, "probably higher", "probably lower", "too few sets")
_MOST = 6  # outcomes in one figure
_PART = 0.05  # of the largest item of a cost, below which an item is not drawn


def in_language(answer: WhatIfAnswer, by_year: pd.DataFrame, code: str) -> Mapping[str, Callable[[], Figure]]:
    """Every figure that the answer has data for, by the name of its file, in a language; drawn when it is called."""
    rows, words = answer.rows, answer.words(code)
    figures: dict[str, Callable[[], Figure]] = {"effects": partial(effects, answer, words)}
    for outcome in _together(answer.findings):
        figures[f"effect-{outcome}"] = partial(effects, answer, words, [outcome])
    for finding in answer.findings:
        arm = finding.arm.name
        if RETURNS in finding.numbers and not by_year.empty:
            figures[f"paths-{arm}"] = partial(paths, by_year, finding, words)
        if any((arm, GAINING, status) in rows for status in STATUSES):
            figures[f"people-{arm}"] = partial(people, answer, finding, words)
        if any((arm, "departures", region) in rows for region in answer.world.abroad):
            figures[f"regions-{arm}"] = partial(regions, answer, finding, words)
    return figures | {"money": partial(money, answer, words)}


def effects(answer: WhatIfAnswer, words: Words, outcomes: Sequence[str] = ()) -> Figure:
    """Effects of every policy: dot, range, and both in writing; one panel an outcome.

    outcomes: those that matter for the policies if none, and then the finding is the title.
    """
    shown, rows = outcomes or _together(answer.findings), answer.rows
    names = [words.policy(finding.arm) for finding in answer.findings]
    places, height = places_of(names)
    table = {outcome: [rows.get((one.arm.name, outcome, "all")) for one in answer.findings] for outcome in shown}
    headings = [panel_heading(outcome, mine, words, answer.question) for outcome, mine in table.items()]
    right = max(numbers_of(mine, outcome, words) for outcome, mine in table.items())
    figure, axes = stacked(headings, height, "" if outcomes else most(answer, words), left=0.12, right=right)
    for axis, (outcome, mine) in zip(axes, table.items(), strict=True):
        forest(axis, outcome, mine, places, words)
        name_bars(axis, names, places, height)
    return figure


def paths(by_year: pd.DataFrame, finding: Finding, words: Words) -> Figure:
    """How the effect on returns unfolds under one policy: the mean of the sets and their middle 95 %."""
    table = by_year[(by_year["policy"] == finding.arm.name) & (by_year["outcome"] == RETURNS)].sort_values("first")
    scale = Scale.of(RETURNS, table["unit"].iloc[0], words)
    shown = Shown.of(finding.numbers[RETURNS], RETURNS, words)
    said = words.say(
        "figure.paths", policy=words.policy(finding.arm), number=shown.number, unit=shown.unit,
        years=words.years(*finding.window),
    )  # fmt: skip
    heading = words.say("figure.difference", unit=scale.of_difference)
    figure, (axis,) = stacked([heading], 1.7, said, left=0.5, right=0.55)
    low, middle, high = (table[name].to_numpy() * scale.factor for name in ("low", "effect", "high"))
    years = table["first"].to_numpy()
    axis.axhline(0, color="0.5", linewidth=0.8)
    axis.fill_between(years, low, high, color=BAND, linewidth=0)
    axis.plot(years, middle, color=UP, linewidth=1.8)
    axis.set_xlim(years[0], years[-1] + 0.5)
    axis.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axis.text(years[-1] + 0.7, middle[-1], f"{middle[-1]:+,.0f}", color=UP, va="center", fontsize=NORMAL, clip_on=False)
    axis.tick_params(labelsize=SMALL)
    plain(axis)
    return figure


def people(answer: WhatIfAnswer, finding: Finding, words: Words) -> Figure:
    """Who stands better and who worse under one policy, in persons by what they were when the two lives parted."""
    rows = answer.rows
    arm = finding.arm.name
    known = [
        (status, gain, lose)
        for status in STATUSES
        if (gain := rows.get((arm, GAINING, status))) is not None
        and (lose := rows.get((arm, LOSING, status))) is not None
    ]
    gains = np.array([rounded(float(gain["effect"])) for _, gain, _ in known])
    losses = np.array([rounded(float(lose["effect"])) for _, _, lose in known])
    names = [words.group(status) for status, _, _ in known]
    title = f"{words.policy(finding.arm)}{words.say('colon')}{gains_and_losses(finding, words)}"
    figure, (axis,) = stacked([""], 0.25 * len(known) + 0.3, title, left=beside(names), right=0.1, below=0.05)
    y = np.arange(len(known))
    reach = max(gains.max(initial=1), losses.max(initial=1))
    axis.barh(y, gains, color=UP, height=0.62)
    axis.barh(y, -losses, color=DOWN, height=0.62, hatch="///", edgecolor="white", linewidth=0)
    for at, gain, loss in zip(y.tolist(), gains.tolist(), losses.tolist(), strict=True):
        axis.text(gain + 0.03 * reach, at, f"{gain:,.0f}", va="center", fontsize=SMALL, color=UP)
        axis.text(-loss - 0.03 * reach, at, f"{loss:,.0f}", va="center", ha="right", fontsize=SMALL, color=DOWN)
    axis.axvline(0, color="0.3", linewidth=0.8)
    axis.set_yticks(y, names, fontsize=SMALL)
    axis.set(ylim=(len(known) - 0.4, -1.1), xlim=(-1.35 * reach, 1.35 * reach))
    axis.text(-0.06 * reach, -0.75, words.say("figure.worse"), ha="right", fontsize=SMALL, color=DOWN)
    axis.text(0.06 * reach, -0.75, words.say("figure.better"), fontsize=SMALL, color=UP)
    axis.set_xticks([])
    plain(axis)
    axis.spines[["bottom", "left"]].set_visible(False)
    axis.tick_params(axis="y", length=0)
    return figure


def regions(answer: WhatIfAnswer, finding: Finding, words: Words) -> Figure:
    """A schematic map: home in the middle, lines to where more or fewer people go, with the numbers written in."""
    rows, names = answer.rows, answer.world.abroad
    known = {name: row for name in names if (row := rows.get((finding.arm.name, "departures", name))) is not None}
    title = f"{words.policy(finding.arm)}{words.say('colon')}{words.say('figure.regions')}"
    figure, (axis,) = stacked([""], 2.5, title, left=0.05, right=0.05, below=0.05)
    reach = max((abs(float(row["effect"])) for row in known.values()), default=0.0) or 1.0
    for number, (name, row) in enumerate(known.items()):
        angle = np.pi / 2 - 2 * np.pi * (number + 0.5) / len(known)
        x, y = 1.25 * float(np.cos(angle)), float(np.sin(angle))
        sure = row["certainty"] in (*_SURE, "probably higher", "probably lower")
        effect = float(row["effect"])
        colour = (UP if effect > 0 else DOWN) if sure else NEUTRAL
        if sure:
            axis.plot(
                [0, 0.8 * x], [0, 0.8 * y], color=colour, linewidth=0.8 + 7 * abs(effect) / reach,
                linestyle="-" if effect > 0 else (0, (1.5, 1)), alpha=0.75, solid_capstyle="butt",
            )  # fmt: skip
        shown = Shown.of(row, "departures", words)
        text = f"{words.group(name)}\n{MARKS[row['certainty']]} {shown.number}"
        axis.text(x, y, text, ha="center", va="center", fontsize=SMALL, color=colour)
    axis.text(
        0, 0, words.country, ha="center", va="center", fontsize=NORMAL,
        bbox={"boxstyle": "round", "facecolor": "white", "edgecolor": "0.3"},
    )  # fmt: skip
    axis.set(xlim=(-1.9, 1.9), ylim=(-1.15, 1.15))
    axis.set_axis_off()
    return figure


def money(answer: WhatIfAnswer, words: Words) -> Figure:
    """What each policy costs a year, by item, in every window."""
    table = answer.effects[(answer.effects["outcome"] == COST) & (answer.effects["group"] != "all")]
    table = table[(table["window"] == answer.window) & (table["certainty"] != "no effect")]
    bars: list[tuple[str, float]] = []
    alone = len(answer.findings) == 1
    for finding in answer.findings:
        if finding.cost is None or not _directed(finding.cost):
            continue
        mine = table[(table["policy"] == finding.arm.name) & table["certainty"].isin(_DIRECTED)]
        scale = Scale.of(COST, finding.cost["unit"], words)
        found = [(words.group(str(row["group"])), float(row["effect"]) * scale.factor) for row in records(mine)]
        found = found or [(words.group("all"), float(finding.cost["effect"]) * scale.factor)]
        large = [one for one in found if abs(one[1]) >= _PART * max((abs(value) for _, value in found), default=1)]
        above = "" if alone else f"{words.briefly(finding.arm)}{words.say('colon')}"
        bars += [(f"{above}{item}", value) for item, value in sorted(large, key=lambda one: -abs(one[1]))]
    names = [name for name, _ in bars]
    title, heading = (
        words.say("figure.money" if bars else "figure.no_money"),
        words.say("unit.money", currency=words.currency),
    )
    places, height = places_of(names)
    figure, (axis,) = stacked([heading if bars else ""], height, title, left=0.12, right=0.6)
    values = np.array([value for _, value in bars])
    axis.barh(places, values, color=[UP if value >= 0 else DOWN for value in values], height=0.16)
    for at, value in zip(places.tolist(), values.tolist(), strict=True):
        axis.text(max(value, 0), at, f" {value:+,.1f}", va="center", fontsize=SMALL)
    name_bars(axis, names, places, height)
    axis.vlines(np.zeros_like(places), places - 0.1, places + 0.1, color="0.3", linewidth=0.8)
    axis.tick_params(axis="x", labelsize=SMALL - 0.5)
    plain(axis)
    return figure


def most(answer: WhatIfAnswer, words: Words) -> str:
    """The finding of the first figure: which arm surely brings most returns, or that none does; of one arm what it
    does to them.
    """
    known = [finding for finding in answer.findings if RETURNS in finding.numbers]
    one = len(answer.findings) == 1
    sure = [finding for finding in known if one or finding.numbers[RETURNS]["certainty"] == "higher"]
    if not sure:
        return words.say("figure.none")
    best = max(sure, key=lambda finding: float(finding.numbers[RETURNS]["effect"]))
    row = best.numbers[RETURNS]
    shown = Shown.of(row, RETURNS, words)
    return words.say(
        "figure.one" if one else "figure.most", policy=words.policy(best.arm), number=shown.number,
        range=shown.range or words.say("no_range"), unit=shown.unit, years=words.years(*best.window),
        certainty=words.say(f"certainty.{row['certainty']}"),
    )  # fmt: skip


def _together(findings: Sequence[Finding]) -> list[str]:
    """The outcomes of all policies, those first that most of them show."""
    count: dict[str, float] = {}
    for finding in findings:
        for place, outcome in enumerate(finding.numbers):
            count[outcome] = count.get(outcome, 0) + 1 - place / 100
    return sorted(count, key=lambda outcome: -count[outcome])[:_MOST]


def panel_heading(outcome: str, rows: Sequence[Row | None], words: Words, question: Question) -> str:
    """An outcome with its unit and its level in the life that arms are compared with."""
    known = next((row for row in rows if row is not None), None)
    level = words.level(question, Shown.of(known, outcome, words).level) if known is not None else ""
    unit = Scale.of(outcome, known["unit"], words).of_difference if known is not None else ""
    return words.say("figure.panel", outcome=words.outcome(outcome), unit=unit, level=level)


def numbers_of(rows: Sequence[Row | None], outcome: str, words: Words) -> float:
    """Room for the numbers beside a panel, in inches."""
    return beside([cell(row, outcome, words) for row in rows if row is not None])


def forest(axis: Axes, outcome: str, rows: Sequence[Row | None], places: Floats, words: Words) -> None:
    """Dots and ranges of one outcome at their places, with mark and numbers at the right."""
    axis.vlines(np.zeros_like(places), places - 0.08, places + 0.08, color="0.5", linewidth=0.8)
    for at, row in zip(places.tolist(), rows, strict=True):
        if row is None:
            continue
        scale = Scale.of(outcome, row["unit"], words)
        low, middle, high = (float(row[name]) * scale.factor for name in ("low", "effect", "high"))
        colour = NEUTRAL if row["certainty"] not in _SURE else UP if middle > 0 else DOWN
        axis.hlines(at, low, high, colors=colour, linewidth=2.2)
        axis.scatter(middle, at, color=colour, s=22, zorder=3, marker="o" if row["certainty"] in _SURE else "D")
        axis.annotate(
            cell(row, outcome, words), (1.02, at), xycoords=("axes fraction", "data"), va="center", fontsize=SMALL,
            color=colour, annotation_clip=False,
        )  # fmt: skip
    axis.margins(x=0.06)
    axis.xaxis.set_major_locator(MaxNLocator(4))
    axis.tick_params(axis="x", labelsize=SMALL - 0.5)
    plain(axis)


def _directed(row: Row) -> bool:
    """Whether the sets give an effect a direction, or are too few to ask."""
    return row["certainty"] in _DIRECTED
