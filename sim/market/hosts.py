"""Hosts abroad: how they rank, and how many they take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine.arithmetic import F32, U64
from sim.engine.compiler import AHEAD, fetch
from sim.engine.draws import Draw, rounded_each
from sim.engine.hashing import put_normals
from sim.engine.matching import best_of_each
from sim.population.columns import Attributes, over_people
from sim.rules.hiring import merit, record_of_papers
from sim.rules.hosts import host_score
from sim.world.derived import derived

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.engine.compiler import Booleans, Bytes, Rows
    from sim.engine.layout import Record
    from sim.market.values import PositionValues
    from sim.population.columns import Columns
    from sim.world.parameters import Parameters
    from sim.world.world import World
    from sim.year import Year


def offers(
    people: Columns, rows: NDArray[np.intp], region: NDArray[np.uint8], values: PositionValues, year: Year
) -> NDArray[np.bool_]:
    """Which applicants receive a host-paid offer from the region they apply to.

    Ranked by merit, ties there, command of the language and noise; nobody below `host_threshold` is taken, and a region
    has only so many openings. Home budgets play no part.
    """
    return _offers(people, rows, region, openings(year), values.common, year.parameters.record)


def openings(year: Year) -> NDArray[np.int64]:
    """Host posts within reach of candidates from home this year: scholars x openness x `host_rate`, at scale.

    Shape (regions,), 0 at home; rounded up with a probability equal to the fraction.
    """
    real = _real_openings(year.world, year.parameters)[year.number] * year.scale
    found = np.zeros(len(real), np.int64)
    found[1:] = rounded_each(real[1:], year.seed, Draw.ROUND_OPENINGS, year.number)
    return found


@derived
def _real_openings(world: World, p: Parameters) -> dict[int, NDArray[np.float64]]:
    """By year: openings at full size, (regions,)."""
    openness = world.by_region("openness").astype(np.float64)
    found = {}
    for year in range(world.first_year, world.last_year + 1):
        scholars = world.drivers.along("region", world.abroad, "scholar_stock", year=year)
        found[year] = np.append(0.0, scholars) * openness * p.host_rate
    return found


@over_people
def _offers(
    people: Attributes, rows: Rows, region: Bytes, places: NDArray[np.int64], common: Record, p: Record
) -> Booleans:
    """Rank those in rows in their regions, and give the best in each an offer, as far as places go."""
    n = len(rows)
    score, word, noise = np.empty(n, F32), np.empty(n, np.uint64), np.empty(n, F32)
    for k in range(n):
        i = U64(rows[k])
        word[k] = people.draw_key[i]
    put_normals(word ^ common.HOST_RANKING, noise)
    able = np.empty(n, np.bool_)
    for k in range(n):
        later = rows[min(k + AHEAD, n - 1)]
        fetch(people.talent, later)
        fetch(people.output, later)
        i = U64(rows[k])
        papers = record_of_papers(people.output[i], common.usual_papers)
        past = merit(p.merit_talent, people.talent[i] / p.sd_quality, papers, common.weight_of_papers)
        seen = host_score(past, p.host_ties, people.ties_abroad[i], people.tie_region[i] == region[k])
        seen += p.host_language * people.language[i]
        score[k] = seen + p.interview_noise * noise[k]
        able[k] = score[k] >= p.host_threshold
    return best_of_each(score, word, region, able, places)


def count_supported(applications: int, year: Year) -> None:
    """Book the applications to hosts that came about through support, as a share of all that reached one."""
    support = year.parameters.host_reach
    lifted = support - year.baseline.host_reach
    if lifted > 0:
        year.tally.count("supported_application", round(applications * lifted / support))
