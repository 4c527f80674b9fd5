"""What an option is worth: the deterministic part V of random utility, in log annual income equivalents.

    V(i, j) = ln income(j) + security(i) s(j) + autonomy a(j) + research time t(j) + peers q(j) + taste for research
              + home(i, j) + language(i, j) + isolation(j) + mass(j) + distance, network and corridor of a move(j)
              - cost of moving(i, j) + discount E[next | j]

`Tables` holds what is the same for everybody in a year; `Prospects` what one person expects from each option.
Sources: DESIGN section 4; the weights and their evidence are in data/parameters.csv, the positions in
data/positions.csv.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

import numpy as np

from sim import kernels
from sim.instruments.programmes import INCOME
from sim.vocabulary import Stage, Tier
from sim.world.programmes import ProgrammeKind
from sim.world.world import STAGES, TIERS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.market.institutions import Programme
    from sim.market.search import Seekers
    from sim.population.columns import Columns
    from sim.world.parameters import Parameters
    from sim.year import Year

F32 = np.float32
_SCHOLARS = 1e6  # published scholars of a region whose mass is worth nothing: sets the zero
_RESEARCH = (Stage.DOCTORAL, Stage.POSTDOC, Stage.FIXED_TERM, Stage.TENURE_TRACK, Stage.PERMANENT, Stage.UNPLACED)


@dataclass(frozen=True)
class Tables:
    """Values common to everybody this year.

    home: (tiers + 1, stages) value of a position at home, pay at purchasing power. security: (stages,) share of the
    security of a permanent post. least_chance: (stages,) of a lasting post, whatever is believed. contract,
    lasting: (regions,) value of a host contract and of a lasting host post. move: (regions,) distance, network and
    corridor of a move from home there, cost of moving included. mass: (regions,) the choice among hosts that a large
    research system offers to those who look there. isolation, language: (regions,) costs of being abroad for a person
    formed at home, the latter at no command of the language.
    tenure: (regions,) chance of a lasting host post within the horizon. award: (programmes,) ln income of an award,
    spent abroad at the market exchange rate or at home at home prices. pay: (stages,) ln income of a stage at home, of
    the research university where tiers differ. stipend: ln income of a doctoral stipend. exchange: how home pay looks
    to a foreigner, over purchasing power. own_job: (regions,) value of a job in the country of origin, to stay;
    returning: (regions,) its yearly value, less the cost of the way there.
    """

    home: NDArray[np.float32]
    security: NDArray[np.float32]
    least_chance: NDArray[np.float32]
    contract: NDArray[np.float32]
    lasting: NDArray[np.float32]
    move: NDArray[np.float32]
    mass: NDArray[np.float32]
    isolation: NDArray[np.float32]
    language: NDArray[np.float32]
    tenure: NDArray[np.float32]
    award: NDArray[np.float32]
    pay: NDArray[np.float32]
    pay_abroad: NDArray[np.float32]
    stipend: float
    exchange: float
    own_job: NDArray[np.float32]
    returning: NDArray[np.float32]


def tables(year: Year, diaspora: NDArray[np.float64], programmes: list[Programme]) -> Tables:
    """The tables of a year. `diaspora`: (regions,) home-formed persons living there, in real persons."""
    world, p = year.world, year.parameters
    price = year.driver("price_level")
    private = log(year.driver("private_pay"))
    mean_time = year.driver("research_time")
    position = world.positions

    def ln_income(stage: str, tier: str) -> float:
        known = position.numbers["income"]
        value = known[key if (key := ("", "", tier, "", stage)) in known else ("", "", "", "", stage)].value
        return log(value * 1e6 / price / 1e3) + (
            private if stage in (STAGES[Stage.INDUSTRY], STAGES[Stage.LEFT]) else 0
        )

    home = np.zeros((len(Tier), len(Stage)), F32)
    security = position.along("stage", STAGES, "security").astype(F32)
    least_chance = np.zeros(len(Stage), F32)
    least_chance[[Stage.TENURE_TRACK, Stage.PERMANENT]] = p.tenure_granted, 1
    autonomy = position.along("stage", STAGES, "autonomy").astype(F32)
    faculty = (Stage.FIXED_TERM, Stage.TENURE_TRACK, Stage.PERMANENT)
    others = [int(stage) for stage in _RESEARCH if stage not in faculty]
    time_of = {stage: position.value("research_time_stage", stage=STAGES[stage]) for stage in others}
    for tier_code, tier in enumerate((*TIERS, "")):
        peers = position.value("peers_tier", tier=tier) if tier else 0.0
        of_faculty = mean_time + (position.value("research_time_tier", tier=tier) if tier else 0.0)
        for stage_code, stage in enumerate(STAGES):
            if tier or stage_code not in faculty:
                value = ln_income(stage, tier) + p.autonomy * autonomy[stage_code]
                if stage_code in _RESEARCH:
                    time = time_of.get(stage_code, of_faculty)
                    value += p.science_taste + p.peers * peers + p.research_time * (time - mean_time) / 0.1
                home[tier_code, stage_code] = value
    contract_time, lasting_time = (  # on a host contract one works as a postdoc does at home
        p.research_time * (position.value("research_time_stage", stage=stage) - mean_time) / 0.1
        for stage in ("postdoc", "lasting host post")
    )

    quality = world.by_region("peers")
    ratio = np.array([1.0, *world.drivers.along("region", world.abroad, "income_ratio", year=year.number)])
    pay = np.log(world.drivers.value("postdoc_pay_reference", year=year.number, region=_reference(year)) / 1e3)
    pay_abroad = pay + p.host_pay_premium + p.pay_elasticity * np.log(ratio)
    shared = pay_abroad + p.science_taste + p.peers * quality
    contract = shared + contract_time + p.autonomy * autonomy[Stage.POSTDOC]
    lasting = shared + lasting_time + p.faculty_premium + p.autonomy
    step = lasting_time - contract_time + p.faculty_premium + p.autonomy
    own_job = contract + p.own_country_rank * step
    flow = np.maximum(world.by_region("flow_to_home"), 1.0)
    move = (
        p.distance / p.beta * np.log(np.maximum(world.by_region("distance"), 1.0) / 1000)
        + p.network / p.beta * np.log((diaspora + 20.0) / 1000)
        + p.corridor / p.beta * np.log(flow / 200)
        - p.moving_cost
    )
    scholars = world.drivers.along("region", world.abroad, "scholar_stock", year=year.number)
    abroad_spent = np.array([programme.record.kind.spent_abroad for programme in programmes])
    worth = np.where(abroad_spent, year.driver("exchange_rate"), price)
    spent = np.array([programme.lever(year, INCOME) * programme.supplement(year) for programme in programmes])
    return Tables(
        home=home,
        security=security,
        least_chance=least_chance,
        contract=contract.astype(F32),
        lasting=lasting.astype(F32),
        move=move.astype(F32),
        mass=np.append(0.0, p.mass / p.beta * np.log(scholars / _SCHOLARS)).astype(F32),
        isolation=(p.isolation / (1 + diaspora / p.community_half)).astype(F32),
        language=(-p.language * (1 - world.by_region("working_language"))).astype(F32),
        tenure=(1 - (1 - world.by_region("host_tenure")) ** p.horizon).astype(F32),
        award=np.log(spent * 1e6 / worth / 1e3).astype(F32),
        pay=np.array([ln_income(stage, TIERS[0]) for stage in STAGES], F32),
        pay_abroad=pay_abroad.astype(F32),
        stipend=max(
            float(np.log(x.lever(year, INCOME) * 1e3 / price))
            for x in programmes
            if x.record.kind is ProgrammeKind.STIPEND
        ),
        exchange=p.exchange_weight * (log(price) - log(year.driver("exchange_rate"))),
        own_job=((1 + p.discount) * own_job).astype(F32),
        returning=(own_job - p.homeward_share * p.moving_cost).astype(F32),
    )


def _reference(year: Year) -> str:
    (key,) = {key[1] for key in year.world.drivers.numbers["postdoc_pay_reference"]}
    return key


@dataclass(frozen=True)
class Prospects:
    """A person's view of the future, arrays of shape (n,).

    secure: value of security to the person. own: what living in the own country is worth, to some more than to others.
    here: what living at home is worth (own country, or exchange rate and language). back: yearly value to foreigners of
    a later return to the country of origin; -inf to those of home origin. post, without: yearly value at home with a
    permanent post, and in the job that is left to one who finds none; to foreigners, of whichever of it and of
    returning will be better. chance_home, chance_away: perceived chance of a post for one who stays and for one who
    leaves without a home post: pessimism times what visible peers show.
    """

    native: NDArray[np.bool_]
    secure: NDArray[np.float32]
    own: NDArray[np.float32]
    here: NDArray[np.float32]
    back: NDArray[np.float32]
    post: NDArray[np.float32]
    without: NDArray[np.float32]
    chance_home: NDArray[np.float32]
    chance_away: NDArray[np.float32]
    discount: float
    beta: float

    def after(self, chance: NDArray[np.float32] | float) -> NDArray[np.float32]:
        """discount E[next]: the continuation value of an option that leads to a home post with this chance."""
        return F32(self.discount) * (self.without + chance * (self.post - self.without))

    def of(self, who: NDArray[np.intp]) -> Prospects:
        """The outlook of some of them, by place."""
        return Prospects(
            self.native[who],
            self.secure[who],
            self.own[who],
            self.here[who],
            self.back[who],
            self.post[who],
            self.without[who],
            self.chance_home[who],
            self.chance_away[who],
            self.discount,
            self.beta,
        )


def prospects(people: Columns | Seekers, t: Tables, year: Year) -> Prospects:
    """The outlook of people."""
    p = year.parameters
    secure = np.full(len(Stage), p.security_fixed, F32)
    secure[Stage.PERMANENT] = p.security_permanent
    arrays = kernels.prospects(
        people.stage,
        people.origin,
        people.home_taste,
        people.language,
        people.belief_home,
        people.belief_away,
        secure,
        F32(p.home_origin),
        F32(p.home_foreign),
        F32(t.exchange),
        F32(p.language),
        t.home[: len(TIERS), Stage.PERMANENT].mean(),
        t.home[Tier.NONE, Stage.LEFT],
        t.security[Stage.LEFT],
        t.returning,
        F32(p.own_country_security),
        F32(p.beta),
        F32(p.pessimism),
    )
    return Prospects(*arrays, discount=p.discount, beta=p.beta)


def at_home(o: Prospects, t: Tables, tier: NDArray[np.uint8], stage: NDArray[np.uint8]) -> NDArray[np.float32]:
    """V of a position at home each, shape (n,), which leads to a lasting post with the perceived chance or, where the
    stage makes that likelier, with `least_chance`.
    """
    return kernels.life_at_home(
        tier,
        stage,
        o.secure,
        o.here,
        o.post,
        o.without,
        o.chance_home,
        t.home,
        t.security,
        t.least_chance,
        F32(o.discount),
    )


def outside_research(o: Prospects, t: Tables, stage: Stage, who: NDArray[np.intp]) -> NDArray[np.float32]:
    """V of a job at home outside academia (`INDUSTRY`) or outside research (`LEFT`): it goes on as it is, or foreigners
    return from it.

    who: places, among the people of the outlook, of those who are asked about.
    """
    yearly = t.home[Tier.NONE, stage] + o.secure[who] * t.security[stage] + o.here[who]
    value: NDArray[np.float32] = yearly + F32(o.discount) * better_of(yearly, o.back[who], o.beta)
    return value


def home_without_a_job(o: Prospects, t: Tables, who: NDArray[np.intp]) -> NDArray[np.float32]:
    """V to foreigners of life in their own country, outside research; `who` as in `outside_research`."""
    yearly = t.home[Tier.NONE, Stage.LEFT] + o.secure[who] * t.security[Stage.LEFT] + o.own[who]
    value: NDArray[np.float32] = F32(1 + o.discount) * yearly
    return value


def better_of(one: NDArray[np.float32], other: NDArray[np.float32], beta: float) -> NDArray[np.float32]:
    """What the choice between two options with Gumbel tastes will be worth, less Euler's constant (McFadden 1978)."""
    return kernels.better_of_each(one, other, F32(beta))


