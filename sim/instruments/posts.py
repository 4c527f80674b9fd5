"""Posts at home: money and posts over the path of the world's data."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sim.instruments.lever import Instrument, Lever
from sim.vocabulary import RANKS, Stage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.instruments.lever import Account
    from sim.market.institutions import Employer

_PAID = "pay of the posts that it adds, with what an employer pays on top"
_MILLION = 1_000_000

OPERATING_GRANTS = Lever(
    "posts.operating_grants",
    "operating grants over the world's path",
    "運営費交付金（データの推移に対する比）",
    "ratio",
    0.3,
    3.0,
    1.0,
    _PAID,
)
EXTERNAL_FUNDS = Lever(
    "posts.external_funds",
    "external funds over the world's path",
    "外部資金（データの推移に対する比）",
    "ratio",
    0.3,
    3.0,
    1.0,
    _PAID,
)
TENURE_TRACK = Lever(
    "posts.tenure_track",
    "tenure-track posts over the world's path",
    "テニュアトラックのポスト数（データの推移に対する比）",
    "ratio",
    0.0,
    50.0,
    1.0,
    _PAID,
)
LEVERS = (OPERATING_GRANTS, EXTERNAL_FUNDS, TENURE_TRACK)


def _cost(account: Account) -> Iterator[tuple[str, float]]:
    """What posts on offer cost more or less than without policy: the pay of their rank times `post_on_cost`."""
    year, cost = account.year, 0.0
    levers = year.levers.plain
    if any(year.lever(lever) != levers.value(lever) for lever in LEVERS):
        plain = replace(year, levers=levers, parameters=year.baseline)
        for employer in account.employers:
            change = (employer.posts(year) - employer.posts(plain)).sum(axis=0)
            if change.any():
                income = year.world.positions
                pay = [income.value("income", stage=rank.label, tier=_paid(employer, rank)) for rank in RANKS]
                cost += float(change @ np.array(pay)) * year.parameters.post_on_cost * _MILLION
    yield "posts", cost


def _paid(employer: Employer, rank: Stage) -> str:
    """The tier under which a rank's pay is listed: only permanent posts differ between kinds of employer."""
    return employer.name if rank is Stage.PERMANENT else ""


POSTS = Instrument("posts", LEVERS, _cost)
