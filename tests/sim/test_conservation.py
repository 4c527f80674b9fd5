"""People, posts, places and money add up in every year, whatever the policies."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from sim import BrainCirculation
from sim.market import posts
from sim.vocabulary import HOME, Mode, Stage
from sim.world.programmes import ProgrammeKind
from tests.sim.conftest import changing, policy
from tests.sim.programmes import bringing, of_every_kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim import Parameters, Policy, World

PACKAGE = ("overseas_weight", "doctoral_stipends", "fellowships_doubled", "return_guarantee", "transfer_support")


def alive(model: BrainCirculation) -> np.ndarray:
    return (model.people.stage != Stage.LEFT) & ~model.people.candidate


def away_and_foreign(model: BrainCirculation) -> set[int]:
    people = model.people
    there = alive(model) & (people.region != HOME) & (people.origin != HOME) & ~people.post_kept
    return set(people.identity[there].tolist())


@pytest.fixture(params=["baseline", "package", "cuts"])
def policies(request: pytest.FixtureRequest) -> list[Policy]:
    cuts = changing(
        {"lever": "posts.operating_grants", "times": 0.8},
        {"lever": "posts.external_funds", "times": 0.7},
        {"lever": "programmes.overseas_fellowship.places", "set": 0},
        {"lever": "programmes.doctoral_support.places", "times": 0.5},
    )
    return {"baseline": [], "package": [policy(name) for name in PACKAGE], "cuts": [cuts]}[request.param]


@pytest.fixture
def years(history: BrainCirculation, policies: list[Policy]) -> Iterator[BrainCirculation]:
    def run() -> Iterator[BrainCirculation]:
        model = history.fork(policies)
        for year in range(2026, 2036):
            yield model.run_through(year)

    return run()


def test_two_hundred_programmes_award_places_and_leave_posts_alone(world: World, parameters: Parameters) -> None:
    """Copies of the overseas fellowship, of which the last ones have places: every award is carried out as one."""
    (like,) = (record for record in world.programmes if record.name == "overseas_fellowship")
    copies = [
        replace(like, name=f"fellowship_{number}", places={2006: 0.0} if number < 190 else like.places)
        for number in range(200)
    ]
    many = replace(world, programmes=(*world.programmes, *copies))
    model, awarded = BrainCirculation(many, parameters, seed=3, scale=0.05), np.zeros(len(copies), np.int64)
    for number in range(many.first_year, many.first_year + 3):
        tally = model.run_through(number).tally
        year = model._open_year(number)
        assert (tally.hires <= tally.vacancies).all()
        for programme in model.programmes:
            if programme.record.kind is not ProgrammeKind.STIPEND:
                assert tally.awards[programme.number] <= programme.places(year)
        fellows = (model.people.programme >= len(world.programmes)) & (model.people.away_since == number)
        new = np.bincount(model.people.programme[fellows] - len(world.programmes), minlength=len(copies))
        assert (new <= tally.awards[len(world.programmes) :]).all()
        awarded += new
    assert not awarded[:190].any()
    assert (awarded[190:] > 0).sum() >= 4


def test_three_hundred_programmes_of_every_kind_conserve(history: BrainCirculation, world: World) -> None:
    """Small ones beside each other, so that they compete: no person, place or post is there twice."""
    records = [
        record | {"name": f"{record['name']}_{number}"} for number in range(22) for record in of_every_kind(world)
    ]
    model = history.fork([bringing(*records)])
    assert len(model.programmes) > 300
    for number in (2026, 2027, 2028):
        tally, year = model.run_through(number).tally, model._open_year(number)
        people = model.people
        assert len(np.unique(people.identity)) == len(people)
        assert (tally.hires <= tally.vacancies).all()
        for programme in model.programmes:
            if programme.record.kind is not ProgrammeKind.STIPEND:
                assert tally.awards[programme.number] <= programme.places(year), programme
        new = np.flatnonzero((people.start_year == number) & people.funded & (people.programme >= 0))
        came = np.bincount(people.programme[new], minlength=len(model.programmes))
        here = [programme.number for programme in model.programmes if programme.record.kind.leads_here]
        assert (came[here] <= tally.awards[here]).all()
        table = model.table()
        costs = table[(table.outcome == "cost") & (table.year == number)].set_index("group")["value"]
        assert costs["all"] == pytest.approx(costs.drop("all").sum())
        assert (costs[[record["name"] for record in records]] >= 0).all()
        teams = model.state.teams
        assert len(set(zip(teams.identity.tolist(), teams.programme.tolist(), strict=True))) == len(teams)


def test_people_are_conserved(history: BrainCirculation, years: Iterator[BrainCirculation]) -> None:
    before = set(history.people.identity[alive(history)].tolist())
    formed_here = away_and_foreign(history)
    for model in years:
        tally = model.tally
        year = set(model.people.identity[alive(model)].tolist())
        again = len(formed_here & set(model.people.identity[alive(model) & (model.people.region == HOME)].tolist()))
        came = (
            int(tally.entrants.sum() + tally.arrivals[Stage.POSTDOC :].sum()) - again
        )  # those were never out of sight
        left = tally.events["retired"] + tally.events["left"]
        assert len(year) == len(before) + came - left, model.year
        assert len(year - before) <= came  # somebody may come and leave within the year
        assert len(np.unique(model.people.identity)) == len(model.people)
        before, formed_here = year, away_and_foreign(model)


def test_posts_filled_never_exceed_posts(history: BrainCirculation, years: Iterator[BrainCirculation]) -> None:
    before = posts.filled(history.people, history.world)
    for model in years:
        tally = model.tally
        held = posts.filled(model.people, model.world)
        on_offer = model.posts_on_offer(model._open_year(model.year))
        assert (tally.hires <= tally.vacancies).all(), model.year
        assert (held <= np.maximum(on_offer, before)).all(), model.year
        before = held


def test_awards_never_exceed_places(years: Iterator[BrainCirculation]) -> None:
    for model in years:
        year = model._open_year(model.year)
        for programme in model.programmes:
            if programme.record.kind is not ProgrammeKind.STIPEND:
                assert model.tally.awards[programme.number] <= programme.places(year), (model.year, programme)
            assert model.tally.awards[programme.number] <= model.tally.applications[programme.number]


def test_stipends_never_exceed_places(history: BrainCirculation, years: Iterator[BrainCirculation]) -> None:
    held_before = int(history.people.stipend.sum())
    for model in years:
        year = model._open_year(model.year)
        (support,) = (p for p in model.programmes if p.record.kind is ProgrammeKind.STIPEND)
        held = int(model.people.stipend.sum())
        assert held <= max(support.places(year), held_before), model.year  # after a cut those who hold one keep it
        held_before = held


def test_money_adds_up(years: Iterator[BrainCirculation]) -> None:
    for model in years:
        table = model.table()
        year = table[(table.outcome == "cost") & (table.year == model.year)].set_index("group")["value"]
        assert year["all"] == pytest.approx(year.drop("all").sum(), rel=1e-12)
        people = model.people
        number = model.world.programme("overseas_fellowship")
        record = model.world.programmes[number]
        fellows = int(((people.programme == number) & (people.stage != Stage.LEFT)).sum())
        set_in = record.income_set(model.year)
        fall = model.world.driver("exchange_rate", model.year) / model.world.driver("exchange_rate", set_in)
        of_award = record.unit_cost + record.income_in(model.year) - record.income
        unit = of_award * fall**model.parameters.exchange_supplement * 1e6
        assert year["overseas_fellowship"] == pytest.approx(fellows / model.scale * unit)
        assert year["doctoral_support"] == pytest.approx(int(people.stipend.sum()) / model.scale * 2.4e6)


def test_everyone_abroad_left_home_or_was_founded_there(years: Iterator[BrainCirculation]) -> None:
    abroad_before: set[int] | None = None
    for model in years:
        people = model.people
        native = (people.origin == HOME) & (people.region != HOME) & (people.stage != Stage.LEFT)
        abroad = set(people.identity[native].tolist())
        if abroad_before is not None:
            assert len(abroad - abroad_before) <= int(model.tally.departures.sum())
            back = abroad_before - abroad
            at_home = people.rows(np.array(sorted(back), np.int64))
            returned = at_home[at_home >= 0]
            returned = returned[people.stage[returned] != Stage.LEFT]
            assert len(returned) <= int(model.tally.returns.sum())
        abroad_before = abroad


def test_states_make_sense(years: Iterator[BrainCirculation]) -> None:
    for model in years:
        p = model.people
        here, away = (p.region == HOME) & alive(model), (p.region != HOME) & alive(model)
        assert not (p.post_kept & here).any()
        assert (p.mode[here] == Mode.NONE).all()
        assert (p.mode[away & (p.origin == HOME)] != Mode.NONE).all()
        ranked = (p.stage >= Stage.POSTDOC) & (p.stage <= Stage.PERMANENT) & here
        assert (p.tier[ranked] < model.world.no_tier).all()
        assert (p.degree_year[ranked] > 0).all()
        open_ended = here & (p.stage == Stage.PERMANENT)
        assert (p.contract_end[open_ended] == 0).all()
        fixed = here & (p.stage >= Stage.POSTDOC) & (p.stage <= Stage.TENURE_TRACK)
        assert (p.contract_end[fixed] >= model.year).all()
        assert ((p.stipend > 0) <= ((p.stage == Stage.DOCTORAL) & here)).all()
        assert (p.years_abroad >= 0).all()
        for name in ("belief_home", "belief_away"):
            assert ((p[name] >= 0) & (p[name] <= 1)).all()
        assert (p.top10 <= p.papers + 1e-3).all()


def test_posts_that_a_policy_adds_are_paid_for(history: BrainCirculation) -> None:
    more = changing({"lever": "posts.operating_grants", "times": 1.1})
    table = history.fork([more]).run_through(2027).table()
    cost = table[(table.outcome == "cost") & (table.group == "posts")].set_index("year")["value"]
    plain = history.fork().run_through(2027).table()
    free = plain[(plain.outcome == "cost") & (plain.group == "posts")]["value"]
    assert (free == 0).all()
    permanent = sum(
        history.world.posts.value("posts", year=2007, tier=tier, stage="permanent")
        for tier in ("research university", "other university", "public institute")
    )
    assert 0.5 < cost[2026] / (permanent * (1.1**0.93 - 1) * 8.5e6 * 1.3) < 1.5
