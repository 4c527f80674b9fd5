"""The table in plain sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from experiments.replication.estimators.estimates import FEWEST_DRAWS
from experiments.replication.table import counted, range_of
from experiments.report.language import Words
from experiments.report.summary import again

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    import pandas as pd

_SIGN = {
    "right": "the sign is right",
    "wrong": "the sign is wrong",
    "unclear": "the interval leaves the sign open",
    "none": "there is no estimate",
}
_SIZE = {
    "inside": "the size is inside the range",
    "outside": "the size is outside the range",
    "not stated": "the study states no size in this unit",
    "none": "",
}


def summary(table: pd.DataFrame, caption: str, command: str) -> str:
    """A page in Markdown: how many hold, each estimand in one sentence, how to run it again."""
    what = (
        "Each published study is repeated inside the model: its programme, its rule of eligibility, its estimator, on "
        "simulated people. Nothing here was used to fit the model."
    )
    caution = (
        "An effect with a sign is right where its 95 % interval excludes zero on that side. An effect expected to be "
        "zero is right inside the range that counts as none, if its interval is no wider than that range. Intervals "
        f"hold chance in the simulated people and, from {FEWEST_DRAWS} parameter sets on, how these differ. "
        "Why an effect is wrong or outside is told in docs/quasi.md."
    )
    lines = [
        "# Quasi-experiments: simulated against published",
        "",
        f"{caption}.",
        "",
        what,
        "",
        counted(table),
        "",
    ]
    for name, mine in table.groupby("experiment", sort=False):
        lines += [f"## {name} {mine['title'].iloc[0]}", ""]
        lines += [f"- {sentence(row)}" for row in mine.to_dict("records")] + [""]
    lines += [
        "## How to read it",
        "",
        caution,
        "",
        *again(command, Words()),
    ]
    return "\n".join(lines)


def sentence(row: Mapping[Hashable, Any]) -> str:
    """One estimand in words."""
    words = str(row["estimand"]).replace("_", " ")
    if row["sign"] == "none":
        return f"{words}: no estimate ({row['detail']})."
    verdict = ", ".join(filter(None, (_SIGN[str(row["sign"])], _SIZE[str(row["size"])])))
    found = f"{row['estimate']:.3f} {row['unit']} (95 % interval {row['low']:.3f} to {row['high']:.3f})"
    return f"{words}: {found}, expected {range_of(row)}: {verdict}. {row['definition']}."
