"""Considering: who looks for a post at home this year, and who thinks of going abroad or elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim import kernels
from sim.engine.draws import Draw, key
from sim.vocabulary import Mode, Sex, Stage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.population.columns import Columns
    from sim.year import Year

F32 = np.float32
_MAX_AGE = 60
_MOST = 8.0  # at most this many times the base rate of thinking of leaving, whatever the ties and the past


@dataclass(frozen=True)
class Seekers:
    """The people who consider a change this year, arrays of shape (n,).

    rows: their rows in the population. for_home: looks for posts at home. for_abroad: thinks of leaving the country of
    residence. stranded: abroad and out of contract, so staying as before is no option. luck and the rest: the columns
    that choosing asks for again and again, taken once; so they stand close together in memory.
    """

    rows: NDArray[np.intp]
    for_home: NDArray[np.bool_]
    for_abroad: NDArray[np.bool_]
    out_of_contract: NDArray[np.bool_]
    draw_key: NDArray[np.uint64]
    stage: NDArray[np.uint8]
    region: NDArray[np.uint8]
    origin: NDArray[np.uint8]
    tier: NDArray[np.uint8]
    field: NDArray[np.uint8]
    degree_year: NDArray[np.int16]
    candidate: NDArray[np.bool_]
    programme: NDArray[np.int16]
    home_taste: NDArray[np.float32]
    belief_home: NDArray[np.float32]
    belief_away: NDArray[np.float32]
    language: NDArray[np.float32]
    ties_abroad: NDArray[np.float32]
    tie_region: NDArray[np.uint8]


def consider(people: Columns, year: Year) -> Seekers:
    """Draw who considers what.

    At home, looking for another post depends on the stage: everyone between posts does. Thinking of leaving falls with
    academic age (`age_decay`), rises with foreign ties and early study abroad, and falls with children of 14 to 17
    (Deville 2014; Parey & Waldinger 2011; Azoulay 2017). Abroad, looking for a post at home rises with home ties
    (Baruffaldi & Landoni 2012) and is rarer for women (Zhao 2022); after a lasting host post it is rare (Gaule
    2014). Fellows all look home in the last year of an award, which nobody renews. Candidates from abroad all consider
    coming, by a programme that brings people in; few of them see the posts that are advertised here.
    """
    p, (at_home, away, by_degree, by_stage, given) = year.parameters, _hazards(year)
    draws = np.array([key(year.number, Draw.SEEK_HOME), key(year.number, Draw.SEEK_ABROAD)])
    rows, for_home, for_abroad, out_of_contract = kernels.consider(
        people.stage,
        people.region,
        people.origin,
        people.sex,
        people.post_kept,
        people.candidate,
        people.early,
        people.mode,
        people.contract_end,
        people.degree_year,
        people.child_born,
        people.ties_home,
        people.ties_abroad,
        people.draw_key,
        year.number,
        draws,
        at_home,
        away,
        F32(p.seek_from_abroad),
        F32(p.home_links),
        F32(p.return_women),
        by_degree,
        by_stage,
        given,
        F32(np.exp(p.early_exposure)),
        F32(np.exp(p.child_moving)),
        F32(_MOST),
        F32(year.driver("border_openness")),
        int(Mode.FELLOWSHIP),
        int(Sex.WOMAN),
    )
    columns = kernels.taken(
        rows,
        people.draw_key,
        people.stage,
        people.region,
        people.origin,
        people.tier,
        people.field,
        people.degree_year,
        people.candidate,
        people.programme,
        people.home_taste,
        people.belief_home,
        people.belief_away,
        people.language,
        people.ties_abroad,
        people.tie_region,
    )
    return Seekers(rows, for_home, for_abroad, out_of_contract, *columns)


def _hazards(year: Year) -> tuple[NDArray[np.float32], ...]:
    """Yearly probabilities of looking for a post by stage at home; by (foreign, stage) abroad, -1 out of research;
    of leaving by year of the doctorate; its factors by stage; of leaving by (foreign, stage), -1 where the two say it.
    """
    p = year.parameters
    at_home = np.zeros(len(Stage), F32)
    at_home[Stage.POSTDOC] = p.seek_postdoc
    at_home[Stage.FIXED_TERM] = p.seek_fixed
    at_home[Stage.TENURE_TRACK] = p.seek_tenure_track
    at_home[Stage.PERMANENT] = p.seek_permanent
    at_home[Stage.INDUSTRY] = p.seek_industry
    at_home[Stage.UNPLACED] = 1
    away = np.full((2, len(Stage)), p.seek_return_settled, F32)
    away[0] = p.seek_return
    away[0, Stage.PERMANENT] = p.seek_return_settled
    away[:, Stage.DOCTORAL] = 0
    away[:, Stage.LEFT] = -1
    decay = (p.search_abroad * np.exp(-p.age_decay * np.arange(_MAX_AGE + 1))).astype(F32)
    academic_age = np.minimum(year.number - np.arange(year.number + 1), _MAX_AGE)
    academic_age[0] = 0  # no doctorate yet
    by_stage = np.ones(len(Stage), F32)
    by_stage[Stage.UNPLACED] = p.search_between
    by_stage[[Stage.INDUSTRY, Stage.LEFT]] = 0
    given = np.full((2, len(Stage)), -1, F32)
    given[1] = p.seek_leave_foreign
    given[1, Stage.UNPLACED] = 1
    given[1, [Stage.DOCTORAL, Stage.LEFT]] = -1
    return at_home, away, decay[academic_age], by_stage, given
