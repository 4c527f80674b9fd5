"""Benefits are offered, granted and lost: tax breaks, grants and research money that belong to a person."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.engine.arithmetic import F32, U64, ZERO
from sim.instruments import pay
from sim.instruments.benefits import BENEFITS_OF
from sim.instruments.programmes import INCOME
from sim.population.columns import Attributes, over_people
from sim.rules.benefits import NOBODY, RETURNEES, benefit_a_year, benefit_over_years
from sim.vocabulary import HOME, LEADING, Stage
from sim.world.derived import derived
from sim.world.programmes import ProgrammeKind
from sim.year import kept_by_levers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.engine.compiler import Bytes, Floats, Real, Rows
    from sim.engine.layout import Record
    from sim.population.columns import Columns
    from sim.world.parameters import Parameters
    from sim.world.programmes import ProgrammeRecord
    from sim.world.world import World
    from sim.year import Year

_SHARE, _MONEY, _RESEARCH, _YEARS = range(4)
_BELOW: Final = (Stage.DOCTORAL, Stage.UNPLACED, Stage.LEFT)  # who comes from these is thought to earn as a postdoc


@kept_by_levers
def net_incomes(year: Year) -> NDArray[np.float64]:
    """Net income of every position at home in millions a year, (tiers + 1, stages)."""
    gross = pay.pay_now(_usual_pay(year.world, year.parameters), year.lever(pay.POSTS), year.driver("private_pay"))
    return gross * year.parameters.net_share


@derived
def _usual_pay(world: World, _: Parameters) -> NDArray[np.float64]:
    return pay.usual_pay(world)


@lru_cache(maxsize=256)
def worth_of_money(net: tuple[float, ...], money: float, research: float, worth: float) -> tuple[Real, ...]:
    """What money a year is worth beside each net income, log income, as `benefit_a_year`. Kept, as the same incomes and
    sums are asked for year after year.
    """
    return tuple(benefit_a_year(0.0, money, research, worth, one) for one in net)


@kept_by_levers
def terms(year: Year) -> NDArray[np.float32] | None:
    """Tax break, cash, research money and years of each group's benefit, (groups, 4); None where none is on offer."""
    return _terms(year)


def _terms(year: Year) -> NDArray[np.float32] | None:
    table = np.array([[year.lever(lever) for lever in levers] for levers in BENEFITS_OF], F32)
    return table if table[:, :_YEARS].any() else None


def on_offer(year: Year) -> NDArray[np.float32] | None:
    """What the benefit of each group would add to a position taken up now, (groups + 1, stages), log income over both
    periods, as `benefit_over_years`; None where no benefit is on offer, and 0 in the last row, of those who get none.

    A person looks at the net income, at a research university, of the stage of now, and below a postdoc at that of one.
    """
    if (table := _terms(year)) is None:
        return None
    p, offered, net = year.parameters, np.zeros((NOBODY + 1, len(Stage)), F32), net_incomes(year)
    for group, (share, money, research, years) in enumerate(table):
        for stage in Stage:
            income = net[LEADING, Stage.POSTDOC if stage in _BELOW else stage]
            worth = benefit_a_year(share, money, research, F32(p.research_money_worth), F32(income))
            offered[group, stage] = benefit_over_years(worth, np.floor(years), F32(p.discount), F32(p.horizon))
    return offered


def grant(people: Columns, rows: NDArray[np.intp], group: NDArray[np.uint8], year: Year) -> None:
    """Give the benefits of their groups, (n,), to those in rows who are at home and never had one.

    Their positions are settled already: what a tax break comes to follows from the net income there.
    """
    if len(rows) and (table := terms(year)) is not None:
        _grant(people, rows, group, year.number, net_incomes(year).astype(F32), table, year.parameters.record)


def of_award(record: ProgrammeRecord, year: Year) -> np.float32:
    """Yearly worth, in log income, of what a programme that brings people in adds to the position at home: research
    money, and of a post the pay of its own in the place of the usual one.
    """
    p = year.parameters
    own_pay = record.kind is ProgrammeKind.POST_HERE
    if not own_pay and not record.research_money:
        return F32(0)
    net = net_incomes(year)[record.position(year.world.tiers)]
    money = year.levers.of(record, INCOME, year.number) * p.net_share - net if own_pay else 0.0
    worth = benefit_a_year(F32(0), F32(money), F32(record.research_money), F32(p.research_money_worth), F32(net))
    return F32(worth)


def grant_award(people: Columns, rows: NDArray[np.intp], record: ProgrammeRecord, last: int, year: Year) -> None:
    """Those in rows, who have just come on the programme, hold what it adds to the position to a last year, in the
    place of any benefit before.
    """
    worth = of_award(record, year)
    if worth or record.research_money:
        people.benefit[rows], people.benefit_until[rows] = worth, last
        people.benefit_money[rows], people.research_money[rows] = 0, record.research_money


@over_people
def _grant(people: Attributes, rows: Rows, group: Bytes, year: int, net: Floats, table: Floats, p: Record) -> None:
    """net: (tiers + 1, stages). table: see `terms`."""
    for k in range(len(rows)):
        i, g = U64(rows[k]), group[k]
        if (g < NOBODY) & (people.region[i] == HOME) & (people.benefit_until[i] == 0):
            share, money, research = table[g, _SHARE], table[g, _MONEY], table[g, _RESEARCH]
            if share + money + research > ZERO:
                income = net[people.tier[i], people.stage[i]]
                people.benefit[i] = benefit_a_year(share, money, research, p.research_money_worth, income)
                people.benefit_money[i], people.research_money[i] = share * income + money, research
                people.benefit_until[i] = year - 1 + int(table[g, _YEARS])


def of_returnees(people: Columns, rows: NDArray[np.intp]) -> NDArray[np.uint8]:
    """The group of those in rows who have just come home from a stay: returnees, if of home origin, (n,)."""
    return np.where(people.origin[rows] == HOME, np.uint8(RETURNEES), np.uint8(NOBODY))
