"""Numbers as a reader meets them: shares in per cent, money in billions, differences with a sign and no more digits
than they can bear.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from experiments.analysis.certainty import BARS, reaches
from experiments.report.language import Words

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    type Row = pd.Series[Any] | Mapping[str, Any]
    """A row of a table of effects, by column."""

_SHARE = "share"
_NOISE = 1e-6  # of a per cent: what sums of weights leave
_SAME = 1e-3  # of the largest number, below which two are shown alike
_WHOLE = ("persons/yr", "persons", "papers/yr")  # units that are counted: their levels have no decimals
_MOST, _MOST_OF_SMALL = 3, 5  # decimals


@dataclass(frozen=True)
class Scale:
    """How a unit is shown. label: of a level; of_difference: of an effect, where shares are percentage points.

    decimals: of a level; None where it has two digits, as it may be small.
    """

    label: str
    of_difference: str
    factor: float
    decimals: int | None

    @classmethod
    def of(cls, outcome: str, unit: str, words: Words | None = None) -> Scale:
        """How an outcome in this unit is shown in a language; English if none."""
        from sim.measures.catalogue import Kind
        from sim.measures.outcomes import CATALOGUE

        words = words or Words()
        known = words.table("unit")
        if unit == _SHARE:
            return cls(known[_SHARE], known["points"], 100, 1)
        if CATALOGUE[outcome].kind is Kind.MONEY:
            currency = words.currency or unit.partition("/")[0]
            label = known["money"].format(currency=currency)
            return cls(label, label, 10.0 ** -int(words.say("money_power")), 1)
        label = known.get(unit, unit)
        return cls(label, label, 1, 0 if unit in _WHOLE else None)

    def number(self, value: float, *, signed: bool = False, decimals: int | None = None) -> str:
        """A value in this unit, thousands separated; never a negative zero."""
        places = self.decimals if decimals is None else decimals
        if places is None:
            places = self.digits(value)
        rounded = round(value * self.factor, places) + 0.0
        return f"{rounded:{'+' if signed else ''},.{places}f}"

    def digits(self, *values: float) -> int:
        """Decimals that show the largest of these with two digits and how far they lie apart with one; counts of ten
        and more are whole.
        """
        known = [value * self.factor for value in values if value == value]
        largest, apart = max(map(abs, known), default=0.0), max(known, default=0.0) - min(known, default=0.0)
        if not largest:
            return 0
        places = 1 - math.floor(math.log10(largest))
        if apart > largest * _SAME and self.factor != 1:
            places = max(places, -math.floor(math.log10(apart)))
        return min(max(places, 0), _MOST if self.decimals is not None else _MOST_OF_SMALL)


@dataclass(frozen=True)
class Shown:
    """One effect as text. number: with its sign; bare: without; range: from low to high, empty where there is none."""

    number: str
    bare: str
    range: str
    unit: str
    level: str

    @classmethod
    def of(cls, row: Row, outcome: str, words: Words) -> Shown:
        """The effect of a row of a table of effects."""
        scale = Scale.of(outcome, row["unit"], words)
        effect, low, high = (float(row[name]) for name in ("effect", "low", "high"))
        places = scale.digits(effect, low, high)
        signed = scale.number(min(low, effect), decimals=places).startswith("-")
        ends = [scale.number(end, signed=signed and end > 0, decimals=places) for end in (low, high)]
        between = "" if math.isnan(low) else words.say("range", low=ends[0], high=ends[1])
        return cls(
            scale.number(effect, signed=True, decimals=places),
            scale.number(abs(effect), decimals=places),
            between,
            scale.of_difference,
            f"{scale.number(float(row['reference']))} {scale.label}",
        )


def sentence(row: Row, outcome: str, words: Words, group: str = "all") -> str:
    """One effect in words, which claim a direction only where the ensemble agrees on it."""
    shown, certainty = Shown.of(row, outcome, words), str(row["certainty"])
    share = percent(float(row["agreement"]))
    agree = words.say("agree_single" if row["sets"] == 1 else "agree", share=share)
    directed = certainty.rpartition(" ")[2] in ("higher", "lower")
    return words.say(
        f"sentence.{certainty}",
        outcome=words.outcome(outcome, group),
        effect=shown.bare if directed else shown.number,
        unit=shown.unit,
        range=shown.range or words.say("no_range"),
        agree=agree,
    )


def percent(share: float) -> str:
    """A share of the sets in per cent, rounded down, with as many decimals as keep it on its side of each bar of the
    words for how sure an effect is: never all of them, or enough of them, where that is not so.
    """
    if math.isnan(share):
        return "?"
    sides = [reaches(share, bar) for bar in BARS]
    places = 0
    while sides != [reaches(_down(share, places) / 100, bar) for bar in BARS]:
        places += 1
    return f"{_down(share, places):.{places}f}"


def _down(share: float, places: int) -> float:
    """A share in per cent, rounded down to so many decimals."""
    finer = 10.0**places
    return math.floor(share * 100 * finer + _NOISE) / finer


def records(table: pd.DataFrame) -> list[Row]:
    """The rows of a table, one by one."""
    return cast("list[Row]", table.to_dict("records"))
