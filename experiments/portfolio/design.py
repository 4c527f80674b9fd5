"""Two-level designs: which policies hold together in which run, and what a fraction cannot tell apart.

A run is a set of policies that hold. A fraction holds those runs in which every word of its defining relation has the
sign that the run without any policy gives it, so that run is always among them (Box, Hunter & Hunter 2005, Statistics
for Experimenters, 2nd ed., ch. 6). An effect is confounded with its product with every word: that is the alias.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Final, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Signs = NDArray[np.int64]

type Effect = frozenset[int]
"""Places of the policies that an effect is of: one for a main effect, two for a pair."""

FULL: Final = 5
"""Policies up to which every combination is run."""
MOST: Final = 10
"""Policies of the largest fraction."""
FEWEST: Final = 2
RESOLUTIONS: Final = (4, 5)

_LETTERS = "ABCDEFGHJK"
_GENERATORS: Mapping[tuple[int, int], tuple[str, ...]] = {
    (6, 4): ("ABC", "BCD"),
    (7, 4): ("ABC", "BCD", "ACD"),
    (8, 4): ("BCD", "ACD", "ABC", "ABD"),
    (9, 4): ("BCDE", "ACDE", "ABDE", "ABCE"),
    (10, 4): ("ABCD", "ABCE", "ABDE", "ACDE", "BCDE"),
    (6, 5): ("ABCDE",),
    (7, 5): ("ABCDEF",),
    (8, 5): ("ABCD", "ABEF"),
    (9, 5): ("ACDFG", "BCEFG"),
    (10, 5): ("ABCG", "BCDE", "ACDF"),
}
"""By number of policies and resolution wanted: the columns that make those after the first ones.

Resolution 4: NIST Dataplot, index of smallest designs (DEXRES4). 5: NIST/SEMATECH e-Handbook of Statistical Methods,
5.3.3.4.7, recalled. A test works out the resolution of each.
"""


@dataclass(frozen=True)
class Design:
    """Runs of some policies. runs: (runs, policies), whether a policy holds; the first holds none.

    words: the defining relation of a fraction; empty where every combination is run.
    """

    policies: tuple[str, ...]
    runs: NDArray[np.bool_]
    words: tuple[Effect, ...] = ()

    @classmethod
    def of(cls, policies: Sequence[str], resolution: int = 5) -> Self:
        """All combinations of two to five policies; of more the smallest fraction of a resolution, 4 or 5.

        Raises ValueError, in a sentence, for a number of policies that has no design.
        """
        number = len(policies)
        if not FEWEST <= number <= MOST:
            raise ValueError(f"a factorial takes {FEWEST} to {MOST} policies, not {number}.")
        if number <= FULL:
            return cls(tuple(policies), _combinations(number))
        generators = _GENERATORS[number, resolution]
        free = number - len(generators)
        signs = _as_signs(_combinations(free))
        made = [frozenset(_LETTERS.index(letter) for letter in word) for word in generators]
        # the sign of a word is that of the run without policies: minus one for each of its letters
        columns = [(-1) ** (len(word) + 1) * signs[:, sorted(word)].prod(axis=1) for word in made]
        runs = np.column_stack([signs, *columns]) > 0
        words = _products([word | {free + place} for place, word in enumerate(made)])
        return cls(tuple(policies), runs, words)

    @property
    def is_full(self) -> bool:
        """Whether every combination is run."""
        return not self.words

    @property
    def resolution(self) -> int | None:
        """Letters of the shortest word; None where nothing is confounded."""
        return min(map(len, self.words), default=None)

    @cached_property
    def signs(self) -> Signs:
        """1 where a policy holds, -1 where not, (runs, policies)."""
        return _as_signs(self.runs)

    @property
    def mains(self) -> list[Effect]:
        """The main effects, in the order of the policies."""
        return [frozenset({place}) for place in range(len(self.policies))]

    @property
    def pairs(self) -> list[Effect]:
        """The effects of two policies together."""
        return [frozenset(two) for two in combinations(range(len(self.policies)), 2)]

    def aliases(self, effect: Effect) -> list[Effect]:
        """Main and pair effects that this one cannot be told apart from, the shortest first."""
        confounded = [effect ^ word for word in self.words]
        return sorted((one for one in confounded if 0 < len(one) <= 2), key=lambda one: (len(one), sorted(one)))

    def weights(self, effect: Effect) -> NDArray[np.float64]:
        """What each run counts in an effect, (runs,): they add up to zero.

        Of one policy: the mean of the runs with it less that of the runs without it. Of two, a and b: what both bring
        beyond the sum of what each brings alone, both - a alone - b alone + neither, each a mean over the runs of the
        others.
        """
        cells = 2 ** len(effect)
        counts: NDArray[np.float64] = self.signs[:, sorted(effect)].prod(axis=1) * cells / len(self.runs)
        return counts

    def run_of(self, policies: Effect) -> int | None:
        """The place of the run that holds just these policies; None where it is not in the design."""
        wanted = np.isin(np.arange(len(self.policies)), list(policies))
        found = np.flatnonzero((self.runs == wanted).all(axis=1))
        return int(found[0]) if len(found) else None

    def named(self, run: int) -> tuple[str, ...]:
        """The policies of a run."""
        return tuple(name for name, holds in zip(self.policies, self.runs[run], strict=True) if holds)


def _combinations(number: int) -> NDArray[np.bool_]:
    """Every combination, (2^number, number), in Yates's order: the first policy changes fastest."""
    held: NDArray[np.bool_] = np.arange(2**number)[:, None] >> np.arange(number) & 1 == 1
    return held


def _as_signs(runs: NDArray[np.bool_]) -> Signs:
    return np.where(runs, 1, -1)


def _products(words: Sequence[Effect]) -> tuple[Effect, ...]:
    """All words that some generate, without the empty one: letters that stand twice cancel."""
    found: list[Effect] = []
    for word in words:
        found += [word, *(word ^ other for other in found)]
    return tuple(found)
