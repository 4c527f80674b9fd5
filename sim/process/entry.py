"""Potential researchers decide once: a doctorate at home or abroad, a research post here, or something else.

Their number is exogenous and their identity is made of kind, year and number, so it never depends on policy.
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np

from sim.engine import arrays
from sim.engine.draws import Draw, draw_key, gumbel, gumbel_table, normal, rounded, uniform
from sim.instruments.stipends import Support, give_stipends, support
from sim.market import selection as awards
from sim.market import utility
from sim.market.matching import Ranked
from sim.market.utility import Prospects, Tables, best_option, better_of
from sim.population.traits import (
    Kind,
    character,
    first_tie,
    home_taste,
    home_worth,
    identities,
    language,
    language_brought_back,
    on_leave,
    pick,
    ties_brought_back,
)
from sim.vocabulary import HOME, Event, Mode, Stage, Tier
from sim.world.world import FIELDS, UNIVERSITIES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.market.institutions import Programme
    from sim.population.columns import Columns
    from sim.process.beliefs import Beliefs
    from sim.year import Year

F32 = np.float32


FROM_MASTER, FROM_WORK, FOREIGN, ABROAD = range(4)
"""Positions in `Tally.entrants`."""


class Entrants(NamedTuple):
    """New doctoral students, arrays of shape (n,). programme: that pays for a degree abroad, -1 for none."""

    identity: NDArray[np.int64]
    key: NDArray[np.uint64]
    field: NDArray[np.uint8]
    origin: NDArray[np.uint8]
    region: NDArray[np.uint8]
    programme: NDArray[np.int16]
    working: NDArray[np.bool_]

    @classmethod
    def of(
        cls,
        who: NDArray[np.intp],
        identity: NDArray[np.int64],
        key: NDArray[np.uint64],
        field: NDArray[np.uint8],
        *,
        origin: NDArray[np.uint8] | int = HOME,
        region: NDArray[np.uint8] | int = HOME,
        programme: NDArray[np.int16] | int = -1,
        working: bool = False,
    ) -> Self:
        """Those of the candidates who begin; origin, region and programme are theirs alone."""
        n = len(who)
        places = np.full(n, origin, np.uint8), np.full(n, region, np.uint8)
        return cls(identity[who], key[who], field[who], *places, np.full(n, programme, np.int16), np.full(n, working))


def enter(
    people: Columns, beliefs: Beliefs, programmes: list[Programme], founded_coverage: float, t: Tables, year: Year
) -> None:
    """Let this year's potential researchers decide, and take in those who come."""
    offered = support(programmes, people, founded_coverage, year)
    kinds = (
        *_masters(beliefs, programmes, offered, t, year),
        _working_adults(beliefs, t, year),
        _foreign_students(beliefs, offered, t, year),
    )
    _admit(people, Entrants(*(np.concatenate(column) for column in zip(*kinds, strict=True))), beliefs, year)
    _candidates(people, beliefs, year)
    give_stipends(people, programmes, year)


def prospect(key: NDArray[np.uint64], field: NDArray[np.uint8], beliefs: Beliefs, t: Tables, year: Year) -> Prospects:
    """The outlook of a home-origin person who weighs a doctorate: chances are what is seen in the field."""
    p, n = year.parameters, len(field)
    shown = np.minimum(F32(year.levers["information.pessimism"]) * beliefs.table()[:, 0], F32(1))
    secure, here = F32(p.security_fixed), home_worth(p.home_origin, key, year)
    return Prospects(
        native=np.ones(n, np.bool_),
        secure=np.full(n, secure),
        own=here,
        here=here,
        back=np.full(n, -np.inf, F32),
        post=(t.home[:3, Stage.PERMANENT].mean() + secure) + here,
        without=(t.home[Tier.NONE, Stage.INDUSTRY] + secure * t.security[Stage.INDUSTRY]) + here,
        chance_home=shown[:, 0].take(field, mode="clip"),
        chance_away=shown[:, 1].take(field, mode="clip"),
        discount=p.discount,
        beta=p.beta,
    )


def _shares(year: Year, series: str) -> NDArray[np.float64]:
    return year.world.candidates.along("field", FIELDS, series)


