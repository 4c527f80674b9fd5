"""Who considers a change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.engine.arithmetic import HALF, ONE, U64, ZERO, exp, log
from sim.engine.arrays import HOME, where
from sim.engine.compiler import Booleans, Bytes, Floats, Rows, Shorts, Words, compiled, full_width
from sim.engine.hashing import uniform

if TYPE_CHECKING:
    from numpy.typing import NDArray

_AT_A_TIME: Final = 16_384  # people: what is worked out for them stays in the cache


@compiled
def _draw(
    home: Booleans,
    abroad: Booleans,
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
    draw_key: Words,
    year: int,
    keys: Words,
    seek_home: Floats,
    seek_return: Floats,
    seek_from_abroad: np.float32,
    home_links: np.float32,
    return_women: np.float32,
    leave_base: Floats,
    leave_stage: Floats,
    leave_given: Floats,
    early_exposure: np.float32,
    child_moving: np.float32,
    most: np.float32,
    openness: np.float32,
    fellowship: int,
    woman: int,
) -> None:
    """Who looks at home, and who thinks of leaving, of some of the people; the rest as `consider`."""
    full_width()
    n, draw_home, draw_abroad = len(stage), uniform(draw_key, keys[0]), uniform(draw_key, keys[1])
    seek, leave, base = np.empty(n, np.float32), np.empty(n, np.float32), np.empty(n, np.float32)
    given = np.empty(n, np.float32)
    for i in range(n):  # everyone as if at home
        seek[i], leave[i], base[i] = seek_home[stage[i]], leave_stage[stage[i]], leave_base[np.uint16(degree_year[i])]
        given[i] = leave_given[np.uint8(origin[i] != HOME), stage[i]]
    eldest, youngest = np.int16(year - 17), np.int16(year - 14)
    for i in range(n):  # a loop of its own, so that it is compiled to vector instructions
        child = child_moving if (child_born[i] >= eldest) & (child_born[i] <= youngest) else ONE
        factor = ONE + HALF * log(ONE + ties_abroad[i])
        hazard = base[i] * min(factor * leave[i] * (early_exposure if early[i] else ONE) * child, most) * openness
        leave[i] = given[i] if given[i] >= ZERO else hazard
    away = where(region != HOME)
    wish, links, women = np.empty(len(away), np.float32), np.empty(len(away), np.float32), np.empty(len(away), np.bool_)
    for k in range(len(away)):
        row = U64(away[k])
        wish[k] = seek_return[np.uint8(origin[row] != HOME), stage[row]]
        links[k], women[k] = ties_home[row], sex[row] == woman
    for k in range(len(away)):
        links[k] = exp(home_links * (log(ONE + links[k]) - ONE)) * (return_women if women[k] else ONE)
    for k in range(len(away)):
        row = U64(away[k])
        last = contract_end[row]
        over = (last > 0) & (last < year) | (mode[row] == fellowship) & (last == year)
        rate = ZERO if kept[row] else ONE if over else wish[k] * links[k]
        rate = seek_from_abroad if candidate[row] else rate
        seek[row], leave[row] = rate if wish[k] >= ZERO else wish[k], ONE if candidate[row] else ZERO
    for i in range(n):
        home[i], abroad[i] = draw_home[i] < seek[i], draw_abroad[i] < leave[i]


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
    draw_key: Words,
    year: int,
    keys: Words,
    seek_home: Floats,
    seek_return: Floats,
    seek_from_abroad: np.float32,
    home_links: np.float32,
    return_women: np.float32,
    leave_base: Floats,
    leave_stage: Floats,
    leave_given: Floats,
    early_exposure: np.float32,
    child_moving: np.float32,
    most: np.float32,
    openness: np.float32,
    fellowship: int,
    woman: int,
) -> tuple[Rows, Booleans, Booleans, Booleans]:
    """`search.consider`: the rows of those who consider a change; who looks at home, who abroad, who is stranded.

    keys: of looking at home and of thinking of leaving. seek_home: (stages,) at home. seek_return: (native or foreign,
    stages) abroad, below 0 for who has left research; seek_from_abroad: of candidates, who all consider. leave_base: by
    year of the doctorate. leave_stage: (stages,) factors. leave_given: (native or foreign, stages) at home, below 0
    where the former two say it. early_exposure, child_moving: factors. fellowship: the mode of fellows, whose awards
    end for good. woman: code.
    """
    n = len(stage)
    home, abroad, looks = np.empty(n, np.bool_), np.empty(n, np.bool_), np.empty(n, np.bool_)
    for start in range(0, n, _AT_A_TIME):
        end = min(start + _AT_A_TIME, n)
        _draw(
            home[start:end],
            abroad[start:end],
            stage[start:end],
            region[start:end],
            origin[start:end],
            sex[start:end],
            kept[start:end],
            candidate[start:end],
            early[start:end],
            mode[start:end],
            contract_end[start:end],
            degree_year[start:end],
            child_born[start:end],
            ties_home[start:end],
            ties_abroad[start:end],
            draw_key[start:end],
            year,
            keys,
            seek_home,
            seek_return,
            seek_from_abroad,
            home_links,
            return_women,
            leave_base,
            leave_stage,
            leave_given,
            early_exposure,
            child_moving,
            most,
            openness,
            fellowship,
            woman,
        )
    for i in range(n):
        looks[i] = home[i] | abroad[i]
    rows = where(looks)
    for_home, for_abroad = np.empty(len(rows), np.bool_), np.empty(len(rows), np.bool_)
    out_of_contract, this_year = np.empty(len(rows), np.bool_), np.int16(year)
    for k in range(len(rows)):
        row = U64(rows[k])
        for_home[k], for_abroad[k] = home[row], abroad[row]
        ended = (contract_end[row] > 0) & (contract_end[row] < this_year)
        out_of_contract[k] = (region[row] != HOME) & ended & (not kept[row])
    return rows, for_home, for_abroad, out_of_contract


@compiled
def taken(
    rows: Rows,
    draw_key: Words,
    stage: Bytes,
    region: Bytes,
    origin: Bytes,
    tier: Bytes,
    field: Bytes,
    degree_year: Shorts,
    candidate: Booleans,
    programme: NDArray[np.int16],
    home_taste: Floats,
    belief_home: Floats,
    belief_away: Floats,
    language: Floats,
    ties_abroad: Floats,
    tie_region: Bytes,
) -> tuple[
    Words,
    Bytes,
    Bytes,
    Bytes,
    Bytes,
    Bytes,
    Shorts,
    Booleans,
    NDArray[np.int16],
    Floats,
    Floats,
    Floats,
    Floats,
    Floats,
    Bytes,
]:
    """`search.Seekers`: every column of those in rows, all in one pass, in which memory is read ahead in each."""
    n = len(rows)
    word, degree = np.empty(n, np.uint64), np.empty(n, np.int16)
    kind, place, home = np.empty(n, np.uint8), np.empty(n, np.uint8), np.empty(n, np.uint8)
    employer, subject = np.empty(n, np.uint8), np.empty(n, np.uint8)
    outside, payer, spoken = np.empty(n, np.bool_), np.empty(n, np.int16), np.empty(n, np.float32)
    taste, stays, goes = np.empty(n, np.float32), np.empty(n, np.float32), np.empty(n, np.float32)
    ties, known = np.empty(n, np.float32), np.empty(n, np.uint8)
    for k in range(n):
        i = U64(rows[k])
        word[k], kind[k], place[k], home[k] = draw_key[i], stage[i], region[i], origin[i]
        employer[k], subject[k], degree[k] = tier[i], field[i], degree_year[i]
        outside[k], payer[k], spoken[k] = candidate[i], programme[i], language[i]
        taste[k], stays[k], goes[k] = home_taste[i], belief_home[i], belief_away[i]
        ties[k], known[k] = ties_abroad[i], tie_region[i]
    who = word, kind, place, home, employer, subject, degree, outside, payer
    return *who, taste, stays, goes, spoken, ties, known
