"""The bibliometric record: who has published, and which country the last affiliation was in.

    P(seen in a year) = 1 - exp(-authors_per_paper * output_i)

with a person's fractional papers a year as `output_i`: an author of fractional count f signs about f times the authors
of a paper. A person is a mover of the year in which the record first shows another region than the last one it showed
(Akbaritabar, Theile & Zagheni 2024): who has not published before leaving is never seen to leave. Of authors who are
away for most of a year with the post kept, `signs_for_host` give the host as their main address and are movers, there
and back; the others are "travellers", who keep that of the employer at home (Sugimoto et al. 2017).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from sim.draws import Decision, uniform
from sim.vocabulary import HOME, Stage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.columns import Columns
    from sim.now import Now

F32 = np.float32
_NEVER = 255  # no publication so far
_THIS_YEAR, _BEFORE, _RESEARCH, _ADDRESS = range(4)  # alternatives of the draw
_MOST_OF_A_YEAR = 6  # months away from which the host may be the main address


@dataclass
class Record:
    """identity: (n,) of everyone at the end of the last year; region: (n,) of the last publication."""

    identity: NDArray[np.int64]
    region: NDArray[np.uint8]

    @classmethod
    def opened(cls, people: Columns, now: Now) -> Self:
        """The record before the first year: everyone where they are, if they have published so far."""
        empty = cls(np.empty(0, np.int64), np.empty(0, np.uint8))
        return cls(people.identity.copy(), empty._known(people, now))

    def read(self, people: Columns, now: Now) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Add a year; moves of the year out of home by region, and into home, both (regions,), in simulated persons."""
        last = self._known(people, now)
        where = self._address(people, now)
        signs = self._signs(people, now)
        moved = np.flatnonzero(signs & (last != where) & (last != _NEVER))
        regions, before, after = len(now.world.regions), last[moved], where[moved]
        out = np.bincount(after[before == HOME], minlength=regions)
        back = np.bincount(before[after == HOME], minlength=regions)
        self.identity, self.region = people.identity.copy(), np.where(signs, where, last)
        return out, back

    def _address(self, people: Columns, now: Now) -> NDArray[np.uint8]:
        """Region that everyone's papers of the year give, shape (n,)."""
        for_host = uniform(people.luck, 0, Decision.MEASURE, _ADDRESS) < F32(now.parameters.signs_for_host)
        where = np.where(people.post_kept & ~for_host, np.uint8(HOME), people.region)
        identity, region, months = now.flows.visitors
        visitor = people.rows(identity)
        long = for_host[visitor] & (months >= _MOST_OF_A_YEAR)
        where[visitor[long]] = region[long]
        gone = people.rows(now.flows.gone_home)
        where[gone] = people.origin[gone]
        return where

    def _known(self, people: Columns, now: Now) -> NDArray[np.uint8]:
        """Region of the last publication of everyone; of newcomers with a doctorate, where they took it."""
        last = np.full(len(people), _NEVER, np.uint8)
        rows = people.rows(self.identity)
        last[rows[rows >= 0]] = self.region[rows >= 0]
        known = np.zeros(len(people), np.bool_)
        known[rows[rows >= 0]] = True
        new = np.flatnonzero(~known & ~people.candidate)
        began = np.where(people.degree_year[new] > 0, people.degree_year[new] - 1, people.start_year[new])
        years = np.maximum(now.year - 1 - began, 0).astype(F32)
        rate = F32(now.parameters.authors_per_paper) * people.output[new]
        signed = uniform(people.luck[new], 0, Decision.MEASURE, _BEFORE) < 1 - np.exp(-rate * years)
        founded = not len(self.identity)
        last[new[signed]] = (people.region if founded else people.degree_region)[new[signed]]
        return last

    def _signs(self, people: Columns, now: Now) -> NDArray[np.bool_]:
        """Who is seen this year. A job in the own country is in published research with `homeward_research`; who went
        there without one is not.
        """
        p = now.parameters
        seen = 1 - np.exp(-F32(p.authors_per_paper) * people.output)
        signs: NDArray[np.bool_] = uniform(people.luck, now.year, Decision.MEASURE, _THIS_YEAR) < seen
        gone = np.zeros(len(people), np.bool_)
        gone[people.rows(now.flows.gone_home)] = True
        signs &= ((people.stage != Stage.LEFT) | gone) & (people.stage != Stage.INDUSTRY) & ~people.candidate
        at_home_again = np.flatnonzero(gone | ((people.origin == people.region) & (people.origin != HOME)))
        luck = people.luck[at_home_again]
        signs[at_home_again] &= uniform(luck, 0, Decision.MEASURE, _RESEARCH) < F32(p.homeward_research)
        return signs
