"""Papers, the part of teams in their number, and of the place of work in their impact."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.stats import norm

from sim import Parameters
from sim.population.columns import SCHEMA
from sim.process import productivity, research
from sim.process.productivity import _with_grants, colleagues, research_money
from sim.vocabulary import HOME, LEADING, RANKS, Stage
from tests.sim.conftest import changing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim import BrainCirculation, World


def published(history: BrainCirculation, **parameters: float) -> BrainCirculation:
    model = history.fork(history.policies)
    model.parameters = model.parameters.replace(**parameters)
    model.tally = model._open_year(2026).tally
    year = model._open_year(2026)
    research.publish(model.people, year)
    model.tally = year.tally
    return model


def test_nobody_outside_research_publishes(history: BrainCirculation) -> None:
    model = published(history)
    gained = model.people.papers - history.people.papers
    idle = (history.people.stage == Stage.INDUSTRY) | (history.people.stage == Stage.LEFT) | history.people.candidate
    assert (gained[idle] == 0).all()
    assert gained.sum() > 0


def test_totals_are_those_of_the_people_at_home(history: BrainCirculation) -> None:
    model = published(history)
    here = model.people.region == HOME
    gained = (model.people.papers - history.people.papers)[here].sum(dtype=np.float64)
    assert model.tally.research["papers"] == pytest.approx(gained)
    top = (model.people.top10.astype(np.float64) - history.people.top10)[here].sum()
    assert model.tally.research["top10"] == pytest.approx(top, rel=1e-4)
    assert 0 < model.tally.research["top10"] < model.tally.research["papers"]


def test_a_place_lifts_impact_by_its_peers_and_not_the_number(history: BrainCirculation) -> None:
    none, much = published(history, peers_gain=0.0), published(history, peers_gain=0.3)
    np.testing.assert_array_equal(none.people.papers, much.people.papers)
    before, world = history.people, history.world
    gain = (much.people.top10.astype(np.float64) - none.people.top10) / np.maximum(of_the_year(none, history), 1)
    new = (before.region == HOME) & (before.years_abroad < 1)
    means = {
        (where, place): gain[among & wrote(none, history)].mean()
        for where, place, among in (
            *(("home", tier, new & (before.tier == tier)) for tier in range(world.no_tier + 1)),
            *(("abroad", code, before.region == code) for code in range(1, len(world.regions))),
        )
        if (among & wrote(none, history)).sum() >= 30
    }
    assert len(means) >= 6
    peers = {
        (where, place): world.by_region("peers")[place]
        if where == "abroad"
        else 0.0
        if place == world.no_tier
        else world.positions.value("peers_tier", tier=world.tiers[place])
        for where, place in means
    }
    for one, value in means.items():  # whatever the place, the sign is that of its peers
        assert np.sign(round(value, 6)) == np.sign(peers[one]), one
    home = [key for key in means if key[0] == "home"]
    assert sorted(home, key=means.__getitem__) == sorted(home, key=peers.__getitem__)


def of_the_year(after: BrainCirculation, before: BrainCirculation) -> NDArray[np.float32]:
    """Everybody's papers in the year between."""
    papers: NDArray[np.float32] = after.people.papers - before.people.papers
    return papers


def wrote(after: BrainCirculation, before: BrainCirculation) -> NDArray[np.bool_]:
    """Who has written a paper in the year between."""
    return of_the_year(after, before) > 0


def test_without_gain_the_place_does_not_matter(history: BrainCirculation) -> None:
    model = published(history, peers_gain=0.0, tie_spillover=0.0)
    p, people = model.parameters, model.people
    gained = people.top10.astype(np.float64) - history.people.top10
    threshold = p.top10_threshold + model.world.driver("top_tenth", 2026)
    score = (people.talent.astype(np.float64) - threshold) / p.sd_luck
    np.testing.assert_allclose(gained, (people.papers - history.people.papers) * norm.cdf(score), atol=2e-3)


def test_what_was_better_abroad_is_kept_in_part(history: BrainCirculation) -> None:
    none, half, most = (published(history, peers_kept=kept) for kept in (0.0, 0.4, 0.8))
    people = history.people
    tiers = np.append(history.world.positions.along("tier", history.world.tiers, "peers_tier"), 0.0)
    better = history.world.by_region("peers")[people.tie_region] > tiers[people.tier]
    back = (people.region == HOME) & (people.years_abroad >= 1) & better & wrote(none, history)
    assert back.sum() > 30
    for more, less in ((half, none), (most, half)):
        gain = more.people.top10 - less.people.top10
        assert (gain[back] >= 0).all()
        assert (gain[back] > 0).mean() > 0.8  # a gain of millionths is lost in the sum of a life
    for other in (half, most):
        np.testing.assert_array_equal(other.people.top10[~back], none.people.top10[~back])
        np.testing.assert_array_equal(other.people.papers, none.people.papers)


