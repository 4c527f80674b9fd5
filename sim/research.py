"""Research: papers, papers among the most cited tenth, international co-authorship.

    papers_i ~ Poisson(paper_rate drive_i stage_i (time_i / first mean time)^time_elasticity exp(move_dip if moved))
    P(top tenth) = 1 - Phi((top10_threshold - talent_i - environment_i) / sd_luck)
    log odds of an international paper = coauthor_base + coauthor_ties ln(1 + foreign ties_i)

after the Q-model and the random-impact rule of Sinatra et al. (2016). Top-tenth and international papers are booked as
their expected number given the papers, which has the same mean and less noise than drawing each paper's luck.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim import kernels
from sim.draws import Decision, key
from sim.vocabulary import Field, Stage, Tier

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.columns import Columns
    from sim.now import Now

F32 = np.float32
_FRONTIER = 0.5  # peer quality of a region from which hosts count as a research frontier (SD above home)
_GRAIN = 2.0**20  # totals are added as integers of this grain, so that they do not depend on the order of adding


def publish(people: Columns, now: Now) -> None:
    """Everyone in academic research works for a year; totals of people at home go to the flows."""
    p = now.parameters
    effort, spill = _effort(now), _spillover(people, now)
    frontier = np.where(now.world.by_region("peers") >= _FRONTIER, F32(p.frontier_gain), F32(0))
    totals = np.zeros(3, np.int64)
    for block in people.blocks():
        totals += kernels.publish(
            people.stage[block],
            people.region[block],
            people.tier[block],
            people.field[block],
            people.candidate[block],
            people.away_since[block],
            people.returned_year[block],
            people.drive[block],
            people.talent[block],
            people.ties_abroad[block],
            people.years_abroad[block],
            people.luck[block],
            people.output[block],
            people.papers[block],
            people.top10[block],
            now.year,
            key(now.year, Decision.PAPERS),
            effort,
            F32(np.exp(p.move_dip)),
            F32(p.output_memory),
            spill,
            frontier,
            F32(p.frontier_gain * p.frontier_kept),
            F32(p.top10_threshold),
            F32(p.sd_luck),
            F32(p.coauthor_base),
            F32(p.coauthor_ties),
            F32(_GRAIN),
        )
    names = ("papers", "top10", "international")
    now.flows.research = {name: float(total / _GRAIN) for name, total in zip(names, totals, strict=True)}


def _effort(now: Now) -> NDArray[np.float32]:
    """Papers a year of average people, (2, tiers, stages): at home, by research time to the power `time_elasticity`;
    and abroad, where everyone past the doctorate works like a postdoc.
    """
    p, position = now.parameters, now.world.positions
    mean, first = now.driver("research_time"), now.world.driver("research_time", now.world.first_year)
    effort = np.full((len(Tier), len(Stage)), p.paper_rate, F32)
    effort[:, [Stage.LEFT, Stage.INDUSTRY]] = 0
    for stage in Stage:
        for tier in Tier:
            if stage in (Stage.FIXED_TERM, Stage.TENURE_TRACK, Stage.PERMANENT):
                time = mean + (position.value("research_time_tier", tier=tier.label) if tier is not Tier.NONE else 0.0)
                effort[tier, stage] *= (time / first) ** p.time_elasticity
            elif stage in (Stage.UNPLACED, Stage.POSTDOC):
                effort[tier, stage] *= (
                    position.value("research_time_stage", stage=stage.label) / first
                ) ** p.time_elasticity
            elif stage is Stage.DOCTORAL:
                effort[tier, stage] *= p.doctoral_rate
    abroad = np.where(effort > 0, effort[Tier.NONE, Stage.POSTDOC], F32(0))
    abroad[:, Stage.DOCTORAL] = effort[:, Stage.DOCTORAL]
    return np.stack([effort, abroad])


def _spillover(people: Columns, now: Now) -> NDArray[np.float32]:
    """Log impact from colleagues' foreign ties, by tier and field: `tie_spillover` per tie of the mean colleague."""
    mean = kernels.ties_of_colleagues(
        people.region, people.tier, people.field, people.ties_abroad, len(Tier), len(Field)
    )
    return (now.parameters.tie_spillover * mean).astype(F32)
