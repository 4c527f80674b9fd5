"""Models that several tests share: small histories, forked where a test needs its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from sim import BrainCirculation, Parameters, Policy, World
from sim.instruments import counted
from sim.market.search import Looking, gather
from tests import chance

if TYPE_CHECKING:
    from sim.market.search import Seekers
    from sim.year import Year

POLICIES = Path(__file__).parents[2] / "configs" / "policy"
SCALE = 0.03


@pytest.fixture(scope="session")
def world() -> World:
    return World.load()


@pytest.fixture(scope="session")
def parameters() -> Parameters:
    return Parameters.load()


@pytest.fixture(scope="session")
def history(world: World, parameters: Parameters) -> BrainCirculation:
    """A model at the end of 2025: fork it, never run it."""
    return BrainCirculation(world, parameters, seed=chance.seed(11), scale=SCALE).run_through(2025)


def policy(name: str) -> Policy:
    """A shipped policy."""
    return Policy.from_file(POLICIES / f"{name}.yaml")


def everyone(model: BrainCirculation, year: Year) -> Seekers:
    """All people of a model as seekers, whoever looks, in the order of their rows."""
    number = len(model.people)
    nobody = np.zeros(number, np.bool_)
    return gather(model.people, Looking(np.arange(number), nobody, nobody, nobody), year, model.state.usual.openness)


def price_of(item: str) -> str:
    """The unit of the price of an item in the money of the shipped country; that of any money where there is none."""
    known = item in counted.of_instruments() or item.partition(".")[0] in counted.COUNTED
    return (counted.unit_of(item) if known else "{currency}").format(currency="JPY")


def changing(*changes: dict[str, object], start: int = 2026, end: int | None = None, name: str = "made_up") -> Policy:
    """A policy made up for a test."""
    sourced = [{"source": "test", "grade": "A", **change} for change in changes]
    return Policy.from_dict(
        {
            "name": name,
            "title": "x",
            "title_ja": "x",
            "source": "test",
            "grade": "A",
            "start": start,
            "end": end,
            "changes": sourced,
        }
    )
