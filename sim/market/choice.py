"""Choosing: applications, offers and the final choice among what was really received.

A person applies where the option beats what is already at hand, is ranked by those who decide, and accepts the best
of the offers received; posts at home are settled last, by deferred acceptance against that best outside offer. The
taste of a person for an option is one Gumbel draw, the same when applying and when accepting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim import kernels
from sim.engine import arrays
from sim.engine.draws import Draw, gumbel, keys
from sim.market import utility
from sim.market.calls import fellowships_abroad, fellowships_here
from sim.market.matching import OPTIONS, HiringScore, deferred_acceptance
from sim.market.offers import jobs_in_own_country, jobs_outside, own_country_life, posts_of_hosts, visits
from sim.market.posts import RANK_OF, TIER_COUNT, cell
from sim.market.scene import Choice, Choices, Scene
from sim.market.selection import return_posts
from sim.market.utility import Tables, prospects
from sim.process import beliefs
from sim.vocabulary import HOME, RANKS, Field, Stage, Tier

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.market.institutions import Programme, Region
    from sim.market.search import Seekers
    from sim.population.columns import Columns
    from sim.year import Year

F32 = np.float32
_RECENT, _ALWAYS = 12, 99  # years after the doctorate within which tenure tracks are open (usual rules), and others


def choose(
    people: Columns,
    seekers: Seekers,
    vacancies: NDArray[np.int64],
    programmes: list[Programme],
    regions: list[Region],
    t: Tables,
    year: Year,
) -> Choices:
    """Run the year's applications, rankings and offers, and return what everyone chose."""
    scene = Scene(people, seekers, seekers.degree_year > 0, prospects(seekers, t, year), t, year)
    choices = _what_is_at_hand(scene)
    at_hand = choices.value.copy()
    jobs_outside(scene, choices)
    jobs_in_own_country(scene, choices)
    fellowships_here(scene, choices, at_hand, programmes)
    travellers = scene.travellers(arrays.where(seekers.for_abroad & (seekers.region == HOME)))
    if len(travellers.who):
        posts_of_hosts(scene, choices, at_hand, travellers, regions)
        visits(scene, choices, at_hand, travellers)
        fellowships_abroad(scene, choices, at_hand, travellers, programmes)
    _posts_at_home(scene, choices, vacancies)
    return choices


def _what_is_at_hand(scene: Scene) -> Choices:
    """Staying as before or, where that is over, the fallback: home without a post, or a guaranteed one.

    For foreigners it is their own country: with a job if a contract abroad or leave from a post there has ended, and
    without one if a permit has.
    """
    people, seekers, o, t, year = scene.people, scene.seekers, scene.prospects, scene.tables, scene.year
    p = year.parameters
    rows, stage, region, origin = seekers.rows, seekers.stage, seekers.region, seekers.origin
    value = utility.at_home(o, t, seekers.tier, stage)
    job = arrays.where(stage == Stage.INDUSTRY)
    value[job] = utility.outside_research(o, t, Stage.INDUSTRY, job)

    away = arrays.where(region != HOME)
    ends = people.contract_end[rows[away]] == year.number
    value[away] = utility.going_on_abroad(o, t, seekers, away, ends, p)
    kind = np.full(len(rows), Choice.STAY, np.uint8)
    out_of_contract = seekers.out_of_contract
    own = arrays.where(out_of_contract & ~o.native)
    value[own] = own_country_life(scene, own, p.homeward_share * p.moving_cost)
    kind[own], place = Choice.OWN_COUNTRY, region.copy()
    place[own] = origin[own]
    between = arrays.where((stage == Stage.UNPLACED) & (region == HOME))
    lapsed = _without_permit(scene, between)
    value[lapsed] = utility.home_without_a_job(o, t, lapsed) - F32(p.homeward_share * p.moving_cost)
    kind[lapsed], place[lapsed] = Choice.LAPSED, origin[lapsed]
    recalled = _with_a_post_to_return_to(scene, between)
    value[recalled] = own_country_life(scene, recalled, p.homeward_share * p.moving_cost)
    kind[recalled], place[recalled] = Choice.OWN_COUNTRY, origin[recalled]
    back = arrays.where(out_of_contract & o.native)
    if len(back):
        other = o.of(back)
        guaranteed = people.guaranteed[rows[back]]
        fallback = np.where(guaranteed, return_posts(seekers.draw_key[back], year), np.uint8(Stage.UNPLACED))
        at = np.where(guaranteed, np.uint8(Tier.RESEARCH_UNIVERSITY), np.uint8(Tier.NONE))
        value[back] = utility.at_home(other, t, at, fallback) - F32(p.moving_cost)
        kind[back] = Choice.RETURN
    return Choices(
        kind,
        np.full(len(rows), -1, np.int16),
        place,
        F32(p.beta) * value + gumbel(seekers.draw_key, year.number, Draw.TASTE_STAY),
    )


def _without_permit(scene: Scene, between: NDArray[np.intp]) -> NDArray[np.intp]:
    """Foreigners between posts at home who may not stay another year to look for one: they go home, job or no job."""
    who = between[arrays.where(~scene.prospects.native[between])]
    lapsed: NDArray[np.intp] = who[
        arrays.where(scene.drawn(who, Draw.STAY_PERMIT) >= F32(scene.year.parameters.job_search_stay))
    ]
    return lapsed


