"""Potential researchers of a year: what is the same for all who decide, and what those who chose are handed on as."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.engine.draws import keys_of_year
from sim.engine.layout import record
from sim.population import traits
from sim.population.traits import bounds
from sim.rules.entry import share_admitted, two_periods
from sim.rules.permits import added_by_residence, chance_to_remain, residence_expected, years_to_permanent
from sim.rules.ties import ties_of_visit
from sim.rules.traits import ties_left
from sim.rules.utility import at_another_rate
from sim.vocabulary import Stage
from sim.world.derived import derived

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.engine.layout import Record
    from sim.instruments.stipends import Support
    from sim.market.values import PositionValues
    from sim.process.beliefs import Beliefs
    from sim.world.parameters import Parameters
    from sim.world.world import World
    from sim.year import Year


F32 = np.float32
FROM_MASTER, FROM_WORK, FOREIGN, ABROAD = range(4)
"""Positions in `Tally.entrants`."""
Draws = tuple["Record", "Record"]
"""Keys of the draws of a life and of a year, by the names of `Draw`."""


class Potential(NamedTuple):
    """People who weigh a doctorate or a post this year, arrays of shape (n,)."""

    identity: NDArray[np.int64]
    key: NDArray[np.uint64]
    field: NDArray[np.uint8]


class Chosen(NamedTuple):
    """Those of a kind who begin a doctorate at home, by place among all of the kind."""

    of: Potential
    rows: NDArray[np.intp]


class Abroad(NamedTuple):
    """Master graduates who begin a doctorate abroad, by place among all, arrays of shape (n,): where, and on which
    programme, -1 where the host pays.
    """

    rows: NDArray[np.intp]
    region: NDArray[np.uint8]
    programme: NDArray[np.int16]


class Numbers(NamedTuple):
    """What follows from the world and the parameters alone. Shares of fields, tiers and regions as bounds of a uniform.

    students: numbers that new doctoral students take on; candidates: those of foreign candidates for a post.
    on_leave: (regions,) share of foreign students on leave from a post there. living_here: share of foreign candidates
    for a doctorate who live here already. job, career: income of a master graduate early and later, million a year.
    """

    master_fields: NDArray[np.float64]
    working_fields: NDArray[np.float64]
    foreign_fields: NDArray[np.float64]
    universities: NDArray[np.float64]
    student_pool: NDArray[np.float64]
    candidate_pool: NDArray[np.float64]
    on_leave: NDArray[np.float32]
    living_here: float
    job: float
    career: float
    students: Record
    candidates: Record


@derived
def numbers_of_entry(world: World, p: Parameters) -> Numbers:
    table = world.candidates
    value = table.value
    brought = float(ties_of_visit(p.tie_gain * p.tie_visit, value("early_stay")))
    usual_ties, late_ties = (
        float(ties_left(brought, p.tie_decay, value(mean) - value("early_age")))
        for mean in ("age_at_entry", "age_at_entry_working")
    )
    return Numbers(
        master_fields=bounds(table.along("field", world.fields, "master_field_share")),
        working_fields=bounds(table.along("field", world.fields, "working_field_share")),
        foreign_fields=bounds(world.posts.along("field", world.fields, "postdoc_field_share")),
        universities=bounds(world.stocks.along("tier", world.universities, "doctoral_share")),
        student_pool=table.along("region", world.abroad, "doctoral_candidates"),
        candidate_pool=table.along("region", world.abroad, "research_candidates"),
        on_leave=traits.shares_on_leave(world),
        living_here=value("doctoral_candidates_here"),
        job=world.positions.value("income_master_job"),
        career=world.positions.value("income_master_career"),
        students=record(
            age=value("age_at_entry"),
            age_sd=value("age_at_entry_sd"),
            age_working=value("age_at_entry_working"),
            age_working_sd=value("age_at_entry_working_sd"),
            age_least=value("age_at_entry_least"),
            age_most=value("age_at_entry_most"),
            early=value("early_share"),
            early_ties=usual_ties,
            early_ties_working=late_ties,
            early_language=p.language_gain * value("early_stay"),
            ties_home=value("ties_home"),
            ties_abroad=value("ties_abroad"),
            partner=value("partner_share"),
        ),
        candidates=record(
            years=value("candidate_years"),
            age=value("candidate_age"),
            ties=value("candidate_ties"),
            partner=value("candidate_partner_share"),
        ),
    )


class Circumstances(NamedTuple):
    """What is the same for all who decide this year.

    shown: (fields, 2, 2) chances that peers show, see `Beliefs.table`. income: of a doctoral student, expected; coming:
    what a doctorate here is worth to a foreigner beside the life. values: log income but for shares. draws: keys.
    """

    known: Numbers
    shown: NDArray[np.float32]
    income: np.float32
    coming: np.float32
    values: Record
    draws: Draws


def circumstances(offered: Support, beliefs: Beliefs, t: PositionValues, year: Year) -> Circumstances:
    p, expected = year.parameters, offered.expected
    sent = at_another_rate(p.money_from_abroad, *year.exchange())
    coming = F32(expected + sent + p.science_taste + p.foreign_taste)
    known, values = numbers_of_entry(year.world, p), _values(t, year)
    return Circumstances(
        known, beliefs.table(), F32(expected), coming, values, (keys_of_year(0), keys_of_year(year.number))
    )


def _values(t: PositionValues, year: Year) -> Record:
    """The values of a year whatever its people, worked out when it is first asked for; pay as policies have it."""
    of_years = _of_years(year.world, year.parameters)
    if year.number not in of_years:
        of_years[year.number] = _make_values(t, year)
    kept: Any = of_years[year.number]
    if kept["permanent"][0] != (best := _best_post(t)):
        kept = kept.copy()
        kept["permanent"] = best
        kept.setflags(write=False)
    return kept  # type: ignore[no-any-return]


def _best_post(t: PositionValues) -> np.float32:
    """Value of a permanent post, mean over kinds of employer."""
    common: Any = t.common
    return common["best_post"][0]  # type: ignore[no-any-return]


@derived
def _of_years(_world: World, _p: Parameters) -> dict[int, Record]:
    """By year, without a policy on pay; filled as years are asked for."""
    return {}


def _make_values(t: PositionValues, year: Year) -> Record:
    p, known = year.parameters, numbers_of_entry(year.world, year.parameters)
    openness = year.driver("border_openness")
    price = year.driver("price_level") / year.driver("private_pay")
    early_pay, later_pay = (log(income * 1e6 / price / 1e3) for income in (known.job, known.career))
    return record(
        permanent=float(_best_post(t)),
        industry=float(t.home[-1, Stage.INDUSTRY]),
        industry_security=float(t.security[Stage.INDUSTRY]),
        job=float(two_periods(early_pay, later_pay, p.discount)),
        years=1 + p.discount,
        student=p.beta * log(p.student_pay),
        student_pay=log(p.student_pay),
        exchange=t.exchange,
        way_home=p.homeward_share * p.moving_cost,
        pessimism=p.pessimism,
        looks=p.search_abroad * openness,
        admitted=float(share_admitted(known.living_here, openness)),
        openness=openness,
        remains=float(_chance_to_remain(p) / _chance_to_remain(year.baseline)),
        residence=_added_by_residence(p, year.baseline, year.number),
    )


def _chance_to_remain(p: Parameters) -> float:
    return float(chance_to_remain(p.hired_at_once, p.job_search_stay))


def _added_by_residence(p: Parameters, without: Parameters, year: int) -> float:
    """What another law of permanent residence is worth to those who begin a doctorate here, when they will have
    finished it. without: the parameters without a policy.
    """

    def left(law: Parameters, *, skilled: bool) -> float:
        since, done = int(law.permanent_skilled_since), year + int(p.least_study)
        spans = law.permanent_years, law.permanent_years_skilled
        return float(years_to_permanent(skilled, done, since, *spans)) - p.least_study

    of_skilled, of_others = (
        added_by_residence(p.residence_value, left(p, skilled=one), left(without, skilled=one), p.discount)
        for one in (True, False)
    )
    return float(residence_expected(p.highly_skilled, of_skilled, of_others))
