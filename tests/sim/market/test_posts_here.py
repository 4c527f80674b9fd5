"""Posts at home that a programme pays for some years, for people abroad: who comes, in which rank, at what cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from sim.market import posts
from sim.process import productivity
from sim.vocabulary import HOME, RANKS, Mode, Stage
from tests.sim.conftest import changing
from tests.sim.programmes import bringing, here, post

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim import BrainCirculation

PLACES = 700


def holders(model: BrainCirculation, history: BrainCirculation) -> NDArray[np.intp]:
    """Rows of those on the programme that a policy brought first."""
    people = model.people
    return np.flatnonzero((people.programme == len(history.programmes)) & (people.stage != Stage.LEFT))


@pytest.mark.parametrize("rank", [rank.label for rank in RANKS])
def test_as_many_come_as_there_are_posts_and_in_their_rank(history: BrainCirculation, rank: str) -> None:
    model = history.fork([bringing(post(PLACES, rank))]).run_through(2026)
    came, people = holders(model, history), model.people
    assert abs(len(came) / history.scale - PLACES) <= 1 / history.scale  # a fraction of a place is drawn
    assert {Stage(int(stage)).label for stage in people.stage[came]} == {rank}
    assert (people.region[came] == HOME).all()
    assert (people.contract_end[came] == 2030).all()
    assert (people.tier[came] == 0).all()
    before = history.people.rows(people.identity[came])
    assert ((before < 0) | (history.people.region[before] != HOME)).all(), "nobody at home takes one"
    assert (people.origin[came] != HOME).any()


def test_people_of_home_origin_may_be_asked_for_alone(history: BrainCirculation) -> None:
    base = history.fork().run_through(2026)
    model = history.fork([bringing(post(PLACES, "fixed-term", origin="home"))]).run_through(2026)
    came = holders(model, history)
    assert len(came) > 0
    assert (model.people.origin[came] == HOME).all()
    more = model.tally.returns.sum() - base.tally.returns.sum()
    assert 0 < more <= len(came), "some would have come back anyway"
    assert (model.people.returned_year[came] == 2026).all()


def test_a_fellowship_can_bring_people_of_home_origin_back(history: BrainCirculation) -> None:
    model = history.fork([bringing(here(PLACES, origin="home"))]).run_through(2026)
    came = holders(model, history)
    assert len(came) > 0
    assert (model.people.origin[came] == HOME).all()
    assert (model.people.stage[came] == Stage.POSTDOC).all()


def test_candidates_and_those_who_look_home_ask_for_a_fellowship_of_any_origin(history: BrainCirculation) -> None:
    def applications(origin: str) -> int:
        return int(history.fork([bringing(here(PLACES, origin=origin))]).run_through(2026).tally.applications[-1])

    home, foreign, both = applications("home"), applications("foreign"), applications("any")
    assert 0 < home < foreign, "there are more candidates than people who look home"
    assert both > foreign
    assert both == home + foreign


def test_the_posts_are_not_those_of_employers_and_cost_what_the_record_says(history: BrainCirculation) -> None:
    record = post(PLACES, "tenure-track", unit_cost=53.0, research_money=20.0)
    model = history.fork([bringing(record)])
    for number in (2026, 2027):
        model.run_through(number)
        year = model._open_year(number)
        held, offered = posts.filled(model.people, model.world), model.posts_on_offer(year)
        assert (model.tally.hires <= model.tally.vacancies).all()
        assert held.sum() <= offered.sum()
        costs = model.table().query("outcome == 'cost' and year == @number").set_index("group")["value"]
        assert costs["made_up_programme"] == pytest.approx(len(holders(model, history)) / history.scale * 53e6)
        assert "research_money" not in costs, "it is part of what a post costs"


def test_pay_and_research_money_of_its_own_make_a_post_worth_more(history: BrainCirculation) -> None:
    def applications(income: float, research_money: float) -> int:
        record = post(PLACES, "fixed-term", income=income, unit_cost=99.0, research_money=research_money)
        return int(history.fork([bringing(record)]).run_through(2026).tally.applications[-1])

    plain = applications(5.3, 0.0)
    assert applications(15.0, 0.0) > plain
    assert applications(5.3, 40.0) > plain


def test_research_money_makes_a_group(history: BrainCirculation) -> None:
    rich, poor = (
        history.fork([bringing(post(PLACES, "fixed-term", unit_cost=99.0, research_money=money))])
        for money in (40.0, 0.0)
    )
    each = []
    for model in (rich, poor):
        model.run_through(2027)
        rows = holders(model, history)
        papers = productivity.expected_papers(model.people, rows, np.zeros(len(rows), np.bool_), model._open_year(2027))
        each.append(float((papers / model.people.drive[rows]).mean()))
    assert each[0] > 1.2 * each[1]


@pytest.mark.parametrize("held", [0.0, 0.1])
def test_startup_money_of_return_posts_is_not_that_of_posts_that_a_programme_pays(
    history: BrainCirculation, held: float
) -> None:
    recruits = {"lever": "benefits.recruits.share", "set": held}, {"lever": "benefits.recruits.years", "set": 5}
    brought = bringing(post(PLACES, "tenure-track", unit_cost=99.0))
    of_each = []
    for startup in (0.0, 20.0):
        money = {"lever": "return_posts.startup", "set": startup}
        model = history.fork([brought, changing(*recruits, money)]).run_through(2026)
        rows, year = holders(model, history), model._open_year(2026)
        of_each.append(productivity.expected_papers(model.people, rows, np.zeros(len(rows), np.bool_), year))
    assert len(rows) > 10
    np.testing.assert_allclose(*of_each, rtol=1e-6)


def test_after_its_years_a_tenure_track_is_granted_or_over(history: BrainCirculation) -> None:
    record = post(PLACES, "tenure-track", years=3)
    model = history.fork([bringing(record, end=2026)]).run_through(2026)
    came = model.people.identity[holders(model, history)]
    model.run_through(2033)
    rows = model.people.rows(came)
    rows = rows[rows >= 0]
    stage, here = model.people.stage[rows], model.people.region[rows] == HOME
    assert (stage[here] == Stage.PERMANENT).any()
    assert (
        not (model.people.funded[rows] & (stage == Stage.TENURE_TRACK)).any()
        or (model.people.contract_end[rows] >= 2033).any()
    ), "who waits for a permanent post keeps the right to it"


def test_a_permanent_post_goes_to_the_books_of_the_employer(history: BrainCirculation) -> None:
    model = history.fork([bringing(post(PLACES, "permanent", years=2), end=2026)]).run_through(2027)
    came = model.people.identity[holders(model, history)]
    assert len(came)
    rows = model.people.rows(came)
    assert model.people.funded[rows].all()
    before = posts.filled(model.people, model.world).sum()
    model.run_through(2028)
    rows = model.people.rows(came)
    rows = rows[rows >= 0]
    permanent = model.people.stage[rows] == Stage.PERMANENT
    assert permanent.mean() > 0.8
    assert not model.people.funded[rows[permanent]].any()
    assert (model.people.programme[rows[permanent]] < 0).all()
    assert before > 0


def test_who_was_on_a_year_abroad_still_has_the_post_of_the_programme(history: BrainCirculation) -> None:
    model = history.fork([bringing(post(9 * PLACES, "tenure-track"))]).run_through(2030)
    people = model.people
    visited = (people.mode == Mode.VISIT) & people.funded & people.post_kept & (people.region != HOME)
    back = people.identity[visited & (people.stage == Stage.TENURE_TRACK) & (people.contract_end > 2031)]
    assert len(back)
    model.run_through(2031)
    rows = model.people.rows(back)
    rows = rows[rows >= 0]
    home = (model.people.region[rows] == HOME) & model.people.funded[rows]
    assert (model.people.programme[rows[home]] == len(history.programmes)).all()
