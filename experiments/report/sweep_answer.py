"""A sweep on one screen, in full, and in plain sentences: a line a point."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from experiments.analysis.names import COST, RETURNS
from experiments.analysis.windows import label as window_label
from experiments.report.caution import beware, of_the_sets, of_the_sizes
from experiments.report.finding import chosen, multiple
from experiments.report.full import block, split
from experiments.report.language import ENGLISH, Words, shortened
from experiments.report.letters import cut, pad, width, wrapped
from experiments.report.numbers import Scale, Shown, records
from experiments.report.run_words import caption
from experiments.report.screen import COLUMNS, LINES, cell, footer, run
from experiments.report.summary import again, explained
from experiments.request.build import Build
from experiments.request.comparison import NOTHING
from experiments.request.policies import BASELINE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from experiments.report.language import Titled
    from experiments.report.numbers import Row
    from experiments.request.comparison import Arm
    from experiments.request.settings import Settings
    from sim.instruments.lever import Lever

_SHOWN = 3  # outcomes beside the cost
_CELL = 12  # columns that an outcome has at least
_NAME = 26  # columns that the name of a point may ask for, for each title in it
_FEWEST = 2  # outcomes that stand there however long names are
_PREFIXES = ("levers", "overrides", "programmes")
_ASIDE = re.compile("（[^）]*）")  # what a title says in brackets
_NAMES = ("policy", "against", "world")


@dataclass(frozen=True)
class SweepAnswer:
    """The result of a sweep as its pages need it.

    points: its table, which says what failed. titled: policies, worlds and reference lives by name. arms: those of the
    points, one for each that moves other things.
    """

    settings: Settings
    effects: pd.DataFrame
    points: pd.DataFrame
    swept: Sequence[str]
    titled: Mapping[str, Titled]
    arms: Sequence[Arm] = ()

    @cached_property
    def window(self) -> str:
        """The window that is read first."""
        return window_label(self.settings.read_first)

    @cached_property
    def whole(self) -> pd.DataFrame:
        """Effects on everybody in that window."""
        table = self.effects
        return table[(table["window"] == self.window) & (table["group"] == "all")]

    @cached_property
    def numbers(self) -> Sequence[str]:
        """The outcomes that matter, by the rule of a single policy, each at the point that moves it most."""
        strongest = {}
        for outcome, rows in self.whole.groupby("outcome", sort=False):
            strongest[str(outcome)] = max(records(rows), key=multiple)
        return chosen(strongest, self.listed)[:_SHOWN]

    @cached_property
    def listed(self) -> Sequence[str]:
        """Outcomes of the settings' table, from which those that matter are chosen."""
        return [row.partition("/")[0] for rows in self.settings.outcomes.table.values() for row in rows]

    @cached_property
    def shown(self) -> Sequence[str]:
        """The outcomes that matter, and the cost."""
        known = set(self.whole["outcome"])
        return [outcome for outcome in (*self.numbers, COST) if outcome in known]

    @cached_property
    def rows(self) -> Mapping[tuple[int, str], Row]:
        """Effects on everybody in the window that is read first, by point and outcome."""
        return {(row["point"], row["outcome"]): row for row in records(self.whole)}

    @cached_property
    def done(self) -> Sequence[Row]:
        """The points that did not fail."""
        return [point for point in records(self.points) if point["status"] != "failed"]

    def unit(self, outcome: str) -> str:
        """The unit of an outcome in the table."""
        return str(self.whole.loc[self.whole["outcome"] == outcome, "unit"].iloc[0])

    def words(self, code: str) -> Words:
        """The words of a language for the country of the sweep."""
        return Words.of(code, Build.of(self.settings).inputs()[0])

    def named(self, point: Row, words: Words) -> str:
        """A point as a reader names it: policies and worlds by their titles, settings by name and value; before it by
        how much it was scaled to a budget.
        """
        return self._times(point) + self.part_named(words, point, self.swept)

    def _times(self, point: Row) -> str:
        dose = float(point.get("dose", 1.0))
        return f"{dose:.3g} \N{MULTIPLICATION SIGN} " if dose == dose and dose != 1 else ""

    def part_named(self, words: Words, point: Row, settings: Sequence[str]) -> str:
        """The same by some of what is swept."""
        return words.listed(
            [
                self.title(str(point[name]), words)
                if name in _NAMES
                else f"{self.setting(name, words)} {value_of(point[name])}"
                for name in settings
            ]
        )

    def label(self, name: str, words: Words) -> str:
        """What the axis of a swept setting is called: a lever by its title, in English with its unit."""
        lever = self._levers.get(name.removeprefix("levers."))
        if name == "budget":
            return words.say("budget.axis", currency=words.currency)
        if lever is None:
            known = Build.of(self.settings).inputs()[1].catalogue.get(name.removeprefix("parameters.overrides."))
            return f"{short(name)}, {known.unit}" if known else short(name)
        return f"{lever.title}, {lever.unit}" if words.code == ENGLISH else words.title_of(lever)

    def brief(self, point: Row, words: Words, room: int | None = None) -> str:
        """A point by values and titles alone, under what `asked_briefly` says, titles last.

        room: columns, in which each title is cut alike, so that every one can be told.
        """
        values = [value_of(point[name]) for name in self.swept if name not in _NAMES]
        titles = [self.title(str(point[name]), words) for name in self.swept if name in _NAMES]
        if not titles:
            return self._times(point) + words.listed(values)
        if room is not None and width(words.listed([*values, *titles])) > room:
            titles = [shortened(title) for title in titles]
            rest = room - width(words.listed([*values, *[""] * len(titles)]))
            titles = shared(titles, rest)
        return words.listed([*values, *titles])

    def asked_briefly(self, words: Words) -> str:
        """What stands above the points; nothing where they are policies and worlds, which say what they are."""
        if all(name in _NAMES for name in self.swept):
            return ""
        swept = sorted(self.swept, key=lambda name: name in _NAMES)
        return words.listed([self.label(one, words) if one == "budget" else self.setting(one, words) for one in swept])

    def title(self, name: str, words: Words) -> str:
        """What a policy or world is called."""
        return words.title_of(self.titled[name]) if name in self.titled else name

    def setting(self, name: str, words: Words) -> str:
        """What a swept setting is called: a lever by its title in the language of the country, all by the last words of
        their names in English.
        """
        if name in (*_NAMES, "budget"):
            return words.say(f"things.{name}")
        lever = self._levers.get(name.removeprefix("levers."))
        if words.code == ENGLISH or lever is None:
            return short(name)
        return _ASIDE.sub("", words.title_of(lever))

    @cached_property
    def _levers(self) -> Mapping[str, Lever]:
        from sim.instruments.levers import catalogue

        return catalogue(Build.of(self.settings).inputs()[0])

    def asked(self, words: Words) -> str:
        """What is swept."""
        return words.listed([self.setting(name, words) for name in self.swept])

    def years(self, words: Words) -> str:
        """The years of the window."""
        row = self.whole.iloc[0]
        return words.years(int(row["first"]), int(row["last"]))

    def beware(self, words: Words) -> str:
        """What to beware of at every point, in a line; empty where there is nothing."""
        return beware([*of_the_sets(self.settings.draws), *of_the_sizes(self.arms)], words)

    def against(self, words: Words) -> str:
        """What the points are compared with, and that it is in the world of each where worlds are swept."""
        names = list(dict.fromkeys(self.effects["against"]))
        plain = names == [BASELINE] and self.titled.get(BASELINE) in (None, NOTHING)
        named = words.say("baseline") if plain else " / ".join(self.title(name, words) for name in names)
        return words.say("in_each_world", against=named) if "world" in self.swept else named


