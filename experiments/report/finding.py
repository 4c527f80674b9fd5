"""What an answer says first of a policy: the numbers that matter for it, by one rule; its cost; who gains and loses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from experiments.analysis.names import BILLION, COST, GAINING, LOSING, RETURNS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from experiments.report.caution import Caution
    from experiments.report.numbers import Row
    from experiments.request.comparison import Arm

NUMBERS = 4
"""Outcomes that are shown of each policy."""
STATUSES = ("doctoral", "postdoc", "fixed-term", "permanent", "between posts", "industry", "abroad")
"""What a person can be when lives part: each is one of these at most."""
_A_THEME = 2  # outcomes of one theme among the numbers of a policy
_RANKS = {"higher": 3, "lower": 3, "probably higher": 2, "probably lower": 2, "too few sets": 2, "open": 1}
_NEVER = ("money", "distribution")
_MORE = {"higher", "too few sets"}
_FAMILY = re.compile(r"_\d+$")


@dataclass(frozen=True)
class Finding:
    """What is said first of one arm. rows: of the table of effects, by outcome (the group is all of them).

    per_billion: more returns for each billion of the currency; None where cost or returns are not surely higher.
    most_lose: the status with most people who lose, and its row. window: first and last year.
    """

    arm: Arm
    window: tuple[int, int]
    numbers: Mapping[str, Row]
    cost: Row | None
    per_billion: float | None
    gaining: Row | None
    losing: Row | None
    most_lose: tuple[str, Row] | None
    cautions: Sequence[Caution] = ()


def found(
    arm: Arm, rows: Mapping[tuple[str, str], Row], listed: Sequence[str], cautions: Sequence[Caution] = ()
) -> Finding:
    """The finding of an arm. rows: of one window, by outcome and group. listed: outcomes that may be chosen from."""
    whole = {outcome: row for (outcome, group), row in rows.items() if group == "all"}
    one = next(iter(rows.values()))
    losing = {status: rows[LOSING, status] for status in STATUSES if (LOSING, status) in rows}
    worst = max(losing, key=lambda status: float(losing[status]["effect"]), default=None)
    cost = whole.get(COST)
    return Finding(
        arm,
        (int(one["first"]), int(one["last"])),
        {name: whole[name] for name in chosen(whole, listed)},
        cost,
        _per_billion(whole.get(RETURNS), cost),
        whole.get(GAINING),
        whole.get(LOSING),
        (worst, losing[worst]) if worst is not None and losing[worst]["effect"] > 0 else None,
        cautions,
    )


def chosen(rows: Mapping[str, Row], listed: Sequence[str]) -> list[str]:
    """The outcomes that matter for an arm: returns, and those that move most beside what matters of each.

    Surer ones come first (sure, probable, open), among these those that are the largest multiple of their size that
    matters; of outcomes that differ in the year they look at one is taken, and of a theme two at most. Money and who
    gains and loses are shown apart.
    """
    from sim.measures.outcomes import CATALOGUE

    order = {name: number for number, name in enumerate(dict.fromkeys(listed))}
    may = [name for name in order if name in rows and CATALOGUE[name].theme not in _NEVER and name != RETURNS]
    may.sort(key=lambda name: (-_RANKS.get(rows[name]["certainty"], 0), -multiple(rows[name]), order[name]))
    taken = [RETURNS] if RETURNS in rows else []
    for most in (_A_THEME, len(may)):  # should themes leave places free, they are filled in order
        for name in may:
            theme = CATALOGUE[name].theme
            alike = [other for other in taken if CATALOGUE[other].theme == theme]
            family = {_FAMILY.sub("", other) for other in taken}
            if len(taken) < NUMBERS and name not in taken and len(alike) < most and _FAMILY.sub("", name) not in family:
                taken.append(name)
    return taken


def multiple(row: Row) -> float:
    """How many times the size that matters an effect is."""
    return abs(float(row["effect"])) / float(row["size"]) if row["size"] > 0 else float(row["effect"] != 0)


def _per_billion(returns: Row | None, cost: Row | None) -> float | None:
    if returns is None or cost is None or cost["low"] <= 0:
        return None
    if not {returns["certainty"], cost["certainty"]} <= _MORE:
        return None
    return float(returns["effect"]) / (float(cost["effect"]) / BILLION)
