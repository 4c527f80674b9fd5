"""Calls: who may apply and who wins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim import BrainCirculation
from sim.market import selection as awards
from sim.vocabulary import HOME, RANKS, Mode, Stage
from sim.world.programmes import ProgrammeKind
from tests.sim.conftest import everyone

if TYPE_CHECKING:
    from numpy.typing import NDArray


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(places=st.integers(0, 400), more=st.integers(0, 400))
def test_more_places_never_mean_fewer_awards(history: BrainCirculation, places: int, more: int) -> None:
    year = history._open_year(2026)
    programme = history.programmes[0]
    seekers = everyone(history, year)
    rows = awards.eligible(programme.record, seekers, np.arange(len(seekers)), year)[:300]
    few = awards.select(programme, history.people, rows, year, places=places)
    many = awards.select(programme, history.people, rows, year, places=places + more)
    assert len(few) == min(places, len(rows))
    assert len(many) == min(places + more, len(rows))
    assert np.isin(few, many).all(), "whoever wins with fewer places wins with more"


def test_eligibility_follows_the_record(history: BrainCirculation) -> None:
    year, people = history._open_year(2026), history.people
    seekers, all_of_them = everyone(history, year), np.arange(len(people))
    fellowship = next(p for p in history.programmes if p.record.name == "overseas_fellowship").record
    may = awards.eligible(fellowship, seekers, all_of_them, year)
    assert len(may)
    assert (people.origin[may] == HOME).all()
    assert (people.region[may] == HOME).all()
    assert (year.number - people.degree_year[may] <= fellowship.degree_within).all()
    assert not (people.stage[may] == Stage.DOCTORAL).any()
    inbound = next(p for p in history.programmes if p.record.kind is ProgrammeKind.FELLOWSHIP_HERE).record
    assert not len(awards.eligible(inbound, seekers, np.flatnonzero(people.origin == HOME), year))


def test_the_better_win_more_often(history: BrainCirculation) -> None:
    year, people = history._open_year(2026), history.people
    rows = np.flatnonzero(people.degree_year > 2015)
    won = awards.select(history.programmes[0], people, rows, year, places=len(rows) // 5)
    assert people.talent[rows[won]].mean() > people.talent[np.delete(rows, won)].mean() + 0.1


def test_a_post_found_in_the_last_year_of_an_award_is_taken_up_when_it_is_over() -> None:
    model = BrainCirculation(seed=4, scale=0.3).run_through(2009)

    def now_of(who: NDArray[np.int64]) -> NDArray[np.intp]:
        return model.people.rows(who)

    people = model.people
    last = (people.mode == Mode.FELLOWSHIP) & (people.contract_end == 2010) & ~people.post_kept
    fellows, where = people.identity[last & (people.stage == Stage.POSTDOC)], people.region.copy()
    there = dict(zip(people.identity.tolist(), where.tolist(), strict=True))
    model.run_through(2010)
    rows = now_of(fellows)
    fellows, rows = fellows[rows >= 0], rows[rows >= 0]
    people = model.people
    hired = fellows[people.post_kept[rows]]
    rows = now_of(hired)
    assert len(hired) > 5
    assert people.region[rows].tolist() == [there[who] for who in hired.tolist()]
    assert np.isin(people.stage[rows], RANKS).all()
    assert (people.programme[rows] >= 0).all(), "the award is paid to its end"
    at_home = now_of(fellows)
    assert not np.isin(people.stage[at_home][people.region[at_home] == HOME], RANKS).any()
    model.run_through(2011)
    people = model.people
    rows = now_of(hired)
    rows = rows[(rows >= 0) & (people.stage[rows] != Stage.LEFT)]
    back = people.region[rows] == HOME
    assert back.mean() > 0.9  # a few go away again within the year
    assert (people.returned_year[rows] == 2011).all()
    assert (people.programme[rows][back] < 0).all()
