"""A sweep on one screen, in full, and in plain sentences: a line a point."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from experiments.analysis.names import COST, FIRST_READ
from experiments.analysis.windows import label as window_label
from experiments.report.finding import chosen, multiple
from experiments.report.full import block, wrapped
from experiments.report.language import Words
from experiments.report.numbers import Scale, Shown
from experiments.report.run_words import caption
from experiments.report.screen import COLUMNS, LINES, cell, cut, footer, pad, run, width
from experiments.report.summary import again
from experiments.request.build import Build

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from experiments.request.settings import Settings

    Row = pd.Series[Any]

_SHOWN = 3  # outcomes beside the cost
_CELL = 12  # columns that an outcome has at least
_PREFIXES = ("levers", "overrides", "programmes")


@dataclass(frozen=True)
class SweepAnswer:
    """The result of a sweep as its pages need it. points: its table, which says what failed. titles: of policies."""

    settings: Settings
    effects: pd.DataFrame
    points: pd.DataFrame
    swept: Sequence[str]
    titles: Mapping[str, str]

    @cached_property
    def window(self) -> str:
        """The window that is read first."""
        reached = self.settings.reached
        return window_label(FIRST_READ if FIRST_READ in reached else reached[-1])

    @cached_property
    def whole(self) -> pd.DataFrame:
        """Effects on everybody in that window."""
        table = self.effects
        return table[(table["window"] == self.window) & (table["group"] == "all")]

    @cached_property
    def numbers(self) -> Sequence[str]:
        """The outcomes that matter, by the rule of a single policy, each at the point that moves it most."""
        listed = [row.partition("/")[0] for rows in self.settings.outcomes.table.values() for row in rows]
        strongest = {}
        for outcome, rows in self.whole.groupby("outcome", sort=False):
            order = [multiple(row) for _, row in rows.iterrows()]
            strongest[str(outcome)] = rows.iloc[order.index(max(order))]
        return chosen(strongest, listed)[:_SHOWN]

    def words(self, code: str) -> Words:
        """The words of a language for the country of the sweep."""
        return Words.of(code, Build.of(self.settings).inputs()[0])

    def named(self, point: Mapping[str, Any] | Row) -> str:
        """A point as a reader names it: policies and worlds by their titles, levers by the last words of names."""
        dose = float(point.get("dose", 1.0))
        times = f"{dose:.3g} \N{MULTIPLICATION SIGN} " if dose == dose and dose != 1 else ""
        return times + ", ".join(
            self.titles.get(str(point[name]), str(point[name]))
            if name in ("policy", "against", "world")
            else f"{short(name)} {value_of(point[name])}"
            for name in self.swept
        )

    def years(self, words: Words) -> str:
        """The years of the window."""
        row = self.whole.iloc[0]
        return words.years(int(row["first"]), int(row["last"]))

    def against(self) -> str:
        """What the points are compared with."""
        return " / ".join(self.titles.get(name, name) for name in dict.fromkeys(self.effects["against"]))


def screen(answer: SweepAnswer, words: Words) -> str:
    """At most 25 lines: a point a line, with the outcomes that matter and the cost."""
    lines = [
        words.say(
            "screen.sweep", number=len(answer.points), swept=", ".join(map(short, answer.swept)),
            years=answer.years(words), against=answer.against(),
        ),
        run(answer.settings, words),
    ]  # fmt: skip
    columns = [*answer.numbers, COST]
    end = footer(words, None)
    room = LINES - len(lines) - len(end) - 2
    rows = {(row["point"], row["outcome"]): row for _, row in answer.whole.iterrows()}
    shown = answer.points if len(answer.points) <= room else answer.points.head(room - 1)
    cells = {
        point: ["" if (row := rows.get((point, outcome))) is None else cell(row, outcome, words) for outcome in columns]
        for point in shown["point"]
    }
    wide = [max([_CELL, *(width(texts[at]) for texts in cells.values())]) for at in range(len(columns))]
    name = COLUMNS - sum(wide) - 2 * len(wide)
    lines.append(_row("", [words.short(outcome) for outcome in columns], name, wide))
    units = [Scale.of(outcome, _unit(answer.whole, outcome), words).of_difference for outcome in columns]
    lines.append(_row("", units, name, wide))
    for _, point in shown.iterrows():
        if point["status"] == "failed":
            lines.append(f"{answer.named(point)}  {words.say('screen.failed', reason=point['reason'])}")
        else:
            lines.append(_row(answer.named(point), cells[point["point"]], name, wide))
    if len(shown) < len(answer.points):
        lines.append(words.say("screen.further", number=len(answer.points) - len(shown)))
    lines += list(unspent(answer, words))[: LINES - len(lines) - len(end)]
    return "\n".join(cut(text, COLUMNS) for text in [*lines, *end])


def unspent(answer: SweepAnswer, words: Words) -> Iterator[str]:
    """The points whose budget is not spent, each with the reason."""
    if "budget_left" not in answer.points:
        return
    for why, rows in answer.points[answer.points["budget_left"] != ""].groupby("budget_left", sort=False):
        points = words.listed([answer.named(row) for _, row in rows.iterrows()])
        yield words.say("budget.point", points=points, why=words.say(f"budget.{why}"))


def full(answer: SweepAnswer, words: Words) -> str:
    """Every point with every row of the settings' table and every window."""
    lines: list[str] = []
    for _, point in answer.points.iterrows():
        lines += wrapped(f"{point['point'] + 1} {answer.named(point)}")
        if point["status"] == "failed":
            lines += wrapped(words.say("screen.failed", reason=point["reason"]))
            continue
        rows = answer.effects[answer.effects["point"] == point["point"]]
        lines += [*block(rows, answer.settings.outcomes.table, words), ""]
    sets = words.say("screen.sets", number=answer.settings.draws)
    return "\n".join([*lines, *wrapped(words.say("full.legend", sets=sets))])


