"""The printed answer: one block an arm, one row an outcome, effects with their 95 % intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from experiments.analysis.names import COST_A_YEAR
from experiments.errors import unknown

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    import pandas as pd

    from experiments.request.comparison import Arm, Question
    from experiments.request.settings import Settings

_UNCLEAR = "(In brackets): the interval includes zero, so the effect cannot be told from none."
HEADLINES = (
    "departures",
    "returns",
    "stock_abroad",
    "doctoral_entrants",
    "overseas_experience_share",
    "fixed_term_share",
    "top10_papers",
    COST_A_YEAR,
)
"""The outcomes that pictures and summaries show first."""
_PAPER_WIDTH = 148
_COLUMN = 15  # letters that the reference column holds


@dataclass(frozen=True)
class Scale:
    """How a unit is shown to a reader."""

    label: str
    factor: float
    decimals: int

    @classmethod
    def of(cls, outcome: str, unit: str) -> Scale:
        """Shares in per cent, money in billions, the rest as it is."""
        from sim.measures.catalogue import Kind
        from sim.measures.outcomes import CATALOGUE

        if unit == "share":
            return cls("%", 100, 2)
        return cls(f"bn {unit}", 1e-9, 1) if CATALOGUE[outcome].kind is Kind.MONEY else cls(unit, 1, 0)

    def number(self, value: float, *, signed: bool = False) -> str:
        """A value in this unit, thousands separated; never a negative zero."""
        rounded = round(value * self.factor, self.decimals) + 0.0
        return f"{rounded:{'+' if signed else ''},.{self.decimals}f}"


def cell(row: pd.Series[float], scale: Scale) -> Text:
    """An effect with its parts of chance and of parameters, and below it the interval that holds both.

    Dimmed and in brackets where the interval includes zero; where there are no parts to show, effect ± half-width.
    """
    whole = brief(row, scale)
    if not told_apart(row) or "±" not in whole.plain:
        return whole
    effect = scale.number(row["effect"], signed=True)
    text = f"{effect} {parts(row, scale)}"
    interval = f"[{scale.number(row['low'], signed=True)}, {scale.number(row['high'], signed=True)}]"
    return Text(f"{text if row['clear'] else f'({text})'}\n{interval}", style=whole.style)


def brief(row: pd.Series[float], scale: Scale) -> Text:
    """An effect ± half its interval; dimmed and in brackets where the interval includes zero."""
    effect = scale.number(row["effect"], signed=True)
    half = (row["high"] - row["low"]) / 2
    if row["effect"] == 0 and half == 0:
        return Text("0", style="dim")
    text = f"{effect} ± {scale.number(half)}" if half == half else f"{effect} ± ?"
    if not set(text) & set("123456789?"):  # smaller than the unit shows
        return Text("≈ 0", style="dim")
    return Text(text) if row["clear"] else Text(f"({text})", style="dim")


def parts(row: pd.Series[float], scale: Scale) -> str:
    """The half-widths that chance alone and parameters alone would give."""
    return f"±{scale.number(row['chance'])}/±{scale.number(row['parameters'])}"


def told_apart(row: pd.Series[float]) -> bool:
    """Whether a row has two parts to show: several parameter sets, and replicates enough of each."""
    return bool(row["members"] > 1 and row["chance"] == row["chance"])


def some_told_apart(effects: pd.DataFrame) -> bool:
    """Whether any row has two parts to show."""
    return bool(((effects["members"] > 1) & effects["chance"].notna()).any())


def holds(effects: pd.DataFrame) -> str:
    """What the intervals of a table of effects hold, as the end of a sentence."""
    sets, replicates = int(effects["members"].max()), int(effects["replicates"].max())
    if sets == 1:
        return "chance only, not uncertain parameters: there is one parameter set"
    over = f"over the {sets} parameter sets drawn from those that were not ruled out"
    if replicates == sets:
        return f"chance and parameters {over}; with one seed each, the two cannot be told apart"
    return f"chance and parameters {over}"


def legend(effects: pd.DataFrame, reference: str) -> str:
    """How to read the cells."""
    shown = (
        "± from chance alone / ± from parameters alone,\nand below it the 95 % interval [low, high] that holds both"
        if some_told_apart(effects)
        else "± half the 95 % interval"
    )
    unit = "shares in percentage points"
    return f"Effects: policy minus {reference}, the same people in both, {shown}; {unit}.\n{_UNCLEAR}"


def check_rows(themes: Mapping[str, Sequence[str]]) -> None:
    """Raise an InputError for a row whose outcome does not exist."""
    known = _titles()
    for outcome, _ in (_split(row) for rows in themes.values() for row in rows):
        if outcome not in known:
            raise unknown("outcome", outcome, known)


def caption(settings: Settings) -> str:
    """What a picture or a table was made from."""
    from experiments.request.build import Build

    return (
        f"{Build.of(settings).title}, {settings.fork} to {settings.until}, scale 1:{1 / settings.scale:g}, "
        f"{settings.replicates} paired replicates ({sets(settings)}), seed {settings.seed}"
    )


def sets(settings: Settings) -> str:
    """How many draws of parameters the replicates hold."""
    if settings.parameters.ensemble is None:
        return "one parameter set"
    draws = "1 draw" if settings.draws == 1 else f"{settings.draws} draws"
    return f"{draws} of parameters x {settings.seeds} {'seed' if settings.seeds == 1 else 'seeds'}"


def heading(settings: Settings, manifest: Mapping[str, Any], effects: pd.DataFrame) -> str:
    """What was run, what its intervals hold, and how much pairing bought."""
    ratios = ", ".join(f"{name.replace('_', ' ')} {x:,.0f}" for name, x in manifest["variance_ratio"].items())
    return (
        f"{caption(settings)}, brain-circulation {manifest['packages']['brain-circulation']}\n"
        f"A comparison, not a forecast; the intervals hold {holds(effects)}.\n"
        f"Variance by chance, independent over paired seeds (median over arms and years): {ratios or 'unknown'}."
    )


def reference(question: Question) -> str:
    """What a reader calls the life that the arms are compared with."""
    return question.against.title.partition(":")[0] if question.against.policies else "baseline"


def block(effects: pd.DataFrame, arm: Arm, themes: Mapping[str, Sequence[str]]) -> Table:
    """One arm's effects; `themes` holds the rows, each outcome or outcome/group."""
    by_row = effects.set_index(["outcome", "group", "horizon"])
    horizons = sorted(effects["horizon"].unique())
    title = _title(by_row, arm, horizons[-1])
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, expand=True, padding=0)
    table.add_column("outcome", ratio=22)
    table.add_column("unit", width=10)
    table.add_column(
        f"{_short(effects['against'].iloc[0])}\n{effects['year'].min()} → {effects['year'].max()}",
        justify="right",
        ratio=11,
    )
    for horizon in horizons:
        table.add_column(f"after\n{horizon} y", justify="right", ratio=19)
    present = set(by_row.index)
    for theme, rows in {**themes, "Money": [COST_A_YEAR]}.items():
        table.add_row(Text(theme, style="italic"))
        above = ""
        for outcome, group in map(_split, rows):
            cells = [row_of(by_row, outcome, group, h) if (outcome, group, h) in present else None for h in horizons]
            known = [row for row in cells if row is not None]
            if known:
                scale = Scale.of(outcome, known[0]["unit"])
                baseline = " → ".join(scale.number(known[end]["reference"]) for end in (0, -1))
                texts = [Text("-", style="dim") if row is None else cell(row, scale) for row in cells]
                name = f"  · {group}" if outcome == above else f"  {title_of(outcome, group)}"
                table.add_row(name, scale.label, baseline, *texts)
                above = outcome
    return table


