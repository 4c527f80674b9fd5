"""The market for posts at home: employers rank, applicants prefer, deferred acceptance matches."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from sim.draws import Decision, normal, uniform
from sim.posts import RANKS
from sim.utility import best_option
from sim.vocabulary import HOME, Mode, Stage, Tier

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from sim.columns import Columns
    from sim.now import Now

F32 = np.float32
_SENIOR = 7  # years after the doctorate from which seniority no longer grows (DP106: the hazard peaks at 5-7 years)
_OWN_OPENING = 100  # alternative of the draw for an opening at the own institution


def merit(people: Columns, rows: NDArray[np.intp], now: Now) -> NDArray[np.float32]:
    """What a ranking sees of past work: visible quality and recent number of papers, each in standard deviations."""
    p = now.parameters
    quality = people.talent[rows] / F32(p.sd_quality)
    number = np.log((people.output[rows] + F32(0.05)) / F32(p.paper_rate + 0.05)) / F32(0.7)
    number = np.minimum(np.maximum(number, F32(-2.5)), F32(2.5))
    score: NDArray[np.float32] = (p.merit_talent * quality + (1 - p.merit_talent) * number).astype(F32, copy=False)
    return score


def untied(score: NDArray[np.float32], luck: NDArray[np.uint64]) -> NDArray[np.float64]:
    """The scores with ties broken by luck, by less than float32 resolves."""
    return score + (luck >> np.uint64(11)) * 2.0**-83


class HiringScore:
    """H of applicants `rows` in the tiers and ranks of their own field: what employers rank by.

    H = merit + prestige of the doctorate (fading after the first placement) + own-graduate bonus
        + overseas_weight * min(years abroad, 3) / 3 + away_penalty * years away without a home post
        + ties at home - language gap + seniority (lasting posts) or - time since the doctorate (others) + noise
    (DESIGN section 4; Lawson & Shibayama 2015 for prestige, Morichika & Shibayama 2015 for own graduates.)
    Options are numbered tier-major: option = tier * len(RANKS) + rank.
    """

    def __init__(self, people: Columns, rows: NDArray[np.intp], now: Now) -> None:
        p, levers = now.parameters, now.levers
        self.year, self.noise = now.year, F32(p.interview_noise)
        self.luck, alma = people.luck[rows], people.degree_tier[rows]
        since = np.where(people.degree_year[rows] > 0, now.year - people.degree_year[rows], 0).astype(F32)
        common = merit(people, rows, now)
        famous = (alma == Tier.RESEARCH_UNIVERSITY) | (people.degree_region[rows] != HOME)
        common += F32(p.prestige) * famous * np.exp(-since / F32(6))
        experience = np.minimum(people.years_abroad[rows], F32(p.return_rank_horizon)) / F32(p.return_rank_horizon)
        common += F32(levers["hiring.overseas_weight"]) * experience
        unattached = (people.region[rows] != HOME) & ~people.post_kept[rows] & ~people.candidate[rows]
        away = np.where(unattached & (people.mode[rows] != Mode.NONE), now.year - people.away_since[rows], 0)
        common += F32(p.away_penalty) * away.astype(F32)
        common += F32(p.home_ties_hiring) * np.log1p(people.ties_home[rows])
        gap = F32(levers["hiring.language_weight"]) * (people.origin[rows] != HOME) * (1 - people.language[rows])
        self.common = common - gap
        own = uniform(self.luck, now.year, Decision.HIRE, _OWN_OPENING) < F32(p.own_opening)
        self.bonus = F32(levers["hiring.own_graduate_bonus"])
        own &= people.degree_region[rows] == HOME
        self.favoured_in = np.where(own, alma, np.uint8(Tier.NONE))
        lasting = F32(p.seniority) * np.minimum(since, _SENIOR) / F32(_SENIOR)
        short = -F32(p.recency) * since / F32(10)
        by_rank = {
            Stage.POSTDOC: 2 * short + F32(0.5) * gap,  # postdocs get by with less of the language
            Stage.FIXED_TERM: short,
            Stage.TENURE_TRACK: lasting,
            Stage.PERMANENT: lasting,
        }
        self.by_rank = np.stack([self.common + by_rank[rank] for rank in RANKS])

    def __call__(self, who: NDArray[np.intp], option: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Scores of applicants `who` (positions in `rows`) in one option each, made distinct by their luck."""
        tier, rank = option // len(RANKS), (option % len(RANKS)).astype(np.intp)
        luck = self.luck[who]
        score = self.by_rank.take(rank * len(self.luck) + who, mode="clip")
        score += self.bonus * (self.favoured_in[who] == tier)
        score += self.noise * np.choose(0, [normal(luck, self.year, Decision.HIRE, 0)])  # TODO
        return untied(score, luck)


