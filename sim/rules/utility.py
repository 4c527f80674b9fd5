"""Utility: what a position, a stay and a move are worth, in log annual income (one unit is a factor of e in income).

A person compares options by beta V + taste: V is the deterministic part of random utility, the taste is standard
Gumbel, and beta is the one scale (McFadden 1974). V counts the present year and, discounted, the later ones.
"""

from __future__ import annotations

from sim.engine.arithmetic import F32, ONE, exp, log
from sim.engine.compiler import Real, Truth, rule


@rule
def worth(beta: Real, value: Real, taste: Real) -> Real:
    """What an option counts for in a choice: beta V + taste.

    beta: scale. value: V, log income. taste: standard Gumbel draw.

    >>> worth(2.0, 3.0, 0.5)
    6.5
    """
    return beta * value + taste


@rule
def year_in_position(position: Real, security_value: Real, security: Real, amenity: Real) -> Real:
    """Yearly value of a position: what everybody sees in it, security as far as it goes, and life at the place.

        y = v + sigma S + eta

    position: v, ln income, autonomy, peers and research time. security_value: sigma, what full security is worth to
    the person (RAND 2019; Pouliakas & Theodoropoulos). security: S in 0-1. amenity: eta, of living there.

    >>> year_in_position(4.0, 0.5, 0.5, 0.25)
    4.5
    """
    return position + security_value * security + amenity


@rule
def expected_at_home(chance: Real, with_post: Real, without_post: Real) -> Real:
    """Expected yearly value at home of one who gets a lasting post with a chance: w + p (b - w).

    chance: p, perceived. with_post: b. without_post: w, in the job left to one who finds none.

    >>> expected_at_home(0.25, 5.0, 3.0)
    3.5
    """
    return without_post + chance * (with_post - without_post)


@rule
def position_at_home(yearly: Real, discount: Real, chance: Real, with_post: Real, without_post: Real) -> Real:
    """V of a position at home: this year, and later a lasting post with the perceived chance.

        V = y + delta (w + p (b - w))

    yearly: y, see `year_in_position`. discount: delta.

    >>> position_at_home(4.0, 0.5, 0.25, 5.0, 3.0)
    5.75
    """
    return yearly + discount * expected_at_home(chance, with_post, without_post)


@rule
def better_of(one: Real, other: Real, beta: Real) -> Real:
    """What the choice between two options with Gumbel tastes will be worth, less Euler's constant (McFadden 1978).

        ln(exp(beta x) + exp(beta y)) / beta

    Two equal options are worth ln 2 / beta more than one:

    >>> round(float(better_of(1.0, 1.0, 2.0)), 4)
    1.3466
    """
    return max(one, other) + log(ONE + exp(-beta * abs(F32(one - other)))) / beta


@rule
def outside_research(yearly: Real, value_return: Real, discount: Real, beta: Real) -> Real:
    """V of a job outside academia at home: it goes on as it is, or a foreigner returns from it.

        V = y + delta ln(exp(beta y) + exp(beta o)) / beta

    value_return: o, yearly value to foreigners of a return to the country of origin; -inf to those of home origin.

    >>> round(float(outside_research(4.0, float("-inf"), 0.5, 2.0)), 4)
    6.0
    """
    return yearly + discount * better_of(yearly, value_return, beta)


@rule
def perceived_chance(belief: Real, pessimism: Real) -> Real:
    """Perceived chance of a lasting post at home: pessimism times what visible peers show, at most 1.

    >>> perceived_chance(0.5, 0.5), perceived_chance(0.5, 3.0)
    (0.25, np.float32(1.0))
    """
    return min(pessimism * belief, ONE)


@rule
def home_amenity_of_foreigner(exchange: Real, language_cost: Real, language: Real) -> Real:
    """What living in the focal country is worth to a foreigner: e - kappa (1 - L) (Liu 2019).

    exchange: e, how pay there looks at the market exchange rate, log income. language_cost: kappa. language: L in 0-1.

    >>> float(home_amenity_of_foreigner(0.25, 0.5, 0.5))
    0.0
    """
    return exchange - language_cost * (ONE - language)


@rule
def at_another_rate(share: Real, rate: Real, usual: Real) -> Real:
    """What a sum is worth that crosses the border in part, where the home currency is cheaper than in the record.

        ln(1 + s (X / X0 - 1))

    To a foreign student it is what money from home buys more of. share: s, the part that crosses the border. rate: X,
    units of the home currency for a foreign one, over prices at home. usual: X0, the same in the record of the country,
    whose path the numbers of people hold.

    >>> float(at_another_rate(0.25, 1.0, 1.0)), round(float(at_another_rate(0.25, 1.4, 1.0)), 4)
    (0.0, 0.0953)
    """
    return log(ONE + share * (rate / usual - ONE))


