"""Second appointments: what a share of the time with another employer does to research, and what it is worth.

A person with a post at home works a share of the time for a firm or for a host abroad, and keeps the post. Research at
home loses that share of its time; it wins what is researched there and published.
"""

from __future__ import annotations

from typing import Final

from sim.engine.arithmetic import F32
from sim.engine.compiler import Real, rule

_TENTH: Final = F32(0.1)


@rule
def time_of_both(share: Real, here: Real, there: Real) -> Real:
    """Share of the working time for research that is published, of a person with a second appointment.

        t' = (1 - s) t + s r

    share: s, of the working time, with the second employer. here: t, share for research in the post. there: r,
    `research_time` of the programme, share of the time there.

    >>> time_of_both(0.25, 0.5, 0.0), time_of_both(0.25, 0.5, 1.0)
    (0.375, 0.625)
    """
    return (1 - share) * here + share * there


@rule
def output_over_usual(both: Real, here: Real, elasticity: Real) -> Real:
    """Papers of a person with a second appointment over those with the post alone.

        (t' / t)^elasticity

    both: t', see `time_of_both`. here: t. elasticity: `time_elasticity`, as in `sim.rules.research.papers_alone`.

    >>> output_over_usual(0.25, 0.5, 2.0), output_over_usual(0.5, 0.5, 2.0)
    (0.25, 1.0)
    """
    return (both / here) ** elasticity


@rule
def worth_of_both(pay: Real, weight: Real, both: Real, here: Real) -> Real:
    """Yearly worth of a second appointment to who holds it, in log income: of its pay, and of its time for research.

        b + w (t' - t) / 0.1

    pay: b, see `sim.rules.benefits.benefit_a_year`. weight: w, parameter `research_time`, of a tenth of the working
    time. both: t', see `time_of_both`. here: t. By hand: 0.25 + 0.5 (0.25 - 0.5) / 0.1 = -1.

    >>> round(float(worth_of_both(0.25, 0.5, 0.25, 0.5)), 4)
    -1.0
    """
    return pay + weight * (both - here) / _TENTH
