"""The fast model against the plain Mesa agents: the same people, the same draws, so the same lives.

Both start from the same founding population (or the same state) and make the same keyed draws, the fast model in
float32, the plain one in Python's floats. Agreement is therefore exact but for a rounding that changes a choice now and
then, and the people who queue for the same places with somebody whose choice it changed.
"""

from __future__ import annotations

from math import isclose
from pathlib import Path
from statistics import fmean, stdev
from typing import TYPE_CHECKING

import numpy as np
import pytest

from sim import BrainCirculation, Parameters, Policy, Scenario, World
from sim.agents import draws
from sim.agents.model import PlainModel, states
from sim.agents.stakes import at_stake
from sim.agents.utility import Tables
from sim.engine import draws as fast_draws
from sim.engine.draws import Draw
from sim.market.stakes import stakes
from sim.population.columns import SCHEMA
from sim.population.waiting import Asks
from tests.sim.conftest import changing, price_of
from tests.sim.programmes import bringing, of_every_kind, shared

if TYPE_CHECKING:
    from collections.abc import Iterable

POLICIES = Path(__file__).parents[2] / "configs" / "policy"
PLACE = ("stage", "region", "tier")
SCALE = 0.01
SEEDS = range(21, 27)

WHAT_PEOPLE_CARRY = Policy.model_validate(
    {
        "schema": 1,
        "name": "what_people_carry",
        "title": "Pay, benefits and support of families",
        "title_ja": "給与・支援・帯同家族",
        "source": "assumed",
        "grade": "A",
        "start": 2026,
        "changes": [
            {"lever": lever, "set": value, "source": "assumed", "grade": "A"}
            for lever, value in {
                "pay.posts": 1.1,
                "family.support": 0.5,
                "benefits.returnees.share": 0.2,
                "benefits.recruits.money": 2.0,
                "benefits.stayers.research_money": 5.0,
            }.items()
        ],
    }
)

MECHANISMS = {
    "gate.share": 0.8,
    "gate.delay[in]": 3.0,
    "gate.hours": 30.0,
    "security.strictness[CHN]": 0.8,
    "security.exempt[science]": 0.3,
    "security.guidance": 0.3,
    "security.partner_requires[US]": 0.6,
    "security.protection": 0.1,
    "clock.managers": 10.0,
    "clock.cover": 100.0,
    "clock.relief": -20.0,
    "clock.hosting_hours": 100.0,
    "reputation.visibility[US]": 0.3,
    "contacts.ties": 0.5,
    "contacts.community": 0.5,
    "contacts.reach": 1.4,
    "contacts.window": 2.0,
    "language.training": 0.3,
    "industry.offers": 1.5,
    "industry.offers_to_foreigners": 1.5,
    "industry.language_bridge": 0.4,
    "leave.cover": 0.5,
}
PRICED = (
    *("hires.research_university", "arrivals.CHN", "returns.US", "departures", "entrants", "foreign_graduates"),
    *("persons.postdoc", "foreign.doctoral", "abroad.US", "leaders", "year", "managers", "hours", "learners"),
    *("covered_visit", "screened", "awards.overseas_fellowship", "holders.overseas_fellowship"),
)

A_MOVED_WORLD = Scenario.model_validate(
    {
        "kind": "world",
        "name": "a_moved_world",
        "title": "Numbers of every kind, moved by address",
        "title_ja": "各種の数値の変更",
        "source": "assumed",
        "grade": "A",
        "start": 2027,
        "changes": [
            {"address": address, operation: size, "source": "assumed", "grade": "A"}
            for address, operation, size in (
                ("drivers.income_ratio", "times", {2027: 0.9, 2029: 0.8}),
                ("drivers.operating_grants", "times", 0.95),
                ("regions.openness", "times", 0.8),
                ("positions.income[permanent]", "times", {2028: 1.1, 2030: 1.2}),
                ("posts[tenure-track]", "add", 2000),
                ("posts[postdoc]", "times", 0.9),
                ("parameters.fixed_limit", "set", 6),
                ("parameters.invitations", "set", 0.05),
                ("parameters.language_track", "set", 0.5),
            )
        ],
    }
)

Outcomes = dict[tuple[str, str], float]


def agreement(fast: BrainCirculation, slow: PlainModel, columns: Iterable[str]) -> float:
    """Share of all people found in either who are in both, and the same in these columns."""
    one = {state["identity"]: state for state in states(fast.people)}
    two = {person.identity: person for person in slow.researchers}
    same = sum(
        all(isclose(one[who][name], getattr(two[who], name), rel_tol=1e-4, abs_tol=1e-4) for name in columns)
        for who in one.keys() & two.keys()
    )
    return same / len(one.keys() | two.keys())


