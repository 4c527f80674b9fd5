"""Teams of joint projects, students on an exchange, holders of a second appointment: who asks for a place, who wins,
and who is on one.

They keep post and study; so they are not in the columns, but here, as long as it runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, Self

import numpy as np

from sim.engine.arithmetic import F32, U64, ZERO
from sim.engine.arrays import where
from sim.engine.compiler import Floats, compiled, full_width
from sim.engine.draws import Draw, key, keys
from sim.engine.hashing import gumbels, one_gumbel, one_uniform
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

    from sim.engine.compiler import Booleans, Bytes, Real, Rows, Words
    from sim.engine.layout import Record
    from sim.market.institutions import Programme
    from sim.population.columns import Columns
    from sim.world.programmes import ProgrammeRecord
    from sim.year import Year

_DOCTORAL, _POSTDOC, _FIXED_TERM = int(Stage.DOCTORAL), int(Stage.POSTDOC), int(Stage.FIXED_TERM)
_FIELDS: Final = 256  # as many as a byte has
_NEVER: Final = F32(2)  # above every draw
_SPARE: Final = 5.0  # standard deviations of the number of juniors below a draw


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
    if holds.any():
        held = np.zeros(len(people), np.bool_)
        held[people.rows(teams.identity[holds])] = True
        fit = fit[~held[fit]]
    asks = applicants(_gains(people, fit, programme, year), _effort(record, year), places)
    region, ties = _partners(people, fit[asks], programme, year)
    rank = selection.ranking(programme, people, fit[asks], year)
    scores = _scores(rank, record.selection_ties, ties)
    won, wins = np.argsort(-scores)[:places], np.zeros(len(asks), np.bool_)
    wins[won] = True
    selection.note_call(programme, people.draw_key[fit[asks]], region, scores, wins, year)
    length = int(years_of_award(programme.lever(year, LEVERS[record.kind][1])))
    teams.add(people.identity[fit[asks[won]]], programme.number, region[won], int(last_year(year.number, length)))
    tally.applications[programme.number] += len(asks)
    tally.awards[programme.number] += len(won)


@compiled
def _scores(rank: NDArray[np.float64], weight: float, ties: Floats) -> NDArray[np.float64]:
    scores = np.empty(len(rank))
    for k in range(len(rank)):
        scores[k] = score_of_team(rank[k], weight, np.float64(ties[k]))
    return scores


def _effort(record: ProgrammeRecord, year: Year) -> float:
    """Effort of applying, on the scale of taste: that of a proposal, or for students that of an application."""
    p = year.parameters
    return p.beta * (p.proposal_effort if record.kind is ProgrammeKind.JOINT else p.application_effort)


def applicants(gain: NDArray[np.float32], effort: float, places: int) -> NDArray[np.intp]:
    """Who applies to a call of which everybody knows the places, as places in gain, (n,), rising.

    So many that for each of them the chance of winning, places over applicants, is worth the effort, and for nobody
    else it would be. gain: on the scale of taste.
    """
    needed = _needed(gain, effort)
    keenest = np.flatnonzero(needed < _enough(needed, places))
    keenest = keenest[np.argsort(needed[keenest], kind="stable")]
    offered = np.minimum(places / np.arange(1, len(keenest) + 1), 1.0)
    willing = np.flatnonzero(needed[keenest] < offered)
    return np.sort(keenest[: willing[-1] + 1]) if len(willing) else np.empty(0, np.intp)


@compiled
def _needed(gain: Floats, effort: float) -> NDArray[np.float64]:
    needed = np.empty(len(gain))
    for k in range(len(gain)):
        needed[k] = chance_needed(effort, np.float64(gain[k]))
    return needed


def _enough(needed: NDArray[np.float64], places: int) -> float:
    """A chance above which nobody applies, as low as is found fast: who is not among the first n has a chance of less
    than places over n, and below it are so many that this is too little.
    """
    least = float(needed.min(initial=1.0))
    bound = max(2 * least, 2.0**-20)
    while bound < 1 and np.count_nonzero(needed < bound) * bound < places:
        bound *= 2
    return min(bound, 1.0)


def _gains(people: Columns, rows: NDArray[np.intp], programme: Programme, year: Year) -> NDArray[np.float32]:
    """What a place is worth to each, on the scale of taste, (n,)."""
    p, record = year.parameters, programme.record
    years = float(years_of_award(programme.lever(year, LEVERS[record.kind][1])))
    added = [
        [benefit_over_years(yearly, years, p.discount, p.horizon) for yearly in of_tier]
        for of_tier in _worth_a_year(programme, year)
    ]
    own = key(year.number, Draw.TASTE_AWARD, programme.word)
    return _gain_of_each(people, rows, np.array(added, F32), own, p.record)


def _partners(
    people: Columns, rows: NDArray[np.intp], programme: Programme, year: Year
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """The region of the partner that each would choose, and ties there, (n,)."""
    record, regions = programme.record, year.world.regions
    partners = np.flatnonzero(selection.open_regions(record, regions)).astype(np.uint8)
    partners = np.array([HOME], np.uint8) if record.partner == "firm" else partners[partners != HOME]
    taste = keys(year.number, Draw.TASTE_REGION, range(len(regions)))
    return _partner_of_each(people, rows, partners, taste, year.parameters.record)


def _worth_a_year(programme: Programme, year: Year) -> list[list[Real]]:
    """What a place is worth a year beside each position at home, (tiers + 1, stages), log income."""
    if programme.record.kind is ProgrammeKind.SHARED_POST:
        return appointments.worth_a_year(programme, year)
    worth, money = year.parameters.research_money_worth, 0.0
    if RESEARCH_MONEY in LEVERS[programme.record.kind]:
        money = programme.lever(year, RESEARCH_MONEY)
    return [[benefit_a_year(0.0, 0.0, money, worth, income) for income in row] for row in net_incomes(year).tolist()]


@over_people
def _gain_of_each(people: Attributes, rows: Rows, added: Floats, own: np.uint64, p: Record) -> Floats:
    """As `_gains`. added: (tiers + 1, stages) what a place is worth. own: key of the taste for the programme."""
    word, worth_there = np.empty(len(rows), np.uint64), np.empty(len(rows), np.float32)
    for k in range(len(rows)):
        i = U64(rows[k])
        word[k], worth_there[k] = people.draw_key[i], added[people.tier[i], people.stage[i]]
    gain = gumbels(word, own)
    for k in range(len(rows)):
        gain[k] = gain_of_project(p.beta, worth_there[k], gain[k])
    return gain


@over_people
def _partner_of_each(people: Attributes, rows: Rows, partners: Bytes, taste: Words, p: Record) -> tuple[Bytes, Floats]:
    """As `_partners`. partners: regions that the programme leads to. taste: keys of the taste for regions."""
    n = len(rows)
    region, ties = np.empty(n, np.uint8), np.empty(n, np.float32)
    for k in range(n):
        i = U64(rows[k])
        word, most = people.draw_key[i], -np.float32(np.inf)
        for partner in partners:  # the one liked best, with the same taste for a region whatever brings a person there
            known = people.ties_abroad[i] if (people.tie_region[i] == partner) & (partner != HOME) else ZERO
            liked = worth(p.beta, ties_value(known, p.tie_value), one_gumbel(word, taste[partner]))
            if liked > most:
                most, region[k], ties[k] = F32(liked), partner, known
    return region, ties


class Juniors(NamedTuple):
    """Those at home who may be members of a team, (n,): row, and tier and field as one number."""

    row: NDArray[np.intp]
    place: NDArray[np.int64]


def members(
    people: Columns,
    leaders: NDArray[np.intp],
    region: NDArray[np.uint8],
    programme: Programme,
    juniors: Juniors | None = None,
) -> tuple[NDArray[np.intp], NDArray[np.uint8]]:
    """Rows of the members of teams beside their leaders, and the regions of their partners.

    They are doctoral students, postdocs and fixed-term colleagues of the leader's tier and field, the same from year to
    year as long as they are there: those first in a draw of their own join the first team, and so on. juniors: as
    `juniors_at_home`, where it is known.
    """
    size = programme.record.members
    if not size or not len(leaders):
        return np.empty(0, np.intp), np.empty(0, np.uint8)
    leads = np.zeros(len(people), np.bool_)
    leads[leaders] = True
    place = people.tier[leaders].astype(np.int64) * _FIELDS + people.field[leaders]
    wanted = np.bincount(place, minlength=(int(people.tier.max()) + 1) * _FIELDS) * size  # juniors, by tier and field
    known = juniors_at_home(people) if juniors is None else juniors
    row, draw = _first_juniors(people, *known, leads, wanted, key(0, Draw.AWARD_RANKING, programme.word))
    cell = people.tier[row].astype(np.int64) * _FIELDS + people.field[row]
    row = row[np.lexsort((people.draw_key[row], draw, cell))]
    end = np.bincount(cell, minlength=len(wanted)).cumsum()
    order = np.argsort(place, kind="stable")  # leaders by place, in their order
    before = np.arange(len(place)) - np.searchsorted(place[order], place[order])  # teams of the same place
    rank = np.empty(len(place), np.int64)
    rank[order] = before
    first = np.append(0, end)[place] + rank * size
    number = np.clip(end[place] - first, 0, size)
    within = np.arange(number.sum()) - np.repeat(number.cumsum() - number, number)
    return row[np.repeat(first, number) + within], np.repeat(region, number)


def juniors_at_home(people: Columns) -> Juniors:
    """Everybody who may be a member of a team."""
    return Juniors(*_juniors(people))


@over_people
def _juniors(people: Attributes) -> tuple[Rows, NDArray[np.int64]]:
    full_width()
    n = len(people.stage)
    junior = np.empty(n, np.bool_)
    for i in range(n):
        stage = people.stage[i]
        works = (stage == _DOCTORAL) | (stage == _POSTDOC) | (stage == _FIXED_TERM)
        junior[i] = works & (people.region[i] == HOME) & (not people.candidate[i])
    rows = where(junior)
    place = np.empty(len(rows), np.int64)
    for k in range(len(rows)):
        who = U64(rows[k])
        place[k] = people.tier[who] * np.int64(_FIELDS) + people.field[who]
    return rows, place


@over_people
def _first_juniors(
    people: Attributes,
    rows: Rows,
    place: NDArray[np.int64],
    leads: Booleans,
    wanted: NDArray[np.int64],
    word: np.uint64,
) -> tuple[Rows, Floats]:
    """Rows and draws of juniors who lead nothing, in places where some are wanted: surely the first so many of each
    place by their draws, and few others.

    rows, place: see `Juniors`. leads: of everybody. wanted: by tier and field. word: key of the draw.
    """
    draw, there = np.empty(len(rows), np.float32), np.zeros(len(wanted), np.int64)
    for k in range(len(rows)):
        i = U64(rows[k])
        asked = (wanted[place[k]] > 0) & (not leads[i])
        draw[k] = one_uniform(people.draw_key[i], word) if asked else _NEVER
        there[place[k]] += not leads[i]
    bound = np.empty(len(wanted), np.float32)  # of the draws, so that few more than are wanted lie below
    for cell in range(len(wanted)):
        share = (wanted[cell] + _SPARE * np.sqrt(wanted[cell])) / max(there[cell], 1)
        bound[cell] = share if wanted[cell] > 0 else ZERO
    below = np.zeros(len(wanted), np.int64)
    for k in range(len(rows)):
        below[place[k]] += draw[k] < bound[place[k]]
    for cell in range(len(wanted)):  # by a rare chance there are too few: all of the place
        if below[cell] < min(wanted[cell], there[cell]):
            bound[cell] = _NEVER
    first = np.empty(len(rows), np.bool_)
    for k in range(len(rows)):
        first[k] = draw[k] < bound[place[k]]
    found = where(first)
    return rows[found], draw[found]