def are_shown(effects: pd.DataFrame, settings: Settings) -> NDArray[np.bool_]:
    """Which effects an answer can show: the rows of the settings' table and the cost, and on everybody of the same."""
    import pandas as pd

    listed = {split(row) for rows in settings.outcomes.table.values() for row in rows}
    listed |= {(outcome, "all") for outcome, _ in [*listed, (RETURNS, ""), (COST, "")]}
    found: NDArray[np.bool_] = pd.MultiIndex.from_frame(effects[["outcome", "group"]]).isin(listed)
    return found


def screen(answer: SweepAnswer, words: Words) -> str:
    """At most 24 lines: a point a line, with the outcomes that matter and the cost."""
    lines = [line for text in head(answer, words) for line in wrapped(text, COLUMNS)]
    end = footer(answer.settings, words)
    room = LINES - len(lines) - len(end) - 2
    points = records(answer.points)
    shown = points if len(points) <= room else points[: room - 1]
    asked = answer.asked_briefly(words)
    longest = max(width(text) for text in (asked, *(answer.brief(point, words) for point in shown)))
    wanted = _NAME * max(sum(name in _NAMES for name in answer.swept), 1)
    columns = [_Column.of(outcome, answer, shown, words) for outcome in answer.shown]
    while (room := _left(columns)) < min(longest, wanted) and len(columns) > _FEWEST:
        columns.pop(-2)  # the last is the cost
    name = min(max(longest, _NAME), room)
    names = {point["point"]: answer.brief(point, words, name) for point in shown}
    above, below = _in_two(asked, name)
    lines.append(_row(above, [(column.title, column.wide) for column in columns], name))
    lines.append(_row(below, [(column.unit, column.wide) for column in columns], name))
    for point in shown:
        if point["status"] == "failed":
            lines.append(f"{answer.named(point, words)}  {words.say('screen.failed', reason=point['reason'])}")
        else:
            cells = [(column.cells[point["point"]], column.wide) for column in columns]
            lines.append(_row(names[point["point"]], cells, name))
    if len(shown) < len(answer.points):
        lines.append(words.say("screen.further", number=len(answer.points) - len(shown)))
    said = [line for text in (*unspent(answer, words), answer.beware(words)) for line in wrapped(text, COLUMNS)]
    lines += said[: LINES - len(lines) - len(end)]
    return "\n".join(cut(text, COLUMNS) for text in [*lines, *end])


