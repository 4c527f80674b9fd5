"""Looking: who looks for a post at home this year, and who thinks of going abroad or elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.engine.arithmetic import ONE, U64, ZERO
from sim.engine.arrays import where
from sim.engine.compiler import Booleans, Bytes, Floats, Rows, Shorts, Words, full_width
from sim.engine.draws import keys_of_year
from sim.engine.hashing import uniform
from sim.engine.layout import Layout, Table
from sim.population.columns import LAYOUT, Attributes, over_people
from sim.rules.search import (
    given_or,
    has_teenager,
    looks_home_from_abroad,
    must_look_home,
    out_of_contract,
    thinks_of_leaving,
)
from sim.vocabulary import HOME, Mode, Sex, Stage
from sim.world.derived import derived

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.engine.layout import Record
    from sim.population.columns import Columns
    from sim.world.parameters import Parameters
    from sim.world.world import World
    from sim.year import Year

F32 = np.float32
_MAX_AGE: Final = 60  # academic age from which thinking of leaving falls no more
_MOST: Final = F32(8)  # at most this many times the base rate of thinking of leaving, whatever the ties and the past
_AT_A_TIME: Final = 16_384  # people: what is worked out for them stays in the cache
_FELLOWSHIP: Final = int(Mode.FELLOWSHIP)
_WOMAN: Final = int(Sex.WOMAN)


class SeekerColumns:
    """What choosing asks of those who consider a change, (n,): who they are, what they expect and what they hold."""

    row: Rows  # in the population
    for_home: Booleans  # looks for posts at home
    for_abroad: Booleans  # thinks of leaving the country of residence
    out_of_contract: Booleans  # abroad and out of contract, so staying as before is no option

    # columns of the person, taken once: so they stand close together in memory
    draw_key: Words
    stage: Bytes
    region: Bytes
    origin: Bytes
    tier: Bytes
    field: Bytes
    degree_year: Shorts
    degree_region: Bytes
    candidate: Booleans
    programme: Shorts
    language: Floats
    ties_abroad: Floats
    tie_region: Bytes
    home_taste: Floats
    belief_home: Floats
    belief_away: Floats
    contract_ends: Booleans  # this year
    guaranteed: Booleans
    on_leave: Booleans

    # prospects; values in log annual income
    security_value: Floats  # value of security to the person
    own_country_amenity: Floats  # what living in the own country is worth, to some more than to others
    home_amenity: Floats  # what living at home is worth: the own country, or exchange rate and language
    value_return: Floats  # yearly value to foreigners of a later return to the country of origin; -inf to natives
    value_with_post: Floats  # yearly value at home with a permanent post; to foreigners of it or of returning
    value_without_post: Floats  # and in the job that is left to one who finds none
    chance_home: Floats  # perceived chance of a post for one who stays: pessimism times what visible peers show
    chance_away: Floats  # and for one who leaves without a home post

    # the best option so far, and what was at hand before any offer; on the scale of taste
    at_hand: Floats
    kind: Bytes
    target: Shorts
    place: Bytes
    value: Floats


SEEKERS = Layout.of(SeekerColumns)
over_seekers = SEEKERS.loop


class Seekers(Table, SeekerColumns):
    """The people who consider a change this year."""

    layout = SEEKERS


def consider(people: Columns, year: Year) -> Seekers:
    """Draw who considers what.

    At home, looking for another post depends on the stage: everyone between posts does. Candidates from abroad all
    consider coming, by a programme that brings people in; few of them see the posts that are advertised here. Fellows
    all look home in the last year of an award. `sim.rules.search` has the probabilities.
    """
    p = year.parameters
    rows, for_home, for_abroad = _who_looks(
        people,
        year.number,
        keys_of_year(year.number),
        p.record,
        _rates(year.world, p),
        F32(year.driver("border_openness")),
    )
    return gather(people, rows, for_home, for_abroad, year)


def gather(
    people: Columns, rows: NDArray[np.intp], for_home: NDArray[np.bool_], for_abroad: NDArray[np.bool_], year: Year
) -> Seekers:
    """The people in these rows as seekers. for_home, for_abroad: of everybody, who looks at home and who abroad."""
    seekers = Seekers(len(rows))
    _gather(people, seekers, rows, for_home, for_abroad, year.number)
    return seekers


_RATES = np.dtype(
    [
        ("home", F32, len(Stage)),  # yearly probability of looking for a post, of people at home by stage
        ("back", F32, (2, len(Stage))),  # base rate of natives and foreigners abroad, -1 out of research
        ("by_age", F32, _MAX_AGE + 1),  # base rate of thinking of leaving by academic age
        ("by_stage", F32, len(Stage)),  # its factors
        ("given", F32, (2, len(Stage))),  # the rate of natives and foreigners, -1 where the two above say it
        ("early", F32),  # factor of study abroad before the doctorate
        ("child", F32),  # factor of a child of 14 to 17
    ]
)


@derived
def _rates(_: World, p: Parameters) -> Record:
    """Yearly probabilities of looking, and their factors."""
    table = np.zeros(1, _RATES)
    rates = table[0]
    for stage, rate in {
        Stage.POSTDOC: p.seek_postdoc,
        Stage.FIXED_TERM: p.seek_fixed,
        Stage.TENURE_TRACK: p.seek_tenure_track,
        Stage.PERMANENT: p.seek_permanent,
        Stage.INDUSTRY: p.seek_industry,
        Stage.UNPLACED: 1,
    }.items():
        rates["home"][stage] = rate
    back = rates["back"]
    back[:] = p.seek_return_settled
    back[0] = p.seek_return
    back[0, Stage.PERMANENT] = p.seek_return_settled
    back[:, Stage.DOCTORAL] = 0
    back[:, Stage.LEFT] = -1
    rates["by_age"] = p.search_abroad * np.exp(-p.age_decay * np.arange(_MAX_AGE + 1))
    rates["by_stage"] = 1
    rates["by_stage"][Stage.UNPLACED] = p.search_between
    rates["by_stage"][[Stage.INDUSTRY, Stage.LEFT]] = 0
    given = rates["given"]
    given[:] = -1
    given[1] = p.seek_leave_foreign
    given[1, Stage.UNPLACED] = 1
    given[1, [Stage.DOCTORAL, Stage.LEFT]] = -1
    rates["early"], rates["child"] = np.exp(p.early_exposure), np.exp(p.child_moving)
    table.setflags(write=False)
    return table  # type: ignore[return-value]  # loops see its one element


@over_people
def _who_looks(
    people: Attributes, year: int, keys: Record, p: Record, rates: Record, openness: np.float32
) -> tuple[Rows, Booleans, Booleans]:
    """The rows of those who consider a change; of everybody, who looks at home, and who thinks of leaving."""
    full_width()
    n = len(people.stage)
    home, abroad, looks = np.empty(n, np.bool_), np.empty(n, np.bool_), np.empty(n, np.bool_)
    at_home, by_stage, given_rate, base_rate = rates.home, rates.by_stage, rates.given, rates.by_age
    back, now = rates.back, np.int16(year)
    seek, leave, base = np.empty(_AT_A_TIME, F32), np.empty(_AT_A_TIME, F32), np.empty(_AT_A_TIME, F32)
    given = np.empty(_AT_A_TIME, F32)
    for start in range(0, n, _AT_A_TIME):
        end = min(start + _AT_A_TIME, n)
        stage, region, origin = people.stage[start:end], people.region[start:end], people.origin[start:end]
        degree_year, ties_abroad = people.degree_year[start:end], people.ties_abroad[start:end]
        early, child_born = people.early[start:end], people.child_born[start:end]
        for i in range(len(stage)):  # everyone as if at home
            age = min(year - degree_year[i], _MAX_AGE) if degree_year[i] > 0 else 0
            seek[i], leave[i], base[i] = at_home[stage[i]], by_stage[stage[i]], base_rate[U64(age)]
            given[i] = given_rate[np.uint8(origin[i] != HOME), stage[i]]
        for i in range(len(stage)):  # a loop of its own, so that it is compiled to vector instructions
            child = rates.child if has_teenager(child_born[i], now) else ONE
            abroad_before = rates.early if early[i] else ONE
            hazard = thinks_of_leaving(base[i], ties_abroad[i], leave[i], abroad_before, child, _MOST, openness)
            leave[i] = given_or(given[i], hazard)
        away = where(region != HOME)
        for k in range(len(away)):
            one = U64(away[k])
            row = U64(start) + one
            wish = back[np.uint8(origin[one] != HOME), stage[one]]
            sure = must_look_home(people.contract_end[row], now, people.mode[row] == _FELLOWSHIP)
            by_sex = p.return_women if people.sex[row] == _WOMAN else ONE
            rate = looks_home_from_abroad(wish, people.ties_home[row], p.home_links, by_sex)
            rate = ZERO if people.post_kept[row] else ONE if sure else rate
            outside = people.candidate[row]
            rate = p.seek_from_abroad if outside else rate
            seek[one], leave[one] = rate if wish >= ZERO else wish, ONE if outside else ZERO
        word = people.draw_key[start:end]
        draw_home, draw_abroad = uniform(word, keys.SEEK_HOME), uniform(word, keys.SEEK_ABROAD)
        for i in range(len(stage)):
            home[start + i], abroad[start + i] = draw_home[i] < seek[i], draw_abroad[i] < leave[i]
    for i in range(n):
        looks[i] = home[i] | abroad[i]
    return where(looks), home, abroad


@LAYOUT.beside(seekers=SEEKERS)
def _gather(
    people: Attributes,
    seekers: SeekerColumns,
    rows: Rows,
    home: Booleans,
    abroad: Booleans,
    year: int,
) -> None:
    """Take what choosing asks of those in rows. home, abroad: of everybody."""
    now = np.int16(year)
    for k in range(len(rows)):
        i = U64(rows[k])
        seekers.row[k], seekers.for_home[k], seekers.for_abroad[k] = rows[k], home[i], abroad[i]
        away, last = people.region[i] != HOME, people.contract_end[i]
        seekers.out_of_contract[k] = away & out_of_contract(last, now, people.post_kept[i])
        seekers.contract_ends[k] = last == now
        seekers.draw_key[k], seekers.stage[k], seekers.region[k] = people.draw_key[i], people.stage[i], people.region[i]
        seekers.origin[k], seekers.tier[k], seekers.field[k] = people.origin[i], people.tier[i], people.field[i]
        seekers.degree_year[k], seekers.degree_region[k] = people.degree_year[i], people.degree_region[i]
        seekers.candidate[k], seekers.programme[k] = people.candidate[i], people.programme[i]
        seekers.language[k], seekers.ties_abroad[k] = people.language[i], people.ties_abroad[i]
        seekers.tie_region[k], seekers.home_taste[k] = people.tie_region[i], people.home_taste[i]
        seekers.belief_home[k], seekers.belief_away[k] = people.belief_home[i], people.belief_away[i]
        seekers.guaranteed[k], seekers.on_leave[k] = people.guaranteed[i], people.on_leave[i]