def _masters(
    beliefs: Beliefs, programmes: list[Programme], offered: Support, t: Tables, year: Year
) -> tuple[Entrants, ...]:
    """Master graduates: a job, a doctorate at home, or (a few) a doctorate abroad with a scholarship or paid by the
    host.
    """
    p = year.parameters
    number = rounded(year.driver("master_candidates") * year.scale, year.seed, Draw.ROUND_MASTERS)
    identity = identities(Kind.MASTER, year.number, number)
    key = draw_key(year.seed, identity)
    field = pick(key, _shares(year, "master_field_share"), Draw.FIELD)
    o = prospect(key, field, beliefs, t, year)
    job = year.world.positions
    price = year.driver("price_level") / year.driver("private_pay")
    early_pay, later_pay = (log(job.value(f"income_master_{part}") * 1e6 / price / 1e3) for part in ("job", "career"))
    stays = early_pay + p.discount * later_pay + (1 + p.discount) * (o.secure * t.security[Stage.INDUSTRY] + o.here)
    taste = F32(p.doctoral_taste) + F32(p.doctoral_taste_sd) * normal(key, 0, Draw.DOCTORAL_TASTE)
    doctorate = offered.expected + F32(p.science_taste) + taste + o.here + o.after(o.chance_home)
    beta = F32(p.beta)
    work = beta * stays.astype(F32) + gumbel(key, year.number, Draw.ENTRY_JOB)
    home = beta * doctorate.astype(F32) + gumbel(key, year.number, Draw.ENTRY_HOME)

    looks = arrays.where(
        uniform(key, year.number, Draw.DEGREE_ABROAD_SEARCH) < F32(p.search_abroad * year.driver("border_openness"))
    )
    abroad, entrants = np.zeros(number, np.bool_), []
    if len(looks):
        went, region, paid_by = _degrees_abroad(
            key, taste, field, np.maximum(work, home), looks, beliefs, programmes, t, year
        )
        abroad[went] = True
        entrants.append(Entrants.of(went, identity, key, field, region=region, programme=paid_by))
        year.tally.entrants[ABROAD] += len(went)
    stays_home = arrays.where((home > work) & ~abroad)
    year.tally.entrants[FROM_MASTER] += len(stays_home)
    return *entrants, Entrants.of(stays_home, identity, key, field)


def _degrees_abroad(
    key: NDArray[np.uint64],
    taste: NDArray[np.float32],
    field: NDArray[np.uint8],
    best_at_home: NDArray[np.float32],
    looks: NDArray[np.intp],
    beliefs: Beliefs,
    programmes: list[Programme],
    t: Tables,
    year: Year,
) -> tuple[NDArray[np.intp], NDArray[np.uint8], NDArray[np.int16]]:
    """Who of those who look goes abroad for a degree, where, and on which programme (-1: paid by the host)."""
    p, regions = year.parameters, len(t.contract)
    key, best_at_home = key[looks], best_at_home[looks]
    o, (talent, _) = prospect(key, field[looks], beliefs, t, year), character(key, year)
    everyone, origin = np.arange(len(looks)), np.full(len(looks), HOME, np.uint8)
    life = utility.abroad(o, t, origin, language(key, year), everyone, o.chance_away)
    mood = gumbel_table(key, year.number, Draw.TASTE_REGION, regions).T
    life = F32(p.beta) * (life + taste[looks])
    best, worth = best_option(life + F32(p.beta * log(p.student_pay)) + mood)
    wants = worth > best_at_home
    quality = talent / F32(p.sd_quality) + F32(p.interview_noise) * normal(key, year.number, Draw.DEGREE_ABROAD_HOST)
    hosted = wants & (quality > F32(p.degree_threshold))
    worth = np.where(hosted, worth, -np.inf)
    paid_by = np.full(len(looks), -1, np.int16)
    ranked = Ranked(key, talent, output=np.zeros(len(looks), F32))
    for programme in programmes:
        if programme.record.stages == ("master graduate",):
            place, gain = best_option(life + F32(p.beta) * (t.award[programme.number] - t.pay_abroad)[:, None] + mood)
            queue = arrays.where((gain > best_at_home) & (gain > worth))
            won = queue[arrays.where(awards.select(programme, ranked, queue, year, region=place[queue]))]
            year.tally.applications[programme.number] += len(queue)
            year.tally.awards[programme.number] += len(won)
            paid_by[won], best[won], worth[won] = programme.number, place[won], gain[won]
    goes = arrays.where(hosted | (paid_by >= 0))
    return looks[goes], best[goes], paid_by[goes]


