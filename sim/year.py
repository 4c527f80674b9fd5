"""The year under way: what every room sees of it, and the tally of what happens in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np

from sim.population.waiting import Waiting
from sim.vocabulary import Mode, Stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from sim.instruments.lever import ArrayLever, Lever
    from sim.instruments.levers import Levers
    from sim.population.chronicle import Chronicle
    from sim.world.parameters import Parameters
    from sim.world.programmes import ProgrammeRecord
    from sim.world.world import World


def exchange_over_prices(world: World, year: int) -> float:
    """Units of the home currency for a foreign one, over purchasing power parity: above 1 where it is cheap."""
    return world.driver("exchange_rate", year) / world.driver("price_level", year)


class Call(NamedTuple):
    """One call as its panel saw it; arrays of shape (applicants,)."""

    programme: int
    draw_key: NDArray[np.uint64]  # who applied: master graduates have no row of their own yet, but they have a key
    region: NDArray[np.uint8]  # where the applicant wants to go
    distance: NDArray[np.float32]  # ranking score above the middle of the last awarded and the first refused; NaN: none
    won: NDArray[np.bool_]


class Grants(NamedTuple):
    """Research money of projects, millions of the home currency a year, (n,); a row may stand twice."""

    row: NDArray[np.intp]
    money: NDArray[np.float32]


class Shared(NamedTuple):
    """Second appointments of the year, (n,): row of the person, share of the working time there, and share of that for
    research that is published.
    """

    row: NDArray[np.intp]
    share: NDArray[np.float32]
    research_time: NDArray[np.float32]


@dataclass
class Tally:
    """Counts of one year, in simulated persons (not yet divided by the scale)."""

    departures: NDArray[np.int64]  # (modes, regions): home-origin people leaving, visits of a year or more included
    visits: NDArray[
        np.int64
    ]  # (2, regions): stays of over 30 days and under a year, by employed people and by students
    foreign_departures: NDArray[np.int64]  # (regions,): foreigners leaving home
    returns: NDArray[np.int64]  # (modes, regions): home-origin people back from a stay of a year or more
    arrivals: NDArray[np.int64]  # (stages, regions): foreigners coming in
    applications: NDArray[np.int64]  # (programmes,)
    awards: NDArray[np.int64]  # (programmes,)
    vacancies: NDArray[np.int64]  # (cells,)
    hires: NDArray[np.int64]  # (cells,)
    returnee_hires: NDArray[np.int64]  # (cells,): of them with a year or more abroad
    searches: NDArray[np.int64]  # (fields, 2, 2): people without a lasting post who looked for a post; see sim.beliefs
    successes: NDArray[np.int64]  # (fields, 2, 2): of them hired into a permanent or tenure-track post
    entrants: NDArray[np.int64]  # (4,): from master, working adult, foreign, and home-origin abroad
    graduates: NDArray[np.int64]  # (2,): home origin, foreign
    came_back: NDArray[np.int64]  # (2,): returnees of this year in all, and of them from a fellowship of a year or more
    coauthored: NDArray[np.float64]  # (regions,): papers with an international co-author, by the region of most ties
    gone_home: NDArray[np.int64]  # identities of foreigners who went home to a job and out of the model
    visitors: NDArray[np.int64]  # (3, n): identity, region and months of everyone away for some months
    hiring_odds_slope: float = 0.0  # log odds of being hired into a lasting post per unit of the ranking score
    research: dict[str, float] = field(
        default_factory=dict
    )  # papers, top-10 % and international papers of people at home
    events: dict[str, int] = field(default_factory=dict)  # anything a policy may put a price on, and exits
    contests: dict[str, tuple[int, NDArray[np.int64], NDArray[np.int64]]] = field(default_factory=dict)
    # by programme: places, and by class of merit applications and awards
    grants: Grants | None = None  # research money of joint projects, by row
    shared: Shared | None = None  # second appointments, each person once
    leader_hours: NDArray[np.float64] | None = None  # (tiers, fields): hours of leaders that programmes take
    declined: int = 0  # awards that their winners gave up for something better
    calls: list[Call] | None = None  # every call of the year, kept when asked for; nothing in the model reads it

    @classmethod
    def empty(cls, regions: int, programmes: int, cells: int, fields: int, *, calls: bool = False) -> Self:
        """All counts at zero. calls: whether to keep what the panels of the year's calls saw."""

        def zero(*shape: int) -> NDArray[np.int64]:
            return np.zeros(shape, np.int64)

        return cls(
            departures=zero(len(Mode), regions),
            visits=zero(2, regions),
            foreign_departures=zero(regions),
            returns=zero(len(Mode), regions),
            arrivals=zero(len(Stage), regions),
            applications=zero(programmes),
            awards=zero(programmes),
            vacancies=zero(cells),
            hires=zero(cells),
            returnee_hires=zero(cells),
            searches=zero(fields, 2, 2),
            successes=zero(fields, 2, 2),
            entrants=zero(4),
            graduates=zero(2),
            came_back=zero(2),
            coauthored=np.zeros(regions),
            gone_home=zero(0),
            visitors=zero(3, 0),
            calls=[] if calls else None,
        )

    def count(self, event: str, number: int) -> None:
        """Add to a named count."""
        self.events[event] = self.events.get(event, 0) + int(number)


