"""What awards give besides an income: ties, stays with the partner, language, research money, hours of leaders.

Each loop is over the holders of one programme; a year without such programmes does nothing here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.engine.arithmetic import F32
from sim.instruments.programmes import LEVERS, RESEARCH_MONEY, SHARE, TIES, VISITS
from sim.market import selection
from sim.market.transitions import away_for_months
from sim.process import teams, ties
from sim.rules.teams import ties_kept_longer
from sim.vocabulary import HOME, Mode, Stage
from sim.world.programmes import ProgrammeKind, stipends
from sim.year import Grants, Shared

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.instruments.lever import ProgrammeLever
    from sim.market.institutions import Programme
    from sim.population.columns import Columns
    from sim.process.teams import Teams
    from sim.year import Year


class _Holders(NamedTuple):
    """Who is on a programme, (n,): row, and region to which its ties lead; `first` of them lead or hold it alone, the
    others are members of a team.
    """

    row: NDArray[np.intp]
    region: NDArray[np.uint8]
    first: int


def give(people: Columns, on_teams: Teams, programmes: list[Programme], year: Year) -> None:
    """Everybody on a programme that gives something receives what it gives in a year."""
    grants, shared, juniors = [], [], _juniors_of_teams(people, on_teams, programmes)
    for programme in programmes:
        record = programme.record
        if not record.gives:
            continue
        holders = _holders(people, on_teams, programme, programmes, year, juniors)
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


def keep_ties(people: Columns, on_teams: Teams, programmes: list[Programme], year: Year) -> None:
    """Ties of those on a programme that looks after them have fallen less in the year that has passed."""
    p, juniors = year.parameters, _juniors_of_teams(people, on_teams, programmes)
    for programme in programmes:
        if half_life := programme.record.tie_half_life:
            row, *_ = _holders(people, on_teams, programme, programmes, year, juniors)
            gained = np.where(people.region[row] == HOME, p.tie_base, p.tie_gain)
            kept = 1 - p.tie_decay
            before = zip(people.ties_abroad[row].tolist(), gained.tolist(), strict=True)
            people.ties_abroad[row] = [ties_kept_longer(now, gain, kept, half_life) for now, gain in before]


def _lever(programme: Programme, lever: ProgrammeLever, year: Year) -> float:
    """What a programme gives: as its lever says where its kind has one, else as its record does."""
    if lever in LEVERS[programme.record.kind]:
        return programme.lever(year, lever)
    return float(getattr(programme.record, lever.name))


def _juniors_of_teams(people: Columns, on_teams: Teams, programmes: list[Programme]) -> teams.Juniors | None:
    """Who may be a member of a team; None where no team has any."""
    some = len(on_teams) and any(one.record.members for one in programmes)
    return teams.juniors_at_home(people) if some else None


def _holders(
    people: Columns,
    on_teams: Teams,
    programme: Programme,
    programmes: list[Programme],
    year: Year,
    juniors: teams.Juniors | None,
) -> _Holders:
    record = programme.record
    if record.kind.runs_at_home:
        row, region = on_teams.of(people, programme.number)
        there = (row >= 0) & (people.stage[row] != Stage.LEFT)
        row, region = row[there], region[there]
        if record.kind is not ProgrammeKind.JOINT:
            return _Holders(row, region, len(row))
        others, partner = teams.members(people, row, region, programme, juniors)
        return _Holders(np.concatenate([row, others]), np.concatenate([region, partner]), len(row))
    if record.kind.held_as_stipend:
        (code,) = (code for code, one in stipends(programmes) if one is programme)
        row = np.flatnonzero(people.stipend == code)
    else:
        row = np.flatnonzero((people.programme == programme.number) & (people.stage != Stage.LEFT))
    return _Holders(row, _partner(people, row, programme, year), len(row))


def _partner(people: Columns, row: NDArray[np.intp], programme: Programme, year: Year) -> NDArray[np.uint8]:
    """Where the ties lead that an award gives: abroad to the region of the stay, at home to the country of origin of
    foreigners; of others to a region of the programme, first the one of the own ties.
    """
    region, origin = people.region[row], people.origin[row]
    partners = np.flatnonzero(selection.open_regions(programme.record, year.world.regions)).astype(np.uint8)
    partners = partners[partners != HOME]
    own = people.tie_region[row]
    own = np.where(np.isin(own, partners), own, partners[people.draw_key[row] % np.uint64(len(partners))])
    partner: NDArray[np.uint8] = np.where(region != HOME, region, np.where(origin != HOME, origin, own))
    return partner


def _visit(people: Columns, holders: _Holders, months: float, year: Year) -> None:
    """Members of a team go, or who holds the award alone, if at home and not just back or away for another stay."""
    row, region, first = holders
    goes = np.ones(len(row), np.bool_)
    goes[:first] = len(row) == first
    goes &= (people.region[row] == HOME) & (people.mode[row] == Mode.NONE)
    away = np.zeros(len(people) + 1, np.bool_)  # the last for those who are not in the columns any more
    away[people.rows(year.tally.visitors[0])] = True
    goes &= ~away[row]
    row, region = row[goes], region[goes]
    away_for_months(people, row, region, np.full(len(row), months, F32), year)


def _take_hours(people: Columns, row: NDArray[np.intp], hours: float, year: Year) -> None:
    """Hours of leaders in the tier and field of each holder at home."""
    here = row[people.region[row] == HOME]
    here = here[people.tier[here] != year.world.no_tier]
    if year.tally.leader_hours is None:
        year.tally.leader_hours = np.zeros((len(year.world.tiers), len(year.world.fields)))
    np.add.at(year.tally.leader_hours, (people.tier[here], people.field[here]), hours)
