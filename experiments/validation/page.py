"""The validation on a page in plain sentences, bad news first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.report.language import Words
from experiments.report.summary import again
from experiments.validation.baselines import AVERAGE, BASELINES
from experiments.validation.console import band, in_words, number
from experiments.validation.fit_table import COVERAGE_BAR, INSIDE_BAR, KEPT_BACK_BAR, Verdict, ordered
from experiments.validation.forecasts import IN_SAMPLE, LEVEL, OUT_OF_SAMPLE
from experiments.validation.skill import BOTH, INTERVALS

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from experiments.validation.skill import Compared

MAIN = ("root mean squared error", "equal")
"""The error that sentences speak of; the table has the others."""

_KINDS = {"fit": "years that could be fitted", "validate": "years never fitted"}


def summary(
    fit: pd.DataFrame,
    found: Verdict,
    compared: Compared,
    patterns: pd.DataFrame,
    caption: str,
    command: str,
    failed: dict[str, str],
) -> str:
    """The page, as Markdown."""
    skill = compared.skill
    bad, good = _sorted(
        [
            *_fit(fit, found),
            *_coverage(found),
            *_skill(skill),
            *_intervals(skill),
            *_tests(compared.tests),
            *_patterns(patterns),
        ]
    )
    if failed:
        some = next(iter(failed.items()))
        bad.insert(0, f"{len(failed)} runs failed and are missing everywhere; the first: {some[0]}, {some[1]}.")
    if found.missing:
        bad.append(f"The model reports nothing beside {_listed(found.missing)}.")
    return "\n".join(
        [
            "# Does the model agree with what was observed?",
            "",
            f"{caption}.",
            "",
            *(f"- {line}" for line in _in_short(found, skill, patterns)),
            "",
            "## Where it does not",
            "",
            *(f"- {line}" for line in bad or ["No bar is missed and no pattern fails."]),
            "",
            "## Where it does",
            "",
            *(f"- {line}" for line in good or ["Nowhere that was put to a test."]),
            "",
            "## Two bands",
            "",
            *_two_bands(found),
            "",
            "## How far this goes",
            "",
            *(f"- {line}" for line in _limits()),
            "",
            *again(command, Words()),
        ]
    )


def _in_short(found: Verdict, skill: pd.DataFrame, patterns: pd.DataFrame) -> list[str]:
    """The bars, those missed first."""
    held, of = found.inside["fit"]
    fitted, never = found.coverage["fit"], found.coverage["validate"]
    core = len(found.core_out["fit"])
    low, high = COVERAGE_BAR
    tested = patterns[patterns["use"] == "structural"]
    holding = int(tested["holds"].sum())
    bars = [
        (found.inside_met, f"{held} of {of} fitted numbers are inside their tolerance; the bar is {INSIDE_BAR:.0%}."),
        (not core, f"{core} fitted core numbers are outside; the bar is none."),
        (
            found.coverage_met,
            (
                f"The bands of the model hold {fitted.model:.0%} of the yearly observations that could be fitted, bar"
                f" {low:.0%} to {high:.0%}, and {never.model:.0%} of those never fitted, bar {KEPT_BACK_BAR:.0%}."
            ),
        ),
        *(_beaten(skill, sample.name) for sample in OUT_OF_SAMPLE.values()),
    ]
    said = [f"{'' if met else 'Missed: '}{text}" for met, text in sorted(bars, key=lambda bar: bar[0])]
    return [*said, f"{holding} of {len(tested)} structural patterns hold; there is no bar for these."]


SLACK = 1.05
"""How much larger than that of the best simpler model the error of levels may be."""


def _beaten(skill: pd.DataFrame, sample: str) -> Line:
    """The bar: by level below persistence, and not above the best single simpler model by more than SLACK."""
    rows = _main_errors(skill)
    rows = rows[rows["sample"] == sample]
    if (rows["note"] != "").any():
        return False, f"the forecast of regional flows {sample} was not tested: {rows['note'].iloc[0]}."
    level = rows[rows["forecast"] == LEVEL].set_index("baseline")["ratio"]
    single = level.drop(AVERAGE)
    best, most = str(single.idxmax()), float(single.max())
    met = level["persistence"] < 1 and most <= SLACK
    counts = " and ".join(
        f"by {name} beats {int((part['ratio'] < 1).sum())} of {len(part)} simpler models"
        for name, part in rows.groupby("forecast", sort=False)
    )
    return met, (
        f"The forecast of regional flows {sample} {counts}; its error of levels is {level['persistence']:.2f} of "
        f"persistence and {most:.2f} of the best single one ({best}), and the bar is below 1 and {SLACK:g}."
    )


def _intervals(skill: pd.DataFrame) -> list[Line]:
    """Whether the model's intervals are better than those of simpler models, width and misses together."""
    rows = skill[(skill["way"] == "both") & (skill["error"] == INTERVALS[1]) & (skill["note"] == "")]
    lines: list[Line] = []
    for (sample, forecast), part in rows.groupby(["sample", "forecast"], sort=False):
        best = part.sort_values("ratio").iloc[-1]
        said = (
            f"Intervals of flows by region {sample}, forecast by {forecast}: with the error of an observation the "
            f"interval score is {best['model_error']:,.0f}, {best['ratio']:.2f} of the best simpler model's "
            f"({best['baseline']}); smaller is better."
        )
        lines.append((bool(best["ratio"] < 1), said))
    return lines


