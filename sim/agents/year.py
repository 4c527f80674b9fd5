"""The year under way: what can be read of the world this year, and a tally of what happens in it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sim.vocabulary import Stage
from sim.year import exchange_over_prices

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from sim.instruments.lever import ArrayLever, Lever
    from sim.instruments.levers import Levers
    from sim.world.parameters import Parameters
    from sim.world.world import World

RANKS = (Stage.POSTDOC, Stage.FIXED_TERM, Stage.TENURE_TRACK, Stage.PERMANENT)

Cell = tuple[int, int, Stage]
"""Posts of one kind of employer, in one field and rank."""


@dataclass(frozen=True)
class Year:
    """One year. `tally` counts events in simulated persons under keys such as ("departures", mode, region)."""

    number: int
    world: World
    recorded: World
    """As the country's folder has it, without dated changes."""
    parameters: Parameters
    baseline: Parameters
    levers: Mapping[str, float]
    under: Levers
    """The same, with those that have a value for each of some keys."""
    seed: int
    scale: float
    corridors: Sequence[float]
    """Flows from each region as they are remembered, over those of the first years, beside the same of all."""
    tally: defaultdict[tuple[Hashable, ...], float] = field(default_factory=lambda: defaultdict(float))

    def exchange(self) -> tuple[float, float]:
        """Units of the home currency for a foreign one, over prices at home: now, and in the record of the country."""
        return exchange_over_prices(self.world, self.number), exchange_over_prices(self.recorded, self.number)

    def lever(self, lever: Lever) -> float:
        """The value of a lever in force."""
        return self.levers[lever.name]

    def array(self, lever: ArrayLever) -> NDArray[np.float64]:
        """The values of an array lever in force, by the codes of its keys."""
        return self.under.array(lever)

    @property
    def regions(self) -> range:
        """Codes of all regions, home included."""
        return range(len(self.world.regions))

    @property
    def abroad(self) -> range:
        """Codes of the regions other than home."""
        return range(1, len(self.world.regions))

    @property
    def tiers(self) -> range:
        """Codes of the kinds of employers."""
        return range(len(self.world.tiers))

    @property
    def no_tier(self) -> int:
        """Code of those without one."""
        return self.world.no_tier

    @property
    def fields(self) -> range:
        """Codes of the fields."""
        return range(len(self.world.fields))

    def driver(self, series: str) -> float:
        """A driver of the home country this year."""
        return self.world.driver(series, self.number)

    def driver_of(self, region: int, series: str) -> float:
        """A driver of another region this year."""
        return self.world.drivers.value(series, year=self.number, region=self.world.regions[region])

    def of_region(self, region: int, series: str) -> float:
        """A constant of a region; 0 where the file gives none."""
        known = self.world.region_table.numbers[series].get(("", self.world.regions[region], "", "", ""))
        return known.value if known else 0.0

    def own_country_job(self, region: int) -> float:
        """Chance of a job in a foreigner's own country: chances grow with its research system."""
        grown = self.world.drivers.value("scholar_stock", year=self.world.first_year, region=self.world.regions[region])
        chances = (self.driver_of(region, "scholar_stock") / grown) ** self.parameters.homeward_growth
        return 1.0 - float((1 - self.of_region(region, "own_country_job")) ** chances)

    def count(self, *what: Hashable, by: float = 1) -> None:
        """Note that something happened."""
        self.tally[what] += by

    def counted(self, *what: Hashable) -> float:
        """How much happened whose key begins so."""
        return sum(number for key, number in self.tally.items() if key[: len(what)] == what)
