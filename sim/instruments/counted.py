"""What a policy may put a price on: anything that is counted in a year, by a name and, after a dot, whose it is.

`hires` are all of the year, `hires.research_university` those of one kind of employer; spaces are underscores. Beside
these stand the items that instruments count themselves (`Instrument.counts`).
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from sim.instruments.programmes import drawn_on
from sim.population.cells import Cells
from sim.vocabulary import GROUPS, HOME, Mode, Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from sim.instruments.lever import Account, Item
    from sim.world.programmes import ProgrammeRecord
    from sim.world.world import World

YEAR: Final = "year"
"""The item of a sum a year."""
PROGRAMME, STAGE, REGION, TIER = "programme", "stage", "region", "tier"
_FOREIGN_GRADUATES = 1  # place in `Tally.graduates`
_OF_FOREIGN_ORIGIN, _OF_HOME_ORIGIN = range(2)  # places in `Account.heads`
_STUDY_OR_RESEARCH = [stage for stage in Stage if stage not in (Stage.INDUSTRY, Stage.LEFT)]
_AWAY = (Mode.DEGREE, Mode.FELLOWSHIP, Mode.TRANSFER, Mode.VISIT)


class Counted(NamedTuple):
    """Something that is counted.

    title, title_ja: what one of it is. unit: of its price, with {currency} for that of the country. whole: whether it
    has a number of its own, without a dot. of: by which kinds of labels it is told apart. number: simulated, of all
    (None) or of a kind of label and its code.
    """

    title: str
    title_ja: str
    unit: str
    whole: bool
    of: tuple[str, ...]
    number: Callable[[Account, str, int | None], float]


def _awards(account: Account, _: str, code: int | None) -> float:
    return float(account.year.tally.awards[code].sum())


def _applications(account: Account, _: str, code: int | None) -> float:
    return float(account.year.tally.applications[code].sum())


def _holders(account: Account, _: str, code: int | None) -> float:
    return float(drawn_on(account)[code].sum())


def _hires(account: Account, _: str, code: int | None) -> float:
    by_tier = account.year.tally.hires.reshape(Cells.of(account.year.world).shape).sum(axis=(1, 2))
    return float(by_tier.sum() if code is None else by_tier[code])


def _arrivals(account: Account, kind: str, code: int | None) -> float:
    flow = account.year.tally.arrivals
    return float(flow.sum() if code is None else flow[code].sum() if kind == STAGE else flow[:, code].sum())


def _returns(account: Account, _: str, code: int | None) -> float:
    return _of_region(account.year.tally.returns[list(_AWAY)], code)


def _departures(account: Account, _: str, code: int | None) -> float:
    return _of_region(account.year.tally.departures[list(_AWAY)], code)


def _visits(account: Account, _: str, code: int | None) -> float:
    return _of_region(account.year.tally.visits, code)


def _of_region(flow: NDArray[np.int64], code: int | None) -> float:
    return float(flow.sum() if code is None else flow[:, code].sum())


def _entrants(account: Account, _kind: str, _code: int | None) -> float:
    return float(account.year.tally.entrants[:3].sum())


def _graduates(account: Account, _kind: str, _code: int | None) -> float:
    return float(account.year.tally.graduates.sum())


def _foreign_graduates(account: Account, _kind: str, _code: int | None) -> float:
    return float(account.year.tally.graduates[_FOREIGN_GRADUATES])


def _persons(account: Account, _: str, code: int | None) -> float:
    return float(account.heads[:, HOME, code].sum())


def _foreign(account: Account, _: str, code: int | None) -> float:
    here = account.heads[_OF_FOREIGN_ORIGIN, HOME]
    return float(here[_STUDY_OR_RESEARCH].sum() if code is None else here[code])


def _abroad(account: Account, _: str, code: int | None) -> float:
    away = account.heads[_OF_HOME_ORIGIN][:, _STUDY_OR_RESEARCH].sum(axis=1)
    return float(away.sum() - away[HOME] if code is None else away[code])


def _leaders(account: Account, _kind: str, _code: int | None) -> float:
    people = account.people
    leads = (people.stage == Stage.TENURE_TRACK) | (people.stage == Stage.PERMANENT)
    return float(np.count_nonzero(leads & ((people.region == HOME) | people.post_kept)))


def _year(account: Account, _kind: str, _code: int | None) -> float:
    return account.year.scale  # over the scale it is one


COUNTED: Final[dict[str, Counted]] = {
    "awards": Counted("a new award", "新規採択（1件）", "{currency} per award", False, (PROGRAMME,), _awards),
    "holders": Counted(
        "a person, stay or team on the programme, a year",
        "事業の採用者・滞在・チーム（1件・年）",
        "{currency} per award and year",
        False,
        (PROGRAMME,),
        _holders,
    ),
    "applications": Counted(
        "an application", "応募（1件）", "{currency} per application", False, (PROGRAMME,), _applications
    ),
    "hires": Counted(
        "a person hired into a post at home",
        "国内のポストへの採用（1人）",
        "{currency} per hire",
        True,
        (TIER,),
        _hires,
    ),
    "arrivals": Counted(
        "a foreigner who comes in", "入国する外国人（1人）", "{currency} per arrival", True, (STAGE, REGION), _arrivals
    ),
    "returns": Counted(
        "a person of home origin who comes back from a year or more",
        "1年以上の滞在からの帰国者（1人）",
        "{currency} per return",
        True,
        (REGION,),
        _returns,
    ),
    "departures": Counted(
        "a person of home origin who leaves for a year or more",
        "1年以上の渡航者（1人）",
        "{currency} per departure",
        True,
        (REGION,),
        _departures,
    ),
    "visits": Counted(
        "a stay abroad of months", "数か月の海外滞在（1件）", "{currency} per visit", True, (REGION,), _visits
    ),
    "entrants": Counted(
        "a doctoral entrant at home", "国内の博士後期課程入学者（1人）", "{currency} per entrant", True, (), _entrants
    ),
    "graduates": Counted(
        "a doctorate awarded at home", "国内で授与された博士号（1件）", "{currency} per doctorate", True, (), _graduates
    ),
    "foreign_graduates": Counted(
        "of them, one of a foreigner",
        "うち外国人の博士号（1件）",
        "{currency} per doctorate",
        True,
        (),
        _foreign_graduates,
    ),
    "persons": Counted(
        "a person at home in a stage, a year",
        "国内のある段階の者（1人・年）",
        "{currency} per person and year",
        False,
        (STAGE,),
        _persons,
    ),
    "foreign": Counted(
        "a foreigner in study or research at home, a year",
        "国内で学ぶ・研究する外国人（1人・年）",
        "{currency} per foreigner and year",
        True,
        (STAGE,),
        _foreign,
    ),
    "abroad": Counted(
        "a person of home origin in study or research abroad, a year",
        "海外で学ぶ・研究する自国出身者（1人・年）",
        "{currency} per researcher abroad and year",
        True,
        (REGION,),
        _abroad,
    ),
    "leaders": Counted(
        "a tenure-track or permanent member at home, a year",
        "国内のテニュアトラック・無期の研究者（1人・年）",
        "{currency} per leader and year",
        True,
        (),
        _leaders,
    ),
    YEAR: Counted("a year in force", "実施期間（1年）", "{currency} per year", True, (), _year),
}
"""What is counted, by its name."""

_AFTER_END: Final = frozenset({"holders"})
_NEVER: Final = {
    "persons": (Stage.LEFT,),
    "foreign": (Stage.LEFT,),
    "arrivals": (Stage.LEFT, Stage.UNPLACED),
}
"""Stages of which nothing is counted that anybody could pay for: who has left research, and who comes into none."""


def of_instruments() -> dict[str, Item]:
    """What instruments count themselves, by item."""
    from sim import instruments  # the registry, which imports modules of this room

    return {item: about for instrument in instruments.INSTRUMENTS for item, about in instrument.counts.items()}


def taken() -> frozenset[str]:
    """What no programme may be called: what instruments book and policies price, and other groups of outcomes."""
    from sim import instruments  # as above

    booked = {item for instrument in instruments.INSTRUMENTS for item in instrument.books}
    return frozenset(booked).union(GROUPS, COUNTED, of_instruments())


def why_not(item: str) -> str:
    """Why nothing counts an item, as far as that can be told without a world; empty if it may."""
    head, dot, _ = item.partition(".")
    if item in of_instruments():
        return ""
    if (found := COUNTED.get(head)) is None:
        known = (*of_instruments(), *COUNTED)
        near = get_close_matches(head, known, n=3, cutoff=0.4)
        there = f"nearest: {', '.join(near)}" if near else f"a price may be put on {', '.join(known)}"
        return f"nothing counts {item!r}; {there}"
    if dot and not found.of:
        return f"{head} are counted as a whole only; write {head!r}"
    if not dot and not found.whole:
        return f"say which {found.of[0]}: {head}.{found.of[0].upper()}"
    return ""


def unit_of(item: str) -> str:
    """The unit of the price of an item, with {currency} for that of the country. Raises KeyError for none."""
    return (of_instruments().get(item) or COUNTED[item.partition(".")[0]]).unit


def labels(kind: str, world: World, programmes: Iterable[ProgrammeRecord]) -> Sequence[str]:
    """The labels of a kind, in the order of their codes, spaces as underscores."""
    names: dict[str, Iterable[str]] = {
        PROGRAMME: (record.name for record in programmes),
        STAGE: (stage.label for stage in Stage),
        REGION: world.regions,
        TIER: world.tiers,
    }
    return [name.replace(" ", "_") for name in names[kind]]


def countable(head: str, kind: str, world: World, programmes: Iterable[ProgrammeRecord]) -> Sequence[str]:
    """The labels of a kind that something may be counted of: whoever comes, goes or is away does so abroad, not at
    home, and in none of the stages in which nobody does.
    """
    known, never = labels(kind, world, programmes), {stage.label for stage in _NEVER.get(head, ())}
    return known[HOME + 1 :] if kind == REGION else [label for label in known if kind != STAGE or label not in never]


def unknown(item: str, world: World, programmes: Sequence[ProgrammeRecord]) -> str:
    """The sentence for an item that this world does not count, with the nearest that it does; empty if it does."""
    if why := why_not(item):
        return f"{why}."
    head, dot, label = item.partition(".")
    if item in of_instruments() or not dot:
        return ""
    known = [each for kind in COUNTED[head].of for each in countable(head, kind, world, programmes)]
    if label in known:
        return ""
    near = get_close_matches(label, known, n=3, cutoff=0.4) or known
    return f"there is no {' or '.join(COUNTED[head].of)} {label!r} to count {head} of; nearest: {', '.join(near)}."


def is_paid_on(item: str, brought: Iterable[ProgrammeRecord]) -> bool:
    """Whether an item is still paid after the policy that prices it has ended: what was promised is kept.

    brought: the programmes that the policy brings. Their last call is that of its last year, so whoever still holds one
    was awarded it while the policy ran; of others nobody can say so.
    """
    from sim import instruments  # as above

    promised = any(item in instrument.after_end for instrument in instruments.INSTRUMENTS)
    head, _, label = item.partition(".")
    return promised or (head in _AFTER_END and any(label == record.name for record in brought))


def number(item: str, account: Account) -> float:
    """How many of an item there are in a year, simulated. Raises KeyError for what nothing counts."""
    from sim import instruments  # as above

    for instrument in instruments.INSTRUMENTS:
        if (of_instrument := instrument.counts.get(item)) is not None:
            return float(of_instrument.number(account))
    head, _, label = item.partition(".")
    counted = COUNTED[head]
    if not label:
        return counted.number(account, "", None)
    for kind in counted.of:
        if label in (known := labels(kind, account.year.world, account.year.programmes)):
            return counted.number(account, kind, known.index(label))
    raise KeyError(item)


def items(world: World, programmes: Sequence[ProgrammeRecord] = ()) -> Iterable[str]:
    """Every item that may be priced in a world."""
    yield from of_instruments()
    for head, counted in COUNTED.items():
        if counted.whole:
            yield head
        for kind in counted.of:
            yield from (f"{head}.{label}" for label in countable(head, kind, world, programmes))
