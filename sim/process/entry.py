"""Potential researchers decide once: a doctorate at home or abroad, a research post here, or something else.

Their number is exogenous and their identity is made of kind, year and number, so it never depends on policy. The loops
draw for all of a kind, weigh the options person by person with the rules of `sim.rules.entry`, and give who comes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.engine import hashing
from sim.engine.compiler import Bytes, compiled
from sim.engine.hashing import normals
from sim.instruments.stipends import give_stipends
from sim.population import traits
from sim.population.columns import Attributes, over_people
from sim.process import exchanges
from sim.process.candidates import let_candidates_in
from sim.process.foreigners import foreign_students_decide
from sim.process.graduates import masters_decide, working_adults_decide
from sim.process.potential import Abroad, Chosen, Circumstances, Numbers, circumstances
from sim.rules.ties import language_after_a_year
from sim.rules.traits import age_drawn, has_partner_at_entry, is_on_leave, studied_abroad_early
from sim.vocabulary import HOME, Event, Mode, Permit, Stage
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.engine.layout import Record
    from sim.instruments.stipends import Support
    from sim.market.institutions import Programme
    from sim.market.values import PositionValues
    from sim.population.columns import Columns
    from sim.process.beliefs import Beliefs
    from sim.year import Year


_DEGREE = np.uint8(Mode.DEGREE)  # in loops, as narrow as the column
_STUDENT_PERMIT = np.uint8(Permit.STUDENT)


class Entrants(NamedTuple):
    """New doctoral students, arrays of shape (n,). programme: that pays for a degree abroad, -1 for none."""

    identity: NDArray[np.int64]
    key: NDArray[np.uint64]
    field: NDArray[np.uint8]
    origin: NDArray[np.uint8]
    region: NDArray[np.uint8]
    programme: NDArray[np.int16]
    working: NDArray[np.bool_]


def enter(
    people: Columns,
    beliefs: Beliefs,
    programmes: list[Programme],
    support: Support,
    t: PositionValues,
    year: Year,
) -> None:
    """Let this year's potential researchers decide, and take in those who come. support: what is known of it."""
    now = circumstances(support, beliefs, t, year)
    masters, abroad = masters_decide(programmes, now, t, year)
    workers, (foreigners, origin, held) = (
        working_adults_decide(now, year),
        foreign_students_decide(programmes, now, t, year),
    )
    _admit(people, _joined(masters, abroad, workers, foreigners, origin), now, year)
    if held.any():
        people.stipend[len(people) - len(held) :] = held  # foreigners come last
    let_candidates_in(people, now, year)
    for programme in programmes:
        if programme.record.kind is ProgrammeKind.EARLY_EXCHANGE:
            year.tally.awards[programme.number] += programme.places(year)
    give_stipends(people, programmes, year)


@compiled
def _joined(masters: Chosen, abroad: Abroad, workers: Chosen, foreigners: Chosen, origin: Bytes) -> Entrants:
    """All who begin a doctorate: master graduates abroad and at home, working adults, foreigners.

    origin: of all foreign candidates.
    """
    left, stays, beside_job, comes = abroad.rows, masters.rows, workers.rows, foreigners.rows
    one, two, three = masters.of, workers.of, foreigners.of
    identity = np.concatenate(
        (one.identity[left], one.identity[stays], two.identity[beside_job], three.identity[comes])
    )
    key = np.concatenate((one.key[left], one.key[stays], two.key[beside_job], three.key[comes]))
    field = np.concatenate((one.field[left], one.field[stays], two.field[beside_job], three.field[comes]))
    n, m, native = len(key), len(left), len(key) - len(comes)
    origins, region = np.full(n, np.uint8(HOME)), np.full(n, np.uint8(HOME))
    programme, working = np.full(n, np.int16(-1)), np.zeros(n, np.bool_)
    region[:m], programme[:m], origins[native:] = abroad.region, abroad.programme, origin[comes]
    working[native - len(beside_job) : native] = True
    return Entrants(identity, key, field, origins, region, programme, working)


