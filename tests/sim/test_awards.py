"""Calls: who may apply and who wins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim import awards
from sim.vocabulary import HOME, Stage

if TYPE_CHECKING:
    from sim import BrainCirculation


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(places=st.integers(0, 400), more=st.integers(0, 400))
def test_more_places_never_mean_fewer_awards(history: BrainCirculation, places: int, more: int) -> None:
    now = history._open_year(2026)
    programme = history.programmes[0]
    rows = np.flatnonzero(awards.eligible(programme.record, history.people, np.arange(len(history.people)), now))[:300]
    few = awards.select(programme, history.people, rows, now, places=places)
    many = awards.select(programme, history.people, rows, now, places=places + more)
    assert few.sum() == min(places, len(rows))
    assert many.sum() == min(places + more, len(rows))
    assert (many >= few).all(), "whoever wins with fewer places wins with more"


def test_eligibility_follows_the_record(history: BrainCirculation) -> None:
    now, people = history._open_year(2026), history.people
    everyone = np.arange(len(people))
    fellowship = next(p for p in history.programmes if p.record.name == "overseas_fellowship").record
    may = awards.eligible(fellowship, people, everyone, now)
    assert may.any()
    assert (people.origin[may] == HOME).all()
    assert (people.region[may] == HOME).all()
    assert (now.year - people.degree_year[may] <= fellowship.degree_within).all()
    assert not (people.stage[may] == Stage.DOCTORAL).any()
    inbound = next(p for p in history.programmes if p.record.direction == "in").record
    assert not awards.eligible(inbound, people, np.flatnonzero(people.origin == HOME), now).any()


def test_the_better_win_more_often(history: BrainCirculation) -> None:
    now, people = history._open_year(2026), history.people
    rows = np.flatnonzero(people.degree_year > 2015)
    won = awards.select(history.programmes[0], people, rows, now, places=len(rows) // 5)
    assert people.talent[rows[won]].mean() > people.talent[rows[~won]].mean() + 0.1
