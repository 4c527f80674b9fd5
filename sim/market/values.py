"""What positions at home and abroad are worth to everybody in a year, in log annual income.

    V(i, j) = ln income(j) + security(i) s(j) + autonomy a(j) + research time t(j) + peers q(j) + taste for research
              + home(i, j) + language(i, j) + isolation(j) + mass(j) + distance, network and corridor of a move(j)
              - cost of moving(i, j) + discount E[next | j]

`PositionValues` holds what is the same for everybody; the rules of `sim.rules.utility` make of it what an option is
worth to a person. What depends on the world, the parameters and the year alone is worked out once for all runs of a
parameter set; policies and the number of compatriots abroad are added every year. The weights and their evidence are
in parameters.csv, the positions in positions.csv.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import log, nan
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.engine.compiler import Floats, Words  # noqa: TC001  the layout is read from annotations
from sim.engine.draws import Draw, keys, keys_of_year
from sim.engine.layout import Layout, Table
from sim.instruments.programmes import INCOME, LEVERS, supplement
from sim.market import terms, under_levers
from sim.population.cells import Cells
from sim.rules.benefits import NOBODY
from sim.rules.ties import growth_everywhere, growth_of_mass
from sim.vocabulary import LEADING, RANKS, Stage
from sim.world.derived import derived
from sim.world.world import STAGES
from sim.year import kept_by_levers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.engine.layout import Record
    from sim.world.parameters import Parameters
    from sim.world.world import World
    from sim.year import Year

F32 = np.float32
_SCHOLARS = 1e6  # published scholars of a region whose mass is worth nothing: sets the zero
_RESEARCH = (Stage.DOCTORAL, Stage.POSTDOC, Stage.FIXED_TERM, Stage.TENURE_TRACK, Stage.PERMANENT, Stage.UNPLACED)
_FACULTY = np.array([Stage.FIXED_TERM, Stage.TENURE_TRACK, Stage.PERMANENT])
_PRIVATE = np.array([Stage.INDUSTRY, Stage.LEFT])
_NO_RESEARCH = np.array([stage for stage in Stage if stage not in _RESEARCH])


class RegionValues:
    """What regions are worth to everybody, (regions,); 0 for home where it means nothing."""

    contract: Floats  # yearly value of a host contract
    lasting: Floats  # and of a lasting host post, but for security
    move: Floats  # distance, network and corridor of a move from home there, cost of moving included
    coming: Floats  # the same of a move of a foreigner from there to home, and what home is reputed to be
    mass: Floats  # the choice among hosts that a large research system offers to those who look there
    isolation: Floats  # cost of being abroad for a person formed at home
    language: Floats  # and of speaking nothing of the language
    tenure: Floats  # chance of a lasting host post within the horizon
    pay_abroad: Floats  # ln income of a host contract
    industry: Floats  # yearly value of a job outside academia, but for security
    own_job: Floats  # value of a job in the country of origin, to stay
    returning: Floats  # its yearly value, less the cost of the way there
    own_country_job: Floats  # chance of such a job in a year, for a foreigner who looks for one
    openness: Floats  # of its hosts and its labour market to foreigners, 0-1
    reach: Floats  # of its hosts for applications from home, 0-1: openness, and what contacts there make of it
    peers: Floats  # quality of research there
    taste: Words  # key of the taste for the region


REGIONS = Layout.of(RegionValues)


class Regions(Table, RegionValues):
    """`RegionValues` of a year."""

    layout = REGIONS


@dataclass(frozen=True)
class PositionValues:
    """Values common to everybody in a year.

    home: (tiers + 1, stages) value of a position at home, pay at purchasing power. security: (stages,) share of the
    security of a permanent post. award: (programmes,) ln income of an award, spent abroad at the market exchange rate
    or at home at home prices; NaN of a programme that pays none. pay: (stages,) ln income of a stage at home, of the
    leading tier where tiers differ. stipend: (stipends,) ln income of each, code 1 first. exchange: how home pay looks
    to a foreigner, over purchasing power. regions: see `RegionValues`. common: these and some costs and weights as one
    record for loops; see `Common`.
    """

    home: NDArray[np.float32]
    security: NDArray[np.float32]
    award: NDArray[np.float32]
    pay: NDArray[np.float32]
    stipend: NDArray[np.float32]
    exchange: float
    regions: Regions
    common: Record


_DRAWS = (
    *(Draw.TASTE_STAY, Draw.TASTE_LEAVE, Draw.TASTE_INDUSTRY, Draw.TASTE_OWN_COUNTRY, Draw.STAY_PERMIT),
    *(Draw.OFFER_INDUSTRY, Draw.OFFER_OWN_COUNTRY, Draw.OFFER_THIRD_REGION, Draw.SEEK_ONWARD, Draw.LEAVE_GRANTED),
    *(Draw.HOST_REACHED, Draw.HOST_RANKING, Draw.OWN_OPENING),
    *(Draw.TASTE_INDUSTRY_ABROAD, Draw.OFFER_INDUSTRY_ABROAD),
)
_DRAWS_OF_LIFE = (Draw.RETURN_POST_TRACK, Draw.HIGHLY_SKILLED)


@cache
def _common_of(cells: Cells) -> np.dtype[np.void]:
    """Numbers of a year that loops take as one record: tables, costs and keys of draws.

    Its shapes say how many tiers and fields there are: the last row of `home` is that of no tier.
    """
    return np.dtype(
        [
            ("year", np.int64),
            ("home", F32, (cells.tiers + 1, len(Stage))),
            ("security", F32, len(Stage)),
            ("least_chance", F32, len(Stage)),  # of a lasting post, whatever is believed
            ("security_value", F32, len(Stage)),  # what full security is worth to people in a stage
            ("industry_offer", F32, (cells.fields,)),  # chance by field
            ("offers_over_usual", F32, (2, cells.fields)),  # of natives and foreigners at home
            ("language_bridged", F32),  # share of the language gap that does not count for such offers at home
            (
                "leave",
                F32,
                len(Stage),
            ),  # chance that an employer or a supervisor lets a person of a stage go on a visit
            ("domestic_move", F32, len(Stage)),  # cost of taking another post at home
            ("best_post", F32),  # value of a permanent post, mean over tiers
            ("usual_post", F32, len(Stage)),  # value of a post of a stage, mean over tiers
            ("benefit", F32, (NOBODY + 1, len(Stage))),  # on offer, by group and stage of now, over both periods
            ("borne", F32),  # share of what a family makes a move cost that no support takes away
            ("startup", F32),  # yearly worth of the start-up money of a guaranteed return post
            ("exchange", F32),
            ("postdoc_pay", F32),  # ln income at home
            ("years", F32),  # 1 + discount
            ("way_home", F32),  # cost of a foreigner's move to the country of origin
            ("fare", F32),  # what a short stay costs who pays for the way
            ("onward", F32),  # probability that a foreigner looks to a third region
            ("effort", F32),  # what applying for a fellowship costs, on the scale of taste
            ("usual_papers", F32),
            ("weight_of_papers", F32),
            ("openness", F32),  # of the borders
            # keys of draws, up to the end: see `_keys_of`
            ("taste_of_posts", np.uint64, (cells.options,)),  # keys of the taste for a post of a tier and rank
            ("noise_of_posts", np.uint64, (cells.options,)),  # and of the noise in an employer's ranking
            *((draw.name, np.uint64) for draw in (*_DRAWS, *_DRAWS_OF_LIFE)),  # keys of draws
        ]
    )


class _Kept(NamedTuple):
    """What a world and parameters say of a year whatever the policy. move: without the network, (2, regions)."""

    common: NDArray[np.void]
    regions: Regions
    pay: NDArray[np.float32]
    move: NDArray[np.float64]


def position_values(
    year: Year,
    diaspora: NDArray[np.float64],
    known: NDArray[np.float64],
    corridors: NDArray[np.float64],
    reputation: NDArray[np.float64] | None = None,
) -> PositionValues:
    """The values of a year.

    diaspora: (regions,) people of home origin who live there, in real persons. known: the same when the model began.
    corridors: (regions,) flows from there as they are remembered, over those of the first years, beside the same of
    all. reputation: (regions,)
    of home, in log income; None as usual.

    Who goes abroad follows those of home origin who live there now. Who comes follows those who came from there before,
    which the corridor holds: people of home origin who go there send nobody here, so only how well home was known when
    the model began stands in the way here.
    """
    p, kept = year.parameters, _kept(year)
    regions = Regions(len(kept.regions))
    regions.memory[:] = kept.regions.memory
    distance, corridor = kept.move
    corridor = corridor + p.corridor / p.beta * np.log(corridors)
    for way, there in (regions.move, diaspora), (regions.coming, known):
        way[:] = distance + p.network / p.beta * np.log((there + 20.0) / 1000) + corridor - p.moving_cost
    regions.isolation[:] = p.isolation / (1 + diaspora / p.community_half)
    regions.mass[1:] -= _growth_of_all(year)
    under_levers.regions(regions, reputation, year)
    award, stipend = _awards(year)
    made, pay_at_home = _with_levers(year)
    if year.time_gained is not None:
        made = under_levers.with_time(made, year.time_gained, p.research_time)
    common = made[0]
    return PositionValues(
        home=common["home"],
        security=common["security"],
        award=award,
        pay=pay_at_home,
        stipend=stipend,
        exchange=_exchange(year.world, p, year.number),
        regions=regions,
        common=made,  # type: ignore[arg-type]  # loops see its one element
    )


def _growth_of_all(year: Year) -> float:
    """What the growth of all regions since the first year would add to the pull of each, log income: as in the record
    of the country, so that a scenario of one region moves that one alone.
    """
    of_years, p = _growth_of_years(year.recorded, year.parameters), year.parameters
    if year.number not in of_years:
        before = year.recorded.by_region("flow_from_home")[1:].astype(np.float64)
        growth = year.recorded.growth_abroad(year.number)[1:]
        of_years[year.number] = log(growth_everywhere(before, growth, p.mass_growth)) / p.beta
    return of_years[year.number]


@derived
def _growth_of_years(_world: World, _p: Parameters) -> dict[int, float]:
    """By year; filled as years are asked for."""
    return {}


@kept_by_levers
def _awards(year: Year) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Ln income of the award of each programme, and of each stipend, as `PositionValues` has them."""
    award, stipend, price = [], [], year.driver("price_level")
    for record in year.programmes:
        if INCOME not in LEVERS[record.kind]:
            award.append(nan)
            continue
        income = year.levers.of(record, INCOME, year.number)
        worth = year.driver("exchange_rate") if record.kind.spent_abroad else price
        award.append(income * supplement(record, year) * 1e6 / worth / 1e3)
        if record.kind.held_as_stipend:
            stipend.append(income * 1e3 / price)
    return np.log(award).astype(F32), np.log(stipend).astype(F32)


