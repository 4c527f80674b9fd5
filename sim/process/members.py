"""Who is on the teams of programmes: their leaders, and members, who are juniors of the leader's tier and field."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from sim.engine.arithmetic import F32, U64
from sim.engine.arrays import where
from sim.engine.compiler import Booleans, Bytes, Rows, Shorts, Words, compiled, full_width
from sim.engine.draws import Draw, key
from sim.engine.hashing import uniform
from sim.population.columns import Attributes, over_people
from sim.vocabulary import HOME, Stage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.market.institutions import Programme
    from sim.population.columns import Columns
    from sim.process.teams import Teams

_DOCTORAL, _POSTDOC, _FIXED_TERM = int(Stage.DOCTORAL), int(Stage.POSTDOC), int(Stage.FIXED_TERM)
_LEFT: Final = int(Stage.LEFT)
_FIELDS: Final = 256  # as many as a byte has
_SPARE: Final = 5.0  # standard deviations of the number of juniors below a draw


class OnTeams(NamedTuple):
    """Everybody on some teams, programme after programme, (n,): row, and region of the partner; of each programme its
    leaders come first, or those who hold a place alone.

    start: where the people of a programme begin, (programmes + 1,). leaders: how many of them lead, (programmes,).
    """

    row: Rows
    region: Bytes
    start: NDArray[np.int64]
    leaders: NDArray[np.int64]

    def of(self, programme: int) -> tuple[Rows, Bytes, int]:
        """Rows and regions of those on a programme, and how many of them lead or hold a place alone."""
        mine = slice(self.start[programme], self.start[programme + 1])
        return self.row[mine], self.region[mine], int(self.leaders[programme])


class _Juniors(NamedTuple):
    """Those at home who may be members of a team, (n,), by tier and field, which are one number, their place.

    row, draw_key: of each. end: (places,) how many there are up to a place, itself included.
    """

    row: Rows
    draw_key: Words
    end: NDArray[np.int64]


def on_teams(people: Columns, teams: Teams, programmes: list[Programme], asked: list[bool]) -> OnTeams:
    """Everybody on the teams of the programmes that are asked for, by their number.

    Members are doctoral students, postdocs and fixed-term colleagues of the leader's tier and field, the same from year
    to year as long as they are there: those first in a draw of their own join the first team, and so on. Teams stand in
    the order of the identities of their leaders.
    """
    order = np.lexsort((teams.identity, teams.programme))
    size, word = _sizes(*((one.record.members, one.word) for one in programmes))
    rows, programme, region = teams.rows(people)[order], teams.programme[order], teams.region[order]
    return OnTeams(*_on_teams(people, rows, programme, region, np.where(asked, size, -1), word))


def members(
    people: Columns, leaders: NDArray[np.intp], region: NDArray[np.uint8], programme: Programme
) -> tuple[NDArray[np.intp], NDArray[np.uint8]]:
    """Rows of the members of teams of a programme beside their leaders, and the regions of their partners."""
    size, word = _sizes((programme.record.members, programme.word))
    alone = np.zeros(len(leaders), np.int16)
    row, partner, first = OnTeams(*_on_teams(people, leaders, alone, region, size, word)).of(0)
    return row[first:], partner[first:]


@lru_cache(maxsize=64)
def _sizes(*programmes: tuple[int, int]) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Of each programme the members of a team beside its leader, at most, and the key of their draw; to read only.

    programmes: members and word of each.
    """
    size = [members for members, _ in programmes]
    return np.array(size, np.int64), np.array([key(0, Draw.AWARD_RANKING, word) for _, word in programmes], np.uint64)


@over_people
def _on_teams(
    people: Attributes, leaders: Rows, programme: Shorts, region: Bytes, size: NDArray[np.int64], word: Words
) -> tuple[Rows, Bytes, NDArray[np.int64], NDArray[np.int64]]:
    """As `on_teams`. leaders, by programme: -1 for who is not there any more. size: -1 where nobody is asked for."""
    n, programmes = len(leaders), len(size)
    start, lead = np.zeros(programmes + 1, np.int64), np.zeros(programmes, np.int64)
    room, most = 0, 0
    for team in range(n):
        if size[programme[team]] >= 0:
            room, most = room + 1 + size[programme[team]], max(most, size[programme[team]])
    row, partner, place, found = np.empty(room, np.intp), np.empty(room, np.uint8), np.empty(n, np.int64), 0
    leads = np.zeros(len(people.stage) if most else 0, np.bool_)
    juniors = _juniors(
        people.stage[: len(leads)], people.region, people.candidate, people.tier, people.field, people.draw_key
    )
    team = 0
    for one in range(programmes):
        start[one] = found
        while team < n and programme[team] == one:
            there = leaders[team] >= 0 and people.stage[U64(leaders[team])] != _LEFT
            if there and size[one] >= 0:
                i = U64(leaders[team])
                row[found], partner[found] = leaders[team], region[team]
                place[lead[one]] = people.tier[i] * np.int64(_FIELDS) + people.field[i]
                found, lead[one] = found + 1, lead[one] + 1
            team += 1
        first = start[one]
        if size[one] > 0 and lead[one] > 0:
            leads[row[first:found]] = True
            others, theirs = _members(juniors, leads, place[: lead[one]], partner[first:found], size[one], word[one])
            leads[row[first:found]] = False
            row[found : found + len(others)], partner[found : found + len(others)] = others, theirs
            found += len(others)
    start[programmes] = found
    return row[:found], partner[:found], start, lead


