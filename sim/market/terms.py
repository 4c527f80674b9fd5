"""What a position is worth a year by term: income, autonomy and research, in log income, at home and abroad."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.instruments import pay
from sim.vocabulary import RANKS, Stage
from sim.world.derived import derived
from sim.world.world import STAGES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.world.parameters import Parameters
    from sim.world.world import World
    from sim.year import Year

F32 = np.float32
_RESEARCH = (Stage.DOCTORAL, Stage.POSTDOC, Stage.FIXED_TERM, Stage.TENURE_TRACK, Stage.PERMANENT, Stage.UNPLACED)
_FACULTY = np.array([Stage.FIXED_TERM, Stage.TENURE_TRACK, Stage.PERMANENT])
_PRIVATE = np.array([Stage.INDUSTRY, Stage.LEFT])
_NO_RESEARCH = np.array([stage for stage in Stage if stage not in _RESEARCH])


class _Positions(NamedTuple):
    """What the files say of positions at home: income, (tiers + 1, stages), million a year; autonomy, (stages,); peers,
    (tiers + 1, 1), quality by kind of employer; time for research, (tiers + 1, stages), of faculty over their mean.
    """

    income: NDArray[np.float64]
    autonomy: NDArray[np.float32]
    peers: NDArray[np.float64]
    time: NDArray[np.float64]


@derived
def _positions(world: World, _p: Parameters) -> _Positions:
    position, shape = world.positions, (world.no_tier + 1, len(Stage))
    known, income, time = position.numbers["income"], np.ones(shape), np.zeros(shape)  # 1: faculty of no tier
    for tier, label in enumerate((*world.tiers, "")):
        for stage in Stage:
            of_tier, of_all = ("", "", label, "", STAGES[stage]), ("", "", "", "", STAGES[stage])
            if label or stage not in _FACULTY:  # where tiers do not differ the file gives one for all
                income[tier, stage] = known[of_tier if of_tier in known else of_all].value
            if stage in _FACULTY and label:
                time[tier, stage] = position.value("research_time_tier", tier=label)
            elif stage in _RESEARCH and stage not in _FACULTY:
                time[tier, stage] = position.value("research_time_stage", stage=STAGES[stage])
    autonomy = position.along("stage", STAGES, "autonomy").astype(F32)
    peers = np.append(position.along("tier", world.tiers, "peers_tier"), 0.0)
    return _Positions(income, autonomy, peers[:, None], time)


def at_home(world: World, p: Parameters, year: int) -> tuple[NDArray[np.float64], ...]:
    """Ln income, autonomy and research (taste for science, peers, time; 0 outside it) of positions at home, each of the
    shape (tiers + 1, stages); of no meaning for faculty of no tier.
    """
    positions, mean, price = (
        _positions(world, p),
        world.driver("research_time", year),
        world.driver("price_level", year),
    )
    income = np.array([[log(value * 1e6 / price / 1e3) for value in row] for row in positions.income.tolist()])
    income[:, _PRIVATE] += log(world.driver("private_pay", year))
    time = positions.time.copy()
    time[:, _FACULTY] += mean
    research = p.science_taste + p.peers * positions.peers + p.research_time * (time - mean) / 0.1
    research[:, _NO_RESEARCH] = 0
    return income, np.broadcast_to(F32(p.autonomy) * positions.autonomy, income.shape), research


def of_positions(income: NDArray[Any], autonomy: NDArray[Any], research: NDArray[Any]) -> NDArray[np.float32]:
    """Yearly value of a position at home, (tiers + 1, stages), of its terms; 0 for faculty of no tier."""
    home: NDArray[np.float32] = (income.astype(F32) + autonomy) + research.astype(F32)
    home[-1, _FACULTY] = 0
    return home


def pay_abroad(world: World, p: Parameters, year: int) -> NDArray[np.float64]:
    """Ln income of a host contract, (regions,)."""
    ratio = np.array([1.0, *world.drivers.along("region", world.abroad, "income_ratio", year=year)])
    (reference,) = {key[1] for key in world.drivers.numbers["postdoc_pay_reference"]}
    paid = np.log(world.drivers.value("postdoc_pay_reference", year=year, region=reference) / 1e3)
    of_regions: NDArray[np.float64] = paid + p.host_pay_premium + p.pay_elasticity * np.log(ratio)
    return of_regions


def worth_of_time(world: World, p: Parameters, year: int, kind: str) -> float:
    """Worth of the research time of a kind of position, beyond the mean of faculty at home."""
    time = world.positions.value("research_time_stage", stage=kind)
    return p.research_time * (time - world.driver("research_time", year)) / 0.1


def of_position_at_home(year: Year, tier: int, stage: int) -> dict[str, float]:
    """The yearly value of a position at home by term, in log income: income, autonomy, research."""
    terms = at_home(year.world, year.parameters, year.number)
    made = {
        name: float(term[tier, stage]) for name, term in zip(("income", "autonomy", "research"), terms, strict=True)
    }
    if stage in RANKS and tier != year.world.no_tier:
        made["income"] += log(year.lever(pay.POSTS))
    return made


def of_position_abroad(year: Year, region: int, *, lasting: bool) -> dict[str, float]:
    """The yearly value of a host contract or a lasting host post by term, in log income: income, autonomy, research."""
    world, p = year.world, year.parameters
    kind = "lasting host post" if lasting else STAGES[Stage.POSTDOC]
    own_ideas = 1.0 if lasting else world.positions.value("autonomy", stage=kind)
    pay = float(F32(pay_abroad(world, p, year.number)[region]))
    return {
        "income": pay + (p.faculty_premium if lasting else 0.0),
        "autonomy": p.autonomy * own_ideas,
        "research": p.science_taste
        + p.peers * float(world.by_region("peers")[region])
        + worth_of_time(world, p, year.number, kind),
    }
