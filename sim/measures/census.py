"""The census: what is counted of the people and of the events of a year, once for all outcomes."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.measures.cube import NO_YES, Cube
from sim.vocabulary import Stage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from sim.world.programmes import ProgrammeRecord
    from sim.world.world import World

FACULTY = (Stage.FIXED_TERM, Stage.TENURE_TRACK, Stage.PERMANENT)
"""The ranks of members of universities and institutes at home."""
AWAY = len(Stage)
"""Place of those abroad in the careers of new doctorates, after the stages of those at home."""
FOLLOWED_RETURNEES = 6
"""Years, that of the return included, in which people who came back are followed."""
FOLLOWED_GRADUATES = 7
"""Years, that of the degree included, in which foreigners with a doctorate of home are followed."""


@dataclass(frozen=True)
class Counts:
    """Counts of a year in simulated persons; or of several years, each array with one axis more at its front.

    Regions, programmes and cells of posts are numbered as in the world, modes and stages as in the vocabulary.
    """

    year: Any
    """Number of the year; (years,) of several."""
    people: NDArray[np.int32]
    """(stages, regions, 2, 2, 2, 2, 2), everyone: see `Census.people`."""
    returnees: NDArray[np.int64]
    """(6, 2): home-origin people who came back so many years ago, in all and from a fellowship of a year or more."""
    placed: NDArray[np.int64]
    """(6, 2): those of them who are faculty at home."""
    graduates: NDArray[np.int64]
    """(7,): foreigners who took a doctorate at home so many years ago."""
    graduates_here: NDArray[np.int64]
    """(7,): those of them who are at home and in research or a job."""
    ages: NDArray[np.int64]
    """(4,): faculty with a post at home under 40, of 40 to 49, of 50 to 59, and of 60 and more."""
    beliefs: NDArray[np.float64]
    """(2,): sums over postdocs at home of the perceived chance of a lasting post: if one stays, if one goes."""
    departures: NDArray[np.int64]
    """(modes, regions): home-origin people leaving home, visits of a year or more included."""
    visits: NDArray[np.int64]
    """(2, regions): stays of over 30 days and under a year, by employed people and by students."""
    student_long_stays: Any
    """Students' stays of a year or more among the departures."""
    foreign_departures: NDArray[np.int64]
    """(regions,): foreigners leaving home."""
    returns: NDArray[np.int64]
    """(modes, regions): home-origin people back from a stay of a year or more."""
    arrivals: NDArray[np.int64]
    """(stages, regions): foreigners coming in."""
    entrants: NDArray[np.int64]
    """(4,): doctoral entrants from a master, working, foreign; and of home origin abroad."""
    hires: NDArray[np.int64]
    """(cells,): people hired into posts at home."""
    returnee_hires: NDArray[np.int64]
    """(cells,): of them with a year or more abroad."""
    applications: NDArray[np.int64]
    """(programmes,)."""
    awards: NDArray[np.int64]
    """(programmes,)."""
    papers: Any
    """Papers of people at home, fractional counts."""
    top10: Any
    """Papers among the most cited tenth of the world, fractional counts."""
    international: Any
    """Papers with an international co-author, fractional counts."""
    top10_international: Any
    """Papers among the most cited tenth with an international co-author, fractional counts."""
    international_by_region: NDArray[np.float64]
    """(regions,): papers with an international co-author, by the region of most ties of the author."""
    graduates_now: NDArray[np.int64]
    """(2,): doctorates that universities at home award in the year, to people of home origin and to foreigners."""
    here: NDArray[np.int64]
    """(stages, fields, 2, regions): people at home, see `sim.measures.links.Links`; so are those that follow."""
    ties: NDArray[np.float64]
    """(fields, regions)."""
    careers: NDArray[np.int64]
    """(stages + 1,)."""
    doctorates: NDArray[np.int64]
    """(fields, 2)."""
    joined: NDArray[np.float64]
    """(3, regions)."""
    shared: NDArray[np.int64]
    """(regions,): people in a post at home with a second appointment, by region of the second employer; of a firm
    that is home."""
    topic_lag: Any
    """The parameter of the name, years."""
    costs: Mapping[str, Any]
    """Public money by item, simulated, in the home currency."""


def stacked[T](years: Sequence[T]) -> T:
    """One record of several years from a record a year: arrays with the years first, mappings with their items so."""

    def one(name: str) -> Any:  # noqa: ANN401
        values = [getattr(year, name) for year in years]
        if not isinstance(values[0], dict):
            return np.array(values)
        items = dict.fromkeys(item for value in values for item in value)
        return {item: np.array([value.get(item, np.nan) for value in values]) for item in items}

    kind = type(years[0])
    return kind(**{part.name: one(part.name) for part in fields(kind)})  # type: ignore[arg-type]


@dataclass(frozen=True)
class Census:
    """The counts of finished years, which outcomes read: arrays have the years first."""

    counts: Counts
    world: World
    programmes: Sequence[ProgrammeRecord]
    """Those of the country and those that policies bring, in the order of the counts."""

    @classmethod
    def of(cls, years: Sequence[Counts], world: World, programmes: Sequence[ProgrammeRecord]) -> Census:
        """The years laid one after the other; money that is not booked in a year is missing."""
        return cls(stacked(years), world, programmes)

    @cached_property
    def people(self) -> Cube:
        """Everyone at the end of the year: by stage; region; whether from abroad; whether with a home post, by living
        there or by a post that is kept; whether last employed by the leading tier; whether under forty; and
        whether a year or more was spent abroad.
        """
        axes = {
            "stage": tuple(Stage),
            "region": tuple(range(len(self.world.regions))),
            **dict.fromkeys(("foreign", "home_post", "leading", "young", "experienced"), NO_YES),
        }
        return Cube(self.counts.people, axes)

    @cached_property
    def faculty(self) -> Cube:
        """Fixed-term, tenure-track and permanent members of universities and institutes at home, on leave or not."""
        members = self.people.where(stage=FACULTY, home_post=True)
        axes = [name for name in members.axes if name != "region"]
        return Cube(members.by(*axes), {name: members.axes[name] for name in axes})

    @cached_property
    def hires(self) -> Cube:
        """People hired into posts at home: by tier, field and rank; and whether they had a year or more abroad."""
        axes = {
            "experienced": NO_YES,
            "tier": self.world.tiers,
            "field": self.world.fields,
            "rank": (Stage.POSTDOC, *FACULTY),
        }
        both = np.stack([self.counts.hires - self.counts.returnee_hires, self.counts.returnee_hires], axis=1)
        return Cube(both.reshape(-1, *map(len, axes.values())), axes)
