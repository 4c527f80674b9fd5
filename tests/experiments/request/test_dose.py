"""A policy at another size: what scales, exactly by how much, and what stays as it is."""

from __future__ import annotations

import pytest

from experiments.request.comparison import Arm, arm, question
from experiments.request.dose import LARGEST, dosed, in_words, largest, sizes, spends
from sim import World
from sim.instruments.course import levers_in
from sim.instruments.levers import catalogue
from tests.experiments.request.test_settings import settings

ASKED = settings("parameters=point")
WORLD = World.load()
FREE = {
    "hiring.overseas_weight", "hiring.own_graduate_bonus", "hiring.language_weight", "hiring.floor", "leave.feasible",
    "information.pessimism", "visa.job_search", "visa.permanent_years", "visa.permanent_years_skilled",
    "doctoral.industry_offers", "industry.offers", "gate.share", "gate.delay", "gate.hours", "security.sensitive",
    "security.exempt", "security.partner_requires", "clock.hosting_hours", "clock.relief", "benefits.returnees.years",
    "benefits.recruits.years", "benefits.stayers.years",
}  # fmt: skip


def test_rules_and_lengths_do_not_scale_and_all_else_does() -> None:
    shared = {name: lever for name, lever in catalogue(WORLD).items() if not name.startswith("programmes.")}
    assert {name for name, lever in shared.items() if not spends(lever)} == FREE
    of_a_fellowship = {
        name.rpartition(".")[2]: spends(lever)
        for name, lever in catalogue(WORLD).items()
        if name.startswith("programmes.overseas_fellowship.")
    }
    assert of_a_fellowship == {"places": True, "income": True, "years": False, "guarantee": True}
    assert not spends(None)


def lever(one: Arm, name: str, year: int = 2030) -> float:
    from experiments.request.build import Build, parameter_sets

    world, (parameters,) = Build.of(ASKED).inputs()[0], parameter_sets(ASKED)[:1]
    return levers_in(world, parameters, one.policies, year)[name]


@pytest.mark.parametrize("dose", [0.0, 0.5, 1.0, 2.0])
def test_a_dose_moves_a_lever_so_many_times_as_far(dose: float) -> None:
    for name, moved in (
        ("fellowships_doubled", "programmes.overseas_fellowship.places"),  # times
        ("doctoral_stipends", "programmes.doctoral_support.places"),  # add
        ("doctoral_salary", "programmes.doctoral_support.income"),  # set, to another value in each year
        ("operating_grants_up", "posts.operating_grants"),  # times, along a path
    ):
        own = arm([name])
        without = lever(Arm("none"), moved)
        wanted = without + dose * (lever(own, moved) - without)
        assert lever(dosed(own, dose, ASKED), moved) == pytest.approx(wanted), name


def test_programmes_that_are_brought_get_places_and_prices_stay() -> None:
    own = arm(["nexus"])
    half = dosed(own, 0.5, ASKED)
    (one,), (other,) = own.policies, half.policies
    for was, now in zip(one.programmes, other.programmes, strict=True):
        assert [now.places_in(year) for year in (2026, 2030)] == [0.5 * was.places_in(year) for year in (2026, 2030)]
        assert (now.unit_cost, now.income, now.years) == (was.unit_cost, was.income, was.years)
    assert half.title.startswith("0.5 ")
    assert half.name == own.name
    assert dosed(own, 1, ASKED) is own


def yearly(one: Arm) -> list[float]:
    return [cost.value for policy in one.policies for cost in policy.costs if cost.item == "year"]


def test_a_sum_a_year_follows_where_something_scales_unless_it_is_fixed() -> None:
    for name, times in (
        ("outreach", 0.5),  # reputation.visibility scales
        ("sandbox_zone", 0.5),  # so do places
        ("cross_appointment", 1.0),  # the file says that offices are fixed
        ("shared_facilities", 1.0),  # nothing of it scales: research time and peers are no money
        ("remote_interviews", 1.0),
    ):
        own = arm([name])
        assert yearly(dosed(own, 0.5, ASKED)) == [times * value for value in yearly(own)], name
        said = f"cost a year of {name}"
        assert (said in sizes(own, ASKED).scaled) == (times != 1), name
        assert (said in sizes(own, ASKED).kept) == (times == 1), name


def test_prices_of_one_unit_do_not_follow() -> None:
    own = arm(["university_fund"])
    (was,), (now,) = own.policies, dosed(own, 3, ASKED).policies
    for before, after in zip(was.costs, now.costs, strict=True):
        assert after.value == before.value * (3 if before.item == "year" else 1)


def test_rules_in_a_bundle_and_levers_set_by_hand_stay() -> None:
    package = dosed(arm(["package"]), 0.25, ASKED)
    assert lever(package, "hiring.overseas_weight") == lever(arm(["package"]), "hiring.overseas_weight")
    wanted = question(settings("policy=fellowships_doubled", "+levers.information.pessimism=0.9", "parameters=point"))
    by_hand = dosed(wanted.arms[0], 3, ASKED)
    assert lever(by_hand, "information.pessimism") == 0.9
    assert sizes(wanted.arms[0], ASKED).scaled == ("programmes.overseas_fellowship.places",)
    assert "hiring.overseas_weight" in sizes(package, ASKED).kept


def asked_for(name: str) -> tuple[float, str]:
    wanted = settings(f"policy={name}", "parameters=point")
    return largest(question(wanted), wanted)


def test_the_largest_dose_is_where_a_lever_ends() -> None:
    most, bound = asked_for("return_guarantee")  # a chance of 1 cannot be larger
    assert most == pytest.approx(1, rel=2e-3)
    assert bound == "programmes.overseas_fellowship.guarantee"
    most, bound = asked_for("operating_grants_up")  # a tenth more at most in the end: 3 is the end of its range
    assert 1 + most * 0.08 == pytest.approx(3, rel=2e-3)
    assert asked_for("fellowships_doubled") == (LARGEST, "")


def test_a_dose_sends_no_more_students_than_there_are() -> None:
    """Places that a policy brings are scaled in the record, which is refused where it sends more than its cohort."""
    wanted = settings("policy=exchange_students", "parameters=point")
    (exchange,) = question(wanted).arms[0].policies[-1].programmes
    most, bound = largest(question(wanted), wanted)
    assert most * max(exchange.places.values()) == pytest.approx(exchange.cohort, rel=2e-3)
    assert bound == f"programmes.{exchange.name}.places"


def test_what_a_budget_would_scale_is_said() -> None:
    with_money = ASKED.model_copy(update={"budget": 5.0})
    said = " ".join(in_words(arm(["package"]), with_money))
    assert "budget=5: one factor scales programmes.doctoral_support.places" in said
    assert "left as they are: hiring.overseas_weight" in said
    assert "nothing of it scales with money" in " ".join(in_words(arm(["overseas_weight"]), with_money))
