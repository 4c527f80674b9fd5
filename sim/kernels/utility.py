"""What a move is worth: a life at home and in every region, and the best of them."""

from __future__ import annotations

import numpy as np

from sim.engine.arithmetic import ONE, U64, ZERO, exp, log
from sim.engine.arrays import HOME, where
from sim.engine.compiler import Booleans, Bytes, Floats, Rows, compiled, full_width


@compiled
def prospects(
    stage: Bytes,
    origin: Bytes,
    home_taste: Floats,
    language: Floats,
    belief_home: Floats,
    belief_away: Floats,
    security: Floats,
    home_of_native: np.float32,
    home_of_foreigner: np.float32,
    exchange: np.float32,
    language_cost: np.float32,
    best: np.float32,
    left: np.float32,
    left_security: np.float32,
    returning: Floats,
    returning_security: np.float32,
    beta: np.float32,
    pessimism: np.float32,
) -> tuple[Booleans, Floats, Floats, Floats, Floats, Floats, Floats, Floats, Floats]:
    """`utility.prospects`: native, secure, own, here, back, post, without, chance_home and chance_away, (n,) each.

    security: (stages,) what it is worth to who is there. best, left: yearly value of a permanent post,
    and of a job outside research, which has the share left_security of security. returning: (regions,) yearly value of
    a job in the own country to a foreigner, the way there counted, with the share returning_security.
    """
    full_width()
    n = len(stage)
    native, secure, own = np.empty(n, np.bool_), np.empty(n, np.float32), np.empty(n, np.float32)
    here, post, without = np.empty(n, np.float32), np.empty(n, np.float32), np.empty(n, np.float32)
    chance_home, chance_away = np.empty(n, np.float32), np.empty(n, np.float32)
    back = np.full(n, -np.inf, np.float32)
    for k in range(n):
        secure[k] = security[stage[k]]
    for k in range(n):  # a loop of its own, so that it is compiled to vector instructions
        native[k] = origin[k] == HOME
        own[k] = home_taste[k] + (home_of_native if native[k] else home_of_foreigner)
        here[k] = own[k] if native[k] else exchange - language_cost * (ONE - language[k])
        post[k] = best + secure[k] + here[k]
        without[k] = left + secure[k] * left_security + here[k]
    for k in range(n):
        chance_home[k], chance_away[k] = min(pessimism * belief_home[k], ONE), min(pessimism * belief_away[k], ONE)
    foreign = where(~native)
    goes, one, other = np.empty(len(foreign), np.float32), post[foreign], without[foreign]
    for k in range(len(foreign)):
        i = U64(foreign[k])
        goes[k] = returning[origin[i]] + returning_security * secure[i] + own[i]
    for k in range(len(foreign)):
        one[k] = better_of(one[k], goes[k], beta)
    for k in range(len(foreign)):
        other[k] = better_of(other[k], goes[k], beta)
    back[foreign], post[foreign], without[foreign] = goes, one, other
    return native, secure, own, here, back, post, without, chance_home, chance_away


@compiled
def better_of(one: np.float32, other: np.float32, beta: np.float32) -> np.float32:
    """What the choice between two options with Gumbel tastes will be worth, less Euler's constant (McFadden 1978)."""
    better: np.float32 = max(one, other) + log(ONE + exp(-beta * abs(one - other))) / beta
    return better


@compiled
def better_of_each(one: Floats, other: Floats, beta: np.float32) -> Floats:
    """`better_of` of each pair, (n,)."""
    better = np.empty(len(one), np.float32)
    for k in range(len(one)):
        better[k] = better_of(one[k], other[k], beta)
    return better


@compiled
def life_at_home(
    tier: Bytes,
    stage: Bytes,
    secure: Floats,
    here: Floats,
    post: Floats,
    without: Floats,
    chance_home: Floats,
    home: Floats,
    security: Floats,
    least_chance: Floats,
    discount: np.float32,
) -> Floats:
    """`utility.at_home`: V of a position at home each, (n,), as are the outlook, tier and stage.

    home: (tiers, stages) value of the position; security, least_chance of a lasting post: (stages,).
    """
    n = len(stage)
    value, share, chance = np.empty(n, np.float32), np.empty(n, np.float32), np.empty(n, np.float32)
    for k in range(n):
        value[k], share[k], chance[k] = home[tier[k], stage[k]], security[stage[k]], least_chance[stage[k]]
    for k in range(n):  # a loop of its own, so that it is compiled to vector instructions
        ahead = discount * (without[k] + max(chance_home[k], chance[k]) * (post[k] - without[k]))
        value[k] = value[k] + secure[k] * share[k] + here[k] + ahead
    return value


