"""What a lever is: a number that somebody can decide, declared once in the module of its instrument."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from sim.market.institutions import Employer, Programme
    from sim.population.columns import Columns
    from sim.world.parameters import Parameters
    from sim.year import Year


@dataclass(frozen=True)
class Lever:
    """One thing a policy can move.

    title, title_ja: what it is. unit: with {currency} for that of
    the country. low, high: bounds that its value must keep in every year. default: its value
    without a policy, or the name of the behavioural parameter that it moves. costs: what moving it costs, in words.
    announced: log odds that a change of the value, once announced, adds to the perceived chance of a post of those who
    go abroad, from the parameters, the change and the slope of hiring odds; None where an announcement moves no belief.
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

    def value(self, parameters: Parameters) -> float:
        """The value without a policy."""
        return getattr(parameters, self.default) if isinstance(self.default, str) else self.default


@dataclass(frozen=True)
class ProgrammeLever:
    """A lever that every programme of some kinds has; `low` and `high` by kind where they differ."""

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


@dataclass(frozen=True)
class Instrument:
    """Levers of one subject, what they cost, and what of it a policy may put a price on.

    cost: items and money of a year, for the simulated persons. counts: by item, how many of it there are in a year,
    simulated; a policy states the price of one. after_end: items that are still paid after the policy has ended.
    """

    name: str
    levers: tuple[Lever, ...] = ()
    cost: Callable[[Account], Iterator[tuple[str, float]]] | None = None
    counts: Mapping[str, Callable[[Account], int]] = field(default_factory=dict, hash=False)
    after_end: frozenset[str] = frozenset()
