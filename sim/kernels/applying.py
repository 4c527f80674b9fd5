"""Applications: the posts at home that a person asks for, and in which order."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.engine.arithmetic import U64, ZERO
from sim.engine.arrays import HOME, where
from sim.engine.compiler import Booleans, Bytes, Floats, Rows, Shorts, Words, compiled
from sim.engine.hashing import gumbel

_AT_A_TIME: Final = 4096  # people: what all options are worth to them stays in the cache
_PIECE: Final = 5  # of a list of wishes: as many as the compiler keeps in the processor's registers


@compiled
def _gain_of_posts(
    gain: Floats,
    who: Rows,
    stage: Bytes,
    tier: Bytes,
    region: Bytes,
    origin: Bytes,
    candidate: Booleans,
    degree_year: Shorts,
    secure: Floats,
    here: Floats,
    post: Floats,
    without: Floats,
    chance_home: Floats,
    at_hand: Floats,
    offered: Booleans,
    year: int,
    rank_of: Bytes,
    value: Floats,
    security: Floats,
    least_chance: Floats,
    within: Shorts,
    closed: Booleans,
    moving: Floats,
    moving_back: np.float32,
    moving_in: Floats,
    beta: np.float32,
    discount: np.float32,
) -> None:
    """Add beta V of every tier and rank, less what is at hand, to the taste in gain.

    gain: (options, n), tier-major. who: places of the n among the people of the columns; offered: an award or a post of
    a host. rank_of: (stages,) 1 for the lowest rank, 0 without a post. By rank: value (tiers, ranks) of the position,
    security, the least chance of a lasting post, the years since the doctorate within which it is open, and whether it
    is closed to who leaves on an offer. Cost of moving: moving (stages,) at home, moving_back from abroad, moving_in of
    candidates (regions,). A step down and the present post are no options.
    """
    (tiers, ranks), n = value.shape, len(who)
    cost, life = np.empty(n, np.float32), np.empty(n, np.float32)
    rank_now, since, leaves = np.empty(n, np.uint8), np.empty(n, np.int16), np.empty(n, np.bool_)
    secure, here, post = secure[who], here[who], post[who]
    without, chance_home, at_hand = without[who], chance_home[who], at_hand[who]
    for k in range(n):
        i = U64(who[k])
        away, rank, here_to_here, from_there = (
            region[i] != HOME,
            rank_of[stage[i]],
            moving[stage[i]],
            moving_in[origin[i]],
        )
        rank_now[k] = np.uint8(0) if away else rank
        since[k] = year - degree_year[i]
        leaves[k] = offered[i] & (not away)
        cost[k] = from_there if candidate[i] else moving_back if away else here_to_here
    for rank in range(ranks):
        for k in range(n):  # loops of their own, so that they are compiled to vector instructions
            ahead = discount * (without[k] + max(chance_home[k], least_chance[rank]) * (post[k] - without[k]))
            worth = beta * (secure[k] * security[rank] + here[k] + ahead - cost[k]) - at_hand[k]
            barred = (rank + 1 < rank_now[k]) | (since[k] > within[rank]) | (leaves[k] & closed[rank])
            life[k] = -np.float32(np.inf) if barred else worth
        for kind in range(tiers):
            position = beta * value[kind, rank]
            for k in range(n):
                gain[kind * ranks + rank, k] += life[k] + position
    for k in range(n):
        kind = tier[who[k]]
        if rank_now[k] > 0 and kind < tiers:
            gain[kind * ranks + rank_now[k] - 1, k] = -np.inf


@compiled
def best_first(worth: Floats, limit: int) -> Bytes:
    """Everybody's options that are worth more than nothing, best first and of equals the first.

    worth: (options, n), used up. Returns shape (limit, n); after the last comes the number of options. One option after
    the other is put into a short list, best first, and those behind it move on; longer lists are made piece by piece.
    """
    (options, n), last = worth.shape, np.uint8(len(worth) - 1)
    best = np.full((limit + _PIECE, n), np.uint8(options))
    for start in range(0, limit, _PIECE):
        piece, most = best[start : start + _PIECE], np.zeros((_PIECE, n), np.float32)
        for option in range(options):
            number = np.uint8(option)  # as narrow as the array: a wider one would keep vector instructions out
            for i in range(n):
                value, name, found = worth[option, i], number, False
                for place in range(_PIECE):  # without a branch
                    held, holder = most[place, i], piece[place, i]
                    found |= value > held
                    most[place, i], piece[place, i] = value if found else held, name if found else holder
                    value, name = held if found else value, holder if found else name
        for place in range(_PIECE if start + _PIECE < limit else 0):
            for i in range(n):  # where nothing is left, the last option is worth nothing anyway
                worth[min(piece[place, i], last), i] = ZERO
    return best[:limit]


@compiled
def wishes(
    limit: int,
    draw_key: Words,
    keys: Words,
    who: Rows,
    stage: Bytes,
    tier: Bytes,
    region: Bytes,
    origin: Bytes,
    candidate: Booleans,
    degree_year: Shorts,
    secure: Floats,
    here: Floats,
    post: Floats,
    without: Floats,
    chance_home: Floats,
    at_hand: Floats,
    offered: Booleans,
    year: int,
    rank_of: Bytes,
    value: Floats,
    security: Floats,
    least_chance: Floats,
    within: Shorts,
    closed: Booleans,
    moving: Floats,
    moving_back: np.float32,
    moving_in: Floats,
    beta: np.float32,
    discount: np.float32,
) -> tuple[Rows, Bytes]:
    """`choice._wishes`: those of who that ask for any option, (n,), and which, (limit, n), as `best_first`.

    keys: of the taste for each option. The rest as `_gain_of_posts`.
    """
    asks, wanted, found = np.empty(len(who), np.intp), np.empty((limit, len(who)), np.uint8), 0
    for start in range(0, len(who), _AT_A_TIME):
        some = who[start : start + _AT_A_TIME]
        gain = gumbel(draw_key[some], keys)
        _gain_of_posts(
            gain,
            some,
            stage,
            tier,
            region,
            origin,
            candidate,
            degree_year,
            secure,
            here,
            post,
            without,
            chance_home,
            at_hand,
            offered,
            year,
            rank_of,
            value,
            security,
            least_chance,
            within,
            closed,
            moving,
            moving_back,
            moving_in,
            beta,
            discount,
        )
        best = best_first(gain, limit)
        for k in where(best[0] < len(keys)):
            asks[found] = some[k]
            for choice in range(limit):
                wanted[choice, found] = best[choice, k]
            found += 1
    return asks[:found], wanted[:, :found].copy()