def head(answer: SweepAnswer, words: Words) -> list[str]:
    """What the numbers are and what they were made with."""
    asked = words.say(
        "screen.sweep", number=len(answer.points), swept=answer.asked(words),
        years=answer.years(words), against=answer.against(words),
    )  # fmt: skip
    return [asked, run(answer.settings, words)]


def unspent(answer: SweepAnswer, words: Words) -> Iterator[str]:
    """The points whose budget is not spent, each with the reason."""
    if "budget_left" not in answer.points:
        return
    for why, rows in answer.points[answer.points["budget_left"] != ""].groupby("budget_left", sort=False):
        points = words.listed([answer.named(row, words) for row in records(rows)])
        yield words.say("budget.point", points=points, why=words.say(f"budget.{why}"))


@dataclass(frozen=True)
class _Column:
    """An outcome on the screen: its title and unit, and what it is at every point."""

    title: str
    unit: str
    cells: Mapping[int, str]
    wide: int

    @classmethod
    def of(cls, outcome: str, answer: SweepAnswer, points: Sequence[Row], words: Words) -> _Column:
        rows = {point["point"]: answer.rows.get((point["point"], outcome)) for point in points}
        cells = {point: "" if row is None else cell(row, outcome, words) for point, row in rows.items()}
        unit = words.table("short_unit").get("money" if outcome == COST else answer.unit(outcome))
        unit = (unit or Scale.of(outcome, answer.unit(outcome), words).of_difference).format(currency=words.currency)
        return cls(words.short(outcome), unit, cells, max([_CELL, *map(width, cells.values())]))


def _in_two(text: str, columns: int) -> tuple[str, str]:
    """A text in two lines; what is beyond them is cut by who writes them."""
    first, *others = wrapped(text, columns) if text else [""]
    return first, " ".join(others)


def _left(columns: Sequence[_Column]) -> int:
    """Room for the names of points beside these columns."""
    return COLUMNS - sum(column.wide + 2 for column in columns)


