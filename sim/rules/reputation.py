"""What home is reputed to be in a region of origin: a slow number that moves who comes."""

from __future__ import annotations

from sim.engine.compiler import Real, rule


@rule
def reputation_deserved(visibility: Real, closed: Real, weight: Real, treatment: Real, shown: Real) -> Real:
    """The reputation to which a region drifts, in log income.

        R* = v - w c + k b

    visibility: v, lever `reputation.visibility`, log income. closed: c, share of those who would come whom the gate
    keeps out, mean over fields. weight: w, `reputation_openness`, log income when all is closed. treatment: k,
    `reputation_treatment`, share. shown: b, yearly worth of the benefit of a recruit, log income.

    >>> reputation_deserved(0.125, 0.5, 0.25, 0.5, 0.5)
    0.25
    """
    return visibility - weight * closed + treatment * shown


@rule
def reputation_after_a_year(reputation: Real, deserved: Real, pace: Real) -> Real:
    """Reputation after a year: people abroad hear late.

        R' = R + lambda (R* - R)

    reputation: R, log income. deserved: R*, see `reputation_deserved`. pace: lambda, `reputation_pace`, share a year.

    >>> reputation_after_a_year(0.0, 0.5, 0.25)
    0.125
    """
    return reputation + pace * (deserved - reputation)
