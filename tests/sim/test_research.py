"""Papers, and the environment's part in their impact."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from sim import research
from sim.vocabulary import HOME, Stage

if TYPE_CHECKING:
    from sim import BrainCirculation


def published(history: BrainCirculation, **parameters: float) -> BrainCirculation:
    model = history.fork()
    model.parameters = model.parameters.replace(**parameters)
    model.flows = model._open_year(2026).flows
    now = model._open_year(2026)
    research.publish(model.people, now)
    model.flows = now.flows
    return model


def test_nobody_outside_research_publishes(history: BrainCirculation) -> None:
    model = published(history)
    gained = model.people.papers - history.people.papers
    idle = (history.people.stage == Stage.INDUSTRY) | (history.people.stage == Stage.LEFT) | history.people.candidate
    assert (gained[idle] == 0).all()
    assert gained.sum() > 0


def test_totals_are_those_of_the_people_at_home(history: BrainCirculation) -> None:
    model = published(history)
    here = model.people.region == HOME
    gained = (model.people.papers - history.people.papers)[here].sum(dtype=np.float64)
    assert model.flows.research["papers"] == pytest.approx(gained)
    top = (model.people.top10.astype(np.float64) - history.people.top10)[here].sum()
    assert model.flows.research["top10"] == pytest.approx(top, rel=1e-4)
    assert 0 < model.flows.research["top10"] < model.flows.research["papers"]


def test_the_frontier_lifts_impact_and_not_the_number(history: BrainCirculation) -> None:
    none, much = published(history, frontier_gain=0.0), published(history, frontier_gain=0.3)
    np.testing.assert_array_equal(none.people.papers, much.people.papers)
    settled = history.people.region == history.world.regions.index("US")
    gain = (much.people.top10 - none.people.top10)[settled]
    assert gain.sum() > 0
    assert (much.people.top10 >= none.people.top10 - 1e-5).all()


def test_foreign_ties_bring_international_papers(history: BrainCirculation) -> None:
    few, many = published(history, coauthor_ties=0.4), published(history, coauthor_ties=1.4)
    assert many.flows.research["international"] > few.flows.research["international"]
    assert many.flows.research["papers"] == few.flows.research["papers"]


def test_a_move_costs_output_in_its_year(history: BrainCirculation) -> None:
    moved = history.people.returned_year == history.year
    now = history._open_year(history.year)
    assert moved.any()
    assert now.parameters.move_dip < 0
    less, same = published(history, move_dip=-0.25), published(history, move_dip=0.0)
    assert less.people.papers.sum() <= same.people.papers.sum()
