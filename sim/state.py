"""The state of a model between two years: everything that a year starts from and that a fork copies."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from sim.population.waiting import Waiting
from sim.process.teams import Teams

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from sim.market.stakes import Stakes
    from sim.measures.questionnaires import Panel
    from sim.population.chronicle import Chronicle
    from sim.population.columns import Columns
    from sim.process.beliefs import Beliefs
    from sim.process.corridors import Corridors

_IMMUTABLE = (int, float, str, bool, type(None), tuple, frozenset, np.generic)


@dataclass
class State:
    """Where a model stands after a finished year.

    A field is a number, a mapping of copies, or an object with a `copy` that shares nothing that can change.
    """

    year: int
    """The last finished year."""
    people: Columns
    beliefs: Beliefs
    chronicle: Chronicle
    panel: Panel | None
    """Whom the statistical surveys follow; None where they are not kept."""
    corridors: Corridors
    """How many came from each region in the last years."""
    known_abroad: NDArray[np.float64]
    """(regions,) people of home origin in each region when the model began, real persons: how well home is known there.
    Never written to."""
    levers: Mapping[str, float]
    """The levers that belong to no programme in the last finished year, beside which those of the next are news; never
    written to."""
    founded_coverage: float
    """Share of the eligible doctoral students with a stipend when the model began, in 0-1."""
    known_coverage: float
    """What has become known of the share of doctoral students with a stipend, in 0-1."""
    known_stipend: float
    """What has become known of the level of a stipend, millions of the home currency a year."""
    usual: Stakes = None  # type: ignore[assignment]  # set as soon as there are people
    """What looking would have brought typical people when the model began; never written to."""
    teams: Teams = field(default_factory=Teams.none)
    """Who leads a joint project, is on an exchange or holds a second appointment."""
    waiting: Waiting = field(default_factory=Waiting.none)
    """Who waits for a permit, and in which year it is due."""
    odds: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    """By programme: known chance of winning by class of merit, (CLASSES,)."""
    hiring_odds_slope: float = 0.0
    """Log odds of being hired into a lasting post per unit of the ranking score, in the last year that showed it."""
    returnees: dict[int, NDArray[np.int64]] = field(default_factory=dict)
    """By year of return, (2,): people of home origin who came back, in all and from a fellowship of a year or more;
    simulated persons."""
    foreign_graduates: dict[int, int] = field(default_factory=dict)
    """By year: foreigners who took a doctorate at home; simulated persons."""
    reputation: NDArray[np.float64] | None = None
    """(regions,) what home is reputed to be in each, log income; None while no policy has moved it."""
    hosted: NDArray[np.float64] | None = None
    """(tiers,) foreigners per leader before hosting took hours; None where it takes none."""

    def copy(self) -> Self:
        """An independent copy: what happens to one of the two leaves the other as it is."""
        return type(self)(**{part.name: _copied(getattr(self, part.name), part.name) for part in fields(self)})


def _copied(value: Any, name: str) -> Any:  # noqa: ANN401
    if isinstance(value, _IMMUTABLE):
        return value
    if isinstance(value, dict):
        return {key: _copied(part, name) for key, part in value.items()}
    if not hasattr(value, "copy"):
        raise TypeError(f"{name} of the state holds a {type(value).__name__}, which has no copy; give it one.")
    return value.copy()
