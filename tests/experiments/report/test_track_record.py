"""What an answer leans on: tests that move the same lever are direct, their like similar, all else context."""

from __future__ import annotations

from math import isnan

import pytest

from experiments.replication.catalogue import EXPERIMENTS
from experiments.report.track_record import leaning, repeated
from experiments.request.comparison import arm
from sim import World
from sim.instruments.levers import catalogue
from sim.world.addresses import Address
from sim.world.timeline import find


@pytest.fixture(scope="module")
def world() -> World:
    return World.load()


@pytest.mark.parametrize(
    ("policy", "test", "nearness"),
    [
        ("fellowships_doubled", "F5", "direct"),  # its shock doubles the same places
        ("fellowships_doubled", "F6", "similar"),  # moves the income of the same fellowship
        ("fellowships_doubled", "D1", "context"),
        ("weak_yen", "Y1", "direct"),  # a number of the world, by its address
        ("weak_yen", "C3", "context"),  # another number of the same table is not its like
        ("us_push_2025", "C3", "direct"),
    ],
)
def test_rows_of_the_response_card(policy: str, test: str, nearness: str, world: World) -> None:
    near = {one.row: one.nearness for one in leaning(arm((policy,)), world.country)}
    assert near[test] == nearness


@pytest.mark.parametrize(
    ("policy", "study", "nearness"),
    [
        ("fellowships_doubled", "Q1", "direct"),
        ("fellowships_doubled", "Q7", "similar"),  # the guarantee of the same fellowship
        ("fellowships_doubled", "Q5", "context"),
        ("return_guarantee", "Q7", "direct"),
        ("j_rise", "Q8", "context"),
        ("us_push_2025", "Q8", "direct"),  # hosts keep fewer: the visas that end
        ("doctoral_stipends", "Q1", "context"),
    ],
)
def test_repeated_studies(policy: str, study: str, nearness: str, world: World) -> None:
    near = {one.row: one.nearness for one in repeated(arm((policy,)), world)}
    assert set(near) == set(EXPERIMENTS)
    assert near[study] == nearness


def test_every_estimand_has_a_verdict_beside_what_was_published(world: World) -> None:
    for one in repeated(arm(("package",)), world):
        assert one.verdict in {"inside", "outside", "sign_right", "sign_open", "sign_wrong", "none"}
        assert one.sign in {"+", "-", "0"}
        assert isnan(one.published[0]) == isnan(one.published[1])
        assert one.source


def test_studies_name_levers_and_numbers_that_are_there(world: World) -> None:
    for name in (name for study in EXPERIMENTS.values() for name in study.levers):
        assert name in catalogue(world) or find(world, Address.parse(name)).rows
