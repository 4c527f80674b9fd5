"""What positions are worth, and what people expect, move the way their terms say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from sim.instruments.programmes import INCOME
from sim.market.prospects import look_ahead
from sim.market.values import position_values
from sim.vocabulary import HOME, Stage
from tests.sim.conftest import changing, everyone, policy

if TYPE_CHECKING:
    from sim import BrainCirculation, Policy
    from sim.market.search import Seekers
    from sim.market.values import PositionValues


def tables(model: BrainCirculation, year: int = 2026, *policies: Policy, **parameters: float) -> PositionValues:
    twin = model.fork(policies)
    twin.parameters = twin.parameters.replace(**parameters)
    return position_values(
        twin._open_year(year), twin._diaspora(), twin.state.known_abroad, twin.state.corridors.growth()
    )


def prospects(model: BrainCirculation, values: PositionValues | None = None) -> Seekers:
    """What everybody expects in 2026."""
    year = model._open_year(2026)
    seekers = everyone(model, year)
    look_ahead(seekers, values or tables(model), year)
    return seekers


@pytest.fixture
def postdocs(history: BrainCirculation) -> np.ndarray:
    people = history.people
    return np.flatnonzero((people.stage == Stage.POSTDOC) & (people.region == HOME) & (people.origin == HOME))


def test_incomes_of_the_data_are_on_the_scale_of_logs(history: BrainCirculation) -> None:
    t = tables(history, autonomy=0.2, science_taste=0.22)
    value = history.world.positions.value("income", stage="industry") * 1e6
    price, raised = (history.world.driver(name, 2026) for name in ("price_level", "private_pay"))
    np.testing.assert_allclose(t.home[3, Stage.INDUSTRY], np.log(value * raised / price / 1e3), rtol=1e-6)


def test_a_post_is_worth_more_than_none(history: BrainCirculation) -> None:
    seekers = prospects(history)
    assert (seekers.value_with_post > seekers.value_without_post).all()


def test_pessimism_and_information_are_two_things(history: BrainCirculation, postdocs: np.ndarray) -> None:
    def chance(value: float) -> np.ndarray:
        model = history.fork([changing({"lever": "information.pessimism", "set": value})])
        model.run_through(2025)
        model._revise_levers()
        return prospects(model).chance_away[postdocs]

    np.testing.assert_allclose(chance(1.0), np.minimum(history.people.belief_away[postdocs], 1))
    np.testing.assert_allclose(chance(0.5), 0.5 * history.people.belief_away[postdocs], rtol=1e-6)


def test_foreigners_have_a_later_return_to_choose(history: BrainCirculation) -> None:
    people = history.people
    rows = np.flatnonzero((people.region == HOME) & (people.degree_year > 0))

    def seen(more: float) -> Seekers:
        values = tables(history)
        values.regions.returning[:] += np.float32(more)
        return prospects(history, values)

    never, as_it_is, best = seen(-1000), seen(0), seen(1000)
    native = (people.origin == HOME)[rows]
    assert native.any()
    assert not native.all()
    for future in ("value_with_post", "value_without_post"):
        alone, chosen = getattr(never, future)[rows], getattr(as_it_is, future)[rows]
        np.testing.assert_array_equal(chosen[native], alone[native])
        assert (chosen >= np.maximum(alone, as_it_is.value_return[rows]) - 1e-4)[~native].all()
        np.testing.assert_allclose(getattr(best, future)[rows][~native], best.value_return[rows][~native], rtol=1e-5)
    assert (as_it_is.value_return[rows][native] == -np.inf).all()


def test_holders_of_permanent_posts_value_security_more(history: BrainCirculation) -> None:
    permanent = history.people.stage == Stage.PERMANENT
    worth = prospects(history).security_value
    assert worth[permanent].min() > worth[~permanent].max()


def test_a_weak_currency_shrinks_fellowships_spent_abroad(history: BrainCirculation) -> None:
    number = history.world.programme("overseas_fellowship")
    strong, weak = tables(history, 2012), tables(history, 2023)
    assert strong.award[number] > weak.award[number] + 0.1
    full = tables(history, 2023, exchange_supplement=1.0)
    assert full.award[number] > weak.award[number]
    set_anew = [tables(history, 2024, exchange_supplement=one).award[number] for one in (0.0, 1.0)]
    assert set_anew[0] == set_anew[1] > weak.award[number]  # nothing to make good in the year of a new call


def test_distance_networks_and_corridors_shape_where_people_go(history: BrainCirculation) -> None:
    near, far = tables(history, distance=-0.2), tables(history, distance=-0.9)
    names = history.world.regions
    us, korea = names.index("US"), names.index("KOR")
    assert (near.regions.move[us] - near.regions.move[korea]) > (far.regions.move[us] - far.regions.move[korea])
    no_network, network = tables(history, network=0.0), tables(history, network=0.6)
    assert (network.regions.move[us] - network.regions.move[korea]) > (
        no_network.regions.move[us] - no_network.regions.move[korea]
    )


def test_a_community_abroad_eases_isolation(history: BrainCirculation) -> None:
    model = history.fork()
    year = model._open_year(2026)
    corridors = model.state.corridors.growth()
    few = position_values(year, model._diaspora() * 0.1, model.state.known_abroad, corridors)
    many = position_values(year, model._diaspora() * 10, model.state.known_abroad, corridors)
    there = model._diaspora()[1:] > 0
    assert there.any()
    assert (many.regions.isolation[1:][there] > few.regions.isolation[1:][there]).all()
    assert (many.regions.isolation[1:] < 0).all()


def test_people_go_where_those_of_their_origin_are_and_draw_nobody_from_there(history: BrainCirculation) -> None:
    model = history.fork()
    year, corridors, known = model._open_year(2026), model.state.corridors.growth(), model.state.known_abroad
    before, after = (position_values(year, there, known, corridors).regions for there in (known, 2 * known + 20))
    p = year.parameters
    np.testing.assert_allclose((after.move - before.move)[1:], p.network / p.beta * np.log(2), rtol=1e-4)
    np.testing.assert_array_equal(after.coming, before.coming)
    np.testing.assert_array_equal(before.coming, before.move)
    assert known[HOME] == 0 < known[1:].max()


def test_a_corridor_that_has_grown_draws_more(history: BrainCirculation) -> None:
    model = history.fork()
    year = model._open_year(2026)
    as_ever = np.ones(len(model.world.regions))
    grown = as_ever.copy()
    grown[2] = 2.0
    there = model._diaspora(), model.state.known_abroad
    moves = [position_values(year, *there, one).regions.move for one in (as_ever, grown)]
    p = year.parameters
    np.testing.assert_allclose(moves[1][2] - moves[0][2], p.corridor / p.beta * np.log(2), rtol=1e-5)
    np.testing.assert_array_equal(np.delete(moves[0], 2), np.delete(moves[1], 2))


def test_an_income_is_what_its_record_pays_and_stipends_are_apart(history: BrainCirculation) -> None:
    model = history.fork([policy("doctoral_stipends")])
    year = model._open_year(2026)
    values = position_values(year, model._diaspora(), model.state.known_abroad, model.state.corridors.growth())
    held = [record for record in year.programmes if record.kind.held_as_stipend]
    assert held
    paid = [year.levers.of(record, INCOME, 2026) for record in held]
    assert values.stipend == pytest.approx(np.log(np.array(paid) * 1e3 / year.driver("price_level")), rel=1e-6)
    number = model.world.programme("inbound_fellowship")
    income = year.levers.of(model.world.programmes[number], INCOME, 2026)
    assert values.award[number] == pytest.approx(np.log(income * 1e3 / year.driver("price_level")), rel=1e-6)
