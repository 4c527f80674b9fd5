"""Pay: what academic posts at home pay, over what they would pay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.instruments.lever import Instrument, Lever
from sim.vocabulary import RANKS, Stage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from sim.instruments.lever import Account
    from sim.world.world import World

_MILLION = 1_000_000
BOOKED = "pay"
"""The item under which a change of pay is booked."""

POSTS = Lever(
    "pay.posts",
    "pay of academic posts at home, over that of the data",
    "国内の学術ポストの給与（データに対する比）",
    "ratio",
    0.5,
    3.0,
    1.0,
    "the change of the pay of every post that is held, with what an employer pays on top",
)


def pay_of(world: World, tier: str, stage: str) -> float:
    """Pay of a stage at home in millions a year without a policy; where tiers do not differ the file gives one for all.

    tier: label of the kind of employer, empty without one.
    """
    known = world.positions.numbers["income"]
    of_tier = "", "", tier, "", stage
    return float(known[of_tier if of_tier in known else ("", "", "", "", stage)].value)


def _cost(account: Account) -> Iterator[tuple[str, float]]:
    """What the posts that are held cost more or less than at the pay of the data."""
    year = account.year
    change = year.lever(POSTS) - 1
    if change:
        from sim.market.posts import filled  # the compiler is not needed to read levers

        tiers = year.world.tiers
        held = filled(account.people, year.world).reshape(len(tiers), -1, len(RANKS)).sum(axis=1)
        pay = np.array([[pay_of(year.world, tier, rank.label) for rank in RANKS] for tier in tiers])
        yield BOOKED, float((held * pay).sum()) * change * year.parameters.post_on_cost * _MILLION


def usual_pay(world: World) -> NDArray[np.float64]:
    """Pay of every position at home in millions a year without a policy, (tiers + 1, stages), outside academia as in
    the data; of no tier the mean where tiers differ.
    """
    of_tiers = np.array([[pay_of(world, tier, stage.label) for stage in Stage] for tier in world.tiers])
    return np.vstack([of_tiers, of_tiers.mean(axis=0)])


def pay_now(usual: NDArray[np.float64], ratio: float, private: float) -> NDArray[np.float64]:
    """Pay of every position at home in millions a year, (tiers + 1, stages). usual: see `usual_pay`.

    ratio: of `pay.posts`. private: pay outside academia over that of the data.
    """
    pay = usual.copy()
    pay[:, list(RANKS)] *= ratio
    pay[:, [Stage.INDUSTRY, Stage.LEFT]] *= private
    return pay


PAY = Instrument("pay", (POSTS,), _cost, (BOOKED,))