def _tests(tests: pd.DataFrame) -> list[Line]:
    """What is more than chance, over all origins that were tested."""
    kind, _ = MAIN
    rows = tests[(tests["sample"] == BOTH) & (tests["error"] == kind)]
    lines: list[Line] = []
    for forecast, part in rows.groupby("forecast", sort=False):
        clear = part[part["p"] < 0.05]
        better, worse = (
            list(clear.loc[sign, "baseline"]) for sign in (clear["difference"] < 0, clear["difference"] > 0)
        )
        said = (
            f"All origins together, forecast by {forecast}: more than chance better than {_listed(better) or 'none'}, "
            f"worse than {_listed(worse) or 'none'} (Diebold-Mariano over {part['series'].max()} series, p below 0.05)."
        )
        lines.append((bool(better) and not worse, said))
    return lines


def _main_errors(skill: pd.DataFrame) -> pd.DataFrame:
    kind, weights = MAIN
    return skill[(skill["way"] == "both") & (skill["error"] == kind) & (skill["weights"] == weights)]


type Line = tuple[bool, str]  # whether it is good news, and the sentence


def _sorted(lines: Iterable[Line]) -> tuple[list[str], list[str]]:
    known = list(lines)
    return [text for good, text in known if not good], [text for good, text in known if good]


def _fit(fit: pd.DataFrame, found: Verdict) -> list[Line]:
    lines: list[Line] = []
    for use, word in (("fit", "fitted"), ("validate", "kept back")):
        rows = ordered(fit[(fit["use"] == use) & ~fit["inside"]])
        core = rows[rows["core"]]
        held, of = found.inside[use]
        lines += [(False, _miss(row, word)) for _, row in core.iterrows()]
        if core.empty:
            lines.append((True, f"All core numbers that were {word} are inside their tolerance."))
        others = [_short(row) for _, row in rows[~rows["core"]].iterrows()]
        if others:
            lines.append((False, f"Other numbers that were {word} and are outside: {_listed(others)}."))
        good = found.inside_met if use == "fit" else held >= INSIDE_BAR * of
        bar = f", the bar is {INSIDE_BAR:.0%}" if use == "fit" else "; there is no bar for these"
        lines.append((good, f"Of {of} numbers that were {word}, {held} are inside their tolerance{bar}."))
    return lines


def _miss(row: pd.Series[float], word: str) -> str:
    unit, side = str(row["unit"]), "high" if row["distance"] > 0 else "low"
    if row["simulated"] != row["simulated"]:
        return f"Core: {_name(row)} ({word}) is not simulated."
    return (
        f"Core: {_name(row)} ({word}, {row['years']}) is too {side}: {number(row['simulated'], unit)} simulated, "
        f"{number(row['observed'], unit)} observed{in_words(unit)}, {abs(row['distance']):.2f} times the tolerance."
    )


def _short(row: pd.Series[float]) -> str:
    if row["distance"] != row["distance"]:
        return f"{_name(row)} (not simulated)"
    return f"{_name(row)} ({'too high' if row['distance'] > 0 else 'too low'}, {abs(row['distance']):.1f} tolerances)"


def _name(row: pd.Series[float]) -> str:
    return str(row["moment"]).replace("_", " ")


def _coverage(found: Verdict) -> list[Line]:
    low, high = COVERAGE_BAR
    share, _, count, *_ = found.coverage["all"]
    parts = ", ".join(
        f"{kind} {part.model:.0%} of {part.count}" for kind, part in found.coverage.items() if kind != "all"
    )
    told = "" if found.coverage_met else " Bands that miss are in the wrong place or too narrow."
    if found.coverage["fit"].model > high:
        told = " Bands that hold nearly all are too wide to say much."
    text = (
        f"The 90 % bands of the model hold {share:.0%} of {count} yearly observations ({parts}); "
        f"the bar is {low:.0%} to {high:.0%} of those that could be fitted, and {KEPT_BACK_BAR:.0%} of those never"
        " fitted."
    )
    return [(found.coverage_met, text + told)]


