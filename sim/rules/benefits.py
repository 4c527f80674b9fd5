"""Benefits that belong to a person: what a tax break, a grant or research money is worth, for how long, and to whom."""

from __future__ import annotations

from typing import Final

from sim.engine.arithmetic import ONE, ZERO, log
from sim.engine.compiler import Real, Truth, Whole, rule

RETURNEES: Final = 0
"""People of home origin who come back from a stay of a year or more."""
RECRUITS: Final = 1
"""Foreigners who are recruited from abroad into a post or a job at home."""
STAYERS: Final = 2
"""Foreigners here, after the doctorate or as postdocs, who take up a post or a job at home."""
NOBODY: Final = 3
"""Everybody else."""


@rule
def benefit_a_year(share: Real, money: Real, research: Real, worth: Real, net: Real) -> Real:
    """Yearly worth of a benefit, in log income.

        b = ln(1 + s + (m + omega r) / y)

    share: s, of net income, as a tax break gives it. money: m, in cash, millions of the home currency a year. research:
    r, for research, millions a year. worth: omega, `research_money_worth`, what money for research is worth to the
    person over money to live on. net: y, net income, millions a year. By hand: ln(1 + 0.25 + (1 + 1) / 8) = ln 1.5.

    >>> round(float(benefit_a_year(0.25, 1.0, 2.0, 0.5, 8.0)), 4)
    0.4055
    """
    return log(ONE + share + (money + worth * research) / net)


@rule
def benefit_over_years(yearly: Real, years: Real, discount: Real, horizon: Real) -> Real:
    """What a benefit is worth that runs for some years from this one on: this year in full, and as much of the later
    ones as it covers.

        B = b (min(n, 1) + delta min(max(n - 1, 0) / T, 1))

    yearly: b, log income. years: n, this one included. discount: delta. horizon: T, `horizon`, years that the later
    period of the utility stands for. By hand: 0.5 (1 + 0.5 x 2 / 4).

    >>> float(benefit_over_years(0.5, 3.0, 0.5, 4.0)), float(benefit_over_years(0.5, 0.0, 0.5, 4.0))
    (0.625, 0.0)
    """
    later = min(max(years - ONE, ZERO) / horizon, ONE)
    return yearly * (min(max(years, ZERO), ONE) + discount * later)


@rule
def benefit_group(native: Truth, away: Truth, junior: Truth) -> Whole:
    """Which benefit a person can receive who takes up a position at home.

    away: lives abroad. junior: between posts or a postdoc. Natives abroad come back (0), foreigners abroad are
    recruited (1), foreigners here without a lasting post stay (2); nobody else receives one (3).

    >>> benefit_group(True, True, False), benefit_group(False, True, True), benefit_group(False, False, True)
    (0, 1, 2)
    >>> benefit_group(True, False, True), benefit_group(False, False, False)
    (3, 3)
    """
    from_abroad = RETURNEES if native else RECRUITS
    return from_abroad if away else STAYERS if (not native) & junior else NOBODY


@rule
def holds_benefit(until: Whole, year: Whole) -> Truth:
    """Whether a benefit runs this year. until: its last year, 0 for who never had one.

    >>> holds_benefit(2020, 2020), holds_benefit(2019, 2020), holds_benefit(0, 2020)
    (True, False, False)
    """
    return until >= year


@rule
def benefit_of_return(offered: Real, until: Whole) -> Real:
    """What a benefit on offer adds to a position at home, in log income over both periods: nothing the second time.

    offered: B of the person's group and stage, see `benefit_over_years`. until: last year of an earlier one, 0 without.

    >>> float(benefit_of_return(0.25, 0)), float(benefit_of_return(0.25, 2015))
    (0.25, 0.0)
    """
    return ZERO if until > 0 else offered
