"""The market for posts at home: applicants prefer, employers rank, deferred acceptance matches."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from sim.engine.arithmetic import F32, U64, ZERO
from sim.engine.arrays import where
from sim.engine.compiler import AHEAD, Floats, Words, fetch
from sim.engine.hashing import gumbel, one_gumbel, one_uniform, put_normals
from sim.engine.matching import best_first, deferred_acceptance
from sim.market.offers import Choice
from sim.market.search import SEEKERS, SeekerColumns
from sim.market.values import REGIONS, RegionValues, numbers_of
from sim.population.cells import RANK_OF, Cells
from sim.population.columns import LAYOUT, Attributes, over_people
from sim.rules.beliefs import is_seen_abroad
from sim.rules.hiring import (
    RECENT,
    common_score,
    experience_abroad,
    is_barred,
    is_fit,
    language_gap,
    merit,
    overlooked_gap,
    own_graduate,
    prestige_of_degree,
    recency,
    record_of_papers,
    seniority,
)
from sim.rules.utility import position_at_home, ties_value, worth, year_in_position
from sim.vocabulary import HOME, LEADING, RANKS, Mode, Stage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.engine.compiler import Bytes, Rows
    from sim.engine.layout import Record
    from sim.market.offers import OfferBook
    from sim.market.values import PositionValues
    from sim.population.columns import Columns
    from sim.year import Year

_AT_A_TIME: Final = 4096  # people: what all options are worth to them stays in the cache
_FIRST_RANK: Final = int(RANKS[0])
_POSTDOC, _TRACK = RANKS.index(Stage.POSTDOC), RANKS.index(Stage.TENURE_TRACK)
_WITHIN: Final = (99, 99, RECENT, 99)  # years after the doctorate within which posts of a rank are open
_TAKEN_UP: Final = (True, True, False, False)  # awards and hosts' offers are taken up before short contracts are given
_HOST, _AWARD = int(Choice.HOST), int(Choice.AWARD)
_NO_MODE, _RANKS = int(Mode.NONE), len(RANKS)
_TWO: Final = F32(2)
_UNFIT: Final = F32(-50)  # score of who is not taken, far below any other


class Ranked(NamedTuple):
    """What a ranking sees of people who have no row of their own yet: columns of that name, (n,)."""

    draw_key: Words
    talent: Floats
    output: Floats


def posts_at_home(
    book: OfferBook, people: Columns, vacancies: NDArray[np.int64], values: PositionValues, year: Year
) -> None:
    """Apply to the posts that beat the best offer so far, be ranked by employers, be matched.

    An employer leaves a post open rather than fill it with somebody who scores `hiring_floor` or less, overseas
    experience apart.
    """
    seekers, p = book.seekers, year.parameters
    who, wanted = _applications(seekers, values.regions, values.common, p.record, int(p.applications))
    if not len(who):
        return
    rows, draw_key = seekers.row[who], seekers.draw_key[who]
    common, score = hiring_scores(people, rows, draw_key, wanted, year)
    cells = Cells.of(year.world)
    of_option, of_field = _cells_of(cells)
    own_cell = of_field.take(seekers.field[who], mode="clip")
    match = deferred_acceptance(wanted, score, draw_key, of_option, own_cell, vacancies, float(_UNFIT))
    hired, of_peers, of_winners, of_losers = _outcome(
        people, seekers, who, match, common, p.record, year.number, year.tally.searches, year.tally.successes
    )
    winners, posts = who[hired], match[hired]
    worth_of = _worth_of_posts(seekers, values.regions, values.common, p.record, winners, posts)
    book.settle(winners, Choice.POST, worth_of, posts)
    if len(of_winners) and len(of_losers):
        year.tally.hiring_odds_slope = _slope(of_peers, of_winners, of_losers)


@cache
def _cells_of(cells: Cells) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Of every option, and of every field, what the number of a cell is made of; to read only."""
    tier, rank = np.divmod(np.arange(cells.options, dtype=np.uint8), np.uint8(_RANKS))
    fields = np.arange(cells.fields, dtype=np.uint8)
    return cells.at(tier, 0, rank + np.uint8(_FIRST_RANK)), cells.at(0, fields, _FIRST_RANK)


