"""Looking: who looks for a post at home, and who thinks of leaving. Each is a yearly probability.

Looking costs time and hope, so it answers to what it may bring: `looks` with the odds of `odds_at_stake`."""

from __future__ import annotations

from sim.engine.arithmetic import F32, HALF, ONE, ZERO, exp, log
from sim.engine.compiler import Real, Truth, Whole, rule

MOST_AT_STAKE = F32(3)
"""Log odds by which the gain moves looking at most, either way: beyond, nobody knows (A)."""
LEAST_GAIN = F32(1e-4)
"""A gain below it, on the scale of taste, is none: the market is closed (A)."""


@rule
def out_of_contract(contract_end: Whole, year: Whole, post_kept: Truth) -> Truth:
    """Whether somebody abroad has a contract that ended before this year and no post to go back to.

    contract_end: last year of the contract, 0 if open-ended.

    >>> out_of_contract(2019, 2020, False), out_of_contract(2020, 2020, False), out_of_contract(0, 2020, False)
    (True, False, False)
    """
    return (contract_end > 0) & (contract_end < year) & (not post_kept)


@rule
def base_of_looking_home(rate: Real, ending: Real, over: Truth, last_of_award: Truth) -> Real:
    """Base rate of looking for a post at home from abroad: higher where the contract or the award comes to its end.

    rate: `seek_return` or `seek_return_settled`, 1/year, in a contract that goes on. ending: `seek_return_ending`,
    1/year. over: the contract has ended before this year. last_of_award: it is the last year of a fellowship.

    >>> base_of_looking_home(0.25, 0.75, False, False), base_of_looking_home(0.25, 0.75, False, True)
    (0.25, 0.75)
    """
    return ending if over | last_of_award else rate


@rule
def gain_of_option(beta: Real, value: Real, stay: Real) -> Real:
    """What having an option besides staying is worth, on the scale of taste: ln(1 + exp(beta (V - V_stay))).

    The expected gain of choosing the better of the two (McFadden 1978): near 0 where the option is far below what is at
    hand, and the whole difference where it is far above.

    beta: scale. value, stay: V of the option and of staying, log income.

    >>> round(float(gain_of_option(2.0, 3.0, 3.0)), 4), round(float(gain_of_option(2.0, 9.0, 3.0)), 3)
    (0.6931, 12.0)
    """
    gap = beta * (value - stay)
    return max(gap, ZERO) + log(ONE + exp(-abs(F32(gap))))


@rule
def odds_at_stake(response: Real, gain: Real, usual: Real) -> Real:
    """By what the odds of looking in a market are multiplied: (G / G0)^kappa, between exp(-3) and exp(3).

    Who looks are those whose cost of looking is below what it brings. Where a share (c / c0)^kappa of people has a cost
    below c, their number has the elasticity kappa to the gain, however small the gain of a typical person is: those
    who care for an option that few care for weigh it as others weigh theirs. Far below what is at hand the gain itself
    rises with exp(beta V), so that looking has the elasticity kappa beta (1 + delta) to a lasting income.

    response: kappa, elasticity of looking in the market to its gain; 0 makes looking a coin with fixed odds. gain: G,
    expected gain of looking, chance of an offer times `gain_of_option`. usual: G0, that of a typical person in the same
    position when the model began, so that the base rates are those of then; a market that was closed then has them as
    they are.

    >>> float(odds_at_stake(0.5, 3.0, 3.0)), round(float(odds_at_stake(0.5, 4.0, 1.0)), 4)
    (1.0, 2.0)
    >>> float(odds_at_stake(0.5, 4.0, 0.0)), float(odds_at_stake(0.5, 4.0, LEAST_GAIN)) > 1
    (1.0, True)
    >>> round(float(odds_at_stake(0.1, 0.0, 1.0)), 4)
    0.3981
    """
    felt = ZERO if usual < LEAST_GAIN else response  # worked out all the same: without a branch
    ratio = max(gain, LEAST_GAIN) / max(usual, LEAST_GAIN)
    return exp(max(min(felt * log(ratio), MOST_AT_STAKE), ZERO - MOST_AT_STAKE))


