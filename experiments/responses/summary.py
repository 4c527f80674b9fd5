"""The card in plain sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from experiments.report.language import Words
from experiments.report.summary import again
from experiments.responses.card import counted
from experiments.responses.measures import RATES

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

    import pandas as pd

    from experiments.responses.shocks import Shock

_VERDICT = {
    "inside": "inside",
    "overlaps": "the band meets the range, the median does not",
    "outside": "outside",
    "mute": "mute",
    "none": "no response could be measured",
}
_SHOWN = (
    *(("returns", "all"), ("departures", "all"), ("arrivals", "all"), ("foreign_departures", "all")),
    *(("hires", "with a year abroad"), ("hires", "without a year abroad"), ("abroad", "all"), ("natives_here", "all")),
    *(
        ("foreigners_here", "all"),
        ("entrants", "all"),
        ("applications", "leading abroad"),
        ("awards", "leading abroad"),
    ),
)
"""What is shown of every shock, published or not."""
_THERE = ("returns", "departures", "arrivals", "foreign_departures", "abroad")
"""And of a shock to a region, with that region for a group."""


def summary(card: pd.DataFrame, every: pd.DataFrame, shocks: Iterable[Shock], caption: str, command: str) -> str:
    """A page in Markdown: how many verdicts, each row in a sentence, each shock in a table, how to run it again."""
    what = (
        "Standard shocks hit the same people in pairs of lives: one as it is, one shocked for good. The published "
        "ranges were written before any fit; nothing here was fitted to them."
    )
    caution = (
        "A flow is the mean of the second half of the years up to the horizon, a stock that at its end; returns leave "
        "out those who end a visit with the post kept. An elasticity is the change of the log of a count over the log "
        "of the factor of the shock. The band is that of parameter sets from 5 to 95 %, seeds of a set put together; "
        "*chance* is half the band that chance alone would give: where it is as wide as the band, sets cannot be told "
        "apart. *Mute* is a response under a tenth of the near end of the range, or in the other direction, however "
        "wide the band."
    )
    lines = [
        "# Response card: simulated against published",
        "",
        f"{caption}.",
        "",
        what,
        "",
        counted(card),
        "",
    ]
    for verdict in ("mute", "outside", "none", "overlaps", "inside"):
        if len(rows := card[card["verdict"] == verdict]):
            lines += [f"## {_VERDICT[verdict][0].upper()}{_VERDICT[verdict][1:]}", ""]
            lines += [f"- {sentence(row)}" for row in rows.to_dict("records")] + [""]
    lines += ["## Every shock", ""]
    for shock in shocks:
        mine = every[every["shock"] == shock.name]
        lines += [f"### {shock.title}", "", *_table(mine, shock.regions), "", *_positions(mine), ""]
    lines += [
        "## How to read it",
        "",
        caution,
        "",
        *again(command, Words()),
    ]
    return "\n".join(lines)


def sentence(row: Mapping[Hashable, Any]) -> str:
    """One row in words."""
    what = f"{row['title']}: {row['outcome'].replace('_', ' ')}, {row['population']}, after {row['horizon']} years"
    if row["verdict"] == "none":
        return f"**{row['row']}** {what}: no response."
    found = f"{row['response']:.2f} ({row['low']:.2f} to {row['high']:.2f}; chance {row['chance']:.2f})"
    published = f"published {row['published_low']:g} to {row['published_high']:g}"
    digits = 3 if row["outcome"] in RATES else 0
    persons = f"{row['reference']:,.{digits}f} to {row['shocked']:,.{digits}f}"
    source = f"({row['source']}; grade {row['grade']})"
    return f"**{row['row']}** {what}: {row['unit']} {found}, {published} {source}. {persons}."


def _table(every: pd.DataFrame, regions: Iterable[str]) -> list[str]:
    if every.empty:
        return ["It failed."]
    horizons = sorted(set(every["horizon"]))
    known = {(row["outcome"], row["group"], row["horizon"]): row for row in every.to_dict("records")}
    lines = [
        "| outcome | without it | "
        + " | ".join(
            f"{'elasticity' if u == 'elasticity' else 'log ratio'}, {h} yr" for h, u in _heads(every, horizons)
        )
        + " |",
        "| --- | ---: |" + " ---: |" * len(horizons),
    ]
    there = [(outcome, region) for region in regions for outcome in _THERE]
    for outcome, group in (*_SHOWN, *there):
        if (outcome, group, horizons[0]) in known:
            cells = [_cell(known[(outcome, group, horizon)]) for horizon in horizons]
            level = f"{known[(outcome, group, horizons[-1])]['reference']:,.0f}"
            lines.append(f"| {outcome.replace('_', ' ')}, {group} | {level} | " + " | ".join(cells) + " |")
    return lines


def _heads(every: pd.DataFrame, horizons: Sequence[int]) -> list[tuple[int, str]]:
    unit = every.loc[every["unit"] != "share", "unit"].iloc[0]
    return [(horizon, unit) for horizon in horizons]


def _cell(row: Mapping[Hashable, Any]) -> str:
    return (
        "" if row["response"] != row["response"] else f"{row['response']:.2f} ({row['low']:.2f} to {row['high']:.2f})"
    )


def _positions(every: pd.DataFrame) -> list[str]:
    """Who is displaced: shares of people at the fork in a worse and a better position, at the last horizon."""
    mine = every[every["horizon"] == every["horizon"].max()]
    parts = []
    for outcome, words in (("winners", "better"), ("losers", "worse")):
        rows = mine[(mine["outcome"] == outcome) & (mine["response"] >= 0.001)].sort_values("response", ascending=False)
        said = ", ".join(f"{row['group']} {100 * row['response']:.1f} %" for row in rows.to_dict("records"))
        parts.append(
            f"In a {words} position after {every['horizon'].max()} years, by status at the start: {said or 'nobody'}."
        )
    return parts
