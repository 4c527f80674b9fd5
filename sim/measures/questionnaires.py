"""What the surveys ask of the people at the end of a year: one pass over them, and whom the surveys follow."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from sim.engine.arithmetic import U64
from sim.engine.arrays import where
from sim.measures.bibliometrics import OLDEST_ADDRESS, Record, shown_later
from sim.measures.census import FACULTY
from sim.measures.counting import by_age, faculty
from sim.population.columns import Attributes, over_people
from sim.rules.membership import has_home_post
from sim.vocabulary import HOME, Mode, Stage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.population.columns import Columns
    from sim.year import Year

FOLLOWED_DOCTORATES: Final = 7
"""Years, that of the degree included, in which foreign doctorates are asked."""
FELLOWS_ASKED: Final = (0, 1, 5)
"""Years after the award at which former fellows are asked."""
_REGULAR = np.array([stage in {*FACULTY, Stage.INDUSTRY} for stage in Stage])
_LASTING = np.array([stage in {Stage.TENURE_TRACK, Stage.PERMANENT} for stage in Stage])
_DOCTORAL: Final = int(Stage.DOCTORAL)
_POSTDOC: Final = int(Stage.POSTDOC)
_PERMANENT: Final = int(Stage.PERMANENT)
_UNPLACED: Final = int(Stage.UNPLACED)
_LEFT: Final = int(Stage.LEFT)
_FELLOWSHIP: Final = int(Mode.FELLOWSHIP)
_YEARS_ABROAD: Final = 5  # within which returns are counted
_NOBODY = np.empty(0, np.int64)


@dataclass(frozen=True)
class Answers:
    """What the surveys were told in a year, in simulated persons; or in several years, with an axis more in front."""

    accepted: NDArray[np.int64]
    """(1,): foreigners whom universities and institutes host, or employ after a time at an institution abroad."""
    scholars: NDArray[np.float64]
    """(2, regions): published authors whose papers of the year show that they have moved out of home, and into home."""
    doctorates_abroad: NDArray[np.int64]
    """(regions,): doctorates of the year that universities of a region gave to people of home origin."""
    doctorates: NDArray[np.int64]
    """(2,): doctorates of the year of home universities, to people of home origin and to foreigners."""
    new_doctorates: NDArray[np.int64]
    """(2,): home-origin doctorates of the year whose place is known; of them abroad."""
    foreign_doctorates: NDArray[np.int64]
    """(7, 3): foreign doctorates of so many years ago whose place is known; of them here; of them employed here."""
    foreign_origins: NDArray[np.int64]
    """(regions,): foreign doctorates of the year whose place is known, by origin."""
    students: NDArray[np.int64]
    """(2,): doctoral students of home universities; of them those who keep a job."""
    postdocs: NDArray[np.int64]
    """(3,): postdocs at home; of them foreigners; and the sum of their years of birth."""
    former_postdocs: NDArray[np.int64]
    """(2,): postdocs of the last survey; of them now in a lasting post at home."""
    hires_by_age: NDArray[np.int64]
    """(4,): faculty at home who were none in the last survey, by age in the bands of `AGE_BANDS`."""
    new_fellows: NDArray[np.int64]
    """(4,): overseas fellows whose award ended this year and who answer: in a regular post here; in a lasting post
    abroad; postdocs here or abroad; and others."""
    former_fellows: NDArray[np.int64]
    """(3, 2): overseas fellows whose award ended 0, 1 and 5 years ago and who answer; of them in a regular post."""
    abroad: NDArray[np.int64]
    """(2,): home-origin postdocs of the last survey within five years abroad; of them back home now."""


@dataclass
class Panel:
    """Whom the surveys follow from year to year: identities, of fellows by the year in which their award ended; members
    are faculty.

    moves: those of authors in the last years, (2, regions) each, the last one first.
    """

    record: Record
    postdocs: NDArray[np.int64] = field(default_factory=lambda: _NOBODY)
    away: NDArray[np.int64] = field(default_factory=lambda: _NOBODY)
    fellows: NDArray[np.int64] = field(default_factory=lambda: _NOBODY)
    members: NDArray[np.int64] = field(default_factory=lambda: _NOBODY)
    released: dict[int, NDArray[np.int64]] = field(default_factory=dict)
    moves: list[NDArray[np.int64]] = field(default_factory=list)

    @classmethod
    def opened(cls, people: Columns, year: Year) -> Self:
        """Who is followed into the first year."""
        panel = cls(Record.opened(people, year))
        panel.follow(people, *_asked(people))
        return panel

    def ask(self, people: Columns, year: Year) -> Answers:
        """Ask everyone at the end of a year, and note who is followed into the next one."""
        regions = len(year.world.regions)
        self.moves = [np.stack(self.record.read(people, year)), *self.moves[:OLDEST_ADDRESS]]
        postdoc, fellow, away = _asked(people)
        self._release(people, fellow, year.number)
        accepted, students, postdocs = np.zeros(1, np.int64), np.zeros(2, np.int64), np.zeros(3, np.int64)
        abroad, origins = np.zeros(regions, np.int64), np.zeros(regions, np.int64)
        new, foreign = np.zeros(2, np.int64), np.zeros((FOLLOWED_DOCTORATES, 3), np.int64)
        _answer(people, year.number, postdoc, accepted, students, postdocs, abroad, new, foreign, origins)
        answers = Answers(
            accepted=accepted,
            scholars=shown_later(self.moves, year.parameters.print_lag),
            doctorates_abroad=abroad,
            doctorates=year.tally.graduates,
            new_doctorates=new,
            foreign_doctorates=foreign,
            foreign_origins=origins,
            students=students,
            postdocs=postdocs,
            former_postdocs=self._former_postdocs(people),
            hires_by_age=self._hires(people, year.number),
            new_fellows=self._position_after(people, year.number),
            former_fellows=np.array([self._former_fellows(people, year.number - ago) for ago in FELLOWS_ASKED]),
            abroad=self._back(people),
        )
        self.follow(people, postdoc, fellow, away)
        return answers

    def follow(
        self, people: Columns, postdoc: NDArray[np.bool_], fellow: NDArray[np.bool_], away: NDArray[np.bool_]
    ) -> None:
        """Note who is followed into the next year, from masks of shape (n,)."""
        self.postdocs, self.fellows = people.identity[where(postdoc)], people.identity[where(fellow)]
        rows = where(away)
        since = people.away_since[rows]
        self.away = people.identity[rows[since > since.max(initial=0) - _YEARS_ABROAD]]
        self.members = people.identity[where(faculty(people))]

    def copy(self) -> Panel:
        """An independent copy."""
        return deepcopy(self)

    def _release(self, people: Columns, fellow: NDArray[np.bool_], year: int) -> None:
        """Note the fellows whose award ended this year, and forget those who are asked no more."""
        rows = people.rows(self.fellows)
        still = (rows >= 0) & fellow[rows] if len(people) else np.zeros(len(rows), np.bool_)
        self.released[year] = self.fellows[~still]
        self.released.pop(year - max(FELLOWS_ASKED) - 1, None)

    def _former_postdocs(self, people: Columns) -> NDArray[np.int64]:
        rows = _still_there(people, self.postdocs)
        placed = _LASTING[people.stage[rows]] & (people.region[rows] == HOME)
        return np.array([len(self.postdocs), np.count_nonzero(placed)])

    def _former_fellows(self, people: Columns, year: int) -> NDArray[np.int64]:
        rows = _still_there(people, self.released.get(year, _NOBODY))
        rows = rows[people.stage[rows] != Stage.LEFT]
        stage, here = people.stage[rows], people.region[rows] == HOME
        regular = np.where(here, _REGULAR[stage], stage == Stage.PERMANENT)
        return np.array([len(rows), np.count_nonzero(regular)])

    def _hires(self, people: Columns, year: int) -> NDArray[np.int64]:
        members = where(faculty(people))
        new = members[~np.isin(people.identity[members], self.members)]
        return by_age(people, new, year)

    def _position_after(self, people: Columns, year: int) -> NDArray[np.int64]:
        rows = _still_there(people, self.released.get(year, _NOBODY))
        rows = rows[people.stage[rows] != Stage.LEFT]
        stage, here = people.stage[rows], people.region[rows] == HOME
        post, lasting, postdoc = here & _REGULAR[stage], ~here & (stage == Stage.PERMANENT), stage == Stage.POSTDOC
        kinds = [np.count_nonzero(kind) for kind in (post, lasting, postdoc)]
        return np.array([*kinds, len(rows) - sum(kinds)])

    def _back(self, people: Columns) -> NDArray[np.int64]:
        rows = _still_there(people, self.away)
        return np.array([len(self.away), np.count_nonzero(people.region[rows] == HOME)])


@over_people
def _asked(people: Attributes) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Masks of shape (n,): postdocs at home; fellows abroad; and home-origin doctorates abroad, no post kept but one
    found from there.
    """
    number = len(people.stage)
    postdoc, fellow, away = np.empty(number, np.bool_), np.empty(number, np.bool_), np.empty(number, np.bool_)
    for i in range(number):  # without a branch, so that it is compiled to vector instructions
        stage, here, kept = people.stage[i], people.region[i] == HOME, people.post_kept[i]
        graduated = people.degree_year[i] > 0
        postdoc[i] = (stage == _POSTDOC) & here & (not people.candidate[i])
        fellow[i] = (people.mode[i] == _FELLOWSHIP) & (not here) & (stage != _LEFT) & graduated
        found = kept & (people.start_year[i] > people.away_since[i])  # and to be taken up when the award is over
        works = (not kept) & ((stage == _POSTDOC) | (stage == _PERMANENT))
        away[i] = (not here) & (people.origin[i] == HOME) & graduated & (found | works)
    return postdoc, fellow, away