def _with_a_post_to_return_to(scene: Scene, between: NDArray[np.intp]) -> NDArray[np.intp]:
    """Foreign doctorates of the year on leave from a post in their own country: the leave ends with the degree."""
    new = between[arrays.where(scene.seekers.degree_year[between] == scene.year.number)]
    recalled: NDArray[np.intp] = new[arrays.where(scene.people.on_leave[scene.seekers.rows[new]])]
    return recalled


def _posts_at_home(scene: Scene, choices: Choices, vacancies: NDArray[np.int64]) -> None:
    """Apply to the posts that beat the best offer so far, be ranked by employers, be matched."""
    people, seekers, year = scene.people, scene.seekers, scene.year
    who = arrays.where(seekers.for_home & scene.graduate)
    offered = (choices.kind == Choice.HOST) | (choices.kind == Choice.AWARD) | (choices.kind == Choice.POST)
    who, wanted = _wishes(scene, who, choices.value, offered)
    rows = seekers.rows[who]
    score = HiringScore(people, rows, seekers.draw_key[who], year)
    tier, rank = np.divmod(np.arange(OPTIONS), len(RANKS))
    option_cell = cell(tier, 0, rank + Stage.POSTDOC)
    cell_of_field = cell(0, np.arange(len(Field), dtype=np.uint8), Stage.POSTDOC)
    own_cell = cell_of_field.take(seekers.field[who], mode="clip")
    match = deferred_acceptance(wanted, score.of(wanted), score.draw_key, option_cell, own_cell, vacancies)
    hired = arrays.where(match >= 0)
    cells, winners = match[hired], who[hired]
    choices.kind[winners] = Choice.POST
    choices.target[winners] = cells
    choices.region[winners] = HOME
    lasting = np.zeros(len(who), np.bool_)
    lasting[hired] = cells % len(RANKS) >= RANKS.index(Stage.TENURE_TRACK)
    stage, away = seekers.stage, seekers.region != HOME
    without_post = away | (stage < Stage.TENURE_TRACK) | (stage > Stage.PERMANENT)
    peers = arrays.where((~seekers.candidate & (stage != Stage.INDUSTRY) & without_post)[who])
    _seen(scene, rows[peers], lasting[peers], score.common[peers])


def _wishes(
    scene: Scene, who: NDArray[np.intp], at_hand: NDArray[np.float32], offered: NDArray[np.bool_]
) -> tuple[NDArray[np.intp], NDArray[np.uint8]]:
    """Those of who that apply to posts of their field, (n,), and to which, (applications, n), as `kernels.best_first`.

    An option, one for every tier and rank, is worth beta V + Gumbel. who: places among the seekers, of whom at_hand is
    the best so far, and offered whether they hold an award or a host's offer.
    """
    seekers, year, t, p = scene.seekers, scene.year, scene.tables, scene.year.parameters
    o, ranks = scene.prospects, list(RANKS)
    moving = np.zeros(len(Stage), F32)
    moving[[Stage.DOCTORAL, *RANKS]] = p.domestic_moving_cost
    return kernels.wishes(
        int(p.applications),
        seekers.draw_key,
        keys(year.number, Draw.TASTE_POST, range(OPTIONS)),
        who,
        seekers.stage,
        seekers.tier,
        seekers.region,
        seekers.origin,
        seekers.candidate,
        seekers.degree_year,
        o.secure,
        o.here,
        o.post,
        o.without,
        o.chance_home,
        at_hand,
        offered,
        year.number,
        RANK_OF,
        t.home[:TIER_COUNT, ranks],
        t.security[ranks],
        t.least_chance[ranks],
        np.array([_ALWAYS, _ALWAYS, _RECENT, _ALWAYS], np.int16),
        np.array([True, True, False, False]),  # awards and hosts' offers are taken up before short contracts are given
        moving,
        F32(p.moving_cost),
        -(t.move + F32(p.foreign_post_taste)),
        F32(p.beta),
        F32(o.discount),
    )


def _seen(scene: Scene, rows: NDArray[np.intp], lasting: NDArray[np.bool_], score: NDArray[np.float32]) -> None:
    """Count who looked for a lasting post and who got one, and how steeply the odds rise with the ranking score."""
    tally = scene.year.tally
    kind = beliefs.cell_of(scene.people, rows, scene.year)
    shape = tally.searches.shape
    tally.searches += np.bincount(kind, minlength=tally.searches.size).reshape(shape)
    won, lost = arrays.where(lasting), arrays.where(~lasting)
    tally.successes += np.bincount(kind[won], minlength=tally.searches.size).reshape(shape)
    if len(won) and len(lost):
        gap = float(score[won].mean(dtype=np.float64) - score[lost].mean(dtype=np.float64))
        share = float(lasting.mean())
        within = float(score.var(dtype=np.float64)) - share * (1 - share) * gap**2
        tally.hiring_odds_slope = gap / within if within > 0 else 0.0  # the slope of a linear discriminant