def abroad(
    o: Prospects,
    t: Tables,
    origin: NDArray[np.uint8],
    language: NDArray[np.float32],
    who: NDArray[np.intp],
    chance: NDArray[np.float32],
) -> NDArray[np.float32]:
    """V of life on a host contract in every region, moving counted, shape (regions, n); home is -inf, and the own
    country too, which is looked at on its own.

    origin, language: of the people of the outlook. who: places of the n among them. chance: (n,) perceived, of a home
    post from there. A lasting host post may come instead.
    """
    return kernels.life_abroad(
        who,
        origin,
        language,
        o.secure,
        o.post,
        o.without,
        chance,
        t.contract,
        t.lasting,
        t.tenure,
        t.isolation,
        t.language,
        t.move + t.mass,
        F32(o.discount),
    )


def going_on_abroad(
    o: Prospects, t: Tables, seekers: Seekers, who: NDArray[np.intp], ends: NDArray[np.bool_], p: Parameters
) -> NDArray[np.float32]:
    """V of going on as before, (n,), to those who are abroad: on a host contract, as `abroad`, but where that ends this
    year a lasting host post can only come if the host renews; in a lasting host post, which goes on as it is; or, to
    foreigners in their own country, in the job there.

    who: places of the n among the people of the outlook. ends: (n,) whether a contract ends this year.
    """
    return kernels.going_on_abroad(
        who,
        seekers.stage,
        seekers.region,
        seekers.origin,
        seekers.language,
        o.secure,
        o.own,
        o.post,
        o.without,
        o.chance_away,
        ends,
        t.contract,
        t.lasting,
        t.tenure,
        t.isolation,
        t.language,
        t.own_job,
        F32(p.host_renewal),
        F32(p.own_country_security),
        F32(o.discount),
        F32(1 + o.discount),
        int(Stage.PERMANENT),
    )


def best_option(values: NDArray[np.float32]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """The best option of each person, of equals the first, and its value; both (n,). values: (options, n)."""
    return kernels.best_option(np.ascontiguousarray(values))
