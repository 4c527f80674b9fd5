"""Choosing: applications, offers and the final choice among what was really received.

A person applies where the option beats what is already at hand, is ranked by those who decide, and accepts the best of
the
offers received; posts at home are settled last, by deferred acceptance against that best outside offer. The taste of a
person for an option is one Gumbel draw, the same when applying and when accepting.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim import awards, beliefs, hosts, kernels, utility
from sim.draws import Decision, gumbel, gumbel_table, keys, uniform
from sim.markets import HiringScore, deferred_acceptance
from sim.posts import RANK_OF, RANKS, TIER_COUNT, cell
from sim.utility import Outlook, Tables, best_option, outlook
from sim.vocabulary import HOME, Stage
from sim.world import FIELDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.columns import Columns
    from sim.institutions import Programme, Region
    from sim.now import Now
    from sim.search import Seekers

F32 = np.float32
STAY, LEAVE, INDUSTRY, OWN_COUNTRY, HOST, VISIT, RETURN = range(7)
"""Codes of the choice; PROGRAMME + its number and POST + its cell stand for an award and a post at home."""
PROGRAMME, POST = 10, 100

_ELSEWHERE = 20  # alternatives of the draws, beyond the codes above
_PROGRAMME_OFFER, _POST_OFFER = 200, 300
_RECENT_POSTDOC, _RECENT_TRACK = 10, 12  # years after the doctorate within which these posts are open (usual rules)
_ALWAYS = 99


@dataclass
class Choices:
    """What each seeker chose: `code` as above and, for moves abroad, the `region`; both of shape (n,)."""

    code: NDArray[np.int64]
    region: NDArray[np.int64]
    value: NDArray[np.float32]

    def offer(
        self, who: NDArray[np.intp], code: int, value: NDArray[np.float32], region: NDArray[np.uint8] | None = None
    ) -> None:
        """Hand seekers `who` an offer worth `value` each; they hold on to the better one."""
        better = value > self.value[who]
        who, value = who[better], value[better]
        self.code[who], self.value[who] = code, value
        if region is not None:
            self.region[who] = region[better]


@dataclass
class _Scene:
    """What the steps of choosing share."""

    people: Columns
    seekers: Seekers
    luck: NDArray[np.uint64]
    outlook: Outlook
    tables: Tables
    now: Now

    def shock(self, who: NDArray[np.intp], alternative: int) -> NDArray[np.float32]:
        return gumbel(self.luck[who], self.now.year, Decision.CHOOSE, alternative)

    def lucky(
        self, who: NDArray[np.intp], alternative: int, decision: Decision = Decision.OFFER
    ) -> NDArray[np.float32]:
        return uniform(self.luck[who], self.now.year, decision, alternative)

    def taste(self, who: NDArray[np.intp]) -> NDArray[np.float32]:
        """Taste for each region, shape (regions, n)."""
        return gumbel_table(self.luck[who], self.now.year, Decision.REGION, len(self.tables.move)).T

    def of(self, who: NDArray[np.intp]) -> Outlook:
        o = self.outlook
        return Outlook(
            o.native[who],
            o.secure[who],
            o.here[who],
            o.post[who],
            o.without[who],
            o.chance_home[who],
            o.chance_away[who],
            o.discount,
        )


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
    scene = _Scene(people, seekers, people.luck[rows], outlook(people, rows, t, now), t, now)
    choices = _what_is_at_hand(scene)
    at_hand = choices.value.copy()
    _offers_outside(scene, choices)
    _offers_in_own_country(scene, choices)
    _calls_in(scene, choices, at_hand, programmes)
    travellers = np.flatnonzero(seekers.for_abroad & (people.region[rows] == HOME))
    if len(travellers):
        taste = scene.taste(travellers)
        _offers_of_hosts(scene, choices, at_hand, travellers, taste, regions)
        _visits(scene, choices, at_hand, travellers, taste)
        _calls_out(scene, choices, at_hand, travellers, taste, programmes)
    _posts_at_home(scene, choices, vacancies)
    return choices


def _what_is_at_hand(scene: _Scene) -> Choices:
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
        life[own] = (t.own_job[there] + F32(1 + p.discount) * (F32(p.home_foreign) + F32(0.6) * other.secure))[own]
        value[away] = life
    code = np.full(n, STAY, np.int64)
    stranded = scene.seekers.stranded
    own = np.flatnonzero(stranded & ~o.native)
    value[own] = _own_country_life(scene, own)
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


def _own_country_life(scene: _Scene, who: NDArray[np.intp]) -> NDArray[np.float32]:
    """V of going to a job in the country of origin; half the usual cost of moving, for the way is known."""
    people, t, p = scene.people, scene.tables, scene.now.parameters
    job = t.own_job[people.origin[scene.seekers.rows[who]]]
    settled = F32(1 + p.discount) * (F32(p.home_foreign) + F32(0.6) * scene.outlook.secure[who])
    value: NDArray[np.float32] = job + settled - F32(0.5 * p.moving_cost)
    return value


def _offers_outside(scene: _Scene, choices: Choices) -> None:
    """Jobs outside academia come with a probability by field; leaving research is open to who has no contract."""
    people, rows, now, t = scene.people, scene.seekers.rows, scene.now, scene.tables
    p, stage = now.parameters, people.stage[rows]
    lasting = (stage == Stage.PERMANENT) | (stage == Stage.TENURE_TRACK) | (stage == Stage.DOCTORAL)
    who = np.flatnonzero(~lasting & (stage != Stage.INDUSTRY) & ~people.candidate[rows] & scene.seekers.for_home)
    o = scene.of(who)
    back = np.where(people.region[rows[who]] != HOME, F32(p.moving_cost), F32(0))
    free = o.native & ((stage[who] == Stage.UNPLACED) | scene.seekers.stranded[who])
    value = F32(p.beta) * (utility.outside_research(o, t, Stage.LEFT) - back) + scene.shock(who, LEAVE)
    choices.offer(who[free], LEAVE, value[free])
    by_field = now.world.candidates.along("field", FIELDS, "industry_offer").astype(F32)
    fresh = (stage[who] == Stage.UNPLACED) & (people.degree_year[rows[who]] == now.year)
    chance = (
        by_field[people.field[rows[who]]]
        * np.where(fresh, F32(1), F32(0.4))
        * F32(now.levers["doctoral.industry_offers"])
    )
    chance *= np.where(o.native, F32(1), people.language[rows[who]])
    got = np.flatnonzero(scene.lucky(who, INDUSTRY) < chance)
    who, o, back = who[got], scene.of(who[got]), back[got]
    value = F32(p.beta) * (utility.outside_research(o, t, Stage.INDUSTRY) - back) + scene.shock(who, INDUSTRY)
    choices.offer(who, INDUSTRY, value)


def _offers_in_own_country(scene: _Scene, choices: Choices) -> None:
    """Foreigners at home who look for a job in their country of origin; candidates from abroad weigh a third region."""
    people, rows, now, t = scene.people, scene.seekers.rows, scene.now, scene.tables
    p = now.parameters
    found = now.world.by_region("own_country_job")
    who = np.flatnonzero(~scene.outlook.native & scene.seekers.for_abroad & (people.region[rows] == HOME))
    origin = people.origin[rows[who]]
    chance = found[origin] * F32(now.driver("border_openness"))
    got = scene.lucky(who, OWN_COUNTRY) < chance
    who, origin = who[got], origin[got]
    value = _own_country_life(scene, who)
    choices.offer(who, OWN_COUNTRY, F32(p.beta) * value + scene.shock(who, OWN_COUNTRY), origin)

    who = np.flatnonzero(people.candidate[rows])
    if not len(who):
        return
    o = scene.of(who)
    life = utility.abroad(o, t, people, rows[who], np.zeros(len(who), F32), now).T + t.move[:, None]
    life[people.origin[rows[who]], np.arange(len(who))] = -np.inf
    best, value = best_option(F32(p.beta) * life + scene.taste(who))
    got = scene.lucky(who, _ELSEWHERE) < now.world.by_region("openness")[best] * F32(0.5)
    choices.offer(who[got], OWN_COUNTRY, value[got], best[got])


def _approach(scene: _Scene, who: NDArray[np.intp], chance: NDArray[np.float32]) -> NDArray[np.float32]:
    """V of a host-paid move from home to each region, shape (regions, n)."""
    people, rows = scene.people, scene.seekers.rows[who]
    contract = utility.abroad(scene.of(who), scene.tables, people, rows, chance, scene.now).T
    value = contract + scene.tables.move[:, None]
    _add_ties(scene, who, value)
    foreign = np.flatnonzero(people.origin[rows] != HOME)
    value[people.origin[rows[foreign]], foreign] = -np.inf  # the own country is looked at on its own
    return value


def _stay_of_months(scene: _Scene, who: NDArray[np.intp], paid: bool) -> NDArray[np.float32]:
    """What a stay abroad with the post kept adds to the year at home, by region, shape (regions, n); home is -inf."""
    p, t = scene.now.parameters, scene.tables
    gain = F32(p.visit_gain) + F32(p.peers) * scene.now.world.by_region("peers") + t.isolation
    gain = gain + F32(0.5) * (t.move + F32(p.moving_cost))  # distance and corridors count half: the stay is short
    gain = gain - (F32(0) if paid else F32(0.3 * p.moving_cost))
    added = np.repeat(gain[:, None], len(who), axis=1)
    _add_ties(scene, who, added)
    added[HOME] = -np.inf
    return added


def _add_ties(scene: _Scene, who: NDArray[np.intp], value: NDArray[np.float32]) -> None:
    """Add the value of own ties in the region where most of them are. value: (regions, n)."""
    people, rows = scene.people, scene.seekers.rows[who]
    known = F32(scene.now.parameters.tie_value) * np.log1p(people.ties_abroad[rows])
    value[people.tie_region[rows], np.arange(len(who))] += known


def _offers_of_hosts(
    scene: _Scene,
    choices: Choices,
    at_hand: NDArray[np.float32],
    travellers: NDArray[np.intp],
    taste: NDArray[np.float32],
    regions: list[Region],
) -> None:
    """Transfer: the host pays and the home post is given up. Apply to the best region, if reached; hosts decide."""
    people, rows, now = scene.people, scene.seekers.rows, scene.now
    grown = people.degree_year[rows[travellers]] > 0
    who, taste = travellers[grown], taste[:, grown]
    best, value = best_option(F32(now.parameters.beta) * _approach(scene, who, scene.outlook.chance_away[who]) + taste)
    applies = (value > at_hand[who]) & hosts.reached(people, rows[who], best, now)
    who, best, value = who[applies], best[applies], value[applies]
    now.flows.count("host_applications", len(who))
    lifted = now.levers["support.host_applications"] - now.parameters.host_reach
    if lifted > 0:
        share = lifted / now.levers["support.host_applications"]
        now.flows.count("supported_application", round(len(who) * share))
    offered = hosts.offers(people, rows[who], best, regions, now)
    choices.offer(who[offered], HOST, value[offered], best[offered])


def _visits(
    scene: _Scene,
    choices: Choices,
    at_hand: NDArray[np.float32],
    travellers: NDArray[np.intp],
    taste: NDArray[np.float32],
) -> None:
    """Visit: the post is kept, if the employer lets the person go."""
    people, rows, now = scene.people, scene.seekers.rows, scene.now
    placed = people.stage[rows[travellers]] <= Stage.PERMANENT
    placed &= scene.lucky(travellers, VISIT, Decision.VISIT) < F32(now.levers["leave.feasible"])
    who, taste = travellers[placed], taste[:, placed]
    stay = at_hand[who] - scene.shock(who, STAY)
    best, value = best_option(stay + F32(now.parameters.beta) * _stay_of_months(scene, who, paid=False) + taste)
    choices.offer(who, VISIT, value, best)


def _calls_out(
    scene: _Scene,
    choices: Choices,
    at_hand: NDArray[np.float32],
    travellers: NDArray[np.intp],
    taste: NDArray[np.float32],
    programmes: list[Programme],
) -> None:
    """Fellowships for stays abroad: apply to the best region if that beats staying, be ranked, be awarded."""
    people, rows, now, t, p = scene.people, scene.seekers.rows, scene.now, scene.tables, scene.now.parameters
    for programme in programmes:
        record = programme.record
        if record.direction != "out" or record.stages == ("master graduate",):
            continue
        fit = awards.eligible(record, people, rows[travellers], now)
        who, mood = travellers[fit], taste[:, fit]
        stage = people.stage[rows[who]]
        keeps = (stage == Stage.PERMANENT) | (stage == Stage.TENURE_TRACK) | (stage == Stage.DOCTORAL)
        keeps &= record.post_kept
        believed = F32(p.guarantee_credence) * F32(programme.lever(now, "guarantee"))
        chance = scene.outlook.chance_away[who]
        chance = np.where(keeps, F32(1), chance + believed * (1 - chance))
        if programme.lever(now, "years") < 1:
            stay = at_hand[who] - scene.shock(who, STAY)
            total = stay + F32(p.beta) * _stay_of_months(scene, who, paid=True) + mood
        else:
            paid = _approach(scene, who, chance) - t.pay_abroad[:, None] + t.award[programme.number]
            total = F32(p.beta) * paid + mood
        total[[r for r, name in enumerate(now.world.regions) if name not in record.regions]] = -np.inf
        best, worth = best_option(total)
        gain = worth - at_hand[who]
        applies = (gain > F32(p.beta * p.application_effort)) & (worth > choices.value[who])  # who has better withdraws
        applies &= hosts.reached(people, rows[who], best, now, own_money=True)  # a call asks for a host who agrees
        who, best, worth = who[applies], best[applies], worth[applies]
        won = awards.select(programme, people, rows[who], now)
        now.flows.applications[programme.number] += len(who)
        now.flows.awards[programme.number] += int(won.sum())
        choices.offer(who[won], PROGRAMME + programme.number, worth[won], best[won])


def _calls_in(scene: _Scene, choices: Choices, at_hand: NDArray[np.float32], programmes: list[Programme]) -> None:
    """Fellowships that bring foreign researchers in."""
    people, rows, now, t, p = scene.people, scene.seekers.rows, scene.now, scene.tables, scene.now.parameters
    outside = np.flatnonzero(people.candidate[rows])
    for programme in programmes:
        if programme.record.direction != "in":
            continue
        who = outside[awards.eligible(programme.record, people, rows[outside], now)]
        o = scene.of(who)
        value = utility.at_home(o, t, 0, Stage.POSTDOC, o.chance_home) + t.move[people.origin[rows[who]]]
        value += F32(p.foreign_post_taste) + t.award[programme.number] - t.pay[Stage.POSTDOC]
        worth = F32(p.beta) * value + scene.shock(who, _PROGRAMME_OFFER + programme.number)
        applies = worth > at_hand[who]
        who, worth = who[applies], worth[applies]
        won = awards.select(programme, people, rows[who], now)
        now.flows.applications[programme.number] += len(who)
        now.flows.awards[programme.number] += int(won.sum())
        choices.offer(who[won], PROGRAMME + programme.number, worth[won], np.zeros(int(won.sum()), np.uint8))


def _posts_at_home(scene: _Scene, choices: Choices, vacancies: NDArray[np.int64]) -> None:
    """Apply to the posts that beat the best offer so far, be ranked by employers, be matched."""
    people, rows, now = scene.people, scene.seekers.rows, scene.now
    who = np.flatnonzero(scene.seekers.for_home & (people.degree_year[rows] > 0))
    gain = _gain_of_posts(scene, who, choices)
    applies = gain.max(axis=0, initial=0) > 0
    own = rows[who]
    stage, away = people.stage[own], people.region[own] != HOME
    peers = np.flatnonzero(
        applies
        & ~people.candidate[own]
        & (stage != Stage.INDUSTRY)
        & (away | (stage < Stage.TENURE_TRACK) | (stage > Stage.PERMANENT))
    )
    score = HiringScore(people, own, now)
    tier, rank = np.divmod(np.arange(TIER_COUNT * len(RANKS)), len(RANKS))
    option_cell, own_cell = cell(tier, 0, rank + Stage.POSTDOC), cell(0, people.field[own], Stage.POSTDOC)
    limit = int(now.parameters.applications)
    match = deferred_acceptance(gain, score.table(), score.luck, option_cell, own_cell, vacancies, limit)
    hired = np.flatnonzero(match >= 0)
    choices.code[who[hired]] = POST + match[hired]
    choices.region[who[hired]] = HOME
    lasting = (match >= 0) & (match % len(RANKS) >= RANKS.index(Stage.TENURE_TRACK))
    _seen(scene, own[peers], lasting[peers], score.common[peers])


def _gain_of_posts(scene: _Scene, who: NDArray[np.intp], choices: Choices) -> NDArray[np.float32]:
    """beta V + Gumbel of every tier and rank of the own field above the best offer so far, shape (options, n)."""
    people, now, t, p = scene.people, scene.now, scene.tables, scene.now.parameters
    o, ranks = scene.outlook, list(RANKS)
    options = range(_POST_OFFER, _POST_OFFER + TIER_COUNT * len(RANKS))
    gain = kernels.gumbel(scene.luck[who], keys(now.year, Decision.CHOOSE, options))
    least_chance = np.array([0, 0, p.tenure_granted, 1], F32)
    moving = np.zeros(len(Stage), F32)
    moving[[Stage.DOCTORAL, *RANKS]] = p.domestic_moving_cost
    kernels.gain_of_posts(
        gain,
        scene.seekers.rows[who],
        who,
        people.stage,
        people.tier,
        people.region,
        people.origin,
        people.candidate,
        people.degree_year,
        o.secure,
        o.here,
        o.post,
        o.without,
        o.chance_home,
        choices.value,
        (choices.code == HOST) | (choices.code >= PROGRAMME),
        now.year,
        RANK_OF,
        t.home[:TIER_COUNT, ranks],
        t.security[ranks],
        least_chance,
        np.array([_RECENT_POSTDOC, _ALWAYS, _RECENT_TRACK, _ALWAYS], np.int16),
        np.array([True, True, False, False]),  # awards and hosts' offers are taken up before short contracts are given
        moving,
        F32(p.moving_cost),
        -(t.move + F32(p.foreign_post_taste)),
        F32(p.beta),
        F32(o.discount),
    )
    return gain


def _seen(scene: _Scene, rows: NDArray[np.intp], lasting: NDArray[np.bool_], score: NDArray[np.float32]) -> None:
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
