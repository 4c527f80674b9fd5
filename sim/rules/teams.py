"""Joint projects and exchanges: who asks for one, who wins, how long ties last, and who comes of it later."""

from __future__ import annotations

import math
from math import inf
from typing import Final

from sim.engine.arithmetic import F32, ONE, exp, log
from sim.engine.compiler import Real, rule

MEAN_TASTE: Final = F32(0.5772157)
"""Mean of a standard Gumbel draw, Euler's constant."""
_HALF: Final = F32(0.6931472)  # ln 2
_ROUNDED: Final = 0.001
_HIGHEST: Final = 700.0  # above it the exponential of a double is infinite


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
def draw_needed(effort: Real, chance: Real, money: Real) -> Real:
    """Uniform draw below which nobody's taste makes a place worth the effort at a chance of winning: where the gain of
    `gain_of_project`, of a taste of -ln(-ln(u)), is e / p.

        u = exp(-exp(beta B - e / p - E[taste] + m))

    effort: e, on the scale of taste. chance: p. money: beta B, the most that anybody's place is worth. m, a thousandth,
    covers what float32 rounds.

    >>> round(draw_needed(0.5, 0.5, 0.5), 4), round(draw_needed(0.5, 0.125, 0.5), 3), draw_needed(0.5, 0.5, 1e6)
    (0.7111, 0.983, 0.0)
    """
    return math.exp(-math.exp(min(money - effort / chance - float(MEAN_TASTE) + _ROUNDED, _HIGHEST)))


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
def share_kept_longer(kept: Real, half_life: Real) -> Real:
    """Share of foreign ties kept in a year in which they fall to half in so many years, not less than the usual one.

        l = max(2^(-1/h), k)

    kept: k, 1 - `tie_decay`. half_life: h, years.

    >>> round(float(share_kept_longer(0.25, 1.0)), 4), share_kept_longer(0.75, 1.0)
    (0.5, 0.75)
    """
    return max(exp(-_HALF / half_life), kept)


@rule
def ties_kept_longer(ties: Real, gain: Real, kept: Real, longer: Real) -> Real:
    """Foreign ties after a year in which more of them were kept, in the place of the usual loss.

        T'' = (T' - g) l / k + g

    ties: T', after the usual loss and gain. gain: g, of the year. kept: k, 1 - `tie_decay`. longer: l, see
    `share_kept_longer`. By hand: (1.25 - 0.25) 0.5 / 0.25 + 0.25 = 2.25.

    >>> ties_kept_longer(1.25, 0.25, 0.25, 0.5)
    2.25
    """
    return (ties - gain) * longer / kept + gain


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
