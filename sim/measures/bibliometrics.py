"""The bibliometric record: who has published, and which country the last affiliation was in.

    P(seen in a year) = 1 - exp(-authors_per_paper * expected_i)

with the fractional papers a year to be expected of a person as `expected_i` (`research.expected_papers`): an author of
fractional count f signs about f times the authors of a paper. The fractional papers that the model draws are too coarse
here: who has written none of them may well have signed some. A person is a mover of the year in which the record first
shows another region than the last one it showed (Akbaritabar, Theile & Zagheni 2024): who has not published before
leaving is never seen to leave, and who signs nothing in the year of a move is seen to have moved later. Of authors who
are away for most of a year with the post kept, `signs_for_host` give the host as their main address and are movers,
there and back; the others are "travellers", who keep that of the employer at home (Sugimoto et al. 2017).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from sim.engine import arrays
from sim.engine.draws import Draw, uniform
from sim.process.research import expected_papers
from sim.vocabulary import HOME, Stage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.population.columns import Columns
    from sim.year import Year

F32 = np.float32
_NEVER = 255  # no publication so far
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
        signed = _signed_before(people, np.arange(len(people)), _signing_rate(people, year), year)
        return cls.of(people.identity.copy(), np.where(signed, people.region, np.uint8(_NEVER)))

    def read(self, people: Columns, year: Year) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Add a year; moves of the year out of home by region, and into home, both (regions,), in simulated persons."""
        rate = _signing_rate(people, year)
        chance = 1 - arrays.exponential(-rate)
        last, where = self._known(people, rate, year), _address(people, year)
        seen = _in_published_research(people, year)
        signs = seen & (uniform(people.draw_key, year.number, Draw.RECORD_SIGNS) < chance)
        moved = np.flatnonzero(signs & (last != where) & (last != _NEVER))
        regions, before, after = len(year.world.regions), last[moved], where[moved]
        out = np.bincount(after[before == HOME], minlength=regions)
        back = np.bincount(before[after == HOME], minlength=regions)
        out += self._seen_later(year)
        gone = people.rows(year.tally.gone_home)
        gone = gone[(last[gone] == HOME) & seen[gone] & ~signs[gone]]
        draw_key, region, later = self.gone
        self.gone = (
            np.append(draw_key, people.draw_key[gone]),
            np.append(region, where[gone]),
            np.append(later, chance[gone]),
        )
        self.identity, self.region = people.identity.copy(), np.where(signs, where, last)
        return out, back

    def _seen_later(self, year: Year) -> NDArray[np.int64]:
        """Those gone before who sign this year for the first time, (regions,); they are not waited for any more."""
        draw_key, region, chance = self.gone
        signs = uniform(draw_key, year.number, Draw.RECORD_SIGNS) < chance
        self.gone = draw_key[~signs], region[~signs], chance[~signs]
        return np.bincount(region[signs], minlength=len(year.world.regions))

    def _known(self, people: Columns, rate: NDArray[np.float32], year: Year) -> NDArray[np.uint8]:
        """Region of the last publication of everyone; of newcomers, where they took the doctorate or have the post from
        which they are on leave.
        """
        last = np.full(len(people), _NEVER, np.uint8)
        rows = people.rows(self.identity)
        last[rows[rows >= 0]] = self.region[rows >= 0]
        known = np.zeros(len(people), np.bool_)
        known[rows[rows >= 0]] = True
        new = np.flatnonzero(~known & ~people.candidate)
        signed = _signed_before(people, new, rate, year)
        staff = people.on_leave[new] & (people.degree_year[new] == 0)
        authors = uniform(people.draw_key[new], 0, Draw.RECORD_SIGNED_BEFORE) < _staff_authors(year)[people.origin[new]]
        last[new[signed]] = people.degree_region[new[signed]]
        last[new[staff & authors]] = people.origin[new[staff & authors]]
        return last


def _signing_rate(people: Columns, year: Year) -> NDArray[np.float32]:
    """Papers that everyone is expected to sign in a year, in whole counts, shape (n,)."""
    papers = expected_papers(people, year, people.rows(year.tally.gone_home))
    rate: NDArray[np.float32] = F32(year.parameters.authors_per_paper) * papers
    return rate


def _signed_before(people: Columns, rows: NDArray[np.intp], rate: NDArray[np.float32], year: Year) -> NDArray[np.bool_]:
    """Who of `rows` has signed a paper before this year, at the rate of now since the doctorate and as a student."""
    graduated = people.degree_year[rows] > 0
    began = np.where(graduated, people.degree_year[rows] - 1, people.start_year[rows])
    years = np.maximum(year.number - 1 - began, 0).astype(F32)
    years += np.where(graduated, F32(_STUDENT_YEARS * year.parameters.doctoral_rate), F32(0))
    chance = 1 - arrays.exponential(-rate[rows] * years)
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


def _address(people: Columns, year: Year) -> NDArray[np.uint8]:
    """Region that everyone's papers of the year give, shape (n,)."""
    for_host = uniform(people.draw_key, 0, Draw.RECORD_ADDRESS) < F32(year.parameters.signs_for_host)
    where = np.where(people.post_kept & ~for_host, np.uint8(HOME), people.region)
    identity, region, months = year.tally.visitors
    visitor = people.rows(identity)
    long = for_host[visitor] & (months >= _MOST_OF_A_YEAR)
    where[visitor[long]] = region[long]
    gone = people.rows(year.tally.gone_home)
    where[gone] = people.origin[gone]
    return where


def _in_published_research(people: Columns, year: Year) -> NDArray[np.bool_]:
    """Who may sign a paper, shape (n,). A job found in the own country is in published research with
    `homeward_research`, the post from which a student was on leave for sure; who went there without a job is not.
    """
    gone = np.zeros(len(people), np.bool_)
    gone[people.rows(year.tally.gone_home)] = True
    may: NDArray[np.bool_] = (
        ((people.stage != Stage.LEFT) | gone) & (people.stage != Stage.INDUSTRY) & ~people.candidate
    )
    at_home_again = np.flatnonzero(gone | ((people.origin == people.region) & (people.origin != HOME)))
    draw_key = people.draw_key[at_home_again]
    may[at_home_again] &= people.on_leave[at_home_again] | (
        uniform(draw_key, 0, Draw.RECORD_RESEARCH) < F32(year.parameters.homeward_research)
    )
    return may
