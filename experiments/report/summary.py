"""The answer in plain sentences, which claim a direction only where the interval excludes zero."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, cast

from experiments.analysis.names import COST_A_YEAR
from experiments.report.tables import HEADLINES, Scale, caption, holds, reference, row_of, title_of, told_apart

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from experiments.request.comparison import Question
    from experiments.request.settings import Settings

_GROUPS_SHOWN = 3


def summary(settings: Settings, question: Question, effects: pd.DataFrame, command: str) -> str:
    """A page in Markdown: what was asked, what the model answers, how sure it is, how to run it again."""
    against = reference(question)
    last = max(settings.reached)
    shown = [h for h in (10, last) if h in settings.reached]
    lines = [
        f"# {settings.name}: policy against {against}",
        "",
        f"{caption(settings)}.",
        f"A comparison, not a forecast: each effect is between two lives of the same people, policy minus {against}.",
        "",
    ]
    for arm in question.arms:
        rows = effects[effects["policy"] == arm.name].set_index(["outcome", "group", "horizon"])
        lines += [f"## {arm.title}", "", f"Evidence grades: {arm.evidence}.", ""]
        for horizon in dict.fromkeys(shown):
            lines += [f"After {years(horizon)} ({settings.fork + horizon}):", ""]
            lines += [f"- {text}" for text in _headlines(rows, horizon, question.against.name, settings.fork)]
            lines += [f"- {text}" for text in _who_loses(rows, horizon)] + [""]
    return "\n".join([*lines, *_cautions(effects), "", "## Run it again", "", "```sh", command, "```", ""])


def sentence(outcome: str, row: pd.Series[Any], against: str, name: str = "") -> str:
    """One effect in words: higher, lower, the same, or not to be told from zero. name: in place of the title."""
    scale, name = Scale.of(outcome, row["unit"]), name or title_of(outcome)
    unit = "percentage points" if scale.label == "%" else scale.label
    effect, low, high = (row[column] for column in ("effect", "low", "high"))
    level = f"{against} {scale.number(row['reference'])} {scale.label}"
    if math.isnan(low) or math.isnan(high):
        return f"{name}: {signed(effect, scale)} {unit}, without an interval: one replicate tells nothing ({level})."
    if effect == low == high == 0:
        return f"{name}: the same in every replicate ({level})."
    interval = f"95 % interval {signed(low, scale)} to {signed(high, scale)}{_parts(row, scale)}; {level}"
    if not row["clear"]:
        return f"{name}: cannot be told from zero, {signed(effect, scale)} {unit} ({interval})."
    size = signed(abs(effect), scale).removeprefix("+")
    return f"{name}: {'higher' if effect > 0 else 'lower'} by {size} {unit} ({interval})."


def _parts(row: pd.Series[Any], scale: Scale) -> str:
    if not told_apart(row):
        return ""
    chance, parameters = (signed(row[part], scale).removeprefix("+") for part in ("chance", "parameters"))
    return f", ±{chance} by chance and ±{parameters} by parameters"


def signed(value: float, scale: Scale) -> str:
    """A difference in the unit of the scale; what would round to nothing keeps two digits."""
    if value and not round(value * scale.factor, scale.decimals):
        return f"{value * scale.factor:+.2g}"
    return scale.number(value, signed=True)


def years(number: int) -> str:
    """A duration in words."""
    return "1 year" if number == 1 else f"{number} years"


def _headlines(rows: pd.DataFrame, horizon: int, against: str, fork: int) -> Iterator[str]:
    for outcome in HEADLINES:
        if (outcome, "all", horizon) in rows.index:
            name = f"Public cost, mean of {fork + 1} to {fork + horizon}" if outcome == COST_A_YEAR else ""
            yield sentence(outcome, row_of(rows, outcome, "all", horizon), against, name)


def _who_loses(rows: pd.DataFrame, horizon: int) -> Iterator[str]:
    """Shares of the people of the fork in a worse and in a better position, and the groups that surely lose most."""
    losers, winners = (
        row_of(rows, name, "all", horizon) if (name, "all", horizon) in rows.index else None
        for name in ("losers", "winners")
    )
    if losers is None or winners is None:
        return
    worse, better = _share(losers), _share(winners)
    yield f"Of the people at the fork, {worse} are in a worse position than they would be, {better} in a better one."
    at = rows.xs(horizon, level="horizon")
    by_group = cast("pd.DataFrame", at.loc["losers"]).drop(index="all")
    groups = by_group[by_group["clear"]].sort_values("effect", ascending=False).head(_GROUPS_SHOWN)
    if len(groups):
        named = "; ".join(f"{group} {_share(row)}" for group, row in groups.iterrows())
        yield f"Largest shares in a worse position, by status at the fork: {named}."


def _share(row: pd.Series[Any]) -> str:
    scale = Scale.of("losers", "share")
    if math.isnan(row["low"]):
        return f"{scale.number(row['effect'])} %"
    low, high = (scale.number(max(0.0, row[column])) for column in ("low", "high"))
    return f"{scale.number(row['effect'])} % (95 % interval {low} to {high})"


def _cautions(effects: pd.DataFrame) -> Iterator[str]:
    yield "## How sure"
    yield ""
    replicates = int(effects["replicates"].max())
    yield f"{replicates} paired replicates. Intervals hold {holds(effects)}. They do not hold the model's form."
    if effects["members"].max() > 1:
        yield (
            "An interval is for one such parameter set, not for the mean of all: more replicates take away chance, and "
            "leave what parameters do."
        )
    yield (
        "Each interval is 95 % by itself: of twenty effects that are nothing, one is expected to look like something. "
        "Sizes graded A are assumptions: read them as 'if it were this much'."
    )
