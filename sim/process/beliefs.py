"""Beliefs about a post at home: they learn from what happened to visible peers. The rules are `sim.rules.beliefs`.

Peers are seen in groups by field, rank (before or in fixed-term faculty posts) and place (from home, or abroad or just
back). People move toward what they see at the pace `learning`, for peers abroad slowed by how few ties they have there.
Pessimism is not here: it multiplies belief when a person chooses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import numpy as np

from sim.engine.compiler import compiled, full_width
from sim.engine.layout import record
from sim.population.columns import Attributes, over_people
from sim.rules.beliefs import (
    chance_within,
    moved_by_odds,
    moved_towards,
    observed_rate,
    sight_of_peers_abroad,
)
from sim.vocabulary import Stage
from sim.world.derived import derived

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.engine.layout import Record
    from sim.population.columns import Columns
    from sim.world.parameters import Parameters
    from sim.world.world import World
    from sim.year import Year

F32 = np.float32


@dataclass
class Beliefs:
    """What visible peers show. rate: (fields, 2, 2) yearly chance of a lasting post by field, rank group, place.

    announced_log_odds: what announced rules add to the log odds of those who go, not yet confirmed by experience.
    """

    rate: NDArray[np.float64]
    horizon: float
    announced_log_odds: float = 0.0
    _table: NDArray[np.float32] | None = field(default=None, repr=False, compare=False)

    @classmethod
    def founded(cls, fields: int, rate: float, horizon: float) -> Self:
        """Before anything was seen: one rate everywhere."""
        return cls(np.full((fields, 2, 2), rate), horizon)

    def copy(self) -> Beliefs:
        """An independent copy."""
        return Beliefs(self.rate.copy(), self.horizon, self.announced_log_odds)

    def table(self) -> NDArray[np.float32]:
        """Chance of a lasting post within the horizon, (fields, 2, 2), announced rules included; to read only."""
        if self._table is None:
            chance: NDArray[np.float64] = chance_within(self.rate, self.horizon)  # type: ignore[arg-type, assignment]
            if self.announced_log_odds:
                chance[:, :, 1] = moved_by_odds(chance[:, :, 1], np.exp(self.announced_log_odds))  # type: ignore[arg-type]
            self._table = chance.astype(F32)
            self._table.setflags(write=False)
        return self._table

    def chances(self, field: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The chances shown to people of these fields before the first post: of who stays, and of who goes."""
        stay, go = self.table()[:, 0].T
        return stay.take(field, mode="clip"), go.take(field, mode="clip")

    def announce(self, people: Columns, shift: float) -> None:
        """An announced rule becomes known: the chance that those who go believe in moves ahead of experience.

        shift: in log odds, as the lever that moves says it.
        """
        if shift:
            self.announced_log_odds += shift
            self._table = None
            _hear(people, np.exp(shift))

    def learn(self, people: Columns, year: Year) -> None:
        """Take in the year's outcomes, then let everyone who may move learn from visible peers."""
        p, tally = year.parameters, year.tally
        _take_in(self.rate, tally.searches, tally.successes, year.scale, p.peer_weight, p.learning)
        self.announced_log_odds *= 1 - p.learning
        self._table = None
        _learn(people, self.table(), _pace(year.world, p))


@derived
def _pace(_: World, p: Parameters) -> Record:
    return record(learning=p.learning, unseen=1 - p.visibility)


@compiled
def _take_in(
    rate: NDArray[np.float64],
    searches: NDArray[np.int64],
    successes: NDArray[np.int64],
    scale: float,
    weight: float,
    learning: float,
) -> None:
    """Rates move toward the year's successes, which count at full size; groups without a search lean on what was known
    of their like. Arrays: (fields, 2, 2).
    """
    fields = len(rate)
    for rank in range(2):
        for place in range(2):
            looked, found, known = 0.0, 0.0, 0.0
            for one in range(fields):
                looked += searches[one, rank, place] / scale
                found += successes[one, rank, place] / scale
                known += rate[one, rank, place]
            parent = found / looked if looked > 0 else known / fields
            for one in range(fields):
                number, hits = searches[one, rank, place] / scale, successes[one, rank, place] / scale
                seen = observed_rate(hits, number, parent, weight)
                rate[one, rank, place] = moved_towards(rate[one, rank, place], seen, learning)


@over_people
def _hear(people: Attributes, ratio: float) -> None:
    """Everybody's odds of a post after a time abroad are multiplied."""
    for i in range(len(people.belief_away)):
        people.belief_away[i] = moved_by_odds(people.belief_away[i], ratio)


@over_people
def _learn(people: Attributes, shown: NDArray[np.float32], pace: Record) -> None:
    """Beliefs move toward what is shown, (fields, 2, 2); who holds a permanent post or left has no need to learn."""
    full_width()
    n = len(people.stage)
    sight = np.empty(n, np.float32)
    for i in range(n):  # a loop of its own, so that it is compiled to vector instructions
        sight[i] = sight_of_peers_abroad(people.ties_abroad[i], pace.unseen)
    home, away = np.empty(2 * len(shown), np.float32), shown[:, 0, 1].copy()
    for one in range(len(shown)):
        home[2 * one], home[2 * one + 1] = shown[one, 0, 0], shown[one, 1, 0]
    for i in range(n):
        stage = people.stage[i]
        settled = (stage == Stage.PERMANENT) | (stage == Stage.LEFT)
        learning = np.float32(0) if settled else pace.learning
        field = people.field[i]
        peers = home[2 * field + (stage == Stage.FIXED_TERM)]
        people.belief_home[i] = moved_towards(people.belief_home[i], peers, learning)
        people.belief_away[i] = moved_towards(people.belief_away[i], away[field], learning * sight[i])
