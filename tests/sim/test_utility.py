"""Utility moves the way its terms say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from sim.market import utility
from sim.vocabulary import HOME, Stage
from tests.sim.conftest import changing

if TYPE_CHECKING:
    from sim import BrainCirculation, Policy
    from sim.market.utility import Tables


def tables(model: BrainCirculation, year: int = 2026, *policies: Policy, **parameters: float) -> Tables:
    twin = model.fork(policies)
    twin.parameters = twin.parameters.replace(**parameters)
    return utility.tables(twin._open_year(year), twin._diaspora(), twin.programmes)


@pytest.fixture
def postdocs(history: BrainCirculation) -> np.ndarray:
    people = history.people
    return np.flatnonzero((people.stage == Stage.POSTDOC) & (people.region == HOME) & (people.origin == HOME))


def test_incomes_of_the_data_are_on_the_scale_of_logs(history: BrainCirculation) -> None:
    t = tables(history, autonomy=0.2, science_taste=0.22)
    value = history.world.positions.value("income", stage="industry") * 1e6
    price, raised = (history.world.driver(name, 2026) for name in ("price_level", "private_pay"))
    np.testing.assert_allclose(t.home[3, Stage.INDUSTRY], np.log(value * raised / price / 1e3), rtol=1e-6)


def test_a_better_chance_of_a_post_makes_every_way_there_better(
    history: BrainCirculation, postdocs: np.ndarray
) -> None:
    model = history.fork()
    year, t = model._open_year(2026), tables(history)
    o = utility.prospects(model.people, t, year).of(postdocs)
    assert (o.post > o.without).all()
    assert (o.after(0.6) > o.after(0.3)).all()
    everyone, origin = np.arange(len(postdocs)), model.people.origin[postdocs]
    language = model.people.language[postdocs]
    low = utility.abroad(o, t, origin, language, everyone, np.full(len(postdocs), 0.1, np.float32))
    high = utility.abroad(o, t, origin, language, everyone, np.full(len(postdocs), 0.9, np.float32))
    elsewhere = np.isfinite(low)
    assert (high[elsewhere] > low[elsewhere]).all()
    regions = np.arange(len(low))[:, None]
    assert (elsewhere == ((regions != HOME) & (regions != origin))).all()


def test_pessimism_and_information_are_two_things(history: BrainCirculation, postdocs: np.ndarray) -> None:
    def chance(value: float) -> np.ndarray:
        model = history.fork([changing({"lever": "information.pessimism", "set": value})])
        return utility.prospects(model.people, tables(history), model._open_year(2026)).chance_away[postdocs]

    np.testing.assert_allclose(chance(1.0), np.minimum(history.people.belief_away[postdocs], 1))
    np.testing.assert_allclose(chance(0.5), 0.5 * history.people.belief_away[postdocs], rtol=1e-6)


def test_foreigners_have_a_later_return_to_choose(history: BrainCirculation) -> None:
    people, t, year = history.people, tables(history), history._open_year(2026)
    rows = np.flatnonzero((people.region == HOME) & (people.degree_year > 0))

    def seen(returning: np.ndarray) -> utility.Prospects:
        return utility.prospects(people, replace(t, returning=returning.astype(np.float32)), year).of(rows)

    never, as_it_is, best = seen(t.returning - 1000), seen(t.returning), seen(t.returning + 1000)
    native = as_it_is.native
    assert native.any()
    assert not native.all()
    for future in ("post", "without"):
        alone, chosen = getattr(never, future), getattr(as_it_is, future)
        np.testing.assert_array_equal(chosen[native], alone[native])
        assert (chosen >= np.maximum(alone, as_it_is.back) - 1e-4)[~native].all()
        np.testing.assert_allclose(getattr(best, future)[~native], best.back[~native], rtol=1e-5)


def test_holders_of_permanent_posts_value_security_more(history: BrainCirculation) -> None:
    people = history.people
    rows = np.flatnonzero(people.region == HOME)
    o = utility.prospects(people, tables(history), history._open_year(2026)).of(rows)
    permanent = people.stage[rows] == Stage.PERMANENT
    assert o.secure[permanent].min() > o.secure[~permanent].max()


def test_a_weak_currency_shrinks_fellowships_spent_abroad(history: BrainCirculation) -> None:
    number = history.world.programme("overseas_fellowship")
    strong, weak = tables(history, 2012), tables(history, 2024)
    assert strong.award[number] > weak.award[number] + 0.1
    full = tables(history, 2024, exchange_supplement=1.0)
    assert full.award[number] > weak.award[number]


def test_distance_networks_and_corridors_shape_where_people_go(history: BrainCirculation) -> None:
    near, far = tables(history, distance=-0.2), tables(history, distance=-0.9)
    names = history.world.regions
    us, korea = names.index("US"), names.index("KOR")
    assert (near.move[us] - near.move[korea]) > (far.move[us] - far.move[korea])
    no_network, network = tables(history, network=0.0), tables(history, network=0.6)
    assert (network.move[us] - network.move[korea]) > (no_network.move[us] - no_network.move[korea])


def test_a_community_abroad_eases_isolation(history: BrainCirculation) -> None:
    model = history.fork()
    year = model._open_year(2026)
    few = utility.tables(year, model._diaspora() * 0.1, model.programmes)
    many = utility.tables(year, model._diaspora() * 10, model.programmes)
    there = model._diaspora()[1:] > 0
    assert there.any()
    assert (many.isolation[1:][there] > few.isolation[1:][there]).all()
    assert (many.isolation[1:] < 0).all()


def test_the_best_option_is_the_first_of_the_largest() -> None:
    values = np.random.default_rng(1).integers(-2, 3, (5, 400)).astype(np.float32)
    values[0, :50] = -np.inf
    best, value = utility.best_option(values)
    np.testing.assert_array_equal(best, values.argmax(axis=0))
    np.testing.assert_array_equal(value, values.max(axis=0))
