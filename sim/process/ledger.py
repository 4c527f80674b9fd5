"""The ledger: public money by item a year, in the home currency, for the simulated persons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim import instruments
from sim.instruments import counted
from sim.instruments.lever import Account
from sim.instruments.programmes import places_over_own

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.instruments.policy import Measure
    from sim.market.institutions import Employer, Programme
    from sim.population.columns import Columns
    from sim.year import Year


def book(
    people: Columns, employers: list[Employer], programmes: list[Programme], policies: Iterable[Measure], year: Year
) -> dict[str, float]:
    """What each instrument costs this year, and each item that a policy puts a price on.

    Instruments say what they cost; what a policy may price is counted, and the price is the policy's. A sum a year
    that is not fixed follows the places of what the policy brings.
    """
    account = Account(people, employers, programmes, year)
    costs: dict[str, float] = {}
    for instrument in instruments.INSTRUMENTS:
        if instrument.cost is not None:
            costs.update(instrument.cost(account))
    for policy in policies:
        for cost in policy.costs:
            begun = policy.start <= year.number
            if policy.active(year.number) or (begun and counted.is_paid_on(cost.item, policy.programmes)):
                price = cost.value
                if cost.follows:
                    price *= places_over_own(policy.programmes, year.levers, year.number)
                costs[cost.item] = costs.get(cost.item, 0.0) + counted.number(cost.item, account) * price
    return costs
