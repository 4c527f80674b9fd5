"""Calls of programmes: who is eligible, who is selected."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.engine.arithmetic import F32, U64
from sim.engine.arrays import look_up, where
from sim.engine.compiler import AHEAD, compiled, fetch
from sim.engine.draws import Draw, key
from sim.engine.hashing import put_normals
from sim.engine.matching import untied
from sim.market.search import SeekerColumns, over_seekers
from sim.market.values import numbers_of
from sim.rules.eligibility import at_the_start, has_stage, is_eligible, pays_already, recent_degree
from sim.rules.hiring import merit, record_of_papers
from sim.vocabulary import HOME, Stage
from sim.year import Call

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.engine.compiler import Booleans, Floats, Rows, Truth, Words
    from sim.engine.layout import Record
    from sim.market.institutions import Programme
    from sim.market.matching import Ranked
    from sim.market.search import Seekers
    from sim.population.columns import Columns
    from sim.world.programmes import ProgrammeRecord
    from sim.world.schema import Domains
    from sim.world.world import World
    from sim.year import Year

_CODES: Final = 256  # of regions, fields and tiers: as many as a byte has
_ELIGIBILITY = np.dtype(
    [  # 1 for yes by stage, as records that loops take hold no arrays of booleans
        ("listed", np.uint8, len(Stage)),  # stages that may apply at any time
        ("listed_when_new", np.uint8, len(Stage)),  # and in the year of the doctorate
        ("exempt", np.uint8, len(Stage)),  # and those that need no doctorate, or not a recent one
        ("origins", np.uint8, _CODES),  # regions of origin
        ("fields", np.uint8, _CODES),
        ("tiers", np.uint8, _CODES),  # that employ or train
        ("within", np.int64),  # years after the doctorate
        ("inward", np.bool_),  # brings people in
    ]
)
_CALL = np.dtype([("income", F32), ("guarantee", F32), ("post_kept", np.bool_)])


def eligible(record: ProgrammeRecord, seekers: Seekers, who: NDArray[np.intp], year: Year) -> NDArray[np.intp]:
    """Places in who of the seekers who may apply: by stage, origin, field, tier, years since the doctorate and where
    the programme starts.
    """
    return _eligible(seekers, who, rules_of(record, year.world.domains), year.number)


@cache
def rules_of(record: ProgrammeRecord, domains: Domains) -> Record:
    """Who may apply to a programme, as loops are given it: see `_ELIGIBILITY`."""
    table = np.zeros(1, _ELIGIBILITY)
    rules = table[0]
    rules["listed"][[stage for stage in Stage if stage.label in record.stages]] = True
    rules["listed_when_new"][Stage.UNPLACED] = "new doctorate" in record.stages
    rules["exempt"] = not record.degree_within
    rules["exempt"][Stage.DOCTORAL] = True  # students are eligible by their stage
    rules["within"] = record.degree_within
    for name, codes in zip(("origins", "fields", "tiers"), named_by(record, domains), strict=True):
        rules[name][: len(codes)] = codes
    rules["inward"] = record.kind.leads_here
    table.setflags(write=False)
    return table  # type: ignore[return-value]  # loops see its one element


@cache
def named_by(record: ProgrammeRecord, domains: Domains) -> tuple[Booleans, Booleans, Booleans]:
    """Which origins, (regions,), fields, (fields,), and tiers, (tiers + 1,), a record names, to read only; the
    last tier is none.
    """
    _, *abroad = domains.regions
    foreign = [
        record.origin != "home" and (not record.origin_regions or name in record.origin_regions) for name in abroad
    ]
    origins = np.array([record.origin != "foreign", *foreign])
    fields = np.array([not record.fields or name in record.fields for name in domains.fields])
    tiers = np.array([*(not record.tiers or name in record.tiers for name in domains.tiers), not record.tiers])
    return origins, fields, tiers


@cache
def names_all(record: ProgrammeRecord, domains: Domains) -> bool:
    """Whether a record asks for no origin, field or tier."""
    return all(codes.all() for codes in named_by(record, domains))


def reached(
    record: ProgrammeRecord,
    domains: Domains,
    origin: NDArray[np.uint8],
    field: NDArray[np.uint8],
    tier: NDArray[np.uint8],
) -> NDArray[np.bool_]:
    """Whether people of these origins, fields and tiers are among those whom a record names, (n,)."""
    origins, fields, tiers = named_by(record, domains)
    named: NDArray[np.bool_] = origins[origin] & fields[field] & tiers[tier]
    return named


@over_seekers
def _eligible(seekers: SeekerColumns, who: Rows, rules: Record, year: int) -> Rows:
    allowed = np.empty(len(who), np.bool_)
    for j in range(len(who)):
        k = U64(who[j])
        away, paid = seekers.region[k] != HOME, pays_already(seekers.programme[k], seekers.out_of_contract[k])
        origin, field, tier = seekers.origin[k], seekers.field[k], seekers.tier[k]
        allowed[j] = may_apply(rules, seekers.stage[k], seekers.degree_year[k], year, origin, field, tier, away, paid)
    return where(allowed)


@compiled
def may_apply(
    rules: Record,
    stage: int,
    degree_year: int,
    year: int,
    origin: int,
    field: int,
    tier: int,
    away: Truth,
    paid: Truth,
) -> Truth:
    """Whether a person may apply to a programme of these rules. away, paid: see `sim.rules.eligibility`."""
    wanted = has_stage(rules.listed[stage] > 0, rules.listed_when_new[stage] > 0, degree_year, year)
    recent = recent_degree(rules.exempt[stage] > 0, degree_year, year, rules.within)
    named = rules.origins[origin] > 0, rules.fields[field] > 0, rules.tiers[tier] > 0
    return is_eligible(wanted, recent, *named, at_the_start(away, rules.inward, paid))


def call_record(income: float, guarantee: float, *, post_kept: bool) -> Record:
    """What a call abroad offers this year, as loops are given it.

    income: ln income of an award. guarantee: chance that it comes with a post on return. post_kept: whether a lasting
    post is kept.
    """
    return np.array([(income, guarantee, post_kept)], _CALL)  # type: ignore[return-value]


@cache
def stages_of(record: ProgrammeRecord) -> NDArray[np.bool_]:
    """Which stages may apply to a programme at any time, (stages,)."""
    return np.array([stage.label in record.stages for stage in Stage])


def share_of_fields(record: ProgrammeRecord, world: World) -> float:
    """Share of posts that is in the fields of a programme; 1 where it is for all."""
    if not record.fields:
        return 1.0
    each = world.posts.along("field", world.fields, "field_share").tolist()
    shares: dict[str, float] = dict(zip(world.fields, each, strict=True))
    return sum(shares[name] for name in record.fields) / sum(shares.values())


@cache
def open_regions(record: ProgrammeRecord, regions: tuple[str, ...]) -> NDArray[np.bool_]:
    """Which of the regions a programme leads to, (regions,)."""
    return record.leads_to(regions)


def ranking(programme: Programme, people: Columns | Ranked, rows: NDArray[np.intp], year: Year) -> NDArray[np.float64]:
    """What a panel ranks applicants `rows` by, (n,), no two alike: merit, weighted by the programme, and noise."""
    return _ranking(
        rows,
        people.talent,
        people.output,
        look_up(people.draw_key, rows),
        key(year.number, Draw.AWARD_RANKING, programme.word),
        F32(programme.record.selection_merit),
        numbers_of(year),  # type: ignore[arg-type]  # loops see its one element
        year.parameters.record,  # type: ignore[arg-type]
    )


def select(
    programme: Programme,
    people: Columns | Ranked,
    rows: NDArray[np.intp],
    year: Year,
    places: int | None = None,
    *,
    region: NDArray[np.uint8] | int = HOME,
) -> NDArray[np.intp]:
    """Places in rows of the applicants who win, rising: the best by merit (weighted by the programme) and noise, up to
    the places of the call.

    More places never mean fewer awards, and whoever wins with fewer places wins with more. `region`, where applicants
    want to go, is only written down, where calls are kept.
    """
    places = programme.places(year) if places is None else places
    won, score = np.arange(len(rows) if places > 0 else 0), np.full(len(rows), np.nan)
    if 0 < places < len(rows):
        score = ranking(programme, people, rows, year)
        won = where(score >= np.partition(score, len(rows) - places)[len(rows) - places])
    if year.tally.calls is not None:
        wins = np.zeros(len(rows), np.bool_)
        wins[won] = True
        region = np.broadcast_to(np.asarray(region, np.uint8), len(rows))
        note_call(programme, look_up(people.draw_key, rows), region, score, wins, year)
    return won


def note_call(
    programme: Programme,
    draw_key: NDArray[np.uint64],
    region: NDArray[np.uint8],
    score: NDArray[np.float64],
    won: NDArray[np.bool_],
    year: Year,
) -> None:
    """Write a call down as its panel saw it, where calls are kept; region: where applicants want to go. All (n,)."""
    if year.tally.calls is not None:
        cut = (score[won].min() + score[~won].max()) / 2 if won.any() and not won.all() else np.nan
        year.tally.calls.append(Call(programme.number, draw_key, region, (score - cut).astype(F32), won))


@compiled
def _ranking(
    rows: Rows,
    talent: Floats,
    output: Floats,
    draw_key: Words,
    noise_key: np.uint64,
    weight: np.float32,
    common: NDArray[np.void],
    parameters: NDArray[np.void],
) -> NDArray[np.float64]:
    """What a panel ranks by, ties broken by the draw key. weight: of merit. draw_key: (n,) of those in rows."""
    p, numbers = parameters[0], common[0]
    noise, distinct = np.empty(len(rows), F32), np.empty(len(rows))
    put_normals(draw_key ^ noise_key, noise)
    for k in range(len(rows)):
        later = rows[min(k + AHEAD, len(rows) - 1)]
        fetch(talent, later)
        fetch(output, later)
        i = U64(rows[k])
        papers = record_of_papers(output[i], numbers.usual_papers)
        past = merit(p.merit_talent, talent[i] / p.sd_quality, papers, numbers.weight_of_papers)
        distinct[k] = untied(weight * past + p.interview_noise * noise[k], draw_key[k])
    return distinct