@compiled
def _juniors(stages: Bytes, region: Bytes, candidate: Booleans, tier: Bytes, field: Bytes, draw_key: Words) -> _Juniors:
    full_width()
    n = len(stages)
    junior = np.empty(n, np.bool_)
    for i in range(n):
        works = (stages[i] == _DOCTORAL) | (stages[i] == _POSTDOC) | (stages[i] == _FIXED_TERM)
        junior[i] = works & (region[i] == HOME) & (not candidate[i])
    rows, tiers = where(junior), 1
    place = np.empty(len(rows), np.uint16)
    for k in range(len(rows)):
        who = U64(rows[k])
        place[k], tiers = tier[who] * np.int64(_FIELDS) + field[who], max(tiers, int(tier[who]) + 1)
    end = np.zeros(tiers * _FIELDS, np.int64)
    for here in place:
        end[here] += 1
    end = end.cumsum()
    row, key, free = np.empty(len(rows), np.intp), np.empty(len(rows), np.uint64), end.copy()
    for k in range(len(rows) - 1, -1, -1):
        free[place[k]] -= 1
        row[free[place[k]]], key[free[place[k]]] = rows[k], draw_key[U64(rows[k])]
    return _Juniors(row, key, end)


@compiled
def _members(
    juniors: _Juniors, leads: Booleans, place: NDArray[np.int64], region: Bytes, size: int, word: np.uint64
) -> tuple[Rows, Bytes]:
    """Members of the teams of a programme, and regions of their partners. leads: of everybody. place, region: of each
    team. size: members of a team at most. word: key of the draw.
    """
    n, places = len(place), len(juniors.end)
    teams = np.zeros(max(places, int(place.max()) + 1), np.int64)
    for here in place:
        teams[here] += 1
    queues, free = np.empty(n * size, np.intp), 0  # of one place after the other
    next_, end = np.zeros(len(teams), np.int64), np.full(len(teams), -1)
    found, number, partner = np.empty(n * size, np.intp), 0, np.empty(n * size, np.uint8)
    for team in range(n):
        here = place[team]
        if here >= places:  # no junior is in such a tier
            continue
        if end[here] < 0:
            first, last = juniors.end[here - 1] if here else 0, juniors.end[here]
            of_place, draw_key = juniors.row[first:last], juniors.draw_key[first:last]
            queue = _first_of(of_place, draw_key, leads, teams[here] * size, word)
            next_[here], end[here] = free, free + len(queue)
            queues[free : free + len(queue)] = queue
            free += len(queue)
        for _ in range(min(size, end[here] - next_[here])):
            found[number], partner[number] = queues[next_[here]], region[team]
            number, next_[here] = number + 1, next_[here] + 1
    return found[:number], partner[:number]


@compiled
def _first_of(row: Rows, draw_key: Words, leads: Booleans, wanted: int, word: np.uint64) -> Rows:
    """Of the juniors of a place those first in the draw who lead nothing, as many as are wanted where there are."""
    draw = uniform(draw_key, word)
    share = (wanted + _SPARE * np.sqrt(wanted)) / max(len(row), 1)  # below it are few more than are wanted
    asked = where(draw < F32(share))
    asked = asked[~leads[row[asked]]]
    if len(asked) < wanted:  # by a rare chance
        asked = where(~leads[row])
    order = asked[np.argsort(draw[asked], kind="mergesort")]
    for k in range(1, len(order)):  # whose draws are the same stand by their keys
        j = k
        while j > 0 and draw[order[j]] == draw[order[j - 1]] and draw_key[order[j]] < draw_key[order[j - 1]]:
            order[j], order[j - 1] = order[j - 1], order[j]
            j -= 1
    return row[order[:wanted]]
