"""Hosts abroad: whom an application reaches, and how hosts rank."""

from __future__ import annotations

from sim.engine.arithmetic import ONE, ZERO, exp, log
from sim.engine.compiler import Real, Truth, rule


@rule
def missed_by_hosts(direct: Real, ties: Real, reach_ties: Real) -> Real:
    """Probability that an application to a region reaches no host: (1 - rho O) exp(-rho_t k).

    direct: rho O, support of applications times the openness of the region, 0-1. ties: k, own ties there, those
    elsewhere counted in part. reach_ties: rho_t.

    >>> float(missed_by_hosts(0.25, 0.0, 0.5))
    0.75
    """
    return (ONE - direct) * exp(-reach_ties * ties)


@rule
def reach(missed: Real, own_money: Truth, own_money_reach: Real) -> Real:
    """Probability of reaching a host: 1 - missed^xi, xi = 1, or own_money_reach for who brings a fellowship.

    >>> float(reach(0.25, False, 2.0)), round(float(reach(0.25, True, 2.0)), 5)
    (0.75, 0.9375)
    """
    return ONE - (exp(own_money_reach * log(missed)) if own_money else missed)


@rule
def ties_that_count(ties: Real, there: Truth, elsewhere: Real) -> Real:
    """Ties abroad that help to reach a region: all if they are there, else a share (`reach_other_ties`).

    >>> float(ties_that_count(4.0, True, 0.25)), float(ties_that_count(4.0, False, 0.25))
    (4.0, 1.0)
    """
    return ties * (ONE if there else elsewhere)


@rule
def host_score(merit: Real, host_ties: Real, ties: Real, there: Truth) -> Real:
    """What a host sees besides language and noise: merit, and ties if they are in the region.

        M + h ln(1 + ties) [there]

    >>> float(host_score(1.5, 0.5, 0.0, True)), float(host_score(1.5, 0.5, 7.0, False))
    (1.5, 1.5)
    """
    return merit + host_ties * log(ONE + ties) * (ONE if there else ZERO)