@rule
def amenity_abroad(isolation: Real, language_cost: Real, language: Real) -> Real:
    """What living in a foreign region is worth: isolation, and the language as far as it is not spoken; below 0.

        x = iota + l (1 - L)

    >>> float(amenity_abroad(-0.5, -0.5, 0.5))
    -0.75
    """
    return isolation + language_cost * (ONE - language)


@rule
def settled_year(lasting: Real, security_value: Real, amenity: Real) -> Real:
    """Yearly value of a lasting host post: pay, faculty premium and research there, full security, life there.

    >>> settled_year(5.0, 0.5, -0.25)
    5.25
    """
    return lasting + security_value + amenity


@rule
def host_contract(contract: Real, amenity: Real, discount: Real, stays: Real, settled: Real, home: Real) -> Real:
    """V of a host contract: this year there, and later a lasting host post or life at home.

        V = v + x + delta (T s + (1 - T) h)

    contract: v, yearly value of the contract. amenity: x, of life there. stays: T, chance of a lasting host post
    within the horizon, in 0-1. settled: s, see `settled_year`. home: h, see `expected_at_home`. Moving comes on top.

    >>> float(host_contract(4.0, -0.5, 0.5, 0.25, 6.0, 4.0))
    5.75
    """
    return contract + amenity + discount * (stays * settled + (ONE - stays) * home)


@rule
def job_in_own_country(job: Real, years: Real, amenity: Real, security: Real, security_value: Real) -> Real:
    """V to a foreigner of a job in the country of origin, to stay.

        V = v + (1 + delta) (h + omega sigma)

    job: v, of both periods. years: 1 + delta. amenity: h, of living there. security: omega, the share of security that
    such a job has. security_value: sigma.

    >>> job_in_own_country(6.0, 1.5, 1.0, 0.5, 1.0)
    8.25
    """
    return job + years * (amenity + security * security_value)


@rule
def worth_of_region(stay: Real, beta: Real, life: Real, replaced: Real, income: Real, taste: Real) -> Real:
    """What a region abroad counts for: what comes with every region, plus beta times life there, plus taste.

    stay: on the scale of taste, 0 for a move. life: V there, moving and ties included. replaced, income: ln pay of the
    host that an award replaces, and of the award; both 0 without one.

    >>> worth_of_region(0.5, 2.0, 4.0, 3.0, 3.5, 0.25)
    9.75
    """
    return stay + beta * (life - replaced + income) + taste


@rule
def ties_value(ties: Real, value: Real) -> Real:
    """What own ties make a region worth: kappa ln(1 + ties), log income.

    >>> float(ties_value(0.0, 0.5))
    0.0
    """
    return value * log(ONE + ties)


@rule
def months_abroad(
    gain: Real, peers: Real, isolation: Real, mass: Real, share: Real, move: Real, moving_cost: Real, fare: Real
) -> Real:
    """What some months abroad with the post kept add to the year at home, log income.

        g + q + iota + mu + omega (m + c) - f

    gain: g, what such a stay brings everywhere. peers: q, worth of the peers there. isolation: iota. mass: mu, the
    choice among hosts there. share: omega, the part of distance that counts for a short stay. move: m, moving there,
    its cost c (moving_cost) included. fare: f, what the person pays for the way, 0 where a programme pays.

    >>> months_abroad(0.5, 0.5, -0.5, 0.25, 0.5, -2.0, 1.0, 0.25)
    0.0
    """
    return gain + peers + isolation + mass + share * (move + moving_cost) - fare


@rule
def award_at_home(life: Real, taste: Real, income: Real, pay: Real) -> Real:
    """V of an award that brings a person in, who then works as a postdoc.

        V = V(postdoc) + f + F - y

    life: V of a postdoc position at home, moving there counted. taste: f, of foreigners for posts here
    (`foreign_post_taste`). income: F, ln income of the award, in the place of y, that of a postdoc (pay).

    >>> award_at_home(6.0, 0.5, 3.5, 3.0)
    7.0
    """
    return life + (taste + income - pay)


@rule
def keeps_lasting_post(stage_is_lasting: Truth, allowed: Truth) -> Truth:
    """Whether a fellow keeps the post at home: a lasting one or a place as a student, if the programme allows it.

    >>> keeps_lasting_post(True, False)
    False
    """
    return stage_is_lasting & allowed


@rule
def chance_after_award(chance: Real, credence: Real, guarantee: Real) -> Real:
    """Perceived chance of a home post of one who gives up the post for an award: p + kappa g (1 - p).

    credence: kappa, how far a guarantee is believed, 0-1. guarantee: g, chance that the award comes with a post.

    >>> float(chance_after_award(0.5, 0.5, 1.0))
    0.75
    """
    return chance + credence * guarantee * (ONE - chance)
