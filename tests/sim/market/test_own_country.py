"""The own country and the others: a taste that differs for life, posts to go back to, borders, the mass of regions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim import BrainCirculation, Parameters, World
from sim.engine.draws import Draw, draw_key, normal, uniform
from sim.population.traits import shares_on_leave
from sim.vocabulary import HOME, Mode, Stage
from tests import chance

YEARS = 6


def run(world: World, parameters: Parameters, scale: float = 0.03, seed: int = 3, **changes: float) -> BrainCirculation:
    model = BrainCirculation(world, parameters.replace(**changes), seed=seed, scale=scale, observed=True)
    return model.run_through(world.first_year + YEARS)


def with_driver(world: World, series: str, value: float, year: int | None = None) -> World:
    """The world with another value of a driver in one year, or in every year."""
    numbers = {
        key: replace(number, value=value) if year is None or str(year) in key else number
        for key, number in world.drivers.numbers[series].items()
    }
    return replace(world, drivers=replace(world.drivers, numbers={**world.drivers.numbers, series: numbers}))


@pytest.fixture(scope="module")
def differing(world: World, parameters: Parameters) -> BrainCirculation:
    """People who differ in how much they like to live in their own country."""
    return run(world, parameters, scale=0.1, home_sd=0.5)


def test_taste_has_the_spread_asked_for_and_is_drawn_once(differing: BrainCirculation) -> None:
    people = differing.people
    drawn = np.float32(differing.parameters.home_sd) * normal(people.draw_key, 0, Draw.HOME_TASTE)
    assert drawn.std() == pytest.approx(0.5, rel=0.05)
    joined = people.identity // 10_000_000 % 10_000 > differing.world.first_year
    assert joined.any()
    np.testing.assert_array_equal(people.home_taste[joined], drawn[joined])


def test_those_who_leave_are_the_ones_who_mind_least(differing: BrainCirculation) -> None:
    people = differing.people
    joined = people.identity // 10_000_000 % 10_000 > differing.world.first_year
    for own in (people.origin == HOME, people.origin != HOME):
        away = people.region != people.origin
        mine = joined & own & ~people.post_kept & ~people.candidate & (people.stage != Stage.LEFT)
        assert people.home_taste[mine & away].mean() < people.home_taste[mine & ~away].mean()


def test_without_spread_everybody_is_alike(world: World, parameters: Parameters) -> None:
    assert not run(world, parameters, scale=0.01, home_sd=0.0).people.home_taste.any()


def test_students_on_leave_go_back_more_often(history: BrainCirculation) -> None:
    people = history.people
    assert not people.on_leave[people.origin == HOME].any()
    graduates = (people.origin != HOME) & (people.degree_region == HOME) & (people.degree_year > 2012)
    back = people.region == people.origin
    assert back[graduates & people.on_leave].mean() > back[graduates & ~people.on_leave].mean() + 0.1


def test_nobody_goes_home_to_a_job_in_research_before_the_degree(history: BrainCirculation) -> None:
    before = history.people
    students = before.identity[(before.stage == Stage.DOCTORAL) & (before.origin != HOME) & (before.region == HOME)]
    model = history.fork().run_through(2026)
    people = model.people
    rows = people.rows(students)
    left = rows[(rows >= 0) & (people.stage[rows] == Stage.LEFT) & (people.degree_year[rows] == 0)]
    assert len(left) < 0.08 * len(students)  # those who give up, and no more


def test_shares_on_leave_are_those_of_the_data(history: BrainCirculation) -> None:
    """Among candidates: those who come are fewer on leave, as a stay after the degree is worth nothing to them."""
    world = history.world
    shares = np.append(0.0, world.candidates.along("region", world.abroad, "on_leave"))
    origin = np.repeat(np.arange(len(shares), dtype=np.uint8), 5_000)
    key = draw_key(3, np.arange(len(origin), dtype=np.int64))
    holds = (uniform(key, 0, Draw.ON_LEAVE) < shares_on_leave(world)[origin]).reshape(len(shares), -1)
    margin = 4 * np.sqrt(shares * (1 - shares) / 5_000)
    assert (np.abs(holds.mean(axis=1) - shares) <= margin).all()
    people = history.people
    students = (people.stage == Stage.DOCTORAL) & (people.region == HOME) & (people.origin != HOME)
    assert 0 < people.on_leave[students].sum() <= shares[people.origin[students]].sum()


def test_closed_borders_stop_only_those_who_are_not_here_yet(history: BrainCirculation) -> None:
    inside = history.world.candidates.value("doctoral_candidates_here")

    def comers(openness: float) -> float:
        model = history.fork()
        model.world = with_driver(history.world, "border_openness", openness, 2026)
        table = model.run_through(2026).table()
        return float(
            table.query("outcome == 'doctoral_entrants' and year == 2026 and group == 'foreign'")["value"].sum()
        )

    assert comers(0.0) == pytest.approx(inside * comers(1.0), rel=0.2)


def test_entrants_of_october_are_not_counted(world: World, parameters: Parameters) -> None:
    def seen(share: float) -> float:
        table = run(with_driver(world, "october_entry", share), parameters, scale=0.01).observations()
        return float(table[table["statistic"] == "doctoral_entrants"]["value"].sum())

    assert seen(0.25) > seen(0.5)


@pytest.mark.chance
def test_mass_draws_people_to_large_research_systems(world: World, parameters: Parameters) -> None:
    scholars = np.append(np.inf, world.drivers.along("region", world.abroad, "scholar_stock", year=2006))

    def share_small(mass: float) -> float:
        small = []
        for seed in range(chance.seed(3), chance.seed(3) + 10):
            people = run(world, parameters, seed=seed, mass=mass).people
            gone = (people.origin == HOME) & (people.away_since > world.first_year) & (people.mode != Mode.NONE)
            small += (scholars[people.region[gone]] < 5e5).tolist()
        return float(np.mean(small))

    lost = share_small(0.0) - share_small(1.0)
    chance.within(
        "share that small regions lose", lost, 0.01, np.inf, broken=0, by="size that draws nobody", exact=True
    )


def test_students_who_keep_a_job_take_longer(world: World, parameters: Parameters) -> None:
    def students(completion: float) -> float:
        table = run(world, parameters, completion_working=completion).observations()
        mine = table[(table["statistic"] == "doctoral_students") & (table["group"] == "working adult")]
        return float(mine["value"].iloc[-1])

    assert students(0.15) > 1.1 * students(0.35)
