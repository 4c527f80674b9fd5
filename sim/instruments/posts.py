"""Posts at home: money and posts over the path of the world's data."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sim.instruments.lever import FIELD, TIER, ArrayLever, Instrument, Key, Lever
from sim.vocabulary import RANKS, Stage
from sim.world.derived import derived

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from sim.instruments.lever import Account
    from sim.world.parameters import Parameters
    from sim.world.world import World

_PAID = "pay of the posts that it adds, with what an employer pays on top"
_MILLION = 1_000_000
BOOKED = "posts"
"""The item under which the pay of posts is booked."""

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
CELLS = (Key("stage", tuple(rank.label for rank in RANKS)), TIER, FIELD)
"""Keys of posts that employers open."""


def _as_they_are(world: World) -> NDArray[np.float64]:
    """Posts at home by rank, tier and field in the year of the stocks: how added posts are shared among cells."""
    table, fields = world.posts, world.fields
    posts = np.empty((len(RANKS), len(world.tiers), len(fields)))
    posts[0] = table.along("tier", world.tiers, "postdoc_share", stage=RANKS[0].label)[:, None]
    posts[0] *= world.driver("postdoc_posts", world.posts_year) * table.along("field", fields, "postdoc_field_share")
    for number, rank in enumerate(RANKS[1:], 1):
        posts[number] = table.along("tier", world.tiers, "posts", year=world.posts_year, stage=rank.label)[:, None]
        posts[number] *= table.along("field", fields, "field_share")
    return posts


OPENED = ArrayLever(
    "posts.opened",
    "posts that employers open, over the world's path",
    "機関が開くポスト数（データの推移に対する比）",
    "ratio",
    0.0,
    50.0,
    1.0,
    _PAID,
    keys=CELLS,
)
ADDED = ArrayLever(
    "posts.added",
    "posts that employers open beside these, in all over the cells that are picked",
    "追加されるポスト数（選択した区分の合計）",
    "posts",
    -1e5,
    1e5,
    0.0,
    _PAID,
    keys=CELLS,
    shares=_as_they_are,
)
ADDRESS = "posts"
"""How the address of posts that employers open begins: `posts[stage, tier, field]`."""


def lever_of(operation: str) -> ArrayLever:
    """The lever that moves the posts of an address. Raises ValueError for an operation that none does."""
    if operation == "set":
        raise ValueError("posts follow the world's path; use times, or add a number of posts to those of the path")
    return OPENED if operation == "times" else ADDED


LEVERS = (OPERATING_GRANTS, EXTERNAL_FUNDS, TENURE_TRACK)
ARRAYS = (OPENED, ADDED)


def _cost(account: Account) -> Iterator[tuple[str, float]]:
    """What posts on offer cost more or less than without policy: the pay of their rank times `post_on_cost`."""
    year, cost = account.year, 0.0
    levers = year.levers.plain
    moved = any(year.lever(lever) != levers.value(lever) for lever in LEVERS)
    if moved or any(year.levers.moves(lever) for lever in ARRAYS):
        plain = replace(year, levers=levers, parameters=year.baseline)
        pay = _pay(year.world, year.parameters)
        for employer in account.employers:
            change = (employer.posts(year) - employer.posts(plain)).sum(axis=0)
            if change.any():
                cost += float(change @ pay[employer.tier]) * year.parameters.post_on_cost * _MILLION
    yield BOOKED, cost


@derived
def _pay(world: World, _: Parameters) -> NDArray[np.float64]:
    """Pay by kind of employer and rank, (tiers, ranks), millions a year: only that of permanent posts differs between
    kinds of employer.
    """

    def of(tier: str, rank: Stage) -> float:
        return world.positions.value("income", stage=rank.label, tier=tier if rank is Stage.PERMANENT else "")

    return np.array([[of(tier, rank) for rank in RANKS] for tier in world.tiers])


POSTS = Instrument("posts", (*LEVERS, *ARRAYS), _cost, (BOOKED,))
