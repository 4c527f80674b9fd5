"""Considering: who looks for a post at home this year, and who thinks of going abroad or elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.draws import Decision, uniform
from sim.vocabulary import HOME, Sex, Stage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.columns import Columns
    from sim.now import Now

F32 = np.float32
_MAX_AGE = 60
_MOST = 8.0  # at most this many times the base rate of thinking of leaving, whatever the ties and the past
_HOME, _ABROAD = 0, 1  # alternatives of the draw


@dataclass(frozen=True)
class Seekers:
    """The people who consider a change this year, arrays of shape (n,).

    rows: their rows in the population. for_home: looks for posts at home. for_abroad: thinks of leaving the country of
    residence. stranded: abroad and out of contract, so staying as before is no option.
    """

    rows: NDArray[np.intp]
    for_home: NDArray[np.bool_]
    for_abroad: NDArray[np.bool_]
    stranded: NDArray[np.bool_]


def consider(people: Columns, now: Now) -> Seekers:
    """Draw who considers what.

    At home, looking for another post depends on the stage: everyone between posts does. Thinking of leaving falls with
    academic age (`age_decay`), rises with foreign ties and early study abroad, and falls with children of 14 to 17
    (Deville 2014; Parey & Waldinger 2011; Azoulay 2017). Abroad, looking for a post at home rises with home ties
    (Baruffaldi & Landoni 2012) and is rarer for women (Zhao 2022); after a lasting host post it is rare (Gaule 2014).
    """
    n = len(people)
    for_home, for_abroad, stranded = (np.zeros(n, np.bool_) for _ in range(3))
    at_home, elsewhere, decay = _hazards(now)
    for block in now.blocks(n):
        luck, region = people.luck[block], people.region[block]
        wish = at_home.take(people.stage[block], mode="clip")
        away = np.flatnonzero(region != HOME)
        wish[away], stranded[block.start + away] = _wish_to_return(people, block.start + away, elsewhere, now)
        for_home[block] = uniform(luck, now.year, Decision.CONSIDER, _HOME) < wish
        _think_of_leaving(people, block, decay, for_abroad[block], now)
    rows = np.flatnonzero(for_home | for_abroad | stranded)
    return Seekers(rows, for_home[rows], for_abroad[rows], stranded[rows])


def _wish_to_return(
    people: Columns, rows: NDArray[np.intp], elsewhere: NDArray[np.float32], now: Now
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Probability that people abroad look for a post at home, and who of them is out of contract."""
    p, stage, kept, contract = now.parameters, people.stage[rows], people.post_kept[rows], people.contract_end[rows]
    gone = stage == Stage.LEFT
    out = (contract < now.year) & (contract > 0) & ~kept & ~gone
    wish = elsewhere[(people.origin[rows] != HOME).astype(np.intp), (stage == Stage.PERMANENT).astype(np.intp)]
    wish *= np.exp(F32(p.home_links) * (np.log1p(people.ties_home[rows]) - F32(1)))
    wish *= np.where(people.sex[rows] == Sex.WOMAN, F32(p.return_women), F32(1))
    wish[(stage == Stage.DOCTORAL) | kept] = 0
    wish[out | people.candidate[rows]] = 1
    wish[gone] = 0
    return wish, out


def _think_of_leaving(
    people: Columns, block: slice, decay: NDArray[np.float32], thinks: NDArray[np.bool_], now: Now
) -> None:
    """Mark in `thinks` who of the people of a block that are at home thinks of leaving the country."""
    p, stage, here = now.parameters, people.stage[block], people.region[block] == HOME
    draw = uniform(people.luck[block], now.year, Decision.CONSIDER, _ABROAD)
    leave = decay.take(people.degree_year[block], mode="clip")
    likely = np.flatnonzero(here & (draw < leave * F32(_MOST)) & (stage != Stage.INDUSTRY) & (stage != Stage.LEFT))
    rows = likely + block.start
    factor = F32(1) + F32(0.5) * np.log1p(people.ties_abroad[rows])
    factor[np.flatnonzero(people.early[rows])] *= F32(np.exp(p.early_exposure))
    factor[np.flatnonzero(stage[likely] == Stage.UNPLACED)] *= F32(p.search_between)
    born = people.child_born[rows]
    factor[np.flatnonzero((born >= now.year - 17) & (born <= now.year - 14))] *= F32(np.exp(p.child_moving))
    factor = np.minimum(factor, F32(_MOST))
    thinks[likely] = draw[likely] < leave[likely] * factor * F32(now.driver("border_openness"))
    foreign = np.flatnonzero(here & (people.origin[block] != HOME) & (stage != Stage.DOCTORAL) & (stage != Stage.LEFT))
    between = stage[foreign] == Stage.UNPLACED
    thinks[foreign] = draw[foreign] < np.where(between, F32(1), F32(p.seek_leave_foreign))


def _hazards(now: Now) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Yearly probabilities: by stage at home; by (foreign, settled) abroad; of leaving by year of the doctorate."""
    p = now.parameters
    at_home = np.zeros(len(Stage), F32)
    at_home[Stage.POSTDOC] = p.seek_postdoc
    at_home[Stage.FIXED_TERM] = p.seek_fixed
    at_home[Stage.TENURE_TRACK] = p.seek_tenure_track
    at_home[Stage.PERMANENT] = p.seek_permanent
    at_home[Stage.INDUSTRY] = p.seek_industry
    at_home[Stage.UNPLACED] = 1
    back = p.seek_return_settled
    elsewhere = np.array([[p.seek_return, back], [back, back]], F32)
    decay = (p.search_abroad * np.exp(-p.age_decay * np.arange(_MAX_AGE + 1))).astype(F32)
    academic_age = np.minimum(now.year - np.arange(now.year + 1), _MAX_AGE)
    academic_age[0] = 0  # no doctorate yet
    return at_home, elsewhere, decay[academic_age]
