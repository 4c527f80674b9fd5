"""How employers rank those who apply."""

from __future__ import annotations

import numpy as np

from sim.engine.arithmetic import F32, ONE, U64, ZERO
from sim.engine.arrays import HOME
from sim.engine.compiler import AHEAD, Booleans, Bytes, Floats, Rows, Shorts, Words, compiled, fetch
from sim.engine.hashing import put_normals


@compiled
def past_work(
    rows: Rows, talent: Floats, output: Floats, sd_talent: np.float32, least: np.float32, usual: np.float32
) -> tuple[Floats, Floats]:
    """`markets.merit`: talent in standard deviations, and output above the least over the usual one; (n,) each."""
    quality, number = np.empty(len(rows), np.float32), np.empty(len(rows), np.float32)
    for k in range(len(rows)):
        later = rows[min(k + AHEAD, len(rows) - 1)]
        fetch(talent, later)
        fetch(output, later)
        i = U64(rows[k])
        quality[k], number[k] = talent[i] / sd_talent, (output[i] + least) / usual
    return quality, number


@compiled
def hiring_score(
    merit: Floats,
    rows: Rows,
    region: Bytes,
    origin: Bytes,
    kept: Booleans,
    candidate: Booleans,
    mode: Bytes,
    degree_year: Shorts,
    degree_tier: Bytes,
    degree_region: Bytes,
    away_since: Shorts,
    years_abroad: Floats,
    language: Floats,
    links: Floats,
    opening: Booleans,
    year: int,
    prestige: Floats,
    full_stay: np.float32,
    overseas_weight: np.float32,
    away_penalty: np.float32,
    language_weight: np.float32,
    seniority: Floats,
    overlooked: Floats,
    famous_tier: int,
    no_mode: int,
    no_tier: int,
) -> tuple[Floats, Floats, Bytes]:
    """`markets.HiringScore`: score that the ranks share, (n,), of every rank, without bonus and noise, (n, ranks), and
    the tier where the bonus of own graduates counts, (n,).

    Columns by rows; merit, links, the worth of ties at home, and whether there is an opening where the doctorate is
    from, (n,). By years since the doctorate: prestige of one from the famous tier or abroad, and seniority (ranks,
    years). full_stay: years abroad that count in full. overlooked: (ranks,) part of the language gap that does not
    count. no_mode, no_tier: codes of who is not abroad, and of no employer.
    """
    n, ranks = len(rows), len(overlooked)
    common, by_rank = np.empty(n, np.float32), np.empty((n, ranks), np.float32)
    favoured_in = np.empty(n, np.uint8)
    nobody = np.uint8(no_tier)
    for k in range(n):  # all is looked up before any of it is chosen: without a branch
        later = rows[min(k + AHEAD, n - 1)]
        fetch(degree_year, later)
        fetch(away_since, later)
        fetch(years_abroad, later)
        fetch(language, later)
        i = U64(rows[k])
        since, years_away = year - degree_year[i] if degree_year[i] > 0 else 0, year - away_since[i]
        unattached = (region[i] != HOME) & (not kept[i]) & (not candidate[i]) & (mode[i] != no_mode)
        formed_here, its_tier, fame = degree_region[i] == HOME, degree_tier[i], prestige[since]
        favoured_in[k] = its_tier if opening[k] & formed_here else nobody
        famous = (its_tier == famous_tier) | (not formed_here)
        gap = (language_weight if origin[i] != HOME else ZERO) * (ONE - language[i])
        score = merit[k] + (fame if famous else ZERO)
        score += overseas_weight * (min(years_abroad[i], full_stay) / full_stay)
        score += away_penalty * F32(years_away if unattached else 0)
        common[k] = score + links[k] - gap
        for rank in range(ranks):
            by_rank[k, rank] = common[k] + (seniority[rank, since] + overlooked[rank] * gap)
    return common, by_rank, favoured_in


@compiled
def hiring_scores(
    wanted: Bytes,
    by_rank: Floats,
    favoured_in: Bytes,
    draw_key: Words,
    keys: Words,
    tier_of: Bytes,
    rank_of: Bytes,
    bonus: np.float32,
    noise: np.float32,
) -> Floats:
    """`markets.HiringScore`: score of every applicant in each option that is asked for, shape of wanted, (asked, n).

    wanted: numbers of options, those beyond the last taken as that. by_rank: (n, ranks) score without bonus and noise.
    favoured_in: tier that gives the bonus. By option: keys of the noise, tier and rank.
    """
    (asked, n), last = wanted.shape, np.uint8(len(keys) - 1)
    out, word = np.empty((asked, n), np.float32), np.empty(n, np.uint64)
    for k in range(asked):
        for i in range(n):
            word[i] = draw_key[i] ^ keys[min(wanted[k, i], last)]
        put_normals(word, out[k])
        for i in range(n):
            option = min(wanted[k, i], last)
            extra = bonus if favoured_in[i] == tier_of[option] else ZERO
            out[k, i] = by_rank[i, rank_of[option]] + extra + noise * out[k, i]
    return out
