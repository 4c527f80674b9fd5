"""Research: papers, papers among the most cited tenth, international co-authorship.

    papers_i ~ Poisson(paper_rate drive_i stage_i (time_i / first time)^time_elasticity team_i exp(move_dip if moved))
    team_i = (1 + juniors)^(team_elasticity group_norm) for leaders of a group, 1 for others
    juniors = those per leader of the place of work, and those that start-up money of a return post pays
    P(top tenth) = 1 - Phi((top10_threshold - talent_i - environment_i) / sd_luck)
    environment_i = peers_gain (peers of the place of work + what is kept of a better one) + colleagues' foreign ties
    log odds of an international paper = coauthor_base + coauthor_ties ln(1 + foreign ties_i)

after the Q-model and the random-impact rule of Sinatra et al. (2016), the place of work after Way et al. (2019), the
team after Zhang et al. (2022). Top-tenth and international papers are booked as their expected number given the papers,
which has the same mean and less noise than drawing each paper's luck.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim import kernels
from sim.engine.draws import Draw, key
from sim.vocabulary import HOME, Field, Stage, Tier
from sim.world.world import FIELDS, TIERS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.population.columns import Columns
    from sim.world.world import World
    from sim.year import Year

F32 = np.float32
_LEADERS = (Stage.TENURE_TRACK, Stage.PERMANENT)
_RETURN_POSTS = (Stage.FIXED_TERM, Stage.TENURE_TRACK)
_JUNIORS = (Stage.DOCTORAL, Stage.POSTDOC)
_HERE, _ABROAD, _FUNDED = range(3)  # where one works: at home, abroad, at home in a post that a programme pays
_GRAIN = 2.0**20  # totals are added as integers of this grain, so that they do not depend on the order of adding


def publish(people: Columns, year: Year) -> None:
    """Everyone in academic research works for a year; totals of people at home go to the flows."""
    p = year.parameters
    number, ties = _colleagues(people)
    effort, (home, abroad, kept) = _effort(number, year), _environment(ties, year)
    totals = np.zeros(3, np.int64)
    for block in people.blocks():
        totals += kernels.publish(
            people.stage[block],
            people.region[block],
            people.tier[block],
            people.field[block],
            people.funded[block],
            people.candidate[block],
            people.away_since[block],
            people.returned_year[block],
            people.drive[block],
            people.talent[block],
            people.ties_abroad[block],
            people.tie_region[block],
            people.years_abroad[block],
            people.draw_key[block],
            people.output[block],
            people.papers[block],
            people.top10[block],
            year.number,
            key(year.number, Draw.PAPERS),
            effort,
            F32(np.exp(p.move_dip)),
            F32(p.output_memory),
            home,
            abroad,
            kept,
            F32(p.top10_threshold),
            F32(p.sd_luck),
            F32(p.coauthor_base),
            F32(p.coauthor_ties),
            F32(_GRAIN),
        )
    names = ("papers", "top10", "international")
    year.tally.research = {name: float(total / _GRAIN) for name, total in zip(names, totals, strict=True)}


def expected_papers(people: Columns, year: Year, gone: NDArray[np.intp]) -> NDArray[np.float32]:
    """Papers a year to be expected of everyone by place, stage, team and drive, whatever was drawn, shape (n,).

    gone: rows of those who went to research abroad and out of the model this year, as if they had stayed in it.
    """
    number, _ = _colleagues(people)
    place, tier, stage = _place(people), people.tier.copy(), people.stage.copy()
    place[gone], tier[gone], stage[gone] = _ABROAD, Tier.NONE, Stage.POSTDOC
    papers: NDArray[np.float32] = _effort(number, year)[place, tier, stage, people.field] * people.drive
    return papers


def _environment(
    ties: NDArray[np.float64], year: Year
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Log impact from the place of work: at home by tier and field, the peers of the tier (0 without an employer) and
    the foreign ties of the mean colleague; abroad by region, its peers; and what is kept, by tier and region, of the
    advantage that peers in the region of the own ties had over those at home.
    """
    p = year.parameters
    tiers = np.append(year.world.positions.along("tier", TIERS, "peers_tier"), 0.0)
    regions = year.world.by_region("peers")
    home = p.peers_gain * tiers[:, None] + p.tie_spillover * ties
    kept = p.peers_gain * p.peers_kept * np.maximum(regions - tiers[:, None], 0)
    return home.astype(F32), (p.peers_gain * regions).astype(F32), kept.astype(F32)


