"""The printed answer: the fit table by use, the patterns, the skill, and a line that holds them against the bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from rich import box
from rich.table import Table
from rich.text import Text

from experiments.validation.fit_table import COVERAGE_BAR, INSIDE_BAR, KEPT_BACK_BAR, Verdict, ordered
from experiments.validation.skill import BOTH

if TYPE_CHECKING:
    import pandas as pd

_USES = {
    "fit": "Fitted (to 2015)",
    "validate": "Kept back: validation",
    "check": "Given to the model, only checked",
}


def number(value: float, unit: str) -> str:
    """A value in its unit: shares in per cent, counts without decimals, the rest with three digits; - for none."""
    if value != value:
        return "-"
    if value == 0:
        return "0"
    if unit.startswith("share"):
        return f"{100 * value:.1f} %" if abs(value) >= 0.02 else f"{100 * value:.2f} %"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def band(row: pd.Series[float], unit: str) -> str:
    """The ends of a band in one unit, which is named once."""
    low, high = number(row["low"], unit), number(row["high"], unit)
    return "-" if low == high == "-" else f"{low.removesuffix(' %')} to {high}"


def in_words(unit: str) -> str:
    """The unit in brackets after a blank; none for shares, whose numbers say it."""
    return "" if unit.startswith("share") else f" ({unit})"


def fit(table: pd.DataFrame) -> Table:
    """The fit table, grouped by use, core misses first."""
    shown = Table(title="Fit", title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for name in ("moment", "years", "unit"):
        shown.add_column(name, no_wrap=True)
    for name in ("observed", "simulated", "90 % band", "tolerance", "distance"):
        shown.add_column(name, justify="right", no_wrap=True)
    for name in ("inside", "in band"):
        shown.add_column(name)
    for use, title in _USES.items():
        shown.add_row(Text(title, style="italic"))
        for _, row in ordered(table[table["use"] == use]).iterrows():
            unit = row["unit"]
            style = "" if row["inside"] else "bold" if row["core"] else ""
            shown.add_row(
                Text(f"  {'* ' if row['core'] else ''}{row['moment']}", style=style),
                row["years"],
                unit.removeprefix("published ").partition(" of ")[0],
                number(row["observed"], unit),
                number(row["simulated"], unit),
                band(row, unit),
                f"± {number(row['tolerance'], unit)}",
                "-" if row["distance"] != row["distance"] else f"{row['distance']:+.1f}",
                Text("yes" if row["inside"] else "NO", style=style),
                "yes" if row["covered"] else "no",
            )
    return shown


def patterns(table: pd.DataFrame) -> Table:
    """Structural patterns, those that do not hold first."""
    shown = Table(title="Structural patterns", title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for name in ("pattern", "measure", "use"):
        shown.add_column(name)
    for name in ("expected", "simulated", "90 % band"):
        shown.add_column(name, justify="right")
    for name in ("holds", "in runs", "independent of the fit"):
        shown.add_column(name)
    for _, row in table.sort_values("holds", kind="stable").iterrows():
        unit = row["unit"]
        low, high = (number(row[name], unit) for name in ("expected_low", "expected_high"))
        shown.add_row(
            row["pattern"],
            row["measure"],
            row["use"],
            f"{low} to {high}" if "-" not in (low, high) else f"from {low}" if high == "-" else f"to {high}",
            number(row["simulated"], unit),
            band(row, unit),
            "yes" if row["holds"] else "NO",
            "-" if row["runs_holding"] != row["runs_holding"] else f"{row['runs_holding']:.0%}",
            "yes" if row["independent"] else "no",
        )
    return shown


def skill(table: pd.DataFrame) -> Table:
    """Error ratios on flows by region, both ways together."""
    shown = Table(
        title="Flows by region: error of the model over that of simpler models (below 1: better)",
        title_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    for name in ("sample", "forecast", "error", "weights"):
        shown.add_column(name)
    baselines = list(dict.fromkeys(table["baseline"]))
    for name in baselines:
        shown.add_column(name, justify="right")
    keys = ["sample", "forecast", "error", "weights"]
    for key, rows in table[table["way"] == "both"].groupby(keys, sort=False):
        by_name = rows.set_index("baseline")
        said = (_ratio(by_name.loc[name]) if name in by_name.index else "" for name in baselines)
        shown.add_row(*map(str, cast("tuple[str, ...]", key)), *said)
    return shown


def tests(table: pd.DataFrame) -> Table:
    """Whether the model's errors on all origins differ from those of each simpler model."""
    shown = Table(
        title="All origins together: model over simpler model, 90 % interval over series, and p of no difference",
        title_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    for name in ("forecast", "error", "simpler model", "knows"):
        shown.add_column(name)
    for name in ("ratio", "p"):
        shown.add_column(name, justify="right")
    for _, row in table[table["sample"] == BOTH].iterrows():
        p = "-" if row["p"] != row["p"] else f"{row['p']:.3f}"
        shown.add_row(*(str(row[name]) for name in ("forecast", "error", "baseline", "knows")), _ratio(row), p)
    return shown


def _ratio(row: pd.Series[float]) -> str:
    if row["ratio"] != row["ratio"]:
        return "skipped"
    between = "" if row["low"] != row["low"] else f" [{row['low']:.2f}, {row['high']:.2f}]"
    return f"{row['ratio']:.2f}{between}"


def verdict(found: Verdict) -> list[str]:
    """The bars, one line each."""
    held, of = found.inside["fit"]
    kept, kept_of = found.inside["validate"]
    core, core_kept = found.core_out["fit"], found.core_out["validate"]
    model = ", ".join(f"{kind} {one.model:.0%} of {one.count}" for kind, one in found.coverage.items())
    observation = ", ".join(f"{kind} {one.observation:.0%}" for kind, one in found.coverage.items())
    every = found.coverage["all"]
    low, high = COVERAGE_BAR
    bar = f"bar {low:.0%} to {high:.0%} of fit, {KEPT_BACK_BAR:.0%} of validate: {_met(met=found.coverage_met)}"
    return [
        f"Fitted moments inside: {held} of {of} ({held / of:.0%}; bar {INSIDE_BAR:.0%}: {_met(met=found.inside_met)}).",
        f"Core fitted moments outside: {', '.join(core) or 'none'} (bar none: {_met(met=not core)}).",
        f"Moments kept back inside: {kept} of {kept_of}; core ones outside: {', '.join(core_kept) or 'none'}.",
        f"Yearly observations in the 90 % band of the model: {model} ({bar}).",
        f"In the 90 % band of an observation, wide by construction: {observation} (no bar is held against it).",
        f"Mean width of the two bands over the observation: {every.model_width:.0%} and {every.observation_width:.0%}.",
    ]


def _met(*, met: bool) -> str:
    return "met" if met else "MISSED"
