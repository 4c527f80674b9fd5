"""Beliefs about a post at home: they learn from what happened to visible peers.

Peers are seen in cells of field x rank (before or in fixed-term faculty posts) x place (from home, or abroad or just
back). A cell's yearly success rate leans on its parent (all fields) as if that were `peer_weight` more persons; the
chance over the `horizon` follows from the rate. People move toward what they see at the pace `learning`, for peers
abroad slowed by how few ties they have there. Pessimism is not here: it multiplies belief when a person chooses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from sim import kernels
from sim.vocabulary import Field, Stage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.population.columns import Columns
    from sim.year import Year

F32 = np.float32


def cell_of(people: Columns, rows: NDArray[np.intp], year: int) -> NDArray[np.int64]:
    """The cell in which others see these people, as a flat index into (field, rank group, place)."""
    return kernels.cell_of(
        rows,
        people.stage,
        people.region,
        people.field,
        people.returned_year,
        year,
        int(Stage.UNPLACED),
        int(Stage.FIXED_TERM),
    )


@dataclass
class Beliefs:
    """What visible peers show. rate: (fields, 2, 2) yearly chance of a lasting post by field, rank group, place.

    heard: log odds that announced rules add to the chance of those who go, not yet confirmed by experience.
    """

    rate: NDArray[np.float64]
    horizon: float
    announced_log_odds: float = 0.0

    @classmethod
    def founded(cls, rate: float, horizon: float) -> Self:
        """Before anything was seen: one rate everywhere."""
        return cls(np.full((len(Field), 2, 2), rate), horizon)

    def copy(self) -> Beliefs:
        """An independent copy."""
        return Beliefs(self.rate.copy(), self.horizon, self.announced_log_odds)

    def table(self) -> NDArray[np.float32]:
        """Chance of a lasting post within the horizon, (fields, 2, 2), announced rules included."""
        chance: NDArray[np.float64] = 1 - (1 - self.rate) ** self.horizon
        chance[:, :, 1] = _shifted(chance[:, :, 1], self.announced_log_odds)
        table: NDArray[np.float32] = chance.astype(F32)
        return table

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
            people.belief_away = _shifted(people.belief_away, shift).astype(F32)

    def learn(self, people: Columns, year: Year) -> None:
        """Take in the year's outcomes, then let everyone who may move learn from visible peers."""
        p, tally = year.parameters, year.tally
        persons, hits = tally.searches / year.scale, tally.successes / year.scale
        parent = hits.sum(axis=0) / np.maximum(persons.sum(axis=0), 1e-9)
        parent = np.where(persons.sum(axis=0) > 0, parent, self.rate.mean(axis=0))
        seen = (hits + p.peer_weight * parent) / (persons + p.peer_weight)
        self.rate += p.learning * (seen - self.rate)
        self.announced_log_odds *= 1 - p.learning
        pace = np.full(len(Stage), p.learning, F32)
        pace[[Stage.PERMANENT, Stage.LEFT]] = 0  # they have no need to learn
        table = self.table()
        shown_home = np.repeat(table[:, :1, 0], len(Stage), axis=1)
        shown_home[:, Stage.FIXED_TERM] = table[:, 1, 0]
        shown_away = np.ascontiguousarray(table[:, 0, 1])
        kernels.learn(
            people.belief_home,
            people.belief_away,
            people.stage,
            people.field,
            people.ties_abroad,
            pace,
            shown_home,
            shown_away,
            F32(1 - p.visibility),
        )


def _shifted[T: np.floating](chance: NDArray[T], log_odds: float) -> NDArray[T]:
    """The chance moved by some log odds."""
    if not log_odds:
        return chance
    grown = chance * np.exp(log_odds)
    return grown / (1 - chance + grown)  # type: ignore[no-any-return]
