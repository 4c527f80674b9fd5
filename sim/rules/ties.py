"""Ties, language and time abroad: they grow where a person is and fade where not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine.arithmetic import ONE
from sim.engine.compiler import Real, Truth, rule

if TYPE_CHECKING:
    from numpy.typing import NDArray


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


@rule
def flow_remembered(memory: Real, flow: Real, pace: Real) -> Real:
    """Yearly flow from a region as it is remembered after a year.

        M' = M + pace (F - M)

    memory: M, persons a year. flow: F, of the year. pace: `corridor_pace`, 1/yr.

    >>> flow_remembered(100.0, 180.0, 0.25)
    120.0
    """
    return memory + pace * (flow - memory)


@rule
def corridor_growth(memory: Real, first: Real) -> Real:
    """How much a corridor has grown since the first years, or all corridors together.

        g = (M + 20) / (M_0 + 20)

    memory: M, persons a year as remembered. first: M_0, in the first years. The 20 keeps the few of a small region from
    counting for much; it is assumed, as in what those who live there make of a move.

    >>> corridor_growth(220.0, 100.0)
    2.0
    """
    return (memory + 20.0) / (first + 20.0)


@rule
def growth_of_mass(growth: Real, elasticity: Real) -> Real:
    """What the growth of a region's scholars since the first year adds to the pull of its size.

    What all regions have in common is taken away from it, see `growth_everywhere`.

        ln m = ln m_0 + epsilon ln g - ln S

    growth: g, published scholars of the region over those of the first year. elasticity: epsilon, `mass_growth`. Gives
    epsilon ln g, on log odds, before they are divided by the scale. By hand: 0.5 ln 4 = ln 2.

    >>> round(float(growth_of_mass(4.0, 0.5)), 4)
    0.6931
    """
    added: Real = elasticity * np.log(growth)
    return added


def growth_everywhere(flows: NDArray[np.float64], growth: NDArray[np.float64], elasticity: float) -> float:
    """By how much the growth of all regions together would multiply the odds of going abroad, or those who come.

        S = sum of w g^epsilon,    w = F / sum of F

    Elasticities to a region's scholars were estimated with effects of the year, which take up what all regions have in
    common: they say where people go and come from, not how many. So S is taken away from what growth adds, and flows
    in all stay as many as the choices of people make them.

    flows: F, (regions,), who went there or came before the first year, persons a year; where nobody did, regions count
    alike. growth: g, (regions,), published scholars over those of the first year. elasticity: epsilon.

    >>> growth_everywhere(np.array([3.0, 1.0]), np.array([1.0, 4.0]), 0.5)
    1.25
    """
    weights = flows if flows.sum() > 0 else np.ones_like(flows)
    return float(np.average(growth**elasticity, weights=weights))
