"""What levers make of the numbers of a year that loops take: pay, benefits, start-up money, leave, jobs outside
academia, time for research, and contacts with regions. Where none is moved, the numbers are those kept for all runs.
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

import numpy as np

from sim.instruments import contacts, industry, pay
from sim.instruments.family import SUPPORT
from sim.instruments.leave import COVER
from sim.instruments.return_posts import STARTUP
from sim.process.benefits import net_incomes, on_offer
from sim.rules.benefits import benefit_a_year
from sim.vocabulary import LEADING, RANKS, Stage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.market.values import Regions
    from sim.year import Year

F32 = np.float32
_LEADERS = [Stage.TENURE_TRACK, Stage.PERMANENT]


def numbers(
    kept: NDArray[np.void], kept_pay: NDArray[np.float32], year: Year
) -> tuple[NDArray[np.void], NDArray[np.float32]]:
    """The numbers of a year, see `sim.market.values`, and pay by stage, under the levers in force."""
    ratio, offered, startup, support = year.lever(pay.POSTS), on_offer(year), year.lever(STARTUP), year.lever(SUPPORT)
    raised = ratio != 1 or startup or support or offered is not None
    if not raised and not any(year.levers.moves(lever) for lever in (*industry.LEVERS, COVER)):
        return kept, kept_pay
    made, pay_at_home = kept.copy(), kept_pay.copy()
    common = made[0]
    _pay(common, pay_at_home, F32(log(ratio)))
    common["borne"] = 1 - support
    if offered is not None:
        common["benefit"] = offered
    if startup:
        income, worth = net_incomes(year)[LEADING, Stage.TENURE_TRACK], year.parameters.research_money_worth
        common["startup"] = benefit_a_year(F32(0), F32(0), F32(startup), F32(worth), F32(income))
    common["leave"] += (year.array(COVER) * (1 - common["leave"])).astype(F32)
    of_all = year.lever(industry.OFFERS) * year.array(industry.BY_FIELD)
    common["offers_over_usual"][:] = of_all, of_all * year.array(industry.TO_FOREIGNERS)
    common["language_bridged"] = year.lever(industry.LANGUAGE_BRIDGE)
    made.setflags(write=False)
    return made, pay_at_home


def _pay(common: np.void, pay_at_home: NDArray[np.float32], raised: np.float32) -> None:
    """Academic posts at home pay more by `raised`, log income."""
    common["home"][:-1, list(RANKS)] += raised
    common["best_post"] += raised
    common["usual_post"][list(RANKS)] += raised
    common["postdoc_pay"] += raised
    pay_at_home[list(RANKS)] += raised


def with_time(kept: NDArray[np.void], gained: NDArray[np.float64], worth: float) -> NDArray[np.void]:
    """The numbers of a year in which leaders gain time for research, by kind of employer, (tiers,).

    worth: of a tenth of the working time, log income.
    """
    made, more = kept.copy(), (worth * gained / 0.1).astype(F32)
    common = made[0]
    common["home"][:-1, _LEADERS] += more[:, None]
    common["best_post"] += more.mean()
    common["usual_post"][_LEADERS] += more.mean()
    made.setflags(write=False)
    return made


def regions(table: Regions, reputation: NDArray[np.float64] | None, year: Year) -> None:
    """What contacts and reputation make of the regions, in place. reputation: (regions,) log income."""
    if reputation is not None:
        table.coming[:] += reputation.astype(F32)
    if year.levers.moves(contacts.COMMUNITY):
        table.isolation[:] *= (1 - year.array(contacts.COMMUNITY)).astype(F32)
    if year.levers.moves(contacts.REACH):
        table.reach[:] = np.minimum(table.reach * year.array(contacts.REACH).astype(F32), F32(1))
