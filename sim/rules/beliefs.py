"""Beliefs about a lasting post at home: what visible peers show, and how people learn from it."""

from __future__ import annotations

from sim.engine.arithmetic import ONE, exp
from sim.engine.compiler import Real, Truth, Whole, rule


@rule
def is_seen_abroad(abroad: Truth, since_return: Whole, recent: Real, between_posts: Truth) -> Truth:
    """Whether others see in a person what becomes of those who go: abroad, or just back and between posts.

    since_return: years since the latest return. recent: `just_back_years`, years.

    >>> is_seen_abroad(True, 9, 1, False), is_seen_abroad(False, 1, 1, True)
    (True, True)
    >>> is_seen_abroad(False, 2, 1, True), is_seen_abroad(False, 1, 1, False)
    (False, False)
    """
    return abroad | ((since_return <= recent) & between_posts)


@rule
def observed_rate(successes: Real, searches: Real, parent: Real, weight: Real) -> Real:
    """Yearly success rate that a group of peers shows; a thin group leans on its parent.

        R = (s + w parent) / (n + w)

    successes: s, persons a year hired into a lasting post. searches: n, persons who looked for one. parent: rate of the
    groups of all fields, share a year. weight: w, `peer_weight`, persons. Shrinkage to a parent as in small-area
    statistics; the weight is assumed.

    >>> observed_rate(10.0, 70.0, 0.3, 30.0), observed_rate(0.0, 0.0, 0.3, 30.0)
    (0.19, 0.3)
    """
    return (successes + weight * parent) / (searches + weight)


@rule
def moved_towards(value: Real, seen: Real, pace: Real) -> Real:
    """A belief, or what peers show, after a year of news.

        b' = b + pace (seen - b)

    value: b. seen: what the year showed. pace: `learning`, share a year.

    >>> moved_towards(0.5, 0.25, 0.5)
    0.375
    """
    return value + pace * (seen - value)


@rule
def chance_within(rate: Real, years: Real) -> Real:
    """Chance of a lasting post within some years, at a yearly rate.

        chance = 1 - (1 - rate)^years

    rate: share a year. years: `horizon`.

    >>> chance_within(0.5, 2), chance_within(0.0, 5)
    (0.75, 0.0)
    """
    return 1 - (1 - rate) ** years


@rule
def moved_by_odds(chance: Real, ratio: Real) -> Real:
    """A chance whose odds are multiplied.

        chance' = c r / (1 - c + c r)

    chance: c, share. ratio: r = exp(log odds).

    >>> float(moved_by_odds(0.5, 3.0)), float(moved_by_odds(0.25, 1.0))
    (0.75, 0.25)
    """
    odds = chance * ratio
    return odds / (ONE - chance + odds)


@rule
def announced_log_odds(change: Real, credence: Real, stay: Real, full: Real, slope: Real) -> Real:
    """Log odds by which the announcement of a weight of overseas experience in hiring moves the chance of those who go.

        shift = credence change min(stay / full, 1) slope

    change: of the weight in the ranking score. credence: `credence`, share believed before it is seen to work. stay:
    `announced_stay`, years abroad that people have in mind. full: `return_rank_horizon`, years that count in full.
    slope: log odds of being hired per unit of the score, in the latest market.

    >>> announced_log_odds(0.5, 0.25, 1.5, 3.0, 2.0), announced_log_odds(0.5, 0.25, 6.0, 3.0, 2.0)
    (0.125, 0.25)
    """
    return credence * change * min(stay / full, 1.0) * slope


@rule
def sight_of_peers_abroad(ties: Real, unseen: Real) -> Real:
    """Part of the peers abroad whom a person sees.

        sight = 1 - unseen exp(-ties)

    ties: foreign ties. unseen: 1 - `visibility`, what a person without ties misses, share. Assumed.

    >>> float(sight_of_peers_abroad(0.0, 0.75)), round(float(sight_of_peers_abroad(1.0, 0.75)), 4)
    (0.25, 0.7241)
    """
    return ONE - unseen * exp(-ties)
