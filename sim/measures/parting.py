"""Where two lives of one person part: the first year in which they differ, in which decision, and over which offer.

Both models are forks of one past and kept their chronicles. Draws are keyed by person, year and decision, so whatever
differs first comes from something that the person was offered, saw or was given, and not from luck.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from sim.model import BrainCirculation

DECISIONS = ("before the market", "looking", "offer", "choice", "outcome")
"""In the order of a year. Before the market: a contract, a degree or a stay ended another way. Looking: one life looked
for something else and the other did not. Offer: one life held an offer that the other did not. Choice: of the same
offers another was taken. Outcome: anything else that the chronicle noted."""

_BEFORE = ("graduated", "renewed", "contract ended", "retired", "entered")

Option = tuple[str, str, str]


def parting(mine: BrainCirculation, theirs: BrainCirculation) -> pd.DataFrame:
    """The first point at which each person's two lives part, one row a person whose lives do.

    Columns: identity, year, decision (see `DECISIONS`), mine and theirs: what only that life had, in words. Raises
    ValueError for models that are no forks of one state at the same year, or that kept no chronicle of everybody.
    """
    import pandas as pd

    years = _years(mine, theirs)
    events = [_events(life, years) for life in (mine, theirs)]
    found: dict[int, tuple[int, str, str, str]] = {}
    for year in years:
        options = [_options(life, year) for life in (mine, theirs)]
        people = set().union(*(life.keys() for life in options), *(life[year].keys() for life in events)) - found.keys()
        for identity in sorted(people):
            one, other = (life.get(identity) for life in options)
            noted = events[0][year].get(identity, []), events[1][year].get(identity, [])
            if (what := _difference(one, other, *noted)) is not None:
                found[identity] = (year, *what)
    rows = [(identity, *what) for identity, what in found.items()]
    return pd.DataFrame(rows, columns=["identity", "year", "decision", "mine", "theirs"])


def share_parted(mine: BrainCirculation, theirs: BrainCirculation) -> pd.DataFrame:
    """The share of people in research at the fork whose lives have parted, by year: year, persons, parted, share."""
    import pandas as pd

    years, first = _years(mine, theirs), parting(mine, theirs)
    assert mine.forked is not None  # noqa: S101  `_years` has seen to it
    there = mine.forked.identity
    when = first.loc[np.isin(first["identity"], there), "year"].to_numpy()
    parted = [int((when <= year).sum()) for year in years]
    table = pd.DataFrame({"year": years, "persons": len(there), "parted": parted})
    return table.assign(share=table["parted"] / len(there))


def _years(mine: BrainCirculation, theirs: BrainCirculation) -> list[int]:
    """The years after the fork, all of which both chronicles must hold."""
    if mine.forked is None or mine.forked is not theirs.forked or mine.year != theirs.year:
        raise ValueError("where lives part needs two forks of one model, run through the same year.")
    if not all(life.chronicle.enabled for life in (mine, theirs)):
        raise ValueError("no chronicle was kept: build the model with chronicle=True, or chronicle=[identities].")
    years = list(range(mine.fork_year + 1, mine.year + 1))
    missing = [year for year in years if any(year not in life.chronicle.offers for life in (mine, theirs))]
    if missing:
        raise ValueError(f"the chronicle dropped the offers of {missing[0]}: follow fewer people with chronicle=[...].")
    return years


def _options(life: BrainCirculation, year: int) -> dict[int, tuple[set[Option], Option]]:
    """By identity: the options that a person held in a year, and the one taken."""
    return life.chronicle.offers[year].options()


def _events(life: BrainCirculation, years: Iterable[int]) -> dict[int, dict[int, list[tuple[str, str]]]]:
    """By year and identity: the events noted, in order, and how they read."""
    frame = life.chronicle.to_frame()
    frame = frame[frame["year"].isin(list(years))]
    found: dict[int, dict[int, list[tuple[str, str]]]] = {year: defaultdict(list) for year in years}
    columns = (frame[name].tolist() for name in ("year", "identity", "event", "place", "detail"))
    for year, identity, event, place, detail in zip(*columns, strict=True):
        found[year][identity].append((event, f"{event} {place} {detail}".strip()))
    return found


def _difference(
    one: tuple[set[Option], Option] | None,
    other: tuple[set[Option], Option] | None,
    mine: list[tuple[str, str]],
    theirs: list[tuple[str, str]],
) -> tuple[str, str, str] | None:
    """The first decision of the year that differs, and what only either life had; None if nothing does."""
    early = [[said for event, said in events if event in _BEFORE] for events in (mine, theirs)]
    if early[0] != early[1]:
        return "before the market", *_only(*early)
    if (one is None) != (other is None):
        did, did_not = "looked around", "did not look around"
        return "looking", did if one else did_not, did if other else did_not
    if one is not None and other is not None:
        if one[0] != other[0]:
            return "offer", *_only(map(_said, sorted(one[0])), map(_said, sorted(other[0])))
        if one[1] != other[1]:
            return "choice", _said(one[1]), _said(other[1])
    said = [[words for _, words in events] for events in (mine, theirs)]
    return ("outcome", *_only(*said)) if said[0] != said[1] else None


def _said(option: Option) -> str:
    return " ".join(part for part in option if part)


def _only(mine: Iterable[str], theirs: Iterable[str]) -> tuple[str, str]:
    """What only one of the two lives had, in words."""
    one, other = list(mine), list(theirs)
    return "; ".join(x for x in one if x not in other), "; ".join(x for x in other if x not in one)
