"""Families: who finds a partner, and who has a first child."""

from __future__ import annotations

from sim.engine.compiler import Real, Truth, Whole, rule


@rule
def finds_partner(age: Whole, draw: Real, rate: Real) -> Truth:
    """Whether a single person finds a partner this year: below 40, with a yearly rate.

        P(partner) = rate    if age < 40, else 0

    age: years. draw: uniform on (0, 1). rate: `partner_rate`, share a year.

    >>> finds_partner(39, 0.05, 0.06), finds_partner(40, 0.05, 0.06), finds_partner(39, 0.06, 0.06)
    (True, False, False)
    """
    return (age < 40) & (draw < rate)


@rule
def has_first_child(age: Whole, draw: Real, rate: Real) -> Truth:
    """Whether a childless couple has a first child this year: from 28 to 40, with a yearly rate.

        P(child) = rate    if 28 <= age <= 40, else 0

    age: years. draw: uniform on (0, 1). rate: `child_rate`, share a year.

    >>> has_first_child(28, 0.09, 0.1), has_first_child(27, 0.09, 0.1), has_first_child(40, 0.1, 0.1)
    (True, False, False)
    """
    return (age >= 28) & (age <= 40) & (draw < rate)
