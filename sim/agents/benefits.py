"""Benefits that belong to a person: what is on offer this year, what one held is worth, and who is granted one."""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING

from sim.instruments import pay
from sim.instruments.benefits import BENEFITS_OF
from sim.instruments.programmes import EXTRA_PAY, INCOME
from sim.rules import benefits as rules
from sim.vocabulary import LEADING, Stage
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    from sim.agents.institutions import Programme
    from sim.agents.researcher import Researcher
    from sim.agents.year import Year

_BELOW = (Stage.DOCTORAL, Stage.UNPLACED, Stage.LEFT)  # who comes from these is thought to earn as a postdoc


def group_of(person: Researcher) -> int:
    """Which benefit the person can receive who takes up a position at home; see `sim.rules.benefits`."""
    junior = person.stage in (Stage.POSTDOC, Stage.UNPLACED)
    return int(rules.benefit_group(person.native, not person.here, junior))


def on_offer(year: Year) -> dict[tuple[int, Stage], float]:
    """What the benefit of each group would add to a position taken up now, log income over both periods, by stage."""
    p, offered = year.parameters, {(rules.NOBODY, stage): 0.0 for stage in Stage}
    for group in range(rules.NOBODY):
        share, money, research, years = _terms(group, year)
        for stage in Stage:
            income = net_income(LEADING, Stage.POSTDOC if stage in _BELOW else stage, year)
            yearly = rules.benefit_a_year(share, money, research, p.research_money_worth, income)
            offered[group, stage] = float(rules.benefit_over_years(yearly, floor(years), p.discount, p.horizon))
    return offered


def net_income(tier: int, stage: Stage, year: Year) -> float:
    """Net income of a position at home, millions a year."""
    gross = pay.pay_now(pay.usual_pay(year.world), year.lever(pay.POSTS), year.driver("private_pay"))
    return float(gross[tier, stage]) * year.parameters.net_share


def worth_at_home(person: Researcher, offered: dict[tuple[int, Stage], float]) -> float:
    """What a benefit adds to a position at home: as far as it runs still, or as it would run from now on."""
    p, now = person.year.parameters, person.year.number
    yearly, until = held(person)
    if rules.holds_benefit(until, now):
        return float(rules.benefit_over_years(yearly, until - now + 1, p.discount, p.horizon))
    return float(rules.benefit_of_return(offered[group_of(person), person.stage], person.benefit_until))


def held(person: Researcher) -> tuple[float, int]:
    """Yearly worth of the benefit that a person has or had, and its last year; the pay of a second appointment counts
    like one.
    """
    shared = person.second_employer
    pay = 0.0 if shared is None else pay_on_top(person, shared.programme)
    if shared is None or not pay:
        return person.benefit, person.benefit_until
    if rules.holds_benefit(person.benefit_until, person.year.number):
        return person.benefit + pay, person.benefit_until
    return pay, shared.last


def pay_on_top(person: Researcher, programme: Programme) -> float:
    """What the pay of both employers of a second appointment, over that of the post, is worth a year."""
    p, money = person.year.parameters, programme.lever(EXTRA_PAY) * person.year.parameters.net_share
    income = net_income(person.tier, person.stage, person.year)
    return float(rules.benefit_a_year(0.0, money, 0.0, p.research_money_worth, income))


def grant(person: Researcher, group: int) -> None:
    """Give the benefit of the group to a person at home who never had one; the position there is settled already."""
    year = person.year
    if group == rules.NOBODY or not person.here or person.benefit_until:
        return
    share, money, research, years = _terms(group, year)
    if share + money + research > 0:
        income, worth = net_income(person.tier, person.stage, year), year.parameters.research_money_worth
        person.benefit = float(rules.benefit_a_year(share, money, research, worth, income))
        person.benefit_money, person.research_money = share * income + money, research
        person.benefit_until = year.number - 1 + int(years)


def of_award(programme: Programme, year: Year) -> float:
    """Yearly worth of what a programme that brings people in adds to the position: research money, pay of its own."""
    p, record = year.parameters, programme.record
    net, money = net_income(programme.tier, programme.rank, year), 0.0
    if record.kind is ProgrammeKind.POST_HERE:
        money = programme.lever(INCOME) * p.net_share - net
    return float(rules.benefit_a_year(0.0, money, record.research_money, p.research_money_worth, net))


def grant_award(person: Researcher, programme: Programme, last: int) -> None:
    """Hold it to a last year, in the place of any benefit before."""
    yearly = of_award(programme, person.year)
    if yearly or programme.record.research_money:
        person.benefit, person.benefit_until = yearly, last
        person.benefit_money, person.research_money = 0.0, programme.record.research_money


def yearly_worth(group: int, stage: Stage, year: Year) -> float:
    """Yearly worth of a group's benefit in a stage at a research university, log income."""
    share, money, research, _ = _terms(group, year)
    worth, income = year.parameters.research_money_worth, net_income(LEADING, stage, year)
    return float(rules.benefit_a_year(share, money, research, worth, income))


def _terms(group: int, year: Year) -> tuple[float, float, float, float]:
    """Tax break, cash, research money and years of a group's benefit."""
    share, money, research, years = (year.lever(lever) for lever in BENEFITS_OF[group])
    return share, money, research, years
