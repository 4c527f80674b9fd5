"""Ties, language and time abroad: they grow where a person is and fade where not."""

from __future__ import annotations

import numpy as np

from sim.engine.arithmetic import ONE
from sim.engine.compiler import Real, Truth, rule


@rule
def ties_after_a_year(ties: Real, kept: Real, gain: Real) -> Real:
    """Active ties after a year.

        ties' = kept ties + gain

    ties: number. kept: 1 - `tie_decay`, share. gain: ties a year. Of foreign ties `tie_gain` abroad and `tie_base` at
    home, of home ties `tie_home_gain` at home and none abroad (Netz, Hampel & Aman 2020; Jonkers & Cruz-Castro 2013).

    >>> ties_after_a_year(2.0, 0.5, 0.25)
    1.25
    """
    return ties * kept + gain


@rule
def language_after_a_year(language: Real, gain: Real) -> Real:
    """Command of the language of the country that is not one's own, after a year in it.

        L' = L + gain (1 - L)

    language: 0 to 1. gain: `language_gain`, share a year of what is missing. Assumed.

    >>> float(language_after_a_year(0.5, 0.25))
    0.625
    """
    return language + gain * (ONE - language)


@rule
def ties_of_visit(yearly: Real, years: Real) -> Real:
    """Foreign ties gained by a stay shorter than a year: short stays give more than their share.

        gain = yearly sqrt(years)

    yearly: `tie_gain` `tie_visit`, ties. years: length of the stay, years. The root is assumed.

    >>> float(ties_of_visit(0.5, 0.25))
    0.25
    """
    gain: Real = yearly * np.sqrt(years)
    return gain


@rule
def turns_to_region(ties: Real, gain: Real, years: Real, abroad: Truth) -> Truth:
    """Whether the region of most foreign ties becomes the one of a move or visit: where the old ties are fewer than
    what the new place brings in some years, or the person was abroad already.

        turns    if ties < years gain or abroad

    ties: foreign ties before. gain: ties that the place brings a year. years: `tie_turn_years`. Assumed.

    >>> turns_to_region(1.7, 0.6, 3, False), turns_to_region(1.9, 0.6, 3, False), turns_to_region(1.9, 0.6, 3, True)
    (True, False, True)
    """
    return (ties < years * gain) | abroad


@rule
def cuts_ties(draw: Real, share: Real) -> Truth:
    """Whether a move to another country cuts all ties at home.

        P(cut) = share

    draw: uniform on (0, 1). share: `tie_cut` (Petersen 2018).

    >>> cuts_ties(0.1, 0.11), cuts_ties(0.11, 0.11)
    (True, False)
    """
    return draw < share
