"""A country that is nothing like the shipped one runs without a line of code: the invented one of `tests/fixtures`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim import BrainCirculation, World
from sim.agents.model import PlainModel
from sim.vocabulary import HOME, LEADING, RANKS, Stage
from tests.sim.conftest import changing

FOLDER = Path(__file__).parents[1] / "fixtures" / "lagoon"
FORK, END = 2004, 2008


@pytest.fixture(scope="module")
def lagoon() -> BrainCirculation:
    """Its history: fork it, never run it."""
    return BrainCirculation(country=FOLDER, seed=3, scale=0.2, observed=True, chronicle=[1]).run_through(FORK)


def test_it_is_another_country() -> None:
    ours, theirs = World.load(FOLDER), World.load()
    for names in ("tiers", "fields", "regions"):
        assert not set(getattr(ours, names)) & set(getattr(theirs, names)), names
        assert len(getattr(ours, names)) != len(getattr(theirs, names)), names
    assert ours.country.about.currency != theirs.country.about.currency
    assert not any(record.kind == "stipend" for record in ours.programmes)


def test_people_of_all_kinds_live_in_it(lagoon: BrainCirculation) -> None:
    people, world = lagoon.people, lagoon.world
    assert set(np.unique(people.field)) == set(range(len(world.fields)))
    assert set(np.unique(people.region)) == set(range(len(world.regions)))
    assert set(np.unique(people.tier)) == {*range(len(world.tiers)), world.no_tier}
    at_post = (people.region == HOME) & np.isin(people.stage, RANKS)
    assert (people.tier[at_post] < world.no_tier).all()
    students = (people.region == HOME) & (people.stage == Stage.DOCTORAL)
    assert (people.tier[students] == LEADING).all()  # no other tier trains
    assert not people.stipend.any()
    person = lagoon.researchers.select(field="song", tier="laboratory")[0]
    assert "in the arts" in repr(person)
    assert "laboratory" in repr(person)


def test_more_and_better_places_send_more_people() -> None:
    """They hear with a lag that there are more places; a country so small is asked with three seeds."""
    more = changing(
        {"lever": "programmes.voyage.places", "times": 3.0},
        {"lever": "programmes.voyage.income", "add": 0.05},
        start=2005,
    )

    def awards(model: BrainCirculation) -> float:
        table = model.run_through(END).table()
        sent = (table["outcome"] == "awards") & (table["group"] == "voyage") & (table["year"] > FORK)
        return float(table.loc[sent, "value"].sum())

    histories = [BrainCirculation(country=FOLDER, seed=seed, scale=0.2).run_through(FORK) for seed in (3, 4, 5)]
    usual, tripled = (sum(awards(one.fork(arm)) for one in histories) for arm in ((), (more,)))
    assert usual * 1.5 < tripled <= usual * 3


def test_its_tables_speak_its_words(lagoon: BrainCirculation) -> None:
    table, seen = lagoon.table(), lagoon.observations()
    assert set(table["year"]) == set(range(2000, FORK + 1))
    for statistics, name in ((table, "outcome"), (seen, "statistic")):
        groups = set(statistics.loc[statistics[name] == "fixed_term_share", "group"])
        assert groups - {"all"} == {"college"}
        assert np.isfinite(statistics["value"]).all()
    assert set(table.loc[table["outcome"] == "cost", "unit"]) == {"XLG/yr"}
    flows = table[table["outcome"] == "departures"].set_index(["year", "group"])["value"]
    assert flows.loc[2001:, "all"].min() > 0
    assert {"North", "East", "South"} <= set(flows.index.get_level_values("group"))
    awards = table[table["outcome"] == "awards"].groupby("group")["value"].sum()
    assert (awards[["voyage", "welcome"]] > 0).all()
    assert table.loc[table["outcome"] == "papers", "value"].min() > 0


def test_it_forks_under_a_policy(lagoon: BrainCirculation) -> None:
    more = changing(
        {"lever": "programmes.voyage.places", "times": 3.0},
        {"lever": "programmes.voyage.income", "add": 0.05},
        start=2005,
    )
    plain, same, moved = (lagoon.fork(policies).run_through(END) for policies in ((), (), (more,)))
    assert plain.people.equals(same.people)

    gains = moved.winners_and_losers(plain)
    assert set(gains["outcome"]) == {"winners", "losers", "gaining", "losing"}
    shares = gains.loc[gains["outcome"].isin(["winners", "losers"]), "value"]
    assert shares.between(0, 1).all()
    assert shares.max() > 0


def test_the_plain_agents_live_in_it(lagoon: BrainCirculation) -> None:
    """The same draws make the same lives, but for a rounding that changes a choice, and who queues with that person."""
    plain = PlainModel(lagoon.fork())
    plain.step()
    people = lagoon.fork().run_through(FORK + 1).people
    here = {who: place for who, *place in zip(people.identity, people.stage, people.region, people.tier, strict=True)}
    there = {one.identity: [one.stage, one.region, one.tier] for one in plain.researchers}
    same = sum(here[who] == there[who] for who in here.keys() & there.keys())
    assert same / len(here.keys() | there.keys()) > 0.99