def _students(known: Numbers, year: Year) -> Record:
    """Numbers that new doctoral students take on, with early study abroad as exchanges below the doctorate make it."""
    plain = known.students
    before = float(np.asarray(plain)[0]["early"])
    share = exchanges.early_share(before, year.programmes, year.levers, year.number)
    if share == before:
        return plain
    moved = np.asarray(plain).copy()
    moved[0]["early"] = share
    return moved  # type: ignore[return-value]  # loops see its one element


def _admit(people: Columns, new: Entrants, now: Circumstances, year: Year) -> None:
    """Add new doctoral students to the population."""
    if not len(new.key):
        return
    start = people.enter(
        len(new.key),
        identity=new.identity,
        draw_key=new.key,
        origin=new.origin,
        region=new.region,
        field=new.field,
        stage=int(Stage.DOCTORAL),
        degree_tier=year.world.no_tier,
        start_year=year.number,
        programme=new.programme,
        working=new.working,
    )
    women = year.world.stocks.value("women_share_entrants")
    traits.born(people, start, women, year.parameters.entry_language, year)
    shares, no_tier = (now.known.universities, now.known.on_leave), np.uint8(year.world.no_tier)
    arrivals, departures = _as_students(
        people, start, year.number, now.shown, shares, no_tier, now.draws[0], _students(now.known, year)
    )
    year.chronicle.record(year.number, Event.ENTERED, new.identity, new.region)
    year.tally.arrivals[Stage.DOCTORAL] += arrivals
    year.tally.departures[Mode.DEGREE] += departures


@over_people
def _as_students(
    people: Attributes,
    start: int,
    year: int,
    shown: NDArray[np.float32],
    shares: tuple[NDArray[np.float64], NDArray[np.float32]],
    no_tier: np.uint8,
    k: Record,
    v: Record,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """What doctoral students begin with, from the row `start` on; how many foreigners come, by origin, and how many
    natives go abroad, by region, (regions,) each.

    shown: as above. shares: bounds of the tiers of universities, and the share on leave by region of origin.
    no_tier: the code of those who study abroad.
    """
    universities, on_leave = shares
    arrivals, departures = np.zeros(len(on_leave), np.int64), np.zeros(len(on_leave), np.int64)
    draw_key = people.draw_key[start:]
    age, tier = normals(draw_key, k.AGE_AT_ENTRY), hashing.category(draw_key, k.UNIVERSITY, universities)
    early, leave = hashing.uniform(draw_key, k.EARLY_STUDY_ABROAD), hashing.uniform(draw_key, k.ON_LEAVE)
    partner = hashing.uniform(draw_key, k.PARTNER_AT_ENTRY)
    for place in range(len(draw_key)):
        i = start + place
        native, away, working = people.origin[i] == HOME, people.region[i] != HOME, people.working[i]
        mean, spread = (v.age_working, v.age_working_sd) if working else (v.age, v.age_sd)
        years = age_drawn(mean, spread, age[place], v.age_least, v.age_most)
        people.birth_year[i] = np.int16(year) - np.int16(years)
        people.tier[i] = no_tier if away else tier[place]
        people.early[i] = studied_abroad_early(early[place], v.early)
        people.ties_home[i], people.ties_abroad[i] = v.ties_home, v.ties_abroad
        if people.early[i] and native:
            people.ties_abroad[i] += v.early_ties_working if working else v.early_ties
            people.language[i] = language_after_a_year(people.language[i], v.early_language)
        if away:
            people.tie_region[i], people.mode[i] = people.region[i], _DEGREE
            people.away_since[i], people.moves[i] = year, 1
        if not native:
            people.permit[i], people.permit_since[i], people.here_since[i] = _STUDENT_PERMIT, year, year
        people.on_leave[i] = is_on_leave(leave[place], on_leave[people.origin[i]])
        people.partner[i] = has_partner_at_entry(partner[place], v.partner)
        people.belief_home[i], people.belief_away[i] = shown[people.field[i], 0, 0], shown[people.field[i], 0, 1]
        arrivals[people.origin[i]] += not native
        departures[people.region[i]] += away
    return arrivals, departures
