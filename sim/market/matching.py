"""The market for posts at home: employers rank, applicants prefer, deferred acceptance matches."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim import kernels
from sim.engine import arrays
from sim.engine import matching as kernel_matching
from sim.engine.draws import Draw, keys, uniform
from sim.market.posts import TIER_COUNT
from sim.vocabulary import RANKS, Mode, Stage, Tier

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.population.columns import Columns
    from sim.year import Year

F32 = np.float32
OPTIONS = TIER_COUNT * len(RANKS)
_SENIOR = 7  # years after the doctorate from which seniority no longer grows (DP106: the hazard peaks at 5-7 years)


class Ranked(NamedTuple):
    """What a ranking sees of people who have no row of their own yet: columns of that name, (n,)."""

    draw_key: NDArray[np.uint64]
    talent: NDArray[np.float32]
    output: NDArray[np.float32]


def merit(people: Columns | Ranked, rows: NDArray[np.intp], year: Year) -> NDArray[np.float32]:
    """What a ranking sees of past work: visible quality and recent number of papers, each in standard deviations."""
    p = year.parameters
    quality, number = kernels.past_work(
        rows, people.talent, people.output, F32(p.sd_quality), F32(0.05), F32(p.paper_rate + 0.05)
    )
    number = np.minimum(np.maximum(arrays.logarithm(number) / F32(0.7), F32(-2.5)), F32(2.5))
    score: NDArray[np.float32] = F32(p.merit_talent) * quality + F32(1 - p.merit_talent) * number
    return score


def untied(score: NDArray[np.float32], draw_key: NDArray[np.uint64]) -> NDArray[np.float64]:
    """The scores with ties broken by luck, by less than float32 resolves."""
    return score + (draw_key >> np.uint64(11)) * 2.0**-83


class HiringScore:
    """H of applicants `rows` (luck: theirs) in the tiers and ranks of their own field: what employers rank by.

    H = merit + prestige of the doctorate (fading after the first placement) + own-graduate bonus
        + overseas_weight * min(years abroad, 3) / 3 + away_penalty * years away without a home post
        + ties at home - language gap + seniority (lasting posts) or - time since the doctorate (others) + noise
    (DESIGN section 4; Lawson & Shibayama 2015 for prestige, Morichika & Shibayama 2015 for own graduates.)
    Options are numbered tier-major: option = tier * len(RANKS) + rank.
    """

    def __init__(self, people: Columns, rows: NDArray[np.intp], draw_key: NDArray[np.uint64], year: Year) -> None:
        p = year.parameters
        self.year, self.noise = year.number, F32(p.interview_noise)
        self.draw_key, self.bonus = draw_key, F32(p.own_graduate)
        since = np.arange(year.number + 1, dtype=F32)
        lasting = F32(p.seniority) * np.minimum(since, _SENIOR) / F32(_SENIOR)
        short = -F32(p.recency) * since / F32(10)
        seniority = {
            Stage.POSTDOC: 2 * short,
            Stage.FIXED_TERM: short,
            Stage.TENURE_TRACK: lasting,
            Stage.PERMANENT: lasting,
        }
        self.common, self.by_rank, self.favoured_in = kernels.hiring_score(
            merit(people, rows, year),
            rows,
            people.region,
            people.origin,
            people.post_kept,
            people.candidate,
            people.mode,
            people.degree_year,
            people.degree_tier,
            people.degree_region,
            people.away_since,
            people.years_abroad,
            people.language,
            F32(p.home_ties_hiring) * arrays.logarithm(1 + arrays.look_up(people.ties_home, rows)),
            uniform(self.draw_key, year.number, Draw.OWN_OPENING) < F32(p.own_opening),
            year.number,
            F32(p.prestige) * arrays.exponential(-since / F32(6)),
            F32(p.return_rank_horizon),
            F32(p.overseas_weight),
            F32(p.away_penalty),
            F32(p.language_hiring),
            np.stack([seniority[rank] for rank in RANKS]),
            np.array([1 - p.language_postdoc, 0, 0, 0], F32),
            int(Tier.RESEARCH_UNIVERSITY),
            int(Mode.NONE),
            int(Tier.NONE),
        )

    def of(self, wanted: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Scores of all applicants in the options they ask for, shape (asked, n); of no meaning where that is none."""
        tier, rank = np.divmod(np.arange(OPTIONS, dtype=np.uint8), np.uint8(len(RANKS)))
        noise_keys = keys(self.year, Draw.HIRING_RANKING, range(OPTIONS))
        return kernels.hiring_scores(
            wanted, self.by_rank, self.favoured_in, self.draw_key, noise_keys, tier, rank, self.bonus, self.noise
        )


def deferred_acceptance(
    wanted: NDArray[np.uint8],
    score: NDArray[np.float32],
    draw_key: NDArray[np.uint64],
    option_cell: NDArray[np.int64],
    own_cell: NDArray[np.int64],
    vacancies: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Applicant-proposing deferred acceptance (Gale & Shapley 1962) with many equal posts in a cell.

    wanted: options as `kernels.best_first` gives them. score: what the employers of those options rank by, of the same
    shape, ties broken by luck (n,). An applicant's option belongs to the cell option_cell + own_cell, shapes (options,)
    and (n,). vacancies: (cells,). Returns the cell of each applicant, -1 without one: the stable matching that is best
    for applicants, whatever the order of the rows.
    """
    return kernel_matching.deferred_acceptance(wanted, score, draw_key, option_cell, own_cell, vacancies)
