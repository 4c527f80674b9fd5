"""The bibliometric record: who has published, and which country the last affiliation was in.

    P(seen in a year) = 1 - exp(-authors_per_paper * expected_i)

with the fractional papers a year to be expected of a person as `expected_i` (`productivity.expected_papers`): an
author of fractional count f signs about f times the authors of a paper. The fractional papers that the model draws
are too coarse here: who has written none of them may well have signed some. A person is a mover of the year in which
the record first shows another region than the last one it showed (Akbaritabar, Theile & Zagheni 2024): who has not
published before leaving is never seen to leave, and who signs nothing in the year of a move is seen to have moved
later. Of authors who are away for most of a year with the post kept, `signs_for_host` give the host as their main
address and are movers, there and back; the others are "travellers", who keep that of the employer at home (Sugimoto
et al. 2017).

A paper is printed `print_lag` years after it was submitted, and carries the address of that time, so that a move shows
later than it was made: see `address_ages`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from sim.engine import arrays
from sim.engine.draws import Draw, key, uniform
from sim.engine.hashing import one_uniform
from sim.population.columns import Attributes, over_people
from sim.process.productivity import expected_papers
from sim.vocabulary import HOME, Stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from sim.population.columns import Columns
    from sim.year import Year

F32 = np.float32
OLDEST_ADDRESS: Final = 2
"""Age in years of the oldest address that a paper may carry."""
_NEVER: Final = np.uint8(255)  # no publication so far
_NEW: Final = np.uint8(254)  # not in the record so far
_LEFT: Final = int(Stage.LEFT)
_INDUSTRY: Final = int(Stage.INDUSTRY)
_MOST_OF_A_YEAR = 6  # months away from which the host may be the main address
_STUDENT_YEARS = 3  # least length of a doctorate, in whose years newcomers with one have written as students do


@dataclass
class Record:
    """What the record has shown so far.

    identity: (n,) of everyone at the end of the last year. region: (n,) of the last publication. gone: draw key, region
    and yearly chance of being seen, each (m,), of authors at home who left the model for research in their own country
    and have signed nothing there yet.
    """

    identity: NDArray[np.int64]
    region: NDArray[np.uint8]
    gone: tuple[NDArray[np.uint64], NDArray[np.uint8], NDArray[np.float32]]

    @classmethod
    def of(cls, identity: NDArray[np.int64], region: NDArray[np.uint8]) -> Self:
        """A record that knows where these people published last."""
        return cls(identity, region, (np.empty(0, np.uint64), np.empty(0, np.uint8), np.empty(0, F32)))

    @classmethod
    def opened(cls, people: Columns, year: Year) -> Self:
        """The record before the first year: everyone where they are, if they have published so far."""
        everyone = np.arange(len(people))
        rate = _signing_rate(people, everyone, np.zeros(len(people), np.bool_), year)
        signed = _signed_before(people, everyone, rate, year)
        return cls.of(people.identity.copy(), np.where(signed, people.region, _NEVER))

    def read(self, people: Columns, year: Year) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Add a year; moves of the year out of home by region, and into home, both (regions,), in simulated persons.

        A paper tells something new only of those whose address is not that of their last one, so only of them is drawn
        whether they sign one.
        """
        regions = len(year.world.regions)
        gone = np.zeros(len(people), np.bool_)
        gone[people.rows(year.tally.gone_home)] = True
        last = self._known(people, gone, year)
        address, asked = _addresses(people, gone, _long_visits(people, year), last, *_odds(year))
        rows = arrays.where(asked)
        before, after = last[rows], address[rows]
        chance = 1 - arrays.exponential(-_signing_rate(people, rows, gone[rows], year))
        signs = uniform(people.draw_key[rows], year.number, Draw.RECORD_SIGNS) < chance
        moved = signs & (before != after) & (before != _NEVER)
        out = np.bincount(after[moved & (before == HOME)], minlength=regions)
        back = np.bincount(before[moved & (after == HOME)], minlength=regions)
        out += self._seen_later(year)
        later = gone[rows] & (before == HOME) & ~signs
        draw_key, region, odds = self.gone
        self.gone = (
            np.append(draw_key, people.draw_key[rows[later]]),
            np.append(region, after[later]),
            np.append(odds, chance[later]),
        )
        last[rows[signs]] = after[signs]
        self.identity, self.region = people.identity.copy(), last
        return out, back

    def _seen_later(self, year: Year) -> NDArray[np.int64]:
        """Those gone before who sign this year for the first time, (regions,); they are not waited for any more."""
        draw_key, region, chance = self.gone
        signs = uniform(draw_key, year.number, Draw.RECORD_SIGNS) < chance
        self.gone = draw_key[~signs], region[~signs], chance[~signs]
        return np.bincount(region[signs], minlength=len(year.world.regions))

    def _known(self, people: Columns, gone: NDArray[np.bool_], year: Year) -> NDArray[np.uint8]:
        """Region of the last publication of everyone; of newcomers, where they took the doctorate or have the post from
        which they are on leave.
        """
        last, moved = _carried(people, self.identity, self.region)
        rows = people.rows(self.identity[moved])
        last[rows[rows >= 0]] = self.region[moved[rows >= 0]]
        new = arrays.where(last == _NEW)
        last[new] = _NEVER
        new = new[~people.candidate[new]]
        signed = _signed_before(people, new, _signing_rate(people, new, gone[new], year), year)
        staff = people.on_leave[new] & (people.degree_year[new] == 0)
        authors = uniform(people.draw_key[new], 0, Draw.RECORD_SIGNED_BEFORE) < _staff_authors(year)[people.origin[new]]
        last[new[signed]] = people.degree_region[new[signed]]
        last[new[staff & authors]] = people.origin[new[staff & authors]]
        return last


