"""What people come to believe of their chances."""

from __future__ import annotations

import numpy as np

from sim.engine.arithmetic import ONE, U64, exp
from sim.engine.arrays import HOME
from sim.engine.compiler import Bytes, Floats, Rows, Shorts, compiled, full_width


@compiled
def cell_of(
    rows: Rows, stage: Bytes, region: Bytes, field: Bytes, returned_year: Shorts, year: int, between: int, fixed: int
) -> Rows:
    """`beliefs.cell_of`: field, whether in a fixed-term post (its code: fixed), and whether away, or just back and
    between posts.
    """
    cell = np.empty(len(rows), np.intp)
    for k in range(len(rows)):
        i = U64(rows[k])
        away = (region[i] != HOME) | ((returned_year[i] >= year - 1) & (stage[i] == between))
        cell[k] = (field[i] * 2 + ((stage[i] == fixed) & (not away))) * 2 + away
    return cell


@compiled
def learn(
    belief_home: Floats,
    belief_away: Floats,
    stage: Bytes,
    field: Bytes,
    ties_abroad: Floats,
    pace: Floats,
    shown_home: Floats,
    shown_away: Floats,
    blind: np.float32,
) -> None:
    """`Beliefs.learn`: beliefs move toward what is shown at a pace by stage, slower abroad for who has few ties.

    pace: (stages,). shown_home: (fields, stages). shown_away: (fields,). blind: what a person without ties misses.
    """
    full_width()
    sight = np.empty(len(stage), np.float32)
    for i in range(len(stage)):  # a loop of its own, so that it is compiled to vector instructions
        sight[i] = ONE - blind * exp(-ties_abroad[i])
    for i in range(len(stage)):
        belief_home[i] += pace[stage[i]] * (shown_home[field[i], stage[i]] - belief_home[i])
        belief_away[i] += pace[stage[i]] * sight[i] * (shown_away[field[i]] - belief_away[i])
