"""Pay, benefits, families, permits and floors in hiring: who answers, in which direction, and what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from sim.market.looking import consider
from sim.market.offers import Choice
from sim.market.prospects import look_ahead
from sim.rules.benefits import NOBODY
from sim.vocabulary import HOME, RANKS, Permit, Stage
from tests import chance
from tests.sim.conftest import changing, everyone

if TYPE_CHECKING:
    from sim import BrainCirculation, Policy
    from sim.market.search import Seekers

RETURNEES = (
    {"lever": "benefits.returnees.share", "set": 0.5},
    {"lever": "benefits.returnees.money", "set": 2},
    {"lever": "benefits.returnees.research_money", "set": 10},
)


def seen(history: BrainCirculation, *policies: Policy) -> Seekers:
    """Everybody as a seeker of 2026 who has looked ahead."""
    model = history.fork(policies)
    year = model._open_year(2026)
    seekers = everyone(model, year)
    look_ahead(seekers, model.position_values(year), year)
    return seekers


def test_pay_of_posts_raises_every_academic_post_and_is_booked(history: BrainCirculation) -> None:
    models = [history.fork(policies) for policies in ([], [changing({"lever": "pay.posts", "set": 1.2})])]
    values = [model.position_values(model._open_year(2026)) for model in models]
    gain = values[1].home - values[0].home
    assert gain[:-1, list(RANKS)] == pytest.approx(np.log(1.2), abs=1e-5)
    assert not gain[:, [Stage.INDUSTRY, Stage.LEFT, Stage.UNPLACED, Stage.DOCTORAL]].any()
    plain, moved = (model.run_through(2026).table().query("year == 2026 and outcome == 'cost'") for model in models)
    costs = [dict(zip(table["group"], table["value"], strict=True)) for table in (plain, moved)]
    assert costs[0].get("pay", 0.0) == 0
    pay = [values[0].pay[rank] for rank in RANKS]
    assert costs[1]["pay"] > 0.2 * 4e6 * 100_000  # more than a fifth of a postdoc's pay for some 100,000 posts
    assert np.isfinite(pay).all()


def test_returnees_weigh_a_benefit_receive_it_once_and_lose_it_when_they_leave(history: BrainCirculation) -> None:
    policy = changing(*RETURNEES, {"lever": "benefits.returnees.years", "set": 3})
    plain, offered = seen(history), seen(history, policy)
    abroad = (plain.origin == HOME) & (plain.region != HOME)
    assert not plain.benefit_home.any()
    assert (offered.benefit_home[abroad] > 0.4).all()
    assert not offered.benefit_home[~abroad].any()
    over = (offered.kind == Choice.RETURN) & (plain.kind == Choice.RETURN)
    p = history.parameters
    gain = (offered.value - plain.value)[over] / p.beta
    assert gain == pytest.approx(offered.benefit_home[over], abs=1e-4)
    model = history.fork([policy]).run_through(2026)
    people = model.people
    back = (people.returned_year == 2026) & (people.origin == HOME) & (people.region == HOME)
    assert back.any()
    assert (people.benefit_until[back] == 2028).all()
    assert not people.benefit_until[~back & (people.returned_year < 2026)].any()
    assert (people.research_money[back] == 10).all()
    costs = model.table().query("year == 2026 and outcome == 'cost'").set_index("group")["value"]
    held = back & (people.stage != Stage.LEFT)
    assert costs["research_money"] == pytest.approx(1e7 * held.sum() / model.scale, rel=1e-3)
    assert costs["benefits"] == pytest.approx(1e6 * people.benefit_money[held].sum() / model.scale, rel=1e-3)
    later = model.run_through(2030).people
    gone = (later.region != HOME) & (later.away_since > 2026) & (later.benefit_until > 0)
    assert (later.benefit_until[gone] < later.away_since[gone]).all()
    assert (later.benefit_until <= 2030 + 2).all()


@pytest.mark.chance
def test_research_money_buys_papers(history: BrainCirculation) -> None:
    money = changing({"lever": "benefits.returnees.research_money", "set": 60})
    plain, paid, more = history.fork(), history.fork([money]), 0.0
    for year in range(2026, 2033):
        plain.run_through(year)
        paid.run_through(year)
        rows = np.flatnonzero((paid.people.research_money > 0) & (paid.people.region == HOME))
        before = plain.people.rows(paid.people.identity[rows])
        same = before >= 0
        assert paid.people.drive[rows[same]] == pytest.approx(plain.people.drive[before[same]])
        more += float((paid.people.papers[rows[same]] - plain.people.papers[before[same]]).sum())
    chance.within("papers of seven years more", more, 1, np.inf, broken=0, by="money that buys nothing", exact=True)


@pytest.mark.parametrize("group", ["recruits", "stayers"])
def test_foreigners_weigh_their_benefit(history: BrainCirculation, group: str) -> None:
    offered = seen(history, changing({"lever": f"benefits.{group}.share", "set": 0.5}))
    away, foreign = offered.region != HOME, offered.origin != HOME
    junior = (offered.stage == Stage.POSTDOC) | (offered.stage == Stage.UNPLACED)
    mine = foreign & (away if group == "recruits" else ~away & junior)
    assert (offered.benefit_home[mine] > 0).all()
    assert not offered.benefit_home[~mine].any()
    people = history.fork([changing({"lever": f"benefits.{group}.share", "set": 0.5})]).run_through(2027).people
    held = people.benefit_until > 2026
    assert held.any()
    assert (people.origin[held] != HOME).all()


def test_nobody_else_is_offered_anything(history: BrainCirculation) -> None:
    model = history.fork([changing(*RETURNEES)])
    common = model.position_values(model._open_year(2026)).common
    assert not common[0]["benefit"][NOBODY].any()


def test_a_family_makes_moves_dearer_and_support_makes_them_cheaper(history: BrainCirculation) -> None:
    plain, helped = seen(history), seen(history, changing({"lever": "family.support", "set": 1}))
    alone = ~plain.partner & (plain.child_born == 0)
    p = history.parameters
    assert plain.family_cost[alone] == pytest.approx(-p.family_mean, abs=1e-6)
    assert (plain.family_cost[plain.partner] >= p.family_partner - p.family_mean - 1e-6).all()
    assert helped.family_cost == pytest.approx(-p.family_mean, abs=1e-6)
    moved = history.fork([changing({"lever": "family.support", "set": 1})]).run_through(2026)
    moved_out = moved.tally.departures.sum() + moved.tally.foreign_departures.sum()
    assert (
        0
        < moved.tally.events["supported_family_move"]
        <= moved_out + moved.tally.came_back[0] + moved.tally.arrivals.sum()
    )


def test_the_family_reference_is_the_mean_of_those_who_look_abroad(history: BrainCirculation) -> None:
    """`family_mean` says what `moving_cost` holds already: it is measured, so it has to be near the truth."""
    model = history.fork()
    year = model._open_year(2026)
    seekers = consider(model.state, model.programmes, model.position_values(year), year)
    looks = seekers.for_abroad & (seekers.region == HOME) & (seekers.origin == HOME)
    assert abs(seekers.family_cost[looks].mean()) < 0.04


def test_permits_are_of_foreigners_at_home_and_permanent_residence_comes_with_years(history: BrainCirculation) -> None:
    people = history.people
    foreign = (people.origin != HOME) & (people.region == HOME) & ~people.candidate
    assert (people.permit[~foreign] == Permit.NONE).all()
    just_come = (people.stage == Stage.INDUSTRY) & (
        people.start_year == 2025
    )  # straight from abroad: from next year on
    assert (people.permit[foreign & ~just_come] != Permit.NONE).all()
    assert (people.here_since[foreign & ~just_come] > 0).all()
    years = 2025 - people.here_since
    resident = people.permit == Permit.PERMANENT
    assert resident.any()
    assert (years[resident] >= history.parameters.permanent_years_skilled).all()
    early = history.fork([changing({"lever": "visa.permanent_years", "set": 1})]).run_through(2027).people
    assert (early.permit == Permit.PERMANENT).sum() > (
        history.fork().run_through(2027).people.permit == Permit.PERMANENT
    ).sum()


def test_residents_do_not_lose_their_permit_between_posts(history: BrainCirculation) -> None:
    seekers = seen(history, changing({"lever": "visa.job_search", "set": 0}))
    between = (seekers.stage == Stage.UNPLACED) & (seekers.region == HOME) & (seekers.origin != HOME)
    lapsed = seekers.kind == Choice.LAPSED
    assert lapsed[between & ~seekers.permanent & ~seekers.on_leave].all()
    assert not lapsed[seekers.permanent].any()


def test_a_floor_in_hiring_leaves_posts_open(history: BrainCirculation) -> None:
    hires = [
        history.fork([changing({"lever": "hiring.floor", "set": floor})]).run_through(2026).tally.hires.sum()
        for floor in (-20, 0, 2)
    ]
    assert hires[0] >= hires[1] > hires[2]
