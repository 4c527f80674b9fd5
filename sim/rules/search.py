"""Looking: who looks for a post at home, and who thinks of leaving. Each is a yearly probability."""

from __future__ import annotations

from sim.engine.arithmetic import HALF, ONE, ZERO, exp, log
from sim.engine.compiler import Real, Truth, Whole, rule


@rule
def out_of_contract(contract_end: Whole, year: Whole, post_kept: Truth) -> Truth:
    """Whether somebody abroad has a contract that ended before this year and no post to go back to.

    contract_end: last year of the contract, 0 if open-ended.

    >>> out_of_contract(2019, 2020, False), out_of_contract(2020, 2020, False), out_of_contract(0, 2020, False)
    (True, False, False)
    """
    return (contract_end > 0) & (contract_end < year) & (not post_kept)


@rule
def must_look_home(contract_end: Whole, year: Whole, fellow: Truth) -> Truth:
    """Whether somebody abroad looks home for sure: the contract is over, or it is the last year of an award.

    Nobody renews an award. fellow: on a fellowship.

    >>> must_look_home(2019, 2020, False), must_look_home(2020, 2020, False), must_look_home(2020, 2020, True)
    (True, False, True)
    """
    return (contract_end > 0) & (contract_end < year) | fellow & (contract_end == year)


@rule
def looks_home_from_abroad(base: Real, ties_home: Real, links: Real, by_sex: Real) -> Real:
    """Probability that somebody abroad looks for a post at home: it rises with ties at home.

        P = lambda exp(kappa (ln(1 + ties) - 1)) mu

    base: lambda, by stage and origin; after a lasting host post it is low (Gaule 2014). links: kappa (Baruffaldi &
    Landoni 2012). by_sex: mu, below 1 for women (Zhao 2022), 1 for men. With ties of e - 1 the base rate holds:

    >>> round(float(looks_home_from_abroad(0.25, 1.7182818, 0.5, 1.0)), 4)
    0.25
    """
    return base * (exp(links * (log(ONE + ties_home) - ONE)) * by_sex)


@rule
def has_teenager(child_born: Whole, year: Whole) -> Truth:
    """Whether a child is 14 to 17 years old this year; 0 for no child (Azoulay, Ganguli & Graff Zivin 2017).

    >>> [has_teenager(2000, year) for year in (2013, 2014, 2017, 2018)]
    [False, True, True, False]
    """
    return (child_born >= year - 17) & (child_born <= year - 14)


@rule
def thinks_of_leaving(
    base: Real, ties_abroad: Real, by_stage: Real, early: Real, child: Real, most: Real, openness: Real
) -> Real:
    """Probability that somebody at home thinks of leaving the country.

        P = s exp(-d age) min((1 + ln(1 + ties) / 2) nu epsilon chi, most) o

    base: s exp(-d age), falling with academic age (Deville 2014). by_stage: nu, higher between posts. early: epsilon,
    of study abroad before the doctorate (Parey & Waldinger 2011), else 1. child: chi, of a child of 14 to 17 (Azoulay
    2017), else 1. most: bound of the product. openness: o, of the borders, 0-1.

    >>> float(thinks_of_leaving(0.125, 0.0, 2.0, 3.0, 1.0, 8.0, 0.5))
    0.375
    >>> float(thinks_of_leaving(0.125, 0.0, 2.0, 6.0, 1.0, 8.0, 0.5))
    0.5
    """
    factor = ONE + HALF * log(ONE + ties_abroad)
    return base * min(factor * by_stage * early * child, most) * openness


@rule
def given_or(given: Real, hazard: Real) -> Real:
    """A probability that is given for a stage and origin, or the hazard where none is (given below 0).

    >>> given_or(0.25, 0.5), given_or(-1.0, 0.5)
    (0.25, 0.5)
    """
    return given if given >= ZERO else hazard
