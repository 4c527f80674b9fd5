"""The card: published ranges beside simulated responses, with a verdict; and every response, published or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pandera.pandas as pa

from experiments.responses.evidence import ELASTICITY, LOG_RATIO, VERDICTS
from experiments.responses.measures import RATES, SHARES
from experiments.responses.pooling import by_set, counts, response, spread

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

    from rich.table import Table

    from experiments.responses.evidence import Published
    from experiments.responses.shocks import Shock

_DIGITS = 4
_NUMBER = {
    name: pa.Column(float, nullable=True) for name in ("response", "low", "high", "chance", "reference", "shocked")
}
SCHEMA = pa.DataFrameSchema(
    {
        **{name: pa.Column(str) for name in ("row", "shock", "title", "outcome", "population")},
        "horizon": pa.Column(int, pa.Check.ge(1)),
        "unit": pa.Column(str),
        "published_low": pa.Column(float),
        "published_high": pa.Column(float),
        **_NUMBER,
        "verdict": pa.Column(str, pa.Check.isin(VERDICTS)),
        "sets": pa.Column(int, pa.Check.ge(0)),
        "runs": pa.Column(int, pa.Check.ge(0)),
        **{name: pa.Column(str) for name in ("grade", "source", "url", "translation")},
    },
    unique=["row"],
    strict=True,
    ordered=True,
    coerce=True,
    name="responses",
)
"""response, low, high: median and 5-95 % band over parameter sets; chance: half the band by chance alone; reference,
shocked: median counts a year at full size; sets: those with a response."""
EVERY = pa.DataFrameSchema(
    {
        **{name: pa.Column(str) for name in ("shock", "outcome", "group")},
        "horizon": pa.Column(int, pa.Check.ge(1)),
        "unit": pa.Column(str),
        **_NUMBER,
    },
    unique=["shock", "outcome", "group", "horizon"],
    strict=True,
    ordered=True,
    coerce=True,
    name="every_response",
)
"""The same of every outcome: elasticities where the size of the shock is a factor, else log ratios; shares as are."""


def card_of(
    published: Iterable[Published], shocks: Mapping[str, Shock], pieces: pd.DataFrame, scale: float
) -> pd.DataFrame:
    """The checked card, a row of the evidence each, in its order."""
    lines: list[dict[str, Any]] = []
    for one in published:
        shock = shocks[one.shock]
        counted = counts(pieces, one.shock, one.outcome, one.population, one.horizon, one.unit)
        sets = by_set(counted, response(one.unit, shock))
        found = spread(sets)
        lines.append(
            {
                **{name: getattr(one, name) for name in ("row", "shock")},
                "title": shock.title,
                **{name: getattr(one, name) for name in ("outcome", "population", "horizon", "unit")},
                "published_low": one.low,
                "published_high": one.high,
                **found,
                **_levels(counted, 1.0 if one.outcome in RATES else scale),
                "verdict": one.verdict(found["response"], found["low"], found["high"]),
                "sets": len(sets.dropna(subset="response")),
                "runs": len(counted),
                **{name: getattr(one, name) for name in ("grade", "source", "url", "translation")},
            }
        )
    return SCHEMA.validate(pd.DataFrame(lines, columns=list(SCHEMA.columns)).round(_DIGITS))


def every_response(
    shocks: Mapping[str, Shock], pieces: pd.DataFrame, horizons: Sequence[int], scale: float
) -> pd.DataFrame:
    """Responses of every outcome and group to every shock at some horizons."""
    lines = []
    at = pieces[pieces["horizon"].isin(horizons)]
    for (name, outcome, group, horizon), mine in at.groupby(["shock", "outcome", "group", "horizon"], sort=False):
        shock = shocks[str(name)]
        counted = mine.set_index(["member", "replicate"])[["reference", "shocked"]]
        unit = "share" if outcome in SHARES else ELASTICITY if shock.unit == "factor" else LOG_RATIO
        if unit == "share":
            sets = counted.groupby(level="member").mean().rename(columns={"shocked": "response"})
            found = spread(sets[["response"]].assign(chance=np.nan))
            levels = {"reference": np.nan, "shocked": np.nan}
        else:
            found, levels = (
                spread(by_set(counted, response(unit, shock))),
                _levels(counted, 1.0 if outcome in RATES else scale),
            )
        key = {"shock": name, "outcome": outcome, "group": group, "horizon": horizon}
        lines.append({**key, "unit": unit, **found, **levels})
    return EVERY.validate(pd.DataFrame(lines, columns=list(EVERY.columns)).round(_DIGITS))


def counted(card: pd.DataFrame) -> str:
    """How many rows of the card have which verdict, in one sentence."""
    many = card["verdict"].value_counts()
    said = ", ".join(f"{many[word]} {word}" for word in VERDICTS if word in many)
    near = int(card["verdict"].isin(["inside", "overlaps"]).sum())
    read = card[card["grade"] == "V"]
    of_read = int(read["verdict"].isin(["inside", "overlaps"]).sum())
    return (
        f"Of {len(card)} rows {near} lie inside the published range or their band meets it ({said}); of the "
        f"{len(read)} whose range was read in a source, {of_read}."
    )


def printed(card: pd.DataFrame) -> Table:
    """The card for a terminal."""
    from rich import box
    from rich.table import Table

    shown = Table(box=box.SIMPLE_HEAD)
    for column in ("row", "outcome", "unit"):
        shown.add_column(column)
    for column in ("after", "published", "response", "5 to 95 %", "chance"):
        shown.add_column(column, justify="right")
    shown.add_column("verdict")
    for title, mine in card.groupby("title", sort=False):
        shown.add_row("", f"[italic]{title}[/italic]")
        for row in mine.to_dict("records"):
            shown.add_row(
                row["row"], f"{row['outcome'].replace('_', ' ')}, {row['population']}", row["unit"], *_shown(row)
            )
    return shown


def _shown(row: Mapping[Hashable, Any]) -> tuple[str, ...]:
    published = f"{row['published_low']:g} to {row['published_high']:g}"
    band = f"{row['low']:.2f} to {row['high']:.2f}"
    return f"{row['horizon']} yr", published, f"{row['response']:.2f}", band, f"{row['chance']:.2f}", row["verdict"]


def _levels(counted: pd.DataFrame, scale: float) -> dict[str, float]:
    """Median over sets of the mean count a year at full size, without and with the shock."""
    if counted.empty:
        return {"reference": np.nan, "shocked": np.nan}
    means = counted.iloc[:, :2].groupby(level="member").mean() / scale
    return {name: float(means[name].median()) for name in ("reference", "shocked")}
