"""Traits: what a person is before any choice, made of draws that belong to the person."""

from __future__ import annotations

import numpy as np

from sim.engine.arithmetic import exp
from sim.engine.compiler import Real, Truth, rule


@rule
def is_woman(draw: Real, share: Real) -> Truth:
    """Whether a person is a woman.

        P(woman) = share

    draw: uniform on (0, 1). share: of women among those who enter.

    >>> is_woman(0.3, 0.31), is_woman(0.31, 0.31)
    (True, False)
    """
    return draw < share


@rule
def quality(spread: Real, draw: Real) -> Real:
    """Quality of a person's papers, ln Q: normal around 0 (Sinatra et al. 2016, random-impact rule).

        ln Q = sigma_Q z

    spread: sigma_Q, `sd_quality`, log. draw: z, standard normal.

    >>> quality(0.5, -2.0)
    -1.0
    """
    return spread * draw


@rule
def productivity(spread: Real, link: Real, rest: Real, quality_draw: Real, own_draw: Real) -> Real:
    """Productivity over the median person's, N: log-normal and linked to quality (Sinatra et al. 2016).

        N = exp(sigma_N (rho z_1 + sqrt(1 - rho^2) z_2))

    spread: sigma_N, `sd_productivity`, log. link: rho, correlation of ln Q and ln N. rest: sqrt(1 - rho^2).
    quality_draw: z_1, the draw of quality. own_draw: z_2. Both are standard normal. By hand: 0.5 (0.6 + 0.8 x 0.5) is
    0.5, and e to that is 1.6487.

    >>> round(float(productivity(0.5, 0.6, 0.8, 1.0, 0.5)), 4)
    1.6487
    """
    return exp(spread * (link * quality_draw + rest * own_draw))


@rule
def correlation(covariance: Real, spread: Real, other: Real) -> Real:
    """Correlation of two quantities: covariance over the product of their standard deviations.

    >>> correlation(0.125, 0.5, 0.5)
    0.5
    """
    return covariance / (spread * other)


@rule
def home_taste(spread: Real, draw: Real) -> Real:
    """How much more than others a person likes to live in the own country, for life (a mixed logit, McFadden & Train
    2000).

        sigma_h z

    spread: sigma_h, `home_sd`, log income. draw: z, standard normal.

    >>> home_taste(0.5, 1.5)
    0.75
    """
    return spread * draw


@rule
def home_amenity(mean: Real, taste: Real) -> Real:
    """What living in the own country is worth to a person, log income.

        h = mean + taste

    mean: `home_origin` or `home_foreign`. taste: see `home_taste`.

    >>> home_amenity(1.0, -0.25)
    0.75
    """
    return mean + taste


@rule
def language_at_entry(highest: Real, draw: Real) -> Real:
    """Command of the language that is not one's own: evenly spread from 0 to the highest.

        L = highest u

    highest: 0 to 1, `entry_language`, or `candidate_language` for candidates from abroad. draw: u, uniform on (0, 1).

    >>> language_at_entry(0.5, 0.5)
    0.25
    """
    return highest * draw


@rule
def ties_left(ties: Real, decay: Real, since: Real) -> Real:
    """Foreign ties that are left of those that a stay brought.

        ties (1 - decay)^since

    ties: that it brought, see `sim.rules.ties.ties_of_visit`. decay: `tie_decay`, share a year. since: years ago;
    before the stay nothing has faded.

    >>> ties_left(2.0, 0.5, 2.0), ties_left(2.0, 0.5, -1.0)
    (0.5, 2.0)
    """
    return ties * (1 - decay) ** max(since, 0.0)


@rule
def studied_abroad_early(draw: Real, share: Real) -> Truth:
    """Whether a person studied abroad before the doctorate.

        P(abroad) = share

    draw: uniform on (0, 1). share: `early_share`.

    >>> studied_abroad_early(0.05, 0.1), studied_abroad_early(0.1, 0.1)
    (True, False)
    """
    return draw < share


@rule
def has_partner_at_entry(draw: Real, share: Real) -> Truth:
    """Whether a person who enters lives with a partner.

        P(partner) = share

    draw: uniform on (0, 1). share: `partner_share`, or `candidate_partner_share` for candidates from abroad.

    >>> has_partner_at_entry(0.1, 0.15), has_partner_at_entry(0.15, 0.15)
    (True, False)
    """
    return draw < share


@rule
def is_on_leave(draw: Real, share: Real) -> Truth:
    """Whether a foreign doctoral student holds a post in the country of origin to which the person is to return.

        P(on leave) = share

    draw: uniform on (0, 1). share: `on_leave` of the country of origin, 0 at home.

    >>> is_on_leave(0.5, 0.8), is_on_leave(0.5, 0.0)
    (True, False)
    """
    return draw < share


@rule
def age_drawn(mean: Real, spread: Real, draw: Real, least: Real, most: Real) -> Real:
    """Age at the beginning of a doctorate, or of a founder: normal, in whole years, between bounds.

        min(max(round(mean + spread z), least), most)

    At entry mean is `age_at_entry` or, of working adults, `age_at_entry_working`, with `age_at_entry_sd` or
    `age_at_entry_working_sd`, `age_at_entry_least` and `age_at_entry_most`. Of founders of a stage: `mean_age`,
    `age_sd`, `age_low`, `age_high`. draw: z, standard normal.

    >>> float(age_drawn(26.5, 2.5, 1.0, 23.0, 60.0)), float(age_drawn(26.5, 2.5, -3.0, 23.0, 60.0))
    (29.0, 23.0)
    """
    years: Real = min(max(np.rint(mean + spread * draw), least), most)
    return years
