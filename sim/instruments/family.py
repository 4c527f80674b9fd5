"""Families of those who move: support of the partner's career and of the children's schooling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.instruments.lever import Instrument, Item, Lever

if TYPE_CHECKING:
    from sim.instruments.lever import Account

SUPPORT = Lever(
    "family.support",
    "share of what partner and children make a move cost that support takes away",
    "帯同家族（配偶者の就業・子の就学）による移動負担のうち支援で軽減される割合",
    "share",
    0.0,
    1.0,
    0.0,
    "the price that a policy states for a move of a person with a partner or a child at school",
)


def _moves(account: Account) -> int:
    """Moves of people with a family, in or out for a year or more, under support this year; simulated."""
    return account.year.tally.events.get("supported_family_move", 0)


FAMILY = Instrument(
    "family",
    (SUPPORT,),
    counts={
        "supported_family_move": Item(
            "a move of a family that is supported", "支援を受けた家族の移動（1件）", "{currency} per move", _moves
        )
    },
)