@compiled
def life_abroad(
    who: Rows,
    origin: Bytes,
    language: Floats,
    secure: Floats,
    post: Floats,
    without: Floats,
    chance: Floats,
    contract: Floats,
    lasting: Floats,
    tenure: Floats,
    isolation: Floats,
    language_cost: Floats,
    moving: Floats,
    discount: np.float32,
) -> Floats:
    """`utility.abroad`: V of a host contract in every region, shape (regions, n), -inf at home and in the own country.

    who: places of the n among the people of the columns. chance: (n,). contract to moving: (regions,).
    """
    regions, n = len(contract), len(who)
    value, safe = np.empty((regions, n), np.float32), np.empty(n, np.float32)
    native_to, unspoken, back = np.empty(n, np.uint8), np.empty(n, np.float32), np.empty(n, np.float32)
    for k in range(n):
        one = U64(who[k])
        native_to[k], unspoken[k], safe[k] = origin[one], ONE - language[one], secure[one]
        back[k] = without[one] + chance[k] * (post[one] - without[one])
    value[HOME] = -np.inf
    for r in range(HOME + 1, regions):
        for k in range(n):
            place = isolation[r] + language_cost[r] * unspoken[k]
            settled = lasting[r] + safe[k] + place
            ahead = tenure[r] * settled + (ONE - tenure[r]) * back[k]
            life = contract[r] + place + discount * ahead + moving[r]
            value[r, k] = -np.float32(np.inf) if native_to[k] == r else life
    return value


@compiled
def going_on_abroad(
    who: Rows,
    stage: Bytes,
    region: Bytes,
    origin: Bytes,
    language: Floats,
    secure: Floats,
    own: Floats,
    post: Floats,
    without: Floats,
    chance: Floats,
    ends: Booleans,
    contract: Floats,
    lasting: Floats,
    tenure: Floats,
    isolation: Floats,
    language_cost: Floats,
    own_job: Floats,
    renewal: np.float32,
    own_security: np.float32,
    discount: np.float32,
    years: np.float32,
    settled_stage: int,
) -> Floats:
    """`utility.going_on_abroad`: V, (n,), of those in who. ends: (n,). contract to own_job: (regions,).

    renewal: chance that the host renews. own_security: share of security that a job in the own country has. years: the
    present one and the discounted later ones.
    """
    value = np.empty(len(who), np.float32)
    for k in range(len(who)):
        i = U64(who[k])
        r, at_home = region[i], origin[i] == region[i]
        living = own[i] if at_home else isolation[r] + language_cost[r] * (ONE - language[i])
        settled = lasting[r] + secure[i] + living
        stays = tenure[r] * (renewal if ends[k] else ONE)
        back = without[i] + chance[i] * (post[i] - without[i])
        on_contract = contract[r] + living + discount * (stays * settled + (ONE - stays) * back)
        abroad = settled * years if stage[i] == settled_stage else on_contract
        value[k] = own_job[r] + years * (own[i] + own_security * secure[i]) if at_home else abroad
    return value


@compiled
def best_option(values: Floats) -> tuple[Bytes, Floats]:
    """`utility.best_option`: a running maximum, the first of equals. NumPy's argmax is slow along so short an axis."""
    options, n = values.shape
    best, most = np.zeros(n, np.uint8), values[0].copy()
    for option in range(1, options):
        number = np.uint8(option)  # as narrow as the array: a wider one would keep vector instructions out
        for i in range(n):
            best[i] = number if values[option, i] > most[i] else best[i]
            most[i] = max(most[i], values[option, i])
    return best, most


@compiled
def best_region(
    value: Floats,
    who: Rows,
    tie_region: Bytes,
    ties: Floats,
    taste: Floats,
    stay: Floats,
    pay: Floats,
    award: np.float32,
    open_to: Booleans,
    beta: np.float32,
) -> tuple[Bytes, Floats]:
    """`scene.Travellers.best_region`: the best of the regions abroad that are open, and what it is worth with taste.

    value: (regions, n), or (regions, 1) where it is the same for all; stay (n,), what is added to each. who: their
    places among the travellers, of whom tie_region and ties, what those are worth there, (travellers,), and taste
    (regions abroad, travellers). pay, open_to: (regions,), of the pay that award replaces.
    """
    regions, n = len(value), len(who)
    best, most = np.zeros(n, np.uint8), np.full(n, -np.float32(np.inf))
    known_in, known, liking = np.empty(n, np.uint8), np.empty(n, np.float32), np.empty(n, np.float32)
    for k in range(n):
        known_in[k], known[k] = tie_region[who[k]], ties[who[k]]
    for r in range(HOME + 1, regions):
        if open_to[r]:
            region = np.uint8(r)  # as narrow as the array, as above
            worth = value[r] if value.shape[1] == n else np.full(n, value[r, 0])
            for k in range(n):
                liking[k] = taste[r - 1, who[k]]
            for k in range(n):  # a loop of its own, so that it is compiled to vector instructions
                life = worth[k] + (known[k] if known_in[k] == region else ZERO)
                total = stay[k] + beta * (life - pay[r] + award) + liking[k]
                best[k] = region if total > most[k] else best[k]
                most[k] = max(most[k], total)
    return best, most
