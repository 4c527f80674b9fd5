"""The gate between home and a region: who passes, who still considers it, and what it takes of a leader's time.

One gate holds security rules, export control, visas, zones and partners' conditions: they differ in numbers only. It
has a share that passes for each field, region and direction, and a share that still considers the region at all.
"""

from __future__ import annotations

from sim.engine.arithmetic import exp
from sim.engine.compiler import Real, Truth, Whole, rule


@rule
def reached_by_rules(sensitive: Real, over_usual: Real, exempt: Real) -> Real:
    """Share of the work of a field that rules of research security reach.

        e = min(1, s r) (1 - x)

    sensitive: s, `sensitive_share` of the field, share. over_usual: r, lever `security.sensitive`, ratio. exempt: x,
    lever `security.exempt`, share that is exempt as fundamental research.

    >>> reached_by_rules(0.5, 1.0, 0.5), reached_by_rules(0.5, 4.0, 0.0)
    (0.25, 1.0)
    """
    return min(1.0, sensitive * over_usual) * (1 - exempt)


@rule
def passes_screening(strictness: Real, reached: Real) -> Real:
    """Share of the moves and ties of a field with a region that screening lets pass.

        P = 1 - z e

    strictness: z, lever `security.strictness`, share of the work reached that is refused. reached: e, see
    `reached_by_rules`.

    >>> passes_screening(0.5, 0.5)
    0.75
    """
    return 1 - strictness * reached


@rule
def chill_of_target(chilling: Real, guidance: Real, strictness: Real, reached: Real, spill: Real) -> Real:
    """Share of those who would have dealt with a screened region and no longer consider it, of a field.

        c = chi (1 - g) z (e + sigma (1 - e))

    chilling: chi, `chilling`, share at full strictness. guidance: g, lever `security.guidance`, share of doubt that
    advice takes away. strictness: z. reached: e. spill: sigma, `chill_spill`, of those whom the rules do not reach.

    >>> chill_of_target(0.5, 0.0, 1.0, 0.5, 0.5), chill_of_target(0.5, 0.5, 1.0, 0.5, 0.5)
    (0.375, 0.1875)
    """
    return chilling * (1 - guidance) * strictness * (reached + spill * (1 - reached))


@rule
def chill_of_others(chilling: Real, guidance: Real, refused: Real, spill: Real) -> Real:
    """The same of regions that the rules do not mean: less than in proportion.

        c' = chi (1 - g) sigma m

    refused: m, mean over regions and fields of what screening refuses, share. The others as in `chill_of_target`.

    >>> chill_of_others(0.5, 0.0, 0.25, 0.5)
    0.0625
    """
    return chilling * (1 - guidance) * spill * refused


@rule
def partner_stays(required: Real, level: Real) -> Real:
    """Share of what joins home to a region that partners there keep up: they withdraw below a level of protection.

        W = 1 - max(0, R - L)

    required: R, lever `security.partner_requires`, 0-1. level: L, protection at home, 0-1.

    >>> partner_stays(0.75, 0.5), partner_stays(0.25, 0.5)
    (0.75, 1.0)
    """
    return 1 - max(0.0, required - level)


@rule
def waits(delay: Real, patience: Real) -> Real:
    """Share of those who pass that does not give up in the time it takes.

        e^(-d / tau)

    delay: d, months. patience: tau, `gate_patience`, months.

    >>> float(waits(0.0, 24.0))
    1.0
    """
    waited: Real = exp(-delay / patience)
    return waited


@rule
def years_late(delay: Real, draw: Real) -> Whole:
    """By how many years a move comes later that a permit takes some months for, of one decided at any time of the year.

        k = floor(d / 12 + u)

    so that the mean is d / 12. delay: d, months. draw: u, uniform on (0, 1), one a person and year.

    >>> years_late(11.5, 0.0), years_late(3.0, 0.75), years_late(18.0, 0.25), years_late(18.0, 0.5)
    (0, 1, 1, 2)
    """
    return int(delay / 12 + draw)


@rule
def is_let(draw: Real, share: Real) -> Truth:
    """Whether a person is among the share that passes, or that considers a region.

        P = share

    draw: uniform on (0, 1).

    >>> is_let(0.2, 0.25), is_let(0.25, 0.25)
    (True, False)
    """
    return draw < share


@rule
def hours_of_screening(hours: Real, guidance: Real, strictness: Real, reached: Real) -> Real:
    """Hours a year that rules of research security take of each leader who deals with a region.

        h = H (1 - g) z e

    hours: H, `security_hours`, at full strictness where all work is reached. guidance: g. strictness: z. reached: e.

    >>> hours_of_screening(40.0, 0.5, 0.5, 0.5)
    5.0
    """
    return hours * (1 - guidance) * strictness * reached
