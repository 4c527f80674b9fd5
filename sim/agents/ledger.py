"""The ledger: public money by programme and priced item, in the home currency a year at full size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.agents.counted import count, drawn_on
from sim.instruments.pay import POSTS as PAY_OF_POSTS
from sim.instruments.pay import pay_of
from sim.instruments.programmes import EXTRA_PAY, INCOME, LEVERS, MONTHS, RESEARCH_MONEY, places_over_own
from sim.instruments.return_posts import STARTUP
from sim.vocabulary import Stage

if TYPE_CHECKING:
    from sim.agents.institutions import Programme
    from sim.agents.model import PlainModel

_MILLION = 1_000_000


def book(model: PlainModel) -> dict[str, float]:
    """What each programme, the posts that policies add or cut, and each priced item of policies cost this year."""
    year = model.present
    costs = {x.record.name: drawn_on(model, x) * _unit_cost(x) * _MILLION / year.scale for x in model.programmes}
    costs["posts"] = _posts(model)
    guaranteed = [
        x
        for x in model.researchers
        if x.funded and x.programme < 0 and x.here and x.stage in (Stage.FIXED_TERM, Stage.TENURE_TRACK)
    ]
    if year.lever(STARTUP) > 0:
        costs["startup"] = len(guaranteed) * year.lever(STARTUP) * _MILLION / year.scale
    costs |= {name: value / year.scale for name, value in (_pay(model) | _benefits(model)).items()}
    for policy in model.policies:
        for cost in policy.costs:
            own = {f"holders.{record.name}" for record in policy.programmes}
            kept = cost.item in {"return_post_year", *own}  # paid after the policy ends
            if policy.active(year.number) or (kept and year.number >= policy.start):
                number = len(guaranteed) if cost.item == "return_post_year" else count(cost.item, model)
                follows = places_over_own(policy.programmes, year.under, year.number) if cost.follows else 1.0
                costs[cost.item] = costs.get(cost.item, 0.0) + number * cost.value * follows / year.scale
    return costs


def _posts(model: PlainModel) -> float:
    """What posts on offer cost more or less than without policy: the pay of their rank times `post_on_cost`."""
    year, pay = model.present, model.world.positions
    plain = model.posts(year.under.plain)
    cost = 0.0
    for (tier, field, rank), number in model.posts(year.under).items():
        label = (
            year.world.tiers[tier] if rank is Stage.PERMANENT else ""
        )  # only permanent posts differ between kinds of employer
        cost += (number - plain[tier, field, rank]) * pay.value("income", stage=rank.label, tier=label)
    return cost * year.parameters.post_on_cost * _MILLION / year.scale


def _pay(model: PlainModel) -> dict[str, float]:
    """What the posts that are held cost more or less than at the pay of the data."""
    year = model.present
    change = year.lever(PAY_OF_POSTS) - 1
    holders = [x for x in model.researchers if x.holds_post] if change else []
    pay = sum(pay_of(year.world, year.world.tiers[x.tier], x.stage.label) for x in holders)
    return {"pay": pay * change * year.parameters.post_on_cost * _MILLION} if change else {}


def _benefits(model: PlainModel) -> dict[str, float]:
    """Benefits of the year and the research money that comes with them; who left home or research draws none."""
    here = [x for x in model.researchers if x.here and x.stage is not Stage.LEFT]
    held = [x for x in here if x.benefit_until >= model.present.number and x.programme < 0]
    money = {"benefits": sum(x.benefit_money for x in held), "research_money": sum(x.research_money for x in held)}
    return {name: value * _MILLION for name, value in money.items()} if held else {}


def _unit_cost(programme: Programme) -> float:
    """The record's cost of an award, moved with what a policy pays more or less; of a stay by its length."""
    record, levers = programme.record, LEVERS[programme.record.kind]
    length = programme.lever(MONTHS) if MONTHS in levers else 1.0
    cost = record.unit_cost * (length / record.years if MONTHS in levers else 1.0)
    if INCOME in levers:
        cost += (programme.lever(INCOME) - record.income) * length
    if RESEARCH_MONEY in levers:
        cost += programme.lever(RESEARCH_MONEY) - record.research_money
    if EXTRA_PAY in levers:
        cost += programme.lever(EXTRA_PAY) - record.extra_pay
    return max(cost, 0.0) * programme.supplement()
