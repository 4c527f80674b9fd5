"""Potential researchers decide once, and more support never makes fewer of them enter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from sim import BrainCirculation
from sim.instruments import stipends as support
from sim.population.traits import Kind
from sim.vocabulary import HOME, Mode, Stage
from tests.sim.conftest import changing

if TYPE_CHECKING:
    from sim import Parameters, Policy, World

SUPPORT = "programmes.doctoral_support.places"


def entrants(history: BrainCirculation, *policies: Policy) -> set[int]:
    model = history.fork(policies).run_through(2026)
    people = model.people
    fresh = (people.start_year == 2026) & (people.stage == Stage.DOCTORAL)
    return set(people.identity[fresh].tolist())


def kind_of(identity: int) -> int:
    return identity // (10_000 * 10_000_000)


def entrants_who_know(history: BrainCirculation, coverage: float, level: float) -> set[int]:
    """Entrants of 2026 where more or less is known of doctoral support, as shares of what is."""
    model = history.fork()
    model.state.known_coverage *= coverage
    model.state.known_stipend *= level
    people = model.run_through(2026).people
    fresh = (people.start_year == 2026) & (people.stage == Stage.DOCTORAL)
    return set(people.identity[fresh].tolist())


def test_knowing_of_more_stipends_only_adds_entrants(history: BrainCirculation) -> None:
    few, many, fewer = (entrants_who_know(history, coverage, 1.0) for coverage in (1.0, 1.6, 0.5))
    assert len(many) > len(few) > len(fewer)
    assert {i for i in few if kind_of(i) == Kind.MASTER} <= many
    assert {i for i in fewer if kind_of(i) == Kind.MASTER} <= few


def test_knowing_of_a_higher_stipend_draws_more_too(history: BrainCirculation) -> None:
    assert len(entrants_who_know(history, 1.0, 1.5)) > len(entrants_who_know(history, 1.0, 1.0))


def test_entrants_hear_of_new_support_only_after_a_year(history: BrainCirculation) -> None:
    policy = changing({"lever": SUPPORT, "add": 20_000})
    assert entrants(history, policy) == entrants(history)
    plain, moved = history.fork().run_through(2026), history.fork([policy]).run_through(2026)
    gap = [moved.state.known_coverage - plain.state.known_coverage]
    for year in (2027, 2028):
        plain.run_through(year), moved.run_through(year)
        gap.append(moved.state.known_coverage - plain.state.known_coverage)
    assert 0 < gap[0] < gap[1] < gap[2]


def test_new_support_crowds_out_part_of_the_old(history: BrainCirculation) -> None:
    def coverage(places: float) -> float:
        model = history.fork([changing({"lever": SUPPORT, "set": places})])
        year = model._open_year(2026)
        return support.support(model.programmes, model.people, model.state.founded_coverage, year).coverage

    students = support.eligible_students(history.people) / history.scale
    gain = coverage(20_000) - coverage(16_000)
    assert gain == pytest.approx((1 - history.parameters.crowd_out) * 4_000 / students, rel=0.02)
    assert coverage(0.0) == 0.0


def test_candidates_without_a_post_vanish(history: BrainCirculation) -> None:
    model = history.fork().run_through(2027)
    people = model.people
    candidates = people.identity // (10_000 * 10_000_000) == Kind.CANDIDATE
    staying = candidates & ~people.candidate & (people.stage != Stage.LEFT)
    born_2026 = people.identity[staying] // 10_000_000 % 10_000 == 2026
    assert born_2026.any(), "some were hired"
    still_candidates = people.candidate | (people.stage == Stage.LEFT)
    assert not (candidates & ~still_candidates & (people.region != HOME) & (people.degree_year == 0)).any()


def test_entrants_look_like_what_the_data_say(history: BrainCirculation) -> None:
    people = history.fork().run_through(2026).people
    fresh = (people.start_year == 2026) & (people.stage == Stage.DOCTORAL) & (people.origin == HOME)
    women = history.world.stocks.value("women_share_entrants")
    assert (people.sex[fresh] == 0).mean() == pytest.approx(women, abs=0.08)
    age = 2026 - people.birth_year[fresh]
    young = age[~people.working[fresh]]
    assert young.mean() == pytest.approx(history.world.candidates.value("age_at_entry"), abs=0.7)
    assert age[people.working[fresh]].mean() > young.mean() + 5
    for_good = (people.region[fresh] != HOME) & ~people.post_kept[fresh]  # not on a visit within the first year
    assert for_good.any()
    assert (people.mode[fresh][for_good] == Mode.DEGREE).all()


def test_only_who_studied_abroad_begins_with_ties_of_a_stay(world: World, parameters: Parameters) -> None:
    model = BrainCirculation(world, parameters, seed=1, scale=0.05).run_through(world.first_year)
    people = model.people
    new = (people.stage == Stage.DOCTORAL) & (people.start_year == model.year) & (people.region == HOME)
    usual = np.float32(world.candidates.value("ties_abroad"))
    native = people.origin == HOME
    assert (people.ties_abroad[new & native & people.early] > usual).all()
    others = people.ties_abroad[new & ~(native & people.early)]
    assert np.mean(others == usual) > 0.85  # the rest have visited a host within the year


def test_quality_and_productivity_follow_the_model_of_sinatra(history: BrainCirculation) -> None:
    p, people = history.parameters, history.people
    assert people.talent.std() == pytest.approx(p.sd_quality, rel=0.05)
    log_drive = np.log(people.drive)
    assert log_drive.std() == pytest.approx(p.sd_productivity, rel=0.05)
    assert np.cov(people.talent, log_drive)[0, 1] == pytest.approx(p.cov_quality_productivity, abs=0.015)
