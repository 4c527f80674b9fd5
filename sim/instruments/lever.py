"""What a lever is: a number that somebody can decide, declared once in the module of its instrument."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from sim.vocabulary import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from sim.market.institutions import Employer, Programme
    from sim.population.columns import Columns
    from sim.world.parameters import Parameters
    from sim.world.world import World
    from sim.year import Year


@dataclass(frozen=True)
class Lever:
    """One thing a policy can move.

    title, title_ja: what it is. unit: with {currency} for that of
    the country. low, high: bounds that its value must keep in every year. default: its value
    without a policy, or the name of the behavioural parameter that it moves. costs: what moving it costs, in words.
    announced: log odds that a change of the value, once announced, adds to the perceived chance of a post of those who
    go abroad, from the parameters, the change and the slope of hiring odds; None where an announcement moves no belief.
    needs: names of levers, `*` for any part, of which one must be above 0, somewhere, for this one to do
    anything.
    """

    name: str
    title: str
    title_ja: str
    unit: str
    low: float
    high: float
    default: float | str
    costs: str
    announced: Callable[[Parameters, float, float], float] | None = None
    needs: tuple[str, ...] = ()

    def value(self, parameters: Parameters) -> float:
        """The value without a policy."""
        return getattr(parameters, self.default) if isinstance(self.default, str) else self.default


@dataclass(frozen=True)
class Key:
    """What a lever has a value for each of. labels: the same in every country, or none where the country names them."""

    name: str
    labels: tuple[str, ...] = ()

    def all_of(self, world: World) -> tuple[str, ...]:
        """Every label in the order of its codes."""
        return self.labels or {"region": world.regions, "field": world.fields, "tier": world.tiers}[self.name]

    def chosen_from(self, world: World) -> tuple[str, ...]:
        """The labels that a change may pick: of regions those abroad."""
        return world.abroad if self.name == "region" else self.all_of(world)


REGION, FIELD, TIER = Key("region"), Key("field"), Key("tier")
STAGE = Key("stage", tuple(stage.label for stage in Stage))


@dataclass(frozen=True)
class ArrayLever(Lever):
    """A lever with a value for each of its keys, all `default` without a policy; an array, indexed by codes.

    A change picks labels: `gate.share[health, CHN]`. keys: the axes of the array, in order; along `region` home has a
    place too, which no change moves. shares: for levers of numbers that add up, such as posts, what part of an added
    number each cell gets of those that a change picks, up to a factor; None where each gets the whole number.
    """

    keys: tuple[Key, ...] = ()
    shares: Callable[[World], NDArray[np.float64]] | None = field(default=None, hash=False)


@dataclass(frozen=True, eq=False)
class ProgrammeLever:
    """A lever that every programme of some kinds has; `low` and `high` by kind where they differ.

    Each is one object, equal to no other.
    """

    name: str
    title: str
    title_ja: str
    unit: str
    low: float
    high: float
    costs: str

    def of(self, programme: str) -> str:
        """The name of this lever of a programme."""
        return f"programmes.{programme}.{self.name}"


@dataclass(frozen=True)
class Account:
    """What the costs of a year are worked out from."""

    people: Columns
    employers: Iterable[Employer]
    programmes: list[Programme]
    year: Year

    @cached_property
    def heads(self) -> NDArray[np.int64]:
        """People by origin, foreign or of home, region and stage, (2, regions, stages), simulated."""
        from sim.population.heads import heads  # the compiler is not needed to read levers

        return heads(self.people, len(self.year.world.regions))


class Item(NamedTuple):
    """Something that an instrument counts itself, on which a policy may put a price.

    title, title_ja: what one of it is. unit: of its price, with {currency} for that of the country. number: how many
    there are in a year, simulated.
    """

    title: str
    title_ja: str
    unit: str
    number: Callable[[Account], float]


@dataclass(frozen=True)
class Instrument:
    """Levers of one subject, what they cost, and what of it a policy may put a price on.

    cost: items and money of a year, for the simulated persons. books: the items, but for those named after programmes,
    which no programme may be called. counts: by name, the items of which a policy states the
    price of one. after_end: items that are still paid after the policy has ended.
    """

    name: str
    levers: tuple[Lever, ...] = ()
    cost: Callable[[Account], Iterator[tuple[str, float]]] | None = None
    books: tuple[str, ...] = ()
    counts: Mapping[str, Item] = field(default_factory=dict, hash=False)
    after_end: frozenset[str] = frozenset()
