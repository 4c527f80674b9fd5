"""What an observer keeps: the people as they are, year by year, and the calls."""

from dataclasses import replace

import numpy as np
import pytest

from experiments.replication.design import constant
from experiments.replication.panel import TEAM, FollowUp
from sim import BrainCirculation, DataError, World
from sim.vocabulary import HOME

UNTIL = 2010


@pytest.fixture(scope="module")
def followed() -> tuple[FollowUp, BrainCirculation]:
    model = BrainCirculation(seed=3, scale=0.05, calls=True)
    return FollowUp.follow(model, UNTIL), model


def test_values_are_those_of_the_model_whatever_the_order(followed: tuple[FollowUp, BrainCirculation]) -> None:
    lives, model = followed
    people = model.people
    rows = np.flatnonzero(~people.candidate)[::7][::-1]
    for column in ("region", "stage", "papers", "early"):
        found = lives.value(column, people.identity[rows], UNTIL)
        np.testing.assert_array_equal(found, people[column][rows].astype(float))


def test_who_is_not_there_has_no_value_and_a_latest_one(followed: tuple[FollowUp, BrainCirculation]) -> None:
    lives, _ = followed
    first, last = set(lives.people(2005)["person"]), set(lives.people(UNTIL)["person"])
    gone, new = np.array(sorted(first - last)), np.array(sorted(last - first))
    assert len(gone)
    assert len(new)
    assert np.isnan(lives.value("papers", gone, UNTIL)).all()
    assert (lives.latest("papers", gone, UNTIL) >= lives.value("papers", gone, 2005)).all()
    assert (lives.latest("papers", new, 2005) == 0).all()
    assert (lives.abroad(gone, UNTIL) == 0).all()
    with pytest.raises(KeyError):
        lives.value("papers", gone, UNTIL + 1)


def test_papers_of_years_add_up(followed: tuple[FollowUp, BrainCirculation]) -> None:
    lives, _ = followed
    person = lives.people(2008)["person"].to_numpy()[:500]
    by_year = sum(lives.papers(person, year, year) for year in range(2006, UNTIL + 1))
    np.testing.assert_allclose(by_year, lives.papers(person, 2006, UNTIL), atol=1e-3)
    assert (lives.papers(person, 2006, UNTIL) >= 0).all()


def test_a_leader_signs_what_the_team_writes(followed: tuple[FollowUp, BrainCirculation]) -> None:
    lives, model = followed
    person = lives.people(UNTIL)["person"].to_numpy()
    written, signed = (of(person, UNTIL, UNTIL) for of in (lives.papers, lives.signed))
    team = lives.value(TEAM, person, UNTIL)
    lead = (team > 1.2) & (written > 0)
    np.testing.assert_allclose(signed[team == 1], written[team == 1])
    assert (signed[lead] > written[lead] * 1.1).all()
    with_team = written[lead] * (1 - 1 / team[lead]) / model.parameters.joint_credit
    np.testing.assert_allclose(signed[lead], written[lead] / team[lead] + with_team, rtol=1e-5)
    whole = replace(lives, parameters=model.parameters.replace(joint_credit=1.0))
    np.testing.assert_allclose(whole.signed(person, UNTIL, UNTIL), written, rtol=1e-5)
    years = np.where(person % 2, 2008, UNTIL)  # a first year for each
    by_year = sum(lives.signed(person, year, year) * (years <= year) for year in range(2008, UNTIL + 1))
    np.testing.assert_allclose(lives.signed(person, years, UNTIL), by_year, atol=1e-4)


def test_impact_reads_talent_back_from_the_share_of_top_papers(followed: tuple[FollowUp, BrainCirculation]) -> None:
    lives, model = followed
    people = lives.people(UNTIL)
    home = people[(people["region"] == HOME) & (people["years_abroad"] < 1) & (people["papers"] > 3)]
    impact = lives.impact(home["person"].to_numpy(), 2006, UNTIL)
    known = np.isfinite(impact)
    quality = home["talent"].to_numpy()[known] - model.parameters.top10_threshold
    assert np.corrcoef(impact[known], quality)[0, 1] > 0.99
    assert 0 <= (impact[known] - quality).mean() < 0.1  # the environment at home


def test_applicants_come_with_their_distance_and_the_place_they_name(
    followed: tuple[FollowUp, BrainCirculation],
) -> None:
    lives, _ = followed
    calls = lives.applicants("overseas_fellowship", 2007, 2009)
    assert set(calls["year"]) == {2007, 2008, 2009}
    assert ((calls["distance"] > 0) == calls["won"]).all()
    won = calls[calls["won"]]
    there = lives.value("region", won["person"].to_numpy(), won["year"].to_numpy())
    assert (there == won["region"]).mean() > 0.6  # who wins goes there, unless something better came


def test_one_number_of_the_world_can_be_changed() -> None:
    world = World.load()
    changed = constant(world, "candidates", "early_share", 0.3)
    assert changed.candidates.value("early_share") == 0.3
    assert world.candidates.value("early_share") == 0.1
    assert changed.candidates.value("ties_home") == world.candidates.value("ties_home")
    with pytest.raises(DataError, match="did you mean 'early_share'"):
        constant(world, "candidates", "earl_share", 0.3)