def teams(people: Columns, year: Year) -> NDArray[np.float32]:
    """What the team of each person makes of the papers one would write alone, (n,); 1 for those who lead none."""
    number, _ = _colleagues(people)
    each: NDArray[np.float32] = _teams(number, year)[_place(people), people.tier, people.stage, people.field]
    return each


def _colleagues(people: Columns) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """People at home by stage, tier and field, and their mean foreign ties by tier and field."""
    return kernels.colleagues(
        *(people.stage, people.region, people.tier, people.field, people.ties_abroad),
        *(len(Stage), len(Tier), len(Field)),
    )


def _place(people: Columns) -> NDArray[np.intp]:
    """Where each works, as the first axis of the tables says it, (n,)."""
    return np.where(people.region != HOME, _ABROAD, np.where(people.funded, _FUNDED, _HERE))


def _effort(number: NDArray[np.float64], year: Year) -> NDArray[np.float32]:
    """Papers a year of average people, (3, tiers, stages, fields), by research time to the power `time_elasticity` and
    for leaders by their team: at home; abroad, where everyone past the doctorate has the time of a postdoc but in a
    lasting post, which has no tier; and at home in posts that programmes pay. number: people at home by stage, tier and
    field.
    """
    p, position = year.parameters, year.world.positions
    mean, first = year.driver("research_time"), year.world.driver("research_time", year.world.first_year)
    effort = np.full((len(Tier), len(Stage)), p.paper_rate, F32)
    effort[:, [Stage.LEFT, Stage.INDUSTRY]] = 0
    effort[:, Stage.DOCTORAL] *= p.doctoral_rate
    for stage in (Stage.UNPLACED, Stage.POSTDOC):
        time = position.value("research_time_stage", stage=stage.label)
        effort[:, stage] *= (time / first) ** p.time_elasticity
    for tier in Tier:
        time = mean + (position.value("research_time_tier", tier=tier.label) if tier is not Tier.NONE else 0.0)
        effort[tier, Stage.FIXED_TERM : Stage.PERMANENT + 1] *= (time / first) ** p.time_elasticity
    abroad = np.where(effort > 0, effort[Tier.NONE, Stage.POSTDOC], F32(0))
    time = position.value("research_time_stage", stage="lasting host post")  # as in what life abroad is worth
    abroad[Tier.NONE, Stage.PERMANENT] = p.paper_rate * (time / first) ** p.time_elasticity
    abroad[:, Stage.DOCTORAL] = effort[:, Stage.DOCTORAL]
    return np.stack([effort, abroad, effort])[..., None] * _teams(number, year)


def _teams(number: NDArray[np.float64], year: Year) -> NDArray[np.float32]:
    """What leaders write over what they would alone, (3, tiers, stages, fields) as in `_effort`; 1 for the others.

    Who holds a return post with start-up money leads those whom it pays, beside the juniors that colleagues have.
    """
    juniors = np.zeros((3, len(Tier), len(Stage), len(Field)))
    juniors[_HERE][:, _LEADERS] = juniors_per_leader(number, year.world)[:, None]
    juniors[_FUNDED] = juniors[_HERE]
    juniors[_FUNDED][:, _RETURN_POSTS] += juniors_of_startup(year)
    juniors[_ABROAD, Tier.NONE, Stage.PERMANENT] = year.world.positions.value("juniors_abroad")
    norm = year.world.positions.along("field", FIELDS, "group_norm")
    return ((1 + juniors) ** (year.parameters.team_elasticity * norm)).astype(F32)


def juniors_of_startup(year: Year) -> float:
    """Juniors (postdoc = 1) whom the start-up money of a guaranteed return post pays in its holder's team.

    They are technicians and assistants for the most part, and not among the people of the model.
    """
    p, pay = year.parameters, year.world.positions.value("income", stage=Stage.POSTDOC.label)
    return year.levers["return_posts.startup"] * p.startup_people / (pay * p.post_on_cost)


def juniors_per_leader(number: NDArray[np.float64], world: World) -> NDArray[np.float64]:
    """Doctoral students and postdocs, by their weight in a team, per leader; shape (tiers, fields), 0 without tier.

    number: people at home by stage, tier and field.
    """
    weight = world.positions.along("stage", tuple(stage.label for stage in _JUNIORS), "junior_weight")
    juniors, leaders = np.tensordot(weight, number[list(_JUNIORS)], 1), number[list(_LEADERS)].sum(axis=0)
    juniors[Tier.NONE] = 0
    return juniors / np.maximum(leaders, 1)
