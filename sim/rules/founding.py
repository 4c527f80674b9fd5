"""Founding: what the first population has behind it when the model begins."""

from __future__ import annotations

import numpy as np

from sim.engine.arithmetic import ONE
from sim.engine.compiler import Real, Truth, rule


@rule
def whole_years(low: Real, high: Real, draw: Real) -> Real:
    """Whole years, evenly spread from the lowest to the highest.

        floor(low + (high - low + 1) u)

    low, high: years. draw: u, uniform on (0, 1). By hand: 7 + 15 x 0.5 = 14.5.

    >>> float(whole_years(7.0, 21.0, 0.5)), float(whole_years(7.0, 21.0, 0.99))
    (14.0, 21.0)
    """
    years: Real = np.floor(low + (high - low + ONE) * draw)
    return years


@rule
def years_away(spell: Real, age: Real, youngest: Real) -> Real:
    """Years that a person abroad has been away: no longer than since the age at which the youngest leave.

        min(spell, max(age - youngest, 1))

    spell: years drawn, see `whole_years`. youngest: `age_at_departure`.

    >>> float(years_away(14.0, 40.0, 27.0)), float(years_away(14.0, 25.0, 27.0))
    (13.0, 1.0)
    """
    return min(spell, max(age - youngest, ONE))


@rule
def years_since_degree(age: Real, age_at_degree: Real) -> Real:
    """Years since the doctorate, at least one.

        max(age - a_D, 1)

    age_at_degree: a_D, `age_at_degree` and up to some years more.

    >>> float(years_since_degree(40.0, 29.5)), float(years_since_degree(29.0, 29.5))
    (10.5, 1.0)
    """
    return max(age - age_at_degree, ONE)


@rule
def years_of_experience(low: Real, high: Real, draw: Real) -> Real:
    """Years abroad in the past of a person at home who has been away, evenly spread.

        low + (high - low) u

    low, high: `overseas_years_low`, `overseas_years_high`. draw: u, uniform on (0, 1).

    >>> years_of_experience(1.0, 3.0, 0.25)
    1.5
    """
    return low + (high - low) * draw


@rule
def contract_year(length: Real, draw: Real) -> Real:
    """Whole years of a contract that have passed, or that are left.

        floor(L u)

    length: L, years, `contract_postdoc` rounded up or `contract_fixed`. draw: u, uniform on (0, 1). By hand: 3 x 0.5.

    >>> float(contract_year(3.0, 0.5))
    1.0
    """
    years: Real = np.floor(length * draw)
    return years


@rule
def lives_alone(age: Real, rate: Real, first: Real) -> Real:
    """Share of people of an age who have found no partner, at the yearly rate of finding one.

        (1 - phi)^max(age - first, 0)

    rate: phi, `partner_rate`. first: `partner_age_first`, the age from which people look.

    >>> lives_alone(27, 0.5, 25.0), lives_alone(24, 0.5, 25.0)
    (0.25, 1.0)
    """
    return (1 - rate) ** max(age - first, 0.0)


@rule
def ties_of_founder(base: Real, gain: Real, years: Real, there: Real) -> Real:
    """Foreign ties of a founder.

        base + gain years + there

    base: `ties_abroad` of everybody. gain: `tie_gain` a year. years: abroad so far. there: `ties_there` of those who
    are abroad now, 0 of others.

    >>> ties_of_founder(0.5, 0.25, 4.0, 2.0)
    3.5
    """
    return base + gain * years + there


@rule
def still_studies(completion: Real, dropout: Real, finishing: Truth) -> Real:
    """Share of doctoral students who go on studying after a year.

        (1 - q)(1 - p) once the doctorate can be finished, 1 - q before

    completion: p. dropout: q, of those who do not finish. finishing: whether enough years have passed.

    >>> still_studies(0.5, 0.25, True), still_studies(0.5, 0.25, False)
    (0.375, 0.75)
    """
    return (1 - completion) * (1 - dropout) if finishing else 1 - dropout
