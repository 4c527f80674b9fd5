"""The ledger: public money by programme, in JPY a year at full size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.vocabulary import HOME, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sim.columns import Columns
    from sim.institutions import Programme
    from sim.now import Now
    from sim.policy import Policy

_MILLION = 1_000_000


def book(people: Columns, programmes: list[Programme], policies: Iterable[Policy], now: Now) -> dict[str, float]:
    """What each programme and each priced item of the policies in force costs this year.

    An award costs its record's unit cost, moved with the income where a policy changes that; a stipend costs its level.
    Priced items are counted by the model: years in guaranteed return posts, supported applications to hosts.
    """
    costs: dict[str, float] = {}
    for programme in programmes:
        record = programme.record
        unit = record.unit_cost + programme.lever(now, "income") - record.income
        if record.direction == "home":
            holders = int(people.stipend.sum())
        elif record.years < 1:
            holders = now.flows.events.get(f"stays.{record.name}", 0)
        else:
            holders = int(((people.programme == programme.number) & (people.stage != Stage.LEFT)).sum())
        costs[record.name] = holders * unit * _MILLION / now.scale
    posts = int((people.funded & (people.stage == Stage.FIXED_TERM) & (people.region == HOME)).sum())
    quantity = {"return_post_year": posts, "supported_application": now.flows.events.get("supported_application", 0)}
    for policy in policies:
        for cost in policy.costs:
            # posts promised while a policy ran are still paid after it ends
            if policy.active(now.year) or (cost.item == "return_post_year" and now.year >= policy.start):
                costs[cost.item] = costs.get(cost.item, 0.0) + quantity[cost.item] * cost.value / now.scale
    return costs


def total(costs: Mapping[str, float]) -> float:
    """All costs of a year."""
    return float(np.sum(list(costs.values())))