@kept_by_levers
def _with_levers(year: Year) -> tuple[NDArray[np.void], NDArray[np.float32]]:
    """The numbers of a year, and pay by stage, with what levers make of them."""
    kept = _kept(year)
    return under_levers.numbers(kept.common, kept.pay, year)


def numbers_of(year: Year) -> Record:
    """The numbers of a year that loops take as one record."""
    return _kept(year).common  # type: ignore[return-value]


def _kept(year: Year) -> _Kept:
    """What `_Kept` holds, worked out when a year is first asked for."""
    tables = _tables(year.world, year.parameters)
    if year.number not in tables:
        tables[year.number] = _make(year.world, year.parameters, year.number)
    return tables[year.number]


@derived
def _tables(_world: World, _p: Parameters) -> dict[int, _Kept]:
    """By year; filled as years are asked for, as another country may have many."""
    return {}


@cache
def _keys_of(cells: Cells, year: int) -> NDArray[np.uint8]:
    """The keys of a year as they lie at the end of its numbers, bytes."""
    numbers: Any = np.zeros(1, _common_of(cells))
    for when, names in ((year, _DRAWS), (0, _DRAWS_OF_LIFE)):
        drawn: Any = keys_of_year(when)
        for draw in names:
            numbers[draw.name] = drawn[draw.name]
    numbers["taste_of_posts"] = keys(year, Draw.TASTE_POST, range(cells.options))
    numbers["noise_of_posts"] = keys(year, Draw.HIRING_RANKING, range(cells.options))
    first: int = numbers.dtype.fields["taste_of_posts"][1]
    return numbers.view(np.uint8)[first:]  # type: ignore[no-any-return]


