"""Support of applications to hosts abroad, who pay those whom they take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.instruments.lever import Instrument, Item, Lever

if TYPE_CHECKING:
    from sim.instruments.lever import Account

HOST_APPLICATIONS = Lever(
    "support.host_applications",
    "probability that a person who looks abroad reaches hosts directly",
    "海外を志す研究者が受入れ先に直接接触できる確率",
    "share",
    0.0,
    1.0,
    "host_reach",
    "the price that a policy states for a supported application",
)


def _supported(account: Account) -> int:
    """Applications to hosts that came about through support this year, simulated."""
    return account.year.tally.events.get("supported_application", 0)


HOST_SUPPORT = Instrument(
    "host_support",
    (HOST_APPLICATIONS,),
    counts={
        "supported_application": Item(
            "an application to a host that came about through support",
            "支援により行われた受入れ申請（1件）",
            "{currency} per application",
            _supported,
        )
    },
)