def leaders(model: BrainCirculation) -> NDArray[np.bool_]:
    """Who leads a group, at home or abroad."""
    p = model.people
    here = (
        (p.region == HOME) & np.isin(p.stage, (Stage.TENURE_TRACK, Stage.PERMANENT)) & (p.tier != model.world.no_tier)
    )
    lead: NDArray[np.bool_] = here | ((p.region != HOME) & (p.stage == Stage.PERMANENT) & ~p.post_kept)
    return lead & ~p.candidate


def test_a_team_writes_for_its_leader_only(history: BrainCirculation) -> None:
    alone, team = published(history, team_elasticity=0.0), published(history, team_elasticity=0.6)
    lead = leaders(history)
    np.testing.assert_array_equal(alone.people.papers[~lead], team.people.papers[~lead])
    assert (team.people.papers >= alone.people.papers).all()
    gain = of_the_year(team, history) - of_the_year(alone, history)
    for among in (history.people.region == HOME, history.people.region != HOME):
        assert gain[lead & among].sum() > 0.05 * of_the_year(alone, history)[lead & among].sum()


def test_more_juniors_mean_more_papers_of_their_leaders(history: BrainCirculation) -> None:
    """Those between posts become postdocs in one kind of employer and field: leaders there gain, nobody else."""
    grown = history.fork()
    idle = (grown.people.region == HOME) & (grown.people.stage == Stage.UNPLACED)
    assert idle.sum() > 10
    for model in (history, grown):
        assert (model.people.tier[idle] == model.world.no_tier).all()
    grown.people.stage[idle], grown.people.tier[idle] = Stage.POSTDOC, LEADING
    grown.people.field[idle] = 0
    few, many = published(history, tie_spillover=0.0), published(grown, tie_spillover=0.0)
    there = (history.people.tier == LEADING) & (history.people.field == 0)
    gains = leaders(history) & there & (history.people.region == HOME)
    more = many.people.papers - few.people.papers
    assert more[gains].sum() > 0
    assert (more[gains] >= 0).all()
    assert (more[~gains & ~idle] == 0).all()


def test_juniors_are_counted_by_their_weight(world: World) -> None:
    number = np.zeros((len(Stage), world.no_tier + 1, len(world.fields)))
    number[Stage.PERMANENT, LEADING, 0] = 3
    number[Stage.TENURE_TRACK, LEADING, 0] = 1
    number[Stage.FIXED_TERM, LEADING, 0] = 50  # neither lead nor are led
    number[Stage.POSTDOC, :, 0] = 2
    number[Stage.DOCTORAL, :, 0] = 5
    juniors = productivity._juniors(number, productivity._junior_weight(world, Parameters.load()))
    assert juniors[LEADING, 0] == pytest.approx((2 + 0.4 * 5) / 4)
    assert juniors[world.no_tier].sum() == juniors[:, 2].sum() == 0
    assert np.isfinite(juniors).all()  # a kind of employer without leaders


def funded_posts(history: BrainCirculation) -> NDArray[np.bool_]:
    """Every other holder of a fixed-term or tenure-track post at home, as if in a return post."""
    people = history.people
    posts = np.isin(people.stage, (Stage.FIXED_TERM, Stage.TENURE_TRACK)) & (people.region == HOME)
    chosen: NDArray[np.bool_] = posts & ~people.candidate & (people.identity % 2 == 0)
    return chosen


def with_startup(history: BrainCirculation, million: float, **parameters: float) -> BrainCirculation:
    """A year of research in which every other faculty post on a term is a return post with so much start-up money."""
    model = history.fork([changing({"lever": "return_posts.startup", "set": million})])
    model.people.funded[:] = funded_posts(history)
    return published(model, **parameters)


def test_startup_money_writes_for_its_holder_only_and_more_money_writes_more(history: BrainCirculation) -> None:
    none, some, much = (with_startup(history, million) for million in (0.0, 6.0, 24.0))
    funded = funded_posts(history)
    for more, less in ((some, none), (much, some)):
        assert more.people.papers[funded].sum() > less.people.papers[funded].sum()
        assert (more.people.papers >= less.people.papers).all()
        np.testing.assert_array_equal(more.people.papers[~funded], less.people.papers[~funded])


def test_without_startup_money_a_return_post_is_like_any_other(history: BrainCirculation) -> None:
    none, plain = with_startup(history, 0.0), published(history)
    for column in SCHEMA:
        if column.name != "funded":
            np.testing.assert_array_equal(none.people[column.name], plain.people[column.name])


