"""Teams of joint projects, students on an exchange, holders of a second appointment: who asks for a place, who wins,
and who is on one.

They keep post and study; so they are not in the columns, but here, as long as it runs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np

from sim.engine.arithmetic import U64
from sim.engine.compiler import Booleans, Floats, Rows, Shorts, compiled
from sim.instruments.programmes import LEVERS, running
from sim.market import selection
from sim.population.columns import Attributes, over_people
from sim.process.proposals import partners, who_applies
from sim.rules.stays import last_year, years_of_award
from sim.rules.teams import score_of_team
from sim.vocabulary import HOME, Stage
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.market.institutions import Programme
    from sim.population.columns import Columns
    from sim.year import Year

_DOCTORAL, _POSTDOC, _PERMANENT = int(Stage.DOCTORAL), int(Stage.POSTDOC), int(Stage.PERMANENT)


class _Found(NamedTuple):
    """Rows of some identities among people as they stood."""

    people: Columns
    version: int
    length: int
    identity: NDArray[np.int64]
    rows: NDArray[np.intp]

    def holds(self, people: Columns, identity: NDArray[np.int64]) -> bool:
        """Whether these identities have stood in the same rows since."""
        same = self.people is people and self.identity is identity
        return same and (self.version, self.length) == (people.version, len(people))


@dataclass
class Teams:
    """Who leads a joint project, is on an exchange or holds a second appointment, arrays of shape (n,): identity,
    number of the programme, region of the partner, which is home of a firm, and last year.
    """

    identity: NDArray[np.int64]
    programme: NDArray[np.int16]
    region: NDArray[np.uint8]
    last: NDArray[np.int16]
    _found: _Found | None = field(default=None, init=False, repr=False, compare=False)

    @classmethod
    def none(cls) -> Self:
        """Before the first."""
        return cls(np.empty(0, np.int64), np.empty(0, np.int16), np.empty(0, np.uint8), np.empty(0, np.int16))

    def copy(self) -> Self:
        """An independent copy."""
        return type(self)(self.identity.copy(), self.programme.copy(), self.region.copy(), self.last.copy())

    def __len__(self) -> int:
        return len(self.identity)

    def rows(self, people: Columns) -> NDArray[np.intp]:
        """The row of each, -1 of those who are not there any more; to read only."""
        found = self._found
        if found is None or not found.holds(people, self.identity):
            rows = people.few_rows(self.identity)
            self._found = found = _Found(people, people.version, len(people), self.identity, rows)
        return found.rows

    def of(self, people: Columns, number: int) -> tuple[NDArray[np.intp], NDArray[np.uint8]]:
        """Rows of those on a programme, in the order of their identities, and the regions of their partners."""
        mine = np.flatnonzero(self.programme == number)
        mine = mine[np.argsort(self.identity[mine])]
        return self.rows(people)[mine], self.region[mine]

    def keep(self, mask: NDArray[np.bool_]) -> None:
        """Drop those outside the mask."""
        for name in ("identity", "programme", "region", "last"):
            setattr(self, name, getattr(self, name)[mask])
        if self._found is not None:
            self._found = self._found._replace(identity=self.identity, rows=self._found.rows[mask])

    def add(self, people: Columns, rows: NDArray[np.intp], number: int, region: NDArray[np.uint8], last: int) -> None:
        """Add people to a programme, to a last year."""
        known = self.rows(people)
        self.identity = np.concatenate([self.identity, people.identity[rows]])
        self.programme = np.concatenate([self.programme, np.full(len(rows), number, np.int16)])
        self.region = np.concatenate([self.region, region])
        self.last = np.concatenate([self.last, np.full(len(rows), last, np.int16)])
        self._found = _Found(people, people.version, len(people), self.identity, np.concatenate([known, rows]))


def meet(people: Columns, teams: Teams, programmes: list[Programme], year: Year) -> None:
    """What is over ends, then the calls of the year fill their places."""
    of_kind = [programme for programme in programmes if programme.record.kind.runs_at_home]
    if not of_kind:
        return
    _end(people, teams, programmes, year)
    for programme in of_kind:
        _call(people, teams, programme, programmes, year)
        number = int(np.count_nonzero(teams.programme == programme.number))
        year.tally.count(running(programme.record), number)


def _end(people: Columns, teams: Teams, programmes: list[Programme], year: Year) -> None:
    """A project or a second appointment ends after its years, or as its holder leaves home or academia; an exchange
    with the doctorate.
    """
    if not len(teams):
        return
    exchange = np.array([one.record.kind is ProgrammeKind.EXCHANGE for one in programmes])
    teams.keep(_goes_on(people, teams.rows(people), exchange[teams.programme], teams.last, year.number))


@over_people
def _goes_on(people: Attributes, rows: Rows, exchange: Booleans, last: Shorts, year: int) -> Booleans:
    """Whose place does not end, (n,). rows: -1 for who is not there any more."""
    goes_on = np.zeros(len(rows), np.bool_)
    for k in range(len(rows)):
        if rows[k] >= 0:
            i = U64(rows[k])
            stage = people.stage[i]
            works = stage == _DOCTORAL if exchange[k] else (stage >= _POSTDOC) & (stage <= _PERMANENT)
            here = (people.region[i] == HOME) | people.post_kept[i]
            goes_on[k] = works & here & (last[k] >= year)
    return goes_on


def _call(people: Columns, teams: Teams, programme: Programme, programmes: list[Programme], year: Year) -> None:
    """As many apply as find it worth the effort with so many beside them; the best by merit, ties and noise win.

    Nobody holds two second appointments, of whichever programmes.
    """
    record, places, tally = programme.record, programme.places(year), year.tally
    if not places:
        return
    holds = teams.programme == programme.number
    if record.kind is ProgrammeKind.SHARED_POST:
        holds = np.array([one.record.kind is record.kind for one in programmes])[teams.programme]
    asks = who_applies(people, teams.rows(people)[holds], programme, places, year)
    region, ties = partners(people, asks, programme, year)
    rank = selection.ranking(programme, people, asks, year)
    scores = _scores(rank, record.selection_ties, ties)
    won, wins = np.argsort(-scores)[:places], np.zeros(len(asks), np.bool_)
    wins[won] = True
    selection.note_call(programme, people.draw_key[asks], region, scores, wins, year)
    length = int(years_of_award(programme.lever(year, LEVERS[record.kind][1])))
    teams.add(people, asks[won], programme.number, region[won], int(last_year(year.number, length)))
    tally.applications[programme.number] += len(asks)
    tally.awards[programme.number] += len(won)


@compiled
def _scores(rank: NDArray[np.float64], weight: float, ties: Floats) -> NDArray[np.float64]:
    scores = np.empty(len(rank))
    for k in range(len(rank)):
        scores[k] = score_of_team(rank[k], weight, np.float64(ties[k]))
    return scores
