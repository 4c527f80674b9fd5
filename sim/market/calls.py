"""Calls of programmes that lead abroad or bring people in: apply where it pays, be ranked, be awarded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine import arrays
from sim.engine.draws import Draw
from sim.instruments.programmes import GUARANTEE
from sim.market import hosts, utility
from sim.market import selection as awards
from sim.market.offers import count_supported, stay_of_months
from sim.market.scene import Choice, Choices, Scene, Travellers
from sim.vocabulary import Stage, Tier
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.market.institutions import Programme

F32 = np.float32


def fellowships_abroad(
    scene: Scene,
    choices: Choices,
    at_hand: NDArray[np.float32],
    travellers: Travellers,
    programmes: list[Programme],
) -> None:
    """Fellowships for stays abroad: apply to the best region if that is worth the effort, be ranked, be awarded."""
    people, seekers, year, t, p = scene.people, scene.seekers, scene.year, scene.tables, scene.year.parameters
    for programme in programmes:
        record = programme.record
        if not record.kind.leads_abroad:
            continue
        fit = arrays.where(awards.eligible(record, seekers, travellers.who, year))
        who = travellers.who[fit]
        stage = seekers.stage[who]
        keeps = (stage == Stage.PERMANENT) | (stage == Stage.TENURE_TRACK) | (stage == Stage.DOCTORAL)
        keeps &= record.post_kept
        guarantee = programme.lever(year, GUARANTEE) if record.kind is ProgrammeKind.FELLOWSHIP_ABROAD else 0.0
        believed = F32(p.guarantee_credence) * F32(guarantee)
        chance = scene.prospects.chance_away[who]
        chance = arrays.either(keeps, np.ones(len(who), F32), chance + believed * (1 - chance))
        open_to = record.leads_to(year.world.regions)
        if record.kind is ProgrammeKind.STAY_ABROAD:
            stay = at_hand[who] - scene.taste(who, Draw.TASTE_STAY)
            months = stay_of_months(scene, paid=True)
            best, worth = travellers.best_region(fit, months, stay, open_to=open_to)
        else:
            life = utility.abroad(scene.prospects, t, seekers.origin, seekers.language, who, chance)
            award = (t.pay_abroad, t.award[programme.number])
            best, worth = travellers.best_region(fit, life, award=award, open_to=open_to)
        gain = worth - choices.value[who]  # over the life at hand or, for who has one, the best offer so far
        wants = arrays.where(gain > F32(p.beta * p.application_effort))
        # a call asks for a host who agrees
        tries = wants[arrays.where(hosts.reached(seekers, who[wants], best[wants], year, own_money=True))]
        who, best, worth = who[tries], best[tries], worth[tries]
        count_supported(len(who), year)
        won = arrays.where(awards.select(programme, people, seekers.rows[who], year, region=best))
        year.tally.applications[programme.number] += len(who)
        year.tally.awards[programme.number] += len(won)
        choices.offer(who[won], Choice.AWARD, worth[won], best[won], target=programme.number)


def fellowships_here(scene: Scene, choices: Choices, at_hand: NDArray[np.float32], programmes: list[Programme]) -> None:
    """Fellowships that bring foreign researchers in."""
    people, seekers, year, t, p = scene.people, scene.seekers, scene.year, scene.tables, scene.year.parameters
    outside = arrays.where(seekers.candidate)
    for programme in programmes:
        if programme.record.kind is not ProgrammeKind.FELLOWSHIP_HERE:
            continue
        who = outside[arrays.where(awards.eligible(programme.record, seekers, outside, year))]
        o = scene.prospects.of(who)
        tier, stage = (np.full(len(who), code, np.uint8) for code in (Tier.RESEARCH_UNIVERSITY, Stage.POSTDOC))
        value = utility.at_home(o, t, tier, stage) + t.move[seekers.origin[who]]
        value += F32(p.foreign_post_taste) + t.award[programme.number] - t.pay[Stage.POSTDOC]
        worth = F32(p.beta) * value + scene.taste(who, Draw.TASTE_AWARD, programme.word)
        applies = arrays.where(worth > at_hand[who])
        who, worth = who[applies], worth[applies]
        won = arrays.where(awards.select(programme, people, seekers.rows[who], year))
        year.tally.applications[programme.number] += len(who)
        year.tally.awards[programme.number] += len(won)
        choices.offer(who[won], Choice.AWARD, worth[won], np.zeros(len(won), np.uint8), target=programme.number)