def address_ages(lag: float) -> NDArray[np.float64]:
    """Shares of the papers of a year that carry the address held at the end of this year, the last, and that before.

        P(age <= k) = P(s + k - m > lag),  s, m uniform on (0, 1)

    lag: years from submission to print. A paper comes out at a time s of the year, and who moved at a time m of the
    year k years ago had the new address when it was submitted. The oldest takes the rest. Shape (3,).

    >>> address_ages(0.0).tolist(), address_ages(1.0).tolist()
    ([0.5, 0.5, 0.0], [0.0, 0.5, 0.5])
    """

    def later_by_more_than(gap: float) -> float:  # P(s - m > gap)
        one_side: float = max(1 - abs(gap), 0.0) ** 2 / 2
        return one_side if gap > 0 else 1 - one_side

    reached = [later_by_more_than(lag - age) for age in range(OLDEST_ADDRESS)]
    return np.diff([0.0, *reached, 1.0])


def shown_later(moves: Sequence[NDArray[np.int64]], lag: float) -> NDArray[np.float64]:
    """Moves that the papers of a year show, from those made in it and before: an array a year, the last one first.

    Years before the first of the record are taken to be as it was.
    """
    ages = address_ages(lag)
    return np.sum([share * moves[min(age, len(moves) - 1)] for age, share in enumerate(ages)], axis=0)


@over_people
def _carried(
    people: Attributes, identity: NDArray[np.int64], region: NDArray[np.uint8]
) -> tuple[NDArray[np.uint8], NDArray[np.intp]]:
    """What was known of each, by people of another time and their regions: (n,) region, `_NEW` where nothing is known
    from the same row; and those rows of the other time that hold somebody else now.
    """
    last = np.full(len(people.identity), _NEW)
    moved, number = np.empty(len(identity), np.intp), 0
    for i in range(len(identity)):
        if i < len(last) and people.identity[i] == identity[i]:
            last[i] = region[i]
        else:
            moved[number] = i
            number += 1
    return last, moved[:number]