def summary(answer: SweepAnswer, command: str, words: Words) -> str:
    """A page in Markdown: what was swept, what responds, which points failed, how to run it again."""
    failed = answer.points[answer.points["status"] == "failed"]
    swept = ", ".join(map(short, answer.swept))
    lines = [
        f"# {words.say('summary.sweep', name=answer.settings.name, swept=swept)}",
        "",
        f"{caption(answer.settings)}{words.say('stop')}",
        words.say(
            "screen.sweep", number=len(answer.points), swept=swept, years=answer.years(words), against=answer.against()
        ),
        "",
        *(f"- {text}{words.say('stop')}" for text in (*_responses(answer, words), *unspent(answer, words))),
        "",
        f"## {words.say('summary.how_sure')}",
        "",
        words.say("summary.explain", sets=words.say("screen.sets", number=answer.settings.draws)),
        "",
    ]
    if len(failed):
        lines += [f"## {words.say('summary.failed')}", ""]
        lines += [f"- {answer.named(row)}: {row['reason']}" for _, row in failed.iterrows()] + [""]
    return "\n".join([*lines, *again(command, words)])


def short(setting: str) -> str:
    """The last words of a dotted name, with the thing that they are of."""
    *above, last = setting.split(".")
    named = [*above[-1:], last] if above and "_" not in last and above[-1] not in _PREFIXES else [last]
    return " ".join(named).replace("_", " ")


def value_of(value: object) -> str:
    """A swept value, without the zeros of a float."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _row(name: str, cells: Sequence[str], room: int, wide: Sequence[int]) -> str:
    parts = [pad(name, room), *(pad(text, columns) for text, columns in zip(cells, wide, strict=True))]
    return "  ".join(parts).rstrip()


def _unit(table: pd.DataFrame, outcome: str) -> str:
    return str(table.loc[table["outcome"] == outcome, "unit"].iloc[0])


def _responses(answer: SweepAnswer, words: Words) -> Iterator[str]:
    points = {row["point"]: answer.named(row) for _, row in answer.points.iterrows()}
    for outcome in (*answer.numbers, COST):
        rows = answer.whole[answer.whole["outcome"] == outcome]
        if rows.empty:
            continue
        order = rows["effect"].to_numpy()
        least, most = rows.iloc[int(order.argmin())], rows.iloc[int(order.argmax())]
        count = rows["certainty"].value_counts()
        directed = int(count.get("higher", 0)), int(count.get("lower", 0))
        probably = int(count.get("probably higher", 0) + count.get("probably lower", 0))
        yield words.say(
            "summary.range",
            outcome=words.outcome(outcome),
            unit=Scale.of(outcome, most["unit"], words).of_difference,
            least=Shown.of(least, outcome, words).number,
            least_at=points[least["point"]],
            most=Shown.of(most, outcome, words).number,
            most_at=points[most["point"]],
            higher=directed[0],
            lower=directed[1],
            probably=probably,
            rest=len(rows) - sum(directed) - probably,
            points=len(rows),
        )
