"""Contracts: how long they last, who is renewed, who is granted tenure, and what hosts abroad offer.

Quality is the log of a person's talent in standard deviations.
"""

from __future__ import annotations

import numpy as np

from sim.engine.arithmetic import ONE, exp
from sim.engine.compiler import Real, Truth, Whole, rule


@rule
def contract_is_over(last_year: Whole, year: Whole) -> Truth:
    """Whether a contract has run out before this year; an open-ended one (last year 0) never does.

    >>> contract_is_over(2019, 2020), contract_is_over(2020, 2020), contract_is_over(0, 2020)
    (True, False, False)
    """
    return (last_year > 0) & (last_year < year)


@rule
def spread_of_contracts(mean: Real) -> Real:
    """Years over which the lengths of postdoc contracts spread, so that whole years above them have the given mean.

        spread = 2 mean - 1

    mean: `contract_postdoc`, years: two thirds are under three years (NISTEP 2018).

    >>> spread_of_contracts(2.5)
    4.0
    """
    return 2 * mean - 1


@rule
def contract_years(spread: Real, draw: Real) -> Whole:
    """Length of a postdoc contract in whole years.

        years = floor(spread u) + 1

    spread: `spread_of_contracts`. draw: u, uniform on (0, 1).

    >>> contract_years(3.8, 0.1), contract_years(3.8, 0.99)
    (1, 4)
    """
    return int(np.floor(spread * draw)) + 1


@rule
def is_renewed(held: Whole, limit: Whole, paid_by_programme: Truth, draw: Real, chance: Real) -> Truth:
    """Whether an ended contract at home is renewed: below the limit of years in the post, where the employer pays.

        P(renewed) = chance    if held < limit and no programme pays, else 0

    held: years since the post began. limit: `postdoc_limit`, `fixed_limit`, years, as the labour contract law has it.
    draw: uniform on (0, 1). chance: `renew_postdoc`, `renew_fixed`, share (NISTEP).

    >>> is_renewed(5, 6, False, 0.5, 0.55), is_renewed(6, 6, False, 0.5, 0.55)
    (True, False)
    >>> is_renewed(5, 6, True, 0.5, 0.55), is_renewed(5, 6, False, 0.55, 0.55)
    (False, False)
    """
    return (held < limit) & (not paid_by_programme) & (draw < chance)


@rule
def is_granted_tenure(draw: Real, share: Real) -> Truth:
    """Whether the end of a tenure track grants a permanent post.

        P(granted) = share

    draw: uniform on (0, 1), one for life: who waits for a free post keeps the grant, and who was refused once would be
    refused again. share: `tenure_granted`.

    >>> is_granted_tenure(0.84, 0.85), is_granted_tenure(0.85, 0.85)
    (True, False)
    """
    return draw < share


@rule
def chance_of_lasting_post_abroad(tenure: Real, quality: Real, weight: Real, limit: Real) -> Real:
    """Yearly chance that a host offers a lasting post.

        chance = tenure exp(weight clip(quality, -limit, limit))

    tenure: `host_tenure` of the region, share a year. quality: standard deviations. weight: `host_quality`. limit:
    `host_quality_limit`, standard deviations. Assumed.

    >>> round(float(chance_of_lasting_post_abroad(0.1, 1.0, 0.3, 2.0)), 4)
    0.135
    >>> round(float(chance_of_lasting_post_abroad(0.1, -3.0, 0.3, 2.0)), 4)
    0.0549
    """
    return tenure * exp(weight * min(max(quality, -limit), limit))


@rule
def gets_lasting_post_abroad(away: Real, least: Real, draw: Real, chance: Real) -> Truth:
    """Whether a host gives a lasting post this year: after some years there, with the yearly chance.

    away: years since the departure. least: `lasting_post_wait`, years. draw: uniform on (0, 1). chance:
    `chance_of_lasting_post_abroad`.

    >>> gets_lasting_post_abroad(2, 2, 0.1, 0.135), gets_lasting_post_abroad(1, 2, 0.1, 0.135)
    (True, False)
    >>> gets_lasting_post_abroad(2, 2, 0.2, 0.135)
    False
    """
    return (away >= least) & (draw < chance)


@rule
def loses_lasting_post_abroad(exposed: Real, openness: Real, usual: Real, draw: Real, years: Real) -> Truth:
    """Whether a foreigner loses a lasting post because the region has fewer jobs for foreigners than it had.

        lost    if x < 1 - O / O0 and u < 1 / H

    As large a share of lasting posts as of jobs is cut, over some years. exposed: x, uniform on (0, 1), one for life:
    who is cut first. openness: O, of the region this year, 0-1. usual: O0, when the model began. draw: u, of the year.
    years: H, `post_cut_years`.

    >>> [bool(loses_lasting_post_abroad(0.1, openness, 0.5, 0.1, 5.0)) for openness in (0.4, 0.5)]
    [True, False]
    >>> [bool(loses_lasting_post_abroad(exposed, 0.4, 0.5, draw, 4.0)) for exposed, draw in ((0.3, 0.1), (0.1, 0.25))]
    [False, False]
    """
    return (exposed < ONE - openness / usual) & (draw < ONE / years)


@rule
def renewal_in_region(renewal: Real, openness: Real, usual: Real) -> Real:
    """Chance of renewal in a region whose jobs for foreigners are more or fewer than when the model began.

        r = min(rho O / O0, 1)

    renewal: rho, `host_renewal`, share. openness: O, of the region this year, 0-1. usual: O0, when the model began.

    >>> float(renewal_in_region(0.5, 0.5, 1.0)), float(renewal_in_region(0.75, 1.0, 0.5))
    (0.25, 1.0)
    """
    return min(renewal * openness / usual, ONE)


@rule
def chance_of_renewal_abroad(renewal: Real, quality: Real, weight: Real, least: Real, most: Real) -> Real:
    """Chance that a host renews an ended contract.

        chance = renewal clip(exp(weight quality), least, most)

    renewal: `host_renewal`, share, of a researcher of average talent. quality: standard deviations. weight:
    `host_quality`. least, most: `host_renewal_least`, `host_renewal_most`, ratios. Assumed.

    >>> round(float(chance_of_renewal_abroad(0.3, 1.0, 0.3, 0.5, 1.5)), 4)
    0.405
    >>> round(float(chance_of_renewal_abroad(0.3, 3.0, 0.3, 0.5, 1.5)), 4)
    0.45
    >>> round(float(chance_of_renewal_abroad(0.3, -3.0, 0.3, 0.5, 1.5)), 4)
    0.15
    """
    return renewal * min(max(exp(weight * quality), least), most)


@rule
def waits_for_end_of_award(fellow: Truth, last_year: Whole, year: Whole) -> Truth:
    """Whether a fellow abroad who is hired at home takes the post up only when the award is over: in its last year.

    fellow: on a fellowship. last_year: of the award.

    >>> waits_for_end_of_award(True, 2020, 2020), waits_for_end_of_award(True, 2021, 2020)
    (True, False)
    >>> waits_for_end_of_award(False, 2020, 2020)
    False
    """
    return fellow & (last_year == year)