def _two_bands(found: Verdict) -> list[str]:
    """Both coverages with both widths, so that nobody takes a wide band for a good one."""
    low, high = COVERAGE_BAR
    every = found.coverage["all"]
    where = "inside" if found.observation_within else "outside"
    rows = [
        f"| {_KINDS.get(kind, kind)} | {one.count} | {one.model:.0%} | {one.model_width:.0%} | {one.observation:.0%} "
        f"| {one.observation_width:.0%} |"
        for kind, one in found.coverage.items()
    ]
    said = (
        "The *band of the model* holds uncertain parameters and chance. The *band of an observation* holds besides "
        "what the tolerance of the statistic stands for: the error of the observation and what the model cannot "
        "resolve. It is wide by construction, and an observation in it is no success of the model. The bar is held "
        f"against the band of the model. The band of an observation holds {every.observation:.0%}, {where} "
        f"{low:.0%} to {high:.0%}. Statistic by statistic: `coverage.csv`."
    )
    head = "| yearly observations | number | in the band of the model | width | in that of an observation | width |"
    under = "Width: of the 90 % band over the observation, the mean of all."
    return [said, "", head, "|---|---|---|---|---|---|", *rows, "", under]


def _skill(skill: pd.DataFrame) -> list[Line]:
    rows = _main_errors(skill)
    lines: list[Line] = []
    for (sample, forecast), part in rows.groupby(["sample", "forecast"], sort=False):
        if (part["note"] != "").any():
            text = f"Flows by region {sample}, forecast by {forecast}: not tested, {part['note'].iloc[0]}."
            lines.append((False, text))
            continue
        ratios = ", ".join(
            f"{row['ratio']:.2f} times that of {row['baseline']} ({row['low']:.2f} to {row['high']:.2f})"
            for _, row in part.iterrows()
        )
        better = bool((part["ratio"] < 1).all())
        counts = "; these years were fitted, so this proves little" if sample == IN_SAMPLE.name else ""
        said = f"Flows by region {sample}, forecast by {forecast}: the error is {ratios}{counts}."
        lines.append((better, f"{said} In brackets: 90 % of single runs."))
    return lines


def _patterns(patterns: pd.DataFrame) -> list[Line]:
    lines: list[Line] = []
    for _, row in patterns.iterrows():
        unit = str(row["unit"])
        low, high = (number(row[name], unit) for name in ("expected_low", "expected_high"))
        wanted = f"at least {low}" if high == "-" else f"at most {high}" if low == "-" else f"{low} to {high}"
        tested = "" if row["independent"] else "; follows from what is fitted or from a rule, so it proves little"
        meaning = str(row["definition"]).partition(". ")[0].rstrip(".")
        text = (
            f"{row['pattern']}, {str(row['measure']).replace('_', ' ')}: {number(row['simulated'], unit)}, "
            f"90 % band {band(row, unit)}; expected {wanted}{in_words(unit)}{tested}. "
            f"That is: {meaning}."
        )
        lines.append((bool(row["holds"]), text))
    return lines


def _limits() -> tuple[str, ...]:
    first = IN_SAMPLE.name.capitalize()
    only = " and ".join(sample.name for sample in OUT_OF_SAMPLE.values())
    stocks = [name for name, rival in BASELINES.items() if rival.stocks]
    flows = [name for name in BASELINES if name not in stocks]
    return (
        f"Flows by region were observed to 2015 only. {first} shows what was fitted; only {only} are forecasts.",
        f"Given the true numbers of scholars in the years that they predict, as the model is: {_listed(stocks)}.",
        f"Given no driver, only flows to the last year known: {_listed(flows)}.",
        "Given to the model alone: true budgets, posts, places, pay, prices, exchange rates, borders and cohorts.",
        "A test over series holds nothing that all series share, such as a year that was odd everywhere.",
        "Bands hold uncertain parameters, and chance at the size it would have with everybody simulated.",
        "Bands of the model hold no error of the observations and nothing of what the model leaves out.",
        "Bands of an observation hold both only as far as the tolerances, set before any fit, stand for them.",
        "Several observations count the same moves (all regions, rates); regional flows are given apart.",
        "Being inside a wide tolerance is easy: the table has the distance and the band beside it.",
        "Not tested: the tail of distances (C28), memory of institutions and cities (C29), citations of movers (C27).",
        "The rank among fifty systems (C3) cannot be simulated; a bound stands in for it.",
    )


def _listed(items: list[str], most: int = 12) -> str:
    more = f" and {len(items) - most} more" if len(items) > most else ""
    return ", ".join(items[:most]) + more
