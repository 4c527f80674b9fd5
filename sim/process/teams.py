"""Teams of joint projects, students on an exchange, holders of a second appointment: who asks for a place, who wins,
and who is on one.

They keep post and study; so they are not in the columns, but here, as long as it runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from sim.engine.arithmetic import F32, U64, ZERO
from sim.engine.draws import Draw, key, keys, uniform
from sim.engine.hashing import one_gumbel
from sim.instruments.programmes import LEVERS, RESEARCH_MONEY, running
from sim.market import selection
from sim.population.columns import Attributes, over_people
from sim.process import appointments
from sim.process.benefits import net_incomes
from sim.rules.benefits import benefit_a_year, benefit_over_years
from sim.rules.stays import last_year, years_of_award
from sim.rules.teams import chance_needed, gain_of_project, score_of_team
from sim.rules.utility import ties_value, worth
from sim.vocabulary import HOME, RANKS, Stage
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.engine.compiler import Bytes, Floats, Real, Rows, Words
    from sim.engine.layout import Record
    from sim.market.institutions import Programme
    from sim.population.columns import Columns
    from sim.world.programmes import ProgrammeRecord
    from sim.year import Year

_JUNIORS = (Stage.DOCTORAL, Stage.POSTDOC, Stage.FIXED_TERM)


@dataclass
class Teams:
    """Who leads a joint project, is on an exchange or holds a second appointment, arrays of shape (n,): identity,
    number of the programme, region of the partner, which is home of a firm, and last year.
    """

    identity: NDArray[np.int64]
    programme: NDArray[np.int16]
    region: NDArray[np.uint8]
    last: NDArray[np.int16]

    @classmethod
    def none(cls) -> Self:
        """Before the first."""
        return cls(np.empty(0, np.int64), np.empty(0, np.int16), np.empty(0, np.uint8), np.empty(0, np.int16))

    def copy(self) -> Self:
        """An independent copy."""
        return type(self)(self.identity.copy(), self.programme.copy(), self.region.copy(), self.last.copy())

    def __len__(self) -> int:
        return len(self.identity)

    def of(self, people: Columns, number: int) -> tuple[NDArray[np.intp], NDArray[np.uint8]]:
        """Rows of those on a programme, in the order of their identities, and the regions of their partners."""
        mine = np.flatnonzero(self.programme == number)
        mine = mine[np.argsort(self.identity[mine])]
        return people.rows(self.identity[mine]), self.region[mine]

    def keep(self, mask: NDArray[np.bool_]) -> None:
        """Drop those outside the mask."""
        for name in ("identity", "programme", "region", "last"):
            setattr(self, name, getattr(self, name)[mask])

    def add(self, identity: NDArray[np.int64], number: int, region: NDArray[np.uint8], last: int) -> None:
        """Add people to a programme, to a last year."""
        n = len(identity)
        self.identity = np.concatenate([self.identity, identity])
        self.programme = np.concatenate([self.programme, np.full(n, number, np.int16)])
        self.region = np.concatenate([self.region, region])
        self.last = np.concatenate([self.last, np.full(n, last, np.int16)])


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
    rows = people.rows(teams.identity)
    exchange = np.array([one.record.kind is ProgrammeKind.EXCHANGE for one in programmes])[teams.programme]
    stage, region = people.stage[rows], people.region[rows]
    works = np.where(exchange, stage == Stage.DOCTORAL, np.isin(stage, RANKS))
    here = (region == HOME) | people.post_kept[rows]
    teams.keep((rows >= 0) & works & here & (teams.last >= year.number))


def _call(people: Columns, teams: Teams, programme: Programme, programmes: list[Programme], year: Year) -> None:
    """As many apply as find it worth the effort with so many beside them; the best by merit, ties and noise win.

    Nobody holds two second appointments, of whichever programmes.
    """
    record, places, tally = programme.record, programme.places(year), year.tally
    if not places:
        return
    fit = selection.eligible_at_home(record, people, year)
    holds = teams.programme == programme.number
    if record.kind is ProgrammeKind.SHARED_POST:
        holds = np.array([one.record.kind is record.kind for one in programmes])[teams.programme]
    fit = fit[~np.isin(people.identity[fit], teams.identity[holds])]
    region, ties, gain = _weigh(people, fit, programme, year)
    asks = applicants(gain, _effort(record, year), places)
    rank = selection.ranking(programme, people, fit[asks], year)
    both = zip(rank.tolist(), ties[asks].tolist(), strict=True)
    scores = [score_of_team(one, record.selection_ties, known) for one, known in both]
    best = np.argsort(-np.array(scores))[:places]
    won, wins = asks[best], np.zeros(len(asks), np.bool_)
    wins[best] = True
    selection.note_call(programme, people.draw_key[fit[asks]], region[asks], np.array(scores, float), wins, year)
    length = int(years_of_award(programme.lever(year, LEVERS[record.kind][1])))
    teams.add(people.identity[fit[won]], programme.number, region[won], int(last_year(year.number, length)))
    tally.applications[programme.number] += len(asks)
    tally.awards[programme.number] += len(won)


def _effort(record: ProgrammeRecord, year: Year) -> float:
    """Effort of applying, on the scale of taste: that of a proposal, or for students that of an application."""
    p = year.parameters
    return p.beta * (p.proposal_effort if record.kind is ProgrammeKind.JOINT else p.application_effort)


def applicants(gain: NDArray[np.float32], effort: float, places: int) -> NDArray[np.intp]:
    """Who applies to a call of which everybody knows the places, as places in gain, (n,), rising.

    So many that for each of them the chance of winning, places over applicants, is worth the effort, and for nobody
    else it would be. gain: on the scale of taste.
    """
    needed = np.array([chance_needed(effort, each) for each in gain.tolist()])
    keenest = np.argsort(needed, kind="stable")
    offered = np.minimum(places / np.arange(1, len(gain) + 1), 1.0)
    willing = np.flatnonzero(needed[keenest] < offered)
    return np.sort(keenest[: willing[-1] + 1]) if len(willing) else np.empty(0, np.intp)


def _weigh(
    people: Columns, rows: NDArray[np.intp], programme: Programme, year: Year
) -> tuple[NDArray[np.uint8], NDArray[np.float32], NDArray[np.float32]]:
    """The region of the partner that each would choose, ties there, and what a place is worth, (n,)."""
    p, record = year.parameters, programme.record
    years = float(years_of_award(programme.lever(year, LEVERS[record.kind][1])))
    added = [
        [benefit_over_years(yearly, years, p.discount, p.horizon) for yearly in of_tier]
        for of_tier in _worth_a_year(programme, year)
    ]
    partners = np.flatnonzero(selection.open_regions(record, year.world.regions)).astype(np.uint8)
    partners = np.array([HOME], np.uint8) if record.partner == "firm" else partners[partners != HOME]
    taste = keys(year.number, Draw.TASTE_REGION, range(len(year.world.regions)))
    own = key(year.number, Draw.TASTE_AWARD, programme.word)
    return _of_each(people, rows, partners, np.array(added, F32), taste, own, p.record)


def _worth_a_year(programme: Programme, year: Year) -> list[list[Real]]:
    """What a place is worth a year beside each position at home, (tiers + 1, stages), log income."""
    if programme.record.kind is ProgrammeKind.SHARED_POST:
        return appointments.worth_a_year(programme, year)
    worth, money = year.parameters.research_money_worth, 0.0
    if RESEARCH_MONEY in LEVERS[programme.record.kind]:
        money = programme.lever(year, RESEARCH_MONEY)
    return [[benefit_a_year(0.0, 0.0, money, worth, income) for income in row] for row in net_incomes(year).tolist()]


@over_people
def _of_each(
    people: Attributes, rows: Rows, partners: Bytes, added: Floats, taste: Words, own: np.uint64, p: Record
) -> tuple[Bytes, Floats, Floats]:
    """As `_weigh`. partners: regions that the programme leads to. added: (tiers + 1, stages) what a place is worth.
    taste: keys of the taste for regions; own: for the programme.
    """
    n = len(rows)
    region, ties, gain = np.empty(n, np.uint8), np.empty(n, np.float32), np.empty(n, np.float32)
    for k in range(n):
        i = U64(rows[k])
        word, most = people.draw_key[i], -np.float32(np.inf)
        for partner in partners:  # the one liked best, with the same taste for a region whatever brings a person there
            known = people.ties_abroad[i] if (people.tie_region[i] == partner) & (partner != HOME) else ZERO
            liked = worth(p.beta, ties_value(known, p.tie_value), one_gumbel(word, taste[partner]))
            if liked > most:
                most, region[k], ties[k] = F32(liked), partner, known
        gain[k] = gain_of_project(p.beta, added[people.tier[i], people.stage[i]], one_gumbel(word, own))
    return region, ties, gain


def members(
    people: Columns, leaders: NDArray[np.intp], region: NDArray[np.uint8], programme: Programme
) -> tuple[NDArray[np.intp], NDArray[np.uint8]]:
    """Rows of the members of teams beside their leaders, and the regions of their partners.

    They are doctoral students, postdocs and fixed-term colleagues of the leader's tier and field, the same from year to
    year as long as they are there: those first in a draw of their own join the first team, and so on.
    """
    size = programme.record.members
    if not size or not len(leaders):
        return np.empty(0, np.intp), np.empty(0, np.uint8)
    junior = np.isin(people.stage, _JUNIORS) & (people.region == HOME) & ~people.candidate
    junior[leaders] = False
    rows, found = np.flatnonzero(junior), []
    first = np.lexsort((people.draw_key[rows], uniform(people.draw_key[rows], 0, Draw.AWARD_RANKING, programme.word)))
    rows = rows[first]
    cell = people.tier[rows].astype(np.int64) * 256 + people.field[rows]
    taken: dict[int, int] = {}
    for leader, partner in zip(leaders.tolist(), region.tolist(), strict=True):
        place = int(people.tier[leader]) * 256 + int(people.field[leader])
        start = taken.get(place, 0)
        team = rows[cell == place][start : start + size]
        taken[place] = start + size
        found.append((team, np.full(len(team), partner, np.uint8)))
    return np.concatenate([team for team, _ in found]), np.concatenate([there for _, there in found])
