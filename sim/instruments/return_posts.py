"""Posts that are guaranteed to fellows on return."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.instruments.lever import Instrument, Item, Lever
from sim.vocabulary import HOME, Stage
from sim.world.programmes import MONEY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.instruments.lever import Account

_MILLION = 1_000_000
BOOKED = "startup"
"""The item under which start-up money is booked."""
_PROMISED = ("programmes.*.guarantee",)

TRACK = Lever(
    "return_posts.tenure_track",
    "share of guaranteed return posts on the tenure track",
    "保証される帰国後ポストのうちテニュアトラックの割合",
    "share",
    0.0,
    1.0,
    "return_post_track",
    "the price that a policy states for a year of a return post",
    needs=_PROMISED,
)
STARTUP = Lever(
    "return_posts.startup",
    "start-up money of a guaranteed return post while it lasts",
    "保証される帰国後ポストのスタートアップ資金（期間中、年額）",
    "million {currency}/yr",
    0.0,
    MONEY[1],
    0.0,
    "itself, for every return post while it lasts",
    needs=_PROMISED,
)


def _held(account: Account) -> int:
    """Guaranteed posts held at home this year, simulated."""
    people = account.people
    funded = np.flatnonzero(people.funded & (people.programme < 0))  # others are paid by the programme they came on
    stage = people.stage[funded]
    faculty = (stage == Stage.FIXED_TERM) | (stage == Stage.TENURE_TRACK)
    return int(np.count_nonzero(faculty & (people.region[funded] == HOME)))


def _cost(account: Account) -> Iterator[tuple[str, float]]:
    if startup := account.year.lever(STARTUP):
        yield BOOKED, _held(account) * startup * _MILLION


RETURN_POSTS = Instrument(
    "return_posts",
    (TRACK, STARTUP),
    _cost,
    (BOOKED,),
    {
        "return_post_year": Item(
            "a guaranteed post held on return, a year",
            "帰国者向けポスト（1件・年）",
            "{currency} per post and year",
            _held,
        )
    },
    after_end=frozenset({"return_post_year"}),  # posts promised while a policy ran are still paid after it ends
)
