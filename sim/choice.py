"""Choosing: applications, offers and the final choice among what was really received.

A person applies where the option beats what is already at hand, is ranked by those who decide, and accepts the best
of the offers received; posts at home are settled last, by deferred acceptance against that best outside offer. The
taste of a person for an option is one Gumbel draw, the same when applying and when accepting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim import beliefs, utility
from sim.calls import fellowships_abroad, fellowships_here
from sim.draws import Decision, gumbel
from sim.markets import HiringScore, deferred_acceptance
from sim.offers import jobs_in_own_country, jobs_outside, own_country_life, posts_of_hosts, visits
from sim.posts import RANKS, TIER_COUNT
from sim.scene import HOST, OWN_COUNTRY, POST, PROGRAMME, RETURN, STAY, Choices, Scene
from sim.utility import Tables, outlook
from sim.vocabulary import HOME, Stage
from sim.world import FIELDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.columns import Columns
    from sim.institutions import Programme, Region
    from sim.now import Now
    from sim.search import Seekers

F32 = np.float32
_POST_OFFER = 300  # the draws for posts start here; add the option
_RECENT_POSTDOC, _RECENT_TRACK = 10, 12  # years after the doctorate within which these posts are open (usual rules)


def choose(
    people: Columns,
    seekers: Seekers,
    vacancies: NDArray[np.int64],
    programmes: list[Programme],
    regions: list[Region],
    t: Tables,
    now: Now,
) -> Choices:
    """Run the year's applications, rankings and offers, and return what everyone chose."""
    rows = seekers.rows
    scene = Scene(people, seekers, people.luck[rows], outlook(people, rows, t, now), t, now)
    choices = _what_is_at_hand(scene)
    at_hand = choices.value.copy()
    jobs_outside(scene, choices)
    jobs_in_own_country(scene, choices)
    fellowships_here(scene, choices, at_hand, programmes)
    travellers = np.flatnonzero(seekers.for_abroad & (people.region[rows] == HOME))
    if len(travellers):
        taste = scene.taste(travellers)
        posts_of_hosts(scene, choices, at_hand, travellers, taste, regions)
        visits(scene, choices, at_hand, travellers, taste)
        fellowships_abroad(scene, choices, at_hand, travellers, taste, programmes)
    _posts_at_home(scene, choices, vacancies)
    return choices


def _what_is_at_hand(scene: Scene) -> Choices:
    """Staying as before or, where that is over, the fallback: home without a post, or a guaranteed one."""
    people, rows, o, t, now = scene.people, scene.seekers.rows, scene.outlook, scene.tables, scene.now
    p = now.parameters
    n, stage, tier, region = len(rows), people.stage[rows], people.tier[rows], people.region[rows]
    chance = np.where(stage == Stage.PERMANENT, F32(1), o.chance_home)
    track = stage == Stage.TENURE_TRACK
    chance[track] = np.maximum(chance[track], F32(p.tenure_granted))
    value = utility.at_home(o, t, tier, stage, chance)
    job = stage == Stage.INDUSTRY
    value[job] = utility.outside_research(o, t, Stage.INDUSTRY)[job]

    away = np.flatnonzero(region != HOME)
    if len(away):
        other, there = scene.of(away), region[away]
        life = utility.abroad_in(other, t, people, rows[away], there, other.chance_away, scene.now)
        settled = stage[away] == Stage.PERMANENT
        life[settled] = utility.settled_in(other, t, people, rows[away], there, now)[settled]
        own = (people.origin[rows[away]] == region[away]) & ~other.native
        life[own] = own_country_life(scene, away[own], moving=0.0)
        value[away] = life
    code = np.full(n, STAY, np.int64)
    stranded = scene.seekers.stranded
    own = np.flatnonzero(stranded & ~o.native)
    value[own] = own_country_life(scene, own, p.homeward_share * p.moving_cost)
    code[own], place = OWN_COUNTRY, region.astype(np.int64)
    place[own] = people.origin[rows[own]]
    back = np.flatnonzero(stranded & o.native)
    if len(back):
        other = scene.of(back)
        guaranteed = people.guaranteed[rows[back]]
        fallback = np.where(guaranteed, Stage.FIXED_TERM, Stage.UNPLACED).astype(np.uint8)
        at = np.where(guaranteed, 0, 3).astype(np.uint8)
        value[back] = utility.at_home(other, t, at, fallback, other.chance_home) - F32(p.moving_cost)
        code[back] = RETURN
    return Choices(code, place, F32(p.beta) * value + gumbel(scene.luck, scene.now.year, Decision.CHOOSE, STAY))


