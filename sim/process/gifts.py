"""What awards give besides an income: ties, stays with the partner, language, research money, hours of leaders.

Each loop is over the holders of one programme; a year without such programmes does nothing here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.engine.arithmetic import F32, U64
from sim.engine.arrays import where
from sim.engine.lookup import few_rows
from sim.instruments.programmes import LEVERS, RESEARCH_MONEY, SHARE, TIES, VISITS
from sim.market import selection
from sim.market.transitions import away_for_months
from sim.population.columns import Attributes, over_people
from sim.process import ties
from sim.process.members import on_teams
from sim.rules.teams import share_kept_longer, ties_kept_longer
from sim.vocabulary import HOME, Mode, Stage
from sim.world.programmes import ProgrammeKind, stipends
from sim.year import Grants, Shared

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.engine.compiler import Booleans, Bytes, Rows
    from sim.instruments.lever import ProgrammeLever
    from sim.market.institutions import Programme
    from sim.population.columns import Columns
    from sim.process.members import OnTeams
    from sim.process.teams import Teams
    from sim.year import Year


_NO_MODE = int(Mode.NONE)


class _Holders(NamedTuple):
    """Who is on a programme, (n,): row, and region to which its ties lead; `first` of them lead or hold it alone, the
    others are members of a team.
    """

    row: NDArray[np.intp]
    region: NDArray[np.uint8]
    first: int


def give(people: Columns, of_teams: Teams, programmes: list[Programme], year: Year) -> None:
    """Everybody on a programme that gives something receives what it gives in a year."""
    grants, shared, gives = [], [], [programme.record.gives for programme in programmes]
    teams = on_teams(people, of_teams, programmes, gives) if any(gives) else None
    for programme in programmes:
        record = programme.record
        if not record.gives:
            continue
        holders = _holders(people, teams, programme, programmes, year)
        row, region, first = holders
        if not len(row):
            continue
        if record.kind is ProgrammeKind.SHARED_POST:
            shared.append(_share_time(people, holders, programme, year))
            continue
        given = _lever(programme, TIES, year), record.language
        ties.give(people, row, region, *given, year)
        if months := _lever(programme, VISITS, year):
            _visit(people, holders, months, year)
        if record.kind is ProgrammeKind.JOINT and (money := _lever(programme, RESEARCH_MONEY, year)):
            grants.append(Grants(row[:first], np.full(first, money, F32)))
        if record.host_hours:
            _take_hours(people, row[:first], record.host_hours, year)
    if grants:
        year.tally.grants = Grants(*(np.concatenate(parts) for parts in zip(*grants, strict=True)))
    if shared:
        year.tally.shared = Shared(*(np.concatenate(parts) for parts in zip(*shared, strict=True)))


def _share_time(people: Columns, holders: _Holders, programme: Programme, year: Year) -> Shared:
    """Who shares the time with a host abroad is there for that part of the year, with what a stay of months brings."""
    share = programme.lever(year, SHARE)
    if programme.record.partner == "host":
        _visit(people, holders, 12 * share, year)
    n = len(holders.row)
    return Shared(holders.row, np.full(n, share, F32), np.full(n, programme.record.research_time, F32))


def keep_ties(people: Columns, of_teams: Teams, programmes: list[Programme], year: Year) -> None:
    """Ties of those on a programme that looks after them have fallen less in the year that has passed."""
    p, kept_up = year.parameters, [programme.record.tie_half_life > 0 for programme in programmes]
    teams = on_teams(people, of_teams, programmes, kept_up) if any(kept_up) else None
    for programme in programmes:
        if half_life := programme.record.tie_half_life:
            row, *_ = _holders(people, teams, programme, programmes, year)
            kept = 1 - p.tie_decay
            _keep_ties(people, row, kept, float(share_kept_longer(kept, half_life)), (p.tie_base, p.tie_gain))


@over_people
def _keep_ties(people: Attributes, rows: Rows, kept: float, longer: float, gains: tuple[float, float]) -> None:
    """As `keep_ties`, of those in rows. gains: of the year, at home and abroad."""
    for k in range(len(rows)):
        i = U64(rows[k])
        gain = gains[0] if people.region[i] == HOME else gains[1]
        people.ties_abroad[i] = ties_kept_longer(np.float64(people.ties_abroad[i]), gain, kept, longer)


def _lever(programme: Programme, lever: ProgrammeLever, year: Year) -> float:
    """What a programme gives: as its lever says where its kind has one, else as its record does."""
    if lever in LEVERS[programme.record.kind]:
        return programme.lever(year, lever)
    return float(getattr(programme.record, lever.name))


def _holders(
    people: Columns, teams: OnTeams | None, programme: Programme, programmes: list[Programme], year: Year
) -> _Holders:
    """Who is on a programme. teams: everybody on those of programmes that have some."""
    record = programme.record
    if record.kind.runs_at_home and teams is not None:
        return _Holders(*teams.of(programme.number))
    if record.kind.held_as_stipend:
        (code,) = (code for code, one in stipends(programmes) if one is programme)
        row = where(people.stipend == code)
    else:
        row = where((people.programme == programme.number) & (people.stage != Stage.LEFT))
    return _Holders(row, _partner(people, row, programme, year), len(row))


def _partner(people: Columns, row: NDArray[np.intp], programme: Programme, year: Year) -> NDArray[np.uint8]:
    """Where the ties lead that an award gives: abroad to the region of the stay, at home to the country of origin of
    foreigners; of others to a region of the programme, first the one of the own ties.
    """
    open_to = selection.open_regions(programme.record, year.world.regions).copy()
    open_to[HOME] = False
    return _partners(people, row, open_to, where(open_to))


@over_people
def _partners(people: Attributes, rows: Rows, open_to: Booleans, partners: Rows) -> Bytes:
    """As `_partner`. open_to: which regions the programme leads to, partners: those."""
    partner = np.empty(len(rows), np.uint8)
    for k in range(len(rows)):
        i = U64(rows[k])
        own, any_ = people.tie_region[i], partners[people.draw_key[i] % U64(len(partners))]
        at_home = people.origin[i] if people.origin[i] != HOME else own if open_to[own] else any_
        partner[k] = people.region[i] if people.region[i] != HOME else at_home
    return partner


def _visit(people: Columns, holders: _Holders, months: float, year: Year) -> None:
    """Members of a team go, or who holds the award alone, if at home and not just back or away for another stay."""
    row, region = _goes(people, *holders, year.tally.visitors[0])
    away_for_months(people, row, region, np.full(len(row), months, F32), year)


@over_people
def _goes(people: Attributes, rows: Rows, region: Bytes, first: int, visitors: NDArray[np.int64]) -> tuple[Rows, Bytes]:
    """Rows and regions of those who go. first: how many of them lead. visitors: identities of who is away already."""
    begin, found = first if len(rows) > first else 0, 0
    who, where_to = rows[begin:].copy(), region[begin:].copy()
    for k in range(len(who)):
        i = U64(who[k])
        who[found], where_to[found] = who[k], where_to[k]
        found += (people.region[i] == HOME) & (people.mode[i] == _NO_MODE)
    who, where_to = who[:found], where_to[:found]
    stays = few_rows(people.identity[who], visitors) < 0
    return who[stays], where_to[stays]


def _take_hours(people: Columns, row: NDArray[np.intp], hours: float, year: Year) -> None:
    """Hours of leaders in the tier and field of each holder at home."""
    if year.tally.leader_hours is None:
        year.tally.leader_hours = np.zeros((len(year.world.tiers), len(year.world.fields)))
    _add_hours(people, row, hours, year.tally.leader_hours)


@over_people
def _add_hours(people: Attributes, rows: Rows, hours: float, table: NDArray[np.float64]) -> None:
    for row in rows:
        i = U64(row)
        if (people.region[i] == HOME) & (people.tier[i] < len(table)):  # the last tier is none
            table[people.tier[i], people.field[i]] += hours