def observed(fast: BrainCirculation, year: int) -> Outcomes:
    """What the fast model reports for a year."""
    table = fast.table()
    rows = table[table["year"] == year]
    return dict(zip(zip(rows["outcome"], rows["group"], strict=True), rows["value"], strict=True))


@pytest.fixture(scope="module")
def world() -> World:
    return World.load()


@pytest.fixture(scope="module")
def parameters() -> Parameters:
    return Parameters.load()


@pytest.fixture(scope="module")
def pairs(world: World, parameters: Parameters) -> list[tuple[BrainCirculation, PlainModel]]:
    """Five years from the founding population, one pair a seed."""
    made = []
    for seed in SEEDS:
        fast = BrainCirculation(world, parameters, seed=seed, scale=SCALE)
        slow = PlainModel(fast)
        made.append((fast.run_through(world.first_year + 4), slow.run_through(world.first_year + 4)))
    return made


# ---------------------------------------------------------------------- person by person


def test_after_one_year_everybody_is_where_the_plain_model_says(world: World, parameters: Parameters) -> None:
    fast = BrainCirculation(world, parameters, seed=20, scale=SCALE)
    slow = PlainModel(fast).run_through(world.first_year)
    fast.run_through(world.first_year)
    assert agreement(fast, slow, PLACE) > 0.999
    assert agreement(fast, slow, [column.name for column in SCHEMA]) > 0.995


def test_after_five_years_nearly_everybody_is(pairs: list[tuple[BrainCirculation, PlainModel]]) -> None:
    assert fmean(agreement(fast, slow, PLACE) for fast, slow in pairs) > 0.995
    fast, slow = pairs[0]
    for column in SCHEMA:
        assert agreement(fast, slow, [column.name]) > 0.99, column.name


def test_as_much_is_at_stake_for_typical_people_when_the_model_begins(world: World, parameters: Parameters) -> None:
    slow = PlainModel(BrainCirculation(world, parameters, seed=20, scale=SCALE))
    slow.year += 1
    slow._open_year()
    there = slow._diaspora(), slow.known_abroad
    values = Tables(*there, slow.programmes, slow.present, slow.reputation, slow.time_gained)
    now = at_stake(slow.beliefs, slow.odds, slow.programmes, values)
    for mine, theirs in zip(now, slow.usual, strict=True):
        assert mine == pytest.approx(theirs, rel=1e-3, abs=1e-4)


def test_as_much_is_at_stake_under_levers_that_typical_people_answer_to(world: World, parameters: Parameters) -> None:
    sizes = {"visa.permanent_years": 15, "visa.permanent_years_skilled": 6, "family.support": 0.5}
    law = changing(*({"lever": lever, "set": size} for lever, size in sizes.items()))
    fast = BrainCirculation(world, parameters, seed=20, scale=SCALE).run_through(2025).fork([law])
    year = fast._open_year(2026)
    before, fast.state.usual = (
        fast.state.usual,
        stakes(fast.position_values(year), fast.beliefs, fast.state.odds, fast.programmes, year),
    )
    assert not np.allclose(before.back, fast.state.usual.back)
    slow = PlainModel(fast)
    slow.year += 1
    slow._open_year()
    there = slow._diaspora(), slow.known_abroad
    values = Tables(*there, slow.programmes, slow.present, slow.reputation, slow.time_gained)
    for mine, theirs in zip(at_stake(slow.beliefs, slow.odds, slow.programmes, values), slow.usual, strict=True):
        assert mine == pytest.approx(theirs, rel=1e-3, abs=1e-4)


def test_every_policy_at_once_from_a_later_state(world: World, parameters: Parameters) -> None:
    """Levers, announcements, guaranteed posts, supported applications, priced items: all that policies move."""
    policies: list[Policy | Scenario] = [Policy.from_file(path) for path in sorted(POLICIES.glob("*.yaml"))]
    policies = [one for one in policies if one.start > 2025]  # others would have changed the past
    policies += [WHAT_PEOPLE_CARRY, A_MOVED_WORLD]
    history = BrainCirculation(world, parameters, seed=5, scale=SCALE).run_through(2025)
    fast = history.fork(policies)
    slow = PlainModel(fast).run_through(2030)
    fast.run_through(2030)
    assert agreement(fast, slow, PLACE) > 0.99
    shown = observed(fast, 2030)
    assert {"return_post_year", "supported_application", "pay", "benefits", "research_money"} <= {
        group for _, group in slow.outcomes[2030]
    }
    assert slow.outcomes[2030]["cost", "all"] == pytest.approx(shown["cost", "all"], rel=0.02)


