"""What a benefit comes to, by hand: tax break, cash and research money, each alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from sim.process import benefits
from sim.rules.benefits import RETURNEES
from sim.vocabulary import HOME, Stage
from tests.sim.conftest import changing

if TYPE_CHECKING:
    from sim import BrainCirculation

YEARS = 4


@pytest.mark.parametrize("lever", ["share", "money", "research_money"])
def test_each_part_of_a_benefit_is_given_without_the_others(history: BrainCirculation, lever: str) -> None:
    offers = {lever: 0.25, "years": YEARS}
    twin = history.fork([changing(*({"lever": f"benefits.returnees.{one}", "set": x} for one, x in offers.items()))])
    year, people = twin._open_year(2026), twin.people
    rows = np.flatnonzero((people.region == HOME) & (people.stage == Stage.PERMANENT) & (people.benefit_until == 0))[:4]
    benefits.grant(people, rows, np.full(len(rows), RETURNEES, np.uint8), year)
    income = benefits.net_incomes(year)[people.tier[rows], Stage.PERMANENT]
    cash = {"share": 0.25 * income, "money": np.full(len(rows), 0.25), "research_money": np.zeros(len(rows))}[lever]
    assert people.benefit_money[rows] == pytest.approx(cash)
    assert (people.research_money[rows] == (0.25 if lever == "research_money" else 0)).all()
    assert (people.benefit_until[rows] == 2026 + YEARS - 1).all(), "this year is the first"
    assert (people.benefit[rows] > 0).all()
    worth = {"share": np.log(1.25), "money": np.log(1 + 0.25 / income)}
    if lever in worth:
        assert people.benefit[rows] == pytest.approx(worth[lever] + 0 * income, rel=1e-4)


def test_nobody_gets_a_second_benefit_or_one_abroad(history: BrainCirculation) -> None:
    twin = history.fork([changing({"lever": "benefits.returnees.money", "set": 2})])
    year, people = twin._open_year(2026), twin.people
    rows = np.array([0, 1])
    people.region[rows], people.benefit_until[rows], people.benefit_money[rows] = (HOME, 3), (2024, 0), 0
    benefits.grant(people, rows, np.full(2, RETURNEES, np.uint8), year)
    assert people.benefit_until[rows].tolist() == [2024, 0]
    assert not people.benefit_money[rows].any()
