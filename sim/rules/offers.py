"""Offers that nobody competes for: how likely they are."""

from __future__ import annotations

from sim.engine.arithmetic import ONE
from sim.engine.compiler import Real, Truth, rule


@rule
def industry_offer(by_field: Real, fresh: Truth, later: Real, factor: Real, language: Real) -> Real:
    """Chance of a job outside academia at home.

        P = P_field lambda [not fresh] f L

    by_field: `industry_offer` of the field. fresh: between posts in the year of the doctorate. later: lambda, of what
    new doctorates get. factor: f, of the levers on such offers. language: L in 0-1 of foreigners, see
    `language_that_counts`, 1 of natives.

    >>> float(industry_offer(0.5, True, 0.5, 1.0, 1.0)), float(industry_offer(0.5, False, 0.5, 1.0, 0.5))
    (0.5, 0.125)
    """
    return by_field * (ONE if fresh else later) * factor * language


@rule
def language_that_counts(language: Real, bridged: Real) -> Real:
    """Command of the home language that counts for a job outside academia at home.

        L' = L + b (1 - L)

    language: L in 0-1. bridged: b, lever `industry.language_bridge`, share of the gap that does not count.

    >>> float(language_that_counts(0.5, 0.5)), float(language_that_counts(0.5, 0.0))
    (0.75, 0.5)
    """
    return language + bridged * (ONE - language)


@rule
def own_country_offer(found: Real, later: Truth, later_homeward: Real, openness: Real) -> Real:
    """Chance of a job in the country of origin for a foreigner who looks for one.

    found: chance by region this year. later: formed at home and past the year of the doctorate, so further from those
    who hire there. later_homeward: what is then left of the chance. openness: of the borders, 0-1.

    >>> float(own_country_offer(0.5, False, 0.5, 1.0)), float(own_country_offer(0.5, True, 0.5, 0.5))
    (0.5, 0.125)
    """
    return found * (later_homeward if later else ONE) * openness


@rule
def may_leave_research(permanent: Truth, between: Truth, over: Truth) -> Truth:
    """Whether leaving research is open: between posts, or out of contract abroad (over), to natives and
    permanent residents (permanent); other foreigners have no permit for it.

    >>> may_leave_research(True, True, False), may_leave_research(False, True, False)
    (True, False)
    """
    return permanent & (between | over)