@rule
def looks(rate: Real, odds: Real) -> Real:
    """Yearly probability of looking in a market whose base odds are multiplied by what is at stake.

        P = l r / (1 - l + l r)

    A logit of looking, whose intercept is the base rate l (by stage, age, ties, family) and whose slope is the gain.

    rate: l, in 0-1. odds: r, see `odds_at_stake`.

    >>> float(looks(0.25, 1.0)), float(looks(0.25, 3.0)), float(looks(1.0, 0.5))
    (0.25, 0.5, 1.0)
    """
    return rate * odds / (ONE - rate + rate * odds)


@rule
def looks_home_from_abroad(base: Real, ties_home: Real, links: Real, by_sex: Real) -> Real:
    """Probability that somebody abroad looks for a post at home: it rises with ties at home.

        P = lambda exp(kappa (ln(1 + ties) - 1)) mu

    base: lambda, by stage and origin; after a lasting host post it is low (Gaule 2014). links: kappa (Baruffaldi &
    Landoni 2012). by_sex: mu, below 1 for women (Zhao 2022), 1 for men. With ties of e - 1 the base rate holds:

    >>> round(float(looks_home_from_abroad(0.25, 1.7182818, 0.5, 1.0)), 4)
    0.25
    """
    return base * (exp(links * (log(ONE + ties_home) - ONE)) * by_sex)


@rule
def has_teenager(child_born: Whole, year: Whole) -> Truth:
    """Whether a child is 14 to 17 years old this year; 0 for no child (Azoulay, Ganguli & Graff Zivin 2017).

    >>> [has_teenager(2000, year) for year in (2013, 2014, 2017, 2018)]
    [False, True, True, False]
    """
    return (child_born >= year - 17) & (child_born <= year - 14)


@rule
def thinks_of_leaving(
    base: Real, ties_abroad: Real, by_stage: Real, early: Real, child: Real, most: Real, openness: Real
) -> Real:
    """Probability that somebody at home thinks of leaving the country.

        P = s exp(-d age) min((1 + ln(1 + ties) / 2) nu epsilon chi, most) o

    base: s exp(-d age), falling with academic age (Deville 2014). by_stage: nu, higher between posts. early: epsilon,
    of study abroad before the doctorate (Parey & Waldinger 2011), else 1. child: chi, of a child of 14 to 17 (Azoulay
    2017), else 1. most: bound of the product. openness: o, of the borders, 0-1.

    >>> float(thinks_of_leaving(0.125, 0.0, 2.0, 3.0, 1.0, 8.0, 0.5))
    0.375
    >>> float(thinks_of_leaving(0.125, 0.0, 2.0, 6.0, 1.0, 8.0, 0.5))
    0.5
    """
    factor = ONE + HALF * log(ONE + ties_abroad)
    return base * min(factor * by_stage * early * child, most) * openness


@rule
def thinks_of_stay(native: Truth, for_abroad: Truth, for_calls: Truth) -> Truth:
    """Whether somebody in a post at home thinks of a stay of months abroad with the post kept.

    native: of home origin. for_abroad: thinks of leaving; of foreigners that is to look for a job in the own country,
    whose rate says nothing of stays. for_calls: thinks of calls for stays abroad, foreigners as often as others of
    their stage, age and ties.

    >>> thinks_of_stay(True, True, False), thinks_of_stay(False, True, False), thinks_of_stay(False, False, True)
    (True, False, True)
    """
    return for_abroad if native else for_calls


@rule
def given_or(given: Real, hazard: Real) -> Real:
    """A probability that is given for a stage and origin, or the hazard where none is (given below 0).

    >>> given_or(0.25, 0.5), given_or(-1.0, 0.5)
    (0.25, 0.5)
    """
    return given if given >= ZERO else hazard
