"""What people are born with is theirs: it depends on nobody and on no place in the columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from sim import BrainCirculation
from sim.engine.draws import Draw, draw_key, normal, uniform
from sim.population import traits
from sim.population.columns import Columns
from sim.population.traits import Kind, identities
from sim.vocabulary import Sex

if TYPE_CHECKING:
    from sim import Parameters, World
    from sim.year import Year

INBORN = ("sex", "talent", "drive", "home_taste", "tie_region", "language")


@pytest.fixture(scope="module")
def year(world: World, parameters: Parameters) -> Year:
    return BrainCirculation(world, parameters, scale=0.01)._open_year(2020)


def born(numbers: list[range], year: Year) -> Columns:
    people = Columns()
    for some in numbers:
        identity = np.array(some, np.int64)
        start = people.enter(len(identity), identity=identity, draw_key=draw_key(year.seed, identity))
        traits.born(people, start, 0.3, 0.6, year)
    return people


def test_people_are_the_same_whoever_is_born_beside_them(year: Year) -> None:
    together, apart = born([range(1000)], year), born([range(400), range(400, 1000)], year)
    for name in INBORN:
        np.testing.assert_array_equal(together[name], apart[name])


def test_traits_are_spread_as_the_parameters_say(year: Year) -> None:
    people, p = born([range(40_000)], year), year.parameters
    assert people.talent.std() == pytest.approx(p.sd_quality, rel=0.02)
    assert np.log(people.drive).std() == pytest.approx(p.sd_productivity, rel=0.02)
    assert np.cov(people.talent, np.log(people.drive))[0, 1] == pytest.approx(p.cov_quality_productivity, abs=0.01)
    assert people.home_taste.std() == pytest.approx(p.home_sd, rel=0.02)
    assert (people.sex == Sex.WOMAN).mean() == pytest.approx(0.3, abs=0.01)
    assert 0 < people.language.min() < 0.01
    assert 0.59 < people.language.max() < 0.6
    flows = year.world.by_region("flow_from_home")
    shares = np.bincount(people.tie_region, minlength=len(flows)) / len(people)
    np.testing.assert_allclose(shares, flows / flows.sum(), atol=0.01)


def test_traits_are_the_draws_of_the_person(year: Year) -> None:
    people = born([range(100)], year)
    taste = np.float32(year.parameters.home_sd) * normal(people.draw_key, 0, Draw.HOME_TASTE)
    np.testing.assert_array_equal(people.home_taste, taste)
    np.testing.assert_array_equal(people.language, np.float32(0.6) * uniform(people.draw_key, 0, Draw.LANGUAGE))


def test_identities_of_kinds_and_years_are_apart() -> None:
    every = [identities(kind, year, 3).tolist() for kind in Kind for year in (2006, 2007)]
    flat = [identity for some in every for identity in some]
    assert len(set(flat)) == len(flat)
    assert (
        identities(Kind.STUDENT, 2020, 2, traits.FOREIGNERS)[0] == traits.first_identity(Kind.STUDENT, 2020) + 1_000_000
    )
