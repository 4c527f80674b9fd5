"""Joint projects and exchanges: who is on them, what they give, how long, and what follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from sim.engine.draws import Draw, draw_key, gumbel, key, uniform
from sim.market import selection
from sim.process import gifts, productivity
from sim.process.members import _first_of, members
from sim.process.proposals import applicants, who_applies, worth_of_place
from sim.rules.teams import gain_of_project
from sim.vocabulary import HOME, RANKS, Stage
from sim.world.programmes import ProgrammeKind
from tests import chance
from tests.sim.programmes import bringing, joint, made

if TYPE_CHECKING:
    import pandas as pd

    from sim import BrainCirculation

PLACES = 2000


def value(model: BrainCirculation, outcome: str, group: str, year: int) -> float:
    table: pd.DataFrame = model.table()
    rows = table[(table["outcome"] == outcome) & (table["group"] == group) & (table["year"] == year)]
    return float(rows["value"].iloc[0])


def test_the_best_lead_and_their_juniors_are_with_them(history: BrainCirculation) -> None:
    regions = list(history.world.regions[1:3])
    model = history.fork([bringing(joint(PLACES, regions))]).run_through(2026)
    people, programme = model.people, model.programmes[-1]
    leaders, region = model.state.teams.of(people, programme.number)
    assert len(leaders) == model.tally.awards[-1] == programme.places(model._open_year(2026)) > 20
    assert set(region) <= {1, 2}
    assert np.isin(people.stage[leaders], [Stage.TENURE_TRACK, Stage.PERMANENT]).all()
    assert (people.region[leaders] == HOME).all()
    others = (people.region == HOME) & np.isin(people.stage, [Stage.TENURE_TRACK, Stage.PERMANENT])
    others[leaders] = False
    assert people.talent[leaders].mean() > people.talent[others].mean() + 0.2
    juniors, their = members(people, leaders, region, programme)
    assert 2 * len(leaders) < len(juniors) <= 3 * len(leaders)
    assert len(set(juniors)) == len(juniors), "nobody is a member twice"
    assert not np.isin(juniors, leaders).any()
    places = set(zip(people.tier[leaders].tolist(), people.field[leaders].tolist(), strict=True))
    assert set(zip(people.tier[juniors].tolist(), people.field[juniors].tolist(), strict=True)) <= places
    assert set(their) <= {1, 2}


def test_so_many_apply_as_find_the_chance_worth_the_effort() -> None:
    gain = np.array([4.0, 0.5, 2.0, -1.0, 1.0], np.float32)
    assert applicants(gain, 1.0, 2).tolist() == [0, 2], "two places for three are not enough for a gain of 1"
    assert applicants(gain, 0.5, 2).tolist() == [0, 2, 4]
    assert applicants(gain, 0.1, 2).tolist() == [0, 1, 2, 4]
    assert applicants(gain, 5.0, 2).tolist() == []
    assert applicants(np.empty(0, np.float32), 1.0, 2).tolist() == []


@pytest.mark.parametrize("places", [1, 12, 400])
@pytest.mark.parametrize("fields", [{}, {"stages": ["new doctorate", "postdoc"], "tiers": ["other university"]}])
def test_who_applies_is_who_would_if_everybody_was_looked_at(
    history: BrainCirculation, places: int, fields: dict[str, list[str]]
) -> None:
    model = history.fork([bringing(joint(PLACES, [history.world.regions[1]], **fields))])
    people, programme, year = model.people, model.programmes[-1], model._open_year(2026)
    rules, p = selection.rules_of(programme.record, year.world.domains), year.parameters
    columns = (people.stage, people.degree_year, people.origin, people.field, people.tier)
    home, may = np.flatnonzero(people.region == HOME), selection.may_apply
    on_it = home[::7]
    fit = [
        row
        for row in np.setdiff1d(home, on_it).tolist()
        if may(rules[0], *(int(x[row]) for x in columns[:2]), 2026, *(int(x[row]) for x in columns[2:]), False, False)
    ]
    worth = worth_of_place(programme, year)[people.tier[fit], people.stage[fit]]
    taste = gumbel(people.draw_key[fit], 2026, Draw.TASTE_AWARD, programme.word)
    gain = np.array([gain_of_project(np.float32(p.beta), *one) for one in zip(worth, taste, strict=True)], np.float32)
    asks = applicants(gain, p.beta * p.proposal_effort, places)
    assert who_applies(people, on_it, programme, places, year).tolist() == np.array(fit)[asks].tolist()
    assert len(asks) > 0


def test_juniors_are_asked_in_the_order_of_their_draw_and_of_their_keys_where_draws_are_the_same() -> None:
    row, nobody = np.arange(20_000), np.zeros(20_000, np.bool_)
    keys = draw_key(1, row)
    draw = uniform(keys, 0, Draw.AWARD_RANKING)
    assert len(np.unique(draw)) < len(draw), "some draws are the same"
    for wanted in (20_000, 19_000, 5):
        asked = _first_of(row, keys, nobody, wanted, key(0, Draw.AWARD_RANKING))
        assert asked.tolist() == np.lexsort((keys, draw))[:wanted].tolist()


def test_a_place_on_an_exchange_is_worth_no_money(history: BrainCirculation) -> None:
    exchange = made("exchange", PLACES, regions=[history.world.regions[2]], years=3, ties=0.4)
    model = history.fork([bringing(exchange), bringing(joint(PLACES, [history.world.regions[1]], name="project"))])
    year = model._open_year(2026)
    of_exchange, of_project = (worth_of_place(one, year) for one in model.programmes[-2:])
    assert (of_exchange == 0).all()
    assert of_project.max() > 0


def test_who_leads_is_nobodys_member_even_where_juniors_run_short(history: BrainCirculation) -> None:
    people, programme = history.people, history.fork([bringing(joint(1, ["US"], members=50))]).programmes[-1]
    here = (people.region == HOME) & (people.tier == 0) & (people.field == 0) & ~people.candidate
    junior = np.flatnonzero(here & np.isin(people.stage, [Stage.DOCTORAL, Stage.POSTDOC, Stage.FIXED_TERM]))
    leaders = junior[::3]
    row, region = members(people, leaders, np.arange(len(leaders)).astype(np.uint8), programme)
    assert sorted(row) == sorted(set(junior) - set(leaders)), "each of the others is on one team"
    assert np.bincount(region, minlength=len(leaders))[:2].tolist() == [50, 50], "the first teams are full"


def test_rows_of_teams_follow_who_moves_and_who_goes(history: BrainCirculation) -> None:
    model = history.fork([bringing(joint(PLACES, [history.world.regions[1]]))]).run_through(2026)
    people, teams = model.people.copy(), model.state.teams.copy()
    rows = teams.rows(people)
    assert (people.identity[rows] == teams.identity).all()
    people.drop(np.sort(rows)[:3])
    after = teams.rows(people)
    assert (after < 0).sum() == 3
    assert (people.identity[after[after >= 0]] == teams.identity[after >= 0]).all()
    teams.keep(after >= 0)
    teams.add(people, np.array([5, 6]), 0, np.array([1, 1], np.uint8), 2030)
    assert (people.identity[teams.rows(people)] == teams.identity).all()
    assert (people.few_rows(teams.identity) == people.rows(teams.identity)).all()


def test_more_places_bring_more_applicants_and_a_better_chance(history: BrainCirculation) -> None:
    few, many = (
        history.fork([bringing(joint(places, [history.world.regions[1]]))]).run_through(2026).tally
        for places in (400, 4000)
    )
    assert few.applications[-1] < many.applications[-1]
    assert few.awards[-1] / few.applications[-1] <= many.awards[-1] / many.applications[-1]
    assert many.awards[-1] / many.applications[-1] > 0.02


def test_who_knows_the_partner_wins_more_often(history: BrainCirculation) -> None:
    def tied(weight: float) -> float:
        record = joint(PLACES, [history.world.regions[1]], selection_ties=weight)
        model = history.fork([bringing(record)]).run_through(2026)
        leaders, _ = model.state.teams.of(model.people, model.programmes[-1].number)
        before = history.people.rows(model.people.identity[leaders])
        return float((history.people.ties_abroad[before] * (history.people.tie_region[before] == 1)).mean())

    assert tied(3.0) > 1.2 * tied(0.0)


def test_a_project_gives_ties_stays_papers_and_international_ones(history: BrainCirculation) -> None:
    region = history.world.regions[1]
    base = history.fork().run_through(2029)
    model = history.fork([bringing(joint(PLACES, [region], visits=2))]).run_through(2029)
    leaders, _ = model.state.teams.of(model.people, model.programmes[-1].number)
    first = base.people.rows(model.people.identity[leaders])
    both = first >= 0
    gained = model.people.ties_abroad[leaders[both]] - base.people.ties_abroad[first[both]]
    assert gained.min() > 0.45
    assert (model.people.tie_region[leaders] == 1).mean() > 0.9
    for outcome, group in (("international_coauthorship", "all"), ("papers", "all"), ("dispatches", "all")):
        assert value(model, outcome, group, 2029) > value(base, outcome, group, 2029), outcome
    went = model.tally.visits[:, 1].sum() - base.tally.visits[:, 1].sum()
    assert went > len(leaders), "members go for two months, and leaders stay"
    first_year = [value(one, "departures", "all", 2026) for one in (model, base)]
    assert first_year[0] == first_year[1], "nobody leaves for it; ties draw some away later"


def test_the_money_of_a_project_makes_a_team_of_who_leads_nobody(history: BrainCirculation) -> None:
    record = joint(PLACES, [history.world.regions[1]], stages=["postdoc"], members=0)
    model = history.fork([bringing(record)]).run_through(2026)
    rows, _ = model.state.teams.of(model.people, model.programmes[-1].number)
    team, postdocs = model.teams(), (model.people.stage == Stage.POSTDOC) & (model.people.region == HOME)
    assert len(rows) > 20
    assert (team[rows] > 1.2).all(), "40 million a year pay some three people"
    postdocs[rows] = False
    assert (team[postdocs] == 1).all()


def test_a_project_costs_what_its_teams_cost_and_ends_after_its_years(history: BrainCirculation) -> None:
    record = joint(PLACES, [history.world.regions[2]], years=2)
    model = history.fork([bringing(record, end=2027)]).run_through(2027)
    running = len(model.state.teams)
    assert running > 1.8 * model.tally.awards[-1], "those of two calls"
    assert value(model, "cost", "made_up_programme", 2027) == pytest.approx(running / history.scale * 60e6)
    model.run_through(2029)
    assert len(model.state.teams) == 0
    assert value(model, "cost", "made_up_programme", 2029) == 0


def test_ties_that_are_looked_after_last_longer(history: BrainCirculation) -> None:
    region = history.world.regions[1]

    def ties(half_life: float) -> float:
        model = history.fork([bringing(joint(PLACES, [region], tie_half_life=half_life, members=0))]).run_through(2031)
        leaders, _ = model.state.teams.of(model.people, model.programmes[-1].number)
        return float(model.people.ties_abroad[leaders].mean())

    assert ties(30.0) > 1.1 * ties(0.0)


def test_hours_that_hosts_spend_are_counted_where_the_leaders_are(history: BrainCirculation) -> None:
    record = joint(PLACES, [history.world.regions[1]], host_hours=80)
    model = history.fork([bringing(record)]).run_through(2026)
    leaders, _ = model.state.teams.of(model.people, model.programmes[-1].number)
    hours = model.tally.leader_hours
    assert hours is not None
    assert hours.sum() == pytest.approx(80 * len(leaders))
    assert hours[0, 1] == pytest.approx(
        80 * ((model.people.tier[leaders] == 0) & (model.people.field[leaders] == 1)).sum()
    )


def test_the_time_that_leaders_have_is_less_by_the_hours_of_programmes_where_these_are_counted(
    history: BrainCirculation,
) -> None:
    model = history.fork([bringing(joint(PLACES, [history.world.regions[1]], host_hours=80))]).run_through(2026)
    year = model._open_year(2026)
    year.tally.leader_hours = model.tally.leader_hours
    number, _ = productivity.colleagues(model.people, model.world, None)
    plain, less = productivity.times_for_research(year), productivity.times_for_research(year, number)
    leaders = [Stage.TENURE_TRACK, Stage.PERMANENT]
    assert (less[: model.world.no_tier, leaders] < plain[: model.world.no_tier, leaders]).any()
    assert (less <= plain).all()
    np.testing.assert_array_equal(less[:, : Stage.TENURE_TRACK], plain[:, : Stage.TENURE_TRACK])


def test_a_project_is_led_by_people_of_the_employers_that_its_record_names(history: BrainCirculation) -> None:
    record = joint(PLACES, [history.world.regions[1]], tiers=[history.world.tiers[1]])
    model = history.fork([bringing(record)]).run_through(2026)
    leaders, _ = model.state.teams.of(model.people, model.programmes[-1].number)
    assert len(leaders) > 0
    assert (model.people.tier[leaders] == 1).all()


def test_hours_of_programmes_are_taken_from_the_time_of_leaders(history: BrainCirculation) -> None:
    papers = []
    for hours in (0, 1000):
        record = joint(20 * PLACES, [history.world.regions[1]], host_hours=hours)
        papers.append(history.fork([bringing(record)]).run_through(2026).tally.research["papers"])
    assert papers[1] < papers[0]


def test_students_on_an_exchange_gain_ties_language_and_months_without_leaving(history: BrainCirculation) -> None:
    record = made("exchange", PLACES, regions=[history.world.regions[2]], years=3, ties=0.4, visits=3, language=0.3)
    base = history.fork().run_through(2026)
    model = history.fork([bringing(record)]).run_through(2026)
    students, region = model.state.teams.of(model.people, model.programmes[-1].number)
    assert len(students) == model.tally.awards[-1] > 20
    assert set(region) == {2}
    first = base.people.rows(model.people.identity[students])
    assert (model.people.stage[students] == Stage.DOCTORAL).all()
    assert (model.people.region[students] == HOME).all()
    assert (model.people.ties_abroad[students] > base.people.ties_abroad[first] + 0.39).all()
    learns = base.people.language[first] < 0.9
    assert (model.people.language[students] > base.people.language[first])[learns].all()
    gained = model.people.years_abroad[students] - base.people.years_abroad[first]
    assert np.median(gained) == pytest.approx(0.25)
    assert model.tally.departures.sum() == base.tally.departures.sum()


def test_members_go_for_the_months_of_a_project_and_leaders_stay(history: BrainCirculation) -> None:
    base = history.fork().run_through(2026)
    model = history.fork([bringing(joint(PLACES, [history.world.regions[1]], visits=2))]).run_through(2026)
    leaders, region = model.state.teams.of(model.people, model.programmes[-1].number)
    juniors, _ = members(model.people, leaders, region, model.programmes[-1])
    went = np.setdiff1d(model.tally.visitors[0], base.tally.visitors[0])
    assert len(went) > len(leaders)
    assert np.isin(went, model.people.identity[juniors]).all()


def test_a_place_ends_as_its_holder_is_not_there_any_more(history: BrainCirculation) -> None:
    exchange = made("exchange", PLACES, regions=[history.world.regions[2]], years=3, ties=0.4)
    model = history.fork([bringing(exchange)]).run_through(2026)
    people, held, number = model.people, model.state.teams, model.programmes[-1].number
    gone = held.identity[held.programme == number][:20]
    people.drop(np.sort(people.rows(gone)))
    model.run_through(2027)
    assert (held.programme == number).any()
    assert not np.isin(gone, held.identity).any()


def test_gifts_of_an_award_held_at_home_lead_abroad(history: BrainCirculation) -> None:
    model = history.fork([bringing(made("stipend", 3000, years=3, income=2.4, ties=0.4))]).run_through(2026)
    people, programme = model.people, model.programmes[-1]
    rows = np.flatnonzero((people.stipend == 2) & (people.region == HOME))
    people.tie_region[rows[::2]] = HOME
    partner = gifts._partner(people, rows, programme, model._open_year(2027))
    assert len(rows) > 20
    assert (partner != HOME).all()


def test_an_exchange_ends_with_the_doctorate_and_a_project_with_the_work_here(history: BrainCirculation) -> None:
    regions = [history.world.regions[2]]
    exchange = made("exchange", PLACES, regions=regions, years=3, ties=0.4)
    model = history.fork([bringing(exchange), bringing(joint(PLACES, regions, name="project"))]).run_through(2026)
    before = {one.record.kind: model.state.teams.of(model.people, one.number)[0] for one in model.programmes[-2:]}
    students = model.people.identity[before[ProgrammeKind.EXCHANGE]]
    leaders = model.people.identity[before[ProgrammeKind.JOINT]]
    model.run_through(2027)
    people, held = model.people, model.state.teams
    still = np.isin(held.identity, students) & (held.last < 2026 + 3)
    rows = people.rows(held.identity[still])
    assert 0 < still.sum() < len(students)
    assert (people.stage[rows] == Stage.DOCTORAL).all()
    kept = np.isin(leaders, held.identity)
    there = people.rows(leaders)
    works = (
        (there >= 0) & np.isin(people.stage[there], RANKS) & ((people.region[there] == HOME) | people.post_kept[there])
    )
    np.testing.assert_array_equal(kept, works)
    assert not works.all()


def test_a_stipend_may_send_its_holders_for_some_months(history: BrainCirculation) -> None:
    record = made("stipend", 3000, years=3, income=2.4, regions=[history.world.regions[3]], visits=2)
    base = history.fork().run_through(2026)
    model = history.fork([bringing(record)]).run_through(2026)
    holders = (model.people.stipend == 2).sum()
    went = model.tally.visits[1, 3] - base.tally.visits[1, 3]
    assert 0 < went <= holders


@pytest.mark.chance
def test_exchange_below_the_doctorate_shows_years_later(history: BrainCirculation) -> None:
    region = history.world.regions[-2]
    record = made("early_exchange", 30_000, regions=[region], cohort=100_000, lag=3, received=100_000, come_back=0.4)
    base, model = history.fork().run_through(2027), history.fork([bringing(record)]).run_through(2027)

    def entrants(of: BrainCirculation, year: int) -> tuple[float, int]:
        new = (of.people.stage == Stage.DOCTORAL) & (of.people.start_year == year)
        natives = of.people.early[new & (of.people.origin == HOME)]
        return float(natives.mean()), int((of.people.origin[new] == len(history.world.regions) - 2).sum())

    assert entrants(model, 2027) == entrants(base, 2027), "nothing before the lag is over"
    (before, few), (after, many) = entrants(base.run_through(2030), 2030), entrants(model.run_through(2030), 2030)
    assert after > before + 0.15
    assert value(model, "cost", "made_up_programme", 2030) == pytest.approx(30_000 * 1e6, rel=0.01)
    for year in range(2031, 2034):
        few, many = few + entrants(base.run_through(year), year)[1], many + entrants(model.run_through(year), year)[1]
    chance.within(
        "log of who come, over who would", np.log(many / few), 0.3, 5, broken=0, by="nobody who comes back", exact=True
    )


def test_partner_students_come_back_for_posts(history: BrainCirculation) -> None:
    region = history.world.regions[3]
    record = made("exchange", 10, regions=[region], years=1, received=30_000, come_back=0.5, lag=1)
    base, model = history.fork().run_through(2027), history.fork([bringing(record)]).run_through(2027)
    candidates = [int((x.people.candidate & (x.people.origin == 3)).sum()) for x in (base, model)]
    assert candidates[1] > candidates[0]


def test_a_fork_goes_on_with_the_teams_it_has(history: BrainCirculation) -> None:
    model = history.fork([bringing(joint(PLACES, [history.world.regions[1]]))]).run_through(2026)
    twin = model.fork(model.policies).run_through(2028)
    model.run_through(2028)
    assert model.people.equals(twin.people)
    np.testing.assert_array_equal(np.sort(model.state.teams.identity), np.sort(twin.state.teams.identity))
