"""Calls of programmes: who is eligible, who is selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim import kernels
from sim.engine import arrays
from sim.engine.draws import Draw, normal, uniform
from sim.market.matching import merit, untied
from sim.vocabulary import HOME, Stage
from sim.world.programmes import ProgrammeKind
from sim.year import Call

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.market.institutions import Programme
    from sim.market.matching import Ranked
    from sim.market.search import Seekers
    from sim.population.columns import Columns
    from sim.world.programmes import ProgrammeRecord
    from sim.year import Year

F32 = np.float32


def eligible(
    record: ProgrammeRecord, people: Columns | Seekers, rows: NDArray[np.intp], year: Year
) -> NDArray[np.bool_]:
    """Who in these rows may apply: by stage, origin, years since the doctorate and where the programme leads."""
    at_any_time, when_new, exempt = np.zeros((3, len(Stage)), np.bool_)
    at_any_time[[stage for stage in Stage if stage.label in record.stages]] = True
    when_new[Stage.UNPLACED] = "new doctorate" in record.stages
    exempt[:] = not record.degree_within
    exempt[Stage.DOCTORAL] = True  # students are eligible by their stage
    return kernels.eligible(
        rows,
        people.stage,
        people.region,
        people.origin,
        people.degree_year,
        people.programme,
        year.number,
        at_any_time,
        when_new,
        record.degree_within,
        exempt,
        np.array([record.origin != "home", record.origin != "foreign"]),
        record.kind is ProgrammeKind.FELLOWSHIP_HERE,
    )


def return_posts(draw_key: NDArray[np.uint64], year: Year) -> NDArray[np.uint8]:
    """Stage of the return post that each is guaranteed, (n,): tenure track for a share of them, else fixed-term."""
    track = uniform(draw_key, 0, Draw.RETURN_POST_TRACK) < F32(year.parameters.return_post_track)
    return np.where(track, np.uint8(Stage.TENURE_TRACK), np.uint8(Stage.FIXED_TERM))


def select(
    programme: Programme,
    people: Columns | Ranked,
    rows: NDArray[np.intp],
    year: Year,
    places: int | None = None,
    *,
    region: NDArray[np.uint8] | int = HOME,
) -> NDArray[np.bool_]:
    """Which applicants win a place: the best by merit (weighted by the programme) and noise, up to the places.

    More places never mean fewer awards, and whoever wins with fewer places wins with more. `region`, where applicants
    want to go, is only written down, where calls are kept.
    """
    places = programme.places(year) if places is None else places
    won, draw_key, distinct = np.full(len(rows), len(rows) <= places), arrays.look_up(people.draw_key, rows), None
    if 0 < places < len(rows):
        score = F32(programme.record.selection_merit) * merit(people, rows, year)
        score += F32(year.parameters.interview_noise) * normal(
            draw_key, year.number, Draw.AWARD_RANKING, programme.word
        )
        distinct = untied(score, draw_key)
        won = distinct >= np.partition(distinct, len(rows) - places)[len(rows) - places]
    if year.tally.calls is not None:
        distinct = np.full(len(rows), np.nan) if distinct is None else distinct
        cut = (distinct[won].min() + distinct[~won].max()) / 2 if won.any() and not won.all() else np.nan
        where = np.broadcast_to(np.asarray(region, np.uint8), len(rows))
        distance = (distinct - cut).astype(F32)
        year.tally.calls.append(Call(programme.number, draw_key, where, distance, won))
    return won
