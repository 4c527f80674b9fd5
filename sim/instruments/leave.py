"""Leave: whether people may go on a visit with the post or the study kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.instruments.lever import STAGE, ArrayLever, Instrument, Item, Lever

if TYPE_CHECKING:
    from sim.instruments.lever import Account

FEASIBLE = Lever(
    "leave.feasible",
    "probability that an employer or a supervisor lets a person go on a visit",
    "所属機関や指導者が在職・在学のままの渡航を認める確率",
    "share",
    0.0,
    1.0,
    "leave_feasible",
    "nothing that the model books",
)
COVER = ArrayLever(
    "leave.cover",
    "share of the refusals of a visit that substitutes for duties take away, by stage",
    "代替要員の確保により認められるようになる渡航の割合（認められなかったものに対する比、職階別）",
    "share",
    0.0,
    1.0,
    0.0,
    "the price that a policy states for a visit under cover",
    keys=(STAGE,),
)


def _covered(account: Account) -> float:
    """Visits of the year by people in stages that have cover, simulated."""
    return float(account.year.tally.events.get("covered_visit", 0))


LEAVE = Instrument(
    "leave",
    (FEASIBLE, COVER),
    counts={
        "covered_visit": Item(
            "a leave that is covered", "代替要員が置かれた渡航（1件）", "{currency} per leave", _covered
        )
    },
)
