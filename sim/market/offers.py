"""Offers that need no call: jobs outside academia and in the own country, host-paid posts, visits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim import kernels
from sim.engine import arrays
from sim.engine.draws import Draw
from sim.instruments.industry import OFFERS as INDUSTRY_OFFERS
from sim.market import hosts, utility
from sim.market.scene import Choice, Choices, Scene, Travellers
from sim.market.utility import best_option
from sim.vocabulary import HOME, Stage
from sim.world.world import FIELDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.market.institutions import Region
    from sim.year import Year

F32 = np.float32


def jobs_outside(scene: Scene, choices: Choices) -> None:
    """Jobs outside academia come with a chance by field; leaving research is open to natives without a contract."""
    seekers, native, year, t = scene.seekers, scene.prospects.native, scene.year, scene.tables
    p, stage = year.parameters, seekers.stage
    lasting = (stage == Stage.PERMANENT) | (stage == Stage.TENURE_TRACK) | (stage == Stage.DOCTORAL)
    looks = ~lasting & (stage != Stage.INDUSTRY) & ~seekers.candidate & seekers.for_home
    between, back = stage == Stage.UNPLACED, arrays.one_of(seekers.region != HOME, F32(p.moving_cost), F32(0))
    leaves = arrays.where(looks & native & (between | seekers.out_of_contract))
    value = F32(p.beta) * (utility.outside_research(scene.prospects, t, Stage.LEFT, leaves) - back[leaves])
    choices.offer(leaves, Choice.LEAVE, value + scene.taste(leaves, Draw.TASTE_LEAVE))
    by_field = year.world.candidates.along("field", FIELDS, "industry_offer").astype(F32)
    who = arrays.where(looks)
    chance = kernels.industry_offer(
        who,
        native,
        between,
        seekers.field,
        seekers.degree_year,
        seekers.language,
        year.number,
        by_field,
        F32(p.later_offers),
        F32(year.lever(INDUSTRY_OFFERS)),
    )
    who = who[arrays.where(scene.drawn(who, Draw.OFFER_INDUSTRY) < chance)]
    value = F32(p.beta) * (utility.outside_research(scene.prospects, t, Stage.INDUSTRY, who) - back[who])
    choices.offer(who, Choice.INDUSTRY, value + scene.taste(who, Draw.TASTE_INDUSTRY))


def jobs_in_own_country(scene: Scene, choices: Choices) -> None:
    """Foreign doctorates at home who look for a job in their country of origin; candidates weigh a third region.

    Those formed here look while they finish the doctorate; later they are further from those who hire there.
    """
    seekers, year, t = scene.seekers, scene.year, scene.tables
    p = year.parameters
    found = own_country_jobs(year)
    looks = ~scene.prospects.native & seekers.for_abroad & (seekers.region == HOME)
    who = arrays.where(looks & scene.graduate)
    origin = seekers.origin[who]
    formed_here = scene.people.degree_region[seekers.rows[who]] == HOME
    later = formed_here & (seekers.degree_year[who] < year.number)
    chance = found[origin] * arrays.one_of(later, F32(p.later_homeward), F32(1)) * F32(year.driver("border_openness"))
    got = arrays.where(scene.drawn(who, Draw.OFFER_OWN_COUNTRY) < chance)
    who, origin = who[got], origin[got]
    value = own_country_life(scene, who, p.homeward_share * p.moving_cost)
    choices.offer(who, Choice.OWN_COUNTRY, F32(p.beta) * value + scene.taste(who, Draw.TASTE_OWN_COUNTRY), origin)

    who = arrays.where(seekers.candidate)
    if not len(who):
        return
    reached, draw = (
        year.world.by_region("openness") * F32(p.third_region_offers),
        scene.drawn(who, Draw.OFFER_THIRD_REGION),
    )
    lucky = arrays.where(draw < reached.max())  # the others reach no region, whichever is best
    who, draw = who[lucky], draw[lucky]
    life = utility.abroad(scene.prospects, t, seekers.origin, seekers.language, who, np.zeros(len(who), F32))
    best, value = best_option(F32(p.beta) * life[HOME + 1 :] + scene.taste_of_regions(who))
    best += np.uint8(HOME + 1)
    got = arrays.where(draw < reached[best])
    choices.offer(who[got], Choice.OWN_COUNTRY, value[got], best[got])


def own_country_jobs(year: Year) -> NDArray[np.float32]:
    """Chance of a job in each country of origin this year, (regions,).

    1 - (1 - chance of the first year)^((scholars now / scholars then)^homeward_growth).
    """
    chances = year.world.growth_abroad(year.number) ** year.parameters.homeward_growth
    missed = (1 - year.world.by_region("own_country_job")) ** chances
    return (1 - missed).astype(F32)


def own_country_life(scene: Scene, who: NDArray[np.intp], moving: float) -> NDArray[np.float32]:
    """V of a job in the country of origin, less a cost of moving."""
    t, p = scene.tables, scene.year.parameters
    job = t.own_job[scene.seekers.origin[who]]
    secure = F32(p.own_country_security) * scene.prospects.secure[who]
    value: NDArray[np.float32] = (job + F32(1 + p.discount) * (scene.prospects.own[who] + secure) - moving).astype(F32)
    return value


def posts_of_hosts(
    scene: Scene,
    choices: Choices,
    at_hand: NDArray[np.float32],
    travellers: Travellers,
    regions: list[Region],
) -> None:
    """Transfer: the host pays and the home post is given up. Apply to the best region, if reached; hosts decide.

    Foreigners who think of leaving look to their own country first: to a third one they look with `search_abroad`, the
    base rate of natives, and find posts with the chance of candidates from abroad.
    """
    seekers, year, o = scene.seekers, scene.year, scene.prospects
    onward = F32(year.parameters.search_abroad * year.parameters.third_region_offers)
    looks = o.native[travellers.who] | (scene.drawn(travellers.who, Draw.SEEK_ONWARD) < onward)
    grown = arrays.where(scene.graduate[travellers.who] & looks)
    who = travellers.who[grown]
    life = utility.abroad(o, scene.tables, seekers.origin, seekers.language, who, o.chance_away[who])
    best, value = travellers.best_region(grown, life)
    wants = arrays.where(value > at_hand[who])
    applies = wants[arrays.where(hosts.reached(seekers, who[wants], best[wants], year))]
    who, best, value = who[applies], best[applies], value[applies]
    year.tally.count("host_applications", len(who))
    count_supported(len(who), year)
    offered = arrays.where(hosts.offers(scene.people, seekers.rows[who], best, regions, year))
    choices.offer(who[offered], Choice.HOST, value[offered], best[offered])


def count_supported(applications: int, year: Year) -> None:
    """Book the applications to hosts that came about through support, as a share of all that reached one."""
    support = year.parameters.host_reach
    lifted = support - year.baseline.host_reach
    if lifted > 0:
        year.tally.count("supported_application", round(applications * lifted / support))


def visits(scene: Scene, choices: Choices, at_hand: NDArray[np.float32], travellers: Travellers) -> None:
    """Visit: the post is kept, if the employer lets the person go."""
    year = scene.year
    placed = scene.seekers.stage[travellers.who] <= Stage.PERMANENT
    placed &= scene.drawn(travellers.who, Draw.LEAVE_GRANTED) < F32(year.parameters.leave_feasible)
    goes = arrays.where(placed)
    who = travellers.who[goes]
    stay = at_hand[who] - scene.taste(who, Draw.TASTE_STAY)
    best, value = travellers.best_region(goes, stay_of_months(scene, paid=False), stay)
    choices.offer(who, Choice.VISIT, value, best)


def stay_of_months(scene: Scene, paid: bool) -> NDArray[np.float32]:
    """What a stay abroad with the post kept adds to the year at home in every region, shape (regions, 1)."""
    p, t = scene.year.parameters, scene.tables
    gain = F32(p.visit_gain) + F32(p.peers) * scene.year.world.by_region("peers") + t.isolation + t.mass
    gain = gain + F32(p.visit_share) * (t.move + F32(p.moving_cost))  # the stay is short: distance counts in part
    gain = gain - (F32(0) if paid else F32(p.visit_share * p.moving_cost))
    return gain[:, None]
