"""Families: who finds a partner, who has a first child, and what they make of a move to another country."""

from __future__ import annotations

from sim.engine.arithmetic import ONE, ZERO
from sim.engine.compiler import Real, Truth, Whole, rule


@rule
def finds_partner(age: Whole, limit: Whole, draw: Real, rate: Real) -> Truth:
    """Whether a single person finds a partner this year: below an age limit, with a yearly rate.

        P(partner) = rate    if age < limit, else 0

    age: years. limit: `partner_age_limit`, years. draw: uniform on (0, 1). rate: `partner_rate`, share a year. Assumed.

    >>> finds_partner(39, 40, 0.05, 0.06), finds_partner(40, 40, 0.05, 0.06), finds_partner(39, 40, 0.06, 0.06)
    (True, False, False)
    """
    return (age < limit) & (draw < rate)


@rule
def has_first_child(age: Whole, first: Whole, last: Whole, draw: Real, rate: Real) -> Truth:
    """Whether a childless couple has a first child this year: between two ages, with a yearly rate.

        P(child) = rate    if first <= age <= last, else 0

    age: years. first, last: `child_age_first`, `child_age_last`, years. draw: uniform on (0, 1). rate: `child_rate`,
    share a year. Assumed.

    >>> has_first_child(28, 28, 40, 0.09, 0.1), has_first_child(27, 28, 40, 0.09, 0.1)
    (True, False)
    >>> has_first_child(40, 28, 40, 0.09, 0.1), has_first_child(41, 28, 40, 0.09, 0.1)
    (True, False)
    >>> has_first_child(30, 28, 40, 0.1, 0.1)
    False
    """
    return (age >= first) & (age <= last) & (draw < rate)


@rule
def has_school_child(child_born: Whole, year: Whole) -> Truth:
    """Whether a child is 6 to 17 years old this year, at school; child_born: 0 for no child.

    >>> [has_school_child(2000, year) for year in (2005, 2006, 2017, 2018)]
    [False, True, True, False]
    """
    return (child_born >= year - 17) & (child_born <= year - 6)


@rule
def family_cost(partner: Truth, school_child: Truth, of_partner: Real, of_child: Real, borne: Real, mean: Real) -> Real:
    """What partner and child add to the cost of a move between countries, over the mean of those who look abroad.

        c_f = (1 - s) (kappa_p P + kappa_c C) - m

    partner: P, whose career is broken off. school_child: C, of 6 to 17 years. of_partner: kappa_p, `family_partner`,
    of_child: kappa_c, `family_child`, log income. borne: 1 - s, s the lever `family.support`. mean: m, `family_mean`,
    which `moving_cost` holds already. It weighs on moves in both directions.

    >>> float(family_cost(True, True, 0.25, 0.5, 1.0, 0.25)), float(family_cost(True, False, 0.25, 0.5, 0.5, 0.25))
    (0.5, -0.125)
    >>> float(family_cost(False, False, 0.25, 0.5, 1.0, 0.25))
    -0.25
    """
    return borne * ((of_partner if partner else ZERO) + (of_child if school_child else ZERO)) - mean


@rule
def usual_family_cost(borne: Real, mean: Real) -> Real:
    """What support takes off the cost of a move of a typical person: nothing without it, the mean with all of it.

        c_f = (1 - s) m - m = -s m

    borne: 1 - s, s the lever `family.support`. mean: m, `family_mean`, the mean of what partner and child add.

    >>> float(usual_family_cost(1.0, 0.25)), float(usual_family_cost(0.5, 0.25))
    (0.0, -0.125)
    """
    return (borne - ONE) * mean