def full(answer: SweepAnswer, words: Words) -> str:
    """Every point with every row of the settings' table and every window."""
    lines = [*(line for text in (*head(answer, words), answer.beware(words)) for line in wrapped(text)), ""]
    for point in records(answer.points):
        lines += wrapped(f"{point['point'] + 1} {answer.named(point, words)}")
        if point["status"] == "failed":
            lines += wrapped(words.say("screen.failed", reason=point["reason"]))
            continue
        rows = answer.effects[answer.effects["point"] == point["point"]]
        lines += [*block(rows, answer.settings.outcomes.table, words), ""]
    sets = words.say("screen.sets", number=answer.settings.draws)
    return "\n".join([*lines, *wrapped(words.say("full.legend", sets=sets))])


def summary(answer: SweepAnswer, command: str, words: Words) -> str:
    """A page in Markdown: what was swept, what responds, which points failed, how to run it again."""
    failed = [point for point in records(answer.points) if point["status"] == "failed"]
    swept = answer.asked(words)
    lines = [
        f"# {words.say('summary.sweep', name=answer.settings.name, swept=swept)}",
        "",
        f"{caption(answer.settings)}{words.say('stop')}",
        words.say(
            "screen.sweep",
            number=len(answer.points),
            swept=swept,
            years=answer.years(words),
            against=answer.against(words),
        ),
        "",
        *(
            f"- {text}{words.say('stop')}"
            for text in (*responses(answer, words), *unspent(answer, words), *filter(None, [answer.beware(words)]))
        ),
        "",
        *explained(answer.settings, words),
        "",
    ]
    if failed:
        lines += [f"## {words.say('summary.failed')}", ""]
        lines += [f"- {answer.named(row, words)}: {row['reason']}" for row in failed] + [""]
    return "\n".join([*lines, *again(command, words)])


def short(setting: str) -> str:
    """The last words of a dotted name, with the thing that they are of."""
    *above, last = setting.split(".")
    named = [*above[-1:], last] if above and "_" not in last and above[-1] not in _PREFIXES else [last]
    return " ".join(named).replace("_", " ")


def shared(titles: Sequence[str], room: int) -> list[str]:
    """Titles cut so that together they take so many columns; what a short one leaves, the others have."""
    kept: dict[int, str] = {}
    for place in sorted(range(len(titles)), key=lambda at: width(titles[at])):
        kept[place] = cut(titles[place], room // (len(titles) - len(kept)))
        room -= width(kept[place])
    return [kept[place] for place in range(len(titles))]


def value_of(value: object) -> str:
    """A swept value, without the zeros of a float."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _row(name: str, cells: Sequence[tuple[str, int]], room: int) -> str:
    return "  ".join([pad(name, room), *(pad(text, wide) for text, wide in cells)]).rstrip()


def responses(answer: SweepAnswer, words: Words) -> Iterator[str]:
    """How each outcome that matters responds, and the cost: where least and most, and how sure at how many points."""
    points = {row["point"]: answer.named(row, words) for row in records(answer.points)}
    for outcome in answer.shown:
        rows = answer.whole[answer.whole["outcome"] == outcome]
        order = rows["effect"].to_numpy()
        least, most = rows.iloc[int(order.argmin())], rows.iloc[int(order.argmax())]
        count = rows["certainty"].value_counts()
        sure = {name: int(count.get(name, 0)) for name in ("higher", "lower")}
        probably = int(count.get("probably higher", 0) + count.get("probably lower", 0))
        counts = {**sure, "probably": probably, "rest": len(rows) - sum(sure.values()) - probably}
        yield words.say(
            "summary.range",
            outcome=words.outcome(outcome),
            unit=Scale.of(outcome, most["unit"], words).of_difference,
            least=Shown.of(least, outcome, words).number,
            least_at=points[least["point"]],
            most=Shown.of(most, outcome, words).number,
            most_at=points[most["point"]],
            points=len(rows),
            counts=words.listed(
                [words.say(f"summary.points_{name}", number=number) for name, number in counts.items() if number]
            ),
        )