@derived
def _of_all_years(world: World, p: Parameters) -> NDArray[np.void]:
    """The numbers of a year that are the same in all years; the others are 0."""
    common = np.zeros(1, _common_of(Cells.of(world)))
    values = common[0]
    values["security"] = world.positions.along("stage", STAGES, "security")
    values["least_chance"][[Stage.TENURE_TRACK, Stage.PERMANENT]] = p.tenure_granted, 1
    values["security_value"] = p.security_fixed
    values["security_value"][Stage.PERMANENT] = p.security_permanent
    values["industry_offer"] = world.candidates.along("field", world.fields, "industry_offer")
    values["offers_over_usual"], values["leave"] = 1, p.leave_feasible
    values["domestic_move"][[Stage.DOCTORAL, *RANKS]] = p.domestic_moving_cost
    for name, value in {
        "borne": 1,
        "years": 1 + p.discount,
        "way_home": p.homeward_share * p.moving_cost,
        "fare": p.visit_share * p.moving_cost,
        "onward": p.search_abroad * p.third_region_offers,
        "effort": p.beta * p.application_effort,
        "usual_papers": p.paper_rate + 0.05,
        "weight_of_papers": 1 - p.merit_talent,
    }.items():
        values[name] = value
    return common


def _make(world: World, p: Parameters, year: int) -> _Kept:
    common, drawn = _of_all_years(world, p).copy(), _keys_of(Cells.of(world), year)
    common.view(np.uint8)[-len(drawn) :] = drawn
    values = common[0]
    income, own_ideas, research = terms.at_home(world, p, year)
    home, pay = terms.of_positions(income, own_ideas, research), income[LEADING].astype(F32)
    for name, value in {
        "year": year,
        "home": home,
        "best_post": home[:-1, Stage.PERMANENT].mean(),
        "usual_post": home[:-1].mean(axis=0),
        "exchange": _exchange(world, p, year),
        "postdoc_pay": pay[Stage.POSTDOC],
        "openness": world.driver("border_openness", year),
    }.items():
        values[name] = value
    common.setflags(write=False)
    private = income[world.no_tier, Stage.INDUSTRY] - pay[Stage.POSTDOC] + own_ideas[0, Stage.INDUSTRY]
    regions, move = _regions(world, p, year, float(private))
    return _Kept(common, regions, pay, move)


