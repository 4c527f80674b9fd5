"""Exits from research: retirement by age, and leaving for reasons outside the model."""

from __future__ import annotations

from sim.engine.compiler import Real, Truth, Whole, rule


@rule
def retires(age: Whole, oldest: Whole) -> Truth:
    """Whether a person retires this year: when older than the employer, or the place of work, allows.

    age: years. oldest: `retirement_age` of the kind of employer at home, `retirement_age_outside` without an academic
    employer at home, `retirement_age_abroad` abroad; years.

    >>> retires(65, 65), retires(66, 65)
    (False, True)
    """
    return age > oldest


@rule
def leaves_research(draw: Real, attrition: Real) -> Truth:
    """Whether a person who does not retire leaves research this year, for reasons outside the model.

        P(leaves) = attrition

    draw: uniform on (0, 1). attrition: share a year: illness, death, family.

    >>> leaves_research(0.005, 0.006), leaves_research(0.006, 0.006)
    (True, False)
    """
    return draw < attrition