def row_of(table: pd.DataFrame, *key: Hashable) -> pd.Series[Any]:
    """The row of a table whose index has these levels."""
    at: Any = key
    row: pd.Series[Any] = table.loc[at]
    return row


def title_of(outcome: str, group: str = "all") -> str:
    """What a reader calls an outcome, or one of its groups."""
    title = _titles()[outcome]
    return title if group == "all" else f"{title}: {group.replace('_', ' ')}"


def console() -> Console:
    """Standard output, as wide as the table reads well."""
    out = Console(highlight=False)
    out.width = min(out.width, _PAPER_WIDTH) if out.is_terminal else _PAPER_WIDTH
    return out


def _titles() -> dict[str, str]:
    from sim.measures.outcomes import CATALOGUE

    return {name: outcome.title for name, outcome in CATALOGUE.items()}


def _title(by_row: pd.DataFrame, arm: Arm, horizon: int) -> Text:
    cost = row_of(by_row, COST_A_YEAR, "all", horizon)
    scale = Scale.of(COST_A_YEAR, cost["unit"])
    return Text.assemble(
        (arm.title, "bold"),
        f"\ncost a year {brief(cost, scale)} {scale.label} over {horizon} years; evidence: {arm.evidence}",
    )


def _short(name: str) -> str:
    return name if len(name) <= _COLUMN else "against"


def _split(row: str) -> tuple[str, str]:
    outcome, _, group = row.partition("/")
    return outcome, group or "all"
