"""The market for posts at home: employers rank, applicants prefer, deferred acceptance matches."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from sim.draws import Decision, normal, uniform
from sim.posts import RANKS
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
        self.luck, self.alma = people.luck[rows], people.degree_tier[rows]
        since = np.where(people.degree_year[rows] > 0, now.year - people.degree_year[rows], 0).astype(F32)
        common = merit(people, rows, now)
        famous = (self.alma == Tier.RESEARCH_UNIVERSITY) | (people.degree_region[rows] != HOME)
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
        self.bonus = F32(levers["hiring.own_graduate_bonus"]) * own
        lasting = F32(p.seniority) * np.minimum(since, _SENIOR) / F32(_SENIOR)
        short = -F32(p.recency) * since / F32(10)
        by_rank = {
            Stage.POSTDOC: 2 * short + F32(0.5) * gap,  # postdocs get by with less of the language
            Stage.FIXED_TERM: short,
            Stage.TENURE_TRACK: lasting,
            Stage.PERMANENT: lasting,
        }
        self.by_rank = np.stack([by_rank[rank] for rank in RANKS])

    def __call__(self, who: NDArray[np.intp], option: NDArray[np.intp]) -> NDArray[np.float64]:
        """Scores of applicants `who` (positions in `rows`) in one option each, made distinct by their luck."""
        tier, rank = np.divmod(option, len(RANKS))
        luck = self.luck[who]
        score = self.common[who] + self.by_rank[rank, who] + self.bonus[who] * (self.alma[who] == tier)
        score += self.noise * normal(luck, self.year, Decision.HIRE, option)
        return untied(score, luck)


def deferred_acceptance(
    worth: NDArray[np.float32],
    cell_of: Callable[[NDArray[np.intp], NDArray[np.intp]], NDArray[np.int64]],
    score_of: Callable[[NDArray[np.intp], NDArray[np.intp]], NDArray[np.float64]],
    vacancies: NDArray[np.int64],
    limit: int,
) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
    """Applicant-proposing deferred acceptance (Gale & Shapley 1962) with many equal posts in a cell.

    worth: (n, options), what each option is worth above the best alternative; nobody applies where that is not
    positive.
    It is used up.
    cell_of, score_of: the cell of an applicant's option and the score there (no two alike), for arrays of applicants
    and
    options. vacancies: (cells,). limit: applications a person makes at most. Returns the cell and the option of each
    applicant, -1 without one: the stable matching that is best for applicants, whatever the order of the rows.
    """
    matched, chosen = np.full(len(worth), -1, np.int64), np.full(len(worth), -1, np.intp)
    points, tries = np.zeros(len(worth)), np.zeros(len(worth), np.int64)
    kept: dict[int, NDArray[np.intp]] = {}
    floor = np.where(vacancies > 0, -np.inf, np.inf)
    proposers = np.arange(len(worth))
    while len(proposers):
        option = worth[proposers].argmax(axis=1)
        more = (worth[proposers, option] > 0) & (tries[proposers] < limit)
        proposers, option = proposers[more], option[more]
        worth[proposers, option] = 0
        tries[proposers] += 1
        cells, score = cell_of(proposers, option), score_of(proposers, option)
        hopeful = score > floor[cells]
        refused = [proposers[~hopeful]]
        order = np.flatnonzero(hopeful)[np.argsort(cells[hopeful].astype(np.uint16), kind="stable")]
        proposers, cells = proposers[order], cells[order]
        points[proposers], chosen[proposers] = score[order], option[order]
        edges = np.flatnonzero(np.diff(cells, prepend=-1, append=-1)) if len(cells) else cells
        for start, end in pairwise(edges.tolist()):
            where = int(cells[start])
            pool = np.concatenate((kept[where], proposers[start:end])) if where in kept else proposers[start:end]
            surplus = len(pool) - int(vacancies[where])
            if surplus > 0:
                score = points[pool]
                floor[where] = np.partition(score, surplus)[surplus]
                taken = score >= floor[where]
                refused.append(pool[~taken])
                pool = pool[taken]
            kept[where] = pool
        proposers = np.concatenate(refused)
    for where, pool in kept.items():
        matched[pool] = where
    chosen[matched < 0] = -1
    return matched, chosen
