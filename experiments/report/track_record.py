"""What a policy leans on: rows of the kept response card and studies that test what it moves, and how the model did."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from math import nan
from typing import TYPE_CHECKING, Literal

from experiments.run.store import ROOT
from sim.world.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from experiments.replication.design import QuasiExperiment
    from experiments.request.comparison import Arm
    from sim import World
    from sim.world.country import Country
    from sim.world.programmes import ProgrammeKind

REFERENCE = ROOT / "results" / "reference"
"""The kept results: of the default country, which alone has them."""
Nearness = Literal["direct", "similar", "context"]
_ORDER = ("direct", "similar", "context")
_PROGRAMMES = "programmes"
_NUMBERS = {"parameters", *TABLES} - {"posts"}  # what addresses begin with; the levers of posts are an instrument
_OUTCOME_OF = {"dispatch_over_30_days": "dispatches", "foreign_doctorates_here": "foreign_retention"}  # by statistic
_VERDICTS = {"right": "sign_right", "unclear": "sign_open", "wrong": "sign_wrong"}


@dataclass(frozen=True)
class Leaning:
    """A row of the response card, or an estimand of a repeated study, that bears on what an arm moves.

    nearness: direct where the test moves a lever of the arm, similar where it moves another of the same instrument or
    programme, or a programme of the same kind; else context. published: from low to high, NaN where only a sign is
    stated, which is `sign`. ours: response or estimate, low, high. years: after the shock, 0 of a study.
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
    sign: str = ""
    years: int = 0


def leaning(arm: Arm, country: Country, kept: Path = REFERENCE) -> list[Leaning]:
    """Rows of the response card, those nearest to an arm first; empty for a country without kept results."""
    card, levers = _table(kept / "responses" / "responses.csv"), _levers(country)
    if not country.is_default or card is None:
        return []
    moved = _moved(arm)
    found = [
        Leaning(
            row["row"], row["title"], row["outcome"], row["population"], row["unit"],
            (float(row["published_low"]), float(row["published_high"])),
            (float(row["response"]), float(row["low"]), float(row["high"])),
            row["verdict"], row["source"], row["grade"],
            _nearness(moved, levers.get(row["shock"], frozenset())),
            years=int(row["horizon"]),
        )
        for row in card
    ]  # fmt: skip
    return nearest(found)


def missed(country: Country, kept: Path = REFERENCE) -> frozenset[str]:
    """Outcomes of whose statistics some number that was observed after the fit lies outside its tolerance; none of a
    country without a kept validation.
    """
    fit = _table(kept / "validate" / "fit.csv")
    if not country.is_default or fit is None:
        return frozenset()
    wrong = {row["statistic"] for row in fit if row["use"] == "validate" and row["inside"] == "False"}
    return frozenset(_OUTCOME_OF.get(name, name) for name in wrong)


def repeated(arm: Arm, world: World, kept: Path = REFERENCE) -> list[Leaning]:
    """Estimands of the published studies that were repeated on simulated people, those nearest to an arm first."""
    from experiments.replication.catalogue import EXPERIMENTS

    table = _table(kept / "quasi" / "quasi.csv")
    if not world.country.is_default or table is None:
        return []
    moved, kinds = _moved(arm), _kinds(arm, world)
    found = [
        Leaning(
            row["experiment"], row["title"], row["estimand"], "", row["unit"],
            (_number(row["expected_low"]), _number(row["expected_high"])),
            (_number(row["estimate"]), _number(row["low"]), _number(row["high"])),
            row["size"] if row["size"] in ("inside", "outside") else _VERDICTS.get(row["sign"], "none"),
            row["source"], row["grade"], _of_study(EXPERIMENTS[row["experiment"]], moved, kinds),
            row["expected_sign"],
        )
        for row in table if row["experiment"] in EXPERIMENTS
    ]  # fmt: skip
    return nearest(found)


def nearest(*tests: Sequence[Leaning]) -> list[Leaning]:
    """Several lists of tests as one, the nearest first."""
    return sorted((one for some in tests for one in some), key=lambda one: _ORDER.index(one.nearness))


def _moved(arm: Arm) -> set[str]:
    """The levers and addresses that an arm moves, without the labels that it picks."""
    return {change.target.head for policy in arm.policies for change in policy.changes}


def _kinds(arm: Arm, world: World) -> set[ProgrammeKind]:
    """The kinds of the programmes that an arm moves or brings."""
    named = {head.split(".")[1] for head in _moved(arm) if head.startswith(f"{_PROGRAMMES}.")}
    brought = [record for policy in arm.policies for record in policy.programmes]
    return {record.kind for record in brought} | {one.kind for one in world.programmes if one.name in named}


def _nearness(moved: set[str], shocked: frozenset[str]) -> Nearness:
    if moved & shocked:
        return "direct"
    if {_family(lever) for lever in moved} & {_family(lever) for lever in shocked}:
        return "similar"
    return "context"


def _of_study(study: QuasiExperiment, moved: set[str], kinds: set[ProgrammeKind]) -> Nearness:
    nearness = _nearness(moved, frozenset(study.levers))
    return "similar" if nearness == "context" and kinds & set(study.kinds) else nearness


def _family(lever: str) -> str:
    """The instrument, and of a programme's lever the programme; of a number of the world the number itself."""
    above = lever.rpartition(".")[0]
    return lever if above in _NUMBERS else above


def _number(value: str) -> float:
    return float(value) if value else nan


@cache
def _table(path: Path) -> Sequence[Mapping[str, str]] | None:
    if not path.is_file():
        return None
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def _levers(country: Country) -> Mapping[str, frozenset[str]]:
    """The levers and addresses that each standard shock moves."""
    from experiments.request.build import as_input_errors
    from experiments.responses.shocks import LEVERS, read_shocks

    if not country.has_targets("shocks"):
        return {}
    with as_input_errors():
        shocks = read_shocks(country.targets("shocks"))
    return {
        name: frozenset(step.series if step.table == LEVERS else f"{step.table}.{step.series}" for step in shock.steps)
        for name, shock in shocks.items()
    }
