"""Joint projects and exchanges: who asks for one, who wins, how long ties last, and who comes of it later."""

from __future__ import annotations

from math import inf
from typing import Final

from sim.engine.arithmetic import F32, ONE, exp, log
from sim.engine.compiler import Real, rule

MEAN_TASTE: Final = F32(0.5772157)
"""Mean of a standard Gumbel draw, Euler's constant."""
_HALF: Final = F32(0.6931472)  # ln 2


@rule
def gain_of_project(beta: Real, money: Real, taste: Real) -> Real:
    """What a project is worth to who leads it, on the scale of taste: its research money, and taste around a mean of 0.

        G = beta B + taste - E[taste]

    money: B, see `sim.rules.benefits.benefit_over_years`. taste: standard Gumbel draw.

    >>> round(float(gain_of_project(2.0, 0.5, 0.5772157)), 4)
    1.0
    """
    return beta * money + (taste - MEAN_TASTE)


@rule
def chance_needed(effort: Real, gain: Real) -> Real:
    """Chance of winning from which on a proposal is worth the effort; infinite for who would gain nothing.

        p = e / G

    effort: e, on the scale of taste. gain: G, see `gain_of_project`.

    >>> chance_needed(0.5, 2.0), chance_needed(0.5, 0.0), chance_needed(0.5, -1.0)
    (0.25, inf, inf)
    """
    return effort / gain if gain > 0 else inf


@rule
def score_of_team(rank: Real, weight: Real, ties: Real) -> Real:
    """What a panel ranks teams by: merit and noise as in any call, and ties of the leader with the partner's region.

        S = R + w ln(1 + T)

    rank: R. weight: w, `selection_ties`. ties: T, foreign ties, 0 where most of them are elsewhere.

    >>> float(score_of_team(0.5, 2.0, 0.0))
    0.5
    """
    return rank + weight * log(ONE + ties)


@rule
def ties_kept_longer(ties: Real, gain: Real, kept: Real, half_life: Real) -> Real:
    """Foreign ties after a year in which they fell to half in so many years, in the place of the usual loss.

        T'' = (T' - g) max(2^(-1/h), k) / k + g

    ties: T', after the usual loss and gain. gain: g, of the year. kept: k, 1 - `tie_decay`. half_life: h, years. By
    hand: (1.25 - 0.25) 0.5 / 0.25 + 0.25 = 2.25.

    >>> round(float(ties_kept_longer(1.25, 0.25, 0.25, 1.0)), 4)
    2.25
    """
    return (ties - gain) * max(exp(-_HALF / half_life), kept) / kept + gain


@rule
def share_abroad_early(share: Real, sent: Real, cohort: Real) -> Real:
    """Share of entrants who studied abroad before the doctorate, with those sent of their cohort.

        s' = min(s + n / N, 1)

    share: s, `early_share`. sent: n, students sent a year, cohort: N, students a year of whom they are a part.

    >>> share_abroad_early(0.25, 100.0, 1000.0), share_abroad_early(0.25, 1000.0, 1000.0)
    (0.35, 1.0)
    """
    return min(share + sent / cohort, 1.0)


@rule
def candidates_of_exchange(received: Real, share: Real, regions: Real) -> Real:
    """Candidates from one of the partner regions a year who have been here as students before.

        c = r q / R

    received: r, persons a year. share: q, who come back. regions: R, their number, equal in size: assumed.

    >>> candidates_of_exchange(100.0, 0.25, 2)
    12.5
    """
    return received * share / regions