def hiring_scores(
    people: Columns, rows: NDArray[np.intp], draw_key: NDArray[np.uint64], wanted: NDArray[np.uint8], year: Year
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What employers rank applicants `rows` by: the part of the score that all ranks share, (n,), and H of every option
    that they ask for, of the shape of wanted, (asked, n); of no meaning where that is none.

    H = merit + prestige of the doctorate (fading after the first placement) + own-graduate bonus
        + overseas_weight * min(years abroad, 3) / 3 + away_penalty * years away without a home post
        + ties at home - language gap + seniority (lasting posts) or - time since the doctorate (others) + noise
    (Lawson & Shibayama 2015 for prestige, Morichika & Shibayama 2015 for own graduates.)
    """
    return _hiring_scores(people, rows, draw_key, wanted, numbers_of(year), year.parameters.record)


@SEEKERS.beside(regions=REGIONS)
def _applications(  # noqa: C901  one pass over people, some at a time
    seekers: SeekerColumns, regions: RegionValues, common: Record, p: Record, limit: int
) -> tuple[Rows, Bytes]:
    """Those who ask for any post of their field, (n,), and for which, (limit, n), as `best_first` gives them.

    An option, one for every tier and rank, is worth beta V + taste. A step down and the present post are no options.
    """
    who = where(seekers.for_home & (seekers.degree_year > 0))
    asks, wanted, found = np.empty(len(who), np.intp), np.empty((limit, len(who)), np.uint8), 0
    tiers = len(common.home) - 1  # its last row is that of no tier
    for start in range(0, len(who), _AT_A_TIME):
        some = who[start : start + _AT_A_TIME]
        n = len(some)
        gain = gumbel(seekers.draw_key[some], common.taste_of_posts)
        cost, life, leaves = np.empty(n, F32), np.empty(n, F32), np.empty(n, np.bool_)
        rank_now, since = np.empty(n, np.uint8), np.empty(n, np.int16)
        secure, amenity = seekers.security_value[some], seekers.home_amenity[some]
        with_post, without = seekers.value_with_post[some], seekers.value_without_post[some]
        chance, at_hand = seekers.chance_home[some], seekers.value[some]
        for j in range(n):
            k = U64(some[j])
            away, stage, kind = seekers.region[k] != HOME, seekers.stage[k], seekers.kind[k]
            rank_now[j] = np.uint8(0) if away else RANK_OF[stage]
            since[j] = common.year - seekers.degree_year[k]
            leaves[j] = ((kind == _HOST) | (kind == _AWARD)) & (not away)
            move = seekers.family_cost[k] - (regions.coming[seekers.origin[k]] + p.foreign_post_taste)
            abroad = p.moving_cost + seekers.family_cost[k]
            domestic = common.domestic_move[stage]
            cost[j] = move if seekers.candidate[k] else abroad if away else domestic
            cost[j] -= seekers.benefit_home[k]
        for rank in range(_RANKS):
            stage = rank + _FIRST_RANK
            security, least, within = common.security[stage], common.least_chance[stage], np.int16(_WITHIN[rank])
            for j in range(n):  # loops of their own, so that they are compiled to vector instructions
                yearly = year_in_position(ZERO, secure[j], security, amenity[j])
                value = position_at_home(yearly, p.discount, max(chance[j], least), with_post[j], without[j])
                barred = is_barred(rank + 1, rank_now[j], since[j], within, leaves[j] & _TAKEN_UP[rank])
                better = p.beta * (value - cost[j]) - at_hand[j]  # of everybody, barred or not: without a branch
                life[j] = -np.float32(np.inf) if barred else better
            for tier in range(tiers):
                position = p.beta * common.home[tier, stage]
                for j in range(n):
                    gain[tier * _RANKS + rank, j] += life[j] + position
        for j in range(n):
            tier = seekers.tier[some[j]]
            if rank_now[j] > 0 and tier < tiers:
                gain[tier * _RANKS + rank_now[j] - 1, j] = -np.inf
        best = best_first(gain, limit)
        for j in where(best[0] < len(gain)):
            asks[found] = some[j]
            for choice in range(limit):
                wanted[choice, found] = best[choice, j]
            found += 1
    return asks[:found], wanted[:, :found].copy()


@over_people
def _hiring_scores(
    people: Attributes,
    rows: Rows,
    draw_key: Words,
    wanted: Bytes,
    common: Record,
    p: Record,
) -> tuple[Floats, Floats]:
    (asked, n), last = wanted.shape, np.uint8(len(common.noise_of_posts) - 1)
    shared, by_rank, favoured_in = np.empty(n, F32), np.empty((n, _RANKS), F32), np.empty(n, np.uint8)
    added = np.empty(n, F32)
    no_tier = np.uint8(len(common.home) - 1)
    for k in range(n):  # all is looked up before any of it is chosen: without a branch
        later = rows[min(k + AHEAD, n - 1)]
        fetch(people.degree_year, later)
        fetch(people.away_since, later)
        fetch(people.years_abroad, later)
        fetch(people.language, later)
        fetch(people.talent, later)
        fetch(people.output, later)
        fetch(people.ties_home, later)
        i = U64(rows[k])
        degree_year, away = people.degree_year[i], people.region[i] != HOME
        since = common.year - degree_year if degree_year > 0 else 0
        unattached = away & (not people.post_kept[i]) & (not people.candidate[i]) & (people.mode[i] != _NO_MODE)
        formed_here, its_tier = people.degree_region[i] == HOME, people.degree_tier[i]
        opening = one_uniform(draw_key[k], common.OWN_OPENING) < p.own_opening
        favoured_in[k] = its_tier if opening & formed_here else no_tier
        papers = record_of_papers(people.output[i], common.usual_papers)
        past = merit(p.merit_talent, people.talent[i] / p.sd_quality, papers, common.weight_of_papers)
        fame = prestige_of_degree(p.prestige, F32(since))
        famous = (its_tier == LEADING) | (not formed_here)
        experience = experience_abroad(p.overseas_weight, people.years_abroad[i], p.return_rank_horizon)
        absence = p.away_penalty * F32(common.year - people.away_since[i] if unattached else 0)
        links = ties_value(people.ties_home[i], p.home_ties_hiring)
        gap = language_gap(people.origin[i] == HOME, p.language_hiring, people.language[i])
        score = common_score(past, fame if famous else ZERO, experience, absence, links, gap)
        short, lasting = recency(p.recency, since), seniority(p.seniority, since)
        shared[k], added[k] = score, experience
        for rank in range(_RANKS):
            by_rank[k, rank] = score + (lasting if rank >= _TRACK else short)
        by_rank[k, _POSTDOC] = score + (_TWO * short + overlooked_gap(p.language_postdoc, gap))
        by_rank[k, _TRACK] += overlooked_gap(p.language_track, gap)
    out, word = np.empty((asked, n), F32), np.empty(n, np.uint64)
    for wish in range(asked):
        for k in range(n):
            word[k] = draw_key[k] ^ common.noise_of_posts[min(wanted[wish, k], last)]
        put_normals(word, out[wish])
        for k in range(n):
            option = min(wanted[wish, k], last)
            bonus = own_graduate(p.own_graduate, favoured_in[k] == option // _RANKS)
            score = by_rank[k, option % _RANKS] + bonus + p.interview_noise * out[wish, k]
            out[wish, k] = score if is_fit(score, added[k], p.hiring_floor) else _UNFIT
    return shared, out


@LAYOUT.beside(seekers=SEEKERS)
def _outcome(
    people: Attributes,
    seekers: SeekerColumns,
    who: Rows,
    match: NDArray[np.int64],
    score: Floats,
    p: Record,
    year: int,
    searches: NDArray[np.int64],
    successes: NDArray[np.int64],
) -> tuple[Rows, Floats, Floats, Floats]:
    """Places of those who are hired; the scores of those whose search for a lasting post others watch, and of them, of
    those who got one and of those who did not.

    They are added to searches and successes, (fields, 2, 2), by the group in which they are seen; see `Beliefs`.
    """
    hired, peers, lasting = np.empty(len(who), np.bool_), np.empty(len(who), np.bool_), np.empty(len(who), np.bool_)
    for j in range(len(who)):
        k = U64(who[j])
        stage, away = seekers.stage[k], seekers.region[k] != HOME
        hired[j], lasting[j] = match[j] >= 0, (match[j] >= 0) & (match[j] % _RANKS >= _TRACK)
        without = away | (stage < Stage.TENURE_TRACK) | (stage > Stage.PERMANENT)
        peers[j] = (not seekers.candidate[k]) & (stage != Stage.INDUSTRY) & without
        if peers[j]:
            since = year - people.returned_year[U64(seekers.row[k])]
            abroad = is_seen_abroad(away, since, p.just_back_years, stage == Stage.UNPLACED)
            fixed_term = (stage == Stage.FIXED_TERM) & (not abroad)
            searches[seekers.field[k], np.uint8(fixed_term), np.uint8(abroad)] += 1
            successes[seekers.field[k], np.uint8(fixed_term), np.uint8(abroad)] += lasting[j]
    return where(hired), score[where(peers)], score[where(peers & lasting)], score[where(peers & ~lasting)]


@SEEKERS.beside(regions=REGIONS)
def _worth_of_posts(
    seekers: SeekerColumns, regions: RegionValues, common: Record, p: Record, who: Rows, cells: NDArray[np.int64]
) -> Floats:
    """What the posts of those who are hired are worth to them, beta V + taste, (n,)."""
    value, of_tier = np.empty(len(who), F32), _RANKS * len(common.industry_offer)  # cells of all fields of a tier
    for j in range(len(who)):
        k = U64(who[j])
        rank, tier = cells[j] % _RANKS, cells[j] // of_tier
        stage, now = rank + _FIRST_RANK, seekers.stage[k]
        yearly = year_in_position(
            common.home[tier, stage], seekers.security_value[k], common.security[stage], seekers.home_amenity[k]
        )
        chance = max(seekers.chance_home[k], common.least_chance[stage])
        life = position_at_home(yearly, p.discount, chance, seekers.value_with_post[k], seekers.value_without_post[k])
        move = seekers.family_cost[k] - (regions.coming[seekers.origin[k]] + p.foreign_post_taste)
        domestic = p.moving_cost + seekers.family_cost[k] if seekers.region[k] != HOME else common.domestic_move[now]
        cost = (move if seekers.candidate[k] else domestic) - seekers.benefit_home[k]
        taste = one_gumbel(seekers.draw_key[k], common.taste_of_posts[tier * _RANKS + rank])
        value[j] = worth(p.beta, life - cost, taste)
    return value


def _slope(of_all: NDArray[np.float32], of_winners: NDArray[np.float32], of_losers: NDArray[np.float32]) -> float:
    """How steeply the log odds of a lasting post rise with the ranking score: the slope of a linear discriminant.

    0 where scores do not differ within winners and losers.
    """
    gap = _mean(of_winners) - _mean(of_losers)
    share = len(of_winners) / len(of_all)
    within = _mean((of_all - np.float64(_mean(of_all))) ** 2) - share * (1 - share) * gap**2
    return gap / within if within > 0 else 0.0


def _mean(values: NDArray[Any]) -> float:
    """As `values.mean(dtype=np.float64)`, which takes as long as a loop over some thousand people."""
    return float(np.add.reduce(values, dtype=np.float64)) / len(values)
