"""Pictures of a what-if: one idea each, the finding as its title, numbers written beside the marks.

Every function gives a figure of one column, so that a page can put them side by side or below each other, in the words
of a language. Nothing depends on colour alone: direction has a mark, policies have their names.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from experiments.analysis.names import COST, GAINING, LOSING, RETURNS
from experiments.report.finding import STATUSES
from experiments.report.full import wrapped
from experiments.report.numbers import Scale, Shown, records
from experiments.report.screen import MARKS, width

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from experiments.report.answer import WhatIfAnswer
    from experiments.report.finding import Finding
    from experiments.report.language import Words
    from experiments.report.numbers import Row


WIDTH = 5.2  # inches: a phone shows it at about the size it was drawn for
UP, DOWN, NEUTRAL, BAND = "#0173b2", "#c04f00", "0.35", "#9ecae1"
"""More, less, and neither: told apart by colour-blind readers and in grey; the sign is written too."""
_SURE = ("higher", "lower")
_DIRECTED = (*_SURE, "probably higher", "probably lower", "too few sets")
_MOST = 6  # outcomes in one figure
LETTERS, _TITLE_LETTERS, _HEADING_LETTERS = 30, 62, 78  # of a name beside a panel, of the title, of a panel's title
LINE, _TITLE_LINE, _HEADING, _AXIS, _LETTER = 0.14, 0.17, 0.36, 0.24, 0.061  # inches
_PART = 0.05  # of the largest item of a cost, below which an item is not drawn
SMALL, NORMAL = 7.5, 8.5


def all_of(answer: WhatIfAnswer, by_year: pd.DataFrame, words: Words) -> Mapping[str, Callable[[], Figure]]:
    """Every figure that the answer has data for, by the name of its file; drawn when it is called."""
    rows = answer.rows
    figures: dict[str, Callable[[], Figure]] = {"effects": partial(effects, answer, words)}
    for finding in answer.findings:
        arm = finding.arm.name
        if RETURNS in finding.numbers and not by_year.empty:
            figures[f"paths-{arm}"] = partial(paths, by_year, finding, words)
        if any((arm, GAINING, status) in rows for status in STATUSES):
            figures[f"people-{arm}"] = partial(people, answer, finding, words)
        if any((arm, "departures", region) in rows for region in answer.world.abroad):
            figures[f"regions-{arm}"] = partial(regions, answer, finding, words)
    return figures | {"money": partial(money, answer, words)}


def effects(answer: WhatIfAnswer, words: Words) -> Figure:
    """The numbers that matter for each policy: dot, range, and both in writing; one panel an outcome."""
    outcomes, rows = _together(answer.findings), answer.rows
    names = [in_lines(words.policy(finding.arm), LETTERS) for finding in answer.findings]
    panel = [max(name.count("\n") + 1, 1) * LINE + 0.08 for name in names]
    figure, axes = stacked(len(outcomes), sum(panel) + 0.1, most(answer, words), names)
    for axis, outcome in zip(axes, outcomes, strict=True):
        forest(axis, outcome, [rows.get((finding.arm.name, outcome, "all")) for finding in answer.findings], words)
        axis.set_yticks(np.arange(len(names)), names, fontsize=SMALL)
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
    figure, (axis,) = stacked(1, 1.9, said, ["00000"], right=0.6)
    low, middle, high = (table[name].to_numpy() * scale.factor for name in ("low", "effect", "high"))
    years = table["first"].to_numpy()
    axis.axhline(0, color="0.5", linewidth=0.8)
    axis.fill_between(years, low, high, color=BAND, linewidth=0)
    axis.plot(years, middle, color=UP, linewidth=1.8)
    axis.set_xlim(years[0], years[-1] + 0.18 * max(len(years), 2))
    axis.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axis.text(years[-1] + 0.3, middle[-1], f"{middle[-1]:+,.0f}", color=UP, va="center", fontsize=NORMAL)
    heading(axis, words.say("figure.difference", unit=scale.of_difference))
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
    gains = np.array([float(gain["effect"]) for _, gain, _ in known])
    losses = np.array([float(lose["effect"]) for _, _, lose in known])
    total = words.say("figure.people", gain=f"{gains.sum():,.0f}", lose=f"{losses.sum():,.0f}")
    names = [words.group(status) for status, _, _ in known]
    title = f"{words.policy(finding.arm)}{words.say('colon')}{total}"
    figure, (axis,) = stacked(1, 0.27 * len(known) + 0.3, title, names, right=0.1)
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
    axis.text(-0.02 * reach, -0.75, words.say("figure.worse"), ha="right", fontsize=SMALL, color=DOWN)
    axis.text(0.02 * reach, -0.75, words.say("figure.better"), fontsize=SMALL, color=UP)
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
    figure, (axis,) = stacked(1, 3.1, title, [""], right=0.1)
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
    axis.set(xlim=(-1.75, 1.75), ylim=(-1.2, 1.2))
    axis.set_axis_off()
    return figure


def money(answer: WhatIfAnswer, words: Words) -> Figure:
    """What each policy costs a year, by item, in every window."""
    table = answer.effects[(answer.effects["outcome"] == COST) & (answer.effects["group"] != "all")]
    table = table[(table["window"] == answer.window) & (table["certainty"] != "no effect")]
    bars: list[tuple[str, float, str]] = []
    for finding in answer.findings:
        if finding.cost is None or not _directed(finding.cost):
            continue
        mine = table[(table["policy"] == finding.arm.name) & table["certainty"].isin(_DIRECTED)]
        scale = Scale.of(COST, finding.cost["unit"], words)
        found = [(words.group(str(row["group"])), float(row["effect"]) * scale.factor) for row in records(mine)]
        found = found or [(words.group("all"), float(finding.cost["effect"]) * scale.factor)]
        large = [one for one in found if abs(one[1]) >= _PART * max((abs(value) for _, value in found), default=1)]
        bars += [(words.policy(finding.arm), value, item) for item, value in large]
    names = [in_lines(f"{policy}{words.say('colon')}{item}", LETTERS) for policy, _, item in bars]
    height = sum(LINE * (name.count("\n") + 1) + 0.1 for name in names) + 0.2
    title = words.say("figure.money" if bars else "figure.no_money")
    figure, (axis,) = stacked(1, height, title, names, right=0.75)
    y, values = np.arange(len(bars)), np.array([value for _, value, _ in bars])
    axis.barh(y, values, color=[UP if value >= 0 else DOWN for value in values], height=0.55)
    for at, value in zip(y.tolist(), values.tolist(), strict=True):
        axis.text(max(value, 0), at, f" {value:+,.1f}", va="center", fontsize=SMALL)
    axis.set_yticks(y, names, fontsize=SMALL)
    axis.axvline(0, color="0.3", linewidth=0.8)
    axis.set_ylim(max(len(bars), 1) - 0.4, -0.6)
    heading(axis, words.say("unit.money", currency=words.currency))
    axis.tick_params(axis="x", labelsize=SMALL - 0.5)
    plain(axis)
    return figure


def most(answer: WhatIfAnswer, words: Words) -> str:
    """The finding of the first figure: which policy surely brings most returns, or that none does."""
    sure = [finding for finding in answer.findings if RETURNS in finding.numbers]
    sure = [finding for finding in sure if finding.numbers[RETURNS]["certainty"] == "higher"]
    if not sure:
        return words.say("figure.none")
    best = max(sure, key=lambda finding: float(finding.numbers[RETURNS]["effect"]))
    shown = Shown.of(best.numbers[RETURNS], RETURNS, words)
    key = "figure.most" if len(answer.findings) > 1 else "figure.one"
    return words.say(
        key, policy=words.policy(best.arm), number=shown.number, range=shown.range, unit=shown.unit,
        years=words.years(*best.window),
    )  # fmt: skip


def _together(findings: Sequence[Finding]) -> list[str]:
    """The outcomes of all policies, those first that most of them show."""
    count: dict[str, float] = {}
    for finding in findings:
        for place, outcome in enumerate(finding.numbers):
            count[outcome] = count.get(outcome, 0) + 1 - place / 100
    return sorted(count, key=lambda outcome: -count[outcome])[:_MOST]


def forest(axis: Axes, outcome: str, rows: Sequence[Row | None], words: Words) -> None:
    """Dots and ranges of one outcome, a row each, with mark and numbers at the right."""
    known = [row for row in rows if row is not None]
    scale = Scale.of(outcome, known[0]["unit"], words) if known else Scale("", "", 1, 0)
    axis.axvline(0, color="0.5", linewidth=0.8)
    for at, row in enumerate(rows):
        if row is None:
            continue
        low, middle, high = (float(row[name]) * scale.factor for name in ("low", "effect", "high"))
        colour = NEUTRAL if row["certainty"] not in _SURE else UP if middle > 0 else DOWN
        axis.hlines(at, low, high, colors=colour, linewidth=2.2)
        axis.scatter(middle, at, color=colour, s=22, zorder=3, marker="o" if row["certainty"] in _SURE else "D")
        shown = Shown.of(row, outcome, words)
        said = words.say("with_range", number=shown.number, range=shown.range) if shown.range else shown.number
        axis.annotate(
            f"{MARKS[row['certainty']]} {said}", (1.02, at), xycoords=("axes fraction", "data"), va="center",
            fontsize=SMALL, color=colour, annotation_clip=False,
        )  # fmt: skip
    axis.set_ylim(len(rows) - 0.5, -0.5)
    axis.margins(x=0.06)
    axis.xaxis.set_major_locator(MaxNLocator(4))
    level = Shown.of(known[0], outcome, words).level if known else ""
    title = words.say("figure.panel", outcome=words.outcome(outcome), unit=scale.of_difference, level=level)
    heading(axis, title)
    axis.tick_params(axis="x", labelsize=SMALL - 0.5)
    plain(axis)


def stacked(
    count: int, height: float, title: str, names: Sequence[str], right: float = 1.62
) -> tuple[Figure, list[Axes]]:
    """Panels below each other under a title, each of this height; room at the left for the longest of some names.

    Placed by hand, in inches: a layout that is solved for takes seconds.
    """
    said = in_lines(title, _TITLE_LETTERS)
    above = _TITLE_LINE * (said.count("\n") + 1) + 0.12
    each = _HEADING + height + _AXIS
    tall = above + each * count + 0.05
    figure = Figure(figsize=(WIDTH, tall))
    weight = "bold" if said.isascii() else "normal"  # the Japanese font has one weight
    figure.text(0.01, 1 - 0.05 / tall, said, ha="left", va="top", fontweight=weight, fontsize=9.5)
    longest = max((width(line) for name in names for line in name.split("\n")), default=0)
    left = min(0.16 + longest * _LETTER, 0.55 * WIDTH)
    axes = []
    for number in range(count):
        top = above + each * number + _HEADING
        box = left / WIDTH, 1 - (top + height) / tall, (WIDTH - left - right) / WIDTH, height / tall
        axes.append(figure.add_axes(box))
    return figure, axes


def heading(axis: Axes, text: str) -> None:
    """What a panel shows, from the left edge of the figure."""
    figure = axis.get_figure(root=True)
    assert figure is not None  # noqa: S101 - a panel is in a figure
    box = axis.get_position()
    said = in_lines(text, _HEADING_LETTERS)
    figure.text(0.01, box.y1 + 0.05 / figure.get_figheight(), said, ha="left", va="bottom", fontsize=NORMAL)


def in_lines(text: str, letters: int) -> str:
    return "\n".join(wrapped(text, letters))


def _directed(row: Row) -> bool:
    """Whether the sets give an effect a direction, or are too few to ask."""
    return row["certainty"] in _DIRECTED


def plain(axis: Axes) -> None:
    axis.spines[["top", "right"]].set_visible(False)