def test_gate_clock_and_contacts_and_what_they_cost(world: World, parameters: Parameters) -> None:
    priced = [{"item": item, "value": 1e3, "unit": price_of(item), "source": "test", "grade": "A"} for item in PRICED]
    changes = [{"lever": lever, "set": value, "source": "test", "grade": "A"} for lever, value in MECHANISMS.items()]
    policy = Policy.model_validate(
        WHAT_PEOPLE_CARRY.model_dump(by_alias=True, exclude_none=True) | {"changes": changes, "costs": priced}
    )
    history = BrainCirculation(world, parameters, seed=7, scale=SCALE).run_through(2025)
    fast = history.fork([policy])
    slow = PlainModel(fast).run_through(2028)
    fast.run_through(2028)
    assert agreement(fast, slow, PLACE) > 0.99
    assert agreement(fast, slow, ("ties_abroad", "ties_home", "language", "papers")) > 0.98
    shown = observed(fast, 2028)
    for item in PRICED:
        assert slow.outcomes[2028]["cost", item] == pytest.approx(shown["cost", item], rel=0.1, abs=2e3 / SCALE), item


def test_programmes_of_every_kind_from_a_later_state(world: World, parameters: Parameters) -> None:
    """Many of each, so that they meet: the two models agree on who came, who went and what it cost."""
    history = BrainCirculation(world, parameters, seed=6, scale=SCALE).run_through(2025)
    fast = history.fork([bringing(*of_every_kind(world))])
    slow = PlainModel(fast).run_through(2029)
    fast.run_through(2029)
    assert agreement(fast, slow, PLACE) > 0.99
    assert agreement(fast, slow, ("programme", "funded", "benefit", "ties_abroad", "stipend")) > 0.98
    shown = observed(fast, 2029)
    for record in fast.brought:
        assert sum(observed(fast, year).get(("cost", record.name), 0) for year in range(2026, 2030)) > 0, record.name
        assert slow.outcomes[2029]["cost", record.name] == pytest.approx(shown["cost", record.name], rel=0.1)


def test_second_appointments_from_a_later_state(world: World, parameters: Parameters) -> None:
    """Who holds one, with whom, what they write, where they go: the two models agree person by person."""
    records = [
        shared(9000, name="with_firms", share=0.5, offer=0.8),
        shared(6000, "host", name="with_hosts", regions=list(world.regions[1:4]), share=0.4, research_time=0.9),
    ]
    history = BrainCirculation(world, parameters, seed=8, scale=SCALE).run_through(2025)
    fast = history.fork([bringing(*records)])
    slow = PlainModel(fast).run_through(2029)
    fast.run_through(2029)
    assert agreement(fast, slow, PLACE) > 0.99
    assert agreement(fast, slow, ("papers", "ties_abroad", "tie_region", "years_abroad", "language")) > 0.98
    held = set(zip(fast.state.teams.identity.tolist(), fast.state.teams.region.tolist(), strict=True))
    theirs = {(team.person.identity, team.region) for team in slow.teams}
    assert len(held & theirs) > 0.97 * len(held | theirs) > 100
    shown = observed(fast, 2029)
    for group in ("all", "firms"):
        assert slow.outcomes[2029]["shared_posts", group] == pytest.approx(shown["shared_posts", group], rel=0.03)


def test_a_gate_that_takes_time_from_a_later_state(world: World, parameters: Parameters) -> None:
    """Who waits, for what and until when, and who moves as the permit comes."""
    slow_gate = changing({"lever": "gate.delay", "set": 8.0}, {"lever": "gate.share", "set": 0.9})
    more = bringing(*(one for one in of_every_kind(world) if one["kind"] in ("degree_abroad", "degree_here")))
    history = BrainCirculation(world, parameters, seed=9, scale=SCALE).run_through(2025)
    fast = history.fork([slow_gate, more])
    slow = PlainModel(fast).run_through(2028)
    fast.run_through(2028)
    assert agreement(fast, slow, PLACE) > 0.99
    waits = {(int(x["asks"]), int(x["draw_key"]), int(x["region"]), int(x["due"])) for x in fast.state.waiting.rows}
    theirs = {(int(x.asks), x.who.draw_key, x.region, x.due) for x in slow.waiting}
    assert {asks for asks, *_ in waits} == set(Asks)
    assert len(waits & theirs) > 0.97 * len(waits | theirs) > 100


