"""Second appointments: who holds one, what it takes of research, and what follows for stays, offers and money."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from sim.process import appointments
from sim.vocabulary import HOME, Stage
from sim.world.programmes import ProgrammeKind
from tests.sim.conftest import changing
from tests.sim.programmes import bringing, shared

if TYPE_CHECKING:
    import pandas as pd

    from sim import BrainCirculation

PLACES = 3000
LEADERS = (Stage.TENURE_TRACK, Stage.PERMANENT)


def value(model: BrainCirculation, outcome: str, group: str, year: int) -> float:
    table: pd.DataFrame = model.table()
    rows = table[(table["outcome"] == outcome) & (table["group"] == group) & (table["year"] == year)]
    return float(rows["value"].iloc[0]) if len(rows) else float("nan")


def test_a_second_appointment_is_worth_nothing_where_nobody_has_time_for_research(history: BrainCirculation) -> None:
    model = history.fork([bringing(shared(PLACES))])
    yearly = np.array(appointments.worth_a_year(model.programmes[-1], model._open_year(2026)))
    assert (yearly[0, list(LEADERS)] > 0).all()
    assert (yearly[:, [Stage.DOCTORAL, Stage.INDUSTRY, Stage.UNPLACED, Stage.LEFT]] == 0).all()


def test_people_in_a_post_hold_one_for_its_years_and_no_two(history: BrainCirculation) -> None:
    both = [shared(PLACES), shared(PLACES, "host", name="with_hosts", regions=[history.world.regions[1]])]
    model = history.fork([bringing(*both, end=2026)]).run_through(2026)
    teams, people = model.state.teams.copy(), model.people
    assert len(teams) == model.tally.awards[-2:].sum() > 40
    assert len(np.unique(teams.identity)) == len(teams), "nobody has a third employer"
    rows = people.rows(teams.identity)
    assert np.isin(people.stage[rows], LEADERS).all()
    assert (people.region[rows] == HOME).all(), "they keep the post and live at home"
    assert set(zip(teams.programme.tolist(), teams.region.tolist(), strict=True)) == {
        (model.programmes[-2].number, HOME),
        (model.programmes[-1].number, 1),
    }
    held = value(model, "shared_posts", "all", 2026)
    assert held == pytest.approx(len(teams) / model.scale)
    assert value(model, "shared_posts", "firms", 2026) + value(
        model, "shared_posts", model.world.regions[1], 2026
    ) == pytest.approx(held)
    model.run_through(2028)
    assert 0 < len(model.state.teams) < len(teams), "some have left the post"
    model.run_through(2029)
    assert len(model.state.teams) == 0, "three years are over"


def test_without_places_nothing_is_otherwise(history: BrainCirculation) -> None:
    base, model = history.fork(), history.fork([bringing(shared(0), shared(0, "host", name="b", regions=["US"]))])
    assert base.run_through(2028).people.equals(model.run_through(2028).people)


def test_time_for_a_firm_is_missing_from_papers_and_time_with_a_host_need_not_be(history: BrainCirculation) -> None:
    region = history.world.regions[1]

    def written(**fields: object) -> float:
        record = shared(PLACES, "host", regions=[region], **fields)
        model = history.fork([bringing(record)]).run_through(2026)
        return value(model, "papers", "all", 2026)

    base = value(history.fork().run_through(2026), "papers", "all", 2026)
    firm = value(history.fork([bringing(shared(PLACES, share=0.5))]).run_through(2026), "papers", "all", 2026)
    assert firm < base
    assert written(share=0.5, research_time=0.0) < base < written(share=0.5, research_time=1.0)
    assert written(share=0.9, research_time=0.0) < written(share=0.2, research_time=0.0)


def test_papers_of_a_holder_follow_the_rule_and_nobody_elses_move(history: BrainCirculation) -> None:
    from sim.process.productivity import expected_papers

    model = history.fork([bringing(shared(PLACES, share=0.5, research_time=0.0))])
    year = model._open_year(2026)
    rows = np.flatnonzero(np.isin(model.people.stage, LEADERS) & (model.people.region == HOME))
    nobody = np.zeros(len(rows), np.bool_)
    alone = expected_papers(model.people, rows, nobody, year)
    from sim.year import Shared

    half = np.full(3, 0.5, np.float32)
    year.tally.shared = Shared(rows[:3], half, np.zeros(3, np.float32))
    both = expected_papers(model.people, rows, nobody, year)
    assert both[:3] / alone[:3] == pytest.approx(0.5**year.parameters.time_elasticity, rel=1e-5)
    assert np.array_equal(both[3:], alone[3:])


def test_a_host_abroad_is_a_stay_a_year_with_ties_and_a_firm_is_none(history: BrainCirculation) -> None:
    region = history.world.regions[1]
    base = history.fork().run_through(2028)
    firm = history.fork([bringing(shared(PLACES, offer=0.0))]).run_through(2026)
    assert firm.tally.visits.sum() == history.fork().run_through(2026).tally.visits.sum()
    host = history.fork([bringing(shared(PLACES, "host", regions=[region], share=0.25))]).run_through(2028)
    there, number = host.state.teams, host.programmes[-1].number
    rows, _ = there.of(host.people, number)
    went = host.tally.visits[:, 1].sum() - base.tally.visits[:, 1].sum()
    assert went > 0.8 * len(rows)
    before = base.people.rows(host.people.identity[rows])
    gained = host.people.ties_abroad[rows[before >= 0]] - base.people.ties_abroad[before[before >= 0]]
    assert gained.mean() > 0.2
    assert (host.people.years_abroad[rows[before >= 0]] - base.people.years_abroad[before[before >= 0]]).mean() > 0.2
    assert value(host, "international_coauthorship", "all", 2028) > value(
        base, "international_coauthorship", "all", 2028
    )


def test_firms_hire_some_whom_they_know_even_from_lasting_posts(history: BrainCirculation) -> None:
    def left(offer: float) -> int:
        model = history.fork([bringing(shared(20_000, offer=offer, extra_pay=0.0))]).run_through(2030)
        was = history.people.identity[(history.people.stage == Stage.PERMANENT) & (history.people.region == HOME)]
        now = model.people.rows(was)
        return int((model.people.stage[now[now >= 0]] == Stage.INDUSTRY).sum())

    assert left(0.0) == 0, "nobody goes from a permanent post to a firm but by such an offer"
    assert left(1.0) > 0


def test_pay_on_top_draws_applicants_and_counts_like_a_benefit_of_staying(history: BrainCirculation) -> None:
    little, much = (
        history.fork([bringing(shared(400, extra_pay=pay, unit_cost=10.0))]).run_through(2026) for pay in (0.0, 6.0)
    )
    assert much.tally.applications[-1] > little.tally.applications[-1]
    year = much._open_year(2027)
    from sim.market.search import Looking, gather

    rows = np.flatnonzero(np.isin(much.people.stage, LEADERS) & (much.people.region == HOME))
    looks = np.ones(len(much.people), np.bool_)
    seekers = gather(much.people, Looking(rows, looks, looks, looks), year, much.state.usual.openness)
    before = seekers.benefit.copy(), seekers.benefit_until.copy()
    appointments.count_pay(much.people, much.state.teams, much.programmes, seekers, year)
    holds = np.isin(much.people.identity[rows], much.state.teams.identity)
    assert (seekers.benefit[holds] > before[0][holds]).all()
    assert (seekers.benefit_until[holds] >= 2028).all()
    assert np.array_equal(seekers.benefit[~holds], before[0][~holds])
    assert np.array_equal(seekers.benefit_until[~holds], before[1][~holds])


def test_it_costs_what_its_holders_cost_with_the_pay_that_a_policy_adds(history: BrainCirculation) -> None:
    record = shared(PLACES, unit_cost=2.0)
    more = changing({"lever": "programmes.made_up_programme.extra_pay", "add": 1.0})
    for measures, unit in (([bringing(record)], 2e6), ([bringing(record), more], 3e6)):
        model = history.fork(measures).run_through(2026)
        assert value(model, "cost", "made_up_programme", 2026) == pytest.approx(
            len(model.state.teams) / model.scale * unit
        )


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"regions": ["US"]}, "a firm is at home"),
        ({"partner": "host", "offer": 0.1, "regions": ["US"]}, "offer is of a firm"),
        ({"partner": "host"}, "a host is abroad"),
        ({"stages": ["doctoral"]}, "has no post to share"),
        ({"share": 1.0}, "outside"),
        ({"ties": 0.5}, "ties"),
    ],
)
def test_what_does_not_fit_the_partner_is_refused(fields: dict[str, object], said: str) -> None:
    given = dict(fields)
    record = shared(10, str(given.pop("partner", "firm")), **given)
    with pytest.raises(ValueError, match=said):
        bringing(record)


def test_the_kind_is_that_of_people_at_home() -> None:
    assert ProgrammeKind.SHARED_POST.runs_at_home
    assert not ProgrammeKind.SHARED_POST.leads_abroad
