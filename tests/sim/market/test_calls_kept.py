"""Calls kept for an observer: what the panels saw, without changing any number."""

from __future__ import annotations

import numpy as np
import pytest

from sim import BrainCirculation
from tests.sim.programmes import bringing, joint


@pytest.fixture(scope="module")
def watched() -> BrainCirculation:
    return BrainCirculation(seed=11, scale=0.05, calls=True).run_through(2009)


def test_watching_changes_nothing(watched: BrainCirculation) -> None:
    alone = BrainCirculation(seed=11, scale=0.05).run_through(2009)
    assert alone.tally.calls is None
    assert watched.people.equals(alone.people)
    assert watched.table().equals(alone.table())


def test_every_call_is_there_with_its_applicants_and_awards(watched: BrainCirculation) -> None:
    """Who declined an award stands neither with the winners nor with those who were refused."""
    assert watched.tally.calls
    left_out = 0
    for programme in watched.programmes:
        kept = [call for call in watched.tally.calls if call.programme == programme.number]
        left_out += watched.tally.applications[programme.number] - sum(len(call.draw_key) for call in kept)
        assert sum(call.won.sum() for call in kept) == watched.tally.awards[programme.number]
    assert left_out == watched.tally.events["awards_declined"]


def test_winners_stand_above_the_cut_off_and_the_rest_below(watched: BrainCirculation) -> None:
    sharp = 0
    for call in watched.tally.calls or []:
        if np.isfinite(call.distance).all() and len(call.draw_key):
            assert (call.distance[call.won] > 0).all()
            assert (call.distance[~call.won] < 0).all()
            assert call.distance[call.won].min() == pytest.approx(-call.distance[~call.won].max(), abs=1e-6)
            sharp += 1
        else:
            assert np.isnan(call.distance).all()
            assert call.won.all() or not call.won.any()
    assert sharp >= 3


def test_applicants_to_stays_abroad_say_where_they_want_to_go(watched: BrainCirculation) -> None:
    (call,) = [c for c in watched.tally.calls or [] if c.programme == watched.world.programme("overseas_fellowship")]
    assert (call.region > 0).all()
    known = np.isin(call.draw_key, watched.people.draw_key)
    assert known.all()


def test_a_fork_goes_on_watching(watched: BrainCirculation) -> None:
    assert watched.fork().run_through(2010).tally.calls


def test_calls_of_joint_projects_are_kept_as_well(watched: BrainCirculation) -> None:
    model = watched.fork([bringing(joint(500, ["US"]), start=2010)]).run_through(2010)
    (call,) = [call for call in model.tally.calls or [] if call.programme == model.programmes[-1].number]
    assert call.won.sum() == model.tally.awards[-1] > 0
    assert len(call.won) == model.tally.applications[-1] > call.won.sum()
    assert call.distance[call.won].min() > 0 > call.distance[~call.won].max()
    leaders = model.state.teams.identity[model.state.teams.programme == call.programme]
    assert set(model.people.draw_key[model.people.rows(leaders)]) == set(call.draw_key[call.won])