def _admit(people: Columns, new: Entrants, beliefs: Beliefs, year: Year) -> None:
    """Add new doctoral students to the population."""
    key, origin, region, working = new.key, new.origin, new.region, new.working
    if not len(key):
        return
    table, regions = year.world.candidates, len(year.world.regions)
    native, away = origin == HOME, region != HOME
    usual, late = table.value("age_at_entry"), table.value("age_at_entry_working")
    mean_age, spread = arrays.one_of(working, F32(late), F32(usual)), arrays.one_of(working, F32(6.0), F32(2.5))
    years = np.clip(np.rint(mean_age + spread * normal(key, 0, Draw.AGE_AT_ENTRY)), 23, 60).astype(np.int16)
    women = year.world.stocks.value("women_share_entrants")
    inside = pick(key, year.world.stocks.along("tier", UNIVERSITIES, "doctoral_share"), Draw.UNIVERSITY)
    talent, drive = character(key, year)
    early = uniform(key, 0, Draw.EARLY_STUDY_ABROAD) < F32(table.value("early_share"))
    brings = early & native
    ties_there = arrays.one_of(working, ties_brought_back(late, year), ties_brought_back(usual, year)) * brings
    stay, go = beliefs.chances(new.field)
    people.append(
        identity=new.identity,
        draw_key=key,
        origin=origin,
        region=region,
        field=new.field,
        tier=np.where(away, np.uint8(Tier.NONE), inside),
        sex=(uniform(key, 0, Draw.SEX) >= women).astype(np.uint8),
        birth_year=(year.number - years).astype(np.int16),
        stage=int(Stage.DOCTORAL),
        start_year=year.number,
        home_taste=home_taste(key, year),
        talent=talent,
        drive=drive,
        ties_abroad=F32(table.value("ties_abroad")) + ties_there,
        tie_region=np.where(away, region, first_tie(key, year)),
        ties_home=F32(table.value("ties_home")),
        mode=arrays.one_of(away, np.uint8(Mode.DEGREE), np.uint8(Mode.NONE)),
        away_since=arrays.one_of(away, np.int16(year.number), np.int16(0)),
        programme=new.programme,
        language=language_brought_back(key, brings, year),
        working=working,
        on_leave=on_leave(key, origin, year),
        early=early,
        partner=uniform(key, 0, Draw.PARTNER_AT_ENTRY) < F32(table.value("partner_share")),
        belief_home=stay,
        belief_away=go,
        moves=away.astype(np.uint8),
    )
    year.chronicle.record(year.number, Event.ENTERED, new.identity, region)
    year.tally.arrivals[Stage.DOCTORAL] += np.bincount(origin[arrays.where(~native)], minlength=regions)
    year.tally.departures[Mode.DEGREE] += np.bincount(region[arrays.where(away)], minlength=regions)


def _working_adults(beliefs: Beliefs, t: Tables, year: Year) -> Entrants:
    """Working adults keep the job while they study; the doctorate is worth its chance of an academic post."""
    p = year.parameters
    number = rounded(year.driver("working_adult_candidates") * year.scale, year.seed, Draw.ROUND_WORKING)
    identity = identities(Kind.WORKING, year.number, number)
    key = draw_key(year.seed, identity)
    field = pick(key, _shares(year, "working_field_share"), Draw.FIELD)
    o = prospect(key, field, beliefs, t, year)
    gain = F32(p.discount) * o.chance_home * (o.post - o.without) + F32(p.working_taste)
    gain += F32(p.doctoral_taste_sd) * normal(key, 0, Draw.DOCTORAL_TASTE)
    shock = gumbel(key, year.number, Draw.ENTRY_HOME) - gumbel(key, year.number, Draw.ENTRY_JOB)
    come = arrays.where(F32(p.beta) * gain + shock > 0)
    year.tally.entrants[FROM_WORK] += len(come)
    return Entrants.of(come, identity, key, field, working=True)