def test_startup_money_pays_people_at_the_price_of_a_postdoc(world: World, history: BrainCirculation) -> None:
    model = with_startup(history, 10.0)
    year = model._open_year(2026)
    price = world.positions.value("income", stage=Stage.POSTDOC.label) * year.parameters.post_on_cost
    juniors = productivity.startup_juniors(year)
    assert juniors == pytest.approx(10.0 * year.parameters.startup_people / price)
    team, people = productivity.teams(model.people, year), model.people
    norm = world.positions.along("field", world.fields, "group_norm")[people.field] * year.parameters.team_elasticity
    alone = people.funded & (people.stage == Stage.FIXED_TERM)  # leads nobody but those the money pays
    np.testing.assert_allclose(team[alone], ((1 + juniors) ** norm)[alone], rtol=1e-6)
    track = (people.stage == Stage.TENURE_TRACK) & (people.region == HOME) & (people.tier != world.no_tier)
    assert team[track & people.funded].mean() > team[track & ~people.funded].mean()
    lead = leaders(model)
    assert (team[~lead & ~people.funded] == 1).all()


def test_the_order_of_people_leaves_no_trace(history: BrainCirculation) -> None:
    other = history.fork()
    order = np.random.default_rng(1).permutation(len(other.people))
    for column in SCHEMA:
        other.people[column.name] = other.people[column.name][order]
    one, two = published(history), published(other)
    assert one.tally.research == two.tally.research
    for name in ("papers", "output", "top10"):
        np.testing.assert_array_equal(one.people[name][order], two.people[name])


def test_foreign_ties_bring_international_papers(history: BrainCirculation) -> None:
    few, many = published(history, coauthor_ties=0.4), published(history, coauthor_ties=1.4)
    assert many.tally.research["international"] > few.tally.research["international"]
    assert many.tally.research["papers"] == few.tally.research["papers"]


def test_a_move_costs_output_in_its_year(history: BrainCirculation) -> None:
    moved = history.people.returned_year == history.year
    year = history._open_year(history.year)
    assert moved.any()
    assert year.parameters.move_dip < 0
    less, same = published(history, move_dip=-0.25), published(history, move_dip=0.0)
    assert less.people.papers.sum() <= same.people.papers.sum()


def test_research_money_of_nothing_makes_nothing_and_more_makes_more(history: BrainCirculation) -> None:
    twin = history.fork()
    people, year = twin.people, twin._open_year(2026)
    here = np.flatnonzero((people.region == HOME) & (people.programme < 0) & (people.stage <= Stage.PERMANENT))
    rows = np.concatenate([here[people.stage[here] == stage][:20] for stage in RANKS])
    number, _ = colleagues(people, twin.world)
    gains = []
    for money in (1e-6, 5.0, 20.0):
        people.benefit_until[:] = 0
        people.benefit_until[rows], people.research_money[rows] = 2026, money
        found, gain = research_money(people, number, year)
        assert sorted(found.tolist()) == sorted(rows.tolist())
        gains.append(gain)
    assert gains[0] == pytest.approx(1, abs=1e-5)
    assert (gains[1] > 1.001).all()
    assert (gains[2] > gains[1]).all()
    leads = np.isin(people.stage[found], (Stage.TENURE_TRACK, Stage.PERMANENT))
    assert gains[1][leads].mean() < gains[1][~leads].mean(), "who has juniors gains less by one more"


def test_research_money_adds_to_what_start_up_money_pays(history: BrainCirculation) -> None:
    twin = history.fork([changing({"lever": "return_posts.startup", "set": 20.0})])
    people, year = twin.people, twin._open_year(2026)
    rows = np.flatnonzero((people.region == HOME) & (people.programme < 0) & (people.stage == Stage.TENURE_TRACK))[:40]
    people.funded[rows], people.benefit_until[:] = True, 0
    people.benefit_until[rows], people.research_money[rows] = 2026, 5.0
    number, _ = colleagues(people, twin.world)
    found, gain = research_money(people, number, year)
    assert found.tolist() == rows.tolist()
    assert (gain > 1.001).all()
    people.programme[rows] = 0
    _, of_programme = research_money(people, number, year)
    assert (of_programme < gain).all(), "start-up money of return posts is not that of posts that a programme pays"


def test_money_of_projects_is_added_to_that_of_who_holds_some() -> None:
    rows, money = np.array([0, 3]), np.array([1.0, 2.0], np.float32)
    granted, grants = np.array([3, 0, 3, 7]), np.array([5.0, 1.0, 1.0, 4.0], np.float32)
    found, total = _with_grants(rows, money, granted, grants)
    assert found.tolist() == [0, 3, 7]
    assert total.tolist() == [2.0, 8.0, 4.0]
