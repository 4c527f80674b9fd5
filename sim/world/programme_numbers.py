"""The numbers that a programme's record may have: unit, least and most, and what each is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sim.world.programme_records import ProgrammeKind
from sim.world.units import CURRENCY

if TYPE_CHECKING:
    from sim.world.programme_records import ProgrammeRecord

MONEY = (1e-6, 1e9)
"""Least and most of an amount in millions of a currency, whichever it is."""
MONEY_A_YEAR = f"million {CURRENCY}/yr"
MOST_PLACES = 1e6


class Number(NamedTuple):
    """A number of a record: its unit, the least and the most that it may be, and what it is."""

    unit: str
    low: float
    high: float
    means: str

    def between(self, low: float, high: float) -> Number:
        """The same number with other bounds."""
        return self._replace(low=low, high=high)


NUMBERS: dict[str, Number] = {
    "unit_cost": Number(MONEY_A_YEAR, 0.0, MONEY[1], "all public money of an award (place, team) a year"),
    "income": Number(MONEY_A_YEAR, *MONEY, "income of a holder"),
    "selection_merit": Number("weight", 0.0, 5.0, "weight of merit in the ranking of who applied"),
    "selection_ties": Number(
        "weight", 0.0, 5.0, "weight of ties with the partner in the ranking; 1 where it is left out"
    ),
    "degree_within": Number("years", 0.0, 60.0, "years since the doctorate at most; 0 for any"),
    "guarantee": Number("probability", 0.0, 1.0, "chance that the award comes with a post on return"),
    "years": Number("years", 1.0, 8.0, "length of an award"),
    "research_money": Number(MONEY_A_YEAR, 0.0, MONEY[1], "part of the unit cost that pays for research"),
    "ties": Number("ties/yr", 0.0, 10.0, "ties abroad that it gives, beside those of the place"),
    "visits": Number("months/yr", 0.0, 11.0, "months on short stays with the partner"),
    "language": Number("share/yr", 0.0, 1.0, "share of the missing language that is learned"),
    "host_hours": Number("hours/yr", 0.0, 1000.0, "hours that it takes of leaders at home"),
    "tie_half_life": Number("years", 0.0, 100.0, "years in which ties fall to half while it runs; 0 for as usual"),
    "members": Number("persons", 0.0, 50.0, "members of a team beside its leader"),
    "received": Number("persons/yr", 0.0, 1e6, "partner students who come"),
    "come_back": Number("share", 0.0, 1.0, "share of them who weigh a doctorate or a post here later"),
    "lag": Number("years", 0.0, 30.0, "years until those who took part weigh that"),
    "cohort": Number("persons/yr", 1.0, 1e9, "students of whom those sent are a part"),
    "share": Number("share", 0.05, 0.95, "share of the working time that is spent with the second employer"),
    "research_time": Number("share", 0.0, 1.0, "share of the time there for research that is published"),
    "extra_pay": Number(MONEY_A_YEAR, 0.0, MONEY[1], "what both employers pay together over the pay of the post"),
    "offer": Number("probability/yr", 0.0, 1.0, "chance that the firm offers a job in the place of the post"),
}
"""Every number that a record may have; a kind may bound one otherwise."""

_PLACES = {
    ProgrammeKind.POST_HERE: "posts/yr",
    ProgrammeKind.STIPEND: "persons supported",
    ProgrammeKind.JOINT: "teams/yr",
    ProgrammeKind.EXCHANGE: "students/yr",
    ProgrammeKind.SHARED_POST: "people/yr",
    ProgrammeKind.EARLY_EXCHANGE: "students/yr",
}


def places_of(kind: ProgrammeKind) -> Number:
    """What the places of a kind are."""
    return Number(_PLACES.get(kind, "awards/yr"), 0.0, MOST_PLACES, "places by year, in `by_year`")


def most_places(record: ProgrammeRecord) -> float:
    """As many places as a call may have: students below the doctorate who are sent are a part of their cohort."""
    return min(record.cohort, MOST_PLACES) if record.kind is ProgrammeKind.EARLY_EXCHANGE else MOST_PLACES
