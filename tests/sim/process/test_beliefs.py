"""Beliefs follow what visible peers experience, and announced rules only by credence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from sim.instruments.hiring import OVERSEAS_WEIGHT
from sim.process.beliefs import Beliefs
from sim.vocabulary import HOME, Stage

if TYPE_CHECKING:
    from sim import BrainCirculation
    from sim.year import Year


def seen(year: Year, searches: int, successes: int) -> Year:
    year.tally.searches[:] = searches
    year.tally.successes[:] = successes
    return year


def test_people_come_to_believe_what_they_see(history: BrainCirculation) -> None:
    model = history.fork()
    people, beliefs = model.people, Beliefs.founded(4, 0.02, 5)
    people.belief_home[:] = 0.1
    people.belief_away[:] = 0.1
    for _ in range(40):
        beliefs.learn(people, seen(model._open_year(2026), 1000, 200))
    chance = 1 - 0.8**5
    np.testing.assert_allclose(beliefs.rate, 0.2, atol=1e-3)
    learners = people.stage == Stage.POSTDOC
    np.testing.assert_allclose(people.belief_home[learners], chance, atol=0.01)


def test_thin_cells_lean_on_their_parents(history: BrainCirculation) -> None:
    model, beliefs = history.fork(), Beliefs.founded(4, 0.1, 5)
    year = model._open_year(2026)
    year.tally.searches[:, 0, 0] = [10_000, 1, 10_000, 10_000]
    year.tally.successes[:, 0, 0] = [1_000, 1, 1_000, 1_000]
    beliefs.learn(model.people, year)
    assert beliefs.rate[1, 0, 0] < 0.35, "one person's success is not a rate of one"
    assert beliefs.rate[0, 0, 0] == pytest.approx(0.1, abs=1e-3)


def test_where_nobody_looked_rates_lean_on_the_mean_of_what_was_known(history: BrainCirculation) -> None:
    model, beliefs = history.fork(), Beliefs.founded(4, 0.1, 5)
    beliefs.rate[:, 0, 0] = known = np.array([0.02, 0.1, 0.2, 0.3])
    beliefs.learn(model.people, seen(model._open_year(2026), 0, 0))
    assert beliefs.rate[:, 0, 0].mean() == pytest.approx(known.mean())
    assert np.ptp(beliefs.rate[:, 0, 0]) < np.ptp(known)


def test_before_the_first_post_people_are_shown_the_chances_of_their_field_at_that_rank() -> None:
    beliefs = Beliefs.founded(3, 0.1, 5)
    beliefs.rate[:] = np.arange(1, 13).reshape(3, 2, 2) / 50
    stay, go = beliefs.chances(np.array([2, 0], np.uint8))
    chance = 1 - (1 - beliefs.rate) ** 5
    np.testing.assert_allclose(stay, chance[[2, 0], 0, 0], rtol=1e-6)
    np.testing.assert_allclose(go, chance[[2, 0], 0, 1], rtol=1e-6)


def test_those_without_foreign_ties_learn_later_about_those_who_left(history: BrainCirculation) -> None:
    model, beliefs = history.fork(), Beliefs.founded(4, 0.02, 5)
    people = model.people
    people.belief_away[:] = 0.1
    people.ties_abroad[::2], people.ties_abroad[1::2] = 0.0, 3.0
    beliefs.learn(people, seen(model._open_year(2026), 1000, 300))
    learners = (people.stage == Stage.POSTDOC) & (people.region == HOME)
    apart, tied = np.zeros(len(people), bool), np.zeros(len(people), bool)
    apart[::2], tied[1::2] = True, True
    assert people.belief_away[learners & tied].mean() > people.belief_away[learners & apart].mean() > 0.1


def test_an_announcement_moves_beliefs_by_credence(history: BrainCirculation) -> None:
    def moved(credence: float, weight: float) -> np.ndarray:
        model = history.fork()
        model.parameters = model.parameters.replace(credence=credence)
        before = model.people.belief_away.copy()
        shift = OVERSEAS_WEIGHT.announced(model.parameters, weight, 1.0) if OVERSEAS_WEIGHT.announced else 0.0
        model.beliefs.announce(model.people, shift)
        return model.people.belief_away - before

    assert (moved(0.0, 0.5) == 0).all()
    low, high = moved(0.2, 0.5), moved(0.8, 0.5)
    open_minded = (history.people.belief_away > 0.01) & (history.people.belief_away < 0.99)
    assert (high[open_minded] > low[open_minded]).all()
    assert (low[open_minded] > 0).all()
    assert (moved(0.5, -0.5)[open_minded] < 0).all()


def test_what_is_heard_fades_into_what_is_seen(history: BrainCirculation) -> None:
    model = history.fork()
    model.beliefs.announce(model.people, 0.1)
    announced_log_odds = model.beliefs.announced_log_odds
    model.beliefs.learn(model.people, model._open_year(2026))
    assert 0 < model.beliefs.announced_log_odds == pytest.approx(announced_log_odds * (1 - model.parameters.learning))
