"""Foreign candidates for research posts enter the year's market as rows and vanish if they are not hired."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine import arrays, hashing
from sim.engine.compiler import Bytes, Words, compiled
from sim.engine.draws import Draw, rounded_each, seed_key
from sim.population import traits
from sim.population.columns import Attributes, over_people
from sim.population.traits import Kind
from sim.population.waiting import Asks
from sim.process.foreigners import foreigners_of, let_come, with_guests
from sim.process.potential import Circumstances, Draws, numbers_of_entry
from sim.rules.entry import growth_of_candidates, may_go, years_since_doctorate
from sim.rules.ties import growth_everywhere
from sim.rules.traits import has_partner_at_entry
from sim.vocabulary import LEADING, Stage
from sim.world.programmes import ProgrammeKind
from sim.year import kept_by_levers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.engine.layout import Record
    from sim.population.columns import Columns
    from sim.year import Year


def let_candidates_in(people: Columns, now: Circumstances, year: Year) -> None:
    """Foreign candidates for research posts enter the year's market as rows and vanish if they are not hired."""
    pool = with_guests(_candidate_pool(year), ProgrammeKind.EXCHANGE, year)
    numbers = rounded_each(pool * year.scale, year.seed, Draw.ROUND_CANDIDATES, year.number)
    first = traits.first_identity(Kind.CANDIDATE, year.number)
    foreigners = foreigners_of(first, numbers, seed_key(year.seed))
    identity, origin, key, field = _let_in(*foreigners, now.known.foreign_fields, now.draws, now.values)
    let = let_come(identity, key, field, origin, year)
    identity, origin, key, field = identity[let], origin[let], key[let], field[let]
    if len(due := year.waiting.due(Asks.POSTS, year.number)):  # in the market a permit later
        identity = np.concatenate([identity, due["identity"]])
        origin, key = np.concatenate([origin, due["region"]]), np.concatenate([key, due["draw_key"]])
        field = np.concatenate([field, due["field"]])
    start = people.enter(
        len(key),
        identity=identity,
        draw_key=key,
        origin=origin,
        region=origin,
        field=field,
        stage=int(Stage.POSTDOC),
        degree_region=origin,
        tier=year.world.no_tier,
        degree_tier=LEADING,
        start_year=year.number,
        candidate=True,
    )
    table = year.world.candidates
    women = year.world.stocks.value("women_share_entrants")
    traits.born(people, start, women, table.value("candidate_language"), year)
    _as_candidates(people, start, year.number, now.shown, now.draws[0], now.known.candidates, year.parameters.record)


@kept_by_levers
def _candidate_pool(year: Year) -> NDArray[np.float64]:
    """Foreign candidates for research posts of a year, by region abroad, real persons."""
    scholars, p = year.world.growth_abroad(year.number)[1:], year.parameters
    usual, recorded = numbers_of_entry(year.recorded, p).candidate_pool, year.recorded.growth_abroad(year.number)[1:]
    everywhere = growth_everywhere(usual, recorded, p.candidate_growth)
    growth = growth_of_candidates(scholars, p.candidate_growth, everywhere)  # type: ignore[arg-type]  # of each
    return numbers_of_entry(year.world, p).candidate_pool * growth


@compiled
def _let_in(
    identity: NDArray[np.int64],
    origin: Bytes,
    key: Words,
    fields: NDArray[np.float64],
    draws: Draws,
    values: Record,
) -> tuple[NDArray[np.int64], Bytes, Words, Bytes]:
    """Identities, origins, draw keys and fields of the candidates for a post who may cross the border."""
    draw, comes = hashing.uniform(key, draws[1][0].CANDIDATE_ADMITTED), np.empty(len(key), np.bool_)
    for i in range(len(key)):
        comes[i] = may_go(draw[i], values[0].openness)
    who = arrays.where(comes)
    return identity[who], origin[who], key[who], hashing.category(key[who], draws[0][0].FIELD, fields)


@over_people
def _as_candidates(
    people: Attributes, start: int, year: int, shown: NDArray[np.float32], k: Record, v: Record, p: Record
) -> None:
    """What candidates for a post bring, from the row `start` on. shown: as above."""
    draw_key = people.draw_key[start:]
    age, partner = hashing.uniform(draw_key, k.CANDIDATE_YEARS), hashing.uniform(draw_key, k.PARTNER_AT_ENTRY)
    for place in range(len(draw_key)):
        i = start + place
        since = np.int16(years_since_doctorate(v.years, age[place]))
        people.birth_year[i] = np.int16(year) - np.int16(v.age) - since
        people.degree_year[i] = np.int16(year) - since
        people.output[i] = p.paper_rate * people.drive[i]
        people.ties_abroad[i], people.tie_region[i] = v.ties, people.origin[i]
        people.partner[i] = has_partner_at_entry(partner[place], v.partner)
        people.belief_home[i], people.belief_away[i] = shown[people.field[i], 0, 0], shown[people.field[i], 0, 1]
