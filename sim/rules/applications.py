"""Applications: who thinks a call worth the effort, and what is known of the chance of winning."""

from __future__ import annotations

from sim.engine.arithmetic import F32
from sim.engine.compiler import Real, Truth, Whole, rule

CLASSES = 4
"""Classes of merit in which people compare themselves with those who won."""
_FIRST, _SECOND, _THIRD = F32(0), F32(0.75), F32(1.5)


@rule
def class_of_merit(merit: Real) -> Whole:
    """The class of merit in which a person sees the own chances: 0 the lowest, 3 the highest.

    merit: visible quality and record of papers, standard deviations. Bounds: 0, 0.75 and 1.5 (A).

    >>> [class_of_merit(merit) for merit in (-1.0, 0.5, 1.0, 2.0)]
    [0, 1, 2, 3]
    """
    return int(merit >= _FIRST) + int(merit >= _SECOND) + int(merit >= _THIRD)


@rule
def is_worth_applying(chance: Real, gain: Real, effort: Real) -> Truth:
    """Whether a call is worth the effort of applying: p G > e.

    chance: p, perceived chance of winning, 0-1. gain: G, worth of the award above what is at hand, on the scale of
    taste. effort: e, on the same scale.

    >>> is_worth_applying(0.25, 4.0, 0.5), is_worth_applying(0.25, 1.0, 0.5), is_worth_applying(0.25, -1.0, 0.0)
    (True, False, False)
    """
    return chance * gain > effort


@rule
def chance_shown(awards: Real, applications: Real, of_all: Real, weight: Real) -> Real:
    """Chance of winning that a call showed to a class of merit; a thin class leans on all applicants.

        R = (a + w R0) / (n + w)

    awards, applications: a, n, of the class, persons. of_all: R0, of all classes. weight: w, `odds_weight`, persons.

    >>> chance_shown(4.0, 10.0, 0.2, 10.0), chance_shown(0.0, 0.0, 0.2, 10.0)
    (0.3, 0.2)
    """
    return (awards + weight * of_all) / (applications + weight)
