"""Hiring: what employers weigh when they rank applicants. It reorders the queue and adds no post."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.instruments.lever import Instrument, Lever

if TYPE_CHECKING:
    from sim.world.parameters import Parameters


def _announced(p: Parameters, change: float, slope: float) -> float:
    """Those who go expect the new weight of a stay of `announced_stay` years, as far as `credence` goes."""
    from sim.rules.beliefs import announced_log_odds  # the compiler is not needed to read levers

    return float(announced_log_odds(change, p.credence, p.announced_stay, p.return_rank_horizon, slope))


OVERSEAS_WEIGHT = Lever(
    "hiring.overseas_weight",
    "weight of three years abroad in the ranking of applicants",
    "採用順位における海外経験（3年）の重み",
    "SD of score",
    -0.5,
    2.0,
    "overseas_weight",
    "nothing: posts are as many as before",
    _announced,
)
OWN_GRADUATE_BONUS = Lever(
    "hiring.own_graduate_bonus",
    "bonus of own graduates in the ranking",
    "採用順位における自校出身者の加点",
    "SD of score",
    -1.0,
    2.0,
    "own_graduate",
    "nothing: posts are as many as before",
)
LANGUAGE_WEIGHT = Lever(
    "hiring.language_weight",
    "loss in the ranking without the home language",
    "現地語ができない場合の採用順位での減点",
    "SD of score",
    0.0,
    10.0,
    "language_hiring",
    "nothing: posts are as many as before",
)

FLOOR = Lever(
    "hiring.floor",
    "ranking score below which an employer leaves a post open",
    "採用を見送る採用評点の下限",
    "SD of score",
    -20.0,
    3.0,
    "hiring_floor",
    "nothing: pay of posts that stay open is not saved",
)

HIRING = Instrument("hiring", (OVERSEAS_WEIGHT, OWN_GRADUATE_BONUS, LANGUAGE_WEIGHT, FLOOR))
