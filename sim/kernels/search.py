"""Who considers a change."""

from __future__ import annotations

import numpy as np

from sim.kernels.arithmetic import HALF, ONE, ZERO, exp, log
from sim.kernels.columns import HOME
from sim.kernels.compiler import Booleans, Bytes, Floats, Rows, Shorts, Words, compiled
from sim.kernels.draws import uniform


@compiled
def consider(
    stage: Bytes,
    region: Bytes,
    origin: Bytes,
    sex: Bytes,
    kept: Booleans,
    candidate: Booleans,
    early: Booleans,
    mode: Bytes,
    contract_end: Shorts,
    degree_year: Shorts,
    child_born: Shorts,
    ties_home: Floats,
    ties_abroad: Floats,
    luck: Words,
    year: int,
    keys: Words,
    seek_home: Floats,
    seek_return: Floats,
    home_links: np.float32,
    return_women: np.float32,
    leave_base: Floats,
    leave_stage: Floats,
    leave_foreign: Floats,
    early_exposure: np.float32,
    child_moving: np.float32,
    most: np.float32,
    openness: np.float32,
    fellowship: int,
    woman: int,
) -> tuple[Rows, Booleans, Booleans, Booleans]:
    """`search.consider`: the rows of those who consider a change; who looks at home, who abroad, who is stranded.

    keys: of looking at home and of thinking of leaving. seek_home: (stages,) at home. seek_return: (native or foreign,
    stages) abroad, below 0 for who has left research. leave_base: by year of the doctorate. leave_stage: (stages,)
    factors. leave_foreign: (stages,) of foreigners at home, below 0 where they leave as natives do. early_exposure,
    child_moving: factors. fellowship: the mode of fellows, whose awards end for good. woman: code.
    """
    n, found = len(stage), 0
    draw_home, draw_abroad = uniform(luck, keys[0]), uniform(luck, keys[1])
    seek, leave, base = np.empty(n, np.float32), np.empty(n, np.float32), np.empty(n, np.float32)
    for i in range(n):  # everyone as if a native at home
        seek[i], leave[i], base[i] = seek_home[stage[i]], leave_stage[stage[i]], leave_base[degree_year[i]]
    for i in range(n):  # a loop of its own, so that it is compiled to vector instructions
        child_age = year - child_born[i]
        child = child_moving if (child_age >= 14) & (child_age <= 17) else ONE
        factor = ONE + HALF * log(ONE + ties_abroad[i])
        leave[i] = base[i] * min(factor * leave[i] * (early_exposure if early[i] else ONE) * child, most) * openness
    rows = np.empty(n, np.intp)
    for i in range(n):  # the natives at home who consider a change, and all others; without a branch
        rows[found] = i
        out = (region[i] | origin[i]) != HOME
        found += 1 if (draw_home[i] < seek[i]) | (draw_abroad[i] < leave[i]) | out else 0
    for_home, for_abroad = np.empty(found, np.bool_), np.empty(found, np.bool_)
    stranded, seekers = np.empty(found, np.bool_), 0
    for i in rows[:found]:
        wish, hazard, lost = seek[i], leave[i], False
        if region[i] != HOME:
            wish, hazard = seek_return[np.uint8(origin[i] != HOME), stage[i]], ZERO
            if wish >= ZERO:
                lost = 0 < contract_end[i] < year and not kept[i]
                last = mode[i] == fellowship and contract_end[i] == year and not kept[i]
                if lost or last or candidate[i]:
                    wish = ONE
                elif kept[i]:
                    wish = ZERO
                else:
                    rarer = return_women if sex[i] == woman else ONE
                    wish *= exp(home_links * (log(ONE + ties_home[i]) - ONE)) * rarer
        elif origin[i] != HOME and leave_foreign[stage[i]] >= ZERO:
            hazard = leave_foreign[stage[i]]
        home, abroad = draw_home[i] < wish, draw_abroad[i] < hazard
        rows[seekers], for_home[seekers], for_abroad[seekers], stranded[seekers] = i, home, abroad, lost
        seekers += 1 if home | abroad | lost else 0
    return rows[:seekers].copy(), for_home[:seekers], for_abroad[:seekers], stranded[:seekers]
