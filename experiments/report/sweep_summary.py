"""A sweep in plain sentences and in one table: where effects are, and where they cannot be told from zero."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich import box
from rich.table import Table
from rich.text import Text

from experiments.report.summary import signed
from experiments.report.tables import HEADLINES, Scale, caption, cell, holds, row_of, title_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from experiments.request.settings import Settings


def summary(settings: Settings, effects: pd.DataFrame, points: pd.DataFrame, swept: Sequence[str], command: str) -> str:
    """A page in Markdown: what was swept, what responds, which points failed, how to run it again."""
    horizon = shown_horizon(effects)
    failed = points[points["status"] == "failed"]
    against = " or ".join(dict.fromkeys(effects["against"]))
    lines = [
        f"# {settings.name}: a sweep over {', '.join(swept)}",
        "",
        f"{caption(settings)}.",
        f"{len(points)} points, {len(failed)} failed. Effects: policy minus {against}, the same people in both.",
        "",
        f"After {horizon} years ({settings.fork + horizon}):",
        "",
        *(f"- {text}" for text in _responses(effects, swept, horizon)),
        "",
        f"Intervals hold {holds(effects)}. Each is 95 % by itself: some of many that are nothing look like something.",
        "",
    ]
    if len(failed):
        lines += ["## Failed", ""]
        lines += [f"- {where(row, swept)}: {row['reason']}" for _, row in failed.iterrows()] + [""]
    return "\n".join([*lines, "## Run it again", "", "```sh", command, "```", ""])


def block(effects: pd.DataFrame, points: pd.DataFrame, swept: Sequence[str]) -> Table:
    """One row a point, the headline effects after ten years (or the longest there is) with their intervals."""
    horizon = shown_horizon(effects)
    at = effects[(effects["horizon"] == horizon) & (effects["group"] == "all")].set_index(["point", "outcome"])
    shown = [outcome for outcome in HEADLINES if outcome in at.index.get_level_values("outcome")]
    scales = {outcome: Scale.of(outcome, at.xs(outcome, level="outcome")["unit"].iloc[0]) for outcome in shown}
    table = Table(title=f"Effects after {horizon} years", title_justify="left", box=box.SIMPLE_HEAD, expand=True)
    for name in swept:
        table.add_column(name.removeprefix("levers."), overflow="fold")
    for outcome in shown:
        table.add_column(f"{title_of(outcome)}\n{scales[outcome].label}", justify="right")
    for _, point in points.iterrows():
        names = [label(point[name]) for name in swept]
        if point["status"] == "failed":
            table.add_row(*names, Text(f"failed: {point['reason']}", style="red"))
        else:
            table.add_row(*names, *(cell(row_of(at, point["point"], outcome), scales[outcome]) for outcome in shown))
    return table


def shown_horizon(effects: pd.DataFrame) -> int:
    """Ten years where they were reached, or else the longest horizon."""
    return 10 if 10 in set(effects["horizon"]) else int(effects["horizon"].max())


def where(row: Mapping[str, Any] | pd.Series[Any], swept: Sequence[str]) -> str:
    """A point as a reader names it."""
    return ", ".join(f"{name}={label(row[name])}" for name in swept)


def label(value: object) -> str:
    """A swept value, without the zeros of a float."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _responses(effects: pd.DataFrame, swept: Sequence[str], horizon: int) -> Iterator[str]:
    at = effects[(effects["horizon"] == horizon) & (effects["group"] == "all")]
    for outcome in HEADLINES:
        rows = at[at["outcome"] == outcome]
        if rows.empty:
            continue
        scale = Scale.of(outcome, rows["unit"].iloc[0])
        unit = "percentage points" if scale.label == "%" else scale.label
        clear = rows[rows["clear"]]
        higher, lower = int((clear["effect"] > 0).sum()), int((clear["effect"] < 0).sum())
        text = (
            f"{title_of(outcome)} ({unit}): higher at {higher}, lower at {lower}, cannot be told from zero at "
            f"{len(rows) - len(clear)} of {len(rows)} points"
        )
        for sign, words in ((1, "highest"), (-1, "lowest")):
            side = clear[clear["effect"] * sign > 0]
            if len(side):
                row = side.iloc[int((side["effect"] * sign).argmax())]
                interval = f"{signed(row['low'], scale)} to {signed(row['high'], scale)}"
                text += f"; {words} {signed(row['effect'], scale)} ({interval}) at {where(row, swept)}"
        yield f"{text}."
