"""Families: who finds a partner, and who has a first child."""

from __future__ import annotations

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