def _exchange(world: World, p: Parameters, year: int) -> float:
    return p.exchange_weight * (log(world.driver("price_level", year)) - log(world.driver("exchange_rate", year)))


def _regions(world: World, p: Parameters, year: int, private: float) -> tuple[Regions, NDArray[np.float64]]:
    """The regions without what depends on who lives there; and distance and corridor of a move, (2, regions).

    private: what a job outside academia is worth above a postdoc's pay: at home, and assumed to be so abroad.
    """
    quality = world.by_region("peers")
    pay_abroad = terms.pay_abroad(world, p, year)
    contract_time, lasting_time = (  # on a host contract one works as a postdoc does at home
        terms.worth_of_time(world, p, year, kind) for kind in ("postdoc", "lasting host post")
    )
    autonomy = F32(world.positions.value("autonomy", stage=STAGES[Stage.POSTDOC]))
    shared = pay_abroad + p.science_taste + p.peers * quality
    contract = shared + contract_time + p.autonomy * autonomy
    lasting = shared + lasting_time + p.faculty_premium + p.autonomy
    step = lasting_time - contract_time + p.faculty_premium + p.autonomy
    own_job = contract + p.own_country_rank * step
    scholars = world.drivers.along("region", world.abroad, "scholar_stock", year=year)
    missed = (1 - world.by_region("own_country_job")) ** (world.growth_abroad(year) ** p.homeward_growth)
    regions = Regions(len(world.regions))
    regions.memory[:] = 0
    regions.contract[:] = contract
    regions.lasting[:] = lasting
    first = world.drivers.along("region", world.abroad, "scholar_stock", year=world.first_year)
    added = growth_of_mass(scholars / first, p.mass_growth)  # type: ignore[arg-type]  # of each
    regions.mass[:] = np.append(0.0, (p.mass * np.log(first / _SCHOLARS) + added) / p.beta)
    regions.language[:] = -p.language * (1 - world.by_region("working_language"))
    regions.tenure[:] = 1 - (1 - world.by_region("host_tenure")) ** p.horizon
    regions.pay_abroad[:] = pay_abroad
    regions.industry[:] = pay_abroad + private
    regions.own_job[:] = (1 + p.discount) * own_job
    regions.returning[:] = own_job - p.homeward_share * p.moving_cost
    regions.own_country_job[:] = 1 - missed
    regions.openness[:] = world.by_region("openness")
    regions.reach[:] = regions.openness
    regions.peers[:] = quality
    regions.taste[:] = keys(year, Draw.TASTE_REGION, range(len(world.regions)))
    distance = p.distance / p.beta * np.log(np.maximum(world.by_region("distance"), 1.0) / 1000)
    corridor = p.corridor / p.beta * np.log(np.maximum(world.by_region("flow_to_home"), 1.0) / 200)
    return regions, np.stack([distance, corridor]).astype(np.float64)
