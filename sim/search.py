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
    for_home, for_abroad, stranded = (np.empty(n, np.bool_) for _ in range(3))
    at_home, elsewhere, decay = _hazards(now)
    p = now.parameters
    open_borders = F32(now.driver("border_openness"))
    for block in now.blocks(n):
        stage, region, origin = people.stage[block], people.region[block], people.origin[block]
        here, native, luck = region == HOME, origin == HOME, people.luck[block]
        settled = (stage == Stage.PERMANENT) & ~here
        out = (
            ~here
            & (people.contract_end[block] < now.year)
            & (people.contract_end[block] > 0)
            & ~people.post_kept[block]
        )
        out &= stage != Stage.LEFT
        wish = at_home[stage]
        away = np.flatnonzero(~here)
        wish[away] = elsewhere[np.where(native[away], 0, 1), settled[away].astype(np.intp)]
        wish[away] *= np.exp(F32(p.home_links) * (np.log1p(people.ties_home[block][away]) - F32(1)))
        wish[away] *= np.where(people.sex[block][away] == Sex.WOMAN, F32(p.return_women), F32(1))
        wish[~here & ((stage == Stage.DOCTORAL) | people.post_kept[block])] = 0
        wish[out | people.candidate[block]] = 1
        wish[stage == Stage.LEFT] = 0
        for_home[block] = uniform(luck, now.year, Decision.CONSIDER, _HOME) < wish

        academic_age = np.where(people.degree_year[block] > 0, now.year - people.degree_year[block], 0)
        leave = decay[np.clip(academic_age, 0, _MAX_AGE)]
        draw = uniform(luck, now.year, Decision.CONSIDER, _ABROAD)
        likely = np.flatnonzero(here & (draw < leave * F32(_MOST)) & (stage != Stage.INDUSTRY) & (stage != Stage.LEFT))
        factor = F32(1) + F32(0.5) * np.log1p(people.ties_abroad[block][likely])
        factor *= np.where(people.early[block][likely], F32(np.exp(p.early_exposure)), F32(1))
        factor *= np.where(stage[likely] == Stage.UNPLACED, F32(p.search_between), F32(1))
        born = people.child_born[block][likely]
        teenage = (born > 0) & (now.year - born >= 14) & (now.year - born <= 17)
        factor *= np.where(teenage, F32(np.exp(p.child_moving)), F32(1))
        factor = np.minimum(factor, F32(_MOST))
        chance = np.zeros(len(leave), F32)
        chance[likely] = leave[likely] * factor * open_borders
        foreign = here & ~native & (stage != Stage.DOCTORAL) & (stage != Stage.LEFT)
        chance[foreign] = np.where(stage[foreign] == Stage.UNPLACED, F32(1), F32(p.seek_leave_foreign))
        for_abroad[block] = draw < chance
        stranded[block] = out
    rows = np.flatnonzero(for_home | for_abroad | stranded)
    return Seekers(rows, for_home[rows], for_abroad[rows], stranded[rows])


def _hazards(now: Now) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Yearly probabilities: by stage at home; by (foreign, settled) abroad; of leaving by academic age."""
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
    return at_home, elsewhere, decay