@over_people
def _addresses(
    people: Attributes,
    gone: NDArray[np.bool_],
    visit: NDArray[np.uint8],
    last: NDArray[np.uint8],
    of_host: np.uint64,
    of_research: np.uint64,
    signs_for_host: np.float32,
    homeward_research: np.float32,
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Region that everyone's papers of the year give, (n,), and of whom one would tell something new, (n,).

    visit: region of those who are away for most of a year, `_NEVER` of the others. A job found in the own country is in
    published research with `homeward_research`, the post from which a student was on leave for sure; who went there
    without a job is not.
    """
    number = len(people.stage)
    address, asked = np.empty(number, np.uint8), np.zeros(number, np.bool_)
    for i in range(number):
        origin, here, own = people.origin[i], people.region[i], people.draw_key[i]
        if people.post_kept[i] or visit[i] != _NEVER:
            for_host = one_uniform(own, of_host) < signs_for_host
            if people.post_kept[i] and not for_host:
                here = np.uint8(HOME)
            if visit[i] != _NEVER and for_host:
                here = visit[i]
        if gone[i]:
            here = origin
        address[i] = here
        stage = people.stage[i]
        may = (gone[i] | (stage != _LEFT)) & (stage != _INDUSTRY) & (not people.candidate[i])
        if may & (gone[i] | (here != last[i])):
            at_home_again = gone[i] | ((origin == people.region[i]) & (origin != HOME))
            asked[i] = not at_home_again or people.on_leave[i] or one_uniform(own, of_research) < homeward_research
    return address, asked


def _odds(year: Year) -> tuple[np.uint64, np.uint64, np.float32, np.float32]:
    """Keys of the draws of an address and of a job in published research, and the shares that they are held against."""
    p = year.parameters
    keys = key(0, Draw.RECORD_ADDRESS), key(0, Draw.RECORD_RESEARCH)
    return *keys, F32(p.signs_for_host), F32(p.homeward_research)


def _long_visits(people: Columns, year: Year) -> NDArray[np.uint8]:
    """Region of those who are away for most of the year with the post kept, (n,); `_NEVER` of the others."""
    identity, region, months = year.tally.visitors
    long = months >= _MOST_OF_A_YEAR
    visit = np.full(len(people), _NEVER)
    rows = people.rows(identity[long])
    visit[rows[rows >= 0]] = region[long][rows >= 0]
    return visit


def _signing_rate(people: Columns, rows: NDArray[np.intp], gone: NDArray[np.bool_], year: Year) -> NDArray[np.float32]:
    """Papers that the people in `rows` are expected to sign in a year, in whole counts, shape (rows,)."""
    rate: NDArray[np.float32] = F32(year.parameters.authors_per_paper) * expected_papers(people, rows, gone, year)
    return rate


def _signed_before(people: Columns, rows: NDArray[np.intp], rate: NDArray[np.float32], year: Year) -> NDArray[np.bool_]:
    """Who of `rows` has signed a paper before this year, at the rate of now since the doctorate and as a student.

    rate: (rows,) papers a year.
    """
    graduated = people.degree_year[rows] > 0
    began = np.where(graduated, people.degree_year[rows] - 1, people.start_year[rows])
    years = np.maximum(year.number - 1 - began, 0).astype(F32)
    years += np.where(graduated, F32(_STUDENT_YEARS * year.parameters.doctoral_rate), F32(0))
    chance = 1 - arrays.exponential(-rate * years)
    signed: NDArray[np.bool_] = uniform(people.draw_key[rows], 0, Draw.RECORD_SIGNED_BEFORE) < chance
    return signed & ~people.candidate[rows]


def _staff_authors(year: Year) -> NDArray[np.float32]:
    """Share of the staff of universities of each region that has published, (regions,): it grows with the published
    scholars there over the graduate students whom they teach.
    """
    world = year.world
    pool = world.drivers.along("region", world.abroad, "doctoral_pool", year=year.number)
    growth = world.growth_abroad(year.number) / np.array([1.0, *pool])
    share: NDArray[np.float32] = np.minimum(world.candidates.value("staff_authors") * growth, 1).astype(F32)
    return share
