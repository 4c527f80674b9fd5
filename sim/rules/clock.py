"""The clock of a leader: the hours of a year, and what gives them back to research or takes them.

The country's data say which share of the working time is for research. The clock moves that share by what policies buy
back or add, in hours over those of a working year.
"""

from __future__ import annotations

from sim.engine.arithmetic import exp
from sim.engine.compiler import Real, rule


@rule
def administration_taken_over(staff: Real, relief: Real, hours: Real, administration: Real) -> Real:
    """Hours of administration a year that support staff takes off a leader: of the last hours ever less.

        b = A (1 - e^(-k m H / A))    with A = a H

    staff: m, full-time staff per leader. relief: k, `manager_relief`, hours that an hour of staff takes off. hours: H,
    `working_hours` a year. administration: a, `administration_share`. By hand: without staff nothing.

    >>> float(administration_taken_over(0.0, 0.5, 2400.0, 0.25))
    0.0
    """
    whole = administration * hours
    taken: Real = whole * (1 - exp(-relief * staff * hours / whole))
    return taken


@rule
def time_gained(back: Real, taken: Real, hours: Real) -> Real:
    """What the share of the working time for research gains.

        dt = (b - h) / H

    back: b, hours a year given back. taken: h, hours taken by hosting and compliance. hours: H, `working_hours`.

    >>> time_gained(240.0, 0.0, 2400.0), time_gained(0.0, 240.0, 2400.0)
    (0.1, -0.1)
    """
    return (back - taken) / hours


@rule
def hosting_taken(each: Real, hosted: Real, usual: Real, supported: Real) -> Real:
    """Hours a year that hosting takes of a leader, beyond what it took before.

        h = q (n - n_0) (1 - s)

    each: q, lever `clock.hosting_hours`, hours a year for each foreigner. hosted: n, foreigners at home per leader.
    usual: n_0, before the lever was in force. supported: s, lever `clock.hosting_support`, share that staff takes over.

    >>> hosting_taken(100.0, 0.5, 0.25, 0.5)
    12.5
    """
    return each * (hosted - usual) * (1 - supported)