def deferred_acceptance(
    worth: NDArray[np.float32],
    cell_of: Callable[[NDArray[np.intp], NDArray[np.uint8]], NDArray[np.int64]],
    score_of: Callable[[NDArray[np.intp], NDArray[np.uint8]], NDArray[np.float64]],
    vacancies: NDArray[np.int64],
    limit: int,
) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
    """Applicant-proposing deferred acceptance (Gale & Shapley 1962) with many equal posts in a cell.

    worth: (n, options), what each option is worth above the best alternative; nobody applies where that is not
    positive. It is used up if its memory is option-major, which is fastest.
    cell_of, score_of: the cell of an applicant's option and the score there (no two alike), for arrays of applicants
    and options. vacancies: (cells,). limit: applications a person makes at most. Returns the cell and the option of
    each applicant, -1 without one: the stable matching that is best for applicants, whatever the order of the rows.
    """
    # every queue is ranked once; in a round all who were refused join their next queue, and each is cut at its posts
    made = _applications(worth.T, cell_of, score_of, vacancies, limit)
    queue, starts = _queues(made.cell, made.score, len(vacancies))
    place = np.full(len(queue) + 1, -1, np.intp)
    place[queue] = np.arange(len(queue))
    asking, turn_to, held = place[made.first], place[made.following[queue]], np.zeros(len(queue), np.bool_)
    while len(asking):
        held[asking] = True
        inside = np.flatnonzero(held)
        bounds = pairwise(np.searchsorted(inside, starts).tolist())
        refused = np.concatenate([inside[a + free : b] for (a, b), free in zip(bounds, vacancies, strict=True)])
        held[refused] = False
        asking = turn_to[refused]
        asking = asking[asking >= 0]
    won = queue[held]
    matched, chosen = np.full(len(worth), -1, np.int64), np.full(len(worth), -1, np.intp)
    matched[made.applicant[won]], chosen[made.applicant[won]] = made.cell[won], made.option[won]
    return matched, chosen


@dataclass(frozen=True)
class _Applications:
    """Applications, all first choices first, then all second ones and so on; arrays of shape (applications,).

    following: number of the applicant's next choice, -1 after the last. first: numbers of everyone's first choice.
    """

    applicant: NDArray[np.intp]
    option: NDArray[np.uint8]
    cell: NDArray[np.int64]
    score: NDArray[np.float64]
    following: NDArray[np.intp]
    first: NDArray[np.intp]


def _applications(
    worth: NDArray[np.float32],
    cell_of: Callable[[NDArray[np.intp], NDArray[np.uint8]], NDArray[np.int64]],
    score_of: Callable[[NDArray[np.intp], NDArray[np.uint8]], NDArray[np.float64]],
    vacancies: NDArray[np.int64],
    limit: int,
) -> _Applications:
    """The applications that are not refused for certain. worth: (options, n), used up.

    Everybody makes a first choice, so whoever stands behind the last post that first choices would take is refused
    there whatever the others do.
    """
    worth = np.ascontiguousarray(worth)
    left, everyone = worth.reshape(-1), np.arange(worth.shape[1])
    floor = np.empty(0)
    applicants, options, cells, scores = [], [], [], []
    for choice in range(limit):
        best, value = best_option(worth)
        left[best.astype(np.intp) * len(everyone) + everyone] = 0
        who = np.flatnonzero(value > 0)
        option = best[who]
        cell, score = cell_of(who, option), score_of(who, option)
        if choice == 0:
            floor = _last_scores(cell, score, vacancies)
        hopeful = np.flatnonzero(score >= floor[cell])
        applicants.append(who[hopeful])
        options.append(option[hopeful])
        cells.append(cell[hopeful])
        scores.append(score[hopeful])
    following, first = _chained(applicants, len(everyone))
    applicant, option, cell = np.concatenate(applicants), np.concatenate(options), np.concatenate(cells)
    return _Applications(applicant, option, cell, np.concatenate(scores), following, first)


def _last_scores(
    cell: NDArray[np.int64], score: NDArray[np.float64], vacancies: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The score that would take the last post of each cell if nobody else applied: -inf if posts stay free."""
    floor = np.where(vacancies > 0, -np.inf, np.inf)
    queue, starts = _queues(cell, score, len(vacancies))
    full = np.flatnonzero((vacancies > 0) & (np.diff(starts) >= vacancies))
    floor[full] = score[queue[starts[full] + vacancies[full] - 1]]
    return floor


def _chained(applicants: list[NDArray[np.intp]], people: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The number of the application that follows each, -1 after a person's last, and the numbers of the first ones."""
    following, first = [], np.full(people, -1, np.intp)
    end = sum(map(len, applicants))
    for who in reversed(applicants):
        following.append(first[who])
        first[who] = np.arange(end - len(who), end)
        end -= len(who)
    return np.concatenate(following[::-1]), first[first >= 0]


def _queues(
    cell: NDArray[np.int64], score: NDArray[np.float64], cells: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The applications cell by cell, in each the best first; and where each cell's queue starts, with the end."""
    starts = np.concatenate(([0], np.bincount(cell, minlength=cells).cumsum()))
    queue = np.argsort(cell.astype(np.min_scalar_type(cells)), kind="stable")  # a radix sort where cells are few
    shortfall = -score[queue]
    for start, end in pairwise(starts.tolist()):
        queue[start:end] = queue[start:end][np.argsort(shortfall[start:end])]
    return queue, starts
