"""What a policy leans on: rows of the kept response card and studies that test what it moves, and how the model did."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from experiments.run.store import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from experiments.request.comparison import Arm
    from sim.world.country import Country

REFERENCE = ROOT / "results" / "reference"
"""The kept results: of the default country, which alone has them."""
Nearness = Literal["direct", "similar", "context"]


@dataclass(frozen=True)
class Leaning:
    """A row of the response card that bears on what an arm moves.

    nearness: direct where the shock moves a lever of the arm, similar where it moves another of the same instrument or
    programme, context where the row measures an outcome that the answer shows.
    """

    row: str
    title: str
    outcome: str
    population: str
    unit: str
    published: tuple[float, float]
    ours: tuple[float, float, float]
    verdict: str
    source: str
    grade: str
    nearness: Nearness


def leaning(arm: Arm, country: Country, outcomes: Sequence[str], kept: Path = REFERENCE) -> list[Leaning]:
    """Rows that bear on an arm, the nearest first; empty for a country without kept results."""
    if not country.is_default:
        return []
    card, levers = _card(kept), _levers(country)
    if card is None:
        return []
    moved = {change.lever for policy in arm.policies for change in policy.changes if change.lever is not None}
    found = []
    for row in card.itertuples():
        nearness = _nearness(moved, levers.get(str(row.shock), frozenset()), str(row.outcome) in outcomes)
        if nearness:
            found.append(
                Leaning(
                    str(row.row), str(row.title), str(row.outcome), str(row.population), str(row.unit),
                    (float(str(row.published_low)), float(str(row.published_high))),
                    (float(str(row.response)), float(str(row.low)), float(str(row.high))),
                    str(row.verdict), str(row.source), str(row.grade), nearness,
                )
            )  # fmt: skip
    order = ("direct", "similar", "context")
    return sorted(found, key=lambda one: order.index(one.nearness))


def _nearness(moved: set[str], shocked: frozenset[str], shown: bool) -> Nearness | None:
    if moved & shocked:
        return "direct"
    if {_family(lever) for lever in moved} & {_family(lever) for lever in shocked}:
        return "similar"
    return "context" if shown else None


def _family(lever: str) -> str:
    """The instrument, and of a programme's lever the programme."""
    return lever.rpartition(".")[0]


@cache
def _card(kept: Path) -> pd.DataFrame | None:
    import pandas as pd

    path = kept / "responses" / "responses.csv"
    return pd.read_csv(path) if path.is_file() else None


@cache
def _levers(country: Country) -> Mapping[str, frozenset[str]]:
    """The levers that each standard shock moves."""
    import csv

    if not country.has_targets("shocks"):
        return {}
    found: dict[str, set[str]] = {}
    with country.targets("shocks").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["table"] == "levers":
                found.setdefault(row["shock"], set()).add(row["series"])
    return {shock: frozenset(levers) for shock, levers in found.items()}