@dataclass(frozen=True)
class Year:
    """The year under way.

    world: with its dated changes; recorded: as the country's folder has it. parameters: of behaviour, those moved that
    levers in force move; baseline: without that. programmes: those of the country and those that policies bring.
    scale: simulated over real persons.
    """

    number: int
    world: World
    recorded: World
    parameters: Parameters
    baseline: Parameters
    levers: Levers
    programmes: tuple[ProgrammeRecord, ...]
    seed: int
    scale: float
    tally: Tally
    chronicle: Chronicle
    waiting: Waiting = field(default_factory=Waiting.none)
    """Who waits for a permit: those of the state, to whom the year adds."""
    time_gained: NDArray[np.float64] | None = None
    """(tiers,) what the clock adds to leaders' share of working time for research; None where nothing moves it."""

    def driver(self, series: str) -> float:
        """A driver of the home country this year."""
        return self.world.driver(series, self.number)

    def exchange(self) -> tuple[float, float]:
        """Units of the home currency for a foreign one, over prices at home: now, and in the record of the country."""
        return exchange_over_prices(self.world, self.number), exchange_over_prices(self.recorded, self.number)

    def lever(self, lever: Lever) -> float:
        """The value of a lever in force; its default where no instrument of the registry has it."""
        return self.levers.value(lever)

    def array(self, lever: ArrayLever) -> NDArray[np.float64]:
        """The values of an array lever in force, indexed by codes in the order of its keys; to read only."""
        return self.levers.array(lever)


def kept_by_levers[T](function: Callable[[Year], T]) -> Callable[[Year], T]:
    """Keep what a function makes of a year, one result for each year as long as the same levers are in force.

    For what follows from the year's number, world, parameters and levers alone, whatever its people, seed and scale;
    of the latest world that it was asked for. The result is shared: nobody may write to it.
    """
    return _kept(function, lambda year: (function, year.number, year.parameters))


def kept_by_run[T](function: Callable[[Year], T]) -> Callable[[Year], T]:
    """As `kept_by_levers`, for what follows from the seed and the scale, too."""
    return _kept(function, lambda year: (function, year.number, year.parameters, year.seed, year.scale))


def kept_for_all_years[T](function: Callable[[Year], T]) -> Callable[[Year], T]:
    """As `kept_by_levers`, one result for all years: for what does not follow from the year's number or its drivers."""
    return _kept(function, lambda year: (function, year.parameters))


def _kept[T](function: Callable[[Year], T], key: Callable[[Year], tuple[object, ...]]) -> Callable[[Year], T]:
    @wraps(function)
    def found(year: Year) -> T:
        kept, asked = year.levers.kept, key(year)
        if (made := kept.get(asked)) is None or made[0] is not year.world:
            kept[asked] = made = (year.world, function(year))
        return made[1]

    return found