def test_a_rule_that_differs_is_noticed(world: World, parameters: Parameters) -> None:
    """The comparison has power: one parameter changed on one side, and people part."""
    fast = BrainCirculation(world, parameters, seed=20, scale=SCALE)
    slow = PlainModel(fast)
    known, value = parameters.catalogue["seek_postdoc"], parameters.seek_postdoc
    farther = max((known.low, known.high), key=lambda end: abs(end - value))
    slow.parameters = parameters.replace(seek_postdoc=farther)
    slow.run_through(world.first_year)
    fast.run_through(world.first_year)
    assert agreement(fast, slow, PLACE) < 0.999


# ---------------------------------------------------------------------- outcome by outcome


def test_outcomes_agree_statistically(pairs: list[tuple[BrainCirculation, PlainModel]], world: World) -> None:
    """Paired over seeds: the mean difference is within three standard errors and small beside the outcome itself."""
    checked = set()
    for year in (world.first_year, world.first_year + 4):
        shown = [(observed(fast, year), slow.outcomes[year]) for fast, slow in pairs]
        for key in set.intersection(*(set(slow) for _, slow in shown)):
            differences = [slow[key] - fast[key] for fast, slow in shown]
            size = max(abs(fmean(fast[key] for fast, _ in shown)), 1e-9)
            error = stdev(differences) / len(differences) ** 0.5
            assert abs(fmean(differences)) <= 3 * error + 1e-5 * size, key
            assert abs(fmean(differences)) <= 0.02 * size + 1e-9, key
            checked.add(key[0])
    assert checked >= {
        *("departures", "returns", "arrivals", "foreign_departures", "dispatches", "stock_abroad"),
        *("doctoral_entrants", "postdocs", "between_posts", "faculty", "hires", "awards", "success_rate"),
        *("overseas_experience_share", "fixed_term_share", "under_40_share", "foreign_share"),
        *("papers", "top10_papers", "international_coauthorship", "belief", "cost"),
    }


def test_the_plain_model_counts_what_it_has(pairs: list[tuple[BrainCirculation, PlainModel]]) -> None:
    """No comparison of zeros with zeros: every headline flow happens in these runs."""
    years = [year for _, slow in pairs for year in slow.outcomes.values()]
    total = {key: sum(year.get(key, 0.0) for year in years) for key in years[-1]}
    for key in (
        *(("departures", mode) for mode in ("degree", "fellowship", "transfer", "visit")),
        *(("returns", mode) for mode in ("fellowship", "transfer", "visit")),
        *(("arrivals", group) for group in ("doctoral", "postdoc", "faculty")),
        *(("doctoral_entrants", group) for group in ("from master", "working adult", "foreign", "abroad")),
        ("hires", "lasting posts"),
        ("cost", "all"),
    ):
        assert total[key] > 0, key


# ---------------------------------------------------------------------- draws


def test_draws_are_the_same_numbers() -> None:
    people = np.arange(500, dtype=np.int64) * 12_345_678_901
    draw_key = fast_draws.draw_key(7, people)
    mine = [draws.draw_key(7, int(who)) for who in people]
    assert mine == draw_key.tolist()
    for fast, slow in (
        (fast_draws.uniform, draws.uniform),
        (fast_draws.gumbel, draws.gumbel),
        (fast_draws.normal, draws.normal),
    ):
        numbers = [slow(one, 2020, Draw.TASTE_POST, 3) for one in mine]
        np.testing.assert_allclose(fast(draw_key, 2020, Draw.TASTE_POST, 3), numbers, rtol=1e-4, atol=1e-5)
    u = fast_draws.uniform(draw_key, 2020, Draw.PAPERS)
    counts = fast_draws.poisson(np.full(500, 1.7, np.float32), u)
    assert counts.tolist() == [draws.poisson(float(np.float32(1.7)), float(one)) for one in u]


def test_rounding_is_the_same() -> None:
    table = np.linspace(0, 5, 16)
    fast = fast_draws.rounded(table, 3, Draw.ROUND_POSTS, 1)
    assert fast.tolist() == [
        draws.rounded(value, 3, Draw.ROUND_POSTS, 1, position=k) for k, value in enumerate(table.tolist())
    ]
    assert [fast_draws.rounded(2.5, seed, Draw.ROUND_PLACES, 9) for seed in range(50)] == [
        draws.rounded(2.5, seed, Draw.ROUND_PLACES, 9) for seed in range(50)
    ]