def _foreigners(
    kind: Kind, series: str, draw: Draw, growth: NDArray[np.float64], year: Year
) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Identities and origins of the year's foreign candidates, region by region.

    Their number is the first year's times `growth`, (regions abroad,).
    """
    world = year.world
    real = world.candidates.along("region", world.abroad, series) * growth * year.scale
    numbers = [rounded(number, year.seed, draw, code, year.number) for code, number in enumerate(real.tolist(), 1)]
    identity = [identities(kind, year.number, number, code * 1_000_000) for code, number in enumerate(numbers, 1)]
    return np.concatenate(identity), np.repeat(np.arange(1, len(numbers) + 1, dtype=np.uint8), numbers)


def _foreign_students(beliefs: Beliefs, offered: Support, t: Tables, year: Year) -> Entrants:
    """Foreign candidates for a doctorate: here, in the country of origin, or in a third region.

    Who comes may stay after the doctorate or go home to a job, whichever will be better; those on leave go home. So
    what jobs at home are worth counts for coming, too.
    """
    p = year.parameters
    inside = year.world.candidates.value("doctoral_candidates_here")
    let_in = inside + (1 - inside) * year.driver("border_openness")
    student = log(p.student_pay)
    growth = year.world.drivers.along("region", year.world.abroad, "doctoral_pool", year=year.number)
    identity, origin = _foreigners(Kind.STUDENT, "doctoral_candidates", Draw.ROUND_STUDENTS, growth, year)
    key = draw_key(year.seed, identity)
    field = pick(key, _foreign_fields(year), Draw.FIELD)
    o = prospect(key, field, beliefs, t, year)
    studying = -F32(p.language) * (1 - language(key, year))  # what students get they spend here, at its prices
    here = F32(t.exchange) + studying
    post = o.post - o.here + here
    without = t.home[Tier.NONE, Stage.INDUSTRY] + F32(p.security_fixed) * t.security[Stage.INDUSTRY] + here
    living = home_worth(p.home_foreign, key, year)
    job = (t.own_job / (1 + p.discount)).astype(F32)[origin] + living + F32(p.own_country_security) * o.secure
    returns = job - F32(p.homeward_share * p.moving_cost)
    beta = F32(p.beta)
    post, without = better_of(post, returns, p.beta), better_of(without, returns, p.beta)
    later = arrays.either(on_leave(key, origin, year), returns, without + o.chance_home * (post - without))
    entry = (offered.expected + p.science_taste + p.foreign_taste + t.move).astype(F32)
    come = entry[origin] + studying + F32(p.discount) * later
    own = (t.contract + F32(student))[origin] + living + F32(p.discount) * job
    third = _third_region(t.contract + student - p.moving_cost + p.discount * _years_ahead(t))
    choice, _ = best_option(
        np.stack(
            [
                beta * own + gumbel(key, year.number, Draw.ENTRY_OWN_COUNTRY),
                beta * come + gumbel(key, year.number, Draw.ENTRY_HOME),
                (beta * third.astype(F32))[origin] + gumbel(key, year.number, Draw.ENTRY_THIRD_REGION),
            ]
        )
    )
    who = arrays.where((choice == 1) & (uniform(key, year.number, Draw.STUDENT_ADMITTED) < F32(let_in)))
    year.tally.entrants[FOREIGN] += len(who)
    return Entrants.of(who, identity, key, field, origin=origin[who])


def _years_ahead(t: Tables) -> NDArray[np.float32]:
    """Yearly value of the years after a degree in each region: a lasting post with the chance `tenure`."""
    value: NDArray[np.float32] = t.tenure * t.lasting + (1 - t.tenure) * t.contract
    return value


def _third_region(attraction: NDArray[np.float32]) -> NDArray[np.float32]:
    """The most attractive region besides home and the own, by region of origin."""
    others = np.tile(attraction, (len(attraction), 1))
    others[:, HOME] = -np.inf
    np.fill_diagonal(others, -np.inf)
    best: NDArray[np.float32] = others.max(axis=1)
    return best


def _foreign_fields(year: Year) -> NDArray[np.float64]:
    return year.world.posts.along("field", FIELDS, "postdoc_field_share")


def _candidates(people: Columns, beliefs: Beliefs, year: Year) -> None:
    """Foreign candidates for research posts enter the year's market as rows and vanish if they are not hired."""
    growth = year.world.growth_abroad(year.number)[1:] ** year.parameters.candidate_growth
    identity, origin = _foreigners(Kind.CANDIDATE, "research_candidates", Draw.ROUND_CANDIDATES, growth, year)
    key = draw_key(year.seed, identity)
    comes = arrays.where(uniform(key, year.number, Draw.CANDIDATE_ADMITTED) < F32(year.driver("border_openness")))
    identity, origin, key = identity[comes], origin[comes], key[comes]
    field = pick(key, _foreign_fields(year), Draw.FIELD)
    talent, drive = character(key, year)
    table = year.world.candidates
    u = uniform(key, 0, Draw.CANDIDATE_YEARS)
    since = np.floor(table.value("candidate_years") * u**2).astype(np.int16)  # most are young
    stay, go = beliefs.chances(field)
    people.append(
        identity=identity,
        draw_key=key,
        origin=origin,
        region=origin,
        field=field,
        sex=(uniform(key, 0, Draw.SEX) >= year.world.stocks.value("women_share_entrants")).astype(np.uint8),
        birth_year=(year.number - 29 - since).astype(np.int16),
        stage=int(Stage.POSTDOC),
        degree_year=(year.number - since).astype(np.int16),
        degree_region=origin,
        degree_tier=int(Tier.RESEARCH_UNIVERSITY),
        start_year=year.number,
        home_taste=home_taste(key, year),
        talent=talent,
        drive=drive,
        output=(year.parameters.paper_rate * drive).astype(F32),
        ties_abroad=F32(table.value("candidate_ties")),
        tie_region=origin,
        language=F32(table.value("candidate_language")) * uniform(key, 0, Draw.LANGUAGE),
        partner=uniform(key, 0, Draw.PARTNER_AT_ENTRY) < F32(table.value("candidate_partner_share")),
        candidate=True,
        belief_home=stay,
        belief_away=go,
    )
