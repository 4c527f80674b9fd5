"""The printed table and the figures: readable numbers, honest marks."""

from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from rich.console import Console

from experiments.analysis.effects import effects
from experiments.report import figures
from experiments.report.tables import Scale, block, cell, holds, legend
from experiments.request.comparison import Arm
from experiments.run.replicates import Plan
from tests.experiments.fake import FORK, UNTIL, Shift, fake, run

ARMS = {"push": (Shift(size=40, cost=2e9),), "no_change": ()}
ROWS = {"Mobility": ["departures", "departures/US", "departures/nowhere", "overseas_experience_share"]}


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return effects(run(Plan(fake, ARMS, FORK, UNTIL, (1, 10)), seed=1, replicates=4), FORK)


def printed(table: pd.DataFrame, arm: Arm) -> str:
    rows = table[(table["policy"] == arm.name) & table["horizon"].isin([1, 10])]
    console = Console(width=144, highlight=False)
    with console.capture() as capture:
        console.print(block(rows, arm, ROWS))
    return capture.get()


@pytest.mark.parametrize(
    ("outcome", "unit", "value", "text"),
    [
        ("departures", "persons/yr", 12345.6, "12,346"),
        ("postdocs", "persons", -0.3, "0"),
        ("foreign_share", "share", 0.12345, "12.35"),
        ("cost", "JPY/yr", 12.34e9, "12.3"),
        ("cost_a_year", "JPY/yr", 1.234e12, "1,234.0"),
    ],
)
def test_numbers_are_readable(outcome: str, unit: str, value: float, text: str) -> None:
    assert Scale.of(outcome, unit).number(value) == text


@pytest.mark.parametrize(
    ("effect", "low", "high", "text"),
    [
        (1234, 1000, 1468, "+1,234 ± 234"),
        (-12, -20, -4, "-12 ± 8"),
        (5, -3, 13, "(+5 ± 8)"),
        (0, 0, 0, "0"),
        (5, float("nan"), float("nan"), "(+5 ± ?)"),
    ],
)
def test_an_effect_shows_its_interval_and_whether_it_is_clear(
    effect: float, low: float, high: float, text: str
) -> None:
    row = {"effect": effect, "low": low, "high": high, "clear": low > 0 or high < 0}
    row |= {"members": 1, "chance": (high - low) / 2, "parameters": 0.0}
    assert str(cell(pd.Series(row), Scale.of("departures", "persons"))) == text


@pytest.mark.parametrize(
    ("effect", "half", "chance", "parameters", "text"),
    [
        (1234, 234, 100.0, 200.0, "+1,234 ±100/±200\n[+1,000, +1,468]"),
        (5, 8, 2.0, 7.0, "(+5 ±2/±7)\n[-3, +13]"),
        (5, 8, 6.0, 0.0, "(+5 ±6/±0)\n[-3, +13]"),
        (5, 3, float("nan"), float("nan"), "+5 ± 3"),
        (0, 0, 0.0, 0.0, "0"),
    ],
)
def test_chance_and_parameters_are_shown_apart(
    effect: float, half: float, chance: float, parameters: float, text: str
) -> None:
    row = {"effect": effect, "low": effect - half, "high": effect + half, "clear": abs(effect) > half}
    row |= {"members": 10, "chance": chance, "parameters": parameters}
    assert str(cell(pd.Series(row), Scale.of("departures", "persons"))) == text


@pytest.mark.parametrize(
    ("members", "said"),
    [((), "± half the 95 % interval"), ((1, 1, 2, 2), "± from chance alone / ± from parameters alone")],
)
def test_table_and_figures_say_how_to_read_them(members: tuple[int, ...], said: str) -> None:
    plan = Plan(fake, {"push": (Shift(size=40, noise=3),)}, FORK, UNTIL, (1, 10), members=members)
    found = effects(run(plan, seed=1, replicates=4), FORK)
    assert said in legend(found, "baseline")
    assert holds(found) in figures.note(found)
    assert ("chance alone" in figures.note(found)) == bool(members)
    assert "±" in printed(found, Arm("push"))
    assert ("/±" in printed(found, Arm("push"))) == bool(members)


def test_block_names_the_arm_its_cost_its_rows_and_years(table: pd.DataFrame) -> None:
    text = printed(table, Arm("push", "A push", (SimpleNamespace(grade="S", changes=[SimpleNamespace(grade="A")]),)))
    assert "A push" in text
    assert "cost a year +2.0 ± 0.0 bn JPY/yr over 10 years; evidence: policy S; sizes A" in text
    assert f"{FORK + 1} → {FORK + 10}" in text
    assert text.count("+40 ± 0") == 2
    assert text.count("+20 ± 0") == 2
    assert "nowhere" not in text


def test_an_arm_that_changes_nothing_shows_plain_zeros(table: pd.DataFrame) -> None:
    text = printed(table, Arm("no_change"))
    assert "No change" in text
    assert "±" not in text
    assert "+" not in text


@pytest.mark.parametrize("members", [(), (1, 1, 2, 2)])
def test_every_figure_is_drawn(members: tuple[int, ...], tmp_path: Path) -> None:
    plan = Plan(fake, ARMS, FORK, UNTIL, (1, 10), members=members)
    table = effects(run(plan, seed=1, replicates=4), FORK)
    figures.draw_all(table, {"push": "A push", "no_change": "No change"}, ["US", "CHN"], "Somewhere", tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"effects.png", "paths.png", "regions.png"}
    assert all(path.stat().st_size > 10_000 for path in tmp_path.iterdir())