def _posts_at_home(scene: Scene, choices: Choices, vacancies: NDArray[np.int64]) -> None:
    """Apply to the posts that beat the best offer so far, be ranked by employers, be matched."""
    people, rows, now = scene.people, scene.seekers.rows, scene.now
    who = np.flatnonzero(scene.seekers.for_home & (people.degree_year[rows] > 0))
    gain = _gain_of_posts(scene, who, choices)
    applies = gain.max(axis=0, initial=0) > 0
    own, field = rows[who], people.field[rows[who]].astype(np.int64)
    stage, away = people.stage[own], people.region[own] != HOME
    peers = np.flatnonzero(
        applies
        & ~people.candidate[own]
        & (stage != Stage.INDUSTRY)
        & (away | (stage < Stage.TENURE_TRACK) | (stage > Stage.PERMANENT))
    )
    score = HiringScore(people, own, now)

    def cell_of(applicants: NDArray[np.intp], option: NDArray[np.uint8]) -> NDArray[np.int64]:
        tier, rank = option // len(RANKS), option % len(RANKS)
        return (tier * len(FIELDS) + field[applicants]) * len(RANKS) + rank

    match, _ = deferred_acceptance(gain.T, cell_of, score, vacancies, int(now.parameters.applications))
    hired = np.flatnonzero(match >= 0)
    choices.code[who[hired]] = POST + match[hired]
    choices.region[who[hired]] = HOME
    lasting = (match >= 0) & (match % len(RANKS) >= RANKS.index(Stage.TENURE_TRACK))
    _seen(scene, own[peers], lasting[peers], score.common[peers])


def _gain_of_posts(scene: Scene, who: NDArray[np.intp], choices: Choices) -> NDArray[np.float32]:
    """beta V + Gumbel of every tier and rank of the own field above the best offer so far, shape (options, n)."""
    people, now, t, p = scene.people, scene.now, scene.tables, scene.now.parameters
    own, o = scene.seekers.rows[who], scene.of(who)
    since = now.year - people.degree_year[own]
    stage, tier, away = people.stage[own], people.tier[own], people.region[own] != HOME
    rank_now = np.where(away | (stage > Stage.PERMANENT), 0, stage)  # no post at home: every rank is a step up
    moving = np.where(away, F32(p.moving_cost), np.where(stage <= Stage.PERMANENT, F32(p.domestic_moving_cost), F32(0)))
    entry = -(t.move[people.origin[own]] + F32(p.foreign_post_taste))
    moving = np.where(people.candidate[own], entry, moving)
    leaving = ((choices.code[who] == HOST) | (choices.code[who] >= PROGRAMME)) & ~away
    luck, best, beta = scene.luck[who], choices.value[who], F32(p.beta)
    worth = np.empty((TIER_COUNT * len(RANKS), len(who)), F32)
    for r, rank in enumerate(RANKS):
        if rank is Stage.PERMANENT:
            ahead = o.after(1.0)
        elif rank is Stage.TENURE_TRACK:
            ahead = o.after(np.maximum(o.chance_home, F32(p.tenure_granted)))
        else:
            ahead = o.after(o.chance_home)
        shared = beta * (o.secure * t.security[rank] + o.here + ahead - moving) - best
        barred = rank < rank_now
        if rank in (Stage.POSTDOC, Stage.FIXED_TERM):
            barred |= leaving  # an award or a host's offer is taken up before short contracts are given out
        if rank is Stage.POSTDOC:
            barred |= since > _RECENT_POSTDOC
        if rank is Stage.TENURE_TRACK:
            barred |= since > _RECENT_TRACK
        shared[barred] = -np.inf
        for kind in range(TIER_COUNT):
            k = kind * len(RANKS) + r
            taste = gumbel(luck, now.year, Decision.CHOOSE, _POST_OFFER + k)
            taste += beta * t.home[kind, rank]
            np.add(shared, taste, out=worth[k])
    held = np.flatnonzero((rank_now > 0) & (tier < TIER_COUNT))
    worth[tier[held].astype(np.intp) * len(RANKS) + rank_now[held] - RANKS[0], held] = -np.inf
    return worth


def _seen(scene: Scene, rows: NDArray[np.intp], lasting: NDArray[np.bool_], score: NDArray[np.float32]) -> None:
    """Count who looked for a lasting post and who got one, and how steeply the odds rise with the ranking score."""
    flows = scene.now.flows
    kind = beliefs.cell_of(scene.people, rows, scene.now.year)
    shape = flows.searches.shape
    flows.searches += np.bincount(kind, minlength=flows.searches.size).reshape(shape)
    flows.successes += np.bincount(kind[lasting], minlength=flows.searches.size).reshape(shape)
    if 0 < lasting.sum() < len(lasting):
        gap = float(score[lasting].mean(dtype=np.float64) - score[~lasting].mean(dtype=np.float64))
        share = float(lasting.mean())
        within = float(score.var(dtype=np.float64)) - share * (1 - share) * gap**2
        flows.steepness = gap / within if within > 0 else 0.0  # the slope of a linear discriminant
