"""The ledger: public money by programme a year, in the home currency, for the simulated persons."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sim.engine import arrays
from sim.instruments.levers import baseline
from sim.market.posts import RANKS
from sim.vocabulary import HOME, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sim.instruments.policy import Policy
    from sim.market.institutions import Employer, Programme
    from sim.population.columns import Columns
    from sim.year import Year

_MILLION = 1_000_000


def book(
    people: Columns, employers: list[Employer], programmes: list[Programme], policies: Iterable[Policy], year: Year
) -> dict[str, float]:
    """What each programme, the posts a policy adds or cuts, and each priced item of the policies cost this year.

    An award costs its record's unit cost, moved with the income where a policy changes that; a stipend costs its level.
    Priced items are counted by the model: years in guaranteed return posts, supported applications to hosts. Start-up
    money of return posts is booked as paid, beside the price of the post.
    """
    costs: dict[str, float] = {}
    paid = arrays.where(people.programme >= 0)
    holders = paid[arrays.where(people.stage[paid] != Stage.LEFT)]
    awards = np.bincount(people.programme[holders], minlength=len(programmes))
    for programme in programmes:
        record = programme.record
        unit = (record.unit_cost + programme.lever(year, "income") - record.income) * programme.supplement(year)
        if record.direction == "home":
            number = int(np.count_nonzero(people.stipend))
        elif programme.lever(year, "years") < 1:
            number = year.tally.events.get(f"stays.{record.name}", 0)
        else:
            number = int(awards[programme.number])
        costs[record.name] = number * unit * _MILLION
    costs["posts"] = _posts(employers, year)
    funded = arrays.where(people.funded)
    stage = people.stage[funded]
    faculty = (stage == Stage.FIXED_TERM) | (stage == Stage.TENURE_TRACK)
    posts = int(np.count_nonzero(faculty & (people.region[funded] == HOME)))
    if startup := year.levers["return_posts.startup"]:
        costs["startup"] = posts * startup * _MILLION
    quantity = {"return_post_year": posts, "supported_application": year.tally.events.get("supported_application", 0)}
    for policy in policies:
        for cost in policy.costs:
            # posts promised while a policy ran are still paid after it ends
            if policy.active(year.number) or (cost.item == "return_post_year" and year.number >= policy.start):
                costs[cost.item] = costs.get(cost.item, 0.0) + quantity[cost.item] * cost.value
    return costs


def _posts(employers: list[Employer], year: Year) -> float:
    """What posts on offer cost more or less than without policy: the pay of their rank times `post_on_cost`."""
    plain = replace(year, levers=baseline(year.world, year.parameters, year.number))
    if all(year.levers[name] == value for name, value in plain.levers.items() if name.startswith("posts.")):
        return 0.0
    cost = 0.0
    for employer in employers:
        change = (employer.posts(year) - employer.posts(plain)).sum(axis=0)
        if change.any():
            income = year.world.positions
            pay = [income.value("income", stage=rank.label, tier=_paid(employer, rank)) for rank in RANKS]
            cost += float(change @ np.array(pay)) * year.parameters.post_on_cost * _MILLION
    return cost


def _paid(employer: Employer, rank: Stage) -> str:
    """The tier under which a rank's pay is listed: only permanent posts differ between kinds of employer."""
    return employer.tier.label if rank is Stage.PERMANENT else ""


def total(costs: Mapping[str, float]) -> float:
    """All costs of a year."""
    return float(np.sum(list(costs.values())))
