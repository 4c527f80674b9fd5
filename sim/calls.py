"""Calls of programmes that lead abroad or bring people in: apply where it pays, be ranked, be awarded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim import awards, hosts, kernels, utility
from sim.offers import count_supported, stay_of_months
from sim.scene import PROGRAMME, STAY, Choices, Scene, Travellers
from sim.vocabulary import Stage, Tier

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.institutions import Programme

F32 = np.float32
_OFFER = 200  # the draws for awards start here; add the number of the programme


def fellowships_abroad(
    scene: Scene,
    choices: Choices,
    at_hand: NDArray[np.float32],
    travellers: Travellers,
    programmes: list[Programme],
) -> None:
    """Fellowships for stays abroad: apply to the best region if that is worth the effort, be ranked, be awarded."""
    people, seekers, now, t, p = scene.people, scene.seekers, scene.now, scene.tables, scene.now.parameters
    for programme in programmes:
        record = programme.record
        if record.direction != "out" or record.stages == ("master graduate",):
            continue
        fit = kernels.where(awards.eligible(record, seekers, travellers.who, now))
        who = travellers.who[fit]
        stage = seekers.stage[who]
        keeps = (stage == Stage.PERMANENT) | (stage == Stage.TENURE_TRACK) | (stage == Stage.DOCTORAL)
        keeps &= record.post_kept
        believed = F32(p.guarantee_credence) * F32(programme.lever(now, "guarantee"))
        chance = scene.outlook.chance_away[who]
        chance = kernels.either(keeps, np.ones(len(who), F32), chance + believed * (1 - chance))
        open_to = np.array([name in record.regions for name in now.world.regions])
        if programme.lever(now, "years") < 1:
            stay = at_hand[who] - scene.shock(who, STAY)
            months = stay_of_months(scene, paid=True)
            best, worth = travellers.best_region(fit, months, stay, open_to=open_to)
        else:
            life = utility.abroad(scene.outlook, t, seekers.origin, seekers.language, who, chance)
            award = (t.pay_abroad, t.award[programme.number])
            best, worth = travellers.best_region(fit, life, award=award, open_to=open_to)
        gain = worth - choices.value[who]  # over the life at hand or, for who has one, the best offer so far
        wants = kernels.where(gain > F32(p.beta * p.application_effort))
        # a call asks for a host who agrees
        tries = wants[kernels.where(hosts.reached(seekers, who[wants], best[wants], now, own_money=True))]
        who, best, worth = who[tries], best[tries], worth[tries]
        count_supported(len(who), now)
        won = kernels.where(awards.select(programme, people, seekers.rows[who], now, region=best))
        now.flows.applications[programme.number] += len(who)
        now.flows.awards[programme.number] += len(won)
        choices.offer(who[won], PROGRAMME + programme.number, worth[won], best[won])


def fellowships_here(scene: Scene, choices: Choices, at_hand: NDArray[np.float32], programmes: list[Programme]) -> None:
    """Fellowships that bring foreign researchers in."""
    people, seekers, now, t, p = scene.people, scene.seekers, scene.now, scene.tables, scene.now.parameters
    outside = kernels.where(seekers.candidate)
    for programme in programmes:
        if programme.record.direction != "in":
            continue
        who = outside[kernels.where(awards.eligible(programme.record, seekers, outside, now))]
        o = scene.outlook.of(who)
        tier, stage = (np.full(len(who), code, np.uint8) for code in (Tier.RESEARCH_UNIVERSITY, Stage.POSTDOC))
        value = utility.at_home(o, t, tier, stage) + t.move[seekers.origin[who]]
        value += F32(p.foreign_post_taste) + t.award[programme.number] - t.pay[Stage.POSTDOC]
        worth = F32(p.beta) * value + scene.shock(who, _OFFER + programme.number)
        applies = kernels.where(worth > at_hand[who])
        who, worth = who[applies], worth[applies]
        won = kernels.where(awards.select(programme, people, seekers.rows[who], now))
        now.flows.applications[programme.number] += len(who)
        now.flows.awards[programme.number] += len(won)
        choices.offer(who[won], PROGRAMME + programme.number, worth[won], np.zeros(len(won), np.uint8))