@over_people
def _answer(
    people: Attributes,
    year: int,
    postdoc: NDArray[np.bool_],
    accepted: NDArray[np.int64],
    students: NDArray[np.int64],
    postdocs: NDArray[np.int64],
    abroad: NDArray[np.int64],
    new: NDArray[np.int64],
    foreign: NDArray[np.int64],
    origins: NDArray[np.int64],
) -> None:
    """Add everyone to the counts of `Answers` (abroad: `doctorates_abroad`, origins: `foreign_origins`)."""
    first = year - len(foreign)
    for k in range(len(people.stage)):
        i = U64(k)
        stage, here, native = people.stage[i], people.region[i] == HOME, people.origin[i] == HOME
        formed_here = people.degree_region[i] == HOME
        if postdoc[i]:
            postdocs[0] += 1
            postdocs[1] += not native
            postdocs[2] += people.birth_year[i]
        if stage == _DOCTORAL:
            enrolled = has_home_post(people.region[i], people.post_kept[i])
            students[0] += enrolled
            students[1] += enrolled & people.working[i]
        if not native:
            from_there = (not formed_here) | (people.moves[i] > 0)
            employed = (stage >= _POSTDOC) & (stage <= _PERMANENT) & (not people.candidate[i])
            accepted[0] += here & from_there & employed
        degree = people.degree_year[i]
        if degree <= first:
            continue
        if native & (degree == year):
            abroad[U64(people.degree_region[i])] += not formed_here
            new[0] += formed_here & (stage != _LEFT)
            new[1] += formed_here & (stage != _LEFT) & (not here)
        elif (not native) & formed_here & (stage != _LEFT) & (degree <= year):
            foreign[year - degree, 0] += 1
            foreign[year - degree, 1] += here
            foreign[year - degree, 2] += here & (stage != _UNPLACED)
            origins[U64(people.origin[i])] += degree == year


def _still_there(people: Columns, identities: NDArray[np.int64]) -> NDArray[np.intp]:
    rows = people.rows(identities)
    return rows[rows >= 0]
